"""Formats a calculator field: one space around `=` and operators, one after commas, none inside brackets.

Only the blanks between the words of an expression change. Names, numbers, strings, comments, line breaks, plain-text
right sides and everything that could turn out to be text (`Тариф - базовый`) stay as typed. A line whose meaning would
not be exactly the same afterwards (`x = - 007`) is left alone: each formatted line is parsed again and compared.
"""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ..errors import Fault
from . import nodes
from .comments import without_comments
from .general import MAX_IF
from .grammar import grammar
from .lexer import ParseFault, Token
from .nodes import Assign, Delete, Run, Statement
from .scanner import FILL, Scanner
from .statements import bare_words, parse_field

_BINARY = frozenset({"PLUS", "MINUS", "MULTIPLY", "POWER", "COMPARE", "AND", "OR"})
# A minus behind one of these is a sign, not a subtraction; so it is behind a comma or colon.
_OPENING = frozenset({"LPAR", "LSQB", "LBRACE"})
_BLANK = " \t\u00a0\u202f\u2007\u200b\ufeff"
_FIXED = (nodes.Words, nodes.HoleSum, nodes.PlainText, nodes.AsWritten, nodes.Nothing)  # right sides kept as typed

Edit = tuple[int, int, str]


def format_field(text: str, catalog: Container[str]) -> str:
    """The field with normal spacing. Formatting the result again changes nothing; running it gives the same outcome.

    Args:
        text: a calculator field.
        catalog: the functions that exist (they decide what is a call).
    """
    statements, comments = parse_field(text, catalog)
    cleaned, _ = without_comments(text)
    edits: list[Edit] = []
    for statement in statements:
        found = _edits(text, cleaned, statement, catalog)
        if found and _keeps_meaning(text, statement, found, catalog):
            edits += found
    formatted = _without_line_tails(applied(text, edits), catalog)
    same = [written(item, text) for item in statements] == _all_written(formatted, catalog)
    return formatted if same and len(comments) == len(parse_field(formatted, catalog)[1]) else text


def applied(text: str, edits: list[Edit]) -> str:
    """The text with its pieces replaced; of overlapping edits the first wins."""
    pieces: list[str] = []
    place = 0
    for start, end, new in sorted(edits):
        if start >= place:
            pieces += [text[place:start], new]
            place = end
    return "".join([*pieces, text[place:]])


def written(node: Any, text: str) -> Any:
    """The meaning of a node, free of places: two nodes that give the same run the same."""
    if type(node).__module__ == nodes.__name__:
        own = [written(getattr(node, name), text) for name in _meaning_fields(node.__class__)]
        if isinstance(node, nodes.Array | nodes.Dictionary):
            values = node.items if isinstance(node, nodes.Array) else tuple(value for _, value in node.pairs)
            # Bare words inside a container may become text, so their spelling counts (R3).
            own.append([_spelling(bare_words(value, text)) for value in values])
        return (type(node).__name__, *own)
    if isinstance(node, tuple):
        return tuple(written(item, text) for item in node)
    return node


@lru_cache
def _meaning_fields(kind: type[Any]) -> tuple[str, ...]:
    places = {"start", "end", "fault", *(("operator",) if kind is nodes.Negative else ())}
    return tuple(name for name in kind.__match_args__ if name not in places)


def _spelling(words: Any) -> Any:
    return None if words is None else (words.text, words.every)


def _all_written(text: str, catalog: Container[str]) -> list[Any]:
    return [written(item, text) for item in parse_field(text, catalog)[0]]


def _keeps_meaning(text: str, statement: Statement, edits: list[Edit], catalog: Container[str]) -> bool:
    start, end = statement.start, statement.end
    before = text[start:end]
    after = applied(text, edits)[start : end + sum(len(new) - (until - since) for since, until, new in edits)]
    if _all_written(before, catalog) != _all_written(after, catalog):
        return False
    longest = max((call.end - call.start for call in _ifs(after, catalog)), default=0)
    return longest <= MAX_IF or longest <= max((call.end - call.start for call in _ifs(before, catalog)), default=0)


def _ifs(text: str, catalog: Container[str]) -> list[Any]:
    found = [item for statement in parse_field(text, catalog)[0] for item in nodes.of_statement(statement)]
    return [item for item in found if isinstance(item, nodes.Call) and item.name == "if"]


# ---------------------------------------------------------------- edits


def _edits(text: str, cleaned: str, statement: Statement, catalog: Container[str]) -> list[Edit]:
    if isinstance(statement, Assign):
        found = _around_equals(text, cleaned, statement)
        if not isinstance(statement.right, _FIXED):
            found += _spacing(text, cleaned, statement.right, catalog)
        return found
    if isinstance(statement, Run):
        return _spacing(text, cleaned, statement.call, catalog)
    if isinstance(statement, Delete):
        return _gap(text, statement.start + len("del"), statement.target.start, " ")
    return []


def _around_equals(text: str, cleaned: str, statement: Assign) -> list[Edit]:
    equals = statement.target.end
    while cleaned[equals] in _BLANK + FILL:
        equals += 1
    found = _gap(text, statement.target.end, equals, " ")
    if not isinstance(statement.right, nodes.Nothing):
        found += _gap(text, equals + 1, statement.right.start, " ")
    return found


def _gap(text: str, start: int, end: int, wanted: str) -> list[Edit]:
    """Replace what stands between two words, if that is nothing but blanks of one line."""
    gap = text[start:end]
    return [(start, end, wanted)] if gap != wanted and not gap.strip(_BLANK) else []


def _spacing(text: str, cleaned: str, node: Any, catalog: Container[str]) -> list[Edit]:
    try:
        tokens = grammar().tokenizer.tokenize(Scanner(cleaned, node.end), node.start, node.end, catalog)
    except (ParseFault, Fault):
        return []
    fixed = _fixed_places(node, cleaned)
    found: list[Edit] = []
    sign = tokens[0].type == "MINUS"
    for left, right in pairwise(tokens):
        wanted = _wanted(left, right, sign)
        sign = right.type == "MINUS" and (left.type in _BINARY or left.type in _OPENING or _separates(left))
        if not any(start <= left.start_pos and right.end_pos <= end for start, end in fixed):
            found += _gap(text, left.end_pos, right.start_pos, wanted)
    return found


def _wanted(left: Token, right: Token, sign: bool) -> str:
    """The blanks between two tokens. `sign`: the left one is a unary minus."""
    if sign or left.type in _OPENING or right.type in ("RPAR", "RSQB", "RBRACE") or _separates(right):
        return ""
    if _separates(left) or left.type in _BINARY or right.type in _BINARY:
        return " "
    # What is left: a name before its bracket or index.
    return ""


def _separates(token: Token) -> bool:
    return token.value in (",", ":")


def _fixed_places(node: Any, text: str) -> list[tuple[int, int]]:
    """Elements of containers that may turn out to be text."""
    found = []
    for item in nodes.walk(node):
        values = item.items if isinstance(item, nodes.Array) else ()
        if isinstance(item, nodes.Dictionary):
            values = tuple(value for _, value in item.pairs)
        found += [(value.start, value.end) for value in values if bare_words(value, text) is not None]
    return found


def _without_line_tails(text: str, catalog: Container[str]) -> str:
    """Blanks at line ends cut, outside comments and statements of several lines."""
    statements, comments = parse_field(text, catalog)
    inside = [*comments, *((item.start, item.end) for item in statements)]
    edits: list[Edit] = []
    place = 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        start = place + len(body.rstrip(_BLANK))
        end = place + len(body)
        if start < end and not any(since < end and start < until for since, until in inside):
            edits.append((start, end, ""))
        place += len(line)
    return applied(text, edits)


__all__ = ["applied", "format_field", "written"]
