"""The store as performer of the effects of `ports`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..effects import AsyncHandler, Effect, Handler
from ..ports import (
    BeginIntent,
    ConnectedBots,
    CreateClient,
    DeliverEvent,
    EndIntent,
    FindByPhone,
    FindIntent,
    Intent,
    StoreNotification,
)
from .protocol import Store
from .records import Event, NewEvent

TELEPHONY_EVENT = 3  # `message_from_outside` of telephony events (host.md 2.4)


def async_handlers(performers: Mapping[type[Effect], Handler], store: Store) -> dict[type[Effect], AsyncHandler]:
    """The same table for `effects.adrive`: each performer in a thread, but for the intake of notifications.

    That one waits for its group without a thread of its own: three times as many per second from one loop.
    """
    import asyncio

    def keep(effect: StoreNotification) -> Awaitable[str]:
        return store.submit_notification(
            effect.source,
            effect.fingerprint,
            effect.body,
            effect.received_at,
            effect.repeat_window_s,
            effect.problem,
        )

    def threaded(performer: Handler) -> AsyncHandler:
        async def perform(effect: Effect) -> Any:
            return await asyncio.to_thread(performer, effect)

        return perform

    return {**{effect: threaded(performer) for effect, performer in performers.items()}, StoreNotification: keep}


def handlers(
    store: Store,
    *,
    turn_key: str = "",
    bots: Callable[[int], list[str]] = lambda client_type: [],
    outside: int = TELEPHONY_EVENT,
    clock: Callable[[], float] | None = None,
) -> dict[type[Effect], Handler]:
    """Performers by type of effect, for `effects.drive`. `SettleLater` and `HttpRequest` are the host's own.

    Args:
        turn_key: `Claim.key` of the turn; intents are tied to it, and those of an earlier run are found, so make a new
            table for each run of a turn. Empty (a press of a button in the card): every intent has a place of its own.
        bots: groups of the connected bots of a client type, in order of connection.
        outside: `message_from_outside` of events that name none.
        clock: dates of creation; default is the store's own.
    """
    seen: list[str] = []

    def now() -> float | None:
        return None if clock is None else clock()

    def begin(effect: BeginIntent) -> tuple[Intent, bool]:
        intent, is_new = store.begin_intent(
            turn_key or f"single:{effect.external_id}",
            seen,
            external_id=effect.external_id,
            function=effect.function,
            client_id=effect.client_id,
            params=effect.params,
            created_at=now(),
        )
        seen.append(intent.external_id)
        return intent, is_new

    def deliver(effect: DeliverEvent) -> Event | None:
        event: NewEvent | None = None
        if effect.client_id is not None:
            record = store.notification(effect.notification_id)
            event = NewEvent(
                client_id=effect.client_id,
                text=effect.text,
                outside=outside if effect.outside is None else effect.outside,
                received_at=record.notification.received_at if record is not None else 0.0,
                assign=effect.assign,
                assign_if=effect.assign_if,
            )
        return store.deliver_event(effect.notification_id, event, effect.note)

    def keep(effect: StoreNotification) -> str:
        return store.store_notification(
            effect.source,
            effect.fingerprint,
            effect.body,
            effect.received_at,
            effect.repeat_window_s,
            effect.problem,
        )

    performers: dict[Any, Handler] = {
        BeginIntent: begin,
        EndIntent: lambda effect: store.end_intent(effect.external_id, effect.state, effect.result),
        FindIntent: lambda effect: store.intent(effect.external_id),
        StoreNotification: keep,
        FindByPhone: lambda effect: store.find_by_phone(effect.phone),
        ConnectedBots: lambda effect: bots(effect.client_type),
        CreateClient: lambda effect: store.create_client(effect.client, now()),
        DeliverEvent: deliver,
    }
    return performers
