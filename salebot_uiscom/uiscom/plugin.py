"""The plugin: what UISCOM adds to the language and to a host, through the same hooks as anybody's plugin."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ..effects import Steps
from ..hookspecs import hookimpl
from ..ports import CardAction, Intent, Receiver, Settler
from .matching import SWITCH, VARIABLE


class UiscomPlugin:
    """UISCOM for one project.

    Args:
        settings: `UiscomSettings`, a table as in `[uiscom]` of a bot file, or a callable that gives either. It is asked
            at every use, so a replaced key counts from the next call on. None: the environment. What the host keeps
            comes first (`ctx.settings("uiscom")`, the effect `PluginSettings`).
        clock: Unix seconds, for notifications and for looking up lost calls.
    """

    name = "uiscom"

    def __init__(self, settings: Any = None, *, clock: Callable[[], float] = time.time) -> None:
        from .connection import Connection

        check(settings)  # a misspelt setting is told now, not at the first call
        self.connection = Connection(settings, clock=clock)

    @hookimpl
    def register_functions(self, register: Callable[[Callable[..., Any]], None]) -> None:
        from .functions import make_functions

        for function in make_functions(self.connection):
            register(function)

    @hookimpl
    def register_names(self, register: Callable[[str], None]) -> None:
        register(VARIABLE)
        register(SWITCH)

    @hookimpl
    def register_settings(self, register: Callable[..., None]) -> None:
        register(self.name, check)

    @hookimpl
    def register_receivers(self, register: Callable[[Receiver], None]) -> None:
        from .receiver import make_receiver

        register(make_receiver(self.connection))

    @hookimpl
    def register_settlers(self, register: Callable[[Settler], None]) -> None:
        from .settle import FUNCTIONS

        register(Settler(FUNCTIONS, self.settle))

    @hookimpl
    def register_card_actions(self, register: Callable[[CardAction], None]) -> None:
        from .card import make_card_action

        register(make_card_action(self.connection))

    def settle(self, intent: Intent) -> Steps[None]:
        """Find out what became of an open intent of this plugin: after a crash, or when nobody answered."""
        from .settle import settle

        settings = yield from self.connection.ask()
        yield from settle(intent, self.connection, settings)


def check(settings: Any) -> None:
    """Refuse a misspelt setting of the host as early as one of the plugin itself.

    Raises:
        SettingsError: a name or a value is wrong.
    """
    if isinstance(settings, Mapping):
        from .settings import read

        read(settings)


# The module itself is a plugin too (`plugins=["salebot_uiscom.uiscom.plugin"]`): one project, settings from the
# host or the environment.
_default = UiscomPlugin()
register_functions = _default.register_functions
register_names = _default.register_names
register_settings = _default.register_settings
register_receivers = _default.register_receivers
register_settlers = _default.register_settlers
register_card_actions = _default.register_card_actions
