"""Functions of the host (functions-host.md, F1–F17 and the rest of both tiers)."""
# ruff: noqa: E501 (a table of calculators, one case per line)

import json

import httpx
import pytest

from salebot_uiscom.host.botfile import BotFileError, parse_bot
from salebot_uiscom.host.check import check_bot
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage

from .conftest import HEAD, block


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # finding and cards
        ("x = get_client_id_by_platform_id(1, '555', 'my_bot')", 1001),
        ("x = get_client_id_by_platform_id('1', 555)", 1001),
        ("x = get_client_id_by_platform_id(1, '999')", None),
        ("x = get_bind_clients()", [1001]),
        ("x = set_client_name('Пётр')\nx = name", "Пётр"),
        ("x = set_note('важный')", True),
        ("x = days_from_last_message()", 0),
        ("x = was_in_state(1)", True),
        ("x = was_in_state(2)", False),
        ("x = get_operator()", None),
        ("a = assign_to_user('head@example.org')\nx = get_operator()", "head@example.org"),
        ("a = assign_to_user()\nx = get_operator_name()", "Анна"),
        ("a = assign_to_user('head@example.org')\nx = get_operator_info('position')", "директор"),
        ("x = assign_to_user('nobody@example.org')", False),
        ("x = assign_to_user('off@example.org', True)", False),
        ("a = assign_to_user('off@example.org')\nx = get_operator_name()", "off@example.org"),
        ("a = assign_to_user()\nb = free_client()\nx = get_operator()", None),
        ("x = check_operator_status('head@example.org')", True),
        ("x = check_operator_status('off@example.org')", False),
        ("x = distribute_client()", True),
        ("x = add_unread(2)", True),
        ("x = clear_unread()", True),
        ("x = check_whatsapp('89004443322')", True),
        ("x = check_whatsapp('123')", False),
        ("x = get_whatsapp_bot_id_by_phone('79990000000')", "wa1"),
        ("x = get_block_name_by_id(1)", None),
        # messages
        ("x = send_notification('текст', '', 2)", True),
        ("x = message(77, 'нет такого')", None),
        ("x = message(1001, 'сейчас')", 1),
        ("x = message(1001, 'потом', '', 60)", True),
        ("x = platform_message('999', 'нет')", None),
        ("x = whatsapp_message('79004443322', 'привет')", 1),
        ("x = delete_pended_messages_from_list('')", "wrong message_id_list"),
        ("x = pause_bot(0.5)", True),
        ("x = last_message_id()", None),
        ("a = message(1001, 'раз')\nx = last_message_id()", 1),
        ("a = message(1001, 'раз')\nx = remove_last_message()", True),
        ("x = remove_last_message()", False),
        ("x = tg_callback('555', 'себе')", False),
        # lists
        ("x = create_list('а')", 1),
        ("a = create_list_if_not_exist('а')\nx = create_list_if_not_exist('а')", 1),
        ("a = create_list('а')\nx = create_list('а')", 2),
        ("a = create_list('а')\nx = add_to_list(a)", None),
        ("a = create_list('а')\nb = add_to_list(a)\nx = inlist(a)", True),
        ("a = create_list('а')\nx = inlist(a)", False),
        ("a = create_list('а')\nb = add_to_list(a)\nx = inlist(a, 77)", False),
        ("a = create_list('а')\nb = add_to_list(a)\nx = list_size(a)", 1),
        ("a = create_list('а')\nb = add_to_list(a)\nc = remove_from_list(a)\nx = list_size(a)", 0),
        ("x = remove_from_list(5)", False),
        ("a = create_list('а')\nb = create_list('б')\nc = add_to_list([a, b])\nx = list_size(a) + list_size(b)", 2),
        ("a = create_list('а')\nb = create_list('б')\nc = add_to_list(a)\nd = move_to_list(b)\nx = '#{inlist(a)} #{inlist(b)}'", "False True"),
        ("a = create_list('а')\nb = create_list('б')\nc = add_to_list([a, b])\nx = lists_joint_count('[1, 2]')", 1),
        ("a = create_list('а')\nb = add_to_list(a)\nx = random_list_member(a)", 1001),
        ("a = create_list('а')\nx = random_list_member(a)", None),
        ("a = create_list('а')\nb = add_to_list(a)\nc = clear_list(a)\nx = inlist(a)", False),
        ("a = create_list('а')\nb = add_to_list(a)\nx = remove_list_from_project(a)", "Can't delete list, list not empty"),
        ("a = create_list('а')\nb = add_to_list(a)\nx = remove_list_from_project(a, True)", True),
        ("a = create_list('а')\nx = remove_list_from_project(a)", True),
        # labels
        ("x = create_label('важный')", True),
        ("a = create_label('важный')\nx = create_label('важный')", False),
        ("x = create_label_if_not_exist('важный', 3)", 1),
        ("x = add_label('нет такой')", False),
        ("a = create_label('важный')\nb = add_label('важный')\nx = has_label('важный')", True),
        ("a = create_label('важный')\nb = add_label('важный')\nc = remove_label('важный')\nx = has_label('важный')", False),
        ("a = create_label('важный')\nb = add_label('важный')\nx = get_all_client_labels()", {"1": "важный"}),
        ("a = create_label('важный')\nb = add_label('важный')\nx = count_of_clients_with_label('важный')", 1),
        ("a = create_label('важный')\nb = add_label('важный')\nc = remove_label_everywhere('важный')\nx = has_label('важный')", False),
        ("a = create_label('важный')\nb = add_label('важный')\nx = remove_label_from_project(1)", "Can't delete list, list not empty"),
        ("a = create_label('в')\nb = create_label('о')\nc = add_label('в')\nx = has_client_multiple_labels(['в', 'о'], 1)", False),
        ("a = create_label('в')\nb = add_label('в')\nx = has_client_multiple_labels([1])", True),
        ("a = create_label('в')\nb = add_label('в')\nx = find_clients_by_multiple_labels('[\"в\"]', 1)", [1001]),
        ("a = create_label('в')\nb = add_label('в')\nx = remove_multiple_client_labels(['в'], 1)", 1),
        ("x = has_client_multiple_labels(['в', 1], 1)", "wrong array: names and ids are mixed"),
        # deals
        ("x = get_order_id()", None),
        ("x = create_order()", 1),
        ("x = create_order('a', 'x')", "budget must be a number"),
        ("a = create_order('Заявка', 5000)\nx = get_order_vars(a)", {"a": 1, "Название": "Заявка"}),
        ("a = create_order()\nb = set_order_var(a, 'город', 'Тверь')\nx = город", "Тверь"),
        ("a = create_order()\nb = set_order_var(a, 'Название', 'Новое')\nx = get_order_var(a, 'Название')", "Новое"),
        ("x = get_order_var(55, 'город')", None),
        ("a = create_order('Заявка', 5000, 'о доме')\nx = get_order_var(a, 'Name')", "Заявка"),
        ("a = create_order('Заявка', 5000, 'о доме')\nx = get_order_var(a, 'Description')", "о доме"),
        ("a = create_order('Заявка', 0)\nx = get_order_var(a, 'budget')", 0),
        ("a = create_order('Заявка', 5)\nx = get_order_vars(a, ['budget', 'Name', 'a', 'нет'])",
         {"budget": 5, "Name": "Заявка", "a": 1}),
        ("x = set_order_vars(55, {'город': 1})", False),
        ("a = create_order()\nx = get_active_orders_ids()", [1]),
        ("a = create_order()\nb = set_order_status_success()\nx = get_success_orders_ids()", [1]),
        ("a = create_order()\nb = set_order_status_fail(a)\nx = get_fail_orders_ids()", [1]),
        ("a = create_order()\nb = set_order_status_archive(a)\nx = get_active_orders_ids()", []),
        ("a = create_order()\nгород = 'Тверь'\nx = get_order_id_by_var_value('город', 'Тверь')", 1),
        ("a = create_order()\nb = create_order()\nx = count_client_orders()", 2),
        ("a = create_order()\nb = set_order_status_success()\nx = count_client_orders('', '', 0, 1)", 0),
        ("a = create_order()\nx = latest_order_datetime('', '%d.%m.%Y')", "02.03.2026"),
        ("a = create_order()\nb = delete_order()\nx = get_order_id()", 2),
        ("a = create_order()\nb = assign_order_to_user('head@example.org')\nx = get_order_operator()", "head@example.org"),
        ("a = create_order()\nb = change_state(7)\nx = get_state_id()", 7),
        ("a = create_order()\nb = change_state(7)\nx = move_order_to_next_state()", 8),
        ("a = create_order()\nx = get_current_pipline_id()", None),
        ("x = switch_order(55)", None),
        ("x = set_order_budget('много')", "budget must be a number"),
        # tasks
        ("x = create_task('head@example.org', 'Позвонить', '03.03.2026', '', '10:00')", 1),
        ("x = create_task('nobody@example.org', 'Позвонить')", False),
        ("x = create_task('head@example.org', 'Позвонить', 'завтра')", False),
        ("a = create_task('head@example.org', 'Позвонить')\nx = update_task(a, '', 'Написать')", True),
        ("x = done_task(5)", False),
        ("a = create_task('head@example.org', 'Позвонить')\nx = done_task(a)", True),
        ("a = create_task('head@example.org', 'Позвонить')\nb = delete_task(a)\nx = delete_task(a)", False),
        # variables of clients
        ("x = set_client_var(77, 'урок', 1)", False),
        ("a = set_client_var(client_id, 'урок', 5)\nx = урок", 5),
        ("x = get_client_var(77, 'урок')", None),
        ("b = 4\nx = get_client_var(client_id, 'b')", 4),
    ],
)  # fmt: skip
def test_result_of_a_function(run, code, expected):
    one = run(code + "\nx = x")
    fresh = one.deal().get("x")
    if expected is None or "order" in code:
        fresh = _shown(one, code)
    assert fresh == expected
    assert type(fresh) is type(expected)


def _shown(one, code):
    """The value of x as the calculator saw it, also when deals were switched meanwhile."""
    for deal in reversed(one.store.deals(one.client.id)):
        values = one.store.variables("", deal.id)
        if "x" in values:
            return values["x"]
    return None


def test_f1_names_as_array_and_as_json_text_give_the_same(run):
    one = run(
        "client.a = 1\nclient.b = 2",
        "x = get_client_vars(client_id, ['a', 'b'])\ny = get_client_vars(client_id, '[\"a\", \"b\"]')",
    )
    assert one.deal()["x"] == one.deal()["y"] == {"a": 1, "b": 2}


def test_the_new_name_of_a_client_is_stored(run):
    one = run("x = set_client_name('Пётр')", "y = name")
    assert one.deal()["y"] == one.store.client(one.client.id).name == "Пётр"


def test_f2_client_variable_survives_the_closing_of_the_deal(talk):
    one = talk(block(1, "start", condition="x", calc="a = 1\nb = set_client_var(client_id, 'урок', 5)"))
    one.say("x")
    assert one.of_client() == {"урок": 5}


def test_variables_of_another_client_are_written_and_read_in_one_turn(talk):
    one = talk(
        block(
            1,
            "start",
            condition="x",
            calc="a = set_client_vars(1002, '{\"урок\": 5}')\nb = get_client_var(1002, 'урок')",
        )
    )
    other = one.other()
    one.say("x")
    assert one.deal() == {"a": True, "b": 5}
    assert one.of_client(other) == {"урок": 5}


@pytest.mark.parametrize(
    ("timeout", "plans"),
    [
        (7200, [("потом", "02.03 11:00")]),
        ("'01.03.2026 10:00'", []),
        (-5, []),
        ("'03.03.2026 10:00'", [("потом", "03.03 10:00")]),
    ],
)
def test_f3_delay_of_a_message(talk, timeout, plans):
    one = talk(block(1, "start", condition="x", calc=f"a = message(client_id, 'потом', '', {timeout})"))
    said = one.say("x")
    assert one.plans() == plans
    assert said == ([] if plans else ["потом"])
    if plans == [("потом", "02.03 11:00")]:
        assert one.wait("2026-03-02 11:00") == ["потом"]


def test_f4_block_for_another_client_runs_with_his_variables(talk):
    one = talk(
        block(1, "start", condition="x", calc="client.v = 'мой'\na = message(1002, '', 2)"),
        block(2, calc="client.copy = '#{name}: #{v}'", message="#{v}"),
    )
    other = one.store.create_client(NewClient(1, "556", "my_bot", "Мария"))
    one.say("x")
    assert one.position(other) == "2"
    assert one.of_client(other) == {"copy": "Мария: "}
    assert one.position() == "1"


def test_block_of_the_own_dialog_runs_after_the_current_one(talk):
    one = talk(
        block(1, "start", condition="x", calc="a = message(client_id, 'текст', 2)", message="один"),
        block(2, message="два"),
    )
    assert one.say("x") == ["один", "текст", "два"]
    assert one.position() == "2"


@pytest.mark.parametrize(("days", "expected"), [(1, 1), (30, 30), (31, 9999)])
def test_f6_days_from_last_message_count_replies_only(talk, days, expected):
    one = talk(
        block(1, "start", condition="x", match="exact"),
        block(2, "start", condition="событие", calc="d = days_from_last_message()"),
    )
    one.say("x")
    one.stage.advance_to(one.stage.clock() + days * 86400 - 5)
    one.event("другое")
    one.stage.advance_to(one.stage.clock() + 10)
    one.event("событие")
    assert one.deal()["d"] == expected


def test_client_who_never_wrote_has_9999_days(talk):
    one = talk(block(1, "start", condition="x", calc="d = days_from_last_message()"))
    one.event("x")
    assert one.deal()["d"] == 9999


def test_f7_list_of_one_name_is_one_for_all_dialogs(talk):
    one = talk(block(1, "start", condition="x", calc="l = create_list_if_not_exist('а')\na = add_to_list(l)"))
    other = one.other()
    one.say("x")
    one.say("x", other)
    assert one.deal()["l"] == one.deal(other)["l"] == 1
    assert one.store.list_members([1]) == [1001, 1002]


def test_f9_wrong_budget_creates_nothing(run):
    one = run("a = create_order('a', 'x')")
    assert len(one.store.deals(one.client.id)) == 1  # the one of the variable itself
    assert one.deal() == {"a": "budget must be a number"}


def test_f10_new_deal_has_the_transferred_variables_only(run):
    one = run(
        "город = 'Тверь'\nулица = 'Ленина'",
        "oid = create_order('', '', '', '', '', '', '', ['город'])\nу = '#{улица}'\nг = город",
    )
    assert one.deal() == {"город": "Тверь", "oid": 2, "г": "Тверь"}
    assert one.store.variables("", 1) == {"город": "Тверь", "улица": "Ленина"}
    assert one.dialog().deal.id == 2


def test_f11_variables_of_the_current_deal(run):
    one = run("a = 1\nb = 'x'", "v = get_order_vars(get_order_id())")
    assert one.deal()["v"] == {"a": 1, "b": "x"}


def test_f13_protected_plans_are_spared_on_request(talk):
    from .conftest import arrow

    def story(code):
        one = talk(
            block(1, "start", condition="старт", match="exact"), block(2), block(3, "start", condition="стоп", match="exact", calc=code),
            arrow(1, 1, 2, delay=5, unit="min"), arrow(2, 1, 2, delay=9, unit="min", keep=True),
        )  # fmt: skip
        one.say("старт")
        one.say("стоп")
        return one.deal()["n"], len(one.plans())

    assert story("n = delete_pended_messages(False)") == (1, 1)
    assert story("n = delete_pended_messages()") == (2, 0)
    assert story("n = delete_pended_messages_from_list([2])") == (1, 1)


def test_the_deal_of_a_first_variable_is_older_than_the_one_made_after_it(run):
    one = run(
        "a = 1\nb = create_order()\nc = switch_order(1)\nd = a", "e = delete_order()\nf = get_active_orders_ids()"
    )
    assert one.deal() == {"a": 1, "c": 1, "d": 1, "e": True, "f": [1]}


def test_f14_unknown_deal_changes_nothing(run):
    one = run("a = 1", "b = create_order()", "c = switch_order(1)\nd = a", "e = switch_order(99)\nf = a")
    assert one.deal() == {"a": 1, "c": 1, "d": 1, "e": 1, "f": 1}


def test_an_employee_with_an_unknown_way_of_calling_is_told_of(caplog):
    bot = parse_bot(HEAD.replace('name = "Анна"', 'name = "Анна"\ncall_method = "uiscon"'))
    RehearsalStage(bot).close()
    assert "uiscon" in caplog.text
    assert "off, app, uiscom" in caplog.text


def test_f15_functions_of_other_integrations_are_reported_with_their_block():
    text = (
        HEAD
        + block(5, "start", name="Платёж", calc="x = 1\ny = mango_employee_call('1', '2')")
        + block(6, message="#{uiscom_employe_call('1')}")
    )
    bot = parse_bot(text)
    with pytest.raises(BotFileError, match="SB617 блок 5 «Платёж»"):
        RehearsalStage(bot)
    interpreter = Interpreter(entry_points=False)
    found = [(f.code, f.message) for f in check_bot(bot, interpreter)]
    interpreter.close()
    assert found == [
        ("SB617", "блок 5 «Платёж»: функция mango_employee_call недоступна в этом хосте"),
        ("SB618", "блок 6: неизвестная функция uiscom_employe_call"),
    ]


def test_order_of_a_new_phone_makes_its_client(run):
    one = run("oid = create_order('Заявка', 100, '', 'Пётр', '79005556677')\nc = get_order_id()")
    (found,) = one.store.find_clients(6, "79005556677")
    assert (found.name, one.store.current_deal(found.id).budget) == ("Пётр", 100)
    assert one.dialog().deal.client_id == one.client.id


def test_note_and_notice_are_kept(run):
    one = run("a = set_note('важный')\nb = send_notification('текст', ['head@example.org'], 1)")
    assert [line.text for line in one.history() if line.kind == "note"] == ["важный"]
    assert [(n.text, n.users, n.priority) for n in one.store.notices()] == [("текст", ("head@example.org",), 1)]


def test_random_employee_is_the_same_when_the_turn_is_repeated(talk):
    head = HEAD + "".join(f"[[employee]]\nemail = 'e{n}@example.org'\n" for n in range(20))
    one = talk(block(1, "start", condition="x", calc="a = assign_to_user()"), head=head)
    two = talk(block(1, "start", condition="x", calc="a = assign_to_user()"), head=head)
    one.say("x")
    two.say("x")
    assert one.dialog().card.responsible == two.dialog().card.responsible


# ---------------------------------------------------------------- requests


class Web:
    """An outside server in the test: remembers requests, answers what it was told."""

    def __init__(self, *replies):
        self.replies = list(replies)
        self.requests = []

    def __call__(self, request):
        request.read()
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


PUBLIC = "93.184.216.34"


def ask(talk, web, *lines, addresses=(PUBLIC,), head=HEAD):
    one = talk(block(1, "start", condition="x", calc="\n".join(lines)), transport=httpx.MockTransport(web), head=head)
    from salebot_uiscom.host.outside import Resolve

    one.resolved = []

    def answer(effect):
        one.resolved.append(effect.host)
        return list(addresses)

    one.host.handlers = {**one.host.handlers, Resolve: answer}
    one.say("x")
    return one


def test_f12_request_in_all_forms(talk):
    web = Web(httpx.Response(200, json={"a": [1]}))
    one = ask(
        talk, web,
        "j = requests_get('https://example.org/x', 'json')", "t = requests_get('https://example.org/x', 'text')",
        "s = requests_get('https://example.org/x', 'status')", "d = requests_get('https://example.org/x')",
    )  # fmt: skip
    assert one.deal() == {"j": {"a": [1]}, "t": '{"a":[1]}', "s": 200, "d": {"status": 200, "data": {"a": [1]}}}


def test_request_goes_to_the_checked_address_under_its_name(talk):
    web = Web(httpx.Response(200, text="ok"))
    ask(talk, web, "a = requests_get('https://example.org/x?a=1', 'text', {'X-A': '1'}, {'b': 'в'}, ['u', 'p'])")
    (sent,) = web.requests
    assert (sent.url.host, sent.headers["host"], sent.extensions["sni_hostname"]) == (
        PUBLIC,
        "example.org",
        "example.org",
    )
    assert sent.url.query == b"a=1&b=%D0%B2"
    assert (sent.headers["x-a"], sent.headers["authorization"]) == ("1", "Basic dTpw")


@pytest.mark.parametrize(
    ("call", "method", "content_type", "body"),
    [
        ("requests_post(u, '', '', {'a': 'б'})", "POST", "application/x-www-form-urlencoded", b"a=%D0%B1"),
        ("requests_post(u, '', '', '', {'a': 'б'})", "POST", "application/json", '{"a": "б"}'.encode()),
        ("requests_put(u, '', '', 'текст')", "PUT", "application/x-www-form-urlencoded", "текст".encode()),
        ("requests_patch(u, '', {'Content-Type': 'text/plain'}, 'a')", "PATCH", "text/plain", b"a"),
        ("requests_delete(u, '', '', '', '{\"a\": 1}')", "DELETE", "application/json", b'{"a": 1}'),
    ],
)
def test_bodies_of_requests(talk, call, method, content_type, body):
    web = Web(httpx.Response(200))
    ask(talk, web, "u = 'https://example.org/'", f"r = {call}")
    (sent,) = web.requests
    assert (sent.method, sent.headers["content-type"]) == (method, content_type)
    assert json.loads(sent.content) == json.loads(body) if b"{" in body else sent.content == body


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
     "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "не адрес"],
)  # fmt: skip
def test_inner_addresses_are_refused(talk, address):
    web = Web(httpx.Response(200, text="тайна"))
    one = ask(talk, web, "d = requests_get('http://inner.example.org/')", addresses=(PUBLIC, address))
    assert web.requests == []
    assert one.deal() == {"d": {"status": 0, "data": "address not allowed"}}
    assert one.faults == ["SB636"]


def test_inner_address_of_the_bot_file_is_allowed(talk):
    web = Web(httpx.Response(200, text="да"))
    head = HEAD.replace('api_key = "k"', 'api_key = "k"\nallowed_hosts = ["crm.local:8080"]')
    lines = ("a = requests_get('http://crm.local:8080/', 'text')", "b = requests_get('http://crm.local/', 'status')")
    one = ask(talk, web, *lines, addresses=("10.0.0.5",), head=head)
    assert one.deal() == {"a": "да", "b": 0}


def test_every_redirect_is_judged_anew_and_secrets_stay(talk):
    web = Web(httpx.Response(302, headers={"Location": "https://other.example.org/b"}), httpx.Response(200, text="там"))
    one = ask(talk, web, "a = requests_post('https://example.org/a', 'text', {'Authorization': 'S', 'X-A': '1'}, 'x')")
    assert one.deal() == {"a": "там"}
    assert one.resolved == ["example.org", "other.example.org"]
    second = web.requests[1]
    assert (second.method, second.content, "authorization" in second.headers, second.headers["x-a"]) == (
        "GET",
        b"",
        False,
        "1",
    )


def test_endless_redirects_stop(talk):
    web = Web(httpx.Response(302, headers={"Location": "/"}))
    one = ask(talk, web, "a = requests_get('https://example.org/')")
    assert len(web.requests) == 6
    assert one.deal()["a"]["status"] == 0


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "https://", "example.org", "https://u:p@example.org/", "http://[::1"],
)
def test_other_addresses_are_refused(talk, url):
    web = Web(httpx.Response(200))
    one = ask(talk, web, f"s = requests_get('{url}', 'status')")
    assert (one.deal(), web.requests) == ({"s": 0}, [])


@pytest.mark.parametrize(
    ("kind", "expected"), [("json", None), ("text", None), ("status", 0), ("", {"status": 0, "data": "ConnectError"})]
)
def test_failed_request_has_a_result_of_its_kind(talk, kind, expected):
    one = ask(talk, Web(httpx.ConnectError("x")), f"r = requests_get('https://example.org/', '{kind}')")
    assert one.deal().get("r") == expected


def test_request_of_a_block_saves_values(talk):
    web = Web(httpx.Response(200, json={"data": [{"town": "Тверь"}]}))
    text = block(1, "start", condition="x", message="#{город}: #{custom_answer}") + (
        "[block.request]\nurl = 'https://example.org/#{client_id}'\nmethod = 'POST'\nbody = '{\"id\": \"#{client_id}\"}'\n"
        "save = { 'город' = 'data|0|town', 'нет' = 'data|5' }\n"
    )
    one = talk(text, transport=httpx.MockTransport(web))
    from salebot_uiscom.host.outside import Resolve

    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: [PUBLIC]}
    assert one.say("x") == ['Тверь: {"data":[{"town":"Тверь"}]}']
    assert (web.requests[0].url.path, web.requests[0].content) == ("/1001", b'{"id": "1001"}')


def test_own_api_is_answered_without_a_network(talk):
    one = ask(
        talk, Web(httpx.Response(500)), "client.phone = '79004443322'",
        "r = requests_get('https://chatter.salebot.pro/api/#{api_key}/find_client_id_by_phone?phone=79990000000', 'json')",
        "s = requests_get('https://chatter.salebot.pro/api/wrong/find_client_id_by_phone?phone=1', 'status')",
        "c = requests_get('https://chatter.salebot.pro/api/#{api_key}/connected_channels', 'json')",
    )  # fmt: skip
    assert one.resolved == []
    assert one.deal()["r"] == {"status": "error", "message": "client_not_found"}
    assert one.deal()["s"] == 404
    assert [channel["group"] for channel in one.deal()["c"]["channels"]] == ["my_bot", "wa1"]


def test_f5_callback_to_oneself_does_nothing(run):
    one = run("client.n = if(n == None, 1, n + 1)\nx = callback(client_id, 'шаг 1')")
    assert (one.of_client(), one.deal()["x"]) == ({"n": 1}, False)
    assert one.faults == ["SB638"]
    assert [event.state for event in one.store.events()] == ["finished"]


def test_f8_f16_list_functions_take_arrays_and_mean_the_current_client(run):
    one = run(
        "a = create_list('А')\nb = create_list('Б')\nx = add_to_list([a, b])\nin_a = inlist(a)\nin_b = inlist(b)\n"
        "other = inlist(a, 1002)\nn = list_size(a)"
    )
    deal = one.deal()
    assert "x" not in deal  # documented as "none"
    assert (deal["in_a"], deal["in_b"], deal["other"], deal["n"]) == (True, True, False, 1)
