"""What became of a call or a message whose answer was lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from uis_bench import Bench, failure, fixture, success

from salebot_uiscom.uis import FoundCall, UisError, UisOutcomeUnknown

MODES = pytest.mark.parametrize("mode", ["sync", "async"])
MARK = "sb-7f3c2b1e-0001"
SINCE = datetime(2024, 10, 22, 13, 0, tzinfo=UTC)
NOTHING = success([], total_items=0)
DISABLED = failure("component_disabled", -32008)
MESSAGE = {"phone": "79004443322", "site_id": 80913, "message": "Перезвоните", "ext_id": "sb-om-0001"}


def answer(name: str) -> dict[str, Any]:
    return {"result": fixture(f"responses/{name}.json")["result"]}


@MODES
def test_active_call_is_found_after_one_second(mode: str) -> None:
    bench = Bench(answer("list.calls"), mode=mode)
    found = bench.run(bench.uis.find_active_call(MARK))
    assert found == FoundCall(
        fixture("responses/list.calls.json")["result"]["data"][0]["call_session_id"], "list.calls"
    )
    assert bench.waits == [1.0]


@MODES
def test_call_that_ended_is_found_in_the_report(mode: str) -> None:
    bench = Bench(
        answer("list.calls.empty"), answer("get.calls_report.by_external_id"), mode=mode, timezone="Europe/Moscow"
    )
    bench.now = SINCE.timestamp() + 1
    found = bench.run(bench.uis.find_call(MARK, SINCE))
    assert found is not None
    assert found.seen_in == "get.calls_report"
    asked = bench.requests[1]["params"]
    wanted = fixture("requests/get.calls_report.by_external_id.json")["params"]
    assert {**asked, "date_till": ""} == {**wanted, "date_till": ""}
    assert asked["date_till"] == "2024-10-22 16:01:06"
    assert bench.waits == [1.0, 4.0]


def test_call_not_found_stays_unknown_after_half_a_minute() -> None:
    bench = Bench(DISABLED, NOTHING, NOTHING, timezone="Europe/Moscow")
    assert bench.run(bench.uis.find_call(MARK, SINCE)) is None
    assert bench.methods == ["list.calls", "get.calls_report", "get.calls_report"]
    assert sum(bench.waits) == 30.0


def test_foreign_rows_prove_nothing() -> None:
    rows = success([{"id": 5, "call_api_external_id": "other"}, {"id": 6}], total_items=2)
    bench = Bench(answer("list.calls.null_tags"), rows, rows, timezone="Europe/Moscow")
    assert bench.run(bench.uis.find_call("sb-of-nobody", SINCE)) is None


def test_search_never_starts_a_call_and_survives_faults() -> None:
    bench = Bench(*[httpx.ReadTimeout("x")] * 12)
    assert bench.run(bench.uis.find_call(MARK, SINCE)) is None
    assert {"list.calls", "get.account"} == set(bench.methods)


@MODES
def test_upload_sends_the_documented_body(mode: str) -> None:
    bench = Bench(answer("upload.offline_messages"), mode=mode)
    wanted = fixture("requests/upload.offline_messages.site.json")["params"]
    stored = bench.run(bench.uis.upload_offline_messages(wanted["offline_messages"]))
    assert bench.requests[0]["params"] == wanted
    assert stored[0].id == fixture("responses/upload.offline_messages.json")["result"]["data"][0]["id"]
    assert stored[0].ext_id == "sb-om-0001"


@MODES
@pytest.mark.parametrize(
    "fault", [httpx.ReadTimeout("x"), httpx.Response(502, text="<html>"), failure("internal_error", -32603)]
)
def test_message_with_a_lost_answer_is_looked_up_and_not_stored_twice(fault: Any, mode: str) -> None:
    bench = Bench(fault, answer("get.offline_messages_report.by_ext_id"), mode=mode, timezone="Europe/Moscow")
    stored = bench.run(bench.uis.upload_offline_messages([MESSAGE]))
    assert stored[0].found_again
    assert bench.methods == ["upload.offline_messages", "get.offline_messages_report"]


def test_message_that_is_not_there_is_sent_once_more() -> None:
    bench = Bench(
        httpx.ReadTimeout("x"),
        answer("get.offline_messages_report.by_ext_id_none"),
        success([{"id": 12}]),
        timezone="Europe/Moscow",
    )
    stored = bench.run(bench.uis.upload_offline_messages([MESSAGE]))
    assert (stored[0].id, stored[0].found_again) == (12, False)
    assert bench.requests[0]["params"] == bench.requests[2]["params"]


def test_duplicate_on_the_repeat_means_stored() -> None:
    bench = Bench(httpx.ReadTimeout("x"), NOTHING, failure("duplicate_entity"), timezone="Europe/Moscow")
    stored = bench.run(bench.uis.upload_offline_messages([MESSAGE]))
    assert (stored[0].id, stored[0].ext_id, stored[0].found_again) == (None, "sb-om-0001", True)


def test_message_is_not_repeated_when_the_report_cannot_be_read() -> None:
    bench = Bench(httpx.ReadTimeout("x"), failure("forbidden", -32003), timezone="Europe/Moscow")
    with pytest.raises(UisOutcomeUnknown):
        bench.run(bench.uis.upload_offline_messages([MESSAGE]))
    assert len(bench.requests) == 2


def test_only_the_missing_messages_are_repeated_in_the_order_given() -> None:
    messages = [{**MESSAGE, "ext_id": f"m-{number}"} for number in range(3)]
    bench = Bench(
        httpx.ReadTimeout("x"),
        success([{"id": 10, "ext_id": "m-0"}], total_items=1),
        NOTHING,
        success([{"id": 12, "ext_id": "m-2"}], total_items=1),
        success([{"id": 11}]),
        timezone="Europe/Moscow",
    )
    stored = bench.run(bench.uis.upload_offline_messages(messages))
    assert [message.id for message in stored] == [10, 11, 12]
    assert [message["ext_id"] for message in bench.requests[-1]["params"]["offline_messages"]] == ["m-1"]


def test_message_without_a_mark_gets_one() -> None:
    bench = Bench(success([{"id": 1}]))
    stored = bench.run(bench.uis.upload_offline_messages([{"phone": "79004443322", "site_id": 1}]))
    assert stored[0].ext_id.startswith("sb-")
    assert bench.requests[0]["params"]["offline_messages"][0]["ext_id"] == stored[0].ext_id


def test_refused_message_is_refused() -> None:
    bench = Bench(failure("invalid_date_time"))
    with pytest.raises(UisError) as caught:
        bench.run(bench.uis.upload_offline_messages([MESSAGE]))
    assert caught.value.mnemonic == "invalid_date_time"


def test_message_is_found_by_its_mark() -> None:
    bench = Bench(answer("get.offline_messages_report.by_ext_id"), NOTHING, timezone="Europe/Moscow")
    assert isinstance(bench.run(bench.uis.find_offline_message("sb-om-0001", SINCE)), int)
    assert bench.run(bench.uis.find_offline_message("sb-om-0001", SINCE)) is None
