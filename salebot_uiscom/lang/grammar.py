"""Parses tokens by the tables that Lark made of `grammar/calculator.lark`, and turns each reduction into a node.

Lark itself is imported only where the grammar is newer than the tables (`lark_tables.py`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any
from zlib import crc32

from ..record import record
from ..scope import PREFIXES
from . import nodes
from .expected import explained
from .lexer import Token, Tokenizer

FILE = "calculator.lark"


def grammar_text() -> str:
    """The grammar. In a wheel it lies inside the package, in a checkout beside it."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in (package, os.path.dirname(package)):
        path = os.path.join(folder, "grammar", FILE)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
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


class Reductions:
    """One method per rule of the grammar. The values of text and hole tokens are nodes already (`parser.py`)."""

    def expression(self, items: list[Any]) -> Any:
        return _grouped(items, "AND", _AND, _OR)

    def comparison(self, items: list[Any]) -> Any:
        return _flat(nodes.Comparison, items)

    def arithmetic(self, items: list[Any]) -> Any:
        return _grouped(items, "MULTIPLY", _product, _sum)

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


@record
class Tables:
    """What Lark found out about a grammar.

    Attributes:
        grammar: checksum of its text.
        patterns: terminal → regular expression.
        rules: symbol, number of children, method of `Reductions`, children kept, those of them to be unfolded.
        states: for each state symbol → next state, or `~rule` to be reduced. State 0 is the first.
        last: the state in which the text is complete.
    """

    grammar: int
    patterns: dict[str, str]
    rules: tuple[tuple[str, int, str, tuple[int, ...], tuple[int, ...]], ...]
    states: tuple[dict[str, int], ...]
    last: int


def _tables() -> Tables:
    from . import tables

    text = grammar_text()
    if crc32(text.encode()) != tables.GRAMMAR:
        from .lark_tables import build

        return build(text)
    return Tables(tables.GRAMMAR, tables.PATTERNS, tables.RULES, tables.STATES, tables.LAST)


def _gather(kept: tuple[int, ...], unfolded: tuple[int, ...]) -> Callable[[list[Any]], list[Any]]:
    """The children of a node: without those that mean nothing, lists of helper rules unfolded."""

    def gather(items: list[Any]) -> list[Any]:
        found: list[Any] = []
        for place in kept:
            if place not in unfolded:
                found.append(items[place])
            elif found:
                found += items[place]
            else:  # a growing list keeps growing, so that a long one takes linear time
                found = items[place]
        return found

    return gather


_Make = Callable[[list[Any]], Any]


class Grammar:
    """The parser with its tokenizer; one per process."""

    def __init__(self) -> None:
        tables = _tables()
        self._states, self._last = tables.states, tables.last
        self._rules = [self._rule(*rule) for rule in tables.rules]
        self.tokenizer = Tokenizer(tables.patterns)

    @staticmethod
    def _rule(
        origin: str, count: int, method: str, kept: tuple[int, ...], unfolded: tuple[int, ...]
    ) -> tuple[str, int, _Make | None, _Make | None]:
        """Symbol, number of children, how they are gathered (None: as they are), what makes a node of them (None: the
        rule stands for its only child)."""
        make: _Make | None = getattr(Reductions(), method) if method else None
        gather = None if len(kept) == count and not unfolded else _gather(kept, unfolded)
        if not method and origin.startswith("_"):
            gather, make = None, _gather(kept, unfolded)
        return origin, count, gather, make

    def parse(self, tokens: list[Token], start: int, end: int) -> Any:
        """Nodes of one expression. `start` and `end` say where the text stood, for errors."""
        table, rules = self._states, self._rules
        state, states = 0, [0]
        values: list[Any] = []
        for token in (*tokens, _END):
            kind = token.type
            while True:
                action = table[state].get(kind)
                if action is None:
                    if state == self._last:
                        return values[0]
                    raise explained(tokens, token, table[state], start, end)
                if action >= 0:
                    break
                origin, count, gather, make = rules[~action]
                if make is None:  # a value on its way up: only the state changes
                    state = states[-1] = table[states[-2]][origin]
                    continue
                items = values[-count:]
                del values[-count:]
                del states[-count:]
                values.append(make(items if gather is None else gather(items)))
                state = table[states[-1]][origin]
                states.append(state)
            states.append(action)
            values.append(token)
            state = action
        raise AssertionError("the tables never leave the end of a text unanswered")


_END = Token("$END", "", 0, 0)
_lock = threading.Lock()
_grammar: Grammar | None = None


def grammar() -> Grammar:
    global _grammar
    if _grammar is None:
        with _lock:
            if _grammar is None:
                _grammar = Grammar()
    return _grammar
