"""A load generator: kept connections, each sends its next request when the answer to the last one is complete.

    python -m benchmarks.load PORT PATH REQUESTS CONNECTIONS FIRST FILE

Writes JSON into FILE: requests per second, the time of every answer, answers that were no 200. Bodies are notifications of UIS of
about 450 bytes, numbered from FIRST, so that none is a repeat of another.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

BODY = {
    "notification_name": "Завершение звонка",
    "virtual_phone_number": "78001002752",
    "notification_time": "2026-03-02 10:15:00.123",
    "contact_info": {"contact_phone_number": "79004443322", "contact_full_name": "Иван Петров"},
    "employee_info": {"employee_full_name": "Анна Соколова", "employee_id": 2339292},
    "call_source": "Основной сценарий",
    "direction": "in",
    "wait_time_duration": 12,
}
LONGEST_S = 120.0


def request_of(path: str, number: int) -> bytes:
    body = json.dumps(BODY | {"call_session_id": number}, ensure_ascii=False).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One kept connection; `left` is shared and says which requests are still to be sent."""

    def __init__(self, left: list[bytes], times: list[float], bad: list[bytes], done: asyncio.Future[None]) -> None:
        self.left, self.times, self.bad, self.done = left, times, bad, done
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        if not self.left:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.began = time.perf_counter()
        self.transport.write(self.left.pop())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self.times.append(time.perf_counter() - self.began)
        if not head.startswith(b"HTTP/1.1 200"):
            self.bad.append(head[:60])
        self.buffer = b""
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed by the server"))


async def load(port: int, path: str, requests: int, connections: int, first: int) -> dict[str, Any]:
    left = [request_of(path, first + number) for number in range(requests)]
    times: list[float] = []
    bad: list[bytes] = []
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(min(connections, requests))]
    began = time.perf_counter()
    for done in ends:
        await loop.create_connection(lambda done=done: Connection(left, times, bad, done), "127.0.0.1", port)
    async with asyncio.timeout(LONGEST_S):
        await asyncio.gather(*ends)
    return {"per_s": len(times) / (time.perf_counter() - began), "times_s": times, "bad": len(bad)}


def main() -> None:
    port, path, requests, connections, first, file = sys.argv[1:]
    try:
        from uvloop import run
    except ImportError:
        from asyncio import run
    told = run(load(int(port), path, int(requests), int(connections), int(first)))
    Path(file).write_text(json.dumps(told), "ascii")


if __name__ == "__main__":
    main()
