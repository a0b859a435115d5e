"""Lists and labels inside a turn: what the store holds, under what the turn has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..effects import Steps
from ..store import records
from .asking import on_store

if TYPE_CHECKING:
    from ..store.protocol import Store

Entry = records.ListRecord | records.Label


class Groups:
    """Lists (`kind` "list") or labels ("label") of the project and who belongs to them.

    Args:
        client_id, own: the client of the turn and the groups he is in.
    """

    def __init__(self, kind: str, client_id: int, own: frozenset[int]) -> None:
        self.kind = kind
        self._client_id = client_id
        self._own = own
        self._entries: dict[int, Entry] | None = None
        self._changes: list[records.Change] = []
        self._members: dict[tuple[int, int], bool] = {}
        self._emptied: set[int] = set()

    def changes(self) -> Iterator[records.Change]:
        """In the order they were made."""
        return iter(self._changes)

    def entries(self) -> Steps[dict[int, Entry]]:
        if self._entries is None:
            stored = yield from on_store(self._stored)
            self._entries = {entry.id: entry for entry in stored}
        return self._entries

    def _stored(self, store: Store) -> list[Entry]:
        return [*store.lists()] if self.kind == "list" else [*store.labels()]

    def find(self, name: str) -> Steps[Entry | None]:
        """By name, as written; the lowest id of equal names."""
        entries = yield from self.entries()
        return next((entry for _, entry in sorted(entries.items()) if entry.name == name), None)

    def create(self, name: str, color: int = 0) -> Steps[Entry]:
        entries = yield from self.entries()
        number = yield from on_store(lambda store: store.allocate(self.kind))
        entry: Entry
        if self.kind == "list":
            entry = records.ListRecord(number, name)
            self._changes.append(records.SaveList(entry))
        else:
            entry = records.Label(number, name, color)
            self._changes.append(records.SaveLabel(entry))
        entries[number] = entry
        return entry

    def ensure(self, name: str, color: int = 0) -> Steps[int]:
        """Id of the group with this name. Made outside of the turn when absent, so two dialogs never make two."""
        known = yield from self.find(name)
        if known is not None:
            return known.id
        number = yield from on_store(
            lambda store: store.ensure_list(name) if self.kind == "list" else store.ensure_label(name, color)
        )
        entries = yield from self.entries()
        entries[number] = (
            records.ListRecord(number, name) if self.kind == "list" else records.Label(number, name, color)
        )
        return number

    def delete(self, number: int) -> Steps[None]:
        entries = yield from self.entries()
        entries.pop(number, None)
        self._changes.append(records.DeleteList(number) if self.kind == "list" else records.DeleteLabel(number))

    def put(self, number: int, client_id: int) -> None:
        self._members[number, client_id] = True
        self._changes.append(
            records.JoinList(number, client_id) if self.kind == "list" else records.PutLabel(number, client_id)
        )

    def take(self, number: int, client_id: int | None) -> None:
        """Take one client, or everybody, out."""
        if client_id is None:
            self._emptied.add(number)
            self._members = {place: there for place, there in self._members.items() if place[0] != number}
        else:
            self._members[number, client_id] = False
        self._changes.append(
            records.LeaveList(number, client_id) if self.kind == "list" else records.TakeLabel(number, client_id)
        )

    def of(self, client_id: int) -> Steps[set[int]]:
        """Groups a client is in."""
        if client_id == self._client_id:
            stored = self._own
        else:
            stored = yield from on_store(
                lambda store: store.client_lists(client_id) if self.kind == "list" else store.client_labels(client_id)
            )
        found = {number for number in stored if number not in self._emptied}
        for (number, member), there in self._members.items():
            if member == client_id:
                (found.add if there else found.discard)(number)
        entries = yield from self.entries()
        return {number for number in found if number in entries}

    def members(self, number: int) -> Steps[set[int]]:
        """Clients in a group."""
        found: set[int] = set()
        entries = yield from self.entries()
        if number not in entries:
            return found
        if number not in self._emptied:
            found = set(
                (
                    yield from on_store(
                        lambda store: store.list_members([number]) if self.kind == "list" else store.labelled(number)
                    )
                )
            )
        for (other, member), there in self._members.items():
            if other == number:
                (found.add if there else found.discard)(member)
        return found
