"""Strings inside a TOML file, character by character: which character of the file is which of the value.

`tomllib` tells values only; findings and fixes need places in the file the author has open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..source import Span

_ASSIGN = re.compile(r"[^=\n]*=[ \t]*")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_LINE_ESCAPE = re.compile(r"[ \t]*\n[ \t\n]*")


@dataclass(frozen=True, slots=True)
class TomlString:
    """A string: its value and, for every place of the value (its end too), the place in the file."""

    value: str
    places: tuple[int, ...]
    quote: str

    def span(self, start: int, end: int) -> Span:
        last = len(self.value)
        return Span(self.places[min(start, last)], self.places[min(end, last)])

    def escaped(self, text: str) -> str | None:
        """How to write a replacement inside this string; None if it cannot be said there."""
        if self.quote == "'''":
            return None if "'''" in text else text
        if self.quote == "'":
            return None if "'" in text or "\n" in text else text
        text = text.replace("\\", "\\\\")
        if self.quote == '"':
            return text.replace('"', '\\"').replace("\n", "\\n")
        return text.replace('"""', '""\\"')


def string_at(text: str, key: Span) -> TomlString | None:
    """The string value of the key that begins at `key.start`; None if its value is no string."""
    match = _ASSIGN.match(text, key.start)
    if match is None:
        return None
    place = match.end()
    for quote in ("'''", '"""', "'", '"'):
        if text.startswith(quote, place):
            return _read(text, place + len(quote), quote)
    return None


def _read(text: str, place: int, quote: str) -> TomlString | None:
    if len(quote) == 3 and text.startswith("\n", place):
        place += 1
    value: list[str] = []
    places: list[int] = []
    while place < len(text):
        if text.startswith(quote, place):
            # Up to two quotes may stand right before the closing three.
            while len(quote) == 3 and text.startswith(quote[0], place + 3):
                value.append(quote[0])
                places.append(place)
                place += 1
            return TomlString("".join(value), (*places, place), quote)
        if text[place] == "\\" and quote[0] == '"':
            char, size = _escape(text, place)
            if char:
                value.append(char)
                places.append(place)
            place += size
            continue
        value.append(text[place])
        places.append(place)
        place += 1
    return None


def _escape(text: str, place: int) -> tuple[str, int]:
    """The character an escape stands for, and its length in the file."""
    kind = text[place + 1 : place + 2]
    if kind in _ESCAPES:
        return _ESCAPES[kind], 2
    size = {"x": 2, "u": 4, "U": 8}.get(kind)
    if size is not None:
        return chr(int(text[place + 2 : place + 2 + size], 16)), 2 + size
    trimmed = _LINE_ESCAPE.match(text, place + 1)
    return ("", 1 + len(trimmed[0])) if trimmed else ("\\", 1)
