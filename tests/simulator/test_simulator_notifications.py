"""Notifications: events of a call, templates, delays, doubles, losses, order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salebot_uiscom.simulator import (
    DEFAULT_TEMPLATE,
    EVENTS,
    Behaviour,
    CallPlan,
    Contact,
    Delivery,
    Simulator,
)
from salebot_uiscom.simulator.notifications import render

URL = "http://receiver.test/uiscom_webhook/secret"


@pytest.fixture
def posted(simulator: Simulator) -> list[Delivery]:
    """What was sent; every event is configured."""
    sent: list[Delivery] = []

    def send(delivery: Delivery) -> int:
        sent.append(delivery)
        return 200

    simulator.sender = send
    simulator.notify(URL)
    return sent


def events(posted: list[Delivery]) -> list[str]:
    return [delivery.event for delivery in posted]


def test_default_template_is_that_of_the_instructions(fixtures: Path) -> None:
    text = (fixtures / "templates" / "seed.txt").read_text("utf-8")
    assert DEFAULT_TEMPLATE.split() == text.split()


def test_answered_bot_call_raises_its_events_in_order(start: Any, simulator: Simulator, posted: list[Delivery]) -> None:
    start()
    simulator.advance(100)
    assert events(posted) == [
        "outgoing_leg",
        "outgoing_leg",
        "waiting_for_answer",
        "talk_started",
        "talk_finished",
        "call_finished",
        "record_ready",
    ]
    assert {delivery.json()["external_id"] for delivery in posted} == {"sb-1"}
    assert {delivery.json()["call_session_id"] for delivery in posted} == {500000001}


def test_end_of_a_bot_call_has_the_body_of_the_fixtures(
    start: Any, simulator: Simulator, posted: list[Delivery], fixtures: Path
) -> None:
    start()
    simulator.advance(100)
    wanted = json.loads((fixtures / "webhooks/seed/bot_call_finished.json").read_text("utf-8"))
    finished = next(delivery for delivery in posted if delivery.event == "call_finished")
    assert list(finished.json()) == list(wanted)
    assert finished.json() == {
        "external_id": "sb-1",
        "notification_name": "Завершение звонка",
        "virtual_phone_number": "78001002752",
        "notification_time": "2026-03-02 10:01:10.000",
        "scenario_name": None,
        "wait_time_duration": 5,
        "employee_ids": None,
        "contact_info": {
            "contact_phone_number": "79004443322",
            "communication_number": None,
            "contact_id": None,
            "contact_full_name": None,
        },
        "call_session_id": 500000001,
    }


def test_lost_call_names_the_employees_and_the_contact(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.account.contacts["79004443322"] = Contact(120045, 'Петров "Иван"')
    simulator.plan_next_call(CallPlan(employee=Behaviour("no_answer")))
    simulator.incoming_call("79004443322")
    simulator.advance(300)
    assert events(posted) == [
        "incoming_call",
        *["outgoing_leg", "waiting_for_answer"] * 4,
        "lost_call",
        "call_finished",
    ]
    lost = posted[-2].json()
    assert lost["employee_ids"] == [2339292, 2339293, 2339294, 2339299]
    assert lost["wait_time_duration"] == 120
    assert lost["scenario_name"] == "Входящие"
    assert lost["contact_info"] == {
        "contact_phone_number": "79004443322",
        "communication_number": 1,
        "contact_id": 120045,
        "contact_full_name": 'Петров "Иван"',
    }


def test_unanswered_call_of_the_company_is_not_lost(start: Any, simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.behave("79004443322", "busy")
    start(first_call="employee", direction="out")
    simulator.advance(20)
    assert events(posted) == [
        "outgoing_leg", "waiting_for_answer", "outgoing_call", "outgoing_leg", "call_finished",
    ]  # fmt: skip


def test_tag_is_announced(start: Any, simulator: Simulator, posted: list[Delivery], ask: Any) -> None:
    ask("call", "tag.call", call_session_id=start(), tag_id=36)
    simulator.advance(1)
    assert "tag_set" in events(posted)


def test_unresolved_placeholders_become_null_or_stay(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.incoming_call("79004443322")
    simulator.account.unresolved = "keep"
    simulator.incoming_call("79005556677")
    simulator.advance(1)
    first, second = (delivery for delivery in posted if delivery.event == "incoming_call")
    assert first.json()["external_id"] is None
    assert b'"external_id":{{external_id}}' in second.body
    assert b'"contact_phone_number":"79005556677"' in second.body
    with pytest.raises(ValueError, match="Expecting"):
        second.json()


@pytest.mark.parametrize("name", ["quoted_by_mistake.txt", "safe_for_every_event.txt"])
def test_templates_of_owners_are_rendered_as_uis_does(name: str, fixtures: Path) -> None:
    template = (fixtures / "templates" / name).read_text("utf-8")
    values = {"notification_name": "Имя", "contact_phone_number": None, "call_session_id": 5}
    text = render(template, values, "lost_call", "null")
    quoted = name.startswith("quoted")
    assert ('""Имя""' in text) == quoted
    assert ('"null"' in text) == quoted


def test_get_notification_carries_literals_in_the_query(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.account.notifications.clear()
    url = URL + "?name={{notification_name}}&id={{call_session_id}}"
    simulator.add_notification("Звонок & ко", "incoming_call", url, method="GET")
    simulator.incoming_call("79004443322")
    simulator.advance(1)
    assert posted[0].method == "GET"
    assert posted[0].body == b""
    assert posted[0].url.endswith("?name=%22%D0%97%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA%20%26%20%D0%BA%D0%BE%22&id=500000001")


def test_two_notifications_of_one_event_are_both_sent(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.add_notification("crm", "incoming_call", URL, '{"name": {{notification_name}}}')
    simulator.incoming_call("79004443322")
    simulator.advance(0.5)
    assert [d.json().get("notification_name", d.json().get("name")) for d in posted if d.event == "incoming_call"] == [
        "Входящий звонок",
        "crm",
    ]


def test_inactive_notification_is_silent(simulator: Simulator, posted: list[Delivery]) -> None:
    for rule in simulator.account.notifications:
        rule.active = False
    simulator.incoming_call("79004443322")
    simulator.advance(100)
    assert posted == []


def test_notification_waits_for_its_delay(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.account.notifications.clear()
    simulator.notify(URL, ["incoming_call"], delay=2)
    simulator.incoming_call("79004443322")
    simulator.advance(1.9)
    assert posted == []
    assert len(simulator.outbox) == 1
    simulator.advance(0.1)
    assert events(posted) == ["incoming_call"]


def test_without_a_sender_notifications_wait_in_the_outbox(simulator: Simulator) -> None:
    simulator.notify(URL, ["incoming_call"])
    simulator.incoming_call("79004443322")
    assert simulator.take_due() == []
    simulator.advance(1)
    (delivery,) = simulator.take_due()
    simulator.record_delivery(delivery, 200)
    assert simulator.deliveries[0].status == 200
    assert simulator.take_due() == []


def test_failure_of_the_receiver_is_noted_and_stops_nothing(simulator: Simulator, posted: list[Delivery]) -> None:
    def fail(delivery: Delivery) -> int:
        raise OSError("secret")

    simulator.sender = fail
    simulator.incoming_call("79004443322")
    simulator.advance(1)
    first = simulator.deliveries[0]
    assert (first.status, first.error) == (None, "OSError")
    assert "secret" not in repr(simulator.deliveries)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (("notify_never", "talk_started"), ["waiting_for_answer", "talk_finished", "call_finished"]),
        (
            ("notify_twice", "talk_started"),
            ["waiting_for_answer", "talk_started", "talk_started", "talk_finished", "call_finished"],
        ),
        (
            ("notify_out_of_order", "talk_started"),
            ["waiting_for_answer", "talk_finished", "talk_started", "call_finished"],
        ),
    ],
)
def test_faults_of_delivery(
    fault: tuple[str, str], expected: list[str], start: Any, simulator: Simulator, posted: list[Delivery]
) -> None:
    simulator.account.notifications.clear()
    simulator.notify(URL, ["waiting_for_answer", "talk_started", "talk_finished", "call_finished"])
    simulator.add_fault(*fault)
    start()
    simulator.advance(100)
    assert events(posted) == expected


def test_doubled_notification_has_the_same_bytes(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.add_fault("notify_twice", "incoming_call")
    simulator.incoming_call("79004443322")
    simulator.advance(3)
    first, second = (delivery for delivery in posted if delivery.event == "incoming_call")
    assert first.body == second.body
    assert first.id != second.id


def test_late_notification(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.add_fault("notify_late", "incoming_call", seconds=600)
    simulator.incoming_call("79004443322")
    simulator.advance(599)
    assert "incoming_call" not in events(posted)
    simulator.advance(2)
    assert events(posted)[-1] == "incoming_call"


def test_notification_may_come_before_the_answer(start: Any, simulator: Simulator) -> None:
    seen: list[int] = []
    simulator.sender = lambda delivery: seen.append(len(simulator.requests)) or 200
    simulator.notify(URL, ["outgoing_leg"])
    simulator.add_fault("notify_before_answer", "outgoing_leg")
    start()
    assert seen == [1]
    assert [delivery.event for delivery in simulator.deliveries] == ["outgoing_leg"]


def test_names_are_those_of_the_account_form(simulator: Simulator) -> None:
    simulator.notify(URL)
    assert [rule.name for rule in simulator.account.notifications] == [name for name, _ in EVENTS.values()]


@pytest.mark.parametrize(
    ("configure", "told"),
    [
        (
            lambda simulator: simulator.add_notification("x", "nothing", URL),
            "нет события 'nothing'; есть: incoming_call",
        ),
        (lambda simulator: simulator.notify(URL, ["lost_call", "call_finnished"]), "возможно, call_finished?"),
        (lambda simulator: simulator.notify("foo"), "url — адрес"),
        (lambda simulator: simulator.notify(URL, delay=-1), "delay — секунды"),
        (lambda simulator: simulator.notify(URL, method="PUT"), "method — одно из: GET, POST"),
    ],
)
def test_a_notification_that_could_never_come_is_refused(
    configure: Callable[[Simulator], object], told: str, simulator: Simulator
) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        configure(simulator)
    assert simulator.account.notifications == []


def test_one_event_needs_no_list(simulator: Simulator) -> None:
    simulator.notify(URL, "lost_call")
    assert [rule.event for rule in simulator.account.notifications] == ["lost_call"]


def test_reprs_hide_url_and_body(simulator: Simulator, posted: list[Delivery]) -> None:
    simulator.incoming_call("79004443322")
    simulator.advance(1)
    shown = f"{posted} {simulator.account.notifications} {posted[0].as_dict()}"
    assert "secret" not in shown
    assert "79004443322" not in shown
