"""The unit of work of one turn: a dialog in memory, read your own writes, one record to commit at the end.

Functions of the host find it as `context.host["turn"]`. Everything that may have to ask the store is a generator.
"""

from __future__ import annotations

import logging
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from ..context import Context
from ..effects import Steps
from ..errors import Diagnostic, Fault
from ..lang.compiler import place_of_call
from ..messages import language, mask, message_of
from ..ports import DROPPED, TELEPHONY, BeginIntent, Client
from ..scope import CLIENT, DEAL, MAX_VARIABLES, PROJECT, Scope, check_target, check_value
from ..source import Source, Span
from ..store import records
from ..values import to_text, to_truth
from .asking import OnStore, on_store
from .bot import Bot
from .builtins import HostValues
from .chains import MOST_STEMMING, may_follow
from .groups import Groups
from .report import Refused, Report, Sent
from .timers import CALLBACK_LATER, RESUMING_LATER
from .turndeals import DealsPart, Owner

if TYPE_CHECKING:
    from .engine import Engine

log = logging.getLogger("salebot_uiscom.host")
T = TypeVar("T")
Value = Any


class Turn(DealsPart):
    """One dialog while one event or plan is worked on.

    Attributes:
        client, card, deal: records of the dialog, replaced by functions that change them.
        scope, context: what programs run on.
        position: block in which the client stands, "" before the first.
        question, outside: the message being processed; None in a turn of a timer.
        root: id of the event that this turn stems from, None for a plan.
        acted: something outside of the store has been asked to act; such a turn is never run from its start again.
    """

    def __init__(
        self,
        bot: Bot,
        state: records.DialogState,
        *,
        key: str,
        now: datetime,
        seed: str,
        settings: Mapping[str, Any],
        claim: records.Claim | None = None,
        engine: Engine,
        root: int | None = None,
    ) -> None:
        self.bot = bot
        self.engine = engine
        self.key = key
        self.claim = claim
        self.now = now
        self.at = now.timestamp()
        self.state = state
        self.client = state.client
        self.card = state.card
        self.deal = state.deal
        self.position = state.position
        self.visited = set(state.visited)
        self.passed = set(state.passed)
        self.fired = set(state.fired)
        self.waiting = [plan for plan in state.plans if not (claim and claim.plan and plan.id == claim.plan.id)]
        self.planned: list[records.NewPlan] = []
        self.question: str | None = None
        self.outside: int | None = None
        self.attachments: tuple[str, ...] = ()
        event = claim.event if claim else None
        self.root = root if event is None else event.new.root or event.id
        self.acted = False
        self.lists = Groups("list", state.client.id, state.lists)
        self.labels = Groups("label", state.client.id, state.labels)
        self.blocks: list[str] = []
        self.sent: list[Sent] = []
        self.refused: list[Refused] = []
        self.faults: list[Diagnostic] = []
        self.block = ""  # the one being run
        self._running: Source | None = None  # of the program being run
        self._changes: list[records.Change] = []
        self._cancelled: list[int] = []
        self._history: list[records.HistoryRecord] = []
        self._events: list[records.NewEvent] = []
        self._intents: list[str] = []
        self._acts: Counter[str] = Counter()
        self._deals: dict[int, records.Deal | None] = {}
        self._tasks: dict[int, records.Task | None] = {}
        self._clients: dict[int, Client | None] = {self.client.id: self.client}
        self._cards: dict[int, records.Card] = {self.client.id: self.card}
        self.deal_owner: Owner = (DEAL, self.deal.id if self.deal else 0)
        self._values: dict[Owner, dict[str, Value]] = {
            self.deal_owner: state.deal_variables,
            (CLIENT, self.client.id): state.client_variables,
            (PROJECT, 0): state.project_variables,
        }
        self._loaded = {owner: dict(values) for owner, values in self._values.items()}
        self.host: dict[str, Any] = {
            "turn": self, "client": self.client, "settings": settings, "refused": self.note_refusal,
        }  # fmt: skip
        self.context = Context(now=now, timezone=bot.timezone, random=random.Random(seed), host=self.host)
        self.scope = Scope(
            state.deal_variables, state.client_variables, state.project_variables, bot.constants, context=self.context
        )
        self.context.scope = self.scope
        self._names = HostValues(bot, self.scope)
        self._names.describe_client(self.client, self.card)
        self.describe_dialog()

    def describe_dialog(self) -> None:
        """Bring the built-in variables of position, deal and message up to date."""
        self._names.describe_dialog(
            self.client, self.deal, self.position, self.question, self.outside, self.attachments
        )

    # ------------------------------------------------------------ effects of functions

    def perform(self, steps: Steps[T], source: Source | None = None) -> Steps[T]:
        """Run steps of a program; intents get their place in the turn, acts outside of the store are noted.

        `source`: of the program, where what functions warn of has its place.
        """
        self._running = source
        try:
            effect = next(steps)
            while True:
                try:
                    if isinstance(effect, BeginIntent):
                        answer = yield from self._begin(effect)
                    else:
                        self.acted = self.acted or not isinstance(effect, OnStore)
                        answer = yield effect
                except Exception as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(answer)
        except StopIteration as stop:
            ended: T = stop.value
            return ended
        finally:
            self._running = None

    def _begin(self, effect: BeginIntent) -> Steps[tuple[records.Intent, bool]]:
        self.acted = True
        intent, is_new = yield from on_store(
            lambda store: store.begin_intent(
                self.key, self._intents, external_id=effect.external_id, function=effect.function,
                client_id=effect.client_id, params=effect.params, created_at=self.at,
            )
        )  # fmt: skip
        self._intents.append(intent.external_id)
        if not is_new and intent.external_id == effect.external_id and intent.state == DROPPED:
            log.error("%s: %s was not done: before it was interrupted the turn had done something else",
                      self.key, effect.function)  # fmt: skip
        return intent, is_new

    def note_refusal(self, function: str, result: Mapping[str, Any]) -> None:
        """A function acted in vain: for the transcript, since the bot itself may be silent about it."""
        unknown = result.get("outcome") == "unknown"
        self.refused.append(Refused(function, to_text(result["error"]), to_text(result.get("message")), unknown))

    def key_of(self, act: str) -> str:
        """Names a change that this turn makes outside of its own commit; the same when it is run again.

        `act`: what is done. The turn may take another path then; only what is the same is not done twice.
        """
        mark = sha256(act.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._acts[mark] += 1
        return f"{self.key}:{mark}:{self._acts[mark]}"

    # ------------------------------------------------------------ variables

    def variables(self, layer: str, owner: int) -> Steps[dict[str, Value]]:
        """The live variables of anybody; changes of the dict are stored with the turn."""
        place = (layer, owner)
        if place not in self._values:
            values = yield from on_store(lambda store: store.variables(layer, owner))
            self._values[place] = values
            self._loaded[place] = dict(values)
        return self._values[place]

    def put(self, layer: str, name: str, value: Value) -> None:
        """Write a variable of this dialog. Raises `Fault` over a limit."""
        self.scope.put(layer, name, value)

    def put_of(self, layer: str, owner: int, name: str, value: Value) -> Steps[None]:
        """Write a variable of anybody. Raises `Fault` for a bad name or over a limit."""
        check_target(name)
        values = yield from self.variables(layer, owner)
        if values is self.scope.deal or values is self.scope.client:
            self.scope.put(layer, name, value)
        elif value is None or value == "":
            values.pop(name, None)
        else:
            check_value(name, value)
            if name not in values and len(values) >= MAX_VARIABLES:
                raise Fault("SB403", name=name, limit=MAX_VARIABLES)
            values[name] = value

    # ------------------------------------------------------------ clients

    def client_of(self, client_id: int) -> Steps[Client | None]:
        if client_id not in self._clients:
            self._clients[client_id] = yield from on_store(lambda store: store.client(client_id))
        return self._clients[client_id]

    def card_of(self, client_id: int) -> Steps[records.Card]:
        if client_id not in self._cards:
            card = yield from on_store(lambda store: store.card(client_id))
            self._cards[client_id] = card or records.Card()
        return self._cards[client_id]

    def edit_client(self, **fields: Any) -> None:
        """Change the name or card fields of the client of this dialog."""
        self._changes.append(records.EditClient(self.client.id, dict(fields)))
        name = fields.pop("name", None)
        if name is not None:
            self.client = replace(self.client, name=name)
            self.host["client"] = self._clients[self.client.id] = self.client
        if fields:
            self.card = self._cards[self.client.id] = replace(self.card, **fields)
        self._names.describe_client(self.client, self.card)

    def flag(self, name: str) -> bool:
        """Is a service variable of this dialog on (`clientBlocked`, `notSubscribed`)?"""
        return to_truth(self.scope.user_value(name))

    # ------------------------------------------------------------ tasks, notices

    def task_of(self, task_id: int) -> Steps[records.Task | None]:
        if task_id not in self._tasks:
            self._tasks[task_id] = yield from on_store(lambda store: store.task(task_id))
        return self._tasks[task_id]

    def save_task(self, task: records.Task) -> None:
        self._tasks[task.id] = task
        self._changes.append(records.SaveTask(task))

    def delete_task(self, task_id: int) -> None:
        self._tasks[task_id] = None
        self._changes.append(records.DeleteTask(task_id))

    def add_change(self, change: records.Change) -> None:
        self._changes.append(change)

    # ------------------------------------------------------------ messages, events, plans

    def send(
        self,
        client: Client,
        text: str,
        *,
        block: str = "",
        attachments: tuple[str, ...] = (),
        buttons: tuple[str, ...] = (),
        keep: bool = True,
        number: int = 0,
        outside: int = 0,
    ) -> Steps[None]:
        """An outgoing message. Who cannot or will not get it has the reason in his history (host.md 2.5)."""
        if client.id == self.client.id:
            unsubscribed = self.flag("notSubscribed")
        else:
            variables = yield from self.variables(CLIENT, client.id)
            unsubscribed = to_truth(variables.get("notSubscribed"))
        code = "SB633" if unsubscribed else "SB632" if client.type == TELEPHONY else ""
        error = message_of(code).text(language(), {}) if code else ""
        self.sent.append(Sent(client.id, text, block, attachments, buttons, not code, error))
        if keep:
            self.record(
                records.HistoryRecord(
                    client.id,
                    text,
                    outside=outside,
                    block=block,
                    attachments=attachments,
                    delivered=not code,
                    error=error,
                    id=number,
                )
            )

    def record(self, line: records.HistoryRecord) -> None:
        """Add a line to somebody's history."""
        self._history.append(replace(line, created_at=self.at))

    def forget_record(self, record_id: int) -> None:
        """Remove a line of history, also one of this turn."""
        kept = [line for line in self._history if line.id != record_id]
        if len(kept) == len(self._history):
            self._changes.append(records.DeleteHistory(record_id))
        self._history = kept

    @property
    def history(self) -> tuple[records.HistoryRecord, ...]:
        """Lines of this turn."""
        return tuple(self._history)

    def add_event(self, event: records.NewEvent) -> Steps[bool]:
        """An event for any client. False, and a record for the author: clients call each other back in a circle."""
        waiting = sum(other.client_id == event.client_id for other in self._events)
        if not (yield from may_follow(self.root, event.client_id, waiting)):
            self.warn("SB642", f"клиент {event.client_id}", limit=MOST_STEMMING)
            return False
        self._events.append(replace(event, received_at=self.at, root=self.root))
        return True

    def add_plan(self, plan: records.NewPlan) -> None:
        self.planned.append(plan)

    def cancel_plans(self, keep_protected: bool, blocks: set[str] | None = None, arrow: str = "") -> int:
        """Drop plans of this client; how many. `blocks`, `arrow`: only those into these blocks, of this arrow.

        A callback that was put off is no message of the bot but an event still on its way: it stays.
        """

        def doomed(plan: records.NewPlan) -> bool:
            return (
                plan.client_id == self.client.id
                and plan.source not in (CALLBACK_LATER, RESUMING_LATER)
                and not (keep_protected and plan.keep)
                and (blocks is None or plan.block in blocks)
                and (not arrow or plan.arrow == arrow)
            )

        stored = [plan for plan in self.waiting if doomed(plan.new)]
        self.waiting = [plan for plan in self.waiting if not doomed(plan.new)]
        self._cancelled += [plan.id for plan in stored]
        before = len(self.planned)
        self.planned = [plan for plan in self.planned if not doomed(plan)]
        return len(stored) + before - len(self.planned)

    def due(self) -> records.NewPlan | None:
        """Take the next own plan that is due at once, in order of time, then of planning."""
        ready = [plan for plan in self.planned if plan.client_id == self.client.id and plan.due_at <= self.at]
        if not ready:
            return None
        first = min(ready, key=lambda plan: plan.due_at)
        # By identity: two equal plans are two plans.
        index = next(number for number, plan in enumerate(self.planned) if plan is first)
        return self.planned.pop(index)

    # ------------------------------------------------------------ faults

    def report(self, faults: list[Diagnostic]) -> None:
        """Tell the author: into the history of the dialog, phones masked."""
        for fault in faults:
            self.faults.append(fault)
            self.record(records.HistoryRecord(self.client.id, mask(str(fault)), kind="error", block=self.block))

    def warn(self, code: str, place: str, text: str = "", **data: Any) -> None:
        """Tell the author of something that is no error of his program. From a function: at the place of its call.

        `place`, `text`: where there is no such place.
        """
        source, span = self._running, None
        if source is not None:
            span = place_of_call(sys._getframe(1))
        if source is None or span is None:
            source = Source(text or place, place)
            span = Span(0, len(source.text))
        self.report([Diagnostic(code, source, span, data, "warning")])

    # ------------------------------------------------------------ the end

    def finish(self, *, overwrite: bool, problem: str = "") -> Steps[records.Turn]:
        """Everything the turn changed, as one record for the store."""
        yield from self.current_deal()
        changes = [*self._changes, *self.lists.changes(), *self.labels.changes()]
        written: list[records.Change] = []
        for (layer, owner), values in self._values.items():
            loaded = self._loaded.get((layer, owner), {})
            for name in {**loaded, **values}:
                if name not in values or name not in loaded or not same(values[name], loaded[name]):
                    written.append(records.SetVariable(layer, owner, name, values.get(name)))
        project = {
            change.name: self.state.project_versions.get(change.name, 0)
            for change in written
            if isinstance(change, records.SetVariable) and change.layer == PROJECT
        }
        state = self.state
        return records.Turn(
            key=self.key,
            client_id=self.client.id,
            claim=self.claim,
            position=self.position if self.position != state.position else None,
            visited=tuple(sorted(self.visited - state.visited)),
            passed=tuple(sorted(self.passed - state.passed)),
            fired=tuple(sorted(self.fired - state.fired)),
            changes=(*changes, *written),
            plans=tuple(self.planned),
            cancelled=tuple(self._cancelled),
            history=tuple(self._history),
            events=tuple(self._events),
            project_expected=project,
            project_overwrite=overwrite,
            at=self.at,
            problem=problem,
            blocks=tuple(self.blocks),
            first_deal=self.first_deal,
        )

    def summary(self, history_ids: tuple[int, ...] = ()) -> Report:
        """What happened. `history_ids`: of the lines of this turn, as the store has numbered them."""
        claim = self.claim
        lines = [replace(line, id=number) for line, number in zip(self._history, history_ids, strict=False)]
        return Report(
            key=self.key,
            client_id=self.client.id,
            at=self.at,
            event=claim.event.new if claim and claim.event else None,
            plan=claim.plan.new if claim and claim.plan else None,
            blocks=tuple(self.blocks),
            sent=tuple(self.sent),
            refused=tuple(self.refused),
            faults=tuple(self.faults),
            planned=tuple(self.planned),
            history=tuple(lines),
        )


def same(left: Value, right: Value) -> bool:
    """Would the store keep the same? `1`, `True` and `1.0` differ."""
    return type(left) is type(right) and bool(left == right) and to_text(left) == to_text(right)
