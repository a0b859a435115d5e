"""Right sides that became text (calculator.md 5, R6) although a calculation was meant: SB719, SB727, SB738, part of SB702.

Each slip is put right in a copy; it is told only where the copy is an expression of the language.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import Fault
from ..lang import nodes
from ..lang.expected import NEGATIONS
from ..lang.lexer import ParseFault
from ..lang.parser import Parser
from ..lang.suggest import meant_function
from ..lang.usual import like
from .field import Field

_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`"
_COMMA = re.compile(rf"({_STRING})|(?<![\w.,])([0-9]+),([0-9]+)(?![\w.,])", re.DOTALL)
_WORD = re.compile(rf"({_STRING})|(?<!\w)(и|или|не|not|and|or)(?!\w)", re.DOTALL | re.IGNORECASE)
_LATIN = {"и": "and", "или": "or", "and": "and", "or": "or"}
_OWN = {"and", "or", "AND", "OR"}
_CALLED = re.compile(rf"({_STRING})|(?<![\w.])([^\W\d]\w*)(?=\()", re.DOTALL)
_STAND_IN = "x"  # for the name of a function: whether it exists does not matter to the grammar
_LATIN_CALL = re.compile(r"[A-Za-z][A-Za-z0-9_]*\(")
_ENDS_WITH_SIGN = re.compile(r"(.*\S)(\s*)(\+|-|\*\*?|/|%|\^|[=!<>]=|<|>|&&|\|\||\b(?:and|or|AND|OR))", re.DOTALL)


def parsed(field: Field, text: str) -> Any:
    """The expression that a text is, or None."""
    try:
        return Parser(text, field.catalog).expression(0, len(text))
    except (ParseFault, Fault):
        return None


def russian_call(field: Field, name: str, text: str) -> str:
    """The function that `раунд(2)` or `Если(…)` calls in Russian letters, where the rest of the call fits it; or ""."""
    meant = meant_function(name, field.functions)
    if not meant or (meant != "if" and text[len(name)] != "("):
        return ""  # `Раунд (первый)`: before a blank a word is no call unless the function exists (D-25)
    call = parsed(field, meant + text[len(name) :])
    if not isinstance(call, nodes.Call) or call.name != meant:
        return ""
    count = len(call.arguments)
    if meant == "if":
        return meant if count == 3 else ""
    function = field.catalog.get(meant)
    return meant if function is None or function.accepts(count) else ""


def unknown_call(field: Field, text: str) -> re.Match[str] | None:
    """The first word that calls what does not exist, `есть_ключ(d, "a")`, where the whole text is code but for such
    words; else None.

    The reference takes any such text as meant (D-25): `Цена(руб)`, `Дом(2)`, `Заказ(#{номер})` are no calls. A call has
    something of a program: a name with `_`, nothing in its brackets, or a text in quotes, a known variable, a list or
    another call there.
    """
    words = [match for match in _CALLED.finditer(text) if _is_unknown(field, match[2])]
    if not words:
        return None
    node = parsed(field, _CALLED.sub(lambda match: _STAND_IN if _is_unknown(field, match[2]) else match[0], text))
    calls = [item for item in nodes.walk(node) if isinstance(item, nodes.Call)] if node is not None else []
    if any("_" in match[2] for match in words) and calls:
        return words[0]
    return words[0] if any(item.name == _STAND_IN and _has_code(field, item) for item in calls) else None


def _is_unknown(field: Field, name: str | None) -> bool:
    return bool(name) and not str(name).isascii() and name not in field.names


def _has_code(field: Field, call: nodes.Call) -> bool:
    if not call.arguments:
        return True
    inside = list(call.arguments)
    for item in inside:
        if isinstance(item, nodes.Text | nodes.Array | nodes.Dictionary | nodes.Call):
            return True
        if isinstance(item, nodes.Name) and (item.layer is not None or item.name in field.names):
            return True
        if not isinstance(item, nodes.Hole):  # `Заказ(#{номер})` fills a text in
            inside.extend(nodes.children(item))
    return False


def with_points(field: Field, text: str) -> str:
    """`2,5 + 1` with points for commas, where that makes a calculation whose names are known; or ""."""
    fixed = _COMMA.sub(lambda match: match[1] or f"{match[2]}.{match[3]}", text)
    if fixed == text:
        return ""
    node = parsed(field, fixed)
    if not isinstance(node, nodes.Sum | nodes.Product | nodes.Power | nodes.Comparison):
        return ""
    names = [item.name for item in nodes.walk(node) if isinstance(item, nodes.Name) and not item.layer]
    return fixed if not names or any(name in field.names for name in names) else ""


def foreign_words(field: Field, text: str) -> list[str]:
    """Words like `и`, `или`, `не`, where the text compares and English ones make it an expression; else nothing."""
    found: list[str] = []

    def english(match: re.Match[str]) -> str:
        if match[1] or match[2] in _OWN:
            return match[0]
        found.append(match[2])
        # A sign stands for the denial, which the language does not have: does the rest hold together?
        return "-" if match[2].casefold() in NEGATIONS else _LATIN[match[2].casefold()]

    fixed = _WORD.sub(english, text)
    node = parsed(field, fixed) if found else None
    if node is None or not any(isinstance(item, nodes.Comparison) for item in nodes.walk(node)):
        return []
    return list(dict.fromkeys(found))


def is_unfinished(field: Field, text: str, fault: ParseFault) -> bool:
    """`rond(2`: a call in Latin letters whose bracket stays open; `5 +`: an expression that ends with a sign."""
    if fault.unfinished and _LATIN_CALL.match(text):
        return True
    ended = _ENDS_WITH_SIGN.fullmatch(text)
    node = parsed(field, ended[1]) if ended else None
    if ended is None or node is None:
        return False
    if isinstance(node, nodes.Number | nodes.Negative) and (not ended[2] or ended[3] == "%"):
        return False  # `18+`, `10 %`
    return all(item.layer or item.name in field.names for item in nodes.walk(node) if isinstance(item, nodes.Name))


def perhaps(field: Field, name: str, is_call: bool) -> dict[str, str]:
    """Which function was meant by the unknown name of a broken call."""
    near = [] if is_call or not name else like(name, field.functions)
    if not near:
        return {}
    return {
        "ru": f"возможно, {' или '.join(near)}?",
        "en": f"perhaps {' or '.join(near)}?",
    }
