"""Misfortunes that can be switched on: what goes wrong, for which method, how many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..uis import tables
from . import choices
from .notifications import EVENTS
from .refusal import FORBIDDEN_DIRECTION

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


def _check_option(name: str, value: Any) -> None:
    match name:
        case "seconds":
            choices.seconds(value, name)
        case "mnemonic":
            known = [spelling for row in tables.errors() for spelling in (row.mnemonic, *row.also_seen_as)]
            choices.one_of(value, (*known, FORBIDDEN_DIRECTION), name)
        case "window":
            choices.among(name, value, ("minute", "day"))
        case "before_work" if not isinstance(value, bool):
            raise choices.wrong(name, value, "True или False", "True or False")
        case "status" if not _is_whole(value, 100, 599):
            raise choices.wrong(name, value, "код ответа HTTP от 100 до 599", "an HTTP status from 100 to 599")
        case "rows" | "extra" if not _is_whole(value, 0, 10**9):
            raise choices.wrong(name, value, "целое число от нуля", "a whole number, zero or more")


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


class Faults:
    """The faults that wait for their request."""

    def __init__(self) -> None:
        self._waiting: list[SimulatedFault] = []

    def add(self, kind: str, method: str = "*", times: int | None = 1, **options: Any) -> SimulatedFault:
        """Raises OptionError for a kind, a method or an option that does not exist, or an impossible value."""
        choices.one_of(kind, KINDS, "fault")
        if method != "*" and kind.startswith("notify_"):
            choices.one_of(method, EVENTS, "event")
        elif method != "*":
            choices.one_of(method, tables.methods(), "method")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise choices.wrong(
                "times", times, "целое число от 1 или None: всегда", "a whole number from 1, or None: always"
            )
        for name, value in options.items():
            choices.one_of(name, KINDS[kind], "option")
            _check_option(name, value)
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
