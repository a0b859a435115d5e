"""What generated code may call: every helper by its name in the code, modules imported when one of their names is used.

Code names what it needs, so a program that comes from disk is linked again from its names alone:
`f_round` a function of the catalogue, `c_to_text` a conversion of `values`, `d_sort_1` the default of the second
parameter of `sort`, `m_date_02.03.2026` a moment; anything else stands in the table below.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from importlib import import_module
from types import CodeType
from typing import Any

from ..budget import Limits, begin, charge
from ..errors import Fault
from ..functions.catalog import Catalog
from ..scope import check_target, is_name

_HOMES = {
    "lang.operators": (
        "add subtract multiply divide remainder equal not_equal less less_or_equal greater greater_or_equal power negate "
        "chain joined json_inside json_value key_text given fail"
    ),
    "values": "text=to_text truth=to_truth element=to_element",
    "functions.elements": "read_element write_element delete_element",
    "budget": "sized begin",
    "errors": "Fault",
    "lang.helpers": "written_name read_name after_effect tick host_reader text_instead",
    "lang.memo": "N=NUMBERS M_date M_time M_datetime miss storable short_element put_item plain_text word fitting WORDS",
    "builtins": "type str int float list dict len repr round Exception",
}
_PLACES: dict[str, tuple[str, str]] = {}
for _home, _names in _HOMES.items():
    for _item in _names.split():
        _name, _, _attribute = _item.partition("=")
        _PLACES[_name] = ("builtins" if _home == "builtins" else f"salebot_uiscom.{_home}", _attribute or _name)

# Helpers that may charge the budget of the run; code that uses one opens it first.
_WITHOUT_CHARGE = (
    "miss given fail power negate element host_reader text_instead Fault N M_date M_time M_datetime short_element "
    "plain_text word fitting WORDS"
)
CHARGING = frozenset(_PLACES) - frozenset(f"{_WITHOUT_CHARGE} {_HOMES['builtins']}".split())
_found: dict[str, Any] = {}


def linked(code: CodeType, limits: Limits, catalog: Catalog, known: Mapping[str, Any]) -> dict[str, Any]:
    """Globals for the code: what it names, and nothing else.

    Args:
        known: what the compiler has at hand already.
    """
    names: dict[str, Any] = {"__builtins__": {}, "limits": limits}
    for name in code.co_names:
        value = known.get(name) or _found.get(name) or _look_up(name, catalog)
        if value is not None:  # else the name of a method
            names[name] = value
    return names


def _look_up(name: str, catalog: Catalog) -> Any:
    place = _PLACES.get(name)
    if place is not None:
        value = _found[name] = getattr(import_module(place[0]), place[1])
        return value
    kind, _, rest = name.partition("_")
    if kind == "f":
        return catalog[rest].call
    if kind == "c":
        return getattr(import_module("salebot_uiscom.values"), rest)
    if kind == "d":
        function, _, index = rest.rpartition("_")
        return catalog[function].params[int(index)].default
    if kind == "m":
        from ..values import text_class

        return text_class(rest.partition("_")[2])[1]
    return None


# ---------------------------------------------------------------- helpers of this module


def written_name(*parts: str) -> str:
    """A name built with `#{}` on the left side (D-16): must be legal and writable."""
    name = unicodedata.normalize("NFC", "".join(parts))
    check_target(name)
    return name


def read_name(*parts: str) -> str:
    """A name built with `#{}` for reading (D-28); what is no legal name is the name of nothing."""
    name = unicodedata.normalize("NFC", "".join(parts))
    return name if is_name(name) else ""


def after_effect(limits: Limits, result: Any) -> Any:
    """Waiting is not own work, and the run may go on in another thread: its budget begins anew."""
    begin(limits)
    return result


def tick() -> None:
    """Between the statements of a long program."""
    charge(1)


def host_reader(scope: Any) -> Any:
    """Reads a variable whose name is no legal name (set by the host); a fault if there is none."""

    def read(raw: str) -> Any:
        value = scope.user_value(raw)
        if value is None:
            raise Fault("SB103", got=raw)
        return value

    return read


def text_instead(error: Fault, always_known: bool, known: Any, names: tuple[str, ...]) -> None:
    """Raise the fault again unless rule R5 allows the text."""
    if error.kind not in ("type", "none") or always_known or any(known(name) for name in names):
        raise error
