"""Bot files as commands read them: mistakes in the table of the telephony get their place too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..errors import Diagnostic
    from ..host.bot import Bot


def load(path: str | Path) -> Bot:
    """Read a bot file.

    Raises:
        BotFileError: with every mistake of the file, or that of its settings.
        OSError: the file cannot be opened.
    """
    from ..host.botfile import BotFileError, load_bot

    bot = load_bot(path)
    found = settings_findings(bot)
    if found:
        raise BotFileError(found)
    return bot


def settings_findings(bot: Bot) -> list[Diagnostic]:
    """What is wrong with the table `[uiscom]`, at its place in the file."""
    from ..errors import Diagnostic
    from ..messages import language
    from ..uiscom.settings import SettingsError, UiscomSettings

    try:
        UiscomSettings.of(bot.settings.get("uiscom"), {})
    except SettingsError as error:
        return [Diagnostic(error.code, bot.source, bot.place("uiscom", error.name), error.data, lang=language())]
    return []
