"""Faults that can be switched on, seen through httpx."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import httpx
import pytest

from salebot_uiscom.simulator import ConnectionDropped, Simulator, SimulatorTransport
from salebot_uiscom.simulator.faults import KINDS

CALL_URL = "https://callapi.uiscom.ru/v4.0"
DATA_URL = "https://dataapi.uiscom.ru/v2.0"
START = {
    "access_token": "KEY",
    "first_call": "contact",
    "virtual_phone_number": "78001002752",
    "contact": "79004443322",
    "employee": {"id": 2339292},
}


@pytest.fixture
def client(simulator: Simulator) -> Any:
    with httpx.Client(transport=SimulatorTransport(simulator), timeout=10) as client:
        yield client


def post(client: httpx.Client, url: str, method: str, **params: Any) -> httpx.Response:
    params = params or (START if method.startswith("start") else {"access_token": "KEY"})
    return client.post(url, json={"jsonrpc": "2.0", "id": "req-1", "method": method, "params": params})


def call(client: httpx.Client) -> httpx.Response:
    return post(client, CALL_URL, "start.employee_call")


@pytest.mark.parametrize(
    ("kind", "options", "error", "worked"),
    [
        ("refuse_connection", {}, httpx.ConnectError, False),
        ("connect_timeout", {}, httpx.ConnectTimeout, False),
        ("close_before_work", {}, httpx.RemoteProtocolError, False),
        ("drop_answer", {}, httpx.RemoteProtocolError, True),
        ("delay", {"seconds": 11}, httpx.ReadTimeout, True),
        ("hang", {"seconds": 11}, httpx.ReadTimeout, False),
        ("hang", {"seconds": 3}, httpx.RemoteProtocolError, False),
    ],
)
def test_broken_connection(
    kind: str, options: dict[str, Any], error: type[Exception], worked: bool, client: httpx.Client, simulator: Simulator
) -> None:
    simulator.add_fault(kind, "start.employee_call", **options)
    post(client, CALL_URL, "list.calls")
    with pytest.raises(error):
        call(client)
    assert bool(simulator.rings) == worked
    assert simulator.requests[-1].worked == worked
    assert "result" in call(client).json()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_status_with_html(status: int, before: bool, client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("http_status", status=status, before_work=before)
    answer = call(client)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html"
    assert bool(simulator.rings) != before


@pytest.mark.parametrize("before", [True, False])
def test_internal_error_tells_nothing_of_the_work(before: bool, client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("error", before_work=before)
    error = call(client).json()["error"]
    assert (error["code"], error["data"]["mnemonic"]) == (-32603, "internal_error")
    assert bool(simulator.rings) != before


def test_delay_within_the_patience_moves_the_clock_only(client: httpx.Client, simulator: Simulator) -> None:
    before = simulator.now
    simulator.add_fault("delay", seconds=6)
    assert "result" in call(client).json()
    assert (simulator.now - before).total_seconds() == 6
    assert len(simulator.rings) == 2


@pytest.mark.parametrize(
    ("kind", "content"), [("empty_body", b""), ("not_json", b"<html><body>maintenance</body></html>")]
)
def test_body_that_is_no_answer(kind: str, content: bytes, client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault(kind)
    answer = call(client)
    assert (answer.status_code, answer.content) == (200, content)
    assert len(simulator.rings) == 1


def test_cut_json(client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("cut_json")
    with pytest.raises(json.JSONDecodeError):
        call(client).json()


def test_ids_of_answers(client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("foreign_id")
    simulator.add_fault("null_id_in_errors")
    assert call(client).json()["id"] == "somebody-else"
    assert post(client, CALL_URL, "list.calls", access_token="x").json()["id"] is None
    assert call(client).json()["id"] == "req-1"


def test_shapes_of_results(client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("meta_data", "get.sites")
    simulator.add_fault("no_limits", "get.tags", times=None)
    simulator.add_fault("no_session_id")
    simulator.add_fault("success_as_text")
    assert "meta_data" in post(client, DATA_URL, "get.sites").json()["result"]
    for _ in range(3):
        assert "limits" not in post(client, DATA_URL, "get.tags").json()["result"]["metadata"]
    assert call(client).json()["result"]["data"] == {}
    release = post(client, CALL_URL, "release.call", access_token="KEY", call_session_id=500000001)
    assert release.json()["result"]["data"] == {"success": "true"}


def test_lists_that_lie_about_their_length(client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("short_page", "get.campaigns", rows=1)
    simulator.add_fault("inflated_total", "get.sites", extra=3)
    short = post(client, DATA_URL, "get.campaigns").json()["result"]
    assert (len(short["data"]), short["metadata"]["total_items"]) == (1, 2)
    lying = post(client, DATA_URL, "get.sites").json()["result"]
    assert (len(lying["data"]), lying["metadata"]["total_items"]) == (1, 4)


@pytest.mark.parametrize("window", ["minute", "day"])
def test_spent_limits(window: str, client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("limits_spent", window=window)
    error = call(client).json()["error"]
    assert error["data"]["params"]["limit_type"] == window
    assert error["data"]["metadata"]["limits"][f"{window}_remaining"] == 0
    assert simulator.rings == []


def test_session_ends_early(client: httpx.Client, simulator: Simulator) -> None:
    login = post(client, CALL_URL, "login.user", login="bot@test.ru", password="secret-0001").json()
    token = login["result"]["data"]["access_token"]
    simulator.add_fault("session_ended")
    assert post(client, CALL_URL, "list.calls", access_token=token).json()["error"]["code"] == -32001
    assert post(client, CALL_URL, "list.calls", access_token=token).json()["error"]["code"] == -32001


@pytest.mark.parametrize(
    ("mnemonic", "status"),
    [("access_token_invalid", 401), ("forbidden", 403), ("limit_exceeded", 429), ("internal_error", 500),
     ("employee_not_found", 400)],
)  # fmt: skip
def test_speaking_statuses(mnemonic: str, status: int, client: httpx.Client, simulator: Simulator) -> None:
    simulator.speaking_statuses = True
    simulator.add_fault("error", mnemonic=mnemonic)
    answer = call(client)
    assert (answer.status_code, answer.json()["error"]["data"]["mnemonic"]) == (status, mnemonic)


def test_times_are_counted_per_method(client: httpx.Client, simulator: Simulator) -> None:
    simulator.add_fault("error", "start.employee_call", times=2)
    assert "result" in post(client, CALL_URL, "list.calls").json()
    assert ["error" in call(client).json() for _ in range(3)] == [True, True, False]
    assert len(simulator.faults) == 0


def test_handle_raises_where_there_is_no_answer(simulator: Simulator) -> None:
    simulator.add_fault("close_before_work")
    with pytest.raises(ConnectionDropped):
        simulator.handle("call", b'{"jsonrpc": "2.0", "id": 1, "method": "list.calls", "params": {}}')


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        (("bad_weather",), {}, "нет неисправности 'bad_weather'; есть: refuse_connection"),
        (("delays",), {}, "возможно, delay?"),
        (("delay", "start.foo"), {}, "нет метода 'start.foo'"),
        (("delay", "start.employe_call"), {}, "возможно, start.employee_call?"),
        (("notify_twice", "call_finnished"), {}, "нет события 'call_finnished'; возможно, call_finished?"),
        (("notify_twice", "start.employee_call"), {}, "нет события"),
        (("delay",), {"minutes": 3}, "нет параметра 'minutes'; есть: seconds"),
        (("error",), {"mnemonic": "bad_weather"}, "нет ошибки UIS 'bad_weather'"),
        (("error",), {"mnemonic": "internal_eror"}, "возможно, internal_error?"),
        (("error",), {"before_work": "yes"}, "before_work — True или False"),
        (("delay",), {"seconds": -1}, "seconds — секунды"),
        (("delay",), {"seconds": float("nan")}, "seconds — секунды"),
        (("limits_spent",), {"window": "hour"}, "window — одно из: minute, day"),
        (("http_status",), {"status": 1000}, "status — код"),
        (("short_page",), {"rows": "1"}, "rows — целое"),
        (("delay", "*", 0), {}, "times — целое"),
    ],
)
def test_a_fault_that_could_never_happen_is_refused(
    arguments: tuple[Any, ...], options: dict[str, Any], told: str, simulator: Simulator
) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        simulator.add_fault(*arguments, **options)
    assert not len(simulator.faults)


def test_every_kind_is_documented(fixtures: Any) -> None:
    text = (fixtures.parent.parent.parent / "docs" / "simulator.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (CALL_URL, 200),
        (DATA_URL, 200),
        ("https://callapi.comagic.ru/v4.0/", 200),
        ("http://localhost/callapi/v4.0", 200),
        ("http://localhost/dataapi/v2.0", 200),
        ("https://callapi.uiscom.ru/v3.0", 404),
        ("https://example.org/", 404),
    ],
)
def test_addresses(url: str, status: int, client: httpx.Client) -> None:
    assert post(client, url, "logout.user").status_code == status
    assert client.get(url).status_code == (405 if status == 200 else 404)


def test_transport_serves_asyncio_too(simulator: Simulator) -> None:
    async def talk() -> list[Any]:
        async with httpx.AsyncClient(transport=SimulatorTransport(simulator), timeout=1) as client:
            request = {"jsonrpc": "2.0", "id": "1", "method": "start.employee_call", "params": START}
            first = await client.post(CALL_URL, json=request)
            simulator.add_fault("delay", seconds=5)
            with pytest.raises(httpx.ReadTimeout):
                await client.post(CALL_URL, json=request)
            return [first.json()["result"]["data"]]

    assert asyncio.run(talk()) == [{"call_session_id": 500000001}]
    assert len(simulator.sessions()) == 2


def test_seen_address_is_a_choice_of_the_transport(simulator: Simulator) -> None:
    simulator.account.allowed_addresses = ["10.0.0.1"]
    with httpx.Client(transport=SimulatorTransport(simulator, remote_ip="203.0.113.10")) as client:
        assert "203.0.113.10" in call(client).json()["error"]["message"]
