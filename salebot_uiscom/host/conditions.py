"""Does a block or an arrow apply? Condition, minus strings and comparison variable together (host.md 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..effects import Steps
from ..scope import DEAL, PREFIXES, is_name
from ..values import to_text
from .bot import Arrow, Block
from .matching import forbids, is_empty, matches

if TYPE_CHECKING:
    from ..interpreter import Interpreter
    from .turn import Turn


def applies(interpreter: Interpreter, turn: Turn, item: Block | Arrow, *, entering: bool = False) -> Steps[bool]:
    """Does it apply to the message of the turn, or, `entering` its block, can the timer of an arrow be planned?

    Minus strings look at the message only, so they do not hinder planning at entry.
    """
    compare = item.compare.strip()
    layer, name = split_name(compare)
    bare = bool(compare) and is_name(name)
    message = turn.question or ""
    subject = message
    if bare:
        prefixed = name != compare
        subject = to_text(turn.scope.get_in(layer, name) if prefixed else turn.scope.get(name))
    condition = yield from render(interpreter, turn, item.condition, f"{item.title}, условие")
    if entering and not bare:
        if not is_empty(condition):
            return False
    elif not matches(condition, subject, item.match):
        return False
    if not entering and item.minus.strip():
        minus = yield from render(interpreter, turn, item.minus, f"{item.title}, минус-слова")
        if forbids(minus, message, item.match):
            return False
    if compare and not bare:
        compiled = interpreter.compile_condition(compare, name=f"{item.title}, переменная для сравнения")
        outcome = yield from turn.perform(compiled.steps(turn.scope, turn.context), compiled.source)
        turn.report(outcome.errors)
        return bool(outcome.truth)
    return True


def render(interpreter: Interpreter, turn: Turn, text: str, name: str) -> Steps[str]:
    """A text with its `#{…}` filled in; what fails is left out and reported."""
    if "#{" not in text:
        return text
    compiled = interpreter.compile_template(text, name=name)
    outcome = yield from turn.perform(compiled.steps(turn.scope, turn.context), compiled.source)
    turn.report(outcome.errors)
    return str(outcome.text)


def split_name(name: str) -> tuple[str, str]:
    """`client.x` → ("client", "x"); a bare name belongs to the deal."""
    prefix, dot, rest = name.partition(".")
    return (PREFIXES[prefix], rest) if dot and prefix in PREFIXES else (DEAL, name)
