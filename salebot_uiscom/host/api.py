"""The HTTP API of the host itself, `/api/<key>/<method>` (host.md 10; functions-host.md, tier 2).

Answers `{"status": "success", …}`; errors `client_not_found`, `order 12345 not found`. Scripts that ask Salebot's own
address are answered here too, without a network.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote

from ..effects import HttpReply, Steps
from ..errors import Fault
from ..web import WebReply, WebRequest
from .apicalls import METHODS, Call, Params, Refused
from .functions.arguments import dictionary

if TYPE_CHECKING:
    from .engine import Engine
    from .turn import Turn

PATH = "/api/{key}/{method}"


def make_routes(
    engine: Engine, clock: Callable[[], float]
) -> tuple[tuple[str, Callable[[WebRequest], Steps[WebReply]]], ...]:
    """Routes of the API; none without an `api_key` in the bot file."""
    if not engine.bot.project.api_key:
        return ()

    def receive(request: WebRequest) -> Steps[WebReply]:
        if not hmac.compare_digest(request.params.get("key", "").encode(), engine.bot.project.api_key.encode()):
            return WebReply(404)
        if request.method.upper() not in ("GET", "POST"):
            return WebReply(405, headers=(("Allow", "GET, POST"),))
        if request.body is None:
            return WebReply(413)
        status, answer = yield from _respond(
            engine, clock(), request.params.get("method", ""), request.query, request.headers, request.body
        )
        return WebReply(status, json.dumps(answer, ensure_ascii=False).encode())

    return ((PATH, receive),)


def answer_script(
    engine: Engine, now: float, turn: Turn | None, parts: SplitResult, headers: Mapping[str, str], content: bytes
) -> Steps[HttpReply]:
    """A request of a script to Salebot's own API. `turn`: the one that runs the script."""
    pieces = [unquote(piece) for piece in parts.path.strip("/").split("/")]
    key = engine.bot.project.api_key
    if len(pieces) != 3 or not key or not hmac.compare_digest(pieces[1].encode(), key.encode()):
        return HttpReply(404, b"")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    status, answer = yield from _respond(engine, now, pieces[2], query, headers, content, turn)
    body = json.dumps(answer, ensure_ascii=False).encode()
    return HttpReply(status, body, (("Content-Type", "application/json; charset=utf-8"),))


def _respond(
    engine: Engine, now: float, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes,
    turn: Turn | None = None,
) -> Steps[tuple[int, Any]]:  # fmt: skip
    try:
        params = _params(query, headers, body)
    except Refused as refused:
        return _refusal(refused)
    return (yield from respond(engine, now, method, params, turn))


def _refusal(refused: Refused) -> tuple[int, Any]:
    return refused.status, {"status": "error", "message": refused.text}


def _params(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Parameters of the address, the form and the JSON body together; the body wins.

    Raises:
        Refused: the body is neither; what it meant to say must not be taken for unsaid.
    """
    found: dict[str, Any] = dict(query)
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "").lower()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("wrong body: not UTF-8") from error
    if "x-www-form-urlencoded" in kind:
        found.update(parse_qsl(text, keep_blank_values=True))
    elif text.strip():
        table = dictionary(text)
        if table is None:
            raise Refused("wrong body: neither a JSON object nor a form")
        found.update(table)
    return found


def respond(
    engine: Engine, now: float, method: str, params: Params, turn: Turn | None = None
) -> Steps[tuple[int, Any]]:
    """Status and JSON answer of one call."""
    call = METHODS.get(method)
    if call is None:
        return 404, {"status": "error", "message": "method not found"}
    try:
        answer = yield from call(Call(engine, now, turn, method, params), params)
    except Refused as refused:
        return _refusal(refused)
    except Fault as fault:
        return 400, {"status": "error", "message": str(fault)}
    return 200, answer
