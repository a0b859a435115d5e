"""Rehearsals inside bot files: what passes, what fails and how it is told."""
# ruff: noqa: E501 (a table of steps and texts, one case per line)

import json

import httpx
import pytest

from salebot_uiscom.host import transcript
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.outside import Resolve
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import open_stage, rehearse

from .conftest import HEAD, arrow, block

BOT = (
    HEAD
    + block(1, "start", condition="привет", match="exact", calc="a = 1\nclient.b = [1, 2]", message="Привет, #{name}")
    + block(2, "start", condition="звонок", match="exact", calc="r = uiscom_employee_call('78001002752', '79004443322', '2339292')")
    + block(3, message="напоминаю")
    + arrow(1, 1, 3, delay=10, unit="min")
)  # fmt: skip


@pytest.fixture(autouse=True)
def russian(monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")


def play(*steps, more=""):
    lines = ",\n  ".join(steps)
    bot = parse_bot(BOT + f"\n[[test]]\nname = 'проба'\n{more}\nsteps = [\n  {lines},\n]\n")
    (result,) = rehearse(bot, open_stage)
    return result, bot


@pytest.mark.parametrize(
    "steps",
    [
        ("{ user = 'привет', expect = 'Привет, Иван', position = 1, plans = 1 }",),
        ("{ user = 'привет' }", "{ expect = ['Привет, Иван'] }", "{ vars = { a = 1, 'client.b' = [1, 2], b = '*' } }"),
        ("{ user = 'что', silent = true, uis = '', absent = ['a', 'b'], position = 0 }",),
        ("{ user = 'привет', expect = 'Привет, Иван' }", "{ wait = '10 min', expect = 'напоминаю', position = 3 }"),
        ("{ user = 'звонок', uis = 'start.employee_call', with = { contact = '79004443322', external_id = '*' } }",),
        ("{ event = 'привет', expect = 'Привет, Иван' }",),
    ],
)
def test_steps_that_come_true(steps):
    result, _ = play(*steps)
    assert (result.problem, result.passed) == ("", True)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (("{ user = 'привет', expect = 'Пока' }",), "ожидалось сообщение 'Пока', а бот сказал 'Привет, Иван'"),
        (("{ user = 'что', expect = 'Пока' }",), "ожидалось сообщение 'Пока', а бот молчит"),
        (("{ user = 'привет', silent = true }",), "ожидалось молчание, а бот сказал 'Привет, Иван'"),
        (("{ user = 'привет' }", "{ user = 'что' }"), "бот сказал ещё 'Привет, Иван', а шаг expect этого не ждал"),
        (("{ user = 'привет' }",), "бот сказал ещё 'Привет, Иван', а шаг expect этого не ждал"),
        (("{ user = 'звонок' }",), "был ещё запрос start.employee_call, а шаг uis его не ждал"),
        (("{ user = 'звонок', uis = '' }",), "запросов не ожидалось, а был start.employee_call"),
        (("{ user = 'звонок', uis = 'get.sites' }",), "ожидался запрос get.sites, а был start.employee_call"),
        (("{ user = 'что', uis = 'get.sites' }",), "ожидался запрос get.sites, а его не было"),
        (("{ user = 'звонок', uis = 'start.employee_call', with = { direction = 'out' } }",), "start.employee_call: direction = 'in', а ожидалось 'out'"),
        (("{ user = 'звонок', uis = 'start.employee_call', with = { color = 1 } }",), "start.employee_call: нет параметра color"),
        (("{ user = 'что', vars = { a = 1 } }",), "переменная a не задана, а ожидалось 1"),
        (("{ event = 'привет', expect = 'Привет, Иван', vars = { a = 2 } }",), "a = 1, а ожидалось 2"),
        (("{ user = 'привет', expect = 'Привет, Иван', absent = ['a'] }",), "переменная a не должна быть задана, а в ней 1"),
        (("{ user = 'что', position = 5 }",), "клиент в блоке —, а ожидался 5"),
        (("{ user = 'что', plans = 5 }",), "отложенных сообщений 0, а ожидалось 5"),
        (("{ wait = 'завтра' }",), "время пишут так: 2026-03-02 10:15, промежуток в wait так: 10 min (s, min, h, d), а здесь 'завтра'"),
        (("{ wait = '2020-01-01 10:00' }",), "2020-01-01 10:00: это время уже прошло"),
        (("{ says = 'x' }",), "неизвестный шаг says; бывают: user, event, webhook, wait, expect, silent, uis, vars, absent, position, plans"),
        (("{ user = 'a', wait = '1 min' }",), "в одном шаге два действия: user, wait"),
    ],
)  # fmt: skip
def test_steps_that_fail_say_why(steps, problem):
    result, bot = play(*steps)
    assert result.problem == problem
    assert bot.source.line_text(result.line).strip().rstrip(",") == steps[result.step - 1]


def test_unknown_key_of_the_client_is_refused():
    result, _ = play("{ user = 'x' }", more="client = { phone = '79004443322' }")
    assert result.problem.startswith("client: неизвестный ключ phone")


def test_transcript_shows_the_conversation(talk):
    one = talk(
        block(1, "start", condition="x", calc="a = 1 / 0", message="раз", buttons=["Да"]),
        block(2),
        arrow(1, 1, 2, delay=60),
    )
    one.say("x")
    lines = list(transcript.lines(one.reports[0], one.bot))
    assert lines[:5] == [
        "02.03 10:00  клиент: x",
        "             блоки: 1",
        "             бот: раз",
        "                  [Да]",
        "             план: 02.03.2026 10:01 → блок 2",
    ]
    assert lines[5].startswith("           ! блок 1, калькулятор, 1:")


def test_a_stranger_steers_no_terminal_and_forges_no_line(talk):
    one = talk(block(1, "start", condition="x", message="две\nстроки #{question}"), block(2))
    one.say("x \x1b]52;c;aGk=\x07\u202e\n02.03 10:00  клиент: y")
    shown = [line for report in one.reports for line in transcript.lines(report, one.bot)]
    assert shown[0] == "02.03 10:00  клиент: x ␛]52;c;aGk=␇<U+202E>\n" + " " * 18 + "02.03 10:00  клиент: y"


def test_a_message_of_several_lines_stays_readable(talk):
    one = talk(block(1, "start", condition="x", message="две\nстроки"))
    one.say("x")
    assert "             бот: две\n                  строки" in list(transcript.lines(one.reports[0], one.bot))


def test_an_event_that_no_block_takes_is_told(talk):
    one = talk(block(1, "start", condition="x", match="exact", message="раз"))
    one.say("нет")
    assert list(transcript.lines(one.reports[0], one.bot)) == [
        "02.03 10:00  клиент: нет",
        "             ни один блок не подошёл",
    ]


def test_the_example_of_a_hint_stays_readable(talk):
    one = talk(block(1, "start", condition="x", calc="r = uiscom_employee_call('78001002752', '5', '2339292')"))
    one.say("x")
    shown = "\n".join(transcript.lines(one.reports[0], one.bot))
    assert "например 79001234567" in shown
    assert "78001002752" not in shown


def test_transcript_and_failed_steps_speak_english_too(talk, monkeypatch):
    one = talk(
        block(1, "start", condition="x", calc="a = 1 / 0", message="hi"),
        block(2, "start", condition="y"),
        arrow(1, 1, 2, delay=60),
    )
    one.say("x")
    one.wait("2026-03-02 10:02")
    shown = [line for report in one.reports for line in transcript.lines(report, one.bot, "en")]
    assert shown[:4] == [
        "02.03 10:00  client: x",
        "             blocks: 1",
        "             bot: hi",
        "             plan: 02.03.2026 10:01 → block 2",
    ]
    assert "02.03 10:01  by timer (arrow 1)" in shown
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "en")
    result, _ = play("{ user = 'x' }", "{ expect = 'no' }")
    assert result.problem.isascii()
    assert result.transcript[0] == "02.03 10:00  client: x"


def test_copies_of_messages_go_to_the_webhook_of_the_project(talk):
    seen = []

    def web(request):
        seen.append(json.loads(request.read()))
        return httpx.Response(500)

    head = HEAD.replace('api_key = "k"', 'api_key = "k"\nwebhook_url = "https://crm.example.org/hook"')
    one = talk(block(1, "start", condition="x", message="раз"), transport=httpx.MockTransport(web), head=head)
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    one.say("x")
    assert [(copy["message"], copy["is_input"], copy["message_id"], copy["delivered"]) for copy in seen] == [
        ("x", True, None, True),
        ("раз", False, 1, True),
    ]
    assert [copy["id"] for copy in seen] == [line.id for line in one.history()]
    assert (seen[0]["client"]["recepient"], seen[0]["project_id"]) == ("555", 1)


@pytest.mark.parametrize(
    ("phone", "faults", "russian", "english"),
    [
        (
            "79004443322",
            {"kind": "error", "mnemonic": "component_disabled", "before_work": True},
            "не сделано, component_disabled",
            "not done, component_disabled",
        ),
        (
            "79004443322",
            {"kind": "drop_answer"},
            "неизвестно, сделано ли, outcome_unknown",
            "nobody knows whether it is done, outcome_unknown",
        ),
        ("84951234", {}, "не сделано, invalid_phone", "not done, invalid_phone"),
    ],
    ids=["refused", "unknown", "wrong phone"],
)
def test_a_call_in_vain_is_told_although_the_bot_is_silent(phone, faults, russian, english):
    calc = f"r = uiscom_employee_call('78001002752', '{phone}', '2339292')"
    stage = open_stage(parse_bot(HEAD + block(1, "start", condition="звонок", calc=calc)))
    if faults:
        stage.uis.add_fault(method="*", times=None, **faults)
    client = stage.host.store.create_client(NewClient(1, "555", "g", "Иван"))
    stage.host.say(client.id, "звонок")
    (report,) = stage.host.run_until_idle()
    stage.close()
    for lang, words in (("ru", russian), ("en", english)):
        (line,) = [line for line in transcript.lines(report, stage.bot, lang) if "uiscom_employee_call" in line]
        assert f"! uiscom_employee_call: {words} (" in line
        assert "79004443322" not in line


def test_a_call_that_rings_is_no_line_of_its_own():
    result, _ = play("{ user = 'звонок', uis = 'start.employee_call' }")
    assert not any("uiscom_employee_call" in line for line in result.transcript)
