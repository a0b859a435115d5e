"""The command `doctor`, for the command line to take in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from ..effects import drive
from ..foreign import escaped, visible
from ..http import HttpTransport
from ..messages import language
from ..uis import UisSettings
from ..uiscom.settings import UiscomSettings
from .bodies import EVENTS
from .botfile import BotUnreadable, BotView, view_bot
from .diagnosis import diagnose
from .environment import Environment
from .findings import FAULT
from .options import Options, Reference, References, merged
from .report import as_json, as_text, bodies_text

_SETTINGS = {
    "api_key": "access_token",
    "call_api_url": "call_api_url",
    "data_api_url": "data_api_url",
    "brand": "brand",
}
_DEFAULT_ZONE = "Europe/Moscow"  # of `uis_timezone`, where the bot says nothing


def commands(transport: Callable[[], HttpTransport] = HttpTransport) -> list[click.Command]:
    """The command. `transport` performs requests; tests give one that leads to a simulator."""
    ru = language() == "ru"

    @click.command(
        "doctor",
        help="Проверить настройку телефонии и сказать, что делать."
        if ru
        else "Check the set-up of telephony and tell what to do next.",
    )
    @click.option(
        "--bot", type=click.Path(dir_okay=False), help="Файл бота: номера, id, [uiscom]." if ru else "Bot file."
    )
    @click.option("--receiver", default="", help="Адрес для уведомлений." if ru else "Address for notifications.")
    @click.option(
        "--template",
        type=click.File(encoding="utf-8-sig"),
        help="Файл с телом уведомления." if ru else "Body to check.",
    )
    @click.option("--event", type=click.Choice(list(EVENTS)), help="Событие этого тела." if ru else "Event of it.")
    @click.option("--number", "numbers", multiple=True, help="Виртуальный номер." if ru else "Virtual number.")
    @click.option("--employee", "employees", multiple=True, help="Id сотрудника." if ru else "Id of an employee.")
    @click.option("--scenario", "scenarios", multiple=True, help="Id сценария." if ru else "Id of a scenario.")
    @click.option(
        "--bodies", is_flag=True, help="Напечатать тела уведомлений для вставки." if ru else "Print bodies to paste."
    )
    @click.option("--json", "json_wanted", is_flag=True, help="JSON.")
    def doctor(
        bot: str | None,
        receiver: str,
        template: Any,
        event: str | None,
        numbers: tuple[str, ...],
        employees: tuple[str, ...],
        scenarios: tuple[str, ...],
        bodies: bool,
        json_wanted: bool,
    ) -> None:
        lang = language()
        if bodies:
            click.echo(bodies_text(lang))
            return
        try:
            view = view_bot(bot) if bot else BotView(References())
        except BotUnreadable as error:
            raise click.UsageError(str(error)) from error
        settings, problem = settings_of(view.settings, os.environ)
        given = References(
            tuple(Reference(number, "--number") for number in numbers),
            tuple(Reference(id_, "--employee") for id_ in employees),
            tuple(Reference(id_, "--scenario") for id_ in scenarios),
        )
        options = Options(
            references=merged(view.references, given),
            receiver_url=receiver,
            receiver_keys=receiver_keys(view.settings, os.environ),
            template=template.read() if template is not None else None,
            event=event or "",
            uis_timezone=str(view.settings.get("uis_timezone", _DEFAULT_ZONE)),
            settings_problem=problem,
            environment=Environment.here(os.environ.get("SALEBOT_UISCOM_DATABASE", "")),
        )
        with transport() as http:
            findings = drive(diagnose(settings, options), http.handlers())
        click.echo(escaped(as_json(findings, lang)) if json_wanted else visible(as_text(findings, lang)))
        if any(finding.severity == FAULT for finding in findings):
            sys.exit(1)

    return [doctor]


def settings_of(table: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[UisSettings | None, str]:
    """The connection of a bot: its table `[uiscom]` wins over the environment, as in the plugin. And what is wrong."""
    if wrong := UiscomSettings.problems(table):
        return None, "; ".join(str(error).removeprefix("uiscom: ") for error in wrong)
    own = {name: str(table[key]).strip() for key, name in _SETTINGS.items() if table.get(key)}
    if not (own.get("access_token") or environment.get("SALEBOT_UISCOM_API_KEY")):
        return None, ""
    try:
        return UisSettings.from_environment(environment, **own), ""
    except ValueError as error:
        return None, str(error)


def receiver_keys(table: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Keys that the bot accepts in the address for notifications."""
    raw = table.get("webhook_keys") or environment.get("SALEBOT_UISCOM_WEBHOOK_KEYS", "")
    keys = raw.split(",") if isinstance(raw, str) else raw if isinstance(raw, list) else []
    return tuple(key.strip() for key in map(str, keys) if key.strip())
