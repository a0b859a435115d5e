"""Threads that carry requests are kept, can be given up, and do not survive a fork."""

from __future__ import annotations

import subprocess
import sys
import threading

import httpx
import pytest

from salebot_uiscom.effects import HttpRequest, TransportError
from salebot_uiscom.http import HttpTransport

REQUEST = HttpRequest("GET", "https://example.test/")
FORK = """
import os, httpx
from salebot_uiscom.effects import HttpRequest
from salebot_uiscom.http import HttpTransport
http = HttpTransport(httpx.MockTransport(lambda request: httpx.Response(204)))
request = HttpRequest("GET", "https://example.test/", timeout_s=5.0)
assert http.request(request).status == 204
child = os.fork()
if child == 0:
    os._exit(http.request(request).status - 204)
assert os.waitpid(child, 0)[1] == 0
assert http.request(request).status == 204
"""


def test_the_thread_of_a_request_carries_the_next_one() -> None:
    seen: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(threading.get_ident())
        return httpx.Response(200)

    with HttpTransport(httpx.MockTransport(answer)) as http:
        for _ in range(5):
            http.request(REQUEST)
    assert len(set(seen)) < len(seen)  # a thread that an earlier test gave up may come back and help
    assert threading.get_ident() not in seen


def test_a_request_given_up_leaves_room_for_the_next_and_its_thread_comes_back() -> None:
    gate, entered = threading.Event(), threading.Event()
    seen: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(threading.get_ident())
        if request.url.path == "/slow":
            entered.set()
            gate.wait(30)
        return httpx.Response(200)

    with HttpTransport(httpx.MockTransport(answer)) as http:
        with pytest.raises(TransportError) as caught:
            http.request(HttpRequest("GET", "https://example.test/slow", timeout_s=0.05))
        assert caught.value.timeout
        assert entered.wait(30)
        assert http.request(REQUEST).status == 200
        assert seen[0] != seen[1]
        gate.set()
        assert http.request(REQUEST).status == 200
    assert len(seen) == 3


def test_a_forked_process_makes_threads_of_its_own() -> None:
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], timeout=60).returncode == 0


def test_several_threads_ask_at_once() -> None:
    together = threading.Barrier(4, timeout=30)

    def answer(request: httpx.Request) -> httpx.Response:
        together.wait()  # passes only when four requests are under way
        return httpx.Response(200)

    with HttpTransport(httpx.MockTransport(answer)) as http:
        statuses: list[int] = []
        askers = [threading.Thread(target=lambda: statuses.append(http.request(REQUEST).status)) for _ in range(4)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(30)
    assert statuses == [200] * 4
