"""httpx on both ends: a transport that leads to a simulator, and a sender of notifications."""

from __future__ import annotations

import time
from typing import Any

import anyio
import anyio.to_thread
import httpx

from .core import Simulator
from .notifications import Delivery
from .records import Reply

_NOT_SENT = {"refuse_connection": httpx.ConnectError, "connect_timeout": httpx.ConnectTimeout}


def api_of(host: str, path: str) -> str | None:
    """`call`, `data` or None: which API an address means, on the simulator's own server and on the hosts of UIS."""
    path = path.rstrip("/")
    if path == "/callapi/v4.0" or (host.startswith("callapi") and path == "/v4.0"):
        return "call"
    if path == "/dataapi/v2.0" or (host.startswith("dataapi") and path == "/v2.0"):
        return "data"
    return None


class SimulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Gives the requests of an `httpx.Client` or `httpx.AsyncClient` to a simulator in the same process.

    Faults become what httpx raises when they happen on a wire; a delay beyond the read time-out becomes `ReadTimeout`.
    With a virtual clock delays pass without waiting.

    Args:
        remote_ip: the address that the simulator sees.
    """

    keeps_time = True  # never waits longer than the read time-out says

    def __init__(self, simulator: Simulator, *, remote_ip: str = "127.0.0.1") -> None:
        self.simulator = simulator
        self.remote_ip = remote_ip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply = self._reply(request, request.read())
        wait, error = self._outcome(request, reply)
        if self.simulator.clock.moves_by_itself and wait:
            time.sleep(wait)
        elif wait:
            self.simulator.advance(wait)
        if error is not None:
            raise error
        return _response(request, reply)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        reply = await anyio.to_thread.run_sync(self._reply, request, content)
        wait, error = self._outcome(request, reply)
        if self.simulator.clock.moves_by_itself and wait:
            await anyio.sleep(wait)
        elif wait:
            await anyio.to_thread.run_sync(self.simulator.advance, wait)
        if error is not None:
            raise error
        return _response(request, reply)

    def _reply(self, request: httpx.Request, content: bytes) -> Reply:
        api = api_of(request.url.host, request.url.path)
        if api is None:
            return Reply(404, (("Content-Type", "text/html"),), b"<html><body>404</body></html>")
        if request.method != "POST":
            return Reply(405, (("Allow", "POST"),))
        return self.simulator.exchange_http(api, content, self.remote_ip)

    def _outcome(self, request: httpx.Request, reply: Reply) -> tuple[float, httpx.TransportError | None]:
        """Seconds to wait and what to raise then."""
        timeouts: dict[str, Any] = request.extensions.get("timeout", {})
        if reply.drop in _NOT_SENT:
            return 0.0, _NOT_SENT[reply.drop](f"simulated: {reply.drop}", request=request)
        patience = timeouts.get("read")
        if patience is not None and reply.delay > patience:
            return patience, httpx.ReadTimeout("simulated: no answer in time", request=request)
        if reply.drop:
            text = "Server disconnected without sending a response."
            return reply.delay, httpx.RemoteProtocolError(text, request=request)
        return reply.delay, None


def _response(request: httpx.Request, reply: Reply) -> httpx.Response:
    return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body, request=request)


def _request(client: httpx.Client | httpx.AsyncClient, delivery: Delivery) -> httpx.Request:
    if delivery.method == "GET":
        return client.build_request("GET", delivery.url)
    return client.build_request(delivery.method, delivery.url, content=delivery.body, headers=list(delivery.headers))


class HttpSender:
    """Posts notifications over HTTP: `Simulator(sender=HttpSender())`.

    Args:
        transport: of httpx, to reach an application in the same process.
        timeout: seconds (that of UIS is not published).
    """

    def __init__(self, transport: httpx.BaseTransport | None = None, timeout: float = 5.0) -> None:
        self._client = httpx.Client(transport=transport, timeout=timeout, trust_env=False)

    def __call__(self, delivery: Delivery) -> int:
        return self._client.send(_request(self._client, delivery)).status_code

    def close(self) -> None:
        self._client.close()


async def post_due(simulator: Simulator, client: httpx.AsyncClient) -> list[Delivery]:
    """Post what is due with an asynchronous client, one after another, for a simulator without a sender.

    Returns what was sent.
    """
    due = simulator.take_due()
    for delivery in due:
        try:
            response = await client.send(_request(client, delivery))
        except httpx.HTTPError as error:
            simulator.record_delivery(delivery, None, type(error).__name__)
        else:
            simulator.record_delivery(delivery, response.status_code)
    return due
