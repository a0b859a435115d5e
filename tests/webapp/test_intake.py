"""Receivers as an ASGI application of their own: mounted, measured, without a library."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.metrics import Metrics
from salebot_uiscom.rehearsal import RehearsalStage
from salebot_uiscom.store import StoreBusy
from salebot_uiscom.uis import UisState
from salebot_uiscom.uis.limits import Limits
from salebot_uiscom.webapp.asgi import create_app
from salebot_uiscom.webapp.intake import Bounds, own_path, receiver_app
from salebot_uiscom.webapp.points import points_left

from .conftest import BOT, KEY, PHONE

ROOT = Path(__file__).parents[2]
BODY = json.dumps({"notification_name": "Потерянный звонок", "contact_info": {"contact_phone_number": PHONE}}).encode()


@pytest.fixture
def stage():
    one = RehearsalStage(parse_bot(BOT))
    yield one
    one.close()


def scope(path, method="POST", **more):
    raw = more.pop("raw_path", path.encode())
    return {
        "type": "http", "method": method, "path": path, "raw_path": raw, "query_string": b"", "headers": [],
        "client": ("10.0.0.1", 5), **more,
    }  # fmt: skip


def call(app, asked, *messages):
    """What the application sends; `messages` come in one by one, then the line stays silent."""
    sent = []

    async def go():
        waiting = list(messages) or [{"type": "http.request", "body": BODY}]

        async def receive():
            if waiting:
                return waiting.pop(0)
            await asyncio.Event().wait()

        async def send(message):
            sent.append(message)

        await app(asked, receive, send)

    asyncio.run(go())
    return sent


def piece(body, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("path", "root", "own"),
    [
        ("/uiscom_webhook/k", "", "/uiscom_webhook/k"),
        ("/bot/uiscom_webhook/k", "/bot", "/uiscom_webhook/k"),
        ("/bot", "/bot", "/"),
        ("/botany/k", "/bot", "/botany/k"),
        ("/%D0%B1%D0%BE%D1%82/k", "/бот", "/k"),
        ("/uiscom_webhook/a%2Fb", "", "/uiscom_webhook/a%2Fb"),
        ("/uiscom_webhook/k", "/bot", "/uiscom_webhook/k"),  # a proxy that has cut its part off already
    ],
)
def test_path_is_that_below_the_mount(path, root, own):
    assert own_path(scope("ignored", raw_path=path.encode(), root_path=root)) == own


def test_server_without_raw_path_is_understood():
    asked = scope("/bot/ключ")
    del asked["raw_path"]
    assert own_path({**asked, "root_path": "/bot"}) == "/%D0%BA%D0%BB%D1%8E%D1%87"


def test_notification_is_durable_before_the_answer_and_a_repeat_is_not_stored(stage):
    metrics = Metrics(stage.store, stage.clock)
    app = receiver_app(stage.host, metrics=metrics)
    woken = []
    stage.host.arrived = lambda: woken.append(len(stage.store.notifications()))
    for _ in range(2):
        start, body = call(app, scope(f"/uiscom_webhook/{KEY}"), piece(BODY[:10]), piece(BODY[10:], False))
        assert (start["status"], body["body"]) == (200, b'{"status": "ok"}')
    assert woken == [1, 1]
    assert 'notifications_total{outcome="duplicate",source="uiscom"} 1' in metrics.text()
    assert 'requests_total{route="uiscom_webhook",status="200"} 2' in metrics.text()


def test_body_without_end_is_not_read_on(stage):
    app = receiver_app(stage.host, bounds=Bounds(largest_body_bytes=100))
    start, _ = call(app, scope(f"/uiscom_webhook/{KEY}"), piece(b"a" * 60), piece(b"a" * 60))
    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]


def test_silent_one_gets_408_and_one_who_leaves_nothing(stage):
    app = receiver_app(stage.host, bounds=Bounds(body_s=0.01))
    start, _ = call(app, scope(f"/uiscom_webhook/{KEY}"), piece(b"a"))
    assert start["status"] == 408
    assert call(app, scope(f"/uiscom_webhook/{KEY}"), piece(b"a"), {"type": "http.disconnect"}) == []
    assert stage.store.notifications() == []


@pytest.mark.parametrize("pieces", [[BODY], [BODY[:10], BODY[10:]], [b"", BODY[:10], b"", BODY[10:]]])
def test_body_that_comes_later_than_its_head_is_waited_for(stage, pieces):
    sent = []

    async def go():
        waiting = [piece(one) for one in pieces[:-1]] + [piece(pieces[-1], False)]

        async def receive():
            for _ in range(3):
                await asyncio.sleep(0)
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        await receiver_app(stage.host)(scope(f"/uiscom_webhook/{KEY}"), receive, send)

    asyncio.run(go())
    assert sent[0]["status"] == 200
    assert [one.notification.body for one in stage.store.notifications()] == [BODY]


@pytest.mark.parametrize("leaves", [True, False])
def test_one_who_says_nothing_after_his_head_is_not_waited_for_and_nothing_is_left_behind(stage, leaves):
    sent, ended = [], []

    async def go():
        async def receive():
            try:
                await (asyncio.sleep(0) if leaves else asyncio.Event().wait())
                return {"type": "http.disconnect"}
            finally:
                ended.append(True)

        async def send(message):
            sent.append(message)

        app = receiver_app(stage.host, bounds=Bounds(body_s=0.01))
        await app(scope(f"/uiscom_webhook/{KEY}"), receive, send)

    asyncio.run(go())
    assert [one.get("status") for one in sent] == ([] if leaves else [408, None])
    assert ended == [True]


def test_requests_that_are_stored_together_wake_the_worker_once(stage):
    app = receiver_app(stage.host)
    woken = []
    stage.host.arrived = lambda: woken.append(len(stage.store.notifications()))

    async def one(number):
        body = json.dumps({**json.loads(BODY), "call_session_id": number}).encode()

        async def receive():
            return piece(body, False)

        async def send(message):
            assert message.get("status", 200) == 200

        await app(scope(f"/uiscom_webhook/{KEY}"), receive, send)

    async def go():
        await asyncio.gather(*map(one, range(20)))

    asyncio.run(go())
    assert woken[-1] == 20
    assert len(woken) <= 2


def test_store_that_is_held_up_is_told_as_500(stage, monkeypatch):
    def busy(*args):
        raise StoreBusy("held by 79004443322")

    monkeypatch.setattr(stage.store, "submit_notification", busy)
    start, body = call(receiver_app(stage.host), scope(f"/uiscom_webhook/{KEY}"))
    assert start["status"] == 500
    assert body["body"] == b""


def test_other_kinds_of_connection_are_ended(stage):
    assert call(receiver_app(stage.host), {"type": "websocket"}) == [{"type": "websocket.close", "code": 1000}]
    lifespan = call(
        receiver_app(stage.host), {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}
    )
    assert [one["type"] for one in lifespan] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_any_application_can_mount_the_receivers(stage):
    from starlette.applications import Starlette
    from starlette.routing import Mount

    outer = Starlette(routes=[Mount("/bots/one", receiver_app(stage.host))])

    async def go():
        transport = httpx.ASGITransport(outer)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            hook = await client.post(f"/bots/one/uiscom_webhook/{KEY}/", content=BODY)
            api = await client.post("/bots/one/api/apikey77/get_variables", json={"client_id": 5})
            return hook, api, await client.post(f"/bots/one/x/uiscom_webhook/{KEY}")

    hook, api, wrong = asyncio.run(go())
    assert hook.json() == {"status": "ok"}
    assert api.json() == {"status": "error", "message": "client_not_found"}
    assert (wrong.status_code, wrong.content) == (404, b"")


def test_many_at_once_are_each_stored_once(stage):
    app = receiver_app(stage.host)

    async def go():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            bodies = [json.dumps({**json.loads(BODY), "call_session_id": number % 50}) for number in range(200)]
            answers = await asyncio.gather(*(client.post(f"/uiscom_webhook/{KEY}", content=body) for body in bodies))
            return {answer.status_code for answer in answers}

    assert asyncio.run(go()) == {200}
    assert len(stage.store.notifications(limit=1000)) == 50


def test_lifespan_runs_the_worker(fresh):
    site = fresh(worker=True)
    client = site.browser()
    assert client.post(f"/uiscom_webhook/{KEY}", content=BODY).status_code == 200
    site.server.close()  # ends the worker, which finishes what it has begun
    assert [one.state for one in site.store.notifications()] in (["routed"], ["waiting"])
    assert site.store.figures()["turns_running"] == 0


def test_metrics_need_a_token_when_there_is_one(fresh):
    site = fresh(metrics_token="t0ken")
    client = site.browser()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"})
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "salebot_uiscom_events_backlog 0" in answer.text


def test_metrics_without_a_token_are_for_this_machine(site):
    client = site.browser()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404


def test_receivers_need_no_library_of_the_extra():
    code = """
import sys
from salebot_uiscom.webapp.intake import receiver_app
from salebot_uiscom.webapp import extras
assert not {"starlette", "uvicorn", "jinja2", "argon2", "itsdangerous"} & set(sys.modules)
sys.modules.update({name: None for name in extras.NEEDED})
import importlib.util
extras.find_spec = lambda name: None
from salebot_uiscom.webapp.asgi import create_app
try:
    create_app(None)
except extras.MissingExtra as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "argon2-cffi" in done.stdout
    assert "-m pip install '" in done.stdout
    assert "[server]'" in done.stdout


def test_application_is_made_without_starting_anything(stage):
    assert callable(create_app(stage.host))


def test_points_left_are_told_without_keys(stage):
    state = UisState()
    state.points["digest-of-key", "call"] = SimpleNamespace(limits=Limits(day_remaining=900, minute_remaining=None))
    text = Metrics(stage.store, stage.clock, more=lambda: points_left(state)).text()
    assert 'salebot_uiscom_uis_points_remaining{account="1",api="call",per="day"} 900' in text
    assert "digest" not in text
