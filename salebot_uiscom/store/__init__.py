"""Where dialogs, events and intents live: a protocol, and SQLite behind it.

    with open_store("bot.db") as store:
        client = store.create_client(NewClient(13, "79004443322"))

Importing this package loads no database library; `open_store` does.
"""

from __future__ import annotations

from .errors import ClaimLost, StoreBusy, StoreError, StoreRefused, StoreUnavailable
from .protocol import LEASE_S, Store

__all__ = ["LEASE_S", "ClaimLost", "Store", "StoreBusy", "StoreError", "StoreRefused", "StoreUnavailable"]
