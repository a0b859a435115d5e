"""The read-only table of functions that a program is compiled against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import PluginError

if TYPE_CHECKING:
    from .registry import Function


class Catalog(Mapping[str, "Function"]):
    """Read-only table name → function; aliases are entries of their own. Shared by threads."""

    def __init__(self, functions: Iterable[Function] = (), declared: Iterable[str] = ()) -> None:
        self._table: dict[str, Function] = {}
        self.declared = frozenset(declared)
        for item in functions:
            for name in (item.name, *item.aliases):
                other = self._table.get(name)
                if other is not None and other is not item:
                    raise PluginError(
                        f"function {name} is registered by {other.plugin or 'the core'} and by {item.plugin or 'the core'}; "
                        f"rename one of them or leave one plugin out"
                    )
                self._table[name] = item

    def __getitem__(self, name: str) -> Function:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, name: object) -> bool:
        return name in self._table
