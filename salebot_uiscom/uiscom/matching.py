"""From a notification to a dialog: whose it is (telephony.md R12-R18, R43) and what is put there (R42, R46-R48)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..effects import Steps
from ..messages import language, message_of
from ..ports import (
    BEGUN,
    DONE,
    TELEPHONY,
    UNKNOWN,
    WHATSAPP,
    Client,
    ConnectedBots,
    CreateClient,
    DeliverEvent,
    EndIntent,
    FindByPhone,
    FindIntent,
    Intent,
    NewClient,
    PhoneHit,
    StoredNotification,
)
from ..scope import MAX_VALUE, stored_size
from . import phones
from .notification import Notification, Refusal, read
from .settings import UiscomSettings

log = logging.getLogger("salebot_uiscom.uiscom")

VARIABLE, SWITCH = "uiscom_request", "save_webhook"


@dataclass(frozen=True, slots=True)
class MatchStep:
    """One line of an explanation; `code` is one of `salebot_uiscom.messages`. Phones are masked in its text."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str = "ru") -> str:
        return message_of(self.code).text(lang, self.data)

    def __str__(self) -> str:
        return self.text(language())


@dataclass(frozen=True, slots=True)
class Match:
    """Whose phone it is.

    `client_id` None: nobody's (`explain` says why). `created`: the client was made for this phone; where only asking
    (`create=False`), `would_create` is the client that an event would make.
    """

    client_id: int | None
    explain: tuple[MatchStep, ...]
    created: bool = False
    would_create: NewClient | None = None


def match_phone(phone: Any, *, name: str = "", create: bool = True) -> Steps[Match]:
    """Find the client of a phone, or make one.

    Args:
        phone: in any usual spelling; it is repaired first (R43).
        name: for a new telephony client, from the event (R16).
        create: False only tells (`salebot-uiscom match PHONE --explain`).
    """
    number = phones.strict(phone)
    if number is not None:
        return (yield from _match_number(number, [], name, create))
    number = phones.strict(phones.repair(phone))
    if number is None:
        return _nobody(phone)
    return (yield from _match_number(number, [MatchStep("UI231", {"phone": number})], name, create))


def _nobody(phone: Any) -> Match:
    return Match(None, (MatchStep("UI230", {"phone": phones.text_of(phone)}),))


def _match_number(number: str, explain: list[MatchStep], name: str, create: bool) -> Steps[Match]:
    """Whose a number is that conforms to R8."""
    hits: list[PhoneHit] = yield FindByPhone(number)
    for where, code in (("telephony", "UI232"), ("whatsapp", "UI233"), ("variable", "UI234")):
        found = sorted({hit.client_id: hit for hit in reversed(hits) if hit.where == where}.items())
        explain.append(MatchStep(code, {"count": len(found)}))
        if found:
            client_id, hit = found[0]
            explain.append(MatchStep("UI235", {"name_id": str(client_id), "name_where": hit.name or where}))
            if len(found) > 1:
                explain.append(MatchStep("UI236", {"text_ids": ", ".join(str(other) for other, _ in found[1:])}))
            return Match(client_id, tuple(explain))
    bots: list[str] = yield ConnectedBots(WHATSAPP)
    if bots:
        new = NewClient(WHATSAPP, number, bots[0], number)
        explain.append(MatchStep("UI237", {"name_group": bots[0]}))
    else:
        new = NewClient(TELEPHONY, number, "", name or number)
        explain.append(MatchStep("UI238"))
    if not create:
        return Match(None, tuple(explain), would_create=new)
    client: Client = yield CreateClient(new)
    return Match(client.id, tuple(explain), created=True)


def route(stored: StoredNotification, settings: UiscomSettings) -> Steps[None]:
    """Deliver one stored notification; settles the call it belongs to when it was ours (R43)."""
    try:
        notification = read(stored.body)
    except Refusal as refusal:
        yield DeliverEvent(stored.id, None, note=_say("UI222", text_reason=refusal.reason, size=len(stored.body)))
        return
    intent = yield from _settle(notification)
    if notification.phone is None and intent is not None and intent.client_id is not None:
        # No number to search for, but the call is one of ours: its dialog is known (webhooks.md 10).
        yield _delivery(stored, notification, settings, intent.client_id, _say("UI239"))
        return
    # Repaired once, by the reader. Once more, `+84…` of Vietnam, now without its plus, would become somebody in Russia.
    number = phones.strict(notification.phone)
    if number is None:
        match = _nobody(notification.phone)
    else:
        match = yield from _match_number(number, [], notification.contact_full_name or "", create=True)
    note = "; ".join(step.text(language()) for step in match.explain)
    if match.client_id is None:
        log.info("notification %d unmatched: %s", stored.id, note)
    yield _delivery(stored, notification, settings, match.client_id, note)


def _delivery(
    stored: StoredNotification,
    notification: Notification,
    settings: UiscomSettings,
    client_id: int | None,
    note: str,
) -> DeliverEvent:
    assign: dict[str, Any] = {VARIABLE: notification.body}
    if stored_size(notification.body) > MAX_VALUE:
        log.warning(_say("UI224", limit=MAX_VALUE, name_id=str(stored.id)))
        assign = {}
    return DeliverEvent(
        stored.id,
        client_id,
        notification.text,
        assign=assign,
        assign_if=SWITCH if assign else "",
        outside=settings.event_kind,
        note=note,
    )


def _settle(notification: Notification) -> Steps[Intent | None]:
    """A notification with our mark proves that the call was started, whatever became of the answer."""
    if notification.external_id is None:
        return None
    intent: Intent | None = yield FindIntent(notification.external_id)
    session = notification.call_session_id
    if intent is not None and intent.state in (BEGUN, UNKNOWN):
        result = {"call_session_id": session if isinstance(session, int) else None}
        yield EndIntent(intent.external_id, DONE, result)
    return intent


def _say(code: str, **data: object) -> str:
    return message_of(code).text(language(), data)
