"""`events`, `match`: what came in, where it went, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ..foreign import mask, one_line
from .evaluation import DONE, WRONG
from .groups import OwnWordsGroup
from .options import EXISTING_FILE, database_option, existing_database, existing_database_option, json_option
from .words import echo, echo_json, say

if TYPE_CHECKING:
    from ..host.explain import Step
    from ..store.records import Event, NotificationRecord

Row = dict[str, Any]

#: Of notifications; the last two, and the first two, of events of dialogs.
_STATES = ("waiting", "working", "routed", "unmatched", "quarantine", "finished", "broken")

#: Names of the columns for people; JSON has the English ones as they are.
_RUSSIAN = {
    "id": "№", "received": "получено", "state": "состояние", "name": "имя", "client_id": "клиент", "event_id": "событие",
    "replays": "повторов", "note": "пометка", "problem": "помеха", "body": "тело", "text": "текст", "outside": "откуда",
    "notification_id": "уведомление", "attempts": "попыток",
}  # fmt: skip

#: States for people; `--state` takes them too.
_RUSSIAN_STATES = {
    "waiting": "ожидает", "working": "в работе", "routed": "доставлено", "unmatched": "клиента нет",
    "quarantine": "не прочитано", "finished": "готово", "broken": "не выполнено",
}  # fmt: skip
_ENGLISH_STATES = {own: name for name, own in _RUSSIAN_STATES.items()}

#: What the receiver of notifications and the store write down, for programmers.
_RUSSIAN_PROBLEMS = {
    "not JSON": "не JSON", "not UTF-8": "не UTF-8", "too long": "слишком длинное", "not an object": "не объект JSON",
    "nested too deeply": "слишком глубокая вложенность", "no notification_name": "нет notification_name",
    "routing failed": "не доставлено из-за ошибки",
}  # fmt: skip

_LONGEST_CELL = 60  # of a list; `show` has it whole


def commands() -> list[click.Command]:
    return [_events(), _match(), _explain()]


def _events() -> click.Group:
    dialogs = click.option(
        "--dialogs", is_flag=True,
        help=say(
            "События диалогов (сообщения, колбэки) вместо уведомлений телефонии.",
            "Events of dialogs (messages, callbacks) instead of notifications of telephony.",
        ),
    )  # fmt: skip
    zone = click.option(
        "--bot", "zone", type=EXISTING_FILE, callback=_zone_of,
        help=say("Файл бота: время — в его поясе; иначе — московское.",
                 "Bot file: times are those of its zone; otherwise of Moscow."),
    )  # fmt: skip
    full = click.option("--full", is_flag=True, help=say("Номера телефонов целиком.", "Phone numbers in full."))

    @click.group(
        "events",
        cls=OwnWordsGroup,
        help=say("Пришедшие уведомления и события.", "Notifications and events that came in."),
    )
    def group() -> None:
        pass

    @group.command("list", help=say("Последние, новые сверху.", "The latest, newest first."))
    @existing_database_option
    @dialogs
    @zone
    @full
    @json_option
    @click.option(
        "--state", type=click.Choice([*_STATES, *_RUSSIAN_STATES.values()]), metavar=say("СОСТОЯНИЕ", "STATE"),
        callback=lambda _ctx, _param, value: _ENGLISH_STATES.get(value, value),
        help=say("Только в этом состоянии: " + ", ".join(f"{name} ({_RUSSIAN_STATES[name]})" for name in _STATES) + ".",
                 "Only in this state: " + ", ".join(_STATES) + "."),
    )  # fmt: skip
    @click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
    def list_(
        database: str, dialogs: bool, zone: tzinfo | None, full: bool, as_json: bool, state: str | None, limit: int
    ) -> int:
        from ..store import open_store

        with open_store(database) as store:
            found: Iterable[Any] = (
                store.events(state=state, limit=limit) if dialogs else store.notifications(state=state, limit=limit)
            )
            rows = [_event_row(one, zone) if dialogs else _notification_row(one, zone) for one in found]
        if as_json:
            _print_json(rows, full)
        else:
            if rows:
                echo("  ".join(_heading(name) for name in rows[0] if name != "body"))
            for row in rows:
                cells = (_short(_cell(_told(name, value))) for name, value in row.items() if name != "body")
                echo(_hidden("  ".join(cells), full))
            place = zone or _default_zone()
            echo(say(f"строк: {len(rows)}; время: {place}", f"rows: {len(rows)}; times of {place}"), err=True)
        return DONE

    @group.command("show", help=say("Одно целиком, с телом уведомления.", "One in full, with its body."))
    @click.argument("number", type=int)
    @existing_database_option
    @dialogs
    @zone
    @full
    @json_option
    def show(number: int, database: str, dialogs: bool, zone: tzinfo | None, full: bool, as_json: bool) -> int:
        from ..store import open_store

        with open_store(database) as store:
            found: Any = store.event(number) if dialogs else store.notification(number)
        if found is None:
            return _unknown(number)
        row = _event_row(found, zone) if dialogs else _notification_row(found, zone)
        if as_json:
            _print_json(row, full)
        else:
            for name, value in row.items():
                echo(_hidden(f"{_heading(name)}: {_cell(_told(name, value))}", full))
        return DONE

    @group.command(
        "replay",
        help=say("Провести ещё раз: блоки сработают снова.", "Let it pass once more: blocks will run again."),
    )
    @click.argument("number", type=int)
    @existing_database_option
    @dialogs
    @json_option
    def replay(number: int, database: str, dialogs: bool, as_json: bool) -> int:
        from ..store import open_store

        with open_store(database) as store:
            if (store.event(number) if dialogs else store.notification(number)) is None:
                return _unknown(number)
            done = bool(store.replay_event(number) if dialogs else store.replay_notification(number))
        if as_json:
            echo(json.dumps({"id": number, "replayed": done}))
        elif done:
            echo(say(f"{number} снова в очереди", f"{number} is in the queue again"))
        else:
            echo(say(f"{number} ещё в работе", f"{number} is still in work"), err=True)
        return DONE if done else WRONG

    return group


def _zone_of(ctx: click.Context, param: click.Parameter, path: Path | None) -> tzinfo | None:
    from ..host.botfile import load_bot

    return None if path is None else load_bot(path).timezone


def _default_zone() -> ZoneInfo:
    """That of a project whose file is silent about it."""
    from ..context import DEFAULT_ZONE

    return ZoneInfo(DEFAULT_ZONE)


def _told(name: str, value: Any) -> Any:
    """A value of a column in the language of the run."""
    if not isinstance(value, str) or name not in ("state", "problem", "note"):
        return value
    return say((_RUSSIAN_STATES if name == "state" else _RUSSIAN_PROBLEMS).get(value, value), value)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"


def _heading(name: str) -> str:
    return say(_RUSSIAN[name], name)


def _notification_row(record: NotificationRecord, zone: tzinfo | None) -> Row:
    return {
        "id": record.notification.id,
        "received": _moment(record.notification.received_at, zone),
        "state": record.state,
        "name": _name(record.notification.body),
        "client_id": record.client_id,
        "event_id": record.event_id,
        "replays": record.replays,
        "note": record.note,
        "problem": record.problem,
        "body": record.notification.body.decode("utf-8", "replace"),
    }


def _event_row(event: Event, zone: tzinfo | None) -> Row:
    return {
        "id": event.id,
        "received": _moment(event.new.received_at, zone),
        "state": event.state,
        "client_id": event.client_id,
        "text": event.new.text,
        "outside": event.new.outside,
        "notification_id": event.notification_id,
        "attempts": event.attempts,
        "problem": event.problem,
    }


def _name(body: bytes) -> str:
    """Name of the notification; empty where it cannot be read."""
    return str(_fields(body).get("notification_name", ""))


def _fields(body: bytes) -> Row:
    """What a notification is about, as its receiver reads it (forms, mended bodies); nothing where it cannot be read."""
    from ..uiscom.notification import Refusal, read

    try:
        found = read(body)
    except Refusal:
        return {}
    return {
        "notification_name": found.name,
        "call_session_id": found.call_session_id,
        "external_id": found.external_id,
    }


def _moment(seconds: float, zone: tzinfo | None) -> str:
    """With its offset. `zone` None: that of Moscow."""
    return datetime.fromtimestamp(seconds, zone or _default_zone()).isoformat(" ", "seconds")


def _cell(value: Any) -> str:
    """One line, whatever came from outside: a control character must not steer the terminal."""
    text = "—" if value in (None, "") else str(value)
    return one_line(text)


def _hidden(text: str, full: bool) -> str:
    return text if full else mask(text)


def _print_json(rows: Any, full: bool) -> None:
    echo_json(rows if full else _masked(rows))


def _masked(value: Any) -> Any:
    """Phones hidden inside the values: the JSON around them must stay JSON."""
    if isinstance(value, dict):
        return {name: _masked(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    if isinstance(value, str):
        return _hidden(value, False)
    if isinstance(value, int) and not isinstance(value, bool) and (hidden := _hidden(str(value), False)) != str(value):
        return hidden
    return value


def _unknown(number: int) -> int:
    echo(say(f"нет события {number}", f"there is no event {number}"), err=True)
    return WRONG


def _explain() -> click.Command:
    @click.command(
        "explain",
        help=say(
            "Что стало с событием или звонком; что значит код.\n\n"
            "ЧТО: event:17, notification:5, номер события, номер звонка — как приняли, чей клиент, какие блоки сработали, "
            "чем кончились звонки. Код, например SB702, — что он значит.",
            "What became of an event or call; what a code means.\n\n"
            "WHAT: event:17, notification:5, the number of an event, a call: how it was received, whose it was, which "
            "blocks ran, how calls ended. A code such as SB702: what it means.",
        ),
    )
    @click.argument("what", metavar=say("ЧТО", "WHAT"))
    @database_option
    @click.option(
        "--bot",
        type=EXISTING_FILE,
        help=say("Файл бота: названия блоков и часовой пояс.", "Bot file: names of blocks, time zone."),
    )
    @click.option("--full", is_flag=True, help=say("Номера телефонов целиком.", "Phone numbers in full."))
    @json_option
    def command(what: str, database: str, bot: Path | None, full: bool, as_json: bool) -> int:
        from ..host.botfile import load_bot
        from ..host.explain import explain
        from ..messages import language
        from ..store import open_store

        if _CODE.fullmatch(what):
            return _explain_code(what.upper())
        existing_database(database)
        known = load_bot(bot) if bot is not None else None
        with open_store(database) as store:
            steps = explain(store, what, known, read=_fields)
        if as_json:
            rows = [
                {
                    "kind": one.kind,
                    "at": _moment(one.at, known.timezone if known is not None else None) if one.at else None,
                    "text": one.text,
                    "data": dict(one.data),
                }
                for one in steps
            ]
            _print_json(rows, full)
        zone = known.timezone if known is not None else _default_zone()
        for one in [] if as_json else steps:
            echo(_hidden(_told_step(one).line(zone, language()), full))
        if steps and not as_json:
            echo(say(f"время: {zone}", f"times of {zone}"), err=True)
        if not steps:
            echo(say(f"{what}: о таком ничего не известно", f"{what}: nothing is known of it"), err=True)
        return DONE if steps else WRONG

    return command


def _told_step(step: Step) -> Step:
    """The same with its words in the language of the run."""
    column = {"waits": "state", "unreadable": "problem"}.get(step.kind)
    return step if column is None else replace(step, text=_told(column, step.text))


_CODE = re.compile(r"(?:SB|UI)\d{3}", re.IGNORECASE)
_PLACES = re.compile(r"(?<!\{)\{\w+[^{}]*\}(?!\})")


def _explain_code(code: str) -> int:
    """The texts of a code, with … for what each case puts in."""
    from ..messages import all_messages, language

    message = all_messages().get(code)
    if message is None:
        echo(say(f"{code}: такого кода нет", f"{code}: there is no such code"), err=True)
        return WRONG
    texts = (message.ru, message.hint_ru) if language() == "ru" else (message.en, message.hint_en)
    for text, before in zip(texts, (f"{code} ({message.kind}): ", "  "), strict=True):
        if text:
            echo(before + _PLACES.sub("…", text).replace("{{", "{").replace("}}", "}"))
    echo(say("Страницы о кодах: docs/errors.md, docs/checks.md", "Pages about codes: docs/errors.md, docs/checks.md"))
    return DONE


def _match() -> click.Command:
    @click.command(
        "match",
        help=say(
            "Чей это телефон: в чей диалог попадёт уведомление.\n\nНичего не создаёт.",
            "Whose phone it is: the dialog a notification would enter.\n\nCreates nothing.",
        ),
    )
    @click.argument("phone")
    @click.option("--explain", is_flag=True, help=say("Как искали, по шагам.", "How it was searched, step by step."))
    @click.option(
        "--bot", type=EXISTING_FILE, default=None,
        help=say("Файл бота: какие мессенджеры подключены.", "Bot file: which messengers are connected."),
    )  # fmt: skip
    @existing_database_option
    @json_option
    def command(phone: str, explain: bool, bot: Path | None, database: str, as_json: bool) -> int:
        from ..effects import drive
        from ..host.botfile import load_bot
        from ..messages import language
        from ..store import handlers, open_store
        from ..uiscom import match_phone

        channels = load_bot(bot).channels if bot is not None else ()
        with open_store(database) as store:
            performers = handlers(store, bots=lambda kind: [one.group for one in channels if one.type == kind])
            found = drive(match_phone(phone, create=False), performers)
        steps = [step.text(language()) for step in found.explain]
        new = found.would_create
        if as_json:
            created = {"type": new.type, "group": new.group} if new is not None else None
            echo(
                json.dumps({"client_id": found.client_id, "would_create": created, "steps": steps}, ensure_ascii=False)
            )
            return DONE if found.client_id or new else WRONG
        if explain:
            for step in steps:
                echo(f"  {step}")
        if found.client_id is not None:
            echo(say(f"клиент {found.client_id}", f"client {found.client_id}"))
        elif new is not None:
            echo(say(f"новый клиент, тип {new.type}", f"a new client of type {new.type}"))
        else:
            echo(say("не телефон", "not a phone"), err=True)
            return WRONG
        return DONE

    return command
