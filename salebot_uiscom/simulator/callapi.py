"""Call API v4.0: starting, showing and ending calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .calls import CallSession, Leg, Target, phones_of, scenario_targets
from .refusal import Refusal
from .state import Scenario
from .work import Answer, Work

_SHORTEST_OUTSIDE_NUMBER = 10  # shorter ones are SIP lines, which need no permitted direction
_SOURCES = {
    "start.employee_call": "callapi",
    "start.scenario_call": "callapi_scenario_call",
    "start.simple_call": "callapi",
    "start.vnumber_call": "callapi_scenario_call",
}
_MESSAGES = ("contact_message", "employee_message", "operator_message")


def start_call(work: Work) -> Answer:
    """`start.employee_call`, `start.scenario_call`, `start.simple_call`, `start.vnumber_call`."""
    params, account = work.params, work.account
    scenario, others = _entities(work)
    contact = (Target("contact", params["contact"]),)
    contact_first = params["first_call"] == "contact"
    session = work.simulator.new_session(
        account,
        source=_SOURCES[work.method],
        direction=params.get("direction", "in"),
        virtual_number=params["virtual_phone_number"],
        contact=params["contact"],
        external_id=params.get("external_id"),
        first=contact if contact_first else others,
        second=others if contact_first else contact,
        scenario=scenario,
        by_api=True,
    )
    work.simulator.exchange.start(session)
    return Answer({"data": {"call_session_id": session.id}}, call_session_id=session.id)


def _entities(work: Work) -> tuple[Scenario | None, tuple[Target, ...]]:
    """Find what the parameters name; the other side of the contact."""
    params, account = work.params, work.account
    number, contact = params["virtual_phone_number"], params["contact"]
    own = account.virtual_number(number)
    if own is None or own.status != "active":
        raise work.refusal(
            "virtual_phone_number_not_found", "virtual_phone_number", number, virtual_phone_number=number
        )
    if account.virtual_number(contact) is not None:
        raise work.refusal("own_virtual_phone_number_not_allowed", "contact", contact)
    if contact in account.black_list:
        raise work.refusal("contact_in_blacklist", "contact", contact, contact=contact)
    outside = len(contact) >= _SHORTEST_OUTSIDE_NUMBER
    if outside and not contact.startswith(account.allowed_directions):
        raise Refusal.forbidden_direction(contact)
    scenario, others = _other_side(work, own.scenario_id)
    if "media_file_id" in params and not account.media_file_exists(params["media_file_id"]):
        raise _no_media(work, "media_file_id", params["media_file_id"])
    for name in _MESSAGES:
        if name in params:
            _check_message(work, name, params[name])
    return scenario, others


def _other_side(work: Work, own_scenario_id: int | None) -> tuple[Scenario | None, tuple[Target, ...]]:
    params, account = work.params, work.account
    if work.method == "start.simple_call":
        return None, (Target("operator", params["operator"]),)
    if work.method == "start.employee_call":
        id_, phone = params["employee"]["id"], params["employee"].get("phone_number")
        employee = account.employee(id_)
        if employee is None:
            raise work.refusal("employee_not_found", "employee.id", id_, employee_id=id_)
        phones = phones_of(employee, phone)
        if not phones:
            raise work.refusal("no_active_phone_number", "employee.phone_number", phone)
        return None, phones
    by_number = work.method == "start.vnumber_call"
    scenario = account.scenario(own_scenario_id if by_number else params["scenario_id"])
    if scenario is None and by_number:
        raise work.refusal("scenario_not_found", "virtual_phone_number", params["virtual_phone_number"])
    if scenario is None:
        id_ = params["scenario_id"]
        raise work.refusal("scenario_not_found", "scenario_id", id_, scenario_id=id_)
    return scenario, scenario_targets(account, scenario)


def _check_message(work: Work, name: str, message: dict[str, str]) -> None:
    text = message["value"]
    if message["type"] == "tts":
        longest = work.account.tts_max_length
        if len(text) > longest:
            raise work.refusal(
                "tts_text_exceeded",
                f"{name}.value",
                text,
                tts_message_max_length=longest,
                sent_tts_message_length=len(text),
            )
    elif not (text.isascii() and text.isdigit()) or not work.account.media_file_exists(int(text)):
        raise _no_media(work, f"{name}.value", text)


def _no_media(work: Work, name: str, file_id: Any) -> Refusal:
    return work.refusal("media_file_not_found", name, file_id, media_file_id=file_id)


def list_calls(work: Work) -> Answer:
    direction, number = work.params.get("direction"), work.params.get("virtual_phone_number")
    rows = [
        _session_row(work, session)
        for session in work.simulator.sessions(work.account)
        if session.active and direction in (None, session.direction) and number in (None, session.virtual_number)
    ]
    return Answer({"data": rows})


def _session_row(work: Work, session: CallSession) -> dict[str, Any]:
    start = session.started_at.astimezone(work.account.zone)
    return {
        "call_session_id": session.id,
        "direction": session.direction,
        "start_time": start.strftime("%Y-%m-%dT%H:%M:%S.") + f"{start.microsecond // 1000:03d}",
        "virtual_phone_number": session.virtual_number,
        "contact_phone_number": session.contact,
        "external_id": session.external_id,
        "tags": [{"tag_id": tag.id, "tag_name": tag.name} for tag in work.account.tags if tag.id in session.tag_ids],
        "legs": [_leg_row(leg) for leg in session.legs],
    }


def _leg_row(leg: Leg) -> dict[str, Any]:
    employee = leg.target.employee
    return {
        "leg_id": leg.id,
        "calling_phone_number": leg.calling,
        "called_phone_number": leg.target.number,
        "is_operator": leg.target.side != "contact",
        "employee_id": employee.id if employee else None,
        "employee_full_name": employee.full_name if employee else None,
        "record_call_enabled": True,
        "state": leg.state,
    }


def release_call(work: Work) -> Answer:
    work.simulator.exchange.hang_up(_active_session(work))
    return Answer({"data": {"success": True}})


def tag_call(work: Work) -> Answer:
    session, tag_id = _active_session(work), work.params["tag_id"]
    if work.account.tag(tag_id) is None:
        raise work.refusal("tag_not_found", "tag_id", tag_id, tag_id=tag_id)
    if tag_id in session.tag_ids:
        raise work.refusal("duplicate_tag", "tag_id", tag_id)
    session.tag_ids.append(tag_id)
    work.simulator.emit(session, "tag_set", None)
    return Answer({"data": {"success": True}})


def _active_session(work: Work) -> CallSession:
    id_ = work.params["call_session_id"]
    for session in work.simulator.sessions(work.account):
        if session.id == id_ and session.active:
            return session
    raise work.refusal("call_session_not_found", "call_session_id", id_)


METHODS: dict[str, Callable[[Work], Answer]] = {
    "start.employee_call": start_call,
    "start.scenario_call": start_call,
    "start.simple_call": start_call,
    "start.vnumber_call": start_call,
    "list.calls": list_calls,
    "release.call": release_call,
    "tag.call": tag_call,
}
