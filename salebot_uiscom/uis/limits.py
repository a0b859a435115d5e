"""Points of the account as UIS tells them in `metadata.limits` (uis-api.md 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """Points of one API as UIS told them. Resets are seconds from the moment of the answer; None: not told."""

    day_limit: int | None = None
    day_remaining: int | None = None
    day_reset: int | None = None
    minute_limit: int | None = None
    minute_remaining: int | None = None
    minute_reset: int | None = None

    @classmethod
    def read(cls, metadata: Any) -> Limits | None:
        """The limits of a metadata object, or None when it has none."""
        raw = metadata.get("limits") if isinstance(metadata, Mapping) else None
        if not isinstance(raw, Mapping):
            return None
        return cls(**{name: whole_number(raw.get(name)) for name in cls.__slots__})


def whole_number(value: Any) -> int | None:
    """`value` as int when it is a whole number or a text of digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) < 20 and value.isascii() and value.lstrip("-").isdigit():
        return int(value)
    return None
