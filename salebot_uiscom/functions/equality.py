"""When elements of arrays are equal, as keys for sets and dicts, so that searching an array is linear (A4, Q17)."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from ..values import parse_json, parse_number

Value = Any


def match_key(value: Value) -> Hashable:
    """Equal for elements that searching takes for the same (A4).

    A number equals text that reads as it (`append` makes texts of numbers), a boolean its text form, a container the
    JSON text of it; other texts must match exactly. Plain texts are their own keys, so they stay cheap.
    """
    if isinstance(value, str):
        head = value[:1]
        if head and (head in "-0123456789[{" or head.isspace()):
            number = parse_number(value)
            if number is not None:
                return number
            container = parse_json(value)
            return value if container is None else _content_key(container, match_key)
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    return _content_key(value, match_key)


def exact_key(value: Value) -> Hashable:
    """Equal for elements that are the same JSON: `1` and `"1"` differ (Q17)."""
    if isinstance(value, bool):
        return "bool", value
    return _content_key(value, exact_key)


def _content_key(value: Value, inner: Callable[[Value], Hashable]) -> Hashable:
    if isinstance(value, list):
        return "array", tuple(map(inner, value))
    if isinstance(value, dict):
        return "dict", frozenset((key, inner(item)) for key, item in value.items())
    key: Hashable = value
    return key
