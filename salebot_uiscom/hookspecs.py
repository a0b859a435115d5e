"""What a plugin can add. Marker and entry point group are both `salebot_uiscom`.

Hooks run once, when an `Interpreter` is created; afterwards its tables are read-only. No hook lies on the path of an
expression. An implementation calls the `register` it is handed, once per thing it offers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pluggy

from .ports import CardAction, Receiver, Settler

hookspec = pluggy.HookspecMarker("salebot_uiscom")
hookimpl = pluggy.HookimplMarker("salebot_uiscom")


@hookspec
def register_functions(register: Callable[[Callable[..., Any]], None]) -> None:
    """`register(callable)` for each function marked with `@function`. A name taken twice stops assembly."""


@hookspec
def register_names(register: Callable[[str], None]) -> None:
    """`register(name)` for each variable the plugin sets or reads: the language then knows it even when it is unset."""


@hookspec
def register_effects(register: Callable[..., None]) -> None:
    """`register(EffectType, handler, async_handler=None)`. Without an async handler the plain one runs in a thread."""


@hookspec
def register_settings(register: Callable[..., None]) -> None:
    """`register(name, check=None)`: functions of the plugin ask for `ctx.settings(name)`.

    `check(table)` raises for a table that cannot be used; whoever creates the `Interpreter` is told at once. Without
    the hook a plugin has the settings of its own name.
    """


@hookspec
def register_receivers(register: Callable[[Receiver], None]) -> None:
    """`register(Receiver(...))` for each address that takes notifications from outside."""


@hookspec
def register_settlers(register: Callable[[Settler], None]) -> None:
    """`register(Settler(...))` for actions that must not be repeated and whose outcome can be found out later."""


@hookspec
def register_card_actions(register: Callable[[CardAction], None]) -> None:
    """`register(CardAction(...))` for each way of calling a number from the client card."""


@hookspec
def register_commands(register: Callable[[Any], None]) -> None:
    """`register(command)` for each click command of the plugin."""
