"""Arithmetic shared by operators and functions."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.errors import Fault
from salebot_uiscom.functions.numbers import (
    add_numbers,
    divide,
    logarithm,
    multiply,
    power,
    remainder,
    round_ratio,
    subtract,
)

BIG = 10**307

TABLE: list[tuple[Callable[[Any, Any], Any], Any, Any, Any]] = [
    (add_numbers, 99999999999999999, 1, 100000000000000000),
    (add_numbers, 0.1, 0.2, 0.30000000000000004),
    (add_numbers, 9 * BIG, 9 * BIG, "overflow"),
    (add_numbers, 10**400, 0.5, "overflow"),
    (subtract, 5, 7.5, -2.5),
    (subtract, -9 * BIG, 9 * BIG, "overflow"),
    (multiply, 10**154, 10**154, "overflow"),
    (multiply, 10**154, 10**153, 10**307),
    (multiply, 1e200, 1e200, "overflow"),
    (multiply, 10**400, 0.5, "overflow"),
    (divide, 10, 4, 2.5),
    (divide, 10, 5, 2),
    (divide, -9, 3, -3),
    (divide, 10**40, 10**20, 10**20),
    (divide, 10**300 + 1, 10**299, 10.0),
    (divide, 1, 3, 1 / 3),
    (divide, 5, 0, "zero_division"),
    (divide, 5, 0.0, "zero_division"),
    (divide, 1e300, 1e-300, "overflow"),
    (divide, 10**400, 3, "overflow"),
    (remainder, -7, 3, 2),
    (remainder, 7, -3, -2),
    (remainder, 5.5, 2, 1.5),
    (remainder, 5, 0, "zero_division"),
    (remainder, 10**400, 2.5, "overflow"),
    (power, 2, 10, 1024),
    (power, 2, 70, 1180591620717411303424),
    (power, 2, -1, 0.5),
    (power, 0, 0, 1),
    (power, 0, 5, 0),
    (power, 0, -1, "zero_division"),
    (power, 0.0, -0.5, "zero_division"),
    (power, 1, -(10**300), 1),
    (power, -1, 10**300 + 1, -1),
    (power, True, 2, 1),
    (power, -8, 0.5, "value"),
    (power, -8.0, 3.0, -512),
    (power, 9, 0.5, 3),
    (power, 9, 9**9, "overflow"),
    (power, 9, -(9**9), 0),
    (power, 10, 307, 10**307),
    (power, 10, 308, "overflow"),
    (power, 2, 1023, 2**1023),
    (power, 2, 1024, "overflow"),
    (power, 10.5, 400, "overflow"),
    (power, 10**400, 0.5, "overflow"),
    (power, 10.5, 10**400, "overflow"),
]


@pytest.mark.parametrize(("operation", "left", "right", "expected"), TABLE)
def test_operation(operation: Callable[[Any, Any], Any], left: Any, right: Any, expected: Any) -> None:
    if isinstance(expected, str):
        with pytest.raises(Fault) as caught:
            operation(left, right)
        assert caught.value.kind == expected
    else:
        assert operation(left, right) == expected


def test_a_quotient_that_divides_evenly_is_whole() -> None:
    assert isinstance(divide(10, 5), int)
    assert isinstance(power(2, 3), int)


def test_towers_of_powers_cost_nothing() -> None:
    start = time.perf_counter()
    assert power(3, -(10**300)) == 0
    for base in (9, 10**300):
        with pytest.raises(Fault):
            power(base, 10**300)
    assert time.perf_counter() - start < 0.5


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30).filter(bool))
def test_quotients_and_remainders_fit_together(left: int, right: int) -> None:
    rest = remainder(left, right)
    assert divide(left - int(rest), right) * right + rest == left
    assert rest == 0 or (rest > 0) == (right > 0)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.integers(-6, 6))
def test_rounding_is_off_by_half_a_step_at_most(numerator: int, denominator: int, digits: int) -> None:
    rounded = round_ratio(numerator, denominator, digits)
    step = Fraction(10) ** -digits
    exact = Fraction(numerator, denominator)
    nearest = round(Fraction(rounded) / step) * step
    assert abs(nearest - exact) <= step / 2
    if abs(nearest - exact) == step / 2:
        assert abs(nearest) > abs(exact)


@pytest.mark.parametrize("base", [2, 3, 5, 6, 10, 12])
def test_logarithms_of_powers_are_exact(base: int) -> None:
    assert [logarithm(base**exponent, base) for exponent in range(30)] == list(range(30))
