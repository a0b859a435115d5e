"""How many notifications a second the served bot takes in, durably; run by hand.

    python tests/webapp/intake_bench.py [seconds] [connections]

The server runs in a process of its own on a file; bots do nothing meanwhile. The client costs about as much as the
server, so the figures need two free cores.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

KEY = "KEY"


def serve(folder: str, ready: multiprocessing.Queue, over: multiprocessing.Event) -> None:
    from salebot_uiscom.host.botfile import parse_bot
    from salebot_uiscom.host.host import Host
    from salebot_uiscom.interpreter import Interpreter
    from salebot_uiscom.store import open_store
    from salebot_uiscom.uiscom.plugin import UiscomPlugin
    from salebot_uiscom.webapp.asgi import create_app
    from salebot_uiscom.webapp.server import serve_app

    plugin = UiscomPlugin({"api_key": KEY})
    interpreter = Interpreter(plugins=("salebot_uiscom.host.plugin", plugin), entry_points=False)
    with open_store(Path(folder) / "bot.db") as store:
        host = Host(parse_bot(f'[uiscom]\napi_key = "{KEY}"\n'), interpreter, store)
        with serve_app(create_app(host, start_worker=False), port=0) as server:
            ready.put(server.port)
            over.wait()


class Sender(asyncio.Protocol):
    """One connection: sends the next notification when the last was answered."""

    def __init__(self, number: int, until: float, took: list[float], over: asyncio.Future[None]) -> None:
        self.number, self.until, self.took, self.over = number, until, took, over
        self.count = 0
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.count += 1
        body = json.dumps(
            {
                "external_id": None, "notification_name": "Потерянный звонок", "virtual_phone_number": "78001002752",
                "notification_time": "2026-03-02 10:00:00.000", "scenario_name": "Основной", "wait_time_duration": 25,
                "employee_ids": [2339292], "call_session_id": self.number * 10_000_000 + self.count,
                "contact_info": {
                    "contact_phone_number": "79004443322", "communication_number": 1, "contact_id": None,
                    "contact_full_name": None,
                },
            },
        ).encode()  # fmt: skip
        head = f"POST /uiscom_webhook/{KEY} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        self.started = time.perf_counter()
        self.transport.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.received += data
        if not self.received.endswith(b'{"status": "ok"}'):
            return
        self.received = b""
        self.took.append(now - self.started)
        if now < self.until:
            self.send()
        else:
            self.transport.close()
            self.over.set_result(None)


async def measure(port: int, seconds: float, connections: int) -> list[float]:
    loop = asyncio.get_running_loop()
    took: list[float] = []
    until = time.perf_counter() + seconds
    ends = []
    for number in range(connections):
        over = loop.create_future()
        ends.append(over)
        await loop.create_connection(lambda n=number, o=over: Sender(n, until, took, o), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return took


def main() -> None:
    import uvloop

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    wanted = [int(sys.argv[2])] if len(sys.argv) > 2 else [1, 8, 32, 128]
    for connections in wanted:
        with tempfile.TemporaryDirectory() as folder:
            context = multiprocessing.get_context("spawn")
            ready, over = context.Queue(), context.Event()
            process = context.Process(target=serve, args=(folder, ready, over))
            process.start()
            took = sorted(uvloop.run(measure(ready.get(timeout=30), seconds, connections)))
            over.set()
            process.join()
        p50, p99 = took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000
        print(f"{connections:4} connections: {len(took) / seconds:8.0f}/s, p50 {p50:.2f} ms, p99 {p99:.2f} ms")


if __name__ == "__main__":
    main()
