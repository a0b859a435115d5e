"""`run --live`: the same talk in the terminal, with the telephony of the bot file and the clock on the wall."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .slashes import nothing_behind, slip
from .words import ask, echo, say

if TYPE_CHECKING:
    from ..host.bot import Bot
    from ..serving import Work

_LONGEST_S = 60.0  # that the end of the input waits for what is under way
_ONLY_SIMULATED = ("/wait", "/webhook", "/calls")


def talk(bot: Bot, database: str, show: Callable[[Any, int], None], redacted: Callable[[str], str]) -> None:
    """Until `/quit` or the end of the input. `show`: prints the variables of a client of a store."""
    from ..host import transcript
    from ..ports import NewClient
    from ..serving import bot_at_work

    printing = threading.Lock()

    def tell(report: Any) -> None:
        with printing:
            for line in transcript.lines(report, bot):
                echo(redacted(line))

    with bot_at_work(bot, database, on_report=tell) as work:
        channel = bot.channels[0] if bot.channels else None
        client = work.host.store.create_client(
            NewClient(channel.type if channel else 1, "terminal", channel.group if channel else "", "terminal")
        )
        echo(
            say(
                f"Телефония настоящая: звонки будут сделаны. Уведомления: {work.server.url}/uiscom_webhook/КЛЮЧ. "
                "/event ТЕКСТ, /vars, /quit",
                f"Telephony is real: calls will be made. Notifications: {work.server.url}/uiscom_webhook/KEY. "
                "/event TEXT, /vars, /quit",
            )
        )
        while True:
            line = ask()
            if line is None:
                break
            word, _, rest = line.partition(" ")
            if word == "/quit":
                break
            if word == "/vars":
                _settle(work)
                show(work.host.store, client.id)
            elif word in _ONLY_SIMULATED:
                echo(
                    say(
                        f"{word} есть только у имитатора: без --live",
                        f"{word} belongs to the simulator: without --live",
                    ),
                    err=True,
                )
            elif wrong := nothing_behind(word, rest.strip()) or slip(word, bot):
                echo(wrong, err=True)
            elif word == "/event":
                work.host.say(client.id, rest, outside=3)
            elif line:
                work.host.say(client.id, line)
        _settle(work)


def _settle(work: Work) -> None:
    """Let the bot finish what has come in, so that its answers are seen."""
    until = time.monotonic() + _LONGEST_S
    while time.monotonic() < until:
        figures = work.host.store.figures()
        if not any(figures[name] for name in ("notifications_waiting", "events_waiting", "turns_running")):
            return
        time.sleep(0.02)
