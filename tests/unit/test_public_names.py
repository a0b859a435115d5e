"""What hosts rely on: the public verbs, what they take, what their results carry."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import pytest

import salebot_uiscom as su

NOW = "2026-03-02T10:15:00+03:00"
FIELDS = ("kind", "code", "line", "column", "message", "hint")

VERBS: list[tuple[Callable[..., Any], str]] = [
    (su.evaluate, "code"),
    (su.render, "template"),
    (su.check_condition, "expression"),
]


@pytest.mark.parametrize(("verb", "first"), VERBS, ids=[first for _, first in VERBS])
def test_verbs_take_a_text_and_variables_then_keywords(verb: Callable[..., Any], first: str) -> None:
    parameters = inspect.signature(verb).parameters
    assert list(parameters) == [first, "variables", "now", "timezone", "lang"]
    keywords = [parameters[name] for name in ("now", "timezone", "lang")]
    assert all(item.kind is inspect.Parameter.KEYWORD_ONLY for item in keywords)
    assert [item.default for item in keywords] == [None, "Europe/Moscow", "ru"]


def test_a_program_takes_what_evaluate_takes() -> None:
    parameters = inspect.signature(su.compile("x = 1").run).parameters
    assert list(parameters) == ["variables", "now", "timezone", "lang"]
    assert su.compile("x = a + 1").run({"a": 1}).variables == {"a": 1, "x": 2}


def test_an_error_has_its_fields_wherever_it_comes_out() -> None:
    broken = "5 / 0"
    with pytest.raises(su.CalculatorError) as raised:
        su.compile_expression(broken).evaluate({})
    errors = [
        su.evaluate(f"x = 1\n  y = {broken}").errors[0],
        su.render(f"a #{{{broken}}}").errors[0],
        su.check_condition(broken).errors[0],
        raised.value,
    ]
    assert [(error.kind, error.line, error.column) for error in errors] == [
        ("zero_division", 2, 7),
        ("zero_division", 1, 5),
        ("zero_division", 1, 1),
        ("zero_division", 1, 1),
    ]
    assert all(getattr(error, field) for error in errors for field in FIELDS)
    assert errors[0].to_dict() == {field: getattr(errors[0], field) for field in FIELDS}


def test_results_behave_as_text_and_truth() -> None:
    text = su.render("Привет, #{name}!", {"name": "Ян"})
    assert (text, text.upper(), text.errors) == ("Привет, Ян!", "ПРИВЕТ, ЯН!", [])
    assert isinstance(text, str)
    assert bool(su.check_condition("a > 1", {"a": 2}))
    assert not su.check_condition("a > 1", {"a": 1})


def test_variables_handed_in_are_never_changed() -> None:
    given: dict[str, Any] = {"a": [1, {"b": 2}], "client.c": '{"z": 1}', "$clients": {"5": {"x": 1}}}
    before = copy.deepcopy(given)
    outcome = su.evaluate(
        'a[1]["b"] = 7\nclient.c["z"] = 5\nset_client_var(5, "x", 2)\nr = get_client_var(5, "x")', given
    )
    assert given == before
    assert outcome.variables == {"a": [1, {"b": 7}], "client.c": {"z": 5}, "r": 2}


def test_a_script_writes_into_the_dict_of_its_host() -> None:
    variables: dict[str, Any] = {"a": 1}
    assert su.compile_expression("b = a + 1\nclient.c = b\na =").evaluate(variables) is None
    assert variables == {"b": 2, "client.c": 2}


def test_the_clock_may_be_given_as_text_or_moment_and_its_offset_is_the_zone() -> None:
    assert su.evaluate("x = current_time", now=NOW).variables == {"x": "10:15"}
    assert su.evaluate("x = current_time", now=NOW, timezone="Asia/Novosibirsk").variables == {"x": "10:15"}


@pytest.mark.parametrize("wrong", ["Nowhere/Land", "", "UTC+3"])
def test_an_unknown_time_zone_is_refused_by_name(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "en")
    with pytest.raises(ValueError, match="timezone must be a name such as Europe/Moscow"):
        su.evaluate("x = 1", timezone=wrong)


def test_a_moment_without_offset_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "en")
    with pytest.raises(ValueError, match="UTC offset"):
        su.evaluate("x = 1", now="2026-03-02T10:15:00")


def test_functions_of_a_bot_say_that_a_host_gives_them() -> None:
    (error,) = su.evaluate("r = uiscom_employee_call(1, 2, 3)").errors
    assert error.kind == "unknown_function"
    assert "su.Interpreter" in error.hint
