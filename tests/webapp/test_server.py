"""The server under the applications: what goes over its sockets, whom it believes."""

from __future__ import annotations

import asyncio
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from salebot_uiscom.webapp import server as under
from salebot_uiscom.webapp.server import serve_app


async def _sees(scope: Any, receive: Any, send: Any) -> None:
    """Tells who has asked and how."""
    body = f"{scope['client'][0]} {scope['scheme']}".encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _too_long(scope: Any, receive: Any, send: Any) -> None:
    """Refuses without reading."""
    headers = [(b"content-length", b"3"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"end"})


def web(app: Callable[..., Any]) -> Callable[..., Any]:
    """`app` for requests; nothing to start or stop."""

    async def whole(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        await app(scope, receive, send)

    return whole


@pytest.mark.parametrize(
    ("trusted", "headers", "seen"),
    [
        ("127.0.0.1", {}, "127.0.0.1 http"),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}, "203.0.113.7 https"),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, "127.0.0.1 https"),
        ("10.0.0.1", {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}, "127.0.0.1 http"),
    ],
)
def test_proxies_are_believed_only_if_they_are_trusted(trusted, headers, seen):
    with serve_app(web(_sees), port=0, trusted_proxies=trusted) as server:
        assert httpx.get(server.url, headers=headers).text == seen


def test_head_and_body_of_an_answer_come_together():
    with serve_app(web(_sees), port=0) as server, socket.create_connection((server.host, server.port), 5) as asking:
        for _ in range(50):
            asking.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert asking.recv(65_536).endswith(b"\r\n\r\n127.0.0.1 http")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_in_parts_is_not_held_back(method):
    """The head is sent while the body is still being made; the first part while the second one is."""
    went_on = threading.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await asyncio.to_thread(went_on.wait, 10)
        await send({"type": "http.response.body", "body": b"two"})

    with serve_app(web(slow), port=0) as server, httpx.stream(method, server.url) as answer:
        assert answer.status_code == 200
        parts = answer.iter_raw(3)
        if method == "GET":
            assert next(parts) == b"one"
        went_on.set()
        assert list(parts) == ([b"two"] if method == "GET" else [])


def test_an_answer_after_which_the_connection_ends_arrives_whole():
    with serve_app(web(_too_long), port=0) as server:
        answer = httpx.get(server.url)
    assert (answer.status_code, answer.text) == (413, "end")


def test_a_process_that_only_serves_hands_its_interpreter_over_soon():
    code = (
        "import gc, sys; from salebot_uiscom.serving import settle_in; settle_in(); "
        "print(sys.getswitchinterval() < 0.001, gc.get_freeze_count() > 1000)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("late", [b"whole body", b"half", b"whole bodyGET / HT"])
def test_a_body_that_comes_after_its_answer_does_not_keep_the_connection_for_ever(late):
    asked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    with (
        serve_app(web(_sees), port=0, idle_s=1) as server,
        socket.create_connection((server.host, server.port), 10) as asking,
    ):
        asking.sendall(asked)
        assert asking.recv(65_536).startswith(b"HTTP/1.1 200")
        asking.sendall(late)
        assert asking.recv(65_536) == b""


UNREAD = {
    "length": (b"Content-Length: 99999999999", b"", b"a"),
    "chunks": (b"Transfer-Encoding: chunked", b"", b"1\r\na\r\n"),
    "chunk": (b"Transfer-Encoding: chunked", b"5000000\r\n", b"a"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_body_that_nobody_reads_has_one_time_however_many_pieces_it_comes_in(monkeypatch, name):
    monkeypatch.setattr(under, "LINGER_S", 0.2)
    header, first, piece = UNREAD[name]
    with (
        serve_app(web(_sees), port=0, idle_s=1) as server,
        socket.create_connection((server.host, server.port), 10) as asking,
    ):
        asking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n" + first)
        assert asking.recv(65_536).startswith(b"HTTP/1.1 200")
        reset = select.poll()
        reset.register(asking, 0)
        for _ in range(100):
            try:
                asking.sendall(piece)
            except OSError:
                return
            if reset.poll(50):
                return
    raise AssertionError("the server reads for ever")


def test_a_body_that_nobody_reads_has_a_size():
    with (
        serve_app(web(_sees), port=0) as server,
        socket.create_connection((server.host, server.port), 10) as asking,
    ):
        asking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert asking.recv(65_536).startswith(b"HTTP/1.1 200")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            asking.sendall(b"a" * 100_000_000)


def test_an_answer_reaches_who_sends_the_whole_of_his_long_body_first():
    """Closed over bytes that nobody has read, a connection is reset."""
    with (
        serve_app(web(_too_long), port=0) as server,
        socket.create_connection((server.host, server.port), 10) as asking,
    ):
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        asking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 800000\r\n\r\n")
        asking.sendall(b"a" * 800_000)
        received = b""
        while piece := asking.recv(65_536):
            received += piece
    assert received.startswith(b"HTTP/1.1 413 ")
    assert received.endswith(b"end")


def test_a_connection_serves_on_when_a_body_has_come_after_its_answer(monkeypatch):
    monkeypatch.setattr(under, "LINGER_S", 0.1)
    asked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    with (
        serve_app(web(_sees), port=0) as server,
        socket.create_connection((server.host, server.port), 10) as asking,
    ):
        for late in (b"whole body", b"half"):
            asking.sendall(asked)
            assert asking.recv(65_536).startswith(b"HTTP/1.1 200")
            asking.sendall(late)
        asking.sendall(b" body.")
        asking.settimeout(0.3)
        with pytest.raises(TimeoutError):  # longer than the rest of a body may take: there is none
            asking.recv(1)
        asking.settimeout(10)
        asking.sendall(asked)
        assert asking.recv(65_536).startswith(b"HTTP/1.1 200")


def test_who_sends_faster_than_the_other_side_reads_is_made_to_wait():
    sent = []

    async def much(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(1000):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            sent.append(number)
        await send({"type": "http.response.body", "body": b""})

    with serve_app(web(much), port=0) as server, httpx.stream("GET", server.url) as answer:
        parts = answer.iter_raw(100_000)
        assert len(next(parts)) == 100_000
        assert len(sent) < 500
        assert sum(map(len, parts)) == 999 * 100_000
