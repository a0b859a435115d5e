"""Regular expressions and similarity (functions-core.md 5)."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from difflib import SequenceMatcher
from typing import Any

import pytest
from call_core import Caller
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.budget import DEFAULT_LIMITS, Limits, begin, pattern_time, spend_pattern_time
from salebot_uiscom.errors import Fault
from salebot_uiscom.functions import regex as module
from salebot_uiscom.functions.patterns import examine
from salebot_uiscom.functions.subsequence import common_subsequence

call = Caller(module)

TABLE: list[tuple[str, tuple[Any, ...], Any]] = [
    ("findall", ("9(\\d{3})", 79991234567, 0), "991"),
    ("findall", ("[а-я]+", "мама мыла раму", 2), "раму"),
    ("findall", ("[а-я]+", "мама мыла раму", -3), "мама"),
    ("findall", ("[а-я]+", "мама мыла раму", 3), None),
    ("findall", ("[а-я]+", "мама мыла раму", -4), None),
    ("findall", ("[а-я]+", "мама мыла раму", 10**30), None),
    ("findall", ("[а-я]+", "мама мыла раму", "1.0"), "мыла"),
    ("findall", ("[а-я]+", "мама", ""), ["мама"]),
    ("findall", ("А", "а"), []),
    ("findall", ("(?i)А", "а"), ["а"]),
    ("findall", ("(a)|b", "ab"), ["a", ""]),
    ("findall", ("(a)|(b)", "ab"), [["a", ""], ["", "b"]]),
    ("findall", ("(a)|(b)", "ab", 1), ["", "b"]),
    ("findall", ("", "ab"), ["", "", ""]),
    ("findall", (None, "a"), ["", ""]),
    ("findall", ("x", None), []),
    ("findall", ("{id: (\\d+)}", "{id: 5}"), ["5"]),
    ("findall", ("a{e<=1}", "a{e<=1} b"), ["a{e<=1}"]),
    ("findall", ("a{,2}b", "aaab"), ["aab"]),
    ("findall", ("[{]\\{x{2}", "{{xx"), ["{{xx"]),
    ("findall", ("[[a]", "[a"), ["[", "a"]),
    ("findall", ("a(?#комментарий)b", "ab"), ["ab"]),
    ("findall", ("(?x) a  # буква\n b", "ab"), ["ab"]),
    ("findall", ("\ud800", "a\ud800"), ["\ud800"]),
    ("findall", ("(", "a"), "error value"),
    ("findall", (")", "a"), "error value"),
    ("findall", ("[a", "a"), "error value"),
    ("findall", ("*", "a"), "error value"),
    ("findall", ("(?<=a*)b(?P<n", "a"), "error value"),
    ("findall", ("a(?R)?b", "ab"), "error value"),
    ("findall", ("(?P<x>a(?&x)?)", "ab"), "error value"),
    ("findall", ("(" * 2000 + ")" * 2000, "a"), "error value"),
    ("findall", ("a", "a", 0.5), "error type"),
    ("findall", ("a", "a", "x"), "error type"),
    ("findall", ("a",), "error arity"),
    ("findall", ("a" * 200_000, "a"), "error limit"),
    ("findall", ("a{100000000}", "a"), "error limit"),
    ("findall", ("a{99999999999999999999}", "a"), "error limit"),
    ("findall", ("(?=(.*))", "a" * 5000), "error limit"),
    ("findall", ("((((.))))", "a" * 1_000_000), "error limit"),
    ("similar", ("привет", "превет"), True),
    ("similar", ("привет", "првед"), True),
    ("similar", ("абвгдежзик", "абвгдежлмн"), False),
    ("similar", ("", ""), True),
    ("similar", ("", "а"), False),
    ("similar", (None, "  "), True),
    ("similar", (12345, "1234"), True),
    ("similar", ("Straße", "STRASSE"), True),
    ("similar", ("а",), "error arity"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TABLE, ids=range(len(TABLE)))
def test_table(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert call.outcome(name, *arguments) == expected


@pytest.mark.parametrize(("example", "expected"), call.examples())
def test_example_of_the_documentation(example: str, expected: str) -> None:
    assert call.run_example(example) == expected


ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "(a)", "(?:ab)", "(a|b)", "{", "{1", "}", "{a}", "\\{", "^", "$"]
)
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,1}", "{,2}", "+?", "|"])


@given(st.lists(st.tuples(ATOMS, REPEATS), max_size=5), st.text(st.sampled_from("ab1{}"), max_size=12))
def test_finds_what_python_finds(parts: list[tuple[str, str]], text: str) -> None:
    pattern = "".join(atom + repeat for atom, repeat in parts)
    try:
        expected = [list(item) if isinstance(item, tuple) else item for item in re.findall(pattern, text)]
    except re.error:
        return
    assert call("findall", pattern, text) == expected


# ---------------------------------------------------------------- limits


def test_a_search_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.1)
    start = time.monotonic()
    assert call.outcome("findall", "(a|aa)+$", "a" * 60 + "b") == "error timeout"
    assert time.monotonic() - start < 1


def test_many_short_searches_are_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.0005)
    assert call.outcome("findall", "(?:a|b)", "ab" * 200_000) == "error timeout"


SLOW = ("(a|aa)+$", "a" * 60 + "b")


def refused(*arguments: Any) -> str:
    """Code of the fault, or "" when there is a value."""
    try:
        call("findall", *arguments)
    except Fault as fault:
        return fault.code
    return ""


def test_a_slow_search_does_not_fail_the_quick_ones_below_it() -> None:
    begin(Limits(patterns_s=2.0))  # the quick ones get a fiftieth of it each: enough on a busy machine too
    assert refused(*SLOW) == "SB404"
    assert [refused("[0-9]+", "a1 b22") for _ in range(20)] == [""] * 20
    begin(DEFAULT_LIMITS)


def test_a_search_that_is_late_to_stop_takes_no_time_from_the_quick_ones() -> None:
    """On a busy machine it may stand still for as long as it was allowed to work."""
    begin(Limits(patterns_s=2.0))
    left, _ = pattern_time()
    spend_pattern_time(left + 60, left)
    assert [refused("[0-9]+", "a1 b22") for _ in range(20)] == [""] * 20
    begin(DEFAULT_LIMITS)


def test_when_the_time_of_the_run_is_over_the_message_blames_the_expressions_above() -> None:
    begin(Limits(patterns_s=0.1))
    start = time.monotonic()
    assert [refused(*SLOW) for _ in range(30)] == ["SB404", *["SB407"] * 29]
    assert time.monotonic() - start < 1
    begin(DEFAULT_LIMITS)


BOMBS = [
    "(" * 6 + "a" + "){50}" * 6,
    "(?:" * 18 + "a?b" + ")+" * 18 + "(?:" * 12 + "a" + "){2}" * 12,
    "((((a{99}){99}){99}){99})",
    "[]](((a{999}){999}){999})",
    "[^]](((a{999}){999}){999})",
    "[\\]](((a{999}){999}){999})",
    "\\[(((a{999}){999}){999})]",
    "\\p{(((a{999}){999}){999})}",
    "(?#\\)[)(((a{999}){999}){999})]",
    "(?x)# [\n(((a{999}){999}){999})# ]",
    "(?i-s:(((a{999}){999}){999}))",
    "(?=(((a{999,}){999,}){999,}))",
]


@pytest.mark.parametrize("pattern", BOMBS)
def test_an_expression_that_would_fill_the_memory_is_refused_at_once(pattern: str) -> None:
    start = time.perf_counter()
    assert call.outcome("findall", pattern, "a") == "error limit"
    assert time.perf_counter() - start < 0.2


def test_reading_an_expression_is_linear() -> None:
    start = time.perf_counter()
    for part in ("[", "(", "\\", "{", "[a\\]", "[]", "(?#", "(?a", "a?", "\\p{", "{1", "(a", "a)"):
        assert examine(part * 200_000, 10**6).cost >= 0
    assert time.perf_counter() - start < 5


def test_costly_expressions_stay_within_memory() -> None:
    """A process with half a gigabyte compiles the costliest expressions that are let through."""
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "from salebot_uiscom.functions.regex import findall\n"
        "for p in ('a{99000}', '(?:(a)|(b)|(c)){9990}', '(' * 9 + 'a' + '){2}' * 9, 'a' * 99_000):\n"
        "    assert findall(p, 'b') == []\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- similarity


@pytest.mark.parametrize(
    ("left", "right", "length"),
    [("", "", 0), ("a", "", 0), ("abcde", "ace", 3), ("ace", "abcde", 3), ("abc", "cba", 1), ("привет", "првед", 4)],
)
def test_common_subsequence(left: str, right: str, length: int) -> None:
    assert common_subsequence(left, right) == length


def slow_common_subsequence(left: str, right: str) -> int:
    row = [0] * (len(right) + 1)
    for one in left:
        previous = row
        row = [0]
        for index, other in enumerate(right):
            row.append(previous[index] + 1 if one == other else max(row[index], previous[index + 1]))
    return row[-1]


WORDS = st.text(st.sampled_from("абвг"), max_size=40)


@given(WORDS, WORDS)
def test_common_subsequence_equals_the_textbook(left: str, right: str) -> None:
    assert common_subsequence(left, right) == slow_common_subsequence(left, right)


@given(WORDS, WORDS)
def test_similar_follows_its_definition_in_both_directions(left: str, right: str) -> None:
    total = len(left) + len(right)
    expected = total == 0 or 20 * slow_common_subsequence(left, right) > 7 * total
    assert call("similar", left, right) is expected
    assert call("similar", right, left) is expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_similar_is_never_stricter_than_matching_blocks(left: str, right: str) -> None:
    one, other = left.strip().casefold(), right.strip().casefold()
    if SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.7001:
        assert call("similar", left, right) is True


def test_ten_thousand_characters_are_compared_quickly() -> None:
    left = "съешь ещё этих мягких французских булок " * 250
    right = "".join(reversed(left))
    start = time.perf_counter()
    assert call("similar", left, right) is False
    assert call("similar", left, "x" + left[:5000] + "y" + left[5000:]) is True
    assert time.perf_counter() - start < 1


def test_huge_texts_are_judged_by_their_ends_or_refused() -> None:
    big = "аб" * 500_000
    start = time.perf_counter()
    assert call("similar", big, big) is True
    assert call("similar", big, big + "в") is True
    assert call("similar", big, "в" * 1_000_000) is False
    assert call("similar", big, "аб") is False
    assert call.outcome("similar", big, "ба" * 250_000 + "в" + "а" * 499_999) == "error limit"
    assert time.perf_counter() - start < 5
