"""Parameters against the table of methods, before anything is sent: a mistake costs neither a point nor a second.

Understands the part of JSON Schema that `methods.json` uses and answers with the mnemonics UIS would give, in the order
in which UIS is believed to check (uis-api.md 11): unknown, missing, types, values, combinations.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from . import tables
from .errors import UisError, hide_in, make_error

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list, tuple),
}
# Three months are 92 days at most, and a day for the change of clocks.
_LONGEST_REPORT = timedelta(days=93)


class _Phase(IntEnum):
    UNEXPECTED = 1
    REQUIRED = 2
    TYPE = 3
    VALUE = 4
    COMBINATION = 5


@dataclass(frozen=True, slots=True)
class _Problem:
    phase: _Phase
    mnemonic: str
    field: str
    value: Any = None


def check_params(method: str, params: Mapping[str, Any]) -> None:
    """Compare `params` (with the token) with the table.

    Raises:
        UisInvalidParams: the first problem in UIS' order; `local` is True, `.mnemonic` as UIS would give.
        KeyError: no such method in the table.
    """
    if _quick(method)(params):
        return
    entry = tables.method(method)
    problems = [*_object(entry.params, params, "", entry.rules), *_columns(entry, params), *_interval(params)]
    if problems:
        raise _error(method, min(problems, key=lambda problem: problem.phase))


# ---------------------------------------------------------------- the usual case, at once

_Check = Callable[[Any], bool]


@cache
def _quick(method: str) -> _Check:
    """Accepts most parameters that are in order, in a tenth of the time. False says nothing: the full check decides."""
    schema = tables.method(method).params
    return _doubt if "date_from" in schema["properties"] else _quick_object(schema)


def _doubt(value: Any) -> bool:
    return False


def _quick_object(schema: Any) -> _Check:
    members = {name: _quick_value(_resolve(member)) for name, member in schema.get("properties", {}).items()}
    required = frozenset(schema.get("required", ()))
    rules = schema.get("allOf", ())
    if "anyOf" in schema or "oneOf" in schema or any("required" not in rule.get("if", ()) for rule in rules):
        return _doubt
    conditions = tuple(frozenset(rule["if"]["required"]) for rule in rules)

    def check(value: Any) -> bool:
        if not isinstance(value, Mapping) or not required <= value.keys():
            return False
        if any(names <= value.keys() for names in conditions):
            return False
        return all(name in members and members[name](member) for name, member in value.items())

    return check


def _quick_value(schema: Any) -> _Check:
    if schema is True or "not" in schema or "oneOf" in schema:
        return _doubt
    kind = schema.get("type")
    if "enum" in schema:
        choices = tuple(schema["enum"])
        return lambda value: isinstance(value, str) and value in choices
    if kind == "string":
        matches = re.compile(schema.get("pattern", ".*"), re.DOTALL).fullmatch
        shortest = schema.get("minLength", 0)
        return lambda value: isinstance(value, str) and len(value) >= shortest and matches(value) is not None
    if kind in ("integer", "number"):
        least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        return lambda value: type(value) is int and least <= value <= most
    if kind == "boolean":
        return lambda value: isinstance(value, bool)
    return _quick_object(schema) if kind == "object" else _doubt


# ---------------------------------------------------------------- the full check


def _error(method: str, problem: _Problem) -> UisError:
    value = None if problem.field in ("access_token", "password") else hide_in(problem.value, ())
    return make_error(problem.mnemonic, code=None, method=method, field=problem.field, value=value, local=True)


def _resolve(schema: Any) -> Any:
    while isinstance(schema, Mapping) and "$ref" in schema:
        schema = tables.definitions()[schema["$ref"].rpartition("/")[2]]
    return schema


def _value(schema: Any, value: Any, path: str, rules: tuple[tables.Rule, ...]) -> Iterator[_Problem]:
    schema = _resolve(schema)
    if schema is True:
        return
    kind = schema.get("type")
    if kind is None and "enum" in schema:
        kind = "string" if isinstance(schema["enum"][0], str) else "boolean"
    if kind is not None and not _is(value, kind):
        yield _Problem(_Phase.TYPE, "data_type_error", path, value)
        return
    wrong = _Problem(_Phase.VALUE, "invalid_parameter_value", path, value)
    if "enum" in schema and value not in schema["enum"]:
        yield wrong
    if "not" in schema and value == schema["not"]["const"]:
        yield wrong
    if isinstance(value, str):
        # fullmatch: `$` alone would let a trailing line feed through.
        if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
            yield wrong
        elif len(value) < schema.get("minLength", 0):
            yield _Problem(_Phase.REQUIRED, "required_parameter_missed", path)
    elif isinstance(value, int):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield wrong
    elif isinstance(value, (list, tuple)):
        yield from _array(schema, value, path, rules)
    elif isinstance(value, Mapping):
        if "oneOf" in schema:
            yield from _one_of(schema["oneOf"], value, path)
        else:
            yield from _object(schema, value, path, rules)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "object":
        return isinstance(value, Mapping)
    return isinstance(value, _TYPES[kind])


def _array(schema: Any, items: Any, path: str, rules: tuple[tables.Rule, ...]) -> Iterator[_Problem]:
    if not schema.get("minItems", 0) <= len(items) <= schema.get("maxItems", len(items)):
        yield _Problem(_Phase.VALUE, "invalid_parameter_value", path)
    if schema.get("uniqueItems") and len({repr(item) for item in items}) < len(items):
        yield _Problem(_Phase.VALUE, "invalid_parameter_value", path)
    for item in items:
        yield from _value(schema["items"], item, path, rules)


def _object(schema: Any, value: Mapping[str, Any], path: str, rules: tuple[tables.Rule, ...]) -> Iterator[_Problem]:
    known = schema.get("properties", {})
    for name in value:
        if name not in known and schema.get("additionalProperties") is False:
            yield _Problem(_Phase.UNEXPECTED, "unexpected_parameters", _join(path, str(name)))
    for name in schema.get("required", ()):
        if value.get(name) is None:
            yield _Problem(_Phase.REQUIRED, "required_parameter_missed", _join(path, name))
    for name, member in value.items():
        if name in known and member is not None:
            yield from _value(known[name], member, _join(path, name), rules)
    if "anyOf" in schema and not _any_of(schema["anyOf"], value):
        yield _Problem(_Phase.REQUIRED, "required_parameter_missed", schema["anyOf"][0]["required"][0])
    for condition, rule in zip(schema.get("allOf", ()), rules, strict=False):
        if not _holds(condition, value):
            phase = _Phase.REQUIRED if rule.mnemonic == "required_parameter_missed" else _Phase.COMBINATION
            yield _Problem(phase, rule.mnemonic, rule.field, value.get(rule.field))


def _one_of(branches: list[Any], value: Mapping[str, Any], path: str) -> Iterator[_Problem]:
    """A filter: the branch whose first required member is there is the one that was meant."""
    branch = next((branch for branch in branches if branch["required"][0] in value), None)
    if branch is None:
        yield _Problem(_Phase.REQUIRED, "required_parameter_missed", _join(path, branches[0]["required"][0]))
        return
    yield from _object(branch, value, path, ())


def _any_of(branches: list[Any], value: Mapping[str, Any]) -> bool:
    return any(all(value.get(name) is not None for name in branch["required"]) for branch in branches)


def _holds(condition: Any, value: Mapping[str, Any]) -> bool:
    """A member of `allOf`: alternatives of presence, or if-then on constants."""
    if "anyOf" in condition:
        return _any_of(condition["anyOf"], value)
    return not _fits(condition["if"], value) or _fits(condition["then"], value)


def _fits(schema: Any, value: Mapping[str, Any]) -> bool:
    if any(value.get(name) is None for name in schema.get("required", ())):
        return False
    return all(
        value.get(name) is None or (value[name] == member["const"] and type(value[name]) is type(member["const"]))
        for name, member in schema.get("properties", {}).items()
    )


def _columns(method: tables.Method, params: Mapping[str, Any]) -> Iterator[_Problem]:
    """Names of columns in `fields`, `sort`, `filter`: unknown, or known as not permitted."""
    if not method.columns:
        return
    known = {column.name: column for column in method.columns}
    fields = params.get("fields")
    for name in fields if isinstance(fields, (list, tuple)) else ():
        if isinstance(name, str) and name not in known:
            yield _Problem(_Phase.UNEXPECTED, "unexpected_parameters", "fields", name)
    sort = params.get("sort")
    for entry in sort if isinstance(sort, (list, tuple)) else ():
        name = entry.get("field") if isinstance(entry, Mapping) else None
        if isinstance(name, str):
            if name not in known:
                yield _Problem(_Phase.UNEXPECTED, "unexpected_parameters", "sort", name)
            elif known[name].sort is False:
                yield _Problem(_Phase.VALUE, "sort_prohibited", "sort", name)
    for name in _filtered(params.get("filter")):
        if name not in known:
            yield _Problem(_Phase.UNEXPECTED, "unexpected_parameters", "filter", name)
        elif known[name].filter is False:
            yield _Problem(_Phase.VALUE, "filter_prohibited", "filter", name)


def _filtered(tree: Any) -> Iterator[str]:
    """Names of the columns in a filter; trees nest."""
    if not isinstance(tree, Mapping):
        return
    if isinstance(tree.get("field"), str):
        yield tree["field"]
    branches = tree.get("filters")
    for branch in branches if isinstance(branches, (list, tuple)) else ():
        yield from _filtered(branch)


def _interval(params: Mapping[str, Any]) -> Iterator[_Problem]:
    """The interval of a report: real dates, at most three months (uis-api.md 5)."""
    moments = []
    for name in ("date_from", "date_till"):
        text = params.get(name)
        if not isinstance(text, str):
            return
        try:
            moments.append(datetime.strptime(text, "%Y-%m-%d %H:%M:%S"))
        except ValueError:
            yield _Problem(_Phase.VALUE, "invalid_parameter_value", name, text)
            return
    if moments[1] - moments[0] > _LONGEST_REPORT:
        yield _Problem(_Phase.VALUE, "date_interval_limit_reached", "date_till", params["date_till"])


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
