"""Reading a list through the cache, and finding rows by a part of a name or number."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..effects import Steps
from ..uis import Listing, Uis
from ..uis.errors import UisError
from .cache import Cache, CacheError, Kept
from .kinds import Kind

# Employees and scenarios change rarely; a request costs a point.
FRESH_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that fit the query.

    Attributes:
        rows: flat rows of the kind, in the order of UIS.
        of: how many rows the list has.
        read_at: Unix seconds.
        age_s: seconds since then; 0 when just read.
        complete: False where UIS did not show every row.
        refused: why an old list is shown instead of a new one, None mostly.
        unsaved: why the list could not be kept, "" mostly.
    """

    rows: tuple[dict[str, Any], ...]
    of: int
    read_at: float
    age_s: float
    complete: bool = True
    refused: UisError | None = None
    unsaved: str = ""


def look_up(
    uis: Uis,
    kind: Kind,
    query: str = "",
    cache: Cache | None = None,
    *,
    refresh: bool = False,
    clock: Callable[[], float] = time.time,
) -> Steps[Found]:
    """Find rows; the list is asked of UIS when it is not known, a day old, or `refresh`.

    Raises:
        UisError: UIS gave no list, and none is known (with `refresh`: in any case).
    """
    kept = cache.get(uis.settings, kind.name) if cache is not None else None
    refused: UisError | None = None
    unsaved = ""
    if kept is None or refresh or not 0 <= clock() - kept.read_at < FRESH_S:
        try:
            kept = yield from _read(uis, kind, clock)
        except UisError as error:
            if kept is None or refresh:
                raise
            refused = error
        else:
            if cache is not None:
                try:
                    cache.put(uis.settings, kind.name, kept)
                except CacheError as error:
                    unsaved = str(error)
    rows = tuple(row for row in kept.rows if matches(kind, row, query))
    age_s = max(0.0, clock() - kept.read_at)
    return Found(rows, len(kept.rows), kept.read_at, age_s, kept.complete, refused, unsaved)


def _read(uis: Uis, kind: Kind, clock: Callable[[], float]) -> Steps[Kept]:
    reader: Callable[..., Steps[Listing]] = getattr(uis, kind.method.replace(".", "_"))
    listing = yield from reader(fields=list(kind.fields))
    return Kept(tuple(kind.shape(row) for row in listing.rows), clock(), listing.complete)


def matches(kind: Kind, row: dict[str, Any], query: str) -> bool:
    """Does a row fit: its id exactly, a name or domain by a part in any case, a number by a part of its digits."""
    query = query.strip()
    if not query or str(row.get("id")) == query:
        return True
    wanted = _plain(query)
    if any(wanted in _plain(text) for column in kind.texts for text in _texts(row.get(column))):
        return True
    digits = _digits(query)
    return digits != "" and any(digits in text for column in kind.numbers for text in _texts(row.get(column)))


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _digits(query: str) -> str:
    """Digits of a query that is a number as people write it, else "" (`Отдел 2` is no number)."""
    if not re.fullmatch(r"\+?[\d\s().-]+", query):
        return ""
    digits = re.sub(r"\D", "", query)
    return "7" + digits[1:] if len(digits) == 11 and digits[0] == "8" else digits
