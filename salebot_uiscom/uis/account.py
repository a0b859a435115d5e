"""One request to UIS with everything around it: key or session, points, repeats, time budget.

What may be repeated is decided here and nowhere else; the table is uis-api.md 10.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from math import ceil
from typing import Any
from uuid import uuid4

from tenacity import RetryCallState, Retrying, wait_random_exponential

from ..effects import HttpReply, HttpRequest, Steps, TransportError, Wait
from ..messages import language, message_of
from . import rpc, tables
from .checks import check_params
from .errors import (
    UisAuthError,
    UisError,
    UisInternalError,
    UisLimitExceeded,
    UisNoAnswer,
    UisOutcomeUnknown,
    UisProtocolError,
    UisUnreachable,
    make_error,
)
from .limits import Limits, whole_number
from .settings import LEAST_REQUEST_S, Api, UisSettings

log = logging.getLogger("salebot_uiscom.uis")

# A session is renewed when it has less than this left (uis-api.md 2).
_RENEW_S = 60.0
_SESSION_S = 3600.0


class Repeat(Enum):
    """What a method does when it runs twice."""

    HARMLESS = "harmless"  # reads, and writes that name their object
    CREATES = "creates"  # start.*, upload.*: never after the request may have left


@dataclass(frozen=True, slots=True)
class _Session:
    token: str = field(repr=False)
    expires_at: float


@dataclass(frozen=True, slots=True)
class _Points:
    """The last limits of a key at one API, with the moment at which they were told."""

    limits: Limits
    told_at: float


class UisState:
    """What is remembered between requests: points, sessions, the account, cached lists.

    Belongs to the process rather than to a connection: settings may be replaced while it lives. Keys are kept as
    digests; tokens of sessions are never shown.
    """

    def __init__(self) -> None:
        self.points: dict[tuple[str, str], _Points] = {}
        self.sessions: dict[tuple[str, str], _Session] = {}
        self.cache: dict[tuple[str, str], tuple[float, Any]] = {}
        self.warned_of_version: set[Api] = set()

    def __repr__(self) -> str:
        return f"<UisState of {len({key for key, _ in self.points})} key(s)>"


class Account:
    """Sends requests of one connection.

    Args:
        settings: the connection.
        state: what is remembered; shared between objects of the same process.
        clock: Unix seconds.
        ids: makes request ids.
    """

    def __init__(
        self,
        settings: UisSettings,
        state: UisState | None = None,
        *,
        clock: Callable[[], float] = time.time,
        ids: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self.settings = settings
        self.state = state if state is not None else UisState()
        self.clock = clock
        self._ids = ids
        self.key = sha256((settings.access_token or f"{settings.login}\0{settings.password}").encode()).hexdigest()

    def request(
        self,
        api: Api,
        method: str,
        params: Mapping[str, Any],
        *,
        repeat: Repeat = Repeat.HARMLESS,
        done_when_repeated: tuple[str, ...] = (),
        shape: Callable[[Any], bool] = lambda data: True,
        budget: _Budget | None = None,
    ) -> Steps[rpc.Answer]:
        """Send one request, repeated as far as that is safe.

        Args:
            params: without the token; members that are None are left out.
            done_when_repeated: mnemonics which on a repeat mean that the first try got through.
            shape: whether `data` of a success is usable; if not, the outcome is as unknown as without an answer.
            budget: time of a request that this one serves.

        Raises:
            UisInvalidParams: `local=True`, nothing was sent.
            UisUnreachable: nothing reached UIS.
            UisOutcomeUnknown: a method that creates may have been done.
            UisNoAnswer, UisProtocolError: another method got no usable answer.
            UisError: UIS refused.
        """
        sent = {name: value for name, value in params.items() if value is not None}
        with_token = method != "login.user"
        check_params(method, {**sent, "access_token": "-"} if with_token else sent)
        creates = repeat is Repeat.CREATES
        if budget is None:
            seconds = self.settings.start_budget_s if creates else self.settings.read_budget_s
            budget = _Budget(seconds, self.clock)

        def ask() -> Steps[rpc.Answer]:
            try:
                token = (yield from self._token(api, budget)) if with_token else ""
                return (yield from self._once(api, method, sent, token, budget, creates=creates, shape=shape))
            except UisAuthError as error:
                if error.mnemonic == "access_token_invalid":
                    self.state.sessions.pop((self.key, api), None)
                raise

        # Most requests succeed at once: only a failed one is worth the machinery of repeats.
        first: UisError | None = None
        try:
            return (yield from ask())
        except UisError as error:
            first = error
        policy = _Policy(
            method,
            budget,
            creates=creates,
            may_login=self.settings.uses_password and with_token and method != "logout.user",
        )
        perhaps_done = False
        for attempt in _Retrying(retry=policy, stop=lambda _: False, wait=policy.wait, sleep=budget.plan, reraise=True):
            if budget.planned:
                yield Wait(budget.take())
            if policy.repeats == "limit":
                # The wait is over by the budget's reckoning; fractions of a second must not refuse it again.
                self.state.points.pop((self.key, api), None)
            with attempt:
                try:
                    if first is not None:
                        failed, first = first, None
                        raise failed
                    return (yield from ask())
                except UisError as error:
                    if perhaps_done and error.mnemonic in done_when_repeated:
                        return rpc.Answer(error.request_id, {"success": True}, limits=error.limits)
                    perhaps_done = perhaps_done or _kind(error) in ("no_answer", "internal")
                    raise
        raise AssertionError("tenacity ends with a result or an exception")

    def probe(self, api: Api, method: str) -> Steps[UisError]:
        """The refusal that UIS gives to a method without any parameter but the key.

        Tells whether key, address, account, component and right are in order: UIS is believed to check them before it
        misses a parameter (uis-api.md 11). Nothing can happen: the request names no number, no employee, no message. It
        costs no point, since only successes do.

        Raises:
            ValueError: the method would do something without parameters.
            UisError: the way to UIS failed (`UisUnreachable`, `UisNoAnswer`, `UisProtocolError`).
        """
        required = set(tables.method(method).params.get("required", ()))
        if not required - {"access_token"}:
            raise ValueError(f"{method} needs no parameter: it cannot be probed")
        budget = _Budget(self.settings.read_budget_s, self.clock)
        token = yield from self._token(api, budget)
        try:
            yield from self._once(api, method, {}, token, budget, creates=False, shape=lambda data: True)
        except (UisUnreachable, UisNoAnswer, UisProtocolError):
            raise
        except UisError as error:
            return error
        raise UisProtocolError("unexpected_data", method=method)

    def login(self, api: Api, budget: _Budget | None = None) -> Steps[_Session]:
        """A new password session for one API; remembered."""
        # Read before the request, so that a slow answer cannot make the session look longer than it is.
        asked_at = self.clock()
        answer = yield from self.request(
            api,
            "login.user",
            {"login": self.settings.login, "password": self.settings.password},
            shape=lambda data: (
                isinstance(data, dict) and isinstance(data.get("access_token"), str) and data["access_token"] != ""
            ),
            budget=budget,
        )
        # The Data API page calls the member both names.
        until = whole_number(answer.data.get("expire_at")) or whole_number(answer.data.get("expire"))
        session = _Session(answer.data["access_token"], float(until) if until else asked_at + _SESSION_S)
        self.state.sessions[self.key, api] = session
        return session

    def forget_session(self, api: Api) -> None:
        self.state.sessions.pop((self.key, api), None)

    def has_session(self, api: Api) -> bool:
        return (self.key, api) in self.state.sessions

    def _token(self, api: Api, budget: _Budget) -> Steps[str]:
        if not self.settings.uses_password:
            return self.settings.access_token
        session = self.state.sessions.get((self.key, api))
        if session is None or session.expires_at - self.clock() < _RENEW_S:
            session = yield from self.login(api, budget)
        return session.token

    def _once(
        self,
        api: Api,
        method: str,
        params: Mapping[str, Any],
        token: str,
        budget: _Budget,
        *,
        creates: bool,
        shape: Callable[[Any], bool],
    ) -> Steps[rpc.Answer]:
        self._check_points(api, method)
        request_id = self._ids()
        about: dict[str, Any] = {"method": method, "request_id": request_id}
        secrets = (*self.settings.secrets, token) if token else self.settings.secrets
        timeout_s = min(self.settings.timeout_s, budget.left())
        if timeout_s < min(self.settings.timeout_s, LEAST_REQUEST_S):
            raise UisUnreachable("no time left", timeout=True, **about)
        try:
            reply: HttpReply = yield HttpRequest(
                "POST",
                self.settings.url(api),
                headers=rpc.HEADERS,
                content=rpc.build(method, {**params, "access_token": token} if token else params, request_id),
                connect_timeout_s=min(self.settings.connect_timeout_s, timeout_s),
                timeout_s=timeout_s,
                fresh_connection=creates,
            )
        except TransportError as error:
            if not error.sent:
                raise UisUnreachable(error.reason, timeout=error.timeout, **about) from error
            lost = UisOutcomeUnknown if creates else UisNoAnswer
            raise lost(error.reason, timeout=error.timeout, **about) from error
        try:
            answer = rpc.read(reply, method=method, request_id=request_id, secrets=secrets)
            self._remember(api, answer.limits)
            if not shape(answer.data):
                reason = "no_data" if answer.data is rpc.MISSING else "unexpected_data"
                raise UisProtocolError(reason, status=reply.status, **about)
        except UisProtocolError as error:
            if creates:
                reason = error.reason if reply.status == 200 else f"HTTP {reply.status}"
                raise UisOutcomeUnknown(reason, **about) from error
            raise
        except UisError as error:
            self._remember(api, error.limits)
            error.outcome_unknown = creates and isinstance(error, UisInternalError)
            raise
        if answer.deprecated and api not in self.state.warned_of_version:
            self.state.warned_of_version.add(api)
            log.warning(message_of("UI165").text(language(), {"name_version": f"{answer.deprecated} ({api})"}))
        return answer

    def _remember(self, api: Api, limits: Limits | None) -> None:
        if limits is not None:
            self.state.points[self.key, api] = _Points(limits, self.clock())

    def _check_points(self, api: Api, method: str) -> None:
        """Refuse a request that UIS would refuse for lack of points. Methods of sessions are asked anyway."""
        points = self.state.points.get((self.key, api))
        if points is None or method in ("login.user", "logout.user"):
            return
        passed = self.clock() - points.told_at
        told = points.limits
        day_left = _left(told.day_remaining, told.day_reset, passed)
        minute_left = _left(told.minute_remaining, told.minute_reset, passed)
        if day_left is None and minute_left is None:
            return
        now = Limits(
            day_limit=told.day_limit,
            day_remaining=0 if day_left is not None else None,
            day_reset=day_left,
            minute_limit=told.minute_limit,
            minute_remaining=0 if minute_left is not None else None,
            minute_reset=minute_left,
        )
        raise make_error("limit_exceeded", code=None, method=method, limits=now, local=True)


def is_rows(data: Any) -> bool:
    """`data` of a list: objects; null stands for an empty list (uis-api.md 1)."""
    return data is None or (isinstance(data, list) and all(isinstance(row, dict) for row in data))


def _left(remaining: int | None, reset_s: int | None, passed_s: float) -> int | None:
    """Seconds until spent points come back; None: points are left, or the reset is over or unknown."""
    if remaining is None or remaining > 0 or reset_s is None:
        return None
    left = reset_s - passed_s
    return ceil(left) if left > 0 else None


class _Budget:
    """Time of one request with its repeats. Waits count even where a test does not really wait."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began = clock()
        self._waited = 0.0
        self.planned = 0.0

    def left(self) -> float:
        return self._seconds - max(self._clock() - self._began, self._waited)

    def plan(self, seconds: float) -> None:
        """Called by tenacity instead of sleeping."""
        self.planned = seconds

    def take(self) -> float:
        seconds, self.planned = self.planned, 0.0
        self._waited += seconds
        return seconds


class _Retrying(Retrying):
    """tenacity keeps its statistics per thread, but the steps may be continued in another thread than begun."""

    @property
    def statistics(self) -> dict[str, Any]:
        own: dict[str, Any] = self.__dict__.setdefault("_own_statistics", {})
        return own


class _Policy:
    """The table of uis-api.md 10, as tenacity asks it: repeat after this fault, and after how long?"""

    def __init__(self, method: str, budget: _Budget, *, creates: bool, may_login: bool) -> None:
        self._method = method
        self._budget = budget
        self._left = {
            "not_sent": 2,
            "no_answer": 0 if creates else 1,
            "internal": 0 if creates else 1,
            "limit": 1,
            "login": 1 if may_login else 0,
        }
        self._back_off = wait_random_exponential(multiplier=0.5, min=0.2, max=2)
        self._next_wait = 0.0
        self.repeats: str | None = None

    def __call__(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        kind = _kind(error)
        if kind is None or not self._left[kind]:
            return False
        if isinstance(error, UisError) and error.method != self._method:
            return False  # the login that this request needed was repeated by its own policy
        if isinstance(error, UisLimitExceeded):
            if error.per_day or error.seconds is None:
                return False
            self._next_wait = float(max(error.seconds, 0))
        elif kind == "login":
            self._next_wait = 0.0
        else:
            self._next_wait = self._back_off(state)
        if self._budget.left() - self._next_wait < LEAST_REQUEST_S:
            return False
        self._left[kind] -= 1
        self.repeats = kind
        return True

    def wait(self, state: RetryCallState) -> float:
        return self._next_wait


def _kind(error: BaseException | None) -> str | None:
    """Which line of the table a fault belongs to; None: final."""
    if isinstance(error, UisUnreachable):
        return "not_sent"
    if isinstance(error, (UisOutcomeUnknown, UisNoAnswer)):
        return "no_answer"
    if isinstance(error, UisProtocolError):
        # A wrong address answers 3xx or 4xx again and again.
        return None if 300 <= error.status < 500 else "no_answer"
    if isinstance(error, UisInternalError):
        return "internal"
    if isinstance(error, UisLimitExceeded):
        return "limit"
    if isinstance(error, UisAuthError) and error.mnemonic == "access_token_invalid":
        return "login"
    return None
