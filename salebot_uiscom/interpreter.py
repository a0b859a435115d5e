"""The object that a host creates: plugins, tables of functions and handlers, compiled texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from .budget import DEFAULT_LIMITS, Limits
from .context import Context, aware, text_only, zone_named
from .effects import AsyncHandler, Effect, Handler, Steps, adrive, drive
from .errors import OptionError
from .lang.program import Condition, Outcome, Program, RenderedText, Template, Truth
from .messages import LANGUAGES
from .plugins import assemble, in_thread
from .scope import Scope
from .source import Source
from .standard import StandardFunctions

T = TypeVar("T")

#: Imported by name when an Interpreter is created, so that nobody above is imported from here.
DEFAULT_PLUGINS = ("salebot_uiscom.host.plugin", "salebot_uiscom.uiscom.plugin")
_CACHED = 4096


class Interpreter:
    """Everything a host needs to run calculator texts with effects. Create one per project, share it between threads.

    Args:
        plugins: plugin objects, modules or names of modules, loaded beside the standard functions. Default: the functions
            of the reference host and the UISCOM plugin.
        entry_points: also load the plugins installed under the entry point group `salebot_uiscom`.
        handlers: who performs effects, by type; they win over those of plugins. Values are plain callables.
        async_handlers: the same for `arun`; where only a plain one is given it runs in a thread.
        settings: settings by plugin name (`{"uiscom": {"api_key": …}}`), reached by functions as `ctx.settings(name)`.
            Those that no loaded plugin reads are refused.
        http_transport: an httpx transport (the simulator's, a mock) instead of the network.
        timezone: zone of the project.
        lang: language of messages.
        clock: callable zone → aware datetime; tests inject theirs.
        random: `random.Random`; tests inject a seeded one.
        limits: how much work one text may do.

    Raises:
        OptionError: an option cannot be used.
        PluginError: the plugins cannot be put together.
        SalebotError: a plugin refuses its settings (its `register_settings`).

    Example:
        >>> interpreter = Interpreter(plugins=(), entry_points=False)
        >>> interpreter.run(interpreter.compile("x = 2 + 2")).variables
        {'x': 4}
    """

    def __init__(
        self,
        plugins: Iterable[Any] = DEFAULT_PLUGINS,
        *,
        entry_points: bool = True,
        handlers: Mapping[type[Effect], Handler] | None = None,
        async_handlers: Mapping[type[Effect], AsyncHandler] | None = None,
        settings: Mapping[str, Any] | None = None,
        http_transport: Any = None,
        timezone: str = "Europe/Moscow",
        lang: str = "ru",
        clock: Callable[[ZoneInfo], datetime] | None = None,
        random: Any = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        if lang not in LANGUAGES:
            raise OptionError("SB903", got=lang)
        if clock is not None and not callable(clock):
            raise OptionError("SB904", got=clock)
        self.timezone = zone_named(timezone)
        plugins = tuple(plugins)
        self.assembly = assemble(
            (StandardFunctions(for_host="salebot_uiscom.host.plugin" in plugins), *plugins), entry_points=entry_points
        )
        self.catalog = self.assembly.catalog
        self.settings = self._judged(settings)
        self.lang = lang
        self.clock = clock
        self.random = random
        self.limits = limits
        self.http = _LazyHttp(http_transport)
        plain = _performers("handlers", handlers)
        self.handlers: dict[type[Effect], Handler] = {**self.http.handlers(), **self.assembly.handlers, **plain}
        self.async_handlers: dict[type[Effect], AsyncHandler] = {
            **self.http.async_handlers(),
            **self.assembly.async_handlers,
            **{effect: in_thread(handler) for effect, handler in plain.items()},
            **_performers("async_handlers", async_handlers),
        }
        self.compile = lru_cache(_CACHED)(self._compile)
        self.compile_template = lru_cache(_CACHED)(self._compile_template)
        self.compile_condition = lru_cache(_CACHED)(self._compile_condition)

    def _judged(self, settings: Mapping[str, Any] | None) -> dict[str, Any]:
        """Settings that somebody reads, each judged by its plugin."""
        if settings is None:
            return {}
        if not isinstance(settings, Mapping):
            raise OptionError("SB910", name=type(settings).__name__)
        known = self.assembly.settings
        for name, table in settings.items():
            if name not in known:
                near = get_close_matches(str(name), known, 1)
                raise OptionError(
                    "SB909",
                    got=name,
                    text_near_ru=f" — возможно, {near[0]}" if near else "",
                    text_near_en=f", perhaps {near[0]} is meant" if near else "",
                    text_known=", ".join(sorted(filter(str.isidentifier, known))) or "—",
                )
            check = known[name]
            if check is not None:
                check(table)
        return dict(settings)

    # ------------------------------------------------------------ compiling

    def _compile(self, code: str, *, name: str = "калькулятор", first_line: int = 1) -> Program:
        """A calculator field; never raises. Found again by text, `name` and `first_line`."""
        return Program(Source(text_only(code), name, first_line), self.catalog, self.limits)

    def _compile_template(self, text: str, *, name: str = "сообщение", first_line: int = 1) -> Template:
        """A message text."""
        return Template(Source(text_only(text), name, first_line), self.catalog, self.limits)

    def _compile_condition(self, text: str, *, name: str = "сравнение", first_line: int = 1) -> Condition:
        """A compare field."""
        return Condition(Source(text_only(text), name, first_line), self.catalog, self.limits)

    # ------------------------------------------------------------ running

    def context(
        self, *, now: datetime | None = None, host: Mapping[str, Any] | None = None, random: Any = None
    ) -> Context:
        """A `Context` with this interpreter's zone, language, clock, randomness and settings. `now` has an offset."""
        if now is not None:
            aware(now)
        options: dict[str, Any] = {}
        if self.clock is not None:
            options["clock"] = self.clock
        chosen = random if random is not None else self.random
        if chosen is not None:
            options["random"] = chosen
        return Context(
            now=now, timezone=self.timezone, lang=self.lang, host={"settings": self.settings, **(host or {})}, **options
        )

    def run(
        self,
        program: Program | Template | Condition,
        variables: Mapping[str, Any] | Scope | None = None,
        *,
        now: datetime | None = None,
        host: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run a compiled text to its end, performing its effects: `Outcome`, `RenderedText` or `Truth`."""
        scope = variables if isinstance(variables, Scope) else Scope.of(variables)
        try:
            steps = program.steps
        except AttributeError as error:
            raise _no_program(program) from error
        return self.drive(steps(scope, self.context(now=now, host=host)))

    async def arun(
        self,
        program: Program | Template | Condition,
        variables: Mapping[str, Any] | Scope | None = None,
        *,
        now: datetime | None = None,
        host: Mapping[str, Any] | None = None,
    ) -> Any:
        """`run` for asyncio."""
        scope = variables if isinstance(variables, Scope) else Scope.of(variables)
        try:
            steps = program.steps
        except AttributeError as error:
            raise _no_program(program) from error
        return await self.adrive(steps(scope, self.context(now=now, host=host)))

    def drive(self, steps: Steps[T]) -> T:
        return drive(steps, self.handlers)

    async def adrive(self, steps: Steps[T]) -> T:
        return await adrive(steps, self.async_handlers)

    def warm_up(self) -> None:
        """Load what the first request needs. Between an intent and its request a process should not spend its time."""
        self.http.warm_up()

    def close(self) -> None:
        """Close kept connections."""
        self.http.close()

    async def aclose(self) -> None:
        await self.http.aclose()


def _no_program(given: Any) -> OptionError:
    return OptionError("SB908", name=type(given).__name__)


def _performers(option: str, given: Mapping[type[Effect], Any] | None) -> dict[type[Effect], Any]:
    """The table of an option, when it is one of effects and callables."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OptionError("SB911", name=option, got=given)
    for effect, performer in given.items():
        if not (isinstance(effect, type) and issubclass(effect, Effect) and callable(performer)):
            wrong = performer if isinstance(effect, type) and issubclass(effect, Effect) else effect
            raise OptionError("SB911", name=option, got=wrong)
    return dict(given)


class _LazyHttp:
    """Imports httpx at the first request."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._made: Any = None

    def _http(self) -> Any:
        if self._made is None:
            from .http import HttpTransport

            self._made = HttpTransport(self._transport)
        return self._made

    def warm_up(self) -> None:
        self._http().warm_up()

    def handlers(self) -> dict[type[Effect], Handler]:
        from .effects import HttpRequest, Wait

        return {
            HttpRequest: lambda effect: self._http().handlers()[HttpRequest](effect),
            Wait: lambda effect: self._http().handlers()[Wait](effect),
        }

    def async_handlers(self) -> dict[type[Effect], AsyncHandler]:
        from .effects import HttpRequest, Wait

        return {
            HttpRequest: lambda effect: self._http().async_handlers()[HttpRequest](effect),
            Wait: lambda effect: self._http().async_handlers()[Wait](effect),
        }

    def close(self) -> None:
        if self._made is not None:
            self._made.close()

    async def aclose(self) -> None:
        if self._made is not None:
            await self._made.aclose()


__all__ = ["DEFAULT_PLUGINS", "Interpreter", "Outcome", "RenderedText", "Truth"]
