"""Reading a regular expression before the engine does: its size, and braces that mean themselves.

Size: the engine unrolls repetitions. `(?:ab){1000}` becomes a thousand copies, and nested ones multiply;
`((a{99}){99}){99}` fills the memory before any time limit can act, so the size is estimated first. Measured with regex
2026.11: at most 500 bytes and 10 microseconds for one unit of the estimate.

Braces: for Python's `re` a `{` that begins no repetition is an ordinary character, as in `{id: (\\d+)}`; the engine
would read some of these as its inexact matching.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Only what a name of a property may hold: nothing with a bracket may be taken for one.
_ESCAPE = re.compile(r"\\(?:[pPN]\{[\w ^&=:./-]*\}|.)", re.DOTALL)
# A class begins with its `]` as an ordinary character; a class that never ends is refused by the engine.
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\\\]])*\]", re.DOTALL)
_REPEAT = re.compile(r"[*+?]|\{(?=[0-9,])([0-9]*)(,[0-9]*)?\}")
# Comments, by the flag `x` or of the form `(?#…)`, can hide brackets from a simple reader.
_COMMENTS = re.compile(r"\(\?(?:[a-zA-Z0-9]*x|#)")
# Calls of a group from inside itself: no syntax of Python's `re`, and they can grow without end.
_RECURSION = re.compile(r"\(\?(?:R|[0-9]|[+-][0-9]|&|P>)")


@dataclass(frozen=True, slots=True)
class Examined:
    """`cost`: units of the compiled expression, one for each item in each copy; not exact beyond the limit asked for.
    `pattern`: the expression for the engine. `recursive`: it may call its own groups."""

    cost: int
    pattern: str
    recursive: bool


def examine(pattern: str, limit: int) -> Examined:
    """Read an expression in one pass; it may be broken, the engine will tell.

    Args:
        pattern: in the syntax of Python's `re`.
        limit: cost at which reading stops.
    """
    if len(pattern) > limit:
        return Examined(len(pattern), pattern, False)
    recursive = _RECURSION.search(pattern) is not None
    if _COMMENTS.search(pattern):
        return Examined(_flat_cost(pattern, limit), pattern, recursive)
    # Costs of the open groups, outermost first; `last` is the item that a repetition would apply to.
    totals, last = [0], 0
    pieces: list[str] = []
    copied = position = 0
    while position < len(pattern) and totals[-1] + last <= limit:
        char = pattern[position]
        if char in "*+?{":
            repeat = _REPEAT.match(pattern, position)
            if repeat:
                last *= _copies(repeat)
                position = repeat.end()
                continue
        totals[-1] += last
        last = 1
        if char in "\\[":
            token = (_ESCAPE if char == "\\" else _CLASS).match(pattern, position)
            if token is None:  # broken: the engine stops here, too
                break
            position = token.end()
            continue
        if char == "(":
            totals.append(0)
            last = 0
            position += 2 if pattern.startswith("(?", position) else 1
            continue
        if char == ")" and len(totals) > 1:
            last = totals.pop() + 1
        elif char == "{":
            pieces += (pattern[copied:position], "\\")
            copied = position
        position += 1
    return Examined(sum(totals) + last, "".join(pieces) + pattern[copied:], recursive)


def _flat_cost(pattern: str, limit: int) -> int:
    """Bound for an expression with comments, which hide the nesting: as if every repetition held all others."""
    cost = len(pattern)
    for repeat in _REPEAT.finditer(pattern):
        cost *= _copies(repeat)
        if cost > limit:
            break
    return cost


def _copies(repeat: re.Match[str]) -> int:
    """How often the engine writes out what is repeated: once, and once for each time that must be there."""
    if repeat[0] in "*?":
        return 1
    if repeat[0] == "+":
        return 2
    digits = repeat[1]
    # Nine digits are beyond any limit; `{,5}` demands nothing.
    return 10**9 if len(digits) > 9 else int(digits or 0) + 1
