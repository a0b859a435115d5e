"""What an owner sets for UISCOM: the table `[uiscom]` of a bot file, filled up from the environment.

The table wins: a bot that is tested against a simulator must not be turned to the real UIS by a variable left in the
environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import SalebotError
from ..messages import language, message_of

ENVIRONMENT: Mapping[str, str] = {
    "api_key": "SALEBOT_UISCOM_API_KEY",
    "webhook_keys": "SALEBOT_UISCOM_WEBHOOK_KEYS",
    "call_api_url": "SALEBOT_UISCOM_CALL_API_URL",
    "data_api_url": "SALEBOT_UISCOM_DATA_API_URL",
}
_CHOICES: Mapping[str, tuple[Any, ...]] = {
    "brand": ("uis", "comagic"),
    "first_call": ("contact", "employee"),
    "direction": ("in", "out"),
    "card_first_call": ("contact", "employee"),
    "card_direction": ("in", "out"),
    "event_kind": (None, 3, 5),
}
WEEK_S = 7 * 86400.0


class SettingsError(SalebotError, ValueError):
    """A setting is misspelt or has an impossible value; the text names it and never shows a key.

    Attributes:
        code: of the message.
        name: the setting.
        data: what fills the message.
    """

    def __init__(self, code: str, name: str, **data: Any) -> None:
        self.code, self.name, self.data = code, name, {"name": name, **data}
        super().__init__("uiscom: " + message_of(code).text(language(), self.data))


@dataclass(frozen=True, slots=True)
class UiscomSettings:
    """Connection of one project to UISCOM. Defaults are the decisions of telephony.md.

    Attributes:
        api_key: key of the UIS user; also accepted in the address for notifications (R39).
        webhook_keys: further keys of that address, several valid at once while one replaces another.
        brand, call_api_url, data_api_url: where UIS is; addresses win over the brand.
        first_call, direction: of calls started by a script (R21).
        card_first_call, card_direction: of calls started in the client card (R52).
        uis_timezone: zone of the UIS account, for `date_time` of offline messages (R32).
        phone_repair: the functions accept `8…` and `+7…` as well (R10).
        event_kind: `message_from_outside` of an event, 3 or 5; None: as the host sets it.
        repeat_window_s: for how long the same body counts as a repeat (R44).
        requests_per_minute: notifications per key; more are answered 429; 0: no limit.
        cache_s: seconds for which sites and campaigns are remembered; 0: never (R37).
        timeout_s: for one request to UIS, connect and answer together (R23).
    """

    api_key: str = field(default="", repr=False)
    webhook_keys: tuple[str, ...] = field(default=(), repr=False)
    brand: str = "uis"
    call_api_url: str = ""
    data_api_url: str = ""
    first_call: str = "contact"
    direction: str = "in"
    card_first_call: str = "employee"
    card_direction: str = "out"
    uis_timezone: str = "Europe/Moscow"
    phone_repair: bool = False
    event_kind: int | None = None
    repeat_window_s: float = WEEK_S
    requests_per_minute: int = 0
    cache_s: float = 0.0
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in _CHOICES and value not in _CHOICES[item.name]:
                allowed = ", ".join(str(choice) for choice in _CHOICES[item.name] if choice is not None)
                raise SettingsError("UI241", item.name, text_allowed=allowed)
        for name in ("api_key", "call_api_url", "data_api_url", "uis_timezone"):
            if not isinstance(getattr(self, name), str):
                raise SettingsError("UI242", name)
        if any(not isinstance(key, str) or not key.strip() or "/" in key for key in self.webhook_keys):
            raise SettingsError("UI243", "webhook_keys")
        if not isinstance(self.phone_repair, bool):
            raise SettingsError("UI244", "phone_repair")
        for name in ("repeat_window_s", "requests_per_minute", "cache_s", "timeout_s"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise SettingsError("UI245", name)
        try:
            ZoneInfo(self.uis_timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise SettingsError("UI246", "uis_timezone", got=self.uis_timezone) from error

    @classmethod
    def of(cls, table: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> UiscomSettings:
        """Settings from a table; what it does not say comes from the environment.

        Raises:
            SettingsError: an unknown name (with the nearest known one) or an impossible value.
        """
        environ = os.environ if environ is None else environ
        known = [item.name for item in fields(cls)]
        values: dict[str, Any] = {
            name: environ[variable] for name, variable in ENVIRONMENT.items() if environ.get(variable)
        }
        for name, value in (table or {}).items():
            if name not in known:
                near = get_close_matches(str(name), known, 1)
                raise SettingsError("UI248", name, name_near=near[0]) if near else SettingsError("UI240", name)
            values[name] = value
        if "webhook_keys" in values:
            keys = values["webhook_keys"]
            if not isinstance(keys, str | list | tuple):
                raise SettingsError("UI247", "webhook_keys")
            values["webhook_keys"] = (
                tuple(part.strip() for part in keys.split(",")) if isinstance(keys, str) else tuple(keys)
            )
        if "api_key" in values and isinstance(values["api_key"], str):
            values["api_key"] = values["api_key"].strip()
        return cls(**values)

    @classmethod
    def problems(cls, table: Mapping[str, Any]) -> list[SettingsError]:
        """Every mistake of a table, without the environment."""
        rest, found = dict(table), []
        while True:
            try:
                cls.of(rest, {})
            except SettingsError as error:
                found.append(error)
                if rest.pop(error.name, None) is None:
                    return found
            else:
                return found

    @property
    def receiver_keys(self) -> tuple[str, ...]:
        """Keys that the address for notifications accepts."""
        return _given(self.api_key, tuple(self.webhook_keys))


@lru_cache(maxsize=8)
def _given(api_key: str, webhook_keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in (api_key, *webhook_keys) if key)


def read(raw: Any) -> UiscomSettings:
    """Settings from the object itself, a table, a callable that gives either, or None (environment only)."""
    raw = _of_this_moment(raw)
    return raw if isinstance(raw, UiscomSettings) else UiscomSettings.of(raw)


def _of_this_moment(raw: Any) -> Any:
    return raw() if callable(raw) else raw


class Reader:
    """`read` for settings that are asked for at every request: while table and environment stay equal, once."""

    def __init__(self) -> None:
        self._last: tuple[Any, list[str | None], UiscomSettings] | None = None

    def read(self, raw: Any) -> UiscomSettings:
        raw = _of_this_moment(raw)
        if isinstance(raw, UiscomSettings):
            return raw
        environ = [os.environ.get(variable) for name, variable in ENVIRONMENT.items() if not raw or name not in raw]
        last = self._last
        if last is None or last[0] != raw or last[1] != environ:
            # A copy: a table that is changed in place must not equal itself.
            table = None if raw is None else deepcopy(dict(raw))
            self._last = last = (table, environ, UiscomSettings.of(table))
        return last[2]
