"""Calls: those that will fail (SB201, SB202, SB204), SB740–SB742, telephony SB750–SB753, limits SB760, SB761."""

from __future__ import annotations

import re
from typing import Any

from ..errors import Fault
from ..functions.pages import HOST_FUNCTIONS, built_in_catalog
from ..lang import nodes
from ..lang.general import MAX_IF
from ..lang.program import MAX_CONDITION
from ..lang.usual import like
from ..values import to_text
from .field import Field, Unknown, acts
from .names import NEAR_LIMIT
from .rules import CALCULATOR, COMPARE

_PHONE = re.compile(r"7[0-9]{10}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_CALLS = ("uiscom_employee_call", "uiscom_scenario_call")
_OFFLINE = "uiscom_offline_messages"
_CLIENTS = re.compile(r"client|контакт|клиент|contact|^phone$|^телефон$|platform_id", re.IGNORECASE)
_VIRTUAL = re.compile(r"virtual|vnum|виртуал|атс|^vn$", re.IGNORECASE)


def check(field: Field) -> None:
    for call in field.calls:
        _known(field, call)
        if call.name in _CALLS:
            _phone_call(field, call)
        elif call.name == _OFFLINE:
            _offline(field, call)
        if field.kind != CALCULATOR and acts(call.name, field.catalog):
            field.report("SB741", call.start, call.end, name=call.name)
    _statements(field)
    if field.kind == COMPARE and len(field.text) >= NEAR_LIMIT * MAX_CONDITION:
        code = "SB205" if len(field.text) > MAX_CONDITION else "SB761"
        field.report(code, 0, len(field.text), count=len(field.text), limit=MAX_CONDITION)


def _known(field: Field, call: nodes.Call) -> None:
    count = len(call.arguments)
    if call.name == "if":
        size = call.end - call.start
        if count != 3:
            _arity(field, call, "3", "if(condition, yes, no)")
        if size >= NEAR_LIMIT * MAX_IF:
            field.report("SB204" if size > MAX_IF else "SB760", call.start, call.end, count=size, limit=MAX_IF)
        return
    function = field.catalog.get(call.name)
    if function is not None:
        if not function.accepts(count):
            _arity(field, call, function.arity_text, function.signature)
    elif call.name not in HOST_FUNCTIONS:
        data: dict[str, Any] = {"name": call.name}
        near = like(call.name, field.functions)
        if near:
            known = " или ".join(near), " or ".join(near)
            data["hint"] = {"ru": f"возможно, {known[0]}?", "en": f"perhaps {known[1]}?"}
        field.report("SB201", call.start, call.start + len(call.name), **data)


def _arity(field: Field, call: nodes.Call, expected: str, signature: str) -> None:
    count = len(call.arguments)
    field.report("SB202", call.start, call.end, name=call.name, got=count, expected=expected, text_signature=signature)


def _statements(field: Field) -> None:
    done: list[Any] = []
    for statement in field.statements:
        call = statement.call if isinstance(statement, nodes.Run) else getattr(statement, "right", None)
        if not isinstance(call, nodes.Call):
            continue
        if isinstance(statement, nodes.Run) and call.name in built_in_catalog() and not acts(call.name, field.catalog):
            field.report("SB740", call.start, call.start + len(call.name), name=call.name)
        if acts(call.name, field.catalog) and not call.name.startswith("set_"):
            meaning = field.meaning(call)
            if meaning in done:
                field.report("SB742", call.start, call.end, name=call.name)
            done.append(meaning)


# ---------------------------------------------------------------- telephony


def _phone_call(field: Field, call: nodes.Call) -> None:
    arguments = call.arguments
    names = ("virtual_phone", "client_phone", "employee_id" if call.name == _CALLS[0] else "scenario_id")
    if len(arguments) < len(names):  # the function itself takes it and answers required_parameter_missed
        _arity(field, call, str(len(names)), f"{call.name}({', '.join(names)})")
    if len(arguments) >= 2:
        first, second = arguments[:2]
        if (_looks(first, _CLIENTS) and not _looks(second, _CLIENTS)) or (
            _looks(second, _VIRTUAL) and not _looks(first, _VIRTUAL)
        ):
            field.report("SB750", first.start, second.end, name=call.name)
    for argument, name in zip(arguments, names[:2], strict=False):
        _phone(field, argument, name)
    if len(arguments) >= 3:
        value = _text(field, arguments[2])
        if value is not None and not _WHOLE.fullmatch(value):
            field.report("SB752", arguments[2].start, arguments[2].end, name=names[2], got=value)


def _looks(node: Any, pattern: re.Pattern[str]) -> bool:
    if isinstance(node, nodes.Hole):
        node = node.inner
    return isinstance(node, nodes.Name) and (pattern.search(node.name) is not None)


def _phone(field: Field, node: Any, name: str) -> None:
    value = _text(field, node)
    if value is not None and not _PHONE.fullmatch(value):
        field.report("SB751", node.start, node.end, name=name, got=value)


def _text(field: Field, node: Any) -> str | None:
    """The text form of an argument known here; None if it depends on variables."""
    try:
        return to_text(field.value_of(node))
    except (Unknown, Fault):
        return None


def _offline(field: Field, call: nodes.Call) -> None:
    values = [_text(field, argument) for argument in call.arguments[1:4]]
    values += [""] * (3 - len(values))
    site, campaign, _ = values
    unknown = values.count(None)
    given = sum(value not in (None, "") for value in values)
    pair = campaign == "-1" and site != "" and not values[2]
    if not pair and (given + unknown == 0 or given > 1 or (campaign == "-1" and site == "")):
        field.report("SB753", call.start, call.end)
    if len(call.arguments) >= 5:
        value = _text(field, call.arguments[4])
        if value:
            _phone(field, call.arguments[4], "phone")
