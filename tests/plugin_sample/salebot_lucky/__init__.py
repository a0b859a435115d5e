"""A sample plugin: a pure function, a function that asks the outside, and a command.

`lucky_sum(7)` calculates. `lucky_ticket(place)` needs a machine that draws tickets: it yields the effect `DrawTicket`,
and whoever runs the program performs it, in a thread or in asyncio.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from salebot_uiscom import function, hookimpl
from salebot_uiscom.effects import Effect, Steps
from salebot_uiscom.functions.registry import Text, Value, Whole


@dataclass(frozen=True, slots=True)
class DrawTicket(Effect):
    """Draw a ticket at a place; the answer is its number."""

    place: str


@function()
def lucky_sum(number: Whole) -> int:
    """Сумма цифр числа.

    Примеры:
        lucky_sum(777)  # 21
        lucky_sum('abc')  # ошибка type
    English:
        Sum of the digits of a number.
    """
    return sum(map(int, str(abs(number))))


@function(effect=True)
def lucky_ticket(place: Text = "касса") -> Steps[Value]:
    """Словарь: номер вытянутого билета и счастливый ли он.

    English:
        Dictionary: number of the ticket drawn, and whether it is a lucky one.
    """
    number: int = yield DrawTicket(place)
    return {"number": number, "lucky": lucky_sum(number) % 7 == 0}


def draw(effect: DrawTicket) -> int:
    """The machine, for threads."""
    return 1000 + len(effect.place)


async def adraw(effect: DrawTicket) -> int:
    """The machine, for asyncio."""
    await asyncio.sleep(0)
    return draw(effect)


@hookimpl
def register_functions(register: Any) -> None:
    register(lucky_sum)
    register(lucky_ticket)


@hookimpl
def register_effects(register: Any) -> None:
    register(DrawTicket, draw, adraw)


@hookimpl
def register_commands(register: Any) -> None:
    import click

    @click.command("lucky", help="Сумма цифр числа.")
    @click.argument("number", type=int)
    def command(number: int) -> None:
        click.echo(lucky_sum(number))

    register(command)
