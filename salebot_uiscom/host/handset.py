"""The handset in the client card: what a press of it does in the store and the dialog."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from ..effects import drive
from ..messages import language, mask, message_of
from ..ports import TELEPHONY, WHATSAPP, BeginIntent, CardCall, Client, Intent, SettleLater
from ..store import Store, StoreError
from ..store.records import HistoryRecord, Turn
from ..values import to_text

if TYPE_CHECKING:
    from .host import Host

log = logging.getLogger("salebot_uiscom.host")

_PHONE = re.compile(r"7[0-9]{10}")


def press_handset(host: Host, email: str, client_id: int, phone: str, press: str) -> CardCall:
    """See `Host.click_to_call`.

    The first press leaves the line in the dialog. One that repeats it leaves the same line or, while the first is still
    at work and its outcome unknown, none.

    Raises:
        StoreError: before anything was asked of the telephony.
    """
    employee = host.employee(email)
    client = host.store.client(client_id)
    if client is None:
        return _refused("client_not_found", "SB643")
    if employee is None:
        return _refused("employee_not_found", "SB644")
    action = next((one for one in host.interpreter.assembly.card_actions if one.offers(employee)), None)
    if action is None:
        return _refused("calls_disabled", "SB645")
    key = f"card:{press}"
    write_down, put_off = host.performers(turn_key=key)[BeginIntent], host.handlers[SettleLater]
    repeated = False

    def begin(effect: BeginIntent) -> tuple[Intent, bool]:
        nonlocal repeated
        intent, is_new = write_down(effect)
        repeated = not is_new
        return intent, is_new

    def settle_later(effect: SettleLater) -> None:
        # What the first press has left open it looks for itself; if it could not, the upkeep does.
        if not repeated:
            put_off(effect)

    steps = action.press(employee, client_id, phone or _phone_of(client, host.store))
    made = drive(steps, {**host.handlers, BeginIntent: begin, SettleLater: settle_later})
    if repeated and made.result.get("outcome") == "unknown":
        return made
    outcome = made.result.get("error") or ("tel" if made.link else "ok")
    line = HistoryRecord(client_id, f"{action.name}: {outcome}", kind="call", manager=email, created_at=host.clock())
    try:
        host.store.commit_turn(Turn(key, client_id, history=(line,), at=host.clock()))
    except StoreError as error:
        # It may ring by now, and whoever hears of a failure presses again.
        log.error("a call from the card of client %d is missing in its dialog: %s", client_id, mask(str(error)))
    return made


def _phone_of(client: Client, store: Store) -> str:
    deal = store.current_deal(client.id)
    layers = [store.variables("", deal.id)] if deal else []
    layers.append(store.variables("client", client.id))
    found = [values["phone"] for values in layers if "phone" in values]
    found += [client.platform_id] if client.type in (TELEPHONY, WHATSAPP) else []
    for value in (*found, *(value for values in layers for value in values.values())):
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else value
        if isinstance(text, str | int) and _PHONE.fullmatch(str(text)):
            return str(text)
    # The telephony judges what is left: it may be a foreign number.
    return to_text(found[0]) if found else ""


def _refused(mnemonic: str, code: str) -> CardCall:
    """A press that reaches no telephony, in the form of telephony.md R22."""
    return CardCall(result={"error": mnemonic, "code": -32602, "message": message_of(code).text(language(), {})})
