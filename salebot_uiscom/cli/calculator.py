"""`eval`, `repl`, `functions`: the language without a bot."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..messages import language
from . import evaluation
from .words import ask, echo, say

_VARIABLES, _LEAVE = (":vars", ":v"), (":quit", ":q", "exit", "quit")


def commands() -> list[click.Command]:
    return [_evaluate(), _repl(), _functions()]


def _evaluate() -> click.Command:
    @click.command(
        "eval",
        help=say(
            "Вычислить выражение или строки калькулятора.\n\n«-» или ничего — текст со стандартного ввода.",
            "Calculate an expression or lines of a calculator.\n\n“-” or nothing reads the standard input.",
        ),
    )
    @click.argument("text", required=False, metavar="[TEXT|-]")
    @click.option(
        "--json", "as_json", is_flag=True,
        help=say(
            "Ответ в JSON: variables и errors — как у поля калькулятора, где одно выражение — ошибка; у выражения ещё "
            "value, если есть замечания — findings.",
            "Answer in JSON: variables and errors as of a calculator field, where a bare expression is an error; of an "
            "expression value too, and findings when there are some.",
        ),
    )  # fmt: skip
    @click.option(
        "--set", "assigned", multiple=True, metavar=say("ИМЯ=ЗНАЧЕНИЕ", "NAME=VALUE"), callback=_read_variables,
        help=say("Переменная; значение — JSON или текст.", "A variable; its value is JSON or text."),
    )  # fmt: skip
    @click.option(
        "--now", metavar=say("ВРЕМЯ", "MOMENT"),
        help=say("Который час: 2026-03-02 10:15 (в Москве) или 2026-03-02T10:15:00+05:00.",
                 "What time it is: 2026-03-02 10:15 (in Moscow) or 2026-03-02T10:15:00+05:00."),
    )  # fmt: skip
    def command(text: str | None, as_json: bool, assigned: dict[str, Any], now: str | None) -> int:
        return evaluation.run(evaluation.Request(None if text == "-" else text, assigned, now, as_json))

    return command


def _read_variables(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> dict[str, Any]:
    try:
        return dict(map(evaluation.variable, texts))
    except evaluation.Misused as error:
        wanted = say("нужно ИМЯ=ЗНАЧЕНИЕ, а здесь", "NAME=VALUE is needed, not")
        raise click.BadParameter(f"{wanted} {error}", ctx, param) from error


def _repl() -> click.Command:
    @click.command(
        "repl",
        help=say(
            "Разговор с калькулятором: строка — ответ. :vars — переменные, :quit — выход.",
            "Talk to the calculator, line by line. :vars shows variables, :quit leaves.",
        ),
    )
    def command() -> int:
        import readline  # noqa: F401  # gives `input` a history and keys of editing

        from ..context import Context

        variables: dict[str, Any] = {}
        while True:
            line = ask()
            if line is None or line in _LEAVE:
                return evaluation.DONE
            if line in _VARIABLES:
                shown = variables
            elif not line:
                continue
            elif line.startswith(":"):
                echo(say(":vars — переменные, :quit — выход", ":vars shows variables, :quit leaves"), err=True)
                continue
            else:
                after, errors, value = evaluation.calculate(line, variables, Context(lang=language()))
                for error in (*errors, *evaluation.became_text(line, after, language())):
                    echo(str(error), err=True)
                if value is not evaluation.NO_VALUE:
                    echo(evaluation.shown(value))
                shown = {name: item for name, item in after.items() if name not in variables or variables[name] != item}
                variables = after
            for name, item in shown.items():
                echo(f"{name} = {evaluation.shown(item, quoted=True)}")

    return command


def _functions() -> click.Command:
    @click.command(
        "functions",
        help=say(
            "Все функции, найденные по слову, или одна подробно.\n\nСлово — часть имени или описания: телефон, дата.",
            "All functions, those found by a word, or one in full.\n\nThe word: a part of a name or a description.",
        ),
    )
    @click.argument("name", required=False)
    @click.option(
        "--markdown", is_flag=True, help=say("Справочник для сайта.", "The reference as Markdown, for a site.")
    )
    @click.option(
        "--entry-points/--no-entry-points", default=True,
        help=say("С установленными дополнениями или без.", "With installed plugins or without."),
    )  # fmt: skip
    def command(name: str | None, markdown: bool, entry_points: bool) -> int:
        from difflib import get_close_matches

        from ..functions import reference
        from ..interpreter import Interpreter
        from .finding import found_by, in_latin

        interpreter = Interpreter(entry_points=entry_points)
        functions = interpreter.assembly.functions
        if markdown:
            click.echo(reference.manual(functions), nl=False)
        elif name is not None and name in interpreter.catalog:
            echo(reference.described(interpreter.catalog[name], language()))
        elif chosen := found_by(functions, name or ""):
            show = click.echo_via_pager if sys.stdout.isatty() and not name else echo
            show(reference.listed(chosen, language()))
        else:
            near = get_close_matches(in_latin(str(name)), interpreter.catalog, 3, 0.55)
            echo(say(f"нет функции {name}.", f"there is no function {name}."), err=True)
            if near:
                echo(say("Возможно: ", "Perhaps: ") + ", ".join(near), err=True)
            return evaluation.WRONG
        return evaluation.DONE

    return command
