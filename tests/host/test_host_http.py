"""The web face over real sockets, and the HTTP API of the host."""

import http.client
import json
import socket
import threading

import httpx
import pytest

from salebot_uiscom.host import http as web_server
from salebot_uiscom.host import places
from salebot_uiscom.host.http import LARGEST_BODY_BYTES, serve_routes
from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import StoreBusy
from salebot_uiscom.web import WebReply

from .conftest import HEAD, arrow, block


@pytest.fixture
def serve():
    servers = []

    def begin(routes, drive, **options):
        server = serve_routes(routes, drive, port=0, **options)
        servers.append(server)
        return server

    yield begin
    for server in servers:
        server.close()


def echo(request):
    yield from ()
    return WebReply(
        200,
        json.dumps(
            [
                request.method,
                request.params["name"],
                dict(request.query),
                None if request.body is None else len(request.body),
            ]
        ).encode(),
    )


def finish(steps):
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("no effect was expected")


def get(server, path, method="GET", **options):
    with httpx.Client(trust_env=False) as client:
        return client.request(method, server.url + path, **options)


def test_request_becomes_a_record_and_its_answer_a_reply(serve):
    server = serve([("/echo/{name}", echo)], finish)
    assert get(server, "/echo/%D0%B8%D0%BC%D1%8F/?a=1&b=", "POST", content=b"12345").json() == [
        "POST", "имя", {"a": "1", "b": ""}, 5,
    ]  # fmt: skip
    assert get(server, "/other").status_code == 404
    assert get(server, "/echo/a/b").status_code == 404


def test_body_over_the_limit_is_not_read(serve):
    server = serve([("/echo/{name}", echo)], finish)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    connection.putrequest("POST", "/echo/x")
    connection.putheader("Content-Length", str(LARGEST_BODY_BYTES + 1))
    connection.endheaders()
    assert json.loads(connection.getresponse().read())[3] is None
    connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [(b"Content-Length: -5", b" 400 "), (b"Content-Length: five", b" 400 "), (b"Transfer-Encoding: chunked", b" 411 ")],
)
def test_body_of_unknown_length_is_refused(serve, headers, status):
    server = serve([("/echo/{name}", echo)], finish)
    with socket.create_connection((server.host, server.port), timeout=10) as wire:
        wire.sendall(b"POST /echo/x HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n")
        assert status in wire.recv(1000)


def test_root_path_is_cut_off(serve):
    server = serve([("/echo/{name}", echo)], finish, root="/bot/")
    assert get(server, "/bot/echo/x").status_code == 200
    assert get(server, "/echo/x").status_code == 404
    assert get(server, "/botany/echo/x").status_code == 404


@pytest.mark.parametrize(("error", "status"), [(StoreBusy("busy"), 500), (ValueError("KEY 79004443322"), 500)])
def test_failing_receiver_is_an_answer_without_secrets(serve, error, status, caplog):
    def fail(steps):
        steps.close()
        raise error

    reply = get(serve([("/echo/{name}", echo)], fail), "/echo/KEY")
    assert (reply.status_code, reply.content) == (status, b"")
    assert "79004443322" not in caplog.text


# ---------------------------------------------------------------- who is slow, and who wants more than there is


def knock(server, first=b""):
    wire = socket.create_connection((server.host, server.port), timeout=10)
    wire.sendall(first)
    return wire


def drip(wire, piece):
    """Send a piece twenty times a second until the server has enough; its last words."""
    wire.settimeout(0.05)
    for _ in range(100):
        try:
            return wire.recv(1000)
        except TimeoutError:
            try:
                wire.sendall(piece)
            except OSError:
                return b""
        except OSError:
            return b""
    raise AssertionError("the server waits for ever")


POST = b"POST /echo/x HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b"a"),
        (POST, b"X-A: 1\r\n"),
        (POST + b"X-A: ", b"a"),
        (POST + b"Content-Length: 2000\r\n\r\n", b"a"),
    ],
    ids=["line", "headers", "header", "body"],
)
def test_a_request_has_one_time_however_many_pieces_it_comes_in(serve, monkeypatch, first, piece):
    monkeypatch.setattr(places, "HEAD_S", 0.3)
    monkeypatch.setattr(places, "REQUEST_S", 0.4)
    asked = []
    server = serve([("/echo/{name}", echo)], lambda steps: asked.append(steps) or finish(steps))
    with knock(server, first) as wire:
        assert drip(wire, piece)[:13] in (b"HTTP/1.0 408 ", b"")
    assert asked == []  # the half that came is not taken for the whole


def test_the_slowest_gives_his_place_to_somebody_else(serve, monkeypatch):
    monkeypatch.setattr(web_server, "MOST_CONNECTIONS", 3)
    monkeypatch.setattr(places, "FAIR_S", 0.1)
    server = serve([("/echo/{name}", echo)], finish)
    slow = [knock(server, POST) for _ in range(3)]
    assert get(server, "/echo/x", "POST", content=b"123").status_code == 200
    assert slow[0].recv(1000)[:13] in (b"HTTP/1.0 408 ", b"")
    slow[1].sendall(b"\r\n")
    assert b" 200 " in slow[1].recv(1000)
    for wire in slow:
        wire.close()


@pytest.fixture
def held():
    """Steps are carried out when `go` is set; `at_work` tells that one waits for it."""

    class Held:
        at_work, go = threading.Semaphore(0), threading.Event()

        def __call__(self, steps):
            self.at_work.release()
            assert self.go.wait(20)
            return finish(steps)

    return Held()


def test_who_finds_everybody_at_work_is_told_so(serve, monkeypatch, held):
    monkeypatch.setattr(web_server, "MOST_CONNECTIONS", 2)
    monkeypatch.setattr(places, "PLACE_S", 0.1)
    server = serve([("/echo/{name}", echo)], held)
    working = [knock(server, POST + b"\r\n") for _ in range(2)]
    for _ in working:
        assert held.at_work.acquire(timeout=10)
    with knock(server) as late:
        answer = late.recv(1000)
    assert answer.startswith(b"HTTP/1.0 503 ")
    assert b"Retry-After" in answer
    held.go.set()
    assert [b" 200 " in wire.recv(1000) for wire in working] == [True, True]
    for wire in working:
        wire.close()


def test_the_end_waits_for_requests_at_work_and_not_for_halves(serve, monkeypatch, held):
    monkeypatch.setattr(places, "FAIR_S", 0.1)
    server = serve([("/echo/{name}", echo)], held)
    halves = [knock(server, POST), knock(server, POST + b"Content-Length: 2\r\n\r\na")]
    working = knock(server, POST + b"\r\n")
    assert held.at_work.acquire(timeout=10)
    ending = threading.Thread(target=server.close)
    ending.start()
    for wire in halves:
        assert wire.recv(1000).startswith(b"HTTP/1.0 408 ")
    assert ending.is_alive()
    held.go.set()
    assert b" 200 " in working.recv(1000)
    ending.join(10)
    assert not ending.is_alive()
    for wire in (*halves, working):
        wire.close()


def test_the_end_does_not_wait_for_ever_for_a_request_at_work(serve, monkeypatch, held, caplog):
    monkeypatch.setattr(places, "CLOSE_S", 0.1)
    server = serve([("/echo/{name}", echo)], held)
    with knock(server, POST + b"\r\n") as working:
        assert held.at_work.acquire(timeout=10)
        ending = threading.Thread(target=server.close)
        ending.start()
        ending.join(10)
        assert not ending.is_alive()
        held.go.set()
        assert b" 200 " in working.recv(1000)
    assert "still at work" in caplog.text


def test_an_answer_before_the_end_of_a_body_arrives(serve):
    """Closed over bytes that nobody has read, a connection is reset."""
    server = serve([("/echo/{name}", echo)], finish)
    with knock(server, POST + b"Content-Length: 800000\r\n\r\n") as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        wire.sendall(b"a" * 800_000)
        assert b" 200 " in wire.recv(1000)


# ---------------------------------------------------------------- the API of the host


@pytest.fixture
def api(talk, serve):
    one = talk(
        block(1, "start", condition="заказ", match="exact", message="#{сумма}"),
        block(2, message="блок"),
        block(3, "start", condition="пауза", match="exact", calc="x = pause_bot(60)"),
        block(4, "start", condition="шаг", match="exact"),
        block(5),
        arrow(1, 4, 5, condition="дальше", match="exact"),
    )
    server = serve(one.host.routes, one.host.answer)

    def call(method, verb="POST", key="k", **params):
        options = {"json": params} if verb == "POST" else {"params": params}
        reply = get(server, f"/api/{key}/{method}", verb, **options)
        return reply.status_code, reply.json() if reply.content else None

    call.talk, call.server = one, server
    return call


SUCCESS = (200, {"status": "success"})


def test_callback_by_get_and_post(api):
    assert api("callback", "GET", client_id=1001, message="заказ", сумма=5) == SUCCESS
    assert api.talk.run() == ["5"]
    assert api("callback", client_id=5, message="заказ") == (404, {"status": "error", "message": "client_not_found"})


def test_callback_can_lift_a_pause(api):
    api.talk.say("пауза")
    api("callback", client_id=1001, message="заказ", сумма=1)
    assert api.talk.run() == []
    api("callback", client_id=1001, message="заказ", resume_bot=True)
    assert api.talk.run() == ["1"]


@pytest.mark.parametrize("when", [{"time_shift": 600}, {"send_time": "2026-03-02 10:10:00"}])
def test_callback_can_be_put_off(api, when):
    assert api("callback", client_id=1001, message="заказ", сумма=7, **when) == SUCCESS
    assert api.talk.run() == []
    assert api.talk.wait("2026-03-02 10:09") == []
    assert api.talk.wait("2026-03-02 10:10") == ["7"]
    assert [(line.text, line.outside) for line in api.talk.history() if line.incoming] == [("заказ", 3)]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"message": "заказ", "time_shift": "abc"}, "wrong time_shift"),
        ({"message": "заказ", "time_shift": True}, "wrong time_shift"),
        ({"message": "заказ", "time_shift": 10**18}, "wrong time_shift"),
        ({"message": "заказ", "time_shift": [5]}, "wrong time_shift"),
        ({"message": "заказ", "send_time": "завтра"}, "wrong send_time"),
        ({}, "no message"),
        ({"message": ""}, "no message"),
        ({"message": "  "}, "no message"),
        ({"message": None, "time_shift": 5}, "no message"),
    ],
)
def test_a_callback_that_makes_no_sense_is_refused_and_nothing_comes_in(api, params, told):
    assert api("callback", client_id=1001, **params) == (400, {"status": "error", "message": told})
    assert api.talk.run() == []
    assert (api.talk.history(), api.talk.plans(), api.talk.deal()) == ([], [], {})


@pytest.mark.parametrize("params", [{}, {"message_id": "abc", "message": "да"}, {"message_id": 99}])
def test_a_message_that_says_nothing_is_refused(api, params):
    assert api("message", client_id=1001, **params)[0] == 400
    assert api.talk.history() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{bad", "application/json"),
        (b"[1]", "application/json"),
        (b'"text"', "application/json"),
        (b'{"client_id": 1001, "message": NaN}', "application/json"),
        (b'{"message": "\xff"}', "application/json"),
        (b"client_id=1001", "text/plain"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(api, body, kind):
    reply = get(
        api.server, "/api/k/callback?client_id=1001&message=x", "POST", content=body, headers={"Content-Type": kind}
    )
    assert reply.status_code == 400
    assert reply.json()["message"].startswith("wrong body")
    assert api.talk.run() == []


def test_an_empty_body_leaves_the_parameters_of_the_address(api):
    reply = get(
        api.server, "/api/k/callback?client_id=1001&message=x", "POST", headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()) == SUCCESS


def test_history_has_the_documented_fields(api):
    api("callback", client_id=1001, message="заказ", сумма=1)
    api.talk.run()
    api("message", client_id=1001, message="скоро")
    api("callback", client_id=1001, message="молчание")
    api.talk.run()
    lines = api("get_history", client_id=1001)[1]["result"]
    assert [list(line) for line in lines] == [
        ["id", "answered", "client_replica", "message_id", "message_from_outside", "created_at", "text", "attachments",
         "delivered", "error_message", "manager_id", "manager_email"]
    ] * len(lines)  # fmt: skip
    assert [(line["text"], line["client_replica"], line["answered"]) for line in lines] == [
        ("заказ", True, True), ("1", False, None), ("скоро", False, None), ("молчание", True, False),
    ]  # fmt: skip
    assert {(line["manager_id"], line["manager_email"]) for line in lines} == {(None, None)}


def test_a_callback_that_was_put_off_survives_the_cancelling_of_messages(api):
    api("callback", client_id=1001, message="заказ", сумма=7, time_shift=600)
    api.talk.say("шаг")
    api.talk.say("дальше")  # this arrow cancels the planned messages of the bot
    assert api.talk.position() == "5"
    assert api.talk.wait("2026-03-02 10:10") == ["7"]


def test_a_callback_that_was_put_off_lifts_a_pause_when_it_comes(api):
    api.talk.say("пауза")
    api("callback", client_id=1001, message="заказ", сумма=1, time_shift=60)
    api("callback", client_id=1001, message="заказ", сумма=1, time_shift=120, resume_bot=True)
    assert api.talk.wait("2026-03-02 10:01") == []
    assert api.talk.wait("2026-03-02 10:02") == ["1"]


def test_phone_and_email_of_a_callback_are_variables_of_the_deal(api):
    assert api("callback", client_id=1001, message="заказ", phone="79005556677", email="a@example.org") == SUCCESS
    api.talk.run()
    assert (api.talk.deal()["phone"], api.talk.deal()["email"]) == ("79005556677", "a@example.org")


def test_callbacks_by_messenger(api):
    assert api("tg_callback", user_id="555", message="заказ", сумма=2) == SUCCESS
    assert api.talk.run() == ["2"]
    assert api("whatsapp_callback", phone="79004443322", message="заказ", сумма=3) == SUCCESS
    (client,) = api.talk.store.find_clients(6, "79004443322")
    assert api.talk.run(client) == ["3"]
    assert api("vk_callback", user_id="1", message="заказ")[0] == 404
    assert api("email_callback", email="a@example.org", message="заказ")[0] == 404


def test_message_is_written_and_a_block_started(api):
    status, answer = api("message", client_id=1001, message="привет", message_id=2)
    assert (status, answer["status"]) == (200, "success")
    assert api.talk.run() == ["блок"]
    assert [(line.text, line.outside) for line in api.talk.history()] == [("привет", 1), ("блок", 0)]
    assert api("message", client_id=1001, message_id=99)[0] == 400
    assert api("whatsapp_message", phone="79004443322", message="привет")[0] == 200


def test_variables_are_saved_and_read(api):
    assert api("save_variables", client_id=1001, variables={"a": 1, "client.b": "два", "c": [1]}) == SUCCESS
    assert api("get_variables", "GET", client_id=1001) == (200, {"a": 1, "c": [1], "client.b": "два"})
    assert api("save_variables", client_id=1001, variables={"client_id": 1})[0] == 400
    assert api("save_variables", client_id=1001)[0] == 400


def test_clients_are_found(api):
    one = api.talk
    wa = one.store.create_client(NewClient(6, "79004443322", "wa1", "Мария"))
    api(
        "save_variables",
        client_id=wa.id,
        variables={"client.email": "m@example.org", "client.город": "Тверь", "сделка": 5},
    )
    found = (200, {"status": "success", "client_id": wa.id})
    assert api("find_client_id_by_phone", phone="+7 900 444-33-22") == found
    assert api("find_client_id_by_phone", phone="79000000000")[0] == 404
    assert api("find_client_id_by_email", email="m@example.org") == found
    assert api("find_client_id_by_var", var="город", val="Тверь") == found
    assert api("find_client_id_by_var", var="сделка", val="5", search_in="order") == found
    assert api("find_latest_client_id_by_var", var="город", val="Тверь") == found
    assert api("find_all_client_id_by_var", var="город", val="Тверь") == (
        200,
        {"status": "success", "clients": [wa.id]},
    )
    assert api("find_client_id_by_platform_id", platform_id="79004443322", client_type=6) == found
    assert api("whatsapp_client_id", phone="79004443322") == found
    assert [client["id"] for client in api("find_clients", q="мари")[1]["clients"]] == [wa.id]
    assert api("find_clients", q="никто")[1]["clients"] == []
    assert [client["id"] for client in api("load_clients")[1]["clients"]] == [1001, wa.id]
    assert len(api("connected_channels")[1]["channels"]) == 2


def test_history_and_deals(api):
    api.talk.say("заказ")
    (line,) = api("get_history", client_id=1001)[1]["result"]
    assert (line["text"], line["client_replica"], line["message_from_outside"]) == ("заказ", True, 0)
    status, answer = api("create_order", client_id=1001, name="Заявка", variables={"a": 1})
    assert (status, answer["status"]) == (200, "success")
    number = answer["order_id"]
    assert api("set_order_vars", order_id=number, variables={"b": 2}) == SUCCESS
    assert api("get_order_vars", order_id=number) == (200, {"status": "success", "variables": {"a": 1, "b": 2}})
    assert api("get_order_vars", order_id=12345) == (404, {"status": "error", "message": "order 12345 not found"})
    assert api("create_order", client_id=1001, budget="x")[0] == 400


def test_wrong_key_and_wrong_method(api, talk):
    assert api("callback", key="wrong", client_id=1001) == (404, None)
    assert api("callback", "DELETE", client_id=1001)[0] == 405
    assert api("drop_tables")[0] == 404
    keyless = talk(block(1), head=HEAD.replace('api_key = "k"', ""))
    assert [path for path, _ in keyless.host.routes] == ["/uiscom_webhook/{key}"]
