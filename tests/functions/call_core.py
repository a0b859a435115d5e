"""Calls functions of the core modules the way generated code does, and runs the examples of docstrings."""

from __future__ import annotations

import ast
import math
import random
import re
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from salebot_uiscom.context import Context
from salebot_uiscom.errors import Fault
from salebot_uiscom.functions.registry import Catalog, functions_in
from salebot_uiscom.scope import Scope
from salebot_uiscom.values import to_text


class Caller:
    """The functions of one module, called by name."""

    def __init__(self, *modules: ModuleType) -> None:
        self.functions = [item for module in modules for item in functions_in(module)]
        self.catalog = Catalog(self.functions)

    def __call__(self, name: str, *arguments: Any, run: Context | None = None) -> Any:
        """Value of a call: arguments are converted, skipped ones become their defaults."""
        function = self.catalog[name]
        assert function.accepts(len(arguments)), f"{name} takes {function.arity_text} arguments"
        ready: list[Any] = [run or context()] if function.takes_context else []
        for param, value in zip(function.params, arguments, strict=False):
            if not param.required and value in (None, ""):
                ready.append(param.default)
            else:
                ready.append(value if param.coerce is None else param.coerce(value))
        if function.rest is not None:
            coerce = function.rest.coerce
            ready += [value if coerce is None else coerce(value) for value in arguments[len(function.params) :]]
        return function.call(*ready)

    def outcome(self, name: str, *arguments: Any, run: Context | None = None) -> Any:
        """The value, or `error KIND`; the texts of the error are made in both languages."""
        if not self.catalog[name].accepts(len(arguments)):
            return "error arity"
        try:
            return self(name, *arguments, run=run)
        except Fault as fault:
            return error_of(fault)

    def examples(self) -> list[tuple[str, str]]:
        """`(call, expected)` of every line in the sections «Примеры:»."""
        found: list[tuple[str, str]] = []
        for function in self.functions:
            section = re.search(r"^Примеры:\n((?:    .*\n)+)", function.doc, re.MULTILINE)
            assert section, f"{function.name} has no examples"
            for line in section[1].splitlines():
                call, _, expected = line.strip().rpartition("  # ")
                assert call, line
                found.append((call, expected))
        return found

    def run_example(self, call: str, run: Context | None = None) -> str:
        """Result of an example in the form in which examples print it."""
        # The language keeps unknown escapes as they are, Python warns of them.
        source = re.sub(r"\\(?![\\nrt'\"])", r"\\\\", call)
        try:
            value = self._value(ast.parse(source, mode="eval").body, run)
        except Fault as fault:
            return f"ошибка {fault.kind}"
        return "None" if value is None else to_text(value)

    def _value(self, node: ast.expr, run: Context | None) -> Any:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self(node.func.id, *(self._value(argument, run) for argument in node.args), run=run)
        if isinstance(node, ast.Name):
            return math.e if node.id == "E" else None
        return ast.literal_eval(node)


def error_of(fault: Fault) -> str:
    assert fault.describe("ru")
    assert fault.describe("en")
    return f"error {fault.kind}"


def context(seed: int = 1, scope: Scope | None = None) -> Context:
    return Context(timezone=ZoneInfo("Europe/Moscow"), random=random.Random(seed), scope=scope)
