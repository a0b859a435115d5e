"""Seed of a simulator from a TOML file; its tables are described in docs/simulator.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import OptionError, SalebotError
from ..messages import language, message_of
from . import choices
from .calls import CallPlan
from .clock import Clock
from .core import Simulator
from .notifications import EVENTS, checked
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

# Beginning of what `tomllib` says -> what it means here.
_BROKEN: tuple[tuple[str, str, str], ...] = (
    ("Expected ']", "заголовок не закрыт; пишут [[account]], [account.limits.call], [plan]",
     "the header is not closed; write [[account]], [account.limits.call], [plan]"),
    ("Invalid value", "здесь нет значения: тексты и номера пишут в кавычках, числа и true/false — без них",
     "no value: texts and phone numbers stand in quotes, numbers and true/false do not"),
    ("Illegal character '\\n'", "кавычка не закрыта до конца строки", "the quote is not closed on its line"),
    ("Found invalid character", "кавычка не закрыта до конца строки", "the quote is not closed on its line"),
    ('Expected "\'', "кавычка не закрыта", "the quote is not closed"),
    ("Unterminated string", "кавычка не закрыта", "the quote is not closed"),
    ("Expected '='", "после имени ожидался знак =", "expected = after the name"),
    ("Expected newline", "после значения стоит лишнее", "something stands after the value"),
    ("Cannot overwrite", "такое имя в этой таблице уже есть", "this name stands in the table already"),
    ("Cannot declare", "такая таблица уже есть; записи списков пишут в двойных скобках, [[account.site]]",
     "this table exists already; entries of lists have double brackets, [[account.site]]"),
    ("Unclosed", "скобка не закрыта", "a bracket is not closed"),
    ("Invalid statement", "строка не похожа на «имя = значение»", "the line is no `name = value`"),
)  # fmt: skip
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

# What a field may hold -> Russian, English.
_KINDS: dict[type, tuple[str, str]] = {
    str: ("текст в кавычках", "a text in quotes"),
    bool: ("true или false", "true or false"),
    int: ("целое число", "a whole number"),
    float: ("число", "a number"),
    datetime: ("дата со временем, как 2027-01-01T00:00:00", "a date with its time, such as 2027-01-01T00:00:00"),
}
_MANY = (list, set, frozenset, tuple)


class SeedError(SalebotError):
    """The seed file cannot be used; the text, in the language of the process, names the file, the table and the key."""


def load_seed(path: str | Path, *, clock: Clock | None = None) -> Simulator:
    """A simulator as the file describes it. A file without `[[account]]` gets the default account.

    Raises:
        SeedError: no such file, no TOML, an unknown name or a wrong value.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SeedError(f"{path}: {_say('UI411')}") from error
    except OSError as error:
        raise SeedError(f"{path}: {_say('UI410', text_reason=error.strerror or str(error))}") from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{path}: {_broken(str(error), text)}") from error
    try:
        return _simulator(tables, clock)
    except OptionError as error:
        raise SeedError(f"{path}: {error}") from error


def _say(code: str, **data: Any) -> str:
    return message_of(code).text(language(), data)


def _broken(told: str, text: str) -> str:
    """What `tomllib` says, with its place and in our words."""
    place = _TOML_PLACE.search(told)
    reason = told[: place.start()] if place else told
    if place and place[1]:
        line, column = int(place[1]), int(place[2])
    else:  # at the end of the file
        lines = text.rstrip().splitlines() or [""]
        line, column = len(lines), len(lines[-1]) + 1
    for beginning, russian, english in _BROKEN:
        if reason.startswith(beginning):
            return _say("UI412", line=line, column=column, text_ru=russian, text_en=english)
    return _say("UI413", line=line, column=column, text_en=reason)


class _Placed(OptionError):
    """A mistake together with the table it stands in."""

    def __init__(self, where: str, error: OptionError) -> None:
        Exception.__init__(self, f"{where}: {error}")
        self.code = error.code


@contextmanager
def _at(where: str) -> Iterator[None]:
    """Mistakes inside get this place, unless they have a closer one."""
    try:
        yield
    except _Placed:
        raise
    except OptionError as error:
        raise _Placed(where, error) from error


def _simulator(tables: Table, clock: Clock | None) -> Simulator:
    _only(tables, ("account", "notification", "behaviour", "plan", "simulator"), "table")
    simulator = Simulator(_each(tables, "account", _account) or None, clock=clock)
    simulator.account.notifications += _each(tables, "notification", _notification)

    def behave(table: Table) -> None:
        _only(table, ("number", "outcome", "ring"))
        _need(table, "number")
        simulator.behave(**table)

    _each(tables, "behaviour", behave)
    with _at("[plan]"):
        plan = _single(tables, "plan")
        _only(plan, ("talk", "ends"))
        simulator.default_plan = CallPlan(**plan)
    with _at("[simulator]"):
        _set(simulator, _single(tables, "simulator"))
    return simulator


def _set(simulator: Simulator, settings: Table) -> None:
    _only(settings, _SETTINGS)
    for name, value in settings.items():
        if name == "repeated_upload":
            choices.among(name, value, ("update", "refuse"))
        elif name == "speaking_statuses":
            _check(name, value, bool)
        else:
            choices.seconds(value, name)
        setattr(simulator.exchange if name == "record_delay" else simulator, name, value)


def _account(table: Table) -> Account:
    _only(table, (*_PLAIN, *_SETS, *_LISTS, *_ACCOUNT_TABLES))
    hints = get_type_hints(Account)
    for name in (*_PLAIN, *_SETS, "allowed_directions"):
        if name in table:
            _check(name, table[name], hints[name])
    account = Account(**{name: table[name] for name in _PLAIN if name in table})
    zone = _zone(account.timezone)
    choices.among("unresolved", account.unresolved, ("null", "keep"))
    for name in _SETS:
        if name in table:
            setattr(account, name, set(table[name]))
    for name, (field, kind) in _LISTS.items():
        setattr(account, field, _each(table, name, _reader(kind), "account."))
    for address in account.allowed_addresses:
        _check_address(address)
    if "allowed_directions" in table:
        account.allowed_directions = tuple(table["allowed_directions"])
    with _at("[account.limits]"):
        limits = _single(table, "limits")
        _only(limits, ("call", "data"))
    for api in limits:
        with _at(f"[account.limits.{api}]"):
            account.limits[api] = _record(Limits, _single(limits, api))
    account.keys = _each(table, "key", lambda entry: _key(entry, zone), "account.")
    account.employees = _each(table, "employee", _employee, "account.")
    account.notifications = _each(table, "notification", _notification, "account.")
    account.contacts = dict(_each(table, "contact", _contact, "account."))
    account.visitor_sessions = dict(
        _each(table, "visitor_session", lambda entry: _visitor_session(entry, zone), "account.")
    )
    return account


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise choices.wrong(
            "timezone", name, "часовой пояс, как Europe/Moscow", "a zone such as Europe/Moscow"
        ) from error


def _check_address(address: str) -> None:
    try:
        ip_network(address, strict=False)
    except ValueError as error:
        russian, english = "адреса или маски, как 10.0.0.0/8", "addresses or masks such as 10.0.0.0/8"
        raise choices.wrong("allowed_addresses", address, russian, english) from error


def _key(table: Table, zone: ZoneInfo) -> Key:
    key = _record(Key, table)
    key.expires_at = _aware(key.expires_at, zone)
    key.apis = frozenset(key.apis)
    key.rights = None if key.rights is None else frozenset(key.rights)
    choices.among("kind", key.kind, ("permanent", "temporary"))
    for api in key.apis:
        choices.among("apis", api, ("call", "data"))
    return key


def _employee(table: Table) -> Employee:
    phones = table.get("phones", [])
    if not isinstance(phones, list):
        raise choices.wrong("phones", phones, 'список: ["79001112233"]', 'a list: ["79001112233"]')
    employee = _record(Employee, {**table, "phones": []})
    employee.phones = [_record(Phone, one if isinstance(one, dict) else {"number": one}) for one in phones]
    return employee


def _contact(table: Table) -> tuple[str, Contact]:
    _need(table, "number")
    _check("number", table["number"], str)
    return table["number"], _record(Contact, {name: table[name] for name in table if name != "number"})


def _visitor_session(table: Table, zone: ZoneInfo) -> tuple[int, datetime | None]:
    _only(table, ("id", "started_at"))
    _need(table, "id")
    _check("id", table["id"], int)
    if "started_at" in table:
        _check("started_at", table["started_at"], datetime)
    return table["id"], _aware(table.get("started_at"), zone)


def _notification(table: Table) -> NotificationRule:
    _need(table, "event")
    choices.one_of(table["event"], EVENTS, "event")
    return checked(_record(NotificationRule, {"name": EVENTS[table["event"]][0], **table}))


def _each(tables: Table, name: str, make: Callable[[Table], T], within: str = "") -> list[T]:
    """What the entries `[[name]]` make; `[name]`, where there is only one, counts as well."""
    entries = tables.get(name, [])
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise OptionError("UI415", name=within + name, got=entries)
    made: list[T] = []
    for number, entry in enumerate(entries, 1):
        with _at(f"[[{within}{name}]] {number}"):
            made.append(make(entry))
    return made


def _single(tables: Table, name: str) -> Table:
    table: Any = tables.get(name, {})
    if not isinstance(table, dict):
        raise OptionError("UI414", name=name, got=table)
    return table


def _reader(kind: type[T]) -> Callable[[Table], T]:
    return lambda entry: _record(kind, entry)


def _record(kind: type[T], table: Table) -> T:
    """An entry as a dataclass: the names, the kinds of the values and what must not be missing are checked."""
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    _only(table, known)
    hints = get_type_hints(kind)
    for name, value in table.items():
        _check(name, value, hints[name])
    for name, item in known.items():
        if item.default is MISSING and item.default_factory is MISSING:
            _need(table, name)
    return kind(**table)


def _only(table: Table, known: Collection[str], what: str = "name") -> None:
    for name in table:
        choices.one_of(name, known, what)


def _need(table: Table, name: str) -> None:
    if name not in table:
        raise OptionError("UI403", name=name)


def _check(name: str, value: Any, hint: Any) -> None:
    """Refuse a value that the annotation of its field does not allow. TOML has no None."""
    hint = next((part for part in get_args(hint) if part is not type(None)), hint) if _may_be_none(hint) else hint
    if (get_origin(hint) or hint) in _MANY:
        if not isinstance(value, list):
            raise choices.wrong(name, value, "список в [ ]", "a list in [ ]")
        inner = get_args(hint)[0]
        for one in value:
            _check(name, one, inner)
    elif hint in _KINDS and not _is(value, hint):
        raise choices.wrong(name, value, *_KINDS[hint])


def _may_be_none(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Times without an offset are in the time of the account."""
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment
