"""The simulator on a socket: both APIs, a page for people under `/`, a control API under `/control/`.

Built on the standard library, so that the demo needs no web server. The page and the control API answer only requests
that name the server by an address or as localhost, against pages of strangers that rebind their names.
"""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import control, page
from .core import Simulator
from .records import Reply

_LONGEST_BODY = 1 << 20
_IDLE_S = 30
_STEP_S = 0.05
_APIS = {"/callapi/v4.0": "call", "/dataapi/v2.0": "data"}


class SimulatorServer:
    """A running server. `url` is its address without a final slash."""

    def __init__(self, simulator: Simulator, host: str, port: int) -> None:
        self.simulator = simulator
        self.closing = threading.Event()
        self.form_token = secrets.token_urlsafe(16)
        self._http = _Server((host, port), self)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._http.server_address[1]}"
        self._sender = None
        if simulator.sender is None:
            from .transport import HttpSender

            self._sender = simulator.sender = HttpSender()
        self._threads = [
            threading.Thread(target=work, name=f"simulator-{name}", daemon=True)
            for name, work in (
                ("http", lambda: self._http.serve_forever(poll_interval=_STEP_S)),
                ("calls", lambda: self._repeat(simulator.run_due)),
                ("notifications", lambda: self._repeat(simulator.send_due)),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def call_api_url(self) -> str:
        return f"{self.url}/callapi/v4.0"

    @property
    def data_api_url(self) -> str:
        return f"{self.url}/dataapi/v2.0"

    def close(self) -> None:
        """Stop serving and wait for the threads."""
        self.closing.set()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        for thread in self._threads:
            thread.join()
        if self._sender is not None:
            self._sender.close()
            self.simulator.sender = None

    def wait(self) -> None:
        """Block until `close` or an interruption from the keyboard."""
        while not self.closing.wait(1):
            pass

    def __enter__(self) -> SimulatorServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _repeat(self, work: Callable[[], None]) -> None:
        while not self.closing.wait(_STEP_S):
            work()


def serve_simulator(simulator: Simulator | None = None, host: str = "127.0.0.1", port: int = 0) -> SimulatorServer:
    """Serve a simulator (default: a new one on the real clock) in the background. Port 0 takes a free one.

    Without a sender of its own the simulator gets one that posts its notifications over HTTP.
    """
    if simulator is None:
        from .clock import RealClock

        simulator = Simulator(clock=RealClock())
    return SimulatorServer(simulator, host, port)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], face: SimulatorServer) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.face = face
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the kept-alive connections too."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    timeout = _IDLE_S
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def do_DELETE(self) -> None:
        self._route()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what happened is in `Simulator.requests`."""

    def _route(self) -> None:
        body = self._body()
        if body is None:
            return
        face, target = self.server.face, urlsplit(self.path)
        path = target.path
        api = _APIS.get(path.rstrip("/"))
        if api is not None:
            if self.command != "POST":
                self._send(Reply(405, (("Allow", "POST"),)))
                return
            self._send(face.simulator.exchange_http(api, body, str(self.client_address[0])))
        elif not self._named_by_address():
            self._send(_text(403, "Open this page by the address of the server or as localhost."))
        elif path.startswith("/control/"):
            content_type = self.headers.get("Content-Type", "")
            self._send(control.answer(face.simulator, self.command, path.removeprefix("/control/"), content_type, body))
        else:
            query = {name: values[-1] for name, values in parse_qs(target.query).items()}
            self._send(page.answer(face.simulator, face.form_token, self.command, path, query, body))

    def _body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self._refuse(411)
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            self._refuse(400)
            return None
        if int(length) > _LONGEST_BODY:
            self._refuse(413)
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self._send(Reply(status, (("Connection", "close"),)))

    def _named_by_address(self) -> bool:
        name = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        try:
            ip_address(name)
        except ValueError:
            return name == "localhost"
        return True

    def _send(self, reply: Reply) -> None:
        if reply.delay:
            self.server.face.closing.wait(reply.delay)
        if reply.drop:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)


def _text(status: int, text: str) -> Reply:
    return Reply(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())
