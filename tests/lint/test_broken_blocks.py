"""A slip in code of several lines is told once, where it is; what the lines did become is told no second time."""

from __future__ import annotations

import time

import pytest

import salebot_uiscom as su
from salebot_uiscom.lang.statements import parse_field
from salebot_uiscom.lint import check_field

CATALOG = su.Interpreter(entry_points=False).catalog

ONE_SLIP = [
    # code, expected code, line and column, what the text or its cure names
    ('d = {\n  "a": 1\n  "b": 2\n}', "SB702", (3, 3), 'не хватает запятой перед "b"'),
    ('d = {\r\n  "a": 1\r\n  "b": 2\r\n}', "SB702", (3, 3), 'не хватает запятой перед "b"'),
    ('d = {\n  "a": 1,\n  "b" 2\n}', "SB702", (3, 3), "двоеточия"),
    ('d = {\n  "a": 1,\n  b: 2\n}', "SB702", (3, 3), "ключ b без кавычек"),
    ('d = {\n  "a" = 1,\n  "b": 2\n}', "SB702", (2, 7), "а не двоеточие"),
    ('d = {\n  "a": 1,\n  "b": 2,\n}', "SB702", (3, 9), "лишняя запятая"),
    ('d = {\n  "a": [1, 2,\n  "b": 2\n}', "SB702", (2, 8), "скобка [ не закрыта"),
    ("a = [\n1,\n2\n3\n]", "SB702", (4, 1), "не хватает запятой перед 3"),
    ("x = if(a == 1,\n'один'\n'два')", "SB702", (3, 1), "не хватает запятой перед 'два'"),
    ("x = if(a == 1\n'один',\n'два')", "SB702", (2, 1), "не хватает запятой перед 'один'"),
    ("if(a == 1,\nmessage(1, 'а')\nmessage(1, 'б'))", "SB102", (3, 1), "запят"),
    ("x = max(1,\n2;\n3)\ny = 5", "SB702", (2, 2), "запятой"),
    ('d = {\n  "a": 1, /* первое */\n  "b": 2 /* второе */\n  "c": 3\n}\ny = 5', "SB702", (4, 3), 'перед "c"'),
    ('d = {\n  "a": 1,\n  "b": 2\ny = 5', "SB702", (1, 5), "скобка { не закрыта"),
    ('d = {\n  "a": 1,\n  "b": 2', "SB702", (1, 5), "скобка { не закрыта"),
    ("a = [\n  (1 + 2,\n  3\n]", "SB702", (2, 3), "скобка ( не закрыта"),
    ('d = {\n  "a": 5 5 шт,\n  "b": 2\n}', "SB702", (2, 10), ""),
]


@pytest.mark.parametrize(("code", "expected", "place", "named"), ONE_SLIP, ids=[row[0] for row in ONE_SLIP])
def test_one_slip_of_several_lines_is_one_finding(code: str, expected: str, place: tuple[int, int], named: str) -> None:
    (finding,) = check_field(code, CATALOG, known=["a"])
    assert (finding.code, finding.severity, finding.line, finding.column) == (expected, "error", *place)
    assert named in f"{finding.message} {finding.hint}"
    assert finding.in_language("en").hint != finding.hint


def test_the_lines_that_came_apart_are_spoken_of() -> None:
    (finding,) = check_field('d = {\n"a": 1\n"b": 2\n}', CATALOG)
    assert "каждая сама по себе" in finding.message
    assert "each line" in finding.in_language("en").message


SEVERAL = [
    # Two thoughts, or text: nothing swallows the next line.
    ("x = Грустно :(\ny = Весело :)", []),
    ("x = Смотри (ниже\nчто-то", ["SB101"]),
    ("x = Список (\nпервый\n)", ["SB101", "SB101"]),
    ("x = (1 + 2\ny = 3", ["SB702"]),
    ("x = (1 + 2\ny = (3 + 4", ["SB702", "SB702"]),
    ('d = {\n"a": 1\n"b": 2\n}\ne = {\n"a": 1\n"b": 2\n}', ["SB702", "SB702"]),
    ('d = {\n"a": 1,\n"b": 2\n}\nчто-то', ["SB101"]),
    ('d = {\n"a": 1\n"b": 2\n} /* noqa */', ["SB702"]),
    ('d = {\n"a": 1\n"b": 2 /* noqa SB702 */\n}', []),
]


@pytest.mark.parametrize(("code", "codes"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_other_lines_keep_their_findings(code: str, codes: list[str]) -> None:
    assert [item.code for item in check_field(code, CATALOG)] == codes


@pytest.mark.parametrize("line", ["x = (1 + 2\n", 'x = ["a\n', "f(\n", 'd = {\n"a": 1\n"b": 2\n}\n'])
def test_many_open_brackets_take_little_more_than_reading_them(line: str) -> None:
    code = line * 500
    start = time.process_time()
    parse_field(code, CATALOG)
    reading = time.process_time() - start
    start = time.process_time()
    assert check_field(code, CATALOG)
    assert time.process_time() - start < 6 * reading + 1.5
