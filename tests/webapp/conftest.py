"""A bot behind its web side on a real socket, UIS simulated on a clock that stands still."""

from __future__ import annotations

import re
from functools import lru_cache

import httpx
import pytest

from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.metrics import Metrics
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage
from salebot_uiscom.store.records import SetVariable, Turn
from salebot_uiscom.webapp import accounts
from salebot_uiscom.webapp.accounts import make_hash
from salebot_uiscom.webapp.asgi import create_app
from salebot_uiscom.webapp.intake import Bounds
from salebot_uiscom.webapp.server import serve_app

KEY = "SECRETKEY40"
PASSWORD = "правильный пароль"
PHONE = "79004443322"
BOT = f"""
[project]
api_key = "apikey77"
[constants]
save_webhook = 1
[[channel]]
type = 1
group = "my_bot"
[uiscom]
api_key = "{KEY}"
[[employee]]
email = "api@example.org"
name = "Анна"
call_method = "uiscom"
virtual_phone = "78001002752"
uis_employee_id = "2339292"
[[employee]]
email = "app@example.org"
call_method = "app"
[[employee]]
email = "off@example.org"
[[block]]
id = 1
name = "Звонок начался"
kind = "not_state_if"
condition = "Uiscom_event Начало разговора"
match = "exact"
message = "слышу"
calc = "client.calls = 1"
"""


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    """argon2 is slow on purpose; here it is not what is tested."""
    import argon2

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@lru_cache(1)
def password_hash():
    return make_hash(PASSWORD)


class Site:
    """A served bot with one client who has a phone."""

    def __init__(self, bot=BOT, *, worker=False, database=":memory:", server=None, **options):
        self.stage = RehearsalStage(parse_bot(bot), database=database)
        self.host, self.store, self.uis = self.stage.host, self.stage.store, self.stage.uis
        self.metrics = Metrics(self.store, self.host.clock)
        self.app = create_app(self.host, start_worker=worker, metrics=self.metrics, **options)
        self.client = self.store.create_client(NewClient(1, "555", "my_bot", "Иван"))
        change = SetVariable("client", self.client.id, "phone", PHONE)
        self.store.commit_turn(Turn("setup", self.client.id, changes=(change,)))
        for email in ("api@example.org", "app@example.org", "off@example.org"):
            self.store.set_password_hash(email, password_hash())
        self.server = serve_app(self.app, port=0, **(server or {}))
        self.url = self.server.url
        self._browsers = []

    def browser(self, email=None):
        one = Browser(self.url)
        self._browsers.append(one)
        if email:
            answer = one.sign_in(email)
            assert answer.status_code == 303, answer.text
        return one

    def run(self):
        for report in self.host.run_until_idle():
            assert report.broken == ""
            self.metrics.on_report(report)

    def close(self):
        for one in self._browsers:
            one.close()
        self.server.close()
        self.stage.close()


class Browser(httpx.Client):
    """Keeps cookies, follows nothing by itself."""

    def __init__(self, url):
        super().__init__(base_url=url, trust_env=False, timeout=20)

    def form(self, path):
        """Hidden fields of the last form on a page, and the page."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        return fields(page.text), page.text

    def sign_in(self, email, password=PASSWORD, **more):
        hidden, _ = self.form("/sign-in")
        return self.post("/sign-in", data={**hidden, "email": email, "password": password, **more})


def fields(html):
    form = html[html.rindex("<form") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def call_form(html, client_id):
    """Fields of the first handset on a card."""
    form = html[html.index(f"/clients/{client_id}/call") :]
    return dict(re.findall(r'name="(token|press|phone)" value="([^"]*)"', form[: form.index("</form>")]))


@pytest.fixture(scope="module")
def site():
    """One for all tests of a module that change nothing another one looks at."""
    one = Site(server={"head_s": 0.4, "idle_s": 1}, bounds=Bounds(body_s=0.4), form_bounds=Bounds(32 * 1024, 0.4))
    yield one
    one.close()


@pytest.fixture
def fresh():
    opened = []

    def begin(*args, **options):
        one = Site(*args, **options)
        opened.append(one)
        return one

    yield begin
    for one in opened:
        one.close()
