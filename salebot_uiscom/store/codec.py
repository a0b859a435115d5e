"""How values of the calculator lie in a table: a type and a text that people can read.

    79004443322 → int "79004443322"    0.1 → float "0.1"    True → bool "True"    [1, "a"] → json '[1,"a"]'

Whatever goes in comes out equal and of the same type: whole numbers of any length, exact floats, truth values, and
halves of surrogate pairs, which SQLite itself cannot hold (types `escaped` and `escaped_json`: backslashes as in
Python; with escapes of JSON two halves that stand side by side would come back as one character).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from .errors import StoreRefused

Value = Any
Encoded = tuple[str, str]  # type and text

PHONE_LENGTHS = range(11, 21)  # of a stored text that may be a phone: 79004443322, or a float with its fraction
# Also as the calculator keeps a whole number that was written with a point; no longer than `PHONE_LENGTHS`.
_PHONE = re.compile(r"(7[0-9]{10})(?:\.0{1,8})?", re.ASCII)
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_ASCII_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def is_storable(text: str) -> bool:
    """Can the text be written as UTF-8?"""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean(text: str) -> str:
    """The text with halves of surrogate pairs shown as U+FFFD: for columns that only people read."""
    if is_storable(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def dump(value: Value) -> str:
    """JSON for columns that hold structures."""
    text = _json(value)
    return text if is_storable(text) else _ASCII_JSON.encode(value)


def _ready(encoder: json.JSONEncoder) -> Callable[[Value], str]:
    """`encoder.encode`, with its part in C made once: the library makes it anew for each value, most of the time."""
    try:
        parts = json.encoder.c_make_encoder(  # type: ignore[attr-defined]  # typeshed leaves it out
            None, encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, True
        )
        if "".join(parts(_SAMPLE, 0)) == encoder.encode(_SAMPLE):
            return lambda value: "".join(parts(value, 0))
    except (AttributeError, TypeError):
        pass  # an interpreter without it, or with another one
    return encoder.encode


_SAMPLE = {"имя": ['"\\', 1, 0.5, True, None, {}]}
_encode_json = _ready(_JSON)


def _json(value: Value) -> str:
    try:
        return _encode_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreRefused(f"a value of type {type(value).__name__} cannot be stored: {error}") from error


def load(text: str) -> Value:
    return json.loads(text)


def encode(value: Value) -> Encoded:
    """`(type, text)` of a value. None is not a value: who unsets a variable deletes its row."""
    kind = type(value)
    if kind is str and value.isascii():
        return "text", value
    if kind is int:
        return "int", repr(value)
    if kind is float:
        return "float", repr(value)
    if isinstance(value, str):
        plain = str.__str__(value)
        return ("text", plain) if is_storable(plain) else ("escaped", _escape(plain))
    if isinstance(value, bool):
        return "bool", "True" if value else "False"
    if isinstance(value, int):
        return "int", int.__repr__(value)
    if isinstance(value, float):
        return "float", float.__repr__(value)
    if isinstance(value, list | dict):
        text = _json(value)
        return ("json", text) if is_storable(text) else ("escaped_json", _escape(text))
    raise StoreRefused(f"a value of type {type(value).__name__} cannot be stored")


def decode(kind: str, text: str) -> Value:
    """The value of `(type, text)`."""
    if kind == "text":
        return text
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "bool":
        return text == "True"
    if kind == "json":
        return json.loads(text)
    plain = text.encode("ascii").decode("unicode_escape")
    return plain if kind == "escaped" else json.loads(plain)


def _escape(text: str) -> str:
    return text.encode("unicode_escape").decode("ascii")


def phone_digits(value: Value) -> str | None:
    """The phone that a whole value is, else None: exactly 11 digits from 7, as text or number (R9, R13)."""
    if isinstance(value, str):
        found = _PHONE.fullmatch(value)
        return None if found is None else found[1]
    if isinstance(value, bool):
        return None
    if (
        isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    ) and 7 * 10**10 <= value < 8 * 10**10:
        return str(int(value))
    return None


def stored_phone(kind: str, text: str) -> str | None:
    """`phone_digits` of a value as it is stored; structures are not read for it."""
    if len(text) not in PHONE_LENGTHS or kind not in ("text", "int", "float"):
        return None
    return phone_digits(decode(kind, text))
