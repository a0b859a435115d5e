"""The rules of the engine (host.md 12, H1–H36; those of matching and due times have files of their own)."""

import json

import pytest

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store.records import NewEvent
from salebot_uiscom.web import WebRequest

from .conftest import HEAD, arrow, block

START = block(1, "start", condition="старт", match="exact", message="один")


# ---------------------------------------------------------------- variables


def test_h1_deal_hides_client_hides_project_hides_constant(talk):
    show = block(2, "start", condition="покажи", match="exact", message="#{x}")
    steps = [
        block(n, "start", condition=f"шаг {n}", match="exact", calc=code)
        for n, code in ((3, "project.x = 'проект'"), (4, "client.x = 'клиент'"), (5, "x = 'сделка'"),
                        (6, "x ="), (7, "client.x ="), (8, "project.x ="))
    ]  # fmt: skip
    one = talk("[constants]\nx = 'константа'\n", show, *steps)
    seen = [one.say("покажи")]
    for n in range(3, 9):
        one.say(f"шаг {n}")
        seen.append(one.say("покажи"))
    assert [text for (text,) in seen] == [
        "константа", "проект", "клиент", "сделка", "клиент", "проект", "константа",
    ]  # fmt: skip


def test_h2_assigning_over_a_constant_changes_only_this_client(talk):
    one = talk(
        "[constants]\nx = 'константа'\n",
        block(1, "start", condition="запиши", match="exact", calc="x = 'моё'"),
        block(2, "start", condition="покажи", match="exact", message="#{x}"),
    )
    one.say("запиши")
    assert one.say("покажи") == ["моё"]
    other = one.other()
    assert one.say("покажи", other) == ["константа"]


def test_h3_project_variable_of_one_client_is_read_by_another(talk):
    one = talk(
        block(1, "start", condition="запиши", match="exact", calc="project.x = 5"),
        block(2, "start", condition="покажи", match="exact", message="#{x + 1}"),
    )
    one.say("запиши")
    assert one.say("покажи", one.other()) == ["6"]


def test_h4_close_takes_the_deal_variables_after_its_message(talk):
    one = talk(
        block(1, "start", condition="x", match="exact", calc="a = 1\nclient.b = 2\nproject.c = 3"),
        block(2, "close", message="#{a}#{b}#{c}"),
        block(3, "start", condition="покажи", match="exact", message="[#{a}]#{b}#{c}"),
        arrow(1, 1, 2, delay=0),
    )
    assert one.say("x") == ["123"]
    assert one.position() == "2"
    assert one.dialog().deal is None
    assert one.store.deals(one.client.id)[0].closed
    assert one.say("покажи") == ["[]23"]


def test_h5_unset_is_empty_and_none_and_tag_reads_none(talk):
    one = talk(block(1, "start", condition="x", message="[#{нет}] #{нет == None} #{tag} #{message_id}"))
    assert one.say("x") == ["[] True NONE 1"]


def test_message_id_is_none_before_the_first_block(talk):
    one = talk(block(1, "not_state_if", condition="x", message="#{message_id}"))
    assert one.say("x") == ["NONE"]


def test_h6_client_name_collected_by_an_arrow_shows_as_name(talk):
    one = talk(START, block(2, message="Привет, #{name}"), arrow(1, 1, 2, input="client.name"))
    one.say("старт")
    assert one.say("Пётр") == ["Привет, Пётр"]


# ---------------------------------------------------------------- who reacts


def test_h7_start_beats_arrow_beats_conditional_non_state(talk):
    one = talk(
        START,
        block(2, "start", condition="а", match="exact", message="начало"),
        block(3, message="стрелка"),
        block(4, "not_state_if", condition="а;б;в", match="exact", message="не состояние"),
        arrow(1, 1, 3, condition="а;б", match="exact"),
    )
    one.say("старт")
    assert one.say("а") == ["начало"]
    one.say("старт")
    assert one.say("б") == ["стрелка"]
    assert one.say("в") == ["не состояние"]


def test_h8_start_without_condition_shadows_every_arrow(talk):
    one = talk(START, block(2, "start", message="всегда"), block(3), arrow(1, 1, 3))
    assert one.say("старт") == ["один"]
    assert one.say("что угодно") == ["всегда"]


@pytest.mark.parametrize("nothing", ["#{none}", " #{ none } ", ";", " ; ;"])
def test_h10_condition_that_names_nothing_comes_after_all_others(talk, nothing):
    one = talk(
        block(1, "start", condition=nothing, message="любой"),
        block(2, "start", condition="старт", match="exact", message="два"),
        block(3, message="три"),
        block(4, message="четыре"),
        arrow(1, 2, 3, condition=nothing),
        arrow(2, 2, 4, condition="да", match="exact"),
    )
    assert one.say("старт") == ["два"]
    assert one.say("что угодно") == ["любой"]
    without_start = talk(
        block(2, "start", condition="старт", match="exact", message="два"),
        block(3, message="три"),
        block(4, message="четыре"),
        arrow(1, 2, 3, condition=nothing),
        arrow(2, 2, 4, condition="да", match="exact"),
    )
    without_start.say("старт")
    assert without_start.say("да") == ["четыре"]
    without_start.say("старт")
    assert without_start.say("что угодно") == ["три"]


def test_h9_non_state_keeps_the_position_and_runs(talk):
    one = talk(START, block(2, "not_state", calc="x = 1", message="не состояние"), arrow(1, 1, 2))
    one.say("старт")
    assert one.say("дальше") == ["не состояние"]
    assert (one.position(), one.deal()["x"]) == ("1", 1)


def test_h10_priority_before_number_and_unconditional_last(talk):
    one = talk(
        START,
        *(block(n, message=str(n)) for n in (2, 3, 4, 5)),
        arrow(1, 1, 2, priority=50),
        arrow(2, 1, 3, condition="а", match="exact"),
        arrow(3, 1, 4, condition="а", match="exact", priority=20),
        arrow(4, 1, 5, condition="а", match="exact", priority=20),
    )
    one.say("старт")
    assert one.say("а") == ["4"]
    one.say("старт")
    assert one.say("б") == ["2"]


def test_h15_minus_strings_win(talk):
    one = talk(START, block(2, message="да"), arrow(1, 1, 2, condition="звон", match="keywords", minus="не"))
    one.say("старт")
    assert one.say("не звоните") == []
    assert one.say("звоните") == ["да"]


def test_h16_minus_question_blocks_messages_but_not_planning_at_entry(talk):
    one = talk(START, block(2, message="два"), arrow(1, 1, 2, delay=5, unit="min", minus="#{question}"))
    one.say("старт")
    assert one.plans() == [("2", "02.03 10:05")]
    one.wait("2026-03-02 10:01")
    assert one.say("ещё") == []
    assert one.plans() == [("2", "02.03 10:05")]


def test_timer_arrow_without_minus_is_planned_again_by_every_message(talk):
    one = talk(START, block(2, message="два"), arrow(1, 1, 2, delay=5, unit="min"))
    one.say("старт")
    one.wait("2026-03-02 10:01")
    one.say("ещё")
    assert one.plans() == [("2", "02.03 10:06")]
    assert one.position() == "1"


def test_h17_bare_name_is_compared_with_the_condition_and_an_expression_must_be_true(talk):
    one = talk(
        block(1, "start", condition="старт", match="exact", calc="город = 'Тверь'\nсумма = 5"),
        block(2, message="город"),
        block(3, message="сумма"),
        arrow(1, 1, 2, compare="город", condition="тверь", match="exact"),
        arrow(2, 1, 3, compare="сумма > 3", condition="да", match="exact", priority=20),
    )
    one.say("старт")
    assert one.say("что угодно") == ["город"]
    one.say("старт")
    assert one.say("да") == ["сумма"]


def test_bare_name_without_a_value_is_compared_as_empty_text(talk):
    one = talk(START, block(2), arrow(1, 1, 2, compare="нет", condition="тверь"))
    one.say("старт")
    one.say("тверь")
    assert one.position() == "1"


@pytest.mark.parametrize(("compare", "takes"), [("'a' == 5", False), ("'a' != 5", True), ("'a' < 5", False)])
def test_h18_comparing_different_types_has_the_documented_results(talk, compare, takes):
    one = talk(START, block(2), arrow(1, 1, 2, compare=compare))
    one.say("старт")
    one.say("x")
    assert one.position() == ("2" if takes else "1")


def test_failing_comparison_is_not_satisfied_and_reported(talk):
    one = talk(START, block(2), arrow(1, 1, 2, compare="1 / 0"))
    one.say("старт")
    one.say("x")
    assert one.position() == "1"
    assert len(one.faults) == 1


def test_once_block_fires_once_per_client(talk):
    one = talk(block(1, "start", condition="x", once=True, message="раз"))
    assert [one.say("x"), one.say("x"), one.say("x", one.other())][:2] == [["раз"], []]
    assert one.say("x", one.other()) == []


def test_callback_only_block_ignores_messages(talk):
    one = talk(block(1, "start", condition="x", callback_only=True, message="раз"))
    assert one.say("x") == []
    assert one.event("x") == ["раз"]


def test_unknown_answer_is_for_messages_only(talk):
    one = talk(START, head=HEAD.replace('api_key = "k"', 'api_key = "k"\nunknown_answer = "Не понял: #{question}"'))
    assert one.say("что") == ["Не понял: что"]
    assert one.event("что") == []


# ---------------------------------------------------------------- timers


def test_h19_chain_of_immediate_arrows_sends_in_order(talk):
    one = talk(
        START, block(2, message="два"), block(3, message="три"), arrow(1, 1, 2, delay=0), arrow(2, 2, 3, delay=0)
    )
    assert one.say("старт") == ["один", "два", "три"]
    assert one.position() == "3"


@pytest.mark.parametrize(("value", "said"), [(1, "да"), (0, "нет")])
def test_h20_two_complementary_immediate_arrows_run_one(talk, value, said):
    one = talk(
        block(1, "start", condition="старт", calc=f"x = {value}"),
        block(2, message="да"),
        block(3, message="нет"),
        arrow(1, 1, 2, delay=0, compare="x == 1"),
        arrow(2, 1, 3, delay=0, compare="x == 0"),
    )
    assert one.say("старт") == [said]


def test_conditional_timer_first_makes_if_and_else(talk):
    one = talk(
        block(1, "start", condition="старт", calc="x = 1"),
        block(2, message="да"),
        block(3, message="иначе"),
        arrow(1, 1, 3, delay=0),
        arrow(2, 1, 2, delay=0, compare="x == 1"),
    )
    assert one.say("старт") == ["да"]


def test_h21_plan_runs_at_its_time_with_its_clock(talk):
    one = talk(
        START, block(2, message="#{current_date} #{current_time}"), arrow(1, 1, 2, date="05.03.2026", time="09:00")
    )
    one.say("старт")
    assert one.wait("2026-03-05 08:59") == []
    assert one.wait("2026-03-05 12:00") == ["05.03.2026 09:00"]


def test_plan_found_late_has_the_clock_of_its_run(talk):
    one = talk(START, block(2, message="#{current_time}"), arrow(1, 1, 2, time="17:55"))
    one.say("старт")
    one.stage.advance_to(one.stage.clock() + 13 * 3600)  # the host was down from ten to eleven in the evening
    assert one.run() == ["23:00"]


def test_date_without_text_is_not_planned_and_warned_about(talk):
    one = talk(START, block(2), arrow(1, 1, 2, date="#{нет}", time="10:00"))
    one.say("старт")
    assert (one.plans(), one.faults) == ([], ["SB631"])


@pytest.mark.parametrize("visit", ["state", "not_state"])
def test_h22_cancel_if_left(talk, visit):
    one = talk(
        START,
        block(2, message="напоминание"),
        block(3, visit, message="другой"),
        arrow(1, 1, 2, delay=5, unit="min", cancel_if_left=True, minus="#{question}"),
        arrow(2, 1, 3, condition="да", match="exact", cancel_timers=False),
    )
    one.say("старт")
    one.say("да")
    assert one.wait("2026-03-02 11:00") == ([] if visit == "state" else ["напоминание"])


@pytest.mark.parametrize(("cancels", "protected", "left"), [(True, False, 0), (False, False, 1), (True, True, 1)])
def test_h23_cancel_timed_messages_and_do_not_cancel(talk, cancels, protected, left):
    one = talk(
        START,
        block(2, message="напоминание"),
        block(3),
        arrow(1, 1, 2, delay=5, unit="min", keep=protected, minus="#{question}"),
        arrow(2, 1, 3, condition="да", match="exact", cancel_timers=cancels),
    )
    one.say("старт")
    one.say("да")
    assert len(one.plans()) == left


def test_h24_pass_once_counts_transitions_not_plans(talk):
    one = talk(START, block(2, message="раз"), arrow(1, 1, 2, delay=5, unit="min", once=True))
    one.say("старт")
    one.say("старт")
    assert len(one.plans()) == 1
    assert one.wait("2026-03-02 11:00") == ["раз"]
    one.say("старт")
    assert one.plans() == []


def test_plans_of_one_moment_run_in_planning_order(talk):
    one = talk(
        START, block(2, "not_state", message="два"), block(3, "not_state", message="три"),
        arrow(1, 1, 3, time="11:00", cancel_timers=False),
        arrow(2, 1, 2, time="11:00", cancel_timers=False, priority=20),
    )  # fmt: skip
    one.say("старт")
    assert one.wait("2026-03-02 12:00") == ["два", "три"]


def test_h32_circle_of_immediate_arrows_stops_after_a_hundred(talk):
    one = talk(START, block(2, message="круг"), arrow(1, 1, 2, delay=0), arrow(2, 2, 2, delay=0))
    assert len(one.say("старт")) == 1 + 100
    assert one.faults == ["SB630"]
    assert [line.kind for line in one.history()].count("error") == 1
    assert one.plans() == []


# ---------------------------------------------------------------- data, events, callbacks


def test_h25_data_arrow_with_failing_regex_stores_nothing(talk):
    one = talk(START, block(2), arrow(1, 1, 2, condition="^[0-9]+$", match="regex", input="x"))
    one.say("старт")
    one.say("abc")
    assert (one.position(), "x" in one.deal()) == ("1", False)


@pytest.mark.parametrize("guarded", [False, True])
def test_h26_event_is_stored_as_an_answer_unless_guarded(talk, guarded):
    guard = {"compare": "message_from_outside == 0"} if guarded else {}
    one = talk(START, block(2), arrow(1, 1, 2, input="x", **guard))
    one.say("старт")
    one.event("Uiscom_event Входящий")
    assert one.deal().get("x") == (None if guarded else "Uiscom_event Входящий")


def test_h27_loop_arrow_swallows_what_a_not_state_if_waits_for(talk):
    one = talk(
        START,
        block(2, "not_state_if", condition="событие", match="exact", message="не состояние"),
        block(3, "start", condition="другое", match="exact", message="начало"),
        arrow(1, 1, 1),
    )
    one.say("старт")
    assert one.event("событие") == ["один"]
    assert one.event("другое") == ["начало"]


def test_h28_callback_reaches_another_client_only(talk):
    one = talk(
        block(
            1,
            "start",
            condition="позови",
            match="exact",
            calc="a = callback(1002, 'гость')\nb = callback(client_id, 'г')",
        ),
        block(2, "start", condition="гость", match="exact", compare="message_from_outside == 3", message="пришёл"),
    )
    other = one.other()
    assert one.say("позови", other) == []
    assert one.say("позови") == []
    assert [line.text for line in one.history(other) if line.kind == "message" and not line.incoming] == ["пришёл"]
    assert one.deal() == {"a": True, "b": False}


def test_h29_callback_of_the_api_by_phone_sets_variables(talk):
    one = talk(block(1, "start", condition="заказ", match="exact", message="#{сумма} #{город} #{message_from_outside}"))
    wa = one.other("79004443322", 6, "wa1")
    body = {"client_phone": "79004443322", "message": "заказ", "сумма": 5, "client.город": "Тверь"}
    reply = one.host.receive(WebRequest("POST", "/api/k/callback", body=json.dumps(body).encode()))
    assert (reply.status, json.loads(reply.body)) == (200, {"status": "success"})
    assert one.run(wa) == ["5 Тверь 3"]
    assert one.deal(wa) == {"сумма": 5}
    assert one.of_client(wa) == {"город": "Тверь"}


def test_h30_message_to_a_telephony_client_is_not_delivered_but_the_chain_goes_on(talk):
    one = talk(START, block(2, calc="x = 1", message="два"), arrow(1, 1, 2, delay=0))
    caller = one.store.create_client(NewClient(13, "79004443322", "", "Звонящий"))
    one.event("старт", caller)
    sent = [line for line in one.history(caller) if not line.incoming]
    assert [(line.text, line.delivered) for line in sent] == [("один", False), ("два", False)]
    assert "телефонии" in sent[0].error
    assert one.deal(caller) == {"x": 1}


@pytest.mark.parametrize("code", ["block_client()", "unsubscribe()"])
def test_h31_blocked_and_unsubscribed_clients_get_nothing(talk, code):
    one = talk(START, block(2, "start", condition="стоп", match="exact", calc=code))
    one.say("стоп")
    one.say("старт")
    assert [line for line in one.history() if not line.incoming and line.delivered] == []
    assert [line.text for line in one.history() if line.incoming] == ["стоп", "старт"]


def test_paused_bot_is_silent_until_the_pause_ends_or_is_lifted(talk):
    one = talk(START, block(2, "start", condition="пауза", match="exact", calc="x = pause_bot(10)"))
    one.say("пауза")
    assert one.say("старт") == []
    one.store.add_event(NewEvent(one.client.id, "старт", 3, one.stage.clock(), resume=True))
    assert one.run() == ["один"]
    one.say("пауза")
    assert one.wait("2026-03-02 10:11") == []
    assert one.say("старт") == ["один"]


def test_h33_restart_keeps_plans_position_and_variables(talk, tmp_path):
    parts = (
        block(1, "start", condition="старт", match="exact", calc="x = [True, 1.5, '007']"),
        block(2, message="#{x} #{x[0] == True}"),
        arrow(1, 1, 2, delay=5, unit="min"),
    )
    database = str(tmp_path / "bot.db")
    one = talk(*parts, database=database)
    one.say("старт")
    one.stage.close()
    again = talk(*parts, database=database)
    assert (again.position(), again.plans()) == ("1", [("2", "02.03 10:05")])
    assert again.wait("2026-03-02 10:05") == ['[true,1.5,"007"] True']


def test_h34_order_id_is_client_and_deal(talk):
    one = talk(
        block(
            1,
            "start",
            condition="x",
            calc="a = get_order_id()\nb = 1\nc = get_order_id()",
            message="#{order_id} #{a} #{c}",
        )
    )
    assert one.say("x") == [f"{one.client.id}-1  1"]


def test_h35_nested_interpolation(talk):
    one = talk(block(1, "start", condition="x", calc="i = 2\ntest2 = 7\nq7 = 'ответ'", message="#{q#{test#{i}}}"))
    assert one.say("x") == ["ответ"]


def test_h36_limits_keep_the_old_value_and_are_reported(run):
    one = run("x = 1", "x = concat('" + "а" * 60_000 + "', '" + "а" * 60_000 + "')\ny = 2")
    assert one.deal() == {"x": 1, "y": 2}
    assert len(one.faults) == 1


def test_x6_failing_line_is_reported_with_block_and_line_and_the_next_ones_run(talk):
    one = talk(block(7, "start", name="Сбой", condition="x", calc="a = 1\nb = 1 / 0\nc = 3"))
    one.say("x")
    assert one.deal() == {"a": 1, "c": 3}
    fault = one.reports[0].faults[0]
    assert (fault.source.name, fault.line) == ("блок 7 «Сбой», калькулятор", 2)
    assert [line.kind for line in one.history()] == ["message", "error"]


def test_empty_messages_are_not_sent(talk):
    one = talk(
        block(1, "start", condition="x", message="#{none}"), block(2, "start", condition="y", message=" #{нет} ")
    )
    assert one.say("x") == []
    assert one.say("y") == []


def test_readonly_names_of_an_event_are_refused_and_the_rest_is_kept(talk):
    one = talk(START)
    one.store.add_event(NewEvent(one.client.id, "x", 3, variables={"client_id": 5, "a b": 1, "ok": 2}))
    one.run()
    assert one.deal() == {"ok": 2}
    assert one.client.id == 1001


def test_turn_for_a_missing_block_is_reported(talk):
    one = talk(START)
    one.store.add_event(NewEvent(one.client.id, block="99"))
    one.run()
    assert one.faults == ["SB635"]


def test_buttons_and_attachments_go_with_the_message(talk):
    one = talk(
        START.replace("message", "attachments = ['https://x/#{client_id}.png']\nbuttons = ['Да']\nmessage"),
        block(2),
        arrow(1, 1, 2, condition="Нет", button=True),
    )
    one.say("старт")
    sent = one.reports[0].sent[0]
    assert (sent.buttons, sent.attachments) == (("Да", "Нет"), ("https://x/1001.png",))
