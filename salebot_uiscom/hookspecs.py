"""What a plugin can add. Marker and entry point group are both `salebot_uiscom`.

Hooks run once, when an `Interpreter` is created; afterwards its tables are read-only. No hook lies on the path of an
expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from .interpreter import (
        RegisterCardAction,
        RegisterCommand,
        RegisterEffect,
        RegisterFunction,
        RegisterNames,
        RegisterReceiver,
    )

hookspec = pluggy.HookspecMarker("salebot_uiscom")
hookimpl = pluggy.HookimplMarker("salebot_uiscom")


@hookspec
def register_functions(register: RegisterFunction) -> None:
    """Call `register(callable)` for each function marked with `@function`. A name taken twice stops assembly."""


@hookspec
def register_names(register: RegisterNames) -> None:
    """Call `register(name)` for each variable the plugin sets or reads: the language then knows it when unset."""


@hookspec
def register_effects(register: RegisterEffect) -> None:
    """Call `register(EffectType, handler, async_handler=None)`. Without an async handler the plain one runs in a thread."""


@hookspec
def register_receivers(register: RegisterReceiver) -> None:
    """Call `register(path, receive)`: `path` such as `/uiscom_webhook/{key}`, `receive(request) -> Steps[WebReply]`."""


@hookspec
def register_card_actions(register: RegisterCardAction) -> None:
    """Call `register(action)` for each button of the client card beside a phone number."""


@hookspec
def register_commands(register: RegisterCommand) -> None:
    """Call `register(command)` for each click command of the plugin."""


def specs() -> Any:
    """The module itself, for `PluginManager.add_hookspecs`."""
    import sys

    return sys.modules[__name__]
