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
        su.function(print)  # type: ignore[arg-type]


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
