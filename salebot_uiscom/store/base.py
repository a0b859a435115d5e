"""What the parts of the SQLite store share."""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sqlitefile import SqliteFile


class StorePart:
    """A group of methods over one file. `_clock` gives Unix seconds for dates, `_lease_clock` seconds for leases."""

    _file: SqliteFile
    _clock: Callable[[], float]
    _lease_clock: Callable[[], float]


# A lease that runs longer than this from now was given by another clock: before a restart, by an older release.
OTHER_CLOCK_S = 3600.0


@cache
def boot() -> str:
    """Names the run of this machine's kernel, "" where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")[:12]
    except OSError:
        return ""


def lease_clock() -> float:
    """Seconds that all processes of this machine count alike, whatever is done to its clock.

    When the time of day is put forward by a minute nobody may take a turn over whose process is alive: it would ring
    again. Where processes have no such clock in common it is the time of day.
    """
    return time.monotonic() if boot() else time.time()


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
    machine, _, its_boot = place.partition("@")
    if its_boot and boot() and its_boot != boot() and machine.partition("/")[0] == socket.gethostname():
        return True
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
    return f"{socket.gethostname()}/{space}@{boot()}"
