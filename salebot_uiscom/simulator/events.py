"""The values that placeholders bring, per event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .calls import CallSession, Leg
from .notifications import EVENTS
from .state import NotificationRule

_WITH_DURATIONS = ("call_finished", "lost_call")
_WITH_LEGS = ("talk_started", "talk_finished")


def event_values(session: CallSession, rule: NotificationRule, leg: Leg | None, now: datetime) -> dict[str, Any]:
    """Every placeholder whose value is known when `rule.event` happens; the others are absent."""
    account, event = session.account, rule.event
    contact = account.contacts.get(session.contact)
    local = now.astimezone(account.zone)
    employee = leg.target.employee if leg and leg.target.employee else session.employee
    values: dict[str, Any] = {
        "notification_name": rule.name,
        "notification_mnemonic": EVENTS[event][1],
        "notification_time": _milliseconds(local),
        "notification_timestamp": int(now.timestamp()),
        "virtual_phone_number": session.virtual_number,
        "contact_phone_number": session.contact,
        "communication_id": session.id,
        "communication_type": "call",
        "call_session_id": session.id,
        "external_id": session.external_id,
        "direction": session.direction,
        "call_source": session.source,
        "start_time": _milliseconds(session.started_at.astimezone(account.zone)),
        "app_id": account.app_id,
        "scenario_name": session.scenario.name if session.scenario else None,
        "scenario_id": session.scenario.id if session.scenario else None,
        "contact_id": contact.id if contact else None,
        "contact_full_name": contact.full_name if contact else None,
        "communication_number": session.communication_number if event != "incoming_call" else None,
        "tag_ids": session.tag_ids or None,
        "tag_names": [tag.name for tag in account.tags if tag.id in session.tag_ids] or None,
    }
    if employee is not None and event != "incoming_call":
        values |= {
            "employee_id": employee.id,
            "employee_full_name": employee.full_name,
            "employee_email": employee.email,
            "extension_phone_number": employee.extension,
        }
    if leg is not None:
        values |= {
            "leg_id": leg.id,
            "calling_phone_number": leg.calling,
            "called_phone_number": leg.target.number,
            "employee_phone_number": leg.target.number if leg.target.employee else None,
        }
    if event in _WITH_LEGS:
        values["leg_ids"] = [item.id for item in session.legs]
    if event in _WITH_DURATIONS:
        values |= {
            "wait_time_duration": session.wait_duration,
            "talk_time_duration": session.talk_duration,
            "total_time_duration": session.total_duration,
            "is_transfer": False,
            "is_internal": False,
        }
    if event == "talk_finished":
        values["talk_time_duration"] = session.talk_duration
    if event == "call_finished" and session.talk_started_at and employee is not None:
        values["last_talked_employee_id"] = employee.id
    if event == "lost_call":
        values["employee_ids"] = session.rung_employee_ids
        values["lost_reason"] = session.finish_reason
    if event == "record_ready":
        values["file_duration"] = session.talk_duration
        values["file_link"] = f"https://app.uiscom.ru/system/media/talk/{session.id}/0/"
    return values


def _milliseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
