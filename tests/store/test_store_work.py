"""Events, plans, claims, turns."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import ClaimLost, Store, StoreRefused, base, new_owner, open_store, work
from salebot_uiscom.store.records import (
    BROKEN,
    DEAL,
    FINISHED,
    WAITING,
    WORKING,
    Deal,
    EditClient,
    HistoryRecord,
    NewEvent,
    NewPlan,
    ProjectClash,
    SaveDeal,
    SetVariable,
    SwitchDeal,
    Turn,
)
from salebot_uiscom.store.rows import insert_event
from salebot_uiscom.store.schema import migrate
from salebot_uiscom.store.work import _ONE_BY_ONE


def finish(store: Store, claim, **fields):
    return store.commit_turn(Turn(claim.key, claim.client_id, claim, **fields))


def test_client_and_deal_numbers_start_where_the_documentation_of_examples_does(store, make):
    assert [make.client("a"), make.client("b")] == [1001, 1002]
    assert [store.allocate("deal"), store.allocate("deal", 3), store.allocate("deal")] == [1, 2, 5]


def test_unknown_kind_of_numbers_is_refused(store):
    with pytest.raises(StoreRefused):
        store.allocate("client")
    with pytest.raises(StoreRefused):
        store.allocate("deal", 0)


def test_events_of_one_client_come_in_order_and_one_at_a_time(store, make):
    client = make.client()
    first = store.add_event(NewEvent(client, "раз"))
    store.add_event(NewEvent(client, "два"))
    claim = store.claim_work("worker", 0)
    assert claim.event.id == first.id
    assert claim.event.state == WORKING
    assert store.claim_work("other", 0) is None
    finish(store, claim)
    assert store.claim_work("other", 0).event.new.text == "два"


def test_clients_are_worked_on_side_by_side(store, make):
    one, two = make.client("1"), make.client("2")
    for client in (one, one, two):
        store.add_event(NewEvent(client, "x"))
    assert [store.claim_work("w", 0).client_id, store.claim_work("w", 0).client_id] == [one, two]
    assert store.claim_work("w", 0) is None


def test_one_with_very_many_waiting_events_hides_nobody(store, make):
    """While the turn of the first does not end, the others are found beyond any number of his events."""
    stuck, *others = (make.client(str(number)) for number in range(4))
    first = store.add_event(NewEvent(stuck, "0", 0, 1.0))
    assert store.claim_work("a", 2.0).key == f"event:{first.id}"
    for number in range(3 * _ONE_BY_ONE):
        store.add_event(NewEvent(stuck, str(number), 0, 1.0))
    assert store.claim_work("a", 2.0) is None
    late = [store.add_event(NewEvent(client, "x", 0, 1.0)) for client in reversed(others)]
    claims = [store.claim_work("a", 2.0) for _ in range(4)]
    assert [claim and claim.key for claim in claims] == [*(f"event:{event.id}" for event in late), None]


def test_the_oldest_event_has_its_turn_behind_many_clients_with_younger_ones(store, make):
    crowd = [make.client(str(number)) for number in range(51)]
    stuck, last = make.client("stuck"), make.client("last")
    store.add_event(NewEvent(stuck, "slow", 0, 1.0))
    store.claim_work("w", 2.0)
    for _ in range(_ONE_BY_ONE):
        store.add_event(NewEvent(stuck, "more", 0, 2.0))
    for client in (last, *crowd):
        store.add_event(NewEvent(client, "x", 0, 3.0))
    served = []
    while last not in served and len(served) < 200:
        claim = store.claim_work("w", 10.0)
        served.append(claim.client_id)
        finish(store, claim)
        store.add_event(NewEvent(claim.client_id, "next", 0, 10.0))
    assert len(served) <= len(crowd) + 1


@pytest.fixture(scope="module")
def six_clients() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        for number in range(1, 7):
            connection.execute(
                "INSERT INTO client (id, type, platform_id, created_at) VALUES (?1, 1, ?1, 0)", (number,)
            )
        yield connection


@given(
    events=st.lists(st.integers(1, 6), max_size=20),
    busy=st.sets(st.integers(1, 6)),
    one_by_one=st.integers(1, 25),
)
def test_the_oldest_event_of_a_free_client_is_next_whatever_stands_before_it(six_clients, events, busy, one_by_one):
    six_clients.execute("DELETE FROM event")
    six_clients.execute("DELETE FROM claim")
    numbers = [insert_event(six_clients, NewEvent(client, "x", 0, 1.0)).id for client in events]
    for client in busy:
        six_clients.execute("INSERT INTO claim VALUES (?, 'turn', 'o', 9.0, 1, 1.0)", (client,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "_ONE_BY_ONE", one_by_one)
        found = work._find(six_clients, 2.0, 2.0, None, "w")
    waiting = ((f"event:{number}", client) for number, client in zip(numbers, events, strict=True))
    assert found == next((one for one in waiting if one[1] not in busy), None)


def test_the_look_past_a_long_queue_goes_by_the_index(six_clients):
    six_clients.execute("DELETE FROM event")
    six_clients.execute("DELETE FROM claim")
    for _ in range(_ONE_BY_ONE + 1):
        insert_event(six_clients, NewEvent(1, "x", 0, 1.0))
    six_clients.execute("INSERT INTO claim VALUES (1, 'turn', 'o', 9.0, 1, 1.0)")
    asked: list[str] = []
    six_clients.set_trace_callback(asked.append)
    assert work._find(six_clients, 2.0, 2.0, None, "w") is None
    six_clients.set_trace_callback(None)
    (question,) = (text for text in asked if "RECURSIVE" in text)
    plan = [row[3] for row in six_clients.execute(f"EXPLAIN QUERY PLAN {question}")]
    looks = [step for step in plan if "event" in step]
    assert len(looks) == 3
    assert all(step.startswith("SEARCH") and "event_waiting_client" in step for step in looks), plan


def test_claim_can_be_limited_to_one_client(store, make):
    one, two = make.client("1"), make.client("2")
    store.add_event(NewEvent(one, "x"))
    assert store.claim_work("w", 0, client_id=two) is None
    assert store.claim_work("w", 0, client_id=one).client_id == one


def test_event_comes_back_as_it_was_added(store, make):
    event = NewEvent(
        make.client(),
        "Uiscom_event Ответ",
        outside=3,
        received_at=12.5,
        attachments=("https://a", "https://b"),
        assign={"uiscom_request": {"a": [1, None, "\ud800"]}},
        assign_if="save_webhook",
        block="7",
        variables={"client.x": 1.5},
        resume=True,
    )
    store.add_event(event)
    assert store.claim_work("w", 0).event.new == event


def test_event_for_an_unknown_client_is_refused(store):
    with pytest.raises(StoreRefused):
        store.add_event(NewEvent(5, "x"))


def test_due_plans_come_before_events_in_order_of_time_then_planning(store, make):
    client = make.client()
    plans = (NewPlan(client, 20, block="в"), NewPlan(client, 10, block="а"), NewPlan(client, 10, block="б"))
    make.turn(client, plans=plans)
    store.add_event(NewEvent(client, "x"))
    assert store.next_due() == 10
    seen = []
    while (claim := store.claim_work("w", 15)) is not None:
        seen.append(claim.plan.new.block if claim.plan else claim.event.new.text)
        finish(store, claim)
    assert seen == ["а", "б", "x"]
    assert [plan.new.block for plan in store.plans(client)] == ["в"]
    assert store.next_due() == 20


def test_plan_numbers_are_never_used_again(store, make):
    client = make.client()
    keys = []
    for _ in range(3):
        make.turn(client, plans=(NewPlan(client, 1, block="b"),))
        claim = store.claim_work("w", 5)
        keys.append(claim.key)
        assert not finish(store, claim).repeated
    assert len(set(keys)) == 3


def test_plans_can_be_cancelled_together_with_planning_others(store, make):
    client = make.client()
    make.turn(client, plans=(NewPlan(client, 1, block="old"),))
    make.turn(client, plans=(NewPlan(client, 1, block="new"),), cancelled=(store.plans(client)[0].id,))
    assert [plan.new.block for plan in store.plans()] == ["new"]
    assert [plan.new.block for plan in store.load_dialog(client).plans] == ["new"]


def test_work_of_a_dead_worker_is_taken_over_when_its_lease_ends(store, make, clock):
    store.add_event(NewEvent(make.client(), "x"))
    lost = store.claim_work("dead", 0, lease_s=60)
    clock.now += 59
    assert store.claim_work("heir", 0) is None
    clock.now += 2
    taken = store.claim_work("heir", 0)
    assert (taken.key, taken.attempt) == (lost.key, lost.attempt + 1)
    with pytest.raises(ClaimLost):
        finish(store, lost, position="x")
    with pytest.raises(ClaimLost):
        store.fail_work(lost, "x")
    assert store.load_dialog(lost.client_id).position == ""
    assert finish(store, taken).written


def test_nobody_takes_over_what_he_is_at_himself(store, make, clock):
    """A machine that stood still renews too late; its threads go on with their turns all the same."""
    store.add_event(NewEvent(make.client(), "x"))
    store.claim_work("w", 0, lease_s=60)
    clock.now += 1000
    assert store.claim_work("w", 1000) is None
    assert store.claim_work("heir", 1000) is not None


def test_released_work_is_the_owners_own_again(store, make):
    store.add_event(NewEvent(make.client(), "x"))
    store.claim_work("w", 0)
    store.release("w")
    assert store.claim_work("w", 0).attempt == 2


def test_a_clock_put_forward_ends_no_lease(tmp_path):
    today = [1_000_000.0]
    with open_store(tmp_path / "bot.db", clock=lambda: today[0]) as opened:
        client = opened.create_client(NewClient(1, "1")).id
        opened.add_event(NewEvent(client, "x"))
        opened.store_notification("s", "f", b"{}", 0.0, 1.0)
        opened.claim_work("w", 0)
        opened.claim_notification("w")
        today[0] += 86_400
        assert opened.claim_work("other", 0) is None
        assert opened.claim_notification("other") is None


def test_a_lease_by_another_clock_is_over(store, make, clock):
    """The machine was started anew, or an older release has written it."""
    store.add_event(NewEvent(make.client(), "x"))
    store.store_notification("s", "f", b"{}", 0.0, 1.0)
    store.claim_work("old", 0)
    store.claim_notification("old")
    clock.now = 5.0
    assert store.claim_work("new", 0) is not None
    assert store.claim_notification("new") is not None


def test_owners_before_a_restart_of_the_machine_are_gone(store, make, monkeypatch):
    store.add_event(NewEvent(make.client(), "x"))
    store.claim_work(new_owner(), 0)
    assert store.release_gone() == 0
    before = base.boot()
    monkeypatch.setattr(base, "boot", lambda: f"not {before}")
    assert store.release_gone() == 1
    assert store.claim_work("new", 0) is not None


def test_two_who_make_the_first_deal_of_a_client_side_by_side_write_to_one(store, make):
    client = make.client()
    mine, other = (Deal(store.allocate("deal"), client) for _ in range(2))
    make.turn(
        client, SaveDeal(other), SwitchDeal(client, other.id), SetVariable(DEAL, other.id, "a", 1), first_deal=other.id
    )
    make.turn(
        client,
        SaveDeal(mine),
        SwitchDeal(client, mine.id),
        SaveDeal(Deal(mine.id, client, name="новая")),
        SetVariable(DEAL, mine.id, "b", 2),
        first_deal=mine.id,
    )
    (deal,) = store.deals(client)
    assert (deal.id, deal.name) == (other.id, "новая")
    assert store.current_deal(client).id == other.id
    assert store.variables(DEAL, other.id) == {"a": 1, "b": 2}


@pytest.mark.parametrize("planned", [True, False])
def test_who_comes_back_late_is_told_that_another_run_has_ended_his_turn(store, make, planned):
    client = make.client()
    if planned:
        make.turn(client, plans=(NewPlan(client, 1, block="b"),))
    else:
        store.add_event(NewEvent(client, "x"))
    late = store.claim_work("late", 2)
    store.release("late")
    assert finish(store, store.claim_work("heir", 2)).written
    with pytest.raises(ClaimLost):
        finish(store, late)


def test_a_commit_that_is_asked_again_answers_that_it_is_done(store, make):
    store.add_event(NewEvent(make.client(), "x"))
    claim = store.claim_work("w", 2)
    assert not finish(store, claim).repeated
    assert finish(store, claim).repeated


def test_plan_of_a_dead_worker_is_taken_over(store, make, clock):
    client = make.client()
    make.turn(client, plans=(NewPlan(client, 1, block="b"),))
    lost = store.claim_work("dead", 2, lease_s=1)
    clock.now += 2
    assert store.claim_work("heir", 2).key == lost.key


@pytest.mark.parametrize(("calls", "second"), [(True, 50.0), (False, 90.0)])
def test_turn_keeps_its_moment_once_it_has_begun_an_intent(store, make, clock, calls, second):
    client = make.client()
    for _ in range(2):
        store.add_event(NewEvent(client, "x"))
    first = store.claim_work("dead", 50.0, lease_s=1)
    if calls:
        store.begin_intent(first.key, (), external_id="a", function="call", client_id=client, params={})
    moments = [first.started_at]
    clock.now += 2
    again = store.claim_work("heir", 90.0)
    moments.append(again.started_at)
    finish(store, again)
    moments.append(store.claim_work("heir", 95.0).started_at)
    assert moments == [50.0, second, 95.0]


def test_interrupted_work_goes_on_before_newer_plans_of_the_client(store, make, clock):
    client = make.client()
    store.add_event(NewEvent(client, "x"))
    lost = store.claim_work("dead", 0, lease_s=1)
    make.turn(client, plans=(NewPlan(client, 0, block="b"),))
    clock.now += 2
    assert store.claim_work("heir", 5).key == lost.key


def test_cancelled_plan_of_a_dead_worker_is_skipped(store, make, clock):
    client = make.client()
    make.turn(client, plans=(NewPlan(client, 1, block="b"),))
    lost = store.claim_work("dead", 2, lease_s=1)
    make.turn(client, cancelled=(lost.plan.id,))
    store.add_event(NewEvent(client, "x"))
    clock.now += 2
    assert store.claim_work("heir", 2).event.new.text == "x"


def test_renewed_claim_stays_and_released_claim_goes_at_once(store, make, clock):
    store.add_event(NewEvent(make.client(), "x"))
    store.claim_work("w", 0, lease_s=10)
    clock.now += 9
    assert store.renew("w", lease_s=10) == 1
    clock.now += 9
    assert store.claim_work("heir", 0) is None
    assert store.release("w") == 1
    assert store.claim_work("heir", 0).attempt == 2


def test_failed_work_is_kept_and_does_not_block_the_client(store, make):
    client = make.client()
    bad = store.add_event(NewEvent(client, "bad"))
    store.add_event(NewEvent(client, "good"))
    store.fail_work(store.claim_work("w", 0), "boom")
    assert (store.event(bad.id).state, store.event(bad.id).problem) == (BROKEN, "boom")
    assert store.claim_work("w", 0).event.new.text == "good"
    assert [event.id for event in store.events(state=BROKEN)] == [bad.id]


def test_finished_event_can_be_replayed_as_a_new_one(store, make):
    event = store.add_event(NewEvent(make.client(), "x"))
    assert store.replay_event(event.id) is None
    finish(store, store.claim_work("w", 0))
    again = store.replay_event(event.id)
    assert again.id != event.id
    assert [(found.id, found.state) for found in store.events()] == [(again.id, WAITING), (event.id, FINISHED)]
    assert store.replay_event(99) is None


def test_turn_is_written_once(store, make):
    client = make.client()
    store.add_event(NewEvent(client, "x"))
    claim = store.claim_work("w", 0)
    turn = Turn(
        claim.key,
        client,
        claim,
        position="7",
        visited=("7",),
        passed=("a1",),
        fired=("b1",),
        changes=(SetVariable("client", client, "x", 1),),
        plans=(NewPlan(client, 5, block="9"),),
        history=(HistoryRecord(client, "привет", block="7"), HistoryRecord(client, "x", incoming=True)),
        events=(NewEvent(client, "callback"),),
    )
    first = store.commit_turn(turn)
    again = store.commit_turn(turn)
    assert (first.written, first.repeated, first.history_ids) == (True, False, (1, 2))
    assert (again.written, again.repeated) == (True, True)
    state = store.load_dialog(client)
    assert (state.position, state.visited, state.passed, state.fired) == (
        "7",
        frozenset({"7"}),
        frozenset({"a1"}),
        frozenset({"b1"}),
    )
    assert len(state.plans) == 1
    assert [record.text for record in store.history(client)] == ["привет", "x"]
    assert [event.new.text for event in store.events(state=WAITING)] == ["callback"]


def test_turn_with_one_impossible_change_writes_nothing(store, make):
    client = make.client()
    store.add_event(NewEvent(client, "x"))
    claim = store.claim_work("w", 0)
    with pytest.raises(StoreRefused):
        finish(
            store,
            claim,
            position="7",
            changes=(SetVariable("client", client, "x", 1), SetVariable("client", 9999, "x", 1)),
        )
    state = store.load_dialog(client)
    assert (state.position, state.client_variables) == ("", {})
    assert store.event(claim.event.id).state == WORKING


def test_turn_with_a_problem_keeps_its_changes_and_marks_the_event(store, make):
    client = make.client()
    event = store.add_event(NewEvent(client, "x"))
    finish(store, store.claim_work("w", 0), position="7", problem="100 transitions")
    assert store.load_dialog(client).position == "7"
    assert store.event(event.id).problem == "100 transitions"


def test_turn_without_claim_cannot_finish_the_work_of_another(store, make):
    store.add_event(NewEvent(make.client(), "x"))
    claim = store.claim_work("w", 0)
    with pytest.raises(ClaimLost):
        store.commit_turn(Turn(claim.key, claim.client_id))


def test_project_variable_written_meanwhile_is_a_clash(store, make):
    client = make.client()
    store.set_project_variable("n", 1)
    seen = store.load_dialog(client)
    store.set_project_variable("n", 5)
    turn = Turn("t", client, changes=(SetVariable("project", 0, "n", 2),), project_expected={"n": 1, "new": 0})
    refused = store.commit_turn(turn)
    assert (refused.written, refused.clashes) == (False, (ProjectClash("n", 1, 2),))
    assert (seen.project_versions["n"], store.variables("project")) == (1, {"n": 5})
    forced = store.commit_turn(
        Turn("t", client, changes=turn.changes, project_expected={"n": 1}, project_overwrite=True)
    )
    assert (forced.written, len(forced.clashes)) == (True, 1)
    assert store.variables("project") == {"n": 2}


def test_deleting_a_project_variable_is_seen_as_a_change(store, make):
    client = make.client()
    store.set_project_variable("n", 1)
    store.set_project_variable("n", None)
    assert store.commit_turn(Turn("t", client, project_expected={"n": 1})).clashes == (ProjectClash("n", 1, 2),)


def test_card_fields_are_edited_one_by_one(store, make):
    client = make.client()
    make.turn(client, EditClient(client, {"name": "Анна", "blocked": True, "last_reply_at": 3.5}))
    make.turn(client, EditClient(client, {"tag": "promo"}))
    card = store.card(client)
    assert (store.client(client).name, card.blocked, card.last_reply_at, card.tag) == ("Анна", True, 3.5, "promo")
    assert store.load_dialog(client).card == card
    with pytest.raises(StoreRefused):
        make.turn(client, EditClient(client, {"id": 5}))


def test_outbox_holds_messages_until_they_are_settled(store, make):
    client = make.client()
    lines = tuple(HistoryRecord(client, text, delivered=None) for text in "аб")
    make.turn(client, history=(*lines, HistoryRecord(client, "note", kind="note")))
    first, second = store.outbox()
    store.set_delivered(first.id)
    store.set_delivered(second.id, "channel 13 takes no text")
    assert store.outbox() == []
    assert [(line.delivered, line.error) for line in store.history(client)] == [
        (True, ""),
        (False, "channel 13 takes no text"),
        (True, ""),
    ]


def test_history_numbers_can_be_taken_before_the_commit(store, make):
    client = make.client()
    number = store.allocate("history")
    make.turn(client, history=(HistoryRecord(client, "a", id=number), HistoryRecord(client, "b")))
    assert [line.id for line in store.history(client)] == [number, number + 1]
    assert [line.text for line in store.history(client, limit=1)] == ["b"]


def test_unknown_client_has_no_dialog(store):
    assert (store.load_dialog(1), store.client(1), store.card(1), store.linked_clients(1)) == (None, None, None, [])
