"""Rows as a table for the terminal, and ages in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ..foreign import one_line

_HEADINGS: Mapping[str, tuple[str, str]] = {
    "id": ("id", "id"),
    "name": ("название", "name"),
    "phones": ("телефоны", "phones"),
    "extension": ("внутренний", "extension"),
    "status": ("состояние", "status"),
    "numbers": ("номера", "numbers"),
    "number": ("номер", "number"),
    "scenarios": ("сценарии", "scenarios"),
    "domain": ("домен", "domain"),
}
_UNITS = ((86_400, "д", "d"), (3_600, "ч", "h"), (60, "мин", "min"), (1, "с", "s"))


def table(rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    """Lines of equal columns; no rows give an empty text."""
    if not rows:
        return ""
    columns = list(rows[0])
    lines = [[_HEADINGS[name][lang == "en"] for name in columns]]
    lines += [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(columns))]
    return "\n".join(
        "  ".join(_pad(text, width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def age(seconds: float, lang: str) -> str:
    """The largest unit that fits: `5 мин`."""
    for size, ru, en in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {en if lang == 'en' else ru}"
    return "0 s" if lang == "en" else "0 с"


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return one_line(text) or "—"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
