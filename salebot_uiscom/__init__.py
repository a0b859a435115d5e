"""The calculator language of Salebot bots, telephony of UIS / CoMagic for it, a host and a simulator.

    >>> import salebot_uiscom as su
    >>> su.evaluate('итог = 2 * цена', {"цена": 5}).variables["итог"]
    10

Importing the package imports neither httpx nor sqlite_utils, and Lark only where the grammar was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .api import check_condition, compile, compile_expression, evaluate, render
    from .errors import CalculatorError, Diagnostic, Fault, PluginError, SalebotError
    from .functions.registry import function
    from .hookspecs import hookimpl, hookspec
    from .interpreter import Interpreter
    from .lang.shelf import keep_programs

_HOMES = {
    "check_condition": "api",
    "compile": "api",
    "compile_expression": "api",
    "evaluate": "api",
    "render": "api",
    "CalculatorError": "errors",
    "Diagnostic": "errors",
    "Fault": "errors",
    "PluginError": "errors",
    "SalebotError": "errors",
    "function": "functions.registry",
    "hookimpl": "hookspecs",
    "hookspec": "hookspecs",
    "Interpreter": "interpreter",
    "keep_programs": "lang.shelf",
}

__all__ = [
    "CalculatorError",
    "Diagnostic",
    "Fault",
    "Interpreter",
    "PluginError",
    "SalebotError",
    "__version__",
    "check_condition",
    "compile",
    "compile_expression",
    "evaluate",
    "function",
    "hookimpl",
    "hookspec",
    "keep_programs",
    "render",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
