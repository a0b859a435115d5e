"""The host as a whole: both drivers, the handset in the card, secrets, bots with everything in one."""

import asyncio
import logging
import re
from pathlib import Path

import httpx
import pytest

from salebot_uiscom.effects import adrive
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.plugins import in_thread
from salebot_uiscom.ports import NewClient
from salebot_uiscom.rehearsal import RehearsalStage
from salebot_uiscom.store.records import Deal, SaveDeal, SetVariable, SwitchDeal, Turn

from .conftest import CALLER, HEAD, arrow, block

EXAMPLES = Path(__file__).parents[2] / "examples"
CALL = "r = uiscom_employee_call('78001002752', '79004443322', '2339292')"


def test_turn_is_the_same_under_asyncio(talk):
    parts = (
        block(1, "start", condition="x", calc=CALL, message="#{r}"),
        block(2, message="два"),
        arrow(1, 1, 2, delay=0),
    )
    plain, waiting = talk(*parts), talk(*parts)
    said = plain.say("x")
    waiting.host.say(waiting.client.id, "x")
    handlers = {effect: in_thread(handler) for effect, handler in waiting.host.handlers.items()}
    report = asyncio.run(adrive(waiting.host.engine.run(waiting.host.claim()), handlers))
    assert [sent.text for sent in report.sent] == said == ['{"call_session_id":500000001}', "два"]
    assert waiting.dialog() == plain.dialog()


def test_asynchronous_server_reaches_the_same_receivers(talk):
    one = talk(block(1, "start", condition="Uiscom_event Входящий", match="exact", message="слышу"))
    wa = one.other("79004443322", 6, "wa1")
    reply = asyncio.run(one.host.areceive(one.stage.webhook("Входящий", {}, wa)))
    assert reply.status == 200
    assert one.run(wa) == ["слышу"]


def test_nothing_of_the_key_or_a_phone_is_logged(talk, caplog):
    caplog.set_level(logging.DEBUG)
    head = HEAD.replace('"KEY"', '"SECRETKEY1234567"')
    one = talk(block(1, "start", calc=CALL + "\nq = 1 / 0", message="#{r}"), head=head)
    one.say("79004443322")
    wa = one.other("79004443322", 6, "wa1")
    one.host.receive(one.stage.webhook("Входящий", {}, wa))
    one.run()
    # httpx writes addresses, never bodies; ours must not stand in them
    assert "SECRETKEY" not in caplog.text
    assert "79004443322" not in caplog.text
    assert not any("79004443322" in line.text for line in one.history() if line.kind == "error")


@pytest.mark.parametrize(
    ("employee", "expected"),
    [
        (
            "call_method = 'uiscom'\nvirtual_phone = '78001002752'\nuis_employee_id = '2339292'",
            {"call_session_id": 500000001},
        ),
        ("call_method = 'app'", "tel:+79004443322"),
        ("call_method = 'off'", "calls_disabled"),
        ("call_method = 'uiscom'", "employee_not_configured"),
    ],
)
def test_click_to_call(talk, employee, expected):
    head = HEAD.replace('name = "Анна"', f'name = "Анна"\n{employee}')
    one = talk(block(1), head=head)
    change = SetVariable("client", one.client.id, "phone", "79004443322")
    one.store.commit_turn(Turn("test", one.client.id, changes=(change,)))
    made = one.host.click_to_call("head@example.org", one.client.id)
    assert expected in (made.link, made.result, made.result.get("error"))
    calls = [params for method, params in one.stage.requests() if method == "start.employee_call"]
    if isinstance(expected, dict):
        (params,) = calls
        assert (params["first_call"], params["direction"], params["contact"]) == ("employee", "out", "79004443322")
    else:
        assert calls == []
    recorded = [line.manager for line in one.history() if line.kind == "call"]
    assert recorded == ([] if expected == "calls_disabled" else ["head@example.org"])


@pytest.mark.parametrize(
    ("deal", "own", "kind", "expected"),
    [
        ({"phone": "79001110001"}, {"phone": "79001110002"}, 1, "79001110001"),
        ({"tel": "79001110003"}, {"phone": 79001110002.0}, 1, "79001110002"),
        ({"tel": "79001110003"}, {}, 6, "79004443322"),
        ({"note": "звонить 79001110009", "tel": 79001110003}, {"other": "79001110004"}, 1, "79001110003"),
        ({}, {"phone": "+7 900", "tel": "79001110004", "more": "79001110005"}, 1, "79001110004"),
    ],
)
def test_a_phone_that_nobody_named_is_looked_for_in_the_documented_order(talk, deal, own, kind, expected):
    one = talk(head=HEAD + CALLER)
    client = one.other("79004443322", kind)
    number = one.store.allocate("deal")
    changes = [SaveDeal(Deal(number, client.id)), SwitchDeal(client.id, number)]
    changes += [SetVariable("", number, name, value) for name, value in deal.items()]
    changes += [SetVariable("client", client.id, name, value) for name, value in own.items()]
    one.store.commit_turn(Turn("setup", client.id, changes=tuple(changes)))
    one.host.click_to_call("caller@example.org", client.id)
    [(_, params)] = one.stage.requests()
    assert params["contact"] == expected


def test_click_to_call_of_strangers_is_refused(talk):
    one = talk(block(1))
    for email, client_id, error in [
        ("nobody@example.org", one.client.id, "employee_not_found"),
        ("head@example.org", 5, "client_not_found"),
        ("head@example.org", one.client.id, "calls_disabled"),
    ]:
        result = one.host.click_to_call(email, client_id).result
        assert (result["error"], result["code"], bool(result["message"])) == (error, -32602, True)


def test_plan_that_falls_due_during_a_pause_is_reported(talk):
    one = talk(
        block(1, "start", condition="x", match="exact", calc="a = pause_bot(60)"),
        block(2, message="два"),
        arrow(1, 1, 2, delay=60),
    )
    one.say("x")
    assert one.wait("2026-03-02 10:05") == []
    assert one.faults == ["SB641"]


def test_functions_of_the_host_need_a_bot(talk):
    one = talk(block(1))
    interpreter = one.stage.interpreter
    outcome = interpreter.run(interpreter.compile("a = get_order_id()\nb = 2"))
    assert outcome.variables == {"b": 2}
    assert [error.code for error in outcome.errors] == ["SB640"]


def test_x5_all_scripts_in_one_project():
    """Blocks of every example, their numbers shifted: events go to the right block by exact name."""
    parts = [
        HEAD.replace('[[channel]]\ntype = 6\ngroup = "wa1"\nphone = "79990000000"\n', ""),
        '[constants]\nvirtual_phone = "78001002752"\nemployee_id = "2339292"\nsave_webhook = 1\nbl_id = 1\n',
    ]
    for shift, name in enumerate(("callback", "missed_call", "nps", "lead", "in_turn", "blacklist"), 1):
        text = (EXAMPLES / f"{name}.toml").read_text("utf-8")
        tables = re.findall(r"^\[\[(?:block|arrow)\]\]\n(?:(?!\[).*\n?)*", text, re.M)
        for table in tables:
            parts.append(
                re.sub(
                    r"^(id|from|to) = (\d+)", lambda m, s=shift: f"{m[1]} = {int(m[2]) + 100 * s}", table, flags=re.M
                )
            )
    stage = RehearsalStage(parse_bot("".join(parts)))
    ivan = stage.store.create_client(NewClient(1, "555", "my_bot", "Иван"))
    change = SetVariable("client", ivan.id, "phone", "79004443322")
    stage.store.commit_turn(Turn("test", ivan.id, changes=(change,)))
    said = []
    for name in ("Пропущенный", "Разговор завершён", "Входящий"):
        stage.uis.advance(1)
        stage.host.receive(stage.webhook(name, {}, ivan))
        said += [(report.blocks, [sent.text for sent in report.sent]) for report in stage.host.run_until_idle()]
    stage.close()
    assert said == [
        (("201",), ["Вы звонили нам, но мы не успели ответить. Что вас интересует?"]),
        (("301",), ["Оцените разговор от 0 до 10"]),
        ((), []),
    ]


def test_reply_that_is_too_large_is_a_failed_request(talk):
    from salebot_uiscom.host.outside import LARGEST_BODY_BYTES, Resolve

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"x" * (LARGEST_BODY_BYTES + 1)))
    one = talk(block(1, "start", calc="d = requests_get('https://example.org/')"), transport=transport)
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    one.say("x")
    assert one.deal() == {"d": {"status": 0, "data": "answer too large"}}


def test_same_press_of_the_handset_rings_once(talk):
    one = talk(head=HEAD + CALLER)
    phone = "79004443322"
    first = one.host.click_to_call("caller@example.org", one.client.id, phone, press="p1")
    again = one.host.click_to_call("caller@example.org", one.client.id, phone, press="p1")
    assert first.result == again.result
    assert len(one.stage.requests()) == 1
    assert len([line for line in one.history() if line.kind == "call"]) == 1
    one.host.click_to_call("caller@example.org", one.client.id, phone, press="p2")
    assert len(one.stage.requests()) == 2


def test_way_of_calling_set_in_the_card_wins_over_the_bot_file(talk):
    one = talk(head=HEAD + CALLER)
    one.store.set_password_hash("caller@example.org", "hash")
    assert one.host.employee("caller@example.org").call_method == "uiscom"
    one.store.set_calling("caller@example.org", "app", "", "")
    assert one.host.employee("caller@example.org").telephony == {}
    assert one.host.click_to_call("caller@example.org", one.client.id, "79004443322").link == "tel:+79004443322"
    assert one.host.employee("nobody@example.org") is None
