"""What every method of the two APIs gets to work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .refusal import ABSENT, Refusal
from .state import Account, Key

if TYPE_CHECKING:
    from .core import Simulator


@dataclass(slots=True)
class Work:
    """A checked request. `key` is None for `login.user` only; `account` then follows from the login."""

    simulator: Simulator
    api: str
    method: str
    params: dict[str, Any] = field(repr=False)
    account: Account
    key: Key | None

    @property
    def now(self) -> datetime:
        """The present moment in the time of the account."""
        return self.simulator.now.astimezone(self.account.zone)

    def refusal(self, mnemonic: str, name: str | None = None, value: Any = ABSENT, **texts: Any) -> Refusal:
        return Refusal(mnemonic, method=self.method, field=name, value=value, **texts)


@dataclass(slots=True)
class Answer:
    """`result` of a success without limits; `shows_metadata` False where the documented sample has none."""

    result: dict[str, Any]
    shows_metadata: bool = True
    call_session_id: int | None = None
