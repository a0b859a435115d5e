"""Dialogs: loaded as a whole, changed by whole turns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any

from . import records as r
from .base import StorePart
from .codec import Encoded, clean, dump, encode
from .errors import ClaimLost, StoreRefused
from .looking import trail_of
from .rows import (
    CARD_COLUMNS,
    CLIENT_COLUMNS,
    DEAL_COLUMNS,
    HISTORY_COLUMNS,
    PLAN_COLUMNS,
    TASK_COLUMNS,
    check_allocated,
    delete_variables,
    insert_event,
    insert_history,
    insert_plan,
    next_id,
    read_variables,
    to_client,
    to_deal,
    to_history,
    to_plan,
    turn_row,
    write_variables,
)
from .work import check_claim, end_claim, settle

Connection = sqlite3.Connection

Step = tuple[Callable[..., None], tuple[Any, ...]]  # what to do with the connection and these

CARD_FIELDS = frozenset(field.name for field in fields(r.Card)) | {"name"}
ALLOCATED = ("deal", "list", "label", "task", "history")


class DialogsPart(StorePart):
    def load_dialog(self, client_id: int) -> r.DialogState | None:
        return self._file.read(lambda connection: _load(connection, client_id))

    def commit_turn(self, turn: r.Turn) -> r.Committed:
        return self._file.write(lambda connection: _commit(connection, turn, self._clock()))

    def allocate(self, kind: str, count: int = 1) -> int:
        if kind not in ALLOCATED or count < 1:
            raise StoreRefused(f"no numbers of kind {kind!r}, or none wanted")
        return self._file.write(lambda connection: next_id(connection, kind, count))

    def ensure_list(self, name: str) -> int:
        return self._file.write(lambda connection: _ensure(connection, "list", name, {}))

    def ensure_label(self, name: str, color: int = 0) -> int:
        return self._file.write(lambda connection: _ensure(connection, "label", name, {"color": color}))

    def outbox(self, limit: int = 100) -> list[r.HistoryRecord]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {HISTORY_COLUMNS} FROM history WHERE delivered IS NULL ORDER BY id LIMIT ?", (limit,)
            ).fetchall()
        )
        return [to_history(row) for row in rows]

    def set_delivered(self, record_id: int, error: str = "") -> None:
        self._file.write(
            lambda connection: connection.execute(
                "UPDATE history SET delivered = ?, error = ? WHERE id = ? AND delivered IS NULL",
                (not error, clean(error), record_id),
            )
        )


def _load(connection: Connection, client_id: int) -> r.DialogState | None:
    row = connection.execute(
        f"SELECT {CLIENT_COLUMNS}, {CARD_COLUMNS}, position, deal_id FROM client WHERE id = ?", (client_id,)
    ).fetchone()
    if row is None:
        return None
    deal = None
    if row[15] is not None:
        deal = to_deal(connection.execute(f"SELECT {DEAL_COLUMNS} FROM deal WHERE id = ?", (row[15],)).fetchone())
    marks: dict[str, set[str]] = {"visited": set(), "passed": set(), "fired": set()}
    for kind, item in connection.execute("SELECT kind, item FROM mark WHERE client_id = ?", (client_id,)):
        marks[kind].add(item)
    plans = connection.execute(f"SELECT {PLAN_COLUMNS} FROM plan WHERE client_id = ? ORDER BY due_at, id", (client_id,))
    return r.DialogState(
        client=to_client(row[:6]),
        card=to_card(row[6:14]),
        deal=deal,
        deal_variables={} if deal is None else read_variables(connection, r.DEAL, deal.id),
        client_variables=read_variables(connection, r.CLIENT, client_id),
        project_variables=read_variables(connection, r.PROJECT, 0),
        project_versions=dict(connection.execute("SELECT name, version FROM project_version").fetchall()),
        position=row[14],
        visited=frozenset(marks["visited"]),
        passed=frozenset(marks["passed"]),
        fired=frozenset(marks["fired"]),
        plans=tuple(to_plan(plan) for plan in plans),
        lists=members_of(connection, "list", client_id),
        labels=members_of(connection, "label", client_id),
    )


def to_card(row: Any) -> r.Card:
    return r.Card(row[0], row[1], row[2], row[3], bool(row[4]), row[5], row[6], row[7])


def members_of(connection: Connection, kind: str, client_id: int) -> frozenset[int]:
    """Ids of the lists (or labels) of a client."""
    table, column = ("list_member", "list_id") if kind == "list" else ("label_client", "label_id")
    rows = connection.execute(f"SELECT {column} FROM {table} WHERE client_id = ?", (client_id,))
    return frozenset(number for (number,) in rows)


# ---------------------------------------------------------------- the commit of a turn


def _commit(connection: Connection, turn: r.Turn, moment: float) -> r.Committed:
    table, column, place = turn_row(turn.key)
    steps, texts = _prepared(_deals_joined(connection, turn) if turn.first_deal else turn.changes)
    clashes = _clashes(connection, turn) if turn.project_expected else ()
    if clashes and not turn.project_overwrite:
        if _is_repeated(connection, turn):
            return r.Committed(written=True, repeated=True)
        check_claim(connection, turn.key, turn.claim)
        return r.Committed(written=False, clashes=clashes)
    made = connection.execute(
        f"INSERT INTO {table} ({column}, client_id, at, trail, attempt) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (place, turn.client_id, moment, trail_of(turn.blocks, texts), turn.claim.attempt if turn.claim else 0),
    )
    if not made.rowcount and _is_repeated(connection, turn):
        return r.Committed(written=True, repeated=True)
    end_claim(connection, turn.key, turn.claim)
    if turn.position is not None:
        connection.execute("UPDATE client SET position = ? WHERE id = ?", (turn.position, turn.client_id))
    if turn.visited or turn.passed or turn.fired:
        kinds = (("visited", turn.visited), ("passed", turn.passed), ("fired", turn.fired))
        marks = [(turn.client_id, kind, item) for kind, items in kinds for item in items]
        connection.executemany("INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT DO NOTHING", marks)
    for apply, arguments in steps:
        apply(connection, *arguments)
    if turn.cancelled:
        connection.executemany("DELETE FROM plan WHERE id = ?", [(number,) for number in turn.cancelled])
    for plan in turn.plans:
        insert_plan(connection, plan)
    history_ids = insert_history(connection, turn.history) if turn.history else ()
    for event in turn.events:
        insert_event(connection, event)
    settle(connection, turn.key, turn.problem, moment)
    return r.Committed(written=True, clashes=clashes, history_ids=history_ids)


def _is_repeated(connection: Connection, turn: r.Turn) -> bool:
    """Has this very run of the turn been committed already? Raises `ClaimLost` when another one has been."""
    table, column, place = turn_row(turn.key)
    row = connection.execute(f"SELECT attempt FROM {table} WHERE {column} = ?", (place,)).fetchone()
    if row is not None and turn.claim is not None and row[0] not in (0, turn.claim.attempt):
        raise ClaimLost(f"turn {turn.key} was ended by another run of it")
    return row is not None


def _deals_joined(connection: Connection, turn: r.Turn) -> tuple[r.Change, ...]:
    """The changes of a turn that has made the first deal, said of the one that somebody else has made meanwhile."""
    row = connection.execute("SELECT deal_id FROM client WHERE id = ?", (turn.client_id,)).fetchone()
    current = None if row is None else row[0]
    if current is None:
        return turn.changes
    joined: list[r.Change] = []
    made = False
    for change in turn.changes:
        match change:
            case r.SaveDeal(deal) if deal.id == turn.first_deal:
                if made:  # made first, changed then
                    joined.append(r.SaveDeal(replace(deal, id=current)))
                made = True
            case r.SwitchDeal(client_id, turn.first_deal):
                joined.append(r.SwitchDeal(client_id, current))
            case r.DeleteDeal(turn.first_deal):
                joined.append(r.DeleteDeal(current))
            case r.SetVariable(r.DEAL, turn.first_deal, name, value):
                joined.append(r.SetVariable(r.DEAL, current, name, value))
            case _:
                joined.append(change)
    return tuple(joined)


def _clashes(connection: Connection, turn: r.Turn) -> tuple[r.ProjectClash, ...]:
    found = []
    for name, expected in turn.project_expected.items():
        row = connection.execute("SELECT version FROM project_version WHERE name = ?", (name,)).fetchone()
        version = 0 if row is None else row[0]
        if version != expected:
            found.append(r.ProjectClash(name, expected, version))
    return tuple(found)


def _prepared(changes: Iterable[r.Change]) -> tuple[list[Step], dict[str, str | None]]:
    """What is to be done, in order; variables that stand together are written together.

    Returns:
        The steps, and the text of each variable that they write, by full name; None = deleted.
    """
    steps: list[Step] = []
    texts: dict[str, str | None] = {}
    places: dict[tuple[str, int], dict[str, Encoded | None]] = {}  # of the variables that stand together
    place: tuple[str, int] | None = None
    values: dict[str, Encoded | None] = {}  # of this place; their full names begin with `start`
    start = ""
    for change in changes:
        if not isinstance(change, r.SetVariable):
            places, place = {}, None
            steps.append((_APPLY[type(change)], (change,)))
            continue
        layer, owner, name, value = change
        if place != (layer, owner):
            place = layer, owner
            start = f"{layer}." if layer else ""
            if place not in places:
                places[place] = {}
                steps.append((write_variables, (layer, owner, places[place])))
            values = places[place]
        if name in values:  # deleted and set again it is the newest, so the first change has to happen
            values = {}
            places = {place: values}
            steps.append((write_variables, (layer, owner, values)))
        if value is None or value == "":
            values[name] = texts[start + name] = None
        else:
            values[name] = encoded = encode(value)
            texts[start + name] = encoded[1]
    return steps, texts


def _require(connection: Connection, table: str, number: int) -> None:
    if connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (number,)).fetchone() is None:
        raise StoreRefused(f"{table} {number} does not exist")


def _edit_client(connection: Connection, change: r.EditClient) -> None:
    unknown = change.fields.keys() - CARD_FIELDS
    if unknown:
        raise StoreRefused(f"a client has no field {', '.join(sorted(unknown))}")
    _require(connection, "client", change.client_id)
    for name, value in change.fields.items():
        stored = clean(value) if isinstance(value, str) else value
        connection.execute(f"UPDATE client SET {name} = ? WHERE id = ?", (stored, change.client_id))


def _save_deal(connection: Connection, change: r.SaveDeal) -> None:
    deal = change.deal
    check_allocated(connection, "deal", deal.id)
    connection.execute(
        f"INSERT INTO deal ({DEAL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "name = excluded.name, description = excluded.description, budget = excluded.budget, status = excluded.status, "
        "closed = excluded.closed, state_id = excluded.state_id, responsible = excluded.responsible",
        (
            deal.id,
            deal.client_id,
            clean(deal.name),
            clean(deal.description),
            dump(deal.budget),
            deal.status,
            deal.closed,
            deal.state_id,
            clean(deal.responsible),
            deal.created_at,
        ),
    )
    if deal.closed:
        connection.execute("UPDATE client SET deal_id = NULL WHERE deal_id = ?", (deal.id,))


def _delete_deal(connection: Connection, change: r.DeleteDeal) -> None:
    row = connection.execute("SELECT client_id FROM deal WHERE id = ?", (change.deal_id,)).fetchone()
    if row is not None:
        delete_variables(connection, r.DEAL, change.deal_id, row[0])
    connection.execute("DELETE FROM deal WHERE id = ?", (change.deal_id,))


def _switch_deal(connection: Connection, change: r.SwitchDeal) -> None:
    if change.deal_id is not None:
        owner = connection.execute("SELECT client_id FROM deal WHERE id = ?", (change.deal_id,)).fetchone()
        if owner is None or owner[0] != change.client_id:
            raise StoreRefused(f"client {change.client_id} has no deal {change.deal_id}")
    connection.execute("UPDATE client SET deal_id = ? WHERE id = ?", (change.deal_id, change.client_id))


def _save_list(connection: Connection, change: r.SaveList) -> None:
    check_allocated(connection, "list", change.list.id)
    connection.execute(
        "INSERT INTO list VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name",
        (change.list.id, clean(change.list.name)),
    )


def _save_label(connection: Connection, change: r.SaveLabel) -> None:
    check_allocated(connection, "label", change.label.id)
    connection.execute(
        "INSERT INTO label VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, color = excluded.color",
        (change.label.id, clean(change.label.name), change.label.color),
    )


def _save_task(connection: Connection, change: r.SaveTask) -> None:
    task = change.task
    check_allocated(connection, "task", task.id)
    columns = TASK_COLUMNS.split(", ")
    values = [getattr(task, column) for column in columns]
    connection.execute(
        f"INSERT INTO task ({TASK_COLUMNS}) VALUES ({', '.join('?' * len(columns))}) ON CONFLICT DO UPDATE SET "
        + ", ".join(f"{column} = excluded.{column}" for column in columns[1:]),
        [clean(value) if isinstance(value, str) else value for value in values],
    )


def _send_notice(connection: Connection, change: r.SendNotice) -> None:
    notice = change.notice
    connection.execute(
        "INSERT INTO notice (text, users, priority, client_id, created_at) VALUES (?, ?, ?, ?, ?)",
        (clean(notice.text), dump(list(notice.users)), notice.priority, notice.client_id, notice.created_at),
    )


def _leave(table: str, column: str) -> Callable[[Connection, int, int | None], None]:
    def leave(connection: Connection, number: int, client_id: int | None) -> None:
        connection.execute(
            f"DELETE FROM {table} WHERE {column} = ?1 AND (?2 IS NULL OR client_id = ?2)", (number, client_id)
        )

    return leave


_leave_list = _leave("list_member", "list_id")
_take_label = _leave("label_client", "label_id")


def _statement(sql: str, *names: str) -> Callable[[Connection, Any], None]:
    """A change that is one statement over some of its fields."""

    def apply(connection: Connection, change: Any) -> None:
        connection.execute(sql, [getattr(change, name) for name in names])

    return apply


_APPLY: dict[type, Callable[[Connection, Any], None]] = {
    r.EditClient: _edit_client,
    r.SaveDeal: _save_deal,
    r.DeleteDeal: _delete_deal,
    r.SwitchDeal: _switch_deal,
    r.SaveList: _save_list,
    r.DeleteList: _statement("DELETE FROM list WHERE id = ?", "list_id"),
    r.JoinList: _statement("INSERT INTO list_member VALUES (?, ?) ON CONFLICT DO NOTHING", "list_id", "client_id"),
    r.LeaveList: lambda connection, change: _leave_list(connection, change.list_id, change.client_id),
    r.SaveLabel: _save_label,
    r.DeleteLabel: _statement("DELETE FROM label WHERE id = ?", "label_id"),
    r.PutLabel: _statement("INSERT INTO label_client VALUES (?, ?) ON CONFLICT DO NOTHING", "label_id", "client_id"),
    r.TakeLabel: lambda connection, change: _take_label(connection, change.label_id, change.client_id),
    r.SaveTask: _save_task,
    r.DeleteTask: _statement("DELETE FROM task WHERE id = ?", "task_id"),
    r.SendNotice: _send_notice,
    r.DeleteHistory: _statement("DELETE FROM history WHERE id = ?", "record_id"),
}


def _ensure(connection: Connection, table: str, name: str, extra: dict[str, Iterable[Any] | int]) -> int:
    row = connection.execute(f"SELECT min(id) FROM {table} WHERE name = ?", (clean(name),)).fetchone()
    if row[0] is not None:
        return int(row[0])
    number = next_id(connection, table)
    columns = ["id", "name", *extra]
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        [number, clean(name), *extra.values()],
    )
    return number
