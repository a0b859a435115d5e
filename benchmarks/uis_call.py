"""What the UIS client adds to a request: the same body through `UisClient` and through a kept `httpx.Client`.

    python benchmarks/uis_call.py [--rounds 40] [--calls 50]

Rounds alternate between the two, so that whatever else the machine does hits both; medians over rounds are compared.
Both talk to the simulator: without a socket (what the client itself costs), and over one to another process, by the
clock on the wall. `start.*` takes a new connection each time on purpose, because a kept-alive connection that the server
has closed looks like a lost answer: it is compared with a kept one, and with an `httpx.Client` that keeps none. The goal
is at most 60 µs more.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe

import httpx

from salebot_uiscom.simulator import Account, Limits, Simulator, SimulatorTransport, default_account, serve_simulator
from salebot_uiscom.uis import UisClient, UisSettings
from salebot_uiscom.uis.settings import Api

GOAL_US = 60.0
NUMBER, CONTACT, EMPLOYEE = "78001002752", "79004443322", 2339292
HEADERS = {"Content-Type": "application/json; charset=UTF-8"}


def account() -> Account:
    """The default account without limits that a benchmark would reach."""
    made = default_account()
    made.limits = {api: Limits(minute_limit=10**9, day_limit=10**9) for api in ("call", "data")}
    return made


def body(method: str, mark: int) -> bytes:
    params: dict[str, object] = {"access_token": "KEY"}
    if method == "start.employee_call":
        params |= {
            "virtual_phone_number": NUMBER,
            "contact": CONTACT,
            "employee": {"id": EMPLOYEE},
            "first_call": "contact",
            "direction": "in",
            "external_id": f"sb-{mark:036d}",
        }
    return json.dumps(
        {"jsonrpc": "2.0", "id": f"{mark:036d}", "method": method, "params": params}, ensure_ascii=False
    ).encode()


def plain(client: httpx.Client, url: str, method: str, fresh: bool = False) -> Callable[[], None]:
    marks = count()
    headers = HEADERS | ({"Connection": "close"} if fresh else {})

    def call() -> None:
        answer = client.post(url, content=body(method, next(marks)), headers=headers).json()
        assert "result" in answer

    return call


def ours(client: UisClient, method: str) -> Callable[[], None]:
    marks = count(10**9)
    if method == "start.employee_call":
        return lambda: client.start_employee_call(
            virtual_phone_number=NUMBER, contact=CONTACT, employee=EMPLOYEE, external_id=f"sb-{next(marks):036d}"
        )
    return lambda: client.get_account() if method == "get.account" else client.get_tags()


def serve(pipe: Connection) -> None:
    """A simulator in a process of its own, as UIS is."""
    with serve_simulator(Simulator(account())) as server:
        pipe.send({"access_token": "KEY", "call_api_url": server.call_api_url, "data_api_url": server.data_api_url})
        server.wait()


def round_us(call: Callable[[], None], calls: int, clock: Callable[[], float]) -> float:
    """Microseconds per call in one round."""
    began = clock()
    for _ in range(calls):
        call()
    return (clock() - began) / calls * 1e6


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians in microseconds; `more` is the median of the differences of the rounds."""

    name: str
    socket: bool
    httpx: float
    client: float
    more: float


def compare(
    name: str, simulator: Simulator, pair: tuple[Callable[[], None], Callable[[], None]], rounds: int, calls: int
) -> Compared:
    """Time both in turn: without a socket by what all threads of the process use, else by the clock on the wall."""
    socket = "no socket" not in name
    clock = time.perf_counter if socket else time.process_time
    simulator.requests.clear()
    taken: tuple[list[float], list[float]] = ([], [])
    for call in pair:
        round_us(call, calls, clock)
    for _ in range(rounds):
        for call, times in zip(pair, taken, strict=True):
            times.append(round_us(call, calls, clock))
            simulator.requests.clear()
    kept, client = (statistics.median(times) for times in taken)
    more = statistics.median(b - a for a, b in zip(*taken, strict=True))
    return Compared(name, socket, kept, client, more)


def figures(rounds: int, calls: int) -> Iterator[Compared]:
    """All comparisons; over sockets half the rounds and half the calls."""
    simulator = Simulator(account())
    settings = UisSettings(access_token="KEY")
    with (
        httpx.Client(transport=SimulatorTransport(simulator)) as http,
        UisClient(settings, transport=SimulatorTransport(simulator)) as uis,
    ):
        methods: tuple[tuple[str, Api], ...] = (("start.employee_call", "call"), ("get.tags", "data"))
        for method, api in methods:
            pair = (plain(http, settings.url(api), method), ours(uis, method))
            yield compare(f"{method}, no socket", simulator, pair, rounds, calls)
    ours_end, theirs = Pipe()
    server = get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    settings = UisSettings(**ours_end.recv())
    with httpx.Client() as http, UisClient(settings) as uis:
        cases: tuple[tuple[str, Api, bool], ...] = (
            ("start.employee_call", "call", False),
            ("start.employee_call", "call", True),
            ("get.tags", "data", False),
        )
        for method, api, fresh in cases:
            pair = (plain(http, settings.url(api), method, fresh), ours(uis, method))
            name = f"{method}, socket"
            if method == "start.employee_call":
                name += ", both new connections" if fresh else ", ours new, httpx kept"
            yield compare(name, simulator, pair, max(1, rounds // 2), max(1, calls // 2))
    server.terminate()
    server.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--calls", type=int, default=50)
    options = parser.parse_args()
    worst = 0.0
    for one in figures(options.rounds, options.calls):
        print(f"{one.name:<46} httpx {one.httpx:7.0f} µs   client {one.client:7.0f} µs   more {one.more:+7.0f} µs")
        if not one.socket:
            worst = max(worst, one.more)
    print(f"goal without a socket: at most {GOAL_US:.0f} µs more; worst {worst:+.0f} µs")


if __name__ == "__main__":
    main()
