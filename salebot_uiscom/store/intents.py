"""Actions that must not be repeated: written down before, settled after."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from ..ports import BEGUN, DONE, DROPPED, NOT_SENT, REFUSED, UNKNOWN, Intent
from .base import StorePart
from .codec import dump
from .errors import StoreRefused
from .records import DROP, MADE, REPEAT
from .rows import INTENT_COLUMNS, to_intent

SETTLED = frozenset({DONE, REFUSED, NOT_SENT, DROPPED})


class IntentsPart(StorePart):
    def begin_intent(
        self,
        turn_key: str,
        seen: Collection[str],
        *,
        external_id: str,
        function: str,
        client_id: int | None,
        params: Mapping[str, Any],
        created_at: float | None = None,
    ) -> tuple[Intent, bool]:
        written = dump(dict(params))
        wanted = json.loads(written)

        def job(connection: sqlite3.Connection) -> tuple[Intent, bool]:
            known = _read(connection, external_id)
            if known is not None:
                return known, False
            rows = connection.execute(
                f"SELECT {INTENT_COLUMNS} FROM intent WHERE turn_key = ? ORDER BY sequence", (turn_key,)
            ).fetchall()
            earlier = [intent for intent in map(to_intent, rows) if intent.external_id not in seen]
            for intent in earlier:
                if intent.function == function and intent.params == wanted:
                    return intent, False
            moment = self._clock() if created_at is None else created_at
            state = DROPPED if earlier else BEGUN
            row = connection.execute(
                "INSERT INTO intent (external_id, turn_key, sequence, function, client_id, params, state, result, "
                f"created_at, changed_at) SELECT ?1, ?2, ifnull(max(sequence), 0) + 1, ?3, ?4, ?5, ?6, 'null', ?7, ?7 "
                f"FROM intent WHERE turn_key = ?2 RETURNING {INTENT_COLUMNS}",
                (external_id, turn_key, function, client_id, written, state, moment),
            ).fetchone()
            return to_intent(row), state == BEGUN

        return self._file.write(job)

    def end_intent(self, external_id: str, state: str, result: Any = None) -> Intent:
        if state not in SETTLED | {UNKNOWN}:
            raise StoreRefused(f"an intent cannot end as {state!r}")

        def job(connection: sqlite3.Connection) -> Intent:
            intent = _require(connection, external_id)
            if intent.state in SETTLED:
                return intent
            return _change(connection, external_id, state, result, self._clock())

        return self._file.write(job)

    def intent(self, external_id: str) -> Intent | None:
        return self._file.read(lambda connection: _read(connection, external_id))

    def open_intents(self, limit: int = 1000, after: Intent | None = None) -> list[Intent]:
        beyond = (-1e300, "") if after is None else (after.created_at, after.external_id)
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {INTENT_COLUMNS} FROM intent WHERE state IN ('{BEGUN}', '{UNKNOWN}') "
                "AND (created_at, external_id) > (?, ?) ORDER BY created_at, external_id LIMIT ?",
                (*beyond, limit),
            ).fetchall()
        )
        return [to_intent(row) for row in rows]

    def choose_intent(self, external_id: str, choice: str, by: str = "") -> Intent:
        if choice not in (MADE, REPEAT, DROP):
            raise StoreRefused(f"unknown choice {choice!r}: {MADE}, {REPEAT} or {DROP}")

        def job(connection: sqlite3.Connection) -> Intent:
            intent = _require(connection, external_id)
            if intent.state in SETTLED:
                raise StoreRefused(f"intent {external_id} is settled: {intent.state}")
            connection.execute(
                "UPDATE intent SET choice = ?, chosen_by = ? WHERE external_id = ?", (choice, by, external_id)
            )
            state = DONE if choice == MADE else DROPPED
            return _change(connection, external_id, state, intent.result, self._clock())

        return self._file.write(job)


def _read(connection: sqlite3.Connection, external_id: str) -> Intent | None:
    row = connection.execute(f"SELECT {INTENT_COLUMNS} FROM intent WHERE external_id = ?", (external_id,)).fetchone()
    return None if row is None else to_intent(row)


def _require(connection: sqlite3.Connection, external_id: str) -> Intent:
    intent = _read(connection, external_id)
    if intent is None:
        raise StoreRefused(f"intent {external_id} does not exist")
    return intent


def _change(connection: sqlite3.Connection, external_id: str, state: str, result: Any, moment: float) -> Intent:
    row = connection.execute(
        f"UPDATE intent SET state = ?, result = ?, changed_at = ? WHERE external_id = ? RETURNING {INTENT_COLUMNS}",
        (state, dump(result), moment, external_id),
    ).fetchone()
    return to_intent(row)
