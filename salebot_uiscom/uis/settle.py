"""Finding out what became of a request whose answer was lost (uis-api.md 10). Each look spends a point.

Nothing here ever starts a call. "Not found" means unknown, never failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..effects import Steps, Wait
from .account import Account, is_rows
from .errors import UisError
from .limits import whole_number

log = logging.getLogger("salebot_uiscom.uis")

# Seconds to wait before each look: the active calls, then the report twice.
_ACTIVE_S = 1.0
_REPORT_S = (5.0, 30.0)
_MARGIN = timedelta(minutes=1)
# `date_time` of a message may be off by a wrong zone of the account.
_MESSAGE_MARGIN = timedelta(hours=1)
_CALL_FIELDS = (
    "id",
    "start_time",
    "direction",
    "source",
    "finish_reason",
    "is_lost",
    "talk_duration",
    "contact_phone_number",
    "virtual_phone_number",
    "call_api_external_id",
    "call_api_request_id",
)


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call that certainly started. `seen_in` is `list.calls` or `get.calls_report`."""

    call_session_id: int
    seen_in: str


def find_active(account: Account, external_id: str, *, wait_s: float = _ACTIVE_S) -> Steps[FoundCall | None]:
    """Step 1: look among the active calls. A call that ended meanwhile is not there.

    Raises:
        UisError: the list could not be read (often `component_disabled`: call management is a component of its own).
    """
    if wait_s:
        yield Wait(wait_s)
    answer = yield from account.request("call", "list.calls", {}, shape=is_rows)
    for row in answer.data or ():
        session = whole_number(row.get("call_session_id"))
        if row.get("external_id") == external_id and session is not None:
            return FoundCall(session, "list.calls")
    return None


def find_reported(account: Account, external_id: str, since: datetime, zone: ZoneInfo) -> Steps[FoundCall | None]:
    """Step 2: look into the report of calls from one minute before `since` (aware) until now plus one minute.

    Raises:
        UisError: the report could not be read.
    """
    answer = yield from account.request(
        "data",
        "get.calls_report",
        {
            **_interval(account, since, zone, _MARGIN),
            "include_ongoing_calls": True,
            "fields": list(_CALL_FIELDS),
            "filter": {"field": "call_api_external_id", "operator": "=", "value": external_id},
        },
        shape=is_rows,
    )
    for row in answer.data or ():
        session = whole_number(row.get("id"))
        # The filter is theirs, the proof is ours.
        if row.get("call_api_external_id") == external_id and session is not None:
            return FoundCall(session, "get.calls_report")
    return None


def find_call(
    account: Account, external_id: str, since: datetime, zone: Callable[[], Steps[ZoneInfo]]
) -> Steps[FoundCall | None]:
    """Steps 1 and 2: after 1 s the active calls, after 5 s and again after 30 s the report.

    None: still unknown. What hindered a look is logged. Takes half a minute: for the background, not for a function.
    """
    try:
        found = yield from find_active(account, external_id)
    except UisError as error:
        log.warning("list.calls for a lost call: %s", error)
    else:
        if found is not None:
            return found
    waited = _ACTIVE_S
    known_zone: ZoneInfo | None = None
    for moment in _REPORT_S:
        yield Wait(moment - waited)
        waited = moment
        try:
            if known_zone is None:
                known_zone = yield from zone()
            found = yield from find_reported(account, external_id, since, known_zone)
        except UisError as error:
            log.warning("get.calls_report for a lost call: %s", error)
        else:
            if found is not None:
                return found
    return None


def find_message(account: Account, ext_id: str, since: datetime, zone: ZoneInfo) -> Steps[int | None]:
    """The id of an uploaded offline message, or None when it is not in the report (yet).

    Raises:
        UisError: the report could not be read; then nothing is known.
    """
    answer = yield from account.request(
        "data",
        "get.offline_messages_report",
        {
            **_interval(account, since, zone, _MESSAGE_MARGIN),
            "fields": ["id", "ext_id"],
            "filter": {"field": "ext_id", "operator": "=", "value": ext_id},
        },
        shape=is_rows,
    )
    for row in answer.data or ():
        message = whole_number(row.get("id"))
        if row.get("ext_id") == ext_id and message is not None:
            return message
    return None


def _interval(account: Account, since: datetime, zone: ZoneInfo, margin: timedelta) -> dict[str, Any]:
    """`date_from` and `date_till` in the time of the account, whole seconds."""
    now = datetime.fromtimestamp(account.clock(), UTC)
    return {
        "date_from": (since - margin).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        "date_till": (max(now, since) + margin).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
    }
