"""SB711, SB713–SB718: names of variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..lang import nodes
from ..lang.suggest import is_mixed, nearest, spelling_key
from ..scope import BUILT_IN, CARD, MAX_NAME
from .field import Field

NEAR_LIMIT = 0.8


def check(field: Field) -> None:
    called = {call.name for call in field.calls}
    told: set[str] = set()
    for name, start, end, target in _all(field):
        if name in told:
            continue
        told.add(name)
        if is_mixed(name):
            meant = nearest(name, [other for other in (*field.names, *field.targets) if not is_mixed(other)])
            field.report("SB711", start, end, name=name, name_meant=meant[0] if meant else "…")
        if len(name) >= NEAR_LIMIT * MAX_NAME:
            field.report("SB718", start, end, count=len(name), limit=MAX_NAME)
        if target is None:
            continue
        if name in called:
            field.report("SB713", start, end, name=name)
        if not target.layer and not target.path:
            if name in CARD:
                field.report("SB714", start, end, name=name)
            elif name in field.constants:
                field.report("SB715", start, end, name=name)
    for name, other, start, end in twins(_all(field)):
        field.report("SB717", start, end, name=other, name_other=name)


def _all(field: Field) -> Iterator[tuple[str, int, int, nodes.Target | None]]:
    for statement in field.statements:
        if isinstance(statement, nodes.Assign) and isinstance(statement.target.name, str):
            target = statement.target
            yield target.name, target.start, target.end, target
    for item in field.all_nodes:
        if isinstance(item, nodes.Name) and id(item) not in field.doubtful:
            yield item.name, item.start, item.end, None


def twins(names: Iterable[tuple[str, int, int, object]]) -> Iterator[tuple[str, str, int, int]]:
    """Pairs of names that only look alike: the earlier, the later and its place. Short names are let be."""
    told: set[str] = set()
    seen: dict[str, str] = {}
    for name, start, end, _ in names:
        if name in told or len(name) < 4 or name in BUILT_IN:
            continue
        told.add(name)
        other = seen.setdefault(spelling_key(name), name)
        if other != name:
            yield other, name, start, end
