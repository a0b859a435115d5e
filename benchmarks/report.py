"""The table for people and the same as JSON."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from typing import Any

from .measure import Row

WIDTH = 58


def machine() -> str:
    """One line about what the figures were measured on."""
    name = "unknown processor"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        name = platform.processor() or name
    return (
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores of {name}"
    )


def figure(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 2 if unit == "×" or abs(value) < 1 else 1
    return f"{value:,.{digits}f} {unit}"


def goal(row: Row) -> str:
    if row.goal is None:
        return ""
    return f"{'≥' if row.at_least else '≤'} {row.goal:,g} {row.unit}"


def verdict(row: Row) -> str:
    return {True: "met", False: "MISSED", None: ""}[row.met]


def lines(rows: Iterable[Row]) -> Iterable[str]:
    """Lines of a table of plain text."""
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            yield f"\n{section}"
        judged = f"{figure(row.value, row.unit):>12}  {goal(row):<14} {verdict(row):<6}"
        yield f"  {row.name:<{WIDTH}} {judged}  {row.detail}".rstrip()


def peer_lines(peers: dict[str, dict[str, float | str]], workloads: list[str]) -> Iterable[str]:
    """Engines in rows, workloads in columns, times hand-written Python; `-` = not installed or not to be said in it."""
    yield "\nOther engines, × hand-written Python (compiled once, the same results checked)"
    yield f"  {'':<20}" + "".join(f"{name:>9}" for name in workloads)
    for engine, found in peers.items():
        cells = (found.get(name, "-") for name in workloads)
        yield f"  {engine:<20}" + "".join(f"{ratio(cell):>9}" for cell in cells)


def ratio(cell: float | str) -> str:
    if isinstance(cell, str):
        return "-"
    return f"{cell:.2f}" if cell < 10 else f"{cell:,.0f}"


def summary(rows: list[Row]) -> str:
    judged = [row for row in rows if row.met is not None]
    missed = [row.name for row in judged if not row.met]
    text = f"\n{len(judged) - len(missed)} of {len(judged)} goals met"
    return text + (": missed " + "; ".join(missed) if missed else "")


def as_json(rows: list[Row], peers: dict[str, Any], scale: str, seconds: float) -> dict[str, Any]:
    return {
        "machine": machine(),
        "scale": scale,
        "seconds": round(seconds, 1),
        "rows": [
            {
                "section": row.section,
                "name": row.name,
                "value": row.value,
                "unit": row.unit,
                "goal": row.goal,
                "at_least": row.at_least,
                "met": row.met,
                "detail": row.detail,
                **row.numbers,
            }
            for row in rows
        ],
        "peers": peers,
    }
