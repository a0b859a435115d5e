"""Rehearsals of a bot, written into its file as `[[test]]`: somebody talks to it, and what it does is compared.

A step is a table with one of these keys:

| key | meaning |
|---|---|
| `user` | the client writes this (`attachments = […]` beside it) |
| `event` | a callback with this text enters his dialog |
| `webhook` | telephony reports an event of this name (`with = {…}` changes fields of its body) |
| `wait` | time passes: `"10 min"` (s, min, h, d), or until `"2026-03-09 09:00"` |
| `expect` | the bot has said this next (text, or an array of texts) |
| `silent` | the bot has said nothing more |
| `uis` | this request went to the telephony next (`with = {…}`: parameters it had); `""`: none did |
| `vars` | variables now; `"*"` = any value; names as in the calculator, `client.x`, `project.x` |
| `absent` | names of variables that are not set |
| `position` | number of the block in which the client stands; 0 = none |
| `plans` | how many plans are waiting |

What nobody asked about is a failure too: a message or a request that no step has expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ..errors import SalebotError
from ..lang.operators import equal
from ..messages import language, message_of
from ..ports import Client, NewClient
from ..scope import CLIENT, DEAL, PREFIXES
from ..store import records
from ..values import to_text
from ..web import WebRequest
from . import transcript
from .bot import Bot, Test
from .host import Host
from .report import Report
from .steps import ACTIONS, BESIDE, CHECKS, PAUSE, client_problems, moment_of, problems
from .timers import add_delay


class Stage(Protocol):
    """Where a rehearsal takes place: a host on an empty store with a clock and a telephony of its own."""

    host: Host

    def advance_to(self, moment: float) -> None:
        """Move the clock forward, telephony's too. Unix seconds."""

    def requests(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Method and parameters of every request to the telephony so far."""

    def webhook(self, name: str, fields: Mapping[str, Any], client: Client) -> WebRequest:
        """A notification of the telephony about this client."""

    def close(self) -> None: ...


@dataclass(slots=True)
class Result:
    """How a rehearsal went. `problem` is empty when it passed; `line` is that of the step in the file."""

    test: str
    problem: str = ""
    step: int = 0
    line: int = 0
    transcript: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problem


class StepError(SalebotError):
    """A step that cannot be read, or that did not come true; the text is in the language of this process."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(message_of(code).text(language(), data))
        self.code = code


def rehearse(bot: Bot, open_stage: Callable[[Bot, datetime | None], Stage]) -> Iterator[Result]:
    """Run every `[[test]]` of a bot, each on a stage of its own."""
    for index, test in enumerate(bot.tests):
        result = Result(test.name)
        step = -1
        try:
            start = _moment(bot, test.now) if test.now else None
            stage = open_stage(bot, start)
            try:
                actor = _Actor(bot, stage, test, result.transcript)
                if not test.steps:
                    raise StepError("SB697", name=test.name)
                for table in test.steps:
                    step += 1
                    actor.perform(table)
                actor.nothing_left()
            finally:
                stage.close()
        except StepError as error:
            result.problem = str(error)
            result.step = step + 1
            place = bot.place("test", index, "steps", step) if step >= 0 else bot.place("test", index)
            result.line = bot.source.position(place.start)[0]
        yield result


def _moment(bot: Bot, text: str) -> datetime:
    try:
        return moment_of(text).replace(tzinfo=bot.timezone)
    except ValueError as error:
        raise StepError("SB673", text=repr(text)) from error


class _Actor:
    def __init__(self, bot: Bot, stage: Stage, test: Test, log: list[str]) -> None:
        self.bot = bot
        self.stage = stage
        self.host = stage.host
        self.log = log
        self.said: list[str] = []
        self.seen_requests = 0
        self.client = self._client(test.client)

    def _client(self, table: Mapping[str, Any]) -> Client:
        for code, data in client_problems(table):
            raise StepError(code, **data)
        kind = int(table.get("type", 1))
        groups = self.host.connected_bots(kind)
        client = self.host.store.create_client(
            NewClient(
                kind,
                str(table.get("platform_id", "555")),
                str(table.get("group", groups[0] if groups else "")),
                str(table.get("name", "Иван")),
            )
        )
        changes = tuple(
            records.SetVariable(CLIENT, client.id, name.removeprefix("client."), value)
            for name, value in dict(table.get("variables", {})).items()
        )
        if changes:
            self.host.store.commit_turn(records.Turn(f"test:{client.id}", client.id, changes=changes))
        return client

    # ------------------------------------------------------------ steps

    def perform(self, table: Mapping[str, Any]) -> None:
        words = [word for word in table if word not in BESIDE]
        unknown = [word for word in words if word not in (*ACTIONS, *CHECKS)]
        if unknown or not words:
            name = unknown[0] if unknown else "—"
            raise StepError("SB675", name=name, text=", ".join((*ACTIONS, *CHECKS)))
        acts = [word for word in words if word in ACTIONS]
        for code, data in problems(table):
            raise StepError(code, **data)
        for act in acts:
            self.nothing_left()
            getattr(self, f"_do_{act}")(table[act], table)
        for check in words:
            if check in CHECKS:
                getattr(self, f"_check_{check}")(table[check], table)

    def _run(self) -> None:
        for report in self.host.run_until_idle():
            self._note(report)

    def _note(self, report: Report) -> None:
        self.log += transcript.lines(report, self.bot)
        self.said += [sent.text for sent in report.sent]
        if report.broken:
            raise StepError("SB672", text=report.broken)

    def _do_user(self, text: Any, table: Mapping[str, Any]) -> None:
        self.host.say(self.client.id, to_text(text), attachments=tuple(table.get("attachments", ())))
        self._run()

    def _do_event(self, text: Any, table: Mapping[str, Any]) -> None:
        self.host.say(self.client.id, to_text(text), outside=3)
        self._run()

    def _do_webhook(self, name: Any, table: Mapping[str, Any]) -> None:
        reply = self.host.receive(self.stage.webhook(to_text(name), table.get("with", {}), self.client))
        if reply.status != 200:
            raise StepError("SB677", name=reply.status)
        self._run()

    def _do_wait(self, text: Any, table: Mapping[str, Any]) -> None:
        now = self.host.clock()
        match = PAUSE.fullmatch(str(text))
        if match is not None:
            moment = add_delay(datetime.fromtimestamp(now, self.bot.timezone), float(match[1]), match[2])
        else:
            moment = _moment(self.bot, str(text))
        if moment.timestamp() < now:
            raise StepError("SB678", text=text)
        for report in advance(self.stage, moment.timestamp()):
            self._note(report)

    # ------------------------------------------------------------ checks

    def _check_expect(self, wanted: Any, table: Mapping[str, Any]) -> None:
        for text in wanted if isinstance(wanted, list) else [wanted]:
            if not self.said:
                raise StepError("SB679", expected=repr(text))
            said = self.said.pop(0)
            if said != text:
                raise StepError("SB680", expected=repr(text), text=repr(said))

    def _check_silent(self, wanted: Any, table: Mapping[str, Any]) -> None:
        if self.said:
            raise StepError("SB681", text=repr(self.said[0]))

    def _check_uis(self, method: Any, table: Mapping[str, Any]) -> None:
        fresh = self.stage.requests()[self.seen_requests :]
        if not method:
            if fresh:
                raise StepError("SB682", name=fresh[0][0])
            return
        if not fresh:
            raise StepError("SB683", expected=method)
        found, params = fresh[0]
        self.seen_requests += 1
        if found != method:
            raise StepError("SB684", expected=method, name=found)
        for name, value in dict(table.get("with", {})).items():
            if name not in params:
                raise StepError("SB685", name_method=method, name=name)
            if params[name] != value and not (value == "*"):
                raise StepError("SB686", name_method=method, name=name, text=repr(params[name]), expected=repr(value))

    def _check_vars(self, wanted: Any, table: Mapping[str, Any]) -> None:
        known = self._variables()
        for name, value in dict(wanted).items():
            if name not in known:
                raise StepError("SB687", name=name, expected=repr(value))
            if value != "*" and not equal(known[name], value):
                raise StepError("SB688", name=name, text=repr(known[name]), expected=repr(value))

    def _check_absent(self, names: Any, table: Mapping[str, Any]) -> None:
        known = self._variables()
        for name in names if isinstance(names, list) else [names]:
            if name in known:
                raise StepError("SB689", name=name, text=repr(known[name]))

    def _check_position(self, number: Any, table: Mapping[str, Any]) -> None:
        position = self._dialog().position
        if position != ("" if number == 0 else str(number)):
            raise StepError("SB690", name=position or "—", expected=number)

    def _check_plans(self, count: Any, table: Mapping[str, Any]) -> None:
        plans = self.host.store.plans(self.client.id)
        if len(plans) != count:
            raise StepError("SB691", text=len(plans), expected=count)

    def nothing_left(self) -> None:
        """What nobody has asked about is a failure."""
        if self.said:
            raise StepError("SB692", text=repr(self.said[0]))
        fresh = self.stage.requests()[self.seen_requests :]
        if fresh:
            raise StepError("SB693", name=fresh[0][0])

    def _dialog(self) -> records.DialogState:
        dialog = self.host.store.load_dialog(self.client.id)
        assert dialog is not None
        return dialog

    def _variables(self) -> dict[str, Any]:
        dialog = self._dialog()
        found = dict(dialog.deal_variables)
        for prefix, values in ((CLIENT, dialog.client_variables), ("project", dialog.project_variables)):
            for name, value in values.items():
                found[f"{prefix}.{name}"] = value
                for other, layer in PREFIXES.items():
                    if layer == prefix:
                        found[f"{other}.{name}"] = value
                if prefix != DEAL:
                    found.setdefault(name, value)
        return found


def advance(stage: Stage, moment: float) -> Iterator[Report]:
    """Let time pass: everything due up to `moment`, each at its time, in order (host.md 7)."""
    host = stage.host
    yield from host.run_until_idle()
    while (due := host.store.next_due()) is not None and due <= moment:
        stage.advance_to(max(due, host.clock()))
        before = due
        yield from host.run_until_idle()
        if host.store.next_due() == before:
            raise StepError("SB694")
    stage.advance_to(moment)
    yield from host.run_until_idle()
