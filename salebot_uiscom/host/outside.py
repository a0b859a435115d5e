"""Requests that a script makes: `requests_*`, the request of a block, copies of messages.

The address comes from an author, and parts of it often from a client. So a name is resolved once, every address behind
it must be a public one, the connection goes to exactly that address, and each redirect is judged anew. Inner addresses
that a bot does need stand in the bot file (`allowed_hosts`).
"""

from __future__ import annotations

import base64
import ipaddress
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from ..effects import Effect, HttpReply, HttpRequest, Steps, TransportError
from ..errors import Fault
from ..messages import LANGUAGES, message_of
from ..scope import DEAL, is_name
from ..values import parse_json, to_text
from .bot import Request

if TYPE_CHECKING:
    from .engine import Engine
    from .turn import Turn

TIMEOUT_S = 10.0
LARGEST_BODY_BYTES = 2 * 1024 * 1024
MOST_REDIRECTS = 5
# Addresses of Salebot's own HTTP API are answered by the host itself (functions-host.md, "Finding clients").
OWN_API_HOST = "chatter.salebot.pro"
# The reason of a `TransportError` where nothing may leave the machine.
NO_NETWORK = "no network in a rehearsal"

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_FORBIDDEN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Resolve(Effect):
    """Addresses of a host name: `list[str]`. A name without any is thrown in as `TransportError`."""

    host: str
    port: int


def resolve(effect: Resolve) -> list[str]:
    """Ask the operating system."""
    try:
        found = socket.getaddrinfo(effect.host, effect.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TransportError("name not found", sent=False) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """May a stranger's script connect there? Addresses that carry another one inside are judged by that too."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if parsed.teredo is not None:
            return False
        if inner is not None and not is_public(str(inner)):
            return False
        if parsed.ipv4_mapped is not None:
            return True
    return parsed.is_global and not parsed.is_multicast


# ---------------------------------------------------------------- one request with its redirects


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose request it is: the bot decides which inner addresses are allowed.

    `at` in Unix seconds; `turn`: whose script asks, None when the host itself does.
    """

    engine: Engine
    at: float
    turn: Turn | None = None


def fetch(
    origin: Origin, method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes = b""
) -> Steps[HttpReply]:
    """Make a request. Raises `TransportError` with a reason that names no secret."""
    sent = {name: value for name, value in (headers or {}).items() if name.lower() not in _FORBIDDEN_HEADERS}
    for _ in range(MOST_REDIRECTS + 1):
        reply = yield from _once(origin, method, url, sent, content)
        target = dict((name.lower(), value) for name, value in reply.headers).get("location", "")
        if reply.status not in (301, 302, 303, 307, 308) or not target:
            return reply
        try:
            following = urljoin(url, target)
            urlsplit(following)
        except ValueError as error:
            raise TransportError("bad address", sent=True) from error
        if urlsplit(following).netloc != urlsplit(url).netloc or following[:5] != url[:5]:
            sent = {name: value for name, value in sent.items() if name.lower() not in _SECRET_HEADERS}
        if reply.status == 303 or (reply.status in (301, 302) and method == "POST"):
            method, content = "GET", b""
            sent = {name: value for name, value in sent.items() if not name.lower().startswith("content-")}
        url = following
    raise TransportError("too many redirects", sent=True)


def _once(origin: Origin, method: str, url: str, headers: Mapping[str, str], content: bytes) -> Steps[HttpReply]:
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise TransportError("bad address", sent=False) from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise TransportError("bad address", sent=False)
    if any(ord(char) < 32 or ord(char) == 127 for text in (url, *headers, *headers.values()) for char in text):
        raise TransportError("bad address", sent=False)
    if host == OWN_API_HOST and parts.path.startswith("/api/"):
        from .api import answer_script

        return (yield from answer_script(origin.engine, origin.at, origin.turn, parts, headers, content))
    port = port or (443 if parts.scheme == "https" else 80)
    addresses: list[str] = yield Resolve(host, port)
    allowed = origin.engine.bot.project.allowed_hosts
    if host not in allowed and f"{host}:{port}" not in allowed and not all(map(is_public, addresses)):
        raise TransportError("address not allowed", sent=False)
    if not addresses:
        raise TransportError("name not found", sent=False)
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    path = parts.path or "/"
    pinned = urlunsplit((parts.scheme, f"{address}:{port}", path, parts.query, ""))
    shown = f"[{host}]" if ":" in host else host
    named = shown if parts.port is None else f"{shown}:{port}"
    reply: HttpReply = yield HttpRequest(
        method,
        pinned,
        headers=(("Host", named), *headers.items()),
        content=content,
        timeout_s=TIMEOUT_S,
        # A kept connection was opened for another name; the certificate is checked for this one.
        fresh_connection=True,
        tls_name=host if parts.scheme == "https" else "",
        largest_body_bytes=LARGEST_BODY_BYTES,
    )
    return reply


# ---------------------------------------------------------------- what scripts get


def given(value: Any) -> bool:
    """Is an argument passed? `None`, empty text and the word `none` mean it is not (functions-host.md)."""
    return not (value is None or (isinstance(value, str) and value.strip().lower() in ("", "none")))


def request_headers(headers: Any, auth: Any) -> dict[str, str]:
    """Headers of a `requests_*` call; `auth` is `[login, password]` or `login:password`, 0 = none."""
    table = parse_json(headers) if isinstance(headers, str) else headers
    found = {str(name): to_text(value) for name, value in table.items()} if isinstance(table, dict) else {}
    if given(auth) and to_text(auth) != "0":
        pair = parse_json(auth) if isinstance(auth, str) else auth
        text = ":".join(to_text(part) for part in pair[:2]) if isinstance(pair, list) else to_text(auth)
        found["Authorization"] = "Basic " + base64.b64encode(text.encode()).decode()
    return found


def add_query(url: str, params: Any) -> str:
    table = parse_json(params) if isinstance(params, str) else params
    if not isinstance(table, dict) or not table:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url  # no address: whoever asks for it is told
    query = "&".join(part for part in (parts.query, _form(table)) if part)
    return urlunsplit(parts._replace(query=query))


def _form(table: Mapping[str, Any]) -> str:
    pairs = [
        (name, to_text(item))
        for name, value in table.items()
        for item in (value if isinstance(value, list) else [value])
    ]
    return urlencode(pairs)


def request_body(data: Any, json_data: Any) -> tuple[bytes, str]:
    """Body and its content type; the two exclude each other, JSON wins over nothing only."""
    if given(data):
        table = parse_json(data) if isinstance(data, str) else data
        if isinstance(data, str):
            return data.encode(), "application/json" if table is not None else "application/x-www-form-urlencoded"
        if isinstance(table, dict):
            return _form(table).encode(), "application/x-www-form-urlencoded"
        return json.dumps(data, ensure_ascii=False).encode(), "application/json"
    if given(json_data):
        text = json_data if isinstance(json_data, str) else json.dumps(json_data, ensure_ascii=False)
        return text.encode(), "application/json"
    return b"", ""


def reply_text(reply: HttpReply) -> str:
    """Body as text, by the charset of the answer, UTF-8 without one."""
    kind = dict((name.lower(), value) for name, value in reply.headers).get("content-type", "")
    _, _, charset = kind.lower().partition("charset=")
    try:
        return reply.content.decode(charset.split(";")[0].strip(" \"'") or "utf-8", "replace")
    except LookupError:
        return reply.content.decode("utf-8", "replace")


def reply_json(text: str) -> Any:
    """Parsed body; None when it is no JSON."""
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return None


def shaped(status: int, text: str, answer_type: str) -> Any:
    """A reply in the form the script asked for."""
    if answer_type == "status":
        return status
    if answer_type == "text":
        return text
    parsed = reply_json(text)
    if answer_type == "json":
        return parsed
    return {"status": status, "data": text if parsed is None else parsed}


# Reasons of `TransportError` → codes of their texts.
_REASONS: Mapping[str, str] = {
    "bad address": "SB646",
    "InvalidURL": "SB646",
    "UnsupportedProtocol": "SB646",
    "address not allowed": "SB647",
    "name not found": "SB648",
    "too many redirects": "SB649",
    NO_NETWORK: "SB653",
    "answer too large": "SB655",
}


def failure(error: TransportError) -> dict[str, Any]:
    """What the texts of SB636 need: the reason in both languages, and the cure that fits it."""
    code = _REASONS.get(error.reason) or ("SB654" if error.timeout else "SB657" if error.sent else "SB656")
    limits = {"SB649": MOST_REDIRECTS, "SB654": round(TIMEOUT_S), "SB655": LARGEST_BODY_BYTES}
    data = {"name": error.reason, "limit": limits.get(code, "")}
    said = message_of(code)
    found: dict[str, Any] = {f"text_{lang}": said.text(lang, data) for lang in LANGUAGES}
    return {**found, "hint": {lang: said.hint(lang, data) for lang in LANGUAGES}}


def failed(reason: str, answer_type: str) -> Any:
    """What a script gets when there was no reply."""
    return {"json": None, "text": "", "status": 0}.get(answer_type, {"status": 0, "data": reason})


# ---------------------------------------------------------------- the request of a block


def value_at(data: Any, path: str) -> Any:
    """An element by path notation: `suggestions|0|data|strcode`; None when there is none."""
    for part in path.split("|"):
        part = part.strip()
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.lstrip("-").isdecimal() and -len(data) <= int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def save_answer(turn: Turn, request: Request, url: str, headers: Mapping[str, str], body: str) -> Steps[list[Fault]]:
    """Make the request of a block: body into `custom_answer`, the wanted values into variables of the deal."""
    turn.acted = True
    try:
        content = body.encode()
        typed = dict(headers)
        if content and not any(name.lower() == "content-type" for name in typed):
            typed["Content-Type"] = "application/json; charset=utf-8"
        reply = yield from fetch(Origin(turn.engine, turn.at, turn), request.method, url, typed, content)
    except TransportError as error:
        turn.put(DEAL, "custom_answer", None)
        return [Fault("SB636", **failure(error))]
    text = reply_text(reply)
    data = reply_json(text)
    faults: list[Fault] = []
    for name, value in (
        ("custom_answer", text),
        *((name, value_at(data, path)) for name, path in request.save.items()),
    ):
        try:
            if not is_name(name):
                raise Fault("SB110", name=name)
            turn.put(DEAL, name, value)
        except Fault as fault:
            faults.append(fault)
    return faults
