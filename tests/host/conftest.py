"""A conversation with a bot written in the test itself, on a store in memory and a clock that the test moves."""

from datetime import datetime

import pytest

from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.script import advance
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage

# An employee who calls from the card.
CALLER = """
[[employee]]
email = "caller@example.org"
call_method = "uiscom"
virtual_phone = "78001002752"
uis_employee_id = "2339292"
"""
HEAD = """
[project]
api_key = "k"
[[channel]]
type = 1
group = "my_bot"
[[channel]]
type = 6
group = "wa1"
phone = "79990000000"
[[employee]]
email = "head@example.org"
name = "Анна"
position = "директор"
[[employee]]
email = "off@example.org"
on_shift = false
[uiscom]
api_key = "KEY"
"""


def block(number, kind="state", **keys):
    lines = [f"[[block]]\nid = {number}\nkind = '{kind}'"]
    return "\n".join(lines + [f"{key} = {_toml(value)}" for key, value in keys.items()]) + "\n"


def arrow(number, source, target, **keys):
    lines = [f"[[arrow]]\nid = {number}\nfrom = {source}\nto = {target}"]
    return "\n".join(lines + [f"{key} = {_toml(value)}" for key, value in keys.items()]) + "\n"


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'''{value}'''"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value)


class Talk:
    """`say`, `event` and `wait` return what the bot said to this client meanwhile."""

    def __init__(self, *parts, start="2026-03-02 10:00", transport=None, database=":memory:", head=HEAD):
        self.bot = parse_bot(head + "".join(parts))
        moment = datetime.strptime(start, "%Y-%m-%d %H:%M").replace(tzinfo=self.bot.timezone)
        self.stage = RehearsalStage(self.bot, moment, transport=transport, database=database)
        self.host = self.stage.host
        self.store = self.stage.store
        self.client = self.store.create_client(NewClient(1, "555", "my_bot", "Иван"))
        self.faults = []
        self.reports = []

    def other(self, platform_id="556", kind=1, group="my_bot", name="Мария"):
        return self.store.create_client(NewClient(kind, platform_id, group, name))

    def say(self, text, client=None, outside=0):
        client = client or self.client
        self.host.say(client.id, text, outside=outside)
        return self.run(client)

    def event(self, text, client=None):
        return self.say(text, client, 3)

    def run(self, client=None):
        return self._said(self.host.run_until_idle(), client)

    def wait(self, until, client=None):
        moment = datetime.strptime(until, "%Y-%m-%d %H:%M").replace(tzinfo=self.bot.timezone)
        return self._said(advance(self.stage, moment.timestamp()), client)

    def _said(self, reports, client):
        number = (client or self.client).id
        said = []
        for report in reports:
            assert report.broken == ""
            self.reports.append(report)
            self.faults += [fault.code for fault in report.faults]
            said += [sent.text for sent in report.sent if sent.client_id == number]
        return said

    def dialog(self, client=None):
        return self.store.load_dialog((client or self.client).id)

    def position(self, client=None):
        return self.dialog(client).position

    def deal(self, client=None):
        return self.dialog(client).deal_variables

    def of_client(self, client=None):
        return self.dialog(client).client_variables

    def plans(self, client=None):
        found = []
        for plan in self.store.plans((client or self.client).id):
            due = datetime.fromtimestamp(plan.new.due_at, self.bot.timezone)
            found.append((plan.new.block or plan.new.text, f"{due:%d.%m %H:%M}"))
        return found

    def history(self, client=None):
        return self.store.history((client or self.client).id)


@pytest.fixture
def talk():
    opened = []

    def begin(*parts, **options):
        one = Talk(*parts, **options)
        opened.append(one)
        return one

    yield begin
    for one in opened:
        one.stage.close()


@pytest.fixture
def run(talk):
    """Run one calculator in a fresh dialog: `run("x = 1")` returns the talk, `run("…", "…")` one turn per text."""

    def go(*codes, **options):
        parts = [block(n, "start", condition=f"шаг {n}", match="exact", calc=code) for n, code in enumerate(codes, 1)]
        one = talk(*parts, **options)
        for n in range(1, len(codes) + 1):
            one.say(f"шаг {n}")
        return one

    return go
