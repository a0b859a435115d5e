"""Every request of the fixtures is accepted, or refused with the error that the index names."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from salebot_uiscom.simulator import Account, Key, Simulator, VirtualClock, default_account
from salebot_uiscom.simulator.calls import CallSession
from salebot_uiscom.simulator.refusal import Refusal
from salebot_uiscom.simulator.state import OfflineMessage, Phone

FIXTURES = Path(__file__).parent.parent / "fixtures" / "uis"
INDEX: list[dict[str, Any]] = json.loads((FIXTURES / "index.json").read_text("utf-8"))
TABLE = json.loads((FIXTURES / "methods.json").read_text("utf-8"))
ACCEPTED = [entry for entry in INDEX if entry["kind"] == "request"]
REFUSED = [entry for entry in INDEX if entry["kind"] == "request_invalid"]
NOON = datetime(2024, 10, 22, 13, 5, tzinfo=UTC)


def name(entry: dict[str, Any]) -> str:
    return str(entry["file"]).removeprefix("requests/")


def account_of_the_fixtures() -> Account:
    account = default_account()
    account.keys = [Key("test-key-0001"), Key("test-session-0001", "session", NOON + timedelta(hours=1))]
    account.media_files = {2701, 2561, 237}
    account.visitor_sessions = {2091234567: None}
    account.employees[0].phones[0].number = "79001112233"
    account.employees[0].phones.append(Phone("0486173"))
    account.offline_messages = [OfflineMessage(5577001, NOON, {"ext_id": "sb-om-0001"}, [36])]
    return account


@pytest.fixture
def prepared() -> Simulator:
    """The fixtures name a running call and, for the tags of communications, a finished one with the same id."""
    return Simulator(account_of_the_fixtures(), clock=VirtualClock(NOON))


def add_call(simulator: Simulator, *, active: bool) -> CallSession:
    session = simulator.incoming_call("79004443322")
    if not active:
        simulator.hang_up(session.id)
    simulator.exchange.sessions[237859081] = simulator.exchange.sessions.pop(session.id)
    session.id = 237859081
    return session


def api_of(method: str) -> str:
    return "data" if TABLE["methods"][method]["api"] == "data" else "call"


def follows_the_schema(method: str, result: Any) -> bool:
    registry: Registry[Any] = Registry().with_resource("urn:uis:methods", Resource.from_contents(TABLE))
    schema = {"$ref": f"urn:uis:methods#/methods/{method}/result"}
    return jsonschema.Draft202012Validator(schema, registry=registry).is_valid(result)


@pytest.mark.parametrize("entry", ACCEPTED, ids=name)
def test_documented_request_is_accepted_and_answered_as_documented(entry: dict[str, Any], prepared: Simulator) -> None:
    add_call(prepared, active=entry["method"] != "set.tag_communications")
    body = (FIXTURES / entry["file"]).read_bytes()
    status, _, content = prepared.handle(api_of(entry["method"]), body)
    answer = json.loads(content)
    assert status == 200
    assert "error" not in answer
    assert answer["id"] == json.loads(body)["id"]
    assert follows_the_schema(entry["method"], answer["result"])


@pytest.mark.parametrize("entry", REFUSED, ids=name)
def test_wrong_request_gets_the_documented_error(entry: dict[str, Any], prepared: Simulator) -> None:
    body = (FIXTURES / entry["file"]).read_bytes()
    _, _, content = prepared.handle(entry["api"], body)
    data = json.loads(content)["error"]["data"]
    assert data["mnemonic"] == entry["expect_error"]
    assert data.get("field") == entry.get("expect_field", data.get("field"))
    assert prepared.rings == []


@pytest.mark.parametrize("method", sorted(TABLE["methods"]))
def test_every_method_of_the_table_is_known(method: str, prepared: Simulator) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"access_token": "nope"}}
    _, _, content = prepared.handle(api_of(method), json.dumps(request).encode())
    expected = "unexpected_parameters" if method == "login.user" else "access_token_invalid"
    assert json.loads(content)["error"]["data"]["mnemonic"] == expected


ERRORS = [entry for entry in INDEX if entry["kind"] == "error" and entry.get("mnemonic") and entry.get("methods")]


@pytest.mark.parametrize("entry", ERRORS, ids=lambda entry: str(entry["file"]).removeprefix("responses/errors/"))
def test_error_has_the_code_and_text_of_the_fixtures(entry: dict[str, Any]) -> None:
    wanted = json.loads((FIXTURES / entry["file"]).read_text("utf-8"))["error"]
    texts = wanted["data"].get("params") or {}
    made = Refusal(entry["mnemonic"], method=entry["methods"][0], **texts).as_error(None)
    assert (made["code"], made["message"]) == (wanted["code"], wanted["message"])
    assert made["data"]["params"] == texts
