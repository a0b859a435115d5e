"""What could have stood where the parser stopped, in words for authors."""

from __future__ import annotations

from typing import Any

from . import nodes
from .lexer import ParseFault, Token

_CLOSING = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}
_LOGIC = {"и": "and", "или": "or", "and": "and", "or": "or"}
NEGATIONS = ("не", "not")


def explained(tokens: list[Token], token: Any, terminals: Any, start: int, end: int) -> ParseFault:
    """The fault of an expression that stops making sense at a token.

    Args:
        tokens: all tokens of the expression; `token` is the guilty one, of type `$END` behind the last.
        terminals: names of the terminals that the parser could have taken.
        start, end: where the expression stands.
    """
    opened = _innermost(tokens, token)
    expected = _expected("NUMBER" in terminals, opened)
    if token.type == "$END":
        place = start if opened is None else opened.start_pos
        return ParseFault(place, end, "SB104", unfinished=True, **expected)
    return ParseFault(
        token.start_pos, token.end_pos, "SB102", name=_shown(token.value), **expected, **_advice(tokens, token)
    )


def _advice(tokens: list[Token], token: Any) -> dict[str, Any]:
    """A word of logic in Russian or in other letters; the denial that the language does not have."""
    word = _LOGIC.get(token.value.casefold()) if isinstance(token.value, str) else None
    if word is not None:
        return {
            "hint": {
                "ru": f"слово «{token.value}» пишется {word}: a == 1 {word} b == 2",
                "en": f"“{token.value}” is written {word}: a == 1 {word} b == 2",
            }
        }
    before = tokens[tokens.index(token) - 1].value if token in tokens[1:] else None
    if isinstance(before, str) and before.casefold() in NEGATIONS:
        return {
            "hint": {
                "ru": f"слова «{before}» в языке нет: пишут a != 1 или готово == False",
                "en": f"there is no word “{before}”: write a != 1 or ready == False",
            }
        }
    return {}


def _innermost(tokens: list[Token], until: Any) -> Token | None:
    """The bracket that is open where the parser stopped."""
    opened: list[Token] = []
    for token in tokens:
        if token is until:
            break
        if token.type in _CLOSING:
            opened.append(token)
        elif token.type in ("RPAR", "RSQB", "RBRACE") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "#{…}" if isinstance(value, nodes.Hole) else f"{value.quote}…{value.quote}"


def _expected(value: bool, opened: Token | None) -> dict[str, Any]:
    if value:
        return {
            "expected": "значение (число, имя, текст в кавычках, вызов, скобка)",
            "text_en": "a value (number, name, text in quotes, call, bracket)",
        }
    if opened is None:
        return {"expected": "знак действия или конец строки", "text_en": "an operator or the end of the line"}
    closing = _CLOSING[opened.type]
    return {"expected": f"знак действия, запятая или {closing}", "text_en": f"an operator, a comma or {closing}"}


#: What a text that is empty is told.
OF_NOTHING = _expected(True, None)
