"""Notifications: duplicates, order, routing, quarantine, replay, retention; intents; effects."""

from __future__ import annotations

import asyncio

import pytest

from salebot_uiscom import ports
from salebot_uiscom.effects import adrive, drive
from salebot_uiscom.ports import BEGUN, DONE, DROPPED, DUPLICATE, NEW, NOT_SENT, REFUSED, UNKNOWN, NewClient
from salebot_uiscom.store import StoreRefused, async_handlers, handlers
from salebot_uiscom.store.records import (
    DROP,
    MADE,
    QUARANTINE,
    REPEAT,
    ROUTED,
    UNMATCHED,
    WAITING,
    NewEvent,
    Turn,
)

WEEK = 7 * 86400.0


def put(store, fingerprint="f", at=1000.0, window=WEEK, body=b"{}", source="uiscom", problem=""):
    return store.store_notification(source, fingerprint, body, at, window, problem)


# ---------------------------------------------------------------- duplicates


def test_same_content_inside_the_window_is_stored_once(store):
    assert [put(store), put(store, at=1001), put(store, at=1000 + WEEK - 1)] == [NEW, DUPLICATE, DUPLICATE]
    assert len(store.notifications()) == 1


def test_same_content_after_the_window_is_new(store):
    assert [put(store), put(store, at=1000 + WEEK)] == [NEW, NEW]


def test_content_without_identity_repeats_only_within_seconds(store):
    assert [put(store, at=t, window=5) for t in (1000, 1004, 1060)] == [NEW, DUPLICATE, NEW]


def test_other_content_and_other_source_are_no_duplicates(store):
    assert [put(store), put(store, "g"), put(store, source="other")] == [NEW, NEW, NEW]


def test_unreadable_notifications_are_all_kept_and_never_count_as_duplicates(store):
    assert [put(store, problem="no JSON"), put(store, problem="no JSON"), put(store)] == [NEW, NEW, NEW]
    assert [record.state for record in store.notifications()] == [WAITING, QUARANTINE, QUARANTINE]


def test_a_notification_that_failed_in_routing_still_stops_its_repeats(store):
    put(store)
    store.quarantine_notification(store.claim_notification("r").id, "boom")
    assert put(store, at=1001) == DUPLICATE


# ---------------------------------------------------------------- order and routing


def test_notifications_are_routed_one_at_a_time_in_order_of_arrival(store):
    for letter in "абв":
        put(store, letter, body=letter.encode())
    seen = []
    while (notification := store.claim_notification("r")) is not None:
        assert store.claim_notification("other") is None
        seen.append(notification.body.decode())
        store.deliver_event(notification.id, None)
    assert seen == ["а", "б", "в"]


def test_sources_do_not_wait_for_each_other(store):
    put(store, "1", source="a")
    put(store, "2", source="b")
    assert store.claim_notification("x", sources=["b"]).source == "b"
    assert store.claim_notification("y").source == "a"
    assert store.claim_notification("z") is None


def test_router_that_forgot_gets_the_same_notification_again(store):
    put(store, "1")
    put(store, "2")
    assert store.claim_notification("r").id == store.claim_notification("r").id


def test_notification_of_a_dead_router_is_taken_over(store, clock):
    put(store)
    first = store.claim_notification("dead", lease_s=10)
    clock.now += 11
    assert store.claim_notification("heir").id == first.id
    assert store.renew("heir") == 1
    store.release("heir")
    assert store.claim_notification("third").id == first.id


def test_delivery_adds_one_event_however_often_it_is_repeated(store, make):
    client = make.client()
    put(store)
    number = store.claim_notification("r").id
    first = store.deliver_event(number, NewEvent(client, "Uiscom_event Ответ", outside=3))
    assert store.deliver_event(number, NewEvent(client, "Uiscom_event Ответ", outside=3)).id == first.id
    assert len(store.events()) == 1
    record = store.notification(number)
    assert (record.state, record.client_id, record.event_id) == (ROUTED, client, first.id)
    assert store.event(first.id).notification_id == number


def test_delivery_to_an_unknown_client_changes_nothing(store):
    put(store)
    number = store.claim_notification("r").id
    with pytest.raises(StoreRefused):
        store.deliver_event(number, NewEvent(77, "x"))
    assert store.claim_notification("r").id == number
    with pytest.raises(StoreRefused):
        store.deliver_event(99, None)


def test_unmatched_notification_keeps_its_reason(store):
    put(store)
    store.deliver_event(store.claim_notification("r").id, None, "номер скрыт")
    record = store.notifications(state=UNMATCHED)[0]
    assert (record.note, record.event_id) == ("номер скрыт", None)


def test_quarantined_notification_lets_the_next_one_pass_and_can_be_replayed(store):
    put(store, "1", body=b"bad")
    put(store, "2", body=b"good")
    bad = store.claim_notification("r")
    store.quarantine_notification(bad.id, "template has no phone")
    assert store.notification(bad.id).problem == "template has no phone"
    good = store.claim_notification("r")
    assert good.body == b"good"
    store.deliver_event(good.id, None)
    assert store.replay_notification(bad.id)
    assert not store.replay_notification(bad.id)
    assert store.claim_notification("r").id == bad.id
    assert store.notification(bad.id).replays == 1


def test_replay_of_a_routed_notification_makes_a_second_event(store, make):
    client = make.client()
    put(store)
    for _ in range(2):
        number = store.claim_notification("r").id
        store.deliver_event(number, NewEvent(client, "x"))
        assert store.replay_notification(number)
    assert len(store.events()) == 2


def test_list_goes_back_in_pages(store):
    for letter in "abcd":
        put(store, letter)
    newest = store.notifications(limit=2)
    older = store.notifications(before_id=newest[-1].notification.id)
    assert [record.fingerprint for record in newest + older] == list("dcba")


def test_body_is_kept_byte_for_byte(store):
    body = b"\xef\xbb\xbf{\x00\xff"
    put(store, body=body)
    assert store.claim_notification("r").body == body


def test_prune_removes_the_settled_only(store, make, clock):
    client = make.client()
    for letter in "абв":
        put(store, letter, at=10)
    put(store, "г", at=10, problem="no JSON")
    routed = store.claim_notification("r")
    store.deliver_event(routed.id, NewEvent(client, "x"))
    store.deliver_event(store.claim_notification("r").id, NewEvent(client, "y"))
    claim = store.claim_work("w", 0)
    store.begin_intent(claim.key, (), external_id="e1", function="f", client_id=client, params={})
    store.begin_intent(claim.key, ("e1",), external_id="e2", function="f", client_id=client, params={})
    store.end_intent("e1", DONE)
    store.commit_turn(Turn(claim.key, client, claim))
    clock.now += 1
    assert dict(store.prune(clock.now)) == {
        "notification": 2, "event": 1, "numbered_turn": 1, "turn": 0, "intent": 1,
    }  # fmt: skip
    assert [record.state for record in store.notifications()] == [QUARANTINE, WAITING]
    assert [event.new.text for event in store.events()] == ["y"]
    assert [intent.external_id for intent in store.open_intents()] == ["e2"]


def test_prune_keeps_the_intents_of_an_interrupted_turn(store, make, clock):
    client = make.client()
    store.add_event(NewEvent(client, "x"))
    claim = store.claim_work("dead", 0)
    begin(store, key=claim.key)
    store.end_intent("e", DONE)
    clock.now += 10 * WEEK
    assert store.prune(clock.now - WEEK)["intent"] == 0
    again = store.claim_work("heir", 0)
    assert begin(store, key=again.key, external_id="e2") == (store.intent("e"), False)
    store.commit_turn(Turn(again.key, client, again))
    assert store.prune(clock.now + 1)["intent"] == 1


# ---------------------------------------------------------------- intents


def begin(store, key="event:1", seen=(), external_id="e", function="uiscom_employee_call", params=None):
    return store.begin_intent(
        key, seen, external_id=external_id, function=function, client_id=None, params=params or {"a": 1}, created_at=5.0
    )


def test_intent_of_a_place_is_new_once(store):
    first, is_new = begin(store, external_id="e1")
    again, again_new = begin(store, external_id="e2")
    assert (is_new, again_new) == (True, False)
    assert first == again
    assert (first.state, dict(first.params), first.created_at) == (BEGUN, {"a": 1}, 5.0)
    assert begin(store, seen=["e1"], external_id="e3")[1]


def test_intents_of_an_earlier_run_are_found_in_any_order(store):
    begin(store, external_id="a1", params={"to": "a", "at": [1, 2.5]})
    begin(store, seen=["a1"], external_id="b", params={"to": "b"})
    begin(store, seen=["a1", "b"], external_id="a2", params={"to": "a", "at": [1, 2.5]})
    found, seen = [], []
    for to in ({"to": "b"}, {"at": [1, 2.5], "to": "a"}, {"to": "a", "at": [1, 2.5]}):
        intent, is_new = begin(store, seen=seen, external_id=f"again{len(seen)}", params=to)
        seen.append(intent.external_id)
        found.append((intent.external_id, is_new))
    assert found == [("b", False), ("a1", False), ("a2", False)]
    assert begin(store, seen=seen, external_id="c", params={"to": "c"})[1]


@pytest.mark.parametrize(
    "other", [{"params": {"to": "b"}}, {"function": "uiscom_scenario_call", "params": {"to": "a"}}]
)
def test_a_run_on_another_path_begins_nothing_new_before_the_old_has_come_up(store, other):
    begin(store, external_id="a", params={"to": "a"})
    dropped, is_new = begin(store, external_id="x", **other)
    assert (dropped.external_id, dropped.state, is_new) == ("x", DROPPED, False)
    assert begin(store, seen=["x"], external_id="y", params={"to": "a"})[0].external_id == "a"
    assert begin(store, seen=["x", "a"], external_id="z", params={"to": "c"})[1]
    assert [intent.external_id for intent in store.open_intents()] == ["a", "z"]


def test_open_intents_come_in_pages(store):
    for number in range(5):
        begin(store, key=f"event:{number}", external_id=f"e{number}")
    pages, last = [], None
    while page := store.open_intents(2, after=last):
        pages.append([intent.external_id for intent in page])
        last = page[-1]
    assert pages == [["e0", "e1"], ["e2", "e3"], ["e4"]]


def test_known_external_id_is_not_begun_again_elsewhere(store):
    begin(store, external_id="e1")
    assert not begin(store, key="event:2", external_id="e1")[1]
    assert len(store.open_intents()) == 1


@pytest.mark.parametrize("state", [DONE, REFUSED, NOT_SENT, DROPPED])
def test_settled_intent_never_changes_back(store, state):
    begin(store)
    assert store.end_intent("e", UNKNOWN).state == UNKNOWN
    assert store.end_intent("e", state, {"call_session_id": 7}).result == {"call_session_id": 7}
    for later in (UNKNOWN, DONE, REFUSED):
        kept = store.end_intent("e", later, "other")
        assert (kept.state, kept.result) == (state, {"call_session_id": 7})
    assert store.open_intents() == []
    assert store.intent("e").state == state


def test_intent_cannot_end_as_begun_nor_unseen(store):
    begin(store)
    with pytest.raises(StoreRefused):
        store.end_intent("e", BEGUN)
    with pytest.raises(StoreRefused):
        store.end_intent("nobody", DONE)
    assert store.intent("nobody") is None


@pytest.mark.parametrize(("choice", "state"), [(MADE, DONE), (REPEAT, DROPPED), (DROP, DROPPED)])
def test_operator_settles_an_open_intent_once(store, choice, state):
    begin(store)
    store.end_intent("e", UNKNOWN, {"error": "timeout"})
    assert store.choose_intent("e", choice, "anna@example.org").state == state
    with pytest.raises(StoreRefused):
        store.choose_intent("e", choice)


def test_operator_cannot_choose_nonsense(store):
    begin(store)
    with pytest.raises(StoreRefused):
        store.choose_intent("e", "maybe")
    assert store.intent("e").state == BEGUN


# ---------------------------------------------------------------- the store behind effects


def test_effects_of_a_receiver_and_a_router_reach_the_store(store):
    performers = handlers(store, bots=lambda kind: ["wa1"] if kind == 6 else [])

    def receive():
        return (yield ports.StoreNotification("uiscom", "f", b"{}", 50.0, WEEK))

    def route(notification):
        hits = yield ports.FindByPhone("79004443322")
        bots = yield ports.ConnectedBots(6)
        client = yield ports.CreateClient(NewClient(6, "79004443322", bots[0]))
        event = yield ports.DeliverEvent(
            notification.id, client.id, "Uiscom_event Ответ", assign={"uiscom_request": {}}, assign_if="save_webhook"
        )
        return hits, client, event

    assert drive(receive(), performers) == NEW
    hits, client, event = drive(route(store.claim_notification("r")), performers)
    assert (hits, client.group) == ([], "wa1")
    assert event.new == NewEvent(
        client.id, "Uiscom_event Ответ", 3, 50.0, assign={"uiscom_request": {}}, assign_if="save_webhook"
    )
    assert [hit.where for hit in store.find_by_phone("79004443322")] == ["whatsapp"]


def test_event_without_client_is_kept_as_unmatched_by_its_effect(store):
    put(store)
    assert (
        drive(only(ports.DeliverEvent(store.claim_notification("r").id, None, note="скрыт")), handlers(store)) is None
    )
    assert store.notifications()[0].state == UNMATCHED


def only(effect):
    return (yield effect)


def test_intents_of_a_repeated_turn_are_found_at_their_places(store):
    def turn(prefix):
        first = yield ports.BeginIntent(f"{prefix}1", "f", None, {})
        yield ports.EndIntent(f"{prefix}1", DONE, 1) if first[1] else ports.FindIntent("x")
        second = yield ports.BeginIntent(f"{prefix}2", "f", None, {})
        return first, second

    (first, _), (second, _) = drive(turn("a"), handlers(store, turn_key="event:1"))
    (again, is_new), (open_one, open_new) = drive(turn("b"), handlers(store, turn_key="event:1"))
    assert (again.external_id, again.state, again.result, is_new) == ("a1", DONE, 1, False)
    assert (open_one.external_id, open_one.state, open_new) == ("a2", BEGUN, False)
    assert (first.external_id, second.external_id) == ("a1", "a2")


def test_presses_in_the_card_have_places_of_their_own(store):
    performers = handlers(store, outside=5, clock=lambda: 7.0)
    results = [drive(only(ports.BeginIntent(name, "f", None, {})), performers) for name in ("p1", "p2", "p1")]
    assert [is_new for _, is_new in results] == [True, True, False]
    assert results[0][0].created_at == 7.0
    assert drive(only(ports.FindIntent("p2")), performers).external_id == "p2"


def test_intake_of_an_asynchronous_server_is_durable_before_it_is_answered(store):
    performers = async_handlers(handlers(store), store)

    async def serve():
        effects = [ports.StoreNotification("uiscom", str(n % 8), b"{}", 1.0, WEEK) for n in range(16)]
        answers = await asyncio.gather(*(adrive(only(effect), performers) for effect in effects))
        return answers, await adrive(only(ports.CreateClient(NewClient(13, "79004443322"))), performers)

    answers, client = asyncio.run(serve())
    assert (answers.count(NEW), answers.count(DUPLICATE)) == (8, 8)
    assert store.client(client.id) == client
    assert len(store.notifications()) == 8
