"""Where a parser stopped inside broken code: the tokens before it, the brackets that are open, a change made there."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from ..lang.grammar import grammar
from ..lang.lexer import ParseFault, Token
from ..lang.scanner import Scanner

OPENING = {"LPAR", "LSQB", "LBRACE"}
CLOSES = {"RPAR", "RSQB", "RBRACE"}


@dataclass(frozen=True, slots=True)
class Repair:
    """One change. `kind`: key of `messages.slips`; `start`, `end`: the place that is told; `data`: for its text."""

    kind: str
    text: str
    start: int
    end: int
    data: dict[str, str]


class Place:
    """Where a parser stopped: the tokens before it and the brackets that are open there."""

    def __init__(self, text: str, fault: ParseFault, functions: Container[str]) -> None:
        self.text, self.fault, self.functions = text, fault, functions
        self.at, self.end = fault.start, fault.end
        self.is_end = fault.code == "SB104"
        until = len(text) if self.is_end else self.at
        try:
            self.tokens = grammar().tokenizer.tokenize(Scanner(text), 0, until, functions)
        except ParseFault:
            self.tokens = []
        self.opened: list[int] = []  # indexes of the tokens
        for index, token in enumerate(self.tokens):
            if token.type in OPENING:
                self.opened.append(index)
            elif token.type in CLOSES and self.opened:
                self.opened.pop()

    # ------------------------------------------------------------ what stands around

    @property
    def before(self) -> Token | None:
        return self.tokens[-1] if self.tokens else None

    @property
    def inside(self) -> str:
        """What is open: `call`, `group`, `index`, `array`, `dictionary`, or "" for nothing."""
        if not self.opened:
            return ""
        index = self.opened[-1]
        previous = self.tokens[index - 1] if index else None
        kind = self.tokens[index].type
        if kind == "LPAR":
            return "call" if previous is not None and previous.type == "FUNCTION" else "group"
        if kind == "LBRACE":
            return "dictionary"
        return "index" if previous is not None and ends_value(previous) else "array"

    @property
    def is_glued(self) -> bool:
        """No blank between the token before and the place."""
        return self.before is not None and self.before.end_pos == self.at

    @property
    def is_behind_key(self) -> bool:
        """`{"a"` or `{…, "a"`: a key that waits for its value."""
        if self.inside != "dictionary" or len(self.tokens) < 2:
            return False
        return ends_value(self.tokens[-1]) and (
            len(self.tokens) - 2 == self.opened[-1] or self.tokens[-2].value in (",", "-")
        )

    @property
    def shown(self) -> str:
        """The guilty piece, short."""
        found = self.text[self.at : self.end]
        return found if len(found) <= 30 else found[:29] + "…"

    def _changed(self, kind: str, start: int, end: int, new: str, place: tuple[int, int] | None = None,
                 **data: str) -> Repair:  # fmt: skip
        text = self.text[:start] + new + self.text[end:]
        return Repair(kind, text, *(place or (start, max(end, start + 1))), data)


def ends_value(token: Token) -> bool:
    return token.type in ("NUMBER", "NAME", "SCOPED_NAME", "TEXT", "HOLE") or token.type in CLOSES


__all__ = ["CLOSES", "OPENING", "Place", "Repair", "ends_value"]
