"""What a conversation looks like on a terminal: one line per thing that happened, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..messages import mask
from .bot import Bot
from .report import Report

CALLBACK_MARK = {3: "событие", 5: "телефония"}


def lines(report: Report, bot: Bot) -> Iterator[str]:
    """Lines of one turn: what came in, what the bot said, what it planned, what went wrong."""
    clock = f"{datetime.fromtimestamp(report.at, bot.timezone):%d.%m %H:%M}"
    event, plan = report.event, report.plan
    if event is not None and (event.text or not event.block):
        kind = CALLBACK_MARK.get(event.outside, "клиент")
        yield f"{clock}  {kind}: {event.text}{_files(event.attachments)}"
    elif event is not None:
        yield f"{clock}  запуск блока {event.block}"
    elif plan is not None:
        yield f"{clock}  по таймеру" + (f" (стрелка {plan.arrow})" if plan.arrow else "")
    if report.blocks:
        yield f"{'':13}блоки: {' → '.join(report.blocks)}"
    for sent in report.sent:
        other = f" клиенту {sent.client_id}" if sent.client_id != report.client_id else ""
        yield f"{'':13}бот{other}: {sent.text}{_files(sent.attachments)}"
        if sent.buttons:
            yield f"{'':13}     " + " ".join(f"[{button}]" for button in sent.buttons)
        if not sent.delivered:
            yield f"{'':13}     не доставлено: {sent.error}"
    for planned in report.planned:
        due = f"{datetime.fromtimestamp(planned.due_at, bot.timezone):%d.%m.%Y %H:%M}"
        yield f"{'':13}план: {due} → " + (f"блок {planned.block}" if planned.block else planned.text)
    for fault in report.faults:
        for line in mask(str(fault)).splitlines():
            yield f"{'':11}! {line}"
    if report.broken:
        yield f"{'':11}! ход не выполнен: {mask(report.broken)}"


def _files(attachments: tuple[str, ...]) -> str:
    return "".join(f" <{address}>" for address in attachments)
