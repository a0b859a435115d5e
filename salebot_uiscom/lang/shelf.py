"""Compiled programs kept on disk, so that another process need not parse and compile them again.

A shelf is one file per version of this package and of Python: a header, then records that are only ever appended.

    record = size of the rest (4) · checksum of the rest (4) · size of the key (4) · key · marshalled code
    key    = kind (1) · source text

It is read once, and a record is checked when it is taken out. A file that another user could have written is neither
read nor written, one that is damaged is begun anew: reading code means trusting whoever wrote it. Files of other versions
stay beside it, a few of them; the oldest go when a new one is begun.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from struct import Struct
from threading import Lock
from types import CodeType
from zlib import crc32

from ..version import __version__

VARIABLE = "SALEBOT_UISCOM_CACHE"
MOST_BYTES = 16 * 1024 * 1024
MOST_FILES = 4  # one for each version that is in use: other Pythons, the release before
PROGRAM, EXPRESSION, SCRIPT, VALUE = b"p", b"e", b"s", b"v"

_MAGIC = b"salebot-uiscom programs 1\n"
_HEAD = Struct("<III")
_LONGEST = 100_000  # characters of a source worth keeping


class Shelf:
    """Programs in one directory. Thread-safe; nothing that goes wrong with the file is more than a program not kept."""

    def __init__(self, directory: str | os.PathLike[str], version: str | None = None) -> None:
        self.path = os.path.join(os.fspath(directory), f"programs-{version or _version()}.bin")
        self._lock = Lock()
        self._places: dict[bytes, int] | None = None  # key → where its record begins
        self._data = b""
        self._damaged = False

    def get(self, kind: bytes, text: str) -> CodeType | None:
        """The code of a source, or None."""
        places = self._places
        if places is None:
            places = self._read()
        if not places:
            return None
        start = places.get(kind + text.encode("utf-8", "surrogatepass"))
        if start is None:
            return None
        size, checksum, key_size = _HEAD.unpack_from(self._data, start)
        body = self._data[start + 8 : start + 4 + size]
        if crc32(body) != checksum:
            self._damaged = True
            return None
        try:
            code = marshal.loads(body[4 + key_size :])
        except (ValueError, EOFError, TypeError):
            return None
        return code if isinstance(code, CodeType) else None

    def put(self, kind: bytes, text: str, code: CodeType) -> None:
        """Keep the code of a source for other processes, and for later starts."""
        if len(text) > _LONGEST:
            return
        key = kind + text.encode("utf-8", "surrogatepass")
        body = len(key).to_bytes(4, "little") + key + marshal.dumps(code)
        record = (len(body) + 4).to_bytes(4, "little") + crc32(body).to_bytes(4, "little") + body
        try:
            with self._lock:
                self._append(record)
        except OSError:
            return  # no such place, no room, no right to write

    # ------------------------------------------------------------ the file

    def _read(self) -> dict[bytes, int]:
        with self._lock:
            if self._places is None:
                try:
                    self._data, self._damaged = self._content(), False
                except OSError:
                    self._data = b""
                self._places = self._index()
            return self._places

    def _content(self) -> bytes:
        file = os.open(self.path, os.O_RDONLY | _FLAGS)
        with open(file, "rb") as opened:
            if not _is_own(file):
                return b""
            _lock_file(file, shared=True)
            return opened.read()

    def _index(self) -> dict[bytes, int]:
        data = self._data
        places: dict[bytes, int] = {}
        if not data.startswith(_MAGIC):
            self._damaged = bool(data)
            return places
        place, end = len(_MAGIC), len(data)
        while place < end:
            if place + _HEAD.size > end:
                self._damaged = True
                break
            size, _, key_size = _HEAD.unpack_from(data, place)
            following = place + 4 + size
            if following > end or key_size + 8 > size:
                self._damaged = True
                break
            places[data[place + 12 : place + 12 + key_size]] = place
            place = following
        return places

    def _append(self, record: bytes) -> None:
        directory = os.path.dirname(self.path)
        os.makedirs(directory, mode=0o700, exist_ok=True)
        if not _is_private(os.stat(directory)):
            return
        file = self._opened()
        try:
            _lock_file(file)
            size = os.fstat(file).st_size
            begun = size < len(_MAGIC)
            if self._damaged or size < len(_MAGIC) or size + len(record) > MOST_BYTES:
                os.ftruncate(file, 0)
                size, self._damaged = 0, False
                record = _MAGIC + record
            if os.write(file, record) != len(record):
                os.ftruncate(file, size)
        finally:
            os.close(file)
        if begun:
            _remove_oldest(directory, self.path)

    def _opened(self) -> int:
        """The file, to be appended to; one that others could have written is removed first."""
        how = os.O_RDWR | os.O_APPEND | os.O_CREAT | _FLAGS
        file = os.open(self.path, how, 0o600)
        if _is_own(file):
            return file
        os.close(file)
        os.unlink(self.path)
        return os.open(self.path, how | os.O_EXCL, 0o600)


_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _is_own(file: int) -> bool:
    found = os.fstat(file)
    return stat.S_ISREG(found.st_mode) and _is_private(found)


def _is_private(found: os.stat_result) -> bool:
    """Belongs to this user, and nobody else may write to it."""
    if not hasattr(os, "geteuid"):
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _remove_oldest(directory: str, kept: str) -> None:
    """Leave the files of the versions written last; a version that comes back begins anew."""
    with os.scandir(directory) as entries:
        others = [
            (entry.stat(follow_symlinks=False).st_mtime_ns, entry.path)
            for entry in entries
            if entry.name.startswith("programs-") and entry.name.endswith(".bin")
            if entry.path != kept and entry.is_file(follow_symlinks=False)
        ]
    for _, path in sorted(others, reverse=True)[MOST_FILES - 1 :]:
        try:
            os.unlink(path)
        except OSError:
            continue  # another process was quicker, or has it open


def _lock_file(file: int, shared: bool = False) -> None:
    """Wait for other processes; the lock ends with the file's closing."""
    try:
        import fcntl
    except ImportError:  # Windows: an append of one piece is whole there
        return
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def _version() -> str:
    """What code depends on: this package, the sources of the language as they lie on the disk, and Python."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = []
    for folder in (package, os.path.join(package, "lang"), os.path.join(package, "functions")):
        with os.scandir(folder) as entries:
            found += [
                (entry.name, known.st_size, known.st_mtime_ns)
                for entry in entries
                if entry.name.endswith(".py") and (known := entry.stat())
            ]
    return f"{__version__}-{sys.implementation.cache_tag}-{sys.hexversion:x}-{crc32(repr(sorted(found)).encode()):08x}"


# ---------------------------------------------------------------- the shelf of this process

_current: Shelf | None = None
_chosen = False


def current() -> Shelf | None:
    """Where this process keeps its programs: the directory named by the variable; None: empty, `off`, or not set."""
    global _chosen
    if not _chosen:
        named = os.environ.get(VARIABLE, "")
        keep_programs(None if named in ("", "off") else named)
    return _current


def keep_programs(directory: str | os.PathLike[str] | None) -> None:
    """Keep compiled programs without effects in a directory from now on; None: keep none."""
    global _current, _chosen
    _current = None if directory is None else Shelf(directory)
    _chosen = True


def user_directory() -> str:
    """The user's place for what can be made again."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~\\AppData\\Local")
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Caches")
    else:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(home, "salebot-uiscom")
