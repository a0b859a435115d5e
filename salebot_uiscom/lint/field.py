"""One text under inspection: what the checks read, and how they report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..errors import Diagnostic, Fault
from ..functions.pages import HOST_FUNCTIONS, built_in_catalog
from ..functions.registry import Catalog
from ..lang import compiler, nodes
from ..lang.comments import without_comments
from ..lang.lexer import ParseFault
from ..lang.parser import Parser
from ..lang.printer import written
from ..lang.statements import parse_field
from ..scope import BUILT_IN, CONSTANTS, Scope
from ..source import Source, Span
from .rules import BY_CODE, CALCULATOR, COMPARE, MESSAGE

#: Functions of the host that only look; all its others act on the world.
_READERS = (
    "get_", "was_", "has_", "count_", "check_", "days_from", "latest_", "find_", "inlist", "list_size", "lists_joint",
    "random_list", "last_message_id", "requests_get", "uiscom_get",
)  # fmt: skip
_WRITERS = frozenset({"set_client_var", "set_client_vars", "unpack_list"})
_LINE_END = re.compile(r"\r\n|\r|\n")


class Unknown(Exception):
    """The value depends on variables."""


@dataclass
class Field:
    """A text, parsed. `known`: names that have values for reasons outside of this text."""

    text: str
    catalog: Catalog
    kind: str = CALCULATOR
    known: frozenset[str] = frozenset()
    constants: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None
    lang: str = "ru"
    found: list[Diagnostic] = field(default_factory=list)
    statements: list[Any] = field(default_factory=list)
    comments: tuple[tuple[int, int], ...] = ()
    problem: Any = None  # Fault or ParseFault of a message or compare field
    explained: set[int] = field(default_factory=set)  # ids of statements that a finding about their block explains
    _compiled: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = self.source or Source(self.text)
        if self.kind == CALCULATOR:
            self.statements, self.comments = parse_field(self.text, self.catalog)
            return
        cleaned = self.text
        if self.kind == COMPARE:
            cleaned, self.comments = without_comments(self.text)
        parser = Parser(cleaned, self.catalog)
        start, end = parser.trimmed(0, len(cleaned))
        try:
            if self.kind == MESSAGE:
                self.statements = [nodes.PlainText(0, len(self.text), parser.parts(0, len(self.text)))]
            elif start < end:
                self.statements = [parser.expression(start, end)]
        except (ParseFault, Fault) as problem:
            self.problem = problem

    # ------------------------------------------------------------ reporting

    def report(self, code: str, start: int, end: int, *, fix: Any = None, severity: str = "", **data: Any) -> None:
        """A finding. `fix`: edits (start, end, new text) that put it right; `severity`: where it is not the rule's."""
        assert self.source is not None
        rule = BY_CODE.get(code)
        if fix is not None:
            data["fix"] = tuple(fix)
        span = Span(start, max(start + 1, end))
        severity = severity or ("error" if rule is None else rule.severity)
        self.found.append(Diagnostic(code, self.source, span, data, severity, self.lang))

    def of(self, node: Any) -> str:
        """A piece as typed, short enough for a message."""
        piece = self.text[node.start : node.end]
        return piece if len(piece) <= 60 else piece[:59] + "…"

    def meaning(self, node: Any) -> Any:
        """Two nodes of one meaning mean the same."""
        return written(node, self.text)

    # ------------------------------------------------------------ what stands in the text

    @cached_property
    def cleaned(self) -> str:
        """The text with its comments blanked: every place is where it was."""
        return without_comments(self.text)[0]

    @cached_property
    def line_ends(self) -> list[int]:
        """Where each line of `cleaned` ends, before its line break; the last is the end of the text."""
        return [match.start() for match in _LINE_END.finditer(self.cleaned)] + [len(self.cleaned)]

    @cached_property
    def all_nodes(self) -> list[Any]:
        if self.kind == MESSAGE:
            holes = [part for text in self.statements for part in text.parts if not isinstance(part, str)]
            return [item for hole in holes for item in nodes.walk(hole)]
        return [item for statement in self.statements for item in nodes.of_statement(statement)]

    @cached_property
    def doubtful(self) -> frozenset[int]:
        """Ids of the nodes that may turn out to be text: bare words on a right side or inside a container (R3, R5)."""
        return frozenset(id(node) for statement in self.statements for node in _may_be_text(statement))

    @cached_property
    def calls(self) -> list[nodes.Call]:
        return [item for item in self.all_nodes if isinstance(item, nodes.Call)]

    @cached_property
    def targets(self) -> dict[str, list[nodes.Assign]]:
        found: dict[str, list[nodes.Assign]] = {}
        for statement in self.statements:
            if isinstance(statement, nodes.Assign) and isinstance(statement.target.name, str):
                found.setdefault(statement.target.name, []).append(statement)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that certainly have or get a value."""
        return self.known | frozenset(self.targets) | frozenset(self.constants) | BUILT_IN | self.catalog.declared

    @property
    def functions(self) -> Iterable[str]:
        return [*self.catalog, *HOST_FUNCTIONS, "if"]

    def conditions(self) -> Iterator[Any]:
        """Expressions whose truth decides something."""
        if self.kind == COMPARE:
            yield from self.statements
        for call in self.calls:
            if call.name == "if" and call.arguments:
                yield call.arguments[0]

    # ------------------------------------------------------------ values known without running

    def constant(self, node: Any) -> Any:
        """Value of an expression without variables and calls.

        Raises:
            Unknown: it has some.
            Fault: it always fails.
        """
        for item in nodes.walk(node):
            if isinstance(item, nodes.Hole | nodes.DynamicName | nodes.Call):
                raise Unknown
            if isinstance(item, nodes.Name) and (item.layer or item.name not in CONSTANTS or item.name in self.targets):
                raise Unknown
        return self.evaluate(node, {})

    def evaluate(self, node: Any, variables: Mapping[str, Any]) -> Any:
        """Value of an expression for these variables, by the language's own rules."""
        compiled = self._compiled.get(id(node))
        if compiled is None:
            compiled = self._compiled[id(node)] = compiler.compile_expression(node, self.text, built_in_catalog())[0]
        scope = Scope.of({})
        scope.merged.update(variables)
        return compiled(scope)

    def value_of(self, node: Any) -> Any:
        """`constant`, looking through a variable that is set once to a value known here. Raises `Unknown`."""
        if isinstance(node, nodes.Name) and node.name not in CONSTANTS:
            assigned = self.targets.get(node.name, [])
            if not assigned and node.layer is None and node.name in self.constants:
                return self.constants[node.name]
            if len(assigned) != 1 or assigned[0].target.path or assigned[0].end > node.start:
                raise Unknown
            right = assigned[0].right
            if isinstance(right, nodes.AsWritten):
                return right.text
            if isinstance(right, nodes.PlainText) and all(isinstance(part, str) for part in right.parts):
                return "".join(right.parts)
            if isinstance(right, nodes.PlainText | nodes.Words | nodes.HoleSum | nodes.Nothing):
                raise Unknown
            node = right
        try:
            return self.constant(node)
        except Fault as fault:
            raise Unknown from fault


def acts(name: str, catalog: Catalog) -> bool:
    """Does a call change anything but its result?"""
    if name in _WRITERS:
        return True
    if name in HOST_FUNCTIONS:
        return not name.startswith(_READERS)
    return name in catalog and name not in built_in_catalog() and catalog[name].effect


def _may_be_text(statement: Any) -> list[Any]:
    if isinstance(statement, nodes.Assign) and isinstance(statement.right, nodes.Words | nodes.HoleSum):
        return nodes.walk(statement.right.expression)
    found: list[Any] = []
    for item in nodes.of_statement(statement) if not isinstance(statement, nodes.PlainText) else []:
        if isinstance(item, nodes.Array):
            found += [part for value in item.items for part in nodes.walk(value)]
        elif isinstance(item, nodes.Dictionary):
            found += [part for _, value in item.pairs for part in nodes.walk(value)]
    return found


__all__ = ["Field", "Unknown", "acts"]
