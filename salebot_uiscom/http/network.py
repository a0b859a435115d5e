"""The network for threads, bounded over all: a request ends at its moment, whatever the other side does.

httpx bounds each connecting, reading and writing by itself, not their sum, and not the look-up of a name. Here every
time-out is a `Patience`, which ends with the request; names are looked up in a thread that can be left alone.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from .patience import Patience
from .threads import threads


def _left(timeout: float | None, over: type[Exception]) -> float:
    """What a step may take; raises `over` when the request has no time left."""
    assert isinstance(timeout, Patience)
    left = timeout.left()
    if left <= 0:
        raise over("the time of the request is over")
    return left


class Network(httpx.BaseTransport):
    """Connections to the addresses that requests name; kept ones unless `keep` is 0.

    `extensions["timeout"]` of a request holds a `Patience` for each of connect, read and write. Raises the exceptions
    of httpcore, which are named as those of httpx.
    """

    keeps_time = True

    def __init__(self, context: ssl.SSLContext, keep: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=keep,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        reply = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(reply.status, headers=reply.headers, stream=_Body(reply))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, reply: httpcore.Response) -> None:
        self._reply = reply

    def __iter__(self) -> Iterator[bytes]:
        return self._reply.iter_stream()

    def close(self) -> None:
        self._reply.close()


class _Backend(httpcore.SyncBackend):
    """Sockets whose names are looked up within the time of the request."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in _addresses(host, port, timeout):
            try:
                left = _left(timeout, httpcore.ConnectTimeout)
                return _Stream(super().connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError("the name has no address")


def _addresses(host: str, port: int, timeout: float | None) -> list[str]:
    """Addresses of a name, in the order of the resolver. What is an address already needs no look-up.

    The look-up may take all that the request has: behind a name server that is down the second one answers after
    five seconds.
    """
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return [host]
    found: list[list[str] | Exception] = []

    def work() -> None:
        try:
            every = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.append([str(address[0]) for *_, address in every])
        except Exception as error:
            found.append(error)

    assert isinstance(timeout, Patience)
    if not threads.run(work, max(timeout.until - time.monotonic(), 0.0)):
        raise httpcore.ConnectTimeout("the name server does not answer")
    outcome = found[0]
    if not isinstance(outcome, Exception):
        return outcome
    try:
        raise outcome  # the pool cuts `__cause__` off; `__context__` stays, for those who ask for the reason
    except Exception as error:
        raise httpcore.ConnectError("the name is not known") from error


class _Stream(httpcore.NetworkStream):
    """A connected socket: each step takes no more than what the request has left."""

    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain
        self._socket: socket.socket = plain.get_extra_info("socket")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left(timeout, httpcore.ReadTimeout)
        try:
            self._socket.settimeout(left)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout("no answer in time") from error
        except OSError as error:
            raise httpcore.ReadError("the connection broke") from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            left = _left(timeout, httpcore.WriteTimeout)
            try:
                self._socket.settimeout(left)
                buffer = buffer[self._socket.send(buffer) :]
            except TimeoutError as error:
                raise httpcore.WriteTimeout("the server takes nothing") from error
            except OSError as error:
                raise httpcore.WriteError("the connection broke") from error

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            left = _left(timeout, httpcore.ConnectTimeout)
        except httpcore.ConnectTimeout:
            self.close()
            raise
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)

    def close(self) -> None:
        self._plain.close()
