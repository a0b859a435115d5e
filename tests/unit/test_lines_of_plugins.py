"""What the author of a line, and of a plugin, is told when a function cannot do its work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.effects import Effect, Steps
from salebot_uiscom.functions.registry import Value, Whole
from salebot_uiscom.scope import Scope


@dataclass(frozen=True, slots=True)
class AskStock(Effect):
    article: str


@su.function(effect=True)
def in_stock() -> Steps[Value]:
    """Сколько осталось на складе."""
    return (yield AskStock("чай"))


@su.function()
def broken(number: Whole) -> int:
    """Ошибка в плагине."""
    stock: dict[str, int] = {}
    return stock[f"79004443322 {number}"]


class Stock:
    name = "stock"

    @su.hookimpl
    def register_functions(self, register: Any) -> None:
        register(in_stock)
        register(broken)


@pytest.fixture
def interpreter() -> su.Interpreter:
    return su.Interpreter(plugins=[Stock()], entry_points=False)


def test_an_effect_that_nobody_performs_is_named(interpreter: su.Interpreter) -> None:
    program = interpreter.compile("a = 1\nn = in_stock()")
    for outcome in (interpreter.run(program), asyncio.run(interpreter.arun(program))):
        [error] = outcome.errors
        assert (error.code, error.line) == ("SB501", 2)
        assert "AskStock" in error.message
        assert "handlers" in error.hint
        assert outcome.variables == {"a": 1}


def test_a_fault_of_a_plugin_tells_its_file_and_line_but_not_its_words(interpreter: su.Interpreter) -> None:
    [error] = interpreter.run(interpreter.compile("n = broken(5)")).errors
    assert error.code == "SB399"
    assert f"KeyError, {Path(__file__).name}:" in error.message
    assert "7900" not in str(error)


def test_a_plugin_handed_over_as_a_class_is_told() -> None:
    with pytest.raises(su.PluginError, match=r"hand over an object, Stock\(\)"):
        su.Interpreter(plugins=[Stock], entry_points=False)


def test_a_decorator_without_parentheses_is_told() -> None:
    with pytest.raises(TypeError, match="with parentheses"):
        su.function(print)


@pytest.mark.parametrize(
    ("code", "kinds", "expected"),
    [
        ("a = 1\nn = in_stock(1, 2)\nb = 2", ["arity"], {"a": 1, "b": 2}),
        ("in_stock(1)", ["arity"], {}),
        ("n = if(1 == 2, in_stock(5), 3)", [], {"n": 3}),
    ],
)
def test_a_wrong_number_of_arguments_of_an_effect_is_one_error(
    interpreter: su.Interpreter, code: str, kinds: list[str], expected: dict[str, Any]
) -> None:
    program = interpreter.compile(code)
    for _ in range(3):
        for outcome in (interpreter.run(program), asyncio.run(interpreter.arun(program))):
            assert ([error.kind for error in outcome.errors], outcome.variables) == (kinds, expected)


def test_a_wrong_number_of_arguments_in_texts_and_conditions(interpreter: su.Interpreter) -> None:
    scope, context = Scope.of({}), interpreter.context()
    made = interpreter.drive(interpreter.compile_template("осталось: #{in_stock(1, 2)}!").steps(scope, context))
    assert (str(made), [error.kind for error in made.errors]) == ("осталось: !", ["arity"])
    truth = interpreter.drive(interpreter.compile_condition("1 == 1 or in_stock(1)").steps(scope, context))
    assert (bool(truth), truth.errors) == (True, [])


@pytest.mark.parametrize("plugin", [print, 5])
def test_a_plugin_without_hooks_is_told(plugin: object) -> None:
    with pytest.raises(su.PluginError, match="has no hooks"):
        su.Interpreter(plugins=[plugin], entry_points=False)


class Own:
    """Says its own texts, and hands out what the language does not know."""

    name = "own"

    @su.hookimpl
    def register_functions(self, register: Any) -> None:
        @su.function()
        def refuse(how: Value) -> Value:
            raise su.Fault("OW1", **how)

        @su.function()
        def give(what: Value) -> Value:
            return {"object": object(), "set": {1}, "bytes": b"1", "table": {1: 2}}[what]

        register(refuse)
        register(give)


@pytest.mark.parametrize(
    ("said", "russian", "english"),
    [
        ({"text_ru": "плохо {x}", "text_en": "bad {x}"}, "плохо {x}", "bad {x}"),
        ({"text_ru": "плохо"}, "плохо", "плохо"),
        ({"text_en": "bad"}, "bad", "bad"),
        ({}, "функция refuse плагина own сообщила об ошибке 'OW1' без текста",
         "the function refuse of the plugin own reported error 'OW1' without a text"),
        ({"text_ru": 5}, "функция refuse плагина own сообщила об ошибке 'OW1' без текста",
         "the function refuse of the plugin own reported error 'OW1' without a text"),
    ],
)  # fmt: skip
def test_a_plugin_says_its_own_texts(said: dict[str, Any], russian: str, english: str) -> None:
    for lang, expected in (("ru", russian), ("en", english)):
        interpreter = su.Interpreter(plugins=[Own()], entry_points=False, lang=lang)
        outcome = interpreter.run(interpreter.compile("a = 1\nx = refuse(how)\nb = 2"), {"how": said})
        [error] = outcome.errors
        assert (error.code, error.kind, error.line, error.column) == ("OW1", "value", 2, 5)
        assert error.message == expected
        assert expected in str(error)
        assert (outcome.variables["a"], outcome.variables["b"]) == (1, 2)


@pytest.mark.parametrize(("lang", "hint"), [("ru", "так"), ("en", "")])
def test_a_hint_may_be_given_in_one_language(lang: str, hint: str) -> None:
    interpreter = su.Interpreter(plugins=[Own()], entry_points=False, lang=lang)
    said = {"text_ru": "плохо", "hint": {"ru": "так"}}
    [error] = interpreter.run(interpreter.compile("x = refuse(how)"), {"how": said}).errors
    assert error.hint == hint


@pytest.mark.parametrize("code", ["OW2", 5, None, "SB201", "SB301", "SB302"])
def test_no_code_of_a_plugin_ends_a_run(code: Any) -> None:
    @su.function()
    def refuse() -> Value:
        raise su.Fault(code)

    class Coded:
        @su.hookimpl
        def register_functions(self, register: Any) -> None:
            register(refuse)

    interpreter = su.Interpreter(plugins=[Coded()], entry_points=False)
    outcome = interpreter.run(interpreter.compile("x = refuse()\na = 1"))
    [error] = outcome.errors
    assert (error.code, outcome.variables) == (code, {"a": 1})
    assert "refuse" in str(error)
    assert str(su.Fault(code))


@pytest.mark.parametrize(("what", "named"), [("object", "object"), ("set", "set"), ("bytes", "bytes")])
@pytest.mark.parametrize("use", ["чужое + 1", "чужое * 2", "'x' + чужое", "чужое == 1", "-чужое", "len(чужое)"])
def test_a_value_that_the_language_does_not_know_is_named_where_it_is_used(what: str, named: str, use: str) -> None:
    interpreter = su.Interpreter(plugins=[Own()], entry_points=False)
    program = interpreter.compile(f"чужое = give('{what}')\nx = {use}\ny = 1")
    outcome = interpreter.run(program)
    [error] = outcome.errors
    assert (error.code, error.line, error.statement) == ("SB337", 2, "чужое")
    assert f"({named})" in error.message
    assert "чужое" in error.message
    assert outcome.variables["y"] == 1


def test_a_value_in_a_container_is_looked_for() -> None:
    [error] = su.evaluate("x = '' + a", {"a": [1, {"k": object()}]}).errors
    assert (error.code, error.data["text_type"]) == ("SB337", "object")
    circle: list[Any] = []
    circle.append(circle)
    [error] = su.evaluate("x = '' + a", {"a": circle}).errors
    assert error.code == "SB406"


def test_a_mistake_in_a_plugin_is_logged_once_with_its_place_and_without_its_words(
    interpreter: su.Interpreter, caplog: pytest.LogCaptureFixture
) -> None:
    program = interpreter.compile("a = 1\nn = broken(5)")
    for count in (1, 2):
        interpreter.run(program)
        assert len(caplog.records) == count
    record = caplog.records[-1]
    assert (record.name, record.levelname) == ("salebot_uiscom", "ERROR")
    assert "KeyError" in record.getMessage()
    assert Path(__file__).name in record.getMessage()
    assert "in broken" in record.getMessage()
    assert "79004443322" not in record.getMessage()


def test_a_fault_on_purpose_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert su.evaluate("x = 1 / 0").errors
    assert caplog.records == []


def test_an_async_function_is_refused_when_it_is_marked() -> None:
    async def ask(value: Value) -> Value:
        return value

    async def many(value: Value) -> Any:
        yield value

    for call in (ask, many):
        with pytest.raises(su.PluginError, match=r"async.*effect=True"):
            su.function()(call)


def test_a_hook_without_register_is_refused() -> None:
    class Deaf:
        name = "deaf"

        @su.hookimpl
        def register_functions(self) -> None: ...

    with pytest.raises(su.PluginError, match=r"deaf.*register_functions.*register"):
        su.Interpreter(plugins=[Deaf()], entry_points=False)


def test_a_plugin_names_and_judges_its_settings() -> None:
    def judge(table: Any) -> None:
        if "color" in table:
            raise su.PluginError("colour, not color")

    class Painted:
        name = "painted"

        @su.hookimpl
        def register_settings(self, register: Any) -> None:
            register("paint", judge)
            register("brush")

    def make(**settings: Any) -> su.Interpreter:
        return su.Interpreter(plugins=[Painted(), Own()], entry_points=False, settings=settings)

    assert make(paint={"colour": 1}, brush=5, own={}).settings["brush"] == 5
    with pytest.raises(su.PluginError, match="colour"):
        make(paint={"color": 1})
    with pytest.raises(ValueError, match="painted"):
        make(painted={})
