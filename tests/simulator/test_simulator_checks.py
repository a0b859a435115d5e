"""Keys, sessions, addresses, components, rights, limits, and the order in which they are looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from salebot_uiscom.simulator import Account, Key, Limits, Simulator, default_account


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key("other", blocked=True), "access_token_blocked"),
        (Key("other", "temporary", Simulator().now), "access_token_expired"),
        (Key("other", "temporary", Simulator().now + timedelta(seconds=1)), None),
        (Key("other", "session", Simulator().now), "access_token_invalid"),
        (Key("other", apis=frozenset({"call"})), "forbidden"),
        (Key("other", rights=frozenset()), "forbidden"),
        (Key("other", rights=frozenset({"tag_management: select"})), None),
    ],
)
def test_key_decides_on_access(key: Key, expected: str | None, simulator: Simulator, ask: Any) -> None:
    simulator.account.keys.append(key)
    answer = ask("data", "get.tags", access_token="other")
    assert answer.get("error", {}).get("data", {}).get("mnemonic") == expected


def test_errors_of_keys_carry_no_limits_and_errors_of_parameters_do(ask: Any) -> None:
    assert "metadata" not in ask("call", "list.calls", access_token="x")["error"]["data"]
    limits = ask("call", "list.calls", direction="up")["error"]["data"]["metadata"]["limits"]
    assert limits["minute_remaining"] == 150


def test_login_gives_a_session_of_one_hour_for_its_own_api(simulator: Simulator, ask: Any, refused: Any) -> None:
    data = ask("data", "login.user", access_token=None, login="bot@test.ru", password="secret-0001")["result"]["data"]
    token = data["access_token"]
    assert data == {"access_token": token, "expire_at": int(simulator.now.timestamp()) + 3600, "app_id": 4735}
    assert "result" in ask("data", "get.tags", access_token=token)
    assert refused("call", "list.calls", access_token=token) == "access_token_invalid"
    simulator.advance(3599)
    assert "result" in ask("data", "get.tags", access_token=token)
    simulator.advance(1)
    assert refused("data", "get.tags", access_token=token) == "access_token_invalid"


def test_logout_ends_a_session_but_no_permanent_key(ask: Any, refused: Any) -> None:
    login = ask("call", "login.user", access_token=None, login="bot@test.ru", password="secret-0001")
    token = login["result"]["data"]["access_token"]
    assert ask("call", "logout.user", access_token=token)["result"]["data"] == {"success": True}
    assert refused("call", "list.calls", access_token=token) == "access_token_invalid"
    ask("call", "logout.user")
    assert "result" in ask("call", "list.calls")


def test_wrong_password_is_refused(refused: Any) -> None:
    assert refused("call", "login.user", access_token=None, login="bot@test.ru", password="x") == "auth_error"


@pytest.mark.parametrize(
    ("allowed", "address", "enters"),
    [
        (["0.0.0.0/0"], "203.0.113.10", True),
        (["158.160.42.134"], "158.160.42.134", True),
        (["158.160.42.134"], "62.84.125.172", False),
        (["158.160.42.134", "62.84.125.172"], "62.84.125.172", True),
        (["10.1.0.0/16"], "10.1.200.3", True),
        (["10.1.0.0/16"], "10.2.0.1", False),
        (["0.0.0.0/0"], "::ffff:10.2.0.1", True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        ([], "127.0.0.1", False),
    ],
)
def test_list_of_addresses(allowed: list[str], address: str, enters: bool, simulator: Simulator, ask: Any) -> None:
    simulator.account.allowed_addresses = allowed
    answer = ask("call", "list.calls", remote_ip=address)
    assert ("result" in answer) == enters
    if not enters:
        assert answer["error"]["message"] == f"Your IP {address} is not whitelisted"
        assert answer["error"]["code"] == -32003


@pytest.mark.parametrize(
    ("api", "method", "missing", "expected"),
    [
        ("call", "start.scenario_call", "Call API Вызов сценария", "component_disabled"),
        ("call", "list.calls", "Call API Управление вызовами", "component_disabled"),
        ("call", "release.call", "Call API Базовый набор", "component_disabled"),
        ("data", "upload.offline_messages", "upload_offline_messages", "method_component_disabled"),
        ("data", "get.scenarios", "va", "method_component_disabled"),
    ],
)
def test_missing_component(api: str, method: str, missing: str, expected: str, simulator: Simulator, ask: Any) -> None:
    simulator.account.components.remove(missing)
    error = ask(api, method)["error"]
    assert error["data"]["mnemonic"] == expected
    assert error["code"] == -32008
    assert missing in error["message"]


def test_one_of_several_components_is_enough(simulator: Simulator, ask: Any, refused: Any) -> None:
    simulator.account.components -= {"call_tracking", "consultant", "lead"}
    assert "result" in ask("data", "get.sites")
    simulator.account.components -= {"sitephone"}
    assert refused("data", "get.sites") == "method_component_disabled"


def test_checks_come_in_the_documented_order(simulator: Simulator, refused: Any) -> None:
    """Everything is wrong at once; each repair uncovers the next error."""
    account = simulator.account
    account.allowed_addresses, account.active = [], False
    account.components.discard("Call API Базовый набор")
    account.keys = [Key("KEY", apis=frozenset({"data"}))]
    account.limits["call"].minute_limit = 0
    params: dict[str, Any] = {"contact": 7, "first_call": "nobody", "strange": 1}

    def error() -> str:
        return str(refused("call", "start.employee_call", **params))

    assert error() == "ip_not_whitelisted"
    account.allowed_addresses = ["127.0.0.0/8"]
    assert error() == "account_inactive"
    account.active = True
    assert error() == "component_disabled"
    account.components.add("Call API Базовый набор")
    assert error() == "forbidden"
    account.keys = [Key("KEY")]
    assert error() == "limit_exceeded"
    account.limits["call"].minute_limit = 10
    assert error() == "unexpected_parameters"
    del params["strange"]
    assert error() == "required_parameter_missed"
    params |= {"virtual_phone_number": "74990000000", "employee": {"id": 1}, "early_switching": True}
    assert error() == "data_type_error"
    params["contact"] = "79004443322"
    assert error() == "invalid_parameter_value"
    params["first_call"] = "contact"
    assert error() == "invalid_parameters_combination"
    del params["early_switching"]
    assert error() == "virtual_phone_number_not_found"
    params["virtual_phone_number"] = "78001002752"
    assert error() == "employee_not_found"
    assert account.limits["call"].minute_used == 0


def test_points_go_down_after_success_only(simulator: Simulator, ask: Any) -> None:
    ask("data", "get.sites", sort=[{"field": "name"}])
    limits = ask("data", "get.sites")["result"]["metadata"]["limits"]
    assert limits == {
        "day_limit": 750,
        "day_remaining": 749,
        "day_reset": 50400,
        "minute_limit": 150,
        "minute_remaining": 149,
        "minute_reset": 60,
    }
    assert simulator.account.limits["call"].day_used == 0


def test_minute_limit_ends_with_the_minute_and_day_limit_with_the_day(simulator: Simulator, ask: Any) -> None:
    simulator.account.limits["data"] = Limits(minute_limit=1, day_limit=2)
    simulator.advance(20)
    assert "result" in ask("data", "get.tags")
    error = ask("data", "get.tags")["error"]
    assert error["message"] == "Limit per minute has been exceeded. Value of current limit per minute is 1"
    assert error["data"]["metadata"]["limits"]["minute_reset"] == 40
    simulator.advance(40)
    assert "result" in ask("data", "get.tags")
    assert ask("data", "get.tags")["error"]["data"]["params"]["limit_type"] == "day"
    simulator.advance(14 * 3600)
    assert "result" in ask("data", "get.tags")


def test_accounts_do_not_see_each_other(ask: Any) -> None:
    first, second = default_account(), Account(app_id=2, keys=[Key("SECOND")], allowed_addresses=["0.0.0.0/0"])
    both = Simulator([first, second])
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "get.account", "params": {"access_token": "SECOND"}}'
    assert b'"app_id": 2,' in both.handle("data", body)[2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", b"parse_error"),
        (b"\xff\xfe", b"parse_error"),
        (b"[" * 100_000, b"parse_error"),
        (b'{"jsonrpc": "2.0", "id": NaN, "method": "get.tags", "params": {}}', b"parse_error"),
        (b'{"jsonrpc": "2.0", "id": 1e999, "method": "get.tags", "params": {}}', b"parse_error"),
        (b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "get.tags", "params": {}}', b"parse_error"),
        (b'"text"', b"invalid_request"),
        (b"[]", b"batch_opreations_not_supported"),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "get.tags", "params": {}, "more": 1}', b"invalid_request"),
        (b'{"jsonrpc": "2.0", "id": true, "method": "get.tags", "params": {}}', b"invalid_request"),
        (b'{"jsonrpc": "2.0", "id": null, "method": "get.tags", "params": {}}', b"notifications_not_supported"),
    ],
)
def test_broken_envelope(body: bytes, expected: bytes, simulator: Simulator) -> None:
    assert expected in simulator.handle("data", body)[2]


def test_other_encoding_than_utf8_has_an_own_error_for_calls(simulator: Simulator) -> None:
    text = '{"jsonrpc":"2.0","id":1,"method":"start.employee_call","params":{"access_token":"KEY","external_id":"Ж"}}'
    assert b"character_encoding_not_allowed" in simulator.handle("call", text.encode("cp1251"))[2]


def test_records_hold_no_key_and_show_no_phone(simulator: Simulator, start: Any) -> None:
    start()
    record = simulator.requests[0]
    assert record.access_token == "KEY"
    assert "access_token" not in record.params
    assert record.params["contact"] == "79004443322"
    shown = f"{record} {simulator.rings} {record.as_dict()} {simulator.account} {simulator.sessions()}"
    assert "KEY" not in shown
    assert "79004443322" not in shown
