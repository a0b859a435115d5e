"""The functions of the reference host, offered through the same hooks as any plugin's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..functions.registry import functions_in
from ..hookspecs import hookimpl


@hookimpl
def register_functions(register: Callable[[Any], None]) -> None:
    from .functions import cards, clients, deals, groups, messages, tasks, web

    for module in (clients, messages, cards, groups, deals, tasks, web):
        for declared in functions_in(module):
            if declared.call.__module__ == module.__name__:
                register(declared)


@hookimpl
def register_names(register: Callable[[str], None]) -> None:
    for name in ("callback_query_id", "callback_order_id"):
        register(name)
