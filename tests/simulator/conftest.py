"""A simulator and short ways to talk to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salebot_uiscom.simulator import Simulator

FIXTURES = Path(__file__).parent.parent / "fixtures" / "uis"
CALL = {
    "first_call": "contact",
    "direction": "in",
    "virtual_phone_number": "78001002752",
    "contact": "79004443322",
    "employee": {"id": 2339292},
    "external_id": "sb-1",
}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def ask(simulator: Simulator) -> Ask:
    """`ask(api, method, **params)`: the envelope of the answer. The key is added unless `access_token` is given."""

    def ask(api: str, method: str, remote_ip: str = "127.0.0.1", **params: Any) -> dict[str, Any]:
        params = {"access_token": "KEY"} | params
        if params["access_token"] is None:
            del params["access_token"]
        request = {"jsonrpc": "2.0", "id": "req-1", "method": method, "params": params}
        _, _, body = simulator.handle(api, json.dumps(request).encode(), remote_ip)
        answer: dict[str, Any] = json.loads(body)
        return answer

    return ask


@pytest.fixture
def start(ask: Ask) -> Callable[..., int]:
    """`start(**changes)`: a call of the usual client with the usual employee; its session id."""

    def start(**changes: Any) -> int:
        session_id: int = ask("call", "start.employee_call", **CALL | changes)["result"]["data"]["call_session_id"]
        return session_id

    return start


@pytest.fixture
def refused(ask: Ask) -> Callable[..., str]:
    """`refused(api, method, **params)`: the mnemonic of the error."""

    def refused(api: str, method: str, **params: Any) -> str:
        return str(ask(api, method, **params)["error"]["data"]["mnemonic"])

    return refused
