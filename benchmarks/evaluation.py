"""Evaluating compiled texts: our language and others beside hand-written Python."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import salebot_uiscom as su
from salebot_uiscom.functions.registry import function
from salebot_uiscom.hookspecs import hookimpl
from salebot_uiscom.interpreter import Interpreter

from .measure import Row, Scale, Variables, compare, nanoseconds
from .peers import ENGINES, Unfit, prepared, same
from .workloads import WORDINGS, Wording

EVALUATION = "Language: evaluation, × hand-written Python"
AROUND = "Language: what the ways around an evaluation add"

#: Engine → wording → ratio, or why there is none. Filled by `rows`.
PEERS: dict[str, dict[str, float | str]] = {}
COLUMNS = [wording.name for wording in WORDINGS if wording.engines]


def rows(scale: Scale) -> list[Row]:
    found = [evaluated(wording, scale) for wording in WORDINGS]
    found += medians_of_kinds(found)
    PEERS.clear()
    PEERS["salebot_uiscom"] = {row.name.split()[0]: row.value for row in found if row.name.split()[0] in COLUMNS}
    for engine in ENGINES:
        PEERS[engine] = {wording.name: peer(engine, wording, scale) for wording in WORDINGS if wording.engines}
    return [*found, *around(scale)]


def check(wording: Wording, evaluate: Any) -> None:
    """The same results as by hand, before anything is timed; several rounds, because programs learn."""
    for _ in range(4):
        for index in range(len(wording.sets())):
            ours, theirs = wording.one(index), wording.one(index)
            found, expected = evaluate(ours), wording.by_hand(theirs)
            if not (same(found, expected) and same(ours, theirs)):
                raise AssertionError(f"{wording.name}: {found!r} {ours!r} instead of {expected!r} {theirs!r}")


def evaluated(wording: Wording, scale: Scale) -> Row:
    compiled = su.compile_expression(wording.text)
    check(wording, compiled.evaluate)
    pair = compare(wording.by_hand, compiled.evaluate, wording.sets, scale, renew=wording.renew)
    return Row(
        EVALUATION, f"{wording.name} {wording.what}", pair.ratio, "×", wording.goal,
        detail=f"{nanoseconds(pair.base_ns)} by hand, {nanoseconds(pair.ours_ns)}", numbers=pair.numbers(),
    )  # fmt: skip


def medians_of_kinds(found: list[Row]) -> Iterator[Row]:
    """Median of the wordings of each workload."""
    for kind in dict.fromkeys(wording.name[:2] for wording in WORDINGS):
        of_kind = [row for row in found if row.name.startswith(kind)]
        yield Row(
            EVALUATION, f"{kind}, median of {len(of_kind)} wordings", statistics.median(row.value for row in of_kind),
            "×", of_kind[0].goal,
        )  # fmt: skip


def peer(engine: str, wording: Wording, scale: Scale) -> float | str:
    try:
        made = prepared(engine, wording)
    except Unfit as reason:
        return str(reason)
    return compare(wording.by_hand, made.run, wording.sets, scale).ratio


# ---------------------------------------------------------------- around it


class Asking:
    """A plugin with one function that has an effect."""

    name = "benchmark"

    @hookimpl
    def register_functions(self, register: Any) -> None:
        register(asked)


@function("bench_asked", effect=True)
def asked(number: Any) -> Any:
    """Asks nobody here, but could."""
    return number
    yield


def around(scale: Scale) -> Iterator[Row]:
    interpreter = Interpreter(plugins=(Asking(),), entry_points=False)
    sets = [{"flag": 0, "x": index} for index in range(16)]
    with_effect = interpreter.compile("y = if(flag == 1, bench_asked(x), x + 2)")
    without = interpreter.compile("y = if(flag == 1, x, x + 2)")
    assert with_effect.effectful

    def run(program: Any) -> Any:
        return lambda variables: interpreter.run(program, variables)

    assert run(with_effect)({"flag": 0, "x": 3}).variables["y"] == run(without)({"flag": 0, "x": 3}).variables["y"] == 5
    pair = compare(run(without), run(with_effect), lambda: [dict(one) for one in sets], scale)
    yield Row(
        AROUND, "a program whose effect is not taken, more than a pure one", pair.more_ns, "ns", 300,
        detail=f"{nanoseconds(pair.base_ns)} pure, {nanoseconds(pair.ours_ns)}", numbers=pair.numbers(),
    )  # fmt: skip

    by_name = {wording.name: wording for wording in WORDINGS}
    for name in ("W1a", "W5a"):
        wording = by_name[name]
        text = wording.text if wording.is_script else f"result = {wording.text}"
        evaluate, program = su.compile_expression(text).evaluate, su.compile(text)
        pair = compare(evaluate, program.run, wording.sets, scale)
        yield Row(
            AROUND, f"Program.run of {name}, more than evaluate", pair.more_ns / 1000, "µs", 3,
            detail=f"{nanoseconds(pair.base_ns)} evaluate, {nanoseconds(pair.ours_ns)} run", numbers=pair.numbers(),
        )  # fmt: skip
    wording = by_name["W1a"]
    text = f"result = {wording.text}"

    def whole(variables: Variables) -> Any:
        return su.evaluate(text, variables)

    pair = compare(su.compile(text).run, whole, wording.sets, scale)
    yield Row(
        AROUND, "su.evaluate(text, …), more than Program.run", pair.more_ns / 1000, "µs", 1,
        detail="the text is found again in the cache", numbers=pair.numbers(),
    )  # fmt: skip
