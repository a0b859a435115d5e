"""What functions, receivers and card buttons ask of their host: effects and the records they speak in.

A host answers them with its store (`salebot_uiscom.store` does); a plugin only yields them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .effects import Effect, Steps
from .web import WebReply, WebRequest

TELEPHONY, WHATSAPP = 13, 6  # client types (host.md 2.5)


@dataclass(frozen=True, slots=True)
class Client:
    """One person in one channel. `created_at` in Unix seconds."""

    id: int
    type: int
    platform_id: str
    group: str = ""
    name: str = ""
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to create unless (type, platform_id, group) exists."""

    type: int
    platform_id: str
    group: str = ""
    name: str = ""


# ---------------------------------------------------------------- actions that must not be repeated

BEGUN, DONE, REFUSED, NOT_SENT, UNKNOWN, DROPPED = "begun", "done", "refused", "not_sent", "unknown", "dropped"


@dataclass(frozen=True, slots=True)
class Intent:
    """An action that rings people: written down before the request leaves.

    `state`: begun (asked, no answer yet: after a crash this means unknown), done, refused (UIS said no), not_sent (no
    byte left), unknown (perhaps done), dropped (an operator gave it up). `result` is what the script got.
    """

    external_id: str
    function: str
    client_id: int | None
    params: Mapping[str, Any] = field(repr=False)
    state: str = BEGUN
    result: Any = None
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class BeginIntent(Effect):
    """Store an intent, durably, before the request. The answer is `(Intent, is_new)`.

    The host ties it to the turn. When that is repeated after a crash, its earlier intent with the same function and
    parameters comes back with `is_new` False: the action must not be taken again. Where the repeated turn has taken
    another path, a dropped intent comes back, also with False.
    """

    external_id: str
    function: str
    client_id: int | None
    params: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndIntent(Effect):
    """Store what became of it. A settled intent (done, refused, not_sent) never changes back."""

    external_id: str
    state: str
    result: Any = None


@dataclass(frozen=True, slots=True)
class SettleLater(Effect):
    """Ask the host to run `steps()` in the background (find out an unknown outcome); errors are logged, not raised."""

    name: str
    steps: Callable[[], Steps[None]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindIntent(Effect):
    """The `Intent` with this external id, or None."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Settler:
    """Who finds out what became of open intents: `settle(intent)` for those that one of `functions` has begun.

    The host asks after a restart and from time to time. It changes nothing but the record of the intent.
    """

    functions: frozenset[str]
    settle: Callable[[Intent], Steps[None]]


# ---------------------------------------------------------------- settings


@dataclass(frozen=True, slots=True)
class PluginSettings(Effect):
    """The settings that the host keeps for a plugin now, None when there are none.

    For receivers and card actions; functions have them in `Context.settings`.
    """

    plugin: str


# ---------------------------------------------------------------- notifications in

NEW, DUPLICATE = "new", "duplicate"


@dataclass(frozen=True, slots=True)
class StoreNotification(Effect):
    """Write the raw bytes of a notification down, durably. The answer is `NEW` or `DUPLICATE`.

    Args:
        source: name of the plugin that reads it (`uiscom`).
        fingerprint: equal content gives an equal fingerprint.
        repeat_window_s: a notification with the same fingerprint inside this time is a duplicate.
        problem: not empty = nobody can read it: it goes to quarantine, visible and replayable, and is never a duplicate.
    """

    source: str
    fingerprint: str
    body: bytes = field(repr=False)
    received_at: float
    repeat_window_s: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StoredNotification:
    """A notification as the router gets it, in order of arrival."""

    id: int
    source: str
    body: bytes = field(repr=False)
    received_at: float


@dataclass(frozen=True, slots=True)
class PhoneHit:
    """A client that carries a phone. `where`: `telephony` (platform id of a type-13 client), `whatsapp` (platform id of a
    type-6 client) or `variable` (with its name, `client.phone` or `phone`)."""

    client_id: int
    where: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class FindByPhone(Effect):
    """All `PhoneHit`s for 11 digits, ordered telephony, whatsapp, variable, then by client id."""

    phone: str


@dataclass(frozen=True, slots=True)
class ConnectedBots(Effect):
    """Groups (ids) of the connected bots of a client type, in order of connection: `list[str]`."""

    client_type: int


@dataclass(frozen=True, slots=True)
class CreateClient(Effect):
    """Create a client, or return the one with the same type, platform id and group: `Client`."""

    client: NewClient


@dataclass(frozen=True, slots=True)
class DeliverEvent(Effect):
    """Put an event into a dialog as an incoming message and mark the notification as routed, in one transaction.

    Args:
        client_id: whose dialog; None = nobody could be found (the notification is kept as unmatched).
        text: the incoming message, `Uiscom_event <name>`.
        assign: deal variables to set before blocks run …
        assign_if: … if this name has any value as a constant or as a deal variable of the client.
        outside: value of `message_from_outside` (host.md 2.4); None = the host's setting for telephony.
        note: why, for the log (phones masked).
    """

    notification_id: int
    client_id: int | None
    text: str = ""
    assign: Mapping[str, Any] = field(default_factory=dict, repr=False)
    assign_if: str = ""
    outside: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One address of a plugin for incoming notifications.

    `receive` answers the sender at once (after `StoreNotification`); `route` runs later, once per stored notification of
    `source`, in order of arrival, and yields `DeliverEvent`.
    """

    source: str
    path: str
    receive: Callable[[WebRequest], Steps[WebReply]]
    route: Callable[[StoredNotification], Steps[None]]


# ---------------------------------------------------------------- client card


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who signs in to the card. `call_method`: `off`, `app` or the name of a telephony plugin (`uiscom`).

    `telephony` holds what that plugin needs of him (`virtual_phone`, `uis_employee_id`).
    """

    email: str
    name: str = ""
    call_method: str = "off"
    telephony: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardCall:
    """What pressing the handset gave: `link` (a `tel:` address to open), or `result` (a dictionary as of a function)."""

    link: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardAction:
    """The handset beside a phone number.

    `offers(employee)`: is the button shown to him? `press(employee, client_id, phone)` does it.
    """

    name: str
    offers: Callable[[Employee], bool]
    press: Callable[[Employee, int, str], Steps[CardCall]]
