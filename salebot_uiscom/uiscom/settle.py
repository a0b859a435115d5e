"""Open intents after a restart: which look belongs to which function."""

from __future__ import annotations

from ..effects import Steps
from ..ports import BEGUN, UNKNOWN, Intent
from . import calls, once, uploads
from .connection import Connection
from .outcome import OFFLINE_MESSAGES
from .settings import UiscomSettings

_LOOKS: dict[str, once.Find] = {
    "uiscom_employee_call": calls.find_call,
    "uiscom_scenario_call": calls.find_call,
    "click_to_call": calls.find_call,
    OFFLINE_MESSAGES: uploads.find_message,
}

FUNCTIONS = frozenset(_LOOKS)


def settle(intent: Intent, connection: Connection, settings: UiscomSettings) -> Steps[None]:
    """Look for what an open intent began. Settled intents and those of other plugins are left alone."""
    find = _LOOKS.get(intent.function)
    if find is not None and intent.state in (BEGUN, UNKNOWN):
        yield from once.settle(intent.function, find, intent.external_id, intent.created_at, connection, settings)
