"""Whose phone it is and what enters the dialog (R12-R18, R42, R43, R46-R48)."""

import json

import pytest
from fake_host import FIXTURES, KEY, PHONE, FakeHost

from salebot_uiscom.effects import drive
from salebot_uiscom.ports import Client, Intent, NewClient, StoredNotification
from salebot_uiscom.uiscom import match_phone

BODY = json.loads((FIXTURES / "webhooks/seed/call_finished.json").read_text("utf-8"))


def match(host, phone=PHONE, **options):
    return drive(match_phone(phone, **options), host.handlers())


def deliver(host, body=None, **fields):
    host.post((BODY if body is None else body) | fields)
    host.route_all()
    return host.delivered[-1]


def telephony(client_id, phone=PHONE):
    return Client(client_id, 13, phone)


def whatsapp(client_id, phone=PHONE):
    return Client(client_id, 6, phone, "wa1")


FOUND = {
    "telephony client": ([telephony(7)], {}, 7),
    "variable": ([], {5: {"client.phone": PHONE}}, 5),
    "both: telephony wins": ([telephony(9)], {5: {"client.phone": PHONE}}, 9),
    "whatsapp by its id": ([whatsapp(8)], {}, 8),
    "whatsapp before variables": ([whatsapp(8)], {5: {"tel": PHONE}}, 8),
    "telephony before whatsapp": ([whatsapp(3), telephony(9)], {}, 9),
    "two variables: lowest id": ([], {6: {"tel": PHONE}, 5: {"tel": PHONE}}, 5),
    "two telephony clients: lowest id": ([telephony(9), telephony(4)], {}, 4),
    "twice in one client": ([], {5: {"a": PHONE, "client.b": PHONE}, 6: {"a": PHONE}}, 5),
    "a number in a variable": ([], {5: {"tel": 79004443322}}, 5),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_client_of_a_phone(name):
    clients, variables, expected = FOUND[name]
    host = FakeHost()
    host.clients, host.variables = list(clients), dict(variables)
    found = match(host)
    assert (found.client_id, found.created) == (expected, False)
    assert host.clients == clients
    assert found.explain


@pytest.mark.parametrize(
    ("bots", "name", "expected"),
    [
        (["wa1", "wa2"], "Петров Иван", (6, PHONE, "wa1", PHONE)),
        ([], "Петров Иван", (13, PHONE, "", "Петров Иван")),
        ([], "", (13, PHONE, "", PHONE)),
    ],
)
def test_a_new_client_is_made_where_it_can_be(bots, name, expected):
    host = FakeHost()
    host.whatsapp_bots = bots
    found = match(host, name=name)
    [client] = host.clients
    assert found.created
    assert found.client_id == client.id
    assert (client.type, client.platform_id, client.group, client.name) == expected


def test_a_second_event_finds_the_client_of_the_first():
    host = FakeHost()
    first = deliver(host)
    second = deliver(host, notification_name="Другое")
    assert first.client_id == second.client_id
    assert len(host.clients) == 1


def test_two_events_that_both_found_nobody_make_one_client():
    host = FakeHost()
    one, other = match_phone(PHONE), match_phone(PHONE)
    handlers = host.handlers()
    pending = [(steps, next(steps)) for steps in (one, other)]
    made = []
    while pending:
        steps, effect = pending.pop(0)
        try:
            pending.append((steps, steps.send(handlers[type(effect)](effect))))
        except StopIteration as stop:
            made.append(stop.value.client_id)
    assert len(host.clients) == 1
    assert made == [host.clients[0].id] * 2


@pytest.mark.parametrize("phone", ["998901234567", "0486173", "anonymous", "", None])
def test_foreign_and_hidden_numbers_match_nobody_and_make_nobody(phone):
    host = FakeHost()
    host.variables = {5: {"tel": str(phone)}}
    event = deliver(host, contact_info={"contact_phone_number": phone})
    assert event.client_id is None
    assert event.note
    assert host.clients == []


@pytest.mark.parametrize("phone", ["+7 (900) 444-33-22", "89004443322", "9004443322", 79004443322])
def test_an_event_is_matched_by_the_repaired_phone(phone):
    host = FakeHost()
    host.clients = [telephony(7)]
    assert deliver(host, contact_info={"contact_phone_number": phone}).client_id == 7


def test_asking_only_tells_whom_an_event_would_make():
    host = FakeHost()
    host.whatsapp_bots = ["wa1"]
    found = match(host, "+7 900 444 33 22", create=False)
    assert (found.client_id, found.created) == (None, False)
    assert found.would_create == NewClient(6, PHONE, "wa1", PHONE)
    assert host.clients == []


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_explanation_has_a_line_per_step_and_no_full_phone(lang):
    host = FakeHost()
    host.variables = {5: {"client.phone": PHONE}, 6: {"tel": PHONE}}
    lines = [step.text(lang) for step in match(host, "+79004443322").explain]
    assert len(lines) == 6
    assert not any(PHONE in line for line in lines)
    assert "client.phone" in lines[4]
    assert "6" in lines[5]


# ---------------------------------------------------------------- what is delivered


def test_the_event_and_its_variable():
    host = FakeHost()
    event = deliver(host)
    assert event.text == "Uiscom_event Завершение звонка"
    assert event.assign == {"uiscom_request": BODY}
    assert event.assign_if == "save_webhook"
    assert event.outside is None


@pytest.mark.parametrize(
    "phone",
    ["+84901234567", "+81 3 1234 5678", "84901234567890", "+1 212 555 01 23", "+89004443322", "00 84 901234567"],
)
def test_a_foreign_number_reaches_nobody_in_russia(phone):
    digits = "".join(filter(str.isdigit, phone))
    host = FakeHost()
    host.clients = [telephony(number, f"7{digits[-10:]}") for number in (1, 2)]
    known = list(host.clients)
    event = deliver(host, contact_info={"contact_phone_number": phone})
    assert event.client_id is None
    assert host.clients == known
    assert match(host, phone).client_id is None


def test_unknown_fields_are_saved_and_a_mended_body_is_saved_mended():
    host = FakeHost()
    host.post(
        b'{"notification_name": "N", "record": {{file_link}}, "mine": [1], "contact_phone_number": "79004443322"}'
    )
    host.route_all()
    assert host.delivered[0].assign["uiscom_request"] == {
        "notification_name": "N",
        "record": None,
        "mine": [1],
        "contact_phone_number": PHONE,
    }


def test_a_body_too_long_for_a_variable_is_delivered_without_it(caplog):
    host = FakeHost()
    event = deliver(host, extra="x" * 100_001)
    assert event.text == "Uiscom_event Завершение звонка"
    assert event.assign == {}
    assert "uiscom_request" in caplog.text


def test_the_kind_of_event_is_a_setting():
    assert deliver(FakeHost({"api_key": KEY, "event_kind": 5})).outside == 5


def test_a_call_of_ours_without_a_phone_goes_to_the_dialog_that_started_it():
    host = FakeHost()
    host.intents["sb-1"] = Intent("sb-1", "uiscom_employee_call", 77, {})
    event = deliver(host, external_id="sb-1", contact_info=None)
    assert event.client_id == 77
    assert host.intents["sb-1"].result == {"call_session_id": BODY["call_session_id"]}


def test_the_mark_does_not_change_the_order_of_matching():
    host = FakeHost()
    host.intents["sb-1"] = Intent("sb-1", "uiscom_employee_call", 77, {})
    host.clients = [telephony(7)]
    assert deliver(host, external_id="sb-1").client_id == 7


def test_an_unknown_mark_settles_nothing():
    host = FakeHost()
    assert deliver(host, external_id="sb-of-somebody-else", contact_info=None).client_id is None
    assert host.history == []


def test_a_stored_body_that_nobody_can_read_is_unmatched_with_a_reason():
    host = FakeHost()
    host.stored = [StoredNotification(5, "uiscom", b"ping", host.now)]
    host.route_all()
    [event] = host.delivered
    assert (event.notification_id, event.client_id) == (5, None)
    assert "not JSON" in event.note


def test_events_are_routed_in_order_of_arrival():
    host = FakeHost()
    for name in ("3", "1", "2"):
        host.post(BODY | {"notification_name": name})
    host.route_all()
    assert [event.text for event in host.delivered] == ["Uiscom_event 3", "Uiscom_event 1", "Uiscom_event 2"]
