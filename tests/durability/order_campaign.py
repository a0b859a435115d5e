"""Many dialogs at once under faults: the order inside each, and what a stuck one costs the others.

A host with its threads works on a file. Calls of the store fail as busy now and then, addresses fail, some turns break
with an error of our own, and one dialog waits for an address that answers only when all the others are through.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from salebot_uiscom.host import worker as worker_module
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.host import Host
from salebot_uiscom.host.outside import Resolve
from salebot_uiscom.host.worker import Worker
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import StoreBusy, open_store
from salebot_uiscom.store.records import BROKEN, FINISHED, NewEvent

PATIENCE_S = 600.0

BOT = """
[project]
api_key = "k"
[[channel]]
type = 1
group = "my_bot"
[[block]]
id = 1
kind = "start"
condition = "запрос"
match = "keywords"
calc = "r = requests_get('https://example.org/', 'status')"
[[block]]
id = 2
kind = "start"
calc = '''
client.wrong = if(last == None, wrong, if(question > last, wrong, "#{wrong} #{question}"))
client.last = question + 0
'''
message = "#{question}"
"""


@dataclass
class Outcome:
    """What was counted."""

    turns: int = 0
    broken: int = 0
    busy: int = 0
    failed_requests: int = 0
    done_while_one_was_stuck: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class Faulty:
    """A store whose busiest methods fail now and then, before or (a commit) after the work."""

    def __init__(self, store: Any, chance: random.Random, outcome: Outcome, rate: float) -> None:
        self._store = store
        self._chance = chance
        self._outcome = outcome
        self._rate = rate

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in ("claim_work", "load_dialog", "commit_turn", "next_due"):
            return method

        def call(*arguments: Any, **options: Any) -> Any:
            lot = self._chance.random()
            if lot < self._rate:
                self._outcome.busy += 1
                raise StoreBusy("busy for a test")
            result = method(*arguments, **options)
            if name == "commit_turn" and lot > 1 - self._rate:
                self._outcome.busy += 1
                raise StoreBusy("committed, but the answer was lost")
            return result

        return call


def run(folder: Path, *, dialogs: int, events: int, seed: int = 1, threads: int = 4, rate: float = 0.005) -> Outcome:
    """Play; `problems` of the outcome is empty when all is well."""
    chance, outcome = random.Random(seed), Outcome()
    release, stuck_waits, all_done = threading.Event(), threading.Event(), threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if not stuck_waits.is_set():
            stuck_waits.set()
            release.wait(PATIENCE_S)
            return httpx.Response(200)
        if chance.random() < 0.5:
            outcome.failed_requests += 1
            raise chance.choice([httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])("for a test")
        return httpx.Response(200)

    interpreter = Interpreter(
        plugins=("salebot_uiscom.host.plugin",), entry_points=False, http_transport=httpx.MockTransport(answer)
    )
    began = time.monotonic()
    before = worker_module._AFTER_TROUBLE_S
    worker_module._AFTER_TROUBLE_S = 0.001
    try:
        with closing(interpreter), open_store(folder / "bot.db") as store:
            faulty = Faulty(store, chance, outcome, rate)
            host = Host(parse_bot(BOT), interpreter, faulty, resolver=lambda effect: ["93.184.216.34"])
            host.handlers = {**host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
            _break_some(host, chance)
            clients = [store.create_client(NewClient(1, str(number), "my_bot")).id for number in range(dialogs)]
            expected = (dialogs - 1) * events
            done = threading.Lock()

            def count(report: Any) -> None:
                with done:
                    outcome.turns += 1
                    outcome.broken += bool(report.broken)
                    if outcome.turns == expected and not release.is_set():
                        all_done.set()

            # The first dialog gets stuck in its first event; the others follow.
            store.add_event(NewEvent(clients[0], "запрос"))
            with Worker(host, threads=threads, on_report=count):
                if not stuck_waits.wait(PATIENCE_S):
                    outcome.problems.append("the first dialog never asked")
                _fill(store, clients, events, chance)
                host.arrived()
                if not all_done.wait(PATIENCE_S):
                    outcome.problems.append("others waited for the stuck dialog")
                outcome.done_while_one_was_stuck = outcome.turns
                release.set()
                if not _wait(lambda: outcome.turns >= dialogs * events + 1):
                    outcome.problems.append("some turns were never reported")
            _check(store, clients, events, outcome)
    finally:
        worker_module._AFTER_TROUBLE_S = before
        release.set()
    outcome.seconds = time.monotonic() - began
    return outcome


def _fill(store: Any, clients: list[int], events: int, chance: random.Random) -> None:
    """Events of all dialogs, mixed; those of one dialog are numbered in order of arrival."""
    following = dict.fromkeys(clients, 0)
    order = [client for client in clients for _ in range(events)]
    chance.shuffle(order)
    waiting = []
    for client in order:
        following[client] += 1
        asks = client != clients[0] and following[client] % 50 == 0
        # One in fifty makes a request, which fails half the time; it carries no number.
        waiting.append(NewEvent(client, "запрос" if asks else str(following[client])))
        if len(waiting) == 500:
            _store(store, waiting)
            waiting = []
    _store(store, waiting)


def _store(store: Any, events: list[NewEvent]) -> None:
    for event in events:
        store.add_event(event)


def _break_some(host: Host, chance: random.Random) -> None:
    enter = host.engine.enter

    def sometimes(turn: Any, number: str) -> Any:
        if number == "2" and chance.random() < 0.002:
            raise RuntimeError("for a test")
        return enter(turn, number)

    host.engine.enter = sometimes


def _wait(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return condition()


def _check(store: Any, clients: list[int], events: int, outcome: Outcome) -> None:
    problems = outcome.problems
    for client in clients:
        values = store.variables("client", client)
        if "wrong" in values:
            problems.append(f"client {client}: out of order: {values['wrong']}")
        said = [int(line.text) for line in store.history(client) if not line.incoming and line.kind == "message"]
        if said != sorted(set(said)):
            problems.append(f"client {client}: messages out of order or twice")
    states = {state: len(store.events(state=state, limit=10**7)) for state in (FINISHED, BROKEN)}
    if sum(states.values()) != len(clients) * events + 1:
        problems.append(f"events lost: {states}")
    if states[BROKEN] != outcome.broken:
        problems.append(f"{states[BROKEN]} broken events, {outcome.broken} reported")
    problems += store.check()
