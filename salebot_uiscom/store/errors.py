"""Exceptions of stores. No exception of a database library passes this border.

StoreError
├── StoreBusy          another process holds the file for too long: try again
├── StoreUnavailable   cannot be opened, read or written (missing folder, read-only, disk full, damaged, closed)
├── StoreRefused       the data contradict the store's state (unknown client, settled intent): trying again is useless
└── ClaimLost          the turn belongs to somebody else by now: drop it
"""

from __future__ import annotations

from ..errors import SalebotError


class StoreError(SalebotError):
    """Base of all. What was asked has not been written."""


class StoreBusy(StoreError):
    """Another process holds the file for longer than the time-out."""


class StoreUnavailable(StoreError):
    """The store cannot be opened, read or written."""


class StoreRefused(StoreError):
    """The request contradicts what is stored."""


class ClaimLost(StoreError):
    """A turn ran under a claim that somebody else has taken over."""
