"""Nothing that a log writes holds a key or a whole phone."""

import json
import logging

import pytest

from salebot_uiscom.logs import JsonLines, Redaction, Redactor, TextLines

LEAKS = [
    ("POST /uiscom_webhook/abc123def HTTP/1.1", "abc123def"),
    ("POST /uiscom_webhook//abc123def/", "abc123def"),
    ("GET /api/secretkey/callback?x=1", "secretkey"),
    ('{"access_token": "tok-1"}', "tok-1"),
    ("access_token=tok-1&x=2", "tok-1"),
    ("Authorization: Bearer tok-1", "tok-1"),
    ("Cookie: salebot_session=tok-1", "tok-1"),
    ("password='hunter2'", "hunter2"),
    ("client 79004443322 rang", "79004443322"),
    ("+7 (900) 444-33-22", "444-33-22"),
    ("the KEY9 in the middle", "KEY9"),
    ("2026-03-02 10:15 79004443322", "79004443322"),
]


@pytest.mark.parametrize(("text", "secret"), LEAKS)
def test_text_loses_its_secret_and_nothing_else(text, secret):
    hidden = Redactor(["KEY9"])(text)
    assert secret not in hidden
    assert hidden[:2] == text[:2]


def test_moments_stay_readable():
    assert Redactor()("at 2026-03-02 10:15:59.123") == "at 2026-03-02 10:15:59.123"


def line(**record):
    made = logging.makeLogRecord({"name": "salebot_uiscom.host", "levelname": "INFO", **record})
    assert Redaction(["KEY9"]).filter(made)
    text = JsonLines().format(made)
    assert "\n" not in text
    return json.loads(text)


def test_arguments_and_fields_are_hidden_too():
    found = line(msg="call %s to %d", args=("KEY9", 79004443322), phone="79004443322", number=79004443322, status=200)
    assert found["message"] == "call ••• to 79…22"
    assert (found["phone"], found["number"], found["status"]) == ("79…22", "79…22", 200)
    assert found["level"] == "info"


def test_traceback_is_one_line_without_secrets():
    try:
        raise ValueError("/uiscom_webhook/abc123 79004443322\nsecond line")
    except ValueError as error:
        found = line(msg="broken", exc_info=(type(error), error, error.__traceback__))
    assert "abc123" not in found["trace"]
    assert "79004443322" not in found["trace"]
    assert "test_logs.py" in found["trace"]


def test_arguments_that_do_not_fit_lose_no_record():
    assert line(msg="%d files", args=("many",))["message"].startswith("%d files")


def test_half_a_character_and_exotic_line_ends_are_written():
    assert line(msg="\ud83d a\u2028b")["message"] == "<U+D83D> a<U+2028>b"


def test_what_a_stranger_sent_steers_no_terminal_and_forges_no_record():
    def made():
        return logging.makeLogRecord(
            {"name": "x", "levelname": "INFO", "msg": "got %s", "args": ("\x1b[2J\u202e\n2026-03-02 ERROR fake\x9b2J",)}
        )

    text = TextLines().format(made())
    assert text.endswith(" INFO x: got ␛[2J<U+202E>\n    2026-03-02 ERROR fake<U+009B>2J")
    written = JsonLines().format(made())
    assert written.isprintable()
    assert json.loads(written)["message"] == "got \x1b[2J\u202e\n2026-03-02 ERROR fake\x9b2J"
