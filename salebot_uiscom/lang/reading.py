"""Text → nodes, and what is asked of the nodes at once: the way of every text that no shelf knows.

One module, so that a text whose code lies on a shelf imports none of it, and any other imports it all at once.
"""

from __future__ import annotations

from typing import Any

from ..errors import Diagnostic, Fault
from ..functions.catalog import Catalog
from ..source import Source, Span
from .comments import without_comments
from .expected import OF_NOTHING
from .lexer import ParseFault
from .nodes import Assign, Call, Delete, Run, Wrong, of_statement
from .parser import Parser
from .quick import Quick


def parsed_expression(source: Source, catalog: Catalog) -> tuple[Any, Diagnostic | None]:
    """Nodes of a text that is one expression, or why it is none. Comments in it are white space (D-05)."""
    cleaned, _ = without_comments(source.text)
    parser = Parser(cleaned, catalog)
    start, end = parser.trimmed(0, len(cleaned))
    if start == end:
        return None, Diagnostic("SB104", source, Span(0, len(source.text)), OF_NOTHING)
    try:
        return parser.expression(start, end), None
    except ParseFault as fault:
        return None, Diagnostic(fault.code, source, Span(fault.start, fault.end), fault.data)
    except Fault as fault:
        return None, Diagnostic(fault.code, source, Span(start, end), fault.data)


def nodes_of(statements: list[Any]) -> list[Any]:
    return [found for statement in statements for found in of_statement(statement)]


def called(nodes: list[Any]) -> frozenset[str]:
    """Names of the functions that are called."""
    return frozenset([item.name for item in nodes if type(item) is Call])


def is_script(statements: list[Any]) -> bool:
    """Are these statements, not one expression?"""
    return not statements or isinstance(statements[0], Assign | Delete | Run | Wrong)


__all__ = ["Quick", "called", "is_script", "nodes_of", "parsed_expression"]
