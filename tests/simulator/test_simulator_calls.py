"""Timelines: who is rung when, what list.calls and the report show, what people may do meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest

from salebot_uiscom.simulator import Behaviour, CallError, CallPlan, Phone, Simulator


def states(ask: Any) -> list[str]:
    calls = ask("call", "list.calls")["result"]["data"]
    return [leg["state"] for call in calls for leg in call["legs"]]


def report(ask: Any, **more: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(
        "data", "get.calls_report", date_from="2026-03-02 00:00:00", date_till="2026-03-03 00:00:00", **more
    )["result"]["data"]
    return rows


def test_sessions_are_numbered_from_500000001_and_equal_external_ids_make_two(start: Any, simulator: Simulator) -> None:
    assert [start(), start()] == [500000001, 500000002]
    assert len(simulator.rings_of("sb-1")) == 2


def test_contact_first_rings_the_client_then_the_employee(start: Any, simulator: Simulator, ask: Any) -> None:
    start()
    assert [ring.side for ring in simulator.rings] == ["contact"]
    assert states(ask) == ["Дозвон"]
    simulator.advance(5)
    assert [(ring.side, ring.employee_id) for ring in simulator.rings[1:]] == [("employee", 2339292)]
    assert states(ask) == ["Разговор", "Дозвон"]
    simulator.advance(5)
    assert states(ask) == ["Разговор", "Разговор"]
    simulator.advance(60)
    assert states(ask) == []
    assert simulator.sessions()[0].finish_reason == "operator_disconnects"


def test_employee_first_rings_the_employee_then_the_client(start: Any, simulator: Simulator) -> None:
    start(first_call="employee", direction="out")
    simulator.advance(5)
    assert [ring.side for ring in simulator.rings] == ["employee", "contact"]


def test_list_of_calls_has_the_documented_fields(start: Any, simulator: Simulator, ask: Any) -> None:
    start()
    simulator.advance(5)
    (call,) = ask("call", "list.calls")["result"]["data"]
    legs = call.pop("legs")
    assert call == {
        "call_session_id": 500000001,
        "direction": "in",
        "start_time": "2026-03-02T10:00:00.000",
        "virtual_phone_number": "78001002752",
        "contact_phone_number": "79004443322",
        "external_id": "sb-1",
        "tags": [],
    }
    assert [leg["is_operator"] for leg in legs] == [False, True]
    assert legs[1]["employee_full_name"] == "Иванов Иван Иванович"


def test_list_of_calls_is_filtered(start: Any, ask: Any) -> None:
    start()
    assert len(ask("call", "list.calls", direction="in", virtual_phone_number="78001002752")["result"]["data"]) == 1
    assert ask("call", "list.calls", direction="out")["result"]["data"] == []


@pytest.mark.parametrize(
    ("plan", "seconds", "reason", "rung"),
    [
        (CallPlan(contact=Behaviour("no_answer")), 30, "no_success_subscriber_call", 1),
        (CallPlan(contact=Behaviour("busy")), 1, "no_success_subscriber_call", 1),
        (CallPlan(contact=Behaviour("rejects", ring=2)), 2, "no_success_subscriber_call", 1),
        (CallPlan(employee=Behaviour("no_answer")), 35, "no_success_operator_call", 2),
        (CallPlan(talk=10, ends="contact"), 20, "subscriber_disconnects", 2),
    ],
)
def test_plan_decides_the_end(
    plan: CallPlan, seconds: float, reason: str, rung: int, start: Any, simulator: Simulator
) -> None:
    simulator.plan_next_call(plan)
    start()
    simulator.advance(seconds - 0.001)
    (session,) = simulator.sessions()
    assert session.active
    simulator.advance(0.001)
    assert session.finish_reason == reason
    assert len(simulator.rings) == rung
    assert session.is_lost == (session.talk_started_at is None)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: CallPlan(contact="busy"), 'contact — Behaviour("busy") или None; получено'),
        (lambda: CallPlan(talk=-1), "talk — секунды"),
        (lambda: CallPlan(ends="client"), "ends — одно из: contact, employee"),
        (lambda: Behaviour("bussy"), "нет исхода 'bussy'; возможно, busy?"),
        (lambda: Behaviour("answers", ring=-1), "ring — секунды"),
        (lambda: Simulator().advance(-5), "seconds — секунды, число от нуля; получено -5"),
        (lambda: Simulator().behave("8900", "busy"), "number — «*», телефон сотрудника"),
        (lambda: Simulator().behave("+79004443322", "busy"), "number — «*», телефон сотрудника"),
        (lambda: Simulator().hang_up(1, "client"), "who — одно из: contact, employee"),
    ],
)
def test_what_can_never_happen_is_refused_at_once(make: Any, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        make()


def test_short_number_of_an_employee_has_a_behaviour(simulator: Simulator) -> None:
    simulator.account.employees[0].phones = [Phone("0486173")]
    simulator.behave("0486173", "busy")
    assert simulator.exchange.behaviours["0486173"].outcome == "busy"


def test_number_has_its_own_behaviour(start: Any, simulator: Simulator) -> None:
    simulator.behave("79004443322", "busy")
    start()
    start(contact="79005556677")
    simulator.advance(20)
    assert [session.stage for session in simulator.sessions()] == ["ended", "talk"]


def test_active_phones_of_the_employee_ring_one_after_another(start: Any, simulator: Simulator) -> None:
    simulator.account.employees[0].phones = [Phone("79000000001", dial_time=10), Phone("79000000002", active=False)]
    simulator.account.employees[0].phones.append(Phone("79000000003", dial_time=10))
    simulator.plan_next_call(CallPlan(employee=Behaviour("no_answer")))
    start()
    simulator.advance(60)
    assert [ring.number for ring in simulator.rings] == ["79004443322", "79000000001", "79000000003"]


def test_scenario_rings_its_employees_in_turn(ask: Any, simulator: Simulator) -> None:
    for number in ("79001119292", "79001119293"):
        simulator.behave(number, "rejects", ring=1)
    ask(
        "call",
        "start.scenario_call",
        first_call="contact",
        virtual_phone_number="78001002752",
        contact="79004443322",
        scenario_id=328746,
    )
    simulator.advance(20)
    assert [ring.employee_id for ring in simulator.rings] == [None, 2339292, 2339293, 2339294]
    assert simulator.sessions()[0].source == "callapi_scenario_call"


@pytest.mark.parametrize(
    ("method", "more", "expected", "code"),
    [
        ("start.employee_call", {"employee": {"id": 5}}, "employee_not_found", -32602),
        ("start.employee_call", {"employee": {"id": 2339292, "phone_number": "1"}}, "no_active_phone_number", -32602),
        ("start.simple_call", {"operator": "79001112233", "contact": "79990000000"}, "contact_in_blacklist", -32002),
        ("start.scenario_call", {"scenario_id": 328746, "contact": "79990000000"}, "contact_in_blacklist", -32602),
        ("start.scenario_call", {"scenario_id": 1}, "scenario_not_found", -32602),
        ("start.vnumber_call", {}, "scenario_not_found", -32007),
        ("start.simple_call", {"operator": "79001112233", "first_call": "contact", "media_file_id": 1},
         "media_file_not_found", -32602),
        ("start.vnumber_call", {"contact_message": {"type": "tts", "value": "x"}}, "scenario_not_found", -32007),
        ("start.employee_call", {"employee": {"id": 2339292}, "contact": "380440000000"},
         "unknown_mnemonic_of_group_32002", -32002),
        ("start.employee_call", {"employee": {"id": 2339292}, "contact_message": {"type": "tts", "value": "x" * 501}},
         "tts_text_exceeded", -32602),
    ],
)  # fmt: skip
def test_entity_that_is_missing_or_forbidden(
    method: str, more: dict[str, Any], expected: str, code: int, ask: Any, simulator: Simulator
) -> None:
    simulator.account.black_list.add("79990000000")
    simulator.account.virtual_numbers[0].scenario_id = None
    params = {"first_call": "contact", "virtual_phone_number": "78001002752", "contact": "79004443322"} | more
    error = ask("call", method, **params)["error"]
    assert (error["data"]["mnemonic"], error["code"]) == (expected, code)
    assert simulator.rings == []


def test_employee_without_active_phone(start: Any, simulator: Simulator, refused: Any) -> None:
    simulator.account.employees[0].phones[0].active = False
    params = {"first_call": "contact", "virtual_phone_number": "78001002752", "contact": "79004443322"}
    error = refused("call", "start.employee_call", employee={"id": 2339292}, **params)
    assert error == "no_active_phone_number"


def test_locked_number_starts_no_call(simulator: Simulator, refused: Any) -> None:
    simulator.account.virtual_numbers[0].status = "limit_lock"
    params = {"first_call": "contact", "virtual_phone_number": "78001002752", "contact": "79004443322"}
    error = refused("call", "start.employee_call", employee={"id": 2339292}, **params)
    assert error == "virtual_phone_number_not_found"


def test_person_answers_rejects_and_hangs_up(start: Any, simulator: Simulator) -> None:
    simulator.behave("*", "manual")
    first, second = start(), start()
    simulator.advance(3600)
    simulator.answer(first)
    simulator.answer(first)
    assert simulator.call(first).stage == "talk"
    simulator.hang_up(first, "contact")
    assert simulator.call(first).finish_reason == "subscriber_disconnects"
    simulator.reject(second)
    assert simulator.call(second).stage == "ended"
    with pytest.raises(CallError):
        simulator.hang_up(first)
    with pytest.raises(CallError):
        simulator.answer(second)
    with pytest.raises(CallError):
        simulator.answer(1)


def test_person_overrules_the_plan(start: Any, simulator: Simulator) -> None:
    id_ = start()
    simulator.answer(id_)
    simulator.reject(id_)
    simulator.advance(100)
    assert simulator.call(id_).finish_reason == "no_success_operator_call"
    assert len(simulator.rings) == 2


def test_release_ends_a_call_once(start: Any, ask: Any, refused: Any, simulator: Simulator) -> None:
    id_ = start()
    assert ask("call", "release.call", call_session_id=id_)["result"]["data"] == {"success": True}
    assert not simulator.call(id_).active
    assert refused("call", "release.call", call_session_id=id_) == "call_session_not_found"


def test_tags_of_running_and_finished_calls(start: Any, ask: Any, refused: Any, simulator: Simulator) -> None:
    id_ = start()
    assert refused("call", "tag.call", call_session_id=id_, tag_id=99) == "tag_not_found"
    assert ask("call", "tag.call", call_session_id=id_, tag_id=36)["result"]["data"] == {"success": True}
    assert refused("call", "tag.call", call_session_id=id_, tag_id=36) == "duplicate_tag"
    set_tag = {"communication_id": id_, "communication_type": "call"}
    assert refused("data", "set.tag_communications", **set_tag, tag_id=88) == "entity_not_found"
    simulator.hang_up(id_)
    assert ask("data", "set.tag_communications", **set_tag, tag_id=88)["result"] == {}
    assert refused("data", "set.tag_communications", **set_tag, tag_id=88) == "duplicate_entity"
    by_own_id = {"communication_ext_id": "sb-1", "communication_type": "call", "tag_id": 36}
    assert ask("data", "unset.tag_communications", **by_own_id)["result"] == {}
    assert simulator.call(id_).tag_ids == [88]


def test_report_shows_a_call_after_the_delay(start: Any, simulator: Simulator, ask: Any) -> None:
    simulator.report_delay = 20
    start()
    simulator.advance(70)
    assert report(ask) == []
    simulator.advance(19.9)
    assert report(ask) == []
    simulator.advance(0.1)
    (row,) = report(ask)
    assert (row["id"], row["source"], row["talk_duration"], row["is_lost"]) == (500000001, "callapi", 60, False)
    assert (row["start_time"], row["finish_time"]) == ("2026-03-02 10:00:00", "2026-03-02 10:01:10")
    assert "call_api_external_id" not in row


def test_report_finds_an_ongoing_call_by_external_id(start: Any, simulator: Simulator, ask: Any) -> None:
    start()
    start(external_id="sb-2")
    simulator.advance(5)
    wanted = {
        "fields": ["id", "call_api_external_id", "finish_reason"],
        "filter": {"field": "call_api_external_id", "operator": "=", "value": "sb-2"},
    }
    assert report(ask, **wanted) == []
    assert report(ask, **wanted, include_ongoing_calls=True) == [
        {"id": 500000002, "call_api_external_id": "sb-2", "finish_reason": None}
    ]


def test_incoming_call_rings_the_employees_of_the_scenario(simulator: Simulator) -> None:
    simulator.behave("*", "no_answer")
    session = simulator.incoming_call("79005556677")
    simulator.advance(120)
    assert session.is_lost
    assert session.rung_employee_ids == [2339292, 2339293, 2339294, 2339299]
    with pytest.raises(CallError):
        simulator.incoming_call("79005556677", "74990000000")
