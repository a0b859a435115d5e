"""A call from arguments to the body on the wire and back, through both drivers."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from uis_bench import CALL, STARTED, Bench, fixture, success

from salebot_uiscom.uis import AsyncUisClient, CallStarted, UisClient, UisSettings

MODES = pytest.mark.parametrize("mode", ["sync", "async"])


@MODES
def test_employee_call_sends_the_body_of_the_bot_function_and_returns_the_session(mode: str) -> None:
    bench = Bench(STARTED, mode=mode)
    started = bench.run(bench.uis.start_employee_call(**CALL, external_id="sb-7f3c2b1e-0001"))
    wanted = fixture("requests/start.employee_call.bot.json")
    assert bench.requests[0]["params"] == wanted["params"]
    assert {**bench.requests[0], "id": "req-1"} == wanted
    assert isinstance(started, CallStarted)
    assert started.data == {"call_session_id": 237859081}
    assert started.external_id == "sb-7f3c2b1e-0001"
    assert started.request_id == bench.requests[0]["id"]
    assert bench.urls == ["https://callapi.uiscom.ru/v4.0"]
    assert bench.headers[0]["content-type"] == "application/json; charset=UTF-8"
    assert bench.headers[0]["content-length"].isdigit()
    assert bench.headers[0]["connection"] == "close"


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [
        (
            "start_employee_call",
            {**CALL, "first_call": "employee", "direction": "out", "external_id": "x"},
            "start.employee_call.client_card",
        ),
        (
            "start_scenario_call",
            {
                "virtual_phone_number": "78001002752",
                "contact": "79004443322",
                "scenario_id": 328746,
                "external_id": "x",
            },
            "start.scenario_call.bot",
        ),
    ],
)
def test_other_documented_bodies(method: str, arguments: dict[str, Any], name: str) -> None:
    bench = Bench(STARTED)
    bench.run(getattr(bench.uis, method)(**arguments))
    wanted = fixture(f"requests/{name}.json")["params"]
    assert bench.requests[0]["params"] == {**wanted, "external_id": "x"}


def test_every_call_gets_a_mark_and_a_request_id_of_its_own() -> None:
    bench = Bench(STARTED, STARTED)
    marks = {bench.run(bench.uis.start_employee_call(**CALL)).external_id for _ in range(2)}
    assert len(marks) == 2
    assert all(re.fullmatch(r"sb-[0-9a-f-]{36}", mark) for mark in marks)
    assert len({request["id"] for request in bench.requests}) == 2


def test_session_id_as_text_is_taken_as_number() -> None:
    bench = Bench(success({"call_session_id": "237859083"}))
    assert bench.run(bench.uis.start_employee_call(**CALL)).call_session_id == 237859083


def test_clients_for_programs_without_a_bot() -> None:
    bench = Bench(STARTED, STARTED)
    settings = UisSettings(access_token="test-key-0001")
    with UisClient(settings, transport=httpx.MockTransport(bench.answer)) as client:
        assert client.start_employee_call(**CALL).call_session_id == 237859081

    async def call() -> int:
        async with AsyncUisClient(settings, transport=httpx.MockTransport(bench.answer)) as client:
            started = await client.start_employee_call(**CALL)
            return int(started.call_session_id)

    assert asyncio.run(call()) == 237859081


def test_comagic_accounts_have_their_own_hosts() -> None:
    bench = Bench(STARTED, brand="comagic")
    bench.run(bench.uis.start_employee_call(**CALL))
    assert bench.urls == ["https://callapi.comagic.ru/v4.0"]
