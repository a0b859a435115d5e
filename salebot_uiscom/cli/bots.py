"""`run`, `test`, `serve`: bots from their files."""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..foreign import escaped, mask
from ..messages import language
from .evaluation import DONE, WRONG, moment_of
from .options import EXISTING_FILE, address_options, database_option
from .words import ask, cannot_listen, echo, say, told

if TYPE_CHECKING:
    from ..host.bot import Bot
    from ..rehearsal import RehearsalStage
    from ..store import Store


def commands() -> list[click.Command]:
    return [_run(), _test(), _serve(), _password()]


def _run() -> click.Command:
    @click.command(
        "run",
        help=say(
            "Поговорить с ботом в терминале. Телефония — имитатор, время стоит, пока его не сдвинуть.\n\n"
            "/wait 10 min — проходит время; /event ТЕКСТ — колбэк; /webhook ИМЯ — событие телефонии; "
            "/vars — переменные; /calls — запросы к телефонии; /help — команды; /quit — выход.",
            "Talk to a bot in the terminal. Telephony is simulated, time stands still until it is moved.\n\n"
            "/wait 10 min lets time pass; /event TEXT is a callback; /webhook NAME an event of telephony; /vars shows "
            "variables; /calls requests to telephony; /help the commands; /quit leaves.",
        ),
    )
    @click.argument("bot", type=EXISTING_FILE)
    @click.option(
        "--now", metavar=say("ВРЕМЯ", "MOMENT"),
        help=say("Начало разговора: 2026-03-02 10:15.", "Start of the talk: 2026-03-02 10:15."),
    )  # fmt: skip
    @click.option(
        "--live", is_flag=True,
        help=say(
            "Без имитатора: настоящие часы и телефония из [uiscom]. Звонки будут сделаны.",
            "Without the simulator: the clock on the wall and the telephony of [uiscom]. Calls will be made.",
        ),
    )  # fmt: skip
    @database_option
    def command(bot: Path, now: str | None, live: bool, database: str) -> int:
        from ..rehearsal import open_stage
        from .loading import load

        loaded = load(bot)
        if live:
            from ..logs import Redactor, set_up
            from . import live as talking

            if now is not None:
                raise click.UsageError(say("--now — только без --live", "--now goes without --live only"))
            secrets = _secrets(loaded)
            set_up(secrets=secrets)
            talking.talk(loaded, database, _show_variables, Redactor(secrets))
            return DONE
        stage = open_stage(loaded, _moment(loaded, now))
        try:
            _talk(stage, loaded)
        finally:
            stage.close()
        return DONE

    return command


def _moment(bot: Bot, text: str | None) -> datetime:
    if text is None:
        return datetime.now(bot.timezone)
    try:
        moment: datetime = moment_of(text, bot.timezone, language())
    except ValueError as error:
        raise click.BadParameter(
            say(
                f"«{text}» — не время; пишут так: 2026-03-02 10:15, а промежуток /wait ещё и так: 10 min, 2 h",
                f"“{text}” is no time; write 2026-03-02 10:15, or, for /wait, 10 min or 2 h",
            ),
            param_hint="--now",
        ) from error
    return moment


def _talk(stage: RehearsalStage, bot: Bot) -> None:
    """Read lines until their end; everything the bot does is printed as it happens."""
    from ..host import transcript
    from ..host.script import StepError, advance
    from ..ports import NewClient
    from .slashes import nothing_behind, slip, unknown

    host = stage.host
    kind = bot.channels[0].type if bot.channels else 1
    client = host.store.create_client(NewClient(kind, "555", bot.channels[0].group if bot.channels else "", "Иван"))
    while True:
        line = ask()
        if line is None:
            return
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        reports: Any = host.run_until_idle()
        taken, wrong = False, ""
        try:
            if word == "/quit":
                return
            if word == "/vars":
                _show_variables(stage.store, client.id)
            elif word == "/calls":
                requests = stage.requests()
                for method, params in requests:
                    echo(f"{method} {_shown_params(params)}")
                if not requests:
                    echo(say("запросов к телефонии ещё не было", "telephony has had no requests yet"), err=True)
            elif word == "/wait":
                reports = advance(stage, _later(bot, rest, host.clock()))
            elif wrong := nothing_behind(word, rest) or slip(word, bot):
                echo(wrong, err=True)
            elif word == "/event":
                host.say(client.id, rest, outside=3)
            elif word == "/webhook":
                host.receive(stage.webhook(rest, {}, client))
            elif line:
                host.say(client.id, line)
            for report in reports:
                taken = taken or bool(report.blocks)
                for shown in transcript.lines(report, bot):
                    echo(shown)
            if not (taken or wrong) and (foreign := unknown(word)):
                echo(foreign, err=True)
        except (StepError, click.BadParameter) as error:
            echo(str(error), err=True)


_PAUSE = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d)")


def _later(bot: Bot, text: str, now: float) -> float:
    """`10 min` from now, or a moment in the time of the project; Unix seconds."""
    from ..host.timers import add_delay

    pause = _PAUSE.fullmatch(text.strip())
    if pause is not None:
        return add_delay(datetime.fromtimestamp(now, bot.timezone), float(pause[1]), pause[2]).timestamp()
    return _moment(bot, text).timestamp()


def _show_variables(store: Store, client_id: int) -> None:
    from .evaluation import shown

    dialog = store.load_dialog(client_id)
    assert dialog is not None
    found = False
    for prefix, values in (
        ("", dialog.deal_variables),
        ("client.", dialog.client_variables),
        ("project.", dialog.project_variables),
    ):
        for name, value in values.items():
            found = True
            echo(f"{prefix}{name} = {shown(value, quoted=True)}")
    if not found:
        echo(say("переменных ещё нет", "there are no variables yet"), err=True)


def _shown_params(params: Any) -> str:
    import json

    return mask(escaped(json.dumps(dict(params), ensure_ascii=False)))


def _test() -> click.Command:
    @click.command(
        "test",
        help=say(
            "Сыграть проверки [[test]] из файлов ботов, без сети.\n\nЗвонков не будет. Код выхода 1, если что-то не так.",
            "Rehearse the [[test]]s of bot files, offline.\n\nNo calls are made. Exit status 1 when one fails.",
        ),
    )
    @click.argument("bots", type=EXISTING_FILE, nargs=-1, required=True, metavar="BOT...")
    @click.option("-v", "--verbose", is_flag=True, help=say("Показать разговоры.", "Show the conversations."))
    def command(bots: tuple[Path, ...], verbose: bool) -> int:
        from ..host.botfile import BotFileError
        from ..rehearsal import open_stage, rehearse
        from .loading import load

        passed = failed = 0
        for path in bots:
            try:
                bot = load(path)
            except BotFileError as error:
                echo(told(error), err=True)
                failed += 1
                continue
            for result in rehearse(bot, open_stage):
                passed, failed = passed + result.passed, failed + (not result.passed)
                echo(f"{'✓' if result.passed else '✗'} {path.name}: {result.test}")
                if verbose or not result.passed:
                    for line in result.transcript:
                        echo(f"    {line}")
                if not result.passed:
                    place = say(f"{path}:{result.line}, шаг {result.step}", f"{path}:{result.line}, step {result.step}")
                    echo(f"  {place}: {result.problem}")
        echo(say(f"прошло {passed}, не прошло {failed}", f"{passed} passed, {failed} failed"))
        if not passed and not failed:
            echo(say("в файлах нет [[test]]", "there is no [[test]] in these files"), err=True)
        return WRONG if failed or not passed else DONE

    return command


def _serve() -> click.Command:
    @click.command(
        "serve",
        help=say(
            "Запустить бота: уведомления, API, карточки клиентов.\n\n"
            "Уведомления телефонии — POST /uiscom_webhook/<ключ>, свой API — /api/<ключ>/<метод>, карточки клиентов — на "
            "главной странице (нужно дополнение server).",
            "Put a bot to work: notifications, API, client cards.\n\n"
            "Notifications at POST /uiscom_webhook/<key>, its own API at /api/<key>/<method>, client cards on the front "
            "page (needs the extra server).",
        ),
    )
    @click.argument("bot", type=EXISTING_FILE)
    @address_options(8000)
    @database_option
    @click.option(
        "--log", type=click.Choice(["text", "json"]), default="text",
        help=say("Вид журнала на stderr.", "Form of the log on stderr."),
    )  # fmt: skip
    def command(bot: Path, host: str, port: int, database: str, log: str) -> int:
        import signal

        from ..host import transcript
        from ..logs import Redactor, set_up
        from ..serving import bot_at_work, settle_in
        from ..webapp import extras
        from .loading import load

        loaded = load(bot)
        secrets = _secrets(loaded)
        set_up(secrets=secrets, as_json=log == "json")
        redacted = Redactor(secrets)
        for line in _mistakes(bot):
            echo(redacted(line), err=True)

        def tell(report: Any) -> None:
            for line in transcript.lines(report, loaded):
                echo(redacted(line))

        try:
            pages = not extras.missing()
            with bot_at_work(loaded, database, host=host, port=port, on_report=tell, pages=pages) as work:
                for stop in (signal.SIGINT, signal.SIGTERM):  # before a word is said: whoever reads it may stop at once
                    signal.signal(stop, lambda *_: work.end())
                echo(say(f"Бот работает: {work.server.url}", f"The bot is at work: {work.server.url}"))
                if not _webhook_keys(loaded):
                    echo(
                        say(
                            "Уведомления телефонии не принимаются: нет ключа. "
                            "Задайте SALEBOT_UISCOM_API_KEY или api_key в таблице [uiscom]",
                            "Notifications of telephony are not accepted: there is no key. "
                            "Set SALEBOT_UISCOM_API_KEY or api_key in the table [uiscom]",
                        )
                    )
                echo(say(f"Диалоги: {database}. Ctrl+C — остановить", f"Dialogs: {database}. Ctrl+C stops it"))
                if not pages:
                    extra = extras.command()
                    echo(say(f"Без карточек клиентов: {extra}", f"Without client cards: {extra}"))
                settle_in()
                work.wait()
        except OSError as error:
            echo(cannot_listen(error, host, port), err=True)
            return WRONG
        return DONE

    return command


def _mistakes(path: Path) -> list[str]:
    """What `check` calls errors, a line each: the bot works, but these pieces of it cannot."""
    from .texts import findings_of

    errors = [finding for finding in findings_of(path) if finding.severity == "error"]
    if not errors:
        return []
    more = f"salebot-uiscom check {path}"
    return [
        *(finding.headline for finding in errors),
        say(f"ошибок: {len(errors)}, подробно: {more}", f"errors: {len(errors)}, in full: {more}"),
    ]


def _secrets(bot: Bot) -> list[str]:
    """Everything that opens a door of this bot."""
    return [key for key in (bot.project.api_key, *_webhook_keys(bot)) if key]


def _webhook_keys(bot: Bot) -> list[str]:
    """Keys of the address for notifications, as the plugin takes them: from the file, then from the environment."""
    from ..uiscom import UiscomSettings

    given = [*UiscomSettings.of(bot.settings.get("uiscom", {})).receiver_keys, os.environ.get("SALEBOT_UISCOM_API_KEY")]
    given += [key.strip() for key in os.environ.get("SALEBOT_UISCOM_WEBHOOK_KEYS", "").split(",")]
    return [key for key in given if key]


def _password() -> click.Command:
    @click.command(
        "password",
        help=say(
            "Задать сотруднику пароль для карточек клиентов.\n\nОн спрашивается или читается со стандартного ввода.",
            "Set an employee's password for the client cards.\n\nIt is asked for, or read from the standard input.",
        ),
    )
    @click.argument("bot", type=EXISTING_FILE)
    @click.argument("email")
    @database_option
    def command(bot: Path, email: str, database: str) -> int:
        from ..store import open_store
        from ..webapp.accounts import new_hash
        from .loading import load

        loaded = load(bot)
        if sys.stdin.isatty():
            password = click.prompt(say("Пароль", "Password"), hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().rstrip("\r\n")
        hashed = new_hash(loaded, email, password)  # refused before a file is made
        with open_store(database) as store:
            store.set_password_hash(email, hashed)
        echo(say("пароль задан, прежние входы закрыты", "the password is set, earlier sessions are over"))
        return DONE

    return command
