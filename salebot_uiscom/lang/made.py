"""A piece of generated code, and what is known of its value before it runs.

What is known saves looking: a number below a known bound cannot leave its range, a text of known length fits into a
variable, an element of an array that this program wrote down itself has the type that stands there.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from ..values import TEXT, text_class

NUM, TRUTH, STR, LIST, DICT, ANY = "number", "bool", "text", "array", "dictionary", "any"
# Bounds of lengths in JSON (a variable holds 100 000); the first one also bounds the text of any number.
NUMBER_ROOM, SHORT_ROOM, MAX_ROOM = 330, 6_100, 90_000
MANY_PARTS = 9  # so many variables of 100 000 characters still fit into a text of 1 000 000
WHOLE = 10  # the weight of a text of 1 000 000
SAFE = 1e300  # what is at most this large is far from the end of the range, rounding errors included
_BOOL_HEADS = ("True", "true", "False", "false")


class Made:
    """A piece of code and what is known of its value.

    Attributes:
        kind: NUM (int or float, no bool), TRUTH, STR, LIST, DICT, ANY.
        const: the literal value; only with `is_const`.
        again: makes the same value once more without side effects; None when it must be held first.
        name: the variable that this reads.
        numbered: its number was in a local already when this was made.
        big: a number that may be out of range, to be tested where it leaves arithmetic.
        most: an upper bound of a number's absolute value; None = none but that of the range.
        factors: of how many numbers within range a `big` whole number may be the product.
        real: a Python float for certain.
        divided: for a quotient, plain division, which is as good once it meets a float.
        text: a text of the class text; it is not empty.
        word: such a text whose beginning makes it one, so that it stays one however it is continued to the right.
        weight: how many texts of 100 000 characters fit into the text form at most; what is short counts as nothing.
        length: an upper bound of a text's length; None = unknown.
        parts: pieces of an f-string under construction.
        opening: the value of unknown type that stands first in `parts`.
        loose: code that may give one character of a text instead of nothing; good where texts are refused anyway.
        room: an upper bound of the length of a container's JSON text; None = unknown.
        items: what is known of a container's elements, by position or key; None = nothing.
        fresh: a container that only this program and this one variable know: it may be changed in place.
    """

    __slots__ = (
        "again", "big", "code", "const", "divided", "factors", "fresh", "is_const", "items", "kind", "length", "loose", "most",
        "name", "numbered", "opening", "parts", "real", "room", "text", "weight", "word",
    )  # fmt: skip

    def __init__(
        self, code: Any, kind: str = ANY, big: bool = False, word: bool = False, const: Any = None, is_const: bool = False,
        again: Callable[[], Any] | None = None, parts: list[Any] | None = None, real: bool = False, divided: Any = None,
        loose: Any = None, room: int | None = None, name: str | None = None, most: float | None = None,
        length: int | None = None, items: Mapping[Any, Made] | None = None, fresh: bool = False,
        opening: Made | None = None, text: bool = False, weight: int = 1,
    ) -> None:  # fmt: skip
        self.code, self.kind, self.big, self.word = code, kind, big, word
        self.const, self.is_const, self.again, self.parts = const, is_const, again, parts
        self.real, self.divided, self.loose, self.room, self.name = real, divided, loose, room, name
        self.most, self.length, self.items, self.fresh, self.opening = most, length, items, fresh, opening
        self.text, self.weight = text or word, weight
        self.factors, self.numbered = 1, False

    @property
    def bound(self) -> float | None:
        """An upper bound of the absolute value that this has in arithmetic."""
        if self.kind == TRUTH:
            return 1.0
        return self.most if self.kind == NUM else None

    def known(self) -> Made:
        """The same without code: what is known of a variable or an element that holds this value."""
        return Made(
            None, self.kind, word=self.word, real=self.real, room=self.room, most=self.most, length=self.length,
            items=self.items, text=self.text,
        )  # fmt: skip

    def reading(self, code: Any, again: Callable[[], Any] | None = None, name: str | None = None) -> Made:
        """Code that reads a value of which the same is known."""
        return Made(
            code, self.kind, word=self.word, real=self.real, room=self.room, most=self.most, length=self.length,
            items=self.items, again=again, name=name, text=self.text,
        )  # fmt: skip


def calculated(code: Any, most: float | None, *, real: bool = False, divided: Any = None, factors: int = 1) -> Made:
    """The result of arithmetic: whether it may be out of range follows from its bound."""
    if most is not None and most > SAFE:
        most = None
    made = Made(code, NUM, big=most is None, most=most, real=real, divided=divided)
    if made.big and not real:
        made.factors = factors
    return made


def literal(code: Any, value: int | float | str | bool) -> Made:
    """A value that stands in the text itself."""
    if isinstance(value, bool):
        return Made(code, TRUTH, const=value, is_const=True)
    if isinstance(value, str):
        kind = text_class(value)[0] if value else ""
        word = kind == TEXT and begins_word(value)
        return Made(code, STR, const=value, is_const=True, word=word, length=len(value), text=kind == TEXT)
    huge = isinstance(value, int) and value.bit_length() > 1000  # has no double
    most = None if huge else abs(float(value))
    return Made(code, NUM, const=value, is_const=True, real=isinstance(value, float), most=most)


def joined_items(items: Mapping[Any, Made] | None) -> Made:
    """What is known of an element when it is not known which one it is."""
    known = list((items or {}).values())
    if not known or any(item.kind != known[0].kind for item in known) or known[0].kind not in (NUM, STR, TRUTH):
        return Made(None)
    bounds = [item.most for item in known if item.most is not None]
    lengths = [item.length for item in known if item.length is not None]
    return Made(
        None,
        known[0].kind,
        word=all(item.word for item in known),
        text=all(item.text for item in known),
        real=all(item.real for item in known),
        most=max(bounds) if len(bounds) == len(known) else None,
        length=max(lengths) if len(lengths) == len(known) else None,
    )


def begins_word(text: str) -> bool:
    """No continuation of this text is a number, moment, truth word or JSON."""
    head = text.lstrip()
    return bool(head) and head[0] not in "-0123456789[{" and not any(word.startswith(head) for word in _BOOL_HEADS)


def ends_word(text: str) -> bool:
    """No text that ends like this is a number, moment, truth word or JSON."""
    tail = text.rstrip()
    return bool(tail) and tail[-1] not in "0123456789]}e"


def is_text(made: Made) -> bool:
    """A literal of the class text."""
    return made.is_const and isinstance(made.const, str) and text_class(made.const)[0] == TEXT


def of_parts(
    parts: list[Any], length: int | None, weight: int, word: bool = False, opening: Made | None = None
) -> Made:
    """A text under construction. `word`: its first part is known to begin like a word."""
    word = word or (isinstance(parts[0], str) and begins_word(parts[0]))
    text = word or (isinstance(parts[-1], str) and ends_word(parts[-1]))
    return Made(None, STR, word=word, text=text, parts=parts, length=length, weight=weight, opening=opening)


def merged(parts: list[Any]) -> list[Any]:
    """Neighbouring literal pieces as one."""
    found: list[Any] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found


def is_simple(code: Any) -> bool:
    """Reading this twice costs little and changes nothing."""
    return isinstance(code, ast.Name) or (isinstance(code, ast.Subscript) and isinstance(code.value, ast.Name))


def is_repeatable(right: Made) -> bool:
    """Can plain division be built beside the full form? Only one of the two is used, so nothing is evaluated twice."""
    return (right.is_const or is_simple(right.code)) and not right.big


def total_room(rooms: list[int | None]) -> int | None:
    total = MAX_ROOM // 100  # every level counts, so that nothing gets deeper than JSON may be
    for room in rooms:
        if room is None:
            return None
        total += room + 1
    return total if total < MAX_ROOM else None


def total_length(lengths: list[int | None]) -> int | None:
    total = 0
    for length in lengths:
        if length is None:
            return None
        total += length
    return total


def harmful_truths(sign: str, const: int | float) -> list[bool]:
    """Which of True and False, compared as 1 and 0, give another result than a value of another class gives."""
    holds: Callable[[int], bool] = {
        "==": lambda truth: truth == const,
        "!=": lambda truth: truth == const,
        "<": lambda truth: truth < const,
        "<=": lambda truth: truth <= const,
        ">": lambda truth: truth > const,
        ">=": lambda truth: truth >= const,
    }[sign]
    return [truth for truth in (True, False) if holds(truth)]
