"""From a function to UIS and from a notification back to the dialog, end to end over a host in memory."""

import json

from fake_host import FIXTURES, KEY, PHONE, VIRTUAL, FakeHost

from salebot_uiscom.ports import DONE


def test_employee_call_sends_the_documented_request_and_gives_what_uis_returned():
    host = FakeHost()
    result = host.call("uiscom_employee_call", VIRTUAL, PHONE, "2339292")
    assert result == {"call_session_id": 237859081}
    assert len(host.uis.requests) == 1
    expected = json.loads((FIXTURES / "requests/start.employee_call.bot.json").read_text("utf-8"))
    expected["params"] |= {"access_token": KEY, "external_id": host.last_intent.external_id}
    assert host.uis.requests[0] | {"id": "req-1"} == expected
    assert host.last_intent.state == DONE
    assert host.last_intent.result == result


def test_the_intent_is_stored_before_the_request_leaves():
    host = FakeHost()
    seen = []
    host.uis.on_request = lambda request: seen.append(request["params"]["external_id"] in host.intents)
    host.call("uiscom_employee_call", VIRTUAL, PHONE, 2339292)
    assert seen == [True]


def test_notification_becomes_an_event_in_the_dialog_of_the_client():
    host = FakeHost()
    body = (FIXTURES / "webhooks/seed/call_finished.json").read_bytes()
    reply = host.post(body)
    assert (reply.status, json.loads(reply.body)) == (200, {"status": "ok"})
    host.route_all()
    [event] = host.delivered
    assert event.text == "Uiscom_event Завершение звонка"
    assert event.client_id == host.clients[0].id
    assert event.assign == {"uiscom_request": json.loads(body)}
    assert event.assign_if == "save_webhook"
