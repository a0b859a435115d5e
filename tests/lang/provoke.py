"""Provokes every code of the language (SB1xx–SB4xx); `diagnostics.txt` holds each example and what is printed for it.

A chunk: `### SB201`, perhaps `variables: {…}` (JSON), perhaps `where: message` or `compare`; then the text; then `---`
and the diagnostic. A text `@name` is too long to be read and is made by `LONG`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import salebot_uiscom as su
from salebot_uiscom.errors import Diagnostic
from salebot_uiscom.source import Source, Span

FILE = Path(__file__).with_name("diagnostics.txt")

LONG = {
    "@long if": "x = if(a == 1, " + "1 + " * 500 + "1, 0)",
    "@long condition": " and ".join(["a == 1"] * 120),
    "@long text": 'x = a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + a + "конец"',
    "@long value": "x = a + a",
    "@many variables": "новая = 1",
    "@foreign": "x = когда + 1",
    "@deep": "x = " + "(" * 130 + "1" + ")" * 130,
}
LONG_VARIABLES: dict[str, Any] = {
    "@long text": {"a": "я" * 90_000},
    "@long value": {"a": "я" * 60_000},
    "@many variables": {f"v{number}": 1 for number in range(1000)},
    "@foreign": {"когда": date(2026, 3, 2)},
    "@long if": {"a": 1},
    "@long condition": {"a": 1},
}
# What cannot be provoked (a mistake of ours) or takes seconds.
BY_HAND: dict[str, tuple[str, Span, dict[str, Any]]] = {
    "@internal error": ("x = a + b", Span(4, 9), {"text_what": "KeyError"}),
    "@slow patterns": ('y = findall("\\d+", текст)', Span(4, 25), {}),
    "@slow pattern": ('x = findall("(a+)+$", текст)', Span(4, 28), {"limit": 5}),
}


@dataclass(frozen=True, slots=True)
class Chunk:
    code: str
    text: str
    printed: str
    variables: dict[str, Any]
    where: str = "calculator"


def chunks() -> list[Chunk]:
    found = []
    for part in FILE.read_text("utf-8").split("\n### ")[1:]:
        code, _, rest = part.partition("\n")
        text, _, printed = rest.rpartition("\n---\n")
        variables: dict[str, Any] = {}
        where = "calculator"
        lines = text.split("\n")
        while lines and lines[0].startswith(("variables: ", "where: ")):
            key, _, value = lines.pop(0).partition(": ")
            if key == "where":
                where = value
            else:
                variables = json.loads(value)
        found.append(Chunk(code.strip(), "\n".join(lines), printed.strip("\n"), variables, where))
    return found


def provoked(chunk: Chunk, lang: str = "ru") -> list[Diagnostic]:
    """What the run reports."""
    if chunk.text in BY_HAND:
        shown, span, data = BY_HAND[chunk.text]
        return [Diagnostic(chunk.code, Source(shown), span, data, lang=lang)]
    text = LONG.get(chunk.text, chunk.text)
    variables = chunk.variables or LONG_VARIABLES.get(chunk.text, {})
    if chunk.where == "message":
        return list(su.render(text, variables, lang=lang).errors)
    if chunk.where == "compare":
        return list(su.check_condition(text, variables, lang=lang).errors)
    return list(su.evaluate(text, variables, lang=lang).errors)
