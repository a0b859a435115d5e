"""Workers: one client's events in order, clients side by side, nothing lost when a process or the store fails."""

import queue
import threading

import httpx
import pytest

from salebot_uiscom.host.host import MOST_ATTEMPTS
from salebot_uiscom.host.outside import Resolve
from salebot_uiscom.host.worker import Worker
from salebot_uiscom.store import ClaimLost, StoreBusy, new_owner
from salebot_uiscom.store.records import FINISHED, NewEvent

from .conftest import arrow, block

PATIENCE_S = 20


@pytest.fixture
def work():
    workers = []

    def begin(host, **options):
        reports = queue.Queue()
        worker = Worker(host, on_report=reports.put, **options)
        worker.start()
        workers.append(worker)
        return worker, reports

    yield begin
    for worker in workers:
        worker.stop()


def texts(reports, count):
    return [[sent.text for sent in reports.get(timeout=PATIENCE_S).sent] for _ in range(count)]


def end_before_the_commit(one, claim, monkeypatch):
    """As a process that is killed there would."""

    def crash(turn):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(one.store, "commit_turn", crash)
        with pytest.raises(KeyboardInterrupt):
            one.host.run(claim)


def test_slow_dialog_delays_no_other_and_keeps_its_order(talk, work):
    answer, asked = threading.Event(), threading.Event()

    def slow(request):
        asked.set()
        answer.wait(PATIENCE_S)
        return httpx.Response(200, text="готово")

    code = "r = requests_get('https://example.org/', 'text')"
    one = talk(
        block(1, "start", condition="долго", match="exact", calc=code, message="#{r}"),
        block(2, "start", condition="быстро", match="exact", message="быстро"),
        transport=httpx.MockTransport(slow),
    )
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    other = one.other()
    _, reports = work(one.host, threads=2)
    one.host.say(one.client.id, "долго")
    assert asked.wait(PATIENCE_S)
    one.host.say(one.client.id, "быстро")
    one.host.say(other.id, "быстро")
    first = reports.get(timeout=PATIENCE_S)
    assert first.client_id == other.id
    answer.set()
    assert texts(reports, 2) == [["готово"], ["быстро"]]


def test_many_events_of_many_clients_keep_their_order(talk, work, tmp_path):
    one = talk(
        block(1, "start", calc="client.n = if(n == None, question, '#{n},#{question}')"),
        database=str(tmp_path / "b.db"),
    )
    clients = [one.other(str(number)) for number in range(5)]
    _, reports = work(one.host, threads=4)
    for number in range(6):
        for client in clients:
            one.host.say(client.id, str(number))
    for _ in range(30):
        reports.get(timeout=PATIENCE_S)
    assert [one.of_client(client) for client in clients] == [{"n": "0,1,2,3,4,5"}] * 5


def test_reports_of_a_client_come_in_the_order_of_his_turns(talk, work, monkeypatch):
    """A turn that is committed lets the next one begin, and that may end before the first has been told."""
    one = talk(block(1, "start", message="#{question}"))
    run, second_ended = one.host.run, threading.Event()

    def late(claim, handlers):
        report = run(claim, handlers)
        if claim.event.new.text == "раз":
            assert second_ended.wait(PATIENCE_S)
        else:
            second_ended.set()
        return report

    monkeypatch.setattr(one.host, "run", late)
    one.host.say(one.client.id, "раз")
    one.host.say(one.client.id, "два")
    _, reports = work(one.host, threads=2)
    assert texts(reports, 2) == [["раз"], ["два"]]


def test_turns_of_one_client_do_not_wake_everybody(talk, work, monkeypatch):
    """Each look for work costs about as much as a turn; seven idle threads looked after each one."""
    one = talk(block(1, "start", message="да"))
    looks, claim = [], one.store.claim_work
    monkeypatch.setattr(one.store, "claim_work", lambda *given, **more: looks.append(1) or claim(*given, **more))
    for number in range(60):
        one.host.say(one.client.id, str(number))
    _, reports = work(one.host, threads=8)
    assert texts(reports, 60) == [["да"]] * 60
    assert len(looks) < 60 * 4


def test_who_is_slow_to_take_a_report_stops_no_turn(talk, monkeypatch):
    taken, told, finished = threading.Event(), threading.Event(), queue.Queue()

    def slow(report):
        told.set()
        taken.wait(PATIENCE_S)

    one = talk(block(1, "start", message="да"))
    others = [one.other(str(number)) for number in range(2)]
    commit = one.store.commit_turn
    monkeypatch.setattr(one.store, "commit_turn", lambda turn: (commit(turn), finished.put(turn.key))[0])
    with Worker(one.host, threads=4, on_report=slow):
        one.host.say(one.client.id, "x")
        assert told.wait(PATIENCE_S)
        for other in others:
            one.host.say(other.id, "y")
        one.host.say(one.client.id, "z")
        keys = [finished.get(timeout=PATIENCE_S) for _ in range(4)]
        taken.set()
    assert len(set(keys)) == 4
    assert len(one.store.events(state=FINISHED)) == 4


def test_a_report_may_stop_the_worker(talk):
    one = talk(block(1, "start", message="да"))
    stopped = queue.Queue()
    worker = Worker(one.host, on_report=lambda report: stopped.put(worker.stop()))
    worker.start()
    one.host.say(one.client.id, "x")
    assert stopped.get(timeout=PATIENCE_S)


def test_threads_that_cannot_be_started_take_no_room_and_fail_no_turn(talk, work, monkeypatch):
    answer = threading.Event()

    def slow(request):
        answer.wait(PATIENCE_S)
        return httpx.Response(200, text="готово")

    one = talk(
        block(1, "start", calc="r = requests_get('https://example.org/', 'text')", message="#{r}"),
        transport=httpx.MockTransport(slow),
    )
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    worker, reports = work(one.host, threads=1)

    class Refused(threading.Thread):
        def start(self):
            answer.set()
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(worker._crew, "_hire", Refused)
    one.host.say(one.client.id, "x")
    assert texts(reports, 1) == [["готово"]]
    assert len(worker._crew.threads()) == 1


def test_plan_falls_due_while_the_worker_runs(talk, work):
    one = talk(block(1, "start", condition="x", message="раз"), block(2, message="два"), arrow(1, 1, 2, delay=60))
    worker, reports = work(one.host)
    one.host.say(one.client.id, "x")
    assert texts(reports, 1) == [["раз"]]
    one.stage.advance_to(one.stage.clock() + 60)
    worker.wake()
    assert texts(reports, 1) == [["два"]]


def test_webhook_is_routed_and_answered_by_the_bot(talk, work):
    one = talk(block(1, "start", condition="Uiscom_event Входящий", match="exact", message="слышу"))
    wa = one.other("79004443322", 6, "wa1")
    _, reports = work(one.host)
    assert one.host.receive(one.stage.webhook("Входящий", {}, wa)).status == 200
    assert texts(reports, 1) == [["слышу"]]


def test_stop_finishes_the_turn_under_way_and_gives_the_rest_back(talk, work):
    one = talk(block(1, "start", message="да"))
    worker, reports = work(one.host)
    one.host.say(one.client.id, "x")
    assert texts(reports, 1) == [["да"]]
    assert worker.stop()
    one.host.say(one.client.id, "y")
    assert reports.empty()
    assert one.run() == ["да"]


def test_store_that_is_busy_for_a_moment_loses_no_turn(talk, monkeypatch):
    one = talk(block(1, "start", message="да"))
    commit, failures = one.store.commit_turn, [StoreBusy("busy")]

    def flaky(turn):
        if failures:
            raise failures.pop()
        return commit(turn)

    monkeypatch.setattr(one.store, "commit_turn", flaky)
    one.host.say(one.client.id, "x")
    claim = one.host.claim()
    with pytest.raises(StoreBusy):
        one.host.run(claim)
    assert [sent.text for sent in one.host.run(claim).sent] == ["да"]
    assert one.host.claim() is None


def test_store_that_is_busy_at_the_end_of_a_turn_does_not_begin_it_anew(talk, work, monkeypatch):
    requests = []

    def answer(request):
        requests.append(request)
        return httpx.Response(200)

    monkeypatch.setattr("salebot_uiscom.host.worker._AFTER_TROUBLE_S", 0.0)
    one = talk(
        block(1, "start", calc="r = requests_post('https://example.org/', 'status')", message="#{r}"),
        transport=httpx.MockTransport(answer),
    )
    commit, failures = one.store.commit_turn, [StoreBusy("busy"), StoreBusy("busy")]

    def flaky(turn):
        if failures:
            raise failures.pop()
        return commit(turn)

    monkeypatch.setattr(one.store, "commit_turn", flaky)
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    _, reports = work(one.host)
    one.host.say(one.client.id, "x")
    assert texts(reports, 1) == [["200"]]
    assert len(requests) == 1


def test_turn_repeated_after_a_crash_does_not_call_twice(talk, monkeypatch):
    call = "r = uiscom_employee_call('78001002752', '79004443322', '2339292')"
    one = talk(block(1, "start", condition="x", calc=call, message="#{r['call_session_id']}"))
    one.host.say(one.client.id, "x")
    claim = one.host.claim()
    end_before_the_commit(one, claim, monkeypatch)
    one.store.release(one.host.owner)
    one.host.owner = new_owner()
    assert one.run() == ["500000001"]
    assert [method for method, _ in one.stage.requests()] == ["start.employee_call"]


def test_turn_repeated_on_another_path_rings_nobody_twice(talk, monkeypatch, caplog):
    """Between the two runs somebody has changed a variable of the project; the intents are found by what they are."""
    calc = """
        boss = if(project.tell == 1, uiscom_employee_call('78001002752', '79001112233', '2339292'), 0)
        r = uiscom_employee_call('78001002752', '79004443322', '2339292')
    """
    one = talk(block(1, "start", condition="x", calc=calc, message="#{boss['error']} #{r['call_session_id']}"))
    one.host.say(one.client.id, "x")
    claim = one.host.claim()
    end_before_the_commit(one, claim, monkeypatch)
    one.store.release(one.host.owner)
    one.store.set_project_variable("tell", 1)
    assert one.run() == ["outcome_unknown 500000001"]
    assert [body["contact"] for method, body in one.stage.requests() if method == "start.employee_call"] == [
        "79004443322"
    ]
    assert "was not done" in caplog.text


def test_turn_taken_over_by_another_process_writes_nothing(talk):
    one = talk(block(1, "start", message="да"))
    one.host.say(one.client.id, "x")
    claim = one.host.claim()
    one.store.release(one.host.owner)
    assert one.store.claim_work("another", one.stage.clock()) is not None
    with pytest.raises(ClaimLost):
        one.host.run(claim)
    assert one.history() == []


def test_turn_that_ends_its_process_every_time_is_set_aside(talk):
    one = talk(block(1, "start", message="да"))
    one.host.say(one.client.id, "x")
    for _ in range(MOST_ATTEMPTS):
        assert one.host.claim() is not None
        one.store.release(one.host.owner)
    report = one.host.run(one.host.claim())
    assert "never finished" in report.broken
    assert [event.state for event in one.store.events()] == ["broken"]
    one.host.say(one.client.id, "y")
    assert one.run() == ["да"]


def test_broken_turn_is_kept_and_the_next_one_goes_on(talk, monkeypatch, caplog):
    one = talk(block(1, "start", message="да"))
    enter = type(one.host.engine).enter

    def broken(engine, turn, number):
        if turn.question == "сбой":
            raise ZeroDivisionError("79004443322")
        return enter(engine, turn, number)

    monkeypatch.setattr(type(one.host.engine), "enter", broken)
    one.host.say(one.client.id, "сбой")
    one.host.say(one.client.id, "x")
    reports = list(one.host.run_until_idle())
    assert [bool(report.broken) for report in reports] == [True, False]
    (event,) = one.store.events(state="broken")
    assert event.problem == "ZeroDivisionError: 79…22"
    assert one.store.replay_event(event.id).new.text == "сбой"


def test_project_variable_changed_meanwhile_runs_the_turn_again(talk, monkeypatch):
    one = talk(block(1, "start", calc="project.n = if(n == None, 1, n + 1)"))
    load, times = one.store.load_dialog, []

    def racing(client_id):
        state = load(client_id)
        if not times:
            one.store.set_project_variable("n", 10)
        times.append(1)
        return state

    monkeypatch.setattr(one.store, "load_dialog", racing)
    one.say("x")
    assert one.store.variables("project") == {"n": 11}
    assert len(times) == 2


def test_event_for_a_client_who_is_gone_does_not_stop_the_queue(talk):
    one = talk(block(1, "start", message="да"))
    one.host.say(one.client.id, "x")
    load = one.store.load_dialog
    one.store.load_dialog = lambda client_id: None
    assert [report.broken for report in one.host.run_until_idle()] == ["client 1001 does not exist"]
    one.store.load_dialog = load
    one.store.add_event(NewEvent(one.client.id, "y"))
    assert one.run() == ["да"]
