"""JSON-RPC 2.0 as UIS speaks it: an envelope out, an answer in. No network here.

Reading is lenient where the documentation contradicts itself (uis-api.md 12) and strict where a mistake could ring
somebody twice: a success must carry our id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..effects import HttpReply
from .errors import UisProtocolError, error_from_answer
from .limits import Limits, whole_number

HEADERS: Final = (("Content-Type", "application/json; charset=UTF-8"),)


class _Missing:
    """Marks an answer without `data`, which is not the same as `data: null`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `data` is `MISSING` when the answer had none; `deprecated` names the newer version of the API."""

    request_id: str
    data: Any
    total_items: int | None = None
    limits: Limits | None = None
    deprecated: str | None = None


def build(method: str, params: Mapping[str, Any], request_id: str) -> bytes:
    """The request envelope: exactly four members, UTF-8, no numbers outside JSON (NaN raises ValueError)."""
    envelope = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    return _ENCODER.encode(envelope).encode("utf-8")


def read(reply: HttpReply, *, method: str, request_id: str, secrets: Iterable[str] = ()) -> Answer:
    """Turn an HTTP reply into an `Answer`.

    The body decides, the status only where the body is no JSON-RPC (uis-api.md 1).

    Raises:
        UisError: UIS answered with an error; its class tells the group.
        UisProtocolError: no JSON-RPC answer to our request. The work may have been done.
    """

    def fault(reason: str) -> UisProtocolError:
        return UisProtocolError(reason, method=method, request_id=request_id, status=reply.status)

    try:
        body = _DECODER.decode(reply.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        # The parser's own text quotes the body, which may hold a key: not chained.
        raise fault("not_json") from None
    if not isinstance(body, dict):
        raise fault("not_an_object")
    error, result = body.get("error"), body.get("result")
    if error is not None and result is not None:
        raise fault("result_and_error")
    if error is not None:
        # The id of an error may be null or foreign (uis-api.md 5).
        found = error_from_answer(error, method=method, request_id=request_id, secrets=tuple(secrets))
        raise found if found is not None else fault("not_json_rpc")
    if not isinstance(result, dict):
        raise fault("neither_result_nor_error" if "result" in body or "error" in body else "not_json_rpc")
    if body.get("id") != request_id:
        raise fault("foreign_id")
    metadata = result.get("metadata")
    if metadata is None:
        metadata = result.get("meta_data")
    metadata = metadata if isinstance(metadata, dict) else {}
    return Answer(
        request_id=request_id,
        data=result.get("data", MISSING),
        total_items=whole_number(metadata.get("total_items")),
        limits=Limits.read(metadata),
        deprecated=_deprecated(metadata.get("api_version")),
    )


def _number(text: str) -> int | float:
    """A JSON number with point or exponent: whole ones become int without a detour that could change digits."""
    exact = Decimal(text)
    if exact.adjusted() < 30 and exact == exact.to_integral_value():
        return int(exact)
    return float(text)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_no_constant)


def _deprecated(version: Any) -> str | None:
    if not isinstance(version, Mapping):
        return None
    # Both spellings are documented, one per API.
    if version.get("current_version_deprecated") or version.get("current_version_depricated"):
        return str(version.get("latest_version") or "?")
    return None
