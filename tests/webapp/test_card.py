"""The client card: signing in, finding clients, calling, settings."""

import json

import pytest

from salebot_uiscom.ports import CardCall, NewClient, PluginSettings
from salebot_uiscom.store import StoreUnavailable

from .conftest import BOT, KEY, PASSWORD, PHONE, call_form, fields

UNKNOWN = {"error": "timeout", "code": -32000, "message": "…", "external_id": "x", "outcome": "unknown"}


def test_card_is_for_employees_with_a_password(site):
    stranger = site.browser()
    answer = stranger.get("/clients/1001?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fclients%2F1001%3Fx%3D1")
    assert stranger.sign_in("api@example.org", "wrong").status_code == 403
    assert stranger.sign_in("nobody@example.org").status_code == 403
    answer = stranger.sign_in("api@example.org", next="/clients/1001")
    assert (answer.status_code, answer.headers["location"]) == (303, "/clients/1001")
    assert "Иван" in stranger.get("/clients/1001").text


def test_search_finds_by_name_phone_and_id(site):
    anna = site.browser("api@example.org")
    for query in ("иван", "1001", "+7 900 444-33-22", ""):
        assert 'href="/clients/1001"' in anna.get("/clients", params={"q": query}).text
    assert "Никого не нашлось" in anna.get("/clients", params={"q": "Пётр"}).text


def test_long_lists_have_pages(fresh):
    site = fresh()
    for number in range(60):
        site.store.create_client(NewClient(1, f"p{number}", name=f"Пётр {number}"))
    anna = site.browser("api@example.org")
    first = anna.get("/clients?q=пётр").text
    assert first.count("<td>p") == 50
    address = first[first.rindex('href="/clients?q=') + 6 :]
    second = anna.get(address[: address.index('"')].replace("&amp;", "&")).text
    assert second.count("<td>p") == 10


def test_card_shows_variables_and_both_languages(site):
    anna = site.browser("api@example.org")
    page = anna.get("/clients/1001").text
    assert "Переменные" in page
    assert PHONE in page
    answer = anna.get("/language/en?next=/clients/1001")
    assert answer.headers["location"] == "/clients/1001"
    assert "Variables" in anna.get("/clients/1001").text


@pytest.mark.parametrize(
    ("email", "shown"), [("api@example.org", "form"), ("app@example.org", "link"), ("off@example.org", "nothing")]
)
def test_handset_depends_on_the_way_of_calling(site, email, shown):
    page = site.browser(email).get("/clients/1001").text
    assert (f'href="tel:+{PHONE}"' in page) == (shown == "link")
    assert ('action="/clients/1001/call"' in page) == (shown == "form")


def test_handset_calls_the_employee_first_and_shows_what_follows(fresh):
    site = fresh()
    site.uis.notify(
        f"{site.url}/uiscom_webhook/{KEY}", ["waiting_for_answer", "talk_started", "call_finished"],
    )  # fmt: skip
    anna = site.browser("api@example.org")
    form = call_form(anna.get("/clients/1001").text, 1001)
    answer = anna.post("/clients/1001/call", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/clients/1001")
    ((method, params),) = site.stage.requests()
    assert method == "start.employee_call"
    assert (params["first_call"], params["direction"], params["contact"]) == ("employee", "out", PHONE)
    assert (params["virtual_phone_number"], params["employee"]["id"]) == ("78001002752", 2339292)
    page = anna.get("/clients/1001").text
    assert "звонок начат, сеанс" in page
    site.uis.advance(300)
    assert [ring.side for ring in site.uis.rings] == ["employee", "contact"]
    deliver(site)
    site.run()
    page = anna.get("/clients/1001").text
    calls = page[page.index("<h2>Звонки") : page.index("<h2>Диалог")]
    assert [name for name in ("Ожидание ответа", "Начало разговора", "Завершение звонка") if name in calls] == [
        "Ожидание ответа", "Начало разговора", "Завершение звонка",
    ]  # fmt: skip
    assert "слышу" in page


def deliver(site):
    """Post what the simulator has to tell, as its own sender would."""
    with site.browser() as sender:
        for delivery in site.uis.take_due():
            answer = sender.post(delivery.url, content=delivery.body)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_form_sent_twice_rings_once(fresh):
    site = fresh()
    anna = site.browser("api@example.org")
    form = call_form(anna.get("/clients/1001").text, 1001)
    assert [anna.post("/clients/1001/call", data=form).status_code for _ in range(3)] == [303, 303, 303]
    assert len(site.stage.requests()) == 1


def test_a_call_that_cannot_be_put_into_the_dialog_is_no_failure(fresh, monkeypatch):
    """Who is told that it has failed presses again."""
    site = fresh()
    anna = site.browser("api@example.org")
    form = call_form(anna.get("/clients/1001").text, 1001)

    def refuse(turn):
        raise StoreUnavailable("SQLite: database or disk is full")

    monkeypatch.setattr(site.store, "commit_turn", refuse)
    assert anna.post("/clients/1001/call", data=form).status_code == 303
    assert "звонок начат, сеанс" in anna.get("/clients/1001").text


def test_a_call_of_unknown_outcome_leads_to_the_card_when_nothing_can_be_read(fresh, monkeypatch):
    site = fresh()
    anna = site.browser("api@example.org")
    form = call_form(anna.get("/clients/1001").text, 1001)

    def refuse(*args, **options):
        raise StoreUnavailable("SQLite: disk I/O error")

    monkeypatch.setattr(site.host, "click_to_call", lambda *args, **options: CardCall(result=UNKNOWN))
    monkeypatch.setattr(site.store, "intents", refuse)
    assert anna.post("/clients/1001/call", data=form).status_code == 303


def test_nobody_can_call_a_number_that_is_not_the_clients(fresh):
    site = fresh()
    anna = site.browser("api@example.org")
    form = call_form(anna.get("/clients/1001").text, 1001)
    assert anna.post("/clients/1001/call", data={**form, "phone": "79990001122"}).status_code == 400
    assert anna.post("/clients/1001/call", data={**form, "press": "x"}).status_code == 400
    assert site.stage.requests() == []


@pytest.mark.parametrize("email", ["off@example.org", "app@example.org"])
def test_press_without_the_right_to_call_by_api_sends_no_request(fresh, email):
    site = fresh()
    token = call_form(site.browser("api@example.org").get("/clients/1001").text, 1001)
    other = site.browser(email)
    own = fields(other.get("/settings").text)
    answer = other.post("/clients/1001/call", data={**token, **own})
    assert answer.status_code == 403
    assert site.stage.requests() == []
    assert site.store.history(1001) == []


def test_refusal_of_uis_is_shown(fresh):
    site = fresh(BOT.replace('uis_employee_id = "2339292"', 'uis_employee_id = "1"'))
    anna = site.browser("api@example.org")
    anna.post("/clients/1001/call", data=call_form(anna.get("/clients/1001").text, 1001))
    assert '<article class="call refused">' in anna.get("/clients/1001").text


def test_employee_without_number_is_told(fresh):
    site = fresh(BOT.replace('virtual_phone = "78001002752"', ""))
    anna = site.browser("api@example.org")
    answer = anna.post("/clients/1001/call", data=call_form(anna.get("/clients/1001").text, 1001))
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert site.stage.requests() == []


def test_live_part_answers_only_changes(fresh):
    site = fresh()
    anna = site.browser("api@example.org")
    page = anna.get("/clients/1001").text
    address = page[page.index("/clients/1001/live?seen=") :]
    address = address[: address.index('"')]
    assert anna.get(address).status_code == 204
    site.host.say(1001, "Привет")
    answer = anna.get(address)
    assert answer.status_code == 200
    assert "Привет" in answer.text
    assert answer.text.lstrip().startswith('<div id="live"')


def test_settings_are_kept_and_checked(fresh):
    site = fresh()
    off = site.browser("off@example.org")
    token = fields(off.get("/settings").text)
    wrong = [
        {"call_method": "mango"},
        {"call_method": "uiscom"},
        {"call_method": "uiscom", "virtual_phone": "+7800", "uis_employee_id": "1"},
        {"call_method": "uiscom", "virtual_phone": "78001002752", "uis_employee_id": "Анна"},
    ]
    for chosen in wrong:
        assert off.post("/settings", data={**token, **chosen}).status_code == 400
    chosen = {"call_method": "uiscom", "virtual_phone": "78001002752", "uis_employee_id": "2339292"}
    answer = off.post("/settings", data={**token, **chosen})
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings?saved=1")
    assert "Сохранено" in off.get("/settings?saved=1").text
    assert 'action="/clients/1001/call"' in off.get("/clients/1001").text
    assert site.host.employee("off@example.org").telephony == {
        "virtual_phone": "78001002752", "uis_employee_id": "2339292",
    }  # fmt: skip


def test_only_connected_telephony_can_be_chosen(fresh, monkeypatch):
    monkeypatch.delenv("SALEBOT_UISCOM_API_KEY", raising=False)
    site = fresh()
    off = site.browser("off@example.org")
    assert 'value="uiscom"' in off.get("/settings").text
    monkeypatch.setattr(site.host, "handlers", {**site.host.handlers, PluginSettings: lambda effect: {}})
    page = off.get("/settings").text
    assert 'value="uiscom"' not in page
    chosen = {"call_method": "uiscom", "virtual_phone": "78001002752", "uis_employee_id": "2339292"}
    assert off.post("/settings", data={**fields(page), **chosen}).status_code == 400


def test_idle_session_ends_and_the_live_part_does_not_prolong_it(fresh):
    site = fresh(idle_s=600)
    anna = site.browser("api@example.org")
    for _ in range(4):
        site.uis.advance(200)
        live = anna.get("/clients/1001/live")
    assert live.status_code == 401
    assert live.headers["hx-redirect"] == "/sign-in"
    assert anna.get("/clients").status_code == 303


def test_use_prolongs_a_session_but_not_for_ever(fresh):
    site = fresh(idle_s=600)
    anna = site.browser("api@example.org")
    for _ in range(3):
        site.uis.advance(500)
        assert anna.get("/clients").status_code == 200
    for _ in range(90):
        site.uis.advance(500)
        answer = anna.get("/clients")
    assert answer.status_code == 303


def test_signing_out_ends_the_session(site):
    anna = site.browser("api@example.org")
    cookie = anna.cookies["salebot_card"]
    token = fields(anna.get("/clients").text[: anna.get("/clients").text.index("<main>")])
    assert anna.post("/sign-out", data=token).status_code == 303
    anna.cookies.set("salebot_card", cookie, domain="127.0.0.1")
    assert anna.get("/clients").status_code == 303


def test_new_password_signs_out_and_in(fresh):
    from salebot_uiscom.webapp.accounts import PasswordError, set_password

    site = fresh()
    anna = site.browser("api@example.org")
    set_password(site.store, site.host.bot, "api@example.org", "another password")
    assert anna.get("/clients").status_code == 303
    assert anna.sign_in("api@example.org", PASSWORD).status_code == 403
    assert anna.sign_in("api@example.org", "another password").status_code == 303
    with pytest.raises(PasswordError):
        set_password(site.store, site.host.bot, "nobody@example.org", "long enough")
    with pytest.raises(PasswordError):
        set_password(site.store, site.host.bot, "api@example.org", "short")


def test_password_may_stand_in_the_bot_file_as_a_hash(fresh):
    from .conftest import password_hash

    site = fresh(
        BOT.replace('email = "off@example.org"', f'email = "new@example.org"\npassword_hash = "{password_hash()}"')
    )
    assert site.browser().sign_in("new@example.org").status_code == 303


def test_attempts_are_throttled_and_the_right_password_waits_too(fresh):
    site = fresh()
    thief = site.browser()
    hidden, _ = thief.form("/sign-in")
    attempt = {**hidden, "email": "api@example.org"}
    for _ in range(5):
        assert thief.post("/sign-in", data={**attempt, "password": "wrong"}).status_code == 403
    answer = thief.post("/sign-in", data={**attempt, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 301
    site.uis.advance(301)
    assert thief.sign_in("api@example.org").status_code == 303


def test_pages_have_strict_headers(site):
    answer = site.browser("api@example.org").get("/clients/1001")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


def test_session_cookie_is_guarded(site):
    stranger = site.browser()
    cookie = stranger.sign_in("api@example.org").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    behind_tls = stranger.get("/sign-in", headers={"X-Forwarded-Proto": "https", "Cookie": ""})
    assert "secure" in behind_tls.headers["set-cookie"].lower()


def test_card_stands_under_the_path_of_a_proxy(fresh):
    site = fresh(server={"root_path": "/bot"})
    stranger = site.browser()
    assert stranger.get("/").headers["location"] == "/bot/clients"
    page = stranger.get("/sign-in")
    assert 'action="/bot/sign-in"' in page.text
    assert "Path=/bot" in page.headers["set-cookie"]
    assert stranger.get("/static/card.css").status_code == 200
    body = {"notification_name": "x", "contact_info": {"contact_phone_number": PHONE}}
    assert stranger.post(f"/uiscom_webhook/{KEY}", content=json.dumps(body)).json() == {"status": "ok"}
