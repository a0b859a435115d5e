"""The verbs of the first hour: evaluate, render, check_condition, compile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from .context import DEFAULT_ZONE, Context, aware, text_only, zone_named
from .errors import OptionError
from .functions.pages import built_in_catalog
from .lang.expression import Expression
from .lang.program import Condition, Outcome, RenderedText, Template, Truth
from .lang.program import Program as _Program
from .lang.shelf import current
from .messages import LANGUAGES
from .scope import Scope
from .source import Source

Moment = datetime | str | None
_CACHED = 4096


class Program(_Program):
    """A compiled calculator field for programs without a bot: pure functions and the clock."""

    def run(
        self,
        variables: Mapping[str, Any] | None = None,
        *,
        now: Moment = None,
        timezone: str = "Europe/Moscow",
        lang: str = "ru",
    ) -> Outcome:
        """Run over variables (never changed).

        Args:
            variables: plain names, prefixes `client.`, `project.`, `const.`, other clients in `$clients`.
            now: aware datetime or ISO text with offset; its zone is then the project's. Omitted = the clock.
            timezone: zone of the project when `now` is omitted.
            lang: language of messages and of names of months, `ru` or `en`.
        """
        return self.run_in(Scope.of(variables), _context(now, timezone, lang))


def _context(now: Moment, timezone: str, lang: str) -> Context:
    if lang not in LANGUAGES:
        raise OptionError("SB903", got=lang)
    zone = zone_named(timezone) if timezone != DEFAULT_ZONE else None
    if now is None:
        return Context(timezone=zone, lang=lang)
    try:
        moment = aware(datetime.fromisoformat(now) if isinstance(now, str) else now)
    except ValueError as error:  # `OptionError` is one
        raise OptionError("SB902", got=now) from error
    return Context(now=moment, timezone=moment.tzinfo, lang=lang)


@lru_cache(maxsize=_CACHED)
def compile(code: str) -> Program:
    """Compile a calculator field; a wrong line is reported when it runs.

    Raises:
        NotText: `code` is no text.
    """
    return Program(Source(text_only(code)), built_in_catalog(), kept=current())


def evaluate(
    code: str,
    variables: Mapping[str, Any] | None = None,
    *,
    now: Moment = None,
    timezone: str = "Europe/Moscow",
    lang: str = "ru",
) -> Outcome:
    """Run a calculator field once; see `Program.run`.

    Raises:
        OptionError: `code` is no text, or `now`, `timezone` or `lang` cannot be used.
    """
    if type(code) is not str:
        text_only(code)
    return compile(code).run(variables, now=now, timezone=timezone, lang=lang)


@lru_cache(maxsize=_CACHED)
def _template(text: str) -> Template:
    return Template(Source(text, name="сообщение"), built_in_catalog())


@lru_cache(maxsize=_CACHED)
def _condition(text: str) -> Condition:
    return Condition(Source(text, name="сравнение"), built_in_catalog())


def render(
    template: str,
    variables: Mapping[str, Any] | None = None,
    *,
    now: Moment = None,
    timezone: str = "Europe/Moscow",
    lang: str = "ru",
) -> RenderedText:
    """A message text with its `#{…}` filled in: a `str` with `.errors`."""
    if type(template) is not str:
        text_only(template)
    return _template(template).run_in(Scope.of(variables), _context(now, timezone, lang))


def check_condition(
    expression: str,
    variables: Mapping[str, Any] | None = None,
    *,
    now: Moment = None,
    timezone: str = "Europe/Moscow",
    lang: str = "ru",
) -> Truth:
    """Truth of a compare field: true or false in `if`, with `.errors`; an error counts as false."""
    if type(expression) is not str:
        text_only(expression)
    return _condition(expression).run_in(Scope.of(variables), _context(now, timezone, lang))


@lru_cache(maxsize=_CACHED)
def compile_expression(text: str) -> Expression:
    """An expression (or script) for hosts that keep variables in a dict of their own; see `lang.expression`."""
    return Expression(Source(text_only(text)), built_in_catalog(), kept=current())
