"""What was read from UIS, kept on disk between commands. Holds names and numbers of the company, never a key."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..errors import SalebotError
from ..uis import UisSettings

_VERSION = 1


class CacheError(SalebotError):
    """The file cannot be written; what was read is still good."""


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """`salebot-uiscom/directory.json` in the user's folder for caches."""
    home = Path.home()
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(home / "Library" / "Caches")
    else:
        base = environment.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "salebot-uiscom" / "directory.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one list as read at `read_at` (Unix seconds); `complete` as UIS let us read them."""

    rows: tuple[dict[str, Any], ...]
    read_at: float
    complete: bool


class Cache:
    """One JSON file for all accounts. An unreadable or foreign file counts as empty."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def get(self, settings: UisSettings, kind: str) -> Kept | None:
        entry: Any = self._load().get(_place(settings, kind))
        try:
            return Kept(tuple(dict(row) for row in entry["rows"]), float(entry["read_at"]), bool(entry["complete"]))
        except (TypeError, KeyError, ValueError):
            return None

    def put(self, settings: UisSettings, kind: str, kept: Kept) -> None:
        """Replace one list.

        Raises:
            CacheError: no rights, no space.
        """
        lists = self._load()
        lists[_place(settings, kind)] = {"rows": kept.rows, "read_at": kept.read_at, "complete": kept.complete}
        text = json.dumps({"version": _VERSION, "lists": lists}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes the file readable by its owner only; the names of employees are personal data.
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(name, self.path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(name)
                raise
        except OSError as error:
            raise CacheError(f"{self.path}: {error.strerror or error}") from error

    def _load(self) -> dict[str, Any]:
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            return {}
        lists = content.get("lists")
        return lists if isinstance(lists, dict) else {}


def _place(settings: UisSettings, kind: str) -> str:
    """Tells accounts apart by a digest: another key or address never sees the lists of this one."""
    secret = settings.access_token or f"{settings.login}\0{settings.password}"
    return sha256(f"{secret}\0{settings.url('data')}".encode()).hexdigest()[:16] + f" {kind}"
