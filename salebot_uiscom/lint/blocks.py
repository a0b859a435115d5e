"""One slip in a list, dictionary or call of several lines: told once, at its place.

The language reads each line on its own where the lines together are no expression (calculator.md 3), so that one missing
comma makes an error of every line. What the lines would be together shows where the slip is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from ..errors import Fault
from ..lang import nodes
from ..lang.lexer import ParseFault
from ..lang.parser import Parser
from ..lang.scanner import QUOTES, Scanner
from ..lang.statements import MAX_JOINED_CHARACTERS, MAX_JOINED_LINES
from ..messages import LANGUAGES, message_of
from ..messages.slips import APART
from . import broken
from .field import Field
from .repairs import repaired

MAX_OPENERS = 100  # looked at in one field: each may cost as much as the lines that could be joined to it
_NEXT = re.compile(r"[()\[\]{}\"'`\n]|#\{")
_CALL = re.compile(r"[ \t]*[A-Za-z]\w*[ \t]?\(")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines whose brackets belong together. `statement`: the first; `below`: those that its lines became."""

    statement: Any
    below: tuple[Any, ...]
    start: int
    end: int


def check(field: Field) -> None:
    """Report blocks with a slip; the statements that they explain are put into `field.explained`."""
    skipped_to, left = -1, MAX_OPENERS
    for index, statement in enumerate(field.statements):
        start = _opened_at(field, statement)
        if start <= skipped_to or index + 1 == len(field.statements):
            continue
        left -= 1
        if left < 0:
            break
        for block in (_closed(field, index, start), _unclosed(field, index, start)):
            if block is not None and _told(field, block):
                field.explained.update(id(item) for item in (block.statement, *block.below))
                skipped_to = block.end
                break


def _opened_at(field: Field, statement: Any) -> int:
    """Where the expression of a line begins whose bracket its end leaves open; -1 for any other line."""
    if isinstance(statement, nodes.Assign) and isinstance(statement.right, nodes.PlainText):
        fault, start = statement.right.fault, statement.right.start
        return start if fault is not None and _balance(field.cleaned, start, _line_end(field, start))[0] > 0 else -1
    if isinstance(statement, nodes.Wrong):
        start = max(field.cleaned.rfind("\n", 0, statement.start), field.cleaned.rfind("\r", 0, statement.start)) + 1
        called = _CALL.match(field.cleaned, start)
        if called and _balance(field.cleaned, start, _line_end(field, start))[0] > 0:
            return start + len(called[0]) - len(called[0].lstrip())
    return -1


def _line_end(field: Field, place: int) -> int:
    return field.line_ends[bisect_left(field.line_ends, place)]


def _balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Brackets open at `end`, and the end of the first line at whose end none was open (-1: no such line)."""
    scanner, depth, place = Scanner(text, end), 0, start
    while match := _NEXT.search(text, place, end):
        char, at = match[0], match.start()
        place = match.end()
        if char == "\n":
            if depth <= 0:
                return depth, at
        elif char in ("(", "[", "{"):
            depth += 1
        elif char in (")", "]", "}"):
            depth -= 1
        elif char == "#{" or (char in QUOTES and scanner.opens_text(at, start)):
            try:
                closing = scanner.hole_end(at) if char == "#{" else scanner.text_end(at)
            except Fault:
                return depth, -1
            place = place if closing < 0 else closing + 1
    return depth, end if depth <= 0 else -1


def _limit(field: Field, start: int) -> int:
    """How far lines may be joined."""
    ends = field.line_ends
    row = bisect_left(ends, start)
    last = bisect_left(ends, start + MAX_JOINED_CHARACTERS, row, min(len(ends), row + MAX_JOINED_LINES))
    return ends[max(row, last - 1)]


def _closed(field: Field, index: int, start: int) -> Block | None:
    """The lines down to the one that closes all brackets."""
    end = _balance(field.cleaned, start, _limit(field, start))[1]
    if end <= _line_end(field, start):
        return None
    below = []
    for item in field.statements[index + 1 :]:
        if item.start >= end:
            break
        below.append(item)
    return Block(field.statements[index], tuple(below), start, end)


def _unclosed(field: Field, index: int, start: int) -> Block | None:
    """The lines down to the next one that is a statement, where no line closes the bracket."""
    below = []
    for item in field.statements[index + 1 :]:
        if not isinstance(item, nodes.Wrong):
            break
        below.append(item)
    end = _line_end(field, below[-1].start) if below else start
    if not below or end - start > MAX_JOINED_CHARACTERS:
        return None
    return Block(field.statements[index], tuple(below), start, end)


def _told(field: Field, block: Block) -> bool:
    start, end = Parser(field.cleaned, field.catalog).trimmed(block.start, block.end)
    text = field.cleaned[start:end]
    try:
        Parser(text, field.catalog).expression(0, len(text))
    except ParseFault as problem:
        fault = problem
    except Fault:
        return False
    else:
        return False  # in order as a whole: another rule of the language kept the lines apart
    whole = repaired(text, field.catalog)
    all_wrong = all(isinstance(item, nodes.Wrong) for item in block.below)
    if whole is None and (not all_wrong or fault.unfinished or not _begins_code(field, text)):
        return False
    if whole is not None and not (all_wrong or broken.weight_of(field, text, whole)):
        return False
    if whole is not None:
        found = broken.told(whole.first, broken.SURELY)
        place, texts, cures = (found.start, found.end), found.texts, found.cures
    else:
        place = fault.start, fault.end
        texts = {lang: message_of(fault.code).text(lang, fault.data) for lang in LANGUAGES}
        cures = {lang: message_of(fault.code).hint(lang, fault.data) for lang in LANGUAGES}
    _report(field, block, (start + place[0], start + place[1]), fault, texts, cures)
    return True


def _report(field: Field, block: Block, place: tuple[int, int], fault: ParseFault, texts: dict[str, str],
            cures: dict[str, str]) -> None:  # fmt: skip
    if isinstance(block.statement, nodes.Wrong):
        field.report(fault.code, *place, **{**fault.data, "hint": cures})
        return
    apart = dict(zip(LANGUAGES, APART, strict=True))
    told: dict[str, Any] = {f"text_{lang}": texts[lang] + apart[lang] for lang in LANGUAGES}
    field.report("SB702", *place, severity="error", **told, hint=cures)


def _begins_code(field: Field, text: str) -> bool:
    called = _CALL.match(text)
    return text[0] in "[{" or (called is not None and called[0].rstrip("( \t") in {*field.functions})


__all__ = ["check"]
