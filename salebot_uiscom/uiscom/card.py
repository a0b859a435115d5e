"""The handset beside a phone number in the client card (telephony.md I, uis-api.md D2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..effects import Steps
from ..errors import SalebotError
from ..messages import language
from ..ports import CardAction, CardCall, Employee
from . import calls, phones, uploads
from .arguments import whole_number
from .connection import Connection
from .once import not_configured, take
from .outcome import WRONG_CALL, refusal

NAME = "uiscom"
OFF, APP = "off", "app"


def make_card_action(connection: Connection) -> CardAction:
    """The three ways of calling that an employee can have with UISCOM (R50): off, through an application, by API."""

    def offers(employee: Employee) -> bool:
        return employee.call_method in (APP, NAME)

    def press(employee: Employee, client_id: int, phone: str) -> Steps[CardCall]:
        lang = language()
        if not offers(employee):
            return CardCall(result=refusal("calls_disabled", WRONG_CALL, "UI209", lang))
        if not uploads.is_given(phone):
            return _refused("required_parameter_missed", "UI200", lang, name_param="phone")
        if employee.call_method == APP:
            link = _link(phone)
            return (
                CardCall(link=link) if link else _refused("invalid_phone", "UI201", lang, name_param="phone", got=phone)
            )
        try:
            settings = yield from connection.ask()
        except SalebotError as error:
            return CardCall(result=not_configured(error, connection, None, lang))
        number = phones.dialable(phone, repaired=settings.phone_repair)
        if number is None:
            return _refused("invalid_phone", "UI201", lang, name_param="phone", got=phone)
        own = _own(employee.telephony, settings.phone_repair)
        if isinstance(own, str):
            return _refused("employee_not_configured", "UI210", lang, name_param=own)
        action = calls.employee_call(
            settings, own[0], number, own[1], client_id=client_id, function="click_to_call", from_card=True
        )
        return CardCall(result=(yield from take(action, connection, settings, lang)))

    return CardAction(NAME, offers, press)


def _own(telephony: Mapping[str, str], repaired: bool) -> tuple[str, int] | str:
    """Number and id of the employee (R51), or the name of what is missing or wrong."""
    number = phones.dialable(telephony.get("virtual_phone"), repaired=repaired)
    if number is None:
        return "virtual_phone"
    identity = whole_number(telephony.get("uis_employee_id"))
    return "uis_employee_id" if identity is None else (number, identity)


def _link(phone: str) -> str:
    """`tel:` address; eleven digits from 7 get the plus that makes them a number of the whole world."""
    digits = re.sub(r"[^0-9]", "", phone)
    if not digits or any(char.isalpha() for char in phone):
        return ""
    return f"tel:+{digits}" if phone.strip().startswith("+") or phones.strict(digits) else f"tel:{digits}"


def _refused(mnemonic: str, code: str, lang: str, **data: Any) -> CardCall:
    return CardCall(result=refusal(mnemonic, WRONG_CALL, code, lang, **data))
