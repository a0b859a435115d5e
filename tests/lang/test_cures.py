"""Cures name what the author meant: the sign, the comma, the function, the key, the name inside a call."""

from __future__ import annotations

import re
import time

import pytest

import salebot_uiscom as su
from salebot_uiscom.functions.pages import HOST_FUNCTIONS
from salebot_uiscom.lang.usual import _MEANT, like, usual_functions
from salebot_uiscom.scope import BUILT_IN

CATALOG = su.Interpreter(entry_points=False).catalog
VARIABLES = {"a": 1, "массив": [1, 2], "словарь": {"имя": 5}, "d": {"k": 1}, "плохое": "1 б"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

CURES = [
    # code, error, the marked piece, what the cure or the text names
    ("if(a == 1, b = 2, b = 3)", "SB101", None, "b = if(a == 1, 2, 3)"),
    ("if(a = 1, b = 2, b = 3)", "SB101", None, "b = if(a == 1, 2, 3)"),
    ("if(a == 1, client.b = 'x, y', client.b = f(1, 2))", "SB101", None, "client.b = if(a == 1, 'x, y', f(1, 2))"),
    ("if(a == 1, b = 2)", "SB101", None, "b = if(a == 1, 2, b)"),
    ("if (a == 1): b = 2", "SB110", None, "b = if(a == 1, 2, b)"),
    ("if a == 1: b = 2", "SB101", None, "b = if(a == 1, 2, b)"),
    ("if a = 1 { b = 2; }", "SB110", None, "b = if(a == 1, 2, b)"),
    ("если a == 1 то b = 2", "SB101", None, "b = if(a == 1, 2, b)"),
    ("if a == 1:", "SB101", None, "if("),
    ("else: b = 3", "SB110", None, "if("),
    ("for i in массив:", "SB101", None, "sum_array"),
    ("message(1; 2)", "SB108", ";", "запятой"),
    ("max(a =< 1, 2)", "SB108", "=<", "<="),
    ("max(a => 1, 2)", "SB108", "=>", ">="),
    ("max(a <> 1, 2)", "SB102", ">", "!="),
    ("max(a === 1, 2)", "SB108", "===", "=="),
    ("max(a // 1, 2)", "SB102", "/", "floor"),
    ("max(a & 1, 2)", "SB108", "&", "and"),
    ("max(!a, 2)", "SB108", "!", "!="),
    ("max(a == 1 'да', 2)", "SB102", "'да'", "запятую перед 'да'"),
    ("max(1 #{a}, 2)", "SB102", "#{a}", "запятую перед #{a}"),
    ('max({"a" 1}, 2)', "SB102", "1", "в словаре пишут"),
    ("max({a: 1}, 2)", "SB102", "a", '"a"'),
    ("max([1, 2,], 2)", "SB102", "]", "после последнего элемента"),
    ('"b": 2', "SB101", None, "пропущена запятая"),
    ("x = 1 + now()", "SB201", "now", "current_time"),
    ("x = 1 + sum(массив)", "SB201", "sum", "sum_array"),
    ("x = 1 - d[имя]", "SB301", "имя", 'd["имя"]'),
    ("x = массив[1] + словарь[имя]", "SB301", "имя", 'словарь["имя"]'),
    ("x = массив[1] - словарь[имя]", "SB301", "имя", 'словарь["имя"]'),
    ('x = массив[1] - словарь["нет"]', "SB301", 'словарь["нет"]', 'словарь["нет"] == None'),
    ('x = d["k"] * d[массив[9]]', "SB301", "d[массив[9]]", "d[массив[9]] == None"),
    ("x = set_client_var(1002, '1a', 5)", "SB110", "'1a'", "можно так: a;"),
    ("x = set_client_vars(1002, {'я': 1, 'мой урок': 5})", "SB110", "'мой урок'", "можно так: мой_урок;"),
    ("x = set_client_var(1002, плохое, 5)", "SB110", "плохое", "можно так: б;"),
    ("x = set_client_var(1002, 'print', 5)", "SB111", "'print'", "print_1"),
    ("x = set_client_var(1002, 'question', 5)", "SB112", "'question'", "my_question"),
    ("1a = 2", "SB110", "1a", "можно так: a;"),
]


@pytest.mark.parametrize(("code", "expected", "marked", "named"), CURES, ids=[row[0] for row in CURES])
def test_cure_names_what_was_meant(code: str, expected: str, marked: str | None, named: str) -> None:
    (error,) = su.evaluate(code, VARIABLES).errors
    assert error.code == expected
    assert named in error.hint
    if marked is not None:
        assert error.source.text[error.span.start : error.span.end] == marked
    english = error.in_language("en")
    assert english.hint
    assert set(CYRILLIC.findall(english.hint)) <= set(CYRILLIC.findall(f"{code} {VARIABLES}"))


def test_a_literal_that_cannot_stand_there_is_shown_and_a_long_one_is_cut() -> None:
    (error,) = su.evaluate("max(a 'да #{a}')", VARIABLES).errors
    assert "стоит 'да #{a}'" in error.message
    (error,) = su.evaluate(f"max(a '{'я' * 500}')", VARIABLES).errors
    assert len(error.message) < 120


USUAL = [
    # the name elsewhere, ours
    ("now", "current_time"), ("today", "current_date"), ("sum", "sum_array"), ("join", "massive_to_text"),
    ("length", "len"), ("size", "len"), ("str", "concat"), ("search", "findall"), ("date_add", "addDays"),
    ("DateAdd", "addDays"), ("upper_case", "upper"), ("toUpperCase", "upper"), ("replace_all", "replace"),
    ("replaceAll", "replace"), ("random_int", "random"), ("randint", "random"), ("substr", "substring"),
    ("mid", "substring"), ("count", "count_occurrences"), ("slice", "substring"), ("slice", "array_slice"),
    ("push", "append"), ("trim", "strip"), ("split", "splitter"), ("indexOf", "index"), ("includes", "contains"),
    ("parseInt", "int"), ("Number", "float"), ("shuffle", "shuffle_massive"), ("choice", "select_random"),
    ("keys", "dict_keys_to_array"), ("unique", "remove_duplicates"), ("strftime", "convert_datetime"),
    ("сцепить", "concat"), ("ДЛСТР", "len"), ("СУММ", "sum_array"), ("СЖПРОБЕЛЫ", "strip"), ("print", "message"),
    ("fetch", "requests_get"), ("iif", "if"), ("coalesce", "if"), ("ceiling", "ceil"), ("rond", "round"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "ours"), USUAL, ids=[f"{name}-{ours}" for name, ours in USUAL])
def test_a_usual_name_of_a_function_gives_ours(name: str, ours: str) -> None:
    assert ours in like(name, CATALOG)


def test_every_function_of_the_table_exists() -> None:
    meant = {ours for names in _MEANT.values() for ours in names}
    assert meant - {*CATALOG, *HOST_FUNCTIONS, *BUILT_IN, "if"} == set()


@pytest.mark.parametrize("name", ["round", "substring", "get", "index", "insert", "совсем_другое"])
def test_a_name_that_exists_or_means_nothing_gives_no_usual_one(name: str) -> None:
    assert usual_functions(name, CATALOG) == []


@pytest.mark.parametrize(
    "line", [f"if {' ' * 250}: a = {' ' * 30}", "if " + "a : " * 70, "if" + " \t" * 140, "if(" + " " * 290]
)
def test_a_line_of_blanks_is_answered_at_once(line: str) -> None:
    start = time.process_time()
    assert su.evaluate(line).errors
    assert time.process_time() - start < 0.2
