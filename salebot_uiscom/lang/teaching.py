"""What a run-time error can tell beyond its own text: the name that was meant, the argument that did not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..functions.catalog import Catalog
from ..functions.pages import HOST_FUNCTIONS
from ..messages import LANGUAGES, message_of
from ..patterns import pattern
from ..scope import CONSTANTS, PREFIXES
from ..source import Span
from . import nodes
from .control import control_advice
from .suggest import meant_function, nearest
from .usual import like

# Faults of a value that an argument was converted to.
_OF_ARGUMENTS = frozenset({"SB301", "SB302", "SB304", "SB305", "SB306", "SB307", "SB319"})
# An argument that may have failed inside: its own fault has the same place.
_FAIL_INSIDE = (nodes.Call, nodes.Sum, nodes.Product, nodes.Power, nodes.Negative, nodes.Item)


def teach(
    code: str,
    data: dict[str, Any],
    text: str,
    span: Span,
    known_nodes: Sequence[Any],
    names: Iterable[str],
    catalog: Catalog,
) -> None:
    """Put a better `hint` into the data of a fault, where one can be found; the usual cure stays in it.

    Args:
        span: the failing piece of `text`; `known_nodes`: all nodes of that text.
        names: variables that the author may have meant.
    """
    if "hint" in data:
        return
    written = text[span.start : span.end].strip()
    if code == "SB101":
        advice = _line_advice(written, catalog)
    elif code == "SB110":
        name = str(data.get("name", ""))
        line = text[span.start :].split("\n", 1)[0].strip()
        advice = control_advice(line) or _name_advice(written if written.startswith(name.rstrip("…")) else name)
    elif code == "SB102" and written == "(" and (before := _WORD_BEFORE.search(text, 0, span.start)):
        advice = _perhaps(like(before[0], [*catalog, *HOST_FUNCTIONS]), "()")
    else:
        advice = {}
    if advice:
        data["hint"] = advice
    elif code == "SB201":
        _prepend(code, data, _perhaps(like(str(data["name"]), [*catalog, *HOST_FUNCTIONS])))
    elif code == "SB301" and str(data["name"]).isidentifier() and data["name"] not in CONSTANTS:
        key = _quoted_key(span, known_nodes, text)
        _prepend(code, data, _perhaps([key] if key else nearest(str(data["name"]), names)))
    if code in _OF_ARGUMENTS:
        _prepend(code, data, _argument(span, known_nodes, catalog))


def _perhaps(near: list[str], after: str = "") -> dict[str, str]:
    if not near:
        return {}
    shown = [f"{name}{after}" for name in near]
    return {"ru": f"возможно, {' или '.join(shown)}?", "en": f"perhaps {' or '.join(shown)}?"}


def _quoted_key(span: Span, known_nodes: Sequence[Any], text: str) -> str:
    """`d["a"]` for the key of `d[a]`, where that is what has no value; else ""."""
    for item in known_nodes:
        if isinstance(item, nodes.Item) and isinstance(item.key, nodes.Name) and (item.key.start, item.key.end) == span:
            written = f'{text[item.base.start : item.base.end]}["{item.key.name}"]'
            return written if item.key.layer is None and len(written) <= 60 else ""
    return ""


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


# ---------------------------------------------------------------- lines that are no statement

_PREFIXED = pattern(r"([^\W\d_]\w*)\s*\.\s*(\S.*)")
_AUGMENTED = pattern(r"(?s)(.+?)\s*([-+*/%^])=\s*(.+)")
_IF_EQUALS = pattern(r"if\s*\([^=<>!]*=(?!=)")
_WORD_BEFORE = pattern(r"[^\W\d]\w*$")
_COMPARED = pattern(r"[=!<>]=|[<>]")
_GOES_ON = pattern(r"[\"'`\])}]")
_NO_NAME = pattern(r"[^\w#{}]+")
_CALLED = pattern(r"([^\W\d]\w*)\s*\(")


def _line_advice(written: str, functions: Iterable[str]) -> dict[str, str]:
    augmented = _AUGMENTED.fullmatch(written)
    if augmented and len(written) < 100:
        right = f"{augmented[1]} = {augmented[1]} {augmented[2]} {augmented[3]}"
        return {"ru": f"напишите полностью: {right}", "en": f"write it out: {right}"}
    if ":=" in written:
        return {"ru": "значение записывают знаком = без двоеточия", "en": "a value is assigned with = alone"}
    controlled = control_advice(written)
    if controlled:
        return controlled
    if _IF_EQUALS.match(written):
        return {"ru": "сравнивают знаком ==, а = записывает значение", "en": "== compares, a single = assigns"}
    known = [*functions, *HOST_FUNCTIONS]
    called = _CALLED.match(written)
    meant = meant_function(called[1], [*known, "if"]) if called else ""
    if meant:
        return _perhaps([meant], "()")
    if _COMPARED.search(written):
        return {
            "ru": "это сравнение; его результат никуда не записан: напишите x = a == 5 или if(a == 5, да, нет)",
            "en": "this compares and keeps no result: write x = a == 5 or if(a == 5, yes, no)",
        }
    if called:
        return _perhaps([name for name in like(called[1], known) if name != called[1]], "()")
    if _GOES_ON.match(written):
        return {
            "ru": "если это продолжение строк выше, то в них пропущена запятая, двоеточие или скобка",
            "en": "if this continues the lines above, a comma, a colon or a bracket is missing in them",
        }
    return {}


def _name_advice(written: str) -> dict[str, str]:
    prefixed = _PREFIXED.fullmatch(written)
    if prefixed and prefixed[1] not in PREFIXES:
        near = nearest(prefixed[1], PREFIXES)
        known = f"{near[0]}.{prefixed[2]}" if near else ""
        return {
            "ru": f"возможно, {known}? " * bool(near) + "перед точкой бывает только client, клиент, project или проект",
            "en": f"perhaps {known}? " * bool(near) + "only client, клиент, project or проект stand before a dot",
        }
    bare = _NO_NAME.sub("_", written).strip("_")
    if bare[:1].isdigit():
        bare = bare.lstrip("0123456789_")
    if bare != written and bare[:1].isalpha() and len(bare) <= 60 and "#{" not in bare and "[" not in written:
        cure = message_of("SB110")
        return {
            "ru": f"можно так: {bare}; {cure.hint('ru', {})}",
            "en": f"this would do: {bare}; {cure.hint('en', {})}",
        }
    return {}


__all__ = ["teach"]
