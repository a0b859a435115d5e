"""Project data for the functions of the host, and upkeep."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from .base import StorePart
from .codec import decode, phone_digits
from .dialogs import members_of
from .records import (
    PROJECT,
    Deal,
    HistoryRecord,
    Label,
    ListRecord,
    Notice,
    Plan,
    Task,
    Value,
)
from .rows import (
    DEAL_COLUMNS,
    HISTORY_COLUMNS,
    NOTICE_COLUMNS,
    PLAN_COLUMNS,
    TASK_COLUMNS,
    read_variables,
    to_deal,
    to_history,
    to_notice,
    to_plan,
    to_task,
    write_variable,
)

Connection = sqlite3.Connection
T = TypeVar("T")

_PRUNE: Mapping[str, str] = {
    "notification": "state IN ('routed', 'unmatched') AND received_at < ?",
    "event": "state = 'finished' AND finished_at < ?",
    "numbered_turn": "at < ?",
    "turn": "at < ?",
    # A turn that was interrupted may be run again years later: its intents stay as long as its claim.
    "intent": "state NOT IN ('begun', 'unknown') AND changed_at < ? AND turn_key NOT IN (SELECT key FROM claim)",
}


class ProjectPart(StorePart):
    def _all(self, make: Callable[[Any], T], sql: str, values: Sequence[Any] = ()) -> list[T]:
        rows = self._file.read(lambda connection: connection.execute(sql, values).fetchall())
        return [make(row) for row in rows]

    def _one(self, make: Callable[[Any], T], sql: str, values: Sequence[Any] = ()) -> T | None:
        found = self._all(make, sql, values)
        return found[0] if found else None

    def variables(self, layer: str, owner: int = 0) -> dict[str, Value]:
        return self._file.read(lambda connection: read_variables(connection, layer, owner))

    def current_deal(self, client_id: int) -> Deal | None:
        return self._one(
            to_deal,
            f"SELECT {DEAL_COLUMNS} FROM deal WHERE id = (SELECT deal_id FROM client WHERE id = ?)",
            (client_id,),
        )

    def deal(self, deal_id: int) -> Deal | None:
        return self._one(to_deal, f"SELECT {DEAL_COLUMNS} FROM deal WHERE id = ?", (deal_id,))

    def deals(self, client_id: int) -> list[Deal]:
        return self._all(to_deal, f"SELECT {DEAL_COLUMNS} FROM deal WHERE client_id = ? ORDER BY id", (client_id,))

    def lists(self) -> list[ListRecord]:
        return self._all(lambda row: ListRecord(*row), "SELECT id, name FROM list ORDER BY id")

    def list_members(self, list_ids: Sequence[int]) -> list[int]:
        marks = ", ".join("?" * len(list_ids))
        return self._all(
            lambda row: row[0],
            f"SELECT DISTINCT client_id FROM list_member WHERE list_id IN ({marks}) ORDER BY client_id",
            list_ids,
        )

    def labels(self) -> list[Label]:
        return self._all(lambda row: Label(*row), "SELECT id, name, color FROM label ORDER BY id")

    def labelled(self, label_id: int) -> list[int]:
        return self._all(
            lambda row: row[0], "SELECT client_id FROM label_client WHERE label_id = ? ORDER BY client_id", (label_id,)
        )

    def client_lists(self, client_id: int) -> frozenset[int]:
        return self._file.read(lambda connection: members_of(connection, "list", client_id))

    def client_labels(self, client_id: int) -> frozenset[int]:
        return self._file.read(lambda connection: members_of(connection, "label", client_id))

    def task(self, task_id: int) -> Task | None:
        return self._one(to_task, f"SELECT {TASK_COLUMNS} FROM task WHERE id = ?", (task_id,))

    def tasks(self, *, email: str | None = None) -> list[Task]:
        return self._all(
            to_task, f"SELECT {TASK_COLUMNS} FROM task WHERE ?1 IS NULL OR email = ?1 ORDER BY id", (email,)
        )

    def notices(self, *, after_id: int = 0, limit: int = 100) -> list[Notice]:
        return self._all(
            to_notice, f"SELECT {NOTICE_COLUMNS} FROM notice WHERE id > ? ORDER BY id LIMIT ?", (after_id, limit)
        )

    def history(self, client_id: int, *, limit: int = 2000) -> list[HistoryRecord]:
        newest = self._all(
            to_history,
            f"SELECT {HISTORY_COLUMNS} FROM history WHERE client_id = ? ORDER BY id DESC LIMIT ?",
            (client_id, limit),
        )
        return newest[::-1]

    def plans(self, client_id: int | None = None) -> list[Plan]:
        return self._all(
            to_plan,
            f"SELECT {PLAN_COLUMNS} FROM plan WHERE ?1 IS NULL OR client_id = ?1 ORDER BY due_at, id",
            (client_id,),
        )

    # ------------------------------------------------------------ upkeep

    def set_project_variable(self, name: str, value: Value) -> None:
        self._file.write(lambda connection: write_variable(connection, PROJECT, 0, name, value))

    def prune(self, before: float) -> Mapping[str, int]:
        def job(connection: Connection) -> dict[str, int]:
            return {
                table: connection.execute(f"DELETE FROM {table} WHERE {condition}", (before,)).rowcount
                for table, condition in _PRUNE.items()
            }

        return self._file.write(job)

    def check(self) -> list[str]:
        return self._file.read(_check)


def _check(connection: Connection) -> list[str]:
    problems = [str(text) for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
    problems += [
        f"{table}: row {row} points to a missing {parent}"
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]
    stored = set(connection.execute("SELECT layer, owner, name, digits FROM phone").fetchall())
    wanted = set()
    for layer, owner, name, kind, text in connection.execute(
        "SELECT layer, owner, name, type, value FROM variable WHERE layer <> ? AND length(value) BETWEEN 11 AND 20",
        (PROJECT,),
    ):
        digits = phone_digits(decode(kind, text))
        if digits is not None:
            wanted.add((layer, owner, name, digits))
    problems += [f"variable {row[2]!r} of {row[0] or 'deal'} {row[1]}: phones out of step" for row in stored ^ wanted]
    return problems
