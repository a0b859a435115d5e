"""A field of the calculator → statements (calculator.md 3–5).

One line is one statement, unless it has an open bracket or quote and joining the next lines makes it parse. A right side
that is no expression is plain text; the parse fault is kept for the checker.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator
from itertools import islice
from typing import Any

from ..errors import Fault
from ..patterns import pattern
from ..scope import PREFIXES, RESERVED, check_target
from . import nodes
from .comments import without_comments
from .lexer import ParseFault
from .nodes import Assign, AsWritten, Delete, HoleSum, Nothing, PlainText, Run, Statement, Target, Words, Wrong
from .parser import Parser
from .scanner import FILL, QUOTES, Scanner

MAX_JOINED_LINES = 200
MAX_JOINED_CHARACTERS = 20_000
MAX_TARGET_LINES = 20  # of a left side: nobody writes longer keys, and each line that looks like one costs so many
MAX_TARGET_TRIES = 3

_SIMPLE = pattern(r"(?:(client|клиент|project|проект)\.)?([^\W\d_][\w\u0300-\u036f]*)[ \t\u00a0\ufdd0]*=(?!=)")
_PREFIX = pattern(r"(client|клиент|project|проект)\.")
_DEL = pattern(r"del[ \t\u00a0\ufdd0]+(?=[^\s(=])")
_OPEN_TARGET = pattern(
    r"[ \t\u00a0\ufdd0]*(?:del[ \t\u00a0\ufdd0]+)?(?:[^\W\d_]+\.)?[^\W\d_][\w\u0300-\u036f]*[ \t\u00a0\ufdd0]*\["
)
_AS_WRITTEN = pattern(r"-?[0-9]+(?:\.[0-9]+)?|true|false|True|False|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HYPHENATED = pattern(r"[^\W_][\w\u0300-\u036f]*(?:-[^\W_][\w\u0300-\u036f]*)+")
_LINE_END = pattern(r"\r\n|\r|\n")
_EQUALS = pattern(r"[=\[\](){}\"'`]|#\{")
_CALLED = pattern(r"[A-Za-z]\w*\(")
_NEXT = pattern(r"[\[\](){}\"'`]|#\{")
_ARITHMETIC = (nodes.Sum, nodes.Product, nodes.Power, nodes.Negative)
_OPERATORS = (*_ARITHMETIC, nodes.Comparison, nodes.Logic)


def parse_field(text: str, functions: Container[str]) -> tuple[list[Statement], tuple[tuple[int, int], ...]]:
    """Statements in order, and the places of comments. Never raises: a line that means nothing is a `Wrong`."""
    cleaned, comments = without_comments(text)
    lines = _lines(cleaned)
    statements: list[Statement] = []
    row = 0
    while row < len(lines):
        start, end = lines[row]
        reader = _Reader(cleaned, functions, lines, row)
        try:
            statement = reader.statement(start, end)
            if isinstance(statement, Wrong):
                statement = reader.over_lines(start, statement)
        except Fault as fault:  # a limit met while parsing
            statement = Wrong(start, end, fault.code, fault.data)
        if statement is not None:
            statements.append(statement)
        row = reader.row + 1
    return statements, comments


def _lines(text: str) -> list[tuple[int, int]]:
    found, place = [], 0
    for match in _LINE_END.finditer(text):
        found.append((place, match.start()))
        place = match.end()
    found.append((place, len(text)))
    return found


class _Reader:
    """Reads the statement that begins on one line; `row` ends on the last line it used."""

    def __init__(self, text: str, functions: Container[str], lines: list[tuple[int, int]], row: int) -> None:
        self.text, self.functions, self.lines, self.row = text, functions, lines, row

    def statement(self, start: int, end: int) -> Statement | None:
        parser = Parser(self.text, self.functions, end)
        start, end = parser.trimmed(start, end)
        if start == end:
            return None
        simple = _SIMPLE.match(self.text, start, end)
        if simple is not None:
            name = unicodedata.normalize("NFC", simple[2])
            target = Target(start, simple.end(2), PREFIXES[simple[1]] if simple[1] else "", name)
            try:
                check_target(name)
            except Fault as fault:
                return Wrong(start, simple.end(2), fault.code, fault.data)
            return self._assign(target, start, simple.end(), end)
        equals = self._equals(parser.scanner, start, end)
        if equals >= 0:
            before = self.text[equals - 1 : equals]
            if before in ("+", "-", "*", "/", "%", "^", "<", ">", "!", ":") or self.text.startswith("=", equals + 1):
                return Wrong(start, end, "SB101", {})
            try:
                target = self._target(parser, start, equals)
            except ParseFault as fault:
                return Wrong(fault.start, fault.end, fault.code, fault.data)
            except Fault as fault:
                return Wrong(start, max(start + 1, parser.trimmed(start, equals)[1]), fault.code, fault.data)
            return self._assign(target, start, equals + 1, end)
        deleted = _DEL.match(self.text, start, end)
        if deleted is not None:
            try:
                return Delete(start, end, self._target(parser, deleted.end(), end))
            except (ParseFault, Fault) as fault:
                return Wrong(start, end, fault.code, fault.data)
        return self._call(start, end)

    def over_lines(self, start: int, wrong: Wrong) -> Statement:
        """The statement that begins with an open bracket behind a name, `d[` … `] = 5`; `wrong` if there is none."""
        first = self.row
        if _OPEN_TARGET.match(self.text, start, self.lines[first][1]) is None:
            return wrong
        last = min(len(self.lines), first + MAX_TARGET_LINES)
        for row in islice(self._balanced(start, first, last), MAX_TARGET_TRIES):
            if row == first:
                break  # nothing is open
            self.row = row
            statement = self.statement(start, self.lines[row][1])
            if statement is not None and not isinstance(statement, Wrong):
                return statement
        self.row = first
        return wrong

    # ------------------------------------------------------------ left sides

    @staticmethod
    def _equals(scanner: Scanner, start: int, end: int) -> int:
        """The first `=` outside brackets, strings and holes; -1 if there is none."""
        depth, place, text = 0, start, scanner.text
        while match := _EQUALS.search(text, place, end):
            char, at = match.group(), match.start()
            place = match.end()
            if char == "=" and depth == 0:
                return at
            if char in ("(", "[", "{"):
                depth += 1
            elif char in (")", "]", "}"):
                depth = max(0, depth - 1)
            elif char in QUOTES and scanner.opens_text(at, start):
                closing = scanner.text_end(at)
                place = closing + 1 if 0 <= closing < end else place
            elif char == "#{":
                closing = scanner.hole_end(at)
                place = closing + 1 if 0 <= closing < end else place
        return -1

    def _target(self, parser: Parser, start: int, end: int) -> Target:
        """`name`, `client.name`, `товар#{n}`, each with `[key]…`. Raises the fault that forbids it."""
        start, end = parser.trimmed(start, end)
        text = self.text
        written = text[start:end]
        prefix = _PREFIX.match(text, start, end)
        place = prefix.end() if prefix else start
        name_start = place
        while place < end and text[place] != "[":
            if text.startswith("#{", place):
                closing = parser.scanner.hole_end(place)
                place = closing + 1 if 0 <= closing < end else place + 2
            else:
                place += 1
        name_end = parser.trimmed(name_start, place)[1]
        layer = PREFIXES[prefix[1]] if prefix else ""
        name: Any = unicodedata.normalize("NFC", text[name_start:name_end])
        if "#{" in name:
            name = parser.dynamic_name(name_start, name_end) if name[0].isalpha() else None
            if name is None:
                raise Fault("SB110", name=written[:60])
        else:
            if prefix is None and not name:
                raise Fault("SB110", name=written[:60])
            try:
                check_target(name)
            except Fault as fault:
                if fault.code == "SB110":
                    raise Fault("SB110", name=written[:60]) from None
                raise
        return Target(start, end, layer, name, self._path(parser, place, end, written))

    @staticmethod
    def _path(parser: Parser, place: int, end: int, written: str) -> tuple[Any, ...]:
        keys: list[Any] = []
        text = parser.text
        while place < end:
            if text[place] != "[":
                raise Fault("SB110", name=written[:60])
            closing = _bracket_end(parser.scanner, place, end)
            if closing < 0:
                raise Fault("SB110", name=written[:60])
            inner = parser.trimmed(place + 1, closing)
            if inner[0] == inner[1]:
                raise Fault("SB110", name=written[:60])
            keys.append(parser.expression(*inner))
            place = parser.trimmed(closing + 1, end)[0]
        return tuple(keys)

    # ------------------------------------------------------------ right sides

    def _assign(self, target: Target, start: int, right: int, end: int) -> Statement:
        parser = Parser(self.text, self.functions, end)
        right, end = parser.trimmed(right, end)
        if right == end:
            return Assign(start, end, target, Nothing(right, end))
        if _AS_WRITTEN.fullmatch(self.text, right, end):
            return Assign(start, end, target, AsWritten(right, end, self.text[right:end]))
        try:
            node = parser.expression(right, end)
        except ParseFault as fault:
            joined = self._joined(right, end) if fault.unfinished else None
            if joined is None:
                return Assign(start, end, target, PlainText(right, end, parser.parts(right, end), fault))
            node = joined
        return Assign(start, node.end, target, self._classified(parser, node))

    def _joined(self, start: int, end: int) -> Any:
        """The expression that a line with an open bracket or quote begins, or None; moves `row` when there is one."""
        last = min(len(self.lines), self.row + MAX_JOINED_LINES)
        for row in self._balanced(start, self.row + 1, last):
            parser = Parser(self.text, self.functions, self.lines[row][1])
            try:
                node = parser.expression(*parser.trimmed(start, self.lines[row][1]))
            except ParseFault as fault:
                if fault.unfinished or fault.code == "SB104":
                    continue
                return None
            self.row = row
            return node
        return None

    def _balanced(self, start: int, row: int, last: int) -> Iterator[int]:
        """Lines from `row` on at whose end no bracket, quote or `#{` is open; none behind one that nothing closes."""
        text, scanner = self.text, Scanner(self.text, self.lines[last - 1][1])
        depth, place = 0, start
        for candidate in range(row, last):
            stop = self.lines[candidate][1]
            if stop - start > MAX_JOINED_CHARACTERS:
                return
            while place < stop and (match := _NEXT.search(text, place, stop)):
                char, here = match.group(), match.start()
                place = match.end()
                if char in ("[", "(", "{"):
                    depth += 1
                elif char in ("]", ")", "}"):
                    depth -= 1
                elif char == "#{" or scanner.opens_text(here, start):
                    closing = scanner.hole_end(here) if char == "#{" else scanner.text_end(here)
                    if closing < 0:
                        return
                    place = closing + 1
            if place <= stop and depth <= 0:
                yield candidate

    def _classified(self, parser: Parser, node: Any) -> Any:
        """Rules R3 and R5: which expressions may turn out to be text."""
        words = bare_words(node, self.text)
        if words is not None:
            return words
        if type(node) not in (*_OPERATORS, nodes.Group):
            return node
        top = _outside_holes(node)
        if (
            any(isinstance(item, nodes.Hole) for item in top)
            and any(isinstance(item, _ARITHMETIC) for item in top)
            and all(
                isinstance(item, (*_OPERATORS, nodes.Hole, nodes.Number, nodes.Group)) or _is_bare(item) for item in top
            )
        ):
            outside = tuple(dict.fromkeys(item.name for item in top if isinstance(item, nodes.Name)))
            text = PlainText(node.start, node.end, parser.parts(node.start, node.end))
            return HoleSum(node.start, node.end, node, text, outside)
        return node

    # ------------------------------------------------------------ calls

    def _call(self, start: int, end: int) -> Statement:
        parser = Parser(self.text, self.functions, end)
        try:
            node = parser.expression(start, end)
        except ParseFault as fault:
            node = self._joined(start, end) if fault.unfinished else None
            if node is None:
                called = _CALLED.match(self.text, start, end)
                if called and called.group()[:-1] not in RESERVED:
                    return Wrong(fault.start, max(fault.end, fault.start + 1), fault.code, fault.data)
                return Wrong(start, end, "SB101", {})
        if not isinstance(node, nodes.Call):
            return Wrong(start, end, "SB101", {})
        return Run(node.start, node.end, node)


def bare_words(node: Any, text: str) -> Words | None:
    """Rule R3 on an expression: made only of names and arithmetic signs it may turn out to be text."""
    below = [node]
    for item in below:
        if type(item) is nodes.Name:
            if item.layer is not None:
                return None
        elif type(item) in _ARITHMETIC:
            below.extend(nodes.children(item))
        else:
            return None
    written = _without_filler(without_comments(_without_filler(text[node.start : node.end]))[0])
    names = tuple(dict.fromkeys(item.name for item in below if isinstance(item, nodes.Name)))
    hyphenated = isinstance(node, nodes.Sum) and _HYPHENATED.fullmatch(written) is not None
    return Words(node.start, node.end, written, node, names, hyphenated)


def _without_filler(text: str) -> str:
    return text.replace(FILL, "")


def _is_bare(node: Any) -> bool:
    return isinstance(node, nodes.Name) and node.layer is None


def _outside_holes(node: Any) -> list[Any]:
    """The node and all below it, not looking into `#{…}`."""
    found = [node]
    for item in found:
        if not isinstance(item, nodes.Hole):
            found.extend(nodes.children(item))
    return found


def _bracket_end(scanner: Scanner, at: int, end: int) -> int:
    """Index of the bracket that closes the one at `at`, or -1."""
    depth, place, text = 0, at, scanner.text
    while match := _NEXT.search(text, place, end):
        char, here = match.group(), match.start()
        place = match.end()
        if char in ("[", "(", "{"):
            depth += 1
        elif char in ("]", ")", "}"):
            depth -= 1
            if depth == 0:
                return here
        elif char in QUOTES:
            if scanner.opens_text(here, at):
                closing = scanner.text_end(here)
                place = closing + 1 if 0 <= closing < end else place
        else:
            closing = scanner.hole_end(here)
            place = closing + 1 if 0 <= closing < end else place
    return -1
