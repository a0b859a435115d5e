"""How arguments of host functions are read (functions-host.md, "Shared rules").

`None`, empty text and the word `none` mean "not passed"; ids come as numbers or text, lists and dictionaries as such or
as JSON text. What cannot be read is None here: a wrong call gives a documented text, `None` or `False`, no exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...context import Context
from ...effects import Steps
from ...errors import Fault
from ...ports import Client
from ...store import records
from ...values import parse_json, parse_number, to_text
from ..outside import given

if TYPE_CHECKING:
    from ..turn import Turn

PAGES = "peremennye-i-funkcii"


def turn_of(context: Context) -> Turn:
    """The turn a function is called in. Outside of a bot there is none."""
    turn: Turn | None = context.host.get("turn")
    if turn is None:
        raise Fault("SB640")
    return turn


def whole(value: Any) -> int | None:
    """A whole number, given as number or text."""
    if isinstance(value, bool) or value is None:
        return None
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, int | float) and number == number and abs(number) < 2**63 and number == int(number):
        return int(number)
    return None


def number(value: Any) -> int | float | None:
    if isinstance(value, bool) or value is None:
        return None
    found = parse_number(value) if isinstance(value, str) else value
    return found if isinstance(found, int | float) else None


def array(value: Any) -> list[Any] | None:
    found = parse_json(value) if isinstance(value, str) else value
    return found if isinstance(found, list) else None


def dictionary(value: Any) -> dict[str, Any] | None:
    found = parse_json(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else None


def ids(value: Any) -> list[int]:
    """One id or an array of them; what is none is left out."""
    many = array(value)
    found = [whole(item) for item in (many if many is not None else [value])]
    return [item for item in found if item is not None]


def truth(value: Any, default: bool) -> bool:
    """An optional switch: `True`, `1`, `"1"`; 0 and `False` are passed values."""
    if not given(value):
        return default
    return to_text(value).strip().lower() not in ("false", "0")


def client_given(turn: Turn, value: Any) -> Steps[Client | None]:
    """The client meant by an optional `client_id`; None = unknown."""
    if not given(value):
        return turn.client
    number = whole(value)
    return None if number is None else (yield from turn.client_of(number))


def deal_given(turn: Turn, value: Any) -> Steps[records.Deal | None]:
    """The deal meant by an optional `order_id`; None = unknown, or none is current."""
    if not given(value):
        return (yield from turn.current_deal())
    number = whole(value)
    return None if number is None else (yield from turn.deal_of(number))
