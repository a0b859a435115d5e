"""The servers that take notifications in, each in a process of its own: ours, and two by hand on Starlette.

    python -m benchmarks.intake_servers KIND FILE

Prints the port when it listens; ends when its standard input is closed. All run under uvicorn with one worker and
without an access log. By hand: parse the body, check two fields, one durable row per request (WAL, synchronous FULL);
`row` commits each by itself, `group` commits whatever has come in meanwhile. Neither tells repeats apart.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

KEY = "benchmark-key"
PATH = f"/uiscom_webhook/{KEY}"
TABLE = "CREATE TABLE IF NOT EXISTS notification (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, body BLOB)"
INSERT = "INSERT INTO notification (name, phone, body) VALUES (?, ?, ?)"
Fields = tuple[str, str, bytes]


def connect(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    return connection


def fields_of(body: bytes) -> Fields:
    read = json.loads(body)
    return read["notification_name"], read["contact_info"]["contact_phone_number"], body


def row(file: str) -> Any:
    """A commit for each request."""
    connection = connect(file)

    async def keep(fields: Fields) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(INSERT, fields)
        connection.execute("COMMIT")

    return application(keep)


def group(file: str) -> Any:
    """A commit for all requests that came while the last commit ran, in a thread."""
    connection = connect(file)
    waiting: SimpleQueue[tuple[Fields, asyncio.Future[None]]] = SimpleQueue()
    loop: asyncio.AbstractEventLoop | None = None

    def settle(futures: list[asyncio.Future[None]]) -> None:
        for future in futures:
            if not future.done():
                future.set_result(None)

    def work() -> None:
        while True:
            gathered = [waiting.get()]
            while not waiting.empty():
                gathered.append(waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, [fields for fields, _ in gathered])
            connection.execute("COMMIT")
            assert loop is not None
            loop.call_soon_threadsafe(settle, [future for _, future in gathered])

    async def keep(fields: Fields) -> None:
        nonlocal loop
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        waiting.put((fields, future))
        await future

    threading.Thread(target=work, daemon=True).start()
    return application(keep)


def application(keep: Callable[[Fields], Any]) -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def receive(request: Request) -> JSONResponse:
        await keep(fields_of(await request.body()))
        return JSONResponse({"status": "ok"})

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])])


def by_hand(make: Callable[[str], Any]) -> Callable[[str], None]:
    def serve(file: str) -> None:
        import uvicorn

        from salebot_uiscom.webapp.server import RunningApp, _listen

        class Server(uvicorn.Server):
            began: Any = None

            async def startup(self, sockets: Any = None) -> None:
                await super().startup(sockets)
                self.began()

        config = uvicorn.Config(make(file), log_config=None, access_log=False, server_header=False)
        with RunningApp(Server(config), _listen("127.0.0.1", 0)) as server:
            wait(server.port)

    return serve


BOT = """
[uiscom]
api_key = "KEY"
webhook_keys = ["benchmark-key"]

[[block]]
id = 1
kind = "start"
match = "exact"
condition = "start"
message = "ok"
"""


def ours(file: str, *, worker: bool = False) -> None:
    """The application of a bot, whole: routes, keys, repeats, metrics, group commit; the worker only if wanted."""
    from salebot_uiscom.host.botfile import load_bot
    from salebot_uiscom.host.host import Host
    from salebot_uiscom.interpreter import Interpreter
    from salebot_uiscom.serving import settle_in
    from salebot_uiscom.store import open_store
    from salebot_uiscom.uiscom.plugin import UiscomPlugin
    from salebot_uiscom.webapp.asgi import create_app
    from salebot_uiscom.webapp.server import serve_app

    path = Path(file).with_suffix(".toml")
    path.write_text(BOT, "utf-8")
    bot = load_bot(path)
    settings = bot.settings["uiscom"]
    interpreter = Interpreter(
        plugins=("salebot_uiscom.host.plugin", UiscomPlugin(settings)),
        entry_points=False,
        settings={"uiscom": settings},
    )
    with (
        open_store(file) as store,
        serve_app(create_app(Host(bot, interpreter, store), start_worker=worker), port=0) as server,
    ):
        settle_in()  # as the command `serve` does
        wait(server.port)


def at_work(file: str) -> None:
    """Ours with its worker: notifications are routed into dialogs, turns run."""
    ours(file, worker=True)


def wait(port: int) -> None:
    print(port, flush=True)
    sys.stdin.read()


KINDS: dict[str, Callable[[str], None]] = {
    "ours": ours,
    "row": by_hand(row),
    "group": by_hand(group),
    "work": at_work,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](sys.argv[2])
