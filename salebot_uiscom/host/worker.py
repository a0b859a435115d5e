"""A host at work by itself: notifications are routed, turns run, timers fall due, in threads.

One thread routes notifications, in order of arrival. Several run turns: those of one client one after another, those
of different clients side by side, so a dialog that waits for a slow address delays no other. The store decides who
works on what, so several processes may share one file.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ..messages import mask
from ..store import LEASE_S, ClaimLost, StoreError
from ..store.records import Claim
from .host import Host, trace
from .report import Report

log = logging.getLogger("salebot_uiscom.host")

_LONGEST_PAUSE_S = 1.0  # between two looks at the queue, for work that other processes have put there
_AFTER_TROUBLE_S = 1.0  # before the store is tried again


class Worker:
    """Runs a host from `start()` to `stop()`; also a context manager.

    Args:
        threads: turns that may run side by side.
        on_report: told about every finished turn (transcripts, metrics), one at a time.
    """

    def __init__(self, host: Host, *, threads: int = 8, on_report: Callable[[Report], None] | None = None) -> None:
        self.host = host
        self._on_report = on_report
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self._news = threading.Condition()
        self._signals = 0
        loops = [("router", self._route), ("later", self._settle), ("leases", self._renew)]
        loops += [(f"turns-{number}", self._turns) for number in range(1, threads + 1)]
        self._threads = [
            threading.Thread(target=self._guarded, args=(loop,), name=f"salebot-uiscom-{name}", daemon=True)
            for name, loop in loops
        ]

    def start(self) -> None:
        self.host.arrived = self.wake
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be work: look at once."""
        with self._news:
            self._signals += 1
            self._news.notify_all()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Finish the turns under way and give everything else back. False = some turn did not end in time.

        Its claim is kept then and runs out by itself: whoever takes it over finds the intents it has written.
        """
        self._stopping.set()
        self.wake()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            log.error("some turns did not end within %g s", timeout_s)
            return False
        try:
            self.host.store.release(self.host.owner)
        except StoreError as error:
            log.error("claims could not be given back: %s", error)
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    # ------------------------------------------------------------ loops

    def _guarded(self, loop: Callable[[int], None]) -> None:
        """Run rounds of a loop until the end; trouble with the store is waited out, never fatal."""
        while not self._stopping.is_set():
            with self._news:
                seen = self._signals
            try:
                loop(seen)
            except StoreError as error:
                log.error("the store cannot be used, trying again: %s", mask(str(error)))
                self._stopping.wait(_AFTER_TROUBLE_S)
            except Exception as error:
                log.error("worker:\n%s", trace(error))
                self._stopping.wait(_AFTER_TROUBLE_S)

    def _pause(self, seen: int, longest_s: float = _LONGEST_PAUSE_S) -> None:
        """Wait for news since `seen`, at most so long."""
        with self._news:
            if self._signals == seen and not self._stopping.is_set():
                self._news.wait(longest_s)

    def _route(self, seen: int) -> None:
        if self.host.route_one():
            self.wake()
        else:
            self._pause(seen)

    def _turns(self, seen: int) -> None:
        claim = self.host.claim()
        if claim is None:
            due = self.host.store.next_due()
            left = _LONGEST_PAUSE_S if due is None else max(0.01, due - self.host.clock())
            self._pause(seen, min(left, _LONGEST_PAUSE_S))
            return
        report = self._run(claim)
        self.wake()  # its callbacks, and whatever waited for this client
        if report is not None and self._on_report is not None:
            with self._telling:
                self._on_report(report)

    def _run(self, claim: Claim) -> Report | None:
        """Run a claim until it is done; the store's troubles do not lose it."""
        while True:
            try:
                return self.host.run(claim)
            except ClaimLost:
                log.warning("turn %s was taken over", claim.key)
                return None
            except StoreError as error:
                log.error("turn %s waits for the store: %s", claim.key, mask(str(error)))
                if self._stopping.wait(_AFTER_TROUBLE_S):
                    return None

    def _settle(self, seen: int) -> None:
        if not self.host.settle():
            self._pause(seen)

    def _renew(self, seen: int) -> None:
        self.host.store.renew(self.host.owner)
        self._stopping.wait(LEASE_S / 4)
