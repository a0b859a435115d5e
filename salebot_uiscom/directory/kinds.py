"""What can be looked up: which list of UIS, which columns, and what of a row is shown and searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One list.

    Attributes:
        name: of the command and in the cache.
        method: of Data API.
        fields: columns asked for.
        shape: a row of UIS as a flat row of ours; every value is a number, a text, a list of texts or None.
        texts, numbers: columns of ours that are searched by a part: names and domains, phone numbers.
        help_ru, help_en: what the command does, one line.
    """

    name: str
    method: str
    fields: tuple[str, ...]
    shape: Callable[[Row], dict[str, Any]]
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    help_ru: str
    help_en: str


def _members(value: Any, name: str) -> list[str]:
    """One member of each object in a list; UIS promises `[]` for empty lists but is seen to send null."""
    return [str(item[name]) for item in value or () if isinstance(item, Mapping) and item.get(name)]


def active_phones(row: Row) -> list[str]:
    """Numbers of an employee that ring."""
    return _members(
        [
            item
            for item in row.get("phone_numbers") or ()
            if isinstance(item, Mapping) and item.get("status") == "active"
        ],
        "phone_number",
    )


def _employee(row: Row) -> dict[str, Any]:
    extension = row.get("extension")
    return {
        "id": row.get("id"),
        "name": row.get("full_name"),
        "phones": active_phones(row),
        "extension": extension.get("extension_phone_number") if isinstance(extension, Mapping) else None,
        "status": row.get("status"),
    }


def _scenario(row: Row) -> dict[str, Any]:
    numbers = row.get("virtual_phone_numbers") or ()
    return {
        "id": row.get("id"),
        "name": row.get("name"),
        # The documentation shows texts as well as objects.
        "numbers": [str(item) for item in numbers if isinstance(item, str | int)]
        + _members(numbers, "virtual_phone_number"),
    }


def _number(row: Row) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "number": row.get("virtual_phone_number"),
        "status": row.get("status"),
        "scenarios": _members(row.get("scenarios"), "scenario_name"),
    }


def _site(row: Row) -> dict[str, Any]:
    return {"id": row.get("id"), "domain": row.get("domain_name"), "name": row.get("name"), "status": row.get("state")}


def _campaign(row: Row) -> dict[str, Any]:
    return {
        "id": row.get("id"),
        "name": row.get("name"),
        "status": row.get("status"),
        "domain": row.get("site_domain_name"),
    }


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "employees",
            "get.employees",
            ("id", "full_name", "phone_numbers", "extension", "status"),
            _employee,
            ("name",),
            ("phones", "extension"),
            "Сотрудники: id для uiscom_employee_call.",
            "Employees: ids for uiscom_employee_call.",
        ),
        Kind(
            "scenarios",
            "get.scenarios",
            ("id", "name", "virtual_phone_numbers"),
            _scenario,
            ("name",),
            ("numbers",),
            "Сценарии: id для uiscom_scenario_call.",
            "Scenarios: ids for uiscom_scenario_call.",
        ),
        Kind(
            "numbers",
            "get.virtual_numbers",
            ("id", "virtual_phone_number", "status", "scenarios"),
            _number,
            ("scenarios",),
            ("number",),
            "Виртуальные номера аккаунта.",
            "Virtual numbers of the account.",
        ),
        Kind(
            "sites",
            "get.sites",
            ("id", "domain_name", "name", "state"),
            _site,
            ("domain", "name"),
            (),
            "Сайты: id для заявок.",
            "Sites: ids for offline messages.",
        ),
        Kind(
            "campaigns",
            "get.campaigns",
            ("id", "name", "status", "site_domain_name"),
            _campaign,
            ("name", "domain"),
            (),
            "Рекламные кампании: id для заявок.",
            "Advertising campaigns: ids for offline messages.",
        ),
    )
}
