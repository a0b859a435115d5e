"""Finds where strings and `#{…}` end: the parts of the language that no regular expression can count.

`#{"a}"}` holds a brace in a string, `"#{d["k"]}"` a string in a hole in a string. Results are remembered per place, and what
one search passes is answered for later ones, so that hostile texts cost no more than their length; the nesting is bounded.
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
        same = [at]  # reading on from an escaped quote ends in the same place
        while match := search(text, place, end):
            if match.group() == quote:
                found = match.start()
                break
            if match.group() == "\\":
                place = match.end() + (2 if text.startswith("#{", match.end()) else 1)
                if text.startswith(quote, match.end()):
                    same.append(match.end())
                continue
            closing = self.hole_end(match.start(), level + 1)
            place = match.end() if closing < 0 else closing + 1
        self._strings.update(dict.fromkeys(same, found))
        return found

    def hole_end(self, at: int, level: int = 0) -> int:
        """Index of the brace that closes the `#{` at `at`, or -1: then `#{` is plain text."""
        known = self._braces.get(at)
        if known is not None:
            return known
        if level > MAX_HOLES:
            raise Fault("SB406", limit=MAX_HOLES)
        text, end, place = self.text, self.end, at + 2
        open_braces = [at]  # where each begins; the `#{` among them are answered on the way
        while open_braces and (match := _IN_HOLE.search(text, place, end)):
            char, here, place = match.group(), match.start(), match.end()
            if char == "{":
                open_braces.append(here - 1 if here > at + 2 and text[here - 1] == "#" else -1)
            elif char == "}":
                self._braces[open_braces.pop()] = here
            elif self.opens_text(here, at + 2):
                closing = self.text_end(here, level + 1)
                if closing >= 0:
                    place = closing + 1
        self._braces.update(dict.fromkeys(open_braces, -1))
        return self._braces[at]
