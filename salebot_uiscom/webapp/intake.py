"""Receivers and the host's API as a plain ASGI application: any server can run it, any application can mount it.

    app = FastAPI()
    app.mount("/bot", receiver_app(host))        # POST /bot/uiscom_webhook/<key>

The way of a notification: size and time of the body are bounded → the key is checked → duplicates are told apart and
the raw bytes written, durably, together with those that came meanwhile → 200. The bot works afterwards. No library is
needed, and nothing that a path holds is logged.
"""

from __future__ import annotations

import asyncio
import logging
import types
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from ..effects import AsyncHandler, Effect, adrive
from ..host.host import Host
from ..host.metrics import Figure, Metrics, figure
from ..host.routing import find
from ..messages import mask
from ..ports import StoreNotification
from ..store import StoreError
from ..web import WebReply, WebRequest

log = logging.getLogger("salebot_uiscom.webapp")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY_BYTES = 256 * 1024
BODY_S = 20.0
MOST_QUERY_FIELDS = 200


class Gone(Exception):
    """The other side has hung up: nobody is left to answer."""


class TooSlow(Exception):
    """The body did not arrive in time."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a request may take."""

    largest_body_bytes: int = LARGEST_BODY_BYTES
    body_s: float = BODY_S


def receiver_app(host: Host, *, bounds: Bounds | None = None, metrics: Metrics | None = None) -> App:
    """Answer what `host.routes` name; 404 for the rest.

    Args:
        bounds: size and time of a request; 256 KiB and 20 s.
        metrics: counts answers and notifications when given.
    """
    receivers = Receivers(host, bounds, metrics)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        else:
            path = own_path(scope)
            await receivers.answer(scope, receive, send, path, first_part(path))

    return app


class Receivers:
    """What answers requests to the routes of a host; arguments as of `receiver_app`."""

    def __init__(self, host: Host, bounds: Bounds | None, metrics: Metrics | None) -> None:
        self._host = host
        self._bounds = bounds or Bounds()
        self._metrics = metrics
        self._handlers = host.async_handlers if metrics is None else _counting(host.async_handlers, metrics)
        self._telling = False

    async def answer(self, scope: Scope, receive: Receive, send: Send, path: str, first: str) -> int:
        """Answer one request; the status, or 0 when nobody was left to answer.

        Args:
            path, first: as `own_path` and `first_part` give them.
        """
        try:
            body = await read_body(scope, receive, self._bounds)
        except Gone:
            return 0
        except TooSlow:
            reply = WebReply(408)
        else:
            reply = await self._reply(scope, path, body)
        if self._metrics is not None:
            self._metrics.add(_answered(first, reply.status))
        await respond(send, reply, hang_up=reply.status in (408, 413), head=scope["method"] == "HEAD")
        return reply.status

    async def _reply(self, scope: Scope, path: str, body: bytes | None) -> WebReply:
        found = find(self._host.routes, path)
        if found is None:
            return WebReply(404)
        try:
            return await adrive(found[0](_request(scope, path, found[1], body)), self._handlers)
        except StoreError as error:
            log.error("a request could not be stored: %s", mask(str(error)))
            return WebReply(500, headers=(("Retry-After", "5"),))
        except Exception as error:  # the sender gets an answer whatever a receiver does; the text may hold anything
            log.error("a receiver failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
            return WebReply(500)
        finally:
            self._arrived()

    def _arrived(self) -> None:
        """Tell the host, once for all requests of this round of the event loop: they are stored together too."""
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._telling = False
        self._host.arrived()


@cache
def _answered(first: str, status: int) -> Figure:
    return figure("requests", route=first, status=str(status))


@cache
def _taken_in(source: str, outcome: str) -> Figure:
    return figure("notifications", source=source, outcome=outcome)


def _counting(handlers: Mapping[type[Effect], AsyncHandler], metrics: Metrics) -> Mapping[type[Effect], AsyncHandler]:
    keep = handlers[StoreNotification]

    async def counted(effect: StoreNotification) -> Any:
        outcome = await keep(effect)
        metrics.add(_taken_in(effect.source, "unreadable" if effect.problem else outcome))
        return outcome

    return {**handlers, StoreNotification: counted}


def _request(scope: Scope, path: str, params: Mapping[str, str], body: bytes | None) -> WebRequest:
    query = scope.get("query_string", b"")
    client = scope.get("client")
    return WebRequest(
        method=scope["method"],
        path=path,
        params=params,
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        query=_fields(query) if query else {},
        body=body,
        remote_ip=str(client[0]) if client else "",
    )


def _fields(query: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_QUERY_FIELDS))
    except ValueError:
        return {}


def own_path(scope: Scope) -> str:
    """The path as it was sent (percent signs and all), without what a mounting application or a proxy has consumed."""
    root = scope.get("root_path", "")
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1") if raw else quote(scope["path"])
    if not root:
        return path
    for prefix in (quote(root), root):
        if path == prefix or path.startswith(f"{prefix.rstrip('/')}/"):
            return path[len(prefix.rstrip("/")) :] or "/"
    return path


def first_part(path: str) -> str:
    """The first part of a path if it is one of ours: all of a path that may be logged or counted."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _FIRST_PARTS else "other"


_FIRST_PARTS = frozenset("uiscom_webhook api clients settings sign-in sign-out language static metrics healthz".split())


async def read_body(scope: Scope, receive: Receive, bounds: Bounds) -> bytes | None:
    """The whole body; None when it is longer than allowed (the reading stopped there).

    Raises:
        Gone: the connection was closed.
        TooSlow: it took too long.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit() or int(value[:20]) > bounds.largest_body_bytes:
                return None
            break
    steps = receive().__await__()
    try:
        waits_for = next(steps)
    except StopIteration as ended:
        message: Message = ended.value
        if message["type"] == "http.request" and not message.get("more_body", False):
            # Like most bodies it came together with its head: nothing was waited for, so no time-out is set.
            whole: bytes = message.get("body", b"")
            return whole if len(whole) <= bounds.largest_body_bytes else None
        coming: Awaitable[Message] = _given(message)
    else:
        coming = _rest(steps, waits_for)
    body = bytearray()
    try:
        async with asyncio.timeout(bounds.body_s):
            while True:
                message = await coming
                if message["type"] != "http.request":
                    raise Gone
                body += message.get("body", b"")
                if len(body) > bounds.largest_body_bytes:
                    return None
                if not message.get("more_body", False):
                    return bytes(body)
                coming = receive()
    except TimeoutError:
        raise TooSlow from None


async def _given(message: Message) -> Message:
    return message


@types.coroutine
def _rest(steps: Generator[Any, None, Message], waits_for: Any) -> Generator[Any, None, Message]:
    """What has been run up to its first wait, from there on."""
    try:
        yield waits_for
        return (yield from steps)
    finally:
        steps.close()


Head = tuple[tuple[bytes, bytes], ...]
_ALWAYS: Head = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


async def respond(send: Send, reply: WebReply, *, hang_up: bool = False, head: bool = False) -> None:
    body = reply.body
    # A list of this answer's own: an application around this one may add to it.
    headers = list(_head(tuple(reply.headers), reply.content_type if body else "", len(body), hang_up))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


@lru_cache(maxsize=64)
def _head(own: tuple[tuple[str, str], ...], content_type: str, length: int, hang_up: bool) -> Head:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in own]
    if content_type:
        headers.append((b"content-type", content_type.encode("latin-1")))
    headers.append((b"content-length", b"%d" % length))
    headers += _ALWAYS
    if hang_up:
        # The rest of the body is still on its way and will not be read.
        headers.append((b"connection", b"close"))
    return tuple(headers)


async def _live(receive: Receive, send: Send) -> None:
    """Nothing to start, nothing to stop."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
