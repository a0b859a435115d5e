"""Memory and open files of a bot at work, sampled while notifications come in and its worker deals with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from .intake import Server, load
from .measure import Row, Scale

FLAT = "Memory and open files of a bot at work"
PARTS = 10
WARM = 3  # parts after which caches are full


def rows(scale: Scale) -> list[Row]:
    return list(_rows(scale))


def _rows(scale: Scale) -> Iterator[Row]:
    if not Path("/proc/self/statm").exists():
        return  # this system does not tell
    each = max(2, scale.events // PARTS)
    megabytes: list[float] = []
    files: list[int] = []
    with tempfile.TemporaryDirectory(prefix="bench") as folder, Server("work", Path(folder) / "bot.db") as server:
        for _ in range(PARTS):
            load(server.port, each)
            memory, opened = server.resources()
            megabytes.append(memory)
            files.append(opened)
    yield Row(
        FLAT, f"memory after {PARTS * each:,} events against {WARM * each:,}", megabytes[-1] / megabytes[WARM - 1],
        "×", 1.1, detail=" ".join(f"{one:.0f}" for one in megabytes) + " MB",
    )  # fmt: skip
    yield Row(
        FLAT, "open files more than at that time", files[-1] - files[WARM - 1], "files", 2,
        detail=" ".join(str(one) for one in files),
    )  # fmt: skip
