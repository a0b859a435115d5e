"""Finds `grammar/`, builds the LALR parser once, turns its reductions into nodes."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from lark import Lark, Transformer
from lark.exceptions import UnexpectedToken

from . import nodes
from .lexer import ParseFault, Token, Tokenizer, Tokens

FILE = "calculator.lark"


def grammar_file() -> Path:
    """In a wheel the grammar lies inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "grammar", package.parent / "grammar"):
        if (folder / FILE).is_file():
            return folder / FILE
    raise FileNotFoundError(f"grammar/{FILE} is neither in {package} nor beside it; reinstall salebot-uiscom")


def _chain(node: type[Any]) -> Any:
    """Reduction of `operand (OPERATOR operand)*` to one flat node."""

    def reduce(self: Any, items: list[Any]) -> Any:
        operands = tuple(items[::2])
        return node(operands[0].start, operands[-1].end, operands, tuple([token.value for token in items[1::2]]))

    return reduce


def _logic(operator: str) -> Any:
    def reduce(self: Any, items: list[Any]) -> Any:
        operands = tuple(items[::2])
        return nodes.Logic(operands[0].start, operands[-1].end, operator, operands)

    return reduce


class _Nodes(Transformer[Any, Any]):
    """One method per rule of the grammar. Text and hole literals stay tokens until the parser has them (`parser.py`)."""

    disjunction = _logic("or")
    conjunction = _logic("and")
    comparison = _chain(nodes.Comparison)
    sum = _chain(nodes.Sum)
    product = _chain(nodes.Product)

    def start(self, items: list[Any]) -> Any:
        return items[0]

    def negative(self, items: list[Any]) -> Any:
        sign, operand = items
        return nodes.Negative(sign.start_pos, operand.end, operand, sign.start_pos)

    def power(self, items: list[Any]) -> Any:
        base, _, exponent = items
        return nodes.Power(base.start, exponent.end, base, exponent)

    def item(self, items: list[Any]) -> Any:
        return nodes.Item(items[0].start, items[3].end_pos, items[0], items[2])

    def number(self, items: list[Token]) -> Any:
        token = items[0]
        return nodes.Number(token.start_pos, token.end_pos, token.value)

    def negative_number(self, items: list[Token]) -> Any:
        return nodes.Number(items[0].start_pos, items[1].end_pos, "-" + items[1].value)

    def text(self, items: list[Token]) -> Any:
        return items[0].value

    hole = text

    def name(self, items: list[Token]) -> Any:
        token = items[0]
        return nodes.Name(token.start_pos, token.end_pos, token.value)

    def scoped_name(self, items: list[Token]) -> Any:
        from ..scope import PREFIXES

        token = items[0]
        prefix, _, name = token.value.partition(".")
        return nodes.Name(token.start_pos, token.end_pos, name, PREFIXES[prefix])

    def group(self, items: list[Any]) -> Any:
        return nodes.Group(items[0].start_pos, items[2].end_pos, items[1])

    def call(self, items: list[Any]) -> Any:
        return nodes.Call(items[0].start_pos, items[-1].end_pos, items[0].value, tuple(items[2:-1]))

    def array(self, items: list[Any]) -> Any:
        return nodes.Array(items[0].start_pos, items[-1].end_pos, tuple(items[1:-1]))

    def dictionary(self, items: list[Any]) -> Any:
        inner = items[1:-1]
        return nodes.Dictionary(
            items[0].start_pos, items[-1].end_pos, tuple(zip(inner[::2], inner[1::2], strict=True))
        )


class Grammar:
    """The parser with its tokenizer; one per process."""

    def __init__(self) -> None:
        self._lark = Lark(
            grammar_file().read_text(encoding="utf-8"),
            parser="lalr",
            lexer=Tokens,
            transformer=_Nodes(),
            maybe_placeholders=False,
        )
        patterns = {item.name: item.pattern.to_regexp() for item in self._lark.terminals if item.pattern is not None}
        self.tokenizer = Tokenizer(patterns)

    def parse(self, tokens: list[Token], start: int, end: int) -> Any:
        """Nodes of one expression. `start` and `end` say where the text stood, for errors."""
        try:
            return self._lark.parse(tokens)  # type: ignore[arg-type]
        except UnexpectedToken as error:
            token = error.token
            if token.type == "$END":
                raise ParseFault(start, end, "SB104", unfinished=True) from None
            raise ParseFault(token.start_pos, token.end_pos, "SB102", got=token.value) from None


_lock = threading.Lock()
_grammar: Grammar | None = None


def grammar() -> Grammar:
    global _grammar
    if _grammar is None:
        with _lock:
            if _grammar is None:
                _grammar = Grammar()
    return _grammar
