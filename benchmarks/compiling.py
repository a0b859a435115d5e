"""What a new source costs: time by length and kind, the same source again, memory."""

from __future__ import annotations

import gc
import statistics
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from time import thread_time
from typing import Any

import salebot_uiscom as su
from salebot_uiscom.functions.pages import built_in_catalog
from salebot_uiscom.lang.expression import Expression
from salebot_uiscom.lang.shelf import EXPRESSION, SCRIPT, Shelf
from salebot_uiscom.source import Source

from .measure import Row, Scale, each_s, nanoseconds, turns
from .workloads import WORDINGS, nested

COMPILING = "Language: a new source"
LENGTHS = (2_500, 5_000, 10_000, 20_000)
LONGEST_IF = 2_000
#: Wording → goals: microseconds for a new source, kilobytes of a compiled one.
GOALS = {"W1a": (150, 1.5), "W2a": (None, 3.5), "W5a": (1_000, 7)}


def rows(scale: Scale) -> list[Row]:
    return [*new_sources(scale), *lengths(scale), *again(scale), *from_disk(scale), *memory(scale)]


def compile_new(text: str) -> Any:
    """Past the cache of `su.compile_expression`, if there is one."""
    return Expression(Source(text), built_in_catalog())


def variants(text: str, count: int, first: int = 0) -> list[str]:
    """The same text with other constants at its end: none was seen before."""
    return [f"{text} + {number}" for number in range(first, first + count)]


def script_variants(text: str, count: int, first: int = 0) -> list[str]:
    return [text.replace("300", str(1_000 + number)) for number in range(first, first + count)]


def texts_of(name: str, count: int, first: int = 0) -> list[str]:
    wording = next(one for one in WORDINGS if one.name == name)
    return (script_variants if wording.is_script else variants)(wording.text, count, first)


def counts(scale: Scale, usual: int) -> int:
    return max(1, min(usual, int(scale.round_s * 1000 * usual / 4)))


def new_sources(scale: Scale) -> Iterator[Row]:
    count = counts(scale, 200)
    compile_new("1 + 1")  # the grammar is read once
    for name, (goal, _) in GOALS.items():
        times = each_s(compile_new, texts_of(name, count), thread_time)
        yield Row(
            COMPILING, f"compile {name}", statistics.median(times) * 1e6, "µs", goal,
            detail=f"median of {count}, best {nanoseconds(min(times) * 1e9)}", numbers={"best_us": min(times) * 1e6},
        )  # fmt: skip
    text = longest_if()
    times = each_s(compile_new, variants(text, counts(scale, 30)), thread_time)
    yield Row(
        COMPILING, f"compile one if of {len(text):,} characters", statistics.median(times) * 1e3, "ms", 8,
        detail=f"best {nanoseconds(min(times) * 1e9)}",
    )  # fmt: skip


def longest_if() -> str:
    """An `if` of nearly the largest length that the language allows: a flat one of long conditions."""
    text = "0"
    number = 0
    while True:
        number += 1
        longer = nested([f"n{number} == {number} and city != 'Москва'"], [f"price * {number}"], text)
        if len(longer) > LONGEST_IF:
            return text
        text = longer


def program_of(length: int) -> str:
    """A script of about so many characters: lines of usual kinds."""
    lines = []
    written = 0
    while written < length:
        number = len(lines)
        line = (
            f"x{number} = (price * count - {number}) * 1.2",
            f'label{number} = "Заказ " + order_no + " готов"',
            f"rate{number} = if(hour >= 9 and hour < 18, {number}, 0)",
            f'kept{number} = round(price / 3, 2) + len("текст {number}")',
        )[number % 4]
        lines.append(line)
        written += len(line) + 1
    return "\n".join(lines)


def lengths(scale: Scale) -> Iterator[Row]:
    """Growth with the length: twice the text should cost twice the time."""
    texts = [program_of(length) for length in LENGTHS]
    count = counts(scale, 9)
    times_of: list[list[float]] = [[] for _ in texts]
    for n in range(count):
        # In turn and each time from another one on, so that a collection of garbage does not always hit the same.
        for at in range(len(texts)):
            index = (at + n) % len(texts)
            times_of[index] += each_s(compile_new, [f"{texts[index]}\ny = {n}"], thread_time)
    times = [statistics.median(times) for times in times_of]
    for text, taken in zip(texts, times, strict=True):
        yield Row(
            COMPILING, f"compile a script of {len(text):,} characters", taken * 1e3, "ms",
            detail=f"{taken / len(text) * 1e9:,.0f} ns per character",
        )  # fmt: skip
    yield Row(
        COMPILING, "time per character at 20,000 against 2,500, with collections", growth(texts, times), "×",
        detail="a long text meets one collection of all garbage, a short one seldom does",
    )  # fmt: skip
    ends = [texts[0], texts[-1]]
    alone: list[list[float]] = [[], []]
    gc.collect()
    gc.disable()
    try:
        for n in range(count):
            for at, text in enumerate(ends):
                alone[at] += each_s(compile_new, [f"{text}\nz = {n}"], thread_time)
    finally:
        gc.enable()
    yield Row(
        COMPILING, "the same without collections", growth(ends, [statistics.median(times) for times in alone]),
        "×", 1.3, detail="1 = grows with the length",
    )  # fmt: skip


def growth(texts: list[str], times: list[float]) -> float:
    """Time per character of the longest text, in times of that of the shortest."""
    return (times[-1] / len(texts[-1])) / (times[0] / len(texts[0]))


def again(scale: Scale) -> Iterator[Row]:
    """The same source once more, by the cache that the programs go through."""
    text = texts_of("W1a", 1)[0]
    for name, compile_text in (("su.compile", su.compile), ("Interpreter.compile", _interpreter().compile)):
        source = f"result = {text}"
        compile_text(source)
        sets: list[Any] = [{}] * 16
        loops = max(1, counts(scale, 4000))
        call = _whatever_is_given(compile_text, source)
        taken = min(turns(call, sets, loops) for _ in range(5)) / (loops * len(sets))
        yield Row(COMPILING, f"the same source again, {name}", taken * 1e6, "µs", 1)


def _whatever_is_given(call: Callable[[str], Any], source: str) -> Callable[[Any], Any]:
    return lambda _: call(source)


def _interpreter() -> Any:
    from salebot_uiscom.interpreter import Interpreter

    return Interpreter(plugins=(), entry_points=False)


def from_disk(scale: Scale) -> Iterator[Row]:
    """A source that another process has compiled: found on the disk, ready to be evaluated."""
    count = counts(scale, 200)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        for name in GOALS:
            texts = texts_of(name, count + 1)
            for text in texts:
                Expression(Source(text), built_in_catalog(), kept=Shelf(folder))
            shelf = Shelf(folder)  # as in another process: what the first one remembers is not there
            Expression(Source(texts.pop()), built_in_catalog(), kept=shelf)  # reads the file

            def find(text: str, shelf: Shelf = shelf) -> Expression:
                return Expression(Source(text), built_in_catalog(), kept=shelf)

            times = each_s(find, texts, thread_time)
            kind = SCRIPT if find(texts[0]).is_script else EXPRESSION
            if shelf.get(kind, texts[0]) is None:
                raise AssertionError(f"{name} was not kept on the disk")
            yield Row(
                COMPILING, f"{name} from the disk", statistics.median(times) * 1e6, "µs", 20,
                detail=f"median of {count}, best {nanoseconds(min(times) * 1e9)}",
            )  # fmt: skip


def memory(scale: Scale) -> Iterator[Row]:
    """What a compiled text keeps, by tracemalloc; what is loaded once for all is there before."""
    count = counts(scale, 100)
    for name, (_, goal) in GOALS.items():
        kept = [compile_new(text) for text in texts_of(name, 3, 10**6)]
        texts = texts_of(name, count, 2 * 10**6)
        taken = _kept_bytes(lambda texts=texts: [compile_new(text) for text in texts])
        del kept
        yield Row(COMPILING, f"memory of a compiled {name}", taken / count / 1000, "kB", goal)


def _kept_bytes(make: Callable[[], Any]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = make()
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        del kept
    finally:
        tracemalloc.stop()
    return after - before
