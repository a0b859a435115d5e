"""What became of an event, step by step: received → repeats → matched → blocks → variables → calls → results.

    for step in explain(store, "event:17"):
        print(step)

Everything comes from the store, so it works on the file of a bot that has ended, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..foreign import one_line
from ..ports import BEGUN, UNKNOWN
from ..source import place_in
from ..store import Store
from ..store.records import Event, IntentRecord, NotificationRecord
from .bot import Bot

RECEIVED, REPEATED, UNREADABLE, MATCHED, UNMATCHED = "received", "repeated", "unreadable", "matched", "unmatched"
EVENT, BLOCK, VARIABLE, CALL, RESULT, FINISHED, BROKEN = (
    "event", "block", "variable", "call", "result", "finished", "broken",
)  # fmt: skip
TOLD, WAITS, IDLE = "told", "waits", "idle"
#: Kinds for people, Russian and English; the texts of steps are the same in both.
LABELS: Mapping[str, tuple[str, str]] = {
    RECEIVED: ("получено", "received"),
    REPEATED: ("повтор отброшен", "repeats dropped"),
    UNREADABLE: ("не прочитано", "unreadable"),
    MATCHED: ("клиент найден", "matched"),
    UNMATCHED: ("клиента нет", "unmatched"),
    EVENT: ("событие", "event"),
    BLOCK: ("блок", "block"),
    VARIABLE: ("переменная", "variable"),
    CALL: ("звонок", "call"),
    RESULT: ("результат", "result"),
    TOLD: ("сообщено", "told"),
    WAITS: ("ждёт", "waits"),
    FINISHED: ("готово", "finished"),
    IDLE: ("ни один блок не подошёл", "no block matched"),
    BROKEN: ("не выполнено", "broken"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `at`: Unix seconds, None = within the step before. `data`: its details, JSON types."""

    kind: str
    at: float | None
    text: str
    data: Mapping[str, Any]

    def line(self, timezone: ZoneInfo, lang: str = "ru") -> str:
        """For people, on one line; phones are whole, masking is the caller's."""
        moment = "" if self.at is None else datetime.fromtimestamp(self.at, timezone).strftime("%Y-%m-%d %H:%M:%S.%f")
        text = place_in(lang, self.text) if self.kind == BLOCK else self.text
        return f"{moment[:23]:23}  {LABELS[self.kind][lang == 'en']:15}  {one_line(text)}".rstrip()


Read = Callable[[bytes], Mapping[str, Any]]


def json_body(body: bytes) -> Mapping[str, Any]:
    """Fields of a body that is JSON, else none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def explain(store: Store, what: str, bot: Bot | None = None, *, read: Read = json_body) -> list[Step]:
    """The chain of one thing; empty = it is not known (or pruned).

    Args:
        what: `event:17`, `notification:5`, or a call: our external id, or the `call_session_id` of UIS. A bare number
            is an event if there is one, else a call.
        bot: names the blocks.
        read: bytes of a notification → its fields, as its receiver reads them (forms, mended bodies); none where it
            cannot be read.
    """
    names = {str(block.id): block.title for block in bot.blocks} if bot is not None else {}
    return list(_Chain(store, names, read).of(what.strip()))


class _Chain:
    def __init__(self, store: Store, names: Mapping[str, str], read: Read) -> None:
        self._store = store
        self._read = read
        self._names = names

    def of(self, what: str) -> Iterator[Step]:
        kind, colon, number = what.partition(":")
        if colon and kind in ("event", "notification") and _is_id(number):
            yield from self._event(int(number)) if kind == "event" else self._notification_alone(int(number))
            return
        if _is_id(what) and self._store.event(int(what)) is not None:
            yield from self._event(int(what))
            return
        yield from self._call(what)

    # ------------------------------------------------------------ an event

    def _event(self, number: int) -> Iterator[Step]:
        event = self._store.event(number)
        if event is None:
            return
        if event.notification_id is not None:
            notification = self._store.notification(event.notification_id)
            if notification is not None:
                yield from self._received(notification)
        yield from self._turn(event)

    def _turn(self, event: Event) -> Iterator[Step]:
        key = f"event:{event.id}"
        new = event.new
        yield Step(
            EVENT,
            new.received_at,
            f"№ {event.id} → {new.client_id}: {new.text or self._names.get(new.block, new.block)}",
            {"event_id": event.id, "client_id": new.client_id, "text": new.text, "outside": new.outside,
             "attempts": event.attempts},
        )  # fmt: skip
        trail = self._store.trail(key)
        for block in trail.blocks if trail else ():
            yield Step(BLOCK, None, self._names.get(block, f"№ {block}"), {"block": block})
        for name, value in trail.written.items() if trail else ():
            yield Step(VARIABLE, None, f"{name} = {'—' if value is None else value}", {name: value})
        for record in reversed(self._store.intents(turn_key=key)):
            yield from self._intent(record)
        if event.problem:
            yield Step(BROKEN, trail.at if trail else None, event.problem, {"problem": event.problem})
        elif trail is not None:
            yield Step(
                FINISHED if trail.blocks else IDLE,
                trail.at,
                f"+{trail.at - new.received_at:.3f} s",
                {"state": event.state},
            )
        else:
            yield Step(WAITS, None, event.state, {"state": event.state})

    # ------------------------------------------------------------ a notification

    def _notification_alone(self, number: int) -> Iterator[Step]:
        record = self._store.notification(number)
        if record is None:
            return
        yield from self._received(record)
        event = self._store.event(record.event_id) if record.event_id is not None else None
        if event is not None:
            yield from self._turn(event)
        elif record.state in ("waiting", "working"):
            yield Step(WAITS, None, record.state, {"state": record.state})

    def _received(self, record: NotificationRecord) -> Iterator[Step]:
        stored = record.notification
        yield Step(
            RECEIVED,
            stored.received_at,
            f"{stored.source} № {stored.id}: {self._name(stored.body)}",
            {"notification_id": stored.id, "source": stored.source, "state": record.state, "replays": record.replays},
        )
        if record.repeats:
            yield Step(REPEATED, record.repeated_at, f"× {record.repeats}", {"repeats": record.repeats})
        if record.problem:
            yield Step(UNREADABLE, None, record.problem, {"problem": record.problem})
        elif record.state == "routed":
            yield Step(MATCHED, None, record.note, {"client_id": record.client_id, "note": record.note})
        elif record.state == "unmatched":
            yield Step(UNMATCHED, None, record.note, {"note": record.note})

    # ------------------------------------------------------------ a call

    def _call(self, what: str) -> Iterator[Step]:
        records = self._store.find_call(what)
        for record in records:
            turn = record.turn_key
            if turn.startswith("event:") and _is_id(turn.removeprefix("event:")):
                event = self._store.event(int(turn.removeprefix("event:")))
                if event is not None:
                    text = f"№ {event.id} → {event.client_id}: {event.new.text}"
                    yield Step(EVENT, event.new.received_at, text, {"event_id": event.id})
            yield from self._intent(record)
        marks = dict.fromkeys([what, *(mark for record in records for mark in _marks(record))])
        told: dict[int, NotificationRecord] = {}
        for mark in marks:
            found = self._store.find_notifications(mark)
            told.update((one.notification.id, one) for one in found if self._tells(one, mark))
        for number, one in sorted(told.items()):
            stored = one.notification
            yield Step(
                TOLD, stored.received_at, f"{stored.source} № {number}: {self._name(stored.body)}",
                {"notification_id": number, "event_id": one.event_id, "client_id": one.client_id, "state": one.state},
            )  # fmt: skip

    def _intent(self, record: IntentRecord) -> Iterator[Step]:
        intent = record.intent
        params = ", ".join(f"{name}={value}" for name, value in intent.params.items())
        yield Step(
            CALL, intent.created_at, f"{intent.function}({params})",
            {"external_id": intent.external_id, "client_id": intent.client_id, "params": dict(intent.params),
             "turn": record.turn_key},
        )  # fmt: skip
        text = (
            intent.state
            if intent.result is None
            else f"{intent.state}: {json.dumps(intent.result, ensure_ascii=False)}"
        )
        at = None if intent.state in (BEGUN, UNKNOWN) and record.changed_at == intent.created_at else record.changed_at
        yield Step(RESULT, at, text, {"state": intent.state, "result": intent.result})

    def _tells(self, record: NotificationRecord, mark: str) -> bool:
        """Is the text found in a body the call it speaks of, not a part of some other number?"""
        body = self._read(record.notification.body)
        inner = body.get("call_info")
        places = (body, inner) if isinstance(inner, dict) else (body,)
        return any(str(place.get(name)) == mark for place in places for name in ("call_session_id", "external_id"))

    def _name(self, body: bytes) -> str:
        return str(self._read(body).get("notification_name") or "—")


def _marks(record: IntentRecord) -> Iterator[str]:
    yield record.intent.external_id
    result = record.intent.result
    if isinstance(result, dict) and result.get("call_session_id"):
        yield str(result["call_session_id"])


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
