"""`make demo`: a telephone bot from the client's first word to the variables in the file, over real sockets.

Two servers stand on ports of their own: the simulator of UIS and the receiver of the bot. The calculator of a block
calls over JSON-RPC, UIS rings, talks, and reports the end of the call over HTTP; the bot answers to that. Only the
clock is made up (a Monday morning), so that the bot's working hours hold at night too. No sleeping.
"""

from __future__ import annotations

import json
import queue
import shutil
import sys
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from .cli.words import choose_language, say
from .errors import SalebotError
from .host.botfile import load_bot, parse_bot
from .host.report import Report
from .messages import mask
from .serving import Work, bot_at_work
from .simulator import DEFAULT_TEMPLATE, Delivery, Simulator, VirtualClock, serve_simulator
from .simulator.records import Reply
from .store import open_store

KEY, PHONE = "KEY", "79004443322"
FINISHED = "Завершение звонка"
PATIENCE_S = 20.0  # for one thing to happen; it takes milliseconds

# What the demo adds to the example: the bot hears that the call is over.
ADDITION = f'''
[[block]]
id = 100
name = "Звонок завершён"
kind = "not_state_if"
condition = "Uiscom_event {FINISHED}"
match = "exact"
calc = """
call_id = uiscom_request["call_session_id"]
client.calls = if(calls == None, 1, calls + 1)
"""
message = "Спасибо за разговор! Звонок № #{{call_id}}"
'''


class Missing(SalebotError):
    """Something that the demo promises did not happen."""


class _Watched(Simulator):
    """Keeps the answers that go over the wire, and tells when a notification has been answered."""

    def __init__(self) -> None:
        super().__init__(clock=VirtualClock())
        self.answers: list[bytes] = []
        self.delivered: queue.Queue[Delivery] = queue.Queue()

    def exchange_http(self, api: str, body: bytes, remote_ip: str) -> Reply:
        reply = super().exchange_http(api, body, remote_ip)
        self.answers.append(reply.body)
        return reply

    def record_delivery(self, delivery: Delivery, status: int | None, error: str | None = None) -> None:
        super().record_delivery(delivery, status, error)
        self.delivered.put(delivery)


def main(argv: list[str] | None = None) -> int:
    """Play; 0 when everything happened, 1 otherwise."""
    started = time.perf_counter()
    try:
        choose_language(sys.argv[1:] if argv is None else argv)
        _play(Path(".demo"))
    except (SalebotError, OSError, ValueError) as error:
        print(say(f"\n✗ Не получилось: {error}", f"\n✗ It did not work: {error}"), file=sys.stderr)
        return 1
    seconds = time.perf_counter() - started
    print(say(f"\n✓ Всё произошло на самом деле, за {seconds:.1f} с.", f"\n✓ All of it happened, in {seconds:.1f} s."))
    print(
        say(
            "Дальше: .venv/bin/salebot-uiscom run examples/callback.toml — поговорить с ботом самому; docs/README.ru.md.",
            "Next: .venv/bin/salebot-uiscom run examples/callback.toml to talk to the bot yourself; README.md.",
        )
    )
    return 0


def example_file(name: str) -> Path:
    """In a wheel the examples lie inside the package, in a checkout beside it."""
    package = Path(__file__).resolve().parent
    for folder in (package / "examples", package.parent / "examples"):
        if (folder / name).is_file():
            return folder / name
    raise Missing(f"examples/{name}")


def _play(folder: Path) -> None:
    file = example_file("callback.toml")
    example = load_bot(file)
    text = example.source.text.replace("[constants]\n", "[constants]\nsave_webhook = 1\n") + ADDITION
    bot = parse_bot(text, name=file.name, path=file)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    database = folder / "bot.sqlite"
    simulator = _Watched()
    reports: queue.Queue[Report] = queue.Queue()
    with (
        serve_simulator(simulator) as uis,
        _bot(bot, database, uis, simulator, reports) as work,
    ):
        print(say("Имитатор UIS  ", "Simulator     ") + uis.url)
        print(say("Приёмник бота ", "Bot's receiver ") + f"{work.server.url}/uiscom_webhook/•••")
        print(say("Диалоги       ", "Dialogs       ") + f"{database} (SQLite)")
        simulator.notify(f"{work.server.url}/uiscom_webhook/{KEY}", ["call_finished"], template=DEFAULT_TEMPLATE)
        client_id = _client(work)
        _talk(work, simulator, reports, client_id)
    _read_back(database, client_id)


def _bot(
    bot: Any, database: Path, uis: Any, simulator: Simulator, reports: queue.Queue[Report]
) -> AbstractContextManager[Work]:
    settings = {"api_key": KEY, "call_api_url": uis.call_api_url, "data_api_url": uis.data_api_url}
    return bot_at_work(
        bot,
        str(database),
        settings=settings,
        clock=lambda: simulator.now.timestamp(),
        on_report=reports.put,
        entry_points=False,
    )


def _client(work: Work) -> int:
    from .ports import NewClient

    return work.host.store.create_client(NewClient(1, "555", "my_bot", "Иван")).id


def _talk(work: Work, simulator: _Watched, reports: queue.Queue[Report], client_id: int) -> None:
    _title(1, say("Клиент просит позвонить", "The client asks for a call"))
    work.host.say(client_id, "Позвоните мне")
    _show(work, [_expect(reports, "Напишите номер")])

    _title(2, say("Клиент пишет номер, калькулятор блока звонит", "He writes his number, a block's calculator calls"))
    print(f"   {work.host.bot.blocks[3].calc.strip()}")
    work.host.say(client_id, PHONE)
    report = _expect(reports, "Соединяем с менеджером")
    requests = simulator.requests_to("start.employee_call")
    if len(requests) != 1:
        raise Missing(say(f"звонков {len(requests)}, а нужен один", f"{len(requests)} calls instead of one"))
    request = json.loads(requests[0].body)
    request["params"]["access_token"] = "•••"
    _wire("POST /callapi/v4.0  →", request)
    _wire("                   ←", json.loads(simulator.answers[-1]))
    _show(work, [report])

    _title(3, say("UIS звонит, соединяет, разговор идёт и кончается", "UIS rings, connects; they talk and hang up"))
    simulator.advance(120)
    call = simulator.call(500000001)
    for ring in simulator.rings:
        print(f"   {ring.side}: {mask(str(ring.number))}")
    print(say(f"   звонок {call.id} завершён", f"   call {call.id} is over"))

    _title(4, say("UIS сообщает об этом по HTTP, бот отвечает", "UIS reports that over HTTP, the bot answers"))
    report = _expect(reports, "Спасибо за разговор")
    delivery = simulator.delivered.get(timeout=PATIENCE_S)
    _wire("POST /uiscom_webhook/•••  →", delivery.json())
    print(f"                             ← {delivery.status}")
    _show(work, [report])


def _expect(reports: queue.Queue[Report], words: str) -> Report:
    """The next turn, in which the bot must have said this."""
    try:
        report = reports.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise Missing(say(f"бот не сказал «{words}»", f"the bot did not say “{words}”")) from None
    if not any(words in sent.text for sent in report.sent) or report.faults or report.broken:
        said = "; ".join([sent.text for sent in report.sent] + [str(one) for one in report.faults] + [report.broken])
        raise Missing(say(f"ждали «{words}», а бот: {said}", f"expected “{words}”, the bot: {said}"))
    return report


def _read_back(database: Path, client_id: int) -> None:
    """Open the file anew, as another program would."""
    _title(5, say(f"Переменные, прочитанные из {database}", f"Variables read back from {database}"))
    with open_store(str(database)) as store:
        dialog = store.load_dialog(client_id)
    if dialog is None:
        raise Missing(say("в файле нет клиента", "the file does not hold the client"))
    found = {**dialog.deal_variables, **{f"client.{name}": one for name, one in dialog.client_variables.items()}}
    expected = {"client.phone": PHONE, "client.calls": "1", "in_hours": "1", "call_id": "500000001"}
    for name, wanted in expected.items():
        print(f"   {name} = {found.get(name)}")
        if str(found.get(name)) != wanted:
            raise Missing(f"{name} = {found.get(name)!r}, {wanted!r}")
    print(f"   call_res = {json.dumps(found.get('call_res'), ensure_ascii=False)}")
    if not isinstance(found.get("call_res"), dict) or found["call_res"].get("call_session_id") != 500000001:
        raise Missing(f"call_res = {found.get('call_res')!r}")


def _title(number: int, text: str) -> None:
    print(f"\n{number}. {text}")


def _wire(arrow: str, message: Any) -> None:
    print(f"   {arrow} {json.dumps(message, ensure_ascii=False)}")


def _show(work: Work, reports: Iterable[Report]) -> None:
    from .host import transcript

    for report in reports:
        for line in transcript.lines(report, work.host.bot):
            print(f"   {line}")


if __name__ == "__main__":
    sys.exit(main())
