"""Where keys of a TOML file stand: `tomllib` tells values only, an author needs the line.

A light scan over the lines: table headers, keys, and which lines belong to a value of several lines. It never decides
what a value is; a key it cannot see (an inline table inside a line) has the place of the key around it.
"""

from __future__ import annotations

import re

from ..source import Span

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*(\]\]?)\s*(#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?:\.\s*[^=\s]+\s*)*=\s*""")
_OPENERS = re.compile(r"""'''|\"\"\"|'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|[\[\]{}#]""")


def find_places(text: str) -> dict[tuple[str | int, ...], Span]:
    """Path of a key → its place. Tables in an array have their number (from 0) in the path: `("block", 2, "calc")`.

    Elements of an array written one table per line are `(…, "steps", n)`.
    """
    found: dict[tuple[str | int, ...], Span] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    at, lines = 0, text.splitlines(keepends=True)
    state = _State()
    key: tuple[str | int, ...] = ()
    for line in lines:
        span = Span(at + len(line) - len(line.lstrip()), at + len(line.rstrip()))
        if state.inside:
            if state.quote == "" and line.lstrip().startswith("{") and state.depth == 1:
                found[(*key, state.elements)] = span
                state.elements += 1
            state.read(line)
        elif header := _HEADER.match(line):
            table = _table_path(header[2], header[1] == "[[", counts)
            found.setdefault(table, span)
        elif entry := _KEY.match(line):
            key = (*table, entry[1].strip("\"'"))
            found[key] = span
            state = _State()
            state.read(line[entry.end() :])
        at += len(line)
    return found


def _table_path(header: str, is_array: bool, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    path: tuple[str | int, ...] = ()
    parts = [part.strip().strip("\"'") for part in header.split(".")]
    for index, part in enumerate(parts):
        path = (*path, part)
        last = index == len(parts) - 1
        if last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


class _State:
    """Is the value of the last key still open at the end of a line?"""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0
        self.elements = 0

    @property
    def inside(self) -> bool:
        return bool(self.quote) or self.depth > 0

    def read(self, line: str) -> None:
        at = 0
        while at < len(line):
            if self.quote:
                end = line.find(self.quote, at)
                if end < 0:
                    return
                at = end + 3
                self.quote = ""
                continue
            token = _OPENERS.search(line, at)
            if token is None or token[0] == "#":
                return
            at = token.end()
            if token[0] in ("'''", '"""'):
                self.quote = token[0]
            elif token[0] in "[{":
                self.depth += 1
            elif token[0] in "]}":
                self.depth -= 1
