"""The SQLite store: the parts put together."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from .base import lease_clock
from .clients import ClientsPart
from .dialogs import DialogsPart
from .inbox import InboxPart
from .intents import IntentsPart
from .looking import LookingPart
from .project import ProjectPart
from .sqlitefile import SqliteFile
from .staff import StaffPart
from .work import WorkPart

FIRST_IDS: Mapping[str, int] = {"client": 1001, "deal": 1, "list": 1, "label": 1, "task": 1, "history": 1}


class SqliteStore(InboxPart, WorkPart, DialogsPart, ClientsPart, IntentsPart, ProjectPart, StaffPart, LookingPart):
    """`protocol.Store` in one SQLite file.

    Args:
        path: the file (its folder must exist), or `:memory:` for a store that ends with this object.
        first_ids: where numbering starts in a new file: `client`, `deal`, `list`, `label`, `task`, `history`.
        clock: Unix seconds, for dates of creation.
        lease_clock: seconds, the same in all processes that share the file.
        timeout_s: how long a call waits for other programs that hold the file.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        first_ids: Mapping[str, int] | None = None,
        clock: Callable[[], float] = time.time,
        lease_clock: Callable[[], float] = lease_clock,
        timeout_s: float = 10.0,
    ) -> None:
        self._clock, self._lease_clock = clock, lease_clock
        self._file = SqliteFile(path, timeout_s=timeout_s)
        starts = {**FIRST_IDS, **(first_ids or {})}

        def number(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT INTO sequence VALUES (?, ?) ON CONFLICT DO NOTHING", list(starts.items()))

        self._file.write(number)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"SqliteStore({self._file.path!r})"
