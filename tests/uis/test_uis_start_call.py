"""A call from arguments to the body on the wire and back, through both drivers."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from uis_bench import CALL, KEY, STARTED, Bench, failure, fixture, success

import salebot_uiscom.uis as uis_package
from salebot_uiscom.uis import AsyncUisClient, CallStarted, Uis, UisClient, UisSettings

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


def test_deprecated_version_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    old = {"current_version_depricated": True, "latest_version": "4.1"}
    answer = success({"call_session_id": 1}, api_version=old)
    bench = Bench(answer, answer)
    for _ in range(2):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert [record.getMessage().count("4.1") for record in caplog.records if record.name == "salebot_uiscom.uis"] == [1]


def test_both_clients_offer_exactly_the_methods_of_uis() -> None:
    settings = UisSettings(access_token="test-key-0001")
    with UisClient(settings) as client:
        offered = {name for name in dir(client) if hasattr(Uis, name) and not name.startswith("_")}
        assert {"start_employee_call", "get_sites", "find_call", "upload_offline_messages", "timezone"} <= offered
        assert "limits" not in offered  # no steps: ask client.uis
        with pytest.raises(AttributeError, match="no_such"):
            _ = client.no_such
    with pytest.raises(AttributeError, match="no_such"):
        _ = AsyncUisClient(settings).no_such


def test_every_public_name_is_there() -> None:
    assert sorted(uis_package.__all__) == uis_package.__all__
    assert sorted(uis_package._HOME) == uis_package.__all__
    assert all(getattr(uis_package, name).__name__ == name for name in uis_package.__all__)


def test_settings_from_the_environment() -> None:
    environment = {"SALEBOT_UISCOM_API_KEY": "k", "SALEBOT_UISCOM_CALL_API_URL": "http://127.0.0.1:8700/callapi/v4.0"}
    settings = UisSettings.from_environment(environment, timeout_s=3.0)
    assert settings.url("call") == "http://127.0.0.1:8700/callapi/v4.0"
    assert settings.url("data") == "https://dataapi.uiscom.ru/v2.0"
    assert (settings.access_token, settings.timeout_s) == ("k", 3.0)
    with pytest.raises(ValueError, match="access_token"):
        UisSettings.from_environment({})


def test_abandoned_steps_end_quietly() -> None:
    steps = Uis(UisSettings(access_token="test-key-0001")).start_employee_call(**CALL)
    next(steps)
    steps.close()
    with pytest.raises(StopIteration):
        next(steps)


def test_a_probe_names_nobody_and_tells_the_refusal():
    bench = Bench(failure("required_parameter_missed", field="first_call"))
    error = bench.run(bench.uis.probe(api="call", method="start.employee_call"))
    assert error.mnemonic == "required_parameter_missed"
    assert bench.requests[0]["params"] == {"access_token": KEY}


def test_a_method_that_works_without_parameters_is_not_probed():
    bench = Bench()
    with pytest.raises(ValueError, match="cannot be probed"):
        bench.run(bench.uis.probe(api="call", method="list.calls"))
    assert bench.requests == []
