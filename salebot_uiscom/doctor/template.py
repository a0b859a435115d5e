"""Check of a notification body as the owner has typed it into the cabinet (webhooks.md 3)."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any

from ..uis import tables
from .bodies import EVENTS, offers
from .findings import Findings

PLACE = "template"
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_QUOTED = re.compile(r'"(\s*\{\{\s*\w+\s*\}\}\s*)"')
_ESCAPED = re.compile(r"\\\{\{?[^{}]*?\\?\}\\?\}|\{\{[^{}]*\\\}\}")
_COMMA = re.compile(r",(\s*)([}\]])")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_OTHER_QUOTES = "'«»“”„‘’`"
_SAMPLES: dict[str, Any] = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": [1], "object": {}}
_NEEDED = ("notification_name", "contact_phone_number")
_IDENTITY = ("call_session_id", "notification_time")


def check_template(text: str, event: str, found: Findings) -> None:
    """Add what is wrong with a body. `event`: its type, "" where it must fit every one."""
    for match in _ESCAPED.finditer(text):
        found.add("UI398", PLACE, name_placeholder=match[0])
    plain = text.replace("\\", "") if found.has("UI398") else text
    for match in _QUOTED.finditer(plain):
        found.add("UI390", PLACE, name_placeholder=match[1].strip())
    plain = _QUOTED.sub(r"\1", plain)
    names = dict.fromkeys(_PLACEHOLDER.findall(plain))
    _check_names(list(names), event, found)
    filled = _PLACEHOLDER.sub(lambda match: _sample(match[1]), plain)
    outside = _STRING.sub(lambda match: " " * len(match[0]), filled)
    quotes = "".join(dict.fromkeys(char for char in outside if char in _OTHER_QUOTES))
    if quotes:
        found.add("UI393", PLACE, name_quote=" ".join(quotes))
        for char in quotes:
            filled = filled.replace(char, '"')
    for match in _COMMA.finditer(_STRING.sub(lambda match: "x" * len(match[0]), filled)):
        found.add("UI394", PLACE, name_line=str(filled.count("\n", 0, match.start()) + 1))
    filled = _COMMA.sub(r"\1\2", filled)
    try:
        body = json.loads(filled)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        found.add("UI395", PLACE, name_line=str(line), name_column=str(column))
        return
    if not isinstance(body, dict):
        found.add("UI396", PLACE)
        return
    contact = body.get("contact_info")
    members = {*body, *(contact if isinstance(contact, dict) else ())}
    for name in _NEEDED:
        if name not in members:
            found.add("UI392", PLACE, name_field=name)
    lacking = [name for name in _IDENTITY if name not in body]
    if lacking:
        found.add("UI399", PLACE, name_field=", ".join(lacking))


def _check_names(names: list[str], event: str, found: Findings) -> None:
    known = tables.placeholders()
    for name in names:
        shown = f"{{{{{name}}}}}"
        if name not in known:
            near = get_close_matches(name, known, 1, 0.0)
            found.add("UI391", PLACE, name_placeholder=shown, name_near=f"{{{{{near[0]}}}}}" if near else "—")
        elif event and not offers(event, name):
            ru, en = EVENTS[event]
            found.add("UI397", PLACE, name_placeholder=shown, name_event_ru=ru, name_event_en=en)


def _sample(name: str) -> str:
    """A literal as UIS would put it there."""
    known = tables.placeholders().get(name)
    return json.dumps(_SAMPLES.get(known.type if known else "string", "x"))
