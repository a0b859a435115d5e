"""`Uis` for people without a bot: the same methods, called directly.

Every generator method of `Uis` is a method here: `UisClient` returns its result, `AsyncUisClient` awaits it. There is
no second implementation to drift away.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import cache, wraps
from types import TracebackType
from typing import Any, Self, TypeVar

from ..effects import Steps, adrive, drive
from ..http import HttpTransport
from .account import UisState
from .api import Uis
from .settings import UisSettings

T = TypeVar("T")


@cache
def _step_methods() -> frozenset[str]:
    """Names of the public methods of `Uis` that return `Steps`; the annotation says so."""
    return frozenset(
        name
        for name, member in vars(Uis).items()
        if not name.startswith("_") and callable(member) and "Steps[" in str(member.__annotations__.get("return"))
    )


class _Client:
    def __init__(
        self,
        settings: UisSettings,
        *,
        state: UisState | None = None,
        transport: Any = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.uis = Uis(settings, state, clock=clock)
        self._http = HttpTransport(transport)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_step_methods()})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uis.settings.url('call')}>"


class UisClient(_Client):
    """UIS for threads. `transport`: an httpx transport instead of the network.

    Methods are those of `Uis`, for example `client.get_sites()`; with types for checkers:
    `client.run(client.uis.get_sites())`.
    """

    def run(self, steps: Steps[T]) -> T:
        return drive(steps, self._http.handlers())

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in _step_methods():
            raise AttributeError(f"{type(self).__name__} has no method {name!r}")
        method = getattr(self.uis, name)

        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            return self.run(method(*args, **kwargs))

        self.__dict__[name] = call  # found at once the next time
        return call

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


class AsyncUisClient(_Client):
    """UIS for asyncio: `await client.get_sites()`. See `UisClient`."""

    async def run(self, steps: Steps[T]) -> T:
        return await adrive(steps, self._http.async_handlers())

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        if name not in _step_methods():
            raise AttributeError(f"{type(self).__name__} has no method {name!r}")
        method = getattr(self.uis, name)

        @wraps(method)
        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self.run(method(*args, **kwargs))

        self.__dict__[name] = call
        return call

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.aclose()
