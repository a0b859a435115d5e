"""Measuring in pairs, and the rows that measurements become.

The speed of a shared machine drifts within minutes, so what is compared runs in turn in one process and the median of
the pairs counts. Evaluations are timed by the clock of the thread, which stands still while another program has the
processor; whatever waits for a disk or a socket by the clock on the wall. Garbage collection stays on.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Variables = dict[str, Any]
Evaluate = Callable[[Variables], Any]
MOST_LOOPS = 100_000


@dataclass(frozen=True, slots=True)
class Scale:
    """How long to measure. `quick`: everything within a minute, figures are rough.

    Args:
        pairs: rounds of each side; at least nine.
        round_s: about how long one round takes.
        clients: rows of the search by phone.
        requests: of one round of the intake.
        events: of the run that watches memory and open files.
    """

    name: str = "usual"
    pairs: int = 11
    round_s: float = 0.004
    clients: int = 100_000
    requests: int = 6_000
    events: int = 30_000


USUAL = Scale()
QUICK = Scale("quick", 9, 0.001, 5_000, 1_500, 10_000)
FULL = Scale("full", 15, 0.006, 1_000_000, 12_000, 100_000)
TINY = Scale("tiny", 1, 0.0, 20, 64, 40)  # does everything run at all?


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        section: heading that it stands under.
        name: what was measured.
        value, unit: the figure that the goal is about.
        goal: None = only told. The figure should be at most (or, with `at_least`, at least) this.
        detail: absolute numbers for people.
        numbers: the same for programs.
    """

    section: str
    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False
    detail: str = ""
    numbers: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of both sides in nanoseconds per evaluation, and the ratio of each pair."""

    base_ns: float
    ours_ns: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def more_ns(self) -> float:
        """What ours costs more."""
        return self.base_ns * (self.ratio - 1)

    def numbers(self) -> dict[str, float]:
        spread = sorted(self.ratios)
        return {
            "base_ns": self.base_ns,
            "ours_ns": self.ours_ns,
            "ratio": self.ratio,
            "ratio_low": spread[0],
            "ratio_high": spread[-1],
        }


def turns(evaluate: Evaluate, sets: Sequence[Variables], loops: int) -> float:
    """Seconds of the processor for `loops` passes over all sets."""
    began = time.thread_time()
    for _ in range(loops):
        for variables in sets:
            evaluate(variables)
    return time.thread_time() - began


def loops_for(evaluate: Evaluate, sets: Sequence[Variables], round_s: float) -> int:
    """How many passes fill a round; the first call may still be learning, so it is not counted."""
    turns(evaluate, sets, 4)
    once = min(turns(evaluate, sets, 1) for _ in range(3))
    return max(1, min(MOST_LOOPS, int(round_s / once) if once else 1))


def compare(
    base: Evaluate,
    ours: Evaluate,
    sets: Callable[[], list[Variables]],
    scale: Scale,
    *,
    renew: bool = False,
) -> Pair:
    """Time two evaluations in turn.

    Args:
        sets: makes the sets of variables; each side has its own, because scripts write into them.
        renew: make new sets for every round: texts that nobody has seen or hashed before. One pass per round then.
    """
    mine, other = sets(), sets()
    base_loops, our_loops = loops_for(base, other, scale.round_s), loops_for(ours, mine, scale.round_s)
    if renew:
        base_loops = our_loops = 1
    base_times, our_times = [], []
    for index in range(scale.pairs):
        if renew:
            mine, other = sets(), sets()
        # Who goes first changes too: the second of a pair finds the caches of the machine warm.
        if index % 2:
            our_times.append(turns(ours, mine, our_loops) / (our_loops * len(mine)))
            base_times.append(turns(base, other, base_loops) / (base_loops * len(other)))
        else:
            base_times.append(turns(base, other, base_loops) / (base_loops * len(other)))
            our_times.append(turns(ours, mine, our_loops) / (our_loops * len(mine)))
    return Pair(
        statistics.median(base_times) * 1e9,
        statistics.median(our_times) * 1e9,
        tuple(b / a for a, b in zip(base_times, our_times, strict=True)),
    )


def each_s(
    call: Callable[[Any], Any], items: Iterable[Any], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Seconds of every single call."""
    times = []
    for item in items:
        began = clock()
        call(item)
        times.append(clock() - began)
    return times


def quantile(values: Sequence[float], part: float) -> float:
    """`part` 0.99 = p99."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def nanoseconds(value: float) -> str:
    """`63 ns`, `1.4 µs`, `2.5 ms`."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.0f} ns"
