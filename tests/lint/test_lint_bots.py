"""Whole bots: places in the file, knowledge of the other blocks, fixes and formatting in place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import salebot_uiscom as su
from salebot_uiscom.lint import check_bot, check_bot_text, fix_bot, format_bot

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
CATALOG = su.Interpreter(entry_points=False).catalog


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_gives_no_finding(path: Path) -> None:
    assert [str(item) for item in check_bot(path, CATALOG)] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_formatted(path: Path) -> None:
    text = path.read_text("utf-8")
    formatted = format_bot(text, CATALOG)
    assert format_bot(formatted, CATALOG) == formatted


BOT = '''[[block]]
id = 1
kind = "start"
condition = "привет"
calc = """
цена=100
сумма = if(цена = 5, "да", 'нет')
\\"""
message = "Здравствуйте, #{имя клиента}"

[[block]]
id = 2
kind = "state"
calc = "x=round( цена )\\nphone = 8-900-123-45-67"
message = 'Итог: #{сума} #{x} #{phone}'

[[arrow]]
id = 1
from = 1
to = 2
compare = "цена == \\"\\""
'''.replace('\\"""', '"""')


def at(text: str, piece: str, nth: int = 1) -> tuple[int, int]:
    """Line and column of a piece of the file."""
    place = -1
    for _ in range(nth):
        place = text.index(piece, place + 1)
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def test_findings_stand_at_their_places_in_the_file() -> None:
    found = {item.code: (item.line, item.column) for item in check_bot_text(BOT, CATALOG)}
    assert found == {
        "SB709": at(BOT, "= 5,"),
        "SB708": at(BOT, "#{имя клиента}"),
        "SB731": at(BOT, "8-900"),
        "SB716": at(BOT, "сума"),
        "SB722": at(BOT, 'цена == \\"'),
    }


def test_finding_names_the_file_the_block_and_the_key() -> None:
    (finding,) = [item for item in check_bot_text(BOT, CATALOG, name="бот.toml") if item.code == "SB731"]
    assert str(finding).splitlines()[0].startswith("бот.toml, блок 2, calc, 14:")


def test_misspelt_variable_gets_the_name_of_another_block() -> None:
    (finding,) = [item for item in check_bot_text(BOT, CATALOG) if item.code == "SB716"]
    assert "сумма" in finding.hint


def test_fixes_are_written_into_the_file_as_its_strings_need() -> None:
    fixed = fix_bot(BOT, check_bot_text(BOT, CATALOG))
    blocks = tomllib.loads(fixed)["block"]
    assert blocks[0]["calc"] == "цена=100\nсумма = if(цена == 5, \"да\", 'нет')\n"
    assert blocks[1]["calc"] == 'x=round( цена )\nphone = "8-900-123-45-67"'
    assert tomllib.loads(fixed)["arrow"][0]["compare"] == "цена == None"
    assert {item.code for item in check_bot_text(fixed, CATALOG)} == {"SB708", "SB716"}


def test_only_calculator_fields_are_formatted() -> None:
    formatted = format_bot(BOT, CATALOG)
    before, after = tomllib.loads(BOT), tomllib.loads(formatted)
    assert after["block"][0]["calc"].splitlines()[0] == "цена = 100"
    assert after["block"][1]["calc"].splitlines()[0] == "x = round(цена)"
    for key in ("message", "condition"):
        assert [block.get(key) for block in after["block"]] == [block.get(key) for block in before["block"]]
    assert after["arrow"] == before["arrow"]
    assert format_bot(formatted, CATALOG) == formatted


def test_line_ends_of_the_file_stay() -> None:
    text = BOT.replace("\n", "\r\n")
    fixed = fix_bot(text, check_bot_text(text, CATALOG))
    assert "\r\n" in fixed
    assert "\n" not in fixed.replace("\r\n", "")
    assert fixed.replace("\r\n", "\n") == fix_bot(BOT, check_bot_text(BOT, CATALOG))


def test_a_file_that_is_no_bot_gives_the_loaders_errors_and_is_not_touched() -> None:
    text = "[[block]\nid = 1"
    assert [item.code for item in check_bot_text(text, CATALOG)] == ["SB601"]
    assert format_bot(text, CATALOG) == text
    assert fix_bot(text, check_bot_text(text, CATALOG)) == text


def test_variables_of_callbacks_and_tests_count_as_set() -> None:
    block = '[[block]]\nid = 1\nkind = "start"\ncondition = "лид"\nmessage = "#{comment}"\n'
    assert [item.code for item in check_bot_text(block, CATALOG)] == ["SB716"]
    assert check_bot_text(block + 'compare = "message_from_outside == 3"\n', CATALOG) == []
    test = '[[test]]\nname = "а"\nclient = { variables = { comment = "б" } }\nsteps = [{ user = "а" }]\n'
    assert check_bot_text(block + test, CATALOG) == []


def test_names_built_with_holes_count_as_set() -> None:
    block = "[[block]]\nid = 1\nkind = \"start\"\ncondition = \"а\"\ncalc = '''\nn = 1\nтовар#{n} = 5\n'''\n"
    assert check_bot_text(block + 'message = "#{товар1}"\n', CATALOG) == []


def test_alike_names_in_different_blocks_are_told_once() -> None:
    block = '[[block]]\nid = %d\nkind = "start"\ncondition = "%s"\ncalc = "%s = 1"\n'
    text = block % (1, "раз", "phone_a") + block % (2, "два", "Phone_A") + block % (3, "три", "Phone_A")
    assert [(item.code, item.line) for item in check_bot_text(text, CATALOG)] == [("SB717", 10)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"a\\tb\\u0416\\"x=5"', 'a\tbЖ"x=5'),
        ("'a\\tb'", "a\\tb"),
        ("'''\nx=5\ny'''", "x=5\ny"),
        ('"""x=5\\\n   y"""', "x=5y"),
        ('"""x"""""', 'x""'),
    ],
)
def test_every_kind_of_toml_string_is_read_with_its_places(written: str, value: str) -> None:
    from salebot_uiscom.lint.tomltext import string_at
    from salebot_uiscom.source import Span

    text = f"a = 1\ncalc = {written}\n"
    found = string_at(text, Span(6, 10))
    assert found is not None
    assert found.value == tomllib.loads(text)["calc"] == value
    for place, char in enumerate(value):
        if char in "x=5":
            assert text[found.span(place, place + 1).start] == char
