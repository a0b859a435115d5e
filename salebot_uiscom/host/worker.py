"""A host at work by itself: notifications are routed, turns run, timers fall due, in threads.

One thread routes notifications, in order of arrival. Several run turns: those of one client one after another, those
of different clients side by side. The store decides who works on what, so several processes may share one file.

A turn that waits for the world outside (a slow address of a script, UIS) lends its place: another thread is started, so
that dialogs which wait delay no other. `threads` is thus the number of turns that *work* at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from ..effects import Effect, Handler, Wait
from ..messages import mask
from ..store import ClaimLost, StoreError, StoreRefused
from ..store.records import Claim
from .host import Host, Interrupted, trace
from .report import Report
from .upkeep import Upkeep

log = logging.getLogger("salebot_uiscom.host")

_LONGEST_PAUSE_S = 1.0  # between two looks at the queue, for work that other processes have put there
_AFTER_TROUBLE_S = 1.0  # before the store is tried again
_SHORT_S = 0.002  # for a report to be told
_SETTLING = 2  # threads that find out what became of calls: half a minute for each


class Worker:
    """Runs a host from `start()` to `stop()`; also a context manager.

    Args:
        threads: turns that may work side by side.
        most_threads: turns in all, with those that wait for an answer from outside.
        on_report: told about every finished turn (transcripts, metrics), one at a time, those of a client in order.
        keep_s: settled notifications, finished events and settled intents older than this are deleted.
    """

    def __init__(
        self,
        host: Host,
        *,
        threads: int = 8,
        most_threads: int = 256,
        on_report: Callable[[Report], None] | None = None,
        keep_s: float = 30 * 86400.0,
    ) -> None:
        self.host = host
        self._on_report = on_report
        self._telling, self._line = threading.Lock(), _Line()
        self._stopping = threading.Event()
        self._notifications, self._work, self._copies, self._later = _Bell(), _Bell(), _Bell(), _Bell()
        self._bells = (self._notifications, self._work, self._copies, self._later)
        self._upkeep = Upkeep(host, keep_s)
        loops = [
            ("router", self._route, self._notifications),
            ("copies", self._copy, self._copies),
            ("upkeep", self._keep_up, _Bell()),
        ]
        loops += [(f"later-{number}", self._settle, self._later) for number in range(1, _SETTLING + 1)]
        self._threads = [self._thread(name, self._guarded, loop, bell) for name, loop, bell in loops]
        self._crew = _Crew(threads, most_threads, lambda: self._thread("turns", self._take_turns))
        self._handlers: Mapping[type[Effect], Handler] = {}

    def _thread(self, name: str, target: Callable[..., None], *arguments: Any) -> threading.Thread:
        return threading.Thread(target=target, args=arguments, name=f"salebot-uiscom-{name}", daemon=True)

    def start(self) -> None:
        self.host.arrived = self.wake
        self._handlers = {
            effect: self._crew.stepping_aside(handler) if effect in self.host.slow else self._patient(handler)
            for effect, handler in self.host.handlers.items()
        }
        self.host.interpreter.warm_up()
        for thread in self._threads:
            thread.start()
        self._crew.fill()

    def wake(self) -> None:
        """There may be work of any kind: look at once."""
        for bell in self._bells:
            bell.ring()

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Finish the turns under way and give everything else back. False = some turn did not end in time.

        Its claim is kept then and runs out by itself: whoever takes it over finds the intents it has written.
        """
        self._stopping.set()
        self._crew.dismiss()
        for bell in self._bells:
            bell.ring(everybody=True)
        deadline = time.monotonic() + timeout_s
        threads = [*self._threads, *self._crew.threads()]
        threads = [thread for thread in threads if thread is not threading.current_thread()]  # asked by a report
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in threads):
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

    def _guarded(self, loop: Callable[[int], None], bell: _Bell) -> None:
        """Run rounds of a loop until the end."""
        while not self._stopping.is_set():
            self._round(loop, bell)

    def _take_turns(self) -> None:
        """Run turns until the end, or until there are more threads than needed."""
        while not self._stopping.is_set() and self._crew.needs_me():
            self._round(self._turns, self._work)
        self._work.ring()  # what this thread was woken for is another one's now

    def _round(self, loop: Callable[[int], None], bell: _Bell) -> None:
        """Trouble with the store is waited out, never fatal."""
        rung = bell.rung
        try:
            loop(rung)
        except StoreError as error:
            log.error("the store cannot be used, trying again: %s", mask(str(error)))
            self._stopping.wait(_AFTER_TROUBLE_S)
        except Exception as error:
            log.error("worker:\n%s", trace(error))
            self._stopping.wait(_AFTER_TROUBLE_S)

    def _pause(self, bell: _Bell, rung: int, longest_s: float = _LONGEST_PAUSE_S) -> None:
        if not self._stopping.is_set():
            bell.wait(rung, longest_s)

    def _route(self, rung: int) -> None:
        if self.host.route_one():
            self._work.ring()
        else:
            self._pause(self._notifications, rung)

    def _turns(self, rung: int) -> None:
        """One turn. Whoever finds one calls a single other thread to look for the next; who has ended one looks himself.

        All threads at once would look in vain most times, and each look costs about as much as a turn.
        """
        now = self.host.clock()
        claim = self.host.claim()
        if claim is None:
            # What is due already waits for a client who is busy: who ends his turn looks for it.
            due = self.host.store.next_due(now)
            left = _LONGEST_PAUSE_S if due is None else max(0.01, due - self.host.clock())
            self._pause(self._work, rung, min(left, _LONGEST_PAUSE_S))
            return
        self._work.ring()
        with self._line.place(claim):
            report = self._run(claim)
            if self.host.copies:
                self._copies.ring()
            if self.host.later:
                self._later.ring(everybody=True)
            if report is not None and self._on_report is not None:
                self._tell(self._on_report, report, claim)

    def _tell(self, on_report: Callable[[Report], None], report: Report, claim: Claim) -> None:
        # Most reports take no time. Who has to stand in line longer leaves what waited for his client to another thread.
        if not self._line.wait_to_be_first(claim, _SHORT_S):
            self._work.ring()
            self._line.wait_to_be_first(claim)
        if not self._telling.acquire(timeout=_SHORT_S):
            self._work.ring()
            self._telling.acquire()
        try:
            on_report(report)
        finally:
            self._telling.release()

    def _patient(self, handler: Handler) -> Handler:
        """The handler of the store, asked again until it can: a turn half done is not begun anew, with its requests.

        Whatever a turn writes is written once under its key or its place, however often it is asked for.
        """

        def perform(effect: Any) -> Any:
            while True:
                try:
                    return handler(effect)
                except (ClaimLost, StoreRefused):
                    raise
                except StoreError as error:
                    log.error("a turn waits for the store: %s", mask(str(error)))
                    if self._stopping.wait(_AFTER_TROUBLE_S):
                        raise

        return perform

    def _run(self, claim: Claim) -> Report | None:
        """Run a claim until it is done; the store's troubles do not lose it."""
        while True:
            try:
                return self.host.run(claim, self._handlers)
            except ClaimLost:
                log.warning("turn %s was taken over", claim.key)
                return None
            except StoreError as error:
                log.error("turn %s waits for the store: %s", claim.key, mask(str(error)))
                if self._stopping.wait(_AFTER_TROUBLE_S):
                    return None

    def _settle(self, rung: int) -> None:
        if not self.host.settle({**self.host.handlers, Wait: self._wait}):
            self._pause(self._later, rung)

    def _wait(self, effect: Wait) -> None:
        """Half a minute of waiting must not hold up the end."""
        if self._stopping.wait(effect.seconds):
            raise Interrupted

    def _copy(self, rung: int) -> None:
        if not self.host.send_copy():
            self._pause(self._copies, rung)

    def _keep_up(self, rung: int) -> None:
        self._upkeep.look()
        self._crew.fill()  # where threads could not be started
        self._stopping.wait(self._upkeep.STEP_S)


class _Bell:
    """News for threads of one kind: who looks while it rings does not miss it, and no more are woken than needed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.rung = 0

    def ring(self, *, everybody: bool = False) -> None:
        """Wake one of those who wait; who is about to wait looks once more."""
        with self._condition:
            self.rung += 1
            if everybody:
                self._condition.notify_all()
            else:
                self._condition.notify()

    def wait(self, rung: int, longest_s: float) -> None:
        """Until it rings, if it has not since it had rung so often."""
        with self._condition:
            if self.rung == rung:
                self._condition.wait(longest_s)


class _Line:
    """Turns of each client from claim to report: the next one may end before the last one has been told."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._turns: dict[int, list[Claim]] = {}

    @contextmanager
    def place(self, claim: Claim) -> Iterator[None]:
        with self._moved:
            # The same turn in another thread was taken over: that one has nothing to tell any more.
            self._turns[claim.client_id] = [one for one in self._of(claim) if one.key != claim.key] + [claim]
        try:
            yield
        finally:
            with self._moved:
                left = [one for one in self._of(claim) if one is not claim]
                if left:
                    self._turns[claim.client_id] = left
                else:
                    self._turns.pop(claim.client_id, None)
                self._moved.notify_all()

    def wait_to_be_first(self, claim: Claim, longest_s: float | None = None) -> bool:
        """False: somebody is still before it after `longest_s`."""
        with self._moved:
            return self._moved.wait_for(lambda: self._none_before(claim), longest_s)

    def _none_before(self, claim: Claim) -> bool:
        line = self._of(claim)
        return claim not in line or line[0] is claim

    def _of(self, claim: Claim) -> list[Claim]:
        return self._turns.get(claim.client_id, [])


class _Crew:
    """The threads that run turns: `working` of them at work, and more that wait for the world outside."""

    def __init__(self, working: int, most: int, hire: Callable[[], threading.Thread]) -> None:
        self._working = working
        self._most = max(most, working)
        self._hire = hire
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._aside = 0
        self._dismissed = False

    def fill(self) -> None:
        """Start threads where some are missing."""
        with self._lock:
            while (
                not self._dismissed
                and len(self._threads) < self._most
                and len(self._threads) - self._aside < self._working
            ):
                thread = self._hire()
                try:
                    thread.start()
                except RuntimeError as error:  # no more threads for this process now: those that are there go on
                    log.error("a thread for turns cannot be started: %s", error)
                    return
                self._threads.add(thread)

    def stepping_aside(self, handler: Handler) -> Handler:
        """The handler, while it runs the thread counts as one that waits."""

        def perform(effect: Any) -> Any:
            with self._lock:
                self._aside += 1
            try:
                self.fill()
                return handler(effect)
            finally:
                with self._lock:
                    self._aside -= 1

        return perform

    def needs_me(self) -> bool:
        """May the calling thread go on? False when it is one too many: it has to end then."""
        with self._lock:
            if len(self._threads) - self._aside <= self._working:
                return True
            self._threads.discard(threading.current_thread())
            return False

    def dismiss(self) -> None:
        """Start no more."""
        with self._lock:
            self._dismissed = True

    def threads(self) -> list[threading.Thread]:
        with self._lock:
            return list(self._threads)
