"""Requests and replies of the outside world without any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WebRequest:
    """`path` without the part that a mounting application has consumed; `params` are the parts in braces of the route.

    `body` is complete, or None when it was longer than the receiver's limit (the reading stopped there).
    """

    method: str
    path: str = field(repr=False)  # may hold a key
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=b"", repr=False)
    remote_ip: str = ""


@dataclass(frozen=True, slots=True)
class WebReply:
    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
