"""Russian and English of the command line. The language is decided before a module of commands is imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..foreign import escaped, visible
from ..messages import LANGUAGES, language

if TYPE_CHECKING:
    from ..errors import SalebotError


def say(ru: str, en: str) -> str:
    """The text in the language of this run."""
    return en if language() == "en" else ru


def echo(text: str, *, err: bool = False) -> None:
    """Print for people: what a stranger has put into the text is seen and does nothing."""
    import click

    click.echo(visible(text), err=err)


def echo_json(value: Any, *, err: bool = False, indent: int | None = 2) -> None:
    """Print for programs, and no terminal is steered either."""
    import json

    import click

    click.echo(escaped(json.dumps(value, ensure_ascii=False, indent=indent)), err=err)


def ask() -> str | None:
    """The next line that somebody types, or that a program sends; None at the end.

    Raises:
        click.ClickException: the standard input is not UTF-8.
    """
    import sys

    try:
        return input("> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return None
    except UnicodeDecodeError as error:
        raise not_utf8() from error


def not_utf8() -> Exception:
    """The refusal of a standard input in another encoding."""
    import click

    from .evaluation import NOT_UTF8

    return click.ClickException(NOT_UTF8[language()])


def told(error: SalebotError) -> str:
    """An error in the language of this run, with all its findings where it has some."""
    from ..store.errors import StoreError
    from .troubles import told_store

    if isinstance(error, StoreError):
        return told_store(error)
    findings = getattr(error, "diagnostics", None)
    return "\n\n".join(str(one.in_language(language())) for one in findings) if findings else str(error)


def cannot_listen(error: OSError, host: str, port: int) -> str:
    """Why nothing can listen at an address, and the way out."""
    import errno

    reasons = {
        errno.EADDRINUSE: say(
            "порт занят другой программой; возьмите другой: --port 0 — любой свободный",
            "the port is in use; take another: --port 0 takes a free one",
        ),
        errno.EADDRNOTAVAIL: say(
            "у этого компьютера нет такого адреса; попробуйте --host 127.0.0.1 или 0.0.0.0",
            "this machine has no such address; try --host 127.0.0.1 or 0.0.0.0",
        ),
        errno.EACCES: say(
            "нет права на этот порт; возьмите порт больше 1023",
            "no right to this port; take one above 1023",
        ),
    }
    return f"{host}:{port}: {reasons.get(error.errno or 0) or error.strerror or error}"


def choose_language(argv: list[str]) -> list[str]:
    """Take `--lang ru|en` out of the arguments, wherever it stands, and let it hold for this run.

    Raises:
        ValueError: `--lang` without a language, or with one that nobody speaks here.
    """
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*rest, word, *words]
        name, separator, value = word.partition("=")
        if name != "--lang":
            rest.append(word)
            continue
        chosen = value if separator else next(words, "")
        if chosen not in LANGUAGES:
            raise ValueError(chosen)
        os.environ["SALEBOT_UISCOM_LANG"] = chosen
    return rest
