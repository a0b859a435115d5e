"""What must hold for any text and any variables. Each check returns a complaint, or "" when all is well."""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

import walker

import salebot_uiscom as su
from salebot_uiscom.errors import CalculatorError

NOW = datetime(2026, 3, 31, 10, 15, 42, tzinfo=timezone(timedelta(hours=3)))

# `compile_expression` reads the real clock.
_CLOCK = re.compile(
    r"current_|next_day|weekday|timestamp|get_datetime|time_interval|birthdate|weekday_date|month_date|convert_datetime"
)
_WRITES = re.compile("unpack_list|set_client_var")


def shown(value: Any) -> tuple[str, str]:
    """Class and text form: equal for values that the language cannot tell apart."""
    return walker.classified(value)[0], walker.text_form(value)


def all_shown(variables: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {name: shown(value) for name, value in variables.items() if name != "$clients"}


def kinds_of(errors: Any) -> list[str]:
    return [error.kind for error in errors]


def program_agrees(code: str, variables: dict[str, Any]) -> str:
    """The walker and `evaluate` give the same variables and the same kinds of errors, in order."""
    before = copy.deepcopy(variables)
    outcome = su.evaluate(code, variables, now=NOW)
    if repr(variables) != repr(before):
        return "the given variables were changed"
    found = all_shown(outcome.variables), kinds_of(outcome.errors)
    result = walker.evaluate(code, before, NOW)
    expected = all_shown(result.variables), result.kinds
    if found != expected:
        names = [name for name in {**found[0], **expected[0]} if found[0].get(name) != expected[0].get(name)]
        return f"kinds {found[1]} != {expected[1]}; " + "; ".join(
            f"{name}: {found[0].get(name)} != {expected[0].get(name)}" for name in names
        )
    return errors_fit(code, outcome.errors) or values_survive(outcome.variables)


def template_agrees(text: str, variables: dict[str, Any]) -> str:
    made = su.render(text, variables, now=NOW)
    expected = walker.render(text, variables, NOW)
    if (str(made), kinds_of(made.errors)) != expected:
        return f"{(str(made), kinds_of(made.errors))} != {expected}"
    return errors_fit(text, made.errors)


def condition_agrees(text: str, variables: dict[str, Any]) -> str:
    made = su.check_condition(text, variables, now=NOW)
    expected = walker.condition(text, variables, NOW)
    if (bool(made), kinds_of(made.errors)) != expected:
        return f"{(bool(made), kinds_of(made.errors))} != {expected}"
    return errors_fit(text, made.errors)


def _evaluated(compiled: Any, variables: dict[str, Any]) -> Any:
    """`("value", class, text)`, or `("errors", kinds)`."""
    try:
        return ("value", *shown(compiled.evaluate(variables)))
    except CalculatorError as error:
        return "errors", kinds_of(error.errors)


def expression_agrees(text: str, rounds: list[dict[str, Any]]) -> str:
    """`compile_expression` gives what the walker gives, through all its stages of learning."""
    if _CLOCK.search(text):
        return ""
    compiled = su.compile_expression(text)
    for turn, variables in enumerate(rounds):
        given = {name: value for name, value in copy.deepcopy(variables).items() if value is not None and value != ""}
        untouched = copy.deepcopy(given)
        found = _evaluated(compiled, given)
        if compiled.is_script and compiled.problem is None:
            if walker.CARD & untouched.keys():
                continue  # a bare dict cannot tell a card field from a variable that hides it
            result = walker.evaluate(text, untouched, NOW)
            expected: Any = ("errors", result.kinds) if result.kinds else ("value", "none", "")
            left, right = _own(given), _own(untouched) | all_shown(result.variables)
            right = {
                name: value
                for name, value in right.items()
                if name in result.variables
                or name.startswith("const.")
                or (name in untouched and name in walker.EVENT | walker.CARD)
            }
            if left != right:
                names = [name for name in {**left, **right} if left.get(name) != right.get(name)]
                return f"round {turn}: " + "; ".join(f"{name}: {left.get(name)} != {right.get(name)}" for name in names)
        else:
            expected = _walked(text, untouched)
            if repr(given) != repr(untouched) and not _WRITES.search(text):
                return f"round {turn}: an expression changed the variables"
        if found != expected:
            return f"round {turn}: {found} != {expected} with {given}"
    return ""


def _own(variables: dict[str, Any]) -> dict[str, Any]:
    return all_shown(variables)


def _walked(text: str, variables: dict[str, Any]) -> Any:
    try:
        return ("value", *shown(walker.expression(text, variables, NOW)))
    except walker.Failure as failure:
        return "errors", [failure.kind]
    except walker.Fault as fault:
        return "errors", [fault.kind]


_PLACEHOLDER = re.compile(r"\{(?:got|name|left|right|limit|expected|text_\w+)\}")
KINDS = frozenset(
    "syntax bad_name readonly unknown_function arity none type value index zero_division overflow limit timeout".split()
)


def errors_fit(text: str, errors: Any) -> str:
    """Errors are of the language's kinds, can be printed, and their places lie inside the text."""
    lines = re.split(r"\r\n|\r|\n", text)
    for error in errors:
        if error.kind not in KINDS:
            return f"kind {error.kind} is none of the language's: {error}"
        if error.code == "SB399":
            return f"an internal failure was reported: {error}"
        if not 1 <= error.line <= len(lines):
            return f"line {error.line} of {len(lines)}"
        if not 1 <= error.column <= len(lines[error.line - 1]) + 1:
            return f"column {error.column} in a line of {len(lines[error.line - 1])}"
        if not 0 <= error.span.start <= error.span.end <= len(text):
            return f"span {error.span} in a text of {len(text)}"
        for lang in ("ru", "en"):
            if "{" not in text and _PLACEHOLDER.search(error.in_language(lang).message):
                return f"unfilled message {error.in_language(lang).message!r}"
        if not str(error) or not json.dumps(error.to_dict()):
            return "an error that cannot be shown"
    return ""


def values_survive(variables: dict[str, Any]) -> str:
    """Values are JSON types, at most 100 000 characters, never empty, and can be stored and read again."""
    for name, value in variables.items():
        if value is None or value == "":
            return f"{name} holds nothing"
        complaint = _not_json(value)
        if complaint:
            return f"{name}: {complaint}"
        if len(walker.text_form(value)) > 100_000:
            return f"{name} is too long"
        if isinstance(value, list | dict):
            again = walker.container_of(walker.text_form(value))
            if again is None or walker.text_form(again) != walker.text_form(value):
                return f"{name} cannot be read back"
    return ""


def _not_json(value: Any) -> str:
    pending = [value]
    for item in pending:
        if type(item) is dict:
            if not all(type(key) is str for key in item):
                return f"keys {list(item)}"
            pending.extend(item.values())
        elif type(item) is list:
            pending.extend(item)
        elif type(item) is float:
            if item != item or item in (float("inf"), float("-inf")):
                return f"the number {item}"
        elif item is not None and type(item) not in (str, int, bool):
            return f"a {type(item).__name__}"
    return ""


def any_text_is_safe(text: str, variables: dict[str, Any]) -> str:
    """Whatever the text, there is a value or one of our errors with a place inside the text."""
    outcome = su.evaluate(text, variables, now=NOW)
    made = su.render(text, variables, now=NOW)
    truth = su.check_condition(text, variables, now=NOW)
    try:
        compiled = su.compile_expression(text)
        compiled.evaluate(copy.deepcopy(variables))
    except CalculatorError as error:
        complaint = errors_fit(text, error.errors)
        if complaint:
            return complaint
    return (
        errors_fit(text, outcome.errors)
        or errors_fit(text, made.errors)
        or errors_fit(text, truth.errors)
        or values_survive(outcome.variables)
    )
