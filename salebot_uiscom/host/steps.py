"""What a step of a `[[test]]` may hold: told when the file is checked, and again when the step is played."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

ACTIONS = ("user", "event", "webhook", "wait")
CHECKS = ("expect", "silent", "uis", "vars", "absent", "position", "plans")
BESIDE = {"with": ("webhook", "uis"), "attachments": ("user",)}
CLIENT_KEYS = ("type", "platform_id", "name", "group", "variables")

PAUSE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*")

_TEXT = ("текст в кавычках", "a text in quotes")
_TEXTS = ("текст или массив текстов", "a text or an array of texts")
_TABLE = ("таблица { … }", "a table { … }")
_NUMBER = ("целое число от 0", "a whole number from 0")
_KINDS = {
    **dict.fromkeys(("user", "event", "webhook", "wait", "uis"), _TEXT),
    "expect": _TEXTS, "absent": _TEXTS, "attachments": ("массив текстов", "an array of texts"),
    "vars": _TABLE, "with": _TABLE, "position": _NUMBER, "plans": _NUMBER, "silent": ("true", "true"),
}  # fmt: skip

Problem = tuple[str, Mapping[str, Any]]


def moment_of(text: str) -> datetime:
    """`2026-03-02 10:15`, without a zone.

    Raises:
        ValueError: it is something else.
    """
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")


def problems(step: Mapping[str, Any], methods: Collection[str] = ()) -> Iterator[Problem]:
    """Codes and data of what is wrong with a step. `methods`: those of the telephony, when they are known."""
    known = (*ACTIONS, *CHECKS, *BESIDE)
    for name in step:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.6)
            yield "SB602", {"name": name, "hint": _hint(near, known, "в шаге бывают", "known in a step")}
    acts = [name for name in step if name in ACTIONS]
    if not acts and not any(name in step for name in CHECKS) and all(name in known for name in step):
        yield "SB675", {"name": "—", "text": ", ".join((*ACTIONS, *CHECKS))}
    if len(acts) > 1:
        yield "SB676", {"text": ", ".join(acts)}
    for name, beside in BESIDE.items():
        if name in step and not any(other in step for other in beside):
            yield "SB698", {"name": name, "text": ", ".join(beside)}
    for name, value in step.items():
        if name in _KINDS and not _fits(name, value):
            russian, english = _KINDS[name]
            yield "SB603", {"name": name, "expected": russian, "text_en": english, "got": value}
    wait, method = step.get("wait"), step.get("uis")
    if isinstance(wait, str) and not PAUSE.fullmatch(wait) and not is_moment(wait):
        yield "SB673", {"text": repr(wait)}
    if isinstance(method, str) and method and methods and method not in methods:
        near = difflib.get_close_matches(method, methods, 1, 0.6)
        hint = _hint(near, sorted(methods), "бывают", "known")
        yield "SB609", {"name": "uis", "got": method, "expected": "", "hint": hint}


def client_problems(client: Mapping[str, Any]) -> Iterator[Problem]:
    """The same of the table `client` of a test."""
    for name in client:
        if name not in CLIENT_KEYS:
            yield "SB674", {"name": name, "text": ", ".join(sorted(CLIENT_KEYS))}
    if "type" in client and type(client["type"]) is not int:
        yield "SB603", {"name": "client.type", "expected": "целое число", "text_en": "whole number",
                        "got": client["type"]}  # fmt: skip
    if not isinstance(client.get("variables", {}), Mapping):
        yield "SB603", {"name": "client.variables", "expected": _TABLE[0], "text_en": _TABLE[1],
                        "got": client["variables"]}  # fmt: skip


def is_moment(text: str) -> bool:
    try:
        moment_of(text)
    except ValueError:
        return False
    return True


def _fits(name: str, value: Any) -> bool:
    expected = _KINDS[name]
    if expected is _TABLE:
        return isinstance(value, Mapping)
    if expected is _NUMBER:
        return type(value) is int and value >= 0
    if name == "silent":
        return value is True
    if isinstance(value, list):
        return expected is not _TEXT and all(isinstance(item, str) for item in value)
    return isinstance(value, str) and name != "attachments"


def _hint(near: list[str], known: Collection[str], russian: str, english: str) -> Mapping[str, str]:
    if near:
        return {"ru": f"возможно, {near[0]}?", "en": f"perhaps {near[0]}?"}
    return {"ru": f"{russian}: " + ", ".join(known), "en": f"{english}: " + ", ".join(known)}
