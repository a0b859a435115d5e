"""The reference of functions: every printed example gives the printed result, and the manual's page is fresh."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

import salebot_uiscom as su
from salebot_uiscom.cli import evaluation
from salebot_uiscom.functions import reference
from salebot_uiscom.functions.pages import built_in_catalog, built_in_functions
from salebot_uiscom.functions.registry import MARK, Function, Value, describe, function
from salebot_uiscom.messages import all_messages

ROOT = Path(__file__).resolve().parents[2]
# A Monday; functions of dates whose results depend on today say so.
NOW = datetime.fromisoformat("2026-03-02T10:15:00+03:00")

ENTRIES = [reference.entry_of(one) for one in built_in_functions()]
KIND = re.compile(r"\b([a-z_]+) —")
EXAMPLES = [(entry.function.name, example) for entry in ENTRIES for example in entry.examples]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[f"{name}: {example.call}" for name, example in EXAMPLES])
def test_an_example_gives_its_result(name: str, example: reference.Example) -> None:
    outcome = su.evaluate(f"r = {example.call}", now=NOW)
    errors, value = outcome.errors, outcome.variables.get("r")
    assert example.result is not None, f"{name}: an example of a pure function needs a result"
    if example.result.startswith(reference.ERROR):
        assert [error.kind for error in errors] == [example.result.removeprefix(reference.ERROR)]
        return
    assert not errors, errors[0]
    if not example.result.startswith(reference.RANDOM):
        assert evaluation.shown(value) == example.result


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.function.name)
def test_a_function_has_a_meaning_in_both_languages_and_examples(entry: reference.Entry) -> None:
    assert entry.summary.endswith(".")
    assert entry.english
    assert entry.examples


@pytest.mark.parametrize(
    "function_", su.Interpreter(entry_points=False).assembly.functions, ids=lambda function_: function_.name
)
def test_every_function_of_a_bot_is_told_in_english_too(function_: Function) -> None:
    entry = reference.entry_of(function_)
    assert entry.summary
    told = reference.described(function_, "en")
    assert "Works inside a bot." in told or not function_.effect
    # Texts of examples and names of fields may be Russian, explanations are not.
    explained = "\n".join(
        line for line in told.splitlines() if not any(str(one.call) in line for one in entry.examples)
    )
    assert not re.search("[а-яё]", re.sub("«[^»]*»|`[^`]*`|'[^']*'|\"[^\"]*\"", "", explained).lower()), explained


def test_arguments_and_errors_of_a_plugin_are_told_in_both_languages() -> None:
    one = _documented(
        """Первая строка.

        Аргументы:
            value — что-то
            на двух строках.
            a, b — прочее.
        Ошибки:
            mine — моя.
        English:
            First line.
        Arguments:
            value — something.
        Errors:
            mine — of ours.
        """
    )
    assert reference.entry_of(one).arguments == ("value — что-то на двух строках.", "a, b — прочее.")
    russian, english = reference.described(one, "ru"), reference.described(one, "en")
    assert "  value — что-то на двух строках.\n  a, b — прочее.\n" in russian
    assert "Ошибки: mine — моя." in russian
    assert "First line.\n  value — something.\n" in english
    assert "Errors: mine — of ours." in english
    page = reference.manual([one])
    assert "- `value` — что-то на двух строках.\n" in page
    assert "*First line.*\n\n- *value — something.*\n\n*Errors: mine — of ours.*" in page


def test_what_a_function_needs_is_shown_as_required_though_the_language_lets_it_be_left_out() -> None:
    @function("зов", needed=2)
    def call(phone: Value = None, number: Value = None, name: Value = "x") -> str:
        """Отвечает."""
        return f"{phone}"

    described = getattr(call, MARK)
    assert described.signature == "зов(phone, number, name='x')"
    assert described.arity_text == "2–3"
    assert described.accepts(0)


def test_parts_of_a_docstring_are_told_apart() -> None:
    entry = reference.entry_of(
        _documented(
            """Первая строка.

            Объяснение
            на двух строках.

            f(1)

            Примеры:
                f('a  # b')  # c
                f(2)  # ошибка type
            Ошибки:
                type — не число;
                value — слишком большое.
            English:
                First line.
            """
        )
    )
    assert entry.summary == "Первая строка."
    assert entry.text == ("Объяснение на двух строках.",)
    assert [(one.call, one.result) for one in entry.examples] == [
        ("f(1)", None),
        ("f('a  # b')", "c"),
        ("f(2)", "ошибка type"),
    ]
    assert entry.errors == "type — не число; value — слишком большое."
    assert entry.english == "First line."


def test_a_function_without_a_docstring_is_listed_all_the_same() -> None:
    assert reference.entry_of(_documented("")).summary == ""
    assert "f(value)" in reference.listed([_documented("")], "ru")


def _documented(text: str) -> Function:
    def f(value: object) -> object:
        return value

    f.__doc__ = text
    f.__annotations__.clear()
    return describe(f, "f")


def test_a_plugin_gets_a_heading_of_its_own() -> None:
    @function("зов")
    def call(value: str) -> str:
        """Отвечает."""
        return value

    class Plugin:
        name = "echo"

        @su.hookimpl
        def register_functions(self, register):
            register(call)

    interpreter = su.Interpreter(plugins=[Plugin()], entry_points=False)
    assert "## echo\n\n### `зов(value)`" in reference.manual(interpreter.assembly.functions)


def test_the_page_of_functions_is_fresh() -> None:
    page = reference.manual(su.Interpreter(entry_points=False).assembly.functions)
    assert (ROOT / "docs" / "functions.md").read_text("utf-8") == page, "run `make docs`"


def test_every_page_of_the_manual_has_a_heading() -> None:
    pages = {one.page.rpartition("/")[2] for one in su.Interpreter(entry_points=False).assembly.functions}
    assert pages <= set(reference.PAGES)


def test_examples_and_errors_are_told_in_english_too() -> None:
    russian = re.compile("ошибка|случайно|Errors:.*[а-яё]")
    for one in built_in_functions():
        assert russian.search(reference.described(one, "en")) is None, one.name
    catalog = built_in_catalog()
    assert "substring('привет', 'z')  # error type\n" in reference.described(catalog["substring"], "en")
    assert "random(0, 100)  # random\n" in reference.described(catalog["random"], "en")
    assert "ошибка type" in reference.described(catalog["substring"], "ru")
    kinds = {kind for one in built_in_functions() for kind in KIND.findall(reference.entry_of(one).errors)}
    assert kinds <= {message.kind for message in all_messages().values()}
    for kind in kinds:
        assert any(f"{kind} — " in reference.described(one, "en") for one in built_in_functions()), kind
