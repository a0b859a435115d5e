"""Calls to UIS: what our client adds to a kept `httpx.Client`; see `uis_call`."""

from __future__ import annotations

import time
from collections.abc import Iterator

from salebot_uiscom.effects import HttpRequest
from salebot_uiscom.http import HttpTransport
from salebot_uiscom.simulator import Simulator, serve_simulator

from .measure import Row, Scale
from .uis_call import GOAL_US, account, body, figures

CALLING = "Calls to UIS: more than a kept httpx.Client"
ROUNDS = {"tiny": (1, 1), "quick": (9, 20)}


def rows(scale: Scale) -> list[Row]:
    return [*clients(scale), *first_requests(scale)]


def clients(scale: Scale) -> Iterator[Row]:
    rounds, calls = ROUNDS.get(scale.name, (30, 50))
    for one in figures(rounds, calls):
        yield Row(
            CALLING, one.name, one.more, "µs", None if one.name.endswith("kept") else GOAL_US,
            detail=f"httpx {one.httpx:.0f} µs, client {one.client:.0f} µs",
            numbers={"httpx_us": one.httpx, "client_us": one.client},
        )  # fmt: skip


def first_requests(scale: Scale) -> Iterator[Row]:
    """A further transport must not load the certificates again: that takes 20 ms."""
    many = ROUNDS.get(scale.name, (9, 0))[0]
    times = []
    with serve_simulator(Simulator(account())) as server:
        request = HttpRequest("POST", server.data_api_url, content=body("get.tags", 1))
        with HttpTransport() as first:
            first.request(request)
        for _ in range(many):
            began = time.perf_counter()
            with HttpTransport() as further:
                further.request(request)
            times.append(time.perf_counter() - began)
    yield Row(CALLING, "first request of a further client, all in all", min(times) * 1e3, "ms", 5)
