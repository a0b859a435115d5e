"""Takes comments out of a field, keeping every other character in its place (calculator.md 2, D-05).

A comment is filled with U+FDD0, its line breaks stay. The filler counts as white space for expressions and vanishes from
texts, so places in the cleaned text are places in the author's text.
"""

from __future__ import annotations

from ..patterns import pattern
from .scanner import FILL, QUOTES

_OPENING = pattern(r"/\*|[\"'`]")
_BLANK = " \t\u00a0\u202f\u2007\u200b\ufeff" + FILL
_LINE_END = pattern(r"\r\n|\r|\n")
_STRINGS = {quote: pattern(rf"{quote}(?:[^{quote}\\]|\\.)*{quote}") for quote in QUOTES}


def without_comments(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with comments filled, and where the comments stood. One that is never closed runs to the end."""
    text = text.replace(FILL, " ")
    if "/*" not in text:
        return text, ()
    comments: list[tuple[int, int]] = []
    pieces: list[str] = []
    place, kept, size, line_end = 0, 0, len(text), -1
    while place < size:
        if line_end < place:
            line_break = _LINE_END.search(text, place)
            line_end = line_break.start() if line_break else size
        opening = _find_comment(text, place, line_end)
        if opening < 0:
            place = line_end + 1
            continue
        closing = text.find("*/", opening + 2)
        place = size if closing < 0 else closing + 2
        comments.append((opening, place))
        pieces += (text[kept:opening], _filled(text[opening:place]))
        kept = place
        # What follows a comment on the same line is still that line: go on right behind it.
    return "".join([*pieces, text[kept:]]), tuple(comments)


def _find_comment(text: str, start: int, end: int) -> int:
    """First `/*` of the line that stands at its beginning or behind white space, outside strings; -1 if none."""
    place = start
    never_closed = ""  # kinds of quotes: an escaped one behind such a quote is not closed either
    while match := _OPENING.search(text, place, end):
        at, place = match.start(), match.end()
        before = text[at - 1] if at > start else FILL
        if match.group() == "/*":
            if before in _BLANK:
                return at
        elif match.group() not in never_closed and not (before.isalnum() or before == "_"):
            string = _STRINGS[match.group()].match(text, at, end)
            if string is None:
                never_closed += match.group()
            else:
                place = string.end()
    return -1


def _filled(comment: str) -> str:
    return "".join(char if char in "\r\n" else FILL for char in comment)
