"""The calls that the functions and the client card start (uis-api.md D1-D3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..effects import Steps
from ..uis import Uis
from .once import Action
from .outcome import Result
from .settings import UiscomSettings


def employee_call(
    settings: UiscomSettings,
    virtual_phone: str,
    contact: str,
    employee_id: int,
    *,
    client_id: int | None,
    function: str = "uiscom_employee_call",
    from_card: bool = False,
) -> Action:
    """Connect a client and an employee. A script rings the client first, the client card the employee (D1, D2)."""
    order: dict[str, Any] = {  # what UIS accepts is checked by `UiscomSettings`
        "first_call": settings.card_first_call if from_card else settings.first_call,
        "direction": settings.card_direction if from_card else settings.direction,
        "virtual_phone_number": virtual_phone,
        "contact": contact,
    }

    def send(uis: Uis, mark: str) -> Steps[Result]:
        started = yield from uis.start_employee_call(**order, employee={"id": employee_id}, external_id=mark)
        return started.data

    return _call(function, client_id, {**order, "employee_id": employee_id}, send)


def scenario_call(
    settings: UiscomSettings, virtual_phone: str, contact: str, scenario_id: int, *, client_id: int | None
) -> Action:
    """Send a client's call through a scenario (D3)."""
    order: dict[str, Any] = {  # what UIS accepts is checked by `UiscomSettings`
        "first_call": settings.first_call,
        "direction": settings.direction,
        "virtual_phone_number": virtual_phone,
        "contact": contact,
    }

    def send(uis: Uis, mark: str) -> Steps[Result]:
        started = yield from uis.start_scenario_call(**order, scenario_id=scenario_id, external_id=mark)
        return started.data

    return _call("uiscom_scenario_call", client_id, {**order, "scenario_id": scenario_id}, send)


def find_call(uis: Uis, mark: str, since: datetime) -> Steps[Result | None]:
    """A call by its mark, among the active ones and in the report; takes half a minute."""
    found = yield from uis.find_call(mark, since)
    return {"call_session_id": found.call_session_id} if found else None


def _call(function: str, client_id: int | None, params: Mapping[str, Any], send: Any) -> Action:
    def look(uis: Uis, mark: str) -> Steps[Result | None]:
        found = yield from uis.find_active_call(mark)
        return {"call_session_id": found.call_session_id} if found else None

    return Action(function, client_id, params, send, find_call, look)
