"""Actions that must never be taken twice: calls and uploaded messages (uis-api.md 10).

    written down (BeginIntent) → sent → what came of it written down (EndIntent)

When nobody can say what came of it, the action counts as perhaps done: it is looked for, first at once among the active
calls, then in the background in the reports; a notification with its mark settles it at any moment. It is never sent
again by us.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from ..effects import Effect, HttpRequest, Steps, UnhandledEffect
from ..errors import SalebotError
from ..messages import language, message_of
from ..ports import (
    BEGUN,
    DONE,
    DROPPED,
    NOT_SENT,
    REFUSED,
    UNKNOWN,
    BeginIntent,
    EndIntent,
    FindIntent,
    Intent,
    SettleLater,
)
from ..uis import Uis, new_external_id
from ..uis.errors import UisError, UisUnreachable
from .connection import Connection, NotConfigured, account_mark
from .outcome import NO_KEY, OFFLINE_MESSAGES, OWN_CODE, Result, of_error, refusal, unknown
from .settings import UiscomSettings

log = logging.getLogger("salebot_uiscom.uiscom")


Find = Callable[[Uis, str, datetime], Steps[Result | None]]


@dataclass(frozen=True, slots=True)
class Action:
    """What to do and how to find out whether it was done.

    Attributes:
        function: name for the record.
        client_id: whose dialog.
        params: for the record: numbers and ids, no key.
        send: takes a client of UIS and the mark; gives the result for the script, raises `UisError`.
        look: a quick look for it (None: there is none).
        find: a thorough look, in the background; `since` is the moment of the request.
    """

    function: str
    client_id: int | None
    params: Mapping[str, Any] = field(repr=False)
    send: Callable[[Uis, str], Steps[Result]]
    find: Find
    look: Callable[[Uis, str], Steps[Result | None]] | None = None


def take(action: Action, connection: Connection, settings: UiscomSettings, lang: str) -> Steps[Result]:
    """Take an action at most once; gives the dictionary for the script and raises nothing.

    Raises:
        UnhandledEffect: this host has no store or no HTTP.
    """
    try:
        uis = connection.open(settings)
    except NotConfigured as error:
        return not_configured(error, connection, settings, lang)
    mark = new_external_id()
    began = connection.clock()
    try:
        intent, is_new = yield BeginIntent(mark, action.function, action.client_id, action.params)
    except UnhandledEffect:
        raise
    except Exception as error:
        # Not written down means not allowed: after a crash nobody would know of it.
        _trouble(action.function, "BeginIntent", mark, error)
        return refusal("not_stored", OWN_CODE, "UI206", lang)
    if not is_new:
        return (yield from _recorded(intent, action, connection, settings, lang))
    try:
        result = yield from action.send(uis, mark)
    except UisError as error:
        connection.alarms.tell_error(error, account_mark(settings))
        outcome = of_error(error, lang, mark)
        if not error.outcome_unknown:
            not_sent = error.local or isinstance(error, UisUnreachable)
            yield from _note(action, EndIntent(mark, NOT_SENT if not_sent else REFUSED, outcome), mark)
            return outcome
    except UnhandledEffect as error:
        # Without HTTP nothing can have left; a lack found later says nothing about that.
        state = NOT_SENT if isinstance(error.effect, HttpRequest) else UNKNOWN
        yield from _note(action, EndIntent(mark, state), mark)
        raise
    except Exception as error:
        # A fault of our own on the way: the request may have left before it.
        _trouble(action.function, "send", mark, error)
        outcome = unknown(action.function, mark, lang)
    else:
        yield from _note(action, EndIntent(mark, DONE, result), mark)
        return result
    yield from _note(action, EndIntent(mark, UNKNOWN, outcome), mark)
    return (yield from _find_out(action, mark, began, outcome, connection, settings))


def _recorded(
    intent: Intent, action: Action, connection: Connection, settings: UiscomSettings, lang: str
) -> Steps[Result]:
    """The turn is repeated after a crash: the answer of the first time, and no request."""
    if intent.state in (DONE, REFUSED, NOT_SENT) and isinstance(intent.result, dict):
        return dict(intent.result)
    if intent.state in (BEGUN, UNKNOWN):
        yield from _settle_later(action, intent.external_id, intent.created_at, connection, settings)
    elif intent.state == DROPPED:
        log.info("%s was given up", intent.external_id)
    return unknown(action.function, intent.external_id, lang)


def _find_out(
    action: Action, mark: str, began: float, outcome: Result, connection: Connection, settings: UiscomSettings
) -> Steps[Result]:
    """The quick look; what it does not find is left to the background."""
    if action.look is not None:
        try:
            found = yield from action.look(connection.open(settings, quick=True), mark)
        except Exception as error:
            _trouble(action.function, "look", mark, error)
            found = None
        if found is not None:
            yield from _note(action, EndIntent(mark, DONE, found), mark)
            return found
    # A notification may have settled it meanwhile.
    intent: Intent | None = yield from _note(action, FindIntent(mark), mark)
    if intent is not None and intent.state == DONE and intent.result:
        return dict(intent.result)
    yield from _settle_later(action, mark, began, connection, settings)
    return outcome


def _settle_later(
    action: Action, mark: str, began: float, connection: Connection, settings: UiscomSettings
) -> Steps[None]:
    def steps() -> Steps[None]:
        yield from settle(action.function, action.find, mark, began, connection, settings)

    yield from _note(action, SettleLater(f"{action.function} {mark}", steps), mark)


def settle(
    function: str, find: Find, mark: str, began: float, connection: Connection, settings: UiscomSettings
) -> Steps[None]:
    """The thorough look for an action; found, it is written down as done, else it stays unknown and operators are told.

    `began`: Unix seconds of the request.
    """
    try:
        found = yield from find(connection.open(settings), mark, datetime.fromtimestamp(began, UTC))
    except SalebotError as error:
        _trouble(function, "find", mark, error)
        found = None
    if found is not None:
        yield EndIntent(mark, DONE, found)
        return
    intent: Intent | None = yield FindIntent(mark)
    if intent is None or intent.state in (BEGUN, UNKNOWN):
        log.error(_say("UI217" if function == OFFLINE_MESSAGES else "UI211", name_function=function, name_id=mark))


def _note(action: Action, effect: Effect, mark: str) -> Steps[Any]:
    """Perform an effect after the action: its failure must not change what the script hears of a call that rings."""
    try:
        return (yield effect)
    except Exception as error:
        _trouble(action.function, type(effect).__name__, mark, error)
        return None


def not_configured(error: SalebotError, connection: Connection, settings: UiscomSettings | None, lang: str) -> Result:
    result = refusal("not_configured", NO_KEY, "UI205", lang, text_reason=str(error))
    connection.alarms.tell("not_configured", result["message"], account_mark(settings) if settings else "")
    return result


def _trouble(function: str, what: str, mark: str, error: BaseException) -> None:
    """Log a fault by its class and place: the text of a foreign exception may hold anything, a phone or a key too."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" {PurePath(frame.filename).name}:{frame.lineno}" for frame in place)
    reason = str(error) if isinstance(error, UisError) else f"{type(error).__name__}{where}"
    log.error(_say("UI212", name_function=function, name_effect=what, name_id=mark, text_reason=reason))


def _say(code: str, **data: object) -> str:
    return message_of(code).text(language(), data)
