"""The simulator on a real socket: APIs, page, control API, notifications over HTTP."""

from __future__ import annotations

import asyncio
import html
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import httpx
import pytest

from salebot_uiscom.simulator import (
    RealClock,
    Simulator,
    SimulatorServer,
    VirtualClock,
    post_due,
    serve_simulator,
)

START = {
    "access_token": "KEY",
    "first_call": "contact",
    "virtual_phone_number": "78001002752",
    "contact": "79004443322",
    "employee": {"id": 2339292},
    "external_id": "sb-1",
}


def rpc(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": "req-1", "method": method, "params": params}


@pytest.fixture
def server(simulator: Simulator) -> Iterator[SimulatorServer]:
    with serve_simulator(simulator) as server:
        yield server


@pytest.fixture
def web(server: SimulatorServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[tuple[str, Queue[tuple[str, str, bytes]]]]:
    """A real receiver of notifications: its URL and what came."""
    came: Queue[tuple[str, str, bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.put((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{http.server_address[1]}/uiscom_webhook/secret", came
        http.shutdown()
        thread.join()


def test_both_apis_answer(server: SimulatorServer, web: httpx.Client, simulator: Simulator) -> None:
    answer = web.post(server.call_api_url, json=rpc("start.employee_call", START))
    assert answer.json()["result"]["data"] == {"call_session_id": 500000001}
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    sites = web.post(server.data_api_url, json=rpc("get.sites", {"access_token": "KEY", "fields": ["id"]}))
    assert sites.json()["result"]["data"] == [{"id": 80913}]
    assert simulator.requests[0].remote_ip == "127.0.0.1"


def test_end_of_a_call_is_posted_to_a_real_receiver(
    web: httpx.Client, receiver: tuple[str, Queue[tuple[str, str, bytes]]], simulator: Simulator
) -> None:
    url, came = receiver
    web.post("/control/notifications", json={"url": url, "events": ["call_finished"]}).raise_for_status()
    web.post("/callapi/v4.0", json=rpc("start.employee_call", START))
    web.post("/control/advance", json={"seconds": 100}).raise_for_status()
    path, content_type, body = came.get(timeout=5)
    assert path == "/uiscom_webhook/secret"
    assert content_type == "application/json; charset=UTF-8"
    assert '"notification_name":"Завершение звонка"' in body.decode()
    (delivery,) = web.get("/control/notifications").json()
    assert (delivery["status"], delivery["event"]) == (200, "call_finished")
    assert "secret" not in str(delivery)


def test_real_clock_runs_by_itself(receiver: tuple[str, Queue[tuple[str, str, bytes]]]) -> None:
    url, came = receiver
    simulator = Simulator(clock=RealClock())
    simulator.behave("*", "answers", ring=0.05)
    simulator.notify(url, ["talk_started"], delay=0)
    with serve_simulator(simulator) as server, httpx.Client(trust_env=False) as client:
        client.post(server.call_api_url, json=rpc("start.employee_call", START))
        assert b"500000001" in came.get(timeout=5)[2]
        client.post(f"{server.url}/control/advance", json={"seconds": 60})
        assert not simulator.sessions()[0].active


@pytest.mark.parametrize("clock", [VirtualClock, RealClock])
def test_advance_plays_each_step_at_its_own_moment(
    clock: type[VirtualClock | RealClock], receiver: tuple[str, Queue[tuple[str, str, bytes]]]
) -> None:
    url, came = receiver
    simulator = Simulator(clock=clock())
    simulator.notify(url, ["talk_started", "call_finished"], delay=0)
    with serve_simulator(simulator) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        client.post("/callapi/v4.0", json=rpc("start.employee_call", START))
        began = simulator.now
        client.post("/control/advance", json={"seconds": 60}).raise_for_status()
        (session,) = simulator.sessions()
        assert session.stage == "talk"
        assert session.talk_started_at is not None
        assert 9.5 < (session.talk_started_at - began).total_seconds() < 12
        assert 60 <= (simulator.now - began).total_seconds() < 65
        client.post("/control/advance", json={"seconds": 60}).raise_for_status()
        (call,) = client.get("/control/calls").json()
        assert (call["stage"], call["talk_duration"]) == ("ended", 60)
        assert [json.loads(came.get(timeout=5)[2])["notification_name"] for _ in range(2)] == [
            "Начало разговора",
            "Завершение звонка",
        ]


@pytest.mark.parametrize("kind", ["drop_answer", "close_before_work", "refuse_connection"])
def test_fault_closes_the_socket_without_a_byte(kind: str, web: httpx.Client, simulator: Simulator) -> None:
    web.post("/control/faults", json={"kind": kind, "method": "start.employee_call"}).raise_for_status()
    with pytest.raises(httpx.RemoteProtocolError):
        web.post("/callapi/v4.0", json=rpc("start.employee_call", START))
    assert len(simulator.rings) == (kind == "drop_answer")


def test_delay_outlasts_the_client(server: SimulatorServer, simulator: Simulator) -> None:
    simulator.add_fault("delay", seconds=60)
    with httpx.Client(timeout=0.2, trust_env=False) as client, pytest.raises(httpx.ReadTimeout):
        client.post(server.call_api_url, json=rpc("start.employee_call", START))
    assert len(simulator.rings) == 1


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /callapi/v4.0 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /callapi/v4.0 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /callapi/v4.0 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"GET /callapi/v4.0 HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"403"),
        (b"GET /control/requests HTTP/1.1\r\nHost: evil.example:80\r\n\r\n", b"403"),
    ],
)
def test_odd_requests(head: bytes, status: bytes, server: SimulatorServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(100).split()[1] == status


def test_control_api_shows_and_changes(web: httpx.Client, simulator: Simulator) -> None:
    web.post("/control/behaviour", json={"number": "*", "outcome": "manual"}).raise_for_status()
    web.post("/callapi/v4.0", json=rpc("start.employee_call", START))
    assert web.post("/control/calls/500000001/answer", json={}).json()["ringing"] == "employee"
    assert web.post("/control/calls/500000001/reject", json={}).json()["stage"] == "ended"
    assert web.post("/control/calls/500000001/hang_up", json={"who": "contact"}).status_code == 409
    assert web.post("/control/calls", json={"contact": "79005556677"}).json()["ringing"] == "employee"
    assert [call["stage"] for call in web.get("/control/calls").json()] == ["ended", "second"]
    assert [ring["side"] for ring in web.get("/control/rings").json()] == ["contact", "employee", "employee"]
    web.post("/dataapi/v2.0", json=rpc("get.tags", {"access_token": "x", "number": 79004443322}))
    request, refused = web.get("/control/requests").json()
    assert refused["params"] == {"number": "79…22"}
    assert (request["method"], request["outcome"]) == ("start.employee_call", "ok")
    assert "KEY" not in str(request)
    assert web.get("/control/state").json()["active_calls"] == 1
    web.post("/control/faults", json={"kind": "delay", "seconds": 1})
    assert web.get("/control/faults").json() == [{"kind": "delay", "method": "*", "times": 1, "seconds": 1}]
    web.request("DELETE", "/control/faults", json={})
    assert web.get("/control/faults").json() == []


@pytest.mark.parametrize(
    ("verb", "path", "content", "status", "told"),
    [
        ("GET", "/control/nothing", None, 404, "not found"),
        ("POST", "/control/nothing", b"{}", 404, "not found"),
        ("POST", "/control/advance", b"{}", 400, "не хватает seconds"),
        ("POST", "/control/advance", b'{"seconds": -1}', 400, "seconds — число от 0"),
        ("POST", "/control/advance", b'{"second": 1}', 400, "нет параметра 'second'; возможно, seconds?"),
        ("POST", "/control/advance", b"[1]", 400, "a JSON object is needed"),
        ("POST", "/control/advance", b"{", 400, "Expecting"),
        ("POST", "/control/faults", b'{"kind": "x"}', 400, "нет неисправности 'x'"),
        ("POST", "/control/faults", b"{}", 400, "не хватает kind"),
        ("POST", "/control/faults", b'{"kind": "delay", "sec": 1}', 400, "нет параметра 'sec'"),
        ("POST", "/control/behaviour", b'{"number": "8900"}', 400, "number — «*»"),
        ("POST", "/control/behaviour", b'{"outcome": "busy"}', 400, "не хватает number"),
        (
            "POST",
            "/control/notifications",
            b'{"url": "http://127.0.0.1:1/", "events": ["call_finnished"]}',
            400,
            "нет события 'call_finnished'; возможно, call_finished? Есть: incoming_call, ",
        ),
        ("POST", "/control/notifications", b'{"url": "foo"}', 400, "url — адрес"),
        ("POST", "/control/notifications", b'{"url": "http://a.test/", "account": 1}', 400, "'account'"),
        ("POST", "/control/calls", b"{}", 400, "не хватает contact"),
        ("POST", "/control/calls/1/answer", b"{}", 409, "there is no call 1"),
        ("POST", "/control/calls/1/hang_up", b'{"hwo": "contact"}', 400, "возможно, who?"),
        ("POST", "/control/calls/x/answer", b"{}", 400, "/control/calls/<call_session_id>"),
        ("POST", "/control/calls/1/explode", b"{}", 400, "/control/calls/<call_session_id>"),
        ("DELETE", "/control/calls", b"{}", 405, "DELETE"),
    ],
)
def test_control_api_explains_mistakes(
    verb: str, path: str, content: bytes, status: int, told: str, web: httpx.Client
) -> None:
    answer = web.request(verb, path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert told in answer.json()["error"]


def test_forms_of_strangers_cannot_change_anything(web: httpx.Client, simulator: Simulator) -> None:
    assert web.post("/control/advance", data={"seconds": "5"}).status_code == 415
    stranger = web.post("/action", data={"action": "incoming", "contact": "79004443322", "number": "78001002752"})
    assert stranger.status_code == 403
    assert simulator.sessions() == []


def forms(page: str) -> list[dict[str, str]]:
    found = []
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
        found.append({name: html.unescape(value) for name, value in inputs})
    return found


def press(web: httpx.Client, action: str) -> httpx.Response:
    (form,) = [form for form in forms(web.get("/calls").text) if form["action"] == action]
    return web.post("/action", data=form)


def test_person_plays_a_call_on_the_page(web: httpx.Client, simulator: Simulator) -> None:
    simulator.behave("*", "manual")
    web.post("/callapi/v4.0", json=rpc("start.employee_call", START))
    assert "звонит телефон клиента" in web.get("/calls").text
    assert [form["action"] for form in forms(web.get("/calls").text)] == ["answer", "reject"]  # nobody is on the line
    assert press(web, "answer").headers["Location"] == "/calls?lang=ru"
    assert "звонит телефон сотрудника: Иванов Иван Иванович" in web.get("/calls").text
    press(web, "answer")
    assert "разговор" in web.get("/calls").text
    stale = next(form for form in forms(web.get("/calls").text) if form["action"] == "hang_up_contact")
    press(web, "hang_up_employee")
    assert "завершён: сотрудник положил трубку</span> <code>operator_disconnects</code>" in web.get("/calls").text
    assert forms(web.get("/calls").text) == []
    assert web.post("/action", data=stale).status_code == 409


def test_person_makes_and_declines_an_inbound_call_in_english(web: httpx.Client, simulator: Simulator) -> None:
    simulator.behave("*", "manual")
    (form,) = forms(web.get("/?lang=en").text)
    assert web.post("/action", data={**form, "contact": "12", "number": "78001002752"}).status_code == 400
    assert web.post("/action", data={**form, "contact": "79005556677", "number": "1"}).status_code == 409
    made = web.post("/action", data={**form, "contact": "79005556677", "number": "78001002752"})
    assert (made.status_code, made.headers["Location"]) == (303, "/?lang=en")
    press(web, "reject")
    assert [ring.employee_id for ring in simulator.rings] == [2339292, 2339293]
    assert "the employee&#x27;s phone rings" in web.get("/calls?lang=en").text


def test_page_escapes_what_others_wrote(web: httpx.Client, simulator: Simulator) -> None:
    simulator.account.employees[0].full_name = "<script>alert(1)</script>"
    simulator.behave("*", "manual")
    simulator.incoming_call("79004443322")
    page = web.get("/calls")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_parallel_clients_each_get_their_own_call(server: SimulatorServer, simulator: Simulator) -> None:
    got: list[int] = []

    def talk() -> None:
        with httpx.Client(trust_env=False) as client:
            for _ in range(5):
                answer = client.post(server.call_api_url, json=rpc("start.employee_call", START))
                got.append(answer.json()["result"]["data"]["call_session_id"])

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(500000001, 500000021))


def test_closed_server_listens_no_more(simulator: Simulator) -> None:
    server = serve_simulator(simulator)
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/control/state").status_code == 200
        server.close()
        with pytest.raises(httpx.TransportError):
            client.get("/control/state")
        with pytest.raises(httpx.ConnectError):
            client.get("/control/state")
    assert simulator.sender is None


def test_due_notifications_are_posted_asynchronously(simulator: Simulator) -> None:
    came: list[bytes] = []

    async def receive(request: httpx.Request) -> httpx.Response:
        came.append(await request.aread())
        if len(came) > 1:
            raise httpx.ConnectError("closed")
        return httpx.Response(200)

    async def talk() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(receive)) as client:
            await post_due(simulator, client)

    simulator.notify("http://receiver.test/secret", ["waiting_for_answer", "incoming_call"])
    simulator.incoming_call("79004443322")
    simulator.advance(1)
    asyncio.run(talk())
    assert [delivery.status for delivery in simulator.deliveries] == [200, None]
    assert len(came) == 2


def test_core_needs_no_http_library() -> None:
    code = (
        "import sys; from salebot_uiscom.simulator import Simulator; Simulator().incoming_call('79004443322');"
        "print([name for name in ('httpx', 'sqlite_utils', 'starlette', 'uvicorn', 'jinja2') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.strip() == "[]"


def test_clock_that_is_moved_by_others_only(simulator: Simulator) -> None:
    before = simulator.now
    simulator.advance_to(before.replace(hour=0))
    assert simulator.now == before
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(before.replace(tzinfo=None))


def test_example_of_the_documentation_runs(fixtures: Path) -> None:
    text = (fixtures.parent.parent.parent / "docs" / "simulator.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "simulator.md", "exec"), names)
    assert len(names["simulator"].rings) == 2
