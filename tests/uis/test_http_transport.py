"""The transport over real sockets: connections, time, what may have left."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from salebot_uiscom.doctor.way import DNS, REFUSED, TLS, cause_of
from salebot_uiscom.effects import HttpReply, HttpRequest, TransportError, Wait, adrive, drive
from salebot_uiscom.http import HttpTransport, network
from salebot_uiscom.http import transport as transport_module
from salebot_uiscom.http.threads import Threads

MODES = pytest.mark.parametrize("mode", ["sync", "async"])
# Signed by itself, valid for a hundred years; opens nothing.
CERTIFICATE = Path(__file__).parent.parent / "fixtures" / "tls" / "bot.test.pem"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Accepts connections and gives each request to `behave(connection, number of the request)`."""

    def __init__(self, behave: Callable[[socket.socket, int], None], tls: ssl.SSLContext | None = None) -> None:
        self.behave = behave
        self.tls = tls
        self.connections = 0
        self.requests: list[bytes] = []
        self.over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v4.0"
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if self.over.is_set():
                connection.close()
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        if self.tls is not None:
            try:
                connection = self.tls.wrap_socket(connection, server_side=True)
            except OSError:  # the client does not trust us
                return
        with connection:
            try:
                while head := self._read(connection):
                    self.requests.append(head)
                    self.behave(connection, len(self.requests))
                    if b"connection: close" in head.lower():
                        return
            except OSError:
                return

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(
            next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")).split(b":")[1]
        )
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def close(self) -> None:
        self.over.set()
        with socket.create_connection(self._socket.getsockname()):
            pass
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._threads[0].join()
        self._socket.close()
        for thread in self._threads[1:]:
            thread.join()


@contextmanager
def serving(behave: Callable[[socket.socket, int], None], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(behave, tls)
    try:
        yield server
    finally:
        server.close()


def say_ok(connection: socket.socket, number: int) -> None:
    connection.sendall(OK)


def post(url: str, **changes: Any) -> HttpRequest:
    return HttpRequest("POST", url, content=b"{}", **changes)


def perform(mode: str, *effects: HttpRequest) -> list[HttpReply]:
    def steps() -> Any:
        replies = []
        for effect in effects:
            replies.append((yield effect))
        return replies

    async def run() -> Any:
        async with HttpTransport() as transport:
            return await adrive(steps(), transport.async_handlers())

    if mode == "async":
        return list(asyncio.run(run()))
    with HttpTransport() as transport:
        return list(drive(steps(), transport.handlers()))


@MODES
def test_connection_is_kept_alive_between_ordinary_requests(mode: str) -> None:
    with serving(say_ok) as server:
        replies = perform(mode, post(server.url), post(server.url))
        assert [(reply.status, reply.content) for reply in replies] == [(200, b"ok")] * 2
        assert server.connections == 1


@MODES
def test_fresh_connection_is_never_reused_and_says_close(mode: str) -> None:
    with serving(say_ok) as server:
        perform(
            mode, post(server.url), post(server.url, fresh_connection=True), post(server.url, fresh_connection=True)
        )
        assert server.connections == 3
        assert [b"connection: close" in head.lower() for head in server.requests] == [False, True, True]


@MODES
def test_length_is_sent_and_the_body_is_not_chunked(mode: str) -> None:
    with serving(say_ok) as server:
        perform(mode, HttpRequest("POST", server.url, content="Привет".encode()))
        head = server.requests[0].lower()
        assert b"content-length: 12" in head
        assert b"transfer-encoding" not in head


@MODES
def test_closed_port_means_not_sent(mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(TransportError) as caught:
        perform(mode, post(f"http://127.0.0.1:{port}/"))
    assert not caught.value.sent
    assert cause_of(caught.value) == REFUSED


@MODES
def test_failed_tls_means_not_sent(mode: str) -> None:
    def no_tls() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=no_tls)
        thread.start()
        with pytest.raises(TransportError) as caught:
            perform(mode, post(f"https://127.0.0.1:{listening.getsockname()[1]}/"))
        thread.join()
    assert not caught.value.sent
    assert cause_of(caught.value) == TLS


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server of the name bot.test needs; clients trust its certificate."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(CERTIFICATE)
    monkeypatch.setattr(transport_module, "_ssl_context", lambda: client)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    return server


@MODES
def test_encrypted_connection_is_kept_and_checks_the_name(mode: str, tls: ssl.SSLContext) -> None:
    with serving(say_ok, tls) as server:
        url = server.url.replace("http:", "https:")
        named = post(url, tls_name="bot.test")
        assert [reply.content for reply in perform(mode, named, named)] == [b"ok", b"ok"]
        assert server.connections == 1
        with pytest.raises(TransportError) as caught:
            perform(mode, post(url, tls_name="other.test"))
        assert (caught.value.sent, cause_of(caught.value)) == (False, TLS)
        assert len(server.requests) == 2


@MODES
def test_encrypted_drops_are_left_in_time(mode: str, tls: ssl.SSLContext) -> None:
    def drip(connection: socket.socket, number: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not server.over.wait(0.02):
            connection.sendall(b"x")

    with serving(drip, tls) as server:
        with pytest.raises(TransportError) as caught:
            perform(mode, post(server.url.replace("http:", "https:"), tls_name="bot.test", timeout_s=0.3))
        assert (caught.value.sent, caught.value.timeout) == (True, True)


@MODES
def test_connection_closed_without_an_answer_means_perhaps_sent(mode: str) -> None:
    with serving(lambda connection, number: connection.shutdown(socket.SHUT_RDWR)) as server:
        with pytest.raises(TransportError) as caught:
            perform(mode, post(server.url))
        assert (caught.value.sent, caught.value.timeout) == (True, False)
        assert len(server.requests) == 1


@MODES
@pytest.mark.parametrize("part", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"])
def test_server_that_sends_drop_by_drop_is_left_in_time(part: bytes, mode: str) -> None:
    def drip(connection: socket.socket, number: int) -> None:
        connection.sendall(part)
        while not server.over.wait(0.02):
            connection.sendall(b"x")

    with serving(drip) as server:
        with pytest.raises(TransportError) as caught:
            perform(mode, post(server.url, timeout_s=0.3))
        assert (caught.value.sent, caught.value.timeout) == (True, True)


@MODES
def test_silent_server_is_a_timeout_perhaps_sent(mode: str) -> None:
    with serving(lambda connection, number: None) as server:
        with pytest.raises(TransportError) as caught:
            perform(mode, post(server.url, timeout_s=0.2))
        assert (caught.value.sent, caught.value.timeout) == (True, True)


@MODES
def test_request_given_up_while_its_name_is_looked_up_never_leaves(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    looked_up = threading.Event()
    real = socket.getaddrinfo

    def hanging(host: Any, *rest: Any, **options: Any) -> Any:
        if host in ("slow.test", b"slow.test"):
            answered.wait()
            looked_up.set()
            return real("127.0.0.1", *rest, **options)
        return real(host, *rest, **options)

    finished = threading.Event()

    class Watched(Threads):
        def run(self, work: Callable[[], None], timeout_s: float) -> bool:
            def watched() -> None:
                work()
                finished.set()

            return super().run(watched, timeout_s)

    monkeypatch.setattr(network, "threads", Watched())
    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    with serving(say_ok) as server:
        url = server.url.replace("127.0.0.1", "slow.test")

        def give_up() -> None:
            # asyncio joins the thread of the look-up when its loop ends.
            threading.Timer(0.4, answered.set).start()
            with pytest.raises(TransportError) as caught:
                perform(mode, post(url, timeout_s=0.1, fresh_connection=True))
            assert (caught.value.sent, caught.value.timeout) == (False, True)

        give_up()
        assert looked_up.wait(5)
        if mode == "sync":  # the thread that was given up goes on alone; asyncio has waited for its own
            assert finished.wait(5)
        assert server.requests == []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names with their addresses; each look-up is written down under "asked"."""
    known: dict[str, list[str]] = {"asked": []}
    real = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        known["asked"].append(name)
        if name in known:
            return [entry for address in known[name] for entry in real(address, *rest, **options)]
        if name.endswith(".test"):
            raise socket.gaierror("unknown")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@MODES
def test_unknown_name_means_not_sent(mode: str, names: dict[str, list[str]]) -> None:
    with pytest.raises(TransportError) as caught:
        perform(mode, post("http://nobody.test/"))
    assert (caught.value.sent, caught.value.timeout) == (False, False)
    assert cause_of(caught.value) == DNS


@MODES
def test_second_address_of_a_name_serves_when_the_first_refuses(mode: str, names: dict[str, list[str]]) -> None:
    with serving(say_ok) as server:
        names["two.test"] = ["127.0.0.2", "127.0.0.1"]
        assert perform(mode, post(server.url.replace("127.0.0.1", "two.test")))[0].status == 200
        assert b"host: two.test" in server.requests[0].lower()


def test_kept_connection_needs_no_second_look_up(names: dict[str, list[str]]) -> None:
    with serving(say_ok) as server:
        names["one.test"] = ["127.0.0.1"]
        url = server.url.replace("127.0.0.1", "one.test")
        perform("sync", post(url), post(url))
        assert names["asked"].count("one.test") == 1
        perform("sync", *[post(url, fresh_connection=True)] * 2)
        assert names["asked"].count("one.test") == 3


@MODES
def test_server_silent_before_tls_is_a_timeout_not_sent(mode: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with pytest.raises(TransportError) as caught:
            perform(mode, post(f"https://127.0.0.1:{listening.getsockname()[1]}/", connect_timeout_s=0.1))
        assert (caught.value.sent, caught.value.timeout) == (False, True)


@MODES
def test_server_that_takes_drop_by_drop_is_left_in_time(mode: str) -> None:
    over = threading.Event()

    def sip() -> None:
        connection, _ = listening.accept()
        with connection:
            while not over.wait(0.02):
                connection.recv(4096)

    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=sip)
        thread.start()
        large = HttpRequest(
            "POST", f"http://127.0.0.1:{listening.getsockname()[1]}/", content=bytes(32 << 20), timeout_s=0.4
        )
        with pytest.raises(TransportError) as caught:
            perform(mode, large)
        over.set()
        thread.join()
    assert (caught.value.sent, caught.value.timeout) == (True, True)


@MODES
def test_proxy_of_the_environment_is_used_and_cookies_are_not_kept(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    answer = OK.replace(b"\r\n", b"\r\nSet-Cookie: visitor=1\r\n", 1)
    with serving(lambda connection, number: connection.sendall(answer)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        replies = perform(mode, post("http://far.test/a"), post("http://far.test/b"))
        assert [reply.status for reply in replies] == [200, 200]
        assert [head.split()[1] for head in proxy.requests] == [b"http://far.test/a", b"http://far.test/b"]
        assert not any(b"cookie" in head.lower() for head in proxy.requests)


@MODES
def test_cookies_are_not_kept(mode: str) -> None:
    answer = OK.replace(b"\r\n", b"\r\nSet-Cookie: visitor=1\r\n", 1)
    with serving(lambda connection, number: connection.sendall(answer)) as server:
        perform(mode, post(server.url), post(server.url))
        assert not any(b"cookie" in head.lower() for head in server.requests)


def test_request_over_the_network_runs_in_the_thread_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Threads):
        def run(self, work: Callable[[], None], timeout_s: float) -> bool:
            raise AssertionError("no thread is needed")

    monkeypatch.setattr(transport_module, "_behind_proxy", lambda: False)
    monkeypatch.setattr(network, "threads", Refusing())
    monkeypatch.setattr(transport_module, "threads", Refusing())
    with serving(say_ok) as server:
        assert [reply.status for reply in perform("sync", post(server.url), post(server.url))] == [200, 200]


def test_transport_that_keeps_time_runs_in_the_thread_that_asks() -> None:
    class Keeping(httpx.MockTransport):
        keeps_time = True

    seen: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(threading.get_ident())
        return httpx.Response(200)

    with HttpTransport(Keeping(answer)) as transport:
        transport.request(post("https://callapi.uiscom.ru/v4.0"))
    assert seen == [threading.get_ident()]


@MODES
def test_redirect_is_handed_back(mode: str) -> None:
    answer = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda connection, number: connection.sendall(answer)) as server:
        assert [reply.status for reply in perform(mode, post(server.url))] == [307]
        assert len(server.requests) == 1


@MODES
def test_address_that_is_none_was_not_sent_and_is_not_shown(mode: str) -> None:
    with pytest.raises(TransportError) as caught:
        perform(mode, post("gopher://secret-key.example/"))
    assert not caught.value.sent
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("fault", [RuntimeError("x"), ValueError("x"), OSError("x"), httpx.DecodingError("x")])
def test_unforeseen_fault_counts_as_perhaps_sent(fault: Exception) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise fault

    with HttpTransport(httpx.MockTransport(fail)) as transport, pytest.raises(TransportError) as caught:
        transport.request(post("https://callapi.uiscom.ru/v4.0"))
    assert caught.value.sent


def test_replaced_transport_that_hangs_counts_as_perhaps_sent() -> None:
    over = threading.Event()

    def hang(request: httpx.Request) -> httpx.Response:
        over.wait()
        return httpx.Response(200)

    with HttpTransport(httpx.MockTransport(hang)) as transport:
        with pytest.raises(TransportError) as caught:
            transport.request(post("https://callapi.uiscom.ru/v4.0", timeout_s=0.05))
        over.set()
    assert caught.value.sent


def test_wait_uses_the_given_sleep() -> None:
    slept: list[float] = []
    transport = HttpTransport(sleep=slept.append)
    transport.handlers()[Wait](Wait(1.5))
    assert slept == [1.5]


def test_transport_serves_several_event_loops_one_after_the_other() -> None:
    transport = HttpTransport()

    async def once(url: str) -> int:
        reply: HttpReply = await transport.arequest(post(url))
        await transport.aclose()
        return reply.status

    with serving(say_ok) as server:
        assert [asyncio.run(once(server.url)) for _ in range(2)] == [200, 200]
        assert server.connections == 2
