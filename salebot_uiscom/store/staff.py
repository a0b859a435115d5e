"""Employees of the client card: what they have set, their passwords (hashes only), who is signed in."""

from __future__ import annotations

import secrets
import sqlite3

from .base import StorePart
from .codec import clean
from .records import EmployeeRecord, SessionRecord

_COLUMNS = "email, password_hash, call_method, virtual_phone, uis_employee_id"
_KEPT_S = 30 * 86400.0  # sessions nobody has used for so long are deleted


class StaffPart(StorePart):
    def employee(self, email: str) -> EmployeeRecord | None:
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {_COLUMNS} FROM employee WHERE email = ?", (clean(email),)
            ).fetchone()
        )
        return None if row is None else EmployeeRecord(*row)

    def set_password_hash(self, email: str, password_hash: str) -> None:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO employee (email, password_hash) VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET password_hash = excluded.password_hash",
                (clean(email), password_hash),
            )
            # Whoever knew the old password is out.
            connection.execute("DELETE FROM session WHERE email = ?", (clean(email),))

        self._file.write(job)

    def set_calling(self, email: str, call_method: str, virtual_phone: str, uis_employee_id: str) -> None:
        self._file.write(
            lambda connection: connection.execute(
                "INSERT INTO employee (email, call_method, virtual_phone, uis_employee_id) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET call_method = excluded.call_method, "
                "virtual_phone = excluded.virtual_phone, uis_employee_id = excluded.uis_employee_id",
                (clean(email), clean(call_method), clean(virtual_phone), clean(uis_employee_id)),
            )
        )

    def open_session(self, digest: str, email: str, now: float) -> None:
        def job(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM session WHERE seen_at < ?", (now - _KEPT_S,))
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", (digest, clean(email), now, now))

        self._file.write(job)

    def session(self, digest: str) -> SessionRecord | None:
        row = self._file.read(
            lambda connection: connection.execute(
                "SELECT email, created_at, seen_at FROM session WHERE digest = ?", (digest,)
            ).fetchone()
        )
        return None if row is None else SessionRecord(*row)

    def touch_session(self, digest: str, now: float) -> None:
        self._file.write(
            lambda connection: connection.execute("UPDATE session SET seen_at = ? WHERE digest = ?", (now, digest)),
            durable=False,
        )

    def close_session(self, digest: str) -> None:
        self._file.write(lambda connection: connection.execute("DELETE FROM session WHERE digest = ?", (digest,)))

    def secret(self, name: str) -> str:
        def job(connection: sqlite3.Connection) -> str:
            connection.execute(
                "INSERT INTO secret VALUES (?, ?) ON CONFLICT DO NOTHING", (name, secrets.token_urlsafe(32))
            )
            row = connection.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
            return str(row[0])

        return self._file.write(job)
