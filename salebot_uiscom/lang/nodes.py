"""Syntax nodes. `start` and `end` are places in the author's text, in characters.

Later stages never see Lark. Operators that group to the left are one flat node (`a + b - c` is a `Sum` of three), so that
a long line is not a deep tree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..record import record


@record
class Number:
    """A literal; `text` is its spelling (`007` is 7 in arithmetic and keeps its zeros as text)."""

    start: int
    end: int
    text: str


@record
class Name:
    """A bare or prefixed name. `layer`: None = looked up in all layers, else `client` or `project`."""

    start: int
    end: int
    name: str
    layer: str | None = None


@record
class DynamicName:
    """`q#{test#{i}}`: parts are literal text and nodes; the joined text names a user variable. `layer` as in `Name`."""

    start: int
    end: int
    parts: tuple[Any, ...]  # str | Expression
    layer: str | None = None


@record
class Hole:
    """`#{…}` around an expression, bare or inside a text. `inner` is None where the content means nothing: `problem`
    then is the message code, or `raw` may be the name of a variable that the host has set."""

    start: int
    end: int
    inner: Any  # Expression | None
    raw: str = ""
    problem: str = ""


@record
class Text:
    """A string literal: `parts` alternate between text and `Hole`. `json` says that the literal is JSON of an array or
    dictionary, so what is put in must stay inside its place (D-29): for each hole True = inside a JSON string."""

    start: int
    end: int
    parts: tuple[Any, ...]  # str | Hole
    quote: str = '"'
    json: tuple[bool, ...] | None = None


@record
class Group:
    """Round brackets."""

    start: int
    end: int
    inner: Any


@record
class Negative:
    start: int
    end: int
    operand: Any
    operator: int = 0  # place of the sign


@record
class Sum:
    start: int
    end: int
    operands: tuple[Any, ...]
    operators: tuple[str, ...]  # "+" or "-", one fewer than operands


@record
class Product:
    start: int
    end: int
    operands: tuple[Any, ...]
    operators: tuple[str, ...]  # "*", "/", "%"


@record
class Power:
    start: int
    end: int
    base: Any
    exponent: Any


@record
class Comparison:
    """`a < b <= c`: all links must hold."""

    start: int
    end: int
    operands: tuple[Any, ...]
    operators: tuple[str, ...]


@record
class Logic:
    """`and` / `or` over any number of operands."""

    start: int
    end: int
    operator: str  # "and" | "or"
    operands: tuple[Any, ...]


@record
class Item:
    """`base[key]`"""

    start: int
    end: int
    base: Any
    key: Any


@record
class Call:
    start: int
    end: int
    name: str
    arguments: tuple[Any, ...]


@record
class Array:
    start: int
    end: int
    items: tuple[Any, ...]


@record
class Dictionary:
    start: int
    end: int
    pairs: tuple[tuple[Any, Any], ...]


Expression = (
    Number | Name | DynamicName | Hole | Text | Group | Negative | Sum | Product | Power | Comparison | Logic | Item | Call
    | Array | Dictionary
)  # fmt: skip


def _parts(node: Any) -> tuple[Any, ...]:
    return tuple([part for part in node.parts if not isinstance(part, str)])


_CHILDREN: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {
    Number: lambda node: (),
    Name: lambda node: (),
    DynamicName: _parts,
    Hole: lambda node: () if node.inner is None else (node.inner,),
    Text: _parts,
    Group: lambda node: (node.inner,),
    Negative: lambda node: (node.operand,),
    Sum: lambda node: node.operands,
    Product: lambda node: node.operands,
    Power: lambda node: (node.base, node.exponent),
    Comparison: lambda node: node.operands,
    Logic: lambda node: node.operands,
    Item: lambda node: (node.base, node.key),
    Call: lambda node: node.arguments,
    Array: lambda node: node.items,
    Dictionary: lambda node: tuple([part for pair in node.pairs for part in pair]),
}


def children(node: Any) -> tuple[Any, ...]:
    """The nodes directly below."""
    return _CHILDREN[type(node)](node)


def walk(node: Any) -> list[Any]:
    """The node and everything below it."""
    found = [node]
    for item in found:
        found.extend(children(item))
    return found


# ---------------------------------------------------------------- statements


@record
class Nothing:
    """An empty right side: delete."""

    start: int
    end: int


@record
class AsWritten:
    """A right side that is stored as it stands: one number, a truth word, a date like 2021-11-03 (R2)."""

    start: int
    end: int
    text: str


@record
class Words:
    """An expression made only of names and arithmetic signs: the text, unless a name is known when it runs (R3).

    `every`: a hyphenated word without blanks (`светло-голубой`) stays text as long as *one* part is unknown.
    """

    start: int
    end: int
    text: str
    expression: Any
    names: tuple[str, ...]
    every: bool = False


@record
class HoleSum:
    """An expression of bare `#{…}`, numbers, signs and names, which falls back to the interpolated text (R5)."""

    start: int
    end: int
    expression: Any
    text: Any  # PlainText
    names: tuple[str, ...] = ()


@record
class PlainText:
    """A right side that is no expression: text with `#{…}` (R6). `fault` is what the parser disliked."""

    start: int
    end: int
    parts: tuple[Any, ...]  # str | Hole
    fault: Any = None  # ParseFault of the attempt


@record
class Target:
    """Left side: layer, a name or the parts of one, and a path of keys."""

    start: int
    end: int
    layer: str  # "", "client", "project"
    name: Any  # str | DynamicName
    path: tuple[Any, ...] = ()


@record
class Assign:
    start: int
    end: int
    target: Target
    right: Any  # Nothing | AsWritten | Words | HoleSum | PlainText | Expression


@record
class Delete:
    """`del name[key]`, `del name`"""

    start: int
    end: int
    target: Target


@record
class Run:
    """A call for its effect."""

    start: int
    end: int
    call: Any


@record
class Wrong:
    """A line that is no statement; running it reports `code`."""

    start: int
    end: int
    code: str
    data: dict[str, Any]


Statement = Assign | Delete | Run | Wrong


def of_statement(statement: Any) -> list[Any]:
    """Every expression node of a statement."""
    if isinstance(statement, Assign):
        roots = [*_name_nodes(statement.target), *_right_nodes(statement.right)]
    elif isinstance(statement, Delete):
        roots = _name_nodes(statement.target)
    elif isinstance(statement, Run):
        roots = [statement.call]
    elif isinstance(statement, Wrong):
        roots = []
    else:
        roots = [statement]
    return [item for root in roots for item in walk(root)]


def _name_nodes(target: Target) -> list[Any]:
    return [*([] if isinstance(target.name, str) else [target.name]), *target.path]


def _right_nodes(right: Any) -> list[Any]:
    if isinstance(right, Words | HoleSum):
        return [right.expression]
    if isinstance(right, PlainText):
        return [part for part in right.parts if not isinstance(part, str)]
    return [] if isinstance(right, Nothing | AsWritten) else [right]
