"""Variables of one dialog: layers, built-ins, and the order in which a bare name is looked up.

Order (reference: calculator.md 10, 11): names computed per event → deal → client → project → constants → card fields and
service values of the host → E, True, False → nothing. A prefix looks in its own layer only. A variable never holds
nothing: writing empty text or None deletes it.
"""

from __future__ import annotations

import keyword
import math
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from .budget import LONG, charge, spend_room
from .errors import Fault, OptionError
from .values import MAX_DEPTH, MAX_TEXT, date_text, time_text, to_text

if TYPE_CHECKING:
    from .context import Context

Value = Any

MAX_NAME = 500
MAX_VALUE = 100_000
MAX_VARIABLES = 1_000

READONLY = frozenset(
    "none api_key project_id client_id client_type platform_id group messenger main_client_id message_id "
    "message_from_outside question attachments attachment_url order_id current_date current_time next_day weekday "
    "timestamp date_of_creation time_of_creation".split()
)
CARD = frozenset("name full_name avatar tag custom_answer wa_bot order".split())
SERVICE = frozenset(
    "phone email notSubscribed clientBlocked story_url ok_user_id viewed_page avito_profile avito_order_id "
    "avito_order_url budget".split()
)
RESERVED = frozenset(keyword.kwlist) | {"print", "true", "false", "null", "AND", "OR"}
CONSTANTS: Mapping[str, Value] = {"E": math.e, "True": True, "true": True, "False": False, "false": False, "None": None}
DEFAULTS: Mapping[str, Value] = {"tag": "NONE", "message_id": "NONE"}
BUILT_IN = READONLY | CARD | SERVICE | frozenset(CONSTANTS)

CLIENT, PROJECT, CONST, DEAL = "client", "project", "const", ""
PREFIXES: Mapping[str, str] = {"client": CLIENT, "клиент": CLIENT, "project": PROJECT, "проект": PROJECT}


_CLOCK: Mapping[str, Callable[[Context], Value]] = {
    "current_date": lambda run: date_text(run.now),
    "next_day": lambda run: date_text(run.now + timedelta(days=1)),
    "current_time": lambda run: time_text(timedelta(hours=run.now.hour, minutes=run.now.minute)),
    "weekday": lambda run: run.now.isoweekday(),
    "timestamp": lambda run: round(run.now.timestamp(), 3),
}


CLOCK_NAMES = frozenset({"current_date", "next_day", "current_time", "weekday"})  # the same for a whole minute


def clock_values(run: Context) -> dict[str, Value]:
    """The built-in variables that the moment of a run decides, without `timestamp`."""
    return {name: _CLOCK[name](run) for name in CLOCK_NAMES}


def is_name(text: str) -> bool:
    """A legal variable name: a letter, then letters, digits and `_`, at most 500 characters (D-02)."""
    return (
        0 < len(text) <= MAX_NAME
        and text[0].isalpha()
        and all(char.isalpha() or char == "_" or char.isdecimal() or unicodedata.combining(char) for char in text)
    )


def check_target(name: str) -> None:
    """Raise the fault that forbids writing to this name (`bad_name`, `readonly`)."""
    if name in RESERVED:
        raise Fault("SB111", name=name)
    if not is_name(name):
        raise Fault("SB110", name=name if len(name) <= 60 else name[:60] + "…")
    if name in READONLY:
        raise Fault("SB112", name=name)


def stored_size(value: Value) -> int:
    """Length of a value as it is stored: characters of its text form."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | dict):
        return len(to_text(value))
    return 0


def _check_container(name: str, value: Value) -> None:
    """Refuse a container that is nested too deeply to be read back, or has too many elements, before it is written out."""
    level, count, layer = 1, 0, [value]
    while layer:
        if level > MAX_DEPTH:
            raise Fault("SB406", limit=MAX_DEPTH)
        below: list[Value] = []
        for item in layer:
            count += len(item)
            if 2 * count > MAX_VALUE:
                raise Fault("SB402", name=name, limit=MAX_VALUE)
            if count > LONG // 16:
                charge(1)
            children = item.values() if isinstance(item, dict) else item
            below += [child for child in children if isinstance(child, list | dict)]
        level, layer = level + 1, below


def check_value(name: str, value: Value) -> None:
    if isinstance(value, list | dict):
        _check_container(name, value)
    size = stored_size(value)
    if size > LONG:
        if size > MAX_VALUE:
            raise Fault("SB402", name=name, limit=MAX_VALUE)
        spend_room(size)


_DEAL, _CLIENT, _PROJECT, _CONST, _BUILT_IN, _CARD, _OTHERS = range(7)


class _Places(dict[str, tuple[int, str]]):
    """Key of a flat mapping → layer and name, remembered: the same names come with every run."""

    def __missing__(self, key: str) -> tuple[int, str]:
        if not isinstance(key, str):
            raise OptionError("SB907", got=key, name=type(key).__name__)
        place = self._place(unicodedata.normalize("NFC", key))
        if len(self) < 10_000:
            self[key] = place
        return place

    @staticmethod
    def _place(key: str) -> tuple[int, str]:
        prefix, dot, rest = key.partition(".")
        if dot and prefix in PREFIXES:
            return (_CLIENT if PREFIXES[prefix] == CLIENT else _PROJECT), rest
        if dot and prefix == CONST:
            return _CONST, rest
        if key == "$clients":
            return _OTHERS, key
        return (_BUILT_IN if key in READONLY else _CARD if key in CARD else _DEAL), key


_PLACES = _Places()


def _others(clients: Any) -> dict[str, dict[str, Value]]:
    """Variables of other clients by id."""
    try:
        return {str(key): dict(known) for key, known in clients.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise OptionError("SB912", name=type(clients).__name__) from error


class Variables(Protocol):
    """What generated code and functions need; `layer` is "", "client" or "project"."""

    def get(self, name: str) -> Value: ...
    def get_in(self, layer: str, name: str) -> Value: ...
    def user_value(self, name: str) -> Value: ...
    def known(self, name: str) -> bool: ...
    def put(self, layer: str, name: str, value: Value) -> None: ...
    def drop(self, layer: str, name: str) -> None: ...


class Scope:
    """The layers of one dialog, each a dict of its own.

    `deal`, `client`, `project` are changed by a run and belong to the caller; `constants`, `built_in` (values computed per
    event), `card` and `clients` (other clients' variables by id, where the host knows them) are only read, except that
    the functions for client variables write into `clients`.
    """

    __slots__ = ("built_in", "card", "client", "clients", "constants", "context", "deal", "merged", "project")

    def __init__(
        self,
        deal: dict[str, Value] | None = None,
        client: dict[str, Value] | None = None,
        project: dict[str, Value] | None = None,
        constants: Mapping[str, Value] | None = None,
        *,
        built_in: Mapping[str, Value] | None = None,
        card: Mapping[str, Value] | None = None,
        clients: dict[str, dict[str, Value]] | None = None,
        context: Context | None = None,
    ) -> None:
        self.deal = {} if deal is None else deal
        self.client = {} if client is None else client
        self.project = {} if project is None else project
        self.constants = constants or {}
        self.built_in = built_in or {}
        self.card = card or {}
        self.clients = {} if clients is None else clients
        self.context = context
        # What a bare name reads, for generated code. Kept in step by `put` and `drop`.
        self.merged: dict[str, Value] = {
            **self.card, **self.constants, **self.project, **self.client, **self.deal, **self.built_in,
        }  # fmt: skip

    @classmethod
    def of(cls, variables: Mapping[str, Value] | None) -> Scope:
        """Sort a flat mapping into layers: prefixes `client.`, `project.`, `const.`, other clients in `$clients`,
        built-in names to the built-ins, everything else to the deal. Values are not copied, dicts are new.

        Raises:
            OptionError: it is no mapping of names.
        """
        layers: tuple[dict[str, Value], ...] = ({}, {}, {}, {}, {}, {})
        clients: dict[str, dict[str, Value]] = {}
        places = _PLACES
        try:
            given = (variables or {}).items()
        except AttributeError as error:
            raise OptionError("SB906", name=type(variables).__name__) from error
        for written, value in given:
            if value is None or value == "":
                continue
            layer, name = places[written]
            if layer == _OTHERS:
                clients = _others(value)
            else:
                layers[layer][name] = value
        deal, client, project, constants, built_in, card = layers
        return cls(deal, client, project, constants, built_in=built_in, card=card, clients=clients)

    # ------------------------------------------------------------ reading

    def get(self, name: str) -> Value:
        """Value of a bare name; None when it has none."""
        if name in self.merged:
            return self.merged[name]
        clock = _CLOCK.get(name)
        if clock is not None and self.context is not None:
            return clock(self.context)
        if name in CONSTANTS:
            return CONSTANTS[name]
        return DEFAULTS.get(name)

    def get_in(self, layer: str, name: str) -> Value:
        return self._layer(layer).get(name)

    def user_value(self, name: str) -> Value:
        """Value of a user variable (deal, client, project, constant); built-ins cannot be selected by a value (D-28)."""
        for layer in (self.deal, self.client, self.project, self.constants):
            if name in layer:
                return layer[name]
        return None

    def known(self, name: str) -> bool:
        """Has the name a value in any layer, or is it built in (D-22)?"""
        return name in self.merged or name in BUILT_IN

    # ------------------------------------------------------------ writing

    def put(self, layer: str, name: str, value: Value) -> None:
        """Write; empty text and None delete (D-12). The name is legal and writable already."""
        if value is None or value == "":
            self.drop(layer, name)
            return
        check_value(name, value)
        variables = self._layer(layer)
        if name not in variables and len(variables) >= MAX_VARIABLES and layer != PROJECT:
            raise Fault("SB403", name=name, limit=MAX_VARIABLES)
        variables[name] = value
        self.refresh(name)

    def drop(self, layer: str, name: str) -> None:
        self._layer(layer).pop(name, None)
        self.refresh(name)

    def _layer(self, layer: str) -> dict[str, Value]:
        if layer == DEAL:
            return self.deal
        return self.client if layer == CLIENT else self.project

    def refresh(self, name: str) -> None:
        """Look a name up anew, after its host has changed one of the tables itself."""
        for layer in (self.built_in, self.deal, self.client, self.project, self.constants, self.card):
            if name in layer:
                self.merged[name] = layer[name]
                return
        self.merged.pop(name, None)

    def kept(self) -> tuple[dict[str, Value], ...]:
        """What `restore` goes back to. The full rules never change a value in place, so values are not copied."""
        return dict(self.deal), dict(self.client), dict(self.project), dict(self.merged)

    def restore(self, kept: tuple[dict[str, Value], ...]) -> None:
        """All variables as they were."""
        for variables, before in zip((self.deal, self.client, self.project, self.merged), kept, strict=True):
            variables.clear()
            variables.update(before)

    def flat(self) -> dict[str, Value]:
        """All layers as one dict, prefixes as in `of`; the deal plain."""
        found = dict(self.deal)
        found.update({f"{CLIENT}.{name}": value for name, value in self.client.items()})
        found.update({f"{PROJECT}.{name}": value for name, value in self.project.items()})
        found.update({f"{CONST}.{name}": value for name, value in self.constants.items()})
        return found


class FlatScope:
    """The same over one plain dict that belongs to the host: plain names, `client.x`, `project.x`, `const.x`.

    Nothing is copied: writes go into the dict. Used by `Expression.evaluate`.
    """

    __slots__ = ("clients", "context", "variables")

    def __init__(self, variables: dict[str, Value], context: Context | None = None) -> None:
        self.variables = variables
        self.context = context
        self.clients: dict[str, dict[str, Value]] = variables.get("$clients") or {}

    def get(self, name: str) -> Value:
        found = self._find(name)
        if found is not None:
            return found
        clock = _CLOCK.get(name)
        if clock is not None and self.context is not None:
            return clock(self.context)
        return CONSTANTS[name] if name in CONSTANTS else DEFAULTS.get(name)

    def _find(self, name: str) -> Value:
        variables = self.variables
        if name in CARD and (hidden := variables.get(f"client.{name}")) is not None:
            return hidden
        for key in (name, f"client.{name}", f"клиент.{name}", f"project.{name}", f"проект.{name}", f"const.{name}"):
            value = variables.get(key)
            if value is not None and value != "":
                return value
        return None

    def get_in(self, layer: str, name: str) -> Value:
        if layer == DEAL:
            return self.variables.get(name)
        russian = "клиент" if layer == CLIENT else "проект"
        return self.variables.get(f"{layer}.{name}", self.variables.get(f"{russian}.{name}"))

    def user_value(self, name: str) -> Value:
        return None if name in READONLY or (name in CARD and name not in self.variables) else self._find(name)

    def known(self, name: str) -> bool:
        return self._find(name) is not None or name in BUILT_IN

    def put(self, layer: str, name: str, value: Value) -> None:
        if value is None or value == "":
            self.drop(layer, name)
            return
        check_value(name, value)
        key = f"{layer}.{name}" if layer else name
        if key not in self.variables and len(self.variables) >= MAX_VARIABLES:
            same = sum(other.startswith(f"{layer}.") if layer else "." not in other for other in self.variables)
            if same >= MAX_VARIABLES and layer != PROJECT:
                raise Fault("SB403", name=name, limit=MAX_VARIABLES)
        self.variables[key] = value

    def drop(self, layer: str, name: str) -> None:
        self.variables.pop(f"{layer}.{name}" if layer else name, None)

    def kept(self) -> dict[str, Value]:
        return dict(self.variables)

    def restore(self, kept: dict[str, Value]) -> None:
        self.variables.clear()
        self.variables.update(kept)


__all__ = [
    "BUILT_IN", "CARD", "CLIENT", "CONST", "CONSTANTS", "DEAL", "MAX_TEXT", "MAX_VALUE", "MAX_VARIABLES", "PREFIXES",
    "PROJECT", "READONLY", "RESERVED", "SERVICE", "FlatScope", "Scope", "Variables", "check_target", "check_value", "is_name",
]  # fmt: skip
