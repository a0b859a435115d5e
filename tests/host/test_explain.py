"""An event, a notification, a call: told from the first byte to the last result."""

import json

from salebot_uiscom.host.explain import explain
from salebot_uiscom.web import WebRequest

from .conftest import block

CALL = "r = uiscom_employee_call('78001002752', '79004443322', '2339292')\nclient.lost = 1"
LOST = block(7, "not_state_if", name="Пропущен", condition="Uiscom_event Потерянный звонок", match="exact", calc=CALL)


def lost(one, **fields):
    request = one.stage.webhook("Потерянный звонок", {"contact_phone_number": "79004443322", **fields}, one.client)
    return one.host.receive(request)


def kinds(steps):
    return [step.kind for step in steps]


def test_event_is_told_from_its_first_byte_to_its_call(talk):
    one = talk(LOST)
    assert [lost(one).status for _ in range(3)] == [200, 200, 200]
    one.run()
    steps = explain(one.store, "event:1", one.bot)
    assert kinds(steps) == [
        "received", "repeated", "matched", "event", "block", "variable", "variable", "call", "result", "finished",
    ]  # fmt: skip
    by_kind = {step.kind: step for step in steps}
    assert by_kind["repeated"].data == {"repeats": 2}
    assert "Потерянный звонок" in by_kind["received"].text
    assert by_kind["event"].text == f"№ 1 → {by_kind['event'].data['client_id']}: Uiscom_event Потерянный звонок"
    assert by_kind["block"].text == "блок 7 «Пропущен»"
    assert by_kind["call"].data["params"]["contact"] == "79004443322"
    assert by_kind["result"].data["state"] == "done"
    assert all(step.at is None or step.at >= steps[0].at for step in steps)
    assert steps[0].line(one.bot.timezone).startswith("2026-03-02 10:00:00.000  получено         uiscom № 1: ")
    assert explain(one.store, "1", one.bot) == steps
    assert explain(one.store, "notification:1", one.bot) == steps


def test_call_is_told_with_the_notifications_about_it(talk):
    one = talk(LOST)
    lost(one)
    one.run()
    (record,) = one.store.intents()
    session = record.intent.result["call_session_id"]
    mark = record.intent.external_id
    lost(one, call_session_id=session, external_id=mark)
    one.run()
    for what in (mark, str(session)):
        steps = explain(one.store, what)
        assert kinds(steps)[:4] == ["event", "call", "result", "told"]
        assert steps[3].data["notification_id"] == 2


def test_number_inside_another_number_is_not_the_call(talk):
    one = talk(LOST)
    lost(one, call_session_id=12345)
    assert explain(one.store, "234") == []
    assert kinds(explain(one.store, "12345")) == ["told"]


def test_what_waits_what_nobody_reads_and_what_nobody_is(talk):
    one = talk(LOST)
    lost(one)
    assert kinds(explain(one.store, "notification:1")) == ["received", "waits"]
    one.run()
    assert one.host.receive(WebRequest("POST", f"/uiscom_webhook/{one.stage.key}", body=b"{")).status == 400
    assert kinds(explain(one.store, "notification:2")) == ["received", "unreadable"]
    body = {"notification_name": "x", "contact_info": {"contact_phone_number": "100"}}
    one.host.receive(WebRequest("POST", f"/uiscom_webhook/{one.stage.key}", body=json.dumps(body).encode()))
    one.run()
    assert kinds(explain(one.store, "notification:3")) == ["received", "unmatched"]
    for unknown in ("event:99", "notification:99", "99999", "x", "", "event:x", "event:" + "9" * 30):
        assert explain(one.store, unknown) == []


def test_message_that_waits_for_its_turn(talk):
    one = talk(LOST)
    one.host.say(one.client.id, "Привет")
    assert kinds(explain(one.store, "event:1")) == ["event", "waits"]
