"""A second implementation of the language's meaning, for comparison: a plain tree walker.

Written from the reference (calculator.md) alone. It takes nodes from the product's parser and nothing else of its
evaluation: classes of texts, arithmetic, comparison, text form, JSON form, interpolation, scopes, the rules of right
sides, elements and error kinds are its own. Slow and obvious on purpose. Functions of the language are called as they
are registered; their arguments are converted here.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from salebot_uiscom.context import Context
from salebot_uiscom.errors import Fault
from salebot_uiscom.functions.pages import built_in_catalog
from salebot_uiscom.lang import nodes
from salebot_uiscom.lang.comments import without_comments
from salebot_uiscom.lang.lexer import ParseFault
from salebot_uiscom.lang.parser import Parser
from salebot_uiscom.lang.statements import parse_field
from salebot_uiscom.messages import message_of

Value = Any


class Failure(Exception):
    """An error of the language by its kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


# ---------------------------------------------------------------- 7.1 text with a class

ORDERED = ("number", "date", "time", "datetime", "text")
TRUTHS = {"True": True, "true": True, "False": False, "false": False}


def whole(digits: str) -> int:
    """An integer of any length."""
    if digits.startswith("-"):
        return -whole(digits[1:])
    if len(digits) <= 4000:
        return int(digits)
    middle = len(digits) // 2
    return whole(digits[:middle]) * 10 ** (len(digits) - middle) + whole(digits[middle:])


def number_of(text: str) -> int | float | None:
    found = re.fullmatch(r"(-?[0-9]+)(\.[0-9]+)?", text.strip())
    if found is None:
        return None
    return float(found[0]) if found[2] else whole(found[1])


def date_of(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def time_of(text: str) -> timedelta | None:
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", text)
    if not found:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    return (
        timedelta(hours=hours, minutes=minutes, seconds=seconds) if max(minutes, seconds) < 60 and hours < 24 else None
    )


def nesting(value: Value) -> int:
    levels, row = 0, [value]
    while row := [item for item in row if isinstance(item, list | dict)]:
        levels += 1
        row = [inner for item in row for inner in (item.values() if isinstance(item, dict) else item)]
    return levels


def container_of(text: str) -> list[Value] | dict[str, Value] | None:
    cut = text.strip()
    if not cut or cut[0] not in "[{":
        return None

    def refuse(name: str) -> None:
        raise ValueError(name)

    def finite(digits: str) -> float:
        number = float(digits)
        return number if math.isfinite(number) else refuse(digits)

    def kept(digits: str) -> int | str:
        return whole(digits) if len(digits) <= 4300 else digits  # JSON of Python writes no longer ones

    try:
        # `\n` of a literal is a line break by now; JSON in quotes must survive that (D-06)
        value = json.loads(cut, parse_int=kept, parse_float=finite, parse_constant=refuse, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | dict) and nesting(value) <= 100 else None


def classified(value: Value) -> tuple[str, Value]:
    if value is None:
        return "none", None
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, int | float):
        return "number", value
    if isinstance(value, list):
        return "array", value
    if isinstance(value, dict):
        return "dictionary", value
    if value in TRUTHS:
        return "bool", TRUTHS[value]
    number = number_of(value)
    if number is not None:
        return "number", number
    cut = value.strip()
    if (day := date_of(cut)) is not None:
        return "date", day
    if (clock := time_of(cut)) is not None:
        return "time", clock
    halves = cut.split()
    if len(halves) == 2 and (day := date_of(halves[0])) is not None and (clock := time_of(halves[1])) is not None:
        return "datetime", datetime(day.year, day.month, day.day) + clock
    container = container_of(value)
    if container is not None:
        return ("array" if isinstance(container, list) else "dictionary"), container
    return "text", value


# ---------------------------------------------------------------- 7.3 text form and JSON form


def number_form(number: int | float) -> str:
    if isinstance(number, float) and not number.is_integer():
        return format(Decimal(repr(number)), "f")
    return str(int(number))


def text_form(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, int | float):
        return number_form(value)
    return json_form(value)


def json_form(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_form(value)
    if isinstance(value, list):
        return "[" + ",".join(map(json_form, value)) + "]"
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{json_form(item)}" for key, item in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False)


def as_element(value: Value) -> Value:
    """What a value becomes inside an array or dictionary, by content (D-31)."""
    if not isinstance(value, str):
        return value
    if value in ("True", "False"):
        return value == "True"
    number = number_of(value)
    if number is not None and -(10**308) < number < 10**308:  # beyond the range (D-46) digits are just text
        return number if number_form(number) == value else value
    container = container_of(value)
    return value if container is None else container


# ---------------------------------------------------------------- 8 operators


def within(number: int | float) -> int | float:
    if number != number:
        raise Failure("value")
    if abs(number) >= (10**308 if isinstance(number, int) else 1e308):
        raise Failure("overflow")
    return number


def calculated(sign: str, left: int | float, right: int | float) -> int | float:
    left, right = (int(item) if isinstance(item, bool) else item for item in (left, right))
    exact = isinstance(left, int) and isinstance(right, int)
    try:
        if sign == "+":
            return within(left + right)
        if sign == "-":
            return within(left - right)
        if sign == "*":
            return within(left * right)
        if sign in "/%" and right == 0:
            raise Failure("zero_division")
        if sign == "/":
            return within(left // right if exact and left % right == 0 else left / right)
        if sign == "%":
            return within(left % right)
        if left == 0 and right < 0:
            raise Failure("zero_division")
        if left < 0 and right != int(right):
            raise Failure("value")
        if not exact:
            return within(float(within(left)) ** float(within(right)))
        if left in (0, 1, -1) or right == 0:
            return left ** (abs(right) if right else 0)
        if math.log2(abs(left)) * abs(right) > 1100:
            if right > 0:
                raise Failure("overflow")
            return 0
        return within(left**right) if right > 0 else calculated("/", 1, left**-right)
    except OverflowError:
        raise Failure("overflow") from None


def clock_form(clock: timedelta) -> str:
    minutes = int(clock.total_seconds()) // 60 % 1440
    return f"{minutes // 60:02}:{minutes % 60:02}"


def shifted(kind: str, moment: Any, number: int | float) -> str:
    try:
        if kind == "time":
            return clock_form(timedelta(seconds=(int(moment.total_seconds()) + int(number) * 60) % 86400))
        moved = moment + timedelta(days=int(number))
    except OverflowError:
        raise Failure("value") from None
    day = f"{moved.day:02}.{moved.month:02}.{moved.year:04}"
    return day if kind == "date" else f"{day} {moved.hour:02}:{moved.minute:02}"


def operate(sign: str, left: Value, right: Value) -> Value:
    (one, left_value), (other, right_value) = classified(left), classified(right)
    if one in ("number", "bool") and other in ("number", "bool"):
        return calculated(sign, left_value, right_value)
    if "none" in (one, other):
        if sign == "+" and "text" in (one, other):
            return left if one == "text" else right
        raise Failure("none")
    moments = ("date", "time", "datetime")
    if sign in "+-" and one in moments and other == "number":
        return shifted(one, left_value, right_value if sign == "+" else -right_value)
    if sign == "+" and one == "number" and other in moments:
        return shifted(other, right_value, left_value)
    if sign == "-" and one == other == "date":
        return (left_value - right_value).days
    if sign == "-" and one == other == "time":
        return int((left_value - right_value).total_seconds() / 60)
    if sign != "+":
        raise Failure("type")
    return bounded(text_form(left) + text_form(right))


def bounded(text: str) -> str:
    if len(text) > 1_000_000:
        raise Failure("limit")
    return text


def negated(value: Value) -> Value:
    kind, number = classified(value)
    if kind not in ("number", "bool"):
        raise Failure("none" if kind == "none" else "type")
    return within(-number)


def same(left: Value, right: Value) -> bool:
    (one, left_value), (other, right_value) = classified(left), classified(right)
    if one != other:
        return False
    if one == "array":
        return len(left_value) == len(right_value) and all(map(same, left_value, right_value))
    if one == "dictionary":
        return set(left_value) == set(right_value) and all(
            same(left_value[key], right_value[key]) for key in left_value
        )
    return bool(left_value == right_value)


def compared(sign: str, left: Value, right: Value) -> bool:
    if sign in ("==", "!="):
        return same(left, right) == (sign == "==")
    (one, left_value), (other, right_value) = classified(left), classified(right)
    if one != other or one not in ORDERED:
        return False
    below, equal = left_value < right_value, left_value == right_value
    return bool({"<": below, "<=": below or equal, ">": not below and not equal, ">=": not below}[sign])


def true(value: Value) -> bool:
    kind, meant = classified(value)
    if kind in ("none", "bool", "number", "array", "dictionary"):
        return bool(meant)
    return value != ""


# ---------------------------------------------------------------- 9 elements


def key_form(key: Value) -> str:
    if key is None:
        raise Failure("none")
    if isinstance(key, list | dict):
        raise Failure("type")
    return text_form(key)


def position(key: Value) -> int:
    kind, number = classified(key)
    if kind == "none":
        raise Failure("none")
    if kind not in ("number", "bool") or number != int(number):
        raise Failure("type")
    return int(number)


def opened(value: Value) -> list[Value] | dict[str, Value] | None:
    return container_of(value) if isinstance(value, str) else value if isinstance(value, list | dict) else None


def element(base: Value, key: Value) -> Value:
    inside = opened(base)
    if inside is None:
        return None
    if isinstance(inside, dict):
        return inside.get(key_form(key))
    at = position(key)
    return inside[at] if -len(inside) <= at < len(inside) else None


def with_element(base: Value, path: list[Value], value: Value) -> Value:
    inside: Any = {} if base is None else opened(base)
    if inside is None:
        raise Failure("type")
    inside = inside.copy()
    if isinstance(inside, dict):
        place: Any = key_form(path[0])
        inner = inside.get(place)
    else:
        try:
            place = position(path[0])
        except Failure as failure:
            raise Failure("index" if failure.kind == "type" else failure.kind) from None
        if not -len(inside) <= place < len(inside):
            raise Failure("index")
        inner = inside[place]
    inside[place] = value if len(path) == 1 else with_element(inner, path[1:], value)
    return inside


def without_element(base: Value, path: list[Value]) -> Value:
    """None when there is no such element: then nothing happens."""
    inside = opened(base)
    if inside is None:
        if base is None or base == "":
            return None
        raise Failure("type")
    place: Any = key_form(path[0]) if isinstance(inside, dict) else position(path[0])
    there = place in inside if isinstance(inside, dict) else -len(inside) <= place < len(inside)
    if not there:
        return None
    changed = inside.copy()
    if len(path) == 1:
        del changed[place]
        return changed
    inner = without_element(inside[place], path[1:])
    if inner is None:
        return None
    changed[place] = inner
    return changed


# ---------------------------------------------------------------- 10, 11 scopes

EVENT = set(
    "none api_key project_id client_id client_type platform_id group messenger main_client_id message_id "
    "message_from_outside question attachments attachment_url order_id current_date current_time next_day weekday "
    "timestamp date_of_creation time_of_creation".split()
)
CARD = set("name full_name avatar tag custom_answer wa_bot order".split())
SERVICE = set(
    "phone email notSubscribed clientBlocked story_url ok_user_id viewed_page avito_profile avito_order_id "
    "avito_order_url budget".split()
)
WORDS = {"E": math.e, "True": True, "true": True, "False": False, "false": False}
RESERVED = set(
    "False None True and as assert async await break class continue def del elif else except finally for from global "
    "if import in is lambda nonlocal not or pass raise return try while with yield print true false null AND OR".split()
)
SCOPES = {"client": "client", "клиент": "client", "project": "project", "проект": "project", "const": "const"}


def legal(name: str) -> bool:
    """First a letter, then letters, digits, `_` (a letter may carry combining marks), at most 500 (D-02)."""
    return (
        0 < len(name) <= 500
        and name[0].isalpha()
        and all(char.isalpha() or char.isdecimal() or char == "_" or unicodedata.combining(char) for char in name)
    )


class Variables:
    """The scopes of one dialog; also what functions see as `run.scope`."""

    def __init__(self, given: Mapping[str, Value], now: datetime) -> None:
        self.now = now
        self.layers: dict[str, dict[str, Value]] = {
            "": {},
            "client": {},
            "project": {},
            "const": {},
            "event": {},
            "card": {},
        }
        self.clients: dict[str, dict[str, Value]] = {}
        for written, value in given.items():
            if value is None or value == "":
                continue
            name = unicodedata.normalize("NFC", written)
            prefix, dot, rest = name.partition(".")
            if dot and prefix in SCOPES:
                self.layers[SCOPES[prefix]][rest] = value
            elif name == "$clients":
                self.clients = {str(key): dict(known) for key, known in value.items()}
            else:
                self.layers["event" if name in EVENT else "card" if name in CARD else ""][name] = value

    def get(self, name: str) -> Value:
        for layer in ("event", "", "client", "project", "const", "card"):
            if name in self.layers[layer]:
                return self.layers[layer][name]
        moment = self.now
        if name == "current_date":
            return f"{moment.day:02}.{moment.month:02}.{moment.year:04}"
        if name == "next_day":
            return shifted("date", moment.date(), 1)
        if name == "current_time":
            return f"{moment.hour:02}:{moment.minute:02}"
        if name == "weekday":
            return moment.isoweekday()
        if name == "timestamp":
            return round(moment.timestamp(), 3)
        if name in ("tag", "message_id"):
            return "NONE"
        return WORDS.get(name)

    def get_in(self, layer: str, name: str) -> Value:
        return self.layers[layer].get(name)

    def user_value(self, name: str) -> Value:
        for layer in ("", "client", "project", "const"):
            if name in self.layers[layer]:
                return self.layers[layer][name]
        return None

    def known(self, name: str) -> bool:
        return any(name in layer for layer in self.layers.values()) or (
            name in EVENT or name in CARD or name in SERVICE or name in WORDS or name == "None"
        )

    def put(self, layer: str, name: str, value: Value) -> None:
        if value is None or value == "":
            self.drop(layer, name)
            return
        if nesting(value) > 100 or len(text_form(value)) > 100_000:
            raise Failure("limit")
        variables = self.layers[layer]
        if name not in variables and len(variables) >= 1000 and layer != "project":
            raise Failure("limit")
        variables[name] = value

    def drop(self, layer: str, name: str) -> None:
        self.layers[layer].pop(name, None)

    def flat(self) -> dict[str, Value]:
        return self.layers[""] | {
            f"{layer}.{name}": value
            for layer in ("client", "project", "const")
            for name, value in self.layers[layer].items()
        }


def writable(name: str) -> None:
    if name in RESERVED or not legal(name):
        raise Failure("bad_name")
    if name in EVENT:
        raise Failure("readonly")


# ---------------------------------------------------------------- walking

ARITHMETIC = (nodes.Sum, nodes.Product, nodes.Power, nodes.Negative)
OPERATORS = (*ARITHMETIC, nodes.Comparison, nodes.Logic)


class Walker:
    """Evaluates nodes of one text over variables."""

    def __init__(
        self, text: str, variables: Variables, context: Context, targets: frozenset[str] = frozenset()
    ) -> None:
        self.text = text
        self.variables = variables
        self.context = context
        self.targets = targets
        self.catalog = built_in_catalog()

    def known(self, name: str) -> bool:
        return name in self.targets or self.variables.known(name) or name in self.catalog.declared

    # ------------------------------------------------------------ expressions

    def value(self, node: Any) -> Value:
        return getattr(self, "on_" + type(node).__name__.lower())(node)

    def on_number(self, node: nodes.Number) -> Value:
        return as_element(node.text)

    def on_name(self, node: nodes.Name) -> Value:
        if node.layer is not None:
            return self.variables.get_in(node.layer, node.name)
        return self.variables.get(node.name)

    def on_dynamicname(self, node: nodes.DynamicName) -> Value:
        name = "".join(part if isinstance(part, str) else text_form(self.value(part)) for part in node.parts)
        name = unicodedata.normalize("NFC", name)
        if not legal(name):
            return None
        return self.variables.get_in(node.layer, name) if node.layer else self.variables.user_value(name)

    def on_hole(self, node: nodes.Hole) -> Value:
        if node.inner is not None:
            return self.value(node.inner)
        found = self.variables.user_value(node.raw)
        if found is None:
            raise Failure("syntax")
        return found

    def on_text(self, node: nodes.Text) -> Value:
        if not self._is_json(node):
            return self.filled(node.parts)
        done, inside = "", False
        for part in node.parts:
            if isinstance(part, str):
                done += part
                # In a string: an odd number of quotes so far that no backslash escapes.
                inside ^= len(re.findall(r'\\.|(")', part, re.S)) % 2 == 1 if "\\" not in part else self._odd(part)
                continue
            value = self.value(part)
            done += json_form(text_form(value))[1:-1] if inside else json_form(as_element(value))
        return bounded(done)

    @staticmethod
    def _odd(part: str) -> bool:
        return sum(found == '"' for found in re.findall(r'\\.|"', part, re.S)) % 2 == 1

    @staticmethod
    def _is_json(node: nodes.Text) -> bool:
        if all(isinstance(part, str) for part in node.parts):
            return False
        sample = "".join(part if isinstance(part, str) else "0" for part in node.parts)
        return '"' in sample and container_of(sample) is not None

    def filled(self, parts: tuple[Any, ...]) -> str:
        return bounded("".join(part if isinstance(part, str) else text_form(self.value(part)) for part in parts))

    def on_group(self, node: nodes.Group) -> Value:
        return self.value(node.inner)

    def on_negative(self, node: nodes.Negative) -> Value:
        return negated(self.value(node.operand))

    def on_sum(self, node: nodes.Sum | nodes.Product) -> Value:
        # Operands of one chain are evaluated as they are met, left to right.
        result = self.value(node.operands[0])
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            result = operate(sign, result, self.value(operand))
        return result

    on_product = on_sum

    def on_power(self, node: nodes.Power) -> Value:
        return operate("^", self.value(node.base), self.value(node.exponent))

    def on_comparison(self, node: nodes.Comparison) -> Value:
        left = self.value(node.operands[0])
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            right = self.value(operand)
            if not compared(sign, left, right):
                return False
            left = right
        return True

    def on_logic(self, node: nodes.Logic) -> Value:
        for operand in node.operands:
            if true(self.value(operand)) == (node.operator == "or"):
                return node.operator == "or"
        return node.operator == "and"

    def on_item(self, node: nodes.Item) -> Value:
        base = self.value(node.base)
        return element(base, self.value(node.key))

    def on_array(self, node: nodes.Array) -> Value:
        return [self.inner(item) for item in node.items]

    def on_dictionary(self, node: nodes.Dictionary) -> Value:
        made: dict[str, Value] = {}
        for key, item in node.pairs:
            name = key.text if isinstance(key, nodes.Number) else text_form(self.value(key))
            made[name] = self.inner(item)
        return made

    def inner(self, node: Any) -> Value:
        """An element of a literal: R3 and R4, string literals stay strings, the rest by content."""
        if isinstance(node, nodes.Text):
            return self.value(node)
        if isinstance(node, nodes.Name) and node.layer is None and node.name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[node.name]
        words = self.words(node)
        return as_element(self.value(node) if words is None else words)

    def on_call(self, node: nodes.Call) -> Value:
        if node.name == "if":
            if node.end - node.start > 2000:
                raise Failure("limit")
            if len(node.arguments) != 3:
                raise Failure("arity")
            condition, yes, no = node.arguments
            return self.value(yes if true(self.value(condition)) else no)
        function = self.catalog.get(node.name)
        if function is None:
            raise Failure("unknown_function")
        count = len(node.arguments)
        if count < function.least or (function.rest is None and count > len(function.params)):
            raise Failure("arity")
        given = []
        for index, argument in enumerate(node.arguments):
            value = self.value(argument)
            param = function.params[index] if index < len(function.params) else function.rest
            assert param is not None
            optional = index < len(function.params) and not param.required
            if optional and (value is None or value == ""):
                given.append(param.default)
            else:
                given.append(self.converted(param.coerce, value))
        if function.takes_context:
            given.insert(0, self.context)
        return function.call(*given)

    @staticmethod
    def converted(coerce: Any, value: Value) -> Value:
        """An argument as the function wants it (functions-core.md, F-01 and F-02)."""
        kind, meant = classified(value)
        wanted = getattr(coerce, "__name__", "") if coerce is not None else "as it is"
        if wanted == "as it is":
            return value
        if wanted == "to_text":
            return text_form(value)
        if wanted == "to_truth":
            return true(value)
        if wanted in ("to_number", "to_whole"):
            if kind == "none":
                raise Failure("none")
            if kind not in ("number", "bool") or (wanted == "to_whole" and meant != int(meant)):
                raise Failure("type")
            return int(meant) if kind == "bool" or wanted == "to_whole" else meant
        allowed = {"to_array": ("array",), "to_dictionary": ("dictionary",), "to_container": ("array", "dictionary")}
        if wanted in allowed:
            if kind not in allowed[wanted]:
                raise Failure("type")
            return meant
        return coerce(value)

    # ------------------------------------------------------------ right sides (5)

    def words(self, node: Any) -> str | None:
        """R3: the text as written, or None when the expression counts."""
        below, names = [node], []
        for item in below:
            if isinstance(item, nodes.Name) and item.layer is None:
                names.append(item.name)
            elif isinstance(item, ARITHMETIC):
                below.extend(nodes.children(item))
            else:
                return None
        written = self.text[node.start : node.end].replace("\ufdd0", "")
        known = [self.known(name) for name in names]
        hyphenated = (
            isinstance(node, nodes.Sum) and set(node.operators) == {"-"} and not re.search(r"[\s\u200b\ufeff]", written)
        )
        hyphenated = hyphenated and all(isinstance(item, nodes.Name) for item in node.operands)
        return written if not any(known) or (hyphenated and not all(known)) else None

    def holes_and_unknown(self, node: Any) -> bool:
        """R5: at least one bare `#{…}` and otherwise only numbers, operators, brackets and unknown names."""
        below, holes = [node], 0
        for item in below:
            if isinstance(item, nodes.Hole):
                holes += 1
            elif isinstance(item, (*OPERATORS, nodes.Group)):
                below.extend(nodes.children(item))
            elif isinstance(item, nodes.Name) and item.layer is None:
                if self.known(item.name):
                    return False
            elif not isinstance(item, nodes.Number):
                return False
        return holes > 0

    def right(self, node: Any) -> Value:
        if isinstance(node, nodes.Nothing):
            return ""
        if isinstance(node, nodes.PlainText):
            return self.filled(node.parts)
        written = self.text[node.start : node.end]
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|true|false|True|False|[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
            return written
        if isinstance(node, nodes.HoleSum):
            raw = node.text
        else:
            raw = None
        expression = node.expression if isinstance(node, nodes.Words | nodes.HoleSum) else node
        words = self.words(expression)
        if words is not None:
            return words
        try:
            return self.value(expression)
        except (Failure, Fault) as failure:
            if failure.kind in ("type", "none") and self.holes_and_unknown(expression):
                parts = raw.parts if raw else Parser(self.text, self.catalog, node.end).parts(node.start, node.end)
                return self.filled(parts)
            raise

    # ------------------------------------------------------------ statements (4)

    def name_of(self, target: nodes.Target) -> str:
        if isinstance(target.name, str):
            return target.name
        name = "".join(part if isinstance(part, str) else text_form(self.value(part)) for part in target.name.parts)
        name = unicodedata.normalize("NFC", name)
        writable(name)
        return name

    def perform(self, node: Any) -> None:
        if isinstance(node, nodes.Wrong):
            raise Failure(message_of(node.code).kind)
        if isinstance(node, nodes.Run):
            self.value(node.call)
            return
        target: nodes.Target = node.target
        if isinstance(node, nodes.Assign) and isinstance(node.right, nodes.HoleSum):
            self.right(node.right)  # the order of left and right is open; here a failing right side is told first
        name = self.name_of(target)
        if isinstance(node, nodes.Delete):
            if not target.path:
                self.variables.drop(target.layer, name)
                return
            changed = without_element(self.base(target, name), [self.value(key) for key in target.path])
            if changed is not None:
                self.variables.put(target.layer, name, changed)
            return
        if not target.path:
            self.variables.put(target.layer, name, self.right(node.right))
            return
        # The left side first, as it is written; the reference leaves the order open.
        base = self.base(target, name)
        path = [self.value(key) for key in target.path]
        value = self.right(node.right)
        if not isinstance(node.right, nodes.Text):
            value = as_element(value)
        changed = with_element(base, path, value)
        if nesting(changed) > 100:
            raise Failure("limit")
        self.variables.put(target.layer, name, changed)

    def base(self, target: nodes.Target, name: str) -> Value:
        return self.variables.get_in(target.layer, name) if target.layer else self.variables.get(name)


@dataclass(frozen=True, slots=True)
class Result:
    """Variables after the run and the kinds of errors in order."""

    variables: dict[str, Value]
    kinds: list[str]


def _context(now: datetime, variables: Variables) -> Context:
    return Context(now=now, timezone=now.tzinfo, scope=variables)


def evaluate(code: str, variables: Mapping[str, Value] | None, now: datetime) -> Result:
    """Run a field of the calculator."""
    scope = Variables(variables or {}, now)
    statements, _ = parse_field(code, built_in_catalog())
    targets = frozenset(
        item.target.name for item in statements if isinstance(item, nodes.Assign) and isinstance(item.target.name, str)
    )
    walker = Walker(without_comments(code)[0], scope, _context(now, scope), targets)
    kinds = []
    for statement in statements:
        before = {name: dict(layer) for name, layer in scope.layers.items()}
        try:
            walker.perform(statement)
        except (Failure, Fault) as failure:
            kinds.append(failure.kind)
            for name, layer in before.items():  # D-11
                scope.layers[name].clear()
                scope.layers[name].update(layer)
    return Result(scope.flat(), kinds)


def expression(text: str, variables: Mapping[str, Value] | None, now: datetime) -> Value:
    """Value of one expression; raises `Failure`."""
    scope = Variables(variables or {}, now)
    text = without_comments(text)[0]
    parser = Parser(text, built_in_catalog())
    try:
        node = parser.expression(*parser.trimmed(0, len(text)))
        return Walker(text, scope, _context(now, scope)).value(node)
    except (ParseFault, Fault) as fault:
        raise Failure(message_of(fault.code).kind) from None


def condition(text: str, variables: Mapping[str, Value] | None, now: datetime) -> tuple[bool, list[str]]:
    if len(text) > 1000:
        return False, ["limit"]
    try:
        return true(expression(text, variables, now)), []
    except Failure as failure:
        return False, [failure.kind]


def render(template: str, variables: Mapping[str, Value] | None, now: datetime) -> tuple[str, list[str]]:
    scope = Variables(variables or {}, now)
    walker = Walker(template, scope, _context(now, scope))
    done, kinds = "", []
    for part in Parser(template, built_in_catalog()).parts(0, len(template)):
        try:
            done += part if isinstance(part, str) else text_form(walker.value(part))
        except (Failure, Fault) as failure:
            kinds.append(failure.kind)
    return done, kinds
