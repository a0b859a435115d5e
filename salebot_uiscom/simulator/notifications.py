"""Notifications of an account: events, templates and what is to be posted.

The core only produces them as data; `Simulator.sender` or `take_due()` brings them out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..messages import mask
from ..uis import tables
from . import choices
from .state import NotificationRule

# Event key -> name in the account and, where a public source hints at one, the mnemonic.
EVENTS: dict[str, tuple[str, str]] = {
    "incoming_call": ("Входящий звонок", "in_call_session"),
    "outgoing_call": ("Исходящий звонок", "out_call_session_unknown"),
    "outgoing_leg": ("Исходящее плечо", "outgoing_leg_unknown"),
    "waiting_for_answer": ("Ожидание ответа", "waiting_for_answer_unknown"),
    "talk_started": ("Начало разговора", "call_connected"),
    "talk_finished": ("Окончание разговора", "talk_finished_unknown"),
    "call_finished": ("Завершение звонка", "call_session_finished"),
    "lost_call": ("Потерянный звонок", "lost_call_session"),
    "record_ready": ("Записанный разговор", "record_ready_unknown"),
    "tag_set": ("Проставление тега", "set_mark"),
}

DEFAULT_TEMPLATE = """{ "external_id":{{external_id}},
"notification_name":{{notification_name}},
"virtual_phone_number":{{virtual_phone_number}},
"notification_time":{{notification_time}},
"scenario_name": {{scenario_name}},
"wait_time_duration" : {{wait_time_duration}},
"employee_ids":{{employee_ids}},
"contact_info":{
"contact_phone_number":{{contact_phone_number}},
"communication_number":{{communication_number}},
"contact_id": {{contact_id}}, "contact_full_name":{{contact_full_name}}
},
"call_session_id":{{call_session_id}}
}
"""

_WEB = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(slots=True)
class Delivery:
    """One request to a receiver. `status` or `error` is filled in when it was sent.

    URL and body are kept out of the repr: the URL carries a key, the body personal data.
    """

    id: int
    event: str
    name: str
    call_session_id: int
    due: datetime
    method: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    sent_at: datetime | None = None
    status: int | None = None
    error: str | None = None

    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json; charset=UTF-8"),)

    def json(self) -> Any:
        """The body as JSON. Raises ValueError when a placeholder stayed unresolved."""
        return json.loads(self.body)

    def as_dict(self) -> dict[str, Any]:
        """For people: without the URL, phone numbers masked."""
        return {
            "id": self.id,
            "event": self.event,
            "name": self.name,
            "call_session_id": self.call_session_id,
            "body": mask(self.body.decode()),
            "status": self.status,
            "error": self.error,
        }


def checked(rule: NotificationRule) -> NotificationRule:
    """The same rule. Raises OptionError when it could never be sent."""
    choices.one_of(rule.event, EVENTS, "event")
    choices.among("method", rule.method, ("GET", "POST"))
    choices.seconds(rule.delay, "delay")
    if not _WEB.match(str(rule.url)):
        # The address may hold a key: what came is not shown.
        raise choices.wrong("url", "…", "адрес, который начинается с http:// или https://", "an http(s):// address")
    return rule


def render(template: str, values: Mapping[str, Any], event: str, unresolved: str, *, in_url: bool = False) -> str:
    """Replace the placeholders by JSON literals.

    Args:
        unresolved: `null` fills in every value that is known and null for the rest; `keep` fills in only what public
            sources have seen in this event and leaves the other placeholders as they stand.
        in_url: escape the literals for a query.
    """

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if unresolved == "keep" and not _offers(event, name):
            return match[0]
        literal = json.dumps(values.get(name), ensure_ascii=False)
        return quote(literal, safe="") if in_url else literal

    return _PLACEHOLDER.sub(fill, template)


def _offers(event: str, name: str) -> bool:
    placeholder = tables.placeholders().get(name)
    return placeholder is not None and ("*" in placeholder.events or event in placeholder.events)
