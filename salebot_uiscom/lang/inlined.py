"""Functions of which the fast code does the usual case itself instead of calling them.

Each maker gets the call and its first argument, and gives the piece of code, or None where the call has no such form;
then it has made nothing else, so that the argument serves the full form.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import located as py
from . import nodes
from .made import ANY, DICT, LIST, NUM, STR, TRUTH, WHOLE, Made, merged, of_parts, total_length

if TYPE_CHECKING:
    from .fast import Fast

Maker = Callable[["Fast", nodes.Call, Made], Made | None]

_GROWTH = 3  # capitals, or small letters, of one letter
_LONGEST = 1e7  # characters, elements: no text or container is longer
_SMALL = 1e11  # up to here a shifted number still has its fraction


def _len(fast: Fast, node: nodes.Call, made: Made) -> Made | None:
    if made.is_const or made.kind in (LIST, DICT, TRUTH, NUM):
        return None
    length = _LONGEST if made.kind != STR or made.length is None else float(made.length)
    return Made(fast.invoke("len", fast.text_form(made)), NUM, most=length)


def _concat(fast: Fast, node: nodes.Call, made: Made) -> Made | None:
    found = [made, *[fast.make(argument) for argument in node.arguments[1:]]]
    pieces = merged([piece for item in found for piece in fast.pieces(item)])
    lengths = [fast.length_of(item) for item in found]
    return of_parts(pieces, total_length(lengths), sum([fast.weight_of(item) for item in found]))


def _arr_len(fast: Fast, node: nodes.Call, made: Made) -> Made | None:
    if len(node.arguments) != 1:
        return None
    return Made(fast.invoke("len", made.code), NUM, most=_LONGEST) if made.kind in (LIST, DICT) else None


def _method(method: str) -> Maker:
    """A text function that is the method of `str`."""

    def inline(fast: Fast, node: nodes.Call, made: Made) -> Made | None:
        if made.is_const:
            return None
        code = fast.placed(py.Call(fast.at(py.Attribute(fast.text_form(made), method, ast.Load())), [], []))
        weight = _GROWTH * fast.weight_of(made)
        return Made(fast.fitting(code, weight), STR, weight=min(weight, WHOLE))

    return inline


def _round(fast: Fast, node: nodes.Call, made: Made) -> Made | None:
    """A float away from a half: there Python rounds as the decimal text does (see `functions.math.round_`)."""
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
    return len(node.arguments) == 2 and isinstance(node.arguments[1], nodes.Number) and len(node.arguments[1].text) == 1


INLINED: dict[str, Maker] = {
    "len": _len,
    "concat": _concat,
    "arr_len": _arr_len,
    "lower": _method("lower"),
    "round": _round,
    "upper": _method("upper"),
}
