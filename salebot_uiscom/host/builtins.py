"""Variables that the host computes: who the client is, where he stands, what is being processed (host.md 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..ports import WHATSAPP, Client
from ..scope import Scope
from ..store import records
from ..values import date_text
from .bot import CLIENT_TYPES, Bot

Value = Any


class HostValues:
    """Keeps the two tables of a scope that belong to the host: computed names, and card fields a variable may hide.

    They change during a turn (a deal is made, the client is renamed), and a running program sees it.
    """

    def __init__(self, bot: Bot, scope: Scope) -> None:
        self._bot = bot
        self._scope = scope
        self._computed: dict[str, Value] = {}
        self._card: dict[str, Value] = {}
        scope.built_in, scope.card = self._computed, self._card

    def describe_client(self, client: Client, card: records.Card) -> None:
        created = datetime.fromtimestamp(client.created_at, self._bot.timezone)
        project = self._bot.project
        self._set(
            self._computed,
            {
                "api_key": project.api_key,
                "project_id": project.id,
                "client_id": client.id,
                "client_type": client.type,
                "messenger": CLIENT_TYPES.get(client.type),
                "platform_id": client.platform_id,
                "group": client.group,
                "main_client_id": card.main_client_id or client.id,
                "date_of_creation": date_text(created),
                "time_of_creation": f"{created:%H:%M}",
            },
        )
        own_number = None
        if client.type == WHATSAPP:
            own_number = next((one.phone for one in self._bot.channels if one.group == client.group), None)
        self._set(
            self._card,
            {
                "name": client.name,
                "full_name": client.name,
                "avatar": card.avatar,
                "tag": card.tag,
                "wa_bot": own_number,
            },
        )

    def describe_dialog(
        self,
        client: Client,
        deal: records.Deal | None,
        position: str,
        question: str | None,
        outside: int | None,
        attachments: tuple[str, ...],
    ) -> None:
        self._set(
            self._computed,
            {
                "message_id": int(position) if position.isdecimal() else position,
                "order_id": f"{client.id}-{deal.id}" if deal else None,
                "question": question,
                "message_from_outside": outside,
                "attachments": list(attachments) or None,
                "attachment_url": attachments[0] if attachments else None,
            },
        )
        self._set(self._card, {"order": deal.description if deal else None})

    def _set(self, table: dict[str, Value], values: Mapping[str, Value]) -> None:
        for name, value in values.items():
            if value is None or value == "":
                table.pop(name, None)
            else:
                table[name] = value
            self._scope.refresh(name)
