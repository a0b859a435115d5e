"""Operators on values by the full rules (calculator.md 8). Generated code calls these wherever its fast path does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..budget import LONG, charge_items, charge_text
from ..errors import Fault
from ..functions import numbers
from ..functions.moments import days_between, minutes_between, shift_date, shift_time
from ..values import (
    ARRAY,
    BOOL,
    DATE,
    DATETIME,
    DICT,
    MAX_TEXT,
    NONE,
    NUMBER,
    TEXT,
    TIME,
    Value,
    checked,
    date_text,
    datetime_text,
    json_text,
    meaning,
    text_class,
    time_text,
    to_element,
    to_text,
    to_truth,
)

_NUMERIC = (NUMBER, BOOL)
_MOMENT = (DATE, TIME, DATETIME)


def joined(parts: Sequence[str]) -> str:
    """Texts put together, within the limit of a text inside an expression."""
    text = "".join(parts)
    if len(text) > LONG:
        if len(text) > MAX_TEXT:
            raise Fault("SB401", limit=MAX_TEXT)
        charge_text(len(text))
    return text


def _refuse(sign: str, left: Value, right: Value) -> Fault:
    if left is None or right is None:
        return Fault("SB301", name="значение")
    return Fault("SB303", name=sign, left=left, right=right)


def _moved(kind: str, moment: Any, by: Any) -> str:
    """A date or date-time some days later, a time some minutes later (fractions are cut)."""
    if kind == DATE:
        return date_text(shift_date(moment, by))
    if kind == TIME:
        return time_text(shift_time(moment, by))
    return datetime_text(shift_date(moment, by))


def add(left: Value, right: Value) -> Value:
    if type(left) is int and type(right) is int:
        return numbers.add_numbers(left, right)
    left_class, left_value = meaning(left)
    right_class, right_value = meaning(right)
    if left_class in _NUMERIC and right_class in _NUMERIC:
        return numbers.add_numbers(left_value, right_value)
    if left_class == NONE or right_class == NONE:
        if left_class == TEXT:
            return left
        if right_class == TEXT:
            return right
        raise _refuse("+", left, right)
    if left_class in _MOMENT and right_class == NUMBER:
        return _moved(left_class, left_value, right_value)
    if left_class == NUMBER and right_class in _MOMENT:
        return _moved(right_class, right_value, left_value)
    return joined((to_text(left), to_text(right)))


def subtract(left: Value, right: Value) -> Value:
    left_class, left_value = meaning(left)
    right_class, right_value = meaning(right)
    if left_class in _NUMERIC and right_class in _NUMERIC:
        return numbers.subtract(left_value, right_value)
    if left_class in _MOMENT and right_class == NUMBER:
        return _moved(left_class, left_value, -right_value)
    if left_class == right_class == DATE:
        return days_between(left_value, right_value)
    if left_class == right_class == TIME:
        return minutes_between(left_value, right_value)
    raise _refuse("-", left, right)


def _arithmetic(sign: str, work: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    def operate(left: Value, right: Value) -> Value:
        left_class, left_value = meaning(left)
        right_class, right_value = meaning(right)
        if left_class in _NUMERIC and right_class in _NUMERIC:
            return work(left_value, right_value)
        raise _refuse(sign, left, right)

    return operate


multiply = _arithmetic("*", numbers.multiply)
divide = _arithmetic("/", numbers.divide)
remainder = _arithmetic("%", numbers.remainder)
power = _arithmetic("^", numbers.power)

BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "^": power,
}


def chain(signs: str, *operands: Value) -> Value:
    """`a + b - c …` for chains too long to nest."""
    result = operands[0]
    for sign, operand in zip(signs, operands[1:], strict=True):
        result = BINARY[sign](result, operand)
    return result


def negate(value: Value) -> Value:
    kind, meant = meaning(value)
    if kind in _NUMERIC:
        return checked(-meant)
    raise _refuse("-", value, 0)


# ---------------------------------------------------------------- comparison (D-41)


def _ordered(left_class: str, right_class: str) -> bool:
    return left_class == right_class and left_class not in (NONE, BOOL, ARRAY, DICT)


def less(left: Value, right: Value) -> bool:
    left_class, left_value = meaning(left)
    right_class, right_value = meaning(right)
    return _ordered(left_class, right_class) and bool(left_value < right_value)


def less_or_equal(left: Value, right: Value) -> bool:
    left_class, left_value = meaning(left)
    right_class, right_value = meaning(right)
    return _ordered(left_class, right_class) and bool(left_value <= right_value)


def greater(left: Value, right: Value) -> bool:
    return less(right, left)


def greater_or_equal(left: Value, right: Value) -> bool:
    return less_or_equal(right, left)


def equal(left: Value, right: Value) -> bool:
    if type(left) is type(right) and type(left) in (int, float, bool):
        return bool(left == right)
    left_class, left_value = meaning(left)
    right_class, right_value = meaning(right)
    if left_class != right_class:
        return False
    if left_class in (ARRAY, DICT):
        return _same_containers(left_value, right_value)
    return bool(left_value == right_value)


def _same_containers(left: Any, right: Any) -> bool:
    """Element by element, by the same rules; without recursion, so that depth cannot hurt."""
    pending = [(left, right)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, list | dict) and len(one) > 64:
            charge_items(4 * len(one))
        one_class, one_value = meaning(one)
        other_class, other_value = meaning(other)
        if one_class != other_class:
            return False
        if one_class == ARRAY:
            if len(one_value) != len(other_value):
                return False
            pending.extend(zip(one_value, other_value, strict=True))
        elif one_class == DICT:
            if one_value.keys() != other_value.keys():
                return False
            pending.extend((item, other_value[key]) for key, item in one_value.items())
        elif one_value != other_value:
            return False
    return True


def not_equal(left: Value, right: Value) -> bool:
    return not equal(left, right)


COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": equal,
    "!=": not_equal,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}

# ---------------------------------------------------------------- texts and containers


def json_inside(value: Value) -> str:
    """A value put into a JSON string of a literal (D-29)."""
    return json_text(to_text(value))[1:-1]


def json_value(value: Value) -> str:
    """A value put in place of a JSON value of a literal (D-29)."""
    return json_text(to_element(value))


def key_text(value: Value) -> str:
    """A key of a dictionary is stored as text."""
    return to_text(value)


def given(value: Value) -> bool:
    """Does an optional argument count as given (D-53)?"""
    return value is not None and value != ""


def fail(code: str, **data: Any) -> Any:
    """Raise where an expression is needed."""
    raise Fault(code, **data)


__all__ = [
    "BINARY", "COMPARE", "add", "chain", "divide", "equal", "fail", "given", "greater", "greater_or_equal", "joined",
    "json_inside", "json_value", "key_text", "less", "less_or_equal", "multiply", "negate", "not_equal", "power",
    "remainder", "subtract", "text_class", "to_truth",
]  # fmt: skip
