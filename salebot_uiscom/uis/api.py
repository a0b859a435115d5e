"""The methods of UIS that the product uses, each a generator of effects: `yield from uis.start_employee_call(...)`.

Parameters are named as in the documentation (reference uis-api.md 7, 8); what is None is not sent.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..effects import Steps
from . import settle
from .account import Account, Repeat, UisState, is_rows
from .errors import UisError, UisProtocolError
from .limits import Limits, whole_number
from .paging import Listing, Notice, read_all
from .settings import Api, UisSettings

log = logging.getLogger("salebot_uiscom.uis")

_ACCOUNT_S = 86_400.0  # a time zone hardly ever changes; a request per call would eat points
Direction = Literal["in", "out"]
Message = Mapping[str, str]


def new_external_id() -> str:
    """A mark of our own for a call or a message: `sb-` and a UUID, 39 ASCII characters (uis-api.md D9)."""
    return f"sb-{uuid4()}"


@dataclass(frozen=True, slots=True)
class CallStarted:
    """UIS accepted a call; nobody has picked up yet. `data` is what UIS returned, the id as a number."""

    call_session_id: int
    external_id: str
    request_id: str
    data: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class UploadedMessage:
    """A stored offline message. `found_again`: the first answer was lost, the report proved it."""

    id: int | None
    ext_id: str
    found_again: bool = False


@dataclass(frozen=True, slots=True)
class NameMap:
    """Names to ids in the order received; of equal names the smallest id stays and a notice names the others."""

    ids: dict[str, int]
    notices: tuple[Notice, ...] = ()


class Uis:
    """One account of UIS.

    Args:
        settings: the connection.
        state: what is remembered between requests; pass the same object to every `Uis` of a process.
        clock: Unix seconds. ids: makes request ids. Both replaced in tests.
    """

    def __init__(
        self,
        settings: UisSettings,
        state: UisState | None = None,
        *,
        clock: Callable[[], float] = time.time,
        ids: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self.settings = settings
        self._account = Account(settings, state, clock=clock, ids=ids)

    @property
    def state(self) -> UisState:
        return self._account.state

    def limits(self, api: Api) -> Limits | None:
        """Points of one API as last told, or None."""
        points = self.state.points.get((self._account.key, api))
        return points.limits if points else None

    # --- Call API: start ---------------------------------------------------------------------------------------

    def start_employee_call(
        self,
        *,
        virtual_phone_number: str,
        contact: str,
        employee: int | Mapping[str, Any],
        first_call: Literal["contact", "employee"] = "contact",
        direction: Direction | None = "in",
        external_id: str | None = None,
        employee_message: Message | None = None,
        media_file_id: int | None = None,
        show_virtual_phone_number: bool | None = None,
        **common: Any,
    ) -> Steps[CallStarted]:
        """Connect an employee and a contact. Never repeated once it may have left.

        Args:
            virtual_phone_number: own number, E.164 digits.
            contact: the other side, E.164 digits.
            employee: id, or `{"id": …, "phone_number": …}`.
            first_call: who is rung first.
            external_id: our mark; None makes one. Keep it before the request leaves.
            common: `switch_at_once`, `early_switching`, `virtual_phone_usage_rule`, `dtmf_string`,
                `contact_message` (all methods of this kind take them).

        Raises:
            UisOutcomeUnknown: the call may be ringing; see `find_call`.
            UisError: no call.
        """
        return self._start(
            "start.employee_call",
            virtual_phone_number=virtual_phone_number,
            contact=contact,
            employee=dict(employee) if isinstance(employee, Mapping) else {"id": employee},
            first_call=first_call,
            direction=direction,
            external_id=external_id,
            employee_message=employee_message,
            media_file_id=media_file_id,
            show_virtual_phone_number=show_virtual_phone_number,
            **common,
        )

    def start_scenario_call(
        self,
        *,
        virtual_phone_number: str,
        contact: str,
        scenario_id: int,
        first_call: Literal["contact", "employee"] = "contact",
        direction: Direction | None = "in",
        external_id: str | None = None,
        employee_message: Message | None = None,
        **common: Any,
    ) -> Steps[CallStarted]:
        """Send a contact's call through a scenario. See `start_employee_call`."""
        return self._start(
            "start.scenario_call",
            virtual_phone_number=virtual_phone_number,
            contact=contact,
            scenario_id=scenario_id,
            first_call=first_call,
            direction=direction,
            external_id=external_id,
            employee_message=employee_message,
            **common,
        )

    def start_simple_call(
        self,
        *,
        virtual_phone_number: str,
        contact: str,
        operator: str,
        first_call: Literal["contact", "operator"] = "contact",
        direction: Direction | None = "in",
        external_id: str | None = None,
        operator_confirmation: str | None = None,
        operator_message: Message | None = None,
        media_file_id: int | None = None,
        show_virtual_phone_number: bool | None = None,
        **common: Any,
    ) -> Steps[CallStarted]:
        """Connect a contact and an outside number. See `start_employee_call`."""
        return self._start(
            "start.simple_call",
            virtual_phone_number=virtual_phone_number,
            contact=contact,
            operator=operator,
            first_call=first_call,
            direction=direction,
            external_id=external_id,
            operator_confirmation=operator_confirmation,
            operator_message=operator_message,
            media_file_id=media_file_id,
            show_virtual_phone_number=show_virtual_phone_number,
            **common,
        )

    def start_vnumber_call(
        self,
        *,
        virtual_phone_number: str,
        contact: str,
        first_call: Literal["contact", "employee"] = "contact",
        direction: Direction | None = "in",
        external_id: str | None = None,
        **common: Any,
    ) -> Steps[CallStarted]:
        """Send a contact's call through the scenario of the virtual number. See `start_employee_call`."""
        return self._start(
            "start.vnumber_call",
            virtual_phone_number=virtual_phone_number,
            contact=contact,
            first_call=first_call,
            direction=direction,
            external_id=external_id,
            **common,
        )

    def _start(self, method: str, *, external_id: str | None, **params: Any) -> Steps[CallStarted]:
        mark = external_id if external_id is not None else new_external_id()
        answer = yield from self._account.request(
            "call",
            method,
            {**params, "external_id": mark},
            repeat=Repeat.CREATES,
            shape=lambda data: isinstance(data, dict) and whole_number(data.get("call_session_id")) is not None,
        )
        session = whole_number(answer.data["call_session_id"])
        assert session is not None
        return CallStarted(session, mark, answer.request_id, {**answer.data, "call_session_id": session})

    # --- Call API: calls that exist ----------------------------------------------------------------------------

    def release_call(self, *, call_session_id: int) -> Steps[None]:
        """End a call. On a repeat of our own "not found" counts as done."""
        yield from self._account.request(
            "call",
            "release.call",
            {"call_session_id": call_session_id},
            done_when_repeated=("call_session_not_found",),
            shape=_is_success,
        )

    def list_calls(
        self, *, direction: Direction | None = None, virtual_phone_number: str | None = None
    ) -> Steps[list[dict[str, Any]]]:
        """Active call sessions."""
        answer = yield from self._account.request(
            "call",
            "list.calls",
            {"direction": direction, "virtual_phone_number": virtual_phone_number},
            shape=is_rows,
        )
        return answer.data or []

    def tag_call(self, *, call_session_id: int, tag_id: int) -> Steps[None]:
        """Put a tag on an active call. On a repeat of our own "duplicate tag" counts as done."""
        yield from self._account.request(
            "call",
            "tag.call",
            {"call_session_id": call_session_id, "tag_id": tag_id},
            done_when_repeated=("duplicate_tag",),
            shape=_is_success,
        )

    # --- sessions ----------------------------------------------------------------------------------------------

    def login_user(self, *, api: Api) -> Steps[float]:
        """Begin a password session; later requests use it. Returns its end, Unix seconds.

        Requests log in by themselves: call this only to test login and password.
        """
        session = yield from self._account.login(api)
        return session.expires_at

    def logout_user(self, *, api: Api) -> Steps[None]:
        """End the password session of one API, if there is one."""
        if not self._account.has_session(api):
            return
        try:
            yield from self._account.request(api, "logout.user", {})
        except UisError as error:
            # The session is over already: that is what was wanted.
            if error.mnemonic != "access_token_invalid":
                raise
        finally:
            self._account.forget_session(api)

    # --- Data API: lists ---------------------------------------------------------------------------------------

    def get_account(self) -> Steps[dict[str, Any]]:
        """`app_id`, `name`, `timezone` of the account; remembered for a day."""

        def ask() -> Steps[dict[str, Any]]:
            answer = yield from self._account.request(
                "data", "get.account", {}, shape=lambda data: is_rows(data) and bool(data)
            )
            first: dict[str, Any] = answer.data[0]
            return first

        row: dict[str, Any] = yield from self._cached("get.account", _ACCOUNT_S, ask)
        return row

    def timezone(self) -> Steps[ZoneInfo]:
        """Time zone of the account: from the settings, else from `get.account`.

        Raises:
            UisProtocolError: UIS names a zone that nobody knows.
        """
        name = self.settings.timezone
        if name is None:
            name = str((yield from self.get_account()).get("timezone"))
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UisProtocolError(f"unknown time zone {name[:40]!r}", method="get.account") from error

    def account_time(self, moment: datetime) -> Steps[str]:
        """An aware moment as Data API wants it: `YYYY-MM-DD hh:mm:ss` in the time of the account."""
        zone = yield from self.timezone()
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

    def get_sites(self, **query: Any) -> Steps[Listing]:
        """Sites. `query` of this and the other lists: `fields`, `filter`, `sort`, `limit` (rows per page), `offset`."""
        return read_all(self._account, "get.sites", query)

    def get_campaigns(self, **query: Any) -> Steps[Listing]:
        """Advertising campaigns, the system one with id -1 included."""
        return read_all(self._account, "get.campaigns", query)

    def get_scenarios(self, **query: Any) -> Steps[Listing]:
        return read_all(self._account, "get.scenarios", query)

    def get_employees(self, **query: Any) -> Steps[Listing]:
        return read_all(self._account, "get.employees", query)

    def get_virtual_numbers(self, **query: Any) -> Steps[Listing]:
        return read_all(self._account, "get.virtual_numbers", query)

    def get_tags(self, **query: Any) -> Steps[Listing]:
        return read_all(self._account, "get.tags", query)

    def get_calls_report(self, *, date_from: str, date_till: str, **query: Any) -> Steps[Listing]:
        """Calls of at most three months; dates `YYYY-MM-DD hh:mm:ss` in the time of the account."""
        return read_all(self._account, "get.calls_report", {"date_from": date_from, "date_till": date_till, **query})

    def get_offline_messages_report(self, *, date_from: str, date_till: str, **query: Any) -> Steps[Listing]:
        """Offline messages; dates as in `get_calls_report`."""
        return read_all(
            self._account, "get.offline_messages_report", {"date_from": date_from, "date_till": date_till, **query}
        )

    def sites_by_domain(self) -> Steps[NameMap]:
        """`{domain_name: id}` of all sites (uis-api.md D5)."""
        return self._cached(
            "sites_by_domain",
            self.settings.cache_s,
            lambda: _by_name(self.get_sites(fields=["id", "domain_name"]), "get.sites", "domain_name"),
        )

    def campaigns_by_name(self) -> Steps[NameMap]:
        """`{name: id}` of all campaigns, oldest first (uis-api.md D6)."""
        oldest_first = [{"field": "creation_time", "order": "asc"}]
        return self._cached(
            "campaigns_by_name",
            self.settings.cache_s,
            lambda: _by_name(self.get_campaigns(fields=["id", "name"], sort=oldest_first), "get.campaigns", "name"),
        )

    def _cached(self, name: str, seconds: float, ask: Callable[[], Steps[Any]]) -> Steps[Any]:
        place = (self._account.key, f"{self.settings.url('data')} {name}")
        until, value = self.state.cache.get(place, (0.0, None))
        if seconds and self._account.clock() < until:
            return value
        value = yield from ask()
        if seconds:
            self.state.cache[place] = (self._account.clock() + seconds, value)
        return value

    # --- Data API: writing -------------------------------------------------------------------------------------

    def set_tag_communications(
        self,
        *,
        communication_type: Literal["chat", "call", "goal", "offline_message"],
        tag_id: int,
        communication_id: int | None = None,
        communication_ext_id: str | None = None,
    ) -> Steps[None]:
        """Put a tag on a finished communication."""
        return self._tag("set.tag_communications", communication_type, tag_id, communication_id, communication_ext_id)

    def unset_tag_communications(
        self,
        *,
        communication_type: Literal["chat", "call", "goal", "offline_message"],
        tag_id: int,
        communication_id: int | None = None,
        communication_ext_id: str | None = None,
    ) -> Steps[None]:
        """Take a tag off a finished communication."""
        return self._tag("unset.tag_communications", communication_type, tag_id, communication_id, communication_ext_id)

    def _tag(
        self, method: str, kind: str, tag_id: int, communication_id: int | None, communication_ext_id: str | None
    ) -> Steps[None]:
        yield from self._account.request(
            "data",
            method,
            {
                "communication_id": communication_id,
                "communication_ext_id": communication_ext_id,
                "communication_type": kind,
                "tag_id": tag_id,
            },
            done_when_repeated=("duplicate_entity",),
        )

    def upload_offline_messages(self, messages: Sequence[Mapping[str, Any]]) -> Steps[list[UploadedMessage]]:
        """Store 1 to 50 offline messages; results in the order given.

        A message without `ext_id` gets one. After a lost answer the report is asked for each `ext_id`; only what is
        not there is sent once more.

        Raises:
            UisOutcomeUnknown, UisInternalError (`outcome_unknown`): stored or not, and the report could not tell.
        """
        marked = [{name: value for name, value in message.items() if value is not None} for message in messages]
        for message in marked:
            message.setdefault("ext_id", new_external_id())
        since = datetime.fromtimestamp(self._account.clock(), UTC)
        try:
            stored = yield from self._upload(marked)
        except UisError as lost:
            if not lost.outcome_unknown:
                raise
            found = yield from self._look_up(marked, since, lost)
            missing = [message for message in marked if message["ext_id"] not in found]
            again: dict[str, int | None] = {}
            if missing:
                try:
                    repeated = yield from self._upload(missing)
                    again = {message.ext_id: message.id for message in repeated}
                except UisError as error:
                    if error.mnemonic != "duplicate_entity":
                        raise
                    # Stored by the first try, only not yet in the report.
                    again = {message["ext_id"]: None for message in missing}
            return [
                UploadedMessage(found[mark], mark, found_again=True)
                if (mark := message["ext_id"]) in found
                else UploadedMessage(again[mark], mark, found_again=again[mark] is None)
                for message in marked
            ]
        return stored

    def _upload(self, messages: list[dict[str, Any]]) -> Steps[list[UploadedMessage]]:
        def has_ids(data: Any) -> bool:
            return (
                is_rows(data)
                and data is not None
                and len(data) == len(messages)
                and all(whole_number(row.get("id")) is not None for row in data)
            )

        answer = yield from self._account.request(
            "data", "upload.offline_messages", {"offline_messages": messages}, repeat=Repeat.CREATES, shape=has_ids
        )
        return [
            UploadedMessage(whole_number(row["id"]), message["ext_id"])
            for row, message in zip(answer.data, messages, strict=True)
        ]

    def _look_up(self, messages: list[dict[str, Any]], since: datetime, lost: UisError) -> Steps[dict[str, int]]:
        found: dict[str, int] = {}
        try:
            zone = yield from self.timezone()
            for message in messages:
                stored = yield from settle.find_message(self._account, message["ext_id"], since, zone)
                if stored is not None:
                    found[message["ext_id"]] = stored
        except UisError as error:
            log.warning("get.offline_messages_report for a lost message: %s", error)
            # Not knowing forbids the repeat.
            raise lost from error
        return found

    # --- checking a set-up ---------------------------------------------------------------------------------------

    def probe(self, *, api: Api, method: str) -> Steps[UisError]:
        """The refusal of a method that is asked without its parameters: `required_parameter_missed` when all is well.

        See `Account.probe`; nobody is rung, nothing is stored.
        """
        return self._account.probe(api, method)

    # --- finding out -------------------------------------------------------------------------------------------

    def find_active_call(self, external_id: str) -> Steps[settle.FoundCall | None]:
        """Step 1 after a lost answer: after one second, look among the active calls. For use inside a function.

        None: unknown; `find_call` looks further in the background.
        """
        try:
            return (yield from settle.find_active(self._account, external_id))
        except UisError as error:
            log.warning("list.calls for a lost call: %s", error)
            return None

    def find_call(self, external_id: str, since: datetime) -> Steps[settle.FoundCall | None]:
        """Steps 1 and 2 after a lost answer (about half a minute). `since`: aware moment of the request.

        None: the outcome stays unknown. Nothing is ever started.
        """
        return settle.find_call(self._account, external_id, since, self.timezone)

    def find_offline_message(self, ext_id: str, since: datetime) -> Steps[int | None]:
        """Id of an uploaded message by its mark; None: not in the report (yet). `since`: aware moment of the upload."""
        zone = yield from self.timezone()
        return (yield from settle.find_message(self._account, ext_id, since, zone))


def _by_name(reading: Steps[Listing], method: str, column: str) -> Steps[NameMap]:
    listing = yield from reading
    ids: dict[str, int] = {}
    others: dict[str, list[int]] = {}
    nameless: list[int] = []
    for row in listing.rows:
        identity, name = whole_number(row.get("id")), row.get(column)
        if identity is None:
            continue
        if not isinstance(name, str) or not name:
            nameless.append(identity)
        elif name not in ids:
            ids[name] = identity
        else:
            others.setdefault(name, []).append(max(ids[name], identity))
            ids[name] = min(ids[name], identity)
    notices = [
        Notice(
            "UI163",
            {
                "name_method": method,
                "name_key": json.dumps(name, ensure_ascii=False),
                "kept": ids[name],
                "text_others": ", ".join(map(str, sorted(left))),
            },
        )
        for name, left in others.items()
    ]
    if nameless:
        notices.append(Notice("UI164", {"name_method": method, "text_others": ", ".join(map(str, nameless))}))
    for notice in notices:
        log.warning("%s", notice)
    return NameMap(ids, (*listing.notices, *notices))


def _is_success(data: Any) -> bool:
    return isinstance(data, dict) and data.get("success") in (True, "true")
