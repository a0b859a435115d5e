"""Nodes → Python code that is right for the usual types and raises for everything else.

The code reads a plain dict `v`. Any exception means "not this way": the caller then takes the full rules from the failing
statement on (`general.py`), so what stands here may only give a value where the full rules give the same.

How it stays honest and quick (each trick is a few nanoseconds):
* `+x` passes int and float, and raises for text, none and containers; ordering against a number raises by itself.
* bool is a number in arithmetic but not in comparisons: where True or False could change a result, it is ruled out.
* a result that may be out of range is tested once, where it leaves arithmetic: `(r + r) * 0.0` is nan or an error from
  0.9e308 on, and an error for what is no number.
* a text that begins or ends so that it can be nothing but text (`Made.word`) may be joined further without looking at it;
  the texts of variables are looked up in a table of those that are known to begin like this (`memo.WORDS`).
* what is known of a value before it runs (`made.py`) is not tested.
* with `texts`, an operand that is a text is looked up in a table of numbers (`memo.NUMBERS`); variables that held texts
  when the statement was built (`seen`) are looked up at once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ..budget import LONG
from ..functions.catalog import Catalog
from ..scope import CARD, CLOCK_NAMES, CONSTANTS, READONLY
from ..values import (
    BOOL,
    DATE,
    DATETIME,
    LIMIT_FLOAT,
    NUMBER,
    TEXT,
    TIME,
    is_canonical,
    text_class,
    to_number,
    to_text,
    to_truth,
    to_whole,
)
from . import located as py
from . import nodes
from .general import MAX_IF, General, number_value
from .inlined import INLINED
from .made import (
    ANY,
    DICT,
    LIST,
    MANY_PARTS,
    NUM,
    NUMBER_ROOM,
    SHORT_ROOM,
    STR,
    TRUTH,
    WHOLE,
    Made,
    calculated,
    harmful_truths,
    is_repeatable,
    is_simple,
    is_text,
    joined_items,
    literal,
    merged,
    of_parts,
    total_length,
    total_room,
)
from .memo import NEARLY_LIMIT

if TYPE_CHECKING:
    from ..functions.registry import Function

_MANY_FACTORS = 8  # whole numbers out of range are no larger than the product of so many
_OPERATORS: dict[str, Any] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "%": ast.Mod}
_COMPARE: dict[str, Any] = {"==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}


class NotFast(Exception):
    """This piece has no fast form."""


class Fast:
    """Builds code for one text. `modes[i]` says of statement i: "numbers", "texts" or "general"."""

    def __init__(self, general: General, *, layered: bool) -> None:
        self.general = general
        self.catalog: Catalog = general.catalog
        self.layered = layered
        self.texts = False
        self.seen: frozenset[str] = frozenset()  # with `texts`: variables that held texts
        self.free: set[str] = {"c_to_number", "c_to_whole", "c_to_truth"}  # called names that never charge the budget
        self.numeric: set[str | None] = set()  # names whose number is held in a local, within one statement
        self.words = False  # with `texts`: `a + b` of two variables joins texts
        self.names = general.names
        self._use = general.used.add
        self.line = 1
        self.locals: dict[str, Made] = {}
        self._journal: list[tuple[str, Made | None]] = []
        self.counts: dict[str, int] = {}
        self.certain = True  # is the code under construction executed whenever the statement is?
        self._temporaries = 0
        self.start = self.end = 0  # of the node that is being made
        self.uses_run = False
        self.uses_clock = False

    # ------------------------------------------------------------ small builders

    def at(self, made: Any) -> Any:
        """Give a Python node the number of its statement."""
        if self.line != 1:
            made.lineno = made.end_lineno = self.line
        return made

    def placed(self, made: Any) -> Any:
        """Give a call the place of the author's that is being made, for errors that are told at once."""
        made.lineno = made.end_lineno = self.line
        made.col_offset, made.end_col_offset = self.start, self.end
        return made

    def load(self, name: str) -> Any:
        self._use(name)
        return self.at(py.Name(name, ast.Load()))

    def store(self, name: str) -> Any:
        return self.at(py.Name(name, ast.Store()))

    def value(self, value: Any) -> Any:
        return self.at(py.Constant(value))

    def invoke(self, name: str, *arguments: Any) -> Any:
        return self.placed(py.Call(self.load(name), list(arguments), []))

    def temporary(self) -> str:
        self._temporaries += 1
        return f"x{self._temporaries}"

    def held(self, code: Any) -> tuple[Any, str]:
        """`(t := code)` and the name `t`."""
        name = self.temporary()
        return self.at(py.NamedExpr(self.store(name), code)), name

    def compare(self, left: Any, operator: Any, right: Any) -> Any:
        return self.at(py.Compare(left, [operator], [right]))

    def choose(self, test: Any, yes: Any, no: Any) -> Any:
        return self.at(py.IfExp(test, yes, no))

    def both(self, *tests: Any) -> Any:
        return tests[0] if len(tests) == 1 else self.at(py.BoolOp(ast.And(), list(tests)))

    def binary(self, left: Any, sign: str, right: Any) -> Any:
        return self.at(py.BinOp(left, _OPERATORS[sign](), right))

    def is_a(self, code: Any, kind: str) -> Any:
        return self.compare(self.invoke("type", code), ast.Is(), self.load(kind))

    # ------------------------------------------------------------ uses of a piece

    def is_seen_text(self, made: Made) -> bool:
        """Is this a variable that is taken for a text, so that any other value is a miss?"""
        return self.texts and made.kind == ANY and made.name in self.seen

    def bound_of(self, made: Made) -> float | None:
        """An upper bound of the absolute value that a piece has in arithmetic."""
        if made.is_const and isinstance(made.const, str):
            kind, meant = text_class(made.const)
            return abs(float(meant)) if kind in (NUMBER, BOOL) and -LIMIT_FLOAT < meant < LIMIT_FLOAT else None
        return made.bound

    def number(self, made: Made) -> Any:
        """Code that is a number for certain (or raises)."""
        if made.kind == NUM:
            return made.code
        if made.is_const:
            if made.const is None:
                raise NotFast
            kind, meant = text_class(made.const) if isinstance(made.const, str) else (NUMBER, made.const)
            if kind in (NUMBER, BOOL) and -NEARLY_LIMIT < meant < NEARLY_LIMIT:
                return self.value(+meant)  # True counts as 1
            raise NotFast
        if made.kind in (LIST, DICT) or made.text:
            raise NotFast
        if made.kind == TRUTH:
            return self.at(py.UnaryOp(ast.UAdd(), made.code))
        if made.kind == STR:
            return self.at(py.Subscript(self.load("N"), self.joined(made), ast.Load()))
        if not self.texts:
            return self.at(py.UnaryOp(ast.UAdd(), made.code if made.loose is None else made.loose))
        if made.numbered:
            return self.load(f"n_{made.name}")
        if self.is_seen_text(made):
            code = self.at(py.Subscript(self.load("N"), made.code, ast.Load()))
        else:
            first, again = self.twice(made)
            looked_up = self.at(py.Subscript(self.load("N"), again, ast.Load()))
            number = self.at(py.UnaryOp(ast.UAdd(), self.copy_of(again)))
            code = self.choose(self.is_a(first, "str"), looked_up, number)
        if made.name is None or made.again is None or not self.certain or made.name in self.numeric:
            return code  # a local that is filled by now may be filled after this
        self.numeric.add(made.name)  # read again later in this statement: looked up once
        return self.at(py.NamedExpr(self.store(f"n_{made.name}"), code))

    def twice(self, made: Made) -> tuple[Any, Any]:
        """Code of a piece and code of the same value again."""
        if made.again is not None:
            return made.code, made.again()
        first, name = self.held(made.code)
        return first, self.load(name)

    def copy_of(self, code: Any) -> Any:
        return self.load(code.id) if isinstance(code, ast.Name) else code

    def finite(self, made: Made) -> Any:
        """Code of a number within range (or raises)."""
        if not made.big:
            return made.code
        first, name = self.held(made.code)
        return self.choose(self.within_range(first, name), self.load(name), self.invoke("miss"))

    def within_range(self, first: Any, name: str) -> Any:
        """True for a number within range; false, or an error, for anything else.

        `first` is code that stores the number under `name`. Two comparisons cost a float next to nothing.
        """
        below = self.compare(first, ast.Lt(), self.value(NEARLY_LIMIT))
        return self.both(below, self.compare(self.load(name), ast.Gt(), self.value(-NEARLY_LIMIT)))

    def joined(self, made: Made) -> Any:
        """A text under construction, finished."""
        if made.parts is None:
            return made.code
        if len(made.parts) == 1 and not isinstance(made.parts[0], str):
            return made.parts[0]
        pieces: list[Any] = []
        for part in made.parts:
            if isinstance(part, str):
                pieces.append(self.value(part))
            else:
                pieces.append(self.at(py.FormattedValue(part, -1, None)))
        if sum(not isinstance(part, str) for part in made.parts) > MANY_PARTS:
            raise NotFast
        return self.fitting(self.at(py.JoinedStr(pieces)), made.weight)

    def fitting(self, code: Any, weight: int) -> Any:
        """A text that must not be longer than a text may be; tested where it could."""
        return code if weight <= MANY_PARTS else self.invoke("fitting", code)

    def plain(self, made: Made) -> Any:
        """The value itself, finished: numbers within range, texts joined."""
        return self.joined(made) if made.kind == STR else self.finite(made)

    def text_form(self, made: Made) -> Any:
        """Code of the text form: a str."""
        if made.is_const:
            return to_text(made.const)
        if made.kind == STR:
            return self.joined(made)
        if made.kind not in (ANY, NUM):
            return self.invoke("plain_text", self.finite(made))
        first, again = self.twice(Made(self.finite(made), again=made.again if not made.big else None))
        if made.real:
            return self._fraction_text(first, again)
        whole = self.placed(py.Call(self.load("str"), [self.copy_of(again)], []))
        if made.kind == NUM:
            return self.choose(self.is_a(first, "int"), whole, self._fraction_text(self.copy_of(again), again))
        number = self.choose(self.is_a(again, "int"), whole, self.invoke("plain_text", self.copy_of(again)))
        return self.choose(self.is_a(first, "str"), self.copy_of(again), number)

    def _fraction_text(self, first: Any, again: Any) -> Any:
        """The text of a float: Python's own where it has a fraction and no exponent."""
        fraction = self.binary(first, "%", self.value(1.0))
        written, name = self.held(self.invoke("repr", self.copy_of(again)))
        usual = self.both(fraction, self.compare(self.value("e"), ast.NotIn(), written))
        return self.choose(usual, self.load(name), self.invoke("plain_text", self.copy_of(again)))

    def length_of(self, made: Made) -> int | None:
        """An upper bound of the length of the text form."""
        if made.is_const:
            return len(to_text(made.const))
        if made.kind == STR:
            return made.length
        return NUMBER_ROOM if made.kind in (NUM, TRUTH) else None

    def weight_of(self, made: Made) -> int:
        """See `Made.weight`."""
        length = self.length_of(made)
        return made.weight if length is None else length // LONG

    def pieces(self, made: Made) -> list[Any]:
        return made.parts if made.parts is not None else [self.text_form(made)]

    # ------------------------------------------------------------ expressions

    def make(self, node: Any) -> Made:
        maker = _MAKERS.get(type(node))
        if maker is None:
            raise NotFast
        start, end = self.start, self.end
        self.start, self.end = node.start, node.end
        made = maker(self, node)
        self.start, self.end = start, end
        return made

    def make_number(self, node: nodes.Number) -> Made:
        if is_canonical(node.text):
            number = number_value(node.text)
            return literal(self.value(number), number)
        return literal(self.value(node.text), node.text)

    def make_name(self, node: nodes.Name) -> Made:
        if node.layer is not None:
            raise NotFast
        if node.name == "None":
            return Made(self.value(None), ANY, const=None, is_const=True)
        if node.name in CONSTANTS and node.name != "E":
            # A user cannot own these names (they are reserved); `true` keeps its spelling only as a whole right side.
            return Made(self.value(CONSTANTS[node.name]), TRUTH, const=CONSTANTS[node.name], is_const=True)
        if node.name in CLOCK_NAMES and not self.layered:
            return self._from_clock(node.name)
        known = self.locals.get(node.name)
        if known is not None:
            known.fresh = False  # another may hold it from now on
            made = known.reading(known.code(), known.code, node.name)
            made.numbered = node.name in self.numeric
            return made
        read = self.at(py.Subscript(self.load("v"), self.value(node.name), ast.Load()))
        if node.name in CARD and not self.layered:  # in a bare dict a client variable hides the card's field
            hidden = self.compare(self.value(f"client.{node.name}"), ast.In(), self.load("v"))
            read = self.choose(hidden, self.invoke("miss"), read)
        if self.counts.get(node.name, 0) > 1 and self.certain and node.name not in READONLY:
            local = self.local_name(node.name)
            self.know(node.name, Made(lambda: self.load(local), ANY))
            return Made(
                self.at(py.NamedExpr(self.store(local), read)), ANY, again=lambda: self.load(local), name=node.name
            )
        return Made(read, ANY, name=node.name)

    def container(self, node: Any) -> Made:
        """A name whose value is only looked into: nobody else holds it afterwards."""
        known = self.locals.get(node.name) if isinstance(node, nodes.Name) and node.layer is None else None
        fresh = known is not None and known.fresh
        made = self.make(node)
        if known is not None:
            known.fresh = fresh
        return made

    def know(self, name: str, made: Made | None) -> None:
        """What a variable's local holds from here on; None: there is no local."""
        self._journal.append((name, self.locals.get(name)))
        if made is None:
            self.locals.pop(name, None)
        else:
            self.locals[name] = made

    def mark(self) -> int:
        """A point to which `forget_since` goes back."""
        return len(self._journal)

    def forget_since(self, mark: int) -> None:
        """The code made since then is thrown away."""
        while len(self._journal) > mark:
            name, before = self._journal.pop()
            self.know(name, before)
            self._journal.pop()

    def share(self) -> None:
        """From here on somebody else may hold what variables hold."""
        for known in self.locals.values():
            known.fresh = False

    def local_name(self, name: str) -> str:
        return f"v_{name}"

    def _from_clock(self, name: str) -> Made:
        """A name that the host's dict may hold; else the clock tells it, read once in a run."""
        self.uses_clock = True
        read = self.at(py.NamedExpr(self.store("now"), self.invoke("clock_now")))
        moment = self.choose(self.compare(self.load("now"), ast.Is(), self.value(None)), read, self.load("now"))
        told = self.at(py.Subscript(moment, self.value(name), ast.Load()))
        given = self.at(py.Subscript(self.load("v"), self.value(name), ast.Load()))
        return Made(self.choose(self.compare(self.value(name), ast.In(), self.load("v")), given, told), ANY)

    def make_hole(self, node: nodes.Hole) -> Made:
        if node.inner is None or isinstance(node.inner, nodes.DynamicName):
            raise NotFast
        return self.make(node.inner)

    def make_text(self, node: nodes.Text) -> Made:
        return self._make_parts(node.parts, node.json)

    def _make_parts(self, parts: tuple[Any, ...], json: tuple[bool, ...] | None) -> Made:
        if json is not None:
            raise NotFast
        if not parts:
            return literal(self.value(""), "")
        if len(parts) == 1 and isinstance(parts[0], str):
            return literal(self.value(parts[0]), parts[0])
        pieces: list[Any] = []
        lengths: list[int | None] = []
        weight = 0
        for part in parts:
            made = None if isinstance(part, str) else self.make(part)
            pieces.append(part if made is None else self.text_form(made))
            lengths.append(len(part) if made is None else self.length_of(made))
            weight += 0 if made is None else self.weight_of(made)
        return of_parts(merged(pieces), total_length(lengths), weight)

    def make_group(self, node: nodes.Group) -> Made:
        return self.make(node.inner)

    def make_negative(self, node: nodes.Negative) -> Made:
        operand = self.make(node.operand)
        if operand.is_const and isinstance(operand.const, int | float) and not isinstance(operand.const, bool):
            return literal(self.value(-operand.const), -operand.const)
        if operand.kind == ANY and not self.texts:
            return calculated(self.at(py.UnaryOp(ast.USub(), operand.code)), None)
        code = self.at(py.UnaryOp(ast.USub(), self.number(operand)))
        # What the host or a client gave may be out of range.
        big = operand.big or (operand.kind != NUM and self.bound_of(operand) is None)
        made = Made(code, NUM, big=big, real=operand.real, most=self.bound_of(operand))
        made.factors = operand.factors
        return made

    def make_sum(self, node: nodes.Sum) -> Made:
        if len(node.operands) > 60:
            raise NotFast
        total = self.make(node.operands[0])
        for sign, written in zip(node.operators, node.operands[1:], strict=True):
            total = self._added(total, sign, self.make(written))
        return total

    def _added(self, left: Made, sign: str, right: Made) -> Made:
        if sign == "+":
            if left.text or is_text(left) or is_text(right):  # text and anything else are joined
                return self._concatenated(left, right)
            worded = self._as_word(left)
            if worded is not None:
                return self._concatenated(worded, right)
            if STR in (left.kind, right.kind) and not (left.is_const or right.is_const):
                return Made(self.invoke("add", self.plain(left), self.plain(right)), ANY, weight=WHOLE)
        real, factors = left.real or right.real, max(left.factors, right.factors)
        if right.kind == ANY and not right.is_const and not self.texts:
            # The left side is a number for certain, so Python refuses anything but a number on the right.
            code = right.code if right.loose is None else right.loose
            return calculated(self.binary(self._meeting(left, right), sign, code), None, real=real, factors=factors)
        if sign == "-" and left.kind == ANY and not left.is_const and not self.texts:
            code = left.code if left.loose is None else left.loose
            return calculated(self.binary(code, sign, self._meeting(right, left)), None, real=real, factors=factors)
        code = self.binary(self._meeting(left, right), sign, self._meeting(right, left))
        bounds = self.bound_of(left), self.bound_of(right)
        most = None if bounds[0] is None or bounds[1] is None else bounds[0] + bounds[1]
        return calculated(code, most, real=real, factors=factors)

    def _as_word(self, made: Made) -> Made | None:
        """A text whose first character is looked at: it can then be of no other class, however it goes on."""
        if made.kind == STR and not made.is_const and made.parts is not None and not isinstance(made.parts[0], str):
            if made.opening is not None:
                first, again = self.twice(made.opening)
                guarded = self._known_word(first, again)
            else:
                first, name = self.held(made.parts[0])
                guarded = self._known_word(first, self.load(name))
            return of_parts([guarded, *made.parts[1:]], made.length, made.weight, word=True)
        if self.words and made.kind == ANY and not made.is_const:
            return of_parts([self._known_word(*self.twice(made))], None, made.weight, word=True)
        return None

    def _known_word(self, first: Any, again: Any) -> Any:
        """The value itself, if it is a text that begins like a word; a miss otherwise."""
        known = self.compare(first, ast.In(), self.load("WORDS"))
        return self.choose(known, self.copy_of(again), self.invoke("word", self.copy_of(again)))

    def _meeting(self, made: Made, other: Made) -> Any:
        """Code of a number that meets another in `+ - *`: beside a float a quotient need not be whole where it could."""
        return made.divided if made.divided is not None and other.real else self.number(made)

    def _concatenated(self, left: Made, right: Made) -> Made:
        return of_parts(
            merged([*self.pieces(left), *self.pieces(right)]),
            total_length([self.length_of(left), self.length_of(right)]),
            self.weight_of(left) + self.weight_of(right),
            word=left.word,
            opening=left if left.kind == ANY and not left.is_const else left.opening,
        )

    def make_product(self, node: nodes.Product) -> Made:
        if len(node.operands) > 60:
            raise NotFast
        total = self.make(node.operands[0])
        for sign, written in zip(node.operators, node.operands[1:], strict=True):
            right = self.make(written)
            if sign == "*":
                factors = total.factors + right.factors
                if factors > _MANY_FACTORS:
                    total, right, factors = self._within(total), self._within(right), 2
                code = self.binary(self._factor(total, right), "*", self._factor(right, total))
                bounds = self.bound_of(total), self.bound_of(right)
                most = None if bounds[0] is None or bounds[1] is None else bounds[0] * bounds[1]
                total = calculated(code, most, real=total.real or right.real, factors=factors)
            elif sign == "/":
                total = self._quotient(total, right)
            else:
                rest = self.binary(self.finite_number(total), "%", self.finite_number(right))
                # Smaller than the divisor, which the host may have given out of range.
                most = self.bound_of(right)
                total = Made(rest, NUM, big=right.kind == ANY and not right.is_const, most=most)
        return total

    def _within(self, made: Made) -> Made:
        """A number tested now, so that whole numbers do not grow without end before their test."""
        return Made(self.finite(made), NUM, real=made.real) if made.big else made

    def _factor(self, made: Made, other: Made) -> Any:
        """An operand of `*`. Python multiplies sequences by whole numbers, never by fractions."""
        if (
            other.is_const
            and isinstance(other.const, float)
            and made.kind == ANY
            and not made.is_const
            and not self.texts
        ):
            return made.code if made.loose is None else made.loose
        return self._meeting(made, other)

    def finite_number(self, made: Made) -> Any:
        return self.finite(made) if made.big else self.number(made)

    def _quotient(self, left: Made, right: Made) -> Made:
        """Whole numbers that divide evenly give a whole number, everything else the nearest double."""
        bound, most = self.bound_of(left), None
        if bound is not None and right.is_const and isinstance(right.const, int | float) and right.const:
            most = bound / abs(right.const)
        if right.real or left.real:
            code = self.binary(self._meeting(left, right), "/", self.finite_number(right))
            return calculated(code, most, real=True)
        # Both forms share their operands: only one of them gets into the code.
        dividend = self.number(left)
        divisor = self.finite_number(right)
        divided = self.binary(dividend, "/", divisor) if is_repeatable(right) else None
        first, left_name = self.held(dividend)
        divisor_again = divisor_third = divisor
        if not right.is_const:
            divisor, name = self.held(divisor)
            divisor_again, divisor_third = self.load(name), self.load(name)
        rest = self.binary(first, "%", divisor)
        whole = self.at(py.BinOp(self.load(left_name), ast.FloorDiv(), divisor_again))
        quotient = self.choose(rest, self.binary(self.load(left_name), "/", divisor_third), whole)
        return calculated(quotient, most, divided=divided, factors=left.factors)

    def make_power(self, node: nodes.Power) -> Made:
        return Made(
            self.invoke(
                "power", self.finite_number(self.make(node.base)), self.finite_number(self.make(node.exponent))
            ),
            NUM,
        )

    # ------------------------------------------------------------ comparison and logic

    def make_comparison(self, node: nodes.Comparison) -> Made:
        links: list[Any] = []
        left_node = node.operands[0]
        left = self.make(left_node)
        for index, sign in enumerate(node.operators):
            certain = self.certain
            self.certain = certain and index == 0
            right = self.make(node.operands[index + 1])
            carried: Made | None = None
            if index + 1 < len(node.operators) and not right.is_const:
                code, name = self.held(self.plain(right))
                carried = Made(self.load(name), right.kind, text=right.text, again=partial(self.load, name))
                right = Made(code, right.kind, text=right.text, again=carried.again)
            links.append(self._compared(left, sign, right))
            self.certain = certain
            left = carried or right
        return Made(self.both(*links), TRUTH)

    def _compared(self, left: Made, sign: str, right: Made) -> Any:
        if left.is_const and not right.is_const:
            left, right = right, left
            sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
        if right.is_const and not left.is_const:
            made = self._against_constant(left, sign, right.const)
            if made is not None:
                return made
        elif sign not in ("==", "!=") and left.kind in (NUM, ANY) and right.kind in (NUM, ANY):
            return self._ordered(left, sign, right)
        elif left.kind == right.kind == NUM or (left.kind == right.kind == TRUTH and sign in ("==", "!=")):
            return self.compare(self.finite(left), _COMPARE[sign](), self.finite(right))
        helper = {
            "==": "equal",
            "!=": "not_equal",
            "<": "less",
            "<=": "less_or_equal",
            ">": "greater",
            ">=": "greater_or_equal",
        }
        return self.invoke(helper[sign], self.plain(left), self.plain(right))

    def _against_constant(self, made: Made, sign: str, const: Any) -> Any:
        operator = _COMPARE[sign]
        if const is None:
            if sign not in ("==", "!="):
                return None
            return None if made.kind != ANY else self._none_test(made, sign)
        kind, meant = (
            text_class(const) if isinstance(const, str) else (BOOL if isinstance(const, bool) else NUMBER, const)
        )
        if kind == TEXT and sign in ("==", "!="):
            # A value of another class never equals this text, in Python as in the language.
            return self.compare(self.plain(made), operator(), self.value(const))
        if kind == NUMBER:
            return self._against_number(made, sign, meant)
        if kind in (DATE, TIME, DATETIME) and made.kind in (ANY, STR):
            table = {DATE: "M_date", TIME: "M_time", DATETIME: "M_datetime"}[kind]
            moment = self.load(self.general.need(f"m_{kind}_{const}", meant))
            return self.compare(
                self.at(py.Subscript(self.load(table), self.joined(made), ast.Load())), operator(), moment
            )
        if kind == BOOL and made.kind == TRUTH and sign in ("==", "!="):
            return self.compare(made.code, operator(), self.value(meant))
        return None

    def _none_test(self, made: Made, sign: str) -> Any:
        return self.compare(made.code, ast.Is() if sign == "==" else ast.IsNot(), self.value(None))

    def _against_number(self, made: Made, sign: str, const: int | float) -> Any:
        operator = _COMPARE[sign]
        if made.kind == NUM:
            return self.compare(self.finite(made), operator(), self.value(const))
        if made.kind == TRUTH:  # another class
            return None
        if made.kind == STR:
            return None if made.text else self.compare(self.number(made), operator(), self.value(const))
        if made.kind != ANY:
            return None
        harmful = harmful_truths(sign, const)
        again: Any = None
        if not self.texts:
            code, again = self.twice(made) if harmful else (made.code, None)
            if sign in ("==", "!="):
                code = self.at(py.UnaryOp(ast.UAdd(), code))
        elif self.is_seen_text(made) or not harmful:
            code = self.number(made)
        else:
            held, name = self.held(made.code)
            code = self.number(Made(held, ANY, again=lambda: self.load(name)))
            again = self.load(name)
        test = self.compare(code, operator(), self.value(const))
        if again is None:
            return test
        if sign == "!=":  # True != 1 holds: they are of different classes
            same = [self.compare(self.copy_of(again), ast.Is(), self.value(truth)) for truth in harmful]
            return self.at(py.BoolOp(ast.Or(), [test, *same]))
        return self.both(test, *self._none_of(again, harmful))

    def _none_of(self, code: Any, truths: list[bool]) -> list[Any]:
        return [self.compare(self.copy_of(code), ast.IsNot(), self.value(truth)) for truth in truths]

    def _ordered(self, left: Made, sign: str, right: Made) -> Any:
        """`a < b` of two numbers; a bool on either side makes it false."""
        tests: list[Any] = []
        codes: list[Any] = []
        for made in (left, right):
            if made.kind == NUM or self.is_seen_text(made):
                codes.append(self.finite_number(made))
                continue
            first, again = self.twice(made)
            held = Made(first, ANY, again=partial(self.copy_of, again), name=made.name)
            held.numbered = made.numbered
            codes.append(self.number(held))
            tests.extend(self._none_of(again, [True, False]))
        return self.both(self.compare(codes[0], _COMPARE[sign](), codes[1]), *tests)

    def make_logic(self, node: nodes.Logic) -> Made:
        certain = self.certain
        tests = []
        for operand in node.operands:
            tests.append(self.condition(operand))
            self.certain = False
        self.certain = certain
        operator = ast.And() if node.operator == "and" else ast.Or()
        return Made(self.at(py.BoolOp(operator, tests)), TRUTH)

    def condition(self, node: Any) -> Any:
        """A Python bool."""
        made = self.make(node)
        if made.kind == TRUTH:
            return made.code
        if made.kind == NUM:
            return self.compare(self.finite(made), ast.NotEq(), self.value(0))
        return self.invoke("truth", self.plain(made))

    # ------------------------------------------------------------ containers

    def make_item(self, node: nodes.Item) -> Made:
        mark, numbers = self.mark(), len(self.numeric)
        base = self.container(node.base)
        holds = self.mark() > mark or len(self.numeric) > numbers
        key = self.make(node.key)
        if base.kind == STR or key.kind in (LIST, DICT, TRUTH) or key.big:
            raise NotFast
        if not key.is_const:
            return self._item_by_value(base, key, holds)
        kind, meant = text_class(key.const) if isinstance(key.const, str) else (NUMBER, key.const)
        if kind == NUMBER and isinstance(meant, int):
            name = to_text(key.const)
            if base.kind == LIST:
                return self._element_of(base, meant, self.at(py.Subscript(base.code, self.value(meant), ast.Load())))
            # A position in a text would give a character; where texts are refused the check can be left out.
            loose = self.at(py.Subscript(base.code, self.value(meant), ast.Load()))
            first, again = self.twice(base)
            from_list = self.at(py.Subscript(again, self.value(meant), ast.Load()))
            from_other = self.invoke("read_element", self.copy_of(again), self.value(name))
            return Made(
                self.choose(self.is_a(first, "list"), from_list, from_other),
                loose=loose if base.again or is_simple(base.code) else None,
            )
        if kind != TEXT or not isinstance(key.const, str) or base.kind not in (ANY, DICT):
            raise NotFast
        # Python refuses a text as key of anything but a dictionary.
        return self._element_of(base, key.const, self.at(py.Subscript(base.code, self.value(key.const), ast.Load())))

    def _element_of(self, base: Made, key: Any, code: Any) -> Made:
        known = (base.items or {}).get(key)
        return Made(code) if known is None else known.reading(code)

    def _item_by_value(self, base: Made, key: Made, holds: bool) -> Made:
        """`base[key]` with a key that is known only when it runs: whole numbers into arrays, texts into dictionaries.

        `holds`: the base fills locals that the key may read, so it must come first.
        """
        if base.kind not in (LIST, DICT) or holds:
            return Made(self.invoke("read_element", self.plain(base), self.plain(key)), ANY)
        if base.kind == DICT and key.kind == STR:
            read = self.at(py.Subscript(base.code, self.plain(key), ast.Load()))
            return joined_items(base.items).reading(read)
        first, name = self.held(self.plain(key))
        fits = self.is_a(first, "int" if base.kind == LIST else "str")
        quick = self.at(py.Subscript(base.code, self.load(name), ast.Load()))
        if not self.texts:
            return joined_items(base.items).reading(self.choose(fits, quick, self.invoke("miss")))
        return Made(
            self.choose(fits, quick, self.invoke("read_element", self.copy_of(base.code), self.load(name))), ANY
        )

    def make_array(self, node: nodes.Array) -> Made:
        items = [self.element(item) for item in node.items]
        return Made(
            self.at(py.List([item.code for item in items], ast.Load())),
            LIST,
            room=total_room([item.room for item in items]),
            items={position: item.known() for position, item in enumerate(items)},
            fresh=True,
        )

    def make_dictionary(self, node: nodes.Dictionary) -> Made:
        keys, items = [], []
        for key, value in node.pairs:  # made in the order in which Python evaluates them
            form = key.text if isinstance(key, nodes.Number) else self.text_form(self.make(key))
            keys.append(self.value(form) if isinstance(form, str) else form)
            items.append(self.element(value))
        sizes = [6 * len(str(key.value)) + 4 if isinstance(key, ast.Constant) else None for key in keys]
        fixed = all(isinstance(key, ast.Constant) for key in keys)
        return Made(
            self.at(py.Dict(keys, [item.code for item in items])),
            DICT,
            room=total_room([*(item.room for item in items), *sizes]),
            items={key.value: item.known() for key, item in zip(keys, items, strict=True)} if fixed else None,
            fresh=True,
        )

    def element(self, node: Any) -> Made:
        """An element: finished code, what is known of it, and in `room` an upper bound of its length in JSON."""
        if isinstance(node, nodes.Name) and node.name == "null" and node.layer is None:
            return Made(self.value(None), room=4)
        return self.as_element(self.make(node), isinstance(node, nodes.Text))

    def as_element(self, made: Made, is_quoted: bool) -> Made:
        """`is_quoted`: a text in quotes stays a text; others become what they mean."""
        if is_quoted:
            length = made.length if made.is_const else None
            return self._as_item(made, self.plain(made), None if length is None else 6 * length + 3)
        if made.kind in (NUM, TRUTH):
            return self._as_item(made, self.plain(made), NUMBER_ROOM)
        if made.kind in (LIST, DICT):
            return self._as_item(made, made.code, made.room)
        if made.kind != ANY:
            if made.text and made.length is not None and made.length <= 1000:
                return self._as_item(made, self.plain(made), 6 * made.length + 3)
            return Made(self.invoke("short_element", self.plain(made)), room=SHORT_ROOM)
        first, again = self.twice(made)
        usual = self.compare(first, ast.In(), self.load("WORDS"))
        return Made(
            self.choose(usual, self.copy_of(again), self.invoke("short_element", self.copy_of(again))), room=SHORT_ROOM
        )

    def _as_item(self, made: Made, code: Any, room: int | None) -> Made:
        item = made.reading(code)
        item.room = room
        return item

    # ------------------------------------------------------------ calls

    def make_call(self, node: nodes.Call) -> Made:
        if node.name == "if":
            return self._if(node)
        function = self.catalog.get(node.name)
        if function is None or function.effect or function.writes or not function.accepts(len(node.arguments)):
            raise NotFast
        inlined = INLINED.get(node.name)
        first: Made | None = None
        if inlined is not None and node.arguments and function.call.__module__.startswith("salebot_uiscom.functions."):
            first = (self.container if node.name == "arr_len" else self.make)(node.arguments[0])
            made = inlined(self, node, first)
            if made is not None:
                return made
        arguments: list[Any] = []
        for index, item in enumerate(node.arguments):
            made = self.make(item) if first is None or index else first
            arguments.append(self._argument(function, index, made))
        if function.takes_context:
            self.uses_run = True
            self.share()
            arguments.insert(0, self.load("run"))
        name = self.general.need(f"f_{node.name}", function.call)
        if all(
            param.coerce in _OF_NUMBERS for param in (*function.params, *([function.rest] if function.rest else []))
        ):
            self.free.add(name)
        kind = function.returns
        return Made(self.placed(py.Call(self.load(name), arguments, [])), kind, weight=WHOLE)

    def _argument(self, function: Function, index: int, made: Made) -> Any:
        param = function.params[index] if index < len(function.params) else function.rest
        assert param is not None
        certain = not made.is_const and made.kind in (NUM, TRUTH, LIST, DICT)
        if not param.required and not certain:
            if made.is_const and made.const not in (None, ""):
                pass
            else:
                raise NotFast
        coerce = param.coerce
        if coerce is None:
            return (
                self.plain(made)
                if made.is_const or made.kind in (NUM, TRUTH)
                else self.invoke("sized", self.plain(made))
            )
        name = coerce.__name__
        if name == "to_text":
            form = self.text_form(made)
            if isinstance(form, str):
                return self.value(form)
            first, held = self.held(form)
            short = self.compare(self.invoke("len", first), ast.LtE(), self.value(LONG))
            return self.choose(short, self.load(held), self.invoke("sized", self.load(held)))
        if name == "to_number" and made.kind in (NUM, ANY) and not made.is_const:
            return self.finite(made) if made.kind == NUM else self.number(made)
        if name == "to_number" and made.is_const:
            return self.number(made)
        if name == "to_whole" and made.is_const and isinstance(made.const, int) and not isinstance(made.const, bool):
            return self.value(made.const)
        if (name == "to_array" and made.kind == LIST) or (name == "to_dictionary" and made.kind == DICT) or (
            name == "to_container" and made.kind in (LIST, DICT)
        ):  # fmt: skip
            return self.invoke("sized", made.code)
        return self.invoke(self.general.need(f"c_{name}", coerce), self.invoke("sized", self.plain(made)))

    def _if(self, node: nodes.Call) -> Made:
        if node.end - node.start > MAX_IF or len(node.arguments) != 3:
            raise NotFast
        test = self.condition(node.arguments[0])
        certain, self.certain = self.certain, False
        yes = self.make(node.arguments[1])
        no = self.make(node.arguments[2])
        self.certain = certain
        kind = yes.kind if yes.kind == no.kind else ANY
        if kind == NUM:
            one = yes.big is not no.big
            yes_code, no_code = (self.finite(yes), self.finite(no)) if one else (yes.code, no.code)
            most = None if yes.most is None or no.most is None else max(yes.most, no.most)
            made = Made(
                self.choose(test, yes_code, no_code), NUM, big=yes.big and no.big, real=yes.real and no.real, most=most
            )
            made.factors = max(yes.factors, no.factors)
            return made
        lengths = self.length_of(yes), self.length_of(no)
        length = None if lengths[0] is None or lengths[1] is None else max(lengths[0], lengths[1])
        return Made(
            self.choose(test, self.plain(yes), self.plain(no)), kind, word=yes.word and no.word, length=length,
            text=yes.text and no.text, weight=max(self.weight_of(yes), self.weight_of(no)),
        )  # fmt: skip


_OF_NUMBERS = (to_number, to_whole, to_truth)
_MAKERS: dict[type[Any], Callable[[Fast, Any], Made]] = {
    nodes.Number: Fast.make_number,
    nodes.Name: Fast.make_name,
    nodes.Hole: Fast.make_hole,
    nodes.Text: Fast.make_text,
    nodes.Group: Fast.make_group,
    nodes.Negative: Fast.make_negative,
    nodes.Sum: Fast.make_sum,
    nodes.Product: Fast.make_product,
    nodes.Power: Fast.make_power,
    nodes.Comparison: Fast.make_comparison,
    nodes.Logic: Fast.make_logic,
    nodes.Item: Fast.make_item,
    nodes.Call: Fast.make_call,
    nodes.Array: Fast.make_array,
    nodes.Dictionary: Fast.make_dictionary,
}
