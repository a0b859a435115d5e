"""Offline messages, sites and campaigns (R25-R38)."""

import json

import pytest
from fake_host import FIXTURES, KEY, PHONE, FakeHost, error, fault, raw, success

from salebot_uiscom.ports import DONE, REFUSED, UNKNOWN, Client
from salebot_uiscom.scope import FlatScope
from salebot_uiscom.uiscom.outcome import unknown

OFFLINE = "uiscom_offline_messages"
UPLOAD = "upload.offline_messages"
IVAN = Client(1001, 1, "555", name="Иван Петров")


def send(host, *args, client=IVAN, deal=None, own=None):
    return host.call(OFFLINE, *args, ctx=host.context(client, deal or {}, {"phone": PHONE} if own is None else own))


@pytest.mark.parametrize(
    ("file", "args"),
    [
        ("site", ("Хочу консультацию", "80913")),
        ("campaign", ("Хочу консультацию", "", "401745")),
        ("session", ("Хочу консультацию", None, "", "2091234567")),
        ("no_campaign", ("Без рекламы", 80913, -1)),
        ("no_campaign", ("Без рекламы", "80913", "-1", 0)),
    ],
)
def test_requests_are_the_documented_ones(file, args):
    host = FakeHost()
    host.now = 1_729_602_005.0
    assert send(host, *args) == {"id": 700001}
    expected = json.loads((FIXTURES / f"requests/upload.offline_messages.{file}.json").read_text("utf-8"))["params"]
    [params] = host.uis.params(UPLOAD)
    [message] = expected["offline_messages"]
    mark = host.last_intent.external_id
    assert params == {"access_token": KEY, "offline_messages": [message | {"ext_id": mark}]}
    assert host.uis.urls == ["https://dataapi.uiscom.ru/v2.0"]
    assert (host.last_intent.state, host.last_intent.function) == (DONE, OFFLINE)


COMBINATIONS = [
    (("", "", ""), False),
    ((None, None, None), False),
    ((0, "0", "none"), False),
    (("NONE", "None", " none "), False),
    (("None", "NONE", 987654321), True),
    ((80913, "", ""), True),
    (("", 401745, ""), True),
    (("", "", 987654321), True),
    ((80913, 401745, ""), False),
    ((80913, "", 987654321), False),
    (("", 401745, 987654321), False),
    ((80913, 401745, 987654321), False),
    ((80913, -1, ""), True),
    ((80913, -1.0, None), True),
    (("", -1, ""), False),
    (("", "-1", 987654321), False),
    ((80913, -1, 987654321), False),
]


@pytest.mark.parametrize(("ids", "allowed"), COMBINATIONS, ids=str)
def test_exactly_one_id_or_the_one_allowed_pair(ids, allowed):
    host = FakeHost()
    result = send(host, "x", *ids)
    assert len(host.uis.requests) == allowed
    assert result == {"id": 700001} if allowed else result["error"] == "invalid_parameters_combination"


@pytest.mark.parametrize("site", ["test.ru", 80913.5, True, [80913]])
def test_an_id_that_is_no_number_costs_no_request(site):
    host = FakeHost()
    assert send(host, "x", site)["error"] == "data_type_error"
    assert host.uis.requests == []


PHONES = [
    # client, deal, own, expected
    (IVAN, {"phone": "79001110001"}, {"phone": "79001110002"}, "79001110001"),
    (IVAN, {"tel": "79001110003"}, {"phone": "79001110002"}, "79001110002"),
    (Client(1, 6, "79001110004"), {"tel": "79001110003"}, {}, "79001110004"),
    (Client(1, 13, "79001110004"), {}, {"tel": "79001110003"}, "79001110004"),
    (IVAN, {"comment": "да", "b": 79001110005, "a": "79001110006"}, {"x": "79001110007"}, "79001110005"),
    (IVAN, {"comment": "да"}, {"z": "79001110007", "a": "79001110008"}, "79001110007"),
    (IVAN, {"phone": "+79001110009", "tel": "79001110003"}, {}, "79001110003"),
    (None, {"tel": "79001110003"}, {}, "79001110003"),
]


@pytest.mark.parametrize(("client", "deal", "own", "expected"), PHONES)
def test_a_left_out_phone_is_taken_in_the_documented_order(client, deal, own, expected):
    host = FakeHost()
    send(host, "x", 80913, client=client, deal=deal, own=own)
    assert host.uis.params(UPLOAD)[0]["offline_messages"][0]["phone"] == expected


@pytest.mark.parametrize("absent", ["", " ", None, "none", "None", 0, "0"])
def test_phone_and_name_that_are_passed_as_nothing_are_those_of_the_client(absent):
    host = FakeHost()
    send(host, "x", 80913, "", "", absent, "none")
    [message] = host.uis.params(UPLOAD)[0]["offline_messages"]
    assert (message["phone"], message["name"]) == (PHONE, "Иван Петров")


@pytest.mark.parametrize(
    ("client", "deal"),
    [
        (IVAN, {}),
        (Client(1, 1, "79001110004"), {}),  # an id in another messenger is no phone
        (IVAN, {"text": "мой номер 79001110003", "list": [79001110003], "plus": "+79001110003"}),
        (IVAN, {"uiscom_request": {"contact_info": {"contact_phone_number": PHONE}}}),
    ],
)
def test_without_any_phone_nothing_is_asked(client, deal):
    host = FakeHost()
    assert send(host, "x", 80913, client=client, deal=deal, own={})["error"] == "required_parameter_missed"
    assert host.uis.requests == []


def test_a_given_phone_and_name_win_and_a_wrong_phone_is_refused():
    host = FakeHost()
    send(host, "x", 80913, "", "", "79005556677", "Пётр")
    message = host.uis.params(UPLOAD)[0]["offline_messages"][0]
    assert (message["phone"], message["name"]) == ("79005556677", "Пётр")
    assert send(host, "x", 80913, "", "", "+79005556677")["error"] == "invalid_phone"
    assert len(host.uis.requests) == 1


def test_a_flat_scope_serves_too():
    host = FakeHost()
    ctx = host.context(IVAN)
    ctx.scope = FlatScope({"project.p": "79001110001", "client.tel": "79001110002", "comment": "x"})
    host.call(OFFLINE, "x", 80913, ctx=ctx)
    assert host.uis.params(UPLOAD)[0]["offline_messages"][0]["phone"] == "79001110002"


@pytest.mark.parametrize(("message", "text"), [("", ""), (None, ""), (5, "5"), ([1, "а"], '[1,"а"]')])
def test_the_message_is_text_and_may_be_empty(message, text):
    host = FakeHost()
    assert send(host, message, 80913) == {"id": 700001}
    assert host.uis.params(UPLOAD)[0]["offline_messages"][0]["message"] == text


def test_the_time_is_that_of_the_account():
    host = FakeHost(zone="Asia/Vladivostok")
    host.now = 1_772_416_800.0  # 2026-03-02 12:00 in Vladivostok
    send(host, "x", 80913)
    assert host.uis.params(UPLOAD)[0]["offline_messages"][0]["date_time"] == "2026-03-02 05:00:00"
    other = FakeHost({"api_key": KEY, "uis_timezone": "UTC"})
    other.now = host.now
    send(other, "x", 80913)
    assert other.uis.params(UPLOAD)[0]["offline_messages"][0]["date_time"] == "2026-03-02 02:00:00"


def test_a_refused_time_is_left_out_once():
    host = FakeHost()
    host.uis.script(UPLOAD, error("data/invalid_date_time"), success([{"id": 700002}]))
    assert send(host, "x", 80913) == {"id": 700002}
    first, second = (params["offline_messages"][0] for params in host.uis.params(UPLOAD))
    assert "date_time" in first
    assert "date_time" not in second
    assert first["ext_id"] == second["ext_id"]


@pytest.mark.parametrize(
    "name", ["method_component_disabled", "tariff_restrictions", "campaign_is_inactive", "entity_not_found"]
)
def test_errors_of_uis_reach_the_script(name):
    host = FakeHost()
    host.uis.script(UPLOAD, error(f"data/{name}"))
    result = send(host, "x", 80913)
    assert (result["error"], host.last_intent.state) == (name, REFUSED)
    assert len(host.uis.requests) == 1


LOST = [
    fault(sent=True, timeout=True),
    fault(sent=True, reason="ReadError"),
    raw(b"<html>", 502),
    raw(b"", 200),
    error("data/internal_error"),
]


@pytest.mark.parametrize("answer", LOST)
def test_a_lost_answer_is_looked_up_before_anything_is_repeated(answer):
    host = FakeHost()
    host.uis.script(UPLOAD, answer, success([{"id": 700002}]))
    assert send(host, "x", 80913) == {"id": 700002}
    assert [r["method"] for r in host.uis.requests] == [UPLOAD, "get.offline_messages_report", UPLOAD]


@pytest.mark.parametrize("answer", LOST)
def test_a_message_that_the_report_knows_is_not_sent_again(answer):
    host = FakeHost()
    host.uis.script(UPLOAD, answer)
    row = {"id": 700003, "ext_id": None}
    host.uis.on_request = lambda request: (
        row.update(ext_id=request["params"]["offline_messages"][0]["ext_id"]) if request["method"] == UPLOAD else None
    )
    host.uis.script("get.offline_messages_report", success([row]))
    assert send(host, "x", 80913) == {"id": 700003}
    assert host.uis.count(UPLOAD) == 1


def test_a_message_that_nobody_can_look_up_stays_unknown_and_is_found_later():
    host = FakeHost()
    host.uis.script(UPLOAD, fault(sent=True, timeout=True))
    host.uis.script("get.offline_messages_report", error("data/forbidden"))
    result = send(host, "x", 80913)
    assert (result["error"], result["outcome"]) == ("timeout", "unknown")
    assert host.uis.count(UPLOAD) == 1
    assert host.last_intent.state == UNKNOWN
    host.uis.script("get.offline_messages_report", success([{"id": 5, "ext_id": result["external_id"]}]))
    host.settle()
    assert (host.last_intent.state, host.last_intent.result) == (DONE, {"id": 5})
    assert host.uis.count(UPLOAD) == 1


@pytest.mark.parametrize(("lang", "report"), [("ru", "отчёт по заявкам"), ("en", "the report of offline messages")])
def test_a_report_that_stays_closed_leaves_the_outcome_unknown(lang, report, caplog, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", lang)
    host = FakeHost()
    host.uis.script(UPLOAD, fault(sent=True, timeout=True))
    host.uis.script("get.offline_messages_report", error("data/forbidden"))
    send(host, "x", 80913)
    host.settle()
    assert host.last_intent.state == UNKNOWN
    assert host.last_intent.external_id in caplog.text
    assert report in caplog.text


@pytest.mark.parametrize(("lang", "told"), [("ru", "принята ли заявка"), ("en", "whether the message was taken")])
def test_a_repeated_turn_speaks_of_the_message_not_of_a_call(lang, told):
    assert told in unknown("uiscom_offline_messages", "sb-1", lang)["message"]
    assert told not in unknown("uiscom_employee_call", "sb-1", lang)["message"]


def test_without_variables_there_is_no_phone_to_take():
    host = FakeHost()
    ctx = host.context(IVAN)
    ctx.scope = None
    assert host.call(OFFLINE, "x", 80913, ctx=ctx)["error"] == "required_parameter_missed"


# ---------------------------------------------------------------- sites and campaigns


def answer_file(name):
    body = json.loads((FIXTURES / f"responses/{name}.json").read_text("utf-8"))
    return lambda request: {**body, "id": request["id"]}


def test_sites_and_campaigns_of_the_documentation():
    host = FakeHost()
    host.uis.script("get.sites", answer_file("get.sites.seed"))
    host.uis.script("get.campaigns", answer_file("get.campaigns.seed"))
    assert host.call("uiscom_get_sites") == {"test.ru": 80913}
    assert host.call("uiscom_get_campaigns") == {"Тестовый источник": 401745, "Посетители без рекламной кампании": -1}
    assert host.intents == {}


def test_all_pages_are_read():
    host = FakeHost()
    host.uis.script("get.sites", *(answer_file(f"get.sites.page{page}") for page in (1, 2, 3)))
    sites = host.call("uiscom_get_sites")
    assert sites == {
        row["domain_name"]: row["id"]
        for page in (1, 2, 3)
        for row in json.loads((FIXTURES / f"responses/get.sites.page{page}.json").read_text("utf-8"))["result"]["data"]
    }
    assert len(host.uis.requests) == 3


def test_equal_names_keep_the_smallest_id_and_warn(caplog):
    host = FakeHost()
    host.uis.script("get.sites", success([{"id": 7, "domain_name": "a.ru"}, {"id": 3, "domain_name": "a.ru"}]))
    assert host.call("uiscom_get_sites") == {"a.ru": 3}
    assert "a.ru" in caplog.text


def test_an_empty_account_gives_an_empty_dictionary():
    host = FakeHost()
    host.uis.script("get.campaigns", success([]))
    assert host.call("uiscom_get_campaigns") == {}


@pytest.mark.parametrize("function", ["uiscom_get_sites", "uiscom_get_campaigns"])
def test_reads_are_repeated_once_and_then_told(function):
    method = function.removeprefix("uiscom_").replace("_", ".")
    host = FakeHost()
    host.uis.script(method, raw(b"<html>", 502), success([]))
    assert host.call(function) == {}
    host.uis.script(method, fault(sent=True, timeout=True))
    before = len(host.uis.requests)
    result = host.call(function)
    assert result["error"] == "timeout"
    assert "external_id" not in result
    assert len(host.uis.requests) - before == 2


def test_names_are_not_remembered_unless_wanted():
    host = FakeHost()
    host.uis.script("get.sites", success([]))
    for _ in range(2):
        host.call("uiscom_get_sites")
    assert len(host.uis.requests) == 2
    host.settings = {"api_key": KEY, "cache_s": 300}
    for _ in range(3):
        host.call("uiscom_get_sites")
    assert len(host.uis.requests) == 3


def test_functions_take_no_more_arguments_than_documented():
    host = FakeHost()
    most = {name: call.__calculator_function__.most for name, call in host.functions.items()}
    assert most == {
        "uiscom_employee_call": 3,
        "uiscom_scenario_call": 3,
        "uiscom_offline_messages": 6,
        "uiscom_get_sites": 0,
        "uiscom_get_campaigns": 0,
    }
