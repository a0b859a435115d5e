"""`check_field` and `fix_field`: every rule over one text, suppressed lines left out, findings in order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..errors import Diagnostic
from ..functions.registry import Catalog
from ..lang import nodes
from ..lang.lexer import ParseFault
from ..lang.printer import applied
from ..lang.teaching import teach
from ..source import Source, Span
from . import blocks, calls, conditions, literals, names, texts
from .field import Field
from .rules import CALCULATOR, COMPARE

_NOQA = re.compile(r"noqa\b[:\s]*((?:SB\d{3}[,\s]*)*)")
_HOLE_ONLY = re.compile(r"\s*#\{\s*([^\W\d_]\w*)\s*\}\s*")


def check_field(
    text: str,
    catalog: Catalog,
    *,
    kind: str = CALCULATOR,
    known: Collection[str] = (),
    constants: Mapping[str, Any] | None = None,
    source: Source | None = None,
    lang: str = "ru",
) -> list[Diagnostic]:
    """Findings of one text, in order of their places; nothing is run.

    Args:
        text: what the author wrote.
        catalog: functions that exist. Functions of the host count as existing in any case.
        kind: `calculator`, `message` (text with `#{…}`) or `compare`.
        known: variables that have values for reasons outside of this text.
        constants: constants of the project.
        source: how to call the text in findings; its text must be `text`.
        lang: language of the texts.

    A finding that can be put right has its edits in `data["fix"]`. A comment `/* noqa SB705 */` (or plain `noqa`)
    suppresses findings that begin on its lines.
    """
    return inspected(Field(text, catalog, kind, frozenset(known), dict(constants or {}), source or Source(text), lang))


def inspected(field: Field) -> list[Diagnostic]:
    """Run every rule over a field."""
    if field.kind == CALCULATOR:
        blocks.check(field)
    _wrong_lines(field)
    if field.kind == COMPARE and (match := _HOLE_ONLY.fullmatch(field.text)):
        field.report("SB774", 0, len(field.text), name=match[1])
    for check in (texts.check, names.check, conditions.check, literals.check, calls.check):
        check(field)
    quiet = _suppressed(field)
    found = [item for item in field.found if not _is_quiet(item, quiet)]
    return sorted(found, key=lambda item: (item.span, item.code))


def fix_field(text: str, diagnostics: Iterable[Diagnostic]) -> str:
    """The text with the safe fixes of its findings carried out; overlapping ones after a second check.

    Each fix only replaces what certainly was not meant: see `docs/checks.md`.
    """
    return applied(text, [edit for item in diagnostics for edit in item.data.get("fix", ())])


def _wrong_lines(field: Field) -> None:
    """Lines that are no statement and expressions that do not parse: the same codes as when they run."""
    assert field.source is not None
    if field.problem is not None:
        problem = field.problem
        place = (problem.start, problem.end) if isinstance(problem, ParseFault) else (0, len(field.text))
        field.report(problem.code, *place, **problem.data)
    for statement in field.statements:
        if isinstance(statement, nodes.Wrong) and id(statement) not in field.explained:
            data = dict(statement.data)
            span = Span(statement.start, statement.end)
            teach(statement.code, data, field.text, span, (), field.names, field.catalog)
            field.report(statement.code, *span, **data)


def _suppressed(field: Field) -> list[tuple[int, int, frozenset[str]]]:
    found = []
    for start, end in field.comments:
        match = _NOQA.search(field.text, start, end)
        if match:
            first = field.text.rfind("\n", 0, start) + 1
            last = field.text.find("\n", end)
            found.append((first, len(field.text) if last < 0 else last, frozenset(re.findall(r"SB\d{3}", match[1]))))
    return found


def _is_quiet(item: Diagnostic, quiet: list[tuple[int, int, frozenset[str]]]) -> bool:
    return any(start <= item.span.start < end and (not codes or item.code in codes) for start, end, codes in quiet)


__all__ = ["check_field", "fix_field", "inspected"]
