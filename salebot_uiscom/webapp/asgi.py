"""The whole web side of a bot as one ASGI application: receivers, API, client card, metrics.

    app = create_app(host)          # its lifespan starts and stops the worker

Notifications go straight to `intake`; Starlette serves the pages only.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from ..host.host import Host, trace
from ..host.metrics import CONTENT_TYPE, Metrics
from ..host.report import Report
from ..host.worker import Worker
from ..messages import mask
from ..store import StoreError
from .extras import require
from .intake import App, Bounds, Message, Receive, Receivers, Scope, Send, first_part, own_path, receiver_app

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("salebot_uiscom.webapp")
access = logging.getLogger("salebot_uiscom.access")

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_WITH_KEYS = frozenset({"uiscom_webhook", "api"})


def create_app(
    host: Host,
    *,
    start_worker: bool = True,
    threads: int = 8,
    on_report: Callable[[Report], None] | None = None,
    metrics: Metrics | None = None,
    metrics_token: str = "",
    bounds: Bounds | None = None,
    form_bounds: Bounds | None = None,
    idle_s: float | None = None,
) -> App:
    """The application of a bot.

    Args:
        start_worker: run notifications and turns from the start of the server to its end, in `threads` threads. False:
            somebody else runs a `Worker`, with `metrics.on_report`.
        on_report: told about every finished turn.
        metrics: shared ones, or with more figures (`points.points_left`); new when omitted.
        metrics_token: who sends it as a bearer token may read `/metrics`; without one only this machine may.
        bounds: of notifications and API requests; `form_bounds`: of the card's forms.
        idle_s: after how long without use somebody is signed out; an hour when omitted.

    Raises:
        MissingExtra: the extra `server` is not installed; the text says how to install it.
    """
    require()
    from .accounts import IDLE_S, Accounts

    counted = metrics or Metrics(host.store, host.clock)
    accounts = Accounts(host.bot, host.store, clock=host.clock, idle_s=IDLE_S if idle_s is None else idle_s)

    def tell(report: Report) -> None:
        counted.on_report(report)
        if on_report is not None:
            on_report(report)

    worker = Worker(host, threads=threads, on_report=tell) if start_worker else None
    site = _site(host, accounts, counted, metrics_token, form_bounds, worker)
    receivers = Receivers(host, bounds, counted)
    others = receiver_app(host)
    receiving = frozenset(path.lstrip("/").partition("/")[0] for path, _ in host.routes)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await (site if scope["type"] == "lifespan" else others)(scope, receive, send)
            return
        started = time.perf_counter()
        path = own_path(scope)
        first = first_part(path)
        answer = _Answer(send)
        try:
            if first in receiving:
                answer.status = await receivers.answer(scope, receive, send, path, first)
            else:
                await site(scope, receive, answer)
        except Exception as error:  # Starlette has answered 500 and raises for the log
            log.error("a page failed:\n%s", trace(error))
        finally:
            if access.isEnabledFor(logging.INFO):
                _note(scope, first, answer.status, time.perf_counter() - started)

    return app


class _Answer:
    """Sends an answer and keeps its status; 0 = none was begun."""

    __slots__ = ("_send", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _note(scope: Scope, first: str, status: int, seconds: float) -> None:
    """A line of the access log. Paths hold keys, so only their first part is written."""
    rest = "/•••" if first in _WITH_KEYS or first == "other" else ""
    client = scope.get("client")
    access.info(
        "%s /%s%s %d %.1f ms from %s",
        scope["method"] if scope["method"].isalpha() else "?",
        first, rest, status, seconds * 1000, client[0] if client else "?",
        extra={"status": status, "ms": round(seconds * 1000, 1), "route": first},
    )  # fmt: skip


def _site(
    host: Host,
    accounts: Any,
    metrics: Metrics,
    metrics_token: str,
    form_bounds: Bounds | None,
    worker: Worker | None,
) -> App:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.responses import PlainTextResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    from .pages import NotSignedIn, Pages, Refused
    from .rendering import FOLDER

    pages = Pages(host, accounts, bounds=form_bounds)

    async def figures(request: Request) -> Response:
        if not _may_read_metrics(request, metrics_token):
            return PlainTextResponse("", 404)
        return PlainTextResponse(await run_in_threadpool(metrics.text), media_type=None, headers=_plain(CONTENT_TYPE))

    async def health(request: Request) -> Response:
        await run_in_threadpool(host.store.next_due)
        return PlainTextResponse("ok\n")

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        answer = pages.message(request, error.status, error.problem)
        if error.status in (408, 413):
            answer.headers["connection"] = "close"
        return answer

    async def not_signed_in(request: Request, error: Exception) -> Response:
        return pages.to_sign_in(request)

    async def not_here(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = pages.message(request, error.status_code, "not_found" if error.status_code == 404 else "not_allowed")
        answer.headers.update(error.headers or {})
        return answer

    async def store_trouble(request: Request, error: Exception) -> Response:
        log.error("a page could not be read or stored: %s", mask(str(error)))
        return pages.message(request, 503, "store_trouble")

    async def own_fault(request: Request, error: Exception) -> Response:
        return pages.message(request, 500, "own_fault")

    @asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        if worker is not None:
            worker.start()
        try:
            yield
        finally:
            if worker is not None:
                await run_in_threadpool(worker.stop)

    routes = [
        Route("/", pages.home),
        Route("/sign-in", pages.sign_in_form),
        Route("/sign-in", pages.sign_in, methods=["POST"]),
        Route("/sign-out", pages.sign_out, methods=["POST"]),
        Route("/language/{lang}", pages.language),
        Route("/clients", pages.clients),
        Route("/clients/{client_id}", pages.client),
        Route("/clients/{client_id}/live", pages.live),
        Route("/clients/{client_id}/call", pages.call, methods=["POST"]),
        Route("/settings", pages.settings_form),
        Route("/settings", pages.settings, methods=["POST"]),
        Route("/metrics", figures),
        Route("/healthz", health),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
    ]
    handlers: dict[Any, Any] = {
        Refused: refused,
        NotSignedIn: not_signed_in,
        HTTPException: not_here,
        StoreError: store_trouble,
        Exception: own_fault,
    }
    inner = Starlette(routes=routes, lifespan=live, exception_handlers=handlers)
    inner.router.redirect_slashes = False
    return _with_headers(inner)


def _with_headers(app: App) -> App:
    """The same headers on every answer of the pages; static files alone may be kept by the browser."""
    fixed = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        static = first_part(own_path(scope)) == "static"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                added = [
                    (name, b"public, max-age=3600" if static and name == b"cache-control" else value)
                    for name, value in fixed
                    if name not in given
                ]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await app(scope, receive, with_headers)

    return wrapped


def _plain(content_type: str) -> dict[str, str]:
    return {"content-type": content_type}


def _may_read_metrics(request: Request, token: str) -> bool:
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("latin-1", "replace"), token.encode())
    # A proxy on this machine speaks for strangers.
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


__all__ = ["Bounds", "create_app", "receiver_app"]
