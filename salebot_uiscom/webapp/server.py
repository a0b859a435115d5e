"""An application on an address: uvicorn in a thread, with bounds that uvicorn itself does not have.

uvicorn waits for the head of a request without an end and lets it grow without an end; `Bounded` gives both a limit.
The access log is ours: paths hold keys, so only their first part is written.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, cast

from .extras import require
from .intake import App, Receive, Scope, Send

log = logging.getLogger("salebot_uiscom.webapp")

HEAD_S = 10.0
IDLE_S = 15.0
LARGEST_HEAD_BYTES = 32 * 1024
MOST_CONNECTIONS = 1000
LINGER_S, LINGER_BYTES = 2.0, 1024 * 1024  # for what still comes of a body after its answer


class RunningApp:
    """A server at work in a thread of its own. `port` is the real one when 0 was asked for."""

    def __init__(self, server: Any, listening: socket.socket) -> None:
        self._server = server
        self._listening = listening
        self.host, self.port = listening.getsockname()[:2]
        self._thread = threading.Thread(target=self._run, name="salebot-uiscom-web", daemon=True)
        self._began = threading.Event()
        server.began = self._began.set
        self._thread.start()
        self._began.wait()
        if not server.started:
            self._thread.join()
            raise OSError("the server did not start: its log says why")

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listening])
        finally:
            self._began.set()

    @property
    def url(self) -> str:
        shown = f"[{self.host}]" if ":" in str(self.host) else self.host
        return f"http://{shown}:{self.port}"

    def close(self) -> None:
        """Take no more requests; those being answered are finished."""
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def serve_app(
    app: App,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    root_path: str = "",
    head_s: float = HEAD_S,
    idle_s: float = IDLE_S,
    trusted_proxies: str = "127.0.0.1",
) -> RunningApp:
    """Answer requests in the background until `close()`.

    Args:
        root_path: under which path a proxy shows the application (`/bot`), cut off by the proxy.
        head_s: for the head of a request.
        idle_s: for the next request of a kept connection.
        trusted_proxies: addresses (commas between) whose `X-Forwarded-For` and `-Proto` are believed.

    Raises:
        OSError: the address cannot be taken, or the application did not start.
        MissingExtra: uvicorn is not installed.
    """
    require()
    import uvicorn

    listening = _listen(host, port)
    config = uvicorn.Config(
        _behind_proxies(app, trusted_proxies),
        http=_protocol(head_s),
        ws="none",
        interface="asgi3",
        log_config=None,
        access_log=False,
        root_path=root_path,
        server_header=False,
        date_header=True,
        timeout_keep_alive=max(1, round(idle_s)),
        timeout_graceful_shutdown=30,
        limit_concurrency=MOST_CONNECTIONS,
        proxy_headers=False,  # `_behind_proxies` does it
    )

    class Server(uvicorn.Server):
        began: Any = None

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            self.began()

    try:
        return RunningApp(Server(config), listening)
    except BaseException:
        listening.close()
        raise


def _behind_proxies(app: App, trusted: str) -> App:
    """uvicorn's own middleware, passed by where no proxy has added anything: it looks every address up first."""
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    # uvicorn has types of its own for the same three parts of an application.
    believing = cast("App", ProxyHeadersMiddleware(cast("Any", app), trusted))

    def chosen(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        forwarded = any(name.startswith(b"x-forwarded-") for name, _ in scope.get("headers", ()))
        return (believing if forwarded else app)(scope, receive, send)

    return chosen


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except BaseException:
        listening.close()
        raise
    return listening


class _Gathered:
    """A transport that sends head and body of an answer together: one call of the system and one packet, not two.

    `linger` takes a transport that is to be closed and may say True: it will close it later itself.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        linger: Callable[[asyncio.Transport], bool],
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._linger = linger
        self._held: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._held.append(data)
        if len(self._held) > 1:
            self.flush()  # no more than two: who writes faster than the other side reads has to notice it
        else:
            # The next part flushes. A head that has none waits for the end of this round of the loop.
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        if self._held:
            data, self._held = b"".join(self._held), []
            if not self.is_closing():
                self._transport.write(data)

    def close(self) -> None:
        self.flush()
        if self.is_closing() or not self._linger(self._transport):
            self._transport.close()


class _Lingering(asyncio.Protocol):
    """Throws away what still comes after the last answer: closed over it, a connection is reset and the answer lost."""

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, lost: Callable[[Exception | None], None]
    ) -> None:
        self._transport = transport
        self._lost = lost
        self._left = LINGER_BYTES
        self._timer = loop.call_later(LINGER_S, transport.close)
        transport.set_protocol(self)
        transport.write_eof()

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._lost(exc)


def _protocol(head_s: float) -> Any:
    """uvicorn's protocol with a time and a size for the head of each request."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        log.warning("httptools is not installed: slow heads of requests are not cut off")
        return "h11"

    class HungUp(Exception):
        """Nothing more of this connection is read."""

    class Bounded(HttpToolsProtocol):
        access_log = False
        _timer: asyncio.TimerHandle | None = None
        _running: Any = None
        _head_bytes = 0
        _in_head = True
        _head_ended = False  # by the data that came last
        _late_bytes = 0  # of a body whose answer is complete
        _lingering: asyncio.Protocol | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(cast("asyncio.Transport", _Gathered(transport, self.loop, self._linger)))
            self._begin_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end_head()
            if self._running is not None and not self._running.response_complete:
                # uvicorn tells the newest of pipelined requests only, and the one at work would write into the void.
                self._running.disconnected = True
            super().connection_lost(exc)

        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            self._running = cycle
            super()._start_asgi_task(cycle, app)

        def data_received(self, data: bytes) -> None:
            in_head, self._head_ended = self._in_head, False
            super().data_received(data)
            if not in_head:
                self._wait_on(len(data))
                return
            if not self._in_head or self._head_ended:
                return
            # A head that did not come at once: most do, and cost no timer.
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD_BYTES:
                self._hang_up(b"431 Request Header Fields Too Large")
            elif self._timer is None:
                self._begin_head()

        def on_url(self, url: bytes) -> None:
            if len(url) + len(self.url) > LARGEST_HEAD_BYTES:
                # Its head is not over yet, so nothing has been answered.
                self._hang_up(b"414 URI Too Long")
                raise HungUp  # the parser goes no further
            self.url += url

        def send_400_response(self, msg: str) -> None:
            if not self.transport.is_closing():
                super().send_400_response(msg)

        def on_headers_complete(self) -> None:
            self._in_head, self._head_ended = False, True
            if self._timer is not None:
                self._end_head()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._in_head, self._head_bytes = True, 0

        def _wait_on(self, size: int) -> None:
            if self.cycle is None or not self.cycle.response_complete:
                return
            # The answer did not wait for this body, whose bytes have stopped the clock of the kept connection.
            if self._in_head:
                self._stop_timer()
                self._unset_keepalive_if_required()
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )
                return
            if self._timer is None:
                # One time and one size for all that is left of it: bytes that nobody reads prolong nothing.
                self._timer, self._late_bytes = self.loop.call_later(LINGER_S, self.transport.close), 0
            self._late_bytes += size
            if self._late_bytes > LINGER_BYTES:
                self.transport.close()

        def _linger(self, transport: asyncio.Transport) -> bool:
            """Whether the connection stays half open for a moment: its answer is out, the body still on its way."""
            if self._in_head or self.cycle is None or not self.cycle.response_complete or self._lingering is not None:
                return False
            self._stop_timer()
            self._lingering = _Lingering(transport, self.loop, self.connection_lost)
            return True

        def _begin_head(self) -> None:
            self._in_head = True
            self._timer = self.loop.call_later(head_s, self._give_up)

        def _end_head(self) -> None:
            self._in_head, self._head_ended = False, True
            self._stop_timer()

        def _stop_timer(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _give_up(self) -> None:
            if self._in_head:
                self._hang_up(b"408 Request Timeout")

        def _hang_up(self, status: bytes) -> None:
            if not self.transport.is_closing():
                self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                self.transport.close()
            self._end_head()

    return Bounded
