"""Statements and expressions → code objects. Python `ast` only, never source text; no builtins are reachable."""

from __future__ import annotations

import ast
from itertools import islice
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

from ..budget import DEFAULT_LIMITS, Limits
from ..errors import Fault
from ..functions.catalog import Catalog
from ..source import Span
from . import nodes
from .general import General
from .helpers import linked

FILE = "<salebot calculator>"


# Every node gets its place when it is made: `ast.fix_missing_locations` would cost a third of the compile time.
_NOWHERE: dict[str, Any] = {"lineno": 1, "end_lineno": 1, "col_offset": 0, "end_col_offset": 0}


def function_def(name: str, parameters: list[str], body: list[Any]) -> ast.FunctionDef:
    arguments = ast.arguments([], [ast.arg(item, **_NOWHERE) for item in parameters], None, [], [], None, [])
    return ast.FunctionDef(name, arguments, body, [], **_NOWHERE)


def compiled(function: ast.FunctionDef) -> CodeType:
    module = ast.Module([function], [])
    code = compile(module, FILE, "exec", dont_inherit=True, optimize=2)
    return next(item for item in code.co_consts if isinstance(item, CodeType))


def build(function: ast.FunctionDef, builder: General, limits: Limits = DEFAULT_LIMITS) -> Any:
    """A Python function that sees what its code names, and nothing else."""
    try:
        code = compiled(function)
    except (RecursionError, MemoryError) as error:
        raise Fault("SB406", limit=100) from error
    return FunctionType(code, linked(code, limits, builder.catalog, builder.names))


def targets_of(statements: list[Any]) -> frozenset[str]:
    return frozenset(
        item.target.name for item in statements if isinstance(item, nodes.Assign) and isinstance(item.target.name, str)
    )


# Where the code finds the variables: locals of every generated function.
_SCOPE_LOCALS = ("get", "get_in", "user_value", "known", "put", "drop", "host_value")


def prologue(used: set[str]) -> list[Any]:
    """`get = scope.get` and so on, for what the body uses."""

    def load(name: str) -> Any:
        return ast.Name(name, ast.Load(), **_NOWHERE)

    def store(name: str, value: Any) -> Any:
        return ast.Assign([ast.Name(name, ast.Store(), **_NOWHERE)], value, **_NOWHERE)

    lines: list[Any] = []
    for name in _SCOPE_LOCALS:
        if name == "host_value" and name in used:
            lines.append(store(name, ast.Call(load("host_reader"), [load("scope")], [], **_NOWHERE)))
        elif name in used:
            lines.append(store(name, ast.Attribute(load("scope"), name, ast.Load(), **_NOWHERE)))
    if "run" in used:
        lines.append(store("run", ast.Attribute(load("scope"), "context", ast.Load(), **_NOWHERE)))
    return lines


def has_effect(statement: Any, catalog: Catalog) -> bool:
    """Does the statement call a function that asks the outside?"""
    return any(
        isinstance(item, nodes.Call) and item.name in catalog and catalog[item.name].effect
        for item in nodes.of_statement(statement)
    )


def compile_expression(node: Any, text: str, catalog: Catalog, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, bool]:
    """`function(scope) -> value` for one expression, and whether it is a generator."""
    builder = General(text, catalog)
    body: list[Any] = [builder.at(ast.Return(builder.expression(node)), node)]
    return build(
        function_def("expression", ["scope"], prologue(builder.used) + body), builder, limits
    ), builder.effectful


def compile_truth(node: Any, text: str, catalog: Catalog, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, bool]:
    """`function(scope) -> bool` for a condition."""
    builder = General(text, catalog)
    body: list[Any] = [builder.at(ast.Return(builder.condition(node)), node)]
    return build(
        function_def("condition", ["scope"], prologue(builder.used) + body), builder, limits
    ), builder.effectful


def compile_template(
    parts: tuple[Any, ...], text: str, catalog: Catalog, limits: Limits = DEFAULT_LIMITS
) -> tuple[Any, bool]:
    """`function(scope, report) -> text`; a hole that fails is reported and prints nothing (D-30)."""
    builder = General(text, catalog)
    body: list[Any] = []
    for index, part in enumerate(parts):
        if isinstance(part, str):
            continue
        value = builder.helper("text", part, builder.expression(part))
        store = builder.at(ast.Name(f"h{index}", ast.Store()), part)
        body.append(guarded(builder, part, index, [builder.at(ast.Assign([store], value), part)], [
            builder.at(ast.Assign([builder.at(ast.Name(f"h{index}", ast.Store()), part)], builder.const("", part)), part)
        ]))  # fmt: skip
    where = _Whole(len(text))
    pieces = [
        builder.const(part, where) if isinstance(part, str) else builder.load(f"h{index}", where)
        for index, part in enumerate(parts)
    ]
    body.append(builder.at(ast.Return(builder.at(ast.Tuple(pieces, ast.Load()), where)), where))
    return build(
        function_def("template", ["scope", "report"], prologue(builder.used) + body), builder, limits
    ), builder.effectful


def compile_statements(
    statements: list[Any],
    text: str,
    catalog: Catalog,
    targets: frozenset[str],
    first: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Any, bool]:
    """`function(scope, report)` that runs every statement; `report(index, error)` is told of those that fail (D-11).

    `first`: index of the first of these statements in its program.
    """
    builder = General(text, catalog, targets)
    body: list[Any] = []
    for index, statement in enumerate(statements, first):
        builder.line = index + 1
        body.append(guarded(builder, statement, index, statement_code(builder, statement), []))
    body.append(ast.Return(None, **_NOWHERE))
    return build(
        function_def("program", ["scope", "report"], prologue(builder.used) + body), builder, limits
    ), builder.effectful


class _Whole:
    def __init__(self, size: int) -> None:
        self.start, self.end = 0, size


def guarded(builder: General, node: Any, index: int, body: list[Any], otherwise: list[Any]) -> Any:
    """`try: body / except Exception as error: report(index, error); otherwise`, changes of variables undone."""
    told = builder.at(
        ast.Expr(builder.helper("report", node, builder.const(index, node), builder.load("error", node))), node
    )
    undone: list[Any] = []
    if _writes(node, builder.catalog):  # a statement that fails changes nothing
        body = [
            builder.at(
                ast.Assign([builder.at(ast.Name("kept", ast.Store()), node)], _of_scope(builder, node, "kept")), node
            ),
            *body,
        ]
        restored = builder.at(ast.Call(_method(builder, node, "restore"), [builder.load("kept", node)], []), node)
        undone = [builder.at(ast.Expr(restored), node)]
    handler = builder.at(ast.ExceptHandler(builder.load("Exception", node), "error", [*undone, told, *otherwise]), node)
    return builder.at(ast.Try(body, [handler], [], []), node)


def _writes(statement: Any, catalog: Catalog) -> bool:
    """Does the statement call a function that changes variables by itself?"""
    return any(
        isinstance(item, nodes.Call) and item.name in catalog and catalog[item.name].writes
        for item in nodes.of_statement(statement)
    )


def _method(builder: General, node: Any, name: str) -> Any:
    return builder.at(ast.Attribute(builder.load("scope", node), name, ast.Load()), node)


def _of_scope(builder: General, node: Any, name: str) -> Any:
    return builder.at(ast.Call(_method(builder, node, name), [], []), node)


def statement_code(builder: General, node: Any) -> list[Any]:
    if isinstance(node, nodes.Assign):
        return _assignment(builder, node)
    if isinstance(node, nodes.Delete):
        return _deletion(builder, node)
    if isinstance(node, nodes.Run):
        return [builder.at(ast.Expr(builder.expression(node.call)), node)]
    return [builder.at(ast.Expr(builder.fail(node.code, node, **node.data)), node)]


def _name_of(builder: General, target: nodes.Target) -> Any:
    if isinstance(target.name, str):
        return builder.const(target.name, target)
    parts = [
        builder.const(part, target) if isinstance(part, str) else builder.helper("text", part, builder.expression(part))
        for part in target.name.parts
    ]
    return builder.helper("written_name", target, *parts)


def _container(builder: General, target: nodes.Target, name: Any) -> Any:
    """The value that an element assignment changes a copy of: by the normal lookup, or in the layer of the prefix."""
    if target.layer:
        return builder.helper("get_in", target, builder.const(target.layer, target), name)
    return builder.helper("get", target, name)


def _path(builder: General, target: nodes.Target) -> Any:
    keys = [builder.expression(key) for key in target.path]
    return builder.at(ast.Tuple(keys, ast.Load()), target)


def _assignment(builder: General, node: nodes.Assign) -> list[Any]:
    target, right = node.target, node.right
    layer = builder.const(target.layer, target)
    name = _name_of(builder, target)
    if isinstance(right, nodes.Nothing) and not target.path:
        return [builder.at(ast.Expr(builder.helper("drop", node, layer, name)), node)]
    lines: list[Any] = []
    if isinstance(right, nodes.HoleSum):
        value: Any = builder.load("value", right)
        lines.append(_with_fallback(builder, right))
    elif isinstance(right, nodes.Nothing):
        value = builder.const("", right)
    else:
        value = builder.right(right)
    if target.path:
        if not isinstance(right, nodes.Text | nodes.Nothing):
            value = builder.helper("element", right, value)
        held = builder.at(ast.Assign([builder.at(ast.Name("name", ast.Store()), target)], name), target)
        lines.append(held)
        name = builder.load("name", target)
        value = builder.helper(
            "write_element", node, _container(builder, target, builder.load("name", target)), _path(builder, target), value,
            builder.load("name", target),
        )  # fmt: skip
    lines.append(builder.at(ast.Expr(builder.helper("put", node, layer, name, value)), node))
    return lines


def _with_fallback(builder: General, node: nodes.HoleSum) -> Any:
    """Rule R5: `value = expression`, or the interpolated text when it fails for lack of numbers."""

    def store(value: Any) -> Any:
        return builder.at(ast.Assign([builder.at(ast.Name("value", ast.Store()), node)], value), node)

    names = builder.at(ast.Tuple([builder.const(item, node) for item in node.names], ast.Load()), node)
    always_known = any(builder.is_known(item) for item in node.names)
    asked = builder.helper(
        "text_instead",
        node,
        builder.load("error", node),
        builder.const(always_known, node),
        builder.load("known", node),
        names,
    )
    handler = builder.at(
        ast.ExceptHandler(
            builder.load("Fault", node), "error",
            [builder.at(ast.Expr(asked), node), store(builder.plain_text(node.text))],
        ), node,
    )  # fmt: skip
    return builder.at(ast.Try([store(builder.expression(node.expression))], [handler], [], []), node)


def _deletion(builder: General, node: nodes.Delete) -> list[Any]:
    target = node.target
    layer = builder.const(target.layer, target)
    name = _name_of(builder, target)
    if not target.path:
        return [builder.at(ast.Expr(builder.helper("drop", node, layer, name)), node)]

    def keep(local: str, value: Any) -> Any:
        return builder.at(ast.Assign([builder.at(ast.Name(local, ast.Store()), target)], value), target)

    lines = [keep("name", name), keep("before", _container(builder, target, builder.load("name", target)))]
    lines.append(
        keep(
            "after",
            builder.helper(
                "delete_element",
                node,
                builder.load("before", target),
                _path(builder, target),
                builder.load("name", target),
            ),
        )
    )
    # What was absent leaves everything as it is: nothing is copied into the deal either (D-14).
    changed = builder.at(
        ast.Compare(builder.load("after", target), [ast.IsNot()], [builder.load("before", target)]), target
    )
    stored = builder.helper("put", node, layer, builder.load("name", target), builder.load("after", target))
    return [*lines, builder.at(ast.If(changed, [builder.at(ast.Expr(stored), node)], []), node)]


def place_of(error: BaseException) -> Span | None:
    """The author's place at which generated code failed: the column range of the instruction."""
    trace: TracebackType | None = error.__traceback__
    found: TracebackType | None = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found = trace
        trace = trace.tb_next
    return None if found is None else _span(found.tb_frame.f_code, found.tb_lasti)


def place_of_call(frame: FrameType | None) -> Span | None:
    """The author's place from which the function was called whose frame this is, or one that it has called."""
    while frame is not None and frame.f_code.co_filename != FILE:
        frame = frame.f_back
    return None if frame is None else _span(frame.f_code, frame.f_lasti)


def _span(code: CodeType, instruction: int) -> Span | None:
    positions = next(islice(code.co_positions(), instruction // 2, None), None)
    if positions is None or positions[2] is None or positions[3] is None:
        return None
    return Span(positions[2], positions[3])
