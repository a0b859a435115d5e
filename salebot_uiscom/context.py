"""What a function may know about the run it is called in."""

from __future__ import annotations

import random as _random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .scope import Scope


def _system_clock(timezone: ZoneInfo) -> datetime:
    return datetime.now(timezone)


class Context:
    """One run: its moment, zone, language, randomness, variables, and what the host adds.

    The clock is read once, when first needed, and stays (reference: functions-dates.md D17).

    Attributes:
        timezone: zone of the project.
        lang: `ru` or `en`, the language of names of months and days.
        random: source of randomness; seeded in tests.
        scope: variables of the dialog, or None where a program runs on a bare dict.
        host: what the host gives to its functions: `host["client"]`, `host["turn"]`, `host["settings"]`, …
    """

    __slots__ = ("_clock", "_now", "host", "lang", "random", "scope", "timezone")

    def __init__(
        self,
        *,
        now: datetime | None = None,
        clock: Callable[[ZoneInfo], datetime] = _system_clock,
        timezone: ZoneInfo,
        lang: str = "ru",
        random: Any = _random,
        scope: Scope | None = None,
        host: Mapping[str, Any] | None = None,
    ) -> None:
        self._now = now
        self._clock = clock
        self.timezone = timezone
        self.lang = lang
        self.random = random
        self.scope = scope
        self.host = host or {}

    @property
    def now(self) -> datetime:
        """Aware moment of the run in the zone of the project."""
        if self._now is None:
            self._now = self._clock(self.timezone)
        return self._now

    def settings(self, plugin: str) -> Any:
        """Settings that the host keeps for a plugin; None when there are none."""
        return self.host.get("settings", {}).get(plugin)
