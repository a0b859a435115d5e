"""The API of UIS as data: methods with JSON Schemas, errors with advice, placeholders of notifications.

Independent of the rest of `uis`, so that the client and the simulator check against the same tables. The files are read
once, when first asked for.

Sources: `methods.json` (reference uis-api.md 6-8), `errors.json` (5), `placeholders.json` (webhooks.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `filter` and `sort` are None where the documentation is silent."""

    name: str
    type: str
    filter: bool | None
    sort: bool | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of several parameters in words; the n-th rule belongs to the n-th member of the schema's `allOf`."""

    rule: str
    mnemonic: str
    field: str


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API.

    `api` is `call`, `data` or `both`; `params` and `result` are JSON Schemas that refer to `definitions()` by `$ref`.
    `raw` is the whole entry of the table.
    """

    name: str
    api: str
    params: Schema
    result: Schema
    errors: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    raw: Mapping[str, Any]

    @property
    def is_list(self) -> bool:
        """Whether the method answers with pages (`limit`, `offset`)."""
        return "offset" in self.params["properties"]

    def belongs_to(self, api: str) -> bool:
        return self.api in (api, "both")


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One documented error. A mnemonic may have several rows with other codes, texts and methods."""

    mnemonic: str
    code: int
    text: str
    apis: tuple[str, ...]
    methods: tuple[str, ...]
    phase: str
    retry: str
    fix: str
    limits_in_answer: bool | None
    hint_ru: str
    field: str | None
    text_params: Mapping[str, Any]
    also_seen_as: tuple[str, ...]

    def concerns(self, method: str) -> bool:
        return "*" in self.methods or method in self.methods


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder of a notification template; `events` is `("*",)` where no limit is known."""

    name: str
    type: str
    null_when_absent: bool
    events: tuple[str, ...]
    about: str


@cache
def _load(name: str) -> Any:
    return json.loads(resources.files(__name__).joinpath(name).read_text("utf-8"))


@cache
def methods() -> Mapping[str, Method]:
    """Every method by name."""
    return {name: _method(name, raw) for name, raw in _load("methods.json")["methods"].items()}


def method(name: str) -> Method:
    """The method `name`. Raises KeyError for an unknown one."""
    return methods()[name]


def definitions() -> Mapping[str, Schema]:
    """The shared schemas: `#/$defs/<name>`."""
    shared: Mapping[str, Schema] = _load("methods.json")["$defs"]
    return shared


@cache
def errors() -> tuple[ErrorRow, ...]:
    """Every documented error, in the order of the table."""
    return tuple(_error(raw) for raw in _load("errors.json")["errors"])


@cache
def groups() -> Mapping[int, str]:
    """Advice (`retry`) of each code group."""
    return {row["code"]: row["retry"] for row in _load("errors.json")["groups"]}


def error_rows(mnemonic: str) -> tuple[ErrorRow, ...]:
    """The rows of a mnemonic in any of its spellings; empty for an unknown one."""
    return tuple(row for row in errors() if mnemonic == row.mnemonic or mnemonic in row.also_seen_as)


@cache
def placeholders() -> Mapping[str, Placeholder]:
    """Placeholders of notification templates by name."""
    return {
        raw["name"]: Placeholder(
            raw["name"], raw["type"], raw["null_when_absent"], tuple(raw["events"]), raw.get("about", "")
        )
        for raw in _load("placeholders.json")["placeholders"]
    }


def _method(name: str, raw: Mapping[str, Any]) -> Method:
    return Method(
        name=name,
        api=raw["api"],
        params=raw["params"],
        result=raw["result"],
        errors=tuple(raw["errors"]),
        columns=tuple(
            Column(column["name"], column["type"], column.get("filter"), column.get("sort"))
            for column in raw.get("columns", ())
        ),
        rules=tuple(Rule(rule["rule"], rule["mnemonic"], rule["field"]) for rule in raw.get("x_rules", ())),
        raw=raw,
    )


def _error(raw: Mapping[str, Any]) -> ErrorRow:
    return ErrorRow(
        mnemonic=raw["mnemonic"],
        code=raw["code"],
        text=raw["text"],
        apis=tuple(raw["apis"]),
        methods=tuple(raw["methods"]),
        phase=raw["phase"],
        retry=raw["retry"],
        fix=raw["fix"],
        limits_in_answer=raw["limits_in_answer"],
        hint_ru=raw["hint_ru"],
        field=raw.get("field"),
        text_params=raw.get("text_params", {}),
        also_seen_as=tuple(raw.get("also_seen_as", ())),
    )
