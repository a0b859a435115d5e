"""What a test, the control API or a seed file may ask for. A wrong word is refused with the nearest right one."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from math import isfinite
from typing import Any

from ..errors import OptionError

# What is chosen among: Russian in the genitive, English.
_WORDS = {
    "event": ("события", "event"),
    "fault": ("неисправности", "fault"),
    "option": ("параметра", "option"),
    "method": ("метода", "method"),
    "mnemonic": ("ошибки UIS", "error of UIS"),
    "outcome": ("исхода", "outcome"),
    "name": ("имени", "name"),
    "table": ("таблицы", "table"),
}


def one_of(value: Any, known: Collection[str], what: str) -> None:
    """Raises OptionError unless `value` is one of the `known`; `what` is a word of `_WORDS`."""
    if isinstance(value, str) and value in known:
        return
    russian, english = _WORDS[what]
    near = get_close_matches(str(value).lower(), known, 1)
    shown = ", ".join(known) if len(known) <= 40 else ", ".join(get_close_matches(str(value), known, 5, 0.3)) + ", …"
    data = {"text_ru": russian, "text_en": english, "got": value, "text_known": shown}
    raise OptionError("UI401", name_near=near[0], **data) if near else OptionError("UI400", **data)


def among(name: str, value: Any, known: Collection[str]) -> None:
    """Raises OptionError unless the option `name` has one of the `known` values."""
    if not isinstance(value, str) or value not in known:
        raise wrong(name, value, f"одно из: {', '.join(known)}", f"one of {', '.join(known)}")


def seconds(value: Any, name: str) -> None:
    """Raises OptionError unless `value` is a number of seconds, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise wrong(name, value, "секунды, число от нуля", "a number of seconds, zero or more")


def wrong(name: str, got: Any, russian: str, english: str) -> OptionError:
    """The error for a value; `russian` and `english` say what it should be."""
    return OptionError("UI402", name=name, got=got, text_ru=russian, text_en=english)
