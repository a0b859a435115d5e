"""The formatter: readable pairs, lines that come back unchanged, and properties over random and reference programs."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lang_cases import conformance_cases

import salebot_uiscom as su
from salebot_uiscom.functions.pages import built_in_catalog
from salebot_uiscom.lang.printer import format_field

HERE = Path(__file__).parent
CATALOG = built_in_catalog()


def lines_of(file: str) -> list[str]:
    return [line for line in (HERE / file).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def pairs() -> list[tuple[str, str]]:
    lines = lines_of("format.txt")
    found = []
    for typed, result in zip(lines[::2], lines[1::2], strict=True):
        assert result == "~" or result.startswith("-> "), result
        found.append((typed, typed if result == "~" else result.removeprefix("-> ")))
    return found


@pytest.mark.parametrize(("typed", "formatted"), pairs(), ids=[typed for typed, _ in pairs()])
def test_line_is_formatted(typed: str, formatted: str) -> None:
    assert format_field(typed, CATALOG) == formatted


@pytest.mark.parametrize("line", lines_of("identity.txt"))
def test_line_comes_back_unchanged(line: str) -> None:
    line = line.replace("⏎", "\n")
    assert format_field(line, CATALOG) == line


def outcome(code: str, variables: Any, now: Any) -> tuple[Any, list[tuple[str, int]]]:
    random.seed(1)
    result = su.evaluate(code, variables, now=now)
    return repr(result.variables), [(error.code, error.line) for error in result.errors]


def is_random(code: str) -> bool:
    return any(word in code for word in ("random", "shuffle", "timestamp", "weekday", "current_"))


@pytest.mark.parametrize("case", [case for case in conformance_cases() if "code" in case], ids=lambda case: case["id"])
def test_reference_case_means_the_same_when_formatted(case: dict[str, Any]) -> None:
    formatted = format_field(case["code"], CATALOG)
    assert format_field(formatted, CATALOG) == formatted
    assert len(formatted.splitlines()) == len(case["code"].splitlines())
    if not is_random(case["code"]) or (
        case.get("now") and "random" not in case["code"] and "shuffle" not in case["code"]
    ):
        before = outcome(case["code"], case.get("setup"), case.get("now"))
        assert outcome(formatted, case.get("setup"), case.get("now")) == before


BLANK = st.sampled_from(["", "", " ", "  ", "\t", "\u00a0", " /* x */ "])
NAMES = st.sampled_from(["a", "b", "s", "d", "нет", "светло", "client.a"])
ATOM = st.one_of(
    NAMES,
    st.sampled_from(
        ["5", "007", "1.50", "2", '"т, к"', "'a+b'", "`x`", "#{a}", "#{ b }", '"#{a}-#{нет}"', "True", "[]"]
    ),
)
SIGNS = st.sampled_from(
    ["+", "-", "*", "/", "%", "^", "**", "==", "!=", "<", "<=", " and ", " or ", "&&", "||", " AND "]
)


@st.composite
def expressions(draw: Any, depth: int = 3) -> str:
    blank = partial(draw, BLANK)
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(ATOM)
    one, two = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    shape = draw(st.integers(0, 8))
    if shape <= 2:
        return f"{one}{blank()}{draw(SIGNS)}{blank()}{two}"
    if shape == 3:
        return f"-{blank()}{one}"
    if shape == 4:
        return f"({blank()}{one}{blank()})"
    if shape == 5:
        return f"[{one}{blank()},{blank()}{two}{blank()}]"
    if shape == 6:
        return f'{{"k"{blank()}:{blank()}{one},{blank()}1:{two}}}'
    if shape == 7:
        return f"max({one},{blank()}{two})"
    return f"if({one}{blank()},{two},{blank()}{draw(ATOM)})"


@st.composite
def statements(draw: Any) -> str:
    blank = partial(draw, BLANK)
    left = draw(st.sampled_from(["x", "y", "client.z", 'd["k"]', "s[0]", "нов#{a}"]))
    shape = draw(st.integers(0, 9))
    if shape == 0:
        return str(draw(st.text('ab +-=(),#{}"[]/*.5', max_size=12)))
    if shape == 1:
        return f"del {blank()}d[{blank()}'k']"
    if shape == 2:
        return f"{left}{blank()}={blank()}"
    if shape == 3:
        return f"{left}{blank()}={blank()}{draw(st.text('абв -+,()#{a}', max_size=12))}"
    newline = draw(st.integers(0, 2)) == 0
    right = draw(expressions())
    if newline:
        right = f"(\n{right}\n)"
    return f"{blank()}{left}{blank()}={blank()}{right}{blank()}"


VARIABLES = {"a": 3, "b": "2.5", "s": [1, "два"], "d": {"k": 1}, "client.a": "имя"}


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(statements(), min_size=1, max_size=4).map("\n".join))
def test_random_program_means_the_same_when_formatted(code: str) -> None:
    formatted = format_field(code, CATALOG)
    assert format_field(formatted, CATALOG) == formatted
    assert outcome(formatted, VARIABLES, None) == outcome(code, VARIABLES, None)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("ab5 =+-*/%^()[]{}#\"'`,:.<>\n\u00a0&|", max_size=40))
def test_any_text_is_formatted_once_and_for_all(code: str) -> None:
    formatted = format_field(code, CATALOG)
    assert format_field(formatted, CATALOG) == formatted
    assert outcome(formatted, VARIABLES, None) == outcome(code, VARIABLES, None)


def test_an_if_near_its_limit_does_not_grow_over_it() -> None:
    code = "x = if(1==1," + "1+" * 950 + "1,0)"
    assert 1900 < len(code) < 2000
    assert format_field(code, CATALOG) == code
