"""A piece of text that somebody wrote, and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """`name` tells an author where the text stands («блок «Заявка», калькулятор»); `first_line` is that of the text
    inside a bigger file."""

    text: str
    name: str = "калькулятор"
    first_line: int = 1
    _starts: list[int] = field(default_factory=list, compare=False, repr=False)

    def _line_starts(self) -> list[int]:
        if not self._starts:
            starts = [0]
            text, at = self.text, 0
            while at < len(text):
                if text[at] == "\n" or (text[at] == "\r" and text[at + 1 : at + 2] != "\n"):
                    starts.append(at + 1)
                at += 1
            self._starts.extend(starts)
        return self._starts

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
