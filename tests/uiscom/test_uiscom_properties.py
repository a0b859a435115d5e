"""What holds for every body and every argument, and for hosts that use asyncio."""

import asyncio
import json

from fake_host import KEY, PHONE, VIRTUAL, FakeHost, fault
from hypothesis import given, settings
from hypothesis import strategies as st

from salebot_uiscom.effects import adrive
from salebot_uiscom.uiscom import phones
from salebot_uiscom.uiscom.notification import Refusal, read

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "notification_name",
    "contact_info",
    "contact_phone_number",
    "call_info",
    "call_session_id",
    "external_id",
    "employee_ids",
    "notification_time",
    "wait_time_duration",
)


def outcome(content):
    try:
        return read(content)
    except Refusal as refusal:
        return refusal


bodies = st.dictionaries(st.sampled_from(FIELDS) | st.text(), json_values, max_size=8)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.text('{}[]":,\\ nul{{a}}', max_size=60).map(str.encode)
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(content):
    found = outcome(content)
    if isinstance(found, Refusal):
        assert found.status in (400, 413)
    else:
        assert found.text.startswith("Uiscom_event")


@given(bodies)
@settings(max_examples=300, deadline=None)
def test_any_object_is_read_or_refused_for_its_name_and_can_be_stored(body):
    content = json.dumps(body).encode()
    found = outcome(content)
    if isinstance(found, Refusal):
        assert found.reason == "no notification_name"
        return
    assert "\n" not in found.text
    assert len(found.name) <= 255
    assert found.phone is None or (found.phone.isascii() and found.phone.isdigit())
    json.dumps(found.body, ensure_ascii=False).encode()
    assert found.fingerprint(KEY) == read(json.dumps(found.body).encode()).fingerprint(KEY)


@given(json_values, json_values, json_values)
@settings(max_examples=200, deadline=None)
def test_a_call_function_answers_with_a_dictionary_whatever_it_is_given(one, two, three):
    host = FakeHost()
    result = host.call("uiscom_employee_call", one, two, three)
    assert isinstance(result, dict)
    assert ("call_session_id" in result) == (len(host.uis.requests) == 1)
    for request in host.uis.requests:
        assert phones.strict(request["params"]["contact"]) is not None


@given(st.text(max_size=40) | st.integers() | st.floats())
@settings(max_examples=200, deadline=None)
def test_a_strict_phone_is_its_own_repair(value):
    strict = phones.strict(value)
    assert strict is None or phones.repair(value) == strict


def test_the_same_steps_run_under_asyncio():
    host = FakeHost()
    host.uis.script("start.employee_call", fault(sent=True, timeout=True))

    def awaitable(handler):
        async def run(effect):
            return handler(effect)

        return run

    handlers = {kind: awaitable(handler) for kind, handler in host.handlers().items()}
    steps = host.functions["uiscom_employee_call"](host.context(), VIRTUAL, PHONE, 1)
    assert asyncio.run(adrive(steps, handlers))["outcome"] == "unknown"
    assert host.uis.count("start.") == 1
