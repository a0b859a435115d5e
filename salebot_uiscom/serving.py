"""A bot at work on an address: store, plugins, threads and receiver put together.

with bot_at_work(load_bot("bot.toml"), "bot.sqlite", port=8000) as work:
    print(work.server.url)
    work.wait()
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from .host.bot import Bot
from .host.host import Host
from .host.http import RunningServer, serve_routes
from .host.report import Report
from .host.worker import Worker
from .interpreter import Interpreter
from .store import open_store
from .uiscom.plugin import UiscomPlugin

if TYPE_CHECKING:
    from .webapp.server import RunningApp

#: Who sends it as a bearer token may read `/metrics`; without one only this machine may.
METRICS_TOKEN = "SALEBOT_UISCOM_METRICS_TOKEN"


# How long a thread that has work keeps the others of its process waiting. CPython's own 5 ms are more than the thread
# that commits needs for a whole group of notifications: it stood still beside a busy event loop.
SWITCH_S = 0.0001


@dataclass(slots=True)
class Work:
    """What runs: the host (its `store` too) and the server in front of its receivers."""

    host: Host
    server: RunningServer | RunningApp
    _end: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait(self) -> None:
        """Block until `end` or an interruption from the keyboard."""
        while not self._end.wait(1):
            pass

    def end(self) -> None:
        """Let `wait` return; may be called from a signal handler."""
        self._end.set()


def settle_in() -> None:
    """For a process that does nothing but this from now on: what a host within a larger program decides for itself."""
    # What a start has made stays to the end: a collection need not look through it while a caller waits.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)


@contextmanager
def bot_at_work(
    bot: Bot,
    database: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    settings: Mapping[str, Any] | None = None,
    clock: Callable[[], float] = time.time,
    on_report: Callable[[Report], None] | None = None,
    entry_points: bool = True,
    pages: bool = False,
) -> Iterator[Work]:
    """Serve a bot until the end of the block; turns under way are finished then.

    Args:
        database: an SQLite file, created when absent.
        port: 0 takes a free one.
        settings: of UISCOM; the table `[uiscom]` of the bot file when omitted.
        clock: Unix seconds.
        on_report: told about every finished turn.
        entry_points: load installed plugins too.
        pages: the client card, metrics and health beside the receivers, under uvicorn; needs the extra `server`.

    Raises:
        OSError: the address cannot be taken.
        StoreUnavailable: the file cannot be used.
        PluginError: plugins clash.
        MissingExtra: `pages` without the extra.
    """
    uiscom = dict(bot.settings.get("uiscom", {}) if settings is None else settings)
    plugin = UiscomPlugin(uiscom, clock=clock)
    interpreter = Interpreter(
        plugins=("salebot_uiscom.host.plugin", plugin),
        entry_points=entry_points,
        settings={"uiscom": uiscom},
        timezone=bot.project.timezone,
    )
    try:
        with open_store(database, clock=clock) as store:
            actor = Host(bot, interpreter, store, clock=clock)
            if pages:
                from .host.metrics import Metrics
                from .webapp.asgi import create_app
                from .webapp.points import points_left
                from .webapp.server import serve_app

                metrics = Metrics(store, clock, more=partial(points_left, plugin.connection.state))
                token = os.environ.get(METRICS_TOKEN, "")
                served = create_app(actor, on_report=on_report, metrics=metrics, metrics_token=token)
                with serve_app(served, host, port) as app:
                    yield Work(actor, app)
            else:
                with (
                    serve_routes(actor.routes, actor.answer, host, port) as server,
                    Worker(actor, on_report=on_report),
                ):
                    yield Work(actor, server)
    finally:
        interpreter.close()
