"""Every contract test runs against each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import Store, open_store
from salebot_uiscom.store.records import Deal, SaveDeal, SwitchDeal, Turn


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    target = ":memory:" if request.param == "memory" else tmp_path / "bot.db"
    opened = open_store(target, clock=clock, lease_clock=clock)
    yield opened
    assert opened.check() == []
    opened.close()


class Makers:
    """Short words for what tests need often."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._turns = 0

    def client(self, platform_id: str = "tg-1", type: int = 1, **fields: str) -> int:
        return self.store.create_client(NewClient(type, platform_id, **fields)).id

    def turn(self, client_id: int, *changes: object, **fields: object) -> None:
        self._turns += 1
        turn = Turn(f"test:{self._turns}", client_id, changes=changes, **fields)
        assert self.store.commit_turn(turn).written

    def deal(self, client_id: int, *, current: bool = True) -> int:
        number = self.store.allocate("deal")
        switch = (SwitchDeal(client_id, number),) if current else ()
        self.turn(client_id, SaveDeal(Deal(number, client_id)), *switch)
        return number


@pytest.fixture
def make(store: Store) -> Makers:
    return Makers(store)
