"""What the parts of the SQLite store share."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sqlitefile import SqliteFile


class StorePart:
    """A group of methods over one file. `_clock` gives Unix seconds for leases and dates of creation."""

    _file: SqliteFile
    _clock: Callable[[], float]


def new_owner() -> str:
    """A name for this process as an owner of claims; different at every call."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
