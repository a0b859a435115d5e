"""A bot at work: its store, its plugins, its clock, put together. One object per project.

    with open_store("bot.db") as store:
        host = Host(load_bot("bot.toml"), interpreter, store)
        host.say(client_id, "Позвоните мне")
        for report in host.run_until_idle():
            ...

`Host` works one step at a time, in the thread of its caller; `worker.Worker` runs it with threads of its own, and
`http.serve_routes(host.routes, host.answer)` lets the world in.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..effects import AsyncHandler, Effect, Handler, Steps, adrive, drive
from ..errors import SalebotError
from ..messages import mask
from ..ports import (
    CardCall,
    Employee,
    Intent,
    PluginSettings,
    Receiver,
    SettleLater,
)
from ..store import ClaimLost, Store, StoreError, StoreRefused, async_handlers, handlers, new_owner
from ..store.records import Claim, NewEvent
from ..web import WebReply, WebRequest
from .asking import OnStore
from .bot import Bot
from .botfile import BotFileError
from .check import check_bot
from .copies import send_copies
from .engine import Engine
from .handset import press_handset
from .outside import Resolve, resolve
from .report import Report
from .routing import Route, answer

if TYPE_CHECKING:
    from ..interpreter import Interpreter

log = logging.getLogger("salebot_uiscom.host")
T = TypeVar("T")

# A turn taken up so often has ended its process each time, and not only stood beside one that did: with eight turns under
# way, five kills in a row hit innocent ones in two of two hundred restarts.
MOST_ATTEMPTS = 12
MOST_COPIES = 10_000  # turns whose messages wait to be copied; an address that never answers must not fill the memory
SETTLE_AFTER_S = 60.0  # by then the turn that has begun an intent knows its outcome, or nobody will


class Interrupted(BaseException):
    """Thrown into work that can be done another time, when the program ends. Nobody on the way must take it."""


class Host:
    """Args:
    clock: Unix seconds; a test's own clock makes timers fall due when it wants.
    resolver: performs `Resolve` for requests of scripts; the operating system's by default.
    seed: of random functions.
    settings: of plugins by name; those of the interpreter over those of the bot file when omitted.

    Raises:
        BotFileError: the bot calls functions of integrations that are not here (functions-host.md, tier 3).
    """

    def __init__(
        self,
        bot: Bot,
        interpreter: Interpreter,
        store: Store,
        *,
        clock: Callable[[], float] = time.time,
        resolver: Callable[[Resolve], list[str]] = resolve,
        seed: int | str = 0,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        from .api import make_routes

        self.bot = bot
        self.interpreter = interpreter
        self.store = store
        self.clock = clock
        self.owner = new_owner()
        #: Called when something has come in; a worker listens here.
        self.arrived: Callable[[], None] = lambda: None
        found = check_bot(bot, interpreter)
        for finding in found:
            if finding.severity == "warning":
                log.warning("%s", finding)
        missing = [finding for finding in found if finding.code == "SB617"]
        if missing:
            raise BotFileError(missing)
        chosen = {**bot.settings, **interpreter.settings} if settings is None else settings
        self.engine = Engine(bot, interpreter, settings=chosen, seed=seed)
        self.later: deque[SettleLater] = deque()
        self.copies: deque[Report] = deque()
        self._looked_for: set[str] = set()  # intents that this process has put off to settle
        #: Effects that may wait for the world outside, for seconds.
        self.slow: frozenset[type[Effect]] = frozenset({Resolve, *interpreter.handlers})
        self.receivers: Mapping[str, Receiver] = {one.source: one for one in interpreter.assembly.receivers}
        self.handlers: Mapping[type[Effect], Handler] = {
            **self.performers(),
            OnStore: lambda effect: effect.ask(store),
            Resolve: resolver,
            PluginSettings: lambda effect: chosen.get(effect.plugin),
            SettleLater: self.later.append,
            **interpreter.handlers,
        }
        self.routes: tuple[Route, ...] = (
            *((one.path, one.receive) for one in self.receivers.values()),
            *make_routes(self.engine, clock),
        )
        known = store.variables("project")
        for name, value in bot.variables.items():
            if name not in known:
                store.set_project_variable(name, value)

    def connected_bots(self, client_type: int) -> list[str]:
        return [channel.group for channel in self.bot.channels if channel.type == client_type]

    def performers(self, *, turn_key: str = "") -> dict[type[Effect], Handler]:
        """Of effects on the store; `turn_key` names the turn whose intents come back when it is run again."""
        return handlers(
            self.store,
            turn_key=turn_key,
            bots=self.connected_bots,
            outside=self.bot.project.telephony_event_kind,
            clock=self.clock,
        )

    def drive(self, steps: Steps[T]) -> T:
        """Carry out steps of an engine, a receiver, a card button."""
        return drive(steps, self.handlers)

    @cached_property
    def async_handlers(self) -> Mapping[type[Effect], AsyncHandler]:
        """The same performers for `adrive`: the store works in threads, requests go through the event loop.

        The way of a notification needs no thread: settings are at hand, and its bytes wait for their group.
        """
        own = async_handlers(self.handlers, self.store)
        settings = self.handlers[PluginSettings]

        async def ask(effect: PluginSettings) -> Any:
            return settings(effect)

        return {**own, PluginSettings: ask, **self.interpreter.async_handlers}

    async def areceive(self, request: WebRequest) -> WebReply:
        """`receive` for a web server that runs on asyncio."""
        try:
            return await adrive(answer(self.routes, request), self.async_handlers)
        finally:
            self.arrived()

    # ------------------------------------------------------------ in

    def say(self, client_id: int, text: str, *, outside: int = 0, attachments: tuple[str, ...] = ()) -> None:
        """A message of a client (`outside` 0) or a callback (3) into his dialog."""
        self.store.add_event(NewEvent(client_id, text, outside, self.clock(), attachments))
        self.arrived()

    def receive(self, request: WebRequest) -> WebReply:
        """Answer a web request with the first route that fits its path; 404 without one."""
        return self.answer(answer(self.routes, request))

    def answer(self, steps: Steps[WebReply]) -> WebReply:
        """Carry out a receiver's steps, then let the worker look for what they have brought."""
        try:
            return self.drive(steps)
        finally:
            self.arrived()

    def employee(self, email: str) -> Employee | None:
        """Somebody of the bot file, with the way of calling that he has set since."""
        known = next((who.for_card() for who in self.bot.employees if who.email == email), None)
        own = None if known is None else self.store.employee(email)
        if known is None or own is None or own.call_method is None:
            return known
        telephony = {"virtual_phone": own.virtual_phone or "", "uis_employee_id": own.uis_employee_id or ""}
        return replace(
            known,
            call_method=own.call_method,
            telephony={name: value for name, value in telephony.items() if value},
        )

    def click_to_call(self, email: str, client_id: int, phone: str = "", *, press: str = "") -> CardCall:
        """The handset in the client card: an employee calls a client (telephony.md R52, R53).

        Without a phone it is the one of the client, looked for as in offline messages (R29): variable `phone`, the
        platform id of a WhatsApp or telephony client, any other variable. The call leaves a record in the dialog.

        Args:
            press: names this press of the button. The same name again (a double click, a page sent twice) rings nobody
                and gives the result of the first time; while that is at work, an unknown outcome.
        """
        return press_handset(self, email, client_id, phone, press or secrets.token_hex(8))

    # ------------------------------------------------------------ steps of work

    def route_one(self) -> bool:
        """Put the oldest waiting notification into its dialog. False = none waits."""
        stored = self.store.claim_notification(self.owner, sources=list(self.receivers))
        if stored is None:
            return False
        for attempt in (1, 2):
            try:
                self.drive(self.receivers[stored.source].route(stored))
                break
            except StoreError as error:
                if not isinstance(error, StoreRefused):
                    raise
                self._set_aside(stored.id, error)
                break
            except Exception as error:  # a plugin's mistake must not stop the queue
                # Routing acts on nothing but the store, and there only once: what failed by chance may be tried again.
                if attempt == 2:
                    self._set_aside(stored.id, error)
        return True

    def _set_aside(self, notification_id: int, error: Exception) -> None:
        problem = mask(f"{type(error).__name__}: {error}")
        log.error("notification %d cannot be routed: %s", notification_id, problem)
        self.store.quarantine_notification(notification_id, problem)

    def claim(self, client_id: int | None = None) -> Claim | None:
        return self.store.claim_work(self.owner, self.clock(), client_id=client_id)

    def run(self, claim: Claim, handlers: Mapping[type[Effect], Handler] | None = None) -> Report:
        """Run the turn of a claim. What cannot be run is kept as broken, and the next one may go on.

        Args:
            handlers: the caller's own instead of `self.handlers`.

        Raises:
            ClaimLost: somebody else has taken it over.
            StoreError: the store cannot be used now; the claim stays, run it again.
        """
        if claim.attempt > MOST_ATTEMPTS:
            return self._break(claim, f"taken up {MOST_ATTEMPTS} times and never finished")
        try:
            report = drive(self.engine.run(claim), handlers or self.handlers)
            self._copy_later(report)
            return report
        except StoreRefused as error:
            return self._break(claim, str(error))
        except StoreError:
            raise
        except Exception as error:
            if not isinstance(error, SalebotError):
                log.error("turn %s of client %d failed:\n%s", claim.key, claim.client_id, trace(error))
            return self._break(claim, f"{type(error).__name__}: {error}")

    def _break(self, claim: Claim, problem: str) -> Report:
        problem = mask(problem)
        log.error("turn %s of client %d is broken: %s", claim.key, claim.client_id, problem)
        self.store.fail_work(claim, problem)
        return Report(claim.key, claim.client_id, self.clock(), broken=problem)

    # ------------------------------------------------------------ what was put off

    def settle(self, handlers: Mapping[type[Effect], Handler] | None = None) -> bool:
        """Do one thing that was put off (`SettleLater`). False = nothing waits.

        `handlers`: as in `run`.
        """
        try:
            task = self.later.popleft()
        except IndexError:
            return False
        self._attempt(task.name, task.steps(), handlers)
        return True

    def settle_open_intents(self) -> int:
        """Put off to find out what became of intents that were left open, by this process or one before; how many.

        Each is looked for once; what is not found then stays open for an operator.
        """
        settlers = {name: one.settle for one in self.interpreter.assembly.settlers for name in one.functions}
        known = [intent for intent in self._open_intents() if intent.function in settlers]
        self._looked_for.intersection_update(intent.external_id for intent in known)
        fresh = [
            intent
            for intent in known
            if intent.external_id not in self._looked_for and intent.created_at <= self.clock() - SETTLE_AFTER_S
        ]
        for intent in fresh:
            self._looked_for.add(intent.external_id)
            steps = partial(settlers[intent.function], intent)
            self.later.append(SettleLater(f"outcome of {intent.function} {intent.external_id}", steps))
        return len(fresh)

    def _open_intents(self) -> Iterator[Intent]:
        """All of them: behind any number that nothing was found for there may be a new one."""
        last: Intent | None = None
        while page := self.store.open_intents(after=last):
            yield from page
            last = page[-1]

    def _copy_later(self, report: Report) -> None:
        if not (self.bot.project.webhook_url and report.history):
            return
        self.copies.append(report)
        if len(self.copies) > MOST_COPIES:
            lost = self.copies.popleft()
            log.error("too many copies of messages wait: those of turn %s were dropped", lost.key)

    def send_copy(self) -> bool:
        """Post the messages of one turn to the project's webhook. False = none waits."""
        try:
            report = self.copies.popleft()
        except IndexError:
            return False
        self._attempt("copying messages", send_copies(self.engine, report))
        return True

    def _attempt(self, name: str, steps: Steps[None], handlers: Mapping[type[Effect], Handler] | None = None) -> None:
        try:
            drive(steps, handlers or self.handlers)
        except Interrupted:
            log.info("%s is left for the next start", name)
        except Exception as error:
            log.error("%s failed: %s", name, mask(f"{type(error).__name__}: {error}"))

    def run_until_idle(self) -> Iterator[Report]:
        """Everything that can be done at this moment, one turn at a time, in order."""
        while True:
            if self.route_one():
                continue
            claim = self.claim()
            if claim is not None:
                try:
                    yield self.run(claim)
                except ClaimLost:
                    log.warning("turn %s was taken over", claim.key)
                continue
            if not (self.send_copy() or self.settle()):
                return


def trace(error: BaseException) -> str:
    """Where an unexpected exception came from, phones masked: for the log."""
    return mask("".join(traceback.format_exception(error)))
