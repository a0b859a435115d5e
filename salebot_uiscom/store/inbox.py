"""Notifications from outside, until they are routed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..ports import DUPLICATE, NEW, StoredNotification
from .base import OTHER_CLOCK_S, StorePart
from .codec import clean
from .errors import StoreRefused
from .protocol import LEASE_S
from .records import QUARANTINE, ROUTED, UNMATCHED, WAITING, WORKING, Event, NewEvent, NotificationRecord
from .rows import EVENT_COLUMNS, NOTIFICATION_COLUMNS, insert_event, to_event, to_notification

if TYPE_CHECKING:
    import asyncio

# Named in every query below: SQLite uses the index of pending notifications only where this very condition stands.
PENDING = f"state IN ('{WAITING}', '{WORKING}')"


class InboxPart(StorePart):
    def store_notification(
        self, source: str, fingerprint: str, body: bytes, received_at: float, repeat_window_s: float, problem: str = ""
    ) -> str:
        arrival = _Arrival(source, fingerprint, body, received_at, repeat_window_s, problem)
        return self._file.write(arrival)

    def submit_notification(
        self, source: str, fingerprint: str, body: bytes, received_at: float, repeat_window_s: float, problem: str = ""
    ) -> asyncio.Future[str]:
        arrival = _Arrival(source, fingerprint, body, received_at, repeat_window_s, problem)
        return self._file.submit(arrival)

    def claim_notification(
        self, owner: str, *, sources: Sequence[str] | None = None, lease_s: float = LEASE_S
    ) -> StoredNotification | None:
        if not self._file.read(lambda connection: _pending_sources(connection, sources)):
            return None  # polling an empty queue writes nothing

        def job(connection: sqlite3.Connection) -> StoredNotification | None:
            now = self._lease_clock()
            for source in _pending_sources(connection, sources):
                number = _next_of(connection, source, owner, now)
                if number is not None:
                    row = connection.execute(
                        f"UPDATE notification SET state = '{WORKING}', owner = ?, lease_until = ? WHERE id = ? "
                        "RETURNING id, source, body, received_at",
                        (owner, now + lease_s, number),
                    ).fetchone()
                    return StoredNotification(row[0], row[1], bytes(row[2]), row[3])
            return None

        return self._file.write(job, durable=False)

    def deliver_event(self, notification_id: int, event: NewEvent | None, note: str = "") -> Event | None:
        def job(connection: sqlite3.Connection) -> Event | None:
            row = connection.execute(
                "SELECT state, event_id FROM notification WHERE id = ?", (notification_id,)
            ).fetchone()
            if row is None:
                raise StoreRefused(f"notification {notification_id} does not exist")
            if row[0] not in (WAITING, WORKING):
                return _event(connection, row[1])
            added = None if event is None else insert_event(connection, event, notification_id)
            connection.execute(
                "UPDATE notification SET state = ?, note = ?, client_id = ?, event_id = ?, problem = '' WHERE id = ?",
                (
                    UNMATCHED if added is None else ROUTED,
                    clean(note),
                    None if added is None else added.client_id,
                    None if added is None else added.id,
                    notification_id,
                ),
            )
            return added

        return self._file.write(job)

    def quarantine_notification(self, notification_id: int, problem: str) -> None:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"UPDATE notification SET state = '{QUARANTINE}', problem = ?, note = 'routing failed' "
                f"WHERE id = ? AND {PENDING}",
                (clean(problem), notification_id),
            )

        self._file.write(job)

    def notifications(
        self, *, state: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[NotificationRecord]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {NOTIFICATION_COLUMNS} FROM notification WHERE (?1 IS NULL OR state = ?1) "
                "AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3",
                (state, before_id, limit),
            ).fetchall()
        )
        return [to_notification(row) for row in rows]

    def notification(self, notification_id: int) -> NotificationRecord | None:
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {NOTIFICATION_COLUMNS} FROM notification WHERE id = ?", (notification_id,)
            ).fetchone()
        )
        return None if row is None else to_notification(row)

    def replay_notification(self, notification_id: int) -> bool:
        def job(connection: sqlite3.Connection) -> bool:
            cursor = connection.execute(
                f"UPDATE notification SET state = '{WAITING}', problem = '', note = '', event_id = NULL, "
                f"replays = replays + 1 WHERE id = ? AND NOT {PENDING}",
                (notification_id,),
            )
            return cursor.rowcount > 0

        return self._file.write(job)


# What was stored as unreadable does not count as a first delivery; what only failed in routing (it has a note) does.
_COUNTS = f"NOT (state = '{QUARANTINE}' AND note = '')"
# What the index holds. The plus keeps SQLite from putting the whole fingerprint in here, where no index fits.
_MARK = "substr(fingerprint, 1, 12)"
_INSERT = "INSERT INTO notification (source, fingerprint, body, received_at, state, problem) "
_MOST_AT_ONCE = 64


@dataclass(slots=True)
class _Arrival:
    """Job: write a notification down unless it was there already."""

    source: str
    fingerprint: str
    body: bytes
    received_at: float
    repeat_window_s: float
    problem: str

    def __call__(self, connection: sqlite3.Connection) -> str:
        if not self.problem:
            repeat = connection.execute(
                f"SELECT id FROM notification WHERE {_MARK} = substr(?1, 1, 12) AND +fingerprint = ?1 AND source = ?2 "
                f"AND received_at > ?3 AND {_COUNTS} LIMIT 1",
                (self.fingerprint, self.source, self.received_at - self.repeat_window_s),
            ).fetchone()
            if repeat is not None:
                connection.execute(
                    "UPDATE notification SET repeats = repeats + 1, repeated_at = ? WHERE id = ?",
                    (self.received_at, repeat[0]),
                )
                return DUPLICATE
        connection.execute(f"{_INSERT}VALUES (?, ?, ?, ?, ?, ?)", self._row())
        return NEW

    def _row(self) -> tuple[object, ...]:
        state = QUARANTINE if self.problem else WAITING
        return self.source, self.fingerprint, self.body, self.received_at, state, clean(self.problem)

    @staticmethod
    def at_once(connection: sqlite3.Connection, arrivals: Sequence[_Arrival]) -> list[str] | None:
        """All of them, if there are not too many and no repeat is among them."""
        many = len(arrivals)
        if many > _MOST_AT_ONCE or len({(one.fingerprint, one.source) for one in arrivals}) < many:
            return None
        parameters: list[object] = []
        for one in arrivals:
            parameters += one._row()
            # A first delivery before this moment does not count; for what cannot be read none does.
            parameters.append(float("inf") if one.problem else one.received_at - one.repeat_window_s)
        written = connection.execute(_statement(many), parameters).rowcount
        return [NEW] * many if written == many else None

    @staticmethod
    def together(connection: sqlite3.Connection, arrivals: Sequence[_Arrival]) -> list[str]:
        results: list[str] = []
        for start in range(0, len(arrivals), _MOST_AT_ONCE):
            some = arrivals[start : start + _MOST_AT_ONCE]
            results += _Arrival.at_once(connection, some) or [one(connection) for one in some]
        return results


@cache
def _statement(many: int) -> str:
    """Put so many in, or none if one of them is there already. It stays prepared for each number.

    (The word INSERT must be the first: the driver of Python 3.11 counts no rows of a statement that begins WITH.)
    """
    values = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * many)
    return (
        f"{_INSERT}WITH arrived (sender, mark, body, at, state, problem, since) AS (VALUES {values}) "
        "SELECT sender, mark, body, at, state, problem FROM arrived WHERE NOT EXISTS (SELECT 1 FROM arrived WHERE EXISTS "
        f"(SELECT 1 FROM notification WHERE {_MARK} = substr(mark, 1, 12) AND +fingerprint = mark "
        f"AND source = sender AND received_at > since AND {_COUNTS}))"
    )


def _pending_sources(connection: sqlite3.Connection, sources: Sequence[str] | None) -> list[str]:
    """Names of sources with something to route, the one that has waited longest first."""
    if sources is None:
        rows = connection.execute(f"SELECT DISTINCT source FROM notification WHERE {PENDING}")
        sources = [source for (source,) in rows]
    heads = []
    for source in sources:
        # Two look-ups at the ends of the index: a long queue costs nothing.
        for state in (WAITING, WORKING):
            head = connection.execute(
                f"SELECT min(id) FROM notification WHERE {PENDING} AND state = '{state}' AND source = ?", (source,)
            ).fetchone()
            if head[0] is not None:
                heads.append((head[0], source))
    return list(dict.fromkeys(source for _, source in sorted(heads)))


def _next_of(connection: sqlite3.Connection, source: str, owner: str, now: float) -> int | None:
    working = connection.execute(
        f"SELECT id, owner, lease_until FROM notification WHERE {PENDING} AND state = '{WORKING}' AND source = ? "
        "ORDER BY id LIMIT 1",
        (source,),
    ).fetchone()
    if working is not None:
        until = working[2]
        return int(working[0]) if working[1] == owner or until <= now or until > now + OTHER_CLOCK_S else None
    waiting = connection.execute(
        f"SELECT min(id) FROM notification WHERE {PENDING} AND state = '{WAITING}' AND source = ?", (source,)
    ).fetchone()
    return None if waiting[0] is None else int(waiting[0])


def _event(connection: sqlite3.Connection, event_id: int | None) -> Event | None:
    row = connection.execute(f"SELECT {EVENT_COLUMNS} FROM event WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else to_event(row)
