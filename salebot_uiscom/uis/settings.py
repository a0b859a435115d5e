"""What a connection to UIS needs to know. Nothing here is shown with its secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Api = Literal["call", "data"]
Brand = Literal["uis", "comagic"]

CALL_API_URL = "https://callapi.uiscom.ru/v4.0"
DATA_API_URL = "https://dataapi.uiscom.ru/v2.0"
# A request is not begun when less time than this is left: UIS needs up to half a second (uis-api.md 10).
LEAST_REQUEST_S = 2.0
# Keys of one brand are not valid on the hosts of the other (uis-api.md 1), so the brand is set, never tried.
_HOSTS = {"uis": "uiscom.ru", "comagic": "comagic.ru"}


@dataclass(frozen=True, slots=True)
class UisSettings:
    """Connection of one account.

    Attributes:
        access_token: key of a user with "Data API" and "Call API" on. Either it, or `login` and `password`.
        brand: `uis` (default) or `comagic`; decides both addresses unless they are given.
        call_api_url, data_api_url: complete addresses with the version.
        connect_timeout_s, timeout_s: of one HTTP request, seconds; the second is over all.
        start_budget_s: seconds for a method that must not run twice (`start.*`), waits and repeats included.
        read_budget_s: the same for one request of any other method.
        timezone: IANA zone of the account; None: asked with `get.account`.
        page_size: rows per request of a list, 1 to 10 000.
        cache_s: seconds for which `sites_by_domain` and `campaigns_by_name` are remembered; 0: never.
    """

    access_token: str = field(default="", repr=False)
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    brand: Brand = "uis"
    call_api_url: str = ""
    data_api_url: str = ""
    connect_timeout_s: float = 5.0
    timeout_s: float = 10.0
    start_budget_s: float = 10.0
    read_budget_s: float = 30.0
    timezone: str | None = None
    page_size: int = 1000
    cache_s: float = 0.0

    def __post_init__(self) -> None:
        if bool(self.access_token) == bool(self.login or self.password):
            raise ValueError("UisSettings needs either access_token or login and password")
        if bool(self.login) != bool(self.password):
            raise ValueError("UisSettings: login and password go together")
        if self.brand not in _HOSTS:
            raise ValueError(f"UisSettings: brand is one of {', '.join(_HOSTS)}")
        if not 1 <= self.page_size <= 10_000:
            raise ValueError("UisSettings: page_size is 1 to 10000")
        if min(self.start_budget_s, self.read_budget_s) < LEAST_REQUEST_S:
            raise ValueError(f"UisSettings: budgets are at least {LEAST_REQUEST_S} s")
        if self.timezone is not None:
            try:
                ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(f"UisSettings: unknown time zone {self.timezone!r}") from error
        apis: tuple[Api, ...] = ("call", "data")
        for api in apis:
            parts = urlsplit(self.url(api))
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(f"UisSettings: {api}_api_url must begin with https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **changes: Any) -> Self:
        """Settings from `SALEBOT_UISCOM_API_KEY`, `SALEBOT_UISCOM_CALL_API_URL`, `SALEBOT_UISCOM_DATA_API_URL`.

        `changes` are settings by name and win. Raises ValueError as the constructor.
        """
        names = {"access_token": "API_KEY", "call_api_url": "CALL_API_URL", "data_api_url": "DATA_API_URL"}
        found = {name: environment.get(f"SALEBOT_UISCOM_{variable}", "") for name, variable in names.items()}
        return cls(**{**found, **changes})

    def url(self, api: Api) -> str:
        """Address of one API."""
        host = _HOSTS[self.brand]
        if api == "call":
            return self.call_api_url or CALL_API_URL.replace(_HOSTS["uis"], host)
        return self.data_api_url or DATA_API_URL.replace(_HOSTS["uis"], host)

    @property
    def uses_password(self) -> bool:
        return not self.access_token

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in any text."""
        return tuple(secret for secret in (self.access_token, self.password) if secret)
