"""What the card of a client shows, put together from the store: plain data for the templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..effects import Steps
from ..host.bot import CLIENT_TYPES
from ..host.host import Host
from ..ports import TELEPHONY, WHATSAPP, Client, Employee, PluginSettings
from ..store import Store
from ..store.codec import phone_digits
from ..store.records import BROKEN, WAITING, Deal, Event, HistoryRecord, IntentRecord, NotificationRecord, Plan
from ..uiscom import settings
from ..uiscom.notification import Refusal, read
from ..values import to_text

OFF, APP, UISCOM = "off", "app", "uiscom"
MOST_LINES, MOST_CALLS, MOST_EVENTS = 200, 20, 200
LONGEST_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    shown: str


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    value: str
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the dialog. `kind`: client, bot, event, note, call_line, error, waiting, broken."""

    at: str
    kind: str
    who: str
    text: str
    trouble: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call started by the bot or in the card, with what the telephony has told of it since."""

    function: str
    at: str
    state: str
    contact: str
    session: str = ""
    reason: str = ""
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Card:
    client: Client
    channel: str
    created: str
    position: str
    responsible: str
    blocked: bool
    phones: tuple[Phone, ...]
    variables: Mapping[str, tuple[Variable, ...]]
    deals: tuple[tuple[Deal, bool], ...]
    plans: tuple[Planned, ...]
    lists: tuple[str, ...]
    labels: tuple[str, ...]
    dialog: tuple[Line, ...]
    calls: tuple[Call, ...]


def phone(number: str) -> Phone:
    return Phone(number, f"+7 {number[1:4]} {number[4:7]}-{number[7:9]}-{number[9:]}")


def way_of_calling(host: Host, employee: Employee | None) -> str:
    """`off`, `app` or `api`: which handset an employee gets (telephony.md R50)."""
    if employee is None or employee.call_method == OFF:
        return OFF
    if not any(action.offers(employee) for action in host.interpreter.assembly.card_actions):
        return OFF
    return APP if employee.call_method == APP else "api"


def ways_of_calling(host: Host) -> tuple[str, ...]:
    """What an employee may choose: connected telephonies only (R54)."""
    names = [action.name for action in host.interpreter.assembly.card_actions]
    return (OFF, APP, *(name for name in names if name != UISCOM or host.drive(_has_key())))


def _has_key() -> Steps[bool]:
    given = yield PluginSettings(UISCOM)
    return bool(settings.read(given).api_key)


def channel_of(client: Client) -> str:
    return CLIENT_TYPES.get(client.type, str(client.type))


class CardView:
    """Reads cards. `clock` texts are in the zone of the project."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._blocks = {str(block.id): block.title for block in host.bot.blocks}

    @property
    def _store(self) -> Store:
        return self._host.store

    def moment(self, seconds: float) -> str:
        return datetime.fromtimestamp(seconds, self._host.bot.timezone).strftime("%d.%m.%Y %H:%M:%S")

    def phones(self, client_id: int) -> list[str]:
        """Numbers of a client that can be called, each once."""
        state = self._store.load_dialog(client_id)
        if state is None:
            return []
        found = [state.client.platform_id] if state.client.type in (TELEPHONY, WHATSAPP) else []
        values = [*state.client_variables.values(), *state.deal_variables.values()]
        digits = [phone_digits(value) for value in (*found, *values)]
        return list(dict.fromkeys(number for number in digits if number))

    def card(self, client_id: int) -> Card | None:
        store = self._store
        state = store.load_dialog(client_id)
        if state is None:
            return None
        lists = {one.id: one.name for one in store.lists()}
        labels = {one.id: one.name for one in store.labels()}
        current = state.deal.id if state.deal else None
        return Card(
            client=state.client,
            channel=channel_of(state.client),
            created=self.moment(state.client.created_at),
            position=self._blocks.get(state.position, state.position),
            responsible=state.card.responsible,
            blocked=bool(state.card.blocked),
            phones=tuple(map(phone, self.phones(client_id))),
            variables={
                "of_deal": _variables(state.deal_variables),
                "of_client": _variables(state.client_variables),
                "of_project": _variables(state.project_variables),
            },
            deals=tuple((deal, deal.id == current) for deal in reversed(store.deals(client_id))),
            plans=tuple(map(self._planned, state.plans)),
            lists=tuple(lists[number] for number in sorted(state.lists) if number in lists),
            labels=tuple(labels[number] for number in sorted(state.labels) if number in labels),
            dialog=self.dialog(client_id),
            calls=self.calls(client_id),
        )

    def _planned(self, plan: Plan) -> Planned:
        new = plan.new
        return Planned(self.moment(new.due_at), new.text or self._blocks.get(new.block, new.block))

    # ------------------------------------------------------------ what changes while one looks

    def dialog(self, client_id: int) -> tuple[Line, ...]:
        """The newest lines, oldest first; then what waits or was broken."""
        lines = [self._line(record) for record in self._store.history(client_id, limit=MOST_LINES)]
        waiting = self._store.events(client_id=client_id, state=WAITING, limit=MOST_EVENTS)
        broken = self._store.events(client_id=client_id, state=BROKEN, limit=20)
        return (*lines, *map(self._event, sorted((*waiting, *broken), key=lambda event: event.id)))

    def _line(self, record: HistoryRecord) -> Line:
        kind = {"note": "note", "call": "call_line", "error": "error"}.get(record.kind)
        if kind is None:
            kind = ("event" if record.outside else "client") if record.incoming else "bot"
        return Line(
            self.moment(record.created_at),
            kind,
            record.manager,
            record.text,
            record.error if record.delivered is False else "",
            record.attachments,
        )

    def _event(self, event: Event) -> Line:
        kind = "waiting" if event.state == WAITING else "broken"
        return Line(self.moment(event.new.received_at), kind, "", event.new.text, event.problem)

    def calls(self, client_id: int) -> tuple[Call, ...]:
        """Newest first."""
        told = list(self._told(self._store.client_notifications(client_id, limit=MOST_EVENTS)))
        return tuple(self._call(record, told) for record in self._store.intents(client_id=client_id, limit=MOST_CALLS))

    def _call(self, record: IntentRecord, told: list[tuple[str, str, str, str]]) -> Call:
        intent = record.intent
        result: Mapping[str, Any] = intent.result if isinstance(intent.result, dict) else {}
        session = to_text(result.get("call_session_id") or "")
        steps = [
            (at, name)
            for at, name, external_id, number in told
            if external_id == intent.external_id or (session and number == session)
        ]
        contact = phone_digits(intent.params.get("contact"))
        return Call(
            function=intent.function,
            at=self.moment(intent.created_at),
            state=intent.state,
            contact=phone(contact).shown if contact else "",
            session=session,
            reason=to_text(result.get("message") or result.get("error") or ""),
            steps=tuple(steps),
        )

    def _told(self, records: list[NotificationRecord]) -> Iterator[tuple[str, str, str, str]]:
        """Moment, name, external id, session of notifications, oldest first."""
        for record in reversed(records):
            try:
                body = read(record.notification.body)
            except Refusal:
                continue
            yield (
                self.moment(record.notification.received_at),
                body.name,
                body.external_id or "",
                to_text(body.call_session_id) if body.call_session_id is not None else "",
            )


def _variables(values: Mapping[str, Any]) -> tuple[Variable, ...]:
    found = []
    for name, value in values.items():
        digits = phone_digits(value)
        text = to_text(value)
        if len(text) > LONGEST_VALUE:
            text = f"{text[:LONGEST_VALUE]}…"
        found.append(Variable(name, text, phone(digits) if digits else None))
    return tuple(found)
