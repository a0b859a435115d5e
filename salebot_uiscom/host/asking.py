"""The one effect by which the host reaches its store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ..effects import Effect, Steps

if TYPE_CHECKING:
    from ..store.protocol import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OnStore(Effect):
    """Ask the host's store; the answer is what `ask(store)` returns."""

    ask: Callable[[Store], Any] = field(repr=False)


def on_store(ask: Callable[[Store], T]) -> Steps[T]:
    """`yield from on_store(lambda store: store.client(7))`: the effect with the type of its answer."""
    answer: T = yield OnStore(ask)
    return answer
