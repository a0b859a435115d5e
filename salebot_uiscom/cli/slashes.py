"""Commands inside a talk: a misspelt one is told, any other line with a slash is the client's (`/start`)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from .words import say

if TYPE_CHECKING:
    from ..host.bot import Bot

COMMANDS = ("/wait", "/event", "/webhook", "/vars", "/calls", "/help", "/quit")
_NEAR = 0.75  # `/wiat`, `/var`, `/cals`; not `/start`, `/stop`, `/menu`


def slip(word: str, bot: Bot) -> str:
    """What to tell of a first word that is nearly a command and that no condition of the bot knows; or ""."""
    if not word.startswith("/") or word in COMMANDS[:-2]:
        return ""
    if not get_close_matches(word.casefold(), COMMANDS, 1, _NEAR):
        return ""
    conditions = [block.condition for block in bot.blocks] + [arrow.condition for arrow in bot.arrows]
    if any(word.casefold() in condition.casefold() for condition in conditions):
        return ""
    return _commands() if word == "/help" else unknown(word)


def unknown(word: str) -> str:
    """What to tell of a first word with a slash that is no command; or ""."""
    if not word.startswith("/") or word in COMMANDS:
        return ""
    known = ", ".join(COMMANDS)
    return say(f"нет команды {word}; есть {known}", f"there is no command {word}; there are {known}")


def nothing_behind(word: str, rest: str) -> str:
    """What to tell of a command that lacks what it is about; or ""."""
    if rest:
        return ""
    if word == "/webhook":
        return say("после /webhook — название уведомления: /webhook Потерянный звонок",
                   "/webhook needs the name of a notification: /webhook Lost call")  # fmt: skip
    if word == "/event":
        return say("после /event — текст колбэка: /event заказ оплачен",
                   "/event needs the text of a callback: /event order paid")  # fmt: skip
    return ""


def _commands() -> str:
    return say(
        "/wait 10 min или /wait 2026-03-02 10:15 — проходит время; /event ТЕКСТ — колбэк; "
        "/webhook НАЗВАНИЕ — событие телефонии; /vars — переменные; /calls — запросы к телефонии; /quit — выход",
        "/wait 10 min or /wait 2026-03-02 10:15 lets time pass; /event TEXT is a callback; "
        "/webhook NAME an event of telephony; /vars shows variables; /calls requests to telephony; /quit leaves",
    )
