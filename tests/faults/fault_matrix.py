"""Faults of UIS × kills of the bot: is anybody rung twice, is any call forgotten?

    python tests/faults/fault_matrix.py --runs 50 [--shard 0/2] [--json]

One case: a message of a client starts a turn of the reference host over a store on disk; its function asks the
simulator, which misbehaves; the process is killed at one of six points; a second process starts over the same file and
works until nothing is left, notifications included. Each process is forked, so that SIGKILL takes everything; the
simulator lives in the parent and is reached through a pipe, on a clock of its own: nothing really waits.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import httpx

from salebot_uiscom.effects import Wait
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.host import Host
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import BEGUN, DONE, UNKNOWN, NewClient, SettleLater
from salebot_uiscom.simulator import Delivery, Simulator
from salebot_uiscom.store import LEASE_S
from salebot_uiscom.store.records import FINISHED
from salebot_uiscom.store.sqlite import SqliteStore
from salebot_uiscom.uiscom.plugin import UiscomPlugin
from salebot_uiscom.web import WebRequest

PHONE = "79004443322"
BOT = """
[uiscom]
api_key = "KEY"
webhook_keys = ["hook"]

[[block]]
id = 1
kind = "start"
match = "exact"
condition = "employee"
calc = 'r = uiscom_employee_call("78001002752", "79004443322", 2339292)'
message = "#{r}"

[[block]]
id = 2
kind = "start"
match = "exact"
condition = "scenario"
calc = 'r = uiscom_scenario_call("78001002752", "79004443322", 328746)'
message = "#{r}"

[[block]]
id = 3
kind = "start"
match = "exact"
condition = "lead"
calc = 'r = uiscom_offline_messages("Заявка", 80913, "", "", "79004443322")'
message = "#{r}"
"""
METHODS = {
    "employee": "start.employee_call",
    "scenario": "start.scenario_call",
    "lead": "upload.offline_messages",
}

# Where the process dies. The last is for comparison: nothing happens to it.
POINTS = (
    "before the intent",
    "after the intent, before the request",
    "request sent, no answer read",
    "answer read, result not stored",
    "result stored, turn not committed",
    "after the commit",
    "never",
)

# name → faults: kind, method (None: the method of the function), options.
Fault = tuple[str, str | None, dict[str, Any]]
FAULTS: dict[str, tuple[Fault, ...]] = {
    "none": (),
    **{
        kind: ((kind, None, {}),)
        for kind in (
            *("refuse_connection", "connect_timeout", "close_before_work", "drop_answer", "hang", "delay"),
            *("empty_body", "cut_json", "not_json", "foreign_id", "meta_data", "success_as_text", "no_limits"),
            *("no_session_id", "session_ended"),
        )
    },
    **{
        f"HTTP {status} {'before' if before else 'after'} the work": (
            ("http_status", None, {"status": status, "before_work": before}),
        )
        for status in (500, 502, 504)
        for before in (True, False)
    },
    "internal_error before the work": (("error", None, {"mnemonic": "internal_error", "before_work": True}),),
    "internal_error after the work": (("error", None, {"mnemonic": "internal_error"}),),
    "limits spent for the minute": (("limits_spent", None, {"window": "minute"}),),
    "limits spent for the day": (("limits_spent", None, {"window": "day"}),),
    "component disabled": (("error", None, {"mnemonic": "component_disabled", "before_work": True}),),
    "error without its id": (
        ("error", None, {"mnemonic": "contact_in_blacklist", "before_work": True}), ("null_id_in_errors", None, {}),
    ),
    "answer lost, no look possible": (
        ("drop_answer", None, {}),
        *(
            ("error", method, {"mnemonic": "component_disabled", "before_work": True})
            for method in ("list.calls", "get.calls_report", "get.offline_messages_report")
        ),
    ),
    "answer lost, looks lost too": (
        ("drop_answer", None, {}), ("drop_answer", "list.calls", {}), ("drop_answer", "get.calls_report", {}),
        ("drop_answer", "get.offline_messages_report", {}),
    ),
    "short page and inflated total": (
        ("drop_answer", None, {}), ("short_page", "get.calls_report", {"rows": 0}),
        ("inflated_total", "get.calls_report", {}),
    ),
    **{
        f"{kind}": ((kind, "*", {}),)
        for kind in ("notify_before_answer", "notify_twice", "notify_never", "notify_out_of_order", "notify_late")
    },
}  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What one case came to. `wrong` names every broken promise; empty when all is well."""

    fault: str
    point: str
    deed: str
    run: int
    rings: int = 0
    sessions: int = 0
    messages: int = 0
    requests: int = 0
    killed: bool = False
    states: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


# ---------------------------------------------------------------- in the mortal process


class Line:
    """The way to the parent: the simulator and its clock."""

    pipe: Connection

    def __init__(self) -> None:
        self._turn = threading.Lock()  # the bot and its requests are different threads

    def ask(self, what: str, *arguments: Any) -> Any:
        with self._turn:
            self.pipe.send((what, *arguments))
            return self.pipe.recv()

    def now(self) -> float:
        return float(self.ask("now"))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class LineTransport(httpx.BaseTransport):
    """Requests through the pipe. Kills the process between the work of UIS and the reading of its answer."""

    point = method = ""
    early: Any = None

    def __init__(self, line: Line) -> None:
        self._line = line

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        api = "call" if request.url.host.startswith("callapi") else "data"
        content = request.read()
        status, headers, body, delay, drop, early = self._line.ask("http", api, content)
        if self.point == POINTS[2] and json.loads(content)["method"] == self.method:
            die()
        for delivery in early:
            self.early(delivery)
        if drop == "refuse_connection":
            raise httpx.ConnectError("simulated", request=request)
        if drop == "connect_timeout":
            raise httpx.ConnectTimeout("simulated", request=request)
        if delay > request.extensions["timeout"]["read"]:
            self._line.ask("advance", request.extensions["timeout"]["read"])
            raise httpx.ReadTimeout("simulated", request=request)
        if drop:
            raise httpx.RemoteProtocolError("simulated", request=request)
        return httpx.Response(status, headers=headers, content=body, request=request)


class MortalStore(SqliteStore):
    """The real store, dying before or after what it is asked."""

    point = POINTS[-1]

    def begin_intent(self, *arguments: Any, **options: Any) -> Any:
        self._die_at(0)
        begun = super().begin_intent(*arguments, **options)
        self._die_at(1)
        return begun

    def end_intent(self, *arguments: Any, **options: Any) -> Any:
        self._die_at(3)
        ended = super().end_intent(*arguments, **options)
        self._die_at(4)
        return ended

    def commit_turn(self, turn: Any) -> Any:
        done = super().commit_turn(turn)
        self._die_at(5)
        return done

    def _die_at(self, number: int) -> None:
        if self.point == POINTS[number]:
            die()


class Made:
    """What every life needs and none changes, made once before the forks."""

    def __init__(self) -> None:
        self.line = Line()
        self.transport = LineTransport(self.line)
        self.plugin = UiscomPlugin(clock=self.line.now)
        self.interpreter = Interpreter(
            plugins=("salebot_uiscom.host.plugin", self.plugin),
            entry_points=False,
            http_transport=self.transport,
            handlers={Wait: lambda effect: self.line.ask("advance", effect.seconds)},
        )
        self.bot = parse_bot(BOT)
        for block in self.bot.blocks:
            self.interpreter.compile(block.calc, name=f"{block.title}, калькулятор")
            self.interpreter.compile_template(block.message, name=f"{block.title}, сообщение")


def live(made: Made, path: Path, pipe: Connection, deed: str, point: str) -> None:
    """One life of the bot: start, work off everything, and, when nothing is left, tell what is stored."""
    logging.disable()
    line, transport, plugin = made.line, made.transport, made.plugin
    line.pipe = pipe
    transport.point, transport.method = point, METHODS[deed]
    store = MortalStore(path, clock=line.now, lease_clock=line.now)
    store.point = point
    host = Host(made.bot, made.interpreter, store, clock=line.now)

    def receive(delivery: tuple[dict[str, str], bytes]) -> None:
        reply = host.receive(WebRequest("POST", "/uiscom_webhook/hook", headers=delivery[0], body=delivery[1]))
        assert reply.status == 200, reply.status

    transport.early = receive
    for intent in store.open_intents():
        host.later.append(SettleLater(intent.function, partial(plugin.settle, intent)))
    if not store.events():
        host.say(store.clients()[0].id, deed)
    list(host.run_until_idle())
    for _ in range(3):  # notifications of the call, some of them late
        line.ask("advance", 120.0)
        for delivery in line.ask("deliveries"):
            receive(delivery)
        list(host.run_until_idle())
    intents = store._file.read(lambda db: db.execute("SELECT external_id, state FROM intent").fetchall())
    events = [(event.new.text, event.state) for event in store.events()]
    said = [record.text for record in store.history(store.clients()[0].id)]
    line.ask("report", [tuple(row) for row in intents], events, store.check(), said)
    store.close()


# ---------------------------------------------------------------- in the parent


class Parent:
    """Answers one child after another; keeps the simulator."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = Made()
        self._empty = folder / "empty.db"
        with SqliteStore(self._empty) as store:
            store.create_client(NewClient(1, "555", "tg", "Иван"))
        self._numbers = iter(range(10**9))

    def run(self, fault: str, point: str, deed: str, run: int) -> Outcome:
        chance = random.Random(f"{fault} {point} {deed} {run}")
        simulator = Simulator()
        collected: list[Delivery] = []
        simulator.sender = lambda delivery: collected.append(delivery) or 200
        simulator.notify("http://bot.test/uiscom_webhook/hook", ["waiting_for_answer", "call_finished", "lost_call"])
        simulator.report_delay = chance.choice([0.0, 3.0, 20.0])
        simulator.behave("*", chance.choice(["answers", "answers", "no_answer", "busy", "rejects"]), 4.0)
        simulator.account.unresolved = chance.choice(["null", "keep"])
        for kind, method, options in FAULTS[fault]:
            simulator.add_fault(kind, method or METHODS[deed], chance.choice([None, 1]) if run else None, **options)
        outcome = Outcome(fault, point, deed, run)
        path = self._folder / f"{next(self._numbers)}.db"
        shutil.copy(self._empty, path)
        outcome.killed, _ = self._life(path, simulator, collected, deed, point)
        simulator.advance(LEASE_S + 1)
        _, report = self._life(path, simulator, collected, deed, POINTS[-1])
        self._judge(outcome, simulator, report)
        for left in self._folder.glob(f"{path.name}*"):
            left.unlink()
        return outcome

    def _life(
        self, path: Path, simulator: Simulator, collected: list[Delivery], deed: str, point: str
    ) -> tuple[bool, Any]:
        """Fork a bot and answer it until it ends. Gives whether it was killed, and its report."""
        ours, theirs = Pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                ours.close()
                live(self._made, path, theirs, deed, point)
                code = 0
            except BaseException as error:
                import traceback

                traceback.print_exception(error)
            finally:
                os._exit(code)
        theirs.close()
        report = None
        while True:
            try:
                what, *arguments = ours.recv()
            except (EOFError, ConnectionResetError):
                break
            answer: Any = None
            if what == "now":
                answer = simulator.now.timestamp()
            elif what == "advance":
                simulator.advance(arguments[0])
            elif what == "http":
                before = len(collected)
                reply = simulator.exchange_http(arguments[0], arguments[1], "127.0.0.1")
                early = [_as_request(delivery) for delivery in collected[before:]]
                del collected[before:]
                answer = (reply.status, list(reply.headers), reply.body, reply.delay, reply.drop, early)
            elif what == "deliveries":
                answer = [_as_request(delivery) for delivery in collected]
                collected.clear()
            elif what == "report":
                report = arguments
            try:
                ours.send(answer)
            except (BrokenPipeError, ConnectionResetError):
                break
        ours.close()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return killed, report

    def _judge(self, outcome: Outcome, simulator: Simulator, report: Any) -> None:
        """Compare what UIS has seen with what the store knows."""
        method = METHODS[outcome.deed]
        sent = simulator.requests_to(method)
        sessions = simulator.sessions()
        outcome.requests = len(sent)
        outcome.sessions = len(sessions)
        outcome.messages = len(simulator.account.offline_messages)
        outcome.rings = sum(ring.number == PHONE for ring in simulator.rings)
        wrong = outcome.wrong
        if outcome.killed != (outcome.point != POINTS[-1]):
            wrong.append("the process did not die where it should")
        if max(outcome.rings, outcome.sessions, outcome.messages) > 1:
            wrong.append("done twice")
        if report is None:
            wrong.append("the second life did not end well")
            return
        intents, events, damage, outcome.said = report
        outcome.states = [state for _, state in intents]
        if damage:
            wrong.append(f"the file is damaged: {damage}")
        if len(intents) != 1:
            wrong.append("intents were lost or made twice")
        if [event for event in events if event[0] == outcome.deed] != [(outcome.deed, FINISHED)]:
            wrong.append("the message of the client was not worked off once")
        if any(state != FINISHED for _, state in events):
            wrong.append("an event was not worked off")
        marks = {mark for mark, _ in intents}
        used = [request.params.get("external_id") or _ext_id(request.params) for request in sent]
        if not set(used) <= marks:
            wrong.append("a request left whose mark is not written down")
        done = outcome.sessions + outcome.messages
        if done and not set(outcome.states) <= {DONE, UNKNOWN, BEGUN}:
            wrong.append("done, but written down as not done")
        if DONE in outcome.states and not done:
            wrong.append("written down as done, but not done")
        early = outcome.point == POINTS[1]
        if outcome.fault == "none" and done != (0 if early else 1):
            wrong.append("without any fault it was not done")


def _as_request(delivery: Delivery) -> tuple[dict[str, str], bytes]:
    return dict(delivery.headers), delivery.body


def _ext_id(params: dict[str, Any]) -> str:
    messages = params.get("offline_messages") or [{}]
    return str(messages[0].get("ext_id"))


def cases(runs: int, deeds: tuple[str, ...] = tuple(METHODS)) -> Iterator[tuple[str, str, str, int]]:
    """Every fault at every point, `runs` times; the deed changes from run to run."""
    for run in range(runs):
        for number, (fault, point) in enumerate((fault, point) for fault in FAULTS for point in POINTS):
            yield fault, point, deeds[(run + number // len(POINTS)) % len(deeds)] if run else "employee", run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--shard", default="0/1", help="this part of so many")
    parser.add_argument("--json", action="store_true", help="one line per case")
    options = parser.parse_args()
    place, parts = map(int, options.shard.split("/"))
    # A killed process needs no disk that survives a power cut; memory saves the time of its syncs.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="fault-matrix-", dir=memory if os.access(memory, os.W_OK) else None))
    began, totals = time.monotonic(), Counter[str]()
    try:
        parent = Parent(folder)
        for number, case in enumerate(cases(options.runs)):
            if number % parts != place:
                continue
            outcome = parent.run(*case)
            totals["cases"] += 1
            totals["killed"] += outcome.killed
            totals["rung or stored twice"] += "done twice" in outcome.wrong
            totals["intents lost"] += any("intents" in text or "mark" in text for text in outcome.wrong)
            totals["wrong"] += bool(outcome.wrong)
            for state in outcome.states:
                totals[f"intent {state}"] += 1
            if options.json or outcome.wrong:
                print(json.dumps(asdict(outcome), ensure_ascii=False), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not options.json:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} {dict(totals)} in {time.monotonic() - began:.0f} s")
    return int(totals["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
