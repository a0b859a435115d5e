"""The table of commands. A command's module is imported when the command is asked for."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import click

from ..messages import LANGUAGES
from .evaluation import DONE, MISUSED, WRONG
from .groups import OwnWordsGroup
from .words import choose_language, echo, say, told

#: Command → module of the package whose `commands()` makes it, in the order of the help text.
COMMANDS = {
    "eval": "cli.calculator",
    "repl": "cli.calculator",
    "functions": "cli.calculator",
    "check": "cli.texts",
    "fmt": "cli.texts",
    "run": "cli.bots",
    "test": "cli.bots",
    "serve": "cli.bots",
    "password": "cli.bots",
    "simulate": "cli.simulation",
    "events": "cli.events",
    "match": "cli.events",
    "explain": "cli.events",
    "doctor": "doctor.commands",
    "employees": "directory.commands",
    "scenarios": "directory.commands",
    "numbers": "directory.commands",
    "sites": "directory.commands",
    "campaigns": "directory.commands",
}


_ENGLISH_TO_RUSSIAN = {
    "Usage: ": "Вызов: ",
    "Options": "Ключи",
    "Commands": "Команды",
    "Show this message and exit.": "Показать эту справку.",
}
# Inside a line; longer ones first.
_PIECES = {
    "COMMAND [ARGS]...": "КОМАНДА [АРГУМЕНТЫ]...",
    "[OPTIONS]": "[КЛЮЧИ]",
    "INTEGER RANGE": "ЧИСЛО",
    "INTEGER": "ЧИСЛО",
    "[default: ": "[иначе: ",
    "[required]": "[обязательно]",
}


def _pieces(english: str) -> str:
    """A line in which click has put words of its own beside ours."""
    russian = english
    for piece, own in _PIECES.items():
        russian = russian.replace(piece, own)
    return say(russian, english)


def _own(english: str) -> str:
    """Words that click itself puts into a help text."""
    return say(_ENGLISH_TO_RUSSIAN.get(english, english), english)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _pieces(args), _own("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(_own(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_pieces(name), _pieces(_own(text))) for name, text in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


def _spoken(command: click.Command) -> click.Command:
    """Let a command and those below it speak the language of the run."""
    command.context_class = _Context
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _spoken(below)
    return command


class Commands(OwnWordsGroup):
    """Our commands, then those of installed plugins (hook `register_commands`)."""

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(self._foreign(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            made = import_module(f"salebot_uiscom.{COMMANDS[cmd_name]}").commands()
            return _spoken(next(command for command in made if command.name == cmd_name))
        return self._foreign(ctx).get(cmd_name)

    def _foreign(self, ctx: click.Context) -> dict[str, click.Command]:
        from ..plugins import assemble

        if "foreign" not in ctx.meta:
            ctx.meta["foreign"] = {command.name: command for command in assemble(()).commands}
        found: dict[str, click.Command] = ctx.meta["foreign"]
        return found


def application() -> Commands:
    """The whole command line, in the language of this run."""

    def version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted:
            from ..version import __version__

            echo(f"salebot-uiscom {__version__}")
            ctx.exit()

    return Commands(
        name="salebot-uiscom",
        help=say(
            "Калькулятор ботов Salebot, телефония UISCOM, запуск и проверка ботов без сети.",
            "The calculator of Salebot bots, UISCOM telephony, running and testing bots offline.",
        ),
        epilog=say(
            "Ключ и адреса берутся из окружения: SALEBOT_UISCOM_API_KEY, SALEBOT_UISCOM_CALL_API_URL, "
            "SALEBOT_UISCOM_DATA_API_URL, SALEBOT_UISCOM_DATABASE.",
            "Key and addresses come from the environment: SALEBOT_UISCOM_API_KEY, SALEBOT_UISCOM_CALL_API_URL, "
            "SALEBOT_UISCOM_DATA_API_URL, SALEBOT_UISCOM_DATABASE.",
        ),
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
        params=[
            click.Option(
                ["--lang"],
                type=click.Choice(LANGUAGES),
                expose_value=False,
                help=say("Язык сообщений; иначе — по системе.", "Language of messages; the system's when left out."),
            ),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=version,
                help=say("Показать версию.", "Show the version."),
            ),
        ],
    )


def run(argv: Sequence[str]) -> int:
    """Run a command line to its exit status: 0 done, 1 the checked thing is wrong, 2 wrong usage."""
    from ..errors import SalebotError

    try:
        arguments = choose_language(list(argv))
    except ValueError as error:
        return _misused(say(f"--lang: ru или en, а не {error}", f"--lang: ru or en, not {error}"))
    try:
        status: Any = application().main(arguments, prog_name="salebot-uiscom", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        echo(error.format_message())
        return MISUSED
    except click.UsageError as error:
        return _misused(_explained(error), error.ctx)
    except click.ClickException as error:
        echo(error.format_message(), err=True)
        return WRONG
    except (click.Abort, KeyboardInterrupt):
        echo("", err=True)
        return WRONG
    except SalebotError as error:
        echo(told(error), err=True)
        return WRONG
    except BrokenPipeError:
        # The reader has left (`| head`): nothing more can be said, not even at the end of the process.
        sys.stdout = None
        return WRONG
    except SystemExit as leaving:
        status = leaving.code
    return status if isinstance(status, int) else DONE


def _misused(text: str, ctx: click.Context | None = None) -> int:
    echo(text, err=True)
    path = ctx.command_path if ctx is not None else "salebot-uiscom"
    echo(say(f"Справка: {path} --help", f"Help: {path} --help"), err=True)
    return MISUSED


def _explained(error: click.UsageError) -> str:
    """What is wrong with the arguments, in the language of the run; click itself speaks English."""
    english = error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = f" Возможно, {', '.join(error.possibilities)}?" if error.possibilities else ""
        return say(f"нет ключа {error.option_name}.{near}", english)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return say(f"не хватает: {error.param.make_metavar(error.ctx) if error.ctx else error.param.name}", english)
    if isinstance(error, click.BadParameter):
        return say(_unfit(error), english)
    if isinstance(error, click.BadOptionUsage):
        return say(f"{error.option_name}: после этого ключа нужно значение", english)
    extra = _EXTRA.match(english)
    if extra:
        return say(
            f'лишнее: {extra[1]}. Текст с пробелами берут в кавычки: "1 + 2"',
            f'{english}. A text with blanks stands in quotes: "1 + 2"',
        )
    return english


_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")


def _unfit(error: click.BadParameter) -> str:
    """Which argument has what wrong value; the types of click say it in English."""
    param, text = error.param, error.message
    if param is None:
        return f"{error.param_hint}: {text}" if error.param_hint else text
    name = param.opts[0] if param.param_type_name == "option" else param.make_metavar(error.ctx or _Context(_NOTHING))
    if isinstance(param.type, click.IntRange):
        low, high = param.type.min, param.type.max
        bounds = "" if low is None else f" от {low}" + ("" if high is None else f" до {high}")
        return f"{name}: нужно целое число{bounds}"
    if param.type is click.INT:
        return f"{name}: нужно целое число"
    if isinstance(param.type, click.Choice):
        return f"{name}: можно {', '.join(map(str, param.type.choices))}"
    return f"{name}: {text}"


_NOTHING = click.Command("salebot-uiscom")
