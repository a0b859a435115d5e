"""Clients: by phone, by address, by variable."""

from __future__ import annotations

import sqlite3

from ..ports import TELEPHONY, WHATSAPP, Client, NewClient, PhoneHit
from ..values import to_text
from .base import StorePart
from .codec import clean, decode
from .dialogs import to_card
from .records import CLIENT, DEAL, Card, Value
from .rows import CARD_COLUMNS, CLIENT_COLUMNS, next_id, to_client

Connection = sqlite3.Connection


class ClientsPart(StorePart):
    def find_by_phone(self, phone: str) -> list[PhoneHit]:
        return self._file.read(lambda connection: _find_by_phone(connection, phone))

    def create_client(self, client: NewClient, created_at: float | None = None) -> Client:
        address = (clean(client.platform_id), client.type, clean(client.group))

        def job(connection: Connection) -> Client:
            known = connection.execute(
                f'SELECT {CLIENT_COLUMNS} FROM client WHERE platform_id = ? AND type = ? AND "group" = ?', address
            ).fetchone()
            if known is not None:
                return to_client(known)
            row = connection.execute(
                f'INSERT INTO client (platform_id, type, "group", id, name, created_at) VALUES (?, ?, ?, ?, ?, ?) '
                f"RETURNING {CLIENT_COLUMNS}",
                (
                    *address,
                    next_id(connection, "client"),
                    clean(client.name),
                    self._clock() if created_at is None else created_at,
                ),
            ).fetchone()
            return to_client(row)

        return self._file.write(job)

    def client(self, client_id: int) -> Client | None:
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {CLIENT_COLUMNS} FROM client WHERE id = ?", (client_id,)
            ).fetchone()
        )
        return None if row is None else to_client(row)

    def card(self, client_id: int) -> Card | None:
        row = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {CARD_COLUMNS} FROM client WHERE id = ?", (client_id,)
            ).fetchone()
        )
        return None if row is None else to_card(row)

    def find_clients(self, client_type: int | None, platform_id: str, group: str | None = None) -> list[Client]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {CLIENT_COLUMNS} FROM client WHERE platform_id = ?1 AND (?2 IS NULL OR type = ?2) "
                'AND (?3 IS NULL OR "group" = ?3) ORDER BY id',
                (clean(platform_id), client_type, None if group is None else clean(group)),
            ).fetchall()
        )
        return [to_client(row) for row in rows]

    def find_by_variable(self, layer: str, name: str, value: Value) -> list[int]:
        wanted = to_text(value)
        join = (
            "JOIN client ON client.id = variable.owner"
            if layer == CLIENT
            else "JOIN client ON client.deal_id = variable.owner"
        )
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT client.id, variable.type, variable.value FROM variable {join} "
                "WHERE variable.layer = ? AND variable.name = ? ORDER BY client.id",
                (CLIENT if layer == CLIENT else DEAL, clean(name)),
            ).fetchall()
        )
        return [number for number, kind, text in rows if to_text(decode(kind, text)) == wanted]

    def clients(self, *, after_id: int = 0, limit: int = 500) -> list[Client]:
        rows = self._file.read(
            lambda connection: connection.execute(
                f"SELECT {CLIENT_COLUMNS} FROM client WHERE id > ? ORDER BY id LIMIT ?", (after_id, limit)
            ).fetchall()
        )
        return [to_client(row) for row in rows]

    def linked_clients(self, client_id: int) -> list[int]:
        def job(connection: Connection) -> list[int]:
            row = connection.execute("SELECT main_client_id FROM client WHERE id = ?", (client_id,)).fetchone()
            if row is None:
                return []
            main = row[0] or client_id
            found = connection.execute(
                "SELECT id FROM client WHERE id = ?1 "
                "UNION SELECT id FROM client WHERE main_client_id = ?1 AND main_client_id <> 0 ORDER BY 1",
                (main,),
            )
            return [number for (number,) in found]

        return self._file.read(job)


def _find_by_phone(connection: Connection, phone: str) -> list[PhoneHit]:
    addresses = connection.execute(
        "SELECT id, type FROM client WHERE platform_id = ? AND type IN (?, ?) ORDER BY id", (phone, TELEPHONY, WHATSAPP)
    ).fetchall()
    variables = connection.execute(
        "SELECT phone.client_id, phone.layer, phone.name FROM phone JOIN client ON client.id = phone.client_id "
        "WHERE phone.digits = ? AND (phone.layer = ? OR client.deal_id = phone.owner) "
        "ORDER BY phone.client_id, phone.layer, phone.name",
        (phone, CLIENT),
    )
    return [
        *(PhoneHit(number, "telephony") for number, kind in addresses if kind == TELEPHONY),
        *(PhoneHit(number, "whatsapp") for number, kind in addresses if kind == WHATSAPP),
        *(
            PhoneHit(number, "variable", f"{CLIENT}.{name}" if layer == CLIENT else name)
            for number, layer, name in variables
        ),
    ]
