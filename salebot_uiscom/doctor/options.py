"""What the doctor is asked to look at beside the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .environment import Environment


@dataclass(frozen=True, slots=True)
class Reference:
    """A number or id that a bot uses. `where`: for people, `bot.toml: блок 3`."""

    value: Any = field(repr=False)
    where: str


@dataclass(frozen=True, slots=True)
class References:
    """What a bot calls with; the doctor looks each up in the account."""

    numbers: tuple[Reference, ...] = ()
    employees: tuple[Reference, ...] = ()
    scenarios: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What to check.

    Attributes:
        references: numbers and ids of a bot.
        receiver_url: the address given to UIS for notifications; "" is not checked.
        receiver_keys: keys that the bot accepts in it; empty: not known here.
        template: body of a notification; None is not checked. `event`: its type (`bodies.EVENTS`), "" for any.
        uis_timezone: zone that the bot uses for offline messages; None is not checked.
        settings_problem: why there are no settings, when there are none.
        environment: this machine; None: not checked.
    """

    references: References = References()
    receiver_url: str = field(default="", repr=False)
    receiver_keys: tuple[str, ...] = field(default=(), repr=False)
    template: str | None = None
    event: str = ""
    uis_timezone: str | None = None
    settings_problem: str = ""
    environment: Environment | None = None


def merged(*parts: References) -> References:
    """All references together."""
    return References(
        tuple(item for part in parts for item in part.numbers),
        tuple(item for part in parts for item in part.employees),
        tuple(item for part in parts for item in part.scenarios),
    )
