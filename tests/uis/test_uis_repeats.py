"""What is repeated and what never is: the table of uis-api.md 10, by counting requests."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from uis_bench import CALL, FIXTURES, LIMITS, STARTED, Bench, failure, index, success

from salebot_uiscom.effects import HttpReply, Steps, TransportError, Wait, drive
from salebot_uiscom.uis import (
    Uis,
    UisAuthError,
    UisError,
    UisInternalError,
    UisInvalidParams,
    UisLimitExceeded,
    UisNoAnswer,
    UisOutcomeUnknown,
    UisProtocolError,
    UisSettings,
    UisUnreachable,
)
from salebot_uiscom.uis import tables as uis_tables

MODES = pytest.mark.parametrize("mode", ["sync", "async"])
SITES = success([{"id": 80913, "domain_name": "test.ru"}], total_items=1)
CREATING = {
    "start_employee_call": CALL,
    "start_scenario_call": {"virtual_phone_number": "78001002752", "contact": "79004443322", "scenario_id": 328746},
    "start_simple_call": {"virtual_phone_number": "78001002752", "contact": "79004443322", "operator": "79001112233"},
    "start_vnumber_call": {"virtual_phone_number": "78001002752", "contact": "79004443322"},
}

NOT_SENT = [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
PERHAPS_SENT = [
    httpx.WriteError("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadTimeout("x"),
    httpx.ReadError("x"),
    httpx.RemoteProtocolError("x"),
]
NO_ANSWER = [
    *PERHAPS_SENT,
    httpx.Response(200, content=(FIXTURES / "responses/transport/200_cut.txt").read_bytes()),
    httpx.Response(200, content=(FIXTURES / "responses/transport/200_empty.txt").read_bytes()),
    httpx.Response(200, content=(FIXTURES / "responses/transport/200_html.txt").read_bytes()),
    httpx.Response(200, content=(FIXTURES / "responses/transport/200_array.txt").read_bytes()),
    httpx.Response(200, content=(FIXTURES / "responses/wrong_id.json").read_bytes()),
    httpx.Response(200, content=(FIXTURES / "responses/result_and_error.json").read_bytes()),
    httpx.Response(502, content=(FIXTURES / "responses/transport/502.html").read_bytes()),
    httpx.Response(504, content=(FIXTURES / "responses/transport/504.html").read_bytes()),
    {"result": {}},
]


def named(faults: list[Any]) -> list[Any]:
    return [pytest.param(fault, id=f"{number}-{type(fault).__name__}") for number, fault in enumerate(faults)]


@MODES
@pytest.mark.parametrize("fault", named(NOT_SENT))
@pytest.mark.parametrize("method", CREATING)
def test_call_that_certainly_did_not_leave_is_tried_three_times(method: str, fault: Exception, mode: str) -> None:
    bench = Bench(fault, fault, STARTED, mode=mode)
    started = bench.run(getattr(bench.uis, method)(**CREATING[method]))
    assert started.call_session_id == 237859081
    assert len(bench.requests) == 3
    assert len(bench.waits) == 2
    # Another mark would be another call.
    assert len({request["params"]["external_id"] for request in bench.requests}) == 1


@MODES
def test_call_gives_up_after_two_repeats(mode: str) -> None:
    bench = Bench(*[httpx.ConnectError("x")] * 9, mode=mode)
    with pytest.raises(UisUnreachable) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    assert len(bench.requests) == 3
    assert not caught.value.outcome_unknown


@MODES
@pytest.mark.parametrize("fault", named(NO_ANSWER))
@pytest.mark.parametrize("method", CREATING)
def test_call_that_may_have_left_is_never_repeated(method: str, fault: Any, mode: str) -> None:
    bench = Bench(fault, STARTED, mode=mode)
    with pytest.raises(UisOutcomeUnknown) as caught:
        bench.run(getattr(bench.uis, method)(**CREATING[method]))
    assert len(bench.requests) == 1
    assert bench.waits == []
    assert caught.value.outcome_unknown


@pytest.mark.parametrize("status", [302, 400, 404, 408, 429])
def test_call_refused_by_something_that_is_not_uis_is_unknown_too(status: int) -> None:
    bench = Bench(httpx.Response(status, text="<html>", headers={"location": "https://other.example/"}), STARTED)
    with pytest.raises(UisOutcomeUnknown):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert len(bench.requests) == 1


@MODES
def test_internal_error_of_a_call_is_an_unknown_outcome_and_not_repeated(mode: str) -> None:
    bench = Bench(failure("internal_error", -32603), STARTED, mode=mode)
    with pytest.raises(UisInternalError) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    assert len(bench.requests) == 1
    assert caught.value.outcome_unknown


@MODES
@pytest.mark.parametrize("fault", named(NO_ANSWER))
def test_read_without_an_answer_is_repeated_once(fault: Any, mode: str) -> None:
    bench = Bench(fault, SITES, mode=mode)
    assert bench.run(bench.uis.sites_by_domain()).ids == {"test.ru": 80913}
    assert len(bench.requests) == 2
    assert len(bench.waits) == 1


@pytest.mark.parametrize("fault", named(NOT_SENT))
def test_read_that_did_not_leave_is_tried_three_times(fault: Exception) -> None:
    bench = Bench(fault, fault, SITES)
    assert len(bench.run(bench.uis.get_sites())) == 1
    gone = Bench(fault, fault, fault, SITES)
    with pytest.raises(UisUnreachable):
        gone.run(gone.uis.get_sites())
    assert (len(bench.requests), len(gone.requests)) == (3, 3)


@pytest.mark.parametrize("fault", named(NO_ANSWER))
def test_read_gives_up_after_one_repeat(fault: Any) -> None:
    bench = Bench(fault, fault, SITES)
    with pytest.raises((UisNoAnswer, UisProtocolError)) as caught:
        bench.run(bench.uis.get_sites())
    assert len(bench.requests) == 2
    assert not caught.value.outcome_unknown


def test_read_at_a_wrong_address_is_not_repeated() -> None:
    bench = Bench(httpx.Response(404, text="not here"), SITES)
    with pytest.raises(UisProtocolError) as caught:
        bench.run(bench.uis.get_sites())
    assert (caught.value.status, len(bench.requests)) == (404, 1)


def test_redirect_is_not_followed() -> None:
    bench = Bench(httpx.Response(307, headers={"location": "https://other.example/"}), SITES)
    with pytest.raises(UisProtocolError):
        bench.run(bench.uis.get_sites())
    assert bench.urls == ["https://dataapi.uiscom.ru/v2.0"]


@MODES
def test_internal_error_of_a_read_is_tried_twice_with_back_off(mode: str) -> None:
    bench = Bench(failure("internal_error", -32603), SITES, mode=mode)
    assert len(bench.run(bench.uis.get_sites())) == 1
    assert len(bench.waits) == 1
    assert 0 < bench.waits[0] <= 2


def test_jsonrpc_body_counts_whatever_the_status() -> None:
    body = (FIXTURES / "responses/errors/call/http_403.json").read_bytes()
    bench = Bench(httpx.Response(403, content=body))
    with pytest.raises(UisError) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    assert caught.value.mnemonic == "ip_not_whitelisted"
    assert "203.0.113.10" in caught.value.cure("ru")


@pytest.mark.parametrize(
    ("method", "arguments", "mnemonic"),
    [
        ("release_call", {"call_session_id": 1}, "call_session_not_found"),
        ("tag_call", {"call_session_id": 1, "tag_id": 2}, "duplicate_tag"),
        (
            "set_tag_communications",
            {"communication_type": "call", "tag_id": 2, "communication_id": 3},
            "duplicate_entity",
        ),
    ],
)
def test_refusal_of_our_own_repeat_means_that_the_first_try_got_through(
    method: str, arguments: dict[str, Any], mnemonic: str
) -> None:
    bench = Bench(httpx.ReadTimeout("x"), failure(mnemonic))
    assert bench.run(getattr(bench.uis, method)(**arguments)) is None
    first = Bench(failure(mnemonic))
    with pytest.raises(UisInvalidParams):
        first.run(getattr(first.uis, method)(**arguments))
    unsent = Bench(httpx.ConnectError("x"), failure(mnemonic))
    with pytest.raises(UisInvalidParams):
        unsent.run(getattr(unsent.uis, method)(**arguments))


ARGUMENTS: dict[str, dict[str, Any]] = {
    **{name.replace("_", ".", 1): arguments for name, arguments in CREATING.items()},
    "release.call": {"call_session_id": 1},
    "list.calls": {},
    "tag.call": {"call_session_id": 1, "tag_id": 2},
    "get.account": {},
    "get.sites": {},
    "get.campaigns": {},
    "get.scenarios": {},
    "get.employees": {},
    "get.virtual_numbers": {},
    "get.tags": {},
    "get.calls_report": {"date_from": "2024-10-22 15:00:00", "date_till": "2024-10-22 16:00:00"},
    "get.offline_messages_report": {"date_from": "2024-10-22 15:00:00", "date_till": "2024-10-22 16:00:00"},
    "set.tag_communications": {"communication_type": "call", "tag_id": 2, "communication_id": 3},
    "unset.tag_communications": {"communication_type": "call", "tag_id": 2, "communication_ext_id": "x"},
    "upload.offline_messages": {"messages": [{"phone": "79004443322", "site_id": 80913}]},
    "login.user": {"api": "call"},
    "logout.user": {"api": "call"},
}
FINAL = [
    (name, row)
    for name, method in uis_tables.methods().items()
    for row in uis_tables.errors()
    if row.mnemonic in method.errors
    and row.concerns(name)
    and row.mnemonic not in ("limit_exceeded", "internal_error")
    and name not in ("login.user", "logout.user")
]


def test_every_method_of_the_table_is_there() -> None:
    assert set(ARGUMENTS) == set(uis_tables.methods())


@pytest.mark.parametrize(("method", "row"), [pytest.param(*case, id=f"{case[0]}-{case[1].mnemonic}") for case in FINAL])
def test_documented_error_of_a_method_is_final(method: str, row: uis_tables.ErrorRow) -> None:
    bench = Bench(failure(row.mnemonic, row.code), STARTED)
    with pytest.raises(UisError) as caught:
        bench.run(getattr(bench.uis, method.replace(".", "_", 1))(**ARGUMENTS[method]))
    assert (caught.value.mnemonic, caught.value.code, caught.value.method) == (row.mnemonic, row.code, method)
    assert caught.value.request_id == bench.requests[0]["id"]
    assert len(bench.requests) == 1
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("entry", index("response"), ids=lambda entry: entry["file"])
def test_documented_answer_satisfies_its_method(entry: dict[str, Any]) -> None:
    method = entry["method"]
    raw = (FIXTURES / entry["file"]).read_text("utf-8")

    def answer(body: dict[str, Any]) -> httpx.Response:
        return httpx.Response(200, text=raw.replace('"req-1"', f'"{body["id"]}"'))

    password = method in ("login.user", "logout.user")
    before = [success({"access_token": "test-session-0002", "expire_at": 2e9})] if method == "logout.user" else []
    bench = Bench(*before, answer, **({"login": "bot@test.ru", "password": "secret-0001"} if password else {}))
    arguments = ARGUMENTS[method]
    if "three" in entry["file"]:
        arguments = {"messages": arguments["messages"] * 3}
    if before:
        bench.run(bench.uis.login_user(api="call"))
    bench.run(getattr(bench.uis, method.replace(".", "_", 1))(**arguments))
    assert bench.methods[-1] == method
    assert bench.replies == []


# --- limits -------------------------------------------------------------------------------------------------------


def limits(**changes: int) -> dict[str, int]:
    return {**LIMITS, **changes}


@MODES
def test_spent_minute_is_waited_for_when_the_budget_allows(mode: str) -> None:
    spent = failure("limit_exceeded", -32029, metadata={"limits": limits(minute_remaining=0, minute_reset=7)})
    bench = Bench(spent, STARTED, mode=mode)
    assert bench.run(bench.uis.start_employee_call(**CALL)).call_session_id == 237859081
    assert bench.waits == [7.0]


@MODES
def test_spent_minute_beyond_the_budget_fails_with_seconds(mode: str) -> None:
    spent = failure("limit_exceeded", -32029, metadata={"limits": limits(minute_remaining=0, minute_reset=37)})
    bench = Bench(spent, STARTED, mode=mode)
    with pytest.raises(UisLimitExceeded) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    assert (caught.value.seconds, caught.value.per_day, bench.waits) == (37, False, [])


def test_spent_day_fails_at_once_and_is_remembered() -> None:
    bench = Bench(success([], total_items=0, limits=limits(day_remaining=0, day_reset=5000)), SITES)
    bench.run(bench.uis.get_sites())
    with pytest.raises(UisLimitExceeded) as caught:
        bench.run(bench.uis.get_sites())
    assert (caught.value.local, caught.value.per_day, caught.value.seconds) == (True, True, 5000)
    assert len(bench.requests) == 1
    bench.now += 5001
    assert len(bench.run(bench.uis.get_sites())) == 1


def test_spent_minute_of_a_success_is_remembered_and_waited_for() -> None:
    bench = Bench(success([], limits=limits(minute_remaining=0, minute_reset=5)), SITES)
    bench.run(bench.uis.get_sites())
    bench.now += 1.5
    assert len(bench.run(bench.uis.get_sites())) == 1
    assert bench.waits == [4.0]


def test_size_of_the_limit_is_not_taken_for_what_is_left() -> None:
    bench = Bench(success([], limits=limits(minute_limit=0, day_limit=0)), SITES)
    bench.run(bench.uis.get_sites())
    assert len(bench.run(bench.uis.get_sites())) == 1
    assert bench.waits == []


def test_each_api_has_its_own_points() -> None:
    bench = Bench(success([], limits=limits(day_remaining=0)), STARTED)
    bench.run(bench.uis.get_sites())
    assert bench.run(bench.uis.start_employee_call(**CALL)).call_session_id == 237859081
    assert bench.uis.limits("data").day_remaining == 0
    assert bench.uis.limits("call").day_remaining == 741


def test_each_key_has_its_own_points_in_a_shared_memory() -> None:
    first = Bench(success([], limits=limits(day_remaining=0)))
    first.run(first.uis.get_sites())
    other = Bench(SITES, state=first.uis.state, access_token="test-key-0002")
    assert len(other.run(other.uis.get_sites())) == 1
    same = Bench(SITES, state=first.uis.state)
    with pytest.raises(UisLimitExceeded):
        same.run(same.uis.get_sites())


# --- sessions -----------------------------------------------------------------------------------------------------

LOGIN = {"login": "bot@test.ru", "password": "secret-0001"}


def session(token: str, until: float = 1_729_602_000.0 + 3600) -> dict[str, Any]:
    return success({"access_token": token, "expire_at": int(until)})


@MODES
def test_password_session_is_begun_once_and_used(mode: str) -> None:
    bench = Bench(session("s-1"), STARTED, STARTED, mode=mode, **LOGIN)
    for _ in range(2):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert bench.methods == ["login.user", "start.employee_call", "start.employee_call"]
    assert bench.requests[0]["params"] == LOGIN
    assert {request["params"]["access_token"] for request in bench.requests[1:]} == {"s-1"}


@pytest.mark.parametrize(("left", "logins"), [(61, 1), (59, 2)])
def test_session_is_renewed_when_less_than_a_minute_is_left(left: int, logins: int) -> None:
    bench = Bench(session("s-1"), STARTED, session("s-2"), STARTED, **LOGIN)
    if logins == 1:
        del bench.replies[2]
    bench.run(bench.uis.start_employee_call(**CALL))
    bench.now += 3600 - left
    bench.run(bench.uis.start_employee_call(**CALL))
    assert bench.methods.count("login.user") == logins


def test_expire_is_accepted_for_expire_at_and_none_means_an_hour() -> None:
    bench = Bench(success({"access_token": "s", "expire": 1729605600}), success({"access_token": "s"}), **LOGIN)
    assert bench.run(bench.uis.login_user(api="data")) == 1729605600
    assert bench.run(bench.uis.login_user(api="call")) == bench.now + 3600


@MODES
def test_ended_session_is_renewed_once_and_the_call_repeated(mode: str) -> None:
    bench = Bench(session("s-1"), failure("access_token_invalid", -32001), session("s-2"), STARTED, mode=mode, **LOGIN)
    assert bench.run(bench.uis.start_employee_call(**CALL)).call_session_id == 237859081
    assert bench.requests[-1]["params"]["access_token"] == "s-2"


def test_second_refusal_of_a_session_is_final() -> None:
    refused = failure("access_token_invalid", -32001)
    bench = Bench(session("s-1"), refused, session("s-2"), refused, **LOGIN)
    with pytest.raises(UisAuthError):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert len(bench.requests) == 4


def test_wrong_password_is_final_at_once() -> None:
    bench = Bench(failure("auth_error", -32001), **LOGIN)
    with pytest.raises(UisAuthError) as caught:
        bench.run(bench.uis.start_employee_call(**CALL))
    assert (caught.value.mnemonic, len(bench.requests)) == ("auth_error", 1)


def test_permanent_key_is_never_tried_again() -> None:
    bench = Bench(failure("access_token_invalid", -32001))
    with pytest.raises(UisAuthError):
        bench.run(bench.uis.get_sites())
    assert len(bench.requests) == 1


def test_each_api_has_its_own_session() -> None:
    bench = Bench(session("s-call"), STARTED, session("s-data"), SITES, **LOGIN)
    bench.run(bench.uis.start_employee_call(**CALL))
    bench.run(bench.uis.get_sites())
    assert [request["params"].get("access_token") for request in bench.requests] == [None, "s-call", None, "s-data"]


def test_logout_ends_the_session_even_when_it_is_over_already() -> None:
    bench = Bench(session("s-1"), failure("access_token_invalid", -32001), **LOGIN)
    bench.run(bench.uis.logout_user(api="call"))
    assert bench.requests == []
    bench.run(bench.uis.login_user(api="call"))
    bench.run(bench.uis.logout_user(api="call"))
    assert bench.methods == ["login.user", "logout.user"]
    assert bench.requests[1]["params"] == {"access_token": "s-1"}


# --- threads ---------------------------------------------------------------------------------------------------------


def test_steps_may_be_continued_in_other_threads() -> None:
    uis = Uis(UisSettings(access_token="test-key-0001"))
    steps = uis.start_employee_call(**CALL)
    refused = TransportError("ConnectError", sent=False)

    def answer(request: Any) -> HttpReply:
        body = {"jsonrpc": "2.0", "id": json.loads(request.content)["id"], **STARTED}
        return HttpReply(200, json.dumps(body).encode())

    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        first.submit(next, steps).result()
        assert isinstance(second.submit(steps.throw, refused).result(), Wait)
        request = first.submit(steps.send, None).result()
        started = second.submit(lambda: drive(_resumed(steps, request), {type(request): answer})).result()
    assert started.call_session_id == 237859081


def _resumed(steps: Steps[Any], effect: Any) -> Steps[Any]:
    reply = yield effect
    try:
        steps.send(reply)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("one more effect")


# --- time ---------------------------------------------------------------------------------------------------------


def test_repeats_of_a_call_stay_within_its_time() -> None:
    def slow(body: dict[str, Any]) -> httpx.Response:
        bench.now += 5
        raise httpx.ConnectTimeout("x")

    bench = Bench(slow, slow, slow)
    with pytest.raises(UisUnreachable):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert len(bench.requests) == 2


def test_slow_login_leaves_no_call_without_time_for_an_answer() -> None:
    def slow(body: dict[str, Any]) -> httpx.Response:
        bench.now += 9
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], **session("s-1")})

    bench = Bench(slow, STARTED, **LOGIN)
    with pytest.raises(UisUnreachable):
        bench.run(bench.uis.start_employee_call(**CALL))
    assert bench.methods == ["login.user"]
