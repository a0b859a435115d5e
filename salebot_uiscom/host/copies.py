"""Copies of messages for the project's webhook: each message, in either direction, as one POST (host.md 10)."""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from ..effects import Steps, TransportError
from ..store import records
from .asking import on_store
from .outside import Origin, fetch
from .report import Report

if TYPE_CHECKING:
    from ..store import Store
    from .engine import Engine

log = logging.getLogger("salebot_uiscom.host")


def send_copies(engine: Engine, report: Report) -> Steps[None]:
    """Post the messages of a turn. What fails is logged and not repeated, as documented."""
    for line in report.history:
        if line.kind != "message":
            continue
        body = yield from on_store(partial(_copy, engine=engine, line=line))
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            yield from fetch(Origin(engine, report.at), "POST", engine.bot.project.webhook_url, headers, content)
        except TransportError as error:
            log.warning("a copy of message %d was not taken: %s", line.id, error.reason)


def _copy(store: Store, engine: Engine, line: records.HistoryRecord) -> dict[str, Any]:
    client, card = store.client(line.client_id), store.card(line.client_id)
    about: dict[str, Any] = {"id": line.client_id}
    if client is not None and card is not None:
        about.update(
            recepient=client.platform_id,
            client_type=client.type,
            name=client.name,
            avatar=card.avatar,
            created_at=int(client.created_at),
            tag=card.tag,
            group=client.group,
        )
    return {
        "id": line.id,
        "client": about,
        "message": line.text,
        "attachments": list(line.attachments),
        "message_id": int(line.block) if line.block.isdecimal() else None,
        "project_id": engine.bot.project.id,
        "is_input": line.incoming,
        "delivered": bool(line.delivered),
        "error_message": line.error,
    }
