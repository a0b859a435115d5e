"""A piece of text that somebody wrote, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from .patterns import pattern
from .record import record

_LINE_END = pattern(r"\r\n|\r|\n")

# Our own words for places, which stand in names between commas; words of authors are nobody's to translate.
_PLACES = {
    "бот": "bot", "калькулятор": "calculator", "действия": "actions", "сообщение": "message", "вложение": "attachment",
    "кнопка": "button", "запрос": "request", "условие": "condition", "минус-слова": "minus words", "дата": "date",
    "время": "time", "сравнение": "comparison", "переменная для сравнения": "variable to compare",
    "отложенное сообщение": "planned message", "отложенный переход": "planned transition",
}  # fmt: skip
_NUMBERED = {"блок": "block", "стрелка": "arrow", "клиент": "client"}


def place_in(lang: str, name: str) -> str:
    """The name of a place in a language: `блок 7 «Заявка», калькулятор` → `block 7 «Заявка», calculator`."""
    if lang != "en":
        return name
    return ", ".join(map(_english, name.split(", ")))


def _english(part: str) -> str:
    word, blank, rest = part.partition(" ")
    if word in _NUMBERED and rest[:1].isdigit():
        return f"{_NUMBERED[word]}{blank}{rest}"
    return _PLACES.get(part, part)


@lru_cache(maxsize=16)
def _line_starts(text: str) -> list[int]:
    """Where the lines of a text begin; kept for the few texts whose errors are being told."""
    return [0, *[end.end() for end in _LINE_END.finditer(text)]]


class Span(NamedTuple):
    """Half-open range of characters."""

    start: int
    end: int


@record
class Source:
    """`name` tells an author where the text stands («блок «Заявка», калькулятор»); `first_line` is that of the text
    inside a bigger file."""

    text: str
    name: str = "калькулятор"
    first_line: int = 1

    def _line_starts(self) -> list[int]:
        return _line_starts(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        starts = self._line_starts()
        offset = min(max(offset, 0), len(self.text))
        row = bisect_right(starts, offset) - 1
        return row + self.first_line, offset - starts[row] + 1

    def line_text(self, line: int) -> str:
        starts = self._line_starts()
        row = line - self.first_line
        end = starts[row + 1] if row + 1 < len(starts) else len(self.text)
        return self.text[starts[row] : end].rstrip("\r\n")

    def snippet(self, span: Span, width: int = 100) -> str:
        """The line of the span with carets under it; a long line is cut around the place."""
        line, column = self.position(span.start)
        text = self.line_text(line)
        last_line, last_column = self.position(max(span.start, span.end - 1))
        until = last_column if last_line == line else len(text)
        length = max(1, until - column + 1)
        left = 0
        if len(text) > width:
            left = max(0, min(column - 1 - width // 3, len(text) - width))
        shown = text[left : left + width].replace("\t", " ")
        lead, tail = ("…" if left else ""), ("…" if left + width < len(text) else "")
        margin = f" {line} | "
        pad = " " * (len(margin) - 2) + "| " + " " * (column - 1 - left + len(lead))
        return f"{margin}{lead}{shown}{tail}\n{pad}{'^' * max(1, min(length, width - (column - 1 - left)))}"
