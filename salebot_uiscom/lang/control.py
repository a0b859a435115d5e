"""Branches and loops as other languages write them, and how this one says the same."""

from __future__ import annotations

from ..patterns import pattern
from .scanner import QUOTES, Scanner

MAX_SHOWN = 100
MAX_LINE = 300  # longer ones cannot be shown
_MANY_BLANKS = " " * 8  # cost their square to look through

_WORD = pattern(r"(?i)(if|elif|else|elseif|while|for|foreach|если|иначе|пока|для)(?!\w)")
_BRANCHED = pattern(
    r"(?is)(?:if|если)(?!\w)\s*(.+?)\s*(?:[:{]|\bthen\b|\bто\b)\s*([^\W\d_][\w.]*)\s*=(?!=)\s*([^{}]+?)\s*;?\s*\}?\s*"
)
_CALLED = pattern(r"(?is)if\s*\((.*)\)\s*;?")
_ASSIGNED = pattern(r"(?s)\s*([^\W\d_][\w.]*)\s*=(?!=)\s*(.+?)\s*")
_SINGLE_EQUALS = pattern(r"(?<![=!<>])=(?![=<>])")
_SEPARATES = pattern(r"[()\[\]{}\"'`,;]")
_LOOPS = ("while", "for", "foreach", "пока", "для")
_HOW = {
    "ru": "условие пишут функцией if(условие, да, нет): b = if(a == 1, 2, 3)",
    "en": "a condition is the function if(condition, yes, no): b = if(a == 1, 2, 3)",
}
_NO_LOOPS = {
    "ru": "циклов в языке нет; над целым массивом работают функции: sum_array, sort, get_values_by_key …",
    "en": "there are no loops; functions work on whole arrays: sum_array, sort, get_values_by_key …",
}


def control_advice(line: str) -> dict[str, str]:
    """How to write a line that begins with `if`, `else`, `for` and the like; empty for any other line.

    `if(a == 1, b = 2, b = 3)` and `if (a == 1): b = 2` are put into the language's words.
    """
    word = _WORD.match(line)
    if word is None or len(line) > MAX_LINE or _MANY_BLANKS in line:
        return {}
    rest = line[word.end() :].lstrip()
    if word[1].casefold() in _LOOPS:
        return dict(_NO_LOOPS) if " in " in rest or rest.startswith("(") or rest.endswith(":") else {}
    if word[1].casefold() in ("if", "если"):
        written = assigned_by_if(line) or _branched(line)
        if written:
            return {"ru": f"напишите так: {written}", "en": f"write it so: {written}"}
        return dict(_HOW) if rest.rstrip().endswith((":", "{")) or _BRANCHED.fullmatch(line) else {}
    return dict(_HOW) if rest.startswith((":", "{", "(")) or rest.rstrip().endswith((":", "{")) or "=" in rest else {}


def assigned_by_if(text: str) -> str:
    """`b = if(a == 1, 2, 3)` for `if(a == 1, b = 2, b = 3)`; or ""."""
    called = _CALLED.fullmatch(text) if len(text) <= MAX_LINE else None
    parts = _parts(called[1]) if called else []
    if len(parts) not in (2, 3):
        return ""
    condition = _SINGLE_EQUALS.sub("==", parts[0].strip())
    assigned = [_ASSIGNED.fullmatch(part) for part in parts[1:]]
    values: dict[str, list[str]] = {}
    for place, found in enumerate(assigned):
        if found is not None:
            values.setdefault(found[1], [found[1], found[1]])[place] = found[2]
    if not values or any(found is None and part.strip() for found, part in zip(assigned, parts[1:], strict=True)):
        return ""
    written = "; ".join(f"{name} = if({condition}, {yes}, {no})" for name, (yes, no) in values.items())
    return written if len(written) <= MAX_SHOWN and len(values) == 1 else ""


def _branched(line: str) -> str:
    found = _BRANCHED.fullmatch(line)
    if found is None:
        return ""
    condition = found[1].strip()
    if condition.startswith("(") and condition.endswith(")"):
        condition = condition[1:-1].strip()
    condition = _SINGLE_EQUALS.sub("==", condition)
    written = f"{found[2]} = if({condition}, {found[3]}, {found[2]})"
    return written if len(written) <= MAX_SHOWN else ""


def _parts(text: str) -> list[str]:
    """Pieces between the commas that stand outside brackets and quotes."""
    found, depth, begin, place, scanner = [], 0, 0, 0, Scanner(text)
    while match := _SEPARATES.search(text, place):
        char, place = match[0], match.end()
        if char in QUOTES:
            closing = scanner.text_end(match.start()) if scanner.opens_text(match.start()) else -1
            place = max(place, closing + 1)
        elif char in ",;":
            if depth == 0:
                found.append(text[begin : match.start()])
                begin = place
        else:
            depth += (char in "([{") - (char in ")]}")
    return [*found, text[begin:]]


__all__ = ["assigned_by_if", "control_advice"]
