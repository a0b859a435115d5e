"""Fixes: what is only written better gives the same outcome; what was broken works afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salebot_uiscom as su
from salebot_uiscom.lint import check_field, fix_field

CATALOG = su.Interpreter(entry_points=False).catalog
VARIABLES = {"a": 3, "b": "2.5", "s": [1, "два"], "client.имя": "Аня", "d": {"k": 1}}


def fixed(text: str) -> str:
    return fix_field(text, check_field(text, CATALOG, known=["a", "b", "s", "d", "имя"]))


def outcome(text: str) -> tuple[Any, list[str]]:
    result = su.evaluate(text, VARIABLES)
    return repr(result.variables), [error.code for error in result.errors]


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("x = max(#{a}, #{ b })", "x = max(a, b)"),
        ("x = s[#{a}]", "x = s[a]"),
        ("x = a == 3 and#{b}== 2.5", "x = a == 3 and b== 2.5"),
        ("x = #{client.имя} == 'Аня'", "x = client.имя == 'Аня'"),
        ("x = #{a} - #{b}", "x = #{a} - #{b}"),
        ("x = #{a}", "x = #{a}"),
        ("x = [#{a}, #{b}]", "x = [#{a}, #{b}]"),
        ("x = #{q#{a}} == 1", "x = #{q#{a}} == 1"),
        ('x = "#{a}" == ""', 'x = "#{a}" == ""'),
        ('x = if(a == "", 1, 2)', "x = if(a == None, 1, 2)"),
        ('x = if("" != a, 1, 2)', "x = if(None != a, 1, 2)"),
        ("x = if(a = 5, 1, if(b=2, 3, 4))", "x = if(a == 5, 1, if(b==2, 3, 4))"),
        ("x = if(a >= 5 and b = 2, 1, 4)", "x = if(a >= 5 and b == 2, 1, 4)"),
        ("x = if(a = 5, 1", "x = if(a = 5, 1"),
        ("phone = 8-900-123-45-67", 'phone = "8-900-123-45-67"'),
        ("x = rоund(a)", "x = round(a)"),
        ("x = ROUND(a)", "x = ROUND(a)"),
        ("x = Цена (руб)", "x = Цена (руб)"),
        ("x = round(a) /* noqa */ + max(#{a}, 1)", "x = round(a) /* noqa */ + max(#{a}, 1)"),
    ],
)
def test_fix_writes_this(typed: str, better: str) -> None:
    assert fixed(typed) == better


HOLES = st.sampled_from(["#{a}", "#{ b }", "#{client.имя}", "#{нет}", "a", "5", '"т"', "s", "#{q#{a}}"])


@st.composite
def conditions(draw: Any, depth: int = 2) -> str:
    if depth == 0:
        return str(draw(HOLES))
    one, two = draw(conditions(depth - 1)), draw(conditions(depth - 1))
    blank = draw(st.sampled_from(["", " "]))
    shape = draw(st.integers(0, 5))
    if shape == 0:
        return f"max({one},{two})"
    if shape == 1:
        return f"if({one}{blank}== {two}, {one}, {two})"
    if shape == 2:
        return f"{one}{draw(st.sampled_from([' and', ' or', '&&', '==', '<', '+', '-']))}{blank}{two}"
    if shape == 3:
        return f"s[{one}]"
    if shape == 4:
        return f"[{one},{two}]"
    return f"concat({one}, {two})"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(conditions())
def test_leaving_out_needless_holes_changes_no_outcome(expression: str) -> None:
    code = f"x = {expression}"
    findings = [item for item in check_field(code, CATALOG) if item.code == "SB705"]
    assert outcome(fix_field(code, findings)) == outcome(code)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(conditions())
def test_fixing_comes_to_an_end(expression: str) -> None:
    code = f"x = if({expression}, 1, 2)"
    for _ in range(6):
        code = fixed(code)
    assert fixed(code) == code
