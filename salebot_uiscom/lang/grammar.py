"""Finds `grammar/`, builds the LALR parser once, turns its reductions into nodes."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from ..scope import PREFIXES
from . import nodes
from .expected import explained
from .lexer import Token, Tokenizer

FILE = "calculator.lark"


def grammar_file() -> Path:
    """In a wheel the grammar lies inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "grammar", package.parent / "grammar"):
        if (folder / FILE).is_file():
            return folder / FILE
    raise FileNotFoundError(f"grammar/{FILE} is neither in {package} nor beside it; reinstall salebot-uiscom")


def _flat(node: type[Any], items: list[Any]) -> Any:
    """`operand OPERATOR operand …` as one node."""
    return node(items[0].start, items[-1].end, tuple(items[::2]), tuple([token.value for token in items[1::2]]))


def _grouped(items: list[Any], tight: str, make_tight: Any, make_loose: Any) -> Any:
    """Two strengths of binding in one flat list: runs of the tight operator first, then the rest."""
    runs: list[Any] = []
    run: list[Any] = [items[0]]
    for operator, operand in zip(items[1::2], items[2::2], strict=True):
        if operator.type == tight:
            run += (operator, operand)
        else:
            runs += (make_tight(run) if len(run) > 1 else run[0], operator)
            run = [operand]
    runs.append(make_tight(run) if len(run) > 1 else run[0])
    return make_loose(runs) if len(runs) > 1 else runs[0]


def _logic(operator: str) -> Any:
    def make(items: list[Any]) -> Any:
        operands = tuple(items[::2])
        return nodes.Logic(operands[0].start, operands[-1].end, operator, operands)

    return make


_AND, _OR = _logic("and"), _logic("or")


def _product(items: list[Any]) -> Any:
    return _flat(nodes.Product, items)


def _sum(items: list[Any]) -> Any:
    return _flat(nodes.Sum, items)


class _Nodes:
    """One method per rule of the grammar, called by Lark at each reduction. Text and hole literals stay tokens until the parser has them (`parser.py`)."""

    def expression(self, items: list[Any]) -> Any:
        return _grouped(items, "AND", _AND, _OR)

    def comparison(self, items: list[Any]) -> Any:
        return _flat(nodes.Comparison, items)

    def arithmetic(self, items: list[Any]) -> Any:
        return _grouped(items, "MULTIPLY", _product, _sum)

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
        return nodes.Dictionary(items[0].start_pos, items[-1].end_pos, tuple(zip(inner[::2], inner[1::2], strict=True)))


class Grammar:
    """The parser with its tokenizer; one per process. Lark is imported when something is parsed for the first time."""

    def __init__(self) -> None:
        from lark import Lark
        from lark.exceptions import UnexpectedToken
        from lark.lexer import Lexer

        class Tokens(Lexer):
            """Hands tokens made by `Tokenizer` to Lark."""

            def __init__(self, lexer_conf: Any) -> None:
                pass

            def lex(self, data: list[Token]) -> Any:  # type: ignore[override]
                return iter(data)

        lark = Lark(
            grammar_file().read_text(encoding="utf-8"),
            parser="lalr",
            lexer=Tokens,
            transformer=_Nodes(),  # type: ignore[arg-type]
            maybe_placeholders=False,
        )
        self._parse = lark.parse
        self._unexpected = UnexpectedToken
        self.tokenizer = Tokenizer(
            {item.name: item.pattern.to_regexp() for item in lark.terminals if item.pattern is not None}
        )

    def parse(self, tokens: list[Token], start: int, end: int) -> Any:
        """Nodes of one expression. `start` and `end` say where the text stood, for errors."""
        try:
            return self._parse(tokens)
        except self._unexpected as error:
            raise explained(tokens, error.token, error.expected, start, end) from None


_lock = threading.Lock()
_grammar: Grammar | None = None


def grammar() -> Grammar:
    global _grammar
    if _grammar is None:
        with _lock:
            if _grammar is None:
                _grammar = Grammar()
    return _grammar
