"""Text functions (functions-core.md 4, functions-data.md Q23-Q25)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from call_core import Caller, context
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.functions import text as module

call = Caller(module)
CUT = "тескт для обрезки"

TABLE: list[tuple[str, tuple[Any, ...], Any]] = [
    ("substring", (CUT, 4), "т для обрезки"),
    ("substring", (CUT, -4), "езки"),
    ("substring", (CUT, 4, 6), "т "),
    ("substring", (CUT, 0, 6), "тескт "),
    ("substring", (CUT, 0, -4), "тескт для обр"),
    ("substring", (CUT, 4, -4), "т для обр"),
    ("substring", (CUT, "4", "6.0"), "т "),
    ("substring", (CUT, 4, ""), "т для обрезки"),
    ("substring", (79991234567, 1), "9991234567"),
    ("substring", (None, 2), ""),
    ("substring", ("abc", 5, 9), ""),
    ("substring", ("abc", 2, 1), ""),
    ("substring", ("abc", -99, 99), "abc"),
    ("substring", ("abc", 10**30), ""),
    ("substring", ("abc", -(10**30), 10**30), "abc"),
    ("substring", ("abc", 0, 0), ""),
    ("substring", ("abc", 1.5), "error type"),
    ("substring", ("abc", None), "error none"),
    ("substring", ("abc",), "error arity"),
    ("startswith", ("Привет", ""), True),
    ("startswith", (None, "a"), False),
    ("endswith", (12.50, "5"), True),
    ("contains", ("Привет мир", "МИР", True), False),
    ("contains", ("Привет мир", "МИР", "False"), True),
    ("contains", ("Привет мир", "МИР", 0), True),
    ("contains", ("Привет", "п", ""), False),
    ("contains", ("", ""), True),
    ("len", (None,), 0),
    ("len", ("😀",), 1),
    ("len", ({"a": 1},), 7),
    ("len", (True,), 4),
    ("len", (5.0,), 1),
    ("concat", ("a", None), "a"),
    ("concat", ("a",), "error arity"),
    ("concat", ([1], {"a": "б"}), '[1]{"a":"б"}'),
    ("concat", ("x" * 600_000, "x" * 600_000), "error limit"),
    ("splitter", ("a:b", ":", 5), ["a", "b"]),
    ("splitter", ("a:b:c", ":", 1), ["a:b:c"]),
    ("splitter", ("a:b:c", ":", 10**30), ["a", "b", "c"]),
    ("splitter", (",a,,b", ","), ["", "a", "", "b"]),
    ("splitter", ("1,2", ",", ""), ["1", "2"]),
    ("splitter", (None, ","), []),
    ("splitter", ("", ""), "error value"),
    ("splitter", ("a", ",", -1), "error value"),
    ("splitter", ("a", ",", "x"), "error type"),
    ("splitter", (12321, 2), ["1", "3", "1"]),
    ("lower", (None,), ""),
    ("upper", ("ё1",), "Ё1"),
    ("upper", ("ß" * 600_000,), "error limit"),
    ("strip", ("\n\t да\u00a0\r\n",), "да"),
    ("strip", (" \n ",), ""),
    ("capitalize", ("1а",), "1а"),
    ("capitalize", ("",), ""),
    ("title", ("анна-МАРИЯ\nо'нил",), "Анна-Мария\nО'нил"),
    ("title", ("1-й  дом",), "1-Й  Дом"),
    ("normalizePhone", ("+375 (29) 123-45-67",), "375291234567"),
    ("normalizePhone", ("нет",), ""),
    ("normalizePhone", (89789999999,), "79789999999"),
    ("normalizePhone", ("8",), "7"),
    ("normalizePhone", ("٨٩",), ""),
    ("normalize_phone", ("8 978",), "7978"),
    ("replace", ("abc", "x", "y"), "abc"),
    ("replace", ("aaa", "a", "b", 0), "aaa"),
    ("replace", ("aaa", "a", "b", 10**30), "bbb"),
    ("replace", ("aaa", "a", "b", ""), "bbb"),
    ("replace", (12321, 2, 0), "10301"),
    ("replace", ("aaa", "aa", "b"), "ba"),
    ("replace", ([1, 2], ",", None), "[12]"),
    ("replace", ("a" * 1000, "a", "b" * 1000), "b" * 1_000_000),
    ("replace", ("a" * 1001, "a", "b" * 1000), "error limit"),
    ("replace", ("a" * 1001, "a", "b" * 1000, 1), "b" * 1000 + "a" * 1000),
    ("replace", ("a", "b"), "error arity"),
    ("select_random_from_list", ("[]",), None),
    ("select_random_from_list", ('["a"]',), "a"),
    ("select_random_from_list", ({"a": 1},), "error type"),
    ("select_random_from_list", (None,), "error type"),
    ("select_random", ([[1]],), [1]),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TABLE, ids=range(len(TABLE)))
def test_table(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    found = call.outcome(name, *arguments)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("example", "expected"), call.examples())
def test_example_of_the_documentation(example: str, expected: str) -> None:
    found = call.run_example(example)
    assert expected == "случайно" or found == expected


def test_random_element_comes_from_the_source_of_the_run() -> None:
    choices = [call("select_random", ["а", "б", "в"], run=context(seed)) for seed in range(40)]
    assert set(choices) == {"а", "б", "в"}
    assert call("select_random", list(range(10**6)), run=context(3)) == call(
        "select_random", list(range(10**6)), run=context(3)
    )


@given(st.text(), st.text(min_size=1), st.integers(1, 5))
def test_parts_joined_by_the_separator_are_the_text(text: str, separator: str, most: int) -> None:
    for parts in (call("splitter", text, separator), call("splitter", text, separator, most)):
        assert separator.join(parts) == text
    assert len(call("splitter", text, separator, most)) <= most


@given(st.text(), st.integers())
def test_two_substrings_make_the_text(text: str, border: int) -> None:
    assert call("concat", call("substring", text, 0, border), call("substring", text, border)) == text


@given(st.text(st.sampled_from("abc"), max_size=30), st.text(st.sampled_from("abc"), max_size=3), st.text(max_size=3))
def test_the_size_limit_of_replace_is_that_of_the_result(text: str, old: str, new: str) -> None:
    expected = text.replace(old, new) if old else text
    assert call("replace", text, old, new) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("replace", ("a" * 1_000_000, "a" * 500_000, "b")),
        ("replace", ("ab" * 500_000, "ba", "")),
        ("contains", ("a" * 1_000_000, "a" * 300_000 + "b" + "a" * 300_000)),
        ("contains", ("a" * 1_000_000, "A" * 300_000 + "b", False)),
        ("splitter", ("a" * 1_000_000, "a")),
        ("splitter", ("a" * 1_000_000, "a" * 1000 + "b")),
        ("title", ("a-" * 500_000,)),
        ("title", (" " * 1_000_000,)),
        ("normalizePhone", ("8-" * 500_000,)),
        ("strip", (" " * 500_000 + "a" + " " * 499_999,)),
    ],
)
def test_a_million_characters_take_linear_time(name: str, arguments: tuple[Any, ...]) -> None:
    start = time.perf_counter()
    outcome = call.outcome(name, *arguments)
    assert time.perf_counter() - start < 2
    assert not str(outcome).startswith("error")
