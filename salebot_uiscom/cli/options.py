"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .words import say

if TYPE_CHECKING:
    _PathType = click.ParamType[Path]
else:
    _PathType = click.ParamType  # generic in new releases only

INPUT = Path("-")  # the standard input

DATABASE = "SALEBOT_UISCOM_DATABASE"
DEFAULT_DATABASE = "salebot_uiscom.sqlite"


class _ExistingFile(_PathType):
    """A file that is there; `click.Path` would complain in English."""

    name = "file"

    def __init__(self, or_input: bool = False) -> None:
        self._or_input = or_input

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not (self._or_input and path == INPUT) and not path.is_file():
            folder = path.is_dir()
            self.fail(
                say(f"{path} — папка, а нужен файл" if folder else f"нет файла {path}",
                    f"{path} is a folder, a file is needed" if folder else f"no file {path}"),
                param, ctx,
            )  # fmt: skip
        return path


EXISTING_FILE = _ExistingFile()
EXISTING_FILE_OR_INPUT = _ExistingFile(or_input=True)


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--database FILE`: where dialogs are kept."""
    return click.option(
        "--database",
        metavar=say("ФАЙЛ", "FILE"),
        default=lambda: os.environ.get(DATABASE, DEFAULT_DATABASE),
        help=say(
            f"Файл с диалогами; иначе {DATABASE}, иначе {DEFAULT_DATABASE}.",
            f"File with the dialogs; otherwise {DATABASE}, otherwise {DEFAULT_DATABASE}.",
        ),
    )(command)


def existing_database(value: str, ctx: click.Context | None = None, param: click.Parameter | None = None) -> str:
    """The same database, if it is there.

    Raises:
        click.BadParameter: it is not.
    """
    if "://" not in value and not Path(value).is_file():
        raise click.BadParameter(say(f"нет файла {value}", f"no file {value}"), ctx, param)
    return value


def existing_database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for commands that only look into a file: a misspelt name must not create one."""

    def check(ctx: click.Context, param: click.Parameter, value: str) -> str:
        return existing_database(value, ctx, param)

    return click.option(
        "--database",
        metavar=say("ФАЙЛ", "FILE"),
        callback=check,
        default=lambda: os.environ.get(DATABASE, DEFAULT_DATABASE),
        help=say(
            f"Файл с диалогами; иначе {DATABASE}, иначе {DEFAULT_DATABASE}.",
            f"File with the dialogs; otherwise {DATABASE}, otherwise {DEFAULT_DATABASE}.",
        ),
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help=say("Ответ в JSON.", "Answer in JSON."))(command)


def address_options(port: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--host` and `--port` of a command that listens."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option(
            "--port",
            type=click.IntRange(0, 65535),
            default=port,
            show_default=True,
            help=say("Порт; 0 — любой свободный.", "Port; 0 takes a free one."),
        )(command)
        return click.option(
            "--host",
            default="127.0.0.1",
            show_default=True,
            help=say("Адрес, на котором слушать.", "Address to listen on."),
        )(command)

    return add
