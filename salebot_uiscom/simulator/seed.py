"""Seed of a simulator from a TOML file; its tables are described in docs/simulator.md."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import SalebotError
from .calls import CallPlan
from .clock import Clock
from .core import Simulator
from .notifications import EVENTS
from .state import (
    Account,
    Campaign,
    Contact,
    Employee,
    Key,
    Limits,
    NotificationRule,
    Phone,
    Scenario,
    Site,
    Tag,
    User,
    VirtualNumber,
)

T = TypeVar("T")
Table = dict[str, Any]

# table in the file -> field of Account, class of its entries
_LISTS: dict[str, tuple[str, type[Any]]] = {
    "user": ("users", User),
    "virtual_number": ("virtual_numbers", VirtualNumber),
    "scenario": ("scenarios", Scenario),
    "site": ("sites", Site),
    "campaign": ("campaigns", Campaign),
    "tag": ("tags", Tag),
}
_SETTINGS = ("report_delay", "record_delay", "repeated_upload", "speaking_statuses")
_SETS = ("components", "black_list", "media_files", "user_fields")
_PLAIN = ("app_id", "name", "timezone", "active", "allowed_addresses", "tts_max_length", "records_talks", "unresolved")
_ACCOUNT_TABLES = ("key", "employee", "contact", "visitor_session", "notification", "limits", "allowed_directions")


class SeedError(SalebotError):
    """The seed file cannot be used; the text names the file, the table and the key."""


def load_seed(path: str | Path, *, clock: Clock | None = None) -> Simulator:
    """A simulator as the file describes it. A file without `[[account]]` gets the default account.

    Raises:
        SeedError: no such file, no TOML, an unknown name or a wrong value.
    """
    path = Path(path)
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{path}: {error}") from error
    try:
        return _simulator(tables, clock)
    except (TypeError, ValueError, KeyError, AttributeError, ZoneInfoNotFoundError) as error:
        raise SeedError(f"{path}: {error}") from error


def _simulator(tables: Table, clock: Clock | None) -> Simulator:
    _only(tables, "the file", {"account", "notification", "behaviour", "plan", "simulator"})
    accounts = [_account(table) for table in tables.get("account", ())]
    simulator = Simulator(accounts or None, clock=clock)
    simulator.account.notifications += [_notification(table) for table in tables.get("notification", ())]
    for table in tables.get("behaviour", ()):
        _only(table, "[[behaviour]]", {"number", "outcome", "ring"})
        simulator.behave(**table)
    simulator.default_plan = _plan(tables.get("plan", {}))
    settings = tables.get("simulator", {})
    _only(settings, "[simulator]", set(_SETTINGS))
    for name, value in settings.items():
        setattr(simulator.exchange if name == "record_delay" else simulator, name, value)
    if simulator.repeated_upload not in ("update", "refuse"):
        raise ValueError("repeated_upload is 'update' or 'refuse'")
    return simulator


def _account(table: Table) -> Account:
    _only(table, "[[account]]", {*_PLAIN, *_SETS, *_LISTS, *_ACCOUNT_TABLES})
    account = Account(**{name: table[name] for name in _PLAIN if name in table})
    zone = ZoneInfo(account.timezone)
    if account.unresolved not in ("null", "keep"):
        raise ValueError("unresolved is 'null' or 'keep'")
    for name in _SETS:
        if name in table:
            setattr(account, name, set(table[name]))
    for name, (field, kind) in _LISTS.items():
        setattr(account, field, [_record(kind, entry, name) for entry in table.get(name, ())])
    for address in account.allowed_addresses:
        ip_network(address, strict=False)
    if "allowed_directions" in table:
        account.allowed_directions = tuple(table["allowed_directions"])
    for api, limits in table.get("limits", {}).items():
        _only({api: limits}, "[account.limits]", {"call", "data"})
        account.limits[api] = _record(Limits, limits, f"limits.{api}")
    account.keys = [_key(entry, zone) for entry in table.get("key", ())]
    account.employees = [_employee(entry) for entry in table.get("employee", ())]
    account.notifications = [_notification(entry) for entry in table.get("notification", ())]
    account.contacts = {
        entry["number"]: _record(Contact, {name: entry[name] for name in entry if name != "number"}, "contact")
        for entry in table.get("contact", ())
    }
    account.visitor_sessions = {
        entry["id"]: _aware(entry.get("started_at"), zone) for entry in table.get("visitor_session", ())
    }
    return account


def _key(table: Table, zone: ZoneInfo) -> Key:
    key = _record(Key, table, "key")
    key.expires_at = _aware(key.expires_at, zone)
    key.apis = frozenset(key.apis)
    key.rights = None if key.rights is None else frozenset(key.rights)
    if key.kind not in ("permanent", "temporary"):
        raise ValueError("kind of a key is 'permanent' or 'temporary'")
    return key


def _employee(table: Table) -> Employee:
    employee = _record(Employee, table, "employee")
    employee.phones = [
        Phone(entry) if isinstance(entry, str) else _record(Phone, entry, "employee.phones")
        for entry in table.get("phones", ())
    ]
    return employee


def _notification(table: Table) -> NotificationRule:
    event = table.get("event")
    if event not in EVENTS:
        raise ValueError(f"[[notification]]: no event {event!r}; there are: {', '.join(EVENTS)}")
    return _record(NotificationRule, {"name": EVENTS[event][0], **table}, "notification")


def _plan(table: Table) -> CallPlan:
    _only(table, "[plan]", {"talk", "ends"})
    return CallPlan(**table)


def _record(kind: type[T], table: Table, name: str) -> T:
    """An entry as a dataclass. The names are checked, and the types of what the class gives a plain default."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    _only(table, f"[[{name}]]", known)
    try:
        return kind(**table)
    except TypeError as error:
        raise TypeError(f"[[{name}]]: {str(error).partition('__init__() ')[2] or error}") from error


def _only(table: Table, where: str, known: set[str]) -> None:
    strange = sorted(set(table) - known)
    if strange:
        raise ValueError(f"{where} does not know {', '.join(strange)}; it knows {', '.join(sorted(known))}")


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Times without an offset are in the time of the account."""
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment
