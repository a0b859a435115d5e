"""Expressions and scripts for hosts that keep variables in a dict of their own."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from ..budget import DEFAULT_LIMITS, Limits
from ..context import Context
from ..errors import CalculatorError, Diagnostic
from ..functions.catalog import Catalog
from ..patterns import pattern
from ..scope import FlatScope
from ..source import Source, Span
from . import compiler
from .program import _Compiled, parsed_expression
from .quick import Failed, Quick
from .statements import parse_field

_ASSIGNS = pattern(r"\s*(?:[^\W\d_]\w*\.)?[^\W\d_]\w*\s*=(?!=)|\s*/\*")


class Expression(_Compiled):
    """A compiled expression or script. Thread-safe.

    `evaluate(variables)` works on the dict itself: nothing is copied, assignments of a script are written into it, the
    value of an expression is returned (None for a script). Keys are names in Unicode NFC, with the prefixes `client.`,
    `project.`, `const.` for other layers; a variable without value is absent.

    Raises:
        CalculatorError: where `outcome.errors` of `evaluate` would hold one. A script runs to its end first (a failed
            statement changes nothing), then the first error is raised; `.errors` has them all.
    """

    def __init__(self, source: Source, catalog: Catalog, *, timezone: str = "Europe/Moscow", lang: str = "ru",
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:  # fmt: skip
        self._zone = ZoneInfo(timezone)
        self._lang = lang
        self._limits = limits
        node, problem = (None, None) if _ASSIGNS.match(source.text) else parsed_expression(source, catalog)
        self.is_script = node is None
        self.problem: Diagnostic | None = None
        if node is None:
            statements, _ = parse_field(source.text, catalog)
            if not statements or (problem is not None and len(statements) == 1 and not hasattr(statements[0], "target")):
                self.problem = problem or Diagnostic("SB104", source, Span(0, len(source.text)))
        else:
            statements = [node]
        super().__init__(source, catalog, statements)
        self.statements = statements
        self._targets = compiler.targets_of(statements) if self.is_script else frozenset()
        self._general: dict[int, Any] = {}
        if self.effectful:
            raise TypeError("an expression for a bare dict cannot have effects; use Interpreter.compile")
        quick = Quick(
            statements, source.text, catalog, names=self._nodes, is_expression=not self.is_script, layered=False,
            resume=self._resume, perform=self._perform, limits=limits,
        )  # fmt: skip
        quick.function.__globals__["new_run"] = self._new_run
        self._quick = quick
        #: The generated function itself: no wrapper stands between the host and it.
        self.evaluate = self._refuse if self.problem is not None else quick.function

    def _new_run(self) -> Context:
        return Context(timezone=self._zone, lang=self._lang)

    def _refuse(self, variables: dict[str, Any]) -> Any:
        assert self.problem is not None
        raise CalculatorError(self.problem)

    # ------------------------------------------------------------ by the full rules

    def _statement(self, index: int) -> Any:
        """The general code of one statement, built when it is first needed."""
        found = self._general.get(index)
        if found is None:
            if self.is_script:
                found, _ = compiler.compile_statements(
                    [self.statements[index]], self.source.text, self.catalog, self._targets, index, self._limits
                )
            else:
                found, _ = compiler.compile_expression(self.statements[0], self.source.text, self.catalog, self._limits)
            self._general[index] = found
        return found

    def _scope(self, variables: dict[str, Any], run: Context | None) -> FlatScope:
        context = run or self._new_run()
        scope = FlatScope(variables, context)
        context.scope = scope  # type: ignore[assignment]
        return scope

    def _resume(self, arguments: tuple[Any, ...], index: int) -> Any:
        scope = self._scope(arguments[0], arguments[1] if len(arguments) > 1 else None)
        if not self.is_script:
            try:
                return self._statement(0)(scope)
            except Exception as error:
                whole = Span(self.statements[0].start, self.statements[0].end)
                raise CalculatorError(self.diagnostic(error, whole, self._lang)) from None
        errors = list(self._failed(scope))
        report = self._reporter(errors)
        for later in range(index, len(self.statements)):
            self._statement(later)(scope, report)
        if errors:
            raise CalculatorError(errors[0], tuple(errors))
        return None

    def _failed(self, scope: FlatScope) -> list[Diagnostic]:
        """Errors of statements that fast code had the full rules perform, kept with the run."""
        context = scope.context
        return context.host.get("errors", []) if context is not None else []

    def _reporter(self, errors: list[Diagnostic]) -> Any:
        def report(index: int, error: Exception) -> None:
            statement = self.statements[index]
            errors.append(self.diagnostic(error, Span(statement.start, statement.end), self._lang))

        return report

    def _perform(self, index: int, variables: dict[str, Any], run: Context) -> None:
        errors: list[Diagnostic] = []
        self._statement(index)(self._scope(variables, run), self._reporter(errors))
        if errors:
            run.host = {"errors": errors}
            raise Failed(index)
