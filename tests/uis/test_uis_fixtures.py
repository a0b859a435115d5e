"""Every request and answer of the fixture collection, as its index says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from uis_bench import FIXTURES, KEY, fixture, index

from salebot_uiscom.effects import HttpReply
from salebot_uiscom.uis import (
    UisAuthError,
    UisError,
    UisInvalidParams,
    UisLimitExceeded,
    UisProtocolError,
    rpc,
    tables,
)
from salebot_uiscom.uis.checks import check_params
from salebot_uiscom.uis.errors import MESSAGE_CODES


def entries(*kinds: str, under: str = "") -> Any:
    return [pytest.param(entry, id=entry["file"]) for entry in index(*kinds) if entry["file"].startswith(under)]


def reply_of(entry: dict[str, Any]) -> HttpReply:
    return HttpReply(entry["http_status"], (FIXTURES / entry["file"]).read_bytes())


def read(entry: dict[str, Any], method: str = "get.sites") -> rpc.Answer:
    return rpc.read(reply_of(entry), method=entry.get("method", method), request_id="req-1", secrets=(KEY,))


def methods_validator() -> Any:
    document = fixture("methods.json")
    registry = Registry().with_resource(document["$id"], Resource.from_contents(document))
    return lambda method: Draft202012Validator({"$ref": f"urn:uis:methods#/methods/{method}/params"}, registry=registry)


VALIDATOR = methods_validator()


@pytest.mark.parametrize("entry", entries("request"))
def test_valid_request_passes_the_checks_and_is_built_as_written(entry: dict[str, Any]) -> None:
    request = fixture(entry["file"])
    check_params(request["method"], request["params"])
    assert json.loads(rpc.build(request["method"], request["params"], request["id"])) == request


# What only UIS can know: keys, whose numbers, the clock; and what our envelope cannot express.
SERVER_KNOWS = {
    "bad_token",
    "foreign_virtual_number",
    "contact_is_own_number",
    "message_future",
    "batch",
    "jsonrpc_1",
    "no_id",
    "not_json",
    "params_array",
    "unknown_method",
    "data_method_on_call_api",
}


@pytest.mark.parametrize("entry", entries("request_invalid"))
def test_invalid_request_is_refused_before_it_is_sent(entry: dict[str, Any]) -> None:
    name = entry["file"].rpartition("/")[2].rpartition(".")[0]
    if name in SERVER_KNOWS:
        # Each of these is met by its error answer below.
        assert tables.error_rows(entry["expect_error"])
        return
    request = fixture(entry["file"])
    with pytest.raises(UisError) as caught:
        check_params(request["method"], request["params"])
    assert caught.value.mnemonic == entry["expect_error"]
    assert caught.value.field is not None
    assert caught.value.field.rpartition(".")[2] == entry["expect_field"].rpartition(".")[2]
    assert caught.value.local
    assert isinstance(caught.value, UisInvalidParams)


@pytest.mark.parametrize("entry", entries("response", "page"))
def test_documented_answer_is_read(entry: dict[str, Any]) -> None:
    raw = fixture(entry["file"])
    answer = read(entry)
    expected = raw["result"].get("data", rpc.MISSING)
    assert answer.data == expected
    metadata = raw["result"].get("metadata") or raw["result"].get("meta_data") or {}
    assert answer.total_items == metadata.get("total_items")
    assert (answer.limits is None) == ("limits" not in metadata)
    if answer.limits is not None:
        assert answer.limits.minute_remaining == metadata["limits"]["minute_remaining"]


def test_deprecated_version_is_noticed_in_either_spelling() -> None:
    reply = (FIXTURES / "responses/start.employee_call.deprecated_version.json").read_bytes()
    for spelling in (b"current_version_depricated", b"current_version_deprecated"):
        body = reply.replace(b"current_version_depricated", spelling)
        answer = rpc.read(HttpReply(200, body), method="start.employee_call", request_id="req-1")
        assert answer.deprecated == "4.1"


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("data_null", None),
        ("no_data", rpc.MISSING),
        ("start.employee_call.string_id", {"call_session_id": "237859083"}),
        ("result_and_error", "neither_result_nor_error"),
        ("wrong_id", "foreign_id"),
    ],
)
def test_anomalous_answer(name: str, outcome: Any) -> None:
    entry = next(entry for entry in index("response_anomaly") if entry["file"] == f"responses/{name}.json")
    if not isinstance(outcome, str):
        assert read(entry).data == outcome
        return
    with pytest.raises(UisProtocolError) as caught:
        read(entry)
    assert caught.value.reason == outcome


def test_all_anomalies_and_transport_bodies_are_met_above_and_below() -> None:
    assert len(index("response_anomaly")) == 5
    assert len(index("response_transport")) == 7


@pytest.mark.parametrize("entry", entries("response_transport"))
def test_body_that_is_no_json_rpc(entry: dict[str, Any]) -> None:
    if entry["file"].endswith("200_bom.txt"):
        assert read(entry).data == []
        return
    with pytest.raises(UisProtocolError) as caught:
        read(entry)
    assert caught.value.status == entry["http_status"]
    assert caught.value.reason in ("not_json", "not_an_object")


@pytest.mark.parametrize("entry", entries("error"))
def test_error_answer_becomes_its_class_with_cause_and_cure(entry: dict[str, Any]) -> None:
    raw = fixture(entry["file"])["error"]
    method = next((name for name in entry.get("methods", ["*"]) if name != "*"), "get.sites")
    with pytest.raises(UisError) as caught:
        read(entry, method)
    error = caught.value
    assert error.code == raw["code"]
    mnemonic = raw.get("data", {}).get("mnemonic")
    if mnemonic and tables.error_rows(mnemonic):
        assert error.mnemonic == tables.error_rows(mnemonic)[0].mnemonic
        assert type(error).__name__ != "UisError"
    if "retry" in entry:
        assert error.advice == entry["retry"]
    for lang in ("ru", "en"):
        text = error.describe(lang)
        assert error.cause(lang)
        assert error.cure(lang)
        assert "{name" not in text
        assert "?" not in error.cause(lang)
        assert "79004443322" not in text
        assert KEY not in text


def test_every_row_of_the_error_table_has_texts_of_its_own() -> None:
    for row in tables.errors():
        code = MESSAGE_CODES.get((row.mnemonic, row.code)) or MESSAGE_CODES.get((row.mnemonic, None))
        assert code, row
    assert len(set(MESSAGE_CODES.values())) == len(MESSAGE_CODES)


def test_no_mnemonic_takes_the_class_of_the_code() -> None:
    entry = next(entry for entry in index("error") if entry["file"].endswith("data/no_data_member.json"))
    with pytest.raises(UisError) as caught:
        read(entry)
    assert type(caught.value).__name__ == "UisInternalError"
    assert caught.value.advice == "reads_only"


def test_unknown_mnemonic_takes_its_group_and_unknown_code_is_final() -> None:
    body = b'{"jsonrpc":"2.0","id":"req-1","error":{"code":%d,"message":"x","data":{"mnemonic":"new_one"}}}'
    with pytest.raises(UisAuthError) as caught:
        rpc.read(HttpReply(200, body % -32001), method="get.sites", request_id="req-1")
    assert (caught.value.mnemonic, caught.value.advice) == ("new_one", "never")
    with pytest.raises(UisError) as unknown:
        rpc.read(HttpReply(200, body % -1), method="get.sites", request_id="req-1")
    assert (type(unknown.value), unknown.value.advice) == (UisError, "never")


def test_same_mnemonic_with_other_code_keeps_class_and_changes_text() -> None:
    def read_error(name: str, method: str) -> UisError:
        body = (FIXTURES / f"responses/errors/call/{name}.json").read_bytes()
        with pytest.raises(UisError) as caught:
            rpc.read(HttpReply(200, body), method=method, request_id="req-1")
        return caught.value

    listed = read_error("contact_in_blacklist", "start.employee_call")
    listed_too = read_error("contact_in_blacklist.start.scenario_call", "start.scenario_call")
    assert type(listed) is type(listed_too)
    assert listed.code != listed_too.code
    absent = read_error("scenario_not_found", "start.scenario_call")
    unbound = read_error("scenario_not_found.start.vnumber_call", "start.vnumber_call")
    assert type(absent) is type(unbound)
    assert absent.cause() != unbound.cause()


def test_limit_error_tells_seconds_and_which_limit() -> None:
    def read_limit(name: str) -> UisLimitExceeded:
        body = (FIXTURES / f"responses/errors/call/{name}.json").read_bytes()
        with pytest.raises(UisLimitExceeded) as caught:
            rpc.read(HttpReply(200, body), method="list.calls", request_id="req-1")
        return caught.value

    minute, day = read_limit("limit_exceeded"), read_limit("limit_exceeded.day")
    assert (minute.per_day, minute.seconds) == (False, 37)
    assert (day.per_day, day.seconds) == (True, 20311)
    assert "37" in minute.cause("en")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9007199254740993", 9007199254740993),
        ("2.37859081e8", 237859081),
        ("9007199254740993.0", 9007199254740993),
        ("0.5", 0.5),
        ("1e999999999", float("inf")),
    ],
)
def test_numbers_take_no_detour_through_float(text: str, value: float) -> None:
    body = b'{"jsonrpc":"2.0","id":"r","result":{"data":{"n":%s}}}' % text.encode()
    answer = rpc.read(HttpReply(200, body), method="get.sites", request_id="r")
    assert answer.data["n"] == value
    assert type(answer.data["n"]) is type(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"NaN",
        b'{"error": "not found"}',
        b'{"error": {"message": "no code"}}',
        b'{"jsonrpc": "2.0", "id": null, "result": {"data": {}}}',
        b'{"jsonrpc": "2.0", "id": "r", "result": {"data": {}}, "error": {"code": 1}}',
        b"[" * 100_000,
        b'{"a": ' * 50_000,
        b"\xff\xfe",
        b'{"jsonrpc": "2.0", "id": "r", "result": [1]}',
    ],
)
def test_strange_body_is_a_protocol_fault_without_its_content(body: bytes) -> None:
    with pytest.raises(UisProtocolError) as caught:
        rpc.read(HttpReply(200, body), method="get.sites", request_id="r")
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("entry", entries("request"))
def test_own_checks_agree_with_a_json_schema_library(entry: dict[str, Any]) -> None:
    """Spoil every parameter in several ways: both must refuse or accept alike."""
    request = fixture(entry["file"])
    method, params = request["method"], request["params"]
    validator = VALIDATOR(method)
    spoilt = [{**params, "no_such_parameter": 1}]
    for name in params:
        spoilt.append({key: value for key, value in params.items() if key != name})
        spoilt += [
            {**params, name: value} for value in ("", "x\n", 0, -1, True, 1.5, 7, [], {}, [1], {"x": 1}, "79004443322")
        ]
    for candidate in spoilt:
        try:
            check_params(method, candidate)
            accepted = True
        except UisError as error:
            accepted = False
            if error.mnemonic in (
                "sort_prohibited",
                "filter_prohibited",
                "date_interval_limit_reached",
            ) or error.field in (
                "fields",
                "date_from",
                "date_till",
            ):
                continue  # stricter than the schema on purpose
        assert accepted == validator.is_valid(candidate), candidate
