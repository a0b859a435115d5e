"""The plugin in the real language, over the real store and the simulator of UIS: how often does a phone ring?"""

import json
from datetime import UTC, datetime

import pytest

from salebot_uiscom.effects import Wait, drive
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import DONE, REFUSED, UNKNOWN, PluginSettings, SettleLater
from salebot_uiscom.simulator import Simulator, SimulatorTransport
from salebot_uiscom.store import open_store
from salebot_uiscom.store.handlers import handlers as store_handlers
from salebot_uiscom.uiscom import UiscomPlugin
from salebot_uiscom.web import WebRequest

PHONE = "79004443322"
SETTINGS = {"api_key": "KEY", "webhook_keys": ["hook"]}
CALL = 'r = uiscom_employee_call("78001002752", phone, "2339292")'


class Bench:
    """One project: language, plugin, store, UIS."""

    def __init__(self, path):
        self.simulator = Simulator()
        self.simulator.notify("http://bot.test/uiscom_webhook/hook")
        self.store = open_store(path / "bot.db")
        self.later = []
        self.sent = []
        self.turn("event-1")

    def turn(self, key):
        """Begin a turn, or the same one again after a crash."""
        self.handlers = {
            **store_handlers(self.store, turn_key=key, clock=self.now),
            SettleLater: self.later.append,
            Wait: lambda effect: self.simulator.advance(effect.seconds),
            PluginSettings: lambda effect: {"uiscom": SETTINGS}.get(effect.plugin),
        }
        self.interpreter = Interpreter(
            plugins=[UiscomPlugin(SETTINGS, clock=self.now)],
            entry_points=False,
            handlers=self.handlers,
            http_transport=SimulatorTransport(self.simulator),
        )
        [self.receiver] = self.interpreter.assembly.receivers

    def now(self):
        return self.simulator.now.timestamp()

    def run(self, code=CALL, **variables):
        moment = datetime.fromtimestamp(self.now(), UTC)
        program = self.interpreter.compile(code)
        outcome = self.interpreter.run(program, {"phone": 79004443322, **variables}, now=moment)
        assert not outcome.errors
        return outcome.variables["r"]

    def deliver_notifications(self):
        due = self.simulator.take_due()
        self.sent += due
        for delivery in due:
            request = WebRequest(
                "POST", "/uiscom_webhook/hook", {"key": "hook"}, dict(delivery.headers), body=delivery.body
            )
            assert self.interpreter.drive(self.receiver.receive(request)).status == 200
        while (record := self.store.claim_notification("router")) is not None:
            self.interpreter.drive(self.receiver.route(record))

    def settle(self):
        later, self.later[:] = list(self.later), []
        for item in later:
            drive(item.steps(), self.interpreter.handlers)

    def client_rings(self):
        return [ring for ring in self.simulator.rings if ring.number == PHONE]

    def close(self):
        self.interpreter.close()
        self.store.close()


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def intents(bench):
    return [
        bench.store.intent(r.params["external_id"]) for r in bench.simulator.requests if r.method.startswith("start.")
    ]


def test_a_call_of_a_script_rings_the_client_once_and_its_events_reach_the_dialog(bench):
    result = bench.run()
    assert result == {"call_session_id": 500000001}
    bench.simulator.advance(60)
    bench.deliver_notifications()
    assert len(bench.client_rings()) == 1
    [intent] = intents(bench)
    assert (intent.state, intent.result) == (DONE, result)
    [client] = bench.store.clients()
    assert (client.type, client.platform_id) == (13, PHONE)
    texts = [event.new.text for event in bench.store.events()]
    assert texts
    assert all(text.startswith("Uiscom_event ") for text in texts)


# Fault of the wire → what the script hears, whether the client's phone may ring.
FAULTS = {
    "refuse_connection": ("unreachable", 0),
    "connect_timeout": ("timeout", 0),
    "close_before_work": ("outcome_unknown", 0),
    "drop_answer": (None, 1),
    "empty_body": (None, 1),
    "cut_json": (None, 1),
    "not_json": (None, 1),
    "foreign_id": (None, 1),
    "no_session_id": (None, 1),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_rings_anybody_twice(bench, kind):
    mnemonic, rings = FAULTS[kind]
    bench.simulator.add_fault(kind, "start.employee_call", times=None)
    result = bench.run()
    bench.settle()
    bench.simulator.advance(60)
    bench.deliver_notifications()
    assert len(bench.client_rings()) == rings
    assert result.get("error") == mnemonic
    if rings:
        # The call was found among the active ones, so the script hears of a success.
        assert result == {"call_session_id": 500000001}
        assert intents(bench)[0].state == DONE


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize("before_work", [True, False])
def test_a_server_error_never_leads_to_a_second_start(bench, status, before_work):
    bench.simulator.add_fault("http_status", "start.employee_call", times=None, status=status, before_work=before_work)
    bench.run()
    bench.settle()
    bench.simulator.advance(60)
    assert sum(request.method.startswith("start.") for request in bench.simulator.requests) == 1
    assert len(bench.client_rings()) == (not before_work)
    assert intents(bench)[0].state == (UNKNOWN if before_work else DONE)


def test_a_notification_settles_what_no_look_could_find(bench):
    for method in ("list.calls", "get.calls_report"):
        bench.simulator.add_fault("error", method, times=None, mnemonic="component_disabled", before_work=True)
    bench.simulator.add_fault("drop_answer", "start.employee_call")
    result = bench.run()
    assert (result["error"], result["outcome"]) == ("outcome_unknown", "unknown")
    assert bench.store.intent(result["external_id"]).state == UNKNOWN
    bench.simulator.advance(60)
    bench.deliver_notifications()
    intent = bench.store.intent(result["external_id"])
    assert (intent.state, intent.result) == (DONE, {"call_session_id": 500000001})


def test_a_turn_repeated_after_a_crash_does_not_ring_again(bench):
    first = bench.run()
    bench.turn("event-1")
    assert bench.run() == first
    bench.turn("event-2")
    assert bench.run() != first
    bench.simulator.advance(60)
    assert len(bench.client_rings()) == 2


def test_the_second_call_of_a_turn_is_a_call_of_its_own(bench):
    code = 'a = uiscom_employee_call("78001002752", phone, 2339292)\n' + CALL
    first = bench.run(code)
    bench.turn("event-1")
    assert bench.run(code) == first
    assert len(bench.simulator.sessions()) == 2


def test_a_doubled_notification_is_one_event(bench):
    bench.simulator.add_fault("notify_twice", "*", times=None)
    bench.run()
    bench.simulator.advance(60)
    bench.deliver_notifications()
    sent = [delivery.body for delivery in bench.sent]
    assert len(sent) == 2 * len(set(sent)) > 0
    assert len(bench.store.events()) == len(set(sent))


def test_an_account_that_keeps_unknown_placeholders_is_understood(bench):
    bench.simulator.account.unresolved = "keep"
    bench.run()
    bench.simulator.advance(60)
    bench.deliver_notifications()
    assert bench.store.notifications()
    assert len(bench.store.clients()) == 1
    assert bench.store.events()


@pytest.mark.parametrize(
    ("addresses", "mnemonic"),
    [
        ([], "ip_not_whitelisted"),
        (["158.160.42.134"], "ip_not_whitelisted"),
        (["127.0.0.1"], None),
        (["0.0.0.0/0"], None),
    ],
)
def test_the_list_of_addresses_decides(bench, addresses, mnemonic):
    bench.simulator.account.allowed_addresses[:] = addresses
    result = bench.run()
    assert result.get("error") == mnemonic
    if mnemonic:
        assert "127.0.0.1" in result["message"]
        assert intents(bench)[0].state == REFUSED


def test_offline_messages_sites_and_campaigns(bench):
    sites = bench.run("r = uiscom_get_sites()")
    assert sites == {"test.ru": 80913}
    assert bench.run("r = uiscom_get_campaigns()") == {
        "Тестовый источник": 401745,
        "Посетители без рекламной кампании": -1,
    }
    assert bench.run('r = uiscom_offline_messages("Заявка", 80913)') == {"id": 700001}
    assert bench.run('r = uiscom_offline_messages("Заявка", 80913, -1)') == {"id": 700002}
    [first, second] = bench.simulator.account.offline_messages
    assert first is not second


def test_a_lost_upload_is_stored_once(bench):
    bench.simulator.report_delay = 0.0
    bench.simulator.add_fault("drop_answer", "upload.offline_messages")
    assert bench.run('r = uiscom_offline_messages("Заявка", 80913)') == {"id": 700001}
    assert len(bench.simulator.account.offline_messages) == 1


def test_results_work_with_the_functions_of_the_language(bench):
    assert bench.run(CALL + '\nr = exist_key(r, "call_session_id")') is True
    assert bench.run('r = uiscom_employee_call("78001002752", "+79004443322", 1)\nr = r["error"]') == "invalid_phone"


def test_the_key_is_in_no_stored_record(bench, tmp_path):
    bench.run()
    bench.simulator.advance(60)
    bench.deliver_notifications()
    bench.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"call_session_id" in content
    assert json.dumps("access_token").encode() not in content
    bench.store = open_store(tmp_path / "bot.db")
