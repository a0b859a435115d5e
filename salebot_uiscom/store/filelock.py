"""One writing process at a time.

A transaction runs under an advisory lock on `<file>-lock`. Waiters sleep in the kernel instead of polling SQLite's
unfair lock, and the lock covers commit *and* checkpoint. That is also the answer to the "WAL-reset" fault of SQLite
3.7.0 to 3.51.2 (repaired in 3.51.3, 3.50.7 and 3.44.6; https://sqlite.org/wal.html#walresetbug): there a checkpoint may
overlook that another connection has just restarted the log, and pages are lost. Here checkpoints happen only inside the
writer's commit (readers never make one), so no two of them and no write run at the same moment. Where there is no such
lock (Windows) a faulty engine gets a rollback journal instead: slower, not affected. A foreign tool that *writes* to
the file while the bot runs does not know the lock; with a faulty engine stop the bot first. Reading is safe.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from .sqlitefaults import held

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]  # a module, or none

LOCKABLE = fcntl is not None


def has_wal_reset_fault(version: tuple[int, ...]) -> bool:
    """Is this SQLite engine one of those that may lose pages when a checkpoint and a write meet?"""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    return not ((3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def journal_mode(version: tuple[int, ...], lockable: bool) -> str:
    """`wal`, or `truncate` where a faulty engine cannot be kept safe by a lock."""
    return "truncate" if has_wal_reset_fault(version) and not lockable else "wal"


class FileLock:
    """An exclusive lock between processes (and between two stores on one file in this process)."""

    def __init__(self, path: Path | None) -> None:
        self._handle = None if path is None or fcntl is None else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __enter__(self) -> None:
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def is_taken_at_once(self) -> bool:
        """Take it if nobody has it."""
        if self._handle is not None:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True

    @contextlib.contextmanager
    def within(self, timeout_s: float) -> Iterator[None]:
        """The lock, or `StoreBusy` after a while: for opening and closing, where nobody waits on a future."""
        deadline = time.monotonic() + timeout_s
        while not self.is_taken_at_once():
            if time.monotonic() >= deadline:
                raise held(timeout_s)
            time.sleep(0.005)
        try:
            yield
        finally:
            self.release()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
