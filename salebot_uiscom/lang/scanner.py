"""Finds where strings and `#{…}` end: the parts of the language that no regular expression can count.

`#{"a}"}` holds a brace in a string, `"#{d["k"]}"` a string in a hole in a string. Results are remembered per place, so
that hostile texts cost at most the square of their length, and the nesting is bounded.
"""

from __future__ import annotations

from ..errors import Fault
from ..patterns import pattern

QUOTES = "\"'`"
MAX_HOLES = 40  # nesting of #{…}; the reference asks for 10
FILL = "\ufdd0"  # stands where a comment was; a noncharacter, so no text has it

_IN_TEXT = {quote: pattern(rf"\\|{quote}|#\{{") for quote in QUOTES}
_IN_HOLE = pattern(r"[{}\"'`]")


class Scanner:
    """Answers for one text. Places are indexes into it; `end` is where the text under inspection stops."""

    __slots__ = ("_braces", "_strings", "end", "text")

    def __init__(self, text: str, end: int | None = None) -> None:
        self.text = text
        self.end = len(text) if end is None else end
        self._braces: dict[int, int] = {}
        self._strings: dict[int, int] = {}

    def opens_text(self, at: int, start: int = 0) -> bool:
        """A quote opens a string only if no letter, digit or `_` stands before it (`Д'Артаньян` holds none)."""
        if at == start:
            return True
        before = self.text[at - 1]
        return not (before.isalnum() or before == "_")

    def text_end(self, at: int, level: int = 0) -> int:
        """Index of the quote that closes the string opened at `at`, or -1."""
        known = self._strings.get(at)
        if known is not None:
            return known
        text, end, quote = self.text, self.end, self.text[at]
        search, place, found = _IN_TEXT[quote].search, at + 1, -1
        while match := search(text, place, end):
            if match.group() == quote:
                found = match.start()
                break
            if match.group() == "\\":
                place = match.end() + (2 if text.startswith("#{", match.end()) else 1)
                continue
            closing = self.hole_end(match.start(), level + 1)
            place = match.end() if closing < 0 else closing + 1
        self._strings[at] = found
        return found

    def hole_end(self, at: int, level: int = 0) -> int:
        """Index of the brace that closes the `#{` at `at`, or -1: then `#{` is plain text."""
        known = self._braces.get(at)
        if known is not None:
            return known
        if level > MAX_HOLES:
            raise Fault("SB406", limit=MAX_HOLES)
        text, end, depth, place, found = self.text, self.end, 1, at + 2, -1
        while match := _IN_HOLE.search(text, place, end):
            char, place = match.group(), match.end()
            if char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
                if depth == 0:
                    found = match.start()
                    break
            elif self.opens_text(match.start(), at + 2):
                closing = self.text_end(match.start(), level + 1)
                if closing >= 0:
                    place = closing + 1
        self._braces[at] = found
        return found
