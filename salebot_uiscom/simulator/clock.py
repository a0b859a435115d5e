"""Time of the simulator: moved by tests, or the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # a Monday, ten in the morning in Moscow


class Clock(Protocol):
    """`moves_by_itself` is False for a clock that stands still until it is advanced."""

    moves_by_itself: bool

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def set(self, moment: datetime) -> None:
        """Move forward to an aware `moment`; a moment in the past changes nothing."""


class VirtualClock:
    """Stands still until somebody moves it."""

    moves_by_itself = False

    def __init__(self, start: datetime = START) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of a clock needs a time zone")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = max(self._now, moment.astimezone(UTC))


class RealClock:
    """The clock of the machine, put forward by `offset` where somebody has skipped waiting."""

    moves_by_itself = True

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def set(self, moment: datetime) -> None:
        self.offset += max(timedelta(), moment - self.now())
