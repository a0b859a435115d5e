"""Commands inside a talk: a misspelt one is told, any other line with a slash is the client's (`/start`)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from .words import say

if TYPE_CHECKING:
    from ..host.bot import Bot

COMMANDS = ("/wait", "/event", "/webhook", "/vars", "/calls", "/quit")
_NEAR = 0.75  # `/wiat`, `/var`, `/cals`; not `/start`, `/stop`, `/menu`, `/help`


def slip(word: str, bot: Bot) -> str:
    """What to tell of a first word that is nearly a command and that no condition of the bot knows; or ""."""
    if not word.startswith("/") or word in COMMANDS:
        return ""
    if not get_close_matches(word.casefold(), COMMANDS, 1, _NEAR):
        return ""
    conditions = [block.condition for block in bot.blocks] + [arrow.condition for arrow in bot.arrows]
    if any(word.casefold() in condition.casefold() for condition in conditions):
        return ""
    known = ", ".join(COMMANDS)
    return say(f"нет команды {word}; есть {known}", f"there is no command {word}; there are {known}")
