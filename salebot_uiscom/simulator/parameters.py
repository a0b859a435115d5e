"""Check of the parameters against the table of methods, in the order in which UIS is believed to check.

Five passes over the whole value: unexpected names, missing names, types, values, combinations. A general JSON Schema
validator stops at whatever it meets first and cannot say which of the documented errors a violation is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..uis import tables
from .refusal import Refusal

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
# Told apart from missing entities by the page of `upload.offline_messages`: the first member of an "any of" is named.
_ANY_OF_NAMES = {"visitor_session_id": "site_id"}


def check_parameters(method: str, params: Mapping[str, Any]) -> None:
    """Raise the `Refusal` that `params` of `method` deserve; return when they are well formed."""
    schema = tables.method(method).params
    for check in (_unexpected, _missing, _types, _values):
        for name, value, part in _parts("", params, schema):
            check(method, name, value, part)
    _combinations(method, params)


def _resolve(schema: tables.Schema) -> tables.Schema:
    reference = schema.get("$ref")
    return tables.definitions()[reference.rsplit("/", 1)[1]] if reference else schema


def _parts(name: str, value: Any, schema: tables.Schema) -> Iterator[tuple[str, Any, tables.Schema]]:
    """`value` and everything inside with dotted names; members of lists carry the name of the list's parent only."""
    if name == "filter":  # a small language of its own: `rows.py`
        return
    schema = _resolve(schema)
    yield name, value, schema
    if isinstance(value, dict):
        for key, inner in schema.get("properties", {}).items():
            if key in value:
                yield from _parts(f"{name}.{key}" if name else key, value[key], inner)
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from _parts("" if isinstance(item, dict) else name, item, schema["items"])


def _unexpected(method: str, name: str, value: Any, schema: tables.Schema) -> None:
    if isinstance(value, dict) and schema.get("additionalProperties") is False:
        for key in value:
            if key not in schema["properties"]:
                raise Refusal("unexpected_parameters", method=method, field=_join(name, key), value=value[key])


def _missing(method: str, name: str, value: Any, schema: tables.Schema) -> None:
    if not isinstance(value, dict):
        return
    for key in schema.get("required", ()):
        if key not in value:
            raise Refusal("required_parameter_missed", method=method, field=_join(name, key))
    for choice in (schema, *schema.get("allOf", ())):
        names = [option["required"][0] for option in choice.get("anyOf", ())]
        if names and not any(key in value for key in names):
            raise Refusal("required_parameter_missed", method=method, field=_ANY_OF_NAMES.get(names[0], names[0]))
        if "then" in choice and "early_switching" not in choice["if"]["required"] and _holds(choice["if"], value):
            for key in choice["then"].get("required", ()):
                if key not in value:
                    raise Refusal("required_parameter_missed", method=method, field=_join(name, key))


def _types(method: str, name: str, value: Any, schema: tables.Schema) -> None:
    expected = schema.get("type")
    if expected is None and "enum" in schema:
        expected = "string"
    if expected is None:
        return
    fits = isinstance(value, _TYPES[expected]) and (expected == "boolean" or not isinstance(value, bool))
    if not fits:
        raise Refusal("data_type_error", method=method, field=name or None, value=value)


def _values(method: str, name: str, value: Any, schema: tables.Schema) -> None:
    if isinstance(value, str):
        pattern = schema.get("pattern")
        wrong = (
            len(value) < schema.get("minLength", 0)
            or ("enum" in schema and value not in schema["enum"])
            # fullmatch: `$` of Python would let a trailing line end through
            or (pattern is not None and re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value) is None)
        )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        wrong = (
            value < schema.get("minimum", value)
            or value > schema.get("maximum", value)
            or value == schema.get("not", {}).get("const")
        )
    elif isinstance(value, list):
        wrong = len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", len(value))
        if schema.get("uniqueItems"):
            wrong = wrong or len({str(item) for item in value}) < len(value)
    else:
        wrong = False
    if wrong:
        mnemonic = "invalid_date_time" if name == "date_time" else "invalid_parameter_value"
        raise Refusal(mnemonic, method=method, field=name or None, value=value)


def _combinations(method: str, params: Mapping[str, Any]) -> None:
    for choice in tables.method(method).params.get("allOf", ()):
        if "if" in choice and _holds(choice["if"], params) and not _holds(choice["then"], params):
            field = choice["if"]["required"][0]
            raise Refusal("invalid_parameters_combination", method=method, field=field, value=params[field])


def _holds(condition: tables.Schema, value: Mapping[str, Any]) -> bool:
    return all(key in value for key in condition.get("required", ())) and all(
        value[key] == part["const"] for key, part in condition.get("properties", {}).items() if key in value
    )


def _join(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
