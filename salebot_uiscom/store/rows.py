"""Rows of tables ↔ records, and the few statements that several parts of the store share."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ..ports import Client, Intent, StoredNotification
from .codec import PHONE_LENGTHS, Encoded, clean, decode, dump, encode, load, stored_phone
from .errors import StoreRefused
from .records import (
    CLIENT,
    DEAL,
    PROJECT,
    Deal,
    Event,
    HistoryRecord,
    NewEvent,
    NewPlan,
    Notice,
    NotificationRecord,
    Plan,
    Task,
    Value,
)

Row = Sequence[Any]

CLIENT_COLUMNS = 'id, type, platform_id, "group", name, created_at'
CARD_COLUMNS = "avatar, tag, responsible, main_client_id, blocked, paused_until, last_reply_at, unread"
DEAL_COLUMNS = "id, client_id, name, description, budget, status, closed, state_id, responsible, created_at"
EVENT_COLUMNS = (
    "id, client_id, text, outside, received_at, attachments, assign, assign_if, block, variables, resume, "
    "root, state, attempts, problem, notification_id"
)
PLAN_COLUMNS = "id, client_id, due_at, arrow, source, position, block, text, keep, created_at"
HISTORY_COLUMNS = (
    "id, client_id, text, incoming, kind, outside, block, attachments, created_at, delivered, error, manager"
)
INTENT_COLUMNS = "external_id, function, client_id, params, state, result, created_at"
NOTIFICATION_COLUMNS = (
    "id, source, body, received_at, fingerprint, state, problem, note, client_id, event_id, replays, "
    "repeats, repeated_at"
)
TASK_COLUMNS = "id, email, name, date, time, description, client_id, deal_id, done, created_at"
NOTICE_COLUMNS = "id, text, users, priority, client_id, created_at"


def to_client(row: Row) -> Client:
    return Client(*row)


def to_deal(row: Row) -> Deal:
    return Deal(row[0], row[1], row[2], row[3], load(row[4]), row[5], bool(row[6]), row[7], row[8], row[9])


def to_event(row: Row) -> Event:
    new = NewEvent(
        client_id=row[1],
        text=row[2],
        outside=row[3],
        received_at=row[4],
        attachments=tuple(load(row[5])),
        assign=load(row[6]),
        assign_if=row[7],
        block=row[8],
        variables=load(row[9]),
        resume=bool(row[10]),
        root=row[11],
    )
    return Event(row[0], new, *row[12:])


def to_plan(row: Row) -> Plan:
    client_id, due_at, arrow, source, position, block, text, keep, created_at = row[1:]
    return Plan(row[0], NewPlan(client_id, due_at, arrow, source, position, block, text, bool(keep), created_at))


def to_history(row: Row) -> HistoryRecord:
    return HistoryRecord(
        id=row[0],
        client_id=row[1],
        text=row[2],
        incoming=bool(row[3]),
        kind=row[4],
        outside=row[5],
        block=row[6],
        attachments=tuple(load(row[7])),
        created_at=row[8],
        delivered=None if row[9] is None else bool(row[9]),
        error=row[10],
        manager=row[11],
    )


def to_intent(row: Row) -> Intent:
    return Intent(row[0], row[1], row[2], load(row[3]), row[4], load(row[5]), row[6])


def to_notification(row: Row) -> NotificationRecord:
    return NotificationRecord(StoredNotification(row[0], row[1], bytes(row[2]), row[3]), *row[4:])


def to_task(row: Row) -> Task:
    number, email, name, date, time, description, client_id, deal_id, done, created_at = row
    return Task(number, email, name, date, time, description, client_id, deal_id, bool(done), created_at)


def to_notice(row: Row) -> Notice:
    return Notice(row[1], tuple(load(row[2])), row[3], row[4], row[5], row[0])


# ---------------------------------------------------------------- numbers


def next_id(connection: sqlite3.Connection, kind: str, count: int = 1) -> int:
    """The first of `count` numbers that were never given before."""
    row = connection.execute(
        "UPDATE sequence SET next = next + ? WHERE kind = ? RETURNING next", (count, kind)
    ).fetchone()
    if row is None:
        raise StoreRefused(f"no numbers of kind {kind!r}")
    return int(row[0]) - count


def check_allocated(connection: sqlite3.Connection, kind: str, number: int) -> None:
    """A record under a number of its own invention would be overwritten by the next one that asks."""
    row = connection.execute("SELECT next FROM sequence WHERE kind = ?", (kind,)).fetchone()
    if row is None or not 0 < number < row[0]:
        raise StoreRefused(f"{kind} {number} was never allocated")


EVENT_KEY, PLAN_KEY = "event:", "plan:"
_NUMBERED = re.compile(r"(event|plan):([1-9][0-9]{0,17})", re.ASCII)


def turn_number(key: str) -> int | None:
    """Number of a turn among all turns: that of its event, or minus that of its plan. None = it has another name."""
    match = _NUMBERED.fullmatch(key)
    if match is None:
        return None
    return int(match[2]) if match[1] == "event" else -int(match[2])


def turn_row(key: str) -> tuple[str, str, str | int]:
    """Where the row of a turn lies: table, column, and value of the column."""
    number = turn_number(key)
    return ("turn", "key", key) if number is None else ("numbered_turn", "number", number)


# ---------------------------------------------------------------- variables


def read_variables(connection: sqlite3.Connection, layer: str, owner: int) -> dict[str, Value]:
    """In order of creation."""
    rows = connection.execute(
        "SELECT name, type, value FROM variable WHERE layer = ? AND owner = ? ORDER BY position", (layer, owner)
    )
    return {name: decode(kind, text) for name, kind, text in rows}


def write_variable(connection: sqlite3.Connection, layer: str, owner: int, name: str, value: Value) -> None:
    """`write_variables` of one; None and "" delete it."""
    encoded = None if value is None or value == "" else encode(value)
    write_variables(connection, layer, owner, {name: encoded})


def write_variables(
    connection: sqlite3.Connection, layer: str, owner: int, values: Mapping[str, Encoded | None]
) -> None:
    """Write variables of one owner, with their entries in the phones. The only way to change them.

    Args:
        values: what `encode` makes of them, by name; None deletes.
    """
    if layer == PROJECT:
        if owner:
            raise StoreRefused("project variables belong to owner 0")
        _write(connection, layer, owner, values)
        connection.executemany(
            "INSERT INTO project_version VALUES (?, 1) ON CONFLICT DO UPDATE SET version = version + 1",
            [(name,) for name in values],
        )
        return
    client_id, before = _phones_of(connection, layer, owner)
    _write(connection, layer, owner, values)
    now = {
        name: digits
        for name, encoded in values.items()
        if encoded is not None and len(encoded[1]) in PHONE_LENGTHS and (digits := stored_phone(*encoded)) is not None
    }
    gone = [
        (digits, client_id, layer, owner, name)
        for name, digits in before.items()
        if name in values and now.get(name) != digits
    ]
    if gone:
        connection.executemany(FORGET_PHONE, gone)
    if now:
        connection.executemany(
            "INSERT INTO phone (digits, client_id, layer, owner, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(digits, client_id, layer, owner, name) for name, digits in now.items()],
        )


def _write(connection: sqlite3.Connection, layer: str, owner: int, values: Mapping[str, Encoded | None]) -> None:
    """Rows of the variables alone."""
    gone = [(layer, owner, name) for name, encoded in values.items() if encoded is None]
    kept = [(*encoded, layer, owner, name) for name, encoded in values.items() if encoded is not None]
    if gone:
        connection.executemany("DELETE FROM variable WHERE layer = ? AND owner = ? AND name = ?", gone)
    # SQLite compares: an equal value writes no page, and a repeated event costs no sync.
    if not kept or (
        connection.executemany(
            "UPDATE variable SET type = ?, value = ? WHERE layer = ? AND owner = ? AND name = ?", kept
        ).rowcount
        == len(kept)
    ):
        return
    last = connection.execute(
        "SELECT coalesce(max(position), 0) FROM variable WHERE layer = ? AND owner = ?", (layer, owner)
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO variable (type, value, layer, owner, name, position) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [(*row, last + number) for number, row in enumerate(kept, 1)],
    )


def delete_variables(connection: sqlite3.Connection, layer: str, owner: int, client_id: int) -> None:
    """Delete all variables of a deal or client, with their entries in the phones."""
    rows = connection.execute("SELECT name, type, value FROM variable WHERE layer = ? AND owner = ?", (layer, owner))
    phones = [(stored_phone(kind, text), client_id, layer, owner, name) for name, kind, text in rows]
    connection.executemany(FORGET_PHONE, [phone for phone in phones if phone[0] is not None])
    connection.execute("DELETE FROM variable WHERE layer = ? AND owner = ?", (layer, owner))


# The phones are one tree, in the order of the search; an entry is found through the value that made it.
FORGET_PHONE = "DELETE FROM phone WHERE digits = ? AND client_id = ? AND layer = ? AND owner = ? AND name = ?"


# What starts with 7 may be a phone. One reading tells too whether there is such a client or deal.
_PHONES_OF = {
    layer: f"SELECT {table}.{client}, variable.name, variable.type, value FROM {table} "
    f"LEFT JOIN variable ON layer = '{layer}' AND owner = {table}.id AND value >= '7' AND value < '8' "
    f"WHERE {table}.id = ?"
    for layer, table, client in ((CLIENT, "client", "id"), (DEAL, "deal", "client_id"))
}


def _phones_of(connection: sqlite3.Connection, layer: str, owner: int) -> tuple[int, dict[str, str]]:
    """Id of the client; digits of those variables that are a phone now, by name."""
    if layer not in _PHONES_OF:
        raise StoreRefused(f"unknown layer {layer!r}")
    rows = connection.execute(_PHONES_OF[layer], (owner,)).fetchall()
    if not rows:
        raise StoreRefused(f"{'client' if layer == CLIENT else 'deal'} {owner} does not exist")
    found = {name: stored_phone(kind, text) for _, name, kind, text in rows if name is not None}
    return int(rows[0][0]), {name: digits for name, digits in found.items() if digits is not None}


# ---------------------------------------------------------------- rows in


def insert_event(connection: sqlite3.Connection, event: NewEvent, notification_id: int | None = None) -> Event:
    cursor = connection.execute(
        "INSERT INTO event (client_id, text, outside, received_at, attachments, assign, assign_if, block, variables, "
        "resume, root, notification_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.client_id,
            clean(event.text),
            event.outside,
            event.received_at,
            dump(list(event.attachments)),
            dump(dict(event.assign)),
            event.assign_if,
            event.block,
            dump(dict(event.variables)),
            event.resume,
            event.root,
            notification_id,
        ),
    )
    assert cursor.lastrowid is not None
    return Event(cursor.lastrowid, event, notification_id=notification_id)


def insert_plan(connection: sqlite3.Connection, plan: NewPlan) -> None:
    connection.execute(
        "INSERT INTO plan (client_id, due_at, arrow, source, position, block, text, keep, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            plan.client_id,
            plan.due_at,
            plan.arrow,
            plan.source,
            plan.position,
            plan.block,
            clean(plan.text),
            plan.keep,
            plan.created_at,
        ),
    )


def insert_history(connection: sqlite3.Connection, records: Sequence[HistoryRecord]) -> tuple[int, ...]:
    """Ids, in order."""
    fresh = sum(not record.id for record in records)
    following = next_id(connection, "history", fresh) if fresh else 0
    ids = []
    for record in records:
        number = record.id
        if not number:
            number, following = following, following + 1
        else:
            check_allocated(connection, "history", number)
        ids.append(number)
        connection.execute(
            f"INSERT INTO history ({HISTORY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                record.client_id,
                clean(record.text),
                record.incoming,
                record.kind,
                record.outside,
                record.block,
                dump(list(record.attachments)),
                record.created_at,
                record.delivered,
                clean(record.error),
                clean(record.manager),
            ),
        )
    return tuple(ids)
