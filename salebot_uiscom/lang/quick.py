"""Programs in two halves: code for the usual types, and the full rules from the statement on where it did not hold.

A program learns: a statement whose operands turn out to be texts is rebuilt to look numbers up in texts, one that keeps
failing is run by the full rules at once. The code object of the function is exchanged, so whoever holds the function
profits too.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from sys import exc_info
from time import perf_counter
from types import FunctionType
from typing import Any

from ..budget import LONG, Limits, begin
from ..errors import Fault
from ..functions.catalog import Catalog
from ..scope import MAX_VALUE, MAX_VARIABLES
from ..values import TEXT, is_canonical, text_class
from . import located as py
from . import nodes
from .compiler import (
    FILE,
    compiled,
    function_def,
    guarded,
    has_effect,
    prologue,
    statement_code,
    targets_of,
)
from .fast import Fast, NotFast
from .general import MAX_IF, General, number_value
from .helpers import CHARGING, linked
from .made import ANY, DICT, LIST, MAX_ROOM, NUM, STR, TRUTH, Made, literal

NUMBERS, TEXTS, WORDS, GENERAL = "numbers", "texts", "words", "general"
_TICK = 32  # statements between two looks at the clock
_PATIENCE = 2  # misses before texts are expected
_STUBBORN, _HOT_S = 12, 0.001  # so many misses within so short a time: the fast way is a waste here


class Failed(Exception):
    """A statement run by the full rules inside fast code has failed; it was reported already."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Quick:
    """Fast code of one text and its way back.

    Args:
        statements: of a program; or one expression node with `is_expression`.
        names: every node of the text, for counting how often a name is read.
        resume: `resume(arguments, index)` takes over from statement `index` by the full rules.
        perform: runs one statement by the full rules: `perform(index, scope, report)`, or on a bare dict
            `perform(index, v, run)`, which raises `Failed`.
        function: whose code is to be exchanged, instead of making a new one.
        layered: the code works on a `Scope`: it takes `(v, d, scope, report)`, v = merged, d = the deal.
    """

    def __init__(
        self,
        statements: list[Any],
        text: str,
        catalog: Catalog,
        *,
        names: list[Any],
        is_expression: bool,
        layered: bool,
        resume: Callable[..., Any],
        perform: Callable[..., Any],
        limits: Limits,
        function: Any = None,
    ) -> None:
        self.statements = statements
        self.text = text
        self.catalog = catalog
        self.is_expression = is_expression
        self.limits = limits
        self.layered = layered
        self._resume = resume
        self._counts = _read_counts(statements, names)
        self.modes = [NUMBERS] * len(statements)
        self._seen: dict[int, frozenset[str]] = {}  # statement → variables that held texts when it was rebuilt
        self._misses: Counter[int] = Counter()
        self._since: dict[int, float] = {}
        self.effectful = False
        self._names: dict[str, Any] = {}
        code = self._code()
        self._own = {
            "fallback": self.fallback,
            "fallback_steps": self.fallback_steps,
            "general": self.general,
            "general_steps": self.general_steps,
            "perform": perform,
        }
        if function is None:
            self.function = FunctionType(code, self._globals(code))
        else:  # the code of a shelf, which could not go on
            self.function = function
            self._exchange(code)

    # ------------------------------------------------------------ learning

    def fallback(self, *arguments: Any) -> Any:
        """Where the generated code goes from its `except`. A name for the error there would cost every program."""
        return self._resume(arguments, *self._place(exc_info()[1], arguments[0]))

    def fallback_steps(self, *arguments: Any) -> Any:
        """The same for programs with effects."""
        return (yield from self._resume(arguments, *self._place(exc_info()[1], arguments[0])))

    def general(self, *arguments: Any) -> Any:
        """Everything by the full rules."""
        begin(self.limits)
        return self._resume(arguments, 0)

    def general_steps(self, *arguments: Any) -> Any:
        """The same for programs with effects."""
        begin(self.limits)
        return (yield from self._resume(arguments, 0))

    def _place(self, error: BaseException | None, variables: Mapping[str, Any]) -> tuple[int, Exception | None]:
        """Index of the statement to go on with, and the error that it has met already, if it must not be tried again."""
        if isinstance(error, Fault) and error.kind in ("limit", "timeout"):
            return _line_of(error) - 1, error  # what was too much work is not done twice
        begin(self.limits)
        if isinstance(error, Failed):
            return error.index + 1, None
        index = _line_of(error) - 1
        self._learn(index, variables)
        return index, None

    def _learn(self, index: int, variables: Mapping[str, Any]) -> None:
        mode = self.modes[index]
        if mode == GENERAL:
            return
        self._misses[index] += 1
        now = perf_counter()
        if mode == NUMBERS and self._misses[index] >= _PATIENCE:
            names = [item.name for item in nodes.of_statement(self.statements[index]) if type(item) is nodes.Name]
            self._seen[index] = frozenset(name for name in names if type(variables.get(name)) is str)
            self._rebuild(index, TEXTS)
        elif self._seen.get(index):  # what held a text does not always
            self._seen[index] = frozenset()
            self._rebuild(index, mode)
        elif self._misses[index] % _STUBBORN == 0:
            if now - self._since.get(index, 0.0) < _HOT_S:
                self._rebuild(index, WORDS if mode == TEXTS else GENERAL)
            self._since[index] = now

    def _rebuild(self, index: int, mode: str) -> None:
        self.modes[index] = mode
        self._since[index] = perf_counter()
        self._exchange(self._code())

    def _globals(self, code: Any) -> dict[str, Any]:
        return {**linked(code, self.limits, self.catalog, self._names), **self._own}

    def _exchange(self, code: Any) -> None:
        self.function.__globals__.update(self._globals(code))
        self.function.__code__ = code

    # ------------------------------------------------------------ building

    def _code(self) -> Any:
        general = General(self.text, self.catalog, frozenset() if self.is_expression else targets_of(self.statements))
        fast = Fast(general, layered=self.layered)
        fast.counts = self._counts
        self._names = general.names
        parameters = ["v", "d", "scope", "report"] if self.layered else ["v"]
        body = self._expression(fast) if self.is_expression else self._program(fast)
        self.effectful = general.effectful
        opening: list[Any] = []
        names = general.used
        given = parameters
        if self.layered:
            opening = prologue(names)
        elif fast.uses_run:
            opening = [fast.at(py.Assign([fast.store("run")], fast.invoke("new_run")))]
            given = [*parameters, "run"]
        if fast.uses_clock:
            opening.append(fast.at(py.Assign([fast.store("now")], fast.value(None))))
        handler = py.ExceptHandler(fast.load("Exception"), None, [self._way_back(fast, "fallback", given)])
        lines: list[Any] = []
        written = 0 if self.is_expression else sum(isinstance(item, nodes.Assign) for item in self.statements)
        if written:  # so many new names may not fit: the full rules count
            fast.line = 1
            held = fast.invoke("len", fast.load("d" if self.layered else "v"))
            full = fast.compare(held, ast.Gt(), fast.value(MAX_VARIABLES - written))
            lines.append(fast.at(py.If(full, [self._way_back(fast, "general", parameters)], [])))
        charging = names - fast.free
        # `perform`: what a statement charges by the full rules must not be added to the run before.
        if (
            any(name == "perform" or name.startswith(("f_", "c_")) for name in charging)
            or (names & CHARGING and _charges(body))
        ):  # fmt: skip
            lines.append(fast.at(py.Expr(fast.invoke("begin", fast.load("limits")))))
        if body:
            lines += [*opening, py.Try(body, [handler], [], [])]
        else:
            lines.append(self._way_back(fast, "general", parameters))
        return compiled(function_def("evaluate", parameters, lines))

    def _way_back(self, fast: Fast, name: str, given: list[str]) -> Any:
        arguments = [fast.load(item) for item in given]
        if self.effectful:
            return fast.at(py.Return(fast.at(py.YieldFrom(fast.invoke(f"{name}_steps", *arguments)))))
        return fast.at(py.Return(fast.invoke(name, *arguments)))

    def _expression(self, fast: Fast) -> list[Any]:
        fast.texts, fast.words = self.modes[0] in (TEXTS, WORDS), self.modes[0] == WORDS
        fast.seen = self._seen.get(0, frozenset())
        try:
            if self.modes[0] == GENERAL:
                raise NotFast
            made = fast.make(self.statements[0])
            if made.kind == NUM and made.big:
                first, name = fast.held(made.code)
                return [
                    py.If(fast.within_range(first, name), [py.Return(fast.load(name))], [py.Expr(fast.invoke("miss"))])
                ]
            return [py.Return(fast.plain(made))]
        except (NotFast, RecursionError):
            self.modes[0] = GENERAL
            fast.uses_run = False
            return []

    def _program(self, fast: Fast) -> list[Any]:
        body: list[Any] = []
        for index, statement in enumerate(self.statements):
            fast.line = index + 1
            fast.certain = True
            fast.numeric.clear()
            fast.start, fast.end = statement.start, statement.end
            fast.texts, fast.words = self.modes[index] in (TEXTS, WORDS), self.modes[index] == WORDS
            fast.seen = self._seen.get(index, frozenset())
            mark = fast.mark()
            if index % _TICK == _TICK - 1:
                body.append(fast.at(py.Expr(fast.invoke("tick"))))
            try:
                if self.modes[index] == GENERAL:
                    raise NotFast
                body.extend(_assignment(fast, statement, self.layered))
            except (NotFast, RecursionError):
                self.modes[index] = GENERAL
                fast.forget_since(mark)
                fast.general.line = fast.line
                body.extend(self._full(fast, index, statement))
                _forget(fast, statement, self.catalog)
        return body

    def _full(self, fast: Fast, index: int, statement: Any) -> list[Any]:
        """A statement by the full rules: a call that performs it; with effects in place, where it can yield."""
        if self.layered and has_effect(statement, self.catalog):
            return self._with_effect(fast, index, statement)
        if self.layered:
            given = ["scope", "report"]
        else:
            fast.uses_run = True
            given = ["v", "run"]
        call = fast.invoke("perform", fast.value(index), *[fast.load(name) for name in given])
        return [fast.at(py.Expr(call))]

    def _with_effect(self, fast: Fast, index: int, statement: Any) -> list[Any]:
        """A statement that may ask the outside. Of an `if` the test is fast, so that a call not taken costs little.

        Nothing with an effect stands before or beside code that may be given up, so nothing is ever asked twice.
        """
        branches = _branches(statement)
        if branches is not None and not has_effect(branches[0], self.catalog):
            mark, modes = fast.mark(), list(self.modes)
            try:
                test = fast.condition(branches[0])
                return [
                    fast.at(py.If(test, self._branch(fast, index, branches[1]), self._branch(fast, index, branches[2])))
                ]
            except (NotFast, RecursionError):
                fast.forget_since(mark)
                self.modes = modes
        fast.general.line = index + 1
        return [guarded(fast.general, statement, index, statement_code(fast.general, statement), [])]

    def _branch(self, fast: Fast, index: int, statement: Any) -> list[Any]:
        if not has_effect(statement, self.catalog) and isinstance(statement, nodes.Assign):
            mark = fast.mark()
            try:
                return _assignment(fast, statement, self.layered)
            except (NotFast, RecursionError):
                fast.forget_since(mark)
        fast.general.line = index + 1
        return [guarded(fast.general, statement, index, statement_code(fast.general, statement), [])]


def _charges(body: list[Any]) -> bool:
    """Does the finished code use a helper that charges? Some of what was made on the way was left out of it."""
    return any(isinstance(item, ast.Name) and item.id in CHARGING for line in body for item in ast.walk(line))


def _branches(statement: Any) -> tuple[Any, Any, Any] | None:
    """Condition and the two statements of `x = if(c, a, b)` or `if(c, a, b)`."""
    call = statement.right if isinstance(statement, nodes.Assign) else getattr(statement, "call", None)
    if (
        not isinstance(call, nodes.Call)
        or call.name != "if"
        or len(call.arguments) != 3
        or call.end - call.start > MAX_IF
    ):
        return None
    condition, yes, no = call.arguments
    if isinstance(statement, nodes.Assign):
        if statement.target.path or not isinstance(statement.target.name, str):
            return None
        made: list[Any] = [
            nodes.Assign(statement.start, statement.end, statement.target, branch) for branch in (yes, no)
        ]
    else:
        made = [nodes.Run(branch.start, branch.end, branch) for branch in (yes, no)]
    return condition, made[0], made[1]


def _line_of(error: BaseException | None) -> int:
    """Index from 1 of the statement whose fast code raised."""
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            return trace.tb_lineno
        trace = trace.tb_next
    return 1


def _read_counts(statements: list[Any], below: list[Any]) -> Counter[str]:
    counts = Counter([item.name for item in below if type(item) is nodes.Name and item.layer is None])
    for statement in statements:
        if isinstance(statement, nodes.Assign) and statement.target.path and isinstance(statement.target.name, str):
            counts[statement.target.name] += 1
    return counts


def _forget(fast: Fast, statement: Any, catalog: Catalog) -> None:
    """After a statement by the full rules: locals that it may have changed are no longer true."""
    fast.share()
    called = [item.name for item in nodes.of_statement(statement) if isinstance(item, nodes.Call)]
    writes = any(name in catalog and (catalog[name].writes or catalog[name].effect) for name in called)
    target = getattr(statement, "target", None)
    if writes or (target is not None and not isinstance(target.name, str)):
        fast.locals.clear()
    elif target is not None:
        fast.know(target.name, None)


def _assignment(fast: Fast, node: Any, layered: bool) -> list[Any]:
    """`v["x"] = value`; only plain assignments to deal variables have a fast form."""
    if not isinstance(node, nodes.Assign) or node.target.layer or not isinstance(node.target.name, str):
        raise NotFast
    name = node.target.name
    if node.target.path:
        return _element_assignment(fast, node, layered)
    made = _right(fast, node.right)
    if made.is_const:
        if not isinstance(made.const, int | float | str | bool) or made.const == "" or (
            isinstance(made.const, str) and len(made.const) > MAX_VALUE
        ):  # fmt: skip
            raise NotFast
        return _stored(fast, name, made.code, made.known(), layered)
    code = fast.plain(made) if made.kind != NUM else made.code
    certain = (
        made.kind == TRUTH
        or (made.kind == NUM and not made.big)
        or (made.kind == STR and made.text and made.length is not None and made.length <= LONG)
        or (made.kind in (LIST, DICT) and made.room is not None)
    )
    if certain:
        kept = made.known()
        kept.fresh = made.fresh
        return _stored(fast, name, code, kept, layered)
    if made.kind == NUM:
        first, held = fast.held(code)
        condition = fast.within_range(first, held)
    elif made.kind == STR:
        first, held = fast.held(code)
        length = fast.invoke("len", first)
        if made.text:  # not empty, so only the length is in question
            condition = fast.compare(length, ast.LtE(), fast.value(LONG))
        else:
            condition = fast.at(py.Compare(fast.value(0), [ast.Lt(), ast.LtE()], [length, fast.value(LONG)]))
    else:
        return _stored(fast, name, fast.invoke("storable", code), _kept(made), layered)
    stored = _stored(fast, name, fast.load(held), _kept(made), layered)
    return [fast.at(py.If(condition, stored, [fast.at(py.Expr(fast.invoke("miss")))]))]


def _kept(made: Made) -> Made:
    """What is known of a variable after the assignment."""
    kept = made.known()
    if kept.kind == STR:
        kept.length = min(LONG, kept.length or LONG)
    return kept


def _element_assignment(fast: Fast, node: nodes.Assign, layered: bool) -> list[Any]:
    # Made in the order in which Python evaluates them: the first that reads a variable holds it for the others.
    base = fast.container(nodes.Name(node.target.start, node.target.end, node.target.name))
    keys = [fast.make(key) for key in node.target.path]
    item = fast.as_element(_right(fast, node.right), isinstance(node.right, nodes.Text))
    fresh = node.target.name in fast.locals and fast.locals[node.target.name].fresh
    simple = len(keys) == 1 and keys[0].is_const and type(keys[0].const) is int
    named = len(keys) == 1 and keys[0].is_const and isinstance(node.target.path[0], nodes.Text)
    if base.room is not None and item.room is not None and (
        (simple and base.kind == LIST)
        or (named and base.kind == DICT and text_class(keys[0].const)[0] == TEXT)
    ):  # fmt: skip
        total = base.room + item.room + (6 * len(keys[0].const) + 4 if named else 0)
        if total < MAX_ROOM:
            return _replaced(fast, node.target.name, base, keys[0], item, total, layered, fresh)
    if simple and base.kind in (LIST, ANY):
        changed = fast.invoke("put_item", fast.plain(base), keys[0].code, item.code)
    else:
        path = fast.at(py.Tuple([fast.plain(key) for key in keys], ast.Load()))
        changed = fast.invoke("write_element", fast.plain(base), path, item.code, fast.value(node.target.name))
    kept = Made(None, base.kind if base.kind in (LIST, DICT) else ANY)
    return _stored(fast, node.target.name, fast.invoke("storable", changed), kept, layered)


def _replaced(
    fast: Fast, name: str, base: Made, key: Made, item: Made, room: int, layered: bool, fresh: bool
) -> list[Any]:
    """One element of a container that was made in this program; without a copy where nobody else knows it."""
    kept = Made(None, base.kind, room=room, fresh=True)
    if base.items is not None and (base.kind == DICT or key.const in base.items):
        kept.items = {**base.items, key.const: item.known()}
    if fresh:
        kept.code = base.again
        fast.know(name, kept)
        return [fast.at(py.Assign([fast.at(py.Subscript(base.code, key.code, ast.Store()))], item.code))]
    copy = fast.temporary()
    method = fast.at(py.Attribute(base.code, "copy", ast.Load()))
    place = fast.at(py.Subscript(fast.load(copy), key.code, ast.Store()))
    return [
        fast.at(py.Assign([fast.store(copy)], fast.placed(py.Call(method, [], [])))),
        fast.at(py.Assign([place], item.code)),
        *_stored(fast, name, fast.load(copy), kept, layered),
    ]


def _stored(fast: Fast, name: str, code: Any, kept: Made, layered: bool) -> list[Any]:
    """`v["x"] = local = code`; the local serves later statements that read the name."""
    targets = [fast.at(py.Subscript(fast.load("v"), fast.value(name), ast.Store()))]
    if layered:
        targets.append(fast.at(py.Subscript(fast.load("d"), fast.value(name), ast.Store())))
    if fast.counts.get(name, 0):
        local = fast.local_name(name)
        targets.append(fast.store(local))
        kept.code = lambda: fast.load(local)
        fast.know(name, kept)
    else:
        fast.know(name, None)
    return [fast.at(py.Assign(targets, code))]


def _right(fast: Fast, node: Any) -> Made:
    if isinstance(node, nodes.AsWritten):
        value: Any = number_value(node.text) if is_canonical(node.text) else node.text
        return literal(fast.value(value), value)
    if isinstance(node, nodes.PlainText):
        return fast._make_parts(node.parts, None)
    if isinstance(node, nodes.Words | nodes.HoleSum):
        return fast.make(node.expression)
    if isinstance(node, nodes.Nothing):
        raise NotFast
    return fast.make(node)


__all__ = ["GENERAL", "NUMBERS", "TEXTS", "WORDS", "Failed", "Quick"]
