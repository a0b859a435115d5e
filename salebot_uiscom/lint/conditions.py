"""SB720–SB725: conditions that cannot decide anything.

No algebra: the condition is evaluated by the language's own rules for every value that could make a difference (the
constants it compares with, their neighbours, and values of other classes). If all give the same, so would any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from ..errors import Fault
from ..lang import nodes
from ..scope import BUILT_IN, CONSTANTS
from ..values import DATE, DATETIME, NUMBER, TIME, date_text, datetime_text, meaning, time_text, to_text, to_truth
from .field import Field, Unknown

# Values of the names that the platform computes; nothing else can stand in them.
_DAYS = [date_text(date(2026, 1, 1) + timedelta(days=step)) for step in (0, 180, 3650)] + ["01.01.2000"]
_TIMES = ["00:00", "06:00", "12:00", "18:00", "23:59"]
_DOMAINS: dict[str, list[Any]] = {
    "weekday": [1, 2, 3, 4, 5, 6, 7],
    "message_from_outside": [None, 0, 1, 2, 3, 5],
    "client_type": [None, 0, 1, 2, 3, 5, 6, 7, 8, 10, 12, 13, 14, 16, 19, 20, 21, 22, 23],
    "current_date": _DAYS,
    "next_day": _DAYS,
    "current_time": _TIMES,
}
_ANYTHING: list[Any] = [None, True, False, 0, 1, -1, 10**9, 0.5, "текст", "Z", "01.01.2000", "12:00", [1], {"a": 1}]
MAX_VALUES = 300


def check(field: Field) -> None:
    done: set[int] = set()
    roots = [
        *field.conditions(),
        *(item for item in field.all_nodes if isinstance(item, nodes.Comparison | nodes.Logic)),
    ]
    for root in roots:
        if id(root) not in done:
            _examine(field, root, done)
    for item in field.all_nodes:
        if isinstance(item, nodes.Logic):
            _operands(field, item)
        if isinstance(item, nodes.Call) and item.name == "if" and len(item.arguments) == 3:
            _, yes, no = item.arguments
            if field.meaning(yes) == field.meaning(no):
                field.report("SB725", no.start, no.end)
    for condition in field.conditions():
        _constant(field, condition)


def _bare(node: Any) -> Any:
    while isinstance(node, nodes.Group):
        node = node.inner
    return node


# ---------------------------------------------------------------- one variable, every value


def _examine(field: Field, node: Any, done: set[int]) -> None:
    """Report the outermost part that never varies; look into a condition over several variables part by part."""
    node = _bare(node)
    if id(node) in done or not isinstance(node, nodes.Comparison | nodes.Logic):
        return
    done.add(id(node))
    if isinstance(node, nodes.Comparison) and _with_empty_text(field, node):
        return
    parts: list[tuple[list[Any], Any]] = [([node], _subject(node))]
    if isinstance(node, nodes.Logic) and parts[0][1] is None:
        grouped: dict[Any, list[Any]] = {}
        for operand in node.operands:
            subject = _subject(operand)
            if subject is not None:
                grouped.setdefault(subject, []).append(operand)
        parts = [(operands, subject) for subject, operands in grouped.items() if len(operands) > 1]
    for operands, subject in parts:
        verdict = None if subject is None or _has_bare_constant(operands) else _verdict(field, node, operands, subject)
        if verdict is not None:
            text = f" {getattr(node, 'operator', '')} ".join(field.of(item) for item in operands)
            why = _why(subject[0], verdict)
            field.report(
                "SB721" if verdict else "SB720", operands[0].start, operands[-1].end, text=text[:80],
                text_why_ru=why[0], text_why_en=why[1],
            )  # fmt: skip
            done.update(id(item) for item in nodes.walk(node))
            return


def _has_bare_constant(operands: list[Any]) -> bool:
    """`a == 1 or 2` is told as SB723."""
    inside = [item for operand in operands for item in nodes.walk(operand) if isinstance(item, nodes.Logic)]
    return any(isinstance(_bare(part), nodes.Number | nodes.Text) for item in inside for part in item.operands)


def _subject(node: Any) -> tuple[str, str | None] | None:
    """The one variable of a condition made of comparisons with constants only; None for anything else."""
    found: set[tuple[str, str | None]] = set()
    for item in nodes.walk(node):
        if isinstance(item, nodes.Name) and (item.layer or item.name not in CONSTANTS):
            found.add((item.name, item.layer))
        elif isinstance(item, nodes.Text) and any(not isinstance(part, str) for part in item.parts):
            return None
        elif not isinstance(
            item, nodes.Name | nodes.Text | nodes.Number | nodes.Negative | nodes.Group | nodes.Comparison | nodes.Logic
        ):
            return None
    return found.pop() if len(found) == 1 else None


def _verdict(field: Field, whole: Any, operands: list[Any], subject: tuple[str, str | None]) -> bool | None:
    """True = holds for every value, False = for none, None = depends."""
    name, layer = subject
    if layer is not None:
        return None
    values = _candidates(field, name, operands)
    results = set()
    if len(values) > MAX_VALUES:
        return None
    for value in values:
        variables = {} if value is None else {name: value}
        try:
            each = [to_truth(field.evaluate(operand, variables)) for operand in operands]
        except Fault:
            return None
        joined_by_or = isinstance(whole, nodes.Logic) and len(operands) > 1 and whole.operator == "or"
        results.add(any(each) if joined_by_or else all(each))
        if len(results) == 2:
            return None
    return results.pop() if results else None


def _candidates(field: Field, name: str, operands: list[Any]) -> list[Any]:
    domain = _DOMAINS.get(name)
    constants = []
    for operand in operands:
        for item in nodes.walk(operand):
            if isinstance(item, nodes.Text | nodes.Number | nodes.Negative):
                try:
                    constants.append(field.constant(item))
                except (Unknown, Fault):
                    continue
    near = [value for constant in constants for value in _around(constant)]
    numbers = sorted({meant for kind, meant in map(meaning, constants) if kind == NUMBER})
    near += [(low + high) / 2 for low, high in pairwise(numbers)]
    if domain is None:
        return [*_ANYTHING, *near]
    if name in ("current_date", "next_day", "current_time"):
        wanted = TIME if name == "current_time" else DATE
        return [*domain, *(value for value in near if meaning(value)[0] == wanted)]
    return domain


def _around(value: Any) -> Iterator[Any]:
    """A constant and its nearest neighbours in the order of its class."""
    kind, meant = meaning(value)
    if value == "":
        return
    yield value
    if kind == NUMBER:
        yield from (meant - 1, meant + 1, meant - 0.25, meant + 0.25)
    elif kind in (DATE, DATETIME):
        step, shown = (timedelta(days=1), date_text) if kind == DATE else (timedelta(minutes=1), datetime_text)
        try:
            yield from (shown(meant - step), shown(meant + step))
        except OverflowError:
            return
    elif kind == TIME:
        for minutes in (-1, 1):
            moved = meant + timedelta(minutes=minutes)
            if timedelta() <= moved < timedelta(days=1):
                yield time_text(moved)
    else:
        text = to_text(value)
        yield from (text + "!", text + "я", text[:-1] or "!", "!")


def _why(name: str, verdict: bool) -> tuple[str, str]:
    domain = _DOMAINS.get(name)
    if domain is None:
        return (
            "проверьте границы, знаки and / or и то, что сравниваются значения одного вида",
            "check the limits, and / or, and that values of one kind are compared",
        )
    shown = ", ".join(to_text(value) for value in domain if value is not None)
    if name in ("current_date", "next_day", "current_time"):
        shown = "чч:мм (HH:MM)" if name == "current_time" else "дд.мм.гггг (dd.mm.yyyy)"
    return f"{name} бывает таким: {shown}", f"{name} can be: {shown}"


# ---------------------------------------------------------------- single slips


def _with_empty_text(field: Field, node: nodes.Comparison) -> bool:
    if len(node.operators) != 1 or node.operators[0] not in ("==", "!="):
        return False
    for name, text in (node.operands, node.operands[::-1]):
        if (
            isinstance(name, nodes.Name)
            and name.name not in BUILT_IN
            and isinstance(text, nodes.Text)
            and not text.parts
        ):
            truth = "False" if node.operators[0] == "==" else "True"
            fix = [(text.start, text.end, "None")]
            field.report("SB722", node.start, node.end, fix=fix, name=field.of(name), text=truth)
            return True
    return False


def _operands(field: Field, node: nodes.Logic) -> None:
    seen: set[str] = set()
    for operand in node.operands:
        signature = repr(field.meaning(_bare(operand)))
        if signature in seen:
            field.report("SB724", operand.start, operand.end, name=field.of(operand))
            break
        seen.add(signature)
    for before, operand in pairwise(node.operands):
        if isinstance(_bare(operand), nodes.Number | nodes.Text) and isinstance(_bare(before), nodes.Comparison):
            try:
                field.constant(operand)
            except (Unknown, Fault):
                continue
            field.report("SB723", operand.start, operand.end, name=field.of(operand))


def _constant(field: Field, condition: Any) -> None:
    """A condition without any variable."""
    try:
        truth = to_truth(field.constant(condition))
    except (Unknown, Fault):
        return
    why = ("в условии нет ни одной переменной", "the condition has no variable")
    code = "SB721" if truth else "SB720"
    field.report(code, condition.start, condition.end, text=field.of(condition), text_why_ru=why[0], text_why_en=why[1])


__all__ = ["check"]
