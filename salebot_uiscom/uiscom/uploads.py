"""Offline messages: the phone and name that were left out, and the upload (telephony.md E, uis-api.md D4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..context import Context
from ..effects import Steps
from ..ports import TELEPHONY, WHATSAPP, Client
from ..scope import FlatScope, Scope
from ..uis import Uis
from ..uis.errors import UisError
from ..values import to_text
from . import phones
from .once import Action
from .outcome import OFFLINE_MESSAGES, Result
from .settings import UiscomSettings

_CLIENT_PREFIXES = ("client.", "клиент.")


def is_given(value: Any) -> bool:
    """`None`, empty text and the word `none` in any case stand for an argument that is left out."""
    return value is not None and not (isinstance(value, str) and value.strip().lower() in ("", "none"))


def phone_of(ctx: Context, settings: UiscomSettings) -> str | None:
    """A phone that was put into some variable of the client before (R29), in the documented order."""
    deal, client = _variables(ctx.scope)
    person = ctx.host.get("client")

    def candidates() -> Iterator[Any]:
        yield deal.get("phone")
        yield client.get("phone")
        if isinstance(person, Client) and person.type in (WHATSAPP, TELEPHONY):
            yield person.platform_id
        yield from deal.values()
        yield from client.values()

    found = (phones.dialable(value, repaired=settings.phone_repair) for value in candidates())
    return next((phone for phone in found if phone is not None), None)


def name_of(ctx: Context, given: Any) -> str | None:
    """The argument, or the name of the client (R30)."""
    if is_given(given):
        return to_text(given)
    person = ctx.host.get("client")
    return (person.name or None) if isinstance(person, Client) else None


def offline_message(
    ctx: Context,
    settings: UiscomSettings,
    message: Any,
    ids: Mapping[str, int],
    phone: str,
    name: str | None,
    *,
    client_id: int | None,
) -> Action:
    """One message, timed by the clock of the host in the zone of the account (R32)."""
    moment = ctx.now.astimezone(ZoneInfo(settings.uis_timezone)).strftime("%Y-%m-%d %H:%M:%S")
    content = {"date_time": moment, "name": name, "phone": phone, "message": to_text(message), **ids}

    def send(uis: Uis, mark: str) -> Steps[Result]:
        try:
            stored = yield from uis.upload_offline_messages([{**content, "ext_id": mark}])
        except UisError as error:
            if error.mnemonic != "invalid_date_time" or error.outcome_unknown:
                raise
            # The refusal proves that nothing was stored; without a time UIS takes its own.
            stored = yield from uis.upload_offline_messages([{**content, "date_time": None, "ext_id": mark}])
        return {"id": stored[0].id}

    return Action(OFFLINE_MESSAGES, client_id, content, send, find_message)


def find_message(uis: Uis, mark: str, since: datetime) -> Steps[Result | None]:
    """A message by its mark, in the report."""
    found = yield from uis.find_offline_message(mark, since)
    return None if found is None else {"id": found}


def _variables(scope: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Variables of the deal and of the client, each in order of creation."""
    if isinstance(scope, Scope):
        return scope.deal, scope.client
    if not isinstance(scope, FlatScope):
        return {}, {}
    deal: dict[str, Any] = {}
    client: dict[str, Any] = {}
    for name, value in scope.variables.items():
        if "." not in name:
            deal[name] = value
        elif name.startswith(_CLIENT_PREFIXES):
            client.setdefault(name.partition(".")[2], value)
    return deal, client
