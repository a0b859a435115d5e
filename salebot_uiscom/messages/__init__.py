"""Texts for people by stable code, Russian first, English beside it.

Codes never change their meaning: SB1xx syntax and names, SB2xx calls, SB3xx values, SB4xx limits, SB5xx effects,
SB6xx bot files and engine, SB7xx warnings of the checker, SB8xx the file of dialogs, SB9xx options of programs, UI1xx
UIS. Each module holds one subject; a plugin adds its own with `register_messages`, or says them with each fault.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from typing import Any

from ..foreign import mask as mask
from ..record import record

LANGUAGES = ("ru", "en")
_MODULES = (
    "calculator", "values", "host", "telephony", "uiscom", "simulator", "doctor", "lint", "rehearsal", "stores", "options",
)  # fmt: skip


@record
class Message:
    """`kind` is the error kind of the reference (`syntax`, `type`, …) or `warning`; texts are `str.format` templates."""

    kind: str
    ru: str
    en: str
    hint_ru: str = ""
    hint_en: str = ""

    def text(self, lang: str, data: Mapping[str, Any]) -> str:
        return _fill(self.en if lang == "en" else self.ru, data)

    def hint(self, lang: str, data: Mapping[str, Any]) -> str:
        own = data.get("hint")
        if own is not None:
            return str(own.get(lang, "")) if isinstance(own, Mapping) else str(own)
        return _fill(self.hint_en if lang == "en" else self.hint_ru, data)


_table: dict[str, Message] = {}
_is_loaded = (
    False  # that `_table` holds something does not mean that it holds everything: another thread may be loading
)


def register_messages(messages: Mapping[str, Message]) -> None:
    """Add texts. A code that exists with other texts is a programming error."""
    _load()
    _add(messages)


def message_of(code: str) -> Message:
    _load()
    return _table[code]


def wording(code: str, data: Mapping[str, Any]) -> Message:
    """Texts of a fault, whoever raised it. For a code that nobody has registered: those in its data, else that it has none.

    A text in one language alone serves both.
    """
    if is_known(code):
        return _table[code]
    said = [name for name in ("text_ru", "text_en") if isinstance(data.get(name), str)]
    if said:
        return Message("value", f"{{{said[0]}}}", f"{{{said[-1]}}}")
    untold = _table["SB510" if "name_plugin" in data else "SB511"]
    shown = show(code).replace("{", "{{").replace("}", "}}")
    ru, en = (text.replace("{code}", shown) for text in (untold.ru, untold.en))
    return Message(untold.kind, ru, en, untold.hint_ru, untold.hint_en)


def is_known(code: Any) -> bool:
    """Has anybody registered texts of this code?"""
    _load()
    return isinstance(code, str) and code in _table


def all_messages() -> dict[str, Message]:
    _load()
    return dict(_table)


def _load() -> None:
    """Texts of all modules, at the first need. Two threads may do it at once: the same texts twice do no harm."""
    global _is_loaded
    if _is_loaded:
        return
    for name in _MODULES:
        _add(importlib.import_module(f"{__name__}.{name}").MESSAGES)
    _is_loaded = True


def _add(messages: Mapping[str, Message]) -> None:
    for code, message in messages.items():
        if _table.setdefault(code, message) != message:
            raise ValueError(f"message code {code} is taken")


def language() -> str:
    """`ru` unless the environment says otherwise (SALEBOT_UISCOM_LANG, then the locale)."""
    for variable in ("SALEBOT_UISCOM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value and not value.startswith(("C", "POSIX")):
            return "en" if value.lower().startswith("en") else "ru"
    return "ru"


_WORDS_RU = {True: "True", False: "False", None: "ничего"}


def show(value: Any, limit: int = 40) -> str:
    """A value inside an error text: short, phones masked."""
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except Exception:  # of a foreign object anything may be expected, and the text of an error must not fail
        text = type(value).__name__
    text = mask(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _fill(template: str, data: Mapping[str, Any]) -> str:
    if "{" not in template:
        return template
    shown = {
        key: value if key.startswith(("name", "expected", "text", "param")) else show(value)
        for key, value in data.items()
    }
    return template.format_map(_Missing(shown))


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
