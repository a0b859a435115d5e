"""Killing a bot at work, again and again, and counting afterwards what became of everything that was promised.

A child serves a bot on a real socket: notifications come in, turns call UIS (the simulator, on a socket of the parent),
count, send, plan, call other clients back. The parent posts notifications and ends the child with SIGKILL at random
moments, also while it starts. What was not answered is posted again, unchanged, to the next child, as a sender would do.
In the end one process does what is left, and the file is compared with what was sent:

- every notification was answered in the end, and led to exactly one event, one effect, one message, one planned message;
- no number was rung twice, and no number without an intent in the file;
- the file is sound.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import multiprocessing
import queue
import random
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salebot_uiscom.effects import Wait
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.host import Host
from salebot_uiscom.host.upkeep import Upkeep
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import NewClient
from salebot_uiscom.serving import bot_at_work
from salebot_uiscom.simulator import Limits, RealClock, Simulator, serve_simulator
from salebot_uiscom.store import open_store
from salebot_uiscom.store.records import BROKEN, SetVariable, Turn
from salebot_uiscom.uiscom.plugin import UiscomPlugin

KEY, CLIENTS, POSTERS = "KEY", 24, 4
PATIENCE_S = 60.0

# Every notification has a number of its own; the number to call is made of it.
BOT = """
[project]
api_key = "k"
[constants]
save_webhook = 1
first = 1001
clients = 24
[[channel]]
type = 1
group = "my_bot"
[uiscom]
api_key = "KEY"
[[block]]
id = 1
kind = "start"
condition = "Uiscom_event Звонок"
match = "exact"
calc = '''
number = uiscom_request["call_session_id"]
client.seen = if(seen == None, "#{number}", "#{seen},#{number}")
to = if(client_id == first + clients - 1, first, client_id + 1)
x = callback(to, "сосед")
r = uiscom_employee_call("78001002752", "#{number}", "2339292")
p = message(client_id, "", 3, 1)
'''
message = "звоним #{number}"
[[block]]
id = 2
kind = "start"
condition = "сосед"
match = "exact"
calc = "client.calls = if(calls == None, 1, calls + 1)"
[[block]]
id = 3
kind = "not_state"
calc = "client.reminders = if(reminders == None, 1, reminders + 1)"
[[block]]
id = 4
kind = "state"
calc = "client.steps = if(steps == None, 1, steps + 1)"
[[arrow]]
id = 1
from = 1
to = 4
delay = 0
cancel_timers = false
"""


def bot_child(database: str, settings: dict[str, str], pipe: Any) -> None:
    """The whole life of a child: tell the port, work until killed."""
    with bot_at_work(parse_bot(BOT), database, settings=settings, entry_points=False) as work:
        pipe.send(work.server.port)
        work.wait()


@dataclass
class Figures:
    """What was counted."""

    kills: int = 0
    during_start: int = 0
    posted: int = 0
    answered: int = 0
    posted_again: int = 0
    rung: int = 0
    open_intents: int = 0
    taken_over: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class Campaign:
    """Args:
    processes: children at work on the file at the same time.
    per_life: notifications that are sent in one life, about.
    """

    def __init__(self, folder: Path, *, seed: int = 1, processes: int = 1, per_life: int = 24) -> None:
        self.database = str(folder / "bot.db")
        self.random = random.Random(seed)
        self.processes = processes
        self.per_life = per_life
        self.figures = Figures()
        self.jobs: queue.Queue[int | None] = queue.Queue()
        self.answered: set[int] = set()
        self.next_number = 0
        self.ports: dict[int, int] = {}  # place of a child → its port
        self.changed = threading.Condition()
        self.ending = False
        self.simulator = Simulator(clock=RealClock())
        self.simulator.account.limits = {api: Limits(minute_limit=10**9, day_limit=10**9) for api in ("call", "data")}
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["salebot_uiscom.serving", "salebot_uiscom.http", __name__])

    # ------------------------------------------------------------ running

    def run(self, kills: int) -> Figures:
        began = time.monotonic()
        with open_store(self.database) as store:
            for number in range(CLIENTS):
                client = store.create_client(NewClient(1, str(number), "my_bot"))
                phone = (SetVariable("client", client.id, "phone", f"7900000{number:04d}"),)
                store.commit_turn(Turn(f"setup:{number}", client.id, changes=phone))
        with serve_simulator(self.simulator) as uis:
            self.settings = {"api_key": KEY, "call_api_url": uis.call_api_url, "data_api_url": uis.data_api_url}
            posters = [threading.Thread(target=self._post_all, args=(n,)) for n in range(POSTERS)]
            for poster in posters:
                poster.start()
            try:
                self._kill(kills)
                self._finish(posters)
            finally:
                with self.changed:
                    self.ending = True
                    self.changed.notify_all()
                for _ in posters:
                    self.jobs.put(None)
                for poster in posters:
                    poster.join()
            self._drain()
        self._compare()
        self.figures.seconds = time.monotonic() - began
        return self.figures

    def _start(self, place: int) -> tuple[Any, Any]:
        mine, other = self.context.Pipe(duplex=False)
        child = self.context.Process(target=bot_child, args=(self.database, self.settings, other))
        child.start()
        other.close()
        return child, mine

    def _await_port(self, place: int, pipe: Any) -> None:
        if not pipe.poll(PATIENCE_S):
            raise TimeoutError("a child does not start")
        with self.changed:
            self.ports[place] = pipe.recv()
            self.changed.notify_all()

    def _end(self, place: int, child: Any, pipe: Any) -> None:
        with self.changed:
            self.ports.pop(place, None)
        child.kill()
        child.join()
        pipe.close()
        child.close()

    def _kill(self, kills: int) -> None:
        children: dict[int, tuple[Any, Any]] = {}
        try:
            for _ in range(kills):
                for place in range(self.processes):
                    if place not in children:
                        children[place] = self._start(place)
                for _ in range(self.random.randint(self.per_life // 2, self.per_life * 3 // 2)):
                    self.jobs.put(self.next_number)
                    self.next_number += 1
                place = self.random.randrange(self.processes)
                child, pipe = children.pop(place)
                if self.random.random() < 0.1:
                    self.figures.during_start += 1
                    self._live(self.random.uniform(0, 0.1))
                else:
                    for one, (_, ready) in [*children.items(), (place, (child, pipe))]:
                        if one not in self.ports:
                            self._await_port(one, ready)
                    self._live(self.random.uniform(0.0, 0.35))
                self._end(place, child, pipe)
                self.figures.kills += 1
        finally:
            for place, (child, pipe) in children.items():
                self._end(place, child, pipe)

    def _live(self, seconds: float) -> None:
        """Let the child work until the moment of its death."""
        threading.Event().wait(seconds)

    def _finish(self, posters: list[threading.Thread]) -> None:
        """One more child answers what is still to be sent."""
        child, pipe = self._start(0)
        try:
            self._await_port(0, pipe)
            with self.changed:
                if not self.changed.wait_for(lambda: len(self.answered) == self.next_number, PATIENCE_S):
                    self.figures.problems.append("some notifications were never answered")
        finally:
            self._end(0, child, pipe)

    # ------------------------------------------------------------ notifications

    def _post_all(self, poster: int) -> None:
        chance = random.Random(poster)
        while (number := self.jobs.get()) is not None:
            times = 0
            while not self.ending:
                with self.changed:
                    self.changed.wait_for(lambda: self.ports or self.ending)
                    port = chance.choice(list(self.ports.values())) if self.ports else 0
                if port and self._post(port, number):
                    break
                times += 1
                if times == 1 and port:
                    self.figures.posted_again += 1
            if chance.random() < 0.05 and self.ports:  # an answered one comes once more
                self._post(next(iter(self.ports.values()), 0), number)
            with self.changed:
                if not self.ending:
                    self.answered.add(number)
                self.changed.notify_all()

    def _post(self, port: int, number: int) -> bool:
        """Is it answered with 200?"""
        body = {
            "notification_name": "Звонок",
            "notification_time": "2026-03-02 10:00:00",
            "contact_info": {"contact_phone_number": f"7900000{number % CLIENTS:04d}"},
            "call_session_id": call_number(number),
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("POST", f"/uiscom_webhook/{KEY}", json.dumps(body))
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    # ------------------------------------------------------------ the reckoning

    def _drain(self) -> None:
        """Do what is left in the present process; hours pass until nothing is: plans are due, open calls looked for."""

        def clock() -> float:
            return self.simulator.now.timestamp()

        interpreter = Interpreter(
            plugins=("salebot_uiscom.host.plugin", UiscomPlugin(self.settings, clock=clock)),
            entry_points=False,
            handlers={Wait: lambda effect: None},
            settings={"uiscom": self.settings},
        )
        with contextlib.closing(interpreter), open_store(self.database) as store:
            host = Host(parse_bot(BOT), interpreter, store, clock=clock)
            for _ in range(3):
                self.simulator.advance(3600)
                Upkeep(host, 30 * 86400.0).look()
                for _ in host.run_until_idle():
                    pass

    def _compare(self) -> None:
        figures, problems = self.figures, self.figures.problems
        figures.posted, figures.answered = self.next_number, len(self.answered)
        with open_store(self.database) as store:
            problems += store.check()
            effects: Counter[int] = Counter()
            for client in store.clients():
                values = store.variables("client", client.id)
                mine = [int(number) for number in str(values.get("seen", "")).split(",") if number]
                effects.update(mine)
                for name in ("reminders", "steps"):
                    self._same(f"{name} of client {client.id}", values.get(name, 0), len(mine))
            for event in store.events(state=BROKEN, limit=1000):
                problems.append(f"event {event.id} is broken: {event.problem}")
            calls = sum(store.variables("client", client.id).get("calls", 0) for client in store.clients())
        wanted = Counter(call_number(number) for number in range(self.next_number))
        self._same("effects of notifications", effects, wanted)
        self._same("callbacks", calls, self.next_number)
        rung = Counter(
            int(request.params["contact"])
            for request in self.simulator.requests
            if request.method == "start.employee_call" and request.outcome == "ok"
        )
        figures.rung = rung.total()
        if twice := [number for number, times in rung.items() if times > 1]:
            problems.append(f"{len(twice)} numbers were rung more than once")
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as file:
            self._read(file, rung, problems)

    def _read(self, file: sqlite3.Connection, rung: Counter[int], problems: list[str]) -> None:
        """What only the tables themselves tell."""
        for (text,) in file.execute("PRAGMA integrity_check"):
            if text != "ok":
                problems.append(f"integrity: {text}")
        intents = {
            int(json.loads(params)["contact"]): state
            for params, state in file.execute("SELECT params, state FROM intent")
        }
        self._same("intents", len(intents), self.next_number)
        self.figures.open_intents = sum(state in ("begun", "unknown") for state in intents.values())
        self._same("numbers rung without an intent", rung.keys() - intents.keys(), set())
        never = [number for number, state in intents.items() if state == "done" and number not in rung]
        self._same("calls written down as made that never rang", never, [])
        per_number = file.execute("SELECT count(*), count(DISTINCT call) FROM (SELECT substr(text, 8) AS call FROM "
                                  "history WHERE text LIKE 'звоним %')").fetchone()  # fmt: skip
        self._same("messages sent", per_number, (self.next_number, self.next_number))
        problems += [
            f"quarantine: {text}" for (text,) in file.execute("SELECT problem FROM notification WHERE problem <> ''")
        ]
        told = file.execute("SELECT client_id, text FROM history WHERE kind = 'error' LIMIT 5")
        problems += [f"an error told to client {client}: {text}" for client, text in told]
        states = dict(file.execute("SELECT state, count(*) FROM notification GROUP BY state"))
        self._same("notifications", states, {"routed": self.next_number})
        states = dict(file.execute("SELECT state, count(*) FROM event GROUP BY state"))
        self._same("events", states, {"finished": 2 * self.next_number})
        self._same(
            "plans and claims left",
            file.execute("SELECT (SELECT count(*) FROM plan), (SELECT count(*) FROM claim)").fetchone(),
            (0, 0),
        )
        self.figures.taken_over = file.execute("SELECT count(*) FROM event WHERE attempts > 1").fetchone()[0]

    def _same(self, what: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            shown = f"{found} instead of {wanted}" if len(str(wanted)) < 200 else "differ"
            if isinstance(found, Counter) and isinstance(wanted, Counter):
                shown = (
                    f"lost {sorted((wanted - found).elements())[:5]}, twice {sorted((found - wanted).elements())[:5]}"
                )
            self.figures.problems.append(f"{what}: {shown}")


def call_number(number: int) -> int:
    return 79_100_000_000 + number
