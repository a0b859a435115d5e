"""Performs `HttpRequest` and `Wait` with httpx, for threads and for asyncio.

Connections are kept alive and shared; requests that must not be repeated get a connection of their own
(`HttpRequest.fresh_connection`), because a kept-alive connection that the server has closed looks like a lost answer.
All clients share one SSL context: loading the certificates costs about 20 ms.

What may have reached the server is decided by httpx's exception class (uis-api.md 10) and, when the overall time is
over, by httpcore's trace of the request.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import cache
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

        thread = threading.Thread(target=work, name="salebot-uiscom-http", daemon=True)
        thread.start()
        thread.join(effect.timeout_s)
        if not result:
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
            with self._client(effect.fresh_connection).stream(
                effect.method, effect.url, **_options(effect, journey.trace)
            ) as response:
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
            async with self._async_client(effect.fresh_connection).stream(
                effect.method, effect.url, **_options(effect, journey.atrace)
            ) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    _grow(body, chunk, effect.largest_body_bytes)
                return _reply(response, body)
        except TransportError:
            raise
        except Exception as error:
            raise _translate(error) from error

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


def _options(effect: HttpRequest, trace: Callable[[str, Any], Any]) -> dict[str, Any]:
    import httpx

    headers = list(effect.headers)
    if effect.fresh_connection:
        headers.append(("Connection", "close"))
    connect_s = min(effect.connect_timeout_s, effect.timeout_s)
    return {
        "headers": headers,
        "content": effect.content,
        "timeout": httpx.Timeout(effect.timeout_s, connect=connect_s, pool=connect_s),
        "extensions": {"trace": trace, **({"sni_hostname": effect.tls_name} if effect.tls_name else {})},
    }


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
