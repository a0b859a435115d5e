"""Texts of any shape cost no more than their length: four times the text, at most about four times the work.

Compared are two runs of one shape on one machine, never seconds. Work that is too small to be measured passes.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.errors import CalculatorError
from salebot_uiscom.functions.pages import built_in_catalog
from salebot_uiscom.lang.parser import Parser
from salebot_uiscom.lang.statements import parse_field

SMALL, LARGE = 5_000, 20_000
UNMEASURED = 0.15
WORST = 9.0  # a square would be 16

SHAPES: dict[str, Callable[[int], str]] = {
    "long sum": lambda n: "x = " + "+".join(["a"] * (n // 2)),
    "long product": lambda n: "x = " + "*".join(["1"] * (n // 2)),
    "many powers": lambda n: "x = " + "^".join(["1"] * (n // 2)),
    "many signs": lambda n: "x = " + "-" * n + "1",
    "nested brackets": lambda n: "x = " + "(" * (n // 2) + "1" + ")" * (n // 2),
    "open brackets": lambda n: "x = " + "(" * n,
    "open arrays": lambda n: "x = " + "[" * n,
    "open dictionaries": lambda n: "x = " + '{"a":' * (n // 5),
    "closing brackets": lambda n: "x = " + ")" * n,
    "open array on each line": lambda n: "x = [\n" * (n // 6),
    "open bracket on each line": lambda n: "x = (1\n" * (n // 7),
    "open call on each line": lambda n: "round(\n" * (n // 7),
    "opened, later closed": lambda n: "x = [1,\n" * (n // 16) + "]\n" * (n // 4),
    "many holes": lambda n: 'x = "' + "#{a}" * (n // 4) + '"',
    "open holes": lambda n: "x = " + "#{" * (n // 2),
    "open holes in a string": lambda n: 'x = "' + "#{" * (n // 2) + '"',
    "open holes and quotes": lambda n: "x = " + '#{"' * (n // 3),
    "open hole on each line": lambda n: "x = #{a\n" * (n // 8),
    "nested holes": lambda n: "y = " + "#{x" * (n // 4) + "}" * (n // 4),
    "quotes only": lambda n: "x = " + '"' * n,
    "open quote on each line": lambda n: 'x = "a\n' * (n // 7),
    "open quotes of three kinds": lambda n: "".join(f"x = {quote}a\n" for quote in "\"'`" * (n // 21)),
    "escaped quotes": lambda n: 'x = "' + '\\"' * (n // 2),
    "escaped quotes and a comment": lambda n: 'x = "' + '\\"' * (n // 2) + " /* a */",
    "escaped quotes in a hole": lambda n: "x = #{" + '\\"' * (n // 2) + "}",
    "backslashes": lambda n: 'x = "' + "\\" * n,
    "long if": lambda n: "x = " + "if(a, 1, " * (n // 10) + "2" + ")" * (n // 10),
    "many conditions": lambda n: "x = " + " and ".join(["a"] * (n // 6)),
    "chain of comparisons": lambda n: "x = " + " < ".join(["a"] * (n // 4)),
    "long array": lambda n: "x = [" + ",".join(["1"] * (n // 2)) + "]",
    "long dictionary": lambda n: "x = {" + ",".join(['"a":1'] * (n // 6)) + "}",
    "many arguments": lambda n: "x = max(" + ",".join(["1"] * (n // 2)) + ")",
    "many indexes": lambda n: "x = a" + "[0]" * (n // 3),
    "many indexes on the left": lambda n: "a" + "[0]" * (n // 3) + " = 5",
    "nested lengths": lambda n: "x = " + "len(" * (n // 40) + "a" + ")" * (n // 40),
    "nested roundings": lambda n: "x = " + "round(" * (n // 40) + "a" + ")" * (n // 40),
    "many comments": lambda n: "/* a */\n" * (n // 8),
    "many comments on a line": lambda n: "/* a */" * (n // 7),
    "open comments": lambda n: "x = ' /* \n" * (n // 10),
    "spaces": lambda n: "x = a" + " " * n + "b",
    "line ends": lambda n: "\r" * n,
    "equals signs": lambda n: "=" * n,
    "hyphens": lambda n: "x = " + "-".join(["слово"] * (n // 6)),
    "digits and dots": lambda n: "x = " + "1." * (n // 2),
    "combining marks": lambda n: "x = a" + "\u0301" * n,
    "a long name": lambda n: "я" * n + " = 1",
    "JSON with holes": lambda n: "x = '[" + ",".join(['"#{a}"'] * (n // 7)) + "]'",
}


def read(text: str) -> None:
    """What happens to a text before it is known to be harmless; compiling is linear by construction."""
    catalog = built_in_catalog()
    parse_field(text, catalog)
    try:
        Parser(text, catalog).parts(0, len(text))
    except su.Fault:
        return


def cost(work: Callable[[str], Any], text: str) -> float:
    """The best of three, without the collections of garbage that a long text meets and a short one does not."""
    best = float("inf")
    gc.disable()
    try:
        for _ in range(3):
            start = process_time()
            work(text)
            best = min(best, process_time() - start)
            if best < UNMEASURED:
                break
    finally:
        gc.enable()
    return best


def grows_no_faster(work: Callable[[str], Any], small: str, large: str) -> bool:
    spent = cost(work, large)
    return spent < UNMEASURED or spent / cost(work, small) < WORST


@pytest.mark.parametrize("shape", SHAPES)
def test_reading_grows_with_the_text(shape: str) -> None:
    assert grows_no_faster(read, SHAPES[shape](SMALL), SHAPES[shape](LARGE))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_ends_in_a_value_or_an_error(shape: str) -> None:
    text = SHAPES[shape](3_000)
    outcome = su.evaluate(text, {"a": 1})
    assert all(1 <= error.line <= text.count("\n") + text.count("\r") + 1 for error in outcome.errors)
    with contextlib.suppress(CalculatorError):
        su.compile_expression(text).evaluate({"a": 1})


def test_statements_run_in_time_of_their_number() -> None:
    def run(text: str) -> None:
        su.evaluate(text, {"a": 1})

    # A few statements repeated: compiling is kept, running is measured.
    lines = ["x = a + 1", 'y = "#{a}!"', "z = [a, x]", "w = if(a > 0, x, 2)"]
    small, large = "\n".join(lines * 50), "\n".join(lines * 200)
    run(small)
    run(large)
    assert grows_no_faster(run, small, large)
