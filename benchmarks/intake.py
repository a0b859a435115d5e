"""Durable intake of notifications over loopback, one worker process, 32 kept connections from a second process."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from .intake_servers import PATH
from .measure import Row, Scale, quantile

INTAKE = "Intake of notifications, durable, requests per second"
SLOW = "The same where a sync of the disk takes a millisecond longer"
CONNECTIONS = 32
ROOT = Path(__file__).resolve().parents[1]
ROUNDS = {"tiny": 1, "quick": 3}
KINDS = ("ours", "row", "group")


class Server:
    """A server process."""

    def __init__(self, kind: str, file: Path, preload: Path | None = None) -> None:
        command = [sys.executable, "-m", "benchmarks.intake_servers", kind, str(file)]
        environment = os.environ | ({} if preload is None else {"LD_PRELOAD": str(preload)})
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        assert self.process.stdout is not None
        answer = self.process.stdout.readline()
        if not answer.strip():
            raise RuntimeError(f"the server {kind!r} did not start")
        self.port = int(answer)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None:
        self.process.communicate()  # closes its standard input: it ends

    def resources(self) -> tuple[float, int]:
        """Megabytes of memory and open files, by `/proc`."""
        folder = Path(f"/proc/{self.process.pid}")
        pages = int((folder / "statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(list((folder / "fd").iterdir()))


_numbers = count(10**6, 10**7)


def load(port: int, requests: int, connections: int = CONNECTIONS) -> dict[str, Any]:
    """One round; every body is new."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        arguments = [str(port), PATH, str(requests), str(connections), str(next(_numbers)), file.name]
        subprocess.run([sys.executable, "-m", "benchmarks.load", *arguments], cwd=ROOT, check=True)
        told: dict[str, Any] = json.loads(Path(file.name).read_text("ascii"))
    if told["bad"] or len(told["times_s"]) != requests:
        raise AssertionError(f"{told['bad']} answers were no 200")
    return told


def rows(scale: Scale) -> list[Row]:
    found = list(_rows(scale))
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        preload = _slow_sync(Path(folder))
        return found if preload is None else found + list(_slow_rows(scale, preload))


Found = dict[str, list[dict[str, Any]]]


def _measure(rounds: int, requests: int, preload: Path | None = None) -> tuple[Found, dict[str, list[float]]]:
    """Rounds of every kind in turn; and the times of one connection alone."""
    found: Found = {kind: [] for kind in KINDS}
    alone: dict[str, list[float]] = {kind: [] for kind in KINDS}
    few, fewer = max(2, requests // 6), max(2, requests // 20)
    with tempfile.TemporaryDirectory(prefix="bench") as folder, ExitStack() as stack:
        servers = {kind: stack.enter_context(Server(kind, Path(folder) / f"{kind}.db", preload)) for kind in KINDS}
        for server in servers.values():
            load(server.port, few)
        for index in range(rounds):
            for kind in KINDS if index % 2 else reversed(KINDS):
                found[kind].append(load(servers[kind].port, requests))
                alone[kind] += load(servers[kind].port, fewer, 1)["times_s"]
        kept = stored(Path(folder) / "ours.db")
    sent = few + rounds * (requests + fewer)
    if kept != sent:
        raise AssertionError(f"{sent} were answered, {kept} are stored")
    return found, alone


def _rows(scale: Scale) -> Iterator[Row]:
    found, alone = _measure(ROUNDS.get(scale.name, 5), scale.requests)
    yield from _speeds(INTAKE, found, alone)
    yield Row(INTAKE, "against a commit per request", ratio(found, "row"), "×", 3, at_least=True)
    yield Row(INTAKE, "against group commit by hand", ratio(found, "group"), "×", 0.6, at_least=True)
    yield Row(
        INTAKE, "p99 against group commit by hand",
        statistics.median(
            quantile(a["times_s"], 0.99) / quantile(b["times_s"], 0.99)
            for a, b in zip(found["ours"], found["group"], strict=True)
        ),
        "×", 2,
    )  # fmt: skip


def _slow_rows(scale: Scale, preload: Path) -> Iterator[Row]:
    found, alone = _measure(ROUNDS.get(scale.name, 3), max(2, scale.requests // 3), preload)
    yield from _speeds(SLOW, found, alone)
    yield Row(SLOW, "against a commit per request", ratio(found, "row"), "×", 3, at_least=True)
    yield Row(SLOW, "against group commit by hand", ratio(found, "group"), "×", 0.6, at_least=True)


def _speeds(section: str, found: Found, alone: dict[str, list[float]]) -> Iterator[Row]:
    for kind in KINDS:
        speeds = [one["per_s"] for one in found[kind]]
        yield Row(
            section, NAMES[kind], statistics.median(speeds), "/s",
            detail=f"p50 {p_ms(found[kind], 0.5):.1f} ms, p99 {p_ms(found[kind], 0.99):.1f} ms; "
            f"one connection p50 {statistics.median(alone[kind]) * 1e3:.2f} ms",
            numbers={"p99_ms": p_ms(found[kind], 0.99), "alone_p50_ms": statistics.median(alone[kind]) * 1e3},
        )  # fmt: skip


def _slow_sync(folder: Path) -> Path | None:
    """A library that makes every sync slower; None where there is no compiler, or another system than Linux."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "slow_sync.so"
    source = Path(__file__).with_name("slow_sync.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library


NAMES = {
    "ours": "salebot_uiscom.webapp: keys, repeats, metrics",
    "row": "Starlette by hand, a commit per request",
    "group": "Starlette by hand, group commit",
}


def ratio(found: Found, other: str) -> float:
    """Median over the rounds, each against its neighbour."""
    return statistics.median(a["per_s"] / b["per_s"] for a, b in zip(found["ours"], found[other], strict=True))


def p_ms(rounds: list[dict[str, Any]], part: float) -> float:
    return statistics.median(quantile(one["times_s"], part) for one in rounds) * 1e3


def stored(file: Path) -> int:
    from salebot_uiscom.store import open_store

    with open_store(file) as store:
        newest = store.notifications(limit=1)
    return newest[0].notification.id if newest else 0
