"""What a run-time error can tell beyond its own text: the name that was meant, the argument that did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..functions.pages import HOST_FUNCTIONS
from ..functions.registry import Catalog
from ..messages import LANGUAGES, message_of
from ..source import Span
from . import nodes
from .suggest import nearest

# Faults of a value that an argument was converted to.
_OF_ARGUMENTS = frozenset({"SB301", "SB302", "SB304", "SB305", "SB306", "SB307", "SB319"})
# An argument that may have failed inside: its own fault has the same place.
_FAIL_INSIDE = (nodes.Call, nodes.Sum, nodes.Product, nodes.Power, nodes.Negative, nodes.Item)


def teach(
    code: str, data: dict[str, Any], span: Span, known_nodes: Sequence[Any], names: Iterable[str], catalog: Catalog
) -> None:
    """Put a better `hint` into the data of a fault, where one can be found; the usual cure stays in it.

    Args:
        span: the failing piece of the text; `known_nodes`: all nodes of that text.
        names: variables that the author may have meant.
    """
    if "hint" in data:
        return
    if code == "SB201":
        near = nearest(str(data["name"]), [*catalog, *HOST_FUNCTIONS, "if"])
        _prepend(code, data, _perhaps(near, "()"))
    elif code == "SB301" and str(data["name"]).isidentifier():
        _prepend(code, data, _perhaps(nearest(str(data["name"]), names)))
    if code in _OF_ARGUMENTS:
        _prepend(code, data, _argument(span, known_nodes, catalog))


def _perhaps(near: list[str], after: str = "") -> dict[str, str]:
    if not near:
        return {}
    shown = [f"{name}{after}" for name in near]
    return {"ru": f"возможно, {' или '.join(shown)}?", "en": f"perhaps {' or '.join(shown)}?"}


def _argument(span: Span, known_nodes: Sequence[Any], catalog: Catalog) -> dict[str, str]:
    """Which argument of which call stands at the span."""
    for call in known_nodes:
        if not isinstance(call, nodes.Call) or call.name not in catalog:
            continue
        function = catalog[call.name]
        for index, argument in enumerate(call.arguments):
            if (argument.start, argument.end) == span and not isinstance(
                argument, nodes.Call | nodes.Sum | nodes.Product
            ):
                param = function.params[index] if index < len(function.params) else function.rest
                if param is not None:
                    return {
                        "ru": f"это аргумент {param.name} функции {function.signature};",
                        "en": f"this is the argument {param.name} of {function.signature};",
                    }
    return {}


def _prepend(code: str, data: dict[str, Any], words: dict[str, str]) -> None:
    if not words:
        return
    message = message_of(code)
    cures = {lang: message.hint(lang, data) for lang in LANGUAGES}
    data["hint"] = {lang: f"{words[lang]} {cures[lang]}".rstrip("; ") for lang in LANGUAGES}


__all__ = ["teach"]
