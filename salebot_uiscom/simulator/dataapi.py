"""Data API v2.0: lists, reports, uploads, tags; and the sessions of both APIs."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from .calls import CallSession
from .rows import Row, answer_list
from .state import Key, OfflineMessage, Site
from .work import Answer, Work

SESSION_S = 3600
_TIME = "%Y-%m-%d %H:%M:%S"
_OLDEST_VISIT = timedelta(days=180)
_REPORT_MONTHS = 3


def login_user(work: Work) -> Answer:
    """The token lives for an hour, on the API that made it."""
    simulator = work.simulator
    expires_at = simulator.now + timedelta(seconds=SESSION_S)
    token = simulator.new_session_token()
    work.account.keys.append(Key(token, "session", expires_at, apis=frozenset({work.api})))
    data: dict[str, Any] = {"access_token": token, "expire_at": int(expires_at.timestamp())}
    if work.api == "data":
        data["app_id"] = work.account.app_id
    return Answer({"data": data}, shows_metadata=False)


def logout_user(work: Work) -> Answer:
    """Ends a session key; a permanent key stays."""
    if work.key is not None and work.key.kind == "session":
        work.account.keys.remove(work.key)
    return Answer({"data": {"success": True} if work.api == "call" else {}}, shows_metadata=False)


def _list(rows: Callable[[Work], list[Row]]) -> Callable[[Work], Answer]:
    def answer(work: Work) -> Answer:
        page, total = answer_list(work.method, rows(work), work.params)
        fault = work.simulator.faults.take("short_page", work.method)
        if fault is not None:
            page = page[: fault["rows"]]
        fault = work.simulator.faults.take("inflated_total", work.method)
        if fault is not None:
            total += fault["extra"]
        return Answer({"data": page, "metadata": {"total_items": total, "version": None}})

    return answer


def _account(work: Work) -> list[Row]:
    account = work.account
    return [{"app_id": account.app_id, "name": account.name, "timezone": account.timezone}]


def _sites(work: Work) -> list[Row]:
    return [
        {"id": site.id, "domain_name": site.domain_name, "name": site.name, "state": site.state}
        for site in work.account.sites
    ]


def _domain(site: Site | None) -> str | None:
    return site.domain_name if site else None


def _campaigns(work: Work) -> list[Row]:
    return [
        {
            "id": campaign.id,
            "name": campaign.name,
            "status": campaign.status,
            "creation_time": campaign.creation_time,
            "type": campaign.type,
            "site_id": campaign.site_id,
            "site_domain_name": _domain(work.account.site(campaign.site_id)),
            "site_blocks": [],
        }
        for campaign in work.account.campaigns
    ]


def _scenarios(work: Work) -> list[Row]:
    return [
        {
            "id": scenario.id,
            "name": scenario.name,
            "virtual_phone_numbers": [
                number.number for number in work.account.virtual_numbers if number.scenario_id == scenario.id
            ],
            "sites": [],
            "campaigns": [],
        }
        for scenario in work.account.scenarios
    ]


def _employees(work: Work) -> list[Row]:
    return [
        {
            "id": employee.id,
            "full_name": employee.full_name,
            "status": employee.status,
            "status_id": employee.status_id,
            "email": employee.email,
            "phone_numbers": [
                {
                    "phone_id": place,
                    "phone_number": phone.number,
                    "channels_count": 1,
                    "dial_time": phone.dial_time,
                    "status": "active" if phone.active else "inactive",
                }
                for place, phone in enumerate(employee.phones, 1)
            ],
            "extension": {"extension_phone_number": employee.extension} if employee.extension else None,
        }
        for employee in work.account.employees
    ]


def _virtual_numbers(work: Work) -> list[Row]:
    rows = []
    for number in work.account.virtual_numbers:
        scenario = work.account.scenario(number.scenario_id)
        scenarios = [{"scenario_id": scenario.id, "scenario_name": scenario.name}] if scenario else []
        rows.append(
            {
                "id": number.id,
                "virtual_phone_number": number.number,
                "status": number.status,
                "type": number.type,
                "scenarios": scenarios,
                "campaigns": [],
            }
        )
    return rows


def _tags(work: Work) -> list[Row]:
    return [{"id": tag.id, "name": tag.name, "is_system": tag.is_system} for tag in work.account.tags]


def _interval(work: Work) -> tuple[datetime, datetime]:
    """The dates of a report, aware. Raises `Refusal` for impossible dates and more than three months."""
    start, end = (
        _moment(work, name, work.params[name], "invalid_parameter_value") for name in ("date_from", "date_till")
    )
    year, month = divmod(start.year * 12 + start.month - 1 + _REPORT_MONTHS, 12)
    last_day = monthrange(year, month + 1)[1]
    latest = start.replace(year=year, month=month + 1, day=min(start.day, last_day))
    if end > latest:
        raise work.refusal("date_interval_limit_reached", "date_till", work.params["date_till"])
    if end < start:
        raise work.refusal("invalid_parameter_value", "date_till", work.params["date_till"])
    return start, end


def _moment(work: Work, name: str, text: str, mnemonic: str) -> datetime:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=work.account.zone)
    except ValueError as error:
        raise work.refusal(mnemonic, name, text) from error


def _calls(work: Work) -> list[Row]:
    start, end = _interval(work)
    delay = timedelta(seconds=work.simulator.report_delay)
    ongoing = work.params.get("include_ongoing_calls", False)
    return [
        _call_row(work, session)
        for session in _asked_for(work)
        if start <= session.started_at.replace(microsecond=0) <= end
        and (ongoing if session.ended_at is None else True)
        and (session.ended_at or session.started_at) + delay <= work.simulator.now
    ]


def _asked_for(work: Work) -> Sequence[CallSession]:
    """The sessions that can pass the filter: who looks for one call among tens of thousands need not meet them all."""
    sessions, wanted = work.simulator.sessions(work.account), work.params.get("filter")
    if isinstance(wanted, dict) and (wanted.get("field"), wanted.get("operator")) == ("call_api_external_id", "="):
        return [session for session in sessions if session.external_id == wanted.get("value")]
    return sessions


def _call_row(work: Work, session: CallSession) -> Row:
    zone, ended = work.account.zone, session.ended_at
    talked = session.employee if session.talk_started_at else None
    contact = work.account.contacts.get(session.contact)
    return {
        "id": session.id,
        "start_time": session.started_at.astimezone(zone).strftime(_TIME),
        "finish_time": ended.astimezone(zone).strftime(_TIME) if ended else None,
        "finish_reason": session.finish_reason,
        "direction": session.direction,
        "source": session.source,
        "is_lost": session.is_lost,
        "communication_number": session.communication_number,
        "contact_phone_number": session.contact,
        "communication_id": session.id,
        "communication_type": "call",
        "wait_duration": session.wait_duration if ended else None,
        "total_wait_duration": session.wait_duration if ended else None,
        "talk_duration": session.talk_duration if ended else None,
        "clean_talk_duration": session.talk_duration if ended else None,
        "total_duration": session.total_duration if ended else None,
        "call_records": ["record"] if talked and ended and work.account.records_talks else [],
        "virtual_phone_number": session.virtual_number,
        "is_transfer": False,
        "tags": _tag_cells(work, session.tag_ids),
        "employees": [{"employee_id": id_} for id_ in session.rung_employee_ids],
        "last_talked_employee_id": talked.id if talked else None,
        "last_talked_employee_full_name": talked.full_name if talked else None,
        "first_talked_employee_id": talked.id if talked else None,
        "first_talked_employee_full_name": talked.full_name if talked else None,
        "scenario_name": session.scenario.name if session.scenario else None,
        "scenario_id": session.scenario.id if session.scenario else None,
        "call_api_request_id": session.request_id,
        "call_api_external_id": session.external_id,
        "contact_id": contact.id if contact else None,
        "contact_full_name": contact.full_name if contact else None,
    }


def _tag_cells(work: Work, tag_ids: list[int]) -> list[dict[str, Any]]:
    return [{"tag_id": tag.id, "tag_name": tag.name} for tag in work.account.tags if tag.id in tag_ids]


def _offline_messages(work: Work) -> list[Row]:
    start, end = _interval(work)
    delay = timedelta(seconds=work.simulator.report_delay)
    return [
        _message_row(work, message)
        for message in work.account.offline_messages
        if start <= message.date_time <= end and message.date_time + delay <= work.simulator.now
    ]


def _message_row(work: Work, message: OfflineMessage) -> Row:
    sent, account = message.fields, work.account
    campaign, site = account.campaign(sent.get("campaign_id")), account.site(sent.get("site_id"))
    phone = sent.get("phone")
    return {
        "id": message.id,
        "date_time": message.date_time.astimezone(account.zone).strftime(_TIME),
        "text": sent.get("message"),
        "communication_type": "offline_message",
        "communication_id": message.id,
        "status": "not_processed",
        "form_type": "DataAPI",
        "form_name": sent.get("form_name"),
        "tags": _tag_cells(work, message.tag_ids),
        "site_id": sent.get("site_id"),
        "site_domain_name": _domain(site),
        "campaign_id": sent.get("campaign_id"),
        "campaign_name": campaign.name if campaign else None,
        "visitor_phone_number": int(phone) if phone else None,
        "visitor_email": sent.get("email"),
        "visitor_name": sent.get("name"),
        "visitor_session_id": sent.get("visitor_session_id"),
        "source_id": sent.get("source_id"),
        "ext_id": sent.get("ext_id"),
    }


def upload_offline_messages(work: Work) -> Answer:
    """All or nothing: every message is checked before the first is stored.

    The same `ext_id` again updates the stored message, or is refused: `Simulator.repeated_upload`.
    """
    messages = work.params["offline_messages"]
    times = [_check_message(work, message) for message in messages]
    stored = work.account.offline_messages
    ids = []
    for message, date_time in zip(messages, times, strict=True):
        ext_id = message.get("ext_id")
        old = next((item for item in stored if ext_id is not None and item.fields.get("ext_id") == ext_id), None)
        if old is None:
            old = OfflineMessage(work.simulator.new_message_id(), date_time, message)
            stored.append(old)
        else:
            old.fields = {**old.fields, **message}
            old.date_time = date_time
        ids.append({"id": old.id})
    return Answer({"data": ids})


def _check_message(work: Work, message: dict[str, Any]) -> datetime:
    """Entities, consistency and time of one message; its time, aware."""
    account = work.account
    site_id, campaign_id = message.get("site_id"), message.get("campaign_id")
    session_id, ext_id = message.get("visitor_session_id"), message.get("ext_id")
    campaign = account.campaign(campaign_id)
    if site_id is not None and account.site(site_id) is None:
        raise work.refusal("entity_not_found", "site_id", site_id)
    if campaign_id is not None and campaign is None:
        raise work.refusal("entity_not_found", "campaign_id", campaign_id)
    if campaign is not None and campaign.status != "active":
        raise work.refusal("campaign_is_inactive", "campaign_id", campaign_id)
    if campaign is not None and None not in (site_id, campaign.site_id) and campaign.site_id != site_id:
        raise work.refusal("invalid_parameters_combination", "campaign_id", campaign_id)
    if session_id is not None and session_id not in account.visitor_sessions:
        raise work.refusal("entity_not_found", "visitor_session_id", session_id)
    for extra in message.get("user_fields", ()):
        if extra["ext_id"] not in account.user_fields:
            raise work.refusal("entity_not_found", "user_fields", extra["ext_id"])
    known = {item.fields.get("ext_id") for item in account.offline_messages} - {None}
    if ext_id in known and work.simulator.repeated_upload == "refuse":
        raise work.refusal("duplicate_entity", "ext_id", ext_id)
    if "date_time" not in message:
        return work.now.replace(microsecond=0)
    moment = _moment(work, "date_time", message["date_time"], "invalid_date_time")
    visit = account.visitor_sessions.get(session_id) if session_id is not None else None
    if moment > work.now or (visit is not None and not visit <= moment <= visit + _OLDEST_VISIT):
        raise work.refusal("invalid_date_time", "date_time", message["date_time"])
    return moment


def _communication(work: Work) -> list[int]:
    """The tags of the finished call or the message that the parameters name."""
    params = work.params
    kind, id_, ext_id = params["communication_type"], params.get("communication_id"), params.get("communication_ext_id")
    if kind == "call":
        for session in work.simulator.sessions(work.account):
            if not session.active and (session.id == id_ if id_ is not None else session.external_id == ext_id):
                return session.tag_ids
    if kind == "offline_message":
        for message in work.account.offline_messages:
            if message.id == id_ if id_ is not None else message.fields.get("ext_id") == ext_id:
                return message.tag_ids
    name = "communication_id" if id_ is not None else "communication_ext_id"
    raise work.refusal("entity_not_found", name, params[name])


def set_tag(work: Work) -> Answer:
    tag_ids, tag_id = _communication(work), _tag_id(work)
    if tag_id in tag_ids:
        raise work.refusal("duplicate_entity", "tag_id", tag_id)
    tag_ids.append(tag_id)
    return Answer({}, shows_metadata=False)


def unset_tag(work: Work) -> Answer:
    tag_ids, tag_id = _communication(work), _tag_id(work)
    if tag_id not in tag_ids:
        raise work.refusal("entity_not_found", "tag_id", tag_id)
    tag_ids.remove(tag_id)
    return Answer({}, shows_metadata=False)


def _tag_id(work: Work) -> int:
    tag_id: int = work.params["tag_id"]
    if work.account.tag(tag_id) is None:
        raise work.refusal("entity_not_found", "tag_id", tag_id)
    return tag_id


METHODS: dict[str, Callable[[Work], Answer]] = {
    "login.user": login_user,
    "logout.user": logout_user,
    "get.account": _list(_account),
    "get.sites": _list(_sites),
    "get.campaigns": _list(_campaigns),
    "get.scenarios": _list(_scenarios),
    "get.employees": _list(_employees),
    "get.virtual_numbers": _list(_virtual_numbers),
    "get.tags": _list(_tags),
    "get.calls_report": _list(_calls),
    "get.offline_messages_report": _list(_offline_messages),
    "upload.offline_messages": upload_offline_messages,
    "set.tag_communications": set_tag,
    "unset.tag_communications": unset_tag,
}
