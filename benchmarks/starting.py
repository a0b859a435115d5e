"""How long the command takes to start, against an interpreter that does nothing, started in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .measure import Row, Scale

STARTING = "Start of a process, × bare `python -c pass`"
ROOT = Path(__file__).resolve().parents[1]

COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "bare": (["-c", "pass"], None),
    "--version": (["-m", "salebot_uiscom", "--version"], 4),
    'eval "2+2"': (["-m", "salebot_uiscom", "eval", "2+2"], 6),
    "import salebot_uiscom": (["-c", "import salebot_uiscom"], 4),
    "--help": (["-m", "salebot_uiscom", "--help"], None),
}
NEW_SOURCE = "eval of a text never seen before"


def rows(scale: Scale) -> list[Row]:
    return list(_rows(scale))


def _rows(scale: Scale) -> Iterator[Row]:
    many = {"tiny": 1, "quick": 7}.get(scale.name, 17)
    taken: dict[str, list[float]] = {name: [] for name in (*COMMANDS, NEW_SOURCE)}
    with tempfile.TemporaryDirectory(prefix="bench") as home:
        # A home of its own: what is kept between runs starts empty, and nobody's own files are touched.
        environment = {**os.environ, "HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "PYTHONPATH": str(ROOT)}
        for arguments, _ in COMMANDS.values():
            _seconds(arguments, environment)
        for number in range(many):
            for name, (arguments, _) in COMMANDS.items():
                taken[name].append(_seconds(arguments, environment))
            unseen = ["-m", "salebot_uiscom", "eval", f"2 + {1_000 + number}"]
            taken[NEW_SOURCE].append(_seconds(unseen, environment))
    bare = min(taken["bare"])
    for name, times in taken.items():
        goal = 9 if name == NEW_SOURCE else COMMANDS[name][1]
        if name == "bare":
            continue
        yield Row(
            STARTING, name, min(times) / bare, "×", goal,
            detail=f"{min(times) * 1e3:.1f} ms, bare {bare * 1e3:.1f} ms (shortest of {many})",
            numbers={"ms": min(times) * 1e3, "bare_ms": bare * 1e3},
        )  # fmt: skip


def _seconds(arguments: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began
