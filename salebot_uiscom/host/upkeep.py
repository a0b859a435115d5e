"""What a running host does from time to time: leases, claims of the dead, open calls, retention."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import ClassVar

from ..messages import mask
from ..store import LEASE_S, StoreError
from .host import Host

log = logging.getLogger("salebot_uiscom.host")


class Upkeep:
    """Chores of a host, each at its own interval. `look()` does those whose time has come; the first time, all.

    Args:
        keep_s: retention, in seconds of the bot's clock; at least the seven days in which repeats are recognized.
    """

    STEP_S: ClassVar[float] = 5.0  # between two looks
    LEAST_KEEP_S: ClassVar[float] = 7 * 86400.0

    def __init__(self, host: Host, keep_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        if keep_s < self.LEAST_KEEP_S:
            raise ValueError("less than seven days: repeated notifications would pass for new ones")
        self._host = host
        self._keep_s = keep_s
        self._clock = clock
        self._chores: list[tuple[float, Callable[[], object]]] = [
            (LEASE_S / 4, lambda: host.store.renew(host.owner)),
            (self.STEP_S, self._bury),
            (60.0, self._settle),
            (3600.0, self._prune),
        ]
        self._next = [0.0] * len(self._chores)

    def look(self) -> None:
        """Do what is due. A chore that fails is logged and tried again at its next time; the others go on."""
        for number, (every_s, chore) in enumerate(self._chores):
            if self._clock() >= self._next[number]:
                self._next[number] = self._clock() + every_s
                try:
                    chore()
                except StoreError as error:
                    log.error("upkeep: %s", mask(str(error)))

    def _bury(self) -> None:
        if self._host.store.release_gone():
            self._host.arrived()

    def _settle(self) -> None:
        if self._host.settle_open_intents():
            self._host.arrived()

    def _prune(self) -> None:
        self._host.store.prune(self._host.clock() - self._keep_s)
