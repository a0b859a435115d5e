"""Bodies of notifications to paste, per event: only placeholders that public sources have seen in that event.

What UIS does with the others is not published (webhooks.md 3), so a body that works in every event uses none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..uis import tables

# Event → its name in the account, Russian and English (webhooks.md 2).
EVENTS: Mapping[str, tuple[str, str]] = {
    "incoming_call": ("Входящий звонок", "Inbound call"),
    "outgoing_call": ("Исходящий звонок", "Outbound call"),
    "outgoing_leg": ("Исходящее плечо", "Outbound leg"),
    "waiting_for_answer": ("Ожидание ответа", "Waiting for the answer"),
    "talk_started": ("Начало разговора", "Talk started"),
    "talk_finished": ("Окончание разговора", "Talk finished"),
    "call_finished": ("Завершение звонка", "Call finished"),
    "lost_call": ("Потерянный звонок", "Lost call"),
    "record_ready": ("Записанный разговор", "Call recording completed"),
    "tag_set": ("Проставление тега", "Tag set"),
}
# The order of the manual; what stands inside `contact_info` there stands there here too.
_TOP = (
    *("external_id", "notification_name", "virtual_phone_number", "notification_time", "scenario_name"),
    *("wait_time_duration", "employee_ids"),
)
_CONTACT = ("contact_phone_number", "communication_number", "contact_id", "contact_full_name")
_LAST = "call_session_id"


def offers(event: str, name: str) -> bool:
    """Has the placeholder been seen in this event (or in all of them)? With no event: in all of them."""
    known = tables.placeholders().get(name)
    return known is not None and ("*" in known.events or (event != "" and event in known.events))


def body_for(event: str = "") -> str:
    """The body to paste for an event; "" gives the one that is safe in every event.

    Raises:
        KeyError: no such event.
    """
    if event:
        EVENTS[event]
    own = [
        name
        for name, known in tables.placeholders().items()
        if event and event in known.events and name not in (*_TOP, *_CONTACT, _LAST)
    ]
    lines = [_line(name) for name in _TOP if offers(event, name)]
    contact = ",\n".join("  " + _line(name) for name in _CONTACT if offers(event, name))
    lines += [f'"contact_info": {{\n{contact}\n}}']
    lines += [_line(name) for name in (*own, _LAST)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(name: str) -> str:
    return f'"{name}": {{{{{name}}}}}'
