"""Jobs on their way to the thread that writes, and their outcomes on the way back to threads and event loops."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from .sqlitefaults import held

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
Outcome = tuple[Any, BaseException | None]  # what a job returned, or raised


class Alike(Protocol):
    """What a class of jobs may offer for many of them."""

    @staticmethod
    def at_once(connection: sqlite3.Connection, jobs: Sequence[Any]) -> list[Any] | None:
        """Do all in one statement, which is a transaction of its own when none is open; None: nothing was written."""
        ...

    @staticmethod
    def together(connection: sqlite3.Connection, jobs: Sequence[Any]) -> list[Any]:
        """Do all inside the open transaction."""
        ...


@dataclass(slots=True)
class Entry:
    """A job on its way to the writing thread."""

    job: Job[Any]
    durable: bool
    future: Future[Any] | asyncio.Future[Any]
    round: Round | None = None

    def begins(self) -> bool:
        """False: whoever waited has stepped back."""
        if self.round is not None:
            return not self.future.done()
        return cast("Future[Any]", self.future).set_running_or_notify_cancel()


class Round:
    """What an event loop has put down in one round of its own. It goes through the queue as one, with one timer."""

    __slots__ = ("entries", "loop", "timeout_s", "timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout_s: float) -> None:
        self.loop = loop
        self.entries: list[Entry] = []
        self.timeout_s = timeout_s
        self.timer = loop.call_later(timeout_s, self._give_up)

    def _give_up(self) -> None:
        _settle([(entry.future, (None, held(self.timeout_s))) for entry in self.entries])

    def settle(self, outcomes: Sequence[tuple[Any, Outcome]]) -> None:
        """In the thread of the loop."""
        self.timer.cancel()
        _settle(outcomes)


def tell_loops(group: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
    """An event loop is woken once for all entries of a round."""
    for round_, told in groupby(zip(group, outcomes, strict=True), lambda pair: pair[0].round):
        if round_ is not None:
            settled = [(entry.future, outcome) for entry, outcome in told]
            with contextlib.suppress(RuntimeError):  # it has ended: nobody waits any more
                round_.loop.call_soon_threadsafe(round_.settle, settled)


def tell_threads(group: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
    _settle([(entry.future, told) for entry, told in zip(group, outcomes, strict=True) if entry.round is None])


def _settle(settled: Sequence[tuple[Any, Outcome]]) -> None:
    for future, (result, error) in settled:
        if future.done():
            continue
        with contextlib.suppress(InvalidStateError):  # a thread has stepped back in this very moment
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
