"""The address for notifications: keys, refusals, repeats, settings (R39-R41, R44, webhooks.md 8, 9, 11)."""

import json

import pytest
from fake_host import FIXTURES, KEY, PHONE, FakeHost

from salebot_uiscom.ports import StoreNotification

BODY = (FIXTURES / "webhooks/seed/call_finished.json").read_bytes()
OK = {"status": "ok"}


def test_an_accepted_notification_is_stored_as_it_came_before_the_answer():
    host = FakeHost()
    reply = host.post(BODY)
    assert (reply.status, json.loads(reply.body), reply.content_type) == (200, OK, "application/json; charset=utf-8")
    assert [stored.body for stored in host.stored] == [BODY]


@pytest.mark.parametrize("key", ["", "x", KEY[:-1], KEY + "x", KEY.upper(), "ключ"])
def test_a_wrong_key_is_not_found_and_nothing_is_stored(key):
    host = FakeHost()
    reply = host.post(BODY, key)
    assert (reply.status, reply.body) == (404, b"")
    assert not host.stored
    assert not host.quarantine


@pytest.mark.parametrize("half", [0xDCFF, 0xD800])
def test_a_key_that_is_no_text_is_not_found(half):
    assert FakeHost().post(BODY, chr(half)).status == 404


def test_without_any_key_nobody_gets_in(monkeypatch):
    monkeypatch.delenv("SALEBOT_UISCOM_API_KEY", raising=False)
    host = FakeHost({})
    assert host.post(BODY, "").status == 404


def test_several_keys_are_valid_while_one_replaces_another():
    host = FakeHost({"api_key": KEY, "webhook_keys": ["old-key", "new-key"]})
    assert [host.post(BODY, key).status for key in (KEY, "old-key", "new-key", "none")] == [200, 200, 200, 404]
    host.settings = {"api_key": KEY, "webhook_keys": ["new-key"]}
    assert host.post(BODY, "old-key").status == 404


def test_a_trailing_slash_is_accepted():
    assert FakeHost().post(BODY, KEY + "/").status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_other_methods_are_refused_with_the_allowed_one(method):
    reply = FakeHost().post(BODY, method=method)
    assert reply.status == 405
    assert ("Allow", "POST") in reply.headers


@pytest.mark.parametrize("body", [None, b" " * (256 * 1024 + 1)])
def test_a_long_body_is_refused(body):
    host = FakeHost()
    assert host.post(body).status == 413
    assert not host.stored


def test_an_unreadable_body_is_kept_apart_and_not_echoed():
    host = FakeHost()
    body = b'{"notification_name": "secret text", '
    reply = host.post(body)
    assert reply.status == 400
    assert b"secret" not in reply.body
    assert host.quarantine == [(body, "not JSON")]
    assert host.post(body).status == 400
    assert len(host.quarantine) == 2


def test_the_same_body_counts_once_within_a_week():
    host = FakeHost()
    assert [host.post(BODY).status for _ in range(3)] == [200] * 3
    host.now += 6 * 86400
    host.post(BODY)
    assert len(host.stored) == 1
    host.now += 86401
    host.post(BODY)
    assert len(host.stored) == 2


def test_the_same_content_written_differently_is_a_repeat_and_any_other_field_is_not():
    host = FakeHost()
    body = json.loads(BODY)
    host.post(BODY)
    host.post(json.dumps(dict(reversed(body.items())), indent=3).encode())
    host.post(b"\xef\xbb\xbf" + BODY)
    assert len(host.stored) == 1
    host.post(body | {"wait_time_duration": 13})
    assert len(host.stored) == 2


@pytest.mark.parametrize("missing", ["call_session_id", "notification_time"])
def test_a_body_without_identity_is_a_repeat_for_five_seconds_only(missing):
    host = FakeHost()
    body = {name: value for name, value in json.loads(BODY).items() if name != missing}
    host.post(body)
    host.now += 4.9
    host.post(body)
    assert len(host.stored) == 1
    host.now += 5.1
    host.post(body)
    assert len(host.stored) == 2


def test_the_window_is_a_setting():
    host = FakeHost({"api_key": KEY, "repeat_window_s": 60})
    host.post(BODY)
    host.now += 61
    host.post(BODY)
    assert len(host.stored) == 2


def test_requests_per_minute_can_be_limited():
    host = FakeHost({"api_key": KEY, "webhook_keys": ["other"], "requests_per_minute": 2})
    bodies = [{"notification_name": str(number)} for number in range(4)]
    assert [host.post(body).status for body in bodies] == [200, 200, 429, 429]
    assert host.post(bodies[3], "other").status == 200
    host.now += 60
    assert host.post(bodies[3]).status == 200


def test_a_store_that_fails_is_not_answered_with_ok():
    host = FakeHost()
    host.broken = {StoreNotification}
    with pytest.raises(OSError, match="disk full"):
        host.post(BODY)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-8"]
)
def test_the_content_type_does_not_decide_about_json(content_type):
    assert FakeHost().post(BODY, content_type=content_type).status == 200


def test_a_form_is_one_only_when_its_type_says_so():
    form = (FIXTURES / "webhooks/raw/form.txt").read_bytes()
    assert FakeHost().post(form, content_type="text/plain").status == 400
    host = FakeHost()
    assert host.post(form, content_type="Application/X-WWW-Form-Urlencoded; charset=UTF-8").status == 200
    host.route_all()
    assert host.clients[0].platform_id == PHONE


def test_the_answer_does_not_tell_whether_a_client_exists():
    host = FakeHost()
    replies = {
        host.post({"notification_name": "N", "contact_phone_number": phone}).body
        for phone in (PHONE, "anonymous", None)
    }
    assert replies == {b'{"status": "ok"}'}


def test_settings_of_the_host_come_before_those_of_the_plugin():
    host = FakeHost()
    host.of_the_host = {"uiscom": {"webhook_keys": ["of-the-host"], "event_kind": 5}}
    assert host.post(BODY, "of-the-host").status == 200
    assert host.post(BODY, KEY).status == 404
    host.route_all()
    assert host.delivered[0].outside == 5


def test_a_body_that_our_own_mistake_cannot_read_is_kept_all_the_same(monkeypatch):
    def mistaken(body, content_type=""):
        raise ZeroDivisionError(PHONE)

    monkeypatch.setattr("salebot_uiscom.uiscom.receiver.accept", mistaken)
    host = FakeHost()
    reply = host.post(BODY)
    assert reply.status == 500
    assert host.quarantine == [(BODY, "ZeroDivisionError")]
