"""Calls: what is sent, what a script gets, how many requests a fault costs, what the record says (R8-R10, R19-R24)."""

import json
from types import MappingProxyType

import pytest
from fake_host import (
    FIXTURES,
    KEY,
    PHONE,
    VIRTUAL,
    FakeHost,
    error,
    fault,
    raw,
    success,
)

from salebot_uiscom.api import evaluate
from salebot_uiscom.effects import HttpRequest, UnhandledEffect, Wait, drive
from salebot_uiscom.ports import BEGUN, DONE, DROPPED, NOT_SENT, REFUSED, UNKNOWN, BeginIntent, Client, EndIntent
from salebot_uiscom.uiscom.connection import Connection
from salebot_uiscom.uiscom.settings import UiscomSettings

EMPLOYEE, SCENARIO = "uiscom_employee_call", "uiscom_scenario_call"
METHOD = {EMPLOYEE: "start.employee_call", SCENARIO: "start.scenario_call"}
IVAN = Client(1001, 1, "555", name="Иван")


def call(host, function=EMPLOYEE, *args, ctx=None):
    return host.call(function, *(args or (VIRTUAL, PHONE, "2339292")), ctx=ctx)


# ---------------------------------------------------------------- requests


@pytest.mark.parametrize(
    ("function", "third", "file"),
    [(EMPLOYEE, "2339292", "start.employee_call.bot.json"), (SCENARIO, "328746", "start.scenario_call.bot.json")],
)
def test_requests_are_the_documented_ones(function, third, file):
    host = FakeHost()
    call(host, function, VIRTUAL, PHONE, third)
    [request] = host.uis.requests
    expected = json.loads((FIXTURES / "requests" / file).read_text("utf-8"))
    mark = request["params"]["external_id"]
    assert request | {"id": "req-1"} == expected | {
        "params": expected["params"] | {"access_token": KEY, "external_id": mark}
    }
    assert mark.startswith("sb-")
    assert len(mark) == 39
    assert host.uis.urls == ["https://callapi.uiscom.ru/v4.0"]


def test_every_call_has_a_mark_of_its_own():
    host = FakeHost()
    for _ in range(3):
        call(host)
    assert len({params["external_id"] for params in host.uis.params("start.employee_call")}) == 3


@pytest.mark.parametrize("phone", [79004443322, 79004443322.0, "79004443322", "79004443322.0"])
@pytest.mark.parametrize("employee", [2339292, 2339292.0, "2339292", "2339292.0"])
def test_numbers_of_the_calculator_leave_as_text_and_ids_as_numbers(phone, employee):
    host = FakeHost()
    call(host, EMPLOYEE, 78001002752, phone, employee)
    [params] = host.uis.params("start.employee_call")
    assert (params["contact"], params["virtual_phone_number"]) == (PHONE, VIRTUAL)
    assert json.dumps(params["employee"]) == '{"id": 2339292}'


def test_order_of_ringing_and_addresses_are_settings():
    host = FakeHost(
        {
            "api_key": KEY,
            "first_call": "employee",
            "direction": "out",
            "call_api_url": "http://127.0.0.1:1/callapi/v4.0",
        }
    )
    call(host)
    call(host, SCENARIO, VIRTUAL, PHONE, 328746)
    assert {(p["first_call"], p["direction"]) for p in (r["params"] for r in host.uis.requests)} == {
        ("employee", "out")
    }
    assert set(host.uis.urls) == {"http://127.0.0.1:1/callapi/v4.0"}


def test_comagic_is_another_address():
    host = FakeHost({"api_key": KEY, "brand": "comagic"})
    call(host)
    assert host.uis.urls == ["https://callapi.comagic.ru/v4.0"]


def test_a_replaced_key_counts_from_the_next_call():
    host = FakeHost()
    call(host)
    host.settings = {"api_key": "another-key"}
    call(host)
    assert [p["access_token"] for p in host.uis.params("start.employee_call")] == [KEY, "another-key"]


def test_settings_are_read_again_when_table_or_environment_has_changed(monkeypatch):
    """Notifications ask for them one after another: what stays equal is not read anew."""
    table = {"brand": "comagic"}
    connection = Connection(table)
    monkeypatch.setenv("SALEBOT_UISCOM_API_KEY", "first")
    first = connection.settings()
    assert connection.settings(MappingProxyType(dict(table))) is first
    monkeypatch.setenv("SALEBOT_UISCOM_API_KEY", "second")
    assert connection.settings().api_key == "second"
    table["brand"] = "uis"
    assert connection.settings().brand == "uis"
    assert connection.settings({}) == UiscomSettings(api_key="second")


def test_settings_that_the_host_keeps_for_the_run_come_first():
    host = FakeHost()
    call(host, ctx=host.context(settings={"uiscom": {"api_key": "of-the-host"}}))
    assert [p["access_token"] for p in host.uis.params("start.employee_call")] == ["of-the-host"]


def test_the_record_names_the_client_and_holds_no_key():
    host = FakeHost()
    call(host, ctx=host.context(IVAN))
    assert host.last_intent.client_id == 1001
    assert KEY not in json.dumps(host.last_intent.params)


# ---------------------------------------------------------------- wrong calls cost nothing

WRONG = [
    ((), "required_parameter_missed"),
    ((VIRTUAL,), "required_parameter_missed"),
    ((VIRTUAL, PHONE), "required_parameter_missed"),
    ((VIRTUAL, PHONE, ""), "required_parameter_missed"),
    ((VIRTUAL, PHONE, "  "), "required_parameter_missed"),
    ((VIRTUAL, None, "2339292"), "required_parameter_missed"),
    ((None, PHONE, "2339292"), "required_parameter_missed"),
    ((VIRTUAL, "+79004443322", "2339292"), "invalid_phone"),
    ((VIRTUAL, "89004443322", "2339292"), "invalid_phone"),
    ((VIRTUAL, "7 900 444-33-22", "2339292"), "invalid_phone"),
    ((VIRTUAL, "9004443322", "2339292"), "invalid_phone"),
    ((VIRTUAL, "375291234567", "2339292"), "invalid_phone"),
    ((VIRTUAL, [PHONE], "2339292"), "invalid_phone"),
    (("8001002752", PHONE, "2339292"), "invalid_phone"),
    ((VIRTUAL, PHONE, "Иванов"), "data_type_error"),
    ((VIRTUAL, PHONE, "2339292.5"), "data_type_error"),
    ((VIRTUAL, PHONE, " 2339292"), "data_type_error"),
    ((VIRTUAL, PHONE, 2339292.5), "data_type_error"),
    ((VIRTUAL, PHONE, True), "data_type_error"),
    ((VIRTUAL, PHONE, {"id": 1}), "data_type_error"),
    ((VIRTUAL, PHONE, "٢٣"), "data_type_error"),
    ((VIRTUAL, PHONE, "9" * 5000), "data_type_error"),
]


@pytest.mark.parametrize("function", [EMPLOYEE, SCENARIO])
@pytest.mark.parametrize(("args", "mnemonic"), WRONG, ids=str)
def test_wrong_calls_cost_no_request_and_leave_no_record(function, args, mnemonic):
    host = FakeHost()
    result = host.call(function, *args)
    assert result["error"] == mnemonic
    assert result["code"] == -32602
    assert result["message"]
    assert host.uis.requests == []
    assert host.intents == {}


CURES = {
    "+79004443322": "normalizePhone(client_phone)",
    "89004443322": "normalizePhone(client_phone)",
    "7 900 444-33-22": "normalizePhone(client_phone)",
    "9004443322": "concat('7', normalizePhone(client_phone))",
    9004443322: "concat('7', normalizePhone(client_phone))",
    # Nothing that normalizePhone makes of these is the number that was meant.
    "375291234567": "",
    "+84900444332": "",
    "79004443322 доб. 5": "",
    "79004443322..12": "",
    "сотрудник": "",
    "+7 900": "",
}


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("phone", "cure"), CURES.items(), ids=map(str, CURES))
def test_a_wrong_phone_is_told_with_the_rule_and_a_cure_that_cures(phone, cure, lang, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", lang)
    host = FakeHost()
    context = host.context(IVAN)
    context.lang = lang
    told = call(host, EMPLOYEE, VIRTUAL, phone, 1, ctx=context)["message"]
    rule = "11 digits beginning with 7" if lang == "en" else "11 цифр, первая 7"
    assert told.startswith("client_phone: ")
    assert rule in told
    assert "9004443322" not in told
    assert ("normalizePhone" in told) == bool(cure)
    assert cure in told
    if cure:
        # What the text promises is tried out in the language itself.
        cured = evaluate(f"r = {cure}", {"client_phone": phone}).variables["r"]
        assert "call_session_id" in call(host, EMPLOYEE, VIRTUAL, cured, 1)
        assert host.uis.params("start.employee_call")[0]["contact"] == PHONE


def test_every_phone_parameter_is_told_with_its_own_cure():
    host = FakeHost()
    assert "normalizePhone(virtual_phone)" in call(host, SCENARIO, "+78001002752", PHONE, 1)["message"]
    assert "normalizePhone(phone)" in host.call("uiscom_offline_messages", "x", 80913, "", "", "89004443322")["message"]


def test_phone_repair_is_a_switch():
    host = FakeHost({"api_key": KEY, "phone_repair": True})
    assert "call_session_id" in call(host, EMPLOYEE, VIRTUAL, "8 (900) 444-33-22", 1)
    assert host.uis.params("start.employee_call")[0]["contact"] == PHONE
    assert call(host, EMPLOYEE, VIRTUAL, "375291234567", 1)["error"] == "invalid_phone"


def test_swapped_phones_are_an_answer_of_uis_not_an_exception():
    host = FakeHost()
    host.uis.script("start.employee_call", error("call/virtual_phone_number_not_found"))
    assert call(host, EMPLOYEE, PHONE, VIRTUAL, "2339292")["error"] == "virtual_phone_number_not_found"


def test_without_a_key_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("SALEBOT_UISCOM_API_KEY", raising=False)
    host = FakeHost({})
    assert call(host)["error"] == "not_configured"
    assert host.uis.requests == []


@pytest.mark.parametrize("settings", [{"api_kye": "x"}, {"api_key": KEY, "call_api_url": "nowhere"}])
def test_wrong_settings_are_an_error_of_the_call(settings):
    host = FakeHost(settings)
    assert call(host)["error"] == "not_configured"
    assert host.uis.requests == []


def test_without_a_store_nothing_is_asked():
    host = FakeHost()
    host.broken = {BeginIntent}
    assert call(host)["error"] == "not_stored"
    assert host.uis.requests == []


def test_a_host_that_lacks_the_ports_is_told_so():
    host = FakeHost()
    with pytest.raises(UnhandledEffect, match="BeginIntent"):
        drive(host.functions[EMPLOYEE](host.context(), VIRTUAL, PHONE, 1), {})
    assert host.uis.requests == []


@pytest.mark.parametrize(
    ("lacking", "answer", "state"),
    [(HttpRequest, success({}), NOT_SENT), (Wait, fault(sent=False), UNKNOWN)],
)
def test_a_host_without_http_or_waiting_is_told_so_and_the_record_says_what_is_known(lacking, answer, state):
    host = FakeHost()
    host.uis.script("start.employee_call", answer)
    handlers = {kind: handler for kind, handler in host.handlers().items() if kind is not lacking}
    with pytest.raises(UnhandledEffect, match=lacking.__name__):
        drive(host.functions[EMPLOYEE](host.context(), VIRTUAL, PHONE, 1), handlers)
    assert host.last_intent.state == state


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (EMPLOYEE, (VIRTUAL, PHONE, 1)),
        (SCENARIO, (VIRTUAL, PHONE, 1)),
        ("uiscom_offline_messages", ("x", 1, "", "", PHONE)),
        ("uiscom_get_sites", ()),
        ("uiscom_get_campaigns", ()),
    ],
)
@pytest.mark.parametrize("settings", [{"direction": "up"}, {"api_key": ""}])
def test_no_function_raises_over_wrong_settings(function, args, settings, monkeypatch):
    monkeypatch.delenv("SALEBOT_UISCOM_API_KEY", raising=False)
    host = FakeHost(settings)
    assert host.call(function, *args)["error"] == "not_configured"
    assert host.uis.requests == []


# ---------------------------------------------------------------- UIS refuses

REFUSALS = [
    ("call/virtual_phone_number_not_found", -32007),
    ("call/employee_not_found", -32602),
    ("call/no_active_phone_number", -32602),
    ("call/own_virtual_phone_number_not_allowed", -32602),
    ("call/contact_in_blacklist", -32002),
    ("call/access_token_invalid", -32001),
    ("call/access_token_expired", -32001),
    ("call/access_token_blocked", -32001),
    ("call/forbidden", -32003),
    ("call/ip_not_whitelisted", -32003),
    ("call/component_disabled", -32008),
    ("call/account_inactive", -32009),
    ("call/limit_exceeded.day", -32029),
    ("call/unexpected_parameters", -32602),
]


@pytest.mark.parametrize(("name", "code"), REFUSALS)
def test_errors_of_uis_reach_the_script_with_mnemonic_and_code(name, code):
    host = FakeHost()
    host.uis.script("start.employee_call", error(name))
    result = call(host)
    assert result["error"] == name.partition("/")[2].partition(".")[0]
    assert result["code"] == code
    assert set(result) == {"error", "code", "message"}
    assert len(host.uis.requests) == 1
    assert (host.last_intent.state, host.last_intent.result) == (REFUSED, result)
    assert host.later == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("call/scenario_not_found", -32602), ("call/contact_in_blacklist.start.scenario_call", -32602)],
)
def test_errors_of_scenario_calls(name, code):
    host = FakeHost()
    host.uis.script("start.scenario_call", error(name))
    result = call(host, SCENARIO, VIRTUAL, PHONE, 328746)
    assert (result["error"], result["code"]) == (name.partition("/")[2].partition(".")[0], code)


def test_a_refused_address_is_named():
    host = FakeHost()
    host.uis.script("start.employee_call", error("call/ip_not_whitelisted"))
    body = json.loads((FIXTURES / "responses/errors/call/ip_not_whitelisted.json").read_text("utf-8"))
    assert call(host)["message"] == body["error"]["message"]


def test_an_error_with_a_null_id_is_an_error():
    host = FakeHost()
    body = json.loads((FIXTURES / "responses/errors/call/id_null.json").read_text("utf-8"))
    host.uis.script("start.employee_call", lambda request: body)
    assert call(host)["error"] == body["error"]["data"]["mnemonic"]


# ---------------------------------------------------------------- faults of the way

NOT_SENT_FAULTS = [
    (fault(sent=False, reason="ConnectError"), "unreachable"),
    (fault(sent=False, reason="ConnectTimeout", timeout=True), "timeout"),
]


@pytest.mark.parametrize(("answer", "mnemonic"), NOT_SENT_FAULTS, ids=["refused", "connect time-out"])
def test_what_was_not_sent_is_sent_again_twice_and_then_told(answer, mnemonic):
    host = FakeHost()
    host.uis.script("start.employee_call", answer)
    result = call(host)
    assert result["error"] == mnemonic
    assert "outcome" not in result
    assert host.uis.count("start.") == 3
    assert len({p["external_id"] for p in host.uis.params("start.employee_call")}) == 1
    assert host.last_intent.state == NOT_SENT


def test_a_second_try_that_gets_through_is_a_success():
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=False), success({"call_session_id": 5}))
    assert call(host) == {"call_session_id": 5}
    assert host.last_intent.state == DONE


def wrong_id(request):
    return {"jsonrpc": "2.0", "id": "foreign", "result": {"data": {"call_session_id": 1}}}


UNKNOWN_FAULTS = {
    "read time-out": (fault(sent=True, timeout=True), "timeout", -32000),
    "reset": (fault(sent=True, reason="ReadError"), "outcome_unknown", -32000),
    "closed without answer": (fault(sent=True, reason="RemoteProtocolError"), "outcome_unknown", -32000),
    "html with 502": (raw(b"<html>Bad Gateway</html>", 502), "outcome_unknown", -32000),
    "empty with 504": (raw(b"", 504), "outcome_unknown", -32000),
    "empty with 200": (raw(b""), "outcome_unknown", -32000),
    "cut": (raw(b'{"jsonrpc": "2.0", "id": "re'), "outcome_unknown", -32000),
    "array": (raw(b"[]"), "outcome_unknown", -32000),
    "foreign id": (wrong_id, "outcome_unknown", -32000),
    "no call_session_id": (success({}), "outcome_unknown", -32000),
    "data null": (success(None), "outcome_unknown", -32000),
    "internal_error": (error("call/internal_error"), "internal_error", -32603),
}


@pytest.mark.parametrize("function", [EMPLOYEE, SCENARIO])
@pytest.mark.parametrize("name", UNKNOWN_FAULTS)
def test_a_lost_answer_is_neither_success_nor_failure_and_never_rings_twice(function, name):
    answer, mnemonic, code = UNKNOWN_FAULTS[name]
    host = FakeHost()
    host.uis.script(METHOD[function], answer)
    result = call(host, function, VIRTUAL, PHONE, 328746)
    intent = host.last_intent
    assert (result["error"], result["code"]) == (mnemonic, code)
    assert (result["outcome"], result["external_id"]) == ("unknown", intent.external_id)
    assert [request["method"] for request in host.uis.requests] == [METHOD[function], "list.calls"]
    assert host.waits == [1.0]
    assert intent.state == UNKNOWN
    assert len(host.later) == 1
    # The background looks further, and what it does not find stays unknown.
    host.settle()
    assert host.uis.count("start.") == 1
    assert host.uis.count("get.calls_report") == 2
    assert host.last_intent.state == UNKNOWN


@pytest.mark.parametrize("name", UNKNOWN_FAULTS)
def test_a_call_found_among_the_active_ones_is_a_success(name):
    host = FakeHost()
    host.uis.script("start.employee_call", UNKNOWN_FAULTS[name][0])
    found = {"call_session_id": 777, "external_id": None}
    host.uis.on_request = lambda request: (
        found.update(external_id=request["params"]["external_id"]) if request["method"].startswith("start.") else None
    )
    host.uis.script("list.calls", success([found]))
    assert call(host) == {"call_session_id": 777}
    assert (host.last_intent.state, host.last_intent.result) == (DONE, {"call_session_id": 777})
    assert host.uis.count("start.") == 1
    assert host.later == []


def test_a_call_found_in_the_report_settles_the_record_in_the_background():
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))
    host.uis.script("list.calls", error("call/component_disabled"))
    result = call(host)
    host.uis.script(
        "get.calls_report", success([]), success([{"id": 777, "call_api_external_id": result["external_id"]}])
    )
    host.settle()
    assert (host.last_intent.state, host.last_intent.result) == (DONE, {"call_session_id": 777})
    assert host.uis.count("start.") == 1


def test_a_notification_settles_a_lost_call():
    sequence = json.loads((FIXTURES / "webhooks/sequences/answer_lost_webhook_confirms.json").read_text("utf-8"))
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))
    result = call(host, ctx=host.context(IVAN))
    host.post(sequence["steps"][1]["body"] | {"external_id": result["external_id"]})
    host.route_all()
    assert host.last_intent.state == DONE
    assert str(host.last_intent.result["call_session_id"]) == sequence["expect"]["call_session_id"]


def test_a_notification_that_comes_while_we_look_makes_the_call_a_success():
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))

    def confirm(request):
        if request["method"] == "list.calls":
            host.post({"notification_name": "N", "external_id": host.last_intent.external_id, "call_session_id": 9})
            host.route_all()

    host.uis.on_request = confirm
    assert call(host) == {"call_session_id": 9}
    assert host.later == []


def test_the_first_notification_may_be_faster_than_the_answer():
    host = FakeHost()

    def early(request):
        host.post(
            {"notification_name": "N", "external_id": request["params"]["external_id"], "call_session_id": 237859081}
        )
        host.route_all()

    host.uis.on_request = early
    assert call(host) == {"call_session_id": 237859081}
    assert host.last_intent.state == DONE


def test_a_failure_to_write_the_end_does_not_hide_a_ringing_call():
    host = FakeHost()
    host.broken = {EndIntent}
    assert call(host) == {"call_session_id": 237859081}
    assert host.last_intent.state == BEGUN


def test_a_fault_of_the_host_on_the_way_counts_as_perhaps_sent():
    host = FakeHost()

    def crash(request):
        if request["method"].startswith("start."):
            raise RuntimeError(f"{PHONE} {KEY}")

    host.uis.on_request = crash
    result = call(host)
    assert (result["error"], result["outcome"]) == ("outcome_unknown", "unknown")
    assert host.uis.count("start.") == 1
    assert host.last_intent.state == UNKNOWN


def test_spent_points_of_the_minute_are_waited_for_within_the_time_budget():
    host = FakeHost()
    body = json.loads((FIXTURES / "responses/errors/call/limit_exceeded.json").read_text("utf-8"))
    body["error"]["data"]["metadata"]["limits"] |= {"minute_remaining": 0, "minute_reset": 3}
    host.uis.script(
        "start.employee_call", lambda request: {**body, "id": request["id"]}, success({"call_session_id": 5})
    )
    assert call(host) == {"call_session_id": 5}
    assert host.waits == [3.0]


# ---------------------------------------------------------------- the turn is repeated after a crash


@pytest.mark.parametrize(
    ("first", "state"),
    [
        (success({"call_session_id": 5}), DONE),
        (error("call/employee_not_found"), REFUSED),
        (fault(sent=False), NOT_SENT),
    ],
)
def test_a_repeated_turn_gets_the_recorded_result_without_a_request(first, state):
    host = FakeHost()
    host.uis.script("start.employee_call", first)
    result = call(host)
    assert host.last_intent.state == state
    host.repeat_of, before = host.last_intent.external_id, len(host.uis.requests)
    assert call(host) == result
    assert len(host.uis.requests) == before


@pytest.mark.parametrize("state", [BEGUN, UNKNOWN, DROPPED])
def test_a_repeated_turn_never_rings_again_when_the_outcome_is_open(state):
    host = FakeHost()
    host.broken = {EndIntent}
    call(host)
    host.broken = set()
    mark = host.last_intent.external_id
    host._end(EndIntent(mark, state))
    host.repeat_of, before = mark, len(host.uis.requests)
    result = call(host)
    assert (result["error"], result["external_id"], result["outcome"]) == ("outcome_unknown", mark, "unknown")
    assert len(host.uis.requests) == before
    assert len(host.later) == (state != DROPPED)


def test_the_background_look_of_a_repeated_turn_starts_at_the_first_request():
    host = FakeHost()
    host.broken = {EndIntent}
    call(host)
    host.broken = set()
    host.repeat_of, asked_at = host.last_intent.external_id, host.now
    host.now += 600
    call(host)
    host.settle()
    report = host.uis.params("get.calls_report")[0]
    # One minute before the request, Moscow time.
    assert asked_at == 1_729_602_000.0
    assert (report["date_from"], report["date_till"]) == ("2024-10-22 15:59:00", "2024-10-22 16:11:00")


def test_open_records_can_be_settled_after_a_restart():
    host = FakeHost()
    host.broken = {EndIntent}
    call(host)
    host.broken = set()
    mark = host.last_intent.external_id
    host.uis.script("get.calls_report", success([{"id": 777, "call_api_external_id": mark}]))
    drive(host.plugin.settle(host.last_intent), host.handlers())
    assert (host.last_intent.state, host.last_intent.result) == (DONE, {"call_session_id": 777})
    asked = len(host.uis.requests)
    drive(host.plugin.settle(host.last_intent), host.handlers())
    assert len(host.uis.requests) == asked
    assert host.uis.count("start.") == 1


def test_trouble_while_looking_changes_nothing_for_the_script(caplog):
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))

    def crash(request):
        if request["method"] == "list.calls":
            raise RuntimeError(PHONE)

    host.uis.on_request = crash
    result = call(host)
    assert (result["error"], result["outcome"]) == ("timeout", "unknown")
    assert len(host.later) == 1
    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text


def test_operators_hear_of_an_outcome_that_stays_unknown(caplog):
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))
    mark = call(host)["external_id"]
    host.settle()
    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert told == [f"uiscom_employee_call: исход {mark} остался неизвестен; проверьте отчёт по звонкам в UIS"]


def test_operators_hear_nothing_when_a_notification_settled_it_meanwhile(caplog):
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))
    mark = call(host)["external_id"]
    host.post({"notification_name": "N", "external_id": mark, "call_session_id": 9})
    host.route_all()
    host.settle()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
