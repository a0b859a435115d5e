"""The deals of a turn: the current one, made when a variable is first written, and the others of any client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..effects import Steps
from ..ports import Client
from ..scope import DEAL, Scope
from ..store import records
from .asking import on_store

Value = Any
# Layer and id of the client or deal; the project is ("project", 0), a deal not yet made ("", 0).
Owner = tuple[str, int]


class DealsPart:
    """The part of `turn.Turn` that reads and changes deals."""

    at: float
    state: records.DialogState
    first_deal = 0
    client: Client
    deal: records.Deal | None
    deal_owner: Owner
    scope: Scope
    describe_dialog: Callable[[], None]
    variables: Callable[[str, int], Steps[dict[str, Value]]]
    _changes: list[records.Change]
    _deals: dict[int, records.Deal | None]
    _values: dict[Owner, dict[str, Value]]
    _loaded: dict[Owner, dict[str, Value]]

    def ensure_deal(self) -> Steps[records.Deal]:
        """The current deal, made when there is none: the first variable written makes one (host.md 2.1)."""
        if self.deal is None:
            number = yield from on_store(lambda store: store.allocate("deal"))
            deal = records.Deal(number, self.client.id, created_at=self.at)
            self._values[(DEAL, number)] = self._values.pop(self.deal_owner)
            self._loaded[(DEAL, number)] = self._loaded.pop(self.deal_owner)
            self.deal_owner = (DEAL, number)
            self.save_deal(deal)
            self._changes.append(records.SwitchDeal(self.client.id, number))
            if self.state.deal is None and not self.first_deal:
                self.first_deal = number
            self.deal = deal
            self.describe_dialog()
        return self.deal

    def current_deal(self) -> Steps[records.Deal | None]:
        """The current deal; variables written before count."""
        if self.deal is None and self.scope.deal:
            return (yield from self.ensure_deal())
        return self.deal

    def current_deal_of(self, client_id: int) -> Steps[records.Deal | None]:
        """The current deal of any client, with the changes of this turn."""
        if client_id == self.client.id:
            return (yield from self.current_deal())
        for change in reversed(self._changes):
            if isinstance(change, records.SwitchDeal) and change.client_id == client_id:
                return None if change.deal_id is None else (yield from self.deal_of(change.deal_id))
        deal = yield from on_store(lambda store: store.current_deal(client_id))
        return None if deal is None else self._deals.get(deal.id, deal)

    def deal_of(self, deal_id: int) -> Steps[records.Deal | None]:
        yield from self.current_deal()
        if self.deal is not None and self.deal.id == deal_id:
            return self.deal
        if deal_id not in self._deals:
            self._deals[deal_id] = yield from on_store(lambda store: store.deal(deal_id))
        return self._deals[deal_id]

    def deals_of(self, client_id: int) -> Steps[list[records.Deal]]:
        """Deals of a client by id, with the changes of this turn."""
        yield from self.current_deal()
        stored = yield from on_store(lambda store: store.deals(client_id))
        known: dict[int, records.Deal | None] = {deal.id: deal for deal in stored}
        known.update(
            {number: deal for number, deal in self._deals.items() if deal is None or deal.client_id == client_id}
        )
        return [deal for _, deal in sorted(known.items()) if deal is not None]

    def save_deal(self, deal: records.Deal) -> None:
        self._deals[deal.id] = deal
        if self.deal is not None and self.deal.id == deal.id:
            self.deal = deal
            self.describe_dialog()
        self._changes.append(records.SaveDeal(deal))

    def new_deal(self, client_id: int, **fields: Any) -> Steps[records.Deal]:
        number = yield from on_store(lambda store: store.allocate("deal"))
        deal = records.Deal(number, client_id, created_at=self.at, **fields)
        self.save_deal(deal)
        self._values[(DEAL, number)] = {}
        self._loaded[(DEAL, number)] = {}
        return deal

    def delete_deal(self, deal: records.Deal) -> None:
        self._deals[deal.id] = None
        self._changes.append(records.DeleteDeal(deal.id))
        if self.deal is not None and self.deal.id == deal.id:
            self.deal = None
            self._use_deal((DEAL, 0), {})
        self._values.pop((DEAL, deal.id), None)
        self._loaded.pop((DEAL, deal.id), None)

    def switch_deal(self, deal: records.Deal | None) -> Steps[None]:
        """Make a deal (or none) current: its variables are read and written from now on."""
        yield from self.current_deal()  # what was written so far belongs to the former one
        values = {} if deal is None else (yield from self.variables(DEAL, deal.id))
        self.deal = deal
        self._changes.append(records.SwitchDeal(self.client.id, deal.id if deal else None))
        self._use_deal((DEAL, deal.id if deal else 0), values)

    def _use_deal(self, owner: Owner, values: dict[str, Value]) -> None:
        # A running program holds the dict of the deal: it stays the same object, its content changes.
        live = self.scope.deal
        self._values[self.deal_owner] = dict(live)
        names, content = {*live, *values}, dict(values)
        live.clear()
        live.update(content)
        if owner[1] == 0:
            self._loaded[owner] = {}
        self._values[owner] = live
        self.deal_owner = owner
        for name in names:
            self.scope.refresh(name)
        self.describe_dialog()

    def close_deal(self) -> Steps[None]:
        """The block "close the deal": its variables are gone from the bot."""
        deal = yield from self.current_deal()
        if deal is not None:
            self.save_deal(replace(deal, closed=True))
            yield from self.switch_deal(None)
