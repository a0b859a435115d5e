"""Commands `employees`, `scenarios`, `numbers`, `sites`, `campaigns`, for the command line to take in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from ..foreign import escaped, visible
from ..messages import language
from ..uis import UisClient, UisSettings
from ..uis.errors import UisError
from .cache import Cache, default_path
from .kinds import KINDS, Kind
from .lookup import Found, look_up
from .table import age, table


def commands(
    client: Callable[[], UisClient] = lambda: UisClient(UisSettings.from_environment()),
) -> list[click.Command]:
    """One command per kind. `client` makes the client of UIS; tests give one that leads to a simulator."""
    return [_command(kind, client) for kind in KINDS.values()]


def _command(kind: Kind, client: Callable[[], UisClient]) -> click.Command:
    russian = language() == "ru"

    @click.command(kind.name, help=kind.help_ru if russian else kind.help_en)
    @click.argument("query", default="")
    @click.option("--json", "as_json", is_flag=True, help="JSON.")
    @click.option(
        "--refresh", is_flag=True, help="Спросить UIS заново." if russian else "Ask UIS anew, whatever is known."
    )
    @click.option(
        "--cache",
        type=click.Path(dir_okay=False),
        default=None,
        help="Файл, где хранятся прочитанные списки." if russian else "File that keeps the lists.",
    )
    def command(query: str, as_json: bool, refresh: bool, cache: str | None) -> None:
        try:
            uis = client()
        except ValueError as error:
            raise click.UsageError(_no_client(error)) from error
        with uis:
            try:
                found = uis.run(look_up(uis.uis, kind, query, Cache(cache or default_path()), refresh=refresh))
            except UisError as error:
                raise click.ClickException(str(error)) from error
        _print(kind, found, as_json)
        if query.strip() and not found.rows:
            sys.exit(1)

    return command


def _no_client(error: ValueError) -> str:
    """Why there is no client of UIS: nearly always because nobody has given a key."""
    if os.environ.get("SALEBOT_UISCOM_API_KEY"):
        return str(error)
    if language() == "ru":
        return (
            "не задан ключ API: запишите его в переменную окружения SALEBOT_UISCOM_API_KEY "
            "(что делать, скажет salebot-uiscom doctor; без аккаунта — salebot-uiscom simulate)"
        )
    return (
        "no API key: put it into the environment variable SALEBOT_UISCOM_API_KEY "
        "(salebot-uiscom doctor tells what to do; without an account: salebot-uiscom simulate)"
    )


def _print(kind: Kind, found: Found, as_json: bool) -> None:
    lang = language()
    for problem in (str(found.refused) if found.refused else "", found.unsaved):
        if problem:
            click.echo(visible(problem), err=True)
    if as_json:
        click.echo(escaped(json.dumps(_as_json(kind, found), ensure_ascii=False, indent=2)))
        return
    text = table(found.rows, lang)
    if text:
        click.echo(text)
    russian = lang == "ru"
    parts = [f"{len(found.rows)} из {found.of}" if russian else f"{len(found.rows)} of {found.of}"]
    if found.age_s >= 1:
        aged = age(found.age_s, lang)
        parts.append(
            f"прочитано {aged} назад, заново: --refresh" if russian else f"read {aged} ago, --refresh reads anew"
        )
    if not found.complete:
        parts.append("UIS показал не все строки" if russian else "UIS did not show every row")
    click.echo("; ".join(parts), err=True)


def _as_json(kind: Kind, found: Found) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "rows": list(found.rows),
        "of": found.of,
        "read_at": found.read_at,
        "age_s": round(found.age_s, 1),
        "complete": found.complete,
        "stale": found.refused is not None,
    }
