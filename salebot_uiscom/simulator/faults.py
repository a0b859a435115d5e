"""Misfortunes that can be switched on: what goes wrong, for which method, how many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .refusal import Refusal

# What may be given with a kind beside method and times.
KINDS: dict[str, tuple[str, ...]] = {
    # the connection
    "refuse_connection": (),  # nothing arrives (in-process face; a socket is closed without an answer)
    "connect_timeout": (),
    "close_before_work": (),
    "drop_answer": (),  # the work is done, the answer never leaves
    "hang": ("seconds",),  # nothing is done and nothing is answered
    "delay": ("seconds",),
    # the answer
    "http_status": ("status", "before_work"),
    "error": ("mnemonic", "before_work"),
    "limits_spent": ("window",),
    "session_ended": (),
    "empty_body": (),
    "cut_json": (),
    "not_json": (),
    "foreign_id": (),
    "null_id_in_errors": (),
    "meta_data": (),
    "success_as_text": (),
    "no_limits": (),
    "no_session_id": (),
    "short_page": ("rows",),
    "inflated_total": ("extra",),
    # notifications; `method` is then the event
    "notify_before_answer": (),
    "notify_twice": (),
    "notify_never": (),
    "notify_out_of_order": (),
    "notify_late": ("seconds",),
}
_DEFAULTS: dict[str, Any] = {
    "seconds": 30.0,
    "before_work": False,
    "status": 502,
    "mnemonic": "internal_error",
    "window": "minute",
    "rows": 1,
    "extra": 5,
}


@dataclass(slots=True)
class SimulatedFault:
    """`method` is a method, an event (kinds `notify_…`), or `*`. `times` is what is left; None means always."""

    kind: str
    method: str
    times: int | None
    options: dict[str, Any]

    def __getitem__(self, option: str) -> Any:
        return self.options[option]


class Faults:
    """The faults that wait for their request."""

    def __init__(self) -> None:
        self._waiting: list[SimulatedFault] = []

    def add(self, kind: str, method: str = "*", times: int | None = 1, **options: Any) -> SimulatedFault:
        """Raises ValueError for a kind or an option that does not exist."""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind!r}; there are: {', '.join(KINDS)}")
        strange = set(options) - set(KINDS[kind])
        if strange:
            raise ValueError(f"fault {kind!r} has no option {', '.join(sorted(strange))}")
        if "mnemonic" in options:
            Refusal(options["mnemonic"])  # refuses what is not in the table
        filled = {name: options.get(name, _DEFAULTS[name]) for name in KINDS[kind]}
        fault = SimulatedFault(kind, method, times, filled)
        self._waiting.append(fault)
        return fault

    def take(self, kind: str, method: str) -> SimulatedFault | None:
        """Use up one occurrence of `kind` for `method`, if there is any."""
        for fault in self._waiting:
            if fault.kind == kind and fault.method in (method, "*"):
                self.use_up(fault)
                return fault
        return None

    def use_up(self, fault: SimulatedFault) -> None:
        """Count one occurrence."""
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def __iter__(self) -> Iterator[SimulatedFault]:
        return iter(list(self._waiting))

    def __len__(self) -> int:
        return len(self._waiting)
