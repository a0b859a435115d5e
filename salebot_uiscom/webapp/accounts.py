"""Who may sign in to the client card: passwords, sessions, and how often somebody may try.

A password is kept as an argon2 hash in the database, or in the bot file (`password_hash`). A session is a random
cookie; the database holds its digest, so reading the file signs nobody in.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from ..errors import SalebotError
from ..host.bot import Bot
from ..messages import language, message_of
from ..store import Store

IDLE_S = 3600.0
LONGEST_S = 12 * 3600.0
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
_TOUCH_EVERY_S = 30.0
_AT_ONCE = threading.BoundedSemaphore(2)  # one argon2 takes 64 MiB


class PasswordError(SalebotError):
    """The password cannot be set; the text says why and does not hold it."""


def set_password(store: Store, bot: Bot, email: str, password: str) -> None:
    """Set the password of an employee and end his sessions.

    Raises:
        PasswordError, MissingExtra: as `new_hash`.
    """
    store.set_password_hash(email, new_hash(bot, email, password))


def new_hash(bot: Bot, email: str, password: str) -> str:
    """The hash of a new password of an employee; needs no store.

    Raises:
        PasswordError: no such employee in the bot file, or too short a password.
        MissingExtra: argon2-cffi is not installed.
    """
    if all(who.email != email for who in bot.employees):
        raise PasswordError(message_of("SB651").text(language(), {"name": email}))
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordError(message_of("SB652").text(language(), {"limit": SHORTEST_PASSWORD}))
    return make_hash(password)


def make_hash(password: str) -> str:
    """An argon2id hash, for `set_password` and for `password_hash` of a bot file."""
    with _AT_ONCE:
        return str(_hasher().hash(password))


@cache
def _hasher() -> Any:
    from .extras import require

    require()
    import argon2

    return argon2.PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that fits no password: checking it takes as long as checking a real one."""
    return make_hash(secrets.token_urlsafe())


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who is signed in. `digest` names his session."""

    email: str
    digest: str


class Accounts:
    """Args:
    idle_s: a session that is not used for so long has ended; `longest_s`: any session.
    """

    def __init__(
        self,
        bot: Bot,
        store: Store,
        *,
        clock: Callable[[], float] = time.time,
        idle_s: float = IDLE_S,
        longest_s: float = LONGEST_S,
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._idle_s = idle_s
        self._longest_s = longest_s
        self.attempts = Attempts(clock)

    def sign_in(self, email: str, password: str) -> str | None:
        """The cookie of a new session, or None. Takes as long for unknown people as for known ones."""
        email = email.strip()
        known = any(who.email == email for who in self._bot.employees)
        stored = self._hash_of(email) if known else None
        right = self._fits(stored or _nobody(), password)
        if not (right and stored):
            return None
        cookie = secrets.token_urlsafe(32)
        self._store.open_session(digest_of(cookie), email, self._clock())
        return cookie

    def _hash_of(self, email: str) -> str | None:
        record = self._store.employee(email)
        if record is not None and record.password_hash:
            return record.password_hash
        return next((who.password_hash for who in self._bot.employees if who.email == email), "") or None

    def _fits(self, stored: str, password: str) -> bool:
        import argon2

        if len(password) > LONGEST_PASSWORD:
            password = ""
        with _AT_ONCE:
            try:
                return bool(_hasher().verify(stored, password))
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError, UnicodeEncodeError):
                return False

    def who(self, cookie: str, *, active: bool = True) -> Signed | None:
        """Whose session it is. `active` False (a page that refreshes itself) does not prolong it."""
        if not cookie:
            return None
        digest = digest_of(cookie)
        session = self._store.session(digest)
        if session is None:
            return None
        now = self._clock()
        known = any(who.email == session.email for who in self._bot.employees)
        if not known or now - session.seen_at > self._idle_s or now - session.created_at > self._longest_s:
            self._store.close_session(digest)
            return None
        if active and now - session.seen_at > _TOUCH_EVERY_S:
            self._store.touch_session(digest, now)
        return Signed(session.email, digest)

    def sign_out(self, cookie: str) -> None:
        self._store.close_session(digest_of(cookie))


def digest_of(cookie: str) -> str:
    return sha256(cookie.encode("utf-8", "replace")).hexdigest()


class Attempts:
    """How often somebody may try to sign in: per person from one address, per address, per person from anywhere.

    The last bound is wide, so that a stranger cannot lock an employee out by a few wrong passwords.
    """

    WINDOW_S = 300.0
    MOST = (("pair", 5), ("address", 30), ("person", 60))
    REMEMBERED = 10_000

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def wait_s(self, email: str, address: str) -> float:
        """Seconds until the next try; 0 = now."""
        now = self._clock()
        longest = 0.0
        with self._lock:
            for key, most in self._keys(email, address):
                times = self._failed.get(key)
                while times and times[0] <= now - self.WINDOW_S:
                    times.popleft()
                if times and len(times) >= most:
                    longest = max(longest, times[0] + self.WINDOW_S - now)
        return longest

    def fail(self, email: str, address: str) -> None:
        with self._lock:
            for key, most in self._keys(email, address):
                self._failed.setdefault(key, deque(maxlen=most)).append(self._clock())
                self._failed.move_to_end(key)
            while len(self._failed) > self.REMEMBERED:
                self._failed.popitem(last=False)

    def succeed(self, email: str, address: str) -> None:
        """Forget the failures of this person from this address, and that the last try was counted as one."""
        with self._lock:
            pair, *others = (key for key, _ in self._keys(email, address))
            self._failed.pop(pair, None)
            for key in others:
                if self._failed.get(key):
                    self._failed[key].pop()

    def _keys(self, email: str, address: str) -> Any:
        email = email.strip().casefold()[:200]
        for (kind, most), name in zip(self.MOST, (f"{email} {address}", address, email), strict=True):
            yield (kind, name), most
