"""What became of a request on its way: the class of an exception that the transport keeps as cause."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

from ..effects import HttpReply, Steps

DNS, TLS, REFUSED = "dns", "tls", "refused"


def cause_of(error: BaseException) -> str:
    """`dns`, `tls`, or `refused` for everything else, from the exceptions behind a fault of the transport."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, socket.gaierror):
            return DNS
        if isinstance(cause, ssl.SSLError):
            return TLS
        cause = cause.__cause__ or cause.__context__
    return REFUSED


def observe(steps: Steps[None], see: Callable[[HttpReply], None]) -> Steps[None]:
    """Run `steps`, showing `see` every HTTP reply that comes back."""
    try:
        effect = next(steps)
        while True:
            try:
                answer = yield effect
            except Exception as error:
                effect = steps.throw(error)
            else:
                if isinstance(answer, HttpReply):
                    see(answer)
                effect = steps.send(answer)
    except StopIteration:
        return
