"""Events and plans: who works on what."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from .base import OTHER_CLOCK_S, StorePart, is_gone
from .codec import clean
from .errors import ClaimLost
from .inbox import PENDING
from .protocol import LEASE_S
from .records import BROKEN, FINISHED, WAITING, WORKING, Claim, Event, NewEvent, Plan
from .rows import EVENT_COLUMNS, EVENT_KEY, PLAN_COLUMNS, PLAN_KEY, insert_event, to_event, to_plan, turn_number


class WorkPart(StorePart):
    _found_client = 0

    def add_event(self, event: NewEvent) -> Event:
        return self._file.write(lambda connection: insert_event(connection, event))

    def claim_work(
        self, owner: str, now: float, *, client_id: int | None = None, lease_s: float = LEASE_S
    ) -> Claim | None:
        if not self._file.read(lambda connection: _find(connection, now, self._lease_clock(), client_id, owner)):
            return None  # polling an empty queue writes nothing

        def job(connection: sqlite3.Connection) -> Claim | None:
            moment = self._lease_clock()
            found = _find(connection, now, moment, client_id, owner, self._found_client)
            while found is not None:
                key, client = found
                self._found_client = client
                claim = _take(connection, key, client, owner, moment + lease_s, now)
                if claim is not None:
                    return claim
                # What the dead worker had was cancelled meanwhile: its claim goes, the next work is looked for.
                connection.execute("DELETE FROM claim WHERE client_id = ?", (client,))
                found = _find(connection, now, moment, client_id, owner, self._found_client)
            return None

        return self._file.write(job, durable=False)

    def renew(self, owner: str, *, lease_s: float = LEASE_S) -> int:
        return self._set_leases(owner, self._lease_clock() + lease_s)

    def release(self, owner: str) -> int:
        return self._set_leases(owner, 0.0)

    def release_gone(self) -> int:
        owners = self._file.read(
            lambda connection: connection.execute(
                f"SELECT owner FROM claim WHERE lease_until > 0 UNION SELECT owner FROM notification WHERE {PENDING} "
                f"AND state = '{WORKING}' AND lease_until > 0"
            ).fetchall()
        )
        return sum(self.release(owner) for (owner,) in owners if is_gone(owner))

    def _set_leases(self, owner: str, until: float) -> int:
        def job(connection: sqlite3.Connection) -> int:
            turns = connection.execute("UPDATE claim SET lease_until = ? WHERE owner = ?", (until, owner))
            notifications = connection.execute(
                f"UPDATE notification SET lease_until = ? WHERE {PENDING} AND state = '{WORKING}' AND owner = ?",
                (until, owner),
            )
            return turns.rowcount + notifications.rowcount

        return self._file.write(job, durable=False)

    def fail_work(self, claim: Claim, problem: str) -> None:
        def job(connection: sqlite3.Connection) -> None:
            end_claim(connection, claim.key, claim)
            settle(connection, claim.key, problem or "failed", self._clock())

        self._file.write(job)

    def events(
        self, *, client_id: int | None = None, state: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[Event]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {EVENT_COLUMNS} FROM event WHERE (?1 IS NULL OR client_id = ?1) "
                "AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4",
                (client_id, state, before_id, limit),
            ).fetchall()
        )
        return [to_event(row) for row in rows]

    def event(self, event_id: int) -> Event | None:
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {EVENT_COLUMNS} FROM event WHERE id = ?", (event_id,)
            ).fetchone()
        )
        return None if row is None else to_event(row)

    def count_stemming(self, root: int, client_id: int) -> int:
        row = self._file.read(
            lambda connection: connection.execute(
                "SELECT count(*) FROM event WHERE root = ? AND client_id = ?", (root, client_id)
            ).fetchone()
        )
        return int(row[0])

    def replay_event(self, event_id: int) -> Event | None:
        def job(connection: sqlite3.Connection) -> Event | None:
            row = connection.execute(
                f"SELECT {EVENT_COLUMNS} FROM event WHERE id = ? AND state IN (?, ?)", (event_id, FINISHED, BROKEN)
            ).fetchone()
            if row is None:
                return None
            old = to_event(row)
            return insert_event(connection, replace(old.new, root=None), old.notification_id)

        return self._file.write(job)

    def next_due(self, after: float | None = None) -> float | None:
        since = -1e300 if after is None else after
        row = self._file.read(
            lambda connection: connection.execute("SELECT min(due_at) FROM plan WHERE due_at > ?", (since,)).fetchone()
        )
        return None if row[0] is None else float(row[0])


def _find(
    connection: sqlite3.Connection, now: float, moment: float, client_id: int | None, owner: str, beyond: int = 0
) -> tuple[str, int] | None:
    """Key and client of the work that is next: what a dead worker left, then due plans, then waiting events.

    What is the asking owner's own and not given back is no dead worker's, however long it was kept from renewing it.
    """
    only = (client_id,)
    left = connection.execute(
        "SELECT key, client_id FROM claim WHERE (lease_until <= ?2 OR lease_until > ?3) "
        "AND (owner <> ?4 OR lease_until = 0) AND (?1 IS NULL OR client_id = ?1) "
        "ORDER BY lease_until, client_id LIMIT 1",
        (*only, moment, moment + OTHER_CLOCK_S, owner),
    ).fetchone()
    if left is not None:
        return left[0], left[1]
    free = "NOT EXISTS (SELECT 1 FROM claim WHERE claim.client_id = item.client_id)"
    plan = connection.execute(
        f"SELECT id, client_id FROM plan AS item WHERE due_at <= ?2 AND (?1 IS NULL OR client_id = ?1) AND {free} "
        "ORDER BY due_at, id LIMIT 1",
        (*only, now),
    ).fetchone()
    if plan is not None:
        return f"{PLAN_KEY}{plan[0]}", plan[1]
    event = _next_event(connection, free, client_id, beyond)
    return None if event is None else (f"{EVENT_KEY}{event[0]}", event[1])


# So many of the oldest waiting events are looked at one by one; then whole clients are passed over, since a single one
# whose turn does not end may have any number of them.
_ONE_BY_ONE = 50
_MOST_CLIENTS = 50  # free ones among which the oldest event is looked for


def _next_event(
    connection: sqlite3.Connection, free: str, client_id: int | None, beyond: int
) -> tuple[int, int] | None:
    """Number and client of the oldest waiting event of a client nobody works for.

    Args:
        beyond: client found by the look before this one, 0 at first.
    """
    if client_id is not None:
        one: tuple[int, int] | None = connection.execute(
            f"SELECT id, client_id FROM event AS item WHERE state = '{WAITING}' AND client_id = ? AND {free} "
            "ORDER BY id LIMIT 1",
            (client_id,),
        ).fetchone()
        return one
    oldest = connection.execute(
        f"SELECT id, client_id, {free} FROM "
        f"(SELECT id, client_id FROM event WHERE state = '{WAITING}' ORDER BY id LIMIT {_ONE_BY_ONE}) AS item "
        "ORDER BY id"
    )
    looked = 0
    for number, client, is_free in oldest:
        if is_free:
            return number, client
        looked += 1
    if looked < _ONE_BY_ONE:
        return None
    # Of some free clients the oldest event counts, and the next look begins behind the client who was found: among
    # many everybody has his turn, though he may stand behind any number of younger ones.
    found = _free_from(connection, free, beyond, None)
    if beyond and len(found) < _MOST_CLIENTS:
        found += _free_from(connection, free, 0, beyond)
    return min(found, default=None)


def _free_from(connection: sqlite3.Connection, free: str, above: int, upto: int | None) -> list[tuple[int, int]]:
    """Oldest waiting event, and number, of clients nobody works for: by the index, never through the events of one."""
    return connection.execute(
        f"""WITH RECURSIVE waiting (client_id) AS (
            SELECT min(client_id) FROM event WHERE state = '{WAITING}' AND client_id > ?1
            UNION ALL
            SELECT (SELECT min(client_id) FROM event WHERE state = '{WAITING}' AND client_id > waiting.client_id)
            FROM waiting WHERE waiting.client_id < ifnull(?2, waiting.client_id + 1)
        )
        SELECT (SELECT min(id) FROM event WHERE state = '{WAITING}' AND event.client_id = item.client_id), client_id
        FROM waiting AS item WHERE client_id <= ifnull(?2, client_id) AND {free} LIMIT {_MOST_CLIENTS}""",
        (above, upto),
    ).fetchall()


def _take(
    connection: sqlite3.Connection, key: str, client_id: int, owner: str, until: float, now: float
) -> Claim | None:
    event: Event | None = None
    plan: Plan | None = None
    if key.startswith(EVENT_KEY):
        row = connection.execute(
            f"UPDATE event SET state = '{WORKING}', attempts = attempts + 1 "
            f"WHERE id = ? AND state IN ('{WAITING}', '{WORKING}') RETURNING {EVENT_COLUMNS}",
            (int(key.removeprefix(EVENT_KEY)),),
        ).fetchone()
        if row is None:
            return None
        event = to_event(row)
        attempt = event.attempts
    else:
        row = connection.execute(
            f"UPDATE plan SET attempts = attempts + 1 WHERE id = ? RETURNING {PLAN_COLUMNS}, attempts",
            (int(key.removeprefix(PLAN_KEY)),),
        ).fetchone()
        if row is None:
            return None
        plan = to_plan(row[:-1])
        attempt = int(row[-1])
    started_at = connection.execute(
        "INSERT INTO claim (client_id, key, owner, lease_until, attempt, started_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET key = excluded.key, owner = excluded.owner, lease_until = excluded.lease_until, "
        # A turn that may have rung somebody takes its old path again, so its clock stays that of its first attempt.
        # One that has begun nothing goes by the clock of now: nobody is called at night for a claim of the afternoon.
        "started_at = iif(key = excluded.key AND EXISTS (SELECT 1 FROM intent WHERE turn_key = excluded.key), "
        "started_at, excluded.started_at), attempt = excluded.attempt RETURNING started_at",
        (client_id, key, owner, until, attempt, now),
    ).fetchone()[0]
    return Claim(key, client_id, owner, attempt, event, plan, float(started_at))


def check_claim(connection: sqlite3.Connection, key: str, claim: Claim | None) -> None:
    """Raise `ClaimLost` unless the turn is still the caller's."""
    held = connection.execute("SELECT owner, attempt FROM claim WHERE key = ?", (key,)).fetchone()
    if held != (None if claim is None else (claim.owner, claim.attempt)):
        raise ClaimLost(f"turn {key} is {'nobody' if held is None else held[0]}'s by now")


def end_claim(connection: sqlite3.Connection, key: str, claim: Claim | None) -> None:
    """`check_claim`, and the client is free again."""
    if claim is None or not (
        connection.execute(
            "DELETE FROM claim WHERE key = ? AND owner = ? AND attempt = ?", (key, claim.owner, claim.attempt)
        ).rowcount
    ):
        check_claim(connection, key, claim)


def settle(connection: sqlite3.Connection, key: str, problem: str, at: float) -> None:
    """The turn is over: its event is finished or broken, its plan gone."""
    number = turn_number(key)
    if number is None:
        return
    if number > 0:
        connection.execute(
            "UPDATE event SET state = ?, problem = ?, finished_at = ? WHERE id = ?",
            (BROKEN if problem else FINISHED, clean(problem), at, number),
        )
    else:
        connection.execute("DELETE FROM plan WHERE id = ?", (-number,))
