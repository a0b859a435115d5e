"""Reads for people: the card's search, the figures of a running host, what became of one event."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from ..ports import Client
from .base import StorePart
from .codec import dump, load
from .records import IntentRecord, NotificationRecord, Trail
from .rows import CLIENT_COLUMNS, INTENT_COLUMNS, NOTIFICATION_COLUMNS, to_client, to_intent, to_notification, turn_row

LONGEST_SHOWN = 200  # characters of a value in a trail
SHORTEST_PACKED = 400  # characters of a trail

_FEWEST_DIGITS = 4  # of a phone to search for: fewer fit nearly everybody

_FIGURES: Mapping[str, str] = {
    "notifications_waiting": "SELECT count(*) FROM notification WHERE state IN ('waiting', 'working')",
    "oldest_notification_at": (
        "SELECT received_at FROM notification WHERE state IN ('waiting', 'working') ORDER BY id LIMIT 1"
    ),
    "notifications_unmatched": (
        "SELECT count(*) FROM notification WHERE state IN ('unmatched', 'quarantine') AND state = 'unmatched'"
    ),
    "notifications_quarantined": (
        "SELECT count(*) FROM notification WHERE state IN ('unmatched', 'quarantine') AND state = 'quarantine'"
    ),
    "events_waiting": "SELECT count(*) FROM event WHERE state = 'waiting'",
    "oldest_event_at": "SELECT received_at FROM event WHERE state = 'waiting' ORDER BY id LIMIT 1",
    "turns_running": "SELECT count(*) FROM claim",
    "plans_waiting": "SELECT count(*) FROM plan",
    "calls_begun": "SELECT count(*) FROM intent WHERE state IN ('begun', 'unknown') AND state = 'begun'",
    "calls_unknown": "SELECT count(*) FROM intent WHERE state IN ('begun', 'unknown') AND state = 'unknown'",
}


class LookingPart(StorePart):
    def search_clients(self, text: str, *, before_id: int | None = None, limit: int = 50) -> list[Client]:
        def job(connection: sqlite3.Connection) -> list[Client]:
            # SQLite itself ignores the case of Latin letters only.
            connection.create_function("folded", 1, str.casefold, deterministic=True)
            rows = connection.execute(
                f"SELECT {CLIENT_COLUMNS} FROM client WHERE (:before IS NULL OR id < :before) AND ("
                ":text = '' OR id = :number OR instr(folded(name), :text) OR instr(folded(platform_id), :text) OR "
                "(:digits <> '' AND (instr(platform_id, :digits) "
                "OR id IN (SELECT client_id FROM phone WHERE instr(digits, :digits))))"
                ") ORDER BY id DESC LIMIT :limit",
                {
                    "before": before_id,
                    "text": wanted,
                    "number": int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 16 else -1,
                    "digits": digits,
                    "limit": limit,
                },
            ).fetchall()
            return [to_client(row) for row in rows]

        wanted = text.strip().casefold()
        digits = _digits(wanted)
        return self._file.read(job)

    def figures(self) -> Mapping[str, float | None]:
        return self._file.read(
            lambda connection: {
                name: (connection.execute(sql).fetchone() or (None,))[0] for name, sql in _FIGURES.items()
            }
        )

    def trail(self, turn_key: str) -> Trail | None:
        table, column, place = turn_row(turn_key)
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT client_id, at, trail FROM {table} WHERE {column} = ?", (place,)
            ).fetchone()
        )
        if row is None:
            return None
        kept = _unpacked(row[2])
        return Trail(turn_key, row[0], row[1], tuple(kept.get("blocks", ())), kept.get("set", {}))

    def intents(
        self, *, turn_key: str | None = None, client_id: int | None = None, limit: int = 100
    ) -> list[IntentRecord]:
        return self._intents(
            "(?1 IS NULL OR turn_key = ?1) AND (?2 IS NULL OR client_id = ?2) "
            "ORDER BY created_at DESC, sequence DESC LIMIT ?3",
            (turn_key, client_id, limit),
        )

    def find_call(self, call: str) -> list[IntentRecord]:
        return self._intents(
            "external_id = ?1 OR json_extract(result, '$.call_session_id') = CAST(?1 AS INTEGER) "
            "ORDER BY created_at LIMIT 100",
            (call,),
        )

    def _intents(self, where: str, values: tuple[Any, ...]) -> list[IntentRecord]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {INTENT_COLUMNS}, turn_key, sequence, changed_at FROM intent WHERE {where}", values
            ).fetchall()
        )
        return [IntentRecord(to_intent(row[:7]), *row[7:]) for row in rows]

    def client_notifications(self, client_id: int, *, limit: int = 100) -> list[NotificationRecord]:
        return self._notifications(
            "id IN (SELECT notification_id FROM event WHERE client_id = ?1 AND notification_id IS NOT NULL "
            "ORDER BY id DESC LIMIT ?2) ORDER BY id DESC",
            (client_id, limit),
        )

    def find_notifications(self, text: str, *, limit: int = 100) -> list[NotificationRecord]:
        return self._notifications("instr(body, ?1) ORDER BY id LIMIT ?2", (text.encode(), limit))

    def _notifications(self, where: str, values: tuple[Any, ...]) -> list[NotificationRecord]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {NOTIFICATION_COLUMNS} FROM notification WHERE {where}", values
            ).fetchall()
        )
        return [to_notification(row) for row in rows]


def _digits(text: str) -> str:
    """Digits of a text that may be a phone or a part of one, else empty; `8 900…` is looked for as `7900…`."""
    if any(char.isalpha() for char in text):
        return ""
    digits = "".join(char for char in text if char.isascii() and char.isdecimal())
    if len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def trail_of(blocks: Sequence[str], texts: Mapping[str, str | None]) -> str | bytes:
    """What a turn leaves behind for `explain`: blocks in order, values written by full name, the long ones cut.

    Returns:
        JSON, or "" for nothing. A long one is packed, so that many turns share a page of the file: a trail of its own
        page costs a commit three pages more.
    """
    written = {
        name: text if text is None or len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        for name, text in texts.items()
    }
    if not written and not blocks:
        return ""
    text = dump({"blocks": blocks, "set": written})
    return text if len(text) < SHORTEST_PACKED else _packed(text.encode())


def _packed(text: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, 12, 5)  # 4 KB looked back, an eighth of the usual memory to clear
    return packer.compress(text) + packer.flush()


def _unpacked(trail: str | bytes) -> Any:
    if not trail:
        return {}
    return load(trail if isinstance(trail, str) else zlib.decompress(trail).decode())
