"""`check` and `fmt`: bot files and calculator fields as texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..messages import language
from .evaluation import DONE, WRONG, read_input
from .options import EXISTING_FILE_OR_INPUT, INPUT
from .words import echo, echo_json, not_utf8, say

if TYPE_CHECKING:
    from ..errors import Diagnostic
    from ..functions.registry import Catalog
    from ..interpreter import Interpreter

_UNREADABLE = frozenset({"SB603", "SB604", "SB609"})
_ROUNDS = 10  # fixes that overlap are carried out one after another


def commands() -> list[click.Command]:
    return [_check(), _fmt()]


def _check() -> click.Command:
    @click.command(
        "check",
        help=say("Найти ошибки, ничего не запуская. ", "Find mistakes without running anything. ")
        + _files_help()
        + say(" Код выхода 1, если есть ошибки.", " Exit status 1 when there are errors."),
    )
    @click.argument("files", nargs=-1, required=True, type=EXISTING_FILE_OR_INPUT, metavar="FILE...")
    @click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text",
        help=say("Вид ответа.", "Form of the answer."),
    )  # fmt: skip
    @click.option(
        "--fix", is_flag=True,
        help=say("Исправить то, что исправляется само.", "Put right what can be put right by itself."),
    )  # fmt: skip
    def command(files: tuple[Path, ...], form: str, fix: bool) -> int:
        found: list[tuple[Path, Diagnostic]] = []
        fixed = 0
        for path in files:
            text = _read(path)
            findings = _findings(path, text)
            if fix:
                better = _fixed(path, text, findings)
                if better != text:
                    fixed += 1
                    _write(path, better)
                    findings = _findings(path, better)
                elif path == INPUT:
                    _write(path, text)
            found += [(path, finding) for finding in findings]
        errors = sum(finding.severity == "error" for _, finding in found)
        # With --fix the corrected text of the standard input goes to the standard output: findings step aside.
        aside = fix and INPUT in files
        if form == "json":
            rows = [{"file": str(path), "severity": finding.severity, **finding.to_dict()} for path, finding in found]
            echo_json(rows, err=aside)
        else:
            for _, finding in found:
                echo(f"{_with_severity(finding)}\n", err=aside)
            summary = say(
                f"ошибок: {errors}, предупреждений: {len(found) - errors}, исправлено файлов: {fixed}",
                f"errors: {errors}, warnings: {len(found) - errors}, files fixed: {fixed}",
            )
            echo(summary, err=True)
        return WRONG if errors else DONE

    return command


def _fmt() -> click.Command:
    @click.command(
        "fmt",
        help=say("Расставить пробелы в калькуляторах, не меняя смысла. ", "Space calculators, keeping their meaning. ")
        + _files_help(),
    )
    @click.argument("files", nargs=-1, required=True, type=EXISTING_FILE_OR_INPUT, metavar="FILE...")
    @click.option(
        "--check", "only_check", is_flag=True,
        help=say("Только сказать, какие файлы изменились бы; код 1.", "Only tell which files would change; status 1."),
    )  # fmt: skip
    def command(files: tuple[Path, ...], only_check: bool) -> int:
        changed = []
        for path in files:
            text = _read(path)
            better = _formatted(path, text)
            if better != text:
                changed.append(path)
            if not only_check and (better != text or path == INPUT):
                _write(path, better)
        for path in changed:
            echo(str(path), err=True)
        return WRONG if only_check and changed else DONE

    return command


def _with_severity(finding: Diagnostic) -> str:
    """A finding as text; a warning, which leaves the exit status alone, says so."""
    text = str(finding)
    if finding.severity == "error":
        return text
    return text.replace(f": {finding.code} ", say(": предупреждение ", ": warning ") + f"{finding.code} ", 1)


def _files_help() -> str:
    return say(
        "Файл .toml — бот, любой другой — поле калькулятора; «-» — стандартный ввод.",
        "A .toml file is a bot, any other a calculator field; “-” is the standard input.",
    )


@cache
def _interpreter() -> Interpreter:
    from ..interpreter import Interpreter

    return Interpreter()


def _catalog() -> Catalog:
    return _interpreter().catalog


def _read(path: Path) -> str:
    if path == INPUT:
        try:
            return read_input()
        except UnicodeDecodeError as error:
            raise not_utf8() from error
    try:
        # Bytes first: line ends stay as they are.
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cure = say("файл не в UTF-8; сохраните его в этой кодировке", "the file is not UTF-8; save it as such")
        raise click.ClickException(f"{path}: {cure}") from error
    except OSError as error:
        raise click.ClickException(f"{path}: {error}") from error


def _write(path: Path, text: str) -> None:
    if path == INPUT:
        click.echo(text, nl=False)
    else:
        path.write_bytes(text.encode())


def _is_bot(path: Path) -> bool:
    return path.suffix == ".toml"


def findings_of(path: Path) -> list[Diagnostic]:
    """Everything that `check` tells of a file."""
    return _findings(path, _read(path))


def _findings(path: Path, text: str) -> list[Diagnostic]:
    from ..lint import check_bot_text, check_field
    from ..source import Source

    if _is_bot(path):
        findings = check_bot_text(text, _catalog(), name=path.name, lang=language())
        if any(one.code in _UNREADABLE and one.severity == "error" for one in findings):
            # What stands in for the unreadable would give warnings of its own.
            findings = [one for one in findings if one.severity == "error"]
        return sorted([*findings, *_of_settings(path, text)], key=lambda finding: finding.span)
    return check_field(text, _catalog(), source=Source(text, path.name), lang=language())


def _of_settings(path: Path, text: str) -> list[Diagnostic]:
    from ..host.botfile import examine_bot
    from ..host.check import requests_of_tests, ways_of_calling
    from ..uis import tables
    from .loading import settings_findings

    bot, _ = examine_bot(text, name=path.name)
    if bot is None:
        return []
    requests = [finding.in_language(language()) for finding in requests_of_tests(bot, tables.methods())]
    ways = [finding.in_language(language()) for finding in ways_of_calling(bot, _interpreter())]
    return [*settings_findings(bot), *ways, *requests]


def _fixed(path: Path, text: str, findings: list[Diagnostic]) -> str:
    from ..lint import fix_bot, fix_field

    for _ in range(_ROUNDS):
        better = fix_bot(text, findings) if _is_bot(path) else fix_field(text, findings)
        if better == text:
            break
        text, findings = better, _findings(path, better)
    return text


def _formatted(path: Path, text: str) -> str:
    from ..lang.printer import format_field
    from ..lint import format_bot

    return format_bot(text, _catalog()) if _is_bot(path) else format_field(text, _catalog())
