"""Functions of which the fast code does the usual case itself instead of calling them.

Each maker gets the call and gives the piece of code, or None where the call has no such form.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import located as py
from . import nodes
from .made import ANY, DICT, LIST, NUM, STR, TRUTH, Made, merged, parts_are_word, total_length

if TYPE_CHECKING:
    from .fast import Fast

_LONGEST = 1e7  # characters, elements: no text or container is longer
_SMALL = 1e11  # up to here a shifted number still has its fraction


def _len(fast: Fast, node: nodes.Call) -> Made | None:
    made = fast.make(node.arguments[0])
    if made.is_const or made.kind in (LIST, DICT, TRUTH, NUM):
        return None
    length = _LONGEST if made.kind != STR or made.length is None else float(made.length)
    return Made(fast.invoke("len", fast.text_form(made)), NUM, most=length)


def _concat(fast: Fast, node: nodes.Call) -> Made | None:
    pieces: list[Any] = []
    lengths: list[int | None] = []
    for argument in node.arguments:
        made = fast.make(argument)
        pieces.extend(fast.pieces(made))
        lengths.append(fast.length_of(made))
    pieces = merged(pieces)
    if len(pieces) == 1:
        return None
    return Made(None, STR, word=parts_are_word(pieces), parts=pieces, length=total_length(lengths))


def _arr_len(fast: Fast, node: nodes.Call) -> Made | None:
    if len(node.arguments) != 1:
        return None
    made = fast.container(node.arguments[0])
    return Made(fast.invoke("len", made.code), NUM, most=_LONGEST) if made.kind in (LIST, DICT) else None


def _method(method: str) -> Callable[[Fast, nodes.Call], Made | None]:
    """A text function that is the method of `str` and keeps the length of usual texts."""

    def inline(fast: Fast, node: nodes.Call) -> Made | None:
        form = fast.text_form(fast.make(node.arguments[0]))
        if isinstance(form, str):
            return None
        return Made(fast.placed(py.Call(fast.at(py.Attribute(form, method, ast.Load())), [], [])), STR)

    return inline


def _round(fast: Fast, node: nodes.Call) -> Made | None:
    """A float away from a half: there Python rounds as the decimal text does (see `functions.math.round_`)."""
    made = fast.make(node.arguments[0])
    digits = int(node.arguments[1].text) if _is_digit(node) else None
    if made.is_const or made.kind not in (NUM, ANY) or digits is None:
        return None
    first, name = fast.held(fast.finite(made) if made.kind == NUM else fast.number(made))
    shift = 10.0**digits
    most = None if made.kind == ANY else made.most
    certain = made.real and most is not None and most * shift < _SMALL
    shifted, moved = fast.held(fast.binary(first if certain else fast.load(name), "*", fast.value(shift)))
    tests = [] if certain else [fast.is_a(first, "float")]
    if not certain:
        tests.append(fast.compare(shifted, ast.Lt(), fast.value(_SMALL)))
        tests.append(fast.compare(fast.load(moved), ast.Gt(), fast.value(-_SMALL)))
    rest, part = fast.held(fast.binary(shifted if certain else fast.load(moved), "%", fast.value(1.0)))
    above = fast.compare(fast.load(part), ast.Gt(), fast.value(0.501))
    tests.append(fast.at(py.BoolOp(ast.Or(), [fast.compare(rest, ast.Lt(), fast.value(0.499)), above])))
    function = fast.general.need("f_round", fast.catalog["round"].call)
    fast.free.add(function)
    quick = fast.invoke("round", fast.load(name), fast.value(digits))
    full = fast.invoke(function, fast.load(name), fast.value(digits))
    return Made(fast.choose(fast.both(*tests), quick, full), NUM, most=None if most is None else most + 1.0)


def _is_digit(node: nodes.Call) -> bool:
    return (
        len(node.arguments) == 2
        and isinstance(node.arguments[1], nodes.Number)
        and node.arguments[1].text in "0123456789"
    )


INLINED: dict[str, Callable[[Fast, nodes.Call], Made | None]] = {
    "len": _len,
    "concat": _concat,
    "arr_len": _arr_len,
    "lower": _method("lower"),
    "round": _round,
    "upper": _method("upper"),
}
