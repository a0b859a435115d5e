"""Where dialogs, events and intents live: a protocol, and SQLite behind it.

    with open_store("bot.db") as store:
        client = store.create_client(NewClient(13, "79004443322"))

Importing this package loads no database library; `open_store` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .base import new_owner
from .errors import ClaimLost, StoreBusy, StoreError, StoreRefused, StoreUnavailable
from .handlers import async_handlers, handlers
from .protocol import LEASE_S, Store


def open_store(target: str | Path, **options: Any) -> Store:
    """Open (or create) the store that `target` names: the path of an SQLite file, or `:memory:`.

    Args:
        options: `first_ids`, `clock`, `lease_clock`, `timeout_s` of `SqliteStore`.

    Raises:
        StoreUnavailable: no such folder, no rights, a damaged file, one of a newer release, another kind of database.
    """
    scheme, separator, _ = str(target).partition("://")
    if separator:
        raise StoreUnavailable(f"this release has no store for {scheme} addresses: give the path of an SQLite file")
    from .sqlite import SqliteStore

    return SqliteStore(target, **options)


__all__ = [
    "LEASE_S", "ClaimLost", "Store", "StoreBusy", "StoreError", "StoreRefused", "StoreUnavailable",
    "async_handlers", "handlers", "new_owner", "open_store",
]  # fmt: skip
