"""Calls functions of the date and container modules the way generated code does."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from salebot_uiscom.context import Context
from salebot_uiscom.errors import Fault
from salebot_uiscom.functions import arrays, columns, dates, dictionaries, keyboards
from salebot_uiscom.functions.registry import Catalog, functions_in
from salebot_uiscom.scope import Scope

MODULES = [arrays, columns, dates, dictionaries, keyboards]
CATALOG = Catalog(item for module in MODULES for item in functions_in(module))
MOSCOW = ZoneInfo("Europe/Moscow")


def context(now: str = "2022-04-03T10:15:30+03:00", lang: str = "ru", **deal: Any) -> Context:
    run = Context(now=datetime.fromisoformat(now), timezone=MOSCOW, lang=lang, random=random.Random(1))
    run.scope = Scope(dict(deal), context=run)
    return run


def call(name: str, *arguments: Any, run: Context | None = None) -> Any:
    """Value of a call: arguments counted, converted, skipped ones replaced by their defaults."""
    function = CATALOG[name]
    assert function.accepts(len(arguments)), f"{name} takes {function.arity_text} arguments"
    ready: list[Any] = [run or context()] if function.takes_context else []
    for param, value in zip(function.params, arguments, strict=False):
        if not param.required and value in (None, ""):
            ready.append(param.default)
        else:
            ready.append(value if param.coerce is None else param.coerce(value))
    return function.call(*ready)


def kind_of(name: str, *arguments: Any, run: Context | None = None) -> str:
    """Kind of the error that a call ends with; `done` when it does not."""
    try:
        call(name, *arguments, run=run)
    except Fault as fault:
        texts = [fault.describe(lang) for lang in ("ru", "en")]
        return fault.kind if all(texts) else f"no text for {fault.code}"
    return "done"
