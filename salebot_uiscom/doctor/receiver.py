"""Check of the address that UIS posts notifications to: its form, and one harmless GET."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from ..effects import HttpReply, HttpRequest, Steps, TransportError
from ..uis import UisSettings
from .findings import Findings
from .way import DNS, TLS, cause_of

PLACE = "receiver"
_PREFIX = "/uiscom_webhook/"
_LOCAL_NAMES = ("localhost", ".local", ".localdomain", ".internal", ".lan")


def check_receiver(url: str, keys: tuple[str, ...], settings: UisSettings | None, found: Findings) -> Steps[None]:
    """Add what is wrong with the address.

    A receiver answers GET with 405 before it looks at the key, so the key is compared with the known ones here.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host:
        found.add("UI389", PLACE)
        return
    if parts.scheme != "https":
        found.add("UI380", PLACE)
    if is_private(host):
        found.add("UI381", PLACE, name_host=host)
    _check_path(parts.path, keys, settings, found)
    try:
        reply: HttpReply = yield HttpRequest("GET", url.strip(), timeout_s=10.0, largest_body_bytes=1 << 20)
    except TransportError as error:
        cause = cause_of(error)
        if cause == TLS:
            found.add("UI383", PLACE, name_host=host)
        else:
            reason = "DNS" if cause == DNS else "timeout" if error.timeout else error.reason
            found.add("UI382", PLACE, name_host=host, text_reason=reason)
        return
    if reply.status == 405:
        return
    if reply.status == 404:
        found.add("UI384", PLACE)
    elif 300 <= reply.status < 400:
        found.add("UI385", PLACE, name_status=str(reply.status))
    else:
        found.add("UI386", PLACE, name_status=str(reply.status))


def _check_path(path: str, keys: tuple[str, ...], settings: UisSettings | None, found: Findings) -> None:
    _, prefix, key = path.rpartition(_PREFIX)
    key = unquote(key.rstrip("/"))
    if not prefix or not key or "/" in key:
        found.add("UI389", PLACE)
        return
    api_key = settings.access_token if settings is not None else ""
    if api_key and _same(key, api_key):
        found.add("UI388", PLACE)
    elif keys and not any(_same(key, known) for known in keys):
        found.add("UI387", PLACE)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known.encode())


def is_private(host: str) -> bool:
    """Does a host name or address mean nothing to a server outside?"""
    try:
        return not ip_address(host).is_global
    except ValueError:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(_LOCAL_NAMES)
