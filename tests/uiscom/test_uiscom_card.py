"""The handset of the client card (R50-R54, D2)."""

import json

import pytest
from fake_host import FIXTURES, KEY, PHONE, VIRTUAL, FakeHost, error, fault

from salebot_uiscom.ports import DONE, UNKNOWN, Employee

OWN = {"virtual_phone": VIRTUAL, "uis_employee_id": "2339292"}


def employee(method="uiscom", **telephony):
    return Employee("head@example.org", call_method=method, telephony={**OWN, **telephony})


def test_by_api_the_employee_is_rung_first():
    host = FakeHost()
    pressed = host.press(employee(), 1001, PHONE)
    assert pressed.result == {"call_session_id": 237859081}
    assert pressed.link == ""
    [request] = host.uis.requests
    expected = json.loads((FIXTURES / "requests/start.employee_call.client_card.json").read_text("utf-8"))["params"]
    intent = host.last_intent
    assert request["params"] == expected | {"access_token": KEY, "external_id": intent.external_id}
    assert (intent.client_id, intent.function, intent.state) == (1001, "click_to_call", DONE)


def test_off_has_no_button_and_asks_nothing():
    host = FakeHost()
    assert not host.card.offers(employee("off"))
    assert not host.card.offers(employee("mango"))
    assert host.press(employee("off"), 1001, PHONE).result["error"] == "calls_disabled"
    assert host.uis.requests == []


@pytest.mark.parametrize(
    ("phone", "link"),
    [(PHONE, f"tel:+{PHONE}"), ("+998 90 123-45-67", "tel:+998901234567"), ("8 900 444-33-22", "tel:89004443322")],
)
def test_through_an_application_is_a_link(phone, link):
    host = FakeHost()
    assert host.card.offers(employee("app"))
    assert host.press(employee("app"), 1001, phone).link == link
    assert host.uis.requests == []


@pytest.mark.parametrize("method", ["app", "uiscom"])
@pytest.mark.parametrize(("phone", "mnemonic"), [("", "required_parameter_missed"), ("javascript:x", "invalid_phone")])
def test_no_phone_no_call(method, phone, mnemonic):
    host = FakeHost()
    pressed = host.press(employee(method), 1001, phone)
    assert (pressed.result["error"], pressed.link) == (mnemonic, "")
    assert host.uis.requests == []


@pytest.mark.parametrize(
    "telephony",
    [{"virtual_phone": ""}, {"uis_employee_id": ""}, {"uis_employee_id": "Иванов"}, {"virtual_phone": "8800"}],
)
def test_an_employee_without_number_or_id_is_told_so(telephony):
    host = FakeHost()
    assert host.press(employee(**telephony), 1001, PHONE).result["error"] == "employee_not_configured"
    assert host.uis.requests == []


def test_each_press_is_a_call_of_its_own_and_errors_are_answers():
    host = FakeHost()
    host.press(employee(), 1001, PHONE)
    host.uis.script("start.employee_call", error("call/no_active_phone_number"))
    assert host.press(employee(), 1001, PHONE).result["error"] == "no_active_phone_number"
    assert len({p["external_id"] for p in host.uis.params("start.employee_call")}) == 2


def test_a_lost_answer_never_rings_twice():
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))
    result = host.press(employee(), 1001, PHONE).result
    assert (result["error"], result["outcome"]) == ("timeout", "unknown")
    host.settle()
    assert host.uis.count("start.") == 1
    assert host.last_intent.state == UNKNOWN


def test_order_of_ringing_is_a_setting_of_its_own():
    host = FakeHost({"api_key": KEY, "card_first_call": "contact", "card_direction": "in"})
    host.press(employee(), 1001, PHONE)
    [params] = host.uis.params("start.employee_call")
    assert (params["first_call"], params["direction"]) == ("contact", "in")


def test_wrong_settings_are_an_answer():
    host = FakeHost({"direction": "up"})
    assert host.press(employee(), 1001, PHONE).result["error"] == "not_configured"
