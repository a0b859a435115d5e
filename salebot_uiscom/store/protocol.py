"""What a store can do. Synchronous, safe to call from any thread and from several processes at once.

One store holds one project. Every method that writes returns after the write is durable, or raises a `StoreError` and
has written nothing. `tests/store` is the contract: a new store passes it unchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from ..ports import Client, Intent, NewClient, PhoneHit, StoredNotification
from .records import (
    Card,
    Claim,
    Committed,
    Deal,
    DialogState,
    EmployeeRecord,
    Event,
    HistoryRecord,
    IntentRecord,
    Label,
    ListRecord,
    NewEvent,
    Notice,
    NotificationRecord,
    Plan,
    SessionRecord,
    Task,
    Trail,
    Turn,
    Value,
)

if TYPE_CHECKING:
    from asyncio import Future

LEASE_S = 60.0  # a claim not renewed for so long may be taken over


class Inbox(Protocol):
    """Notifications: raw bytes as they came, until a plugin has routed them into a dialog."""

    def store_notification(
        self, source: str, fingerprint: str, body: bytes, received_at: float, repeat_window_s: float, problem: str = ""
    ) -> str:
        """Write it down; `ports.NEW` or `ports.DUPLICATE`.

        A duplicate (same source and fingerprint, received less than `repeat_window_s` before) is not stored. With a
        `problem` it goes to quarantine and neither is nor causes a duplicate.
        """
        ...

    def submit_notification(
        self, source: str, fingerprint: str, body: bytes, received_at: float, repeat_window_s: float, problem: str = ""
    ) -> Future[str]:
        """`store_notification` for the running event loop: the future ends when it is durable (or refused).

        A future that is done before its turn, cancelled for example, takes its notification along. One that waits too
        long for other programs ends with `StoreBusy`: the sender repeats, and what was stored after all makes that a
        duplicate.
        """
        ...

    def claim_notification(
        self, owner: str, *, sources: Sequence[str] | None = None, lease_s: float = LEASE_S
    ) -> StoredNotification | None:
        """The oldest waiting notification, or None. One of a source is in work at a time, so order of arrival holds.

        The same owner claiming again gets the one it has not settled yet (so route in one thread). A claim whose lease
        has run out is taken over.
        """
        ...

    def deliver_event(self, notification_id: int, event: NewEvent | None, note: str = "") -> Event | None:
        """Add the event and mark the notification routed (without an event: unmatched), in one transaction.

        A notification that is settled already gets no second event: the first one comes back.
        """
        ...

    def quarantine_notification(self, notification_id: int, problem: str) -> None:
        """Set a notification aside that cannot be routed; the next one gets its turn."""
        ...

    def notifications(
        self, *, state: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[NotificationRecord]:
        """Newest first."""
        ...

    def notification(self, notification_id: int) -> NotificationRecord | None: ...

    def replay_notification(self, notification_id: int) -> bool:
        """Let it be routed once more, by an operator's wish. False = unknown, waiting already, or in work."""
        ...


class Work(Protocol):
    """Events and plans on their way through the dialogs."""

    def add_event(self, event: NewEvent) -> Event: ...

    def claim_work(
        self, owner: str, now: float, *, client_id: int | None = None, lease_s: float = LEASE_S
    ) -> Claim | None:
        """The next turn to run, or None.

        Only of a client that nobody works on. A client's plans due at `now` come before its waiting events (host.md 6,
        step 9), plans by due time, events by arrival; between clients the oldest first. Work whose lease has run out is
        taken over with `attempt` + 1.

        Args:
            owner: name of the process (`new_owner()`).
            now: the bot's clock; leases run by the store's own.
            client_id: only this client's work.
        """
        ...

    def renew(self, owner: str, *, lease_s: float = LEASE_S) -> int:
        """Prolong all claims of an owner; how many. To be called every few seconds by a living worker."""
        ...

    def release(self, owner: str) -> int:
        """Give all claims of an owner back (shutting down, or known to be dead); how many."""
        ...

    def release_gone(self) -> int:
        """Give back the claims of processes of this machine that have ended; how many. Others' leases run out."""
        ...

    def fail_work(self, claim: Claim, problem: str) -> None:
        """The turn cannot be run: keep the event as broken (a plan is removed); the client's next work may go on."""
        ...

    def events(
        self, *, client_id: int | None = None, state: str | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[Event]:
        """Newest first."""
        ...

    def event(self, event_id: int) -> Event | None: ...

    def count_stemming(self, root: int, client_id: int) -> int:
        """How many events of a client stem from one (`NewEvent.root`)."""
        ...

    def replay_event(self, event_id: int) -> Event | None:
        """Put a copy of a finished or broken event at the end of its client's queue. None = unknown or not finished."""
        ...

    def next_due(self, after: float | None = None) -> float | None:
        """When the earliest plan falls due; `after`: of those that fall due later than this moment."""
        ...


class Dialogs(Protocol):
    """State of dialogs: loaded as a whole, changed by whole turns."""

    def load_dialog(self, client_id: int) -> DialogState | None:
        """One consistent reading; None = no such client."""
        ...

    def commit_turn(self, turn: Turn) -> Committed:
        """All of it or nothing.

        Raises:
            ClaimLost: somebody else has taken the turn over; nothing was written.
            StoreRefused: a change names a client, deal or list that does not exist; nothing was written.
        """
        ...

    def allocate(self, kind: str, count: int = 1) -> int:
        """First of `count` new ids, in a transaction of its own: never given twice, even if the turn fails.

        `kind`: `deal`, `list`, `label`, `task`, `history`.
        """
        ...

    def ensure_list(self, name: str) -> int:
        """Id of the list with this name, created when absent; in a transaction of its own."""
        ...

    def ensure_label(self, name: str, color: int = 0) -> int: ...

    def outbox(self, limit: int = 100) -> list[HistoryRecord]:
        """Outgoing messages whose delivery is not settled, oldest first."""
        ...

    def set_delivered(self, record_id: int, error: str = "") -> None:
        """Settle a message of the outbox; an `error` means not delivered."""
        ...


class Clients(Protocol):
    """Finding and creating clients."""

    def find_by_phone(self, phone: str) -> list[PhoneHit]:
        """All hits for 11 digits: telephony, then whatsapp, then variables; each by client id (R12-R14)."""
        ...

    def create_client(self, client: NewClient, created_at: float | None = None) -> Client:
        """Create, or return the one with the same type, platform id and group."""
        ...

    def client(self, client_id: int) -> Client | None: ...

    def card(self, client_id: int) -> Card | None: ...

    def find_clients(self, client_type: int | None, platform_id: str, group: str | None = None) -> list[Client]:
        """By platform id; None = any. Ordered by id."""
        ...

    def find_by_variable(self, layer: str, name: str, value: Value) -> list[int]:
        """Ids of clients with this value in a client variable, or in a variable of the current deal; ordered by id.

        Compared by text form, so `5` and `"5"` are the same.
        """
        ...

    def clients(self, *, after_id: int = 0, limit: int = 500) -> list[Client]: ...

    def linked_clients(self, client_id: int) -> list[int]:
        """Ids of all cards linked with this one, itself included, ordered by id."""
        ...


class Intents(Protocol):
    """Actions that must not be repeated (`ports.Intent`)."""

    def begin_intent(
        self,
        turn_key: str,
        seen: Collection[str],
        *,
        external_id: str,
        function: str,
        client_id: int | None,
        params: Mapping[str, Any],
        created_at: float | None = None,
    ) -> tuple[Intent, bool]:
        """Write an intent down before its request leaves; `(intent, is_new)`.

        When a turn is run again after a crash, the intent of its earlier run with this function and these parameters
        comes back with False; so does one whose external id exists. While the earlier run has done things that this
        one has not come by yet, nothing else is begun: the two have parted ways, whoever was rung may be rung again
        under other parameters. A dropped intent comes back then, with False.

        Args:
            seen: external ids of the intents that this run of the turn has come by.
        """
        ...

    def end_intent(self, external_id: str, state: str, result: Any = None) -> Intent:
        """Store the outcome. Settled intents (done, refused, not_sent, dropped) stay as they are; the answer tells."""
        ...

    def intent(self, external_id: str) -> Intent | None: ...

    def open_intents(self, limit: int = 1000, after: Intent | None = None) -> list[Intent]:
        """Begun and unknown ones, oldest first; those after `after` where it is given."""
        ...

    def choose_intent(self, external_id: str, choice: str, by: str = "") -> Intent:
        """An operator settles an open intent: `MADE` (done), `DROP` (given up), `REPEAT` (given up; the caller starts a
        new one with the same `params` under an external id of its own).

        Raises:
            StoreRefused: unknown, or settled already.
        """
        ...


class ProjectData(Protocol):
    """Reads for the functions of the host. Writes go through `Turn.changes`."""

    def variables(self, layer: str, owner: int = 0) -> dict[str, Value]:
        """All variables of a deal ("", its id), a client, or the project ("project", 0); in order of creation."""
        ...

    def current_deal(self, client_id: int) -> Deal | None: ...

    def deal(self, deal_id: int) -> Deal | None: ...

    def deals(self, client_id: int) -> list[Deal]:
        """Ordered by id."""
        ...

    def lists(self) -> list[ListRecord]: ...

    def list_members(self, list_ids: Sequence[int]) -> list[int]:
        """Distinct clients of these lists, ordered by id."""
        ...

    def labels(self) -> list[Label]: ...

    def labelled(self, label_id: int) -> list[int]:
        """Clients with this label, ordered by id."""
        ...

    def client_lists(self, client_id: int) -> frozenset[int]: ...

    def client_labels(self, client_id: int) -> frozenset[int]: ...

    def task(self, task_id: int) -> Task | None: ...

    def tasks(self, *, email: str | None = None) -> list[Task]: ...

    def notices(self, *, after_id: int = 0, limit: int = 100) -> list[Notice]: ...

    def history(self, client_id: int, *, limit: int = 2000) -> list[HistoryRecord]:
        """The newest `limit` lines, oldest first."""
        ...

    def plans(self, client_id: int | None = None) -> list[Plan]:
        """In order of due time, then of planning."""
        ...


class Staff(Protocol):
    """Employees of the client card. `digest`: of a session's cookie, which itself is kept nowhere."""

    def employee(self, email: str) -> EmployeeRecord | None:
        """What he has set; None = nothing yet."""
        ...

    def set_password_hash(self, email: str, password_hash: str) -> None:
        """Also ends his sessions."""
        ...

    def set_calling(self, email: str, call_method: str, virtual_phone: str, uis_employee_id: str) -> None: ...

    def open_session(self, digest: str, email: str, now: float) -> None: ...

    def session(self, digest: str) -> SessionRecord | None: ...

    def touch_session(self, digest: str, now: float) -> None: ...

    def close_session(self, digest: str) -> None: ...

    def secret(self, name: str) -> str:
        """A random text of this project, made at the first question."""
        ...


class Looking(Protocol):
    """Reads for people: search, figures, explanations."""

    def search_clients(self, text: str, *, before_id: int | None = None, limit: int = 50) -> list[Client]:
        """By a part of the name, the address or a phone, or by id; "" = all. Newest first."""
        ...

    def figures(self) -> Mapping[str, float | None]:
        """Lengths of the queues, moments of their oldest entries (None = empty), open calls."""
        ...

    def trail(self, turn_key: str) -> Trail | None:
        """What a committed turn did; None = not committed, or pruned."""
        ...

    def intents(
        self, *, turn_key: str | None = None, client_id: int | None = None, limit: int = 100
    ) -> list[IntentRecord]:
        """Newest first."""
        ...

    def find_call(self, call: str) -> list[IntentRecord]:
        """By external id, or by the `call_session_id` of the result. Reads the whole table."""
        ...

    def client_notifications(self, client_id: int, *, limit: int = 100) -> list[NotificationRecord]:
        """Those that made events of this client, newest first."""
        ...

    def find_notifications(self, text: str, *, limit: int = 100) -> list[NotificationRecord]:
        """Those whose body holds this text, oldest first. Reads the whole table."""
        ...


class Upkeep(Protocol):
    """Settings, retention, soundness, end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """`close`."""
        ...

    def set_project_variable(self, name: str, value: Value) -> None:
        """Write a project variable outside of turns (settings, bot file)."""
        ...

    def prune(self, before: float) -> Mapping[str, int]:
        """Delete settled notifications, finished events and settled intents older than `before`; rows per table.

        Never what is still waiting, broken, in quarantine or open. Keep at least the longest repeat window (7 days).
        """
        ...

    def check(self) -> list[str]:
        """Problems of the file (integrity, schema); empty = sound."""
        ...

    def close(self) -> None:
        """Finish waiting writes, then close. Closing twice does nothing."""
        ...


class Store(Inbox, Work, Dialogs, Clients, Intents, ProjectData, Staff, Looking, Upkeep, Protocol):
    """All of it. `salebot_uiscom.store.open_store(target)` gives one."""
