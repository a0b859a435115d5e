"""Expressions and scripts for hosts that keep variables in a dict of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from time import time
from typing import Any

from ..budget import DEFAULT_LIMITS, Limits
from ..context import Context
from ..errors import CalculatorError, Diagnostic, OptionError
from ..functions.catalog import Catalog
from ..scope import FlatScope, clock_values
from ..source import Source, Span
from . import shelf
from .program import ASSIGNS, _Compiled, reading, shelved


class Expression(_Compiled):
    """A compiled expression or script. Thread-safe.

    `evaluate(variables)` works on the dict itself: nothing is copied, assignments of a script are written into it, the
    value of an expression is returned (None for a script). Keys are names in Unicode NFC, with the prefixes `client.`,
    `project.`, `const.` for other layers; a variable without value is absent.

    Raises:
        OptionError: the variables are no dict.
        CalculatorError: where `outcome.errors` of `evaluate` would hold one. A script runs to its end first (a failed
            statement changes nothing), then the first error is raised; `.errors` has them all.
    """

    def __init__(
        self, source: Source, catalog: Catalog, *, lang: str = "ru", limits: Limits = DEFAULT_LIMITS,
        kept: shelf.Shelf | None = None,
    ) -> None:  # fmt: skip
        """`kept`: where the code may be found, and is kept if it is not there; only for the built-in functions."""
        super().__init__(source, catalog, limits)
        self._lang = lang
        self._general: dict[int, Any] = {}
        self.problem: Diagnostic | None = None
        function = None if kept is None else self._from(kept)
        if function is None:
            function = self._quick().function
            if kept is not None and self.problem is None:
                kept.put(shelf.SCRIPT if self.is_script else shelf.EXPRESSION, source.text, function.__code__)
        function.__globals__["new_run"] = self._new_run
        function.__globals__["clock_now"] = _minute_clock(lang)
        #: The generated function itself: no wrapper stands between the host and it.
        self.evaluate = self._refuse if self.problem is not None else function

    def _from(self, kept: shelf.Shelf) -> Any:
        for kind in (shelf.EXPRESSION, shelf.SCRIPT):
            code = kept.get(kind, self.source.text)
            if code is not None:
                self.effectful, self.is_script = False, kind == shelf.SCRIPT
                return shelved(code, self, self._quick)
        return None

    @cached_property
    def statements(self) -> list[Any]:
        source = self.source
        begins = source.text.lstrip().startswith("/*")  # a comment may stand before either
        is_assignment = not begins and ASSIGNS.match(source.text)
        node, problem = (None, None) if is_assignment else reading().parsed_expression(source, self.catalog)
        if node is not None:
            return [node]
        from .statements import parse_field

        statements, _ = parse_field(source.text, self.catalog)
        if not statements or (problem is not None and len(statements) == 1 and not hasattr(statements[0], "target")):
            from .expected import OF_NOTHING

            self.problem = problem or Diagnostic("SB104", source, Span(0, len(source.text)), OF_NOTHING)
        return statements

    @cached_property
    def is_script(self) -> bool:
        """Are these statements, not one expression?"""
        found: bool = reading().is_script(self.statements)
        return found

    @cached_property
    def _targets(self) -> frozenset[str]:
        from .compiler import targets_of

        return targets_of(self.statements) if self.is_script else frozenset()

    def _quick(self, function: Any = None) -> Any:
        if self.effectful:
            raise TypeError("an expression for a bare dict cannot have effects; use Interpreter.compile")
        return reading().Quick(
            self.statements, self.source.text, self.catalog, names=self._nodes, is_expression=not self.is_script,
            layered=False, resume=self._resume, perform=self._perform, limits=self._limits, function=function,
        )  # fmt: skip

    def _new_run(self) -> Context:
        return Context(lang=self._lang)

    def _refuse(self, variables: dict[str, Any]) -> Any:
        assert self.problem is not None
        raise CalculatorError(self.problem)

    # ------------------------------------------------------------ by the full rules

    def _statement(self, index: int) -> Any:
        """The general code of one statement, built when it is first needed."""
        found = self._general.get(index)
        if found is None:
            from . import compiler

            if self.is_script:
                found, _ = compiler.compile_statements(
                    [self.statements[index]], self.source.text, self.catalog, self._targets, index, self._limits
                )
            else:
                found, _ = compiler.compile_expression(self.statements[0], self.source.text, self.catalog, self._limits)
            self._general[index] = found
        return found

    def _scope(self, variables: dict[str, Any], run: Context | None) -> FlatScope:
        if not isinstance(variables, Mapping):
            raise OptionError("SB906", name=type(variables).__name__)
        context = run or self._new_run()
        scope = FlatScope(variables, context)
        context.scope = scope
        return scope

    def _resume(self, arguments: tuple[Any, ...], index: int, met: Exception | None = None) -> Any:
        scope = self._scope(arguments[0], arguments[1] if len(arguments) > 1 else None)
        if not self.is_script:
            whole = Span(self.statements[0].start, self.statements[0].end)
            if met is not None:
                raise CalculatorError(self.diagnostic(met, whole, self._lang, scope)) from None
            try:
                return self._statement(0)(scope)
            except Exception as error:
                raise CalculatorError(self.diagnostic(error, whole, self._lang, scope)) from None
        errors = list(self._failed(scope))
        report = self._reporter(errors, scope)
        if met is not None:
            report(index, met)
            index += 1
        for later in range(index, len(self.statements)):
            self._statement(later)(scope, report)
        if errors:
            raise CalculatorError(errors[0], tuple(errors))
        return None

    def _failed(self, scope: FlatScope) -> list[Diagnostic]:
        """Errors of statements that fast code had the full rules perform, kept with the run."""
        context = scope.context
        return context.host.get("errors", []) if context is not None else []

    def _reporter(self, errors: list[Diagnostic], scope: FlatScope) -> Any:
        def report(index: int, error: Exception) -> None:
            statement = self.statements[index]
            errors.append(self.diagnostic(error, Span(statement.start, statement.end), self._lang, scope))

        return report

    def _perform(self, index: int, variables: dict[str, Any], run: Context) -> None:
        errors: list[Diagnostic] = []
        scope = self._scope(variables, run)
        self._statement(index)(scope, self._reporter(errors, scope))
        if errors:
            from .quick import Failed

            run.host = {"errors": errors}
            raise Failed(index)


def _minute_clock(lang: str) -> Callable[[], dict[str, Any]]:
    """A reader of the clock variables, which are worked out once a minute."""
    kept: tuple[int, dict[str, Any]] = (-1, {})

    def read() -> dict[str, Any]:
        nonlocal kept
        minute = int(time() // 60)
        if kept[0] != minute:
            kept = (minute, clock_values(Context(lang=lang)))
        return kept[1]

    return read
