"""What a running host does by itself: open calls are looked for, claims of the dead given back, old records deleted."""

import queue
import subprocess
import sys
import threading
from dataclasses import replace

import httpx
import pytest

from salebot_uiscom.effects import Wait
from salebot_uiscom.host.host import SETTLE_AFTER_S
from salebot_uiscom.host.outside import Resolve
from salebot_uiscom.host.upkeep import Upkeep
from salebot_uiscom.host.worker import Worker
from salebot_uiscom.ports import SettleLater
from salebot_uiscom.store import new_owner
from salebot_uiscom.store.base import is_gone
from salebot_uiscom.store.records import EditClient, NewPlan, Turn

from .conftest import arrow, block

CALL = "r = uiscom_employee_call('78001002752', '79004443322', '2339292')"
PATIENCE_S = 20
DAY_S = 86400.0


def dead_owner():
    """The name that a process which has ended used as an owner."""
    program = "from salebot_uiscom.store import new_owner; print(new_owner())"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


# ---------------------------------------------------------------- open calls


def lose_an_answer(one):
    """A call that rings, and whose outcome the process never learns."""
    one.host.say(one.client.id, "x")
    claim = one.host.claim()
    end = one.store.end_intent

    def crash(*arguments):
        raise KeyboardInterrupt

    one.store.end_intent = crash
    with pytest.raises(KeyboardInterrupt):
        one.host.run(claim)
    one.store.end_intent = end


def test_open_call_is_found_and_written_down(talk):
    one = talk(block(1, "start", condition="x", calc=CALL))
    lose_an_answer(one)
    (intent,) = one.store.open_intents()
    assert one.host.settle_open_intents() == 0  # its turn may still be at work
    one.stage.uis.advance(SETTLE_AFTER_S + 1)
    assert one.host.settle_open_intents() == 1
    assert one.host.settle_open_intents() == 0  # it is looked for once
    while one.host.settle():
        pass
    assert one.store.intent(intent.external_id).result == {"call_session_id": 500000001}
    assert one.store.open_intents() == []
    assert len([method for method, _ in one.stage.requests() if method.startswith("start.")]) == 1


def test_call_of_a_process_that_died_is_settled_by_the_next_one(talk, tmp_path):
    database = str(tmp_path / "bot.db")
    one = talk(block(1, "start", condition="x", calc=CALL), database=database)
    lose_an_answer(one)
    one.stage.uis.advance(SETTLE_AFTER_S + 1)
    Upkeep(one.host, 30 * DAY_S).look()
    assert len(one.host.later) == 1


def test_intent_of_a_plugin_that_is_gone_stays_open(talk):
    one = talk(block(1, "start"))
    one.store.begin_intent("t", (), external_id="a", function="other_call", client_id=None, params={}, created_at=0)
    assert one.host.settle_open_intents() == 0
    assert [intent.external_id for intent in one.store.open_intents()] == ["a"]


# ---------------------------------------------------------------- claims of the dead


def test_only_an_owner_known_to_be_dead_is_gone():
    dead = dead_owner()
    assert is_gone(dead)
    assert not is_gone(new_owner())
    place, _, token = dead.split(":")
    assert not is_gone(f"elsewhere/1:{dead.split(':')[1]}:{token}")
    assert not is_gone(f"{place}:1:{token}") or place.endswith("/")
    assert not is_gone("nonsense")
    assert not is_gone("")


def test_name_of_another_life_under_the_own_number_is_gone():
    place, number, _ = new_owner().split(":")
    assert is_gone(f"{place}:{number}:00000000")


def test_work_of_a_process_that_was_killed_is_taken_over_at_once(talk):
    one = talk(block(1, "start", message="да"))
    one.host.say(one.client.id, "x")
    assert one.store.claim_work(dead_owner(), one.stage.clock()) is not None
    assert one.run() == []
    Upkeep(one.host, 30 * DAY_S).look()
    assert one.run() == ["да"]


def test_notifications_of_a_killed_router_go_on_at_once(talk):
    one = talk(block(1, "start", condition="Uiscom_event Входящий", match="exact", message="слышу"))
    wa = one.other("79004443322", 6, "wa1")
    one.host.receive(one.stage.webhook("Входящий", {}, wa))
    assert one.store.claim_notification(dead_owner()) is not None
    assert one.run(wa) == []
    Upkeep(one.host, 30 * DAY_S).look()
    assert one.run(wa) == ["слышу"]


# ---------------------------------------------------------------- retention, intervals


def test_old_finished_work_is_deleted_and_troubled_work_kept(talk):
    one = talk(block(1, "start", condition="x", message="да"))
    one.say("x")
    one.host.say(one.client.id, "сбой")
    one.store.fail_work(one.host.claim(), "boom")
    one.stage.uis.advance(31 * DAY_S)
    Upkeep(one.host, 30 * DAY_S).look()
    assert [event.state for event in one.store.events()] == ["broken"]
    assert [line.text for line in one.history()] == ["x", "да"]


def test_retention_covers_the_time_in_which_repeats_are_recognized(talk):
    with pytest.raises(ValueError, match="seven days"):
        Upkeep(talk(block(1, "start")).host, 6 * DAY_S)


def test_chores_run_at_their_intervals(talk, monkeypatch):
    one = talk(block(1, "start"))
    now, calls = [0.0], []
    monkeypatch.setattr(one.store, "renew", lambda owner: calls.append("renew"))
    monkeypatch.setattr(one.store, "release_gone", lambda: calls.append("gone") or 0)
    monkeypatch.setattr(one.store, "prune", lambda before: calls.append("prune"))
    upkeep = Upkeep(one.host, 30 * DAY_S, clock=lambda: now[0])
    for _ in range(720):
        upkeep.look()
        now[0] += 5
    assert [calls.count(name) for name in ("renew", "gone", "prune")] == [240, 720, 1]


# ---------------------------------------------------------------- threads


def test_many_stuck_dialogs_delay_no_other(talk):
    """With two threads, forty dialogs wait for an address at once; the others are answered meanwhile."""
    answer, asked = threading.Event(), threading.Semaphore(0)

    def slow(request):
        asked.release()
        answer.wait(PATIENCE_S)
        return httpx.Response(200, text="готово")

    one = talk(
        block(1, "start", condition="долго", match="exact", calc="r = requests_get('https://example.org/', 'text')"),
        block(2, "start", condition="быстро", match="exact", message="быстро"),
        transport=httpx.MockTransport(slow),
    )
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    stuck = [one.other(f"stuck{number}") for number in range(40)]
    quick = [one.other(f"quick{number}") for number in range(10)]
    reports = queue.Queue()
    with Worker(one.host, threads=2, on_report=reports.put):
        for client in stuck:
            one.host.say(client.id, "долго")
        for _ in stuck:
            assert asked.acquire(timeout=PATIENCE_S)
        for client in quick:
            one.host.say(client.id, "быстро")
        first = {reports.get(timeout=PATIENCE_S).client_id for _ in quick}
        assert first == {client.id for client in quick}
        answer.set()
        assert {reports.get(timeout=PATIENCE_S).client_id for _ in stuck} == {client.id for client in stuck}
    assert [thread.name for thread in threading.enumerate() if thread.name == "salebot-uiscom-turns"] == []


def test_copies_that_nobody_takes_do_not_pile_up(talk, monkeypatch, caplog):
    monkeypatch.setattr("salebot_uiscom.host.host.MOST_COPIES", 3)
    head = (
        '[project]\napi_key = "k"\nwebhook_url = "https://example.org/copy"\n[[channel]]\ntype = 1\ngroup = "my_bot"\n'
    )
    one = talk(block(1, "start", message="да"), head=head)
    for _ in range(5):
        one.host.say(one.client.id, "x")
        one.host.run(one.host.claim())
    assert len(one.host.copies) == 3
    assert "dropped" in caplog.text


def test_a_due_plan_of_a_busy_client_keeps_nobody_awake(talk):
    one = talk(block(1, "start", condition="x"), block(2), arrow(1, 1, 2, delay=60))
    one.say("x")
    due = one.store.next_due()
    assert one.store.next_due(due - 1) == due
    assert one.store.next_due(due) is None


def test_stop_does_not_wait_for_a_search_that_takes_half_a_minute(talk):
    one, waiting, after = talk(block(1, "start")), threading.Event(), []

    def steps():
        waiting.set()
        yield Wait(3600.0)
        after.append("not interrupted")

    one.host.later.append(SettleLater("search", steps))
    with Worker(one.host, threads=1) as worker:
        assert waiting.wait(PATIENCE_S)
        assert worker.stop(PATIENCE_S)
    assert after == []


def test_put_off_callback_is_recorded_even_for_a_blocked_client(talk):
    one = talk(block(1, "start", message="да"))
    one.store.commit_turn(
        Turn("t", one.client.id, plans=(NewPlan(one.client.id, 0.0, source="callback", text="позже"),))
    )
    one.store.commit_turn(Turn("u", one.client.id, changes=(EditClient(one.client.id, {"blocked": True}),)))
    assert one.run() == []
    assert [(line.text, line.incoming, line.outside) for line in one.history()] == [("позже", True, 3)]


@pytest.mark.parametrize(("failures", "said", "state"), [(1, ["слышу"], "routed"), (2, [], "quarantine")])
def test_routing_that_fails_is_tried_once_more_then_set_aside(talk, failures, said, state):
    one = talk(block(1, "start", condition="Uiscom_event Входящий", match="exact", message="слышу"))
    wa = one.other("79004443322", 6, "wa1")
    receiver = one.host.receivers["uiscom"]
    left = [KeyError("by chance")] * failures

    def route(stored):
        if left:
            raise left.pop()
        yield from receiver.route(stored)

    one.host.receivers = {"uiscom": replace(receiver, route=route)}
    one.host.receive(one.stage.webhook("Входящий", {}, wa))
    assert one.run(wa) == said
    assert [record.state for record in one.store.notifications()] == [state]
