"""Bot files as commands read them: mistakes in the table of the telephony get their place too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..errors import Diagnostic
    from ..host.bot import Bot


_PAGE = {
    "ru": "все настройки таблицы [uiscom]: docs/uiscom.md",
    "en": "all settings of the table [uiscom]: docs/uiscom.md",
}


def load(path: str | Path) -> Bot:
    """Read a bot file.

    Raises:
        BotFileError: with every mistake of the file, or that of its settings.
        OSError: the file cannot be opened.
    """
    from ..host.botfile import BotFileError, load_bot

    try:
        bot = load_bot(path)
    except BotFileError as error:
        raise BotFileError([*error.diagnostics, *_settings_of(Path(path))]) from None
    found = settings_findings(bot)
    if found:
        raise BotFileError(found)
    return bot


def _settings_of(path: Path) -> list[Diagnostic]:
    """What else is wrong, in a file that is refused anyway."""
    from ..host.botfile import examine_bot

    bot, _ = examine_bot(path.read_bytes().decode("utf-8-sig", "replace"), name=path.name)
    return [] if bot is None else settings_findings(bot)


def settings_findings(bot: Bot) -> list[Diagnostic]:
    """What is wrong with the table `[uiscom]`, at its place in the file. Values are not shown: they may be keys."""
    from ..errors import Diagnostic
    from ..messages import language
    from ..source import Source, Span
    from ..uiscom.settings import UiscomSettings

    found = []
    for error in UiscomSettings.problems(bot.settings.get("uiscom", {})):
        span, text = bot.place("uiscom", error.name), bot.source.text
        shown = text[span.start : span.end].partition("=")[0].rstrip() + " = …"
        source = Source(text[: span.start] + shown + text[span.end :], bot.source.name)
        data = {**error.data, "hint": _PAGE}
        found.append(Diagnostic(error.code, source, Span(span.start, span.start + len(shown)), data, lang=language()))
    return sorted(found, key=lambda finding: finding.span)
