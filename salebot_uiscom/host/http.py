"""A web server of the standard library in front of receivers: for trying out, tests, and hosts without extras.

A thread per connection, requests up to 256 KiB, everything bounded in time: who sends slowly loses his place, whole
requests at work keep theirs. A public address deserves the ASGI server (extra `server`) behind a proxy that ends TLS.
Paths hold keys, so no request is logged.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from ..effects import Steps
from ..messages import mask
from ..store import StoreError
from ..web import WebReply, WebRequest
from .places import STEP_S, Places, refusal
from .routing import Route, answer

log = logging.getLogger("salebot_uiscom.host")

LARGEST_BODY_BYTES = 256 * 1024
MOST_CONNECTIONS = 100
LINGER_BYTES = 1024 * 1024  # of what still comes after an answer
_PATIENCE_S = 10.0  # between two pieces, of a request or of an answer

Drive = Callable[[Steps[WebReply]], WebReply]


class RunningServer:
    """A server at work in threads of its own. `port` is the real one when 0 was asked for."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.host, self.port = server.server_address[0], server.server_address[1]
        self._thread = threading.Thread(
            target=server.serve_forever, args=(STEP_S,), name="salebot-uiscom-web", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{self.host!s}:{self.port}"

    def close(self) -> None:
        """Take no more requests; those that have come whole are finished, in half a minute at most."""
        self._server.places.refuse()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server.places.empty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def serve_routes(
    routes: Iterable[Route], drive: Drive, host: str = "127.0.0.1", port: int = 8000, *, root: str = ""
) -> RunningServer:
    """Answer requests in the background until `close()`.

    Args:
        routes: `Host.routes`, or any pairs of a path and a receiver.
        drive: carries out a receiver's steps (`Host.drive`).
        root: a path under which everything stands (`/bot`), cut off before routing.

    Raises:
        OSError: the address cannot be taken.
    """
    table = tuple(routes)

    def reply(request: WebRequest) -> WebReply:
        return drive(answer(table, request))

    return RunningServer(_Server((host, port), reply, root.rstrip("/")))


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # `Places.empty` waits for the answers under way, and not for ever
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], reply: Callable[[WebRequest], WebReply], root: str) -> None:
        self.reply = reply
        self.root = root
        self.places = Places(MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def service_actions(self) -> None:
        self.places.cut_late()

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self.places.enter(request):
            log.warning("a connection was refused: all %d places are taken", MOST_CONNECTIONS)
            with suppress(OSError):
                request.sendall(refusal(HTTPStatus.SERVICE_UNAVAILABLE))
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self.places.leave(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.leave(request)

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            super().finish_request(request, client_address)
        finally:
            self.places.done(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke; the sender tries again or not."""
        log.info("a connection was broken off")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE_S
    server_version = "salebot-uiscom"
    sys_version = ""

    def _answer(self) -> None:
        self.close_connection = True
        self.server.places.head_read(self.connection)
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self._refuse(411)
            return
        if not (length.isascii() and length.isdecimal()):
            self._refuse(400)
            return
        body = None if int(length) > LARGEST_BODY_BYTES else self._body(int(length))
        self.server.places.request_read(self.connection)
        self._send(self._reply(body))
        if body is None:
            self._linger()

    def _reply(self, body: bytes | None) -> WebReply:
        parts = urlsplit(self.path)
        if self.server.root and not (parts.path + "/").startswith(self.server.root + "/"):
            return WebReply(404)
        request = WebRequest(
            method=self.command,
            path=parts.path.removeprefix(self.server.root),
            headers=dict(self.headers.items()),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            body=body,
            remote_ip=str(self.client_address[0]),
        )
        try:
            return self.server.reply(request)
        except StoreError as error:
            log.error("a request could not be stored: %s", mask(str(error)))
            return WebReply(500, headers=(("Retry-After", "5"),))
        except Exception as error:
            log.error("a receiver failed: %s", mask(f"{type(error).__name__}: {error}"))
            return WebReply(500)

    def _body(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError
        return body

    def _refuse(self, status: int) -> None:
        self._send(WebReply(status))
        self._linger()

    def _linger(self) -> None:
        """Throw away what still comes, for a moment: closed over it, a connection is reset and the answer may be lost."""
        self.server.places.answered(self.connection)
        self.connection.shutdown(socket.SHUT_WR)
        left = LINGER_BYTES
        while left > 0 and (part := self.rfile.read1(65536)):
            left -= len(part)

    def _send(self, reply: WebReply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.body:
            self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: paths hold keys."""
