"""Assembling plugins: one pluggy manager per Interpreter, hooks called once, results frozen."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pluggy

from . import hookspecs
from .effects import AsyncHandler, Effect, Handler
from .errors import PluginError
from .functions.registry import MARK, Catalog, Function
from .ports import CardAction, Receiver, Settler

ENTRY_POINTS = "salebot_uiscom"
SettingsCheck = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What all plugins together offer; read-only after assembly."""

    catalog: Catalog
    handlers: dict[type[Effect], Handler]
    async_handlers: dict[type[Effect], AsyncHandler]
    receivers: tuple[Receiver, ...]
    settlers: tuple[Settler, ...]
    card_actions: tuple[CardAction, ...]
    commands: tuple[Any, ...]
    plugins: tuple[str, ...]
    settings: dict[str, SettingsCheck | None]  # names of settings that somebody reads, and who judges them
    functions: tuple[Function, ...] = field(repr=False, default=())


def assemble(plugins: Iterable[Any], *, entry_points: bool = True) -> Assembly:
    """Load plugins (objects, modules, or names of modules), then those installed under the entry point group.

    Raises:
        PluginError: two plugins offer the same name, a hook is misspelt, a plugin cannot be imported.
    """
    manager = pluggy.PluginManager("salebot_uiscom")
    manager.add_hookspecs(hookspecs)
    if os.environ.get("SALEBOT_UISCOM_TRACE"):
        manager.trace.root.setwriter(lambda text: sys.stderr.write(text))
        manager.enable_tracing()
    for plugin in plugins:
        module = _imported(plugin) if isinstance(plugin, str) else plugin
        if isinstance(module, type):
            raise PluginError(f"plugin {module.__name__} is a class: hand over an object, {module.__name__}()")
        if not manager.is_registered(module):
            manager.register(module, _name_of(module))
            if not manager.get_hookcallers(module):
                raise PluginError(
                    f"plugin {_name_of(module)} has no hooks: hand over an object or a module with functions marked "
                    "@hookimpl, such as register_functions"
                )
    if entry_points:
        try:
            manager.load_setuptools_entrypoints(ENTRY_POINTS)
        except ImportError as error:
            raise PluginError(f"an installed plugin cannot be imported: {error}") from error
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"plugin {_name_of(error.plugin)}: {error}") from error
    _check_signatures(manager)
    return _collect(manager)


def _check_signatures(manager: pluggy.PluginManager) -> None:
    """pluggy hands an implementation what it asks for; one that does not ask for `register` would offer nothing."""
    for name, plugin in manager.list_name_plugin():
        for caller in (manager.get_hookcallers(plugin) or []) if plugin is not None else []:
            for implementation in caller.get_hookimpls():
                if implementation.plugin is plugin and "register" not in implementation.argnames:
                    raise PluginError(
                        f"plugin {name}: {caller.name} takes no parameter register and so can offer nothing: write "
                        f"def {caller.name}(register), or (self, register) in a class"
                    )


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise PluginError(f"plugin {name} cannot be imported: {error}") from error


def _name_of(plugin: Any) -> str:
    return str(getattr(plugin, "__name__", None) or getattr(plugin, "name", None) or type(plugin).__name__)


def _collect(manager: pluggy.PluginManager) -> Assembly:
    from dataclasses import replace

    functions: list[Function] = []
    names: list[str] = []
    handlers: dict[type[Effect], Handler] = {}
    async_handlers: dict[type[Effect], AsyncHandler] = {}
    owners: dict[type[Effect], str] = {}
    receivers: list[Receiver] = []
    settlers: list[Settler] = []
    actions: list[CardAction] = []
    commands: list[Any] = []
    settings: dict[str, SettingsCheck | None] = {}
    for plugin_name, plugin in manager.list_name_plugin():
        if plugin is None:
            continue

        def register_function(call: Any, owner: str = plugin_name) -> None:
            declared = call if isinstance(call, Function) else getattr(call, MARK, None)
            if declared is None:
                raise PluginError(f"plugin {owner}: {call!r} is not marked with @function")
            functions.append(replace(declared, plugin=owner))

        def register_effect(
            effect: type[Effect], handler: Handler, async_handler: AsyncHandler | None = None, owner: str = plugin_name
        ) -> None:
            if effect in owners:
                raise PluginError(f"effect {effect.__name__} is handled by {owners[effect]} and by {owner}")
            owners[effect] = owner
            handlers[effect] = handler
            async_handlers[effect] = async_handler or in_thread(handler)

        named: dict[str, SettingsCheck | None] = {}

        def register_settings(
            name: str, check: SettingsCheck | None = None, named: dict[str, SettingsCheck | None] = named
        ) -> None:
            named[name] = check

        offered: dict[str, Any] = {
            "register_functions": register_function,
            "register_names": names.append,
            "register_effects": register_effect,
            "register_settings": register_settings,
            "register_receivers": receivers.append,
            "register_settlers": settlers.append,
            "register_card_actions": actions.append,
            "register_commands": commands.append,
        }
        for hook, register in offered.items():
            call = manager.subset_hook_caller(hook, [other for other in manager.get_plugins() if other is not plugin])
            call(register=register)
        own = getattr(plugin, "name", None)
        settings |= named or dict.fromkeys([plugin_name, *([own] if isinstance(own, str) else [])])
    return Assembly(
        catalog=Catalog(functions, names),
        handlers=handlers,
        async_handlers=async_handlers,
        receivers=tuple(receivers),
        settlers=tuple(settlers),
        card_actions=tuple(actions),
        commands=tuple(commands),
        plugins=tuple(sorted(name for name, plugin in manager.list_name_plugin() if plugin is not None)),
        settings=settings,
        functions=tuple(functions),
    )


def in_thread(handler: Handler) -> AsyncHandler:
    """An async twin of a plain handler: it runs in a worker thread, the loop goes on."""

    async def call(effect: Any) -> Any:
        import asyncio

        return await asyncio.to_thread(handler, effect)

    return call
