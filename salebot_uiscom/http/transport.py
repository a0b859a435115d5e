"""Performs `HttpRequest` and `Wait` with httpx, for threads and for asyncio.

Connections are kept alive and shared; requests that must not be repeated get a connection of their own
(`HttpRequest.fresh_connection`), because a kept-alive connection that the server has closed looks like a lost answer.
All clients share one SSL context: loading the certificates costs about 20 ms.

Over the network a request runs in the thread that asks (`network`). A transport that does not promise to keep the time
(`keeps_time`), and httpx's own behind a proxy, are carried by a thread that can be given up.

What may have reached the server is decided by the class of the exception (uis-api.md 10) and, when a request is given
up, by httpcore's trace of it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import aclosing, closing
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.request import getproxies
from weakref import WeakKeyDictionary

from ..effects import AsyncHandlers, Handlers, HttpReply, HttpRequest, TransportError, Wait
from .patience import Patience
from .threads import threads

if TYPE_CHECKING:
    import ssl

    import httpx


@cache
def _ssl_context() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class _Way:
    """How a request leaves. `carried`: by a thread that can be given up."""

    send: Callable[[httpx.Request], Any]
    close: Callable[[], Any]
    carried: bool


class HttpTransport:
    """Handlers for `drive` and `adrive`.

    Args:
        transport: replaces the network (`httpx.MockTransport`, a simulator). None: real connections. Its attribute
            `keeps_time`, when true, promises that it waits no longer than the time-outs of a request say.
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
        self._ways: dict[bool, _Way] = {}
        # A connection belongs to the event loop it was opened in.
        self._async_ways: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, _Way]] = WeakKeyDictionary()

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

        A request given up before its first byte can never leave afterwards.
        """
        way = self._ways.get(effect.fresh_connection) or self._way(effect.fresh_connection)
        if not way.carried:
            return _send(way, effect, None)
        journey = _Journey(traced=self._transport is None)
        result: list[HttpReply | BaseException] = []

        def work() -> None:
            try:
                result.append(_send(way, effect, journey.trace))
            except BaseException as error:
                result.append(error)

        if not threads.run(work, effect.timeout_s):
            perhaps_sent = journey.give_up()
            # An answer that came in this very moment is better than none.
            if not result:
                raise TransportError("timeout", sent=perhaps_sent, timeout=True)
        outcome = result[0]
        if isinstance(outcome, HttpReply):
            return outcome
        raise outcome

    async def arequest(self, effect: HttpRequest) -> HttpReply:
        way = self._async_way(effect.fresh_connection)
        journey = _Journey(traced=self._transport is None)
        try:
            async with asyncio.timeout(effect.timeout_s):
                return await _asend(way, effect, journey)
        except TimeoutError as error:
            raise TransportError("timeout", sent=journey.give_up(), timeout=True) from error

    def warm_up(self) -> None:
        """Load httpx and the certificates now, so that no request has to wait for them."""
        for fresh in (False, True):
            self._way(fresh)

    def _way(self, fresh: bool) -> _Way:
        import httpx

        with self._lock:
            if fresh not in self._ways:
                transport = self._transport
                if transport is None and not _behind_proxy():
                    from .network import Network

                    transport = Network(_ssl_context(), keep=_kept(fresh))
                if transport is None:
                    client = httpx.Client(**_client_options(fresh))
                    self._ways[fresh] = _Way(partial(client.send, stream=True), client.close, carried=True)
                else:
                    carried = not getattr(transport, "keeps_time", False)
                    self._ways[fresh] = _Way(transport.handle_request, transport.close, carried)
            return self._ways[fresh]

    def _async_way(self, fresh: bool) -> _Way:
        import httpx

        loop = asyncio.get_running_loop()
        with self._lock:
            ways = self._async_ways.setdefault(loop, {})
            if fresh not in ways:
                transport = self._transport
                if transport is None and not _behind_proxy():
                    transport = httpx.AsyncHTTPTransport(verify=_ssl_context(), limits=_limits(fresh))
                if transport is None:
                    client = httpx.AsyncClient(**_client_options(fresh))
                    ways[fresh] = _Way(partial(client.send, stream=True), client.aclose, carried=False)
                else:
                    ways[fresh] = _Way(transport.handle_async_request, transport.aclose, carried=False)
            return ways[fresh]

    def close(self) -> None:
        """Close the connections of the synchronous side. The object can be used again afterwards."""
        with self._lock:
            ways, self._ways = self._ways, {}
        for way in ways.values():
            way.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        with self._lock:
            ways = self._async_ways.pop(asyncio.get_running_loop(), {})
        for way in ways.values():
            await way.close()

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


def _send(way: _Way, effect: HttpRequest, trace: Callable[..., Any] | None) -> HttpReply:
    try:
        with closing(way.send(_request(effect, trace))) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                _grow(body, chunk, effect.largest_body_bytes)
            return _reply(response, body)
    except TransportError:
        raise
    except Exception as error:
        raise _translate(error) from error


async def _asend(way: _Way, effect: HttpRequest, journey: _Journey) -> HttpReply:
    try:
        async with aclosing(await way.send(_request(effect, journey.atrace))) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                _grow(body, chunk, effect.largest_body_bytes)
            return _reply(response, body)
    except TransportError:
        raise
    except Exception as error:
        raise _translate(error) from error


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


def _behind_proxy() -> bool:
    """Whether the environment or the system names a proxy: httpx knows how to use it."""
    return any(getproxies().get(scheme) for scheme in ("http", "https", "all"))


def _kept(fresh: bool) -> int:
    return 0 if fresh else 20


def _limits(fresh: bool) -> httpx.Limits:
    import httpx

    return httpx.Limits(max_keepalive_connections=_kept(fresh))


def _client_options(fresh: bool) -> dict[str, Any]:
    return {
        "verify": _ssl_context(),
        "follow_redirects": False,
        "limits": _limits(fresh),
        # What one server gave to one bot must not go out with the request of another.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
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


def _request(effect: HttpRequest, trace: Callable[..., Any] | None) -> httpx.Request:
    """The request with the usual headers of httpx; `client.build_request` does the same in four times the time."""
    import httpx

    sent = effect.headers
    if effect.fresh_connection:
        sent = (*sent, ("Connection", "close"))
    until = time.monotonic() + effect.timeout_s
    connect = Patience.of(min(effect.connect_timeout_s, effect.timeout_s), until)
    whole = Patience.of(effect.timeout_s, until)
    extensions: dict[str, Any] = {"timeout": {"connect": connect, "read": whole, "write": whole, "pool": connect}}
    if trace is not None:
        extensions["trace"] = trace
    if effect.tls_name:
        extensions["sni_hostname"] = effect.tls_name
    return httpx.Request(
        effect.method,
        _url(effect.url),
        headers=[*_headers_beside(frozenset(name.lower() for name, _ in sent)), *sent],
        content=effect.content,
        extensions=extensions,
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
    import httpcore
    import httpx

    never_left = (
        *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL),
        *(httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.UnsupportedProtocol),
    )
    return TransportError(
        type(error).__name__,
        sent=not isinstance(error, never_left),
        timeout=isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)),
    )
