"""Lists of the Data API: filter, sort, page and choose columns, as every `get.*` method does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import regex

from ..uis import tables
from .refusal import Refusal

Row = dict[str, Any]

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda have, want: have < want,
    ">": lambda have, want: have > want,
    "<=": lambda have, want: have <= want,
    ">=": lambda have, want: have >= want,
}
_REGEXP_LIMIT_S = 0.2


def answer_list(method: str, rows: Iterable[Row], params: Mapping[str, Any]) -> tuple[list[Row], int]:
    """The page that `params` ask for, and the number of all rows that fit the filter.

    Raises:
        Refusal: a column that is unknown, or may not be filtered or sorted by.
    """
    columns = {column.name: column for column in tables.method(method).columns}
    hidden = {raw["name"] for raw in tables.method(method).raw["columns"] if raw.get("default") is False}
    fields = params.get("fields") or [name for name in columns if name not in hidden]
    for name in fields:
        if name not in columns:
            raise Refusal("unexpected_parameters", method=method, field="fields", value=name)
    order = params.get("sort") or []
    for key in order:
        _known(method, columns, "sort", key["field"])
        if not columns[key["field"]].sort:
            raise Refusal("sort_prohibited", method=method, field="sort", value=key["field"])
    found = list(rows)
    if "filter" in params:
        fits = _filter(method, columns, params["filter"])
        found = [row for row in found if fits(row)]
    for key in reversed(order):
        name = key["field"]
        empty = [row for row in found if row.get(name) is None]
        filled = [row for row in found if row.get(name) is not None]
        filled.sort(key=itemgetter(name), reverse=key.get("order") == "desc")
        found = filled + empty
    offset, limit = params.get("offset", 0), params.get("limit", 1000)
    page = [{name: row.get(name) for name in fields} for row in found[offset : offset + limit]]
    return page, len(found)


def _known(method: str, columns: Mapping[str, tables.Column], parameter: str, name: str) -> None:
    if name not in columns:
        raise Refusal("unexpected_parameters", method=method, field=parameter, value=name)


def _filter(method: str, columns: Mapping[str, tables.Column], tree: Any) -> Callable[[Row], bool]:
    """A filter tree as a predicate. Every leaf is checked before any row is looked at."""

    def refuse(mnemonic: str, value: Any) -> Refusal:
        return Refusal(mnemonic, method=method, field="filter", value=value)

    if not isinstance(tree, dict):
        raise refuse("data_type_error", tree)
    if "filters" in tree:
        if not isinstance(tree["filters"], list):
            raise refuse("data_type_error", tree["filters"])
        if not tree["filters"] or tree.get("condition", "and") not in ("and", "or"):
            raise refuse("invalid_parameter_value", tree)
        parts = [_filter(method, columns, part) for part in tree["filters"]]
        every = any if tree.get("condition") == "or" else all
        return lambda row: every(part(row) for part in parts)
    for name in ("field", "operator"):
        if name not in tree:
            raise Refusal("required_parameter_missed", method=method, field=f"filter.{name}")
    name, operator, value = tree["field"], tree["operator"], tree.get("value")
    _known(method, columns, "filter", name)
    if not columns[name].filter:
        raise refuse("filter_prohibited", name)
    try:
        compare = _comparison(operator, value)
    except (ValueError, TypeError, regex.error) as error:
        raise refuse("invalid_parameter_value", value) from error
    if compare is None:
        raise refuse("invalid_parameter_value", operator)

    def fits(row: Row) -> bool:
        try:
            return compare(row.get(name))
        except (TypeError, TimeoutError) as error:
            raise refuse("invalid_parameter_value", value) from error

    return fits


def _comparison(operator: Any, want: Any) -> Callable[[Any], bool] | None:
    """What `operator` with the value `want` demands of a cell; None for an operator that is unknown or not imitated."""
    if operator in ("is_null", "is_not_null"):
        return lambda have: (have is None) == (operator == "is_null")
    if operator in ("=", "!="):
        return lambda have: (have == want) == (operator == "=")
    if operator in _ORDERED:
        ordered = _ORDERED[operator]
        return lambda have: have is not None and ordered(have, want)
    negated = isinstance(operator, str) and operator.startswith("not_")
    positive = operator.removeprefix("not_") if isinstance(operator, str) else ""
    if positive in ("in", "overlap"):
        if not isinstance(want, list):
            raise TypeError(want)
        if positive == "in":
            return lambda have: (have in want) != negated
        return lambda have: any(item in want for item in have or ()) != negated
    if positive in ("like", "ilike"):
        pattern = "".join(".*" if part == "%" else regex.escape(part) for part in regex.split("(%)", want))
        matcher = regex.compile(pattern, regex.DOTALL | (regex.IGNORECASE if positive == "ilike" else 0))
        return lambda have: have is not None and bool(matcher.fullmatch(have, timeout=_REGEXP_LIMIT_S)) != negated
    if operator == "regexp":
        matcher = regex.compile(want)
        return lambda have: have is not None and bool(matcher.search(have, timeout=_REGEXP_LIMIT_S))
    return None
