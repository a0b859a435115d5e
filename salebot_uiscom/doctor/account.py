"""The account, seen from outside: way, key, address, components, rights, limits, clocks, and what a bot calls with.

The order of UIS' own checks is inferred (uis-api.md 11). Should UIS miss a parameter before it looks at the component,
a missing component stays unnoticed; nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..effects import HttpReply, Steps
from ..messages import mask
from ..uis import Listing, Uis, UisSettings
from ..uis.errors import UisError, UisLimitExceeded, UisNoAnswer, UisProtocolError, UisUnreachable
from ..uis.limits import Limits, whole_number
from ..uis.settings import Api
from .findings import Findings, own_number
from .options import Options, Reference
from .way import DNS, TLS, cause_of

NAMES: dict[Api, str] = {"call": "Call API", "data": "Data API"}
_BRANDS = {"uiscom.ru": "UIS", "comagic.ru": "CoMagic"}
_VERSIONS: dict[Api, str] = {"call": "/v4.0", "data": "/v2.0"}
_PLAIN = {
    "access_token_expired": "UI332",
    "access_token_blocked": "UI333",
    "auth_error": "UI334",
    "account_inactive": "UI336",
}
_COMPONENT = ("component_disabled", "method_component_disabled")
_ADDRESS = re.compile(r"[0-9a-fA-F:.]{3,45}")
_PHONE = re.compile(r"7[0-9]{10}")
_SKEW_S = 30
_NEARLY = 10  # a tenth of a limit is left

Row = dict[str, Any]


def check_settings(settings: UisSettings, found: Findings) -> None:
    """What can be said of the settings without asking anybody."""
    key = settings.access_token
    if key and (not key.isascii() or not key.isprintable() or any(char in " '\"`<>" for char in key)):
        found.add("UI311")
    brands: dict[Api, str] = {}
    for api, name in NAMES.items():
        parts = urlsplit(settings.url(api))
        host = parts.hostname or ""
        if parts.scheme != "https" and host not in ("localhost", "127.0.0.1", "::1"):
            found.add("UI312", name_api=name)
        brands[api] = domain_of(host)
        if brands[api] and parts.path.rstrip("/") != _VERSIONS[api]:
            found.add("UI314", name_api=name, name_path=parts.path or "/")
    if all(brands.values()) and brands["call"] != brands["data"]:
        found.add("UI313", name_call=brands["call"], name_data=brands["data"])


def domain_of(host: str) -> str:
    """The brand that a host belongs to, by its domain; "" for others."""
    return next((domain for domain in _BRANDS if host.endswith("." + domain)), "")


class AccountVisit:
    """One walk through an account. `see` is shown every HTTP reply of UIS."""

    def __init__(self, uis: Uis, options: Options, found: Findings, clock: Callable[[], float]) -> None:
        self._uis = uis
        self._options = options
        self._found = found
        self._clock = clock
        self._limited: set[Api] = set()
        self._skew_s: float | None = None

    def see(self, reply: HttpReply) -> None:
        date = next((value for name, value in reply.headers if name.lower() == "date"), "")
        try:
            moment = parsedate_to_datetime(date)
        except ValueError:
            return
        skew = self._clock() - (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        # A slow answer looks like a clock that is ahead: the smallest difference is the true one.
        if self._skew_s is None or abs(skew) < abs(self._skew_s):
            self._skew_s = skew

    def walk(self) -> Steps[None]:
        yield from self._call_api()
        lists = yield from self._data_api()
        if self._skew_s is not None and abs(self._skew_s) > _SKEW_S:
            self._found.add("UI365", seconds=round(self._skew_s))
        for api in sorted(self._uis.state.warned_of_version):
            self._found.add("UI367", name_api=NAMES[api])
        self._check_references(lists)

    # ------------------------------------------------------------ Call API

    def _call_api(self) -> Steps[None]:
        usable = yield from self._probe("call", "start.employee_call", "UI340", "UI350")
        if not usable:
            return
        if not (yield from self._probe("call", "start.scenario_call", "UI341", "UI350")):
            return
        try:
            yield from self._uis.list_calls()
        except UisError as error:
            if error.mnemonic == "component_disabled":
                self._found.add("UI342")
            elif error.mnemonic == "forbidden":
                self._found.add("UI353", name_method="list.calls")
            else:
                self._general(error, "call")

    def _probe(self, api: Api, method: str, component: str, right: str) -> Steps[bool]:
        """Ask a method without parameters. False: it makes no sense to ask this API for more."""
        try:
            error = yield from self._uis.probe(api=api, method=method)
        except UisError as lost:
            self._general(lost, api)
            return False
        self._check_limits(api, error.limits)
        if error.code == -32602:  # what is missing is the parameters: all before them is in order
            return True
        if error.mnemonic in _COMPONENT:
            self._found.add(component)
            return True
        if error.mnemonic == "forbidden":
            self._found.add(right)
            return True
        self._general(error, api)
        return False

    # ------------------------------------------------------------ Data API

    def _data_api(self) -> Steps[dict[str, tuple[Row, ...]]]:
        """Lists by method, as far as they can be read."""
        try:
            account = yield from self._uis.get_account()
        except UisError as error:
            if error.mnemonic == "forbidden":
                self._found.add("UI351")
            else:
                self._general(error, "data")
            return {}
        self._check_limits("data", self._uis.limits("data"))
        self._check_zone(account.get("timezone"))
        lists: dict[str, tuple[Row, ...]] = {}
        if not (yield from self._probe("data", "upload.offline_messages", "UI343", "UI351")):
            return lists
        uis = self._uis
        for method, needed, reading in (
            ("get.sites", True, uis.get_sites(fields=["id"])),
            ("get.campaigns", True, uis.get_campaigns(fields=["id"])),
            ("get.virtual_numbers", False, uis.get_virtual_numbers(fields=["id", "virtual_phone_number", "status"])),
            ("get.employees", False, uis.get_employees(fields=["id", "full_name", "phone_numbers"])),
            ("get.scenarios", False, uis.get_scenarios(fields=["id", "name"])),
        ):
            rows = yield from self._list(method, reading, needed=needed)
            if rows is not None:
                lists[method] = rows
        return lists

    def _list(self, method: str, reading: Steps[Listing], *, needed: bool) -> Steps[tuple[Row, ...] | None]:
        try:
            listing = yield from reading
        except UisError as error:
            if error.mnemonic == "forbidden":
                self._found.add("UI352" if needed else "UI353", name_method=method)
            elif error.mnemonic in _COMPONENT:
                components = str(error.params.get("components") or "—")
                self._found.add("UI344", name_method=method, name_components=components)
            else:
                self._general(error, "data")
            return None
        return listing.rows

    def _check_zone(self, theirs: Any) -> None:
        ours = self._options.uis_timezone
        if ours is None:
            return
        now = datetime.fromtimestamp(self._clock(), UTC)
        try:
            # Zones of equal time (Moscow, Simferopol) do no harm.
            same = now.astimezone(ZoneInfo(str(theirs))).utcoffset() == now.astimezone(ZoneInfo(ours)).utcoffset()
        except (ZoneInfoNotFoundError, ValueError):
            same = False
        if not same:
            self._found.add("UI366", name_theirs=str(theirs), name_ours=ours)

    # ------------------------------------------------------------ both

    def _general(self, error: UisError, api: Api) -> None:
        """Faults of the way, the key, the address, the account, the limits."""
        place, url = NAMES[api], urlsplit(self._uis.settings.url(api))
        host, port = url.hostname or "", url.port or (80 if url.scheme == "http" else 443)
        if isinstance(error, UisUnreachable):
            code = {DNS: "UI320", TLS: "UI321"}.get(cause_of(error), "UI323" if error.timeout else "UI322")
            self._found.add(code, place, name_host=host, name_port=str(port))
        elif isinstance(error, UisNoAnswer):
            self._found.add("UI323" if error.timeout else "UI325", place, name_host=host)
        elif isinstance(error, UisProtocolError):
            self._found.add("UI324", place, name_host=host, name_status=str(error.status))
        elif isinstance(error, UisLimitExceeded):
            self._limit_spent(api, error)
        elif error.mnemonic in _PLAIN:
            self._found.add(_PLAIN[error.mnemonic], place)
        elif error.mnemonic == "access_token_invalid":
            self._found.add("UI330", place)
            self._hint_at_brand(host)
        elif error.mnemonic == "ip_not_whitelisted":
            self._found.add("UI335", place, name_ip=_seen_address(error))
        else:
            reason = f"{error.mnemonic} ({error.code}) {error.text}".strip()
            self._found.add("UI326", place, text_reason=mask(reason), name_id=error.request_id)

    def _hint_at_brand(self, host: str) -> None:
        """A key of the other brand looks like any wrong key; it is never tried there."""
        domain = domain_of(host)
        if domain:
            [other] = [name for name in _BRANDS if name != domain]
            self._found.add("UI331", name_brand=_BRANDS[domain], name_other=_BRANDS[other], name_domain=other)

    def _limit_spent(self, api: Api, error: UisLimitExceeded) -> None:
        if api in self._limited:
            return
        self._limited.add(api)
        limits = error.limits or Limits()
        size = limits.day_limit if error.per_day else limits.minute_limit
        size = size if size is not None else whole_number(error.params.get("limit_max_value"))
        shown: dict[str, Any] = {
            "limit": "?" if size is None else size,
            "seconds": "?" if error.seconds is None else error.seconds,
        }
        self._found.add("UI360" if error.per_day else "UI361", name_api=NAMES[api], **shown)

    def _check_limits(self, api: Api, limits: Limits | None) -> None:
        """Little is left. The first answer counts: later ones have cost points of the doctor's own."""
        if limits is None or api in self._limited:
            return
        for window, left, size in (
            (("сутки", "day"), limits.day_remaining, limits.day_limit),
            (("минута", "minute"), limits.minute_remaining, limits.minute_limit),
        ):
            if left is not None and size and 0 < left * _NEARLY <= size:
                self._limited.add(api)
                self._found.add(
                    "UI362",
                    name_api=NAMES[api],
                    left=left,
                    limit=size,
                    name_window_ru=window[0],
                    name_window_en=window[1],
                )

    # ------------------------------------------------------------ numbers and ids of a bot

    def _check_references(self, lists: dict[str, tuple[Row, ...]]) -> None:
        wanted = self._options.references
        employees, scenarios = lists.get("get.employees"), lists.get("get.scenarios")
        numbers = lists.get("get.virtual_numbers")
        if numbers is not None and not any(row.get("status") == "active" for row in numbers):
            self._found.add("UI379")
        for reference in wanted.numbers:
            self._check_number(reference, numbers)
        employee_ids = {whole_number(row.get("id")): row for row in employees or ()}
        scenario_ids = {whole_number(row.get("id")) for row in scenarios or ()}
        for reference in wanted.employees:
            id_ = self._id(reference)
            if id_ is None or employees is None:
                continue
            about = {"name_where": reference.where, "name_id": str(id_)}
            if id_ not in employee_ids:
                self._found.add("UI377" if id_ in scenario_ids else "UI370", **about)
            elif not _has_active_phone(employee_ids[id_]):
                self._found.add("UI371", **about)
        for reference in wanted.scenarios:
            id_ = self._id(reference)
            if id_ is not None and scenarios is not None and id_ not in scenario_ids:
                code = "UI378" if id_ in employee_ids else "UI372"
                self._found.add(code, name_where=reference.where, name_id=str(id_))

    def _id(self, reference: Reference) -> int | None:
        value = reference.value
        id_ = whole_number(int(value) if isinstance(value, float) and value.is_integer() else value)
        if id_ is None:
            self._found.add("UI376", name_where=reference.where, name_id=mask(repr(value))[:40])
        return id_

    def _check_number(self, reference: Reference, numbers: tuple[Row, ...] | None) -> None:
        number = str(reference.value)
        about = {"name_where": reference.where, "name_phone": own_number(number)[:40]}
        if not _PHONE.fullmatch(number):
            self._found.add("UI375", **about)
            return
        if numbers is None:
            return
        row = next((row for row in numbers if str(row.get("virtual_phone_number")) == number), None)
        if row is None:
            self._found.add("UI373", **about)
        elif row.get("status") != "active":
            self._found.add("UI374", name_state=str(row.get("status")), **about)


def _seen_address(error: UisError) -> str:
    """The address that UIS saw: a member of the answer, else a word of its text."""
    given = error.params.get("ip")
    if given:
        return str(given)
    words = (word.strip(".,") for word in error.text.split())
    return next((word for word in words if _ADDRESS.fullmatch(word) and any(char in word for char in ".:")), "?")


def _has_active_phone(employee: Row) -> bool:
    phones = employee.get("phone_numbers") or ()
    return any(isinstance(phone, dict) and phone.get("status") == "active" for phone in phones)
