"""Text → tokens for Lark. Terminals come from the grammar; strings, holes and called names are decided here."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Mapping
from typing import Any

from ..errors import Fault
from ..patterns import pattern
from .scanner import QUOTES, Scanner

MAX_BRACKETS = 120  # the reference asks for 100
MAX_POWERS = 100

_LATIN = pattern(r"[A-Za-z][A-Za-z0-9_]*")
_WORDS = {"and": "AND", "AND": "AND", "or": "OR", "OR": "OR"}
_GLUED = pattern(r"[0-9][\w.]*")
_FOREIGN = {";": "semicolon", "?": "choice", "!": "denial", "&": "logic", "|": "logic"}
_BLANKS = pattern("[ \\t\\r\\n\\u00a0\\u202f\\u2007\\u200b\\ufeff\\ufdd0]*")


class ParseFault(Exception):
    """The text is no expression. `unfinished`: more text might make it one."""

    def __init__(self, start: int, end: int, code: str, unfinished: bool = False, **data: Any) -> None:
        super().__init__(code)
        self.start, self.end, self.code, self.unfinished, self.data = start, end, code, unfinished, data


class Token:
    """What Lark's parser needs of a token, and no more. `value`: the text of a name or number, later a node."""

    __slots__ = ("end_pos", "start_pos", "type", "value")
    line = column = end_line = end_column = None

    def __init__(self, type: str, value: Any, start_pos: int, end_pos: int) -> None:
        self.type, self.value, self.start_pos, self.end_pos = type, value, start_pos, end_pos


class Tokenizer:
    """Built once from the patterns of the grammar's terminals.

    `_master` tries longer operators first, a number before a name, and leaves quotes and `#{` to the scanner.
    """

    def __init__(self, patterns: Mapping[str, str]) -> None:
        order = ["SPACE", "SCOPED_NAME", "NAME", "NUMBER", "COMPARE", "AND", "OR", "POWER", "MULTIPLY", "PLUS", "MINUS"]
        order += [name for name in patterns if name not in order]
        self._match = pattern("|".join(f"(?P<{name}>{patterns[name]})" for name in order)).match

    def tokenize(self, scanner: Scanner, start: int, end: int, functions: Container[str]) -> list[Token]:
        """Raises `ParseFault` at the first character that begins no token, `Fault` at a limit."""
        text, match = scanner.text, self._match
        tokens: list[Token] = []
        append, place, powers, minuses = tokens.append, start, 0, 0
        rows: list[int] = []  # open brackets
        row = 0
        while place < end:
            found = match(text, place, end)
            if found is None:
                token = self._text_or_hole(scanner, place, start, end)
                append(token)
                place = token.end_pos
                continue
            kind, until = found.lastgroup, found.end()
            if kind == "SPACE":
                place = until
                continue
            word = found.group()
            if kind == "NAME":
                if word in _WORDS:
                    kind = _WORDS[word]
                elif _LATIN.fullmatch(word) and self._is_called(text, until, end, word, functions):
                    kind = "FUNCTION"
                elif not word.isascii():
                    word = unicodedata.normalize("NFC", word)
            elif kind == "SCOPED_NAME":
                word = unicodedata.normalize("NFC", word)
            elif kind in ("LPAR", "LSQB", "LBRACE"):
                # `a[0][0]…` nests as brackets do: each stands in a row with the one closed just before it.
                rows.append(row + 1 if kind == "LSQB" and tokens and tokens[-1].type == "RSQB" else 1)
                if len(rows) > MAX_BRACKETS or rows[-1] > MAX_BRACKETS:
                    raise Fault("SB406", limit=MAX_BRACKETS)
            elif kind in ("RPAR", "RSQB", "RBRACE"):
                row = rows.pop() if rows else 0
            elif kind == "POWER":
                powers += 1
                if powers > MAX_POWERS:
                    raise Fault("SB406", limit=MAX_POWERS)
            minuses = minuses + 1 if kind == "MINUS" else 0
            if minuses > MAX_BRACKETS:
                raise Fault("SB406", limit=MAX_BRACKETS)
            append(Token(kind or "", word, place, until))
            place = until
        return tokens

    @staticmethod
    def _is_called(text: str, at: int, end: int, name: str, functions: Container[str]) -> bool:
        """A Latin name is called when `(` follows at once, or after blanks if such a function exists (D-25)."""
        if text.startswith("(", at, end):
            return True
        after = _BLANKS.match(text, at, end)
        return after is not None and text.startswith("(", after.end(), end) and (name == "if" or name in functions)

    @staticmethod
    def _text_or_hole(scanner: Scanner, place: int, start: int, end: int) -> Token:
        text = scanner.text
        char = text[place]
        if char in QUOTES and scanner.opens_text(place, start):
            closing = scanner.text_end(place)
            if closing < 0 or closing >= end:
                raise ParseFault(place, end, "SB105", unfinished=True, name=char)
            return Token("TEXT", char, place, closing + 1)
        if char == "#" and text.startswith("#{", place):
            closing = scanner.hole_end(place)
            if closing < 0 or closing >= end:
                raise ParseFault(place, end, "SB106", unfinished=True)
            if _BLANKS.fullmatch(text, place + 2, closing) is None:
                return Token("HOLE", "#{", place, closing + 1)
        glued = _GLUED.match(text, place, end)
        if glued is not None:
            raise ParseFault(place, glued.end(), "SB107", name=glued.group())
        raise _foreign(text, place, start)


def _foreign(text: str, place: int, start: int) -> ParseFault:
    """A sign that the language does not have, with what other languages mean by it."""
    from ..messages.slips import cure_of  # the words of errors are not for texts without any

    char, following = text[place], text[place + 1 : place + 2]
    if char == "=" and following in ("<", ">"):
        return ParseFault(
            place, place + 2, "SB108", name=char + following, hint=cure_of("order", name_meant=following + char)
        )
    if char == "=" and place - 2 >= start and text[place - 2 : place] in ("==", "!="):
        sign = text[place - 2 : place]
        return ParseFault(place - 2, place + 1, "SB108", name=f"{sign}=", hint=cure_of("order", name_meant=sign))
    if char == "=":
        return ParseFault(
            place, place + 1, "SB108", name=char, hint={"ru": "сравнивают знаком ==", "en": "== compares"}
        )
    kind = _FOREIGN.get(char)
    if kind is None:
        return ParseFault(place, place + 1, "SB108", name=char)
    meant = {"&": "and", "|": "or"}.get(char, "")
    return ParseFault(
        place, place + 1, "SB108", name=char, hint=cure_of(kind, name_meant=meant, text_fixed="if(a > 5, b, c)")
    )
