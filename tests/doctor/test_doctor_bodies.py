"""The bodies that the doctor prints work in their events, and mistakes in bodies are told apart."""

import json
from pathlib import Path

import pytest

from salebot_uiscom.doctor.bodies import EVENTS, body_for, offers
from salebot_uiscom.doctor.findings import Findings
from salebot_uiscom.doctor.template import check_template
from salebot_uiscom.simulator import EVENTS as SIMULATED
from salebot_uiscom.simulator import CallPlan, Simulator
from salebot_uiscom.simulator.calls import Behaviour
from salebot_uiscom.simulator.notifications import render
from salebot_uiscom.uis import tables
from salebot_uiscom.uiscom.notification import read

TEMPLATES = Path(__file__).parent.parent / "fixtures" / "uis" / "templates"


def codes(text, event=""):
    found = Findings()
    check_template(text, event, found)
    return [finding.code for finding in found]


def test_the_events_are_those_of_the_account():
    assert list(EVENTS) == list(SIMULATED)
    assert {event: names[0] for event, names in EVENTS.items()} == {
        event: names[0] for event, names in SIMULATED.items()
    }


@pytest.mark.parametrize("event", ["", *EVENTS])
def test_a_printed_body_is_fine_and_uses_only_what_the_event_offers(event):
    assert codes(body_for(event), event) == []
    for used in EVENTS if not event else (event,):
        rendered = render(body_for(event), {}, used, "keep")
        assert "{{" not in rendered
        assert isinstance(json.loads(rendered), dict)


def test_the_body_of_an_event_has_what_this_event_alone_offers():
    assert '"file_link": {{file_link}}' in body_for("record_ready")
    assert '"talk_time_duration": {{talk_time_duration}}' in body_for("talk_finished")
    assert '"external_id"' not in body_for("lost_call")
    with pytest.raises(KeyError):
        body_for("no such event")


def test_offered_everywhere_or_in_the_event():
    assert offers("", "notification_name")
    assert not offers("", "external_id")
    assert offers("call_finished", "external_id")
    assert not offers("call_finished", "no_such")


def test_printed_bodies_are_read_by_the_receiver_in_a_whole_call():
    simulator = Simulator()
    simulator.account.unresolved = "keep"
    for event in EVENTS:
        simulator.add_notification(EVENTS[event][0], event, "https://bot.test/hook", body_for(event))
    simulator.incoming_call("79004443322")
    simulator.advance(120)
    simulator.plan_next_call(CallPlan(contact=Behaviour("answers"), employee=Behaviour("no_answer")))
    simulator.behave("*", "no_answer")
    simulator.incoming_call("79004443322")
    simulator.advance(300)
    seen = set()
    for delivery in simulator.take_due():
        notification = read(delivery.body)
        assert not notification.mended
        assert (notification.name, notification.phone) == (delivery.name, "79004443322")
        assert notification.identifies_itself
        seen.add(delivery.event)
    assert {"incoming_call", "waiting_for_answer", "talk_started", "call_finished", "lost_call", "record_ready"} <= seen


# Bodies in the wild → findings.
BODIES = {
    "safe_for_every_event.txt": [],
    "quoted_by_mistake.txt": ["UI390", "UI390", "UI390", "UI399"],
    "get_query.txt": ["UI395"],
    "seed.txt": [],
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies_in_the_wild(name):
    assert codes((TEMPLATES / name).read_text("utf-8")) == BODIES[name]


@pytest.mark.parametrize("event", EVENTS)
def test_the_body_of_the_manual_is_doubtful_in_every_event(event):
    """No event is known to offer all of its placeholders (webhooks.md 3)."""
    found = codes((TEMPLATES / "seed.txt").read_text("utf-8"), event)
    assert found
    assert set(found) == {"UI397"}


def test_line_and_column_of_a_mistake_are_told():
    found = Findings()
    check_template(
        '{"notification_name": {{notification_name}},\n "contact_phone_number" {{contact_phone_number}}}', "", found
    )
    [finding] = found
    assert finding.text("ru") == "тело — не JSON: строка 2, знак 25"


def test_an_apostrophe_or_comma_inside_a_text_is_no_mistake():
    body = body_for().replace('"contact_info"', '"note": "it\'s, }«x»", "contact_info"')
    assert codes(body) == []


def test_the_placeholder_table_is_complete_for_the_bodies():
    assert {name for event in EVENTS for name in tables.placeholders() if offers(event, name)} <= set(
        tables.placeholders()
    )


@pytest.mark.parametrize(
    "text", ["", " ", "null", '"', "{{", "}}", "{" * 5000, "[" * 100000, "\\", "{{a}}" * 1000, '{"a": 1e999}']
)
def test_any_text_gets_an_answer(text):
    assert codes(text)
