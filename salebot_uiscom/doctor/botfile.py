"""What a bot file says about UISCOM: settings, and the numbers and ids its calls use.

Read leniently: mistakes of the file itself are told by `salebot-uiscom check`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import SalebotError
from ..lang import nodes
from ..lang.statements import parse_field
from .options import Reference, References

_CALLS = {"uiscom_employee_call": "employees", "uiscom_scenario_call": "scenarios"}


class BotUnreadable(SalebotError):
    """The file cannot be opened or is no TOML."""


@dataclass(frozen=True, slots=True)
class BotView:
    """`settings` is the table `[uiscom]`."""

    references: References
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)


def view_bot(path: str | Path) -> BotView:
    """Look into a bot file.

    Raises:
        BotUnreadable: no such file, no TOML.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BotUnreadable(f"{path}: {error}") from error
    settings = table.get("uiscom")
    return BotView(references_of(table, path.name), settings if isinstance(settings, dict) else {})


def references_of(table: Mapping[str, Any], name: str) -> References:
    """Numbers and ids that stand in the calls of a bot, as literals or constants, and in its employees."""
    found: dict[str, dict[tuple[str, str], Reference]] = {"numbers": {}, "employees": {}, "scenarios": {}}
    constants = table.get("constants")
    constants = constants if isinstance(constants, dict) else {}

    def note(kind: str, value: Any, where: str) -> None:
        found[kind].setdefault((type(value).__name__, str(value)), Reference(value, f"{name}: {where}"))

    for block in _tables(table, "block"):
        for key in ("actions", "calc"):
            code = block.get(key)
            for call in _calls(code) if isinstance(code, str) else ():
                values = [_known(argument, constants) for argument in call.arguments]
                for kind, value in zip(("numbers", None, _CALLS[call.name]), values, strict=False):
                    if kind is not None and value is not None:
                        note(kind, value, f"block {block.get('id')}")
    for employee in _tables(table, "employee"):
        who = f"employee {employee.get('email')}"
        if employee.get("virtual_phone"):
            note("numbers", employee["virtual_phone"], who)
        if employee.get("uis_employee_id"):
            note("employees", employee["uis_employee_id"], who)
    return References(**{kind: tuple(items.values()) for kind, items in found.items()})


def _tables(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = table.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _calls(code: str) -> list[nodes.Call]:
    statements, _ = parse_field(code, frozenset(_CALLS))
    return [
        item
        for statement in statements
        for item in nodes.of_statement(statement)
        if isinstance(item, nodes.Call) and item.name in _CALLS
    ]


def _known(argument: Any, constants: Mapping[str, Any]) -> Any:
    """The value of an argument that does not depend on a dialog; None for others."""
    if isinstance(argument, nodes.Number):
        return argument.text
    if isinstance(argument, nodes.Text) and all(isinstance(part, str) for part in argument.parts):
        return "".join(argument.parts)
    if isinstance(argument, nodes.Name) and argument.layer is None:
        value = constants.get(argument.name)
        return value if value != "" else None
    return None
