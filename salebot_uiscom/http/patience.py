"""A time-out that knows when the whole request ends."""

from __future__ import annotations

import time
from typing import Self


class Patience(float):
    """Seconds that one step of a request may take, none of them beyond the end of the request.

    A plain number of seconds for those who know nothing of it. `until` is the end, by `time.monotonic`.
    """

    __slots__ = ("until",)
    until: float

    @classmethod
    def of(cls, seconds: float, until: float) -> Self:
        made = cls(seconds)
        made.until = until
        return made

    def left(self) -> float:
        """Seconds for a step that begins now; not above zero when the request is over."""
        return min(self.until - time.monotonic(), self)
