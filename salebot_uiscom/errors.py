"""Exceptions and diagnostics: what an author, a host or an operator is told.

    SalebotError
    ├── Fault                 something is wrong with a value; nobody knows yet where in the text
    ├── CalculatorError       the same with its place: block, line, column, source line (also a plain diagnostic)
    ├── OptionError           an option of `Interpreter` or `evaluate` cannot be used (a ValueError too)
    │   └── NotText           something else than a text was to be compiled (a TypeError too)
    ├── PluginError           assembly of plugins failed (clash of names, misspelt hook)
    └── … each layer derives its own: TransportError (effects), UisError (uis), StoreError (store), BotFileError (host)

Texts for authors live in `salebot_uiscom.messages`, keyed by a stable code; an exception carries the code and the data,
the text is made when somebody reads it, in his language.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .messages import language, message_of, wording
from .record import record
from .source import Source, Span, place_in

_NO_DATA: Mapping[str, Any] = MappingProxyType({})


class SalebotError(Exception):
    """Base of every exception this package raises on purpose."""


class OptionError(SalebotError, ValueError):
    """An option that a program gave cannot be used; the text, in the language of the process, says what can."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(message_of(code).text(language(), data))
        self.code = code


class NotText(OptionError, TypeError):
    """Something else than a text was to be compiled."""


class PluginError(SalebotError):
    """Plugins cannot be assembled; the text names them."""


class Fault(SalebotError):
    """A value, a name or a limit is wrong. Raised by operators and functions, which do not know the place.

    Args:
        code: a code of `salebot_uiscom.messages`; it decides the kind (`calculator.md` 14). Or one of a plugin's own.
        data: what the texts of that code need (`got=…`, `name=…`). Values are shown shortened and masked. For a code
            that is not registered `text_ru`, `text_en` are the texts themselves; `hint` says what can be done.
    """

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data

    @property
    def kind(self) -> str:
        return wording(self.code, self.data).kind

    def __str__(self) -> str:
        return self.describe("ru")

    def describe(self, lang: str) -> str:
        return wording(self.code, self.data).text(lang, self.data)


@record
class Diagnostic:
    """A finding with its place. `severity`: error, warning. Lines and columns count from 1, in characters."""

    code: str
    source: Source
    span: Span
    data: Mapping[str, Any] = _NO_DATA
    severity: str = "error"
    lang: str = "ru"

    @property
    def kind(self) -> str:
        return wording(self.code, self.data).kind

    @property
    def line(self) -> int:
        return self.source.position(self.span.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.span.start)[1]

    @property
    def message(self) -> str:
        return wording(self.code, self.data).text(self.lang, self.data)

    @property
    def hint(self) -> str:
        return wording(self.code, self.data).hint(self.lang, self.data)

    @property
    def statement(self) -> str:
        """The guilty part of the text, as typed."""
        return self.source.text[self.span.start : self.span.end]

    def in_language(self, lang: str) -> Diagnostic:
        if lang == self.lang:
            return self
        return Diagnostic(self.code, self.source, self.span, self.data, self.severity, lang)

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }

    @property
    def headline(self) -> str:
        """Place, code, what: one line, without the text itself."""
        return f"{place_in(self.lang, self.source.name)}, {self.line}:{self.column}: {self.code} {self.message}"

    def __str__(self) -> str:
        """Place, code, what, the line with carets under the whole span, the way out."""
        parts = [self.headline, self.source.snippet(self.span)]
        if self.hint:
            parts.append(f" {self.hint}")
        return "\n".join(parts)


class CalculatorError(SalebotError):
    """A `Diagnostic` as an exception; has its fields `kind`, `code`, `line`, `column`, `message`, `hint`.

    `errors` holds every diagnostic of the run, the raised one first.
    """

    def __init__(self, diagnostic: Diagnostic, errors: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.errors = errors or (diagnostic,)

    def __getattr__(self, name: str) -> Any:
        if name in ("kind", "code", "line", "column", "message", "hint", "span", "source", "statement", "to_dict"):
            return getattr(self.diagnostic, name)
        raise AttributeError(name)

    def __str__(self) -> str:
        return str(self.diagnostic)
