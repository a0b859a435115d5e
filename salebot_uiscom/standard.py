"""The built-in functions as a plugin: they come in through the same hook as everybody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .functions.pages import built_in_functions
from .hookspecs import hookimpl

# Inside a bot the client functions are the host's: it knows the other clients.
_OF_THE_HOST = frozenset({"get_client_var", "get_client_vars", "set_client_var", "set_client_vars"})


class StandardFunctions:
    """`for_host`: leave out what the host provides itself."""

    def __init__(self, for_host: bool = False) -> None:
        self.name = "standard functions"
        self._left_out = _OF_THE_HOST if for_host else frozenset()

    @hookimpl
    def register_functions(self, register: Callable[[Any], None]) -> None:
        for item in built_in_functions():
            if item.name not in self._left_out:
                register(item)
