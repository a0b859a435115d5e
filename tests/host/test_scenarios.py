"""The six bots of examples/: their own rehearsals, and the steps that a rehearsal cannot express."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from salebot_uiscom.host.botfile import examine_bot, load_bot, parse_bot
from salebot_uiscom.host.check import check_bot
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage, open_stage, rehearse
from salebot_uiscom.store.records import SetVariable, Turn
from salebot_uiscom.web import WebRequest

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))


class Play:
    """One bot on a stage of its own."""

    def __init__(self, name, start="2026-03-02 10:00", change=lambda text: text, database=":memory:"):
        text = change((EXAMPLES / f"{name}.toml").read_text("utf-8"))
        self.bot = parse_bot(text)
        moment = datetime.strptime(start, "%Y-%m-%d %H:%M").replace(tzinfo=self.bot.timezone)
        self.stage = RehearsalStage(self.bot, moment, database=database)
        self.host, self.store, self.uis = self.stage.host, self.stage.store, self.stage.uis
        self.reports = []

    def ivan(self, platform_id="555", phone="79004443322", name="Иван", **variables):
        client = self.store.create_client(NewClient(1, platform_id, "my_bot", name))
        if phone:
            variables["phone"] = phone
        changes = tuple(SetVariable("client", client.id, key, value) for key, value in variables.items())
        self.store.commit_turn(Turn(f"test:{client.id}", client.id, changes=changes))
        return client

    def run(self):
        said = []
        for report in self.host.run_until_idle():
            assert report.broken == ""
            self.reports.append(report)
            said += [sent.text for sent in report.sent]
        return said

    def say(self, client, text):
        self.host.say(client.id, text)
        return self.run()

    def webhook(self, name, phone="79004443322", **fields):
        self.uis.advance(1)
        body = {
            "notification_name": name, "virtual_phone_number": "78001002752", "call_session_id": 500000099,
            "notification_time": f"{self.uis.now:%Y-%m-%d %H:%M:%S}",
            "contact_info": {"contact_phone_number": phone, "contact_full_name": "Иван"}, **fields,
        }  # fmt: skip
        return self.post("/uiscom_webhook/KEY", body)

    def post(self, path, body):
        reply = self.host.receive(WebRequest("POST", path, body=json.dumps(body).encode()))
        assert reply.status == 200
        return self.run()

    def deal(self, client):
        return self.store.load_dialog(client.id).deal_variables

    def calls(self):
        return [request for request in self.uis.requests if request.method.startswith("start.")]

    def uploads(self):
        return [
            request.params["offline_messages"][0]
            for request in self.uis.requests
            if request.method == "upload.offline_messages"
        ]


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


@pytest.mark.parametrize("name", NAMES)
def test_rehearsals_of_every_example_pass(name):
    results = list(rehearse(load_bot(EXAMPLES / f"{name}.toml"), open_stage))
    assert results
    assert [(result.test, result.problem) for result in results if not result.passed] == []


@pytest.mark.parametrize("name", NAMES)
def test_x1_examples_load_without_warnings(name, play):
    _, found = examine_bot((EXAMPLES / f"{name}.toml").read_text("utf-8"))
    one = play(name)
    assert found == []
    assert check_bot(one.bot, one.stage.interpreter) == []


# ---------------------------------------------------------------- 2. missed call


def test_unknown_caller_becomes_a_whatsapp_client(play):
    one = play("missed_call")
    assert len(one.webhook("Пропущенный")) == 1
    (client,) = one.store.clients()
    assert (client.id, client.type, client.platform_id, client.name, client.group) == (
        1001, 6, "79004443322", "79004443322", "wa1",
    )  # fmt: skip
    assert [(line.incoming, line.outside, line.delivered) for line in one.store.history(1001)] == [
        (True, 3, True),
        (False, 0, True),
    ]
    assert one.say(client, "Сколько стоит доставка?") == ["Спасибо, передали менеджеру"]
    (notice,) = one.store.notices()
    assert (notice.text, notice.users, notice.priority) == (
        "Пропущенный от 79004443322: Сколько стоит доставка?", (), 2,
    )  # fmt: skip
    one.webhook("Пропущенный")
    assert len(one.store.clients()) == 1
    assert one.uis.requests == []


def test_without_a_messenger_the_caller_becomes_a_telephony_client(play):
    one = play("missed_call", change=lambda text: text.replace('[[channel]]\ntype = 6\ngroup = "wa1"\n', ""))
    one.webhook("Пропущенный")
    (client,) = one.store.clients()
    assert (client.type, client.name, client.group) == (13, "Иван", "")
    assert [line.delivered for line in one.store.history(client.id)] == [True, False]


def test_known_phone_reaches_its_telegram_client(play):
    one = play("missed_call")
    ivan = one.ivan()
    assert len(one.webhook("Пропущенный")) == 1
    assert len(one.store.clients()) == 1
    assert one.store.load_dialog(ivan.id).position == "1"


def test_repeated_notification_is_processed_once(play):
    one = play("missed_call")
    body = {"notification_name": "Пропущенный", "notification_time": "2026-03-02 10:00:00", "call_session_id": 5,
            "contact_info": {"contact_phone_number": "79004443322"}}  # fmt: skip
    assert [len(one.post("/uiscom_webhook/KEY", body)) for _ in range(3)] == [1, 0, 0]


def test_foreign_phone_creates_nobody(play):
    one = play("missed_call")
    assert one.webhook("Пропущенный", "375291234567") == []
    assert one.store.clients() == []


def test_x7_lower_id_receives_the_event(play):
    one = play("missed_call")
    first = one.ivan("555", "", phone2="79004443322")
    second = one.ivan("556", "79004443322")
    one.webhook("Пропущенный")
    assert [one.store.load_dialog(client.id).position for client in (first, second)] == ["1", ""]


# ---------------------------------------------------------------- 3. rating


@pytest.mark.parametrize(
    ("mark", "label", "tasks"), [("10", "promoter", 0), ("7", "passive", 0), ("6", "detractor", 1)]
)
def test_rating_gives_a_label_and_a_bad_one_a_task(play, mark, label, tasks):
    one = play("nps")
    ivan = one.ivan()
    one.webhook("Разговор завершён", call_session_id=500000010)
    one.say(ivan, mark)
    (known,) = one.store.labels()
    assert (known.name, one.store.labelled(known.id)) == (label, [ivan.id])
    found = [(task.name, task.date, task.time, task.email) for task in one.store.tasks()]
    assert found == [("Разобрать звонок 500000010", "03.03.2026", "10:00", "head@example.org")] * tasks
    assert one.store.load_dialog(ivan.id).deal is None


def test_without_save_webhook_the_question_comes_all_the_same(play):
    one = play("nps", change=lambda text: text.replace("save_webhook = 1", "other = 1"))
    ivan = one.ivan()
    assert one.webhook("Разговор завершён") == ["Оцените разговор от 0 до 10"]
    assert one.deal(ivan) == {}


# ---------------------------------------------------------------- 4. lead


LEAD = {
    "client_phone": "79004443322",
    "message": "site_lead",
    "comment": "Хочу замер",
    "visitor_session_id": "987654321",
}


def test_lead_from_the_site_is_uploaded(play):
    one = play("lead", "2026-03-02 12:00")
    ivan = one.ivan()
    one.say(ivan, "меню")
    assert one.post("/api/k/callback", LEAD) == ["Заявка 700001 принята"]
    (sent,) = one.uploads()
    sent.pop("ext_id")
    assert sent == {
        "name": "Иван", "phone": "79004443322", "message": "Заявка с сайта: Хочу замер",
        "visitor_session_id": 987654321, "date_time": "2026-03-02 12:00:00",
    }  # fmt: skip
    assert one.deal(ivan)["lead_id"] == 700001
    assert one.store.load_dialog(ivan.id).position == "7"


def test_lead_without_the_upload_option_is_reported(play):
    one = play("lead")
    ivan = one.ivan()
    one.uis.account.components.discard("upload_offline_messages")
    assert one.post("/api/k/callback", LEAD) == []
    assert one.deal(ivan)["err"] == "method_component_disabled"
    assert [notice.priority for notice in one.store.notices()] == [3]
    assert len(one.uploads()) == 1


def test_lead_without_any_phone_is_not_sent(play):
    one = play("lead")
    ivan = one.ivan(phone="")
    one.post("/api/k/callback", {**LEAD, "client_phone": "", "client_id": ivan.id})
    assert (one.deal(ivan)["err"], one.uis.requests) == ("required_parameter_missed", [])


def test_phone_of_any_deal_variable_is_found(play):
    one = play("lead")
    ivan = one.ivan(phone="")
    one.post("/api/k/callback", {**LEAD, "client_phone": "", "client_id": ivan.id, "tel": "79004443322"})
    assert [sent["phone"] for sent in one.uploads()] == ["79004443322"]


def test_time_of_a_lead_is_that_of_the_account(play):
    one = play("lead", "2026-03-02 12:00", lambda text: text.replace("Europe/Moscow", "Asia/Vladivostok"))
    one.ivan()
    one.post("/api/k/callback", LEAD)
    assert [sent["date_time"] for sent in one.uploads()] == ["2026-03-02 05:00:00"]


# ---------------------------------------------------------------- 5. in turn


def test_turn_goes_on_over_clients_and_a_restart(play, tmp_path):
    database = str(tmp_path / "bot.db")
    one = play("in_turn", database=database)
    phones = ["79004443322", "79004443323", "79004443324"]
    clients = [one.ivan(str(index), phone) for index, phone in enumerate(phones)]
    for client in clients[:2]:
        one.say(client, "Заказать звонок")
    one.stage.close()
    again = play("in_turn", database=database)
    again.say(clients[2], "Заказать звонок")
    called = [(call.params["employee"]["id"], call.params["contact"]) for call in [*one.calls(), *again.calls()]]
    assert called == list(zip([2339292, 2339293, 2339294], phones, strict=True))
    assert again.store.variables("project") == {"rr": 0}


def test_employee_removed_in_uis_is_an_error_for_the_script(play):
    one = play("in_turn")
    ivan = one.ivan()
    one.store.set_project_variable("rr", 1)
    one.uis.account.employees[:] = [who for who in one.uis.account.employees if who.id != 2339293]
    said = one.say(ivan, "Заказать звонок")
    assert said == ["Вам звонит сотрудник 2339293", "Линия занята, попробуйте позже"]
    assert one.deal(ivan)["err"] == "employee_not_found"
    assert len(one.calls()) == 1
    assert one.store.variables("project") == {"rr": 2}


def test_index_outside_of_the_array_places_no_call(play):
    one = play("in_turn")
    ivan = one.ivan()
    one.store.set_project_variable("rr", 7)
    one.say(ivan, "Заказать звонок")
    assert one.calls() == []
    assert one.deal(ivan)["err"] == "required_parameter_missed"
    assert one.store.variables("project") == {"rr": 2}


# ---------------------------------------------------------------- 6. black list


def test_number_that_uis_refuses_gets_into_the_list(play):
    one = play("blacklist")
    ivan = one.ivan()
    one.uis.account.black_list.add("79004443322")
    assert one.say(ivan, "перезвоните, пожалуйста") == ["Звоним", "Номер в чёрном списке АТС"]
    assert one.store.list_members([1]) == [ivan.id]
    assert "x" not in one.deal(ivan)
    before = len(one.calls())
    assert one.say(ivan, "позвоните") == ["К сожалению, звонок недоступен"]
    assert len(one.calls()) == before
    other = one.ivan("556", "79004443399")
    one.webhook("Входящий", "79004443399")
    one.webhook("Входящий")
    assert one.say(ivan, "позвоните") == []
    assert one.say(other, "позвоните") == ["Звоним"]
    assert [line.text for line in one.store.history(ivan.id) if line.incoming][-1] == "позвоните"


# ---------------------------------------------------------------- over all


def test_x2_replaying_the_log_gives_the_same(play):
    def story(one):
        ivan = one.ivan()
        for text in ("Позвоните мне", "123", "79004443322", "перезвоните", "79004443322"):
            one.uis.advance(60)
            one.say(ivan, text)
        history = [(line.text, line.incoming, line.created_at) for line in one.store.history(ivan.id)]
        return history, one.deal(ivan), [plan.new for plan in one.store.plans()], len(one.calls())

    assert story(play("callback")) == story(play("callback"))


def test_x4_swapped_parameters_are_an_error_of_uis_not_an_exception(play):
    swap = ("uiscom_employee_call(virtual_phone, phone", "uiscom_employee_call(phone, virtual_phone")
    one = play("callback", change=lambda text: text.replace(*swap))
    ivan = one.ivan()
    one.say(ivan, "Позвоните мне")
    assert one.say(ivan, "79004443322") == ["Соединяем с менеджером"]
    assert "error" in one.deal(ivan)["call_res"]


def test_x8_unguarded_data_arrow_takes_the_event_for_an_answer(play):
    guard = 'compare = "message_from_outside == 0"\ninput = "topic"'
    one = play("missed_call", change=lambda text: text.replace(guard, 'input = "topic"'))
    ivan = one.ivan()
    one.webhook("Пропущенный")
    one.webhook("Входящий")
    assert one.deal(ivan)["topic"] == "Uiscom_event Входящий"
