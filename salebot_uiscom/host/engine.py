"""One turn of a bot: an event or a plan goes through blocks and arrows (reference: host.md 3–8).

`Engine.run` is a generator of effects; a driver, sync or async, carries them out. Nothing is kept between turns: the
store holds the dialog, so any process may run the next turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..effects import Steps
from ..errors import Diagnostic, Fault
from ..scope import check_target
from ..source import Source, Span
from ..store import Store, records
from .asking import on_store
from .bot import CLOSE, NOT_STATE_IF, POSITIONAL, START, Arrow, Block, Bot
from .conditions import applies, render, split_name
from .outside import save_answer
from .report import Report
from .timers import CALLBACK_LATER, RESUMING_LATER, BadDate, due_time
from .turn import Turn

if TYPE_CHECKING:
    from ..interpreter import Interpreter

CALLBACK = 3  # message_from_outside of callbacks
MOST_TRANSITIONS = 100  # without a pause, per message (host.md 6, step 9)
_RERUNS = 5  # of a turn without outside effects whose project variables somebody else has changed meanwhile


class Engine:
    """Runs turns of one bot.

    Args:
        interpreter: compiles calculators, templates and conditions (`salebot_uiscom.Interpreter`).
        settings: of plugins, by name; the bot file's own tables when omitted.
        seed: makes random functions repeatable; a turn that is run again gets the same numbers anyway.
    """

    def __init__(
        self, bot: Bot, interpreter: Interpreter, *, settings: Mapping[str, Any] | None = None, seed: int | str = 0
    ) -> None:
        self.bot = bot
        self.interpreter = interpreter
        self.settings = bot.settings if settings is None else settings
        self.seed = seed
        self.blocks = {str(block.id): block for block in bot.blocks}
        self.arrows = {str(arrow.id): arrow for arrow in bot.arrows}
        self._starts = _in_order([block for block in bot.blocks if block.kind == START])
        self._fallbacks = _in_order([block for block in bot.blocks if block.kind == NOT_STATE_IF])
        self._leaving: dict[str, list[Arrow]] = {
            number: _in_order([arrow for arrow in bot.arrows if str(arrow.source) == number]) for number in self.blocks
        }

    # ------------------------------------------------------------ the turn as a whole

    def run(self, claim: records.Claim) -> Steps[Report]:
        """Run the turn of a claim and commit it, all or nothing.

        The clock and the random numbers of the turn are those of its first attempt.
        """
        for attempt in range(_RERUNS):
            state = yield from on_store(lambda store: store.load_dialog(claim.client_id))
            if state is None:
                problem = f"client {claim.client_id} does not exist"
                yield from on_store(partial(_fail, claim=claim, problem=problem))
                return Report(claim.key, claim.client_id, _moment(claim), broken=problem)
            turn = self._begin(claim, state)
            yield from self._play(turn, claim)
            record = yield from turn.finish(overwrite=turn.acted or attempt == _RERUNS - 1)
            committed = yield from on_store(partial(_commit, record=record))
            if committed.written or committed.repeated:
                return turn.summary(committed.history_ids)
        raise AssertionError("the last attempt overwrites")

    def _begin(self, claim: records.Claim, state: records.DialogState) -> Turn:
        return Turn(
            self.bot,
            state,
            key=claim.key,
            now=datetime.fromtimestamp(_moment(claim), self.bot.timezone),
            seed=f"{self.seed}:{claim.key}",
            settings=self.settings,
            claim=claim,
            engine=self,
        )

    def outside_turn(self, state: records.DialogState, *, key: str, now: float, root: int | None = None) -> Turn:
        """A unit of work for what changes a dialog without running its bot (HTTP API, tools).

        `root`: the event whose script has asked for it, None when somebody outside has.
        """
        return Turn(
            self.bot,
            state,
            key=key,
            now=datetime.fromtimestamp(now, self.bot.timezone),
            seed=f"{self.seed}:{key}",
            settings=self.settings,
            engine=self,
            root=root,
        )

    def _play(self, turn: Turn, claim: records.Claim) -> Steps[None]:
        if claim.event is not None:
            yield from self._receive(turn, claim.event.new)
        elif claim.plan is not None:
            yield from self._run_plan(turn, claim.plan.new)
        for _ in range(MOST_TRANSITIONS):
            plan = turn.due()
            if plan is None:
                return
            yield from self._run_plan(turn, plan)
        if turn.due() is not None:
            while turn.due() is not None:
                pass
            turn.warn("SB630", turn.block or "бот", limit=MOST_TRANSITIONS)

    # ------------------------------------------------------------ an incoming message (host.md 6)

    def _receive(self, turn: Turn, event: records.NewEvent) -> Steps[None]:
        if event.text or event.attachments or not event.block:
            turn.record(
                records.HistoryRecord(
                    turn.client.id, event.text, incoming=True, outside=event.outside, attachments=event.attachments
                )
            )
        if event.outside == 0 and not event.block:
            turn.edit_client(last_reply_at=turn.at)
        if event.resume:
            turn.edit_client(paused_until=0.0)
        if event.text or event.attachments or not event.block:
            turn.question, turn.outside, turn.attachments = event.text, event.outside, event.attachments
        turn.describe_dialog()
        self._assign(turn, event)
        yield from turn.current_deal()  # whatever writes a variable opens the deal that the next line sees
        if not self._listens(turn):
            return
        if event.block:
            yield from self.enter(turn, event.block)
        else:
            yield from self._route(turn)

    def _assign(self, turn: Turn, event: records.NewEvent) -> None:
        """Variables that came with the event. They are stored even when the bot is silent for this client."""
        values = dict(event.variables)
        if event.assign_if and _has_value(turn, event.assign_if):
            values.update(event.assign)
        for name, value in values.items():
            layer, bare = split_name(name)
            try:
                check_target(bare)
                turn.put(layer, bare, value)
            except Fault as fault:
                turn.report([_at(fault, name, "данные события")])

    def _listens(self, turn: Turn) -> bool:
        return self.bot.project.bot_on and not is_blocked(turn) and turn.card.paused_until <= turn.at

    def _route(self, turn: Turn) -> Steps[None]:
        for block in self._starts:
            if (yield from self._fires(turn, block)):
                return (yield from self._fire(turn, block))
        for arrow in self._leaving.get(turn.position, ()):
            if not self._used_up(turn, arrow) and (yield from applies(self.interpreter, turn, arrow)):
                if arrow.is_timer:
                    yield from self._plan(turn, arrow)
                else:
                    self._collect(turn, arrow)
                    yield from turn.current_deal()
                    yield from self._pass(turn, arrow)
                return None
        for block in self._fallbacks:
            if (yield from self._fires(turn, block)):
                return (yield from self._fire(turn, block))
        if turn.outside == 0 and self.bot.project.unknown_answer:
            text = yield from self._render(turn, self.bot.project.unknown_answer, "ответ, когда бот не понял")
            if text.strip():
                yield from turn.send(turn.client, text)
        return None

    def _fires(self, turn: Turn, block: Block) -> Steps[bool]:
        if block.once and str(block.id) in turn.fired:
            return False
        if block.callback_only and turn.outside not in (CALLBACK, self.bot.project.telephony_event_kind):
            return False
        return (yield from applies(self.interpreter, turn, block))

    def _fire(self, turn: Turn, block: Block) -> Steps[None]:
        if block.once:
            turn.fired.add(str(block.id))
        yield from self.enter(turn, str(block.id))

    def _render(self, turn: Turn, text: str, name: str) -> Steps[str]:
        return (yield from render(self.interpreter, turn, text, name))

    # ------------------------------------------------------------ arrows and plans (host.md 4, 7)

    def _used_up(self, turn: Turn, arrow: Arrow) -> bool:
        return arrow.once and str(arrow.id) in turn.passed

    def _collect(self, turn: Turn, arrow: Arrow) -> None:
        if not arrow.input:
            return
        layer, name = split_name(arrow.input)
        try:
            turn.put(layer, name, turn.question)
        except Fault as fault:
            turn.report([_at(fault, arrow.input, arrow.title)])

    def _pass(self, turn: Turn, arrow: Arrow) -> Steps[None]:
        """A completed transition."""
        if arrow.once:
            turn.passed.add(str(arrow.id))
        if arrow.cancel_timers:
            turn.cancel_plans(keep_protected=True)
        yield from self.enter(turn, str(arrow.target))

    def _plan(self, turn: Turn, arrow: Arrow) -> Steps[None]:
        date = yield from self._render(turn, arrow.date, f"{arrow.title}, дата")
        time = yield from self._render(turn, arrow.time, f"{arrow.title}, время")
        try:
            if arrow.date.strip() and not date.strip():
                raise BadDate(arrow.date)
            if arrow.time.strip() and not time.strip():
                raise BadDate(arrow.time)
            due = due_time(
                turn.now, date=date, time=time, delay=arrow.delay or 0, unit=arrow.unit, send_if_past=arrow.send_if_past
            )
        except BadDate as error:
            turn.warn("SB631", arrow.title, str(error), got=str(error))
            return
        if due is None:
            return
        if arrow.cancel_timers:
            turn.cancel_plans(keep_protected=False, arrow=str(arrow.id))
        turn.add_plan(
            records.NewPlan(
                turn.client.id,
                due.timestamp(),
                arrow=str(arrow.id),
                source=str(arrow.source),
                position=turn.position,
                block=str(arrow.target),
                keep=arrow.keep,
                created_at=turn.at,
            )
        )

    def _run_plan(self, turn: Turn, plan: records.NewPlan) -> Steps[None]:
        if plan.source in (CALLBACK_LATER, RESUMING_LATER):
            resume = plan.source == RESUMING_LATER
            yield from self._receive(turn, records.NewEvent(turn.client.id, plan.text, CALLBACK, resume=resume))
            return
        if not self._listens(turn):
            turn.warn("SB641", self.arrows[plan.arrow].title if plan.arrow in self.arrows else "отложенное сообщение")
            return
        if not plan.arrow:
            if plan.text:
                yield from turn.send(turn.client, plan.text)
            if plan.block:
                yield from self.enter(turn, plan.block)
            return
        arrow = self.arrows.get(plan.arrow)
        if arrow is None:
            turn.warn("SB634", "отложенный переход", name=plan.arrow)
            return
        if arrow.cancel_if_left and turn.position != plan.position:
            return
        if not self._used_up(turn, arrow):
            yield from self._pass(turn, arrow)

    # ------------------------------------------------------------ entering a block (host.md 3)

    def enter(self, turn: Turn, number: str) -> Steps[None]:
        """Run a block completely and plan its timer arrows."""
        block = self.blocks.get(number)
        if block is None:
            turn.warn("SB635", "бот", name=number)
            return
        turn.block = number
        turn.blocks.append(number)
        if block.kind in POSITIONAL:
            turn.position = number
            turn.visited.add(number)
            turn.describe_dialog()
        yield from self._calculate(turn, block.actions, f"{block.title}, действия")
        yield from self._calculate(turn, block.calc, f"{block.title}, калькулятор")
        if block.request is not None:
            yield from self._request(turn, block)
        yield from self._say(turn, block)
        if block.kind == CLOSE:
            yield from turn.close_deal()
        for arrow in self._leaving[number]:
            if (
                arrow.is_timer
                and not self._used_up(turn, arrow)
                and (yield from applies(self.interpreter, turn, arrow, entering=True))
            ):
                yield from self._plan(turn, arrow)

    def _calculate(self, turn: Turn, code: str, name: str) -> Steps[None]:
        if not code.strip():
            return
        program = self.interpreter.compile(code, name=name)
        # Only this name can tell within a program that a line above has opened the deal, besides the functions, which look.
        opens = turn.deal is None and "order_id" in code
        steps = program.steps(turn.scope, turn.context, turn.current_deal if opens else None)
        outcome = yield from turn.perform(steps, program.source)
        turn.report(outcome.errors)
        yield from turn.current_deal()  # the first variable of a client makes his deal

    def _say(self, turn: Turn, block: Block) -> Steps[None]:
        buttons: list[str] = []
        for text in block.buttons:
            buttons.append((yield from self._render(turn, text, f"{block.title}, кнопка")))
        for arrow in self._leaving[str(block.id)]:
            if arrow.button:
                buttons.append((yield from self._render(turn, arrow.condition, f"{arrow.title}, кнопка")))
        if not block.message.strip() and not block.attachments:
            return
        text = yield from self._render(turn, block.message, f"{block.title}, сообщение")
        attachments: list[str] = []
        for address in block.attachments:
            attachments.append((yield from self._render(turn, address, f"{block.title}, вложение")))
        files = tuple(address for address in attachments if address)
        if text.strip() or files:
            yield from turn.send(
                turn.client,
                text.strip("\n"),
                block=str(block.id),
                attachments=files,
                buttons=tuple(buttons),
                keep=block.history,
            )

    def _request(self, turn: Turn, block: Block) -> Steps[None]:
        request = block.request
        assert request is not None
        place = f"{block.title}, запрос"
        url = yield from self._render(turn, request.url, place)
        body = yield from self._render(turn, request.body, place)
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            headers[name] = yield from self._render(turn, value, place)
        faults = yield from turn.perform(save_answer(turn, request, url, headers, body))
        yield from turn.current_deal()
        turn.report([_at(fault, request.url, place) for fault in faults])


def _fail(store: Store, *, claim: records.Claim, problem: str) -> None:
    store.fail_work(claim, problem)


def _commit(store: Store, *, record: records.Turn) -> records.Committed:
    return store.commit_turn(record)


def _in_order(items: list[Any]) -> list[Any]:
    """Elements with a condition first, then by priority, then by number (host.md 6)."""
    return sorted(items, key=lambda item: (not item.is_conditional, -item.priority, item.id))


def _moment(claim: records.Claim) -> float:
    """The clock of a turn: when it was first taken up, never before what it is about."""
    wanted = claim.event.new.received_at if claim.event else claim.plan.new.due_at if claim.plan else 0.0
    return max(claim.started_at, wanted)


def is_blocked(turn: Turn) -> bool:
    return turn.card.blocked or turn.flag("clientBlocked")


def _has_value(turn: Turn, name: str) -> bool:
    """Any value, 0 and False too, as a constant or as a variable of the deal (telephony.md R47)."""
    return any(table.get(name) not in (None, "") for table in (turn.bot.constants, turn.scope.deal))


def _at(fault: Fault, text: str, place: str) -> Diagnostic:
    return Diagnostic(fault.code, Source(text, place), Span(0, len(text)), fault.data)
