"""What a conversation looks like on a terminal: one line per thing that happened, in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..foreign import indented, mask
from ..messages import language, message_of
from .bot import Bot
from .report import Report

_FURTHER = 18
_WHO = {3: "SB661", 5: "SB662"}


def lines(report: Report, bot: Bot, lang: str | None = None) -> Iterator[str]:
    """Lines of one turn: what came in, what the bot said, what it planned, what went wrong.

    A text of several lines is one line here, its further ones set in. Nothing in them steers a terminal.

    `lang`: `ru` or `en`; that of this process when omitted.
    """
    for line in _lines(report, bot, lang or language()):
        yield indented(line, _FURTHER)


def _lines(report: Report, bot: Bot, lang: str) -> Iterator[str]:

    def say(code: str, **data: object) -> str:
        return message_of(code).text(lang, data)

    clock = f"{datetime.fromtimestamp(report.at, bot.timezone):%d.%m %H:%M}"
    event, plan = report.event, report.plan
    if event is not None and (event.text or not event.block):
        yield f"{clock}  {say(_WHO.get(event.outside, 'SB660'), text=event.text)}{_files(event.attachments)}"
    elif event is not None:
        yield f"{clock}  {say('SB663', name=event.block)}"
    elif plan is not None:
        yield f"{clock}  " + (say("SB665", name=plan.arrow) if plan.arrow else say("SB664"))
    if report.blocks:
        yield f"{'':13}{say('SB666', text=' → '.join(report.blocks))}"
    elif event is not None and not (report.sent or report.faults or report.broken):
        yield f"{'':13}{say('SB699')}"
    for refused in report.refused:
        code = "SB696" if refused.unknown else "SB695"
        told = mask(say(code, name=refused.function, expected=refused.error, text=refused.text))
        yield f"{'':11}! {told.removesuffix(' ()')}"
    for sent in report.sent:
        to_other = sent.client_id != report.client_id
        told = say("SB668", name=sent.client_id, text=sent.text) if to_other else say("SB667", text=sent.text)
        yield f"{'':13}{told}{_files(sent.attachments)}"
        if sent.buttons:
            yield f"{'':13}     " + " ".join(f"[{button}]" for button in sent.buttons)
        if not sent.delivered:
            yield f"{'':13}     {say('SB669', text=sent.error)}"
    for planned in report.planned:
        due = f"{datetime.fromtimestamp(planned.due_at, bot.timezone):%d.%m.%Y %H:%M}"
        code = "SB671" if planned.block else "SB670"
        yield f"{'':13}{say(code, text_due=due, name=planned.block, text=planned.text)}"
    for fault in report.faults:
        for line in mask(str(fault.in_language(lang))).split("\n"):
            yield f"{'':11}! {line}"
    if report.broken:
        yield f"{'':11}! {say('SB672', text=mask(report.broken))}"


def _files(attachments: tuple[str, ...]) -> str:
    return "".join(f" <{address}>" for address in attachments)
