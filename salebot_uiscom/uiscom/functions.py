"""The five functions of UISCOM (telephony.md D-F). They answer with a dictionary, also when something is wrong (R22).

A wrong call is found here and costs no request. All parameters may be left out as far as the language is concerned:
what is missing is told by `required_parameter_missed` (R19); `needed` says which those are.

The docstrings are the reference for authors (`functions.reference`); their examples run against the simulator.
"""

from __future__ import annotations

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
from . import calls, uploads
from .arguments import Check, WrongCall, is_skipped
from .connection import Connection, NotConfigured, account_mark
from .once import Action, not_configured, take
from .outcome import WRONG_CALL, Result, of_error, refusal
from .settings import UiscomSettings

PAGE = "integraciya/telefoniya/uiscom"


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
            check = Check(settings, ctx.lang)
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
            check = Check(settings, ctx.lang)
            ids = check.one_of_three(*chosen)
            number = uploads.phone_of(ctx, settings) if is_skipped(phone) else check.phone("phone", phone)
            if number is None:
                raise WrongCall(refusal("required_parameter_missed", WRONG_CALL, "UI204", ctx.lang))
        except WrongCall as wrong:
            return wrong.result
        action = uploads.offline_message(
            ctx, settings, message, ids, number, uploads.name_of(ctx, name), client_id=_client_id(ctx)
        )
        return (yield from take(action, connection, settings, ctx.lang))

    @function(effect=True, page=PAGE, needed=3)
    def uiscom_employee_call(
        ctx: Context, virtual_phone: Value = None, client_phone: Value = None, employee_id: Value = None
    ) -> Steps[Value]:
        """Звонит клиенту и соединяет его с сотрудником.

        UIS принял звонок — словарь {"call_session_id": 237859081}: трубку ещё никто не снял, чем звонок кончился, скажут
        уведомления. Не принял — словарь {"error": "<вид>", "code": -32602, "message": "…"}, скрипт идёт дальше. Отличают
        так: exist_key(r, "call_session_id"). Если в словаре есть "outcome": "unknown", ответ UIS потерян и звонок,
        возможно, идёт: повторять его нельзя, бот сам узнает исход.

        Аргументы:
            virtual_phone — ваш виртуальный номер в UIS: ровно 11 цифр, первая 7; текст или число.
            client_phone — номер клиента, так же. Другую запись (+7…, 8…) приведёт к такой normalizePhone.
            employee_id — id сотрудника: целое число из адресной строки личного кабинета UIS (recorId=…).
        Примеры:
            uiscom_employee_call('78001002752', '79004443322', '2339292')  # {"call_session_id":500000001}
            uiscom_employee_call(78001002752, normalizePhone('8 900 444-33-22'), 2339292)  # {"call_session_id":500000001}
            uiscom_employee_call('78001002752', '+79004443322', '2339292')['error']  # invalid_phone
            uiscom_employee_call('78001002752', '79004443322')['error']  # required_parameter_missed
            exist_key(uiscom_employee_call('78001002752', '79004443322', 5), 'call_session_id')  # False
        Ошибки:
            required_parameter_missed — нет аргумента; invalid_phone — телефон не из 11 цифр с 7; data_type_error — id не
            целое число (во всех трёх случаях в UIS ничего не отправлено); virtual_phone_number_not_found — номер не ваш;
            employee_not_found — нет такого сотрудника; no_active_phone_number — у него нет включённого номера;
            own_virtual_phone_number_not_allowed — вместо клиента ваш же номер; contact_in_blacklist — клиент в чёрном
            списке; limit_exceeded — слишком много запросов; component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — настройка, её проверит
            команда doctor; unreachable — до UIS не дошло, звонка нет; timeout, outcome_unknown, internal_error — ответа
            нет, исход неизвестен; not_stored — действие не записано и не отправлено.
        English:
            Rings the client and connects him with an employee.
            UIS took the call: {"call_session_id": 237859081}; nobody has picked up yet, notifications tell how it ends.
            UIS did not: {"error": "…", "code": -32602, "message": "…"}, and the script goes on. Tell them apart by
            exist_key(r, "call_session_id"). With "outcome": "unknown" the answer was lost and the call may be going on:
            do not repeat it, the bot finds out.
        Arguments:
            virtual_phone — your virtual number at UIS: exactly 11 digits, the first is 7; a text or a number.
            client_phone — the number of the client, likewise. normalizePhone brings other spellings (+7…, 8…) to it.
            employee_id — id of the employee: a whole number from the address bar of the UIS cabinet (recorId=…).
        Errors:
            required_parameter_missed — an argument is missing; invalid_phone — no phone of 11 digits from 7;
            data_type_error — the id is no whole number (in these three cases nothing was sent to UIS);
            virtual_phone_number_not_found — the number is not yours; employee_not_found — there is no such employee;
            no_active_phone_number — none of his numbers is switched on;
            own_virtual_phone_number_not_allowed — your own number instead of the client's; contact_in_blacklist — the
            client is in the black list; limit_exceeded — too many requests; component_disabled, forbidden,
            ip_not_whitelisted, access_token_invalid, access_token_expired, access_token_blocked, not_configured — the
            set-up, which the command doctor checks; unreachable — UIS was not reached, there is no call; timeout,
            outcome_unknown, internal_error — no answer, the outcome is unknown; not_stored — it could not be written down
            and was not sent.
        """
        result = yield from call(ctx, calls.employee_call, virtual_phone, client_phone, "employee_id", employee_id)
        return _told(ctx, "uiscom_employee_call", result)

    @function(effect=True, page=PAGE, needed=3)
    def uiscom_scenario_call(
        ctx: Context, virtual_phone: Value = None, client_phone: Value = None, scenario_id: Value = None
    ) -> Steps[Value]:
        """Звонит клиенту и ведёт звонок по сценарию UIS. Нужен компонент «Call API Вызов сценария».

        UIS принял звонок — словарь {"call_session_id": 237859081}: трубку ещё никто не снял, чем звонок кончился, скажут
        уведомления. Не принял — словарь {"error": "<вид>", "code": -32602, "message": "…"}, скрипт идёт дальше. Отличают
        так: exist_key(r, "call_session_id"). Если в словаре есть "outcome": "unknown", ответ UIS потерян и звонок,
        возможно, идёт: повторять его нельзя, бот сам узнает исход.

        Аргументы:
            virtual_phone — ваш виртуальный номер в UIS: ровно 11 цифр, первая 7; текст или число.
            client_phone — номер клиента, так же. Другую запись (+7…, 8…) приведёт к такой normalizePhone.
            scenario_id — id сценария: целое число из адресной строки личного кабинета UIS (controller.params=…).
        Примеры:
            uiscom_scenario_call('78001002752', '79004443322', '328746')  # {"call_session_id":500000001}
            uiscom_scenario_call('78001002752', '79004443322', 5)['error']  # scenario_not_found
            uiscom_scenario_call('78001002752', '79004443322', 'Входящие')['error']  # data_type_error
        Ошибки:
            required_parameter_missed — нет аргумента; invalid_phone — телефон не из 11 цифр с 7; data_type_error — id не
            целое число (во всех трёх случаях в UIS ничего не отправлено); virtual_phone_number_not_found — номер не ваш;
            scenario_not_found — нет такого сценария;
            own_virtual_phone_number_not_allowed — вместо клиента ваш же номер; contact_in_blacklist — клиент в чёрном
            списке; limit_exceeded — слишком много запросов; component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — настройка, её проверит
            команда doctor; unreachable — до UIS не дошло, звонка нет; timeout, outcome_unknown, internal_error — ответа
            нет, исход неизвестен; not_stored — действие не записано и не отправлено.
        English:
            Rings the client and leads the call through a scenario of UIS; needs the component of scenario calls.
            UIS took the call: {"call_session_id": 237859081}; nobody has picked up yet, notifications tell how it ends.
            UIS did not: {"error": "…", "code": -32602, "message": "…"}, and the script goes on. Tell them apart by
            exist_key(r, "call_session_id"). With "outcome": "unknown" the answer was lost and the call may be going on:
            do not repeat it, the bot finds out.
        Arguments:
            virtual_phone — your virtual number at UIS: exactly 11 digits, the first is 7; a text or a number.
            client_phone — the number of the client, likewise. normalizePhone brings other spellings (+7…, 8…) to it.
            scenario_id — id of the scenario: a whole number from the address bar of the UIS cabinet
            (controller.params=…).
        Errors:
            required_parameter_missed — an argument is missing; invalid_phone — no phone of 11 digits from 7;
            data_type_error — the id is no whole number (in these three cases nothing was sent to UIS);
            virtual_phone_number_not_found — the number is not yours; scenario_not_found — there is no such scenario;
            own_virtual_phone_number_not_allowed — your own number instead of the client's; contact_in_blacklist — the
            client is in the black list; limit_exceeded — too many requests; component_disabled, forbidden,
            ip_not_whitelisted, access_token_invalid, access_token_expired, access_token_blocked, not_configured — the
            set-up, which the command doctor checks; unreachable — UIS was not reached, there is no call; timeout,
            outcome_unknown, internal_error — no answer, the outcome is unknown; not_stored — it could not be written down
            and was not sent.
        """
        result = yield from call(ctx, calls.scenario_call, virtual_phone, client_phone, "scenario_id", scenario_id)
        return _told(ctx, "uiscom_scenario_call", result)

    @function(effect=True, page=PAGE, needed=1)
    def uiscom_offline_messages(
        ctx: Context,
        message: Value = None,
        site_id: Value = None,
        campaign_id: Value = None,
        visitor_session_id: Value = None,
        phone: Value = None,
        name: Value = None,
    ) -> Steps[Value]:
        """Передаёт в UIS заявку (офлайн-сообщение) от клиента.

        Из site_id, campaign_id и visitor_session_id нужен ровно один; вместо лишних пишут "". Вместе можно только
        site_id и campaign_id = -1: «посетители без рекламной кампании». Время заявки — нынешнее. В UIS нужна опция
        «Загрузка коммуникаций из внешних систем».

        Заявка принята — словарь {"id": 8251931}. Нет — словарь {"error": "<вид>", "code": -32602, "message": "…"}, скрипт
        идёт дальше. Если в словаре есть "outcome": "unknown", ответ UIS потерян и заявка, возможно, принята: повторять
        её нельзя, бот сам узнает исход.

        Аргументы:
            message — текст заявки, можно пустой.
            site_id — id сайта, целое число: uiscom_get_sites().
            campaign_id — id рекламной кампании, целое число: uiscom_get_campaigns().
            visitor_session_id — id сессии посетителя, целое число: его даёт на сайте Comagic.getSessionId().
            phone — 11 цифр, первая 7. Не указан — берётся переменная phone, номер клиента WhatsApp или телефонии, затем
            первая переменная клиента, в которой телефон.
            name — имя; не указано — имя клиента.
        Примеры:
            uiscom_offline_messages('Перезвоните мне', 80913, '', '', '79004443322', 'Иван')  # {"id":700001}
            uiscom_offline_messages('Перезвоните мне', '', 401745, '', '79004443322')  # {"id":700001}
            uiscom_offline_messages('Перезвоните мне', 80913, -1, '', '79004443322')  # {"id":700001}
            uiscom_offline_messages('Перезвоните мне', '', '', 987654321, '79004443322')  # {"id":700001}
            uiscom_offline_messages('Перезвоните мне', 80913, 401745)['error']  # invalid_parameters_combination
            uiscom_offline_messages('Перезвоните мне', 80913, '', '', '8 900 444-33-22')['error']  # invalid_phone
        Ошибки:
            invalid_parameters_combination — не ровно один id; required_parameter_missed — телефона нет ни в аргументе, ни
            у клиента; invalid_phone — телефон не из 11 цифр с 7; data_type_error — id не целое число (во всех этих
            случаях в UIS ничего не отправлено); entity_not_found — нет такого сайта, кампании или сессии;
            campaign_is_inactive — кампания выключена; duplicate_entity — такая заявка уже есть; limit_exceeded — слишком
            много запросов; data_limit_exceeded, tariff_restrictions, method_component_disabled,
            parameter_component_disabled, forbidden, ip_not_whitelisted, access_token_invalid, access_token_expired,
            access_token_blocked, not_configured — настройка, её проверит команда doctor; unreachable — до UIS не дошло;
            timeout, outcome_unknown, internal_error — ответа нет, исход неизвестен; not_stored — действие не записано и
            не отправлено.
        English:
            Passes a message of the client (an offline message) to UIS. Exactly one of site_id, campaign_id and
            visitor_session_id is given, "" stands for the others; only site_id and campaign_id = -1 (visitors without a
            campaign) go together. Taken: {"id": 8251931}; not: {"error": "…", "code": -32602, "message": "…"}, and the
            script goes on. With "outcome": "unknown" the answer was lost and the message may have been taken: do not
            repeat it, the bot finds out.
        Arguments:
            message — the text, may be empty.
            site_id — id of a site, a whole number: uiscom_get_sites().
            campaign_id — id of a campaign, a whole number: uiscom_get_campaigns().
            visitor_session_id — id of a visitor's session, a whole number that Comagic.getSessionId() gives on the site.
            phone — 11 digits, the first is 7. Left out: the variable phone, the number of a WhatsApp or telephony client,
            then the first variable of the client that is a phone.
            name — the name; left out: that of the client.
        Errors:
            invalid_parameters_combination — not exactly one id; required_parameter_missed — neither the argument nor the
            client has a phone; invalid_phone — no phone of 11 digits from 7; data_type_error — the id is no whole number
            (in these cases nothing was sent to UIS); entity_not_found — there is no such site, campaign or session;
            campaign_is_inactive — the campaign is switched off; duplicate_entity — this message exists; limit_exceeded —
            too many requests; data_limit_exceeded, tariff_restrictions, method_component_disabled,
            parameter_component_disabled, forbidden, ip_not_whitelisted, access_token_invalid, access_token_expired,
            access_token_blocked, not_configured — the set-up, which the command doctor checks; unreachable — UIS was not
            reached; timeout, outcome_unknown, internal_error — no answer, the outcome is unknown; not_stored — it could
            not be written down and was not sent.
        """
        ids = (site_id, campaign_id, visitor_session_id)
        return _told(ctx, "uiscom_offline_messages", (yield from upload(ctx, message, ids, phone, name)))

    @function(effect=True, page=PAGE)
    def uiscom_get_sites(ctx: Context) -> Steps[Value]:
        """Словарь сайтов: домен — id сайта.

        Читаются все; два одинаковых имени — остаётся меньший id. Неудача — словарь {"error": "…", "code": …,
        "message": "…"}.

        Примеры:
            uiscom_get_sites()  # {"test.ru":80913}
            uiscom_get_sites()['test.ru']  # 80913
        Ошибки:
            limit_exceeded — слишком много запросов; method_component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — настройка, её проверит
            команда doctor; unreachable, timeout, no_answer, internal_error — UIS не отвечает, можно спросить снова.
        English:
            A dictionary of the sites: domain → id. All of them are read; of two equal names the
            smaller id stays. A failure: {"error": "…", "code": …, "message": "…"}.
        Errors:
            limit_exceeded — too many requests; method_component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — the set-up, which the
            command doctor checks; unreachable, timeout, no_answer, internal_error — UIS does not answer, ask again.
        """
        return (yield from _names(ctx, prepare(ctx), connection, Uis.sites_by_domain))

    @function(effect=True, page=PAGE)
    def uiscom_get_campaigns(ctx: Context) -> Steps[Value]:
        """Словарь рекламных кампаний: название — id; «Посетители без рекламной кампании» — это -1.

        Читаются все; два одинаковых имени — остаётся меньший id. Неудача — словарь {"error": "…", "code": …,
        "message": "…"}.

        Примеры:
            uiscom_get_campaigns()  # {"Тестовый источник":401745,"Посетители без рекламной кампании":-1}
            uiscom_get_campaigns()['Тестовый источник']  # 401745
        Ошибки:
            limit_exceeded — слишком много запросов; method_component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — настройка, её проверит
            команда doctor; unreachable, timeout, no_answer, internal_error — UIS не отвечает, можно спросить снова.
        English:
            A dictionary of the campaigns: name → id; visitors without a campaign are -1. All of them are read; of two
            equal names the smaller id stays. A failure: {"error": "…", "code": …, "message": "…"}.
        Errors:
            limit_exceeded — too many requests; method_component_disabled, forbidden, ip_not_whitelisted,
            access_token_invalid, access_token_expired, access_token_blocked, not_configured — the set-up, which the
            command doctor checks; unreachable, timeout, no_answer, internal_error — UIS does not answer, ask again.
        """
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
