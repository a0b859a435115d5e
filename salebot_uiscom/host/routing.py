"""From the path of a request to the receiver that answers it. No framework: a web server of any kind calls `answer`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote

from ..effects import Steps
from ..web import WebReply, WebRequest

Route = tuple[str, Callable[[WebRequest], Steps[WebReply]]]


@lru_cache(maxsize=256)
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path.rstrip("/"))
    text = "".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile(f"{text}/?")


def find(routes: Iterable[Route], path: str) -> tuple[Callable[[WebRequest], Steps[WebReply]], dict[str, str]] | None:
    """The first route that fits, with what stands in its braces: `/uiscom_webhook/{key}` fits one part of a path each."""
    for pattern, receive in routes:
        match = _pattern(pattern).fullmatch(path)
        if match is not None:
            return receive, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def answer(routes: Iterable[Route], request: WebRequest) -> Steps[WebReply]:
    """Let the first route that fits answer."""
    found = find(routes, request.path)
    if found is None:
        return WebReply(404)
    receive, params = found
    return (yield from receive(replace(request, params=params)))
