"""From the settings of a project to a client of UIS, and what is remembered between calls of a process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ..effects import Steps, UnhandledEffect
from ..errors import SalebotError
from ..messages import language, message_of
from ..ports import PluginSettings
from ..uis import Uis, UisSettings, UisState
from .outcome import Alarms
from .settings import Reader, UiscomSettings

_OURS = PluginSettings("uiscom")
# Finding out right away what became of a call may hold a dialog up this long (uis-api.md 10, step 1).
QUICK_LOOK_S = 3.0


class NotConfigured(SalebotError):
    """The settings do not allow a single request."""


class Connection:
    """Makes clients of UIS for the plugin: settings are asked anew at each use, points and sessions are kept.

    Args:
        source: settings, a table, a callable giving either, or None for the environment.
        clock: Unix seconds.
    """

    def __init__(self, source: Any = None, *, clock: Callable[[], float] = time.time) -> None:
        self.source = source
        self.clock = clock
        self.state = UisState()
        self.alarms = Alarms()
        self._reader = Reader()

    def settings(self, given: Any = None) -> UiscomSettings:
        """The settings of this moment; `given` (what the host keeps for the run) comes first."""
        return self._reader.read(self.source if given is None else given)

    def ask(self) -> Steps[UiscomSettings]:
        """The settings of this moment where there is no run: from the host if it answers, else as `settings`."""
        try:
            given = yield _OURS
        except UnhandledEffect:
            given = None
        return self.settings(given)

    def open(self, settings: UiscomSettings, *, quick: bool = False) -> Uis:
        """A client of UIS.

        Raises:
            NotConfigured: no key, or an address that is none.
        """
        if not settings.api_key:
            raise NotConfigured(message_of("UI213").text(language(), {}))
        try:
            uis = UisSettings(
                access_token=settings.api_key,
                brand=settings.brand,  # type: ignore[arg-type]  # a text, checked by UiscomSettings
                call_api_url=settings.call_api_url,
                data_api_url=settings.data_api_url,
                timeout_s=settings.timeout_s,
                start_budget_s=settings.timeout_s,
                timezone=settings.uis_timezone,
                cache_s=settings.cache_s,
            )
        except ValueError as error:
            raise NotConfigured(str(error)) from error
        if quick:
            uis = replace(uis, timeout_s=QUICK_LOOK_S, read_budget_s=QUICK_LOOK_S)
        return Uis(uis, self.state, clock=self.clock)


def account_mark(settings: UiscomSettings) -> str:
    """Tells accounts apart in memory without holding a key."""
    return sha256(settings.api_key.encode()).hexdigest()[:12]
