"""A key, a password or a full phone number shows nowhere; wrong settings are refused."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from typing import Any

import httpx
import pytest
from uis_bench import CALL, KEY, Bench, failure, success

from salebot_uiscom.effects import HttpRequest
from salebot_uiscom.uis import UisClient, UisError, UisInvalidParams, UisSettings, UisState

PHONE = "79004443322"
LOGIN = {"login": "bot@test.ru", "password": "secret-0001"}


def shown(thing: Any) -> str:
    return f"{thing!r} {thing!s} {vars(thing) if hasattr(thing, '__dict__') else ''}"


@pytest.mark.parametrize(
    "answer",
    [
        failure("access_token_invalid", -32001, field="access_token", value=KEY),
        failure("data_type_error", field="contact", value={"access_token": KEY, "phone": PHONE, "n": int(PHONE)}),
        failure("error", params={"error_message": f"key {KEY} phone {PHONE}", "hint": KEY}),
        failure(f"new {KEY}", -32002, value=PHONE),
        failure("contact_in_blacklist", -32002, params={"contact": PHONE}),
        {"error": {"code": -32602, "message": f"{KEY} {PHONE}", "data": {"mnemonic": "error"}}},
        httpx.Response(200, text=f"<html>{KEY} {PHONE}</html>"),
        httpx.ReadTimeout(f"{KEY}"),
        success({"call_session_id": KEY}),
    ],
)
def test_error_shows_neither_key_nor_phone(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(UisError) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    error = caught.value
    texts = [shown(error), error.describe("ru"), error.describe("en"), caplog.text]
    for text in texts:
        assert KEY not in text
        assert PHONE not in text


def test_traceback_shows_no_key() -> None:
    bench = Bench(*[httpx.Response(200, text=f"cut {KEY}")] * 2)
    with pytest.raises(UisError) as caught:
        bench.run(bench.uis.get_sites())
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_session_and_password_show_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    token = "test-session-0001"
    bench = Bench(success({"access_token": token}), failure("error", value=token, params={"x": "secret-0001"}), **LOGIN)
    with caplog.at_level(logging.DEBUG), pytest.raises(UisError) as caught:
        bench.run(bench.uis.get_sites())
    for text in (shown(caught.value), shown(bench.uis.state), shown(bench.uis.settings), caplog.text):
        assert token not in text
        assert "secret-0001" not in text


def test_settings_clients_and_effects_hide_the_key() -> None:
    settings = UisSettings(access_token=KEY)
    with UisClient(settings, transport=httpx.MockTransport(lambda request: httpx.Response(200))) as client:
        assert KEY not in f"{settings!r} {settings} {client!r} {client.uis!r} {UisState()!r}"
        effect = next(client.uis.start_employee_call(**CALL))
    assert isinstance(effect, HttpRequest)
    assert KEY.encode() in effect.content
    assert KEY not in repr(effect)
    assert effect.fresh_connection


def test_local_refusal_shows_no_full_phone() -> None:
    bench = Bench()
    with pytest.raises(UisInvalidParams) as caught:
        bench.run(bench.uis.start_employee_call(**{**CALL, "contact": f"+{PHONE}"}))
    assert (caught.value.mnemonic, caught.value.field, caught.value.local) == (
        "invalid_parameter_value",
        "contact",
        True,
    )
    assert PHONE not in shown(caught.value)
    assert bench.requests == []


def test_own_virtual_number_is_named_but_not_a_mobile() -> None:
    def cause(number: str) -> str:
        answer = failure("virtual_phone_number_not_found", -32007, params={"virtual_phone_number": number})
        bench = Bench(answer)
        with pytest.raises(UisError) as caught:
            bench.run(bench.uis.start_employee_call(**CALL))
        return caught.value.cause("ru")

    assert "78001002752" in cause("78001002752")
    assert PHONE not in cause(PHONE)


@pytest.mark.parametrize(
    ("changes", "mnemonic", "field"),
    [
        ({"employee": "2339292"}, "data_type_error", "employee.id"),
        ({"employee": True}, "data_type_error", "employee.id"),
        ({"employee": 0}, "invalid_parameter_value", "employee.id"),
        ({"employee": None}, "required_parameter_missed", "employee.id"),
        ({"contact": 79004443322}, "data_type_error", "contact"),
        ({"contact": None}, "required_parameter_missed", "contact"),
        ({"contact": "79004443322\n"}, "invalid_parameter_value", "contact"),
        ({"contact": "٧٩٠٠٤٤٤٣٣٢٢"}, "invalid_parameter_value", "contact"),
        ({"first_call": "operator"}, "invalid_parameter_value", "first_call"),
        ({"scenario_id": 1}, "unexpected_parameters", "scenario_id"),
        ({"early_switching": True}, "invalid_parameters_combination", "early_switching"),
        ({"contact_message": {"type": "tts"}}, "required_parameter_missed", "contact_message.value"),
        ({"access_token": 5, "no_such": 1}, "unexpected_parameters", "no_such"),
    ],
)
def test_mistake_of_an_author_costs_no_request(changes: dict[str, Any], mnemonic: str, field: str) -> None:
    bench = Bench()
    with pytest.raises(UisInvalidParams) as caught:
        bench.run(bench.uis.start_employee_call(**{**CALL, **changes}))
    assert (caught.value.mnemonic, caught.value.field) == (mnemonic, field)
    assert caught.value.cause("ru")
    assert bench.requests == []


def test_key_cannot_be_replaced_by_a_parameter() -> None:
    bench = Bench(success({"call_session_id": 1}))
    bench.run(bench.uis.start_employee_call(**CALL, access_token="other"))
    assert bench.requests[0]["params"]["access_token"] == KEY


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"access_token": "k", "login": "l", "password": "p"},
        {"login": "l"},
        {"access_token": "k", "brand": "other"},
        {"access_token": "k", "call_api_url": "callapi.uiscom.ru"},
        {"access_token": "k", "data_api_url": "ftp://dataapi.uiscom.ru"},
        {"access_token": "k", "timezone": "Europe/Nowhere"},
        {"access_token": "k", "page_size": 10_001},
        {"access_token": "k", "start_budget_s": 1},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="UisSettings"):
        UisSettings(**wrong)


def test_tables_cost_no_http_library() -> None:
    code = (
        "import sys, salebot_uiscom.uis.tables as t; t.methods(); t.errors(); t.placeholders();"
        "print(sorted({'httpx', 'tenacity', 'sqlite_utils'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
