"""Compiled texts: a program (statements), an expression, a condition, a template."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from ..budget import DEFAULT_LIMITS, Limits, begin
from ..errors import CalculatorError, Diagnostic, Fault
from ..functions.catalog import Catalog
from ..messages import is_known, mask
from ..patterns import pattern
from ..record import record
from ..scope import BUILT_IN, CLOCK_NAMES, Scope
from ..source import Source, Span
from ..values import foreign_type
from . import helpers, shelf

if TYPE_CHECKING:
    from ..context import Context
    from ..effects import Steps

T = TypeVar("T")

MAX_CONDITION = 1000
_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
# A text that begins like this is no expression.
ASSIGNS = pattern(r"\s*(?:[^\W\d_]\w*\.)?[^\W\d_]\w*\s*=(?!=)|\s*/\*")


def _described(error: Exception) -> str:
    """The class of an internal error; for code of a plugin also its file and line.

    Its words stay out: they may hold anything, keys and phones among it.
    """
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(("<", _PACKAGE)):
            return f"{type(error).__name__}, {os.path.basename(file)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return type(error).__name__


def _log(error: Exception, source: Source) -> None:
    """Where a mistake in somebody's Python code came from: for the log of the process. Again without its words."""
    import logging
    import traceback

    frames = mask("".join(traceback.format_tb(error.__traceback__)))
    logging.getLogger("salebot_uiscom").error(
        "%s in a function called by %s:\n%s", type(error).__name__, mask(source.name), frames
    )


@record
class Outcome:
    """What a run of a program gave. `errors` in order; each failed statement changed nothing."""

    scope: Scope
    errors: list[Diagnostic]

    @property
    def variables(self) -> dict[str, Any]:
        """Variables after the run: deal variables plain, others as `client.x`, `project.x`. Unset ones are absent."""
        return self.scope.flat()

    def __repr__(self) -> str:
        """For people at a prompt; phones are masked, as wherever something is shown unasked."""
        return mask(f"Outcome(variables={self.variables!r}, errors={[error.headline for error in self.errors]!r})")


class RenderedText(str):
    """A `str` that remembers what went wrong while it was rendered."""

    errors: list[Diagnostic]

    def __new__(cls, text: str, errors: list[Diagnostic]) -> RenderedText:
        made = super().__new__(cls, text)
        made.errors = errors
        return made

    @property
    def text(self) -> str:
        return str(self)


@record
class Truth:
    """Truth of a condition. An error counts as false and is reported (D-56)."""

    truth: bool
    errors: list[Diagnostic]

    def __bool__(self) -> bool:
        return self.truth


@cache
def reading() -> Any:
    """What reads a text; imported with the first one that no shelf knows. (An `import` in every function costs 1 us.)"""
    from . import reading as module

    return module


class _Compiled:
    """What all compiled texts share: the source, the functions they call, how an exception becomes a diagnostic.

    A text whose code comes from a shelf is parsed when its nodes are needed: where the fast code did not hold, or for an error.
    """

    def __init__(self, source: Source, catalog: Catalog, limits: Limits) -> None:
        self.source = source
        self.catalog = catalog
        self._limits = limits

    @cached_property
    def statements(self) -> list[Any]:
        """Statements, or expressions, as nodes."""
        raise NotImplementedError  # each kind of text is parsed in its own way

    @cached_property
    def _nodes(self) -> list[Any]:
        nodes: list[Any] = reading().nodes_of(self.statements)
        return nodes

    @cached_property
    def calls(self) -> frozenset[str]:
        """Names of the functions that the text calls."""
        names: frozenset[str] = reading().called(self._nodes)
        return names

    @cached_property
    def effectful(self) -> bool:
        """Does it ask the outside?"""
        return any(name in self.catalog and self.catalog[name].effect for name in self.calls)

    def diagnostic(self, error: Exception, fallback: Span, lang: str, scope: Any = None) -> Diagnostic:
        """The place and the texts of what a run met. `scope`: where; its names help to name a better one."""
        from . import blame, compiler, teaching

        span = compiler.place_of(error) or fallback
        if isinstance(error, Fault):
            data = dict(error.data)
            if error.code == "SB301":
                span, data["name"] = blame.unset(span, self._nodes, self.source.text, scope, self.catalog)
            elif error.code in ("SB110", "SB111", "SB112"):
                span = blame.named_by(span, self._nodes, scope, str(data.get("name", "")))
            elif error.code == "SB337":
                span, data["name"], data["text_type"] = self._foreign(span, scope) or (
                    span, self._written(span), data.get("text_type", "")
                )  # fmt: skip
            elif not is_known(error.code):
                data = {**self._speaker(span), **data}
            elif error.code == "SB201":
                data.setdefault("name", self._written(span))  # a plugin may have raised it without
            teaching.teach(
                error.code, data, self.source.text, span, self._nodes, self._known_names(scope), self.catalog
            )
            return Diagnostic(error.code, self.source, span, data, lang=lang)
        if isinstance(error, RecursionError | MemoryError):
            return Diagnostic("SB406", self.source, fallback, {"limit": 100}, lang=lang)
        from ..effects import UnhandledEffect

        if isinstance(error, UnhandledEffect):
            return Diagnostic("SB501", self.source, span, {"name": type(error.effect).__name__}, lang=lang)
        foreign = self._foreign(span, scope)
        if foreign is not None:
            span, name, kind = foreign
            return Diagnostic("SB337", self.source, span, {"name": name, "text_type": kind}, lang=lang)
        _log(error, self.source)
        return Diagnostic("SB399", self.source, span, {"text_what": _described(error)}, lang=lang)

    def _foreign(self, span: Span, scope: Any) -> tuple[Span, str, str] | None:
        """The first name inside the span whose value is none of the language: its place, itself, the Python type."""
        from .nodes import Name

        for item in self._nodes:
            if scope is not None and isinstance(item, Name) and span.start <= item.start and item.end <= span.end:
                kind = foreign_type(scope.get_in(item.layer, item.name) if item.layer else scope.get(item.name))
                if kind:
                    place = Span(item.start, item.end)
                    return place, self._written(place), kind
        return None

    def _speaker(self, span: Span) -> dict[str, str]:
        """Which function of which plugin has been called at this place."""
        from .nodes import Call

        for item in self._nodes:
            if isinstance(item, Call) and (item.start, item.end) == span and item.name in self.catalog:
                return {"name_function": item.name, "name_plugin": self.catalog[item.name].plugin}
        return {}

    def _written(self, span: Span) -> str:
        text = self.source.text[span.start : span.end]
        return text if len(text) <= 60 else text[:60] + "…"

    def _known_names(self, scope: Any) -> Iterator[str]:
        """Names that an author of this text may have meant: assigned in it, built in, or with a value now."""
        targets = [getattr(statement, "target", None) for statement in self.statements]
        yield from [target.name for target in targets if target is not None and isinstance(target.name, str)]
        yield from BUILT_IN
        if scope is not None:
            known = scope.merged if isinstance(scope, Scope) else scope.variables
            yield from (name for name in known if isinstance(name, str))


class Program(_Compiled):
    """Statements of a calculator field, compiled; reusable and thread-safe."""

    def __init__(
        self, source: Source, catalog: Catalog, limits: Limits = DEFAULT_LIMITS, kept: shelf.Shelf | None = None
    ) -> None:
        """`kept`: where the code may be found, and is kept if it is not there; only for the built-in functions."""
        super().__init__(source, catalog, limits)
        self._general: dict[int, Any] = {}
        code = None if kept is None else kept.get(shelf.PROGRAM, source.text)
        if code is not None:
            self.effectful = False
            self._function = shelved(code, self, self._quick)
        else:
            self._function = self._quick().function
            if kept is not None and not self.effectful:
                kept.put(shelf.PROGRAM, source.text, self._function.__code__)
        self._clock_names = [name for name in CLOCK_NAMES if name in self._function.__code__.co_consts]

    @cached_property
    def statements(self) -> list[Any]:
        from .statements import parse_field

        return parse_field(self.source.text, self.catalog)[0]

    @cached_property
    def _targets(self) -> frozenset[str]:
        from .compiler import targets_of

        return targets_of(self.statements)

    def _quick(self, function: Any = None) -> Any:
        return reading().Quick(
            self.statements, self.source.text, self.catalog, names=self._nodes, is_expression=False, layered=True,
            resume=self._resume_steps if self.effectful else self._resume, perform=self._perform, limits=self._limits,
            function=function,
        )  # fmt: skip

    def steps(self, scope: Scope, context: Context, after: Callable[[], Steps[Any]] | None = None) -> Steps[Outcome]:
        """Run over a scope as a generator of effects; the scope's layers are changed in place.

        `after`: what a host does after every single statement; they are then run by the full rules.
        """
        errors: list[Diagnostic] = []
        context.scope, scope.context = scope, context
        told = self._tell_time(scope)
        try:
            report = self._reporter(errors, context.lang, scope)
            if after is not None:
                yield from self._apart(scope, report, after)
            elif (run := self._function(scope.merged, scope.deal, scope, report)) is not None:
                yield from run
        finally:  # the steps may be given up half-way, and the scope used again later
            for name in told:
                scope.merged.pop(name, None)
        return Outcome(scope, errors)

    def run_in(self, scope: Scope, context: Context) -> Outcome:
        """Run a program without effects over a scope."""
        if self.effectful:
            raise TypeError("this program has effects: drive Program.steps(scope, context)")
        errors: list[Diagnostic] = []
        context.scope, scope.context = scope, context
        told = self._tell_time(scope)
        self._function(scope.merged, scope.deal, scope, self._reporter(errors, context.lang, scope))
        for name in told:
            scope.merged.pop(name, None)
        return Outcome(scope, errors)

    def _tell_time(self, scope: Scope) -> list[str]:
        """Put the clock variables that the code reads beside the others for this run; the names that were put there."""
        told = [name for name in self._clock_names if name not in scope.merged]
        for name in told:
            scope.merged[name] = scope.get(name)
        return told

    def _reporter(self, errors: list[Diagnostic], lang: str, scope: Scope) -> Callable[[int, Exception], None]:
        def report(index: int, error: Exception) -> None:
            statement = self.statements[index]
            errors.append(self.diagnostic(error, Span(statement.start, statement.end), lang, scope))

        return report

    # ------------------------------------------------------------ by the full rules

    def _statement(self, index: int) -> Any:
        """The full code of one statement, built when it is first needed."""
        found = self._general.get(index)
        if found is None:
            from .compiler import compile_statements

            found = compile_statements(
                [self.statements[index]], self.source.text, self.catalog, self._targets, index, self._limits
            )
            self._general[index] = found
        return found

    def _perform(self, index: int, scope: Scope, report: Callable[[int, Exception], None]) -> None:
        self._statement(index)[0](scope, report)

    def _resume(self, arguments: tuple[Any, ...], index: int, met: Exception | None = None) -> None:
        scope, report = arguments[2:]
        if met is not None:
            report(index, met)
            index += 1
        for later in range(index, len(self.statements)):
            self._statement(later)[0](scope, report)

    def _resume_steps(self, arguments: tuple[Any, ...], index: int, met: Exception | None = None) -> Steps[None]:
        scope, report = arguments[2:]
        if met is not None:
            report(index, met)
            index += 1
        for later in range(index, len(self.statements)):
            function, effectful = self._statement(later)
            steps = function(scope, report)
            if effectful:
                yield from steps

    def _apart(
        self, scope: Scope, report: Callable[[int, Exception], None], after: Callable[[], Steps[Any]]
    ) -> Steps[None]:
        begin(self._limits)
        for index in range(len(self.statements)):
            function, effectful = self._statement(index)
            steps = function(scope, report)
            if effectful:
                yield from steps
            yield from after()


class Condition(_Compiled):
    """The field "variable for comparison" as an expression. An error counts as false."""

    def __init__(self, source: Source, catalog: Catalog, limits: Limits = DEFAULT_LIMITS) -> None:
        from .compiler import compile_truth

        super().__init__(source, catalog, limits)
        self.problem: Diagnostic | None = None
        node: Any = None
        if len(source.text) > MAX_CONDITION:
            self.problem = Diagnostic("SB205", source, Span(0, len(source.text)))
        else:
            node, self.problem = reading().parsed_expression(source, catalog)
        self.statements = [] if node is None else [node]
        self.node = node
        self._function: Any = None
        self.effectful = False
        if node is not None:
            self._function, self.effectful = compile_truth(node, source.text, catalog, limits)

    def steps(self, scope: Scope, context: Context) -> Steps[Truth]:
        context.scope, scope.context = scope, context
        if self._function is None:
            assert self.problem is not None
            return Truth(False, [self.problem.in_language(context.lang)])
        begin(self._limits)
        try:
            truth = self._function(scope)
            if self.effectful:
                truth = yield from truth
        except Exception as error:
            return Truth(False, [self.diagnostic(error, Span(0, len(self.source.text)), context.lang, scope)])
        return Truth(truth, [])

    def run_in(self, scope: Scope, context: Context) -> Truth:
        return _finished(self.steps(scope, context))


class Template(_Compiled):
    """A message text with `#{…}`."""

    def __init__(self, source: Source, catalog: Catalog, limits: Limits = DEFAULT_LIMITS) -> None:
        from .compiler import compile_template
        from .parser import Parser

        super().__init__(source, catalog, limits)
        self.parts: tuple[Any, ...] = ()
        self.problem: Diagnostic | None = None
        try:
            self.parts = Parser(source.text, catalog).parts(0, len(source.text))
        except Fault as fault:
            self.problem = Diagnostic(fault.code, source, Span(0, len(source.text)), fault.data)
        self.statements = [part for part in self.parts if not isinstance(part, str)]
        self._function, self.effectful = compile_template(self.parts, source.text, catalog, limits)

    def steps(self, scope: Scope, context: Context) -> Steps[RenderedText]:
        context.scope, scope.context = scope, context
        errors: list[Diagnostic] = [] if self.problem is None else [self.problem.in_language(context.lang)]

        def report(index: int, error: Exception) -> None:
            part = self.parts[index]
            errors.append(self.diagnostic(error, Span(part.start, part.end), context.lang, scope))

        begin(self._limits)
        pieces = self._function(scope, report)
        if self.effectful:
            pieces = yield from pieces
        return RenderedText("".join(pieces), errors)

    def run_in(self, scope: Scope, context: Context) -> RenderedText:
        return _finished(self.steps(scope, context))


class Calculation(_Compiled):
    """One expression over a scope, by the full rules: what `eval` prints."""

    def __init__(self, source: Source, catalog: Catalog, kept: shelf.Shelf | None = None) -> None:
        super().__init__(source, catalog, DEFAULT_LIMITS)
        code = None if kept is None else kept.get(shelf.VALUE, source.text)
        if code is not None:
            self.effectful, self.is_expression = False, True
            self._function: Any = FunctionType(code, helpers.linked(code, DEFAULT_LIMITS, catalog, {}))
            return
        self.is_expression = bool(self.statements)
        if self.is_expression:
            from .compiler import compile_expression

            self._function, _ = compile_expression(self.statements[0], source.text, catalog)
            if kept is not None and not self.effectful:
                kept.put(shelf.VALUE, source.text, self._function.__code__)

    @cached_property
    def statements(self) -> list[Any]:
        node = None if ASSIGNS.match(self.source.text) else reading().parsed_expression(self.source, self.catalog)[0]
        return [] if node is None else [node]

    def run_in(self, scope: Scope, context: Context) -> Any:
        """The value. Raises `CalculatorError`."""
        context.scope, scope.context = scope, context
        begin(self._limits)
        try:
            return self._function(scope)
        except Exception as error:
            node = self.statements[0]
            raise CalculatorError(self.diagnostic(error, Span(node.start, node.end), context.lang, scope)) from None


def shelved(code: CodeType, owner: Any, quick: Callable[[Any], Any]) -> Any:
    """A function of code from a shelf. Where the code does not hold, `quick(function)` compiles anew and goes on."""

    def fallback(*arguments: Any) -> Any:
        return quick(function).fallback(*arguments)

    def general(*arguments: Any) -> Any:
        return quick(function).general(*arguments)

    names = helpers.linked(code, owner._limits, owner.catalog, {})
    function = FunctionType(code, {**names, "fallback": fallback, "general": general, "perform": owner._perform})
    return function


def _finished(steps: Steps[T]) -> T:
    """The result of steps that have no effect."""
    try:
        effect = next(steps)
    except StopIteration as stop:
        ended: T = stop.value
        return ended
    steps.close()
    raise TypeError(f"this text has effects ({type(effect).__name__}): drive .steps(scope, context)")


__all__ = ["Calculation", "Condition", "Outcome", "Program", "RenderedText", "Template", "Truth"]
