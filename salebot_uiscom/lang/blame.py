"""Which piece of a failed statement is to blame: the name or element without a value, the argument that is no name."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from ..errors import Fault
from ..functions.catalog import Catalog
from ..source import Span
from .nodes import Call, Comparison, Item, Logic, Name, Text, walk

MAX_SHOWN = 60


def unset(span: Span, known_nodes: Sequence[Any], text: str, scope: Any, catalog: Catalog) -> tuple[Span, str]:
    """The operand inside the failing span that has no value, when there is just one candidate; else the piece itself.

    A name counts if it has no value; an element or the result of a call only where every name has one; of an element
    that nothing is found under, the key if it is a name without value (`d[a]` for `d["a"]`).

    Args:
        known_nodes: all nodes of `text`; `scope`: the variables as they are now, or None.
    """
    open_ = _operands(span, known_nodes)
    names = [name for name in map(_base, open_) if isinstance(name, Name) and _is_unset(name, scope)]
    found: list[Any]
    if names:
        found = names[:1] if len({(name.layer, name.name) for name in names}) == 1 else []
    else:
        found = [item for item in open_ if isinstance(item, Item | Call) and getattr(item, "name", "") != "if"]
        if len(found) > 1:
            found = [item for item in found if not _has_value(item, text, scope, catalog)]
        if len(found) == 1:
            found = [_unset_key(found[0], scope) or found[0]]
    if len(found) == 1:
        span = Span(found[0].start, found[0].end)
    written = text[span.start : span.end]
    return span, written if len(written) <= MAX_SHOWN else written[:MAX_SHOWN] + "…"


def named_by(span: Span, known_nodes: Sequence[Any], scope: Any, name: str) -> Span:
    """Of a call that was given a name which is none: the text, or the variable, that the name stands in."""
    if not any(isinstance(item, Call) and (item.start, item.end) == span for item in known_nodes):
        return span
    for item in known_nodes:
        if span.start <= item.start and item.end <= span.end and _says(item, scope, name):
            return Span(item.start, item.end)
    return span


def _says(item: Any, scope: Any, name: str) -> bool:
    if isinstance(item, Text):
        value: Any = "".join(item.parts) if all(isinstance(part, str) for part in item.parts) else None
    else:
        value = _value(scope, item) if isinstance(item, Name) and scope is not None else None
    if not isinstance(value, str):
        return False
    value = unicodedata.normalize("NFC", value)
    return bool(value) and (value == name or value.endswith(f".{name}"))


def _operands(span: Span, known_nodes: Sequence[Any]) -> list[Any]:
    """What the failing operation was given; not what has a value of its own before it, as a comparison."""
    found: list[Any] = []
    closed_to = -1
    inside = [item for item in known_nodes if span.start <= item.start and item.end <= span.end]
    for item in sorted(inside, key=lambda item: (item.start, -item.end)):
        if item.start < closed_to:
            continue
        found.append(item)
        called = isinstance(item, Call) and item.name != "if" and (item.start, item.end) != span
        if called or isinstance(item, Comparison | Logic | Item):
            closed_to = item.end
    return found


def _base(node: Any) -> Any:
    """Of `a[0]["k"]` what is written before the brackets."""
    while isinstance(node, Item):
        node = node.base
    return node


def _unset_key(node: Any, scope: Any) -> Any:
    while isinstance(node, Item):
        if isinstance(node.key, Name) and scope is not None and _is_unset(node.key, scope):
            return node.key
        node = node.base
    return None


def _is_unset(node: Name, scope: Any) -> bool:
    return scope is None or _value(scope, node) is None


def _has_value(node: Any, text: str, scope: Any, catalog: Catalog) -> bool:
    """Of an element: is there something? What calls functions is not tried: they may act."""
    from .compiler import compile_expression

    if scope is None or any(isinstance(item, Call) for item in walk(node)):
        return False
    try:
        return compile_expression(node, text, catalog)[0](scope) is not None
    except Fault:
        return False


def _value(scope: Any, node: Name) -> Any:
    return scope.get_in(node.layer, node.name) if node.layer else scope.get(node.name)


__all__ = ["named_by", "unset"]
