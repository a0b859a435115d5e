"""What came in and what went out of a face: requests for assertions, replies for the faces."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors import SalebotError
from ..messages import mask

_SECRETS = ("access_token", "password")


@dataclass(slots=True)
class RecordedRequest:
    """One request as it came. `outcome`: `ok`, the mnemonic of an error, or the kind of the fault that hit it.

    `params` has no key and no password in it; the key is `access_token`, kept out of the repr like the phones.
    """

    api: str
    method: str
    request_id: Any
    params: dict[str, Any]
    remote_ip: str
    at: datetime
    access_token: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    outcome: str = "ok"
    worked: bool = False

    def as_dict(self) -> dict[str, Any]:
        """For people: without the key, phone numbers masked."""
        return {
            "api": self.api,
            "method": self.method,
            "id": self.request_id,
            "params": _masked(self.params),
            "outcome": self.outcome,
            "worked": self.worked,
            "at": self.at.isoformat(),
        }

    def __repr__(self) -> str:
        params = mask(json.dumps(self.params, ensure_ascii=False))
        return f"RecordedRequest({self.api} {self.method} {params} -> {self.outcome})"


def _masked(value: Any) -> Any:
    """`value` without full phone numbers, whatever type they have."""
    if isinstance(value, dict):
        return {name: _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    if isinstance(value, str) or (isinstance(value, int) and value >= 10**9):
        return mask(str(value))
    return value


def without_secrets(params: Any) -> dict[str, Any]:
    if not isinstance(params, dict):
        return {}
    return {name: value for name, value in params.items() if name not in _SECRETS}


@dataclass(slots=True)
class Reply:
    """What a face has to send. `drop` names a fault of the connection: then there is no answer at all.

    `delay` seconds pass before the answer leaves.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json; charset=utf-8"),)
    body: bytes = b""
    delay: float = 0.0
    drop: str = ""


class ConnectionDropped(SalebotError):
    """`Simulator.handle` has no answer: a fault of the connection. `reason` is the kind of the fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
