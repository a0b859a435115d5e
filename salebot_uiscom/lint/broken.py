"""SB702: does a right side that became text look like code with a slip in it, and how surely?

A copy put right (`repairs`) is weighed: a call, an element, quotes or names with values make code of it; a word in
brackets, a price range or a smile do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..lang import nodes
from ..lang.scanner import QUOTES, Scanner
from ..messages.slips import cure_of, text_of
from ..scope import CONSTANTS
from .field import Field
from .repairs import Repair, Repaired, repaired
from .slips import parsed

NO, PERHAPS, SURELY = 0, 1, 2

_OPERATORS = (nodes.Sum, nodes.Product, nodes.Power, nodes.Comparison, nodes.Logic)
_NEXT = re.compile(r"[()\[\]{}\"'`;]")
_COMMAND = re.compile(
    r"\s*(?:(?:(?:client|клиент|project|проект)\.)?[^\W\d_]\w*\s*(?:\[[^\]]*\]\s*)?=(?!=)|del\s+\w|[A-Za-z]\w*\()"
)
_TEMPLATE = re.compile(r"\$\{\s*\w+\s*\}|\{\{\s*\w+\s*\}\}|\$[A-Za-z_]\w*")
_LOOSE = re.compile(r"\s[-/]\s")


@dataclass(frozen=True, slots=True)
class Broken:
    """What is told: the place in the text (from its beginning), texts and cures by language, and how sure it is."""

    start: int
    end: int
    texts: dict[str, str]
    cures: dict[str, str]
    weight: int


def found_in(field: Field, text: str) -> Broken | None:
    """The first slip of a text without blanks at its edges; None where no repair makes an expression of it."""
    if _TEMPLATE.fullmatch(text):
        return told(Repair("template", "", 0, len(text), {"name": text}), PERHAPS)
    found = _semicolon(field, text)
    if found is not None:
        return found
    whole = repaired(text, field.catalog)
    return None if whole is None else told(whole.first, weight_of(field, text, whole))


def told(repair: Repair, weight: int) -> Broken:
    """A repair in words."""
    texts, cures = text_of(repair.kind, **repair.data), cure_of(repair.kind, **repair.data)
    return Broken(repair.start, repair.end, texts, cures, weight)


# ---------------------------------------------------------------- x = 1; y = 2


def _semicolon(field: Field, text: str) -> Broken | None:
    """Statements on one line, or a line that ends as in other languages."""
    at = _outer_semicolon(text)
    if at < 0:
        return None
    left, rest = text[:at].rstrip(), text[at + 1 :].strip()
    is_code = _is_code(field, left)
    if not rest:
        return told(Repair("end_semicolon", "", at, at + 1, {}), SURELY) if is_code else None
    if not _COMMAND.match(rest) or not (is_code or text[at + 1].isspace()):
        return None
    called = re.match(r"[A-Za-z]\w*(?=\()", rest)
    if called and called[0] not in field.functions:
        return None
    return told(Repair("two_statements", "", at, at + 1, {}), SURELY if is_code else PERHAPS)


def _outer_semicolon(text: str) -> int:
    depth, place, scanner = 0, 0, Scanner(text)
    while match := _NEXT.search(text, place):
        char, place = match[0], match.end()
        if char in QUOTES:
            closing = scanner.text_end(match.start()) if scanner.opens_text(match.start()) else -1
            place = max(place, closing + 1)
        elif char == ";":
            if depth == 0:
                return match.start()
        else:
            depth = max(0, depth + (char in "([{") - (char in ")]}"))
    return -1


def _is_code(field: Field, text: str) -> bool:
    """A number, a text in quotes, or an expression that reckons with what is known."""
    node = parsed(field, text) if text else None
    if node is None:
        return False
    return isinstance(node, nodes.Number | nodes.Text) or _of_node(field, text, node) == SURELY


# ---------------------------------------------------------------- how sure it is


def weight_of(field: Field, text: str, whole: Repaired) -> int:
    kinds = {repair.kind for repair in whole.repairs}
    names = _unknown(field, whole.node)
    if "choice" in kinds:
        return _of_choice(field, whole)
    if "denial" in kinds:
        return _of_denial(field, whole, names)
    if kinds & {"comma", "colon"} and not any(map(_is_typed, _visible(whole.node))):
        return NO  # `[#{имя} #{город}]`
    if kinds == {"division"} and not names:
        return SURELY
    if "prefix" in kinds and isinstance(whole.node, nodes.Text):
        return SURELY
    if "join" in kinds and not {"method", "module", "attribute"} & kinds:
        return NO if names else PERHAPS
    if kinds & {"module", "method"} and not names:
        return SURELY
    if kinds & {"module", "method"}:
        return max(PERHAPS, _of_node(field, whole.text, whole.node))
    if "foreign_sign" in kinds:
        return PERHAPS if _has_own(field, whole.node) else NO  # `10 × 15`
    if kinds & {"identity", "inclusion"}:
        return NO if names and not _has_own(field, whole.node) and not _has_constant(whole.node) else PERHAPS
    if "attribute" in kinds and any(repair.data.get("name") == "length" for repair in whole.repairs):
        return PERHAPS
    if kinds <= {"attribute", "equals"} and not _has_own(field, whole.node):
        return max(_of_piece(field, whole.text, item) for item in _visible(whole.node))
    weight = _of_node(field, whole.text, whole.node)
    if weight == PERHAPS and isinstance(whole.node, nodes.Dictionary):
        bare = [repair.data["name"] for repair in whole.repairs if repair.kind == "bare_key"]
        return SURELY if all(name.isascii() for name in bare) else PERHAPS
    return weight


def _of_choice(field: Field, whole: Repaired) -> int:
    if not isinstance(whole.node, nodes.Call) or len(whole.node.arguments) != 3:
        return NO
    condition, *branches = whole.node.arguments
    if isinstance(condition, nodes.Name):
        plain = all(isinstance(node, nodes.Number | nodes.Text) or not _unknown(field, node) for node in branches)
        return NO if not plain else PERHAPS if _unknown(field, condition) else SURELY
    if any(isinstance(node, nodes.Comparison | nodes.Logic | nodes.Call | nodes.Item) for node in _visible(condition)):
        return SURELY
    return NO


def _of_denial(field: Field, whole: Repaired, unknown: list[str]) -> int:
    word = next(repair.data["name"] for repair in whole.repairs if repair.kind == "denial")
    is_plain = isinstance(whole.node, nodes.Number | nodes.Name)
    if unknown:
        return NO if is_plain else _of_node(field, whole.text, whole.node)
    if is_plain and isinstance(whole.node, nodes.Number):
        return SURELY if word == "not" else NO
    return SURELY if word == "not" else PERHAPS


def _has_constant(node: Any) -> bool:
    return any(isinstance(item, nodes.Name) and item.name in CONSTANTS for item in _visible(node))


def _is_typed(item: Any) -> bool:
    """A literal, name or call of the author; a missing value is put in as 0."""
    return isinstance(item, nodes.Text | nodes.Name | nodes.Call) or (
        isinstance(item, nodes.Number) and item.text != "0"
    )


def _visible(node: Any) -> list[Any]:
    """The node and everything below it, not looking into `#{…}`: that is filled into texts as well."""
    found = [node]
    for item in found:
        if not isinstance(item, nodes.Hole):
            found.extend(nodes.children(item))
    return found


def _unknown(field: Field, node: Any) -> list[str]:
    return [
        item.name
        for item in _visible(node)
        if isinstance(item, nodes.Name) and item.layer is None and item.name not in field.names
        and item.name not in CONSTANTS
    ]  # fmt: skip


def _has_own(field: Field, node: Any) -> bool:
    """A variable of the author, not a built-in one, whose name may be a word."""
    own = {*field.targets, *field.known, *field.constants}
    return any(isinstance(item, nodes.Name) and (item.layer or item.name in own) for item in _visible(node))


def _of_node(field: Field, text: str, node: Any) -> int:
    """How much of a program an expression has."""
    everything = _visible(node)
    unknown = _unknown(field, node)
    weights = [_of_piece(field, text, item) for item in everything]
    if max(weights) == SURELY:
        return SURELY
    operators = [item for item in everything if isinstance(item, _OPERATORS)]
    has_text = any(isinstance(item, nodes.Text) for item in everything)
    has_names = any(isinstance(item, nodes.Name) for item in everything)
    if unknown:
        known = has_text or any(
            isinstance(item, nodes.Name) and (item.layer or item.name not in unknown) for item in everything
        )
        return max(*weights, PERHAPS if (known and operators) or _programs(operators, unknown) else NO)
    if has_text or (has_names and not operators):
        return SURELY if operators else PERHAPS
    if has_names:
        return SURELY
    if not operators:
        return max(weights)
    if any(isinstance(item, nodes.Hole) for item in everything):
        return max(*weights, PERHAPS if any(_reckons(item) for item in operators) else NO)
    return SURELY if any(_reckons(item) for item in operators) else _of_range(text, operators)


def _of_piece(field: Field, text: str, item: Any) -> int:
    if isinstance(item, nodes.Call):
        return SURELY if item.name in field.catalog or item.name in field.functions else PERHAPS
    if isinstance(item, nodes.Item):
        is_glued = text[item.base.end : item.base.end + 1] == "["
        if not is_glued:
            return NO
        if isinstance(item.base, nodes.Name) and not item.base.name.isascii():
            return SURELY if item.base.layer or item.base.name in field.names else PERHAPS
        return SURELY
    if isinstance(item, nodes.Array):
        if not item.items or not any(_unknown(field, part) for part in item.items):
            return SURELY if len(item.items) > 1 else PERHAPS
        return PERHAPS if any(isinstance(part, nodes.Text) for part in item.items) else NO
    if isinstance(item, nodes.Dictionary):
        values = [value for _, value in item.pairs]
        if any(isinstance(value, nodes.Text) or not _unknown(field, value) for value in values):
            return SURELY if any(not isinstance(value, nodes.Number) for value in values) else PERHAPS
    return NO


def _programs(operators: list[Any], names: list[str]) -> bool:
    """Unknown names, which may be words: do they look like names of a program all the same?"""
    if not operators:
        return False
    if any(isinstance(item, nodes.Power) or "*" in getattr(item, "operators", ()) for item in operators):
        return True
    if any(isinstance(item, nodes.Comparison) and any(isinstance(part, nodes.Number) for part in item.operands)
           for item in operators):  # fmt: skip
        return True
    if any("_" in name for name in names):
        return True
    loose = any(isinstance(item, nodes.Sum) and "+" in item.operators for item in operators)
    return all(name.isascii() for name in names) and loose


def _reckons(item: Any) -> bool:
    """A sign that no range, date or fraction has."""
    return isinstance(item, nodes.Power | nodes.Comparison | nodes.Logic) or bool({"+", "*", "%"} & set(item.operators))


def _of_range(text: str, operators: list[Any]) -> int:
    """Numbers with `-` or `/` alone are a range, a phone or a date unless blanks stand around the sign."""
    return PERHAPS if _LOOSE.search(text) and all(len(item.operands) == 2 for item in operators) else NO


__all__ = ["NO", "PERHAPS", "SURELY", "Broken", "found_in", "told", "weight_of"]
