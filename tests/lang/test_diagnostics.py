"""Every code of the language is provoked; what is printed is compared as a whole with `diagnostics.txt`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from provoke import Chunk, chunks, provoked

import salebot_uiscom as su
from salebot_uiscom.messages import all_messages

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGE = sorted(code for code in all_messages() if code[:3] in ("SB1", "SB2", "SB3", "SB4"))


@pytest.mark.parametrize("chunk", chunks(), ids=lambda chunk: chunk.code)
def test_example_prints_this_diagnostic(chunk: Chunk) -> None:
    (finding,) = provoked(chunk)
    assert finding.code == chunk.code
    assert str(finding) == chunk.printed


@pytest.mark.parametrize("chunk", chunks(), ids=lambda chunk: chunk.code)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_example_tells_a_way_out_and_leaves_no_hole(chunk: Chunk, lang: str) -> None:
    (finding,) = provoked(chunk, lang)
    assert finding.hint
    assert "?" not in finding.message
    assert "{" not in finding.message.replace("#{", "")


def test_every_code_of_the_language_has_an_example() -> None:
    assert sorted({chunk.code for chunk in chunks()}) == LANGUAGE


@pytest.mark.parametrize("page", ["errors.md", "checks.md"])
def test_page_is_what_the_program_would_write(page: str) -> None:
    spec = importlib.util.spec_from_file_location("make_pages", DOCS / "make_pages.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert (DOCS / page).read_text("utf-8") == made.PAGES[page](), "run: python docs/make_pages.py"


SLIPS = [
    # typed, code, what the cure must name
    ("r = uiscom_employe_call(1, 2, 3)", "SB201", "uiscom_employee_call"),
    ("x = rondom(1, 5)", "SB201", "random"),
    ("price = 5\nx = 1 + рrice", "SB301", "price"),
    ("Имя = 5\nx = 1 * (имя + 1)", "SB301", "Имя"),
    ("x = 1 + current_dat", "SB301", "current_date"),
    ("x = 1 + количесво", "SB301", "количество"),
    ("сlient.x = 5", "SB110", "client.x"),
    ("Client.x = 5", "SB110", "client.x"),
    ("1x = 5", "SB110", "x"),
    ("a += 2", "SB101", "a = a + 2"),
    ("w := 5", "SB101", "="),
    ("a == 5", "SB101", "if("),
    ("rоund(5)", "SB102", "round()"),
    ("сообщение (5, 6)", "SB101", ""),
    ("x = round(5, 'а')", "SB302", "digits"),
    ("x = a + b * 2", "SB301", ""),
]


@pytest.mark.parametrize(("text", "code", "named"), SLIPS, ids=[text for text, _, _ in SLIPS])
def test_slip_is_answered_with_what_was_meant(text: str, code: str, named: str) -> None:
    error = su.evaluate(text, {"количество": 3, "a": 1}).errors[0]
    assert error.code == code
    assert named in error.hint
    assert error.in_language("en").hint


def test_the_unset_name_of_several_is_the_one_that_is_told() -> None:
    (error,) = su.evaluate("x = (a + 1) * (b + 1) * c", {"a": 1, "c": 2}).errors
    assert (error.data["name"], error.statement) == ("b", "b")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("text", ["", " \n", "/* одно примечание */"])
def test_an_empty_condition_is_told_what_was_expected(text: str, lang: str) -> None:
    (error,) = su.check_condition(text, lang=lang).errors
    assert (error.code, error.kind, "?" in error.message) == ("SB104", "syntax", False)
    with pytest.raises(su.CalculatorError) as met:
        su.compile_expression(text).evaluate({})
    assert (met.value.code, "?" in met.value.message) == ("SB104", False)


UNSET = [
    # typed, what has no value; `a` and `b` have one
    ("x = a[9] + 1", "a[9]"),
    ('x = round(d["k"])', 'd["k"]'),
    ("x = get(a, 5) + 1", "get(a, 5)"),
    ("x = client.a + b", "client.a"),
    ("x = q[0] * b", "q"),
    ("x = if(q == None, a[9], b) + 1", "a[9]"),
    ("x = addDays(q, b)", "q"),
    ("x = (q - w) * 1", "q - w"),
]


@pytest.mark.parametrize(("text", "blamed"), UNSET, ids=[text for text, _ in UNSET])
def test_what_has_no_value_is_named_and_nothing_that_has_one(text: str, blamed: str) -> None:
    (error,) = su.evaluate(text, {"a": [1], "b": 2, "d": {}}).errors
    assert (error.code, error.data["name"], error.statement) == ("SB301", blamed, blamed)
