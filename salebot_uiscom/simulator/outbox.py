"""Notifications on their way out: rendered, dated, and bent by the faults of delivery."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from .calls import CallSession, Leg
from .events import event_values
from .faults import Faults
from .notifications import DEFAULT_TEMPLATE, Delivery, render
from .state import NotificationRule

_DOUBLE_AFTER = timedelta(seconds=1.5)


class Outbox:
    """`waiting` is ordered by time; equal times keep the order of the events. The caller holds the simulator's lock."""

    def __init__(self, faults: Faults, now: Callable[[], datetime]) -> None:
        self.waiting: list[Delivery] = []
        self._faults = faults
        self._now = now
        self._ids = itertools.count(1)
        self._held: Delivery | None = None

    def put(self, rule: NotificationRule, session: CallSession, leg: Leg | None) -> None:
        """Render the notification of an event that happens now and date it."""
        faults, event = self._faults, rule.event
        values, unresolved = event_values(session, rule, leg, self._now()), session.account.unresolved
        late = faults.take("notify_late", event)
        delay = rule.delay + (late["seconds"] if late is not None else 0.0)
        body = "" if rule.method == "GET" else rule.template or DEFAULT_TEMPLATE
        delivery = Delivery(
            id=next(self._ids),
            event=event,
            name=rule.name,
            call_session_id=session.id,
            due=self._now() + timedelta(seconds=delay),
            method=rule.method,
            url=render(rule.url, values, event, unresolved, in_url=True),
            body=render(body, values, event, unresolved).encode(),
        )
        if faults.take("notify_never", event):
            return
        leaving = [delivery]
        if faults.take("notify_twice", event):
            leaving.append(replace(delivery, id=next(self._ids), due=delivery.due + _DOUBLE_AFTER))
        if self._held is not None:  # this one overtakes the held one
            self._held.due = max(self._held.due, delivery.due)
            leaving.append(self._held)
            self._held = None
        elif faults.take("notify_out_of_order", event):
            self._held = delivery
            return
        self.waiting.extend(leaving)
        self.waiting.sort(key=lambda item: item.due)

    def take_due(self) -> list[Delivery]:
        """Remove and return what is due, oldest first."""
        now = self._now()
        due = [delivery for delivery in self.waiting if delivery.due <= now]
        del self.waiting[: len(due)]
        return due

    def take_early(self, session_id: int) -> list[Delivery]:
        """Remove and return the notifications of a call that leave before the answer of the API does."""
        early = [
            delivery
            for delivery in self.waiting
            if delivery.call_session_id == session_id and self._faults.take("notify_before_answer", delivery.event)
        ]
        self.waiting = [delivery for delivery in self.waiting if delivery not in early]
        return early
