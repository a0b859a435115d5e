"""What could have stood where the parser stopped, in words for authors."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ..messages.slips import cure_of
from . import nodes
from .lexer import ParseFault, Token

_CLOSING = {"LPAR": ")", "LSQB": "]", "LBRACE": "}"}
_LOGIC = {"и": "and", "или": "or", "and": "and", "or": "or"}
NEGATIONS = ("не", "not")
MAX_SHOWN = 30  # characters of a literal
_STARTS = frozenset({"NUMBER", "TEXT", "NAME", "SCOPED_NAME", "FUNCTION", "HOLE", "LBRACE"})
_ENDS = frozenset({"NUMBER", "TEXT", "NAME", "SCOPED_NAME", "HOLE", "RPAR", "RSQB", "RBRACE"})


def explained(tokens: list[Token], token: Any, terminals: Any, start: int, end: int) -> ParseFault:
    """The fault of an expression that stops making sense at a token.

    Args:
        tokens: all tokens of the expression; `token` is the guilty one, of type `$END` behind the last.
        terminals: names of the terminals that the parser could have taken.
        start, end: where the expression stands.
    """
    opened = _innermost(tokens, token)
    expected = _expected(terminals, opened)
    if token.type == "$END":
        place = start if opened is None else opened.start_pos
        return ParseFault(place, end, "SB104", unfinished=True, **expected)
    advice = _advice(tokens, token, opened)
    if advice:
        expected = {**expected, "hint": advice}
    return ParseFault(token.start_pos, token.end_pos, "SB102", name=_shown(token.value), **expected)


def _advice(tokens: list[Token], token: Any, opened: Token | None) -> dict[str, str]:
    """What the author may have meant by a token that cannot stand where it stands."""
    word = _LOGIC.get(token.value.casefold()) if isinstance(token.value, str) else None
    if word is not None:
        return {
            "ru": f"слово «{token.value}» пишется {word}: a == 1 {word} b == 2",
            "en": f"“{token.value}” is written {word}: a == 1 {word} b == 2",
        }
    at = tokens.index(token)
    before = tokens[at - 1] if at else None
    if before is None:
        return {}
    if isinstance(before.value, str) and before.value.casefold() in NEGATIONS:
        return {
            "ru": f"слова «{before.value}» в языке нет: пишут a != 1 или готово == False",
            "en": f"there is no word “{before.value}”: write a != 1 or ready == False",
        }
    is_glued = before.end_pos == token.start_pos
    if is_glued and (before.value, token.value) == ("<", ">"):
        return cure_of("order", name_meant="!=")
    if is_glued and (before.value, token.value) == ("/", "/"):
        return cure_of("division")
    if opened is not None and token.value == _CLOSING[opened.type] and before.value == ",":
        return cure_of("last_comma")
    if opened is not None and token.type in _STARTS:
        return _side_by_side(tokens, token, before, opened)
    return {}


def _side_by_side(tokens: list[Token], token: Any, before: Token, opened: Token) -> dict[str, str]:
    """Two values in brackets with nothing between them; a key without quotes."""
    at = tokens.index(opened)
    if opened.type == "LBRACE":
        if before.value in ("{", ","):
            return cure_of("bare_key", name=_shown(token.value)) if token.type == "NAME" else {}
        if before is tokens[at + 1] or tokens[tokens.index(before) - 1].value == ",":
            return cure_of("colon")
    is_list = opened.type != "LPAR" or (at > 0 and tokens[at - 1].type == "FUNCTION")
    is_index = opened.type == "LSQB" and at > 0 and tokens[at - 1].type in _ENDS
    if is_list and not is_index and before.type in _ENDS:
        return cure_of("comma", name=_shown(token.value))
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
    if isinstance(value, nodes.Hole):
        return _cut(f"#{{{value.raw}}}")
    inner = "".join(part if isinstance(part, str) else f"#{{{part.raw}}}" for part in value.parts)
    return f"{value.quote}{_cut(inner)}{value.quote}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _expected(terminals: Container[str], opened: Token | None) -> dict[str, Any]:
    if "NUMBER" in terminals and "NAME" not in terminals and opened is not None and opened.type == "LBRACE":
        return {"expected": "ключ в кавычках или }", "text_en": "a key in quotes or }"}
    if "NUMBER" in terminals:
        return OF_NOTHING
    if opened is None:
        return {"expected": "знак действия или конец строки", "text_en": "an operator or the end of the line"}
    if opened.type == "LBRACE" and "PLUS" not in terminals and "RBRACE" not in terminals:
        return {"expected": "двоеточие и значение", "text_en": "a colon and a value"}
    closing = _CLOSING[opened.type]
    return {"expected": f"знак действия, запятая или {closing}", "text_en": f"an operator, a comma or {closing}"}


#: What a text that is empty is told, and any place where a value is missing.
OF_NOTHING: dict[str, Any] = {
    "expected": "значение (число, имя, текст в кавычках, вызов, скобка)",
    "text_en": "a value (number, name, text in quotes, call, bracket)",
}
