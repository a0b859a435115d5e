"""How much work one run may do: steps, own computing time, room for texts.

The language has no loops, so small programs cannot run long and are not counted. Work that grows with the values (long
texts, big containers) is charged by those who do it; every charge also looks at the clock of the thread. Waiting for an
effect is not own work: the budget is renewed after each.
"""

from __future__ import annotations

import gc
from contextvars import ContextVar
from time import thread_time
from typing import Any

from .errors import Fault
from .record import record

LONG = 4096  # characters up to which a text is not charged
_MOST_COLLECTIONS = 3  # of all garbage, that a run is given its time anew for


@record
class Limits:
    """Ceilings of one run; a host can change them.

    Attributes:
        steps: units of work; about 64 characters, or 4 elements, each time they are gone through.
        seconds: processor time of the thread, given anew (three times at most) when all garbage was collected meanwhile.
        room: characters of long texts that a run may store, all together.
        patterns_s: time of all regular expressions together (their own limit of 5 s each is the manual's). When it is
            used up, quick searches still go on: for a fiftieth of it each, a fifth together.
    """

    steps: int = 1_000_000
    seconds: float = 0.1
    room: int = 16 * 1024 * 1024
    patterns_s: float = 5.0


DEFAULT_LIMITS = Limits()


class _Budget:
    __slots__ = (
        "collections", "deadline", "patterns_s", "quick_s", "renewals", "room", "seconds", "steps", "total_patterns_s",
    )  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self.steps = limits.steps
        self.room = limits.room
        self.patterns_s = self.total_patterns_s = limits.patterns_s
        self.quick_s = limits.patterns_s / 5
        self.seconds = limits.seconds
        self.deadline = thread_time() + limits.seconds
        self.collections = _collections()
        self.renewals = 0

    def late(self) -> None:
        """Raise `limit`, unless garbage was collected meanwhile: that may take as long, and whom it meets is chance."""
        met = _collections()
        if met == self.collections or self.renewals == _MOST_COLLECTIONS:
            raise Fault("SB405", text_what="time")
        self.collections = met
        self.renewals += 1
        self.deadline = thread_time() + self.seconds


def _collections() -> int:
    """How often this process has gone through everything that lives. Smaller collections take no time to speak of."""
    return int(gc.get_stats()[2]["collections"])


_current: ContextVar[Limits | _Budget] = ContextVar("salebot_uiscom_budget", default=DEFAULT_LIMITS)

#: `begin(limits)` opens a run. Nothing is measured before the first charge, so small programs pay 40 ns.
begin = _current.set


def _budget() -> _Budget:
    current = _current.get()
    if isinstance(current, Limits):
        current = _Budget(current)
        _current.set(current)
    return current


def charge(units: int) -> None:
    """Account for work; `limit` when the run has used up its steps or its time."""
    budget = _budget()
    budget.steps -= units
    if budget.steps < 0:
        raise Fault("SB405", text_what="steps")
    if thread_time() > budget.deadline:
        budget.late()


def charge_text(length: int) -> None:
    """Going through a long text once."""
    charge(1 + length // 64)


def charge_items(count: int) -> None:
    """Going through a big container once."""
    charge(1 + count // 4)


def spend_room(length: int) -> None:
    """Storing a long text."""
    budget = _budget()
    budget.room -= length
    if budget.room < 0:
        raise Fault("SB405", text_what="memory")


def pattern_time() -> tuple[float, bool]:
    """Seconds that the next regular expression of this run may take, and whether others have used up most of the time.

    One slow expression must not fail the harmless ones on the lines below it (D-11), so these have a little time left.
    """
    budget = _budget()
    quick = min(budget.quick_s, budget.total_patterns_s / 50)
    return max(budget.patterns_s, quick), budget.patterns_s < budget.total_patterns_s / 2


def spend_pattern_time(seconds: float, allowed_s: float) -> None:
    """Regular expressions are timed by themselves: their time is not own computing.

    What a search was late to stop (a busy machine) is nobody's: the quick ones below it keep their time.
    """
    budget = _budget()
    spent = min(seconds, allowed_s)
    over = max(0.0, spent - budget.patterns_s)
    budget.patterns_s = max(0.0, budget.patterns_s - spent)
    budget.quick_s = max(0.0, budget.quick_s - over)
    budget.deadline += seconds


def sized(value: Any) -> Any:
    """The value itself, charged when it is long: for arguments of functions."""
    kind = type(value)
    if kind is str:
        if len(value) > LONG:
            charge_text(len(value))
    elif (kind is list or kind is dict) and len(value) > 256:
        charge_items(len(value))
    return value
