"""What code may ask of the outside world, and the two loops that carry it out.

Anything that waits is written once, as a generator that *yields effects* and receives their results:

    def ring(number: str) -> Steps[int]:
        reply = yield HttpRequest("POST", url, content=body)
        return read(reply)

`drive` (threads) and `adrive` (asyncio) perform the effects with handlers taken from a table. Nothing else in the
package knows whether its host is synchronous.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import SalebotError

T = TypeVar("T")


class Effect:
    """Base of everything that a generator may yield. Subclasses are frozen dataclasses named by an imperative noun."""

    __slots__ = ()


Steps = Generator[Effect, Any, T]


@dataclass(frozen=True, slots=True)
class HttpRequest(Effect):
    """One HTTP request. The answer is an `HttpReply`; a failure is thrown in as `TransportError`.

    `fresh_connection`: never reuse a kept-alive connection. A connection that the server has closed meanwhile is
    indistinguishable from a lost answer, so requests that must not be repeated ask for a new one.
    `tls_name`: name that the certificate must carry when `url` names an address (a name resolved and checked before).
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)  # may hold a key: never shown
    connect_timeout_s: float = 5.0
    timeout_s: float = 10.0
    fresh_connection: bool = False
    tls_name: str = ""
    largest_body_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    content: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


class TransportError(SalebotError):
    """An HTTP request without a usable answer.

    `sent` is False only when it is certain that no byte of the request reached the server (name not resolved,
    connection refused, connect time-out); True means "perhaps".
    """

    def __init__(self, reason: str, *, sent: bool, timeout: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.timeout = timeout


@dataclass(frozen=True, slots=True)
class Wait(Effect):
    """Do nothing for some seconds (back-off between reads)."""

    seconds: float


class UnhandledEffect(SalebotError):
    """No handler for an effect: the host lacks a plugin or a store."""

    def __init__(self, effect: Effect) -> None:
        name = type(effect).__name__
        super().__init__(
            f"nobody performs {name}: create Interpreter(...) with the plugin that handles it, "
            f"or pass handlers={{{name}: ...}}"
        )
        self.effect = effect


Handler = Callable[[Any], Any]
AsyncHandler = Callable[[Any], Awaitable[Any]]
Handlers = Mapping[type[Effect], Handler]
AsyncHandlers = Mapping[type[Effect], AsyncHandler]


def drive(steps: Steps[T], handlers: Handlers) -> T:
    """Run `steps` to its end, performing each effect with a plain function."""
    try:
        effect = next(steps)
        while True:
            handler = handlers.get(type(effect))
            try:
                if handler is None:
                    raise UnhandledEffect(effect)
                result = handler(effect)
            except Exception as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as stop:
        ended: T = stop.value
        return ended


async def adrive(steps: Steps[T], handlers: AsyncHandlers) -> T:
    """`drive` for asyncio: the same loop, handlers are awaited."""
    try:
        effect = next(steps)
        while True:
            handler = handlers.get(type(effect))
            try:
                if handler is None:
                    raise UnhandledEffect(effect)
                result = await handler(effect)
            except Exception as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(result)
    except StopIteration as stop:
        ended: T = stop.value
        return ended
