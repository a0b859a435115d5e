"""Call sessions: who is rung when, who answers, how it ends.

A session rings its first side, then its second, then they talk. Inbound calls start with the second side. What a phone
does when it rings is told by `Behaviour`; a person may overrule it at any moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..errors import SalebotError
from ..messages import mask
from . import choices
from .state import Account, Employee, Scenario

DIALLING, TALKING, DISCONNECTED = "Дозвон", "Разговор", "Разъединено"
OUTCOMES = ("answers", "no_answer", "busy", "rejects", "manual")
ENDS = ("contact", "employee")
_BUSY_TONE_S = 1.0


class CallError(SalebotError):
    """A manual action that does not fit the state of the call."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a phone does when rung.

    `outcome`: answers (after `ring` seconds), no_answer (until the dialling time is over), busy (at once), rejects
    (after `ring` seconds), manual (rings until a person or a test acts).
    """

    outcome: str = "answers"
    ring: float = 5.0

    def __post_init__(self) -> None:
        choices.one_of(self.outcome, OUTCOMES, "outcome")
        choices.seconds(self.ring, "ring")


@dataclass(frozen=True, slots=True)
class CallPlan:
    """How one call goes. A side left None behaves as its number does. `talk` seconds; None: until somebody hangs up.

    `ends`: who hangs up after the talk, `contact` or `employee`.
    """

    contact: Behaviour | None = None
    employee: Behaviour | None = None
    talk: float | None = 60.0
    ends: str = "employee"

    def __post_init__(self) -> None:
        for name in ("contact", "employee"):
            side = getattr(self, name)
            if side is not None and not isinstance(side, Behaviour):
                raise choices.wrong(name, side, 'Behaviour("busy") или None', 'Behaviour("busy") or None')
        if self.talk is not None:
            choices.seconds(self.talk, "talk")
        choices.among("ends", self.ends, ENDS)


@dataclass(frozen=True, slots=True)
class Target:
    """A phone to ring. `side`: contact, employee or operator (an outside number)."""

    side: str
    number: str = field(repr=False)
    employee: Employee | None = None
    dial_time: float = 30.0


@dataclass(slots=True)
class Leg:
    id: int
    target: Target
    calling: str = field(repr=False)
    state: str = DIALLING
    rung_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody's phone rang."""

    at: datetime
    side: str
    number: str
    employee_id: int | None
    call_session_id: int
    external_id: str | None

    def __repr__(self) -> str:
        return (
            f"Ring({self.side} {mask(self.number)}, employee_id={self.employee_id}, "
            f"call_session_id={self.call_session_id}, external_id={self.external_id!r})"
        )


@dataclass(slots=True)
class CallSession:
    """One call. `stage`: first, second (which side is being rung), talk, ended."""

    id: int
    account: Account = field(repr=False)
    source: str
    direction: str
    virtual_number: str
    contact: str = field(repr=False)
    external_id: str | None
    started_at: datetime
    first: tuple[Target, ...] = field(repr=False)
    second: tuple[Target, ...] = field(repr=False)
    plan: CallPlan = field(repr=False)
    scenario: Scenario | None = None
    request_id: int | None = None
    communication_number: int | None = None
    stage: str = "first"
    position: int = 0
    step: int = 0  # grows with every change: planned steps of an older state are void
    legs: list[Leg] = field(default_factory=list, repr=False)
    tag_ids: list[int] = field(default_factory=list)
    waiting_since: datetime | None = None
    talk_started_at: datetime | None = None
    ended_at: datetime | None = None
    finish_reason: str | None = None

    @property
    def active(self) -> bool:
        return self.stage != "ended"

    @property
    def ringing(self) -> Leg | None:
        return next((leg for leg in self.legs if leg.state == DIALLING), None)

    @property
    def is_lost(self) -> bool:
        return self.ended_at is not None and self.talk_started_at is None and self.direction == "in"

    @property
    def rung_employee_ids(self) -> list[int]:
        seen = [leg.target.employee.id for leg in self.legs if leg.target.employee]
        return list(dict.fromkeys(seen))

    @property
    def employee(self) -> Employee | None:
        """Who talks or talked; before that, who is being rung."""
        legs = [leg for leg in self.legs if leg.target.employee]
        return legs[-1].target.employee if legs else None

    def seconds(self, start: datetime | None, end: datetime | None) -> int:
        return int((end - start).total_seconds()) if start and end else 0

    @property
    def wait_duration(self) -> int:
        return self.seconds(self.waiting_since or self.started_at, self.talk_started_at or self.ended_at)

    @property
    def talk_duration(self) -> int:
        return self.seconds(self.talk_started_at, self.ended_at)

    @property
    def total_duration(self) -> int:
        return self.seconds(self.started_at, self.ended_at)


class Exchange:
    """Moves call sessions from step to step.

    Args:
        now: the clock.
        schedule: `schedule(seconds, action)` runs `action` later.
        emit: `emit(session, event, leg, extra)` tells the world about an event.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        schedule: Callable[[float, Callable[[], None]], None],
        emit: Callable[[CallSession, str, Leg | None], None],
    ) -> None:
        self._now = now
        self._schedule = schedule
        self._emit = emit
        self._next_leg = 287866001
        self.sessions: dict[int, CallSession] = {}
        self.rings: list[Ring] = []
        self.behaviours: dict[str, Behaviour] = {}
        self.default_behaviour = Behaviour()
        self.record_delay = 5.0

    def start(self, session: CallSession) -> None:
        """Begin a session that an API request has made: ring its first side."""
        self.sessions[session.id] = session
        self._ring(session)

    def start_incoming(self, session: CallSession) -> None:
        """Begin a session in which the contact calls us: he is on the line already."""
        self.sessions[session.id] = session
        session.legs.append(self._leg(Target("contact", session.contact), session.virtual_number, TALKING))
        session.stage, session.waiting_since = "second", session.started_at
        self._emit(session, "incoming_call", None)
        if session.second:
            self._ring(session)
        else:
            self._end(session, "no_active_scenario")

    def answer(self, session: CallSession) -> None:
        """The ringing phone is picked up."""
        leg = self._ringing(session)
        session.step += 1
        leg.state = TALKING
        if session.stage == "first":
            session.stage, session.position = "second", 0
            session.waiting_since = self._now()
            self._ring(session)
            return
        session.stage, session.talk_started_at = "talk", self._now()
        self._emit(session, "talk_started", leg)
        if session.plan.talk is not None:
            self._later(session, session.plan.talk, lambda: self.hang_up(session, session.plan.ends))

    def reject(self, session: CallSession) -> None:
        """The ringing phone is declined, busy or not picked up: the next one rings, or the call is over."""
        leg = self._ringing(session)
        session.step += 1
        leg.state = DISCONNECTED
        session.position += 1
        targets = session.first if session.stage == "first" else session.second
        if session.position < len(targets):
            self._ring(session)
        else:
            client = leg.target.side == "contact"
            self._end(session, "no_success_subscriber_call" if client else "no_success_operator_call")

    def hang_up(self, session: CallSession, who: str = "employee") -> None:
        """End the call in whatever state it is."""
        if not session.active:
            raise CallError(f"call {session.id} is over")
        self._end(session, "subscriber_disconnects" if who == "contact" else "operator_disconnects")

    def _ring(self, session: CallSession) -> None:
        targets = session.first if session.stage == "first" else session.second
        target = targets[session.position]
        calling = session.virtual_number if target.side == "contact" else session.contact
        leg = self._leg(target, calling, DIALLING)
        session.legs.append(leg)
        employee_id = target.employee.id if target.employee else None
        self.rings.append(Ring(self._now(), target.side, target.number, employee_id, session.id, session.external_id))
        if target.side == "contact" and session.direction == "out":
            self._emit(session, "outgoing_call", leg)
        self._emit(session, "outgoing_leg", leg)
        if target.side != "contact":
            self._emit(session, "waiting_for_answer", leg)
        own = session.plan.contact if target.side == "contact" else session.plan.employee
        behaviour = own or self.behaviours.get(target.number, self.default_behaviour)
        match behaviour.outcome:
            case "answers":
                self._later(session, behaviour.ring, lambda: self.answer(session))
            case "rejects":
                self._later(session, behaviour.ring, lambda: self.reject(session))
            case "busy":
                self._later(session, _BUSY_TONE_S, lambda: self.reject(session))
            case "no_answer":
                self._later(session, target.dial_time, lambda: self.reject(session))

    def _end(self, session: CallSession, reason: str) -> None:
        session.step += 1
        talked = session.stage == "talk"
        session.stage, session.ended_at, session.finish_reason = "ended", self._now(), reason
        for leg in session.legs:
            leg.state = DISCONNECTED
        if talked:
            self._emit(session, "talk_finished", None)
        if session.is_lost:
            self._emit(session, "lost_call", None)
        self._emit(session, "call_finished", None)
        if talked and session.account.records_talks:
            self._schedule(self.record_delay, lambda: self._emit(session, "record_ready", None))

    def _later(self, session: CallSession, seconds: float, action: Callable[[], None]) -> None:
        step = session.step

        def run() -> None:
            if session.step == step:
                action()

        self._schedule(seconds, run)

    def _leg(self, target: Target, calling: str, state: str) -> Leg:
        self._next_leg += 1
        return Leg(self._next_leg, target, calling, state, self._now())

    def _ringing(self, session: CallSession) -> Leg:
        leg = session.ringing
        if leg is None:
            raise CallError(f"nothing rings in call {session.id}")
        return leg


def phones_of(employee: Employee, only: str | None = None) -> tuple[Target, ...]:
    """The active phones of an employee in order, or the one that is asked for."""
    return tuple(
        Target("employee", phone.number, employee, phone.dial_time)
        for phone in employee.phones
        if phone.active and only in (None, phone.number)
    )


def scenario_targets(account: Account, scenario: Scenario) -> tuple[Target, ...]:
    """The active phones of the employees of a scenario, one after another."""
    employees = (account.employee(id_) for id_ in scenario.employee_ids)
    return tuple(target for employee in employees if employee for target in phones_of(employee))
