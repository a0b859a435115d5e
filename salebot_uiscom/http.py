"""Performs `HttpRequest` and `Wait` with httpx, for threads and for asyncio.

Connections are kept alive and shared; requests that must not be repeated get a connection of their own
(`HttpRequest.fresh_connection`), because a kept-alive connection that the server has closed looks like a lost answer.
All clients share one SSL context: loading the certificates costs about 20 ms.

What may have reached the server is decided by httpx's exception class (uis-api.md 10) and, when the overall time is
over, by httpcore's trace of the request.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from contextlib import aclosing, closing
from functools import cache, lru_cache
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakKeyDictionary

from .effects import AsyncHandlers, Handlers, HttpReply, HttpRequest, TransportError, Wait

if TYPE_CHECKING:
    import ssl

    import httpx


@cache
def _ssl_context() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


class HttpTransport:
    """Handlers for `drive` and `adrive`.

    Args:
        transport: replaces the network (`httpx.MockTransport`, a simulator). None: real connections.
        sleep, async_sleep: perform `Wait`; replaced in tests.
    """

    def __init__(
        self,
        transport: Any = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        async_sleep: Callable[[float], Any] = asyncio.sleep,
    ) -> None:
        self._transport = transport
        self._sleep = sleep
        self._async_sleep = async_sleep
        self._lock = threading.Lock()
        self._clients: dict[bool, httpx.Client] = {}
        # A connection belongs to the event loop it was opened in.
        self._async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, httpx.AsyncClient]] = (
            WeakKeyDictionary()
        )

    def handlers(self) -> Handlers:
        return {HttpRequest: self.request, Wait: self.wait}

    def async_handlers(self) -> AsyncHandlers:
        return {HttpRequest: self.arequest, Wait: self.await_}

    def wait(self, effect: Wait) -> None:
        self._sleep(effect.seconds)

    async def await_(self, effect: Wait) -> None:
        await self._async_sleep(effect.seconds)

    def request(self, effect: HttpRequest) -> HttpReply:
        """Perform a request within `effect.timeout_s`, name resolution included.

        A thread of its own carries the request: nothing else bounds a name server that does not answer or a server
        that sends one byte now and then. A request given up before its first byte can never leave afterwards.
        """
        journey = _Journey(traced=self._transport is None)
        result: list[HttpReply | BaseException] = []

        def work() -> None:
            try:
                result.append(self._send(effect, journey))
            except BaseException as error:
                result.append(error)

        if not _threads.run(work, effect.timeout_s):
            perhaps_sent = journey.give_up()
            # An answer that came in this very moment is better than none.
            if not result:
                raise TransportError("timeout", sent=perhaps_sent, timeout=True)
        outcome = result[0]
        if isinstance(outcome, HttpReply):
            return outcome
        raise outcome

    async def arequest(self, effect: HttpRequest) -> HttpReply:
        journey = _Journey(traced=self._transport is None)
        try:
            async with asyncio.timeout(effect.timeout_s):
                return await self._asend(effect, journey)
        except TimeoutError as error:
            raise TransportError("timeout", sent=journey.give_up(), timeout=True) from error

    def _send(self, effect: HttpRequest, journey: _Journey) -> HttpReply:
        try:
            client = self._client(effect.fresh_connection)
            response = client.send(_request(effect, journey.trace), stream=True)
            with closing(response):
                body = bytearray()
                for chunk in response.iter_bytes():
                    _grow(body, chunk, effect.largest_body_bytes)
                return _reply(response, body)
        except TransportError:
            raise
        except Exception as error:
            raise _translate(error) from error

    async def _asend(self, effect: HttpRequest, journey: _Journey) -> HttpReply:
        try:
            client = self._async_client(effect.fresh_connection)
            response = await client.send(_request(effect, journey.atrace), stream=True)
            async with aclosing(response):
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    _grow(body, chunk, effect.largest_body_bytes)
                return _reply(response, body)
        except TransportError:
            raise
        except Exception as error:
            raise _translate(error) from error

    def warm_up(self) -> None:
        """Load httpx and the certificates now, so that no request has to wait for them."""
        for fresh in (False, True):
            self._client(fresh)

    def _client(self, fresh: bool) -> httpx.Client:
        import httpx

        with self._lock:
            if fresh not in self._clients:
                self._clients[fresh] = httpx.Client(transport=self._transport, **_client_options(fresh))
            return self._clients[fresh]

    def _async_client(self, fresh: bool) -> httpx.AsyncClient:
        import httpx

        loop = asyncio.get_running_loop()
        with self._lock:
            clients = self._async_clients.setdefault(loop, {})
            if fresh not in clients:
                clients[fresh] = httpx.AsyncClient(transport=self._transport, **_client_options(fresh))
            return clients[fresh]

    def close(self) -> None:
        """Close the connections of the synchronous side. The object can be used again afterwards."""
        with self._lock:
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        with self._lock:
            clients = self._async_clients.pop(asyncio.get_running_loop(), {})
        for client in clients.values():
            await client.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.aclose()


class _Threads:
    """Threads that carry requests, kept for the next one: starting a thread costs more than all else of a request.

    One that was given up finishes alone and comes back then. All are daemons: none holds up the end of the program.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._idle: list[SimpleQueue[tuple[Callable[[], None], threading.Lock]]] = []

    def run(self, work: Callable[[], None], timeout_s: float) -> bool:
        """Carry out `work`, which raises nothing. False: not done within the time; it may still be at it."""
        if self._process != os.getpid():  # a fork takes no threads along
            self._process, self._idle = os.getpid(), []
        try:
            jobs = self._idle.pop()
        except IndexError:
            jobs = SimpleQueue()
            threading.Thread(
                target=self._serve, args=(jobs, self._idle), name="salebot-uiscom-http", daemon=True
            ).start()
        done = threading.Lock()
        done.acquire()
        jobs.put((work, done))
        return done.acquire(timeout=timeout_s)

    def _serve(self, jobs: SimpleQueue[Any], idle: list[Any]) -> None:
        while True:
            work, done = jobs.get()
            work()
            idle.append(jobs)
            done.release()
            del work, done  # an idle thread must not keep a request and its key


_threads = _Threads()


class _Journey:
    """How far one request got; decides atomically between "leaves now" and "given up, never leaves"."""

    def __init__(self, traced: bool) -> None:
        self._traced = traced
        self._lock = threading.Lock()
        self._leaving = False
        self._given_up = False

    def trace(self, event: str, info: Any) -> None:
        if event.endswith("send_request_headers.started"):
            with self._lock:
                if self._given_up:
                    raise TransportError("timeout", sent=False, timeout=True)
                self._leaving = True

    async def atrace(self, event: str, info: Any) -> None:
        self.trace(event, info)

    def give_up(self) -> bool:
        """Forbid the request to leave. True when it may have left already."""
        with self._lock:
            self._given_up = True
            # A replaced transport need not report its steps.
            return self._leaving or not self._traced


def _client_options(fresh: bool) -> dict[str, Any]:
    import httpx

    return {
        "verify": _ssl_context(),
        "follow_redirects": False,
        "limits": httpx.Limits(max_keepalive_connections=0 if fresh else 20),
    }


@lru_cache(64)
def _url(address: str) -> httpx.URL:
    import httpx

    return httpx.URL(address)


@lru_cache(64)
def _headers_beside(own: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What httpx sends by itself, without the names that a request brings along."""
    import httpx

    with httpx.Client(verify=_ssl_context(), trust_env=False) as client:
        return tuple(item for item in client.headers.multi_items() if item[0] not in own)


def _request(effect: HttpRequest, trace: Callable[..., Any]) -> httpx.Request:
    """The request with the usual headers of httpx; `client.build_request` does the same in four times the time."""
    import httpx

    sent = effect.headers
    if effect.fresh_connection:
        sent = (*sent, ("Connection", "close"))
    connect_s = min(effect.connect_timeout_s, effect.timeout_s)
    return httpx.Request(
        effect.method,
        _url(effect.url),
        headers=[*_headers_beside(frozenset(name.lower() for name, _ in sent)), *sent],
        content=effect.content,
        extensions={
            "timeout": {"connect": connect_s, "read": effect.timeout_s, "write": effect.timeout_s, "pool": connect_s},
            "trace": trace,
            **({"sni_hostname": effect.tls_name} if effect.tls_name else {}),
        },
    )


def _grow(body: bytearray, chunk: bytes, largest: int) -> None:
    body += chunk
    if len(body) > largest:
        raise TransportError("answer too large", sent=True)


def _reply(response: httpx.Response, body: bytearray) -> HttpReply:
    return HttpReply(response.status_code, bytes(body), tuple(response.headers.multi_items()))


def _translate(error: Exception) -> TransportError:
    """An exception as ours; one that nobody foresaw counts as perhaps sent.

    Texts name the class only: addresses may hold secrets.
    """
    import httpx

    never_left = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.UnsupportedProtocol,
        httpx.InvalidURL,
    )
    return TransportError(
        type(error).__name__,
        sent=not isinstance(error, never_left),
        timeout=isinstance(error, httpx.TimeoutException),
    )
