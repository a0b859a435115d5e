"""What the parts of the SQLite store share."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sqlitefile import SqliteFile


class StorePart:
    """A group of methods over one file. `_clock` gives Unix seconds for leases and dates of creation."""

    _file: SqliteFile
    _clock: Callable[[], float]


_OWN: set[str] = set()  # names given out by this process


def new_owner() -> str:
    """A name for this process as an owner of claims; different at every call."""
    name = f"{_place()}:{os.getpid()}:{secrets.token_hex(4)}"
    _OWN.add(name)
    return name


def is_gone(owner: str) -> bool:
    """Is it certain that the process of this owner has ended? Only of processes of this very machine or container.

    A number that another process has got since means "not certain": the lease decides then.
    """
    place, _, rest = owner.rpartition(":")[0].rpartition(":")
    if sys.platform == "win32" or place != _place() or not rest.isdecimal():
        return False
    if int(rest) == os.getpid():
        return owner not in _OWN
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's process
        return False
    return False


@cache
def _place() -> str:
    """Where numbers of processes mean the same: machine and, in containers, the name space."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()}/{space}"
