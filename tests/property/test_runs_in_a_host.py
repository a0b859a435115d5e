"""Runs in the middle of a host: inside its own `except`, given up half-way, in several threads while a program learns."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from time import thread_time
from typing import Any

import agreement
import pytest

import salebot_uiscom as su
from salebot_uiscom.effects import Effect, Steps
from salebot_uiscom.functions.registry import Value
from salebot_uiscom.scope import Scope


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    what: Any


@su.function(effect=True)
def ask(what: Value) -> Steps[Value]:
    """Спрашивает хозяина."""
    return (yield Ask(what))


class Asking:
    name = "asking"

    @su.hookimpl
    def register_functions(self, register: Any) -> None:
        register(ask)


def interpreter(answer: Any = None) -> su.Interpreter:
    """Without an answer nobody asks it: the steps are driven by hand."""
    return su.Interpreter(plugins=[Asking()], entry_points=False, handlers={Ask: answer} if answer else None)


@pytest.mark.parametrize("own", [ZeroDivisionError(), su.Fault("SB405", text_what="steps")])
def test_error_that_the_host_handles_is_not_taken_for_one_of_the_program(own: Exception) -> None:
    def runs() -> Iterator[tuple[Any, Any]]:
        try:
            raise own
        except Exception:
            for number in range(6):
                code = f"x = a + {number}\ny = b - 1\nz = a"
                variables = {"a": "5", "b": "шт"}
                outcome = su.evaluate(code, variables)
                yield outcome.variables, [(error.line, error.kind) for error in outcome.errors]
                with pytest.raises(su.CalculatorError) as caught:
                    su.compile_expression(code).evaluate(variables)
                yield variables, [(error.line, error.kind) for error in caught.value.errors]

    for turn, (variables, errors) in enumerate(runs()):
        assert variables == {"a": "5", "b": "шт", "x": 5 + turn // 2, "z": "5"}
        assert errors == [(2, "type")]


def test_clock_of_steps_given_up_is_not_left_in_the_scope() -> None:
    host = interpreter()
    scope = Scope.of({"a": 1})
    steps = host.compile("x = current_time\ny = ask(x)").steps(scope, host.context())
    next(steps)
    steps.close()
    assert "current_time" not in scope.merged


def test_host_keeps_containers_as_they_were_when_it_was_asked() -> None:
    asked: list[tuple[Any, Any]] = []

    def answer(effect: Ask) -> Any:
        asked.append((effect.what, copy.deepcopy(effect.what)))
        return effect.what

    code = "k = [1, [2]]\nk[0] = 5\nm = ask(k)\nk[0] = 6\nm[1] = 7\ns = k\ns[0] = 8\nn = ask(m)\nn[0] = 9"
    host = interpreter(answer)
    earlier = host.run(host.compile(code)).variables
    before = copy.deepcopy(earlier)
    for _ in range(3):
        assert host.run(host.compile(code)).variables == before
    assert earlier == before == {"k": [6, [2]], "m": [5, 7], "s": [8, [2]], "n": [9, 7]}
    assert all(held == then for held, then in asked)


def test_program_that_learns_in_several_threads_gives_each_its_own_result() -> None:
    code = 'x = a + b\ny = a * 2\nz = [a, b]\nw = a + ", " + b\nu = round(a / 3, 2)\nv = z[0] == a'
    kinds: list[dict[str, Any]] = [
        {"a": 5, "b": 2.5},
        {"a": "5", "b": "7"},
        {"a": "чай", "b": "к"},
        {"a": [1], "b": True},
    ]
    expected = [agreement.walker.evaluate(code, copy.deepcopy(kind), agreement.NOW) for kind in kinds]
    complaints: list[Any] = []

    def work(program: Any, first: int) -> None:
        for turn in range(60):
            number = (first + turn // 7) % len(kinds)
            outcome = program.run(kinds[number])
            found = agreement.all_shown(outcome.variables), agreement.kinds_of(outcome.errors)
            if found != (agreement.all_shown(expected[number].variables), expected[number].kinds):
                complaints.append((number, found))

    for _ in range(5):
        su.compile.cache_clear()
        program = su.compile(code)
        threads = [threading.Thread(target=work, args=(program, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert complaints == []


@pytest.mark.parametrize("factor", ["k", "a"])
def test_whole_numbers_do_not_grow_without_end_before_their_test(factor: str) -> None:
    """A product of products with thousands of factors took seconds for digits that the first test refuses."""
    product = factor
    for _ in range(2):
        product = "(" + "*".join([product] * 55) + ")"
    code, variables = "k = " + "9" * 307 + f"\nx = {product}", {"a": int("9" * 307)}
    assert agreement.program_agrees(code, variables) == ""

    def spent_s() -> float:
        su.compile.cache_clear()
        program = su.compile(code)
        start = thread_time()
        program.run(variables)
        return thread_time() - start

    # Usually a fiftieth, most of it for compiling once more; the best of three, since one may meet a collection.
    assert min(spent_s() for _ in range(3)) < 1.0
