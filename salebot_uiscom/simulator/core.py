"""The simulator itself: a request in, an answer out; time passes only when somebody says so.

    simulator = Simulator()
    status, headers, body = simulator.handle("call", b'{"jsonrpc": "2.0", …}', "127.0.0.1")
    simulator.advance(12)                 # the phone has rung and was answered
    simulator.rings, simulator.requests   # what happened

Not imitated, see docs/simulator.md: voice, SIP, tariffs and money, chats, visitor tracking, agents and partners,
methods that are not in the table, weights of methods other than one point, the report of sent notifications.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from . import choices, protocol
from .calls import ENDS, Behaviour, CallError, CallPlan, CallSession, Exchange, Leg, Ring, Target, scenario_targets
from .clock import Clock, VirtualClock
from .faults import Faults, SimulatedFault
from .notifications import EVENTS, Delivery, checked
from .outbox import Outbox
from .records import ConnectionDropped, RecordedRequest, Reply
from .state import Account, NotificationRule, Scenario, default_account

Sender = Callable[[Delivery], int | None]


class Simulator:
    """UIS with one or several accounts.

    Args:
        accounts: default: the account of the bundled bot scenarios, key `KEY`.
        clock: default: a virtual clock that stands still (Monday 2026-03-02, 10:00 in Moscow).
        sender: posts a notification when its time has come and returns the HTTP status; None leaves them in `outbox`.

    Attributes:
        requests: every request, also the refused ones.
        rings: every ring of a phone, in order.
        deliveries: notifications that were sent, with what the receiver answered.
        report_delay: seconds until a call or message appears in the reports.
        repeated_upload: `update` or `refuse` (`duplicate_entity`) an offline message whose `ext_id` is known.
        speaking_statuses: answer errors with 400, 401, 403, 429, 500 instead of 200.

    Safe to use from several threads.
    """

    def __init__(
        self,
        accounts: Account | Iterable[Account] | None = None,
        *,
        clock: Clock | None = None,
        sender: Sender | None = None,
    ) -> None:
        if accounts is None:
            accounts = default_account()
        self.accounts = [accounts] if isinstance(accounts, Account) else list(accounts)
        self.clock: Clock = clock or VirtualClock()
        self.sender = sender
        self.faults = Faults()
        self.requests: list[RecordedRequest] = []
        self._outbox = Outbox(self.faults, lambda: self.now)
        self.deliveries: list[Delivery] = []
        self.report_delay = 3.0
        self.repeated_upload = "update"
        self.speaking_statuses = False
        self.default_plan = CallPlan()
        self.lock = threading.RLock()
        self._send_lock = threading.RLock()
        self.exchange = Exchange(lambda: self.now, self._schedule, self.emit)
        self._plans: list[CallPlan] = []
        self._planned: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._session_ids = itertools.count(500000001)
        self._message_ids = itertools.count(700001)
        self._request_ids = itertools.count(3584780001)
        self._token_ids = itertools.count(1)
        self._communications: dict[str, int] = {}

    # --- requests -------------------------------------------------------------------------------------------------

    def handle(
        self, api: str, body: bytes, remote_ip: str = "127.0.0.1"
    ) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """Answer one request. `api`: `call` or `data`. Delays are not waited for.

        Raises:
            ConnectionDropped: a fault of the connection was switched on.
        """
        reply = self.exchange_http(api, body, remote_ip)
        if reply.drop:
            raise ConnectionDropped(reply.drop)
        return reply.status, reply.headers, reply.body

    def exchange_http(self, api: str, body: bytes, remote_ip: str) -> Reply:
        """Answer one request for a face, which carries out delays and broken connections itself."""
        if api not in ("call", "data"):
            raise ValueError(f"api is 'call' or 'data', not {api!r}")
        with self.lock:
            self._run_due()
            reply, session_id = protocol.answer(self, api, body, remote_ip)
            early = [] if session_id is None or self.sender is None else self._outbox.take_early(session_id)
        for delivery in early:  # outside of the lock: the receiver may ask us something
            self._send(delivery)
        return reply

    def address_allowed(self, account: Account, remote_ip: str) -> bool:
        address = ip_address(remote_ip)
        if (mapped := getattr(address, "ipv4_mapped", None)) is not None:
            address = mapped
        networks = (ip_network(entry, strict=False) for entry in account.allowed_addresses)
        return any(address.version == network.version and address in network for network in networks)

    # --- time -----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass: phones ring, are answered, calls end, notifications are sent, each at its moment.

        Raises OptionError for less than nothing.
        """
        choices.seconds(seconds, "seconds")
        self.advance_to(self.now + timedelta(seconds=seconds))

    def advance_to(self, moment: datetime) -> None:
        """`advance` to an aware moment. A moment in the past only does what is due now."""
        while True:
            with self.lock:
                due = self._next_due()
                if due is None or due > moment:
                    break
                self.clock.set(due)
            self.tick()
        self.clock.set(moment)
        self.tick()

    def tick(self) -> None:
        """Do and send what is due now. `advance` does this itself, a running server several times a second."""
        self.run_due()
        self.send_due()

    def run_due(self) -> None:
        """Let the steps of calls happen whose time has come."""
        with self.lock:
            self._run_due()

    def send_due(self) -> None:
        """Send the notifications whose time has come, one after another; without a sender they stay in the outbox."""
        if self.sender is None:
            return
        with self._send_lock:  # two threads would change the order
            for delivery in self.take_due():
                self._send(delivery)

    def _next_due(self) -> datetime | None:
        moments = [self._planned[0][0]] if self._planned else []
        if self.sender is not None:
            moments += [delivery.due for delivery in self._outbox.waiting[:1]]
        return min(moments, default=None)

    def _run_due(self) -> None:
        while self._planned and self._planned[0][0] <= self.now:
            heapq.heappop(self._planned)[2]()

    def _schedule(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._planned, (self.now + timedelta(seconds=seconds), next(self._order), action))

    # --- accounts -------------------------------------------------------------------------------------------------

    @property
    def account(self) -> Account:
        """The first account; the only one, mostly."""
        return self.accounts[0]

    # --- calls ----------------------------------------------------------------------------------------------------

    @property
    def rings(self) -> list[Ring]:
        return self.exchange.rings

    def rings_of(self, external_id: str) -> list[Ring]:
        """Who was rung for the calls started with `external_id`."""
        return [ring for ring in self.rings if ring.external_id == external_id]

    def sessions(self, account: Account | None = None) -> list[CallSession]:
        """All calls in the order of their start."""
        with self.lock:
            return [s for s in self.exchange.sessions.values() if account is None or s.account is account]

    def call(self, call_session_id: int) -> CallSession:
        """Raises CallError for an unknown id."""
        try:
            return self.exchange.sessions[call_session_id]
        except KeyError as error:
            raise CallError(f"there is no call {call_session_id}") from error

    def behave(self, number: str, outcome: str = "answers", ring: float = 5.0) -> None:
        """What the phone `number` does from now on (`Behaviour`); `*` stands for all others.

        Raises OptionError for what no phone does, and for a number that no phone has: a short one that is not an
        employee's, or one with other signs than digits.
        """
        behaviour = Behaviour(outcome, ring)
        if number != "*" and not self._may_be_rung(number):
            raise choices.wrong(
                "number",
                number,
                "«*», телефон сотрудника из аккаунта или от 10 до 15 цифр без других знаков",
                "`*`, a phone of an employee of the account, or 10 to 15 digits and no other signs",
            )
        if number == "*":
            self.exchange.default_behaviour = behaviour
        else:
            self.exchange.behaviours[number] = behaviour

    def _may_be_rung(self, number: Any) -> bool:
        if not isinstance(number, str):
            return False
        phones = (phone.number for account in self.accounts for one in account.employees for phone in one.phones)
        return (number.isascii() and number.isdigit() and 10 <= len(number) <= 15) or number in phones

    def plan_next_call(self, plan: CallPlan) -> None:
        """How the next started call goes; plans queue up."""
        self._plans.append(plan)

    def answer(self, call_session_id: int) -> None:
        """Somebody picks the ringing phone up."""
        with self.lock:
            self.exchange.answer(self.call(call_session_id))

    def reject(self, call_session_id: int) -> None:
        """Somebody declines the ringing phone."""
        with self.lock:
            self.exchange.reject(self.call(call_session_id))

    def hang_up(self, call_session_id: int, who: str = "employee") -> None:
        """`who` (contact or employee) ends the call, whatever its state."""
        choices.among("who", who, ENDS)
        with self.lock:
            self.exchange.hang_up(self.call(call_session_id), who)

    def incoming_call(
        self, contact: str, virtual_number: str | None = None, *, account: Account | None = None
    ) -> CallSession:
        """A client calls a virtual number (default: the first); the scenario of the number rings its employees."""
        account = account or self.account
        with self.lock:
            number = account.virtual_numbers[0] if virtual_number is None else account.virtual_number(virtual_number)
            if number is None:
                raise CallError("the account has no such virtual number")
            scenario = account.scenario(number.scenario_id)
            session = self.new_session(
                account,
                source="va",
                direction="in",
                virtual_number=number.number,
                contact=contact,
                external_id=None,
                first=(),
                second=scenario_targets(account, scenario) if scenario else (),
                scenario=scenario,
            )
            self._communications[contact] = session.communication_number = self._communications.get(contact, 0) + 1
            self.exchange.start_incoming(session)
            return session

    def new_session(
        self,
        account: Account,
        *,
        source: str,
        direction: str,
        virtual_number: str,
        contact: str,
        external_id: str | None,
        first: tuple[Target, ...],
        second: tuple[Target, ...],
        scenario: Scenario | None,
        by_api: bool = False,
    ) -> CallSession:
        """A session that has not begun yet. The same `external_id` twice makes two sessions, as at UIS."""
        return CallSession(
            id=next(self._session_ids),
            account=account,
            source=source,
            direction=direction,
            virtual_number=virtual_number,
            contact=contact,
            external_id=external_id,
            started_at=self.now,
            first=first,
            second=second,
            plan=self._plans.pop(0) if self._plans else self.default_plan,
            scenario=scenario,
            request_id=next(self._request_ids) if by_api else None,
        )

    def new_message_id(self) -> int:
        return next(self._message_ids)

    def new_session_token(self) -> str:
        return f"session-{next(self._token_ids):04d}"

    def requests_to(self, method: str) -> list[RecordedRequest]:
        """The requests of one method, also the refused ones."""
        return [record for record in self.requests if record.method == method]

    # --- faults ---------------------------------------------------------------------------------------------------

    def add_fault(self, kind: str, method: str = "*", times: int | None = 1, **options: Any) -> SimulatedFault:
        """Let something go wrong `times` times (None: always); kinds in `faults.KINDS`.

        Raises OptionError for a kind, method or event that does not exist, and for an option of another kind.
        """
        with self.lock:
            return self.faults.add(kind, method, times, **options)

    # --- notifications --------------------------------------------------------------------------------------------

    def notify(
        self,
        url: str,
        events: str | Iterable[str] | None = None,
        *,
        template: str | None = None,
        delay: float = 0.3,
        method: str = "POST",
        account: Account | None = None,
    ) -> None:
        """Configure notifications under the names that the account form offers; default: one per event.

        Nothing is configured when one of the `events` does not exist, or when the URL is none: OptionError.
        """
        wanted = [events] if isinstance(events, str) else list(EVENTS if events is None else events)
        for event in wanted:
            choices.one_of(event, EVENTS, "event")
        for event in wanted:
            self.add_notification(EVENTS[event][0], event, url, template, delay=delay, method=method, account=account)

    def add_notification(
        self,
        name: str,
        event: str,
        url: str,
        template: str | None = None,
        *,
        delay: float = 0.3,
        method: str = "POST",
        account: Account | None = None,
    ) -> NotificationRule:
        """Configure one notification. Raises OptionError for an unknown event or method, and for no web address."""
        rule = checked(NotificationRule(name, event, url, template, method, delay))
        (account or self.account).notifications.append(rule)
        return rule

    def emit(self, session: CallSession, event: str, leg: Leg | None) -> None:
        """Put the notifications of an event into the outbox."""
        for rule in session.account.notifications:
            if rule.event == event and rule.active:
                self._outbox.put(rule, session, leg)

    @property
    def outbox(self) -> list[Delivery]:
        """Notifications that are not sent yet, by time."""
        return list(self._outbox.waiting)

    def take_due(self) -> list[Delivery]:
        """Remove the notifications whose time has come from the outbox and return them, oldest first."""
        with self.lock:
            return self._outbox.take_due()

    def record_delivery(self, delivery: Delivery, status: int | None, error: str | None = None) -> None:
        """Note what became of a delivery that somebody has sent (`take_due`)."""
        with self.lock:
            delivery.sent_at, delivery.status, delivery.error = self.now, status, error
            self.deliveries.append(delivery)

    def _send(self, delivery: Delivery) -> None:
        if self.sender is None:
            return
        try:
            status = self.sender(delivery)
        except Exception as error:  # whatever a receiver does, the exchange goes on; the owner sees it in the list
            self.record_delivery(delivery, None, type(error).__name__)
        else:
            self.record_delivery(delivery, status)
