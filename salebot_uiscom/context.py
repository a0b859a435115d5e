"""What a function may know about the run it is called in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from .errors import NotText, OptionError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from .scope import FlatScope, Scope


DEFAULT_ZONE = "Europe/Moscow"


def _system_clock(timezone: tzinfo) -> datetime:
    return datetime.now(timezone)


def zone_named(name: str) -> ZoneInfo:
    """A zone by its IANA name.

    Raises:
        OptionError: there is no such zone.
    """
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise OptionError("SB901", got=name) from error


def aware(now: Any) -> datetime:
    """`now` when it is a moment with an offset.

    Raises:
        OptionError: it is something else.
    """
    if not isinstance(now, datetime) or now.tzinfo is None:
        raise OptionError("SB902", got=now)
    return now


def text_only(code: Any) -> str:
    """What is to be compiled, when it is a text.

    Raises:
        NotText: it is something else.
    """
    if not isinstance(code, str):
        raise NotText("SB905", name=type(code).__name__)
    return code


class Context:
    """One run: its moment, zone, language, randomness, variables, and what the host adds.

    The clock is read once, when first needed, and stays (reference: functions-dates.md D17).

    Attributes:
        lang: `ru` or `en`, the language of names of months and days.
        scope: variables of the dialog, or None where a program runs on a bare dict.
        host: what the host gives to its functions: `host["client"]`, `host["turn"]`, `host["settings"]`, …
    """

    __slots__ = ("_clock", "_now", "_random", "_zone", "host", "lang", "scope")

    def __init__(
        self,
        *,
        now: datetime | None = None,
        clock: Callable[[tzinfo], datetime] = _system_clock,
        timezone: tzinfo | None = None,
        lang: str = "ru",
        random: Any = None,
        scope: Scope | FlatScope | None = None,
        host: Mapping[str, Any] | None = None,
    ) -> None:
        self._now = now
        self._clock = clock
        self._zone = timezone
        self.lang = lang
        self._random = random
        self.scope = scope
        self.host = host or {}

    @property
    def timezone(self) -> tzinfo:
        """Zone of the project; Moscow where nobody named another. Zones are read from disk when one is asked for."""
        if self._zone is None:
            from zoneinfo import ZoneInfo

            self._zone = ZoneInfo(DEFAULT_ZONE)
        return self._zone

    @property
    def random(self) -> Any:
        """Source of randomness; seeded in tests."""
        if self._random is None:
            import random

            self._random = random
        return self._random

    @property
    def now(self) -> datetime:
        """Aware moment of the run in the zone of the project."""
        if self._now is None:
            self._now = self._clock(self.timezone)
        return self._now

    def settings(self, plugin: str) -> Any:
        """Settings that the host keeps for a plugin; None when there are none."""
        return self.host.get("settings", {}).get(plugin)
