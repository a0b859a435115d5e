"""Values of the calculator and the rules that turn one into another (reference: calculator.md 7 and 8.4).

A value is None, bool, int, float, str, list or dict. Text has a *class* that is found when it is used: `"5"` is a
number, `"10:00"` a time, `"[1]"` an array. Containers hold JSON types only.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

from .budget import LONG, charge_text
from .errors import Fault
from .patterns import pattern

Value = Any  # None | bool | int | float | str | list | dict

NONE, BOOL, NUMBER, DATE, TIME, DATETIME, ARRAY, DICT, TEXT = (
    "none",
    "bool",
    "number",
    "date",
    "time",
    "datetime",
    "array",
    "dict",
    "text",
)

MAX_TEXT = 1_000_000  # characters inside an expression (D-55)
MAX_DEPTH = 100  # nesting of containers read from JSON text
LIMIT_FLOAT = 1e308
LIMIT_INT = 10**308

_NUMBER = pattern(r"\s*(-?[0-9]+)(\.[0-9]+)?\s*")
_DATE = pattern(r"\s*([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\s*")
_TIME = pattern(r"\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*")
_DATETIME = pattern(r"\s*([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\s+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*")
_BOOLS = {"True": True, "true": True, "False": False, "false": False}
MAX_DIGITS = 309  # of 10^308, where the range of numbers ends
# Numbers that print exactly as they were typed; `007` and `1.50` are not among them.
_CANONICAL = pattern(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")


# ---------------------------------------------------------------- numbers


def parse_number(text: str) -> int | float | None:
    """The number that a text is, else None. Digits with an optional dot; outer white space allowed (D-33)."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    if match[2] is None:
        return parse_whole(match[1])
    number = float(match[1] + match[2])
    return number if isfinite(number) else parse_whole(match[1])  # out of range either way, but a number


def parse_whole(digits: str) -> int:
    """`int` for digits of any length. CPython refuses more than 4300; the language's range ends far below (D-46)."""
    if len(digits) <= 4000:
        return int(digits)
    # Neighbours are put together, then pairs of neighbours, and so on: one after another would take quadratic time.
    plain = digits.lstrip("-")
    parts = [int(plain[max(end - 4000, 0) : end]) for end in range(len(plain), 0, -4000)]  # the lowest ones first
    base = 10**4000
    while len(parts) > 1:
        highest = [parts.pop()] if len(parts) % 2 else []
        parts = [low + high * base for low, high in zip(parts[::2], parts[1::2], strict=True)] + highest
        if len(parts) > 1:
            base *= base
    return -parts[0] if digits.startswith("-") else parts[0]


def _json_whole(digits: str) -> int | str:
    """A whole number in JSON keeps all its digits (A15); with more than JSON of Python can write it is kept as text."""
    return int(digits) if len(digits) <= 4300 else digits


def whole_text(number: int) -> str:
    """`str` for whole numbers of any length (JSON keeps all digits, A15); CPython refuses more than 4300."""
    try:
        return str(number)
    except ValueError:
        parts: list[str] = []
        size = abs(number)
        while size:
            size, part = divmod(size, 10**4000)
            parts.append(f"{part:04000d}")
        return ("-" if number < 0 else "") + "".join(reversed(parts)).lstrip("0")


def is_canonical(text: str) -> bool:
    """Would the number print exactly as it is written here?"""
    if _CANONICAL.fullmatch(text) is None or text == "-0":
        return False
    if "." not in text:
        # Beyond the range of numbers (D-46) a long row of digits stays text.
        return len(text) < MAX_DIGITS + (text[0] == "-")
    number = float(text)
    return isfinite(number) and number_text(number) == text


def number_text(number: int | float) -> str:
    """Digits without exponent; the shortest that read back the same; whole doubles without a fraction (D-34)."""
    if isinstance(number, int):
        return whole_text(int(number))
    if number == int(number):
        return str(int(number))
    text = repr(number)
    if "e" not in text:
        return text
    mantissa, _, exponent = text.partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa.lstrip("-").replace(".", "")
    # A double with a fraction and an exponent is below 1e-4: its exponent is negative.
    return f"{sign}0.{'0' * (-int(exponent) - 1)}{digits}"


def checked(number: int | float) -> int | float:
    """The number itself, or `overflow` from 10^308 on, `value` for what is no number (D-46)."""
    if isinstance(number, float):
        if -LIMIT_FLOAT < number < LIMIT_FLOAT:
            return number
        if number != number:
            raise Fault("SB313")
        raise Fault("SB312")
    if -LIMIT_INT < number < LIMIT_INT:
        return number
    raise Fault("SB312")


# ---------------------------------------------------------------- JSON


def _refuse_constant(name: str) -> Value:
    raise ValueError(name)


def _finite(digits: str) -> float:
    """`1e999` is JSON, but no number of the language."""
    number = float(digits)
    if not isfinite(number):
        raise ValueError(digits)
    return number


def parse_json(text: str) -> list[Value] | dict[str, Value] | None:
    """The container that a text is JSON of, else None. Strict JSON: no NaN, no single quotes.

    But for line breaks and tabs inside its strings: `'{"text": "a\\nb"}'` in code holds a real line break by the time
    it is read, and JSON in quotes must survive (D-06).
    """
    start = text.lstrip()[:1]
    if start not in ("[", "{") or not text.rstrip().endswith(("]", "}")):
        return None
    if len(text) > LONG:
        charge_text(4 * len(text))
    try:
        value = json.loads(
            text.strip(), parse_constant=_refuse_constant, parse_int=_json_whole, parse_float=_finite, strict=False
        )
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list | dict) or depth(value) > MAX_DEPTH:
        return None
    return value


def depth(value: Value) -> int:
    """Levels of nesting, counted without recursion."""
    level, layer = 0, [value]
    while layer := [item for item in layer if isinstance(item, list | dict)]:
        level += 1
        layer = [child for item in layer for child in (item.values() if isinstance(item, dict) else item)]
    return level


_encode_text = json.encoder.encode_basestring


def json_text(value: Value) -> str:
    """Compact JSON: letters unescaped, keys in order of insertion, numbers as in the text form (D-35)."""
    if isinstance(value, str):
        return _encode_text(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float):
        return number_text(value) if isfinite_number(value) else "null"
    if isinstance(value, dict):
        return "{" + ",".join([f"{_encode_text(str(key))}:{json_text(item)}" for key, item in value.items()]) + "}"
    if not isinstance(value, list | tuple):
        raise foreign_fault(value)
    return "[" + ",".join([json_text(item) for item in value]) + "]"


def isfinite_number(value: int | float) -> bool:
    return isinstance(value, int) or isfinite(value)


# ---------------------------------------------------------------- text form and classes


def to_text(value: Value) -> str:
    """Text form (D-34): None is empty, containers are JSON."""
    kind = type(value)
    if kind is str:
        text: str = value
        return text
    if kind is float:
        text = repr(value)
        return text if "e" not in text and text[-2:] != ".0" else number_text(value)
    if kind is int:
        return whole_text(value)
    if value is None:
        return ""
    if value is True:
        return "True"
    if value is False:
        return "False"
    if isinstance(value, int | float):
        return number_text(value)
    text = json_text(value)
    if len(text) > LONG:
        charge_text(8 * len(text))
    return text


def class_of(value: Value) -> str:
    """One of the class names above."""
    if isinstance(value, str):
        return text_class(value)[0]
    if value is None:
        return NONE
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, dict):
        return DICT
    if isinstance(value, list):
        return ARRAY
    raise foreign_fault(value)


_MOST_LOOKED_AT = 100_000


def foreign_type(value: Any) -> str:
    """The Python type of what is no value of the language, at any depth; empty where everything is one.

    A host or a plugin may hand over anything. Nobody asks before something has gone wrong: it would cost every run.
    """
    layer: list[Any] = [value]
    count = 0
    while layer and count < _MOST_LOOKED_AT:  # a container may hold itself
        below: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                key = next((key for key in item if not isinstance(key, str)), "")
                if key != "":
                    return f"{type(item).__name__}[{type(key).__name__}]"
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif not (item is None or isinstance(item, str | int | float)):
                return type(item).__name__
        count += len(layer)
        layer = below
    return ""


def foreign_fault(value: Any) -> Fault:
    """What an operation says that meets one. Whose value it is, is found where the place is known."""
    return Fault("SB337", text_type=foreign_type(value) or type(value).__name__)


def text_class(text: str) -> tuple[str, Value]:
    """Class of a text and what it means: a number, a bool, a moment, a container, or the text itself."""
    if text in _BOOLS:
        return BOOL, _BOOLS[text]
    head = text.lstrip()[:1]
    if not head:
        return TEXT, text
    if head in "-0123456789":
        number = parse_number(text)
        if number is not None:
            return NUMBER, number
        if len(text) <= 64:
            moment = parse_date(text)
            if moment is not None:
                return DATE, moment
            clock = parse_time(text)
            if clock is not None:
                return TIME, clock
            both = parse_datetime(text)
            if both is not None:
                return DATETIME, both
    elif head in "[{":
        container = parse_json(text)
        if container is not None:
            return (DICT if isinstance(container, dict) else ARRAY), container
    return TEXT, text


def meaning(value: Value) -> tuple[str, Value]:
    """`class_of` together with what the value means."""
    if isinstance(value, str):
        return text_class(value)
    return class_of(value), value


def parse_date(text: str) -> date | None:
    """A real calendar day `d.m.yyyy` (D1)."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def parse_time(text: str) -> timedelta | None:
    """A time of day `h:mm` or `hh:mm:ss` as distance from midnight."""
    match = _TIME.fullmatch(text)
    return None if match is None else _clock(match[1], match[2], match[3])


def parse_datetime(text: str) -> datetime | None:
    match = _DATETIME.fullmatch(text)
    if match is None:
        return None
    clock = _clock(match[4], match[5], match[6])
    day = parse_date(f"{match[1]}.{match[2]}.{match[3]}")
    if clock is None or day is None:
        return None
    return datetime(day.year, day.month, day.day) + clock


def _clock(hours: str, minutes: str, seconds: str | None) -> timedelta | None:
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))


def date_text(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def time_text(clock: timedelta) -> str:
    """`HH:MM`, round the clock; seconds are cut."""
    minutes = int(clock.total_seconds() // 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def datetime_text(moment: datetime) -> str:
    return f"{date_text(moment)} {moment.hour:02d}:{moment.minute:02d}"


# ---------------------------------------------------------------- arguments of functions


def to_number(value: Value) -> int | float:
    """A number parameter (F-01): class number, or bool as 1/0. Unset is `none`, anything else `type`."""
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str):
        number = parse_number(value)
        if number is not None:
            return checked(number)
        if value in _BOOLS:
            return int(_BOOLS[value])
    elif value is None:
        raise Fault("SB301", name="значение")
    raise Fault("SB302", got=value)


def to_whole(value: Value) -> int:
    """A number without a fraction (`5.0` will do)."""
    number = to_number(value)
    if isinstance(number, float):
        if number != int(number):
            raise Fault("SB304", got=value)
        return int(number)
    return number


def to_truth(value: Value) -> bool:
    """Truth in conditions (8.4): none, False, 0 in any spelling, empty text and empty containers are false."""
    if isinstance(value, str):
        kind, meant = text_class(value)
        return bool(meant) if kind in (BOOL, NUMBER, ARRAY, DICT) else value != ""
    return bool(value)


def to_container(value: Value) -> list[Value] | dict[str, Value]:
    """An array or dictionary, or the JSON text of one (A1). The result may be the argument itself: do not change it."""
    if isinstance(value, list | dict):
        return value
    container = parse_json(value) if isinstance(value, str) else None
    if container is None:
        raise Fault("SB307", got=value)
    return container


def to_array(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    container = parse_json(value) if isinstance(value, str) else None
    if not isinstance(container, list):
        raise Fault("SB305", got=value)
    return container


def to_dictionary(value: Value) -> dict[str, Value]:
    if isinstance(value, dict):
        return value
    container = parse_json(value) if isinstance(value, str) else None
    if not isinstance(container, dict):
        raise Fault("SB306", got=value)
    return container


def is_container(value: Value) -> bool:
    """Array, dictionary, or JSON text of one."""
    return isinstance(value, list | dict) or (isinstance(value, str) and parse_json(value) is not None)


# Only texts that begin like this can be a number, a truth word or JSON, which may have any white space before it.
ELEMENT_HEADS = frozenset(
    "-0123456789TF[{ \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B)))
)


def to_element(value: Value) -> Value:
    """What a value becomes inside an array or dictionary (D-31), by content; not for string literals."""
    if type(value) is not str or value[:1] not in ELEMENT_HEADS:
        return value
    if value in ("True", "False"):
        return value == "True"
    if value[0] in "-0123456789":
        return parse_number(value) if is_canonical(value) else value
    container = parse_json(value)
    return value if container is None else container
