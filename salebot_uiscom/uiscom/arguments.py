"""Arguments of the functions, checked before anything is sent (telephony.md R8-R10, R19, R20, R26, R27)."""

from __future__ import annotations

import re
from typing import Any

from ..functions.registry import Value
from ..values import to_text
from . import phones, uploads
from .outcome import WRONG_CALL, Result, refusal
from .settings import UiscomSettings

_WHOLE = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")


class WrongCall(Exception):
    """An argument that cannot be sent; `result` is what the script gets."""

    def __init__(self, result: Result) -> None:
        super().__init__(result["error"])
        self.result = result


class Check:
    """Arguments before anything is sent."""

    def __init__(self, settings: UiscomSettings, lang: str) -> None:
        self._repaired = settings.phone_repair
        self._secrets = settings.receiver_keys
        self._lang = lang

    def given(self, **values: Value) -> None:
        for name, value in values.items():
            if not uploads.is_given(value):
                raise self._wrong("required_parameter_missed", "UI200", name_param=name)

    def phone(self, name: str, value: Value) -> str:
        found = phones.dialable(value, repaired=self._repaired)
        if found is None:
            raise self._wrong("invalid_phone", phones.advice(value), name_param=name, got=value)
        return found

    def whole(self, name: str, value: Value) -> int:
        found = whole_number(value)
        if found is None:
            raise self._wrong("data_type_error", "UI202", name_param=name, got=value)
        return found

    def one_of_three(self, site_id: Value, campaign_id: Value, visitor_session_id: Value) -> dict[str, int]:
        """The one id that is given, or the pair of a site and campaign -1 (R26, R27)."""
        values = {"site_id": site_id, "campaign_id": campaign_id, "visitor_session_id": visitor_session_id}
        given = {name: value for name, value in values.items() if not is_skipped(value)}
        wrong = self._wrong("invalid_parameters_combination", "UI203")
        if set(given) == {"site_id", "campaign_id"}:
            if whole_number(campaign_id) != -1:
                raise wrong
        elif len(given) != 1:
            raise wrong
        ids = {name: self.whole(name, value) for name, value in given.items()}
        if ids == {"campaign_id": -1}:
            raise wrong
        return ids

    def _wrong(self, mnemonic: str, code: str, **data: Any) -> WrongCall:
        shown = to_text(data.get("got"))
        if any(secret in shown for secret in self._secrets):
            data["got"] = "•••"
        return WrongCall(refusal(mnemonic, WRONG_CALL, code, self._lang, **data))


def whole_number(value: Value) -> int | None:
    """An id as UIS wants it: a number, or the text of one; no truth values, no fractions (uis-api.md D7)."""
    if isinstance(value, str):
        digits = _WHOLE.fullmatch(value)
        return int(digits[1]) if digits else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) >= 10**18:
        return None
    return int(value) if value == int(value) else None


def is_skipped(value: Value) -> bool:
    """Absent in an offline message: left out, or 0 (uis-api.md D4)."""
    return not uploads.is_given(value) or whole_number(value) == 0
