"""Generated expressions, programs and variables of every kind the language knows.

Strategies for hypothesis come last; underneath is a plain generator over a `Chooser`, so that the fuzz script can run the
same grammar on `random` alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from salebot_uiscom.functions.pages import built_in_catalog

T = TypeVar("T")

NAMES = [
    "a",
    "b",
    "c",
    "цена",
    "имя",
    "Город",
    "list1",
    "d",
    "t",
    "n",
    "q1",
    "unset",
    "никто",
    "E",
    "phone",
    "name",
    "й",
]
SCOPED = ["client.a", "клиент.имя", "project.b", "проект.цена", "client.unset"]
BUILT_IN = ["current_date", "current_time", "next_day", "weekday", "question", "client_id", "tag", "none", "order_id"]
NUMBERS = [
    "0", "1", "2", "3", "5", "7", "10", "100", "0.5", "2.5", "1.50", "007", "0.1", "0.2", "0.30", "1000000", "59", "24",
    "0.0000001", "123456789012345678901234567890", "99999999999999999999.5", "1" + "0" * 307, "9" * 308, "1" + "0" * 308,
    "0.000000000000000000000000000001", "1.0", "365", "2147483648", "9007199254740993",
]  # fmt: skip
TEXTS = [
    "", "привет", "5", " 5 ", "-5", "007", "5.0", "2.5", "1e3", "+7", "5,5", "True", "true", "False", "TRUE", "None", "0",
    "10.10.2021", "8.12.2021", "31.02.2021", "29.02.2020", "9:00", "23:59", "23:59:59", "24:00", "10.10.2021 9:30",
    "[1,2,3]", '[1, "2", [3]]', '{"a": 1, "b": {"c": 2}}', "[]", "{}", '["b","a"]', "[1,", "['a']", '[true, null]',
    "текст с пробелом", "a b", "#", "{", "}", "\\", "'", '"', "a'b", "1,2;3", "-", "00", "-0", "0.0", "-0.0", ".5", "5.",
    "http://сайт.рф/?a=b&c=d", "Д'Артаньян", "😀", "e\u0301", "x" * 60, "1" * 40, "2021-11-03", "  ", "\n", "10:15:30",
    '{"0": 5, "1": [7]}', "[[]]", "[0]", "%d.%m.%Y", "п-р", "12", "1.", "1.1.0001", "31.12.9999", "00:00",
]  # fmt: skip
SAFE_IN_QUOTES = [text for text in TEXTS if not any(char in text for char in "\\'\"`#\n")]
WORDS = ["красный", "светло-голубой", "Санкт-Петербург", "да/нет", "Первичное жилье", "10.10.2021", "12:00", "50%", "5шт",
         "промо#{n}", "#{a}#{b}", "#{d}.#{n}.2021", "Цена (руб)", "Rock'n'roll", "Грустно :(", "a +", "1,5", "x = y"]  # fmt: skip
COMPARE = ["==", "!=", "<", ">", "<=", ">="]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "**"]
LOGIC = ["and", "or", "AND", "OR", "&&", "||"]
# What needs randomness or hangs on the size of its arguments is left to tests of its own.
LEFT_OUT = {"random", "shuffle_massive", "select_random_from_list", "select_random", "findall", "set_client_vars"}
FUNCTIONS = sorted(name for name in built_in_catalog() if name not in LEFT_OUT)


class Chooser:
    """Where decisions come from: hypothesis or `random`."""

    def below(self, limit: int) -> int:
        raise NotImplementedError

    def of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


class RandomChooser(Chooser):
    def __init__(self, source: random.Random) -> None:
        self.below = source.randrange


class DrawChooser(Chooser):
    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def below(self, limit: int) -> int:
        return int(self._draw(st.integers(0, limit - 1)))


# ---------------------------------------------------------------- expressions


def number(c: Chooser) -> str:
    return c.of(NUMBERS[:18]) if c.chance(85) else c.of(NUMBERS)


def quoted(c: Chooser, depth: int = 1) -> str:
    quote = c.of("\"'`")
    pieces = []
    for _ in range(1 + c.below(2)):
        pieces.append(c.of(SAFE_IN_QUOTES))
        if depth and c.chance(30):
            pieces.append(hole(c, depth - 1))
        if c.chance(6):
            pieces.append(c.of(["\\n", "\\t", "\\\\", "\\" + quote, "\\#{", "\\d"]))
    return quote + "".join(pieces) + quote


def hole(c: Chooser, depth: int = 1) -> str:
    kind = c.below(12)
    if kind < 7:
        return "#{" + c.of(NAMES) + "}"
    if kind < 8:
        return "#{" + c.of(SCOPED + BUILT_IN) + "}"
    if kind < 10:
        return "#{" + c.of(["q", "a", "list", "им", "api"]) + "#{" + c.of(NAMES) + "}}"
    return "#{" + expression(c, max(0, depth - 1)) + "}"


def json_literal(c: Chooser) -> str:
    return c.of(['\'{"n": "#{имя}", "v": #{a}}\'', "'[\"#{b}\", #{c}]'", "'[#{a}]'", '\'{"#{t}": {"x": [1, #{d}]}}\''])


def name(c: Chooser) -> str:
    return c.of(NAMES) if c.chance(80) else c.of(SCOPED + BUILT_IN)


def atom(c: Chooser) -> str:
    kind = c.below(20)
    if kind < 6:
        return number(c)
    if kind < 12:
        return name(c)
    if kind < 15:
        return quoted(c)
    if kind < 17:
        return hole(c)
    if kind < 18:
        return json_literal(c)
    return c.of(["True", "False", "None", "true", "E", "[]", "{}"])


def key(c: Chooser, depth: int) -> str:
    return (
        c.of(["0", "1", "-1", "'a'", '"b"', "n", "#{n}", "5", "'0'", "1.0", "0.5", "unset", "True", "'c'"])
        if c.chance(85)
        else expression(c, depth)
    )


def expression(c: Chooser, depth: int = 3) -> str:
    if depth <= 0:
        return atom(c)
    kind = c.below(22)
    if kind < 4:
        return atom(c)
    if kind < 9:
        parts = [expression(c, depth - 1)]
        for _ in range(1 + c.below(2)):
            parts += [c.of(ARITHMETIC) if c.chance(50) else c.of("+-"), expression(c, depth - 1)]
        return " ".join(parts)
    if kind < 12:
        parts = [expression(c, depth - 1)]
        for _ in range(1 + (c.below(4) == 0)):
            parts += [c.of(COMPARE), expression(c, depth - 1)]
        return " ".join(parts)
    if kind < 14:
        return f"{expression(c, depth - 1)} {c.of(LOGIC)} {expression(c, depth - 1)}"
    if kind < 15:
        return "-" + atom(c)
    if kind < 16:
        return f"({expression(c, depth - 1)})"
    if kind < 17:
        return f"if({expression(c, depth - 1)}, {expression(c, depth - 1)}, {expression(c, depth - 1)})"
    if kind < 20:
        return call(c, depth)
    if kind < 21:
        return f"{c.of(NAMES)}[{key(c, depth - 1)}]" + (f"[{key(c, depth - 1)}]" if c.chance(25) else "")
    return container(c, depth)


def call(c: Chooser, depth: int) -> str:
    wanted = c.of(FUNCTIONS) if c.chance(98) else c.of(["prise", "uiscom_employee_call", "eval"])
    function = built_in_catalog().get(wanted)
    least, most = (function.least, function.most) if function else (1, 1)
    count = least + (c.below(2) if most is None or most > least else 0) + (1 if c.chance(2) else 0)
    return f"{wanted}({', '.join(expression(c, depth - 1) for _ in range(count))})"


def container(c: Chooser, depth: int) -> str:
    items = [
        expression(c, depth - 1) if c.chance(80) else c.of(["красный", "светло-голубой", "null", "true", "-x"])
        for _ in range(c.below(4))
    ]
    if c.chance(50):
        return "[" + ", ".join(items) + "]"
    return (
        "{"
        + ", ".join(
            f"{c.of(['1', chr(39) + 'a' + chr(39), chr(34) + 'b' + chr(34), '#{n}', '-2', '1.0'])}: {item}"
            for item in items
        )
        + "}"
    )


# ---------------------------------------------------------------- programs


def target(c: Chooser) -> str:
    plain = c.of(
        NAMES + ["x", "y", "товар#{n}", "x#{имя}", "print", "order_id", "1x", "weekday"][: 4 + 4 * c.chance(20)]
    )
    prefix = c.of(["", "", "", "", "client.", "клиент.", "project.", "проект."])
    path = "".join(f"[{key(c, 1)}]" for _ in range((c.below(4) == 0) + (c.below(10) == 0)))
    return prefix + plain + path


def right(c: Chooser) -> str:
    kind = c.below(20)
    if kind < 12:
        return expression(c, 1 + c.below(3))
    if kind < 15:
        return c.of(WORDS)
    if kind < 16:
        return c.of(["", "''", "None", "True", "true", "007", "-5", "1.50", "2021-11-03", "0"])
    if kind < 17:
        return f"{name(c)} {c.of('+-*/')} {name(c)}"
    if kind < 18:
        return f"{hole(c)} {c.of('+-*/')} {hole(c)}"
    return name(c)


def statement(c: Chooser) -> str:
    kind = c.below(30)
    if kind < 24:
        return f"{target(c)} {c.of(['=', '= ', ' =', '=='] if c.chance(3) else [' ='])} {right(c)}"
    if kind < 26:
        return f"del {target(c)}"
    if kind < 27:
        return f"{name(c)}[{key(c, 1)}] = {right(c)}"
    if kind < 28:
        return c.of(
            ["/* заметка */", "", "x = 1 /* хвост */", "/* раз\nдва */ y = 2", "a == 5", "слова просто так", "a += 1"]
        )
    if kind < 29:
        return f"x = [{expression(c, 1)},\n  {expression(c, 1)}]"
    return call(c, 1)


def program(c: Chooser) -> str:
    return c.of(["\n", "\n", "\n", "\r\n", "\r"]).join(statement(c) for _ in range(1 + c.below(6)))


# Of these programs the compiler knows much before they run: types, bounds, lengths, who else holds an array.
_LOCALS = ["k", "m", "s"]


def plain_value(c: Chooser) -> str:
    return c.of(
        ["1", "0", "100", "2.5", "250.5", "-7", "9" * 307, "1" + "0" * 300, "0.00001", '"чай"', '"5"', '"  да"', '"True"',
         '""', '":"', '"30"', "'[\"'", "'\"]'", '"Tr"', '"ue"', "true", "null", "None", "a", "имя", "цена"]
    )  # fmt: skip


def known_container(c: Chooser) -> str:
    items = [plain_value(c) if c.chance(85) else f"[{plain_value(c)}]" for _ in range(1 + c.below(3))]
    if c.chance(60):
        return "[" + ", ".join(items) + "]"
    return "{" + ", ".join(f'"{c.of("xyz")}": {item}' for item in items) + "}"


def known_place(c: Chooser) -> str:
    key = c.of(["0", "1", '"x"']) if c.chance(70) else c.of(["2", "-1", '"y"', "n", "k", "s"])
    return f"{c.of(_LOCALS)}[{key}]"


def known_right(c: Chooser) -> str:
    if c.chance(30):
        return c.of([*_LOCALS, f"[{c.of(_LOCALS)}, 1]", f"if(1 == 1, {c.of(_LOCALS)}, 2)", f'{{"x": {c.of(_LOCALS)}}}'])
    one, two = (c.of([*_LOCALS, *_LOCALS, known_place(c), plain_value(c)]) for _ in range(2))
    return c.of(
        [one, known_container(c), known_place(c), f"{one} {c.of('+-*/%')} {two}", f"({one} + {two}) * {plain_value(c)} / 4",
         f"len({one})", f"arr_len({one})", f"round({one}, 2)", f"round({one} / 3, 1)", f"upper({one})",
         f"{one} + \" / \" + {two}",
         f'"Сумма: " + {one}', f"if({one} > {two}, {one}, {plain_value(c)})", f'if({one} == {two}, "да", {two})',
         f"[{one}, {two}]", f"concat({one}, {two})", f"round({one})", f"len([{one}])", f"[1, 2, {one}][{two}]",
         f'{{"x": {one}, "#{{{c.of(_LOCALS)}}}": {two}}}', f"{one} + {two}", f"-{one}",
         f'"#{{{c.of(_LOCALS)}}}!"', f"{one} == {two} and {two} != 5"]
    )  # fmt: skip


def known_program(c: Chooser) -> str:
    lines = []
    for _ in range(3 + c.below(9)):
        kind = c.below(10)
        target = c.of(_LOCALS) if kind < 6 else known_place(c)
        if c.chance(10):  # by the full rules, between statements by the fast ones
            lines.append(c.of([f"{c.of(_LOCALS)}#{{q}} = {known_right(c)}", f"del {known_place(c)}"]))
        lines.append(f"{target} = {known_container(c) if kind < 3 else known_right(c)}")
    return "\n".join(lines)


def template(c: Chooser) -> str:
    return "".join(c.of(TEXTS) + hole(c, 2) for _ in range(1 + c.below(3)))


# ---------------------------------------------------------------- variables


def value(c: Chooser, depth: int = 2) -> Any:
    kind = c.below(14)
    if kind < 6:
        return c.of(TEXTS)
    if kind < 8:
        return c.of([0, 1, -1, 5, 7, 10, 100, -3, 10**20, 10**307, 2**53 + 1])
    if kind < 9:
        return c.of([0.5, -2.5, 1e-7, 1e300, 3.0, -0.0, 0.1, 1.1e308 / 1.2])
    if kind < 10:
        return c.of([True, False])
    if depth <= 0:
        return c.of(TEXTS)
    if kind < 12:
        return [value(c, depth - 1) for _ in range(c.below(4))]
    if kind < 13:
        return {c.of(["a", "b", "0", "c", "ключ"]): value(c, depth - 1) for _ in range(c.below(4))}
    return json.dumps([value(c, 0) for _ in range(c.below(3))], ensure_ascii=False)


def variables(c: Chooser) -> dict[str, Any]:
    given = {wanted: value(c) for wanted in NAMES if wanted not in ("unset", "никто", "E") and c.chance(60)}
    for wanted in ("client.a", "client.имя", "project.b", "project.цена", "const.c", "question", "tag"):
        if c.chance(25):
            given[wanted] = value(c)
    if c.chance(20):
        given["client_id"] = "77"
        given["$clients"] = {"5": {"urok": "3"}}
    return given


def strategy(maker: Callable[[Chooser], T]) -> st.SearchStrategy[T]:
    """A maker over hypothesis' choices, so that failures shrink."""

    @st.composite
    def made(draw: Callable[[Any], Any]) -> Any:
        return maker(DrawChooser(draw))

    return made()
