"""The five functions of UISCOM (telephony.md D-F). They answer with a dictionary, also when something is wrong (R22).

A wrong call is found here and costs no request. All parameters may be left out as far as the language is concerned:
what is missing is told by `required_parameter_missed` (R19).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..context import Context
from ..effects import Steps
from ..errors import SalebotError
from ..functions.registry import Value, function
from ..ports import Client
from ..uis import Uis
from ..uis.api import NameMap
from ..uis.errors import UisError
from ..values import to_text
from . import calls, phones, uploads
from .connection import Connection, NotConfigured, account_mark
from .once import Action, not_configured, take
from .outcome import WRONG_CALL, Result, of_error, refusal
from .settings import UiscomSettings

PAGE = "integraciya/telefoniya/uiscom"

_WHOLE = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")


class WrongCall(Exception):
    """An argument that cannot be sent; `result` is what the script gets."""

    def __init__(self, result: Result) -> None:
        super().__init__(result["error"])
        self.result = result


def make_functions(connection: Connection) -> tuple[Callable[..., Any], ...]:
    """The functions of one plugin object, for `register_functions`."""

    def prepare(ctx: Context) -> UiscomSettings | Result:
        try:
            return connection.settings(ctx.settings("uiscom"))
        except SalebotError as error:
            return not_configured(error, connection, None, ctx.lang)

    def call(
        ctx: Context, make: Callable[..., Action], virtual_phone: Value, client_phone: Value, name: str, number: Value
    ) -> Steps[Value]:
        """Check the two phones and the id of this name, then place the call that `make` describes."""
        settings = prepare(ctx)
        if isinstance(settings, dict):
            return settings
        try:
            check = _Check(settings, ctx.lang)
            check.given(virtual_phone=virtual_phone, client_phone=client_phone, **{name: number})
            action = make(
                settings,
                check.phone("virtual_phone", virtual_phone),
                check.phone("client_phone", client_phone),
                check.whole(name, number),
                client_id=_client_id(ctx),
            )
        except WrongCall as wrong:
            return wrong.result
        return (yield from take(action, connection, settings, ctx.lang))

    def upload(ctx: Context, message: Value, chosen: tuple[Value, ...], phone: Value, name: Value) -> Steps[Value]:
        """Check the three ids and the phone, then upload the message."""
        settings = prepare(ctx)
        if isinstance(settings, dict):
            return settings
        try:
            check = _Check(settings, ctx.lang)
            ids = check.one_of_three(*chosen)
            number = uploads.phone_of(ctx, settings) if _is_skipped(phone) else check.phone("phone", phone)
            if number is None:
                raise WrongCall(refusal("required_parameter_missed", WRONG_CALL, "UI204", ctx.lang))
        except WrongCall as wrong:
            return wrong.result
        action = uploads.offline_message(
            ctx, settings, message, ids, number, uploads.name_of(ctx, name), client_id=_client_id(ctx)
        )
        return (yield from take(action, connection, settings, ctx.lang))

    @function(effect=True, page=PAGE)
    def uiscom_employee_call(
        ctx: Context, virtual_phone: Value = None, client_phone: Value = None, employee_id: Value = None
    ) -> Steps[Value]:
        """Звонок клиенту, затем соединение с сотрудником. Словарь с call_session_id или с error, code, message."""
        result = yield from call(ctx, calls.employee_call, virtual_phone, client_phone, "employee_id", employee_id)
        return _told(ctx, "uiscom_employee_call", result)

    @function(effect=True, page=PAGE)
    def uiscom_scenario_call(
        ctx: Context, virtual_phone: Value = None, client_phone: Value = None, scenario_id: Value = None
    ) -> Steps[Value]:
        """Звонок клиенту по сценарию. Словарь с call_session_id или с error, code, message."""
        result = yield from call(ctx, calls.scenario_call, virtual_phone, client_phone, "scenario_id", scenario_id)
        return _told(ctx, "uiscom_scenario_call", result)

    @function(effect=True, page=PAGE)
    def uiscom_offline_messages(
        ctx: Context,
        message: Value = None,
        site_id: Value = None,
        campaign_id: Value = None,
        visitor_session_id: Value = None,
        phone: Value = None,
        name: Value = None,
    ) -> Steps[Value]:
        """Заявка в UIS. Нужен ровно один id; телефон и имя — клиента, если не указаны. Словарь с id или с error."""
        ids = (site_id, campaign_id, visitor_session_id)
        return _told(ctx, "uiscom_offline_messages", (yield from upload(ctx, message, ids, phone, name)))

    @function(effect=True, page=PAGE)
    def uiscom_get_sites(ctx: Context) -> Steps[Value]:
        """Словарь: домен сайта — id сайта."""
        return (yield from _names(ctx, prepare(ctx), connection, Uis.sites_by_domain))

    @function(effect=True, page=PAGE)
    def uiscom_get_campaigns(ctx: Context) -> Steps[Value]:
        """Словарь: название рекламной кампании — id кампании."""
        return (yield from _names(ctx, prepare(ctx), connection, Uis.campaigns_by_name))

    return (
        uiscom_employee_call,
        uiscom_scenario_call,
        uiscom_offline_messages,
        uiscom_get_sites,
        uiscom_get_campaigns,
    )


def _names(
    ctx: Context,
    settings: UiscomSettings | Result,
    connection: Connection,
    read: Callable[[Uis], Steps[NameMap]],
) -> Steps[Result]:
    if isinstance(settings, dict):
        return settings
    try:
        names = yield from read(connection.open(settings))
    except NotConfigured as error:
        return not_configured(error, connection, settings, ctx.lang)
    except UisError as error:
        connection.alarms.tell_error(error, account_mark(settings))
        return of_error(error, ctx.lang)
    return dict(names.ids)


def _told(ctx: Context, function: str, result: Value) -> Value:
    """The result; a host that keeps a protocol for people is told of a refusal, which a script may let pass."""
    tell = ctx.host.get("refused")
    if tell is not None and isinstance(result, dict) and "error" in result:
        tell(function, result)
    return result


def _client_id(ctx: Context) -> int | None:
    client = ctx.host.get("client")
    return client.id if isinstance(client, Client) else None


class _Check:
    """Arguments before anything is sent."""

    def __init__(self, settings: UiscomSettings, lang: str) -> None:
        self._repaired = settings.phone_repair
        self._secrets = settings.receiver_keys
        self._lang = lang

    def given(self, **values: Value) -> None:
        for name, value in values.items():
            if not uploads.is_given(value):
                raise self._wrong("required_parameter_missed", "UI200", name_param=name)

    def phone(self, name: str, value: Value) -> str:
        found = phones.dialable(value, repaired=self._repaired)
        if found is None:
            raise self._wrong("invalid_phone", phones.advice(value), name_param=name, got=value)
        return found

    def whole(self, name: str, value: Value) -> int:
        found = whole_number(value)
        if found is None:
            raise self._wrong("data_type_error", "UI202", name_param=name, got=value)
        return found

    def one_of_three(self, site_id: Value, campaign_id: Value, visitor_session_id: Value) -> dict[str, int]:
        """The one id that is given, or the pair of a site and campaign -1 (R26, R27)."""
        values = {"site_id": site_id, "campaign_id": campaign_id, "visitor_session_id": visitor_session_id}
        given = {name: value for name, value in values.items() if not _is_skipped(value)}
        wrong = self._wrong("invalid_parameters_combination", "UI203")
        if set(given) == {"site_id", "campaign_id"}:
            if whole_number(campaign_id) != -1:
                raise wrong
        elif len(given) != 1:
            raise wrong
        ids = {name: self.whole(name, value) for name, value in given.items()}
        if ids == {"campaign_id": -1}:
            raise wrong
        return ids

    def _wrong(self, mnemonic: str, code: str, **data: Any) -> WrongCall:
        shown = to_text(data.get("got"))
        if any(secret in shown for secret in self._secrets):
            data["got"] = "•••"
        return WrongCall(refusal(mnemonic, WRONG_CALL, code, self._lang, **data))


def whole_number(value: Value) -> int | None:
    """An id as UIS wants it: a number, or the text of one; no truth values, no fractions (uis-api.md D7)."""
    if isinstance(value, str):
        digits = _WHOLE.fullmatch(value)
        return int(digits[1]) if digits else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) >= 10**18:
        return None
    return int(value) if value == int(value) else None


def _is_skipped(value: Value) -> bool:
    """Absent in an offline message: left out, or 0 (uis-api.md D4)."""
    return not uploads.is_given(value) or whole_number(value) == 0
