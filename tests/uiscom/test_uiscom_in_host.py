"""The plugin in the reference host: a bot file, the real store, the simulator of UIS."""

import json

import pytest

from salebot_uiscom.effects import Wait
from salebot_uiscom.host.botfile import load_bot
from salebot_uiscom.host.host import Host
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import NewClient, PluginSettings
from salebot_uiscom.simulator import Simulator, SimulatorTransport
from salebot_uiscom.store import open_store
from salebot_uiscom.web import WebRequest

BOT = """
[uiscom]
api_key = "KEY"
webhook_keys = ["hook"]

[constants]
virtual_phone = "78001002752"
employee_id = "2339292"
save_webhook = 0

[[block]]
id = 1
kind = "start"
match = "exact"
condition = "позвоните"
calc = '''
client.phone = "79004443322"
r = uiscom_employee_call(virtual_phone, phone, employee_id)
'''
message = "Звоним"

[[block]]
id = 2
kind = "start"
match = "exact"
condition = "Uiscom_event Ожидание ответа"
calc = '''
number = uiscom_request["contact_info"]["contact_phone_number"]
'''
message = "Ждём #{number}"

[[block]]
id = 3
kind = "start"
match = "exact"
condition = "заявка"
calc = '''
lead = uiscom_offline_messages("Заявка", "80913")
'''
message = "#{lead}"
"""


class Project:
    def __init__(self, folder):
        (folder / "bot.toml").write_text(BOT, "utf-8")
        self.simulator = Simulator()
        self.simulator.notify("http://bot.test/uiscom_webhook/hook")
        self.bot = load_bot(folder / "bot.toml")
        self.store = open_store(folder / "bot.db", clock=self.now)
        self.interpreter = Interpreter(
            entry_points=False,
            http_transport=SimulatorTransport(self.simulator),
            handlers={
                Wait: lambda effect: self.simulator.advance(effect.seconds),
                PluginSettings: lambda effect: self.bot.settings.get(effect.plugin),
            },
        )
        self.host = Host(self.bot, self.interpreter, self.store, clock=self.now)
        self.ivan = self.store.create_client(NewClient(1, "555", "tg", "Иван"))

    def now(self):
        return self.simulator.now.timestamp()

    def say(self, text):
        self.host.say(self.ivan.id, text)
        return self.work()

    def work(self):
        reports = list(self.host.run_until_idle())
        assert [fault for report in reports for fault in report.faults] == []
        assert [report.broken for report in reports if report.broken] == []
        return [sent.text for report in reports for sent in report.sent]

    def notifications_arrive(self, seconds):
        self.simulator.advance(seconds)
        for delivery in self.simulator.take_due():
            path = "/" + delivery.url.split("/", 3)[3]
            request = WebRequest("POST", path, headers=dict(delivery.headers), body=delivery.body)
            assert self.host.receive(request).status == 200


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    yield made
    made.store.close()
    made.interpreter.close()


def test_a_call_and_its_event_in_the_dialog_of_the_client(project):
    assert project.say("позвоните") == ["Звоним"]
    [request] = project.simulator.requests
    assert (request.params["contact"], request.params["employee"]) == ("79004443322", {"id": 2339292})
    project.notifications_arrive(6)
    assert project.work() == ["Ждём 79004443322"]
    assert [client.id for client in project.store.clients()] == [project.ivan.id]
    assert len(project.simulator.sessions()) == 1


def test_a_lead_with_the_phone_and_name_of_the_client(project):
    project.say("позвоните")
    [text] = project.say("заявка")
    assert json.loads(text) == {"id": 700001}
    sent = project.simulator.requests[-1].params["offline_messages"][0]
    assert (sent["phone"], sent["name"], sent["site_id"]) == ("79004443322", "Иван", 80913)


def test_an_event_of_an_unknown_number_makes_a_telephony_client(project):
    project.simulator.incoming_call("79005556677")
    project.notifications_arrive(3)
    project.work()
    assert [(client.type, client.platform_id) for client in project.store.clients()][1:] == [(13, "79005556677")]


def test_wrong_keys_and_methods_are_refused_by_the_route(project):
    host = project.host
    assert host.receive(WebRequest("POST", "/uiscom_webhook/none", body=b"{}")).status == 404
    assert host.receive(WebRequest("GET", "/uiscom_webhook/hook")).status == 405
    assert host.receive(WebRequest("POST", "/uiscom_webhook/KEY/", body=b"{}")).status == 400
