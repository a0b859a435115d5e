"""Lark reads `grammar/calculator.lark` and gives the tables by which `grammar.py` parses.

`python -m salebot_uiscom.lang.lark_tables` writes them to `tables.py`, so that no start has to import Lark and to analyse
a grammar that has not changed. Run it after a change of the grammar; until then the tables are made anew at each start.
"""

from __future__ import annotations

from pathlib import Path
from pprint import pformat
from typing import Any
from zlib import crc32

from .grammar import Reductions, Tables, grammar_text

_RULES = ": tuple[tuple[str, int, str, tuple[int, ...], tuple[int, ...]], ...]"
_TABLES = {"grammar": "", "patterns": "", "rules": _RULES, "states": ": tuple[dict[str, int], ...]", "last": ""}
_HEAD = '''"""Tables of the parser, made from grammar/calculator.lark by `python -m salebot_uiscom.lang.lark_tables`."""

'''


def build(text: str) -> Tables:
    """The tables of a grammar. State 0 is the first."""
    from lark import Lark
    from lark.parsers.lalr_parser import LALR_Parser

    lark = Lark(text, parser="lalr", lexer="basic", maybe_placeholders=False)
    parser: Any = lark.parser.parser
    assert isinstance(parser, LALR_Parser)
    table = parser._parse_table
    numbers = {rule: number for number, rule in enumerate(lark.rules)}
    # Lark numbers states by chance. Here they are numbered in the order in which they are reached.
    order = [table.start_states["start"]]
    states: list[dict[str, int]] = []
    for state in order:
        states.append({})
        for symbol, (action, argument) in sorted(table.states[state].items(), key=lambda item: str(item[0])):
            if action.name == "Shift" and argument not in order:
                order.append(argument)
            states[-1][str(symbol)] = order.index(argument) if action.name == "Shift" else ~numbers[argument]
    return Tables(
        crc32(text.encode()),
        {item.name: item.pattern.to_regexp() for item in lark.terminals if item.pattern is not None},
        tuple([_rule(rule) for rule in lark.rules]),
        tuple(states),
        order.index(table.end_states["start"]),
    )


def _rule(rule: Any) -> tuple[str, int, str, tuple[int, ...], tuple[int, ...]]:
    """What a reduction does: symbol, number of children, method, the children kept, those of them to be unfolded.

    Method "": the rule stands for its only child, or (a helper of Lark's, `_…`) for the list of its children.
    """
    origin, count = str(rule.origin.name), len(rule.expansion)
    kept = [place for place, item in enumerate(rule.expansion) if not (item.is_term and item.filter_out)]
    helpers = [not item.is_term and item.name.startswith("_") for item in rule.expansion]
    unfolded = [place for place in kept if helpers[place]]
    single = len(kept) == 1 and not unfolded
    passes = origin.startswith("_") or (single and not rule.alias and (rule.options.expand1 or origin == "start"))
    method = "" if passes else str(rule.alias or origin)
    if method and not hasattr(Reductions, method):
        raise LookupError(f"the grammar names {method}, which grammar.Reductions does not have")
    return origin, count, method, tuple(kept), tuple(unfolded)


def main() -> None:
    made = build(grammar_text())
    shown = {name: pformat(getattr(made, name), width=118, compact=True) for name in _TABLES}
    lines = [f"{name.upper()}{kind} = {shown[name]}\n" for name, kind in _TABLES.items()]
    Path(__file__).with_name("tables.py").write_text(
        _HEAD + "# fmt: off\n# ruff: noqa: E501\n" + "".join(lines), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
