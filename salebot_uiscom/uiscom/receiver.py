"""The address that UIS posts notifications to (telephony.md G, webhooks.md 6, 8, 11).

It writes the bytes down and answers; who the client is and what the bot says comes later (`matching.route`). Nothing of
a body, a phone or a key is logged: only lengths and fingerprints.
"""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable

from ..effects import Steps
from ..messages import language, mask, message_of
from ..ports import Receiver, StoredNotification, StoreNotification
from ..web import WebReply, WebRequest
from . import matching
from .connection import Connection
from .notification import MAX_BODY, SHORT_WINDOW_S, Arrival, Refusal, accept, fingerprint
from .settings import UiscomSettings

log = logging.getLogger("salebot_uiscom.uiscom")

SOURCE = "uiscom"
PATH = "/uiscom_webhook/{key}"

_OK = WebReply(200, b'{"status": "ok"}')
_NOT_FOUND = WebReply(404)


def make_receiver(connection: Connection) -> Receiver:
    """The receiver of one project. Settings are asked at every request: a replaced key counts from the next one on."""
    clock = connection.clock
    rate = _Rate(clock)

    def receive(request: WebRequest) -> Steps[WebReply]:
        settings = yield from connection.ask()
        return (yield from _receive(request, settings, clock(), rate))

    def route(stored: StoredNotification) -> Steps[None]:
        settings = yield from connection.ask()
        yield from matching.route(stored, settings)

    return Receiver(SOURCE, PATH, receive, route)


def _receive(request: WebRequest, settings: UiscomSettings, now: float, rate: _Rate) -> Steps[WebReply]:
    if request.method.upper() != "POST":
        return _refused(405, "only POST", ("Allow", "POST"))
    key = _known_key(request.params.get("key", "").rstrip("/"), settings.receiver_keys)
    if key is None:
        return _NOT_FOUND
    if not rate.allows(key, settings.requests_per_minute):
        log.warning(_text("UI220", limit=settings.requests_per_minute))
        return _refused(429, "too many requests", ("Retry-After", "60"))
    if request.body is None or len(request.body) > MAX_BODY:
        log.warning(_text("UI221", limit=MAX_BODY))
        return _refused(413, "too long")
    kind = request.headers.get("content-type")
    if kind is None:  # as other web servers write it
        kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    try:
        arrival = accept(request.body, kind)
        mark, identified = arrival.fingerprint(key), arrival.identifies_itself
    except Refusal as refusal:
        # Kept first: whatever goes wrong with the words about it, UIS does not send it again.
        yield StoreNotification(
            SOURCE, fingerprint(request.body, key), request.body, now, 0.0, problem=refusal.reason
        )  # fmt: skip
        log.warning(_text("UI222", text_reason=refusal.reason, size=len(request.body)))
        return _refused(refusal.status, refusal.reason)
    except Exception as error:
        # A mistake of ours in reading: the bytes are kept, to be read by a better release.
        problem = type(error).__name__
        yield StoreNotification(SOURCE, fingerprint(request.body, key), request.body, now, 0.0, problem=problem)
        log.error(_text("UI222", text_reason=problem, size=len(request.body)))
        return _refused(500, "cannot be read now")
    window = settings.repeat_window_s if identified else SHORT_WINDOW_S
    outcome = yield StoreNotification(SOURCE, mark, request.body, now, window)
    if arrival.mended:
        log.warning(_text("UI223"))
    if log.isEnabledFor(logging.INFO):
        log.info(
            "notification %s %s: %d bytes, fields %s",
            mark[:12], outcome, len(request.body), _fields(arrival),
        )  # fmt: skip
    return _OK


def _known_key(given: str, known: tuple[str, ...]) -> str | None:
    """Compared with all keys in constant time: the time tells neither which key nor how much of it fits."""
    found, bytes_given = None, given.encode("utf-8", "surrogatepass")
    for key in known:
        if hmac.compare_digest(bytes_given, key.encode()):
            found = key
    return found


def _fields(arrival: Arrival) -> str:
    """Names of fields come from the owner's template, but may hold anything: only ordinary ones are shown."""
    names = [name for name in arrival.body if name.isascii() and name.isidentifier() and len(name) <= 32]
    return mask(" ".join(sorted(names)[:40]))


def _refused(status: int, reason: str, *headers: tuple[str, str]) -> WebReply:
    body = f'{{"status": "error", "reason": "{reason}"}}'
    return WebReply(status, body.encode(), headers=headers)


def _text(code: str, **data: object) -> str:
    return message_of(code).text(language(), data)


class _Rate:
    """Requests of a key in the running minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, int]] = {}

    def allows(self, key: str, per_minute: int) -> bool:
        if not per_minute:
            return True
        minute = int(self._clock() // 60)
        with self._lock:
            last, count = self._counts.get(key, (minute, 0))
            count = count + 1 if last == minute else 1
            self._counts[key] = (minute, count)
        return count <= per_minute
