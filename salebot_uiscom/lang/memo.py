"""What texts mean, remembered: the fast path looks a text up instead of reading it again.

Bounded: a table that is full is emptied, and long texts are never kept.
"""

from __future__ import annotations

from math import nextafter
from typing import Any

from ..budget import LONG, spend_room
from ..values import (
    DATE,
    DATETIME,
    LIMIT_FLOAT,
    MAX_DEPTH,
    MAX_TEXT,
    TIME,
    parse_number,
    text_class,
    to_element,
    to_text,
)

_MOST, _LONGEST = 4096, 64
# 1e308 as a double is a little above 10^308: whole numbers between the two must not pass.
NEARLY_LIMIT = nextafter(LIMIT_FLOAT, 0.0)


class Miss(Exception):
    """The fast path does not hold; the full rules take over."""


class _Memo(dict[str, Any]):
    def __missing__(self, text: str) -> Any:
        if type(text) is not str:
            raise Miss
        value = self.read(text)
        if value is None:
            raise Miss
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = value
        return value

    def read(self, text: str) -> Any:
        raise NotImplementedError  # each kind of memory reads in its own way


class Numbers(_Memo):
    """text → its number; `Miss` for texts of another class."""

    def read(self, text: str) -> int | float | None:
        number = parse_number(text)
        # What is out of range is an error of the operation that meets it.
        return number if number is None or -NEARLY_LIMIT < number < NEARLY_LIMIT else None


class Moments(_Memo):
    """text → its moment, for texts of one class of moments."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def read(self, text: str) -> Any:
        kind, moment = text_class(text)
        return moment if kind == self.kind else None


NUMBERS = Numbers()
M_date, M_time, M_datetime = Moments(DATE), Moments(TIME), Moments(DATETIME)

_ROOM = 90_000
SHORT_ROOM, _DEEP = 6_100, 5
# First characters of texts that may be of another class than text: numbers, moments, truth words, JSON, and blanks.
ODD_HEADS = frozenset(
    ["", *"-0123456789[{TtFf", *"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"]
    + [chr(code) for code in range(0x2000, 0x200B)]
)
#: Short texts that begin with none of these: they are of no other class, whatever follows.
WORDS: set[str] = set()


def miss() -> Any:
    raise Miss


def storable(value: Any) -> Any:
    """The value, if a variable can hold it for certain; `Miss` where the full rules must decide (nothing, too long)."""
    kind = type(value)
    if kind is str:
        if 0 < len(value) <= LONG:
            return value
        if LONG < len(value) <= 100_000:
            spend_room(len(value))
            return value
    elif kind is int or kind is float or kind is bool or ((kind is list or kind is dict) and room_of(value) < _ROOM):
        return value
    raise Miss


def room_of(value: Any, level: int = 1) -> int:
    """An upper bound, quickly found, of the length of a container's JSON text; more than any room for one too deep."""
    if level > MAX_DEPTH:
        return _ROOM + 1
    total = 2
    for item in value.values() if type(value) is dict else value:
        kind = type(item)
        if kind is int:
            total += 3 + item.bit_length() // 3
        elif kind is float:
            total += 330
        elif kind is str:
            total += 6 * len(item) + 3
        elif kind is list or kind is dict:
            total += room_of(item, level + 1) + 1
        else:
            total += 6
        if total > _ROOM:
            return total
    if type(value) is dict:
        for key in value:
            total += 6 * len(key) + 4
    return total


def word(text: Any) -> str:
    """A text that is of no other class than text, however it is continued; `Miss` for everything else."""
    if type(text) is not str or text[:1] in ODD_HEADS:
        raise Miss
    if len(text) <= _LONGEST:
        if len(WORDS) >= _MOST:
            WORDS.clear()
        WORDS.add(text)
    return text


def short_element(value: Any) -> Any:
    """`values.to_element` of a number or a short text; `Miss` for what could make a container too long."""
    kind = type(value)
    if kind is str:
        if len(value) <= 1000:
            return word(value) if value[:1] not in ODD_HEADS else _short(to_element(value))
    elif kind is int or kind is float or kind is bool:
        return value
    raise Miss


def _short(value: Any) -> Any:
    """The element itself, if its JSON is short and no deeper than so short a text may be."""
    if (type(value) is list or type(value) is dict) and room_of(value, MAX_DEPTH - _DEEP) > SHORT_ROOM:
        raise Miss
    return value


def fitting(text: str) -> str:
    """A text inside an expression; `Miss` where it is too long for one."""
    if len(text) > MAX_TEXT:
        raise Miss
    return text


def plain_text(value: Any) -> str:
    """`values.to_text` of what is no container; `Miss` for containers, whose text may be long work."""
    kind = type(value)
    if kind is float:
        text = repr(value)
        if text[-2:] != ".0" and "e" not in text:
            return text
    elif kind is list or kind is dict:
        raise Miss
    return to_text(value)


def put_item(container: Any, position: int, value: Any) -> Any:
    """A copy of an array with the element at an existing position replaced."""
    if type(container) is not list:
        raise Miss
    changed = container.copy()
    changed[position] = value
    return changed
