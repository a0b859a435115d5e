"""Rows of the six scripts that neither their rehearsals nor `test_scenarios` play, and the checks over all scripts."""

import json
import logging
import re
from datetime import datetime

import pytest

from salebot_uiscom.host.botfile import examine_bot, parse_bot
from salebot_uiscom.host.script import advance
from salebot_uiscom.ports import NewClient
from salebot_uiscom.web import WebRequest

from .test_scenarios import EXAMPLES, LEAD, NAMES, Play


@pytest.fixture
def play():
    opened = []

    def begin(*args, **options):
        one = Play(*args, **options)
        opened.append(one)
        return one

    yield begin
    for one in opened:
        one.stage.close()


def start_calls(one):
    """Parameters of all started calls, without the key; each with an external id of its own."""
    found = []
    for request in one.calls():
        params = dict(request.params)
        params.pop("access_token", None)
        found.append((request.method, params))
    marks = [params.pop("external_id") for _, params in found]
    assert len(set(marks)) == len(marks)
    assert all(marks)
    return found


def emp(number, contact="79004443322"):
    return (
        "start.employee_call",
        {
            "virtual_phone_number": "78001002752", "contact": contact, "employee": {"id": number},
            "first_call": "contact", "direction": "in",
        },
    )  # fmt: skip


def until(one, text):
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M")
    said = []
    for report in advance(one.stage, moment.replace(tzinfo=one.bot.timezone).timestamp()):
        said += [sent.text for sent in report.sent]
    return said


def position(one, client):
    return one.store.load_dialog(client.id).position


# ---------------------------------------------------------------- 1. callback


def test_1_call_carries_exactly_the_documented_parameters(play):
    one = play("callback", "2026-03-02 10:15")
    ivan = one.ivan(phone="")
    assert one.say(ivan, "Позвоните мне") == ["Напишите номер в виде 79001234567"]
    one.uis.advance(60)
    assert one.say(ivan, "79004443322") == ["Соединяем с менеджером"]
    assert start_calls(one) == [emp(2339292)]
    assert one.store.variables("client", ivan.id) == {"phone": "79004443322"}
    assert one.deal(ivan)["call_res"] == {"call_session_id": 500000001}
    assert (position(one, ivan), one.store.plans()) == ("3", [])


def test_1_step_4_two_requests_on_saturday_give_one_call_on_monday(play):
    one = play("callback", "2026-03-07 12:00")
    ivan = one.ivan(phone="")
    for _ in range(2):
        one.say(ivan, "Позвоните мне")
        assert one.say(ivan, "79004443322") == ["Перезвоним 09.03.2026 в 09:00"]
    (plan,) = one.store.plans()
    assert plan.new.block == "3"
    assert until(one, "2026-03-09 08:59") == []
    assert until(one, "2026-03-09 09:00") == ["Соединяем с менеджером"]
    assert until(one, "2026-03-11 09:00") == []
    assert start_calls(one) == [emp(2339292)]


def test_1_step_2_a_planned_call_survives_a_restart(play, tmp_path):
    database = str(tmp_path / "bot.db")
    one = play("callback", "2026-03-06 19:30", database=database)
    ivan = one.ivan(phone="")
    one.say(ivan, "Позвоните мне")
    assert one.say(ivan, "79004443322") == ["Перезвоним 09.03.2026 в 09:00"]
    assert one.calls() == []
    one.stage.close()
    again = play("callback", "2026-03-06 20:00", database=database)
    assert until(again, "2026-03-09 09:00") == ["Соединяем с менеджером"]
    assert start_calls(again) == [emp(2339292)]
    assert position(again, ivan) == "3"


# ---------------------------------------------------------------- 2. missed call


def test_2_recorded_event_without_a_block_changes_nothing(play):
    one = play("missed_call")
    one.webhook("Пропущенный")
    (client,) = one.store.clients()
    one.say(client, "Сколько стоит доставка?")
    one.webhook("Пропущенный")
    sent = len(one.store.history(client.id))
    assert one.webhook("Входящий") == []
    last = one.store.history(client.id)[-1]
    assert (last.text, last.incoming, last.outside) == ("Uiscom_event Входящий", True, 3)
    assert len(one.store.history(client.id)) == sent + 1
    assert position(one, client) == "1"
    assert one.deal(client)["topic"] == "Сколько стоит доставка?"


def test_2_step_5_text_for_a_telephony_client_is_recorded_with_its_error(play):
    one = play("missed_call", change=lambda text: text.replace('[[channel]]\ntype = 6\ngroup = "wa1"\n', ""))
    one.webhook("Пропущенный")
    (client,) = one.store.clients()
    line = one.store.history(client.id)[-1]
    assert (line.text.startswith("Вы звонили нам"), line.delivered, bool(line.error)) == (True, False, True)
    assert (position(one, client), one.calls()) == ("1", [])


def test_2_step_6_text_goes_to_the_known_telegram_client(play):
    one = play("missed_call")
    ivan = one.ivan()
    one.webhook("Пропущенный")
    assert [sent.client_id for report in one.reports for sent in report.sent] == [ivan.id]


def test_2_step_8_foreign_number_is_answered_and_kept_as_unmatched(play):
    one = play("missed_call")
    assert one.webhook("Пропущенный", "375291234567") == []
    assert [record.state for record in one.store.notifications()] == ["unmatched"]


# ---------------------------------------------------------------- 3. rating


def test_3_step_1_whole_body_is_a_dictionary_in_the_deal(play):
    one = play("nps")
    ivan = one.ivan()
    assert one.webhook("Разговор завершён", call_session_id=500000010) == ["Оцените разговор от 0 до 10"]
    stored = one.deal(ivan)["uiscom_request"]
    assert stored["notification_name"] == "Разговор завершён"
    assert stored["contact_info"]["contact_phone_number"] == "79004443322"
    assert one.deal(ivan)["call_id"] == 500000010


def test_3_step_2_word_is_no_rating(play):
    one = play("nps")
    ivan = one.ivan()
    one.webhook("Разговор завершён")
    assert one.say(ivan, "отлично") == ["Введите число от 0 до 10"]
    assert position(one, ivan) == "1"
    assert "nps" not in one.deal(ivan)


def test_3_step_3b_bad_rating_says_both_and_closes(play):
    one = play("nps")
    ivan = one.ivan()
    one.webhook("Разговор завершён", call_session_id=500000010)
    assert one.say(ivan, "6") == ["Спасибо за оценку 6", "Руководитель перезвонит завтра"]
    assert one.store.variables("client", ivan.id)["last_nps"] == "6"
    assert (position(one, ivan), one.deal(ivan)) == ("4", {})
    (deal,) = one.store.deals(ivan.id)
    assert deal.closed


def test_3_step_4_second_event_replaces_the_first(play):
    one = play("nps")
    ivan = one.ivan()
    one.webhook("Разговор завершён", call_session_id=500000010)
    assert one.webhook("Разговор завершён", call_session_id=500000011) == ["Оцените разговор от 0 до 10"]
    assert one.deal(ivan)["call_id"] == 500000011
    assert one.deal(ivan)["uiscom_request"]["call_session_id"] == 500000011


def test_3_step_6_eleven_is_refused(play):
    one = play("nps")
    ivan = one.ivan()
    one.webhook("Разговор завершён")
    assert one.say(ivan, "11") == ["Введите число от 0 до 10"]
    assert "nps" not in one.deal(ivan)


# ---------------------------------------------------------------- 4. lead


def variant(calc):
    """The script of the lead with another call in block 1."""
    line = 'calc = \'lead = uiscom_offline_messages("Заявка с сайта: #{comment}", "", "", visitor_session_id)\''
    return lambda text: text.replace(line, f"calc = '''\n{calc}\n'''")


def send(one, **changes):
    body = {**LEAD, **changes}
    return one.post("/api/k/callback", {name: value for name, value in body.items() if value is not None})


def test_4_step_2_lead_without_a_visitor_is_a_notification_of_priority_three(play):
    one = play("lead")
    ivan = one.ivan()
    one.say(ivan, "меню")
    assert send(one, visitor_session_id=None) == []
    assert one.deal(ivan)["err"] == "invalid_parameters_combination"
    assert [(notice.text, notice.priority, notice.users) for notice in one.store.notices()] == [
        ("Заявка не ушла: invalid_parameters_combination", 3, ())
    ]
    assert (one.uis.requests, position(one, ivan)) == ([], "7")


def test_4_step_6_site_is_found_by_its_name(play):
    one = play(
        "lead", change=variant('sites = uiscom_get_sites()\nlead = uiscom_offline_messages("Заявка", sites["test.ru"])')
    )
    one.ivan()
    assert send(one) == ["Заявка 700001 принята"]
    assert [request.method for request in one.uis.requests] == ["get.sites", "upload.offline_messages"]
    (sent,) = one.uploads()
    assert sent["site_id"] == 80913
    assert {"campaign_id", "visitor_session_id"} & sent.keys() == set()


def test_4_step_7_two_ids_are_refused_without_a_request(play):
    one = play("lead", change=variant('lead = uiscom_offline_messages("x", 80913, 401745)'))
    ivan = one.ivan()
    send(one)
    assert (one.deal(ivan)["err"], one.uis.requests) == ("invalid_parameters_combination", [])


def test_4_step_8_explicit_phone_and_name_win(play):
    one = play("lead", change=variant('lead = uiscom_offline_messages("x", 80913, "", "", "79005556677", "Пётр")'))
    one.ivan()
    send(one)
    assert [(sent["phone"], sent["name"]) for sent in one.uploads()] == [("79005556677", "Пётр")]


def test_4_step_10_clients_own_word_starts_nothing(play):
    one = play("lead")
    ivan = one.ivan()
    assert one.say(ivan, "site_lead") == []
    assert one.uis.requests == []
    assert "lead" not in one.deal(ivan)


# ---------------------------------------------------------------- 5. in turn


def test_5_step_1_four_clients_get_three_employees_in_turn(play):
    one = play("in_turn")
    phones = [f"7900444332{index}" for index in range(4)]
    clients = [one.ivan(str(index), phone) for index, phone in enumerate(phones)]
    for client in clients:
        one.say(client, "Заказать звонок")
    assert start_calls(one) == [
        emp(number, phone) for number, phone in zip([2339292, 2339293, 2339294, 2339292], phones, strict=True)
    ]
    assert all(type(params["employee"]["id"]) is int for _, params in start_calls(one))
    assert one.store.variables("project") == {"rr": 1}


# ---------------------------------------------------------------- 6. black list


def test_6_steps_1_and_3_list_is_made_once_and_truth_survives_a_reload(play, tmp_path):
    database = str(tmp_path / "bot.db")
    one = play("blacklist", database=database)
    ivan = one.ivan()
    for _ in range(2):
        assert one.say(ivan, "перезвоните, пожалуйста") == ["Звоним"]
    assert [(entry.id, entry.name) for entry in one.store.lists()] == [(1, "Чёрный список")]
    assert one.store.list_members([1]) == []
    assert start_calls(one) == [emp(2339292)] * 2
    one.stage.close()
    again = play("blacklist", database=database)
    assert again.deal(ivan)["black"] is False


def test_6_step_4_blocked_client_is_recorded_and_starts_nothing(play):
    one = play("blacklist")
    ivan = one.ivan()
    one.uis.account.black_list.add("79004443322")
    one.say(ivan, "перезвоните")
    before = len(one.calls())
    assert one.webhook("Входящий") == []
    assert one.store.card(ivan.id).blocked
    assert one.say(ivan, "перезвоните") == []
    assert one.webhook("Входящий", call_session_id=7) == []
    incoming = [line.text for line in one.store.history(ivan.id) if line.incoming]
    assert incoming[-2:] == ["перезвоните", "Uiscom_event Входящий"]
    assert len(one.calls()) == before


def test_6_step_5_event_of_an_unlisted_client_blocks_nobody(play):
    one = play("blacklist")
    ivan = one.ivan()
    one.say(ivan, "перезвоните")
    assert one.webhook("Входящий") == []
    assert not one.store.card(ivan.id).blocked
    assert position(one, ivan) == "2"


# ---------------------------------------------------------------- over all scripts


def test_x1_fuzzy_pair_of_event_blocks_is_warned_about():
    pair = "".join(
        f'[[block]]\nid = {number}\nkind = "start"\ncondition = "Uiscom_event {name}"\n'
        for number, name in enumerate(("Успешный звонок", "Неуспешный звонок"), 1)
    )
    _, found = examine_bot(pair)
    assert any("Успешный звонок" in str(finding) for finding in found)


STORIES = {
    "callback": ["Позвоните мне", "123", "79004443322"],
    "missed_call": ["!Пропущенный", "Сколько стоит доставка?", "!Входящий"],
    "nps": ["!Разговор завершён", "отлично", "6", "!Разговор завершён", "10"],
    "lead": ["меню", "@site_lead", "site_lead"],
    "in_turn": ["Заказать звонок", "Заказать звонок"],
    "blacklist": ["перезвоните", "!Входящий", "позвоните"],
}


def act(one, client, step):
    one.uis.advance(60)
    if step[0] == "!":
        return one.webhook(step[1:], client.phone)
    if step[0] == "@":
        return send(one, message=step[1:], client_phone="", client_id=client.id)
    return one.say(client, step)


class Person:
    """A client and the phone that events name him by."""

    def __init__(self, client, phone="79004443322"):
        self.id, self.phone = client.id, phone


def everything(one):
    """History, variables, plans and requests of one play."""
    clients = one.store.clients()
    history = [
        (line.client_id, line.text, line.incoming, line.outside, line.kind, line.created_at, line.delivered)
        for client in clients
        for line in one.store.history(client.id)
    ]
    variables = [(one.deal(client), one.store.variables("client", client.id)) for client in clients]
    requests = [
        {name: value for name, value in request.params.items() if name != "external_id"} for request in one.uis.requests
    ]
    for params in requests:
        for message in params.get("offline_messages", ()):
            message.pop("ext_id", None)
    return history, variables, one.store.variables("project"), [plan.new for plan in one.store.plans()], requests


@pytest.mark.parametrize("name", NAMES)
def test_x2_replaying_the_log_of_every_script_gives_the_same(play, name):
    first, second = play(name), play(name)
    for one in (first, second):
        ivan = Person(one.ivan())
        for step in STORIES[name]:
            act(one, ivan, step)
    assert everything(first) == everything(second)
    assert everything(first)[0]


@pytest.mark.parametrize("name", NAMES)
def test_x3_the_key_is_in_no_log_line_and_no_message(play, name, caplog):
    key = "9xd99uobn9efrkjlx9ybsuz99c9m9nmz9fossm93"
    caplog.set_level(logging.DEBUG)
    one = play(name, change=lambda text: text.replace('api_key = "KEY"', f'api_key = "{key}"'))
    ivan = Person(one.ivan())
    one.webhook = lambda event, phone="79004443322", **fields: _webhook(one, key, event, phone)
    for step in STORIES[name]:
        act(one, ivan, step)
    one.host.receive(WebRequest("POST", f"/uiscom_webhook/{key}", body=b'{"broken'))
    one.uis.accounts[0].keys.clear()  # UIS refuses the key from now on
    for step in STORIES[name]:
        act(one, ivan, step)
    assert key not in caplog.text
    assert key not in repr(everything(one)[:4])
    assert key not in repr([report for report in one.reports])
    assert key not in "".join(path.read_text("utf-8") for path in EXAMPLES.glob("*.toml"))


def _webhook(one, key, event, phone):
    body = {
        "notification_name": event, "call_session_id": 500000099, "notification_time": f"{one.uis.now:%Y-%m-%d %H:%M:%S}",
        "contact_info": {"contact_phone_number": phone},
    }  # fmt: skip
    return one.post(f"/uiscom_webhook/{key}", body)


@pytest.mark.parametrize("name", ["callback", "in_turn", "blacklist"])
def test_x4_swapped_parameters_never_raise(play, name):
    swap = ("(virtual_phone, phone,", "(phone, virtual_phone,")
    one = play(name, change=lambda text: text.replace(*swap))
    ivan = Person(one.ivan())
    for step in [*STORIES[name], "79004443322"]:
        act(one, ivan, step)
    assert one.deal(ivan)["call_res"]["error"] == "virtual_phone_number_not_found"
    assert all(not report.broken and not report.faults for report in one.reports)


def test_x6_failing_line_stores_nothing_names_its_place_and_lets_the_rest_run(play):
    line = 'call_id = uiscom_request["call_session_id"]'

    def fail_in_between(text):
        return text.replace(f"calc = '{line}'", "calc = '''\nbefore = 1\nbad = 5 / 0\nafter = 2\n'''")

    one = play("nps", change=fail_in_between)
    ivan = one.ivan()
    assert one.webhook("Разговор завершён") == ["Оцените разговор от 0 до 10"]
    deal = one.deal(ivan)
    assert (deal["before"], deal["after"], "bad" in deal) == (1, 2, False)
    (fault,) = [line for line in one.store.history(ivan.id) if line.kind == "error"]
    assert fault.block == "1"
    assert re.search(r"\b2\b", fault.text)  # the line
    (diagnostic,) = one.reports[-1].faults
    assert diagnostic.source.position(diagnostic.span.start)[0] == 2


def shifted(table, by):
    """A table of a bot file whose ids are larger."""
    return re.sub(r"(?m)^(id|from|to) = (\d+)$", lambda found: f"{found[1]} = {int(found[2]) + by}", table)


def test_x5_all_scripts_in_one_project_hear_their_own_events():
    """Block ids shifted, one client: events go to the right block by exact name."""
    head = '[project]\nid = 1\ntimezone = "Europe/Moscow"\napi_key = "k"\n[uiscom]\napi_key = "KEY"\n'
    head += '[[channel]]\ntype = 1\ngroup = "my_bot"\n[[employee]]\nemail = "head@example.org"\n'
    head += '[constants]\nvirtual_phone = "78001002752"\nemployee_id = "2339292"\nsave_webhook = 1\nbl_id = 1\n'
    parts, shifts = [], {}
    for place, name in enumerate(NAMES, 1):
        shifts[name] = place * 100
        text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
        tables = re.split(r"(?m)^(?=\[)", text)
        parts += [shifted(table, place * 100) for table in tables if table.startswith(("[[block]]", "[[arrow]]"))]
    one = _Joined(head + "".join(parts))
    ivan = one.ivan()
    for event, name, block in (
        ("Пропущенный", "missed_call", 1),
        ("Разговор завершён", "nps", 1),
        ("Пропущенный", "missed_call", 1),
    ):
        one.webhook(event)
        assert position(one, ivan) == str(shifts[name] + block)
    one.webhook("Входящий")  # not listed: stays where he is
    assert position(one, ivan) == str(shifts["missed_call"] + 1)
    one.stage.close()


class _Joined(Play):
    """A play of a bot that stands in no file."""

    def __init__(self, text):
        from salebot_uiscom.rehearsal import RehearsalStage

        self.bot = parse_bot(text)
        self.stage = RehearsalStage(self.bot)
        self.host, self.store, self.uis = self.stage.host, self.stage.store, self.stage.uis
        self.reports = []


def test_x7_the_lower_id_hears_the_event_whichever_variable_holds_the_phone(play):
    one = play("nps")
    first = one.store.create_client(NewClient(1, "700", "my_bot", "Анна"))
    second = one.ivan("701")
    one.say(first, "мой номер")
    one.post("/api/k/callback", {"client_id": first.id, "message": "x", "tel": "79004443322"})
    one.webhook("Разговор завершён")
    assert (position(one, first), position(one, second)) == ("1", "")


@pytest.mark.parametrize(
    ("name", "guard", "before", "event", "variable"),
    [
        ("callback", 'match = "regex"\ncompare = "message_from_outside == 0"\ninput = "client.phone"',
         "Позвоните мне", "Входящий", "phone"),
        ("missed_call", 'compare = "message_from_outside == 0"\ninput = "topic"', "!Пропущенный", "Входящий", "topic"),
        ("nps", 'match = "regex"\ncompare = "message_from_outside == 0"\ninput = "nps"',
         "!Разговор завершён", "Входящий", "nps"),
    ],
)  # fmt: skip
def test_x8_unguarded_data_arrows_store_the_event(play, name, guard, before, event, variable):
    text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
    assert guard in text
    bare = re.sub(r'condition = "\^[^"]*"\n(?=match = "regex"\ncompare)', "", text)
    target = re.search(r'input = "([^"]+)"', guard)[1]
    one = play(name, change=lambda _: bare.replace(guard, f'input = "{target}"'))
    ivan = Person(one.ivan())
    act(one, ivan, before)
    act(one, ivan, f"!{event}")
    incoming = json.dumps([variable, "Uiscom_event Входящий"], ensure_ascii=False)
    stored = {**one.deal(ivan), **one.store.variables("client", ivan.id)}
    stored.update({"last_nps": ""})
    if name == "nps":  # the chain runs on and closes the deal: the client variable keeps what was collected
        stored["nps"] = one.store.variables("client", ivan.id).get("last_nps", stored.get("nps"))
    assert json.dumps([variable, stored[variable]], ensure_ascii=False) == incoming
