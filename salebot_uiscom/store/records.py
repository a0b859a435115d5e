"""Records that a host and its store exchange: frozen; times are Unix seconds; ids of blocks and arrows are texts.

Layers of variables are those of `scope`: "" (deal, owner = deal id), "client" (owner = client id), "project" (owner 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..ports import Client, Intent, StoredNotification
from ..scope import CLIENT, DEAL, PROJECT

Value = Any

ACTIVE, SUCCESS, FAILED, ARCHIVED = 0, 1, 2, 3  # status of a deal (host.md 9)
WAITING, WORKING, FINISHED, BROKEN = "waiting", "working", "finished", "broken"  # state of an event
ROUTED, UNMATCHED, QUARANTINE = "routed", "unmatched", "quarantine"  # notifications; also WAITING and WORKING
MADE, REPEAT, DROP = "made", "repeat", "drop"  # what an operator may decide about an open intent


# ---------------------------------------------------------------- what comes in


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An incoming message to put into a dialog.

    Args:
        outside: `message_from_outside` (host.md 2.4).
        assign, assign_if: deal variables to set before blocks run, if that name has a value (`ports.DeliverEvent`).
        block: not empty = enter this block at once instead of matching `text` (`message(client, "", block)`, mailings).
        variables: variables to set before blocks run, always; `client.x` addresses the client (`/callback` parameters).
        resume: lift a pause of the bot first.
        root: id of the event that this one stems from, over all callbacks between; None = it came from outside.
    """

    client_id: int
    text: str = ""
    outside: int = 0
    received_at: float = 0.0
    attachments: tuple[str, ...] = ()
    assign: Mapping[str, Value] = field(default_factory=dict, repr=False)
    assign_if: str = ""
    block: str = ""
    variables: Mapping[str, Value] = field(default_factory=dict, repr=False)
    resume: bool = False
    root: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event. `attempts` counts how often it was taken; `problem` says why it is `BROKEN`."""

    id: int
    new: NewEvent
    state: str = WAITING
    attempts: int = 0
    problem: str = ""
    notification_id: int | None = None

    @property
    def client_id(self) -> int:
        return self.new.client_id


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A transition or a message to come (host.md 7).

    Args:
        arrow: the timer arrow, "" for a planned `message(...)`.
        source: block that the arrow leaves.
        position: where the client stood when it was planned ("cancel if left the block" of a non-state source).
        block: block to enter, or "" when only `text` is sent.
        keep: "do not cancel".
        text: of a planned message.
    """

    client_id: int
    due_at: float
    arrow: str = ""
    source: str = ""
    position: str = ""
    block: str = ""
    text: str = ""
    keep: bool = False
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A stored plan. Plans of one moment run in order of `id`."""

    id: int
    new: NewPlan

    @property
    def client_id(self) -> int:
        return self.new.client_id


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run one turn: an event or a plan that nobody else works on, of a client nobody else works on.

    `key` names the turn (`event:17`, `plan:5`): the same after every take-over, so intents are found again. `attempt`
    is the fence: a commit under an older attempt is refused with `ClaimLost`. `started_at` is the clock of the turn:
    `now` of the claim, kept over take-overs once the turn has begun an intent.
    """

    key: str
    client_id: int
    owner: str
    attempt: int
    event: Event | None = None
    plan: Plan | None = None
    started_at: float = 0.0


@dataclass(frozen=True, slots=True)
class NotificationRecord:
    """A notification as operators see it. `state`: waiting, working, routed, unmatched or quarantine.

    `repeats` counts the deliveries that were dropped as its duplicates, `repeated_at` is the moment of the last one.
    """

    notification: StoredNotification
    fingerprint: str
    state: str
    problem: str = ""
    note: str = ""
    client_id: int | None = None
    event_id: int | None = None
    replays: int = 0
    repeats: int = 0
    repeated_at: float = 0.0


@dataclass(frozen=True, slots=True)
class IntentRecord:
    """An intent with its place (turn, number in it) and the moment of its last change."""

    intent: Intent
    turn_key: str
    sequence: int
    changed_at: float


@dataclass(frozen=True, slots=True)
class Trail:
    """What a committed turn has left behind.

    Args:
        blocks: ids, in order.
        written: variables by full name (`client.phone`) with the text of their value, long ones cut; None = deleted.
    """

    key: str
    client_id: int
    at: float
    blocks: tuple[str, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)


# ---------------------------------------------------------------- employees


@dataclass(frozen=True, slots=True)
class EmployeeRecord:
    """What an employee has set in the card; None = as in the bot file. `password_hash`: argon2, or None."""

    email: str
    password_hash: str | None = field(default=None, repr=False)
    call_method: str | None = None
    virtual_phone: str | None = None
    uis_employee_id: str | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """Somebody who is signed in to the card."""

    email: str
    created_at: float
    seen_at: float


# ---------------------------------------------------------------- a dialog


@dataclass(frozen=True, slots=True)
class Card:
    """What the client card holds besides `ports.Client`.

    Args:
        responsible: e-mail of the responsible employee.
        main_client_id: main card among linked clients; 0 = the client itself.
        blocked: the bot does not work for this client.
        paused_until: the bot is silent until then.
        last_reply_at: last message of the client himself (`message_from_outside` 0); 0 = never.
        unread: counter of unread messages.
    """

    avatar: str = ""
    tag: str = ""
    responsible: str = ""
    main_client_id: int = 0
    blocked: bool = False
    paused_until: float = 0.0
    last_reply_at: float = 0.0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Deal:
    """A CRM card. `closed`: the block "close the deal" was passed; its variables are gone from the bot."""

    id: int
    client_id: int
    name: str = ""
    description: str = ""
    budget: float | int | None = None
    status: int = ACTIVE
    closed: bool = False
    state_id: int | None = None
    responsible: str = ""
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class DialogState:
    """Everything a turn needs to know about its client: one consistent reading.

    The three dicts of variables are new and belong to the caller. `project_versions` has the version of every project
    variable; names absent there have version 0.
    """

    client: Client
    card: Card = Card()
    deal: Deal | None = None
    deal_variables: dict[str, Value] = field(default_factory=dict, repr=False)
    client_variables: dict[str, Value] = field(default_factory=dict, repr=False)
    project_variables: dict[str, Value] = field(default_factory=dict, repr=False)
    project_versions: Mapping[str, int] = field(default_factory=dict, repr=False)
    position: str = ""
    visited: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    fired: frozenset[str] = frozenset()
    plans: tuple[Plan, ...] = ()
    lists: frozenset[int] = frozenset()
    labels: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One line of a dialog (host.md 1). `id` 0 = the store gives one at commit.

    Args:
        incoming: from the client (`client_replica`).
        outside: `message_from_outside`.
        block: id of the block that sent it.
        delivered: None = in the outbox, waiting for its channel.
        kind: `message`, `note` (comment in the dialog), `call` (telephony record), `error` (for the author).
    """

    client_id: int
    text: str
    incoming: bool = False
    kind: str = "message"
    outside: int = 0
    block: str = ""
    attachments: tuple[str, ...] = ()
    created_at: float = 0.0
    delivered: bool | None = True
    error: str = ""
    manager: str = ""
    id: int = 0


# ---------------------------------------------------------------- project data


@dataclass(frozen=True, slots=True)
class ListRecord:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Label:
    id: int
    name: str
    color: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A task of an employee; `date` is `dd.mm.yyyy`, `time` is `HH:MM`, as the script gave them."""

    id: int
    email: str
    name: str
    date: str = ""
    time: str = ""
    description: str = ""
    client_id: int | None = None
    deal_id: int | None = None
    done: bool = False
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification to employees; no `users` = everybody. `priority`: 0 neutral, 1 success, 2 warning, 3 error."""

    text: str
    users: tuple[str, ...] = ()
    priority: int = 0
    client_id: int | None = None
    created_at: float = 0.0
    id: int = 0


# ---------------------------------------------------------------- changes of a turn


class SetVariable(NamedTuple):
    """Write one variable of any layer and owner; None and "" delete it. Quick to make: a turn has dozens of them."""

    layer: str
    owner: int
    name: str
    value: Value

    def __repr__(self) -> str:
        return f"SetVariable(layer={self.layer!r}, owner={self.owner!r}, name={self.name!r})"


@dataclass(frozen=True, slots=True)
class EditClient:
    """Change card fields of a client: `name` and the fields of `Card` by name; absent ones stay."""

    client_id: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaveDeal:
    """Create or replace a deal under its (allocated) id. Variables are separate."""

    deal: Deal


@dataclass(frozen=True, slots=True)
class DeleteDeal:
    """Delete a deal with its variables; where it was current, no deal is."""

    deal_id: int


@dataclass(frozen=True, slots=True)
class SwitchDeal:
    """Make a deal the current one of a client; None = none."""

    client_id: int
    deal_id: int | None


@dataclass(frozen=True, slots=True)
class SaveList:
    list: ListRecord


@dataclass(frozen=True, slots=True)
class DeleteList:
    list_id: int


@dataclass(frozen=True, slots=True)
class JoinList:
    list_id: int
    client_id: int


@dataclass(frozen=True, slots=True)
class LeaveList:
    """Take a client off a list; `client_id` None = everybody."""

    list_id: int
    client_id: int | None


@dataclass(frozen=True, slots=True)
class SaveLabel:
    label: Label


@dataclass(frozen=True, slots=True)
class DeleteLabel:
    label_id: int


@dataclass(frozen=True, slots=True)
class PutLabel:
    label_id: int
    client_id: int


@dataclass(frozen=True, slots=True)
class TakeLabel:
    """Take a label off a client; `client_id` None = off everybody."""

    label_id: int
    client_id: int | None


@dataclass(frozen=True, slots=True)
class SaveTask:
    task: Task


@dataclass(frozen=True, slots=True)
class DeleteTask:
    task_id: int


@dataclass(frozen=True, slots=True)
class SendNotice:
    notice: Notice


@dataclass(frozen=True, slots=True)
class DeleteHistory:
    """Remove one line of a dialog (`remove_last_message`)."""

    record_id: int


Change = (
    SetVariable | EditClient | SaveDeal | DeleteDeal | SwitchDeal | SaveList | DeleteList | JoinList | LeaveList
    | SaveLabel | DeleteLabel | PutLabel | TakeLabel | SaveTask | DeleteTask | SendNotice | DeleteHistory
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one turn changes: written all or not at all, together with "the event (or plan) is done".

    Args:
        key: name of the turn (`Claim.key`). Repeating a committed key writes nothing.
        claim: the claim it ran under; None for turns nobody can take over (tests, tools).
        position: new block of the client; None = unchanged.
        visited, passed, fired: blocks seen, "pass once" arrows used, "answer once" blocks used: to be added.
        changes: applied in this order (variables of anybody, deals, lists, labels, tasks, notices, cards).
        plans: to be added, in planning order; `cancelled`: ids of plans to be removed (of any client).
        history: lines to be added, in order; those with `delivered` None form the outbox.
        events: for other clients (`callback`, `message` with a block), in order.
        project_expected: versions of the project variables that this turn read or wrote, as `DialogState` had them.
        project_overwrite: write although versions differ (a turn with effects cannot be run again).
        problem: not empty = the event is kept as `BROKEN` with this text; the changes are written all the same.
        blocks: ids of the blocks it went through, in order, for `Trail`.
        first_deal: the deal that it has made because the client had none. Where somebody else has made one meanwhile
            (the HTTP API beside a turn), what it says of its own is written to that one.
    """

    key: str
    client_id: int
    claim: Claim | None = None
    position: str | None = None
    visited: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    plans: tuple[NewPlan, ...] = ()
    cancelled: tuple[int, ...] = ()
    history: tuple[HistoryRecord, ...] = ()
    events: tuple[NewEvent, ...] = ()
    project_expected: Mapping[str, int] = field(default_factory=dict, repr=False)
    project_overwrite: bool = False
    at: float = 0.0
    problem: str = ""
    blocks: tuple[str, ...] = ()
    first_deal: int = 0


@dataclass(frozen=True, slots=True)
class ProjectClash:
    """A project variable that somebody else has written since the dialog was loaded."""

    name: str
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a turn.

    Args:
        written: False = nothing was written, because of `clashes` (run the turn again from a new `load_dialog`).
        repeated: this turn had been committed before; nothing was written now.
        clashes: what differed; not empty with `written` True after `project_overwrite`.
        history_ids: ids of `Turn.history`, in order; empty when repeated.
    """

    written: bool
    repeated: bool = False
    clashes: tuple[ProjectClash, ...] = ()
    history_ids: tuple[int, ...] = ()


__all__ = [
    "ACTIVE", "ARCHIVED", "BROKEN", "CLIENT", "DEAL", "DROP", "FAILED", "FINISHED", "MADE", "PROJECT", "QUARANTINE",
    "REPEAT", "ROUTED", "SUCCESS", "UNMATCHED", "WAITING", "WORKING", "Card", "Change", "Claim", "Client",
    "Committed", "Deal", "DeleteDeal", "DeleteHistory", "DeleteLabel", "DeleteList", "DeleteTask", "DialogState",
    "EditClient", "EmployeeRecord", "Event", "HistoryRecord", "Intent", "IntentRecord", "JoinList", "Label",
    "LeaveList", "ListRecord", "NewEvent", "NewPlan", "Notice", "NotificationRecord", "Plan", "ProjectClash",
    "PutLabel", "SaveDeal", "SaveLabel", "SaveList", "SaveTask", "SendNotice", "SessionRecord", "SetVariable",
    "StoredNotification", "SwitchDeal", "TakeLabel", "Task", "Trail", "Turn",
]  # fmt: skip
