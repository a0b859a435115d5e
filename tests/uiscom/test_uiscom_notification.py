"""Reading bodies: every fixture, then what the fixtures leave open (webhooks.md 3-9)."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlencode

import pytest
from fake_host import FIXTURES, KEY, FakeHost
from hypothesis import given, settings
from hypothesis import strategies as st

from salebot_uiscom.uiscom import phones
from salebot_uiscom.uiscom.notification import MAX_BODY, Refusal, accept, read

INDEX = json.loads((FIXTURES / "index.json").read_text("utf-8"))
BODIES = [entry for entry in INDEX if entry["kind"] == "webhook"]
SEQUENCES = [entry["file"] for entry in INDEX if entry["kind"] == "webhook_sequence"]


def body_of(name):
    return (FIXTURES / "webhooks" / name).read_bytes()


def load(name):
    return read(body_of(name), "application/json")


def test_index_names_every_webhook_file():
    listed = {entry["file"] for entry in INDEX if entry["kind"].startswith("webhook")}
    there = {str(path.relative_to(FIXTURES)) for path in (FIXTURES / "webhooks").rglob("*") if path.is_file()}
    assert there == listed


@pytest.mark.parametrize("entry", BODIES, ids=lambda entry: entry["file"])
def test_every_fixture_is_answered_and_read_as_its_index_says(entry):
    expect = entry["expect"]
    host = FakeHost()
    content = (FIXTURES / entry["file"]).read_bytes()
    if entry["http_method"] == "GET":
        assert host.post(b"", method="GET").status == expect["status"]
        return
    reply = host.post(content, content_type=entry["content_type"])
    assert reply.status == expect["status"]
    if expect["decision"] == "refuse":
        assert not host.stored
        assert [kept for kept, _ in host.quarantine] == [content]
        for look in (accept, read):
            with pytest.raises(Refusal) as refused:
                look(content, entry["content_type"])
            assert refused.value.reason in expect["why"]
        return
    found = read(content, entry["content_type"])
    arrival = accept(content, entry["content_type"])
    assert (arrival.body, arrival.mended) == (found.body, found.mended)
    assert arrival.identifies_itself == found.identifies_itself
    assert arrival.fingerprint(KEY) == found.fingerprint(KEY)
    if "text" in expect:
        assert found.text == expect["text"]
    else:
        assert found.text.startswith(expect["text_prefix"])
        assert len(found.name) <= 255
    assert found.phone == expect["phone"]
    assert found.phone_strict == expect.get("phone_strict", expect["phone"])
    assert (None if found.call_session_id is None else str(found.call_session_id)) == expect["call_session_id"]
    assert found.external_id == expect["external_id"]
    # What was stored is read again later, without the headers of its request.
    assert read(content) == found


@pytest.mark.parametrize(
    "entry", [entry for entry in BODIES if entry["expect"].get("unmatched")], ids=lambda e: e["file"]
)
def test_fixtures_without_a_usable_phone_are_kept_as_unmatched(entry):
    host = FakeHost()
    host.post((FIXTURES / entry["file"]).read_bytes())
    host.route_all()
    assert [event.client_id for event in host.delivered] == [None]
    assert host.clients == []


@pytest.mark.parametrize("file", SEQUENCES)
def test_sequences_give_the_expected_events_in_order_of_arrival(file):
    sequence = json.loads((FIXTURES / file).read_text("utf-8"))
    host = FakeHost()
    start, sent = host.now, []
    for step in sequence["steps"]:
        host.now = start + step["after_ms"] / 1000
        if "_api" in step["body"]:
            continue
        assert host.post(step["body"]).status == 200
        sent.append(step["body"])
    host.route_all()
    texts = [event.text for event in host.delivered]
    expect = sequence["expect"]
    if isinstance(expect.get("events"), int):
        assert len(texts) == expect["events"]
    if "order" in expect:
        assert texts == [f"Uiscom_event {body['notification_name']}" for body in sent]
    if isinstance(expect.get("events"), dict):
        by_phone = {client.id: client.platform_id for client in host.clients}
        for phone, count in expect["events"].items():
            assert sum(by_phone[event.client_id] == phone for event in host.delivered) == count
    assert len(texts) >= 1


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("variant/employee_ids_csv.json", (2339292, 2339293)),
        ("variant/employee_ids_json_string.json", (2339292, 2339293)),
        ("variant/employee_ids_null.json", ()),
        ("variant/employee_ids_single_number.json", (2339292,)),
        ("variant/employee_ids_strings.json", (2339292, 2339293)),
    ],
)
def test_employee_ids_in_any_form(file, expected):
    assert load(file).employee_ids == expected


MOSCOW = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("variant/time_garbage.json", None),
        ("variant/time_iso_offset.json", datetime(2024, 10, 22, 16, 1, 15, tzinfo=MOSCOW)),
        ("variant/time_iso_t.json", datetime(2024, 10, 22, 16, 1, 15, 13000)),
        ("variant/time_microseconds.json", datetime(2024, 10, 22, 16, 1, 15, 13456)),
        ("variant/time_unix.json", datetime(2024, 10, 22, 13, 1, 15, tzinfo=UTC)),
        ("variant/time_unix_string.json", datetime(2024, 10, 22, 13, 1, 15, tzinfo=UTC)),
        ("variant/time_utc_z.json", datetime(2024, 10, 22, 13, 1, 15, tzinfo=UTC)),
        ("seed/call_finished.json", datetime(2024, 10, 22, 16, 1, 15, 13000)),
    ],
)
def test_times_in_every_form(file, expected):
    assert load(file).time == expected


def test_sixty_four_bit_ids_stay_exact():
    assert load("variant/big_session_id.json").call_session_id == 9007199254740993


def test_words_for_nothing_are_absent_but_stay_in_the_body():
    found = load("variant/null_strings.json")
    assert (found.scenario_name, found.contact_id, found.contact_full_name) == (None, None, None)
    assert found.body["scenario_name"] == "null"


def test_values_that_brought_quotes_of_their_own_are_read_without_them():
    body = {"notification_name": "N", "call_session_id": '"998"', "contact_phone_number": '"79004443322"'}
    found = read(json.dumps(body).encode())
    assert (found.call_session_id, found.phone) == (998, "79004443322")
    assert found.body == body


@pytest.mark.parametrize("value", [True, "2024-99-99 10:00", "0000-00-00", [], {"a": 1}, "9" * 400, 1e300])
def test_times_that_nobody_can_read_are_absent(value):
    found = read(json.dumps({"notification_name": "N", "notification_time": value}).encode())
    assert found.time is None


def test_a_form_with_bytes_that_are_no_text_is_refused():
    with pytest.raises(Refusal):
        read(b"notification_name=%ff", "application/x-www-form-urlencoded")


def multipart(fields, line="\r\n", more=""):
    """A form as browsers and `curl -F` send it."""
    parts = [
        f'--X1{line}Content-Disposition: form-data; name="{name}"{line}{more}{line}{value}{line}'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--X1--{line}").encode()


FIELDS = {
    "notification_name": '"Завершение звонка"',
    "contact_phone_number": "79004443322",
    "call_session_id": "998800112",
    "employee_ids": "[1, 2]",
    "scenario_name": "две\r\nстроки",
}


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=X1", "Multipart/Form-Data;boundary=X1", None])
@pytest.mark.parametrize(("line", "more"), [("\r\n", ""), ("\n", ""), ("\r\n", "Content-Type: text/plain\r\n")])
def test_a_form_in_parts_is_read_like_any_form_also_when_it_was_stored(content_type, line, more):
    found = read(multipart(FIELDS, line, more), content_type)
    assert found.text == "Uiscom_event Завершение звонка"
    assert (found.phone, found.call_session_id, found.employee_ids) == ("79004443322", 998800112, (1, 2))
    assert found.body["scenario_name"] == "две\r\nстроки"
    assert not found.mended


def test_the_same_fields_in_two_kinds_of_forms_are_one_event():
    fields = {**FIELDS, "scenario_name": "Сценарий"}
    plain = accept(urlencode(fields).encode(), "application/x-www-form-urlencoded")
    assert accept(multipart(fields), "multipart/form-data; boundary=X1").fingerprint("k") == plain.fingerprint("k")


@pytest.mark.parametrize(
    "content",
    [
        multipart({"name": "N"}),
        multipart(FIELDS, more="Content-Type: multipart/mixed; boundary=Y\r\n"),
        multipart(FIELDS, more="Content-Type:\r\n message/rfc822\r\n"),
        multipart(dict.fromkeys(map(str, range(1001)), "1") | FIELDS),
        multipart(FIELDS, more="Content-Transfer-Encoding: base64\r\n").replace(b"79004443322", b"/////w=="),
        b"--X1\r\n",
        b"--X1",
        b"--",
        b"--X1--\r\n",
        b"--X1\r\nContent-Disposition: form-data; name=notification_name",
        b'--X"1\r\nContent-Disposition: form-data; name=notification_name\r\n\r\nN\r\n--X"1--',
        multipart(FIELDS)[:-10],
        # Headers that would cost seconds to read.
        multipart(FIELDS | {"x" + "; a=b" * 45_000: "1"}),
        multipart(FIELDS | {"(" * 100_000: "1"}),
    ],
)
def test_parts_that_are_no_form_of_plain_fields_are_refused(content):
    for content_type in ("multipart/form-data; boundary=X1", None):
        with pytest.raises(Refusal):
            read(content, content_type)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_parts_at_all_are_a_notification_or_a_refusal(head, tail):
    begin = b'--X1\r\nContent-Disposition: form-data; name="notification_name"\r\n'
    content = begin + head + b"\r\n--X1" + tail + b"\r\n--X1--"
    reply = FakeHost().post(content, content_type="multipart/form-data; boundary=X1")
    assert reply.status in (200, 400)


def test_contact_info_beats_the_field_at_the_top():
    assert load("variant/contact_both_places.json").phone == "79004443322"


def test_unknown_fields_and_texts_that_look_like_code_stay_as_they_are():
    found = load("variant/text_injection.json")
    assert found.body == json.loads(body_of("variant/text_injection.json"))
    assert found.body["scenario_name"] == "if(1==1, del())"
    assert found.contact_full_name == '#{api_key} <b>x</b> {{password}} "+1+"'


@pytest.mark.parametrize("name", ["#{api_key}", "if(1==1, del())", "{{password}}", "<b>x</b>", "a;b|c"])
def test_a_name_is_data(name):
    assert read(json.dumps({"notification_name": name}).encode()).text == f"Uiscom_event {name}"


@pytest.mark.parametrize("value", [True, False, None, [], {}, ["x"]])
def test_a_name_that_is_no_text_is_refused(value):
    with pytest.raises(Refusal, match="no notification_name"):
        read(json.dumps({"notification_name": value}).encode())


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (5.0, "5"), (5.5, "5.5"), ('"', '"'), ('""', "")])
def test_odd_names(value, text):
    assert read(json.dumps({"notification_name": value}).encode()).name == text


def test_an_unresolved_placeholder_becomes_nothing_and_is_noted():
    found = read(b'{"notification_name": "N", "external_id": {{external_id}}, "x": "{{kept}}"}')
    assert found.mended
    assert found.body == {"notification_name": "N", "external_id": None, "x": "{{kept}}"}


def test_an_empty_text_survives_the_repair():
    assert read(body_of("raw/double_quotes_simple.txt")).body["contact_full_name"] == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "not an object"),
        (b'"text"', "not an object"),
        (b"{'notification_name': 'x'}", "not JSON"),
        (b'{"notification_name": "x", "n": Infinity}', "not JSON"),
        (b'{"notification_name": "x", "n": ' + b"[" * 60 + b"]" * 60 + b"}", "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 900 + b'"\\u0041"' + b"}" * 900, "nested too deeply"),
        (b"notification_name=x", "not JSON"),
    ],
)
def test_refused_bodies(content, reason):
    with pytest.raises(Refusal, match=reason) as refused:
        read(content, "application/json")
    assert refused.value.status == 400


def test_fifty_levels_are_accepted_and_the_last_of_double_keys_counts():
    content = b'{"notification_name": "a", "notification_name": "b", "n": ' + b"[" * 49 + b"]" * 49 + b"}"
    assert read(content).name == "b"


def test_a_body_of_more_than_256_kib_is_too_long():
    with pytest.raises(Refusal) as refused:
        read(b" " * (MAX_BODY + 1))
    assert refused.value.status == 413


def test_half_a_surrogate_pair_and_huge_numbers_can_be_stored():
    found = read(b'{"notification_name": "\\ud800x", "n": ' + b"9" * 5000 + b', "f": 1e999}')
    assert found.name == "\ufffdx"
    json.dumps(found.body, ensure_ascii=False).encode()
    assert found.body["f"] == "1e999"


@pytest.mark.parametrize(
    "content", [b'"' * 200_000, b'\\"' * 100_000, b'{"a":""x' * 25_000, b"{{" * 100_000, b":  " * 80_000]
)
def test_hostile_bodies_are_refused_quickly(content):
    began = time.process_time()
    with pytest.raises(Refusal):
        read(content)
    assert time.process_time() - began < 1.0


def test_fingerprints_depend_on_content_and_key_only():
    one = read(b'{"notification_name": "a", "x": 1}')
    same = read(b'{ "x":1, "notification_name":"a" }')
    other = read(b'{"notification_name": "a", "x": 2}')
    assert one.fingerprint(KEY) == same.fingerprint(KEY)
    assert one.fingerprint(KEY) != other.fingerprint(KEY)
    assert one.fingerprint(KEY) != one.fingerprint("other")
    assert KEY not in one.fingerprint(KEY)


def test_fingerprints_are_those_that_earlier_releases_have_stored():
    found = read('{"notification_name": "Звонок", "b": [1, 2.5, null], "a": {"d": 1, "c": "\\ud83d"}}'.encode())
    assert found.fingerprint("key") == "ddda2686f294987c5e0f8545fb345917eb55b3405074df840747b590aaead784"


@pytest.mark.parametrize(
    ("value", "strict"),
    [
        ("79004443322", "79004443322"),
        (79004443322, "79004443322"),
        (79004443322.0, "79004443322"),
        ("+79004443322", None),
        ("89004443322", None),
        ("7 900 444-33-22", None),
        ("9004443322", None),
        ("375291234567", None),
        ("", None),
        (None, None),
        (True, None),
        ("79004443322\n", None),
        ("７9004443322", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        ({"phone": "79004443322"}, None),
    ],
)
def test_strict_phones(value, strict):
    assert phones.strict(value) == strict


@pytest.mark.parametrize(
    ("value", "repaired"),
    [
        ("+7 (900) 444-33-22", "79004443322"),
        ("8 900 444 33 22", "79004443322"),
        ("+7.900.444.33.22", "79004443322"),
        ("79004443322.101", "79004443322"),
        ("74955140578...2345", "74955140578"),
        ("+4912345678", None),  # ten digits with a plus are somebody else's country
        ("+81312345678", "81312345678"),
        ("sip:79004443322@host", None),
        ("anonymous", None),
        ("٧٩٠٠٤٤٤٣٣٢٢", None),
        ("1234567890123456", None),
        (True, None),
        ([79004443322], None),
    ],
)
def test_repaired_phones(value, repaired):
    assert phones.repair(value) == repaired
