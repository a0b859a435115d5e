"""Mathematical functions (functions-core.md 2)."""

from __future__ import annotations

import math
from typing import Any

import pytest
from call_core import Caller, context
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.functions import math as module

call = Caller(module)

GIANT = "9" * 400
GIANT_FRACTION = "9" * 400 + ".5"

# name, arguments, expected value or `error KIND`
TABLE: list[tuple[str, tuple[Any, ...], Any]] = [
    ("abs", (None,), "error none"),
    ("abs", (True,), 1),
    ("abs", ("True",), 1),
    ("abs", ("+5",), "error type"),
    ("abs", ([1],), "error type"),
    ("abs", (), "error arity"),
    ("abs", (1, 2), "error arity"),
    ("ceil", (5,), 5),
    ("ceil", ("1" * 30 + ".5",), math.ceil(float("1" * 30))),
    ("floor", (None,), "error none"),
    ("int", ("",), "error type"),
    ("int", (" 7 ",), 7),
    ("int", (12345678901234567890,), 12345678901234567890),
    ("round", (3.0,), 3),
    ("round", (2.5, ""), 3),
    ("round", (2.5, None), 3),
    ("round", (-0.4,), 0),
    ("round", (0.5,), 1),
    ("round", (2.675, 2), 2.68),
    ("round", (15, -1), 20),
    ("round", (-15, -1), -20),
    ("round", (4, -1), 0),
    ("round", (0.0000001, 7), 0.0000001),
    ("round", (10**300, 20), 10**300),
    ("round", (1e22, -20), 10**22),
    ("round", (1.5, 0.5), "error type"),
    ("round", (1.5, 21), "error value"),
    ("round", (1.5, -21), "error value"),
    ("round", ("a",), "error type"),
    ("customizable_round_multiply", (1.275, 5.822, 4), 7.4231),
    ("customizable_round_multiply", (-2.5, 1, 0), -3),
    ("customizable_round_multiply", (1, 2), "error arity"),
    ("customizable_round_multiply", (1, 2, ""), "error type"),
    ("customizable_round_multiply", (1e300, 1e300, 2), "error overflow"),
    ("customizable_round_multiply", (5e-324, 5e-324, 20), 0),
    ("customizable_round_division", (10, 3, 2), 3.33),
    ("customizable_round_division", (-10, 4, 0), -3),
    ("customizable_round_division", (10, -4, 0), -3),
    ("customizable_round_division", (0.3, 0.1, 10), 3),
    ("customizable_round_division", (1, 5e-324, 0), "error overflow"),
    ("int_to_string", (999, " "), "999"),
    ("int_to_string", (1234567, ""), "1 234 567"),
    ("int_to_string", (0.00001, " "), "0.00001"),
    ("int_to_string", (-999999.25, "'"), "-999'999.25"),
    ("int_to_string", ("abc", " "), "error type"),
    ("int_to_string", (10**300, "x" * 20_000), "error limit"),
    ("exp", (-1000,), 0),
    ("exp", (709.5,), "error overflow"),
    ("fac", (170,), math.factorial(170)),
    ("fac", ("5.0",), 120),
    ("fac", (10**100,), "error overflow"),
    ("log", (math.e,), 1),
    ("log", (1000, 10), 3),
    ("log", (0.01, 10), -2),
    ("log", (125, 5), 3),
    ("log", (1, 7), 0),
    ("log", (5, ""), math.log(5)),
    ("log", (-1,), "error value"),
    ("log", (5, 0), "error value"),
    ("log", (5, -2), "error value"),
    ("log", (10**200, 10**150), 4 / 3),
    ("max", (5,), 5),
    ("max", (), "error arity"),
    ("max", ([1, 2],), "error type"),
    ("max", (1, None), "error none"),
    ("max", (1, ""), "error type"),
    ("min", (2, 2.5, "-1"), -1),
    ("min", (), "error arity"),
    ("pyt", (0, "7"), 7),
    ("pyt", (1e307, 1e307), math.hypot(1e307, 1e307)),
    ("pyt", (9.9e307, 9.9e307), "error overflow"),
    ("sqrt", (0,), 0),
    ("sqrt", (10**300,), 1e150),
    ("sin", ("abc",), "error type"),
    ("cos", (3.141592653589793,), -1),
    ("tan", ("0",), 0),
    ("asin", (0,), 0),
    ("asin", (1.0000001,), "error value"),
    ("acos", (-1,), math.pi),
    ("atan2", (0, 0), 0),
    ("random", (1,), "error arity"),
    ("random", ("a", 2), "error type"),
    ("random", (2.9, 2.1), 2),
    ("is_int", (None,), False),
    ("is_int", (5.0,), True),
    ("is_int", (5.5,), False),
    ("is_int", (True,), False),
    ("is_int", ("True",), False),
    ("is_int", ("5 шт",), False),
    ("is_int", (" 5 ",), True),
    ("is_int", ([5],), False),
    ("is_int", ("٥",), False),
    ("is_int", (GIANT,), True),
    ("is_float", (None,), False),
    ("is_float", ("nan",), False),
    ("is_float", ("-0.5",), True),
    ("is_float", (GIANT_FRACTION,), True),
    ("is_float", ("5.",), False),
    ("distance", (0, 0, 0, 180), math.pi * 6373.0088),
    ("distance", (90, 0, -90, 0), math.pi * 6373.0088),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TABLE)
def test_table(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    found = call.outcome(name, *arguments)
    if isinstance(expected, str):
        assert found == expected
    else:
        assert type(found) is bool if isinstance(expected, bool) else not isinstance(found, bool)
        assert found == pytest.approx(expected, rel=1e-12) if isinstance(expected, float) else found == expected


@pytest.mark.parametrize(("example", "expected"), call.examples())
def test_example_of_the_documentation(example: str, expected: str) -> None:
    found = call.run_example(example)
    assert expected == "случайно" or found == expected


@pytest.mark.parametrize(
    "name", [item.name for item in call.functions if item.name not in ("is_int", "is_float", "fac")]
)
@pytest.mark.parametrize("giant", [GIANT, "-" + GIANT])
def test_numbers_beyond_the_range_are_an_overflow(name: str, giant: str) -> None:
    function = call.catalog[name]
    count = function.least
    outcome = call.outcome(name, giant, *["2"] * (count - 1))
    assert outcome in ("error overflow", "error value")


def test_distance_of_the_manual() -> None:
    found = call("distance", 52.2296756, 21.0122287, 52.406374, 16.9251681)
    assert found == pytest.approx(278.5459739738798, rel=1e-9)


def test_random_includes_both_bounds_in_any_order() -> None:
    run = context(seed=5)
    assert {call("random", 3, 1, run=run) for _ in range(100)} == {1, 2, 3}
    assert {call("random", "-1.9", 1.9, run=run) for _ in range(100)} == {-1, 0, 1}


def test_random_repeats_with_the_same_seed() -> None:
    assert [call("random", 0, 10**9, run=context(7))] == [call("random", 0, 10**9, run=context(7))]


@given(st.decimals(-(10**9), 10**9, places=4))
def test_round_goes_half_away_from_zero(number: Any) -> None:
    text = f"{number:f}"
    expected = number.quantize(number.__class__("0.01"), rounding="ROUND_HALF_UP")
    assert call("round", text, 2) == float(expected)


@given(st.integers(-(10**40), 10**40))
def test_groups_of_digits_lose_nothing(number: int) -> None:
    text = call("int_to_string", number, " ")
    assert int(text.replace(" ", "")) == number
    assert all(len(group) == 3 for group in text.lstrip("-").split(" ")[1:])
