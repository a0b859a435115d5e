"""SB726–SB737: literals that do not mean what they look like."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import regex

from ..errors import Fault
from ..lang import nodes
from ..messages import LANGUAGES, mask, message_of
from ..values import DATE, DATETIME, TIME, meaning, text_class, to_text
from .field import Field, Unknown

_ARITHMETIC = (nodes.Sum, nodes.Product, nodes.Power)
_LIKE_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_LIKE_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_NESTED_REPEAT = re.compile(r"\((?:\?:)?(?:[^()\\]|\\.)*[+*](?:[^()\\|]|\\.)?\)(?:[+*]|\{\d+,\})")
_DATES, _TIMES = (DATE, DATETIME), (TIME, DATETIME)
#: Which arguments of which functions are moments.
_MOMENTS: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "addDays": ((0,), _DATES), "addMonth": ((0,), _DATES), "addYear": ((0,), _DATES), "birthdate": ((0,), _DATES),
    "date_rus": ((0,), _DATES), "compareDate": ((0, 1), _DATES), "addMinutes": ((0,), _TIMES),
    "compareTime": ((0, 1), _TIMES),
}  # fmt: skip
EXACT = 2**53


def check(field: Field) -> None:
    outermost: set[int] = set()
    for item in field.all_nodes:
        if isinstance(item, _ARITHMETIC):
            if id(item) not in outermost:
                _arithmetic(field, item, outermost)
            _digits(field, item)
        elif isinstance(item, nodes.Dictionary):
            _keys(field, item)
        elif isinstance(item, nodes.Item):
            _position(field, item)
        elif isinstance(item, nodes.Call):
            _call(field, item)
    _literals(field)


def _arithmetic(field: Field, node: Any, outermost: set[int]) -> None:
    """A calculation with constants only: a phone in disguise, or one that always fails."""
    outermost.update(id(item) for item in nodes.walk(node))
    if isinstance(node, nodes.Sum) and set(node.operators) == {"-"} and len(node.operands) >= 3:
        written = field.text[node.start : node.end]
        digits = re.sub(r"\D", "", written)
        if all(isinstance(item, nodes.Number) for item in node.operands) and 10 <= len(digits) <= 12:
            fix = [(node.start, node.end, f'"{written}"')]
            result = to_text(field.evaluate(node, {}))
            field.report("SB731", node.start, node.end, fix=fix, text=mask(result))
            return
    for part in nodes.walk(node):
        if isinstance(part, _ARITHMETIC):
            try:
                field.constant(part)
            except Unknown:
                continue
            except Fault as fault:
                words = {f"text_{lang}": message_of(fault.code).text(lang, fault.data) for lang in LANGUAGES}
                field.report("SB726", part.start, part.end, **words)
                return
    for part in nodes.walk(node):
        if isinstance(part, nodes.Product):
            _zero_divisor(field, part)


def _zero_divisor(field: Field, node: nodes.Product) -> None:
    for sign, operand in zip(node.operators, node.operands[1:], strict=True):
        if sign in "/%" and isinstance(operand, nodes.Number) and float(operand.text) == 0:
            words = {f"text_{lang}": message_of("SB311").text(lang, {}) for lang in LANGUAGES}
            field.report("SB726", operand.start, operand.end, **words)


def _digits(field: Field, node: Any) -> None:
    operands = node.operands if isinstance(node, nodes.Sum | nodes.Product) else (node.base, node.exponent)
    numbers = [item for item in operands if isinstance(item, nodes.Number)]
    divides = isinstance(node, nodes.Product) and "/" in node.operators
    fractional = divides or any("." in item.text for item in numbers)
    for item in numbers:
        if re.match(r"0\d", item.text):
            field.report("SB730", item.start, item.end, name=mask(item.text))
        elif fractional and float(item.text) > EXACT:
            field.report("SB732", item.start, item.end, name=f"{item.text[:6]}…")


def _keys(field: Field, node: nodes.Dictionary) -> None:
    keys: Counter[str] = Counter()
    for key, _ in node.pairs:
        try:
            name = to_text(field.constant(key)) if not isinstance(key, nodes.Number) else key.text
        except (Unknown, Fault):
            continue
        keys[name] += 1
        if keys[name] == 2:
            field.report("SB733", key.start, key.end, name=name[:60])


def _position(field: Field, node: nodes.Item) -> None:
    if not isinstance(node.base, nodes.Array):
        return
    try:
        kind, index = meaning(field.constant(node.key))
    except (Unknown, Fault):
        return
    count = len(node.base.items)
    if kind == "number" and isinstance(index, int) and not -count <= index < count:
        field.report("SB734", node.key.start, node.key.end, name=str(index), count=count)


def _call(field: Field, call: nodes.Call) -> None:
    if call.name == "findall" and call.arguments:
        _pattern(field, call.arguments[0])
    name = field.catalog[call.name].name if call.name in field.catalog else call.name
    places, kinds = _MOMENTS.get(name, ((), ()))
    for place in places:
        if place < len(call.arguments):
            argument = call.arguments[place]
            try:
                value = field.constant(argument)
            except (Unknown, Fault):
                continue
            if value is not None and meaning(value)[0] not in kinds:
                _not_a_moment(field, argument, to_text(value), TIME if kinds == _TIMES else DATE)


def _pattern(field: Field, node: Any) -> None:
    try:
        pattern = to_text(field.constant(node))
    except (Unknown, Fault):
        return
    try:
        regex.compile(pattern, regex.V0, cache_pattern=False)
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError, IndexError, KeyError) as error:
        reason = error.msg if isinstance(error, regex.error) else type(error).__name__
        field.report("SB735", node.start, node.end, text_reason=reason)
        return
    if _NESTED_REPEAT.search(pattern):
        field.report("SB736", node.start, node.end)


def _literals(field: Field) -> None:
    """Dates and times that do not exist, wherever they stand as a text of their own."""
    found: list[tuple[Any, Any]] = [
        (item, item.parts[0]) for item in field.all_nodes if isinstance(item, nodes.Text) and len(item.parts) == 1
    ]
    for statement in field.statements:
        if isinstance(statement, nodes.Assign) and isinstance(statement.right, nodes.PlainText):
            right = statement.right
            found += [(right, right.parts[0])] if len(right.parts) == 1 else []
    for node, text in found:
        if isinstance(text, str) and text_class(text)[0] == "text":
            if _LIKE_DATE.fullmatch(text):
                _not_a_moment(field, node, text, DATE)
            elif _LIKE_TIME.fullmatch(text):
                _not_a_moment(field, node, text, TIME)


def _not_a_moment(field: Field, node: Any, text: str, kind: str) -> None:
    if any(item.code == "SB737" and item.span.start == node.start for item in field.found):
        return
    words = ("дата", "date") if kind == DATE else ("время", "time")
    field.report("SB737", node.start, node.end, name=text[:40], text_ru=words[0], text_en=words[1])
