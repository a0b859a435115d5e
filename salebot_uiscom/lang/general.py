"""Nodes → Python `ast` by the full rules of the language: every operation is a call of its operator.

This is the meaning of the language in code. The fast path (`fast.py`) may only take what gives the same; whatever it
cannot take comes back here. Each Python node carries the author's place, so a failing frame tells the exact span.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..functions.catalog import Catalog
from ..functions.pages import HOST_FUNCTIONS
from ..scope import BUILT_IN, CONSTANTS
from ..values import (
    is_canonical,
    parse_whole,
    to_array,
    to_container,
    to_dictionary,
    to_text,
)
from . import nodes
from .statements import bare_words

if TYPE_CHECKING:
    from ..functions.registry import Function, Param

MAX_IF = 2000
LONG_CHAIN = 40  # longer chains of operators are not nested: the depth of Python's compiler is finite

_BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}
_COMPARE = {
    "==": "equal", "!=": "not_equal", "<": "less", "<=": "less_or_equal", ">": "greater", ">=": "greater_or_equal",
}  # fmt: skip


def number_value(text: str) -> int | float:
    """The number that a literal is."""
    return float(text) if "." in text else parse_whole(text)


class General:
    """Builds expressions for one text. `names` collects what the code needs beside the helpers (functions, coercions).

    `targets`: names assigned anywhere in the same text; they count as known whatever their value.
    """

    def __init__(self, text: str, catalog: Catalog, targets: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.catalog = catalog
        self.targets = targets
        self.names: dict[str, Any] = {}
        self.used: set[str] = set()  # names that the code reads
        self.effectful = False
        self.line = 1
        self._temporaries = 0

    # ------------------------------------------------------------ making Python nodes

    def at(self, made: Any, node: Any) -> Any:
        """Give a Python node the place of the author's."""
        made.lineno = made.end_lineno = self.line
        made.col_offset, made.end_col_offset = node.start, node.end
        return made

    def load(self, name: str, node: Any) -> Any:
        self.used.add(name)
        return self.at(ast.Name(name, ast.Load()), node)

    def const(self, value: Any, node: Any) -> Any:
        return self.at(ast.Constant(value), node)

    def helper(self, name: str, node: Any, *arguments: Any) -> Any:
        return self.at(ast.Call(self.load(name, node), list(arguments), []), node)

    def fail(self, code: str, node: Any, **data: Any) -> Any:
        keywords = [ast.keyword(key, self._told(value, node)) for key, value in data.items()]
        for keyword in keywords:
            self.at(keyword, node)
        return self.at(ast.Call(self.load("fail", node), [self.const(code, node)], keywords), node)

    def _told(self, value: Any, node: Any) -> Any:
        """What a message is filled with: a constant, or the same advice in several languages."""
        if not isinstance(value, dict):
            return self.const(value, node)
        keys: list[Any] = [self.const(lang, node) for lang in value]
        return self.at(ast.Dict(keys, [self.const(text, node) for text in value.values()]), node)

    def need(self, name: str, value: Any) -> str:
        """Make a Python object reachable from the code under a name."""
        self.names[name] = value
        return name

    # ------------------------------------------------------------ expressions

    def expression(self, node: Any) -> Any:
        return _EXPRESSIONS[type(node)](self, node)

    def number(self, node: nodes.Number) -> Any:
        value = number_value(node.text)
        # A spelling that does not print the same is kept: `007` is text until arithmetic reads it (D-10).
        return self.const(value if is_canonical(node.text) else node.text, node)

    def name(self, node: nodes.Name) -> Any:
        if node.layer is not None:
            return self.helper("get_in", node, self.const(node.layer, node), self.const(node.name, node))
        return self.helper("get", node, self.const(node.name, node))

    def dynamic_name(self, node: nodes.DynamicName) -> Any:
        if node.layer is not None:
            return self.helper("get_in", node, self.const(node.layer, node), self._name_text(node))
        return self.helper("user_value", node, self._name_text(node))

    def _name_text(self, node: nodes.DynamicName) -> Any:
        parts = [
            self.const(part, node) if isinstance(part, str) else self.helper("text", part, self.expression(part))
            for part in node.parts
        ]
        return self.helper("read_name", node, *parts)

    def hole(self, node: nodes.Hole) -> Any:
        if node.inner is not None:
            return self.expression(node.inner)
        # Perhaps the host has set a variable with exactly this text as its name; otherwise it means nothing.
        return self.helper("host_value", node, self.const(node.raw, node))

    def text_literal(self, node: nodes.Text) -> Any:
        return self._texts(node, node.parts, node.json)

    def plain_text(self, node: nodes.PlainText) -> Any:
        return self._texts(node, node.parts, None)

    def _texts(self, node: Any, parts: tuple[Any, ...], json: tuple[bool, ...] | None) -> Any:
        if not parts:
            return self.const("", node)
        if len(parts) == 1 and isinstance(parts[0], str):
            return self.const(parts[0], node)
        made, hole = [], 0
        for part in parts:
            if isinstance(part, str):
                made.append(self.const(part, node))
                continue
            form = "text" if json is None else "json_inside" if json[hole] else "json_value"
            hole += 1
            made.append(self.helper(form, part, self.expression(part)))
        return self.helper("joined", node, self.at(ast.Tuple(made, ast.Load()), node))

    def group(self, node: nodes.Group) -> Any:
        return self.expression(node.inner)

    def negative(self, node: nodes.Negative) -> Any:
        inner, count = node.operand, 1
        while isinstance(inner, nodes.Negative):
            inner, count = inner.operand, count + 1
        if isinstance(inner, nodes.Number) and count == 1 and is_canonical("-" + inner.text):
            return self.const(-number_value(inner.text), node)
        made = self.expression(inner)
        for _ in range(2 - count % 2):  # an even run still checks that the operand is a number
            made = self.helper("negate", node, made)
        return made

    def chain(self, node: nodes.Sum | nodes.Product) -> Any:
        operands = [self.expression(operand) for operand in node.operands]
        if len(operands) > LONG_CHAIN:
            return self.helper("chain", node, self.const("".join(node.operators), node), *operands)
        made = operands[0]
        for sign, operand, written in zip(node.operators, operands[1:], node.operands[1:], strict=True):
            span = _Span(node.start, written.end)
            made = self.helper(_BINARY[sign], span, made, operand)
        return made

    def power(self, node: nodes.Power) -> Any:
        return self.helper("power", node, self.expression(node.base), self.expression(node.exponent))

    def comparison(self, node: nodes.Comparison) -> Any:
        links = []
        left = self.expression(node.operands[0])
        for index, sign in enumerate(node.operators):
            written = node.operands[index + 1]
            right = self.expression(written)
            carried = None
            if index + 1 < len(node.operators):  # used again by the next link: computed once
                self._temporaries += 1
                carried = f"t{self._temporaries}"
                right = self.at(ast.NamedExpr(self.at(ast.Name(carried, ast.Store()), written), right), written)
            links.append(self.helper(_COMPARE[sign], _Span(node.operands[index].start, written.end), left, right))
            if carried is not None:
                left = self.load(carried, written)
        return links[0] if len(links) == 1 else self.at(ast.BoolOp(ast.And(), links), node)

    def logic(self, node: nodes.Logic) -> Any:
        operator = ast.And() if node.operator == "and" else ast.Or()
        return self.at(ast.BoolOp(operator, [self.condition(operand) for operand in node.operands]), node)

    def condition(self, node: Any) -> Any:
        """A Python bool that says whether the value counts as true."""
        made = self.expression(node)
        inner = node
        while isinstance(inner, nodes.Group):
            inner = inner.inner
        if isinstance(inner, nodes.Comparison | nodes.Logic):
            return made
        return self.helper("truth", node, made)

    def item(self, node: nodes.Item) -> Any:
        return self.helper("read_element", node, self.expression(node.base), self.expression(node.key))

    def array(self, node: nodes.Array) -> Any:
        return self.at(ast.List([self.element(item) for item in node.items], ast.Load()), node)

    def dictionary(self, node: nodes.Dictionary) -> Any:
        keys = [self.helper("key_text", key, self._key(key)) for key, _ in node.pairs]
        return self.at(ast.Dict(keys, [self.element(value) for _, value in node.pairs]), node)

    def _key(self, node: Any) -> Any:
        return self.const(node.text, node) if isinstance(node, nodes.Number) else self.expression(node)

    def element(self, node: Any) -> Any:
        """What becomes of a value inside a container: R3 for bare words, then by content; string literals stay text."""
        if isinstance(node, nodes.Text):
            return self.text_literal(node)
        if isinstance(node, nodes.Name) and node.name == "null" and node.layer is None:
            return self.const(None, node)  # JSON is pasted into code (D-36)
        bare = bare_words(node, self.text)
        made = self.expression(node) if bare is None else self.right(bare)
        if isinstance(node, nodes.Array | nodes.Dictionary | nodes.Comparison | nodes.Logic):
            return made
        if isinstance(node, nodes.Number) and is_canonical(node.text):
            return made
        return self.helper("element", node, made)

    # ------------------------------------------------------------ calls

    def call(self, node: nodes.Call) -> Any:
        if node.name == "if":
            return self._if(node)
        function = self.catalog.get(node.name)
        if function is None:
            code = "SB203" if node.name in HOST_FUNCTIONS else "SB201"
            return self.fail(code, _Span(node.start, node.start + len(node.name)), name=node.name)
        if not function.accepts(len(node.arguments)):
            return self.fail(
                "SB202", node, name=node.name, got=len(node.arguments), expected=function.arity_text,
                text_signature=function.signature,
            )  # fmt: skip
        arguments = [self._argument(function, index, argument) for index, argument in enumerate(node.arguments)]
        if function.takes_context:
            arguments.insert(0, self.load("run", node))
        made = self.at(ast.Call(self.load(self.need(f"f_{node.name}", function.call), node), arguments, []), node)
        if not function.effect:
            return made
        self.effectful = True
        return self.helper("after_effect", node, self.load("limits", node), self.at(ast.YieldFrom(made), node))

    def _argument(self, function: Function, index: int, node: Any) -> Any:
        param = function.params[index] if index < len(function.params) else function.rest
        assert param is not None
        return self._coerced(function, param, self.expression(node), node)

    def _coerced(self, function: Function, param: Param, made: Any, node: Any) -> Any:
        """The argument as the function wants it; an optional one that is empty counts as not given (D-53)."""
        if not param.required and param.coerce is not None:
            self._temporaries += 1
            held = f"t{self._temporaries}"
            first = self.at(ast.NamedExpr(self.at(ast.Name(held, ast.Store()), node), made), node)
            return self.at(
                ast.IfExp(
                    self.helper("given", node, first),
                    self._convert(param, self.load(held, node), node),
                    self._default(function, param, node),
                ),
                node,
            )
        if not param.required:
            self._temporaries += 1
            held = f"t{self._temporaries}"
            first = self.at(ast.NamedExpr(self.at(ast.Name(held, ast.Store()), node), made), node)
            return self.at(
                ast.IfExp(
                    self.helper("given", node, first),
                    self.helper("sized", node, self.load(held, node)),
                    self._default(function, param, node),
                ),
                node,
            )
        return self._convert(param, made, node)

    def _default(self, function: Function, param: Param, node: Any) -> Any:
        if param.default is None or isinstance(param.default, bool | int | float | str):
            return self.const(param.default, node)
        return self.load(self.need(f"d_{function.name}_{function.params.index(param)}", param.default), node)

    def _convert(self, param: Param, made: Any, node: Any) -> Any:
        if param.coerce is None:
            return self.helper("sized", node, made)
        if param.coerce in (to_text, to_array, to_container, to_dictionary):
            made = self.helper("sized", node, made)
        return self.helper(self.need(f"c_{param.coerce.__name__}", param.coerce), node, made)

    def _if(self, node: nodes.Call) -> Any:
        if node.end - node.start > MAX_IF:
            return self.fail("SB204", node)
        if len(node.arguments) != 3:
            return self.fail(
                "SB202", node, name="if", got=len(node.arguments), expected="3", text_signature="if(condition, yes, no)"
            )
        condition, yes, no = node.arguments
        return self.at(ast.IfExp(self.condition(condition), self.expression(yes), self.expression(no)), node)

    # ------------------------------------------------------------ right sides

    def right(self, node: Any) -> Any:
        """A right side that needs no `try` (everything but `HoleSum`)."""
        if isinstance(node, nodes.AsWritten):
            return self.const(number_value(node.text) if is_canonical(node.text) else node.text, node)
        if isinstance(node, nodes.PlainText):
            return self.plain_text(node)
        if isinstance(node, nodes.Words):
            return self._words(node)
        return self.expression(node)

    def _words(self, node: nodes.Words) -> Any:
        """Rule R3: the text as typed, unless a name is known."""
        unknown = [name for name in node.names if not self.is_known(name)]
        if node.every:
            if not unknown:
                return self.expression(node.expression)
        elif len(unknown) < len(node.names):
            return self.expression(node.expression)
        asked = [self.helper("known", node, self.const(name, node)) for name in unknown]
        operator: ast.boolop = ast.And() if node.every else ast.Or()
        test = asked[0] if len(asked) == 1 else self.at(ast.BoolOp(operator, asked), node)
        return self.at(ast.IfExp(test, self.expression(node.expression), self.const(node.text, node)), node)

    def is_known(self, name: str) -> bool:
        """Known whatever its value (D-22)."""
        return name in self.targets or name in BUILT_IN or name in CONSTANTS or name in self.catalog.declared


class _Span:
    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end


_EXPRESSIONS: dict[type[Any], Callable[[General, Any], Any]] = {
    nodes.Number: General.number,
    nodes.Name: General.name,
    nodes.DynamicName: General.dynamic_name,
    nodes.Hole: General.hole,
    nodes.Text: General.text_literal,
    nodes.Group: General.group,
    nodes.Negative: General.negative,
    nodes.Sum: General.chain,
    nodes.Product: General.chain,
    nodes.Power: General.power,
    nodes.Comparison: General.comparison,
    nodes.Logic: General.logic,
    nodes.Item: General.item,
    nodes.Call: General.call,
    nodes.Array: General.array,
    nodes.Dictionary: General.dictionary,
}
