"""Make docs/client-card.png anew: a served bot, a call from the card, a picture of it by Debian's chromium.

python docs/make_screenshot.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage
from salebot_uiscom.store.records import SetVariable, Turn
from salebot_uiscom.web import WebRequest
from salebot_uiscom.webapp.accounts import set_password
from salebot_uiscom.webapp.asgi import create_app
from salebot_uiscom.webapp.server import serve_app

TARGET = Path(__file__).with_name("client-card.png")
LARGEST_BYTES = 200_000
EMAIL, PASSWORD, PHONE = "manager@example.org", "screenshot", "79004443322"
BOT = """
[constants]
save_webhook = 1
[[channel]]
type = 1
group = "my_bot"
[uiscom]
api_key = "KEY"
[[employee]]
email = "manager@example.org"
name = "Менеджер"
call_method = "uiscom"
virtual_phone = "78001002752"
uis_employee_id = "2339292"
[[block]]
id = 1
name = "Знакомство"
kind = "start"
condition = "здравствуйте"
calc = "client.city = 'Казань'"
message = "Здравствуйте! Чем помочь?"
[[block]]
id = 2
name = "Разговор окончен"
kind = "not_state_if"
condition = "Uiscom_event Завершение звонка"
match = "exact"
calc = "client.calls = if(calls == None, 1, calls + 1)"
message = "Спасибо за разговор! Оцените его от 1 до 5"
"""


def main() -> None:
    stage = RehearsalStage(parse_bot(BOT))
    host, store = stage.host, stage.store
    client = store.create_client(NewClient(1, "555", "my_bot", "Иван Петров"))
    phone = SetVariable("client", client.id, "phone", PHONE)
    store.commit_turn(Turn("start", client.id, changes=(phone,)))
    set_password(store, host.bot, EMAIL, PASSWORD)
    host.say(client.id, "Здравствуйте")
    list(host.run_until_idle())
    stage.uis.notify("http://bot.example/uiscom_webhook/KEY", ["waiting_for_answer", "talk_started", "call_finished"])
    stage.uis.advance(60)
    host.click_to_call(EMAIL, client.id, PHONE)
    for _ in range(60):
        stage.uis.advance(5)
        for delivery in stage.uis.take_due():
            host.receive(WebRequest("POST", "/uiscom_webhook/KEY", body=delivery.body))
        list(host.run_until_idle())
    with (
        serve_app(create_app(host, start_worker=False), port=0) as server,
        sync_playwright() as driver,
        tempfile.TemporaryDirectory() as profile,
    ):
        context = driver.chromium.launch_persistent_context(
            profile,
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            viewport={"width": 1100, "height": 760},
        )
        page = context.pages[0]
        page.goto(server.url)
        page.fill("input[name=email]", EMAIL)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.goto(f"{server.url}/clients/{client.id}")
        page.screenshot(path=TARGET)
        context.close()
    stage.close()
    size = TARGET.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{TARGET}: {size} bytes, more than {LARGEST_BYTES}")
    print(f"{TARGET}: {size} bytes")


if __name__ == "__main__":
    main()
