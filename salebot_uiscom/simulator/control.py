"""Control API for other processes: JSON over HTTP, the same deeds as the methods of `Simulator`.

Changes need `Content-Type: application/json`, which a page of a stranger cannot send without asking first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

from ..errors import OptionError
from . import choices
from .calls import CallError, CallSession
from .core import Simulator
from .records import Reply

_YEAR_S = 366 * 86400
_OBJECTS = ("account",)  # what JSON cannot name
_JSON = (("Content-Type", "application/json; charset=utf-8"),)


def answer(simulator: Simulator, verb: str, path: str, content_type: str, body: bytes) -> Reply:
    """Reply to a request under `/control/`; `path` without that prefix."""
    head, _, rest = path.strip("/").partition("/")
    try:
        if verb == "GET":
            read = _READ.get(path.strip("/"))
            return _reply(404, {"error": "not found"}) if read is None else _reply(200, read(simulator))
        if content_type.partition(";")[0].strip().lower() != "application/json":
            return _reply(415, {"error": "Content-Type: application/json is needed"})
        options = json.loads(body or b"{}")
        if not isinstance(options, dict):
            return _reply(400, {"error": "a JSON object is needed"})
        if verb == "DELETE" and path.strip("/") == "faults":
            simulator.faults.clear()
            return _reply(200, {})
        if verb != "POST":
            return _reply(405, {"error": f"{verb} is not possible here"})
        if head == "calls" and rest:
            return _reply(200, _act_on_call(simulator, rest, options))
        change = _CHANGE.get(path.strip("/"))
        return _reply(404, {"error": "not found"}) if change is None else _reply(200, change(simulator, options))
    except CallError as error:
        return _reply(409, {"error": str(error)})
    except (ValueError, TypeError, KeyError) as error:
        return _reply(400, {"error": str(error)})


def _reply(status: int, value: Any) -> Reply:
    return Reply(status, _JSON, json.dumps(value, ensure_ascii=False).encode())


def call_as_dict(session: CallSession) -> dict[str, Any]:
    ringing = session.ringing
    return {
        "call_session_id": session.id,
        "external_id": session.external_id,
        "direction": session.direction,
        "source": session.source,
        "stage": session.stage,
        "ringing": ringing.target.side if ringing else None,
        "employee_id": session.employee.id if session.employee else None,
        "finish_reason": session.finish_reason,
        "talk_duration": session.talk_duration,
    }


def _state(simulator: Simulator) -> dict[str, Any]:
    active = sum(session.active for session in simulator.sessions())
    return {"now": simulator.now.isoformat(), "active_calls": active, "waiting_notifications": len(simulator.outbox)}


def _rings(simulator: Simulator) -> list[dict[str, Any]]:
    return [
        {
            "at": ring.at.isoformat(),
            "side": ring.side,
            "employee_id": ring.employee_id,
            "call_session_id": ring.call_session_id,
            "external_id": ring.external_id,
        }
        for ring in list(simulator.rings)
    ]


def _faults(simulator: Simulator) -> list[dict[str, Any]]:
    return [
        {"kind": fault.kind, "method": fault.method, "times": fault.times, **fault.options}
        for fault in simulator.faults
    ]


def _advance(simulator: Simulator, options: dict[str, Any]) -> dict[str, Any]:
    seconds = _given(simulator.advance, options)["seconds"]
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _YEAR_S:
        raise choices.wrong("seconds", seconds, "число от 0 до года", "a number from 0 to a year")
    simulator.advance(seconds)
    return _state(simulator)


def _add_fault(simulator: Simulator, options: dict[str, Any]) -> dict[str, Any]:
    simulator.add_fault(**_given(simulator.add_fault, options))
    return {"faults": _faults(simulator)}


def _behave(simulator: Simulator, options: dict[str, Any]) -> dict[str, Any]:
    simulator.behave(**_given(simulator.behave, options))
    return {}


def _notify(simulator: Simulator, options: dict[str, Any]) -> dict[str, Any]:
    simulator.notify(**_given(simulator.notify, options))
    return {}


def _incoming(simulator: Simulator, options: dict[str, Any]) -> dict[str, Any]:
    return call_as_dict(simulator.incoming_call(**_given(simulator.incoming_call, options)))


def _given(deed: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    """The options for a deed; one that it does not know or misses is refused by name."""
    known = {name: item for name, item in signature(deed).parameters.items() if name not in _OBJECTS}
    if not any(item.kind is item.VAR_KEYWORD for item in known.values()):
        for name in options:
            choices.one_of(name, known, "option")
    for name, item in known.items():
        if item.default is item.empty and item.kind is not item.VAR_KEYWORD and name not in options:
            raise OptionError("UI403", name=name)
    return options


def _act_on_call(simulator: Simulator, rest: str, options: dict[str, Any]) -> dict[str, Any]:
    number, _, action = rest.partition("/")
    if not (number.isascii() and number.isdigit()) or action not in ("answer", "reject", "hang_up"):
        raise ValueError("POST /control/calls/<call_session_id>/answer, /reject or /hang_up")
    deed = partial(getattr(simulator, action), int(number))
    deed(**_given(deed, options))
    return call_as_dict(simulator.call(int(number)))


_READ: dict[str, Callable[[Simulator], Any]] = {
    "state": _state,
    "requests": lambda simulator: [record.as_dict() for record in list(simulator.requests)],
    "calls": lambda simulator: [call_as_dict(session) for session in simulator.sessions()],
    "rings": _rings,
    "faults": _faults,
    "notifications": lambda simulator: [delivery.as_dict() for delivery in list(simulator.deliveries)],
}
_CHANGE: dict[str, Callable[[Simulator, dict[str, Any]], Any]] = {
    "advance": _advance,
    "faults": _add_fault,
    "behaviour": _behave,
    "notifications": _notify,
    "calls": _incoming,
}
