"""Client of UIS / CoMagic (Call API v4.0, Data API v2.0), usable without any bot.

    from salebot_uiscom.uis import UisClient, UisSettings

    with UisClient(UisSettings(access_token="…")) as uis:
        started = uis.start_employee_call(virtual_phone_number="78001002752", contact="79004443322", employee=2339292)

Names are loaded when first used: `salebot_uiscom.uis.tables` alone costs no HTTP library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .account import UisState
    from .api import CallStarted, NameMap, Uis, UploadedMessage, new_external_id
    from .client import AsyncUisClient, UisClient
    from .errors import (
        UisAccountError,
        UisAuthError,
        UisComponentDisabled,
        UisDirectionForbidden,
        UisError,
        UisForbidden,
        UisInternalError,
        UisInvalidParams,
        UisLimitExceeded,
        UisNoAnswer,
        UisNumberError,
        UisOutcomeUnknown,
        UisProtocolError,
        UisRequestError,
        UisSequenceError,
        UisUnreachable,
    )
    from .paging import Listing
    from .settings import UisSettings
    from .settle import FoundCall

_HOMES = {
    "account": ("UisState",),
    "api": ("CallStarted", "NameMap", "Uis", "UploadedMessage", "new_external_id"),
    "client": ("AsyncUisClient", "UisClient"),
    "errors": (
        "UisAccountError",
        "UisAuthError",
        "UisComponentDisabled",
        "UisDirectionForbidden",
        "UisError",
        "UisForbidden",
        "UisInternalError",
        "UisInvalidParams",
        "UisLimitExceeded",
        "UisNoAnswer",
        "UisNumberError",
        "UisOutcomeUnknown",
        "UisProtocolError",
        "UisRequestError",
        "UisSequenceError",
        "UisUnreachable",
    ),
    "paging": ("Listing",),
    "settings": ("UisSettings",),
    "settle": ("FoundCall",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AsyncUisClient",
    "CallStarted",
    "FoundCall",
    "Listing",
    "NameMap",
    "Uis",
    "UisAccountError",
    "UisAuthError",
    "UisClient",
    "UisComponentDisabled",
    "UisDirectionForbidden",
    "UisError",
    "UisForbidden",
    "UisInternalError",
    "UisInvalidParams",
    "UisLimitExceeded",
    "UisNoAnswer",
    "UisNumberError",
    "UisOutcomeUnknown",
    "UisProtocolError",
    "UisRequestError",
    "UisSequenceError",
    "UisSettings",
    "UisState",
    "UisUnreachable",
    "UploadedMessage",
    "new_external_id",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
