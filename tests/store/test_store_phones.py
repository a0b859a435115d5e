"""Whose phone is it: telephony.md C (R12-R18), and the other ways to find a client."""

from __future__ import annotations

import pytest

from salebot_uiscom.ports import NewClient, PhoneHit
from salebot_uiscom.store import records as r
from salebot_uiscom.store.codec import phone_digits

PHONE = "79004443322"


def set_client(make, client, name="phone", value=PHONE):
    make.turn(client, r.SetVariable("client", client, name, value))


def test_nobody_has_the_phone(store):
    assert store.find_by_phone(PHONE) == []


def test_telephony_client_then_whatsapp_then_variables_then_by_number(store, make):
    by_variable = make.client("tg")
    whatsapp_two = make.client(PHONE, 6, group="wa2")
    whatsapp_one = make.client(PHONE, 6, group="wa1")
    telephony = make.client(PHONE, 13)
    last = make.client("tg2")
    deal = make.deal(last)
    make.turn(last, r.SetVariable("", deal, "тел", PHONE), r.SetVariable("client", by_variable, "phone", PHONE))
    assert store.find_by_phone(PHONE) == [
        PhoneHit(telephony, "telephony"),
        PhoneHit(whatsapp_two, "whatsapp"),
        PhoneHit(whatsapp_one, "whatsapp"),
        PhoneHit(by_variable, "variable", "client.phone"),
        PhoneHit(last, "variable", "тел"),
    ]


@pytest.mark.parametrize("client_type", [0, 1, 10, 14])
def test_platform_id_of_other_messengers_is_no_phone(store, make, client_type):
    make.client(PHONE, client_type)
    assert store.find_by_phone(PHONE) == []


@pytest.mark.parametrize("value", [PHONE, 79004443322, 79004443322.0, "79004443322.0", "79004443322.00"])
def test_whole_value_as_text_or_number_matches(store, make, value):
    client = make.client()
    set_client(make, client, value=value)
    assert store.find_by_phone(PHONE) == [PhoneHit(client, "variable", "client.phone")]


@pytest.mark.parametrize(
    "value",
    [
        "+79004443322",
        "89004443322",
        "7 900 444-33-22",
        " 79004443322",
        "79004443322\n",
        "79004443322.",
        "79004443322.05",
        "79004443322.0.0",
        "79004443322.0 ",
        "790044433221",
        "тел. 79004443322",
        "７９００４４４３３２２",
        79004443322.5,
        -79004443322,
        True,
        [PHONE],
        {"contact_phone_number": PHONE},
    ],
)
def test_anything_else_does_not_match(store, make, value):
    set_client(make, make.client(), value=value)
    assert store.find_by_phone(PHONE) == []


@pytest.mark.parametrize("value", [None, "", 0, 7.0, 10**400, float("1e308"), "375291234567", "7900444332"])
def test_what_is_no_phone_at_all(value):
    assert phone_digits(value) is None


def test_project_variables_belong_to_nobody(store):
    store.set_project_variable("office", PHONE)
    assert store.find_by_phone(PHONE) == []


def test_changed_and_deleted_values_are_forgotten(store, make):
    client = make.client()
    set_client(make, client)
    set_client(make, client, value="79990000000")
    assert store.find_by_phone(PHONE) == []
    assert len(store.find_by_phone("79990000000")) == 1
    set_client(make, client, value=None)
    assert store.find_by_phone("79990000000") == []


def test_phone_replaced_by_another_kind_of_value_is_forgotten(store, make):
    client = make.client()
    set_client(make, client)
    set_client(make, client, value=[PHONE])
    assert store.find_by_phone(PHONE) == []


def test_only_the_current_deal_is_searched(store, make):
    client = make.client()
    old = make.deal(client)
    make.turn(client, r.SetVariable("", old, "phone", PHONE))
    assert len(store.find_by_phone(PHONE)) == 1
    make.deal(client)
    assert store.find_by_phone(PHONE) == []
    make.turn(client, r.SwitchDeal(client, old))
    assert len(store.find_by_phone(PHONE)) == 1
    make.turn(client, r.SaveDeal(r.Deal(old, client, closed=True)))
    assert store.find_by_phone(PHONE) == []


def test_variables_of_a_deleted_deal_are_forgotten(store, make):
    client = make.client()
    deal = make.deal(client)
    make.turn(client, r.SetVariable("", deal, "phone", PHONE), r.DeleteDeal(deal))
    assert store.find_by_phone(PHONE) == []


def test_blocked_clients_are_found_too(store, make):
    client = make.client(PHONE, 13)
    make.turn(client, r.EditClient(client, {"blocked": True}))
    assert [hit.client_id for hit in store.find_by_phone(PHONE)] == [client]


def test_every_variable_with_the_phone_is_a_hit(store, make):
    client = make.client()
    set_client(make, client, "phone")
    set_client(make, client, "mobile", int(PHONE))
    assert [hit.name for hit in store.find_by_phone(PHONE)] == ["client.mobile", "client.phone"]


# ---------------------------------------------------------------- creating and other ways of finding


def test_client_with_one_address_is_created_once(store):
    first = store.create_client(NewClient(13, PHONE, name="Анна"), created_at=5.0)
    again = store.create_client(NewClient(13, PHONE, name="Другая"))
    assert first == again
    assert (first.name, first.created_at) == ("Анна", 5.0)
    assert store.create_client(NewClient(6, PHONE, "wa1")).id != first.id
    assert store.create_client(NewClient(6, PHONE, "wa2")).id == first.id + 2


def test_strange_letters_in_a_name_are_kept_readable(store):
    assert store.create_client(NewClient(13, PHONE, name="А\ud800")).name == "А\ufffd"


def test_clients_are_found_by_address(store, make):
    one, two = make.client(PHONE, 6, group="wa1"), make.client(PHONE, 13)
    assert [client.id for client in store.find_clients(None, PHONE)] == [one, two]
    assert [client.id for client in store.find_clients(13, PHONE)] == [two]
    assert [client.id for client in store.find_clients(6, PHONE, "wa2")] == []


def test_clients_are_found_by_variable(store, make):
    one, two, three = make.client("1"), make.client("2"), make.client("3")
    set_client(make, one, "город", "5")
    set_client(make, two, "город", 5)
    deal = make.deal(three)
    make.turn(three, r.SetVariable("", deal, "город", 5.0))
    assert store.find_by_variable("client", "город", 5) == [one, two]
    assert store.find_by_variable("", "город", "5") == [three]
    assert store.find_by_variable("client", "город", "6") == []


def test_clients_are_listed_in_pages(store, make):
    numbers = [make.client(str(n)) for n in range(3)]
    first = [client.id for client in store.clients(limit=2)]
    rest = [client.id for client in store.clients(after_id=first[-1])]
    assert first + rest == numbers


def test_linked_clients_know_each_other(store, make):
    main, second, stranger = make.client("1"), make.client("2"), make.client("3")
    make.turn(second, r.EditClient(second, {"main_client_id": main}))
    assert store.linked_clients(main) == store.linked_clients(second) == [main, second]
    assert store.linked_clients(stranger) == [stranger]
