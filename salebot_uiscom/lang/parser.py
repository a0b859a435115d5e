"""Text → expression nodes: one place that knows how strings, holes and expressions nest."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from typing import Any

from ..errors import Fault
from ..patterns import pattern
from ..scope import PREFIXES
from ..values import parse_json
from .grammar import grammar
from .lexer import ParseFault, Token
from .nodes import DynamicName, Hole, Name, Text
from .scanner import FILL, MAX_HOLES, Scanner

_NAME = pattern(r"(?:(client|клиент|project|проект)\.)?([^\W\d_][\w\u0300-\u036f]*)")
_PREFIX = pattern(r"(client|клиент|project|проект)\.")
_NAME_PART = pattern(r"[\w\u0300-\u036f]+")
_PIECE = pattern(r"\\|#\{")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_BLANK = " \t\r\n\u00a0\u202f\u2007\u200b\ufeff\ufdd0"

Parts = tuple[Any, ...]  # str | Hole


class Parser:
    """Parses pieces of one text. `end`: nothing behind it is looked at."""

    __slots__ = ("_holes", "_level", "functions", "scanner", "text")

    def __init__(self, text: str, functions: Container[str], end: int | None = None) -> None:
        self.text = text
        self.functions = functions
        self.scanner = Scanner(text, end)
        self._holes: dict[int, Hole] = {}
        self._level = 0

    def expression(self, start: int, end: int) -> Any:
        """Raises `ParseFault` where the piece is no expression, `Fault` at a limit."""
        found = grammar()
        tokens = found.tokenizer.tokenize(self.scanner, start, end, self.functions)
        for token in tokens:
            if token.type == "TEXT":
                token.value = self._text(token)
            elif token.type == "HOLE":
                token.value = self.hole(token.start_pos, token.end_pos)
        try:
            return found.parse(tokens, start, end)
        except ParseFault as fault:
            if fault.unfinished and not _has_open_bracket(tokens):
                fault.unfinished = False
            raise

    def hole(self, start: int, end: int) -> Hole:
        """`#{…}` from its first to behind its last character. Read once, however often it is asked for."""
        known = self._holes.get(start)
        if known is None:
            self._level += 1
            if self._level > MAX_HOLES:
                raise Fault("SB406", limit=MAX_HOLES)
            known = self._holes[start] = self._hole(start, end)
            self._level -= 1
        return known

    def _hole(self, start: int, end: int) -> Hole:
        inner_start, inner_end = self.trimmed(start + 2, end - 1)
        raw = self.text[inner_start:inner_end]
        name = _NAME.fullmatch(raw)
        if name is not None:
            layer = PREFIXES[name[1]] if name[1] else None
            node: Any = Name(inner_start, inner_end, unicodedata.normalize("NFC", name[2]), layer)
            return Hole(start, end, node, raw)
        prefix = _PREFIX.match(self.text, inner_start, inner_end)
        dynamic = self.dynamic_name(prefix.end() if prefix else inner_start, inner_end)
        if dynamic is not None:
            layer = PREFIXES[prefix[1]] if prefix else None
            return Hole(start, end, DynamicName(inner_start, inner_end, dynamic.parts, layer), raw)
        try:
            return Hole(start, end, self.expression(inner_start, inner_end), raw)
        except ParseFault as fault:
            return Hole(start, end, None, raw, fault.code)

    def dynamic_name(self, start: int, end: int) -> DynamicName | None:
        """Name parts with `#{…}` glued to them; None if the piece is anything else."""
        parts: list[Any] = []
        place = start
        while place < end:
            if self.text.startswith("#{", place):
                closing = self.scanner.hole_end(place)
                if closing < 0 or closing >= end:
                    return None
                parts.append(self.hole(place, closing + 1).inner)
                place = closing + 1
                continue
            word = _NAME_PART.match(self.text, place, end)
            if word is None:
                return None
            parts.append(unicodedata.normalize("NFC", word.group()))
            place = word.end()
        if any(part is None for part in parts) or all(isinstance(part, str) for part in parts):
            return None
        return DynamicName(start, end, tuple(parts))

    def parts(self, start: int, end: int) -> Parts:
        """A plain text with `#{…}`: nothing else in it means anything (messages, right sides that are no expression)."""
        return self._split(start, end, escapes=False)

    def _text(self, token: Token) -> Text:
        start, end, quote = token.start_pos, token.end_pos, token.value
        parts = self._split(start + 1, end - 1, escapes=True, quote=quote)
        parts, places = json_places(parts)
        return Text(start, end, parts, quote, places)

    def _split(self, start: int, end: int, *, escapes: bool, quote: str = "") -> Parts:
        text, piece, place = self.text, "", start
        parts: list[Any] = []
        while match := _PIECE.search(text, place, end):
            at = match.start()
            piece += text[place:at]
            if match.group() == "\\":
                following = text[at + 1 : at + 2] if at + 1 < end else ""
                if not escapes:
                    piece, place = piece + "\\", at + 1
                elif following and (following in _ESCAPES or following == quote):
                    piece, place = piece + _ESCAPES.get(following, following), at + 2
                elif text.startswith("#{", at + 1):
                    piece, place = piece + "#{", at + 3
                else:
                    piece, place = piece + "\\" + following, at + 2
                continue
            closing = self.scanner.hole_end(at)
            if closing < 0 or closing >= end or not text[at + 2 : closing].strip(_BLANK):
                piece, place = piece + "#{", at + 2
                continue
            if piece:
                parts.append(piece.replace(FILL, ""))
            parts.append(self.hole(at, closing + 1))
            piece, place = "", closing + 1
        piece += text[place:end]
        if piece:
            parts.append(piece.replace(FILL, ""))
        return tuple(parts)

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        text = self.text
        while start < end and text[start] in _BLANK:
            start += 1
        while end > start and text[end - 1] in _BLANK:
            end -= 1
        return start, end


def _has_open_bracket(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        if token.type in ("LPAR", "LSQB", "LBRACE"):
            depth += 1
        elif token.type in ("RPAR", "RSQB", "RBRACE"):
            depth -= 1
    return depth > 0


def json_places(parts: Parts) -> tuple[Parts, tuple[bool, ...] | None]:
    """For a literal that is JSON of an array or dictionary and holds a `"`: is each hole inside a JSON string (D-29)?

    None where the literal is no such JSON, or has no holes. A hole that is a key, as in `{#{k}: "v"}`, comes back inside
    quotes: nothing but a string can stand there, and a value must not bring keys of its own.
    """
    if len(parts) < 2 or not isinstance(parts[0], str) or parts[0].lstrip()[:1] not in ("[", "{"):
        return parts, None
    inside, places, sample, quoted = False, [], "", list(parts)
    for index, part in enumerate(parts):
        if not isinstance(part, str):
            following = parts[index + 1] if index + 1 < len(parts) else ""
            is_key = not inside and isinstance(following, str) and following.lstrip()[:1] == ":"
            if is_key and sample.rstrip()[-1:] in ("{", ","):
                quoted[index - 1 : index + 2] = (f'{quoted[index - 1]}"', part, f'"{following}')
                sample += '"0"'
                places.append(True)
            else:
                sample += "0"
                places.append(inside)
            continue
        sample += part
        escaped = False
        for char in part:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                inside = not inside
    if all('"' not in part for part in parts if isinstance(part, str)) or parse_json(sample) is None:
        return parts, None
    return tuple(quoted), tuple(places)


__all__ = ["Fault", "ParseFault", "Parser", "json_places"]
