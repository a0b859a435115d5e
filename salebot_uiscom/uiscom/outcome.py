"""What a script gets (telephony.md R22): a dictionary, never an exception. And what operators are told (R45)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ..messages import language, message_of
from ..uis.errors import UisError

log = logging.getLogger("salebot_uiscom.uiscom")

# JSON-RPC leaves -32000 to implementations and UIS does not use it: faults of the way and of this host.
OWN_CODE = -32000
WRONG_CALL = -32602
NO_KEY = -32001

# The one action that is no call.
OFFLINE_MESSAGES = "uiscom_offline_messages"

Result = dict[str, Any]

# The account or the connection must be changed by a person; no script can help (R2, R4-R6).
SETUP = frozenset(
    "access_token_invalid access_token_expired access_token_blocked auth_error ip_not_whitelisted forbidden "
    "component_disabled method_component_disabled parameter_component_disabled account_inactive tariff_restrictions "
    "data_limit_exceeded not_configured".split()
)


def refusal(mnemonic: str, code: int, message_code: str, lang: str, **data: Any) -> Result:
    """An error found here, before any request."""
    return {"error": mnemonic, "code": code, "message": message_of(message_code).text(lang, data)}


def of_error(error: UisError, lang: str, external_id: str | None = None) -> Result:
    """An error of UIS or of the way to it.

    Where nobody knows whether the action was done, `outcome` says `unknown` and `external_id` names the action: that is
    neither success nor failure.
    """
    late = getattr(error, "timeout", False)
    result: Result = {
        "error": "timeout" if late else error.mnemonic,
        "code": OWN_CODE if error.code is None else error.code,
        "message": error.text or error.cause(lang),
    }
    if error.outcome_unknown and external_id is not None:
        result |= {"external_id": external_id, "outcome": "unknown"}
    return result


def unknown(function: str, external_id: str, lang: str) -> Result:
    """An action that was begun once and must not be taken again."""
    code = "UI216" if function == OFFLINE_MESSAGES else "UI207"
    return refusal("outcome_unknown", OWN_CODE, code, lang) | {"external_id": external_id, "outcome": "unknown"}


class Alarms:
    """Messages to operators, one per kind and hour.

    A kind is a mnemonic of one account: `account` is any mark that tells accounts apart and is no secret.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, every_s: float = 3600.0) -> None:
        self._clock = clock
        self._every_s = every_s
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], float] = {}

    def tell(self, mnemonic: str, text: str, account: str = "") -> None:
        if mnemonic not in SETUP:
            return
        now = self._clock()
        with self._lock:
            last = self._last.get((account, mnemonic))
            if last is not None and now - last < self._every_s:
                return
            self._last[account, mnemonic] = now
        log.error("%s", text)

    def tell_error(self, error: UisError, account: str = "") -> None:
        self.tell(error.mnemonic, error.describe(language()), account)
