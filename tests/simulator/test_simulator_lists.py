"""Lists, offline messages and reports of the Data API."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest

from salebot_uiscom.simulator import Campaign, Simulator, Site


@pytest.fixture
def many(simulator: Simulator) -> Simulator:
    simulator.account.sites = [Site(100 + n, f"Shop{n}.ru", f"n{n % 2}") for n in range(5)]
    simulator.account.campaigns = [
        Campaign(1, "b", creation_time="2021-01-02 00:00:00"),
        Campaign(2, "a", creation_time="2021-01-01 00:00:00", status="inactive", site_id=100),
        Campaign(-1, "Посетители", type="system"),
    ]
    return simulator


def ids(answer: dict[str, Any]) -> list[int]:
    return [row["id"] for row in answer["result"]["data"]]


def test_default_lists_are_those_of_the_bot_scenarios(ask: Any) -> None:
    assert ask("data", "get.sites", fields=["id", "domain_name"])["result"]["data"] == [
        {"id": 80913, "domain_name": "test.ru"}
    ]
    assert ask("data", "get.campaigns", fields=["id", "name"])["result"]["data"] == [
        {"id": 401745, "name": "Тестовый источник"},
        {"id": -1, "name": "Посетители без рекламной кампании"},
    ]


def test_pages_count_all_rows(many: Simulator, ask: Any) -> None:
    pages = [ask("data", "get.sites", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [ids(page) for page in pages] == [[100, 101], [102, 103], [104], []]
    assert {page["result"]["metadata"]["total_items"] for page in pages} == {5}


def test_sort_keeps_null_last(many: Simulator, ask: Any) -> None:
    assert ids(ask("data", "get.campaigns", sort=[{"field": "creation_time"}])) == [2, 1, -1]
    assert ids(ask("data", "get.campaigns", sort=[{"field": "creation_time", "order": "desc"}])) == [1, 2, -1]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("=", "Shop1.ru", [101]),
        ("!=", "Shop1.ru", [100, 102, 103, 104]),
        ("like", "Shop%", [100, 101, 102, 103, 104]),
        ("like", "shop%", []),
        ("ilike", "SHOP3%", [103]),
        ("not_like", "%1.ru", [100, 102, 103, 104]),
        ("not_ilike", "SHOP%", []),
        ("regexp", "[34][.]ru$", [103, 104]),
        ("in", ["Shop0.ru", "x"], [100]),
        ("not_in", ["Shop0.ru", "Shop1.ru"], [102, 103, 104]),
        (">", "Shop3.ru", [104]),
        ("<=", "Shop1.ru", [100, 101]),
        ("is_null", None, []),
        ("is_not_null", None, [100, 101, 102, 103, 104]),
    ],
)
def test_filter_operators(operator: str, value: Any, expected: list[int], many: Simulator, ask: Any) -> None:
    answer = ask("data", "get.sites", filter={"field": "domain_name", "operator": operator, "value": value})
    assert ids(answer) == expected
    assert answer["result"]["metadata"]["total_items"] == len(expected)


def test_filter_trees(many: Simulator, ask: Any) -> None:
    def equal(field: str, value: Any) -> dict[str, Any]:
        return {"field": field, "operator": "=", "value": value}

    either = {"filters": [equal("id", 100), equal("id", 101)], "condition": "or"}
    assert ids(ask("data", "get.sites", filter=either)) == [100, 101]
    assert ids(ask("data", "get.sites", filter={"filters": [either, equal("name", "n1")]})) == [101]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ([], "data_type_error"),
        ({"filters": []}, "invalid_parameter_value"),
        ({"filters": [{"field": "id"}]}, "required_parameter_missed"),
        ({"operator": "="}, "required_parameter_missed"),
        ({"field": "nope", "operator": "=", "value": 1}, "unexpected_parameters"),
        ({"field": "state", "operator": "=", "value": 1}, "filter_prohibited"),
        ({"field": "id", "operator": "~", "value": 1}, "invalid_parameter_value"),
        ({"field": "id", "operator": "in", "value": 1}, "invalid_parameter_value"),
        ({"field": "id", "operator": "<", "value": "x"}, "invalid_parameter_value"),
        ({"field": "name", "operator": "regexp", "value": "("}, "invalid_parameter_value"),
        ({"field": "name", "operator": "jsquery", "value": "x"}, "invalid_parameter_value"),
    ],
)
def test_wrong_filter(filter_: Any, expected: str, many: Simulator, refused: Any) -> None:
    assert refused("data", "get.sites", filter=filter_) == expected


def test_evil_regular_expression_ends_soon(many: Simulator, refused: Any) -> None:
    many.account.sites[0].name = "a" * 60
    many.account.sites = many.account.sites[:1]
    evil = {"field": "name", "operator": "regexp", "value": r"(a+a+)+(a+a+)+(a+a+)+b\1"}
    before = monotonic()
    assert refused("data", "get.sites", filter=evil) == "invalid_parameter_value"
    assert monotonic() - before < 5


def test_deeply_nested_filter_breaks_nothing(ask: Any) -> None:
    tree: dict[str, Any] = {"field": "id", "operator": "=", "value": 1}
    for _ in range(300):
        tree = {"filters": [tree]}
    answer = ask("data", "get.sites", filter=tree)
    assert answer["id"] == "req-1"


def test_columns_that_must_be_named(ask: Any) -> None:
    plain = ask("data", "get.campaigns")["result"]["data"][0]
    assert "static_utm_source" not in plain
    named = ask("data", "get.campaigns", fields=["id", "static_utm_source"])["result"]["data"][0]
    assert named == {"id": 401745, "static_utm_source": None}


def test_account_tells_its_time_zone(ask: Any) -> None:
    answer = ask("data", "get.account")["result"]
    assert answer["data"] == [{"app_id": 4735, "name": "Тестовый аккаунт", "timezone": "Europe/Moscow"}]
    assert answer["meta_data"]["total_items"] == 1


def message(**changes: Any) -> list[dict[str, Any]]:
    return [{"phone": "79004443322", "message": "x", "site_id": 80913, "ext_id": "m-1"} | changes]


def test_uploaded_message_appears_in_the_report(simulator: Simulator, ask: Any) -> None:
    answer = ask("data", "upload.offline_messages", offline_messages=message(date_time="2026-03-02 09:59:00"))
    assert answer["result"]["data"] == [{"id": 700001}]
    simulator.advance(5)
    (row,) = ask(
        "data",
        "get.offline_messages_report",
        date_from="2026-03-02 00:00:00",
        date_till="2026-03-03 00:00:00",
        fields=["id", "ext_id", "form_type", "visitor_phone_number", "date_time", "site_domain_name"],
    )["result"]["data"]
    assert row == {
        "id": 700001,
        "ext_id": "m-1",
        "form_type": "DataAPI",
        "visitor_phone_number": 79004443322,
        "date_time": "2026-03-02 09:59:00",
        "site_domain_name": "test.ru",
    }


def test_repeated_message_is_updated_or_refused(simulator: Simulator, ask: Any, refused: Any) -> None:
    ask("data", "upload.offline_messages", offline_messages=message())
    again = ask("data", "upload.offline_messages", offline_messages=message(message="y"))
    assert again["result"]["data"] == [{"id": 700001}]
    assert simulator.account.offline_messages[0].fields["message"] == "y"
    simulator.repeated_upload = "refuse"
    assert refused("data", "upload.offline_messages", offline_messages=message()) == "duplicate_entity"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"site_id": 1}, "entity_not_found"),
        ({"campaign_id": 1}, "entity_not_found"),
        ({"visitor_session_id": 1}, "entity_not_found"),
        ({"user_fields": [{"ext_id": "x", "value": "y"}]}, "entity_not_found"),
        ({"campaign_id": 2}, "campaign_is_inactive"),
        ({"campaign_id": 3}, "invalid_parameters_combination"),
        ({"campaign_id": 0}, "invalid_parameter_value"),
        ({"date_time": "2026-03-02 10:00:01"}, "invalid_date_time"),
        ({"date_time": "2026-02-30 10:00:00"}, "invalid_date_time"),
        ({"date_time": "2026-03-02"}, "invalid_date_time"),
        ({"phone": "+79004443322"}, "invalid_parameter_value"),
        ({"phone": "79004443322\n"}, "invalid_parameter_value"),
        ({"site_id": "80913"}, "data_type_error"),
        ({"site_id": True}, "data_type_error"),
        ({"strange": 1}, "unexpected_parameters"),
    ],
)
def test_wrong_message_stores_nothing(
    changes: dict[str, Any], expected: str, simulator: Simulator, refused: Any
) -> None:
    simulator.account.sites.append(Site(5, "other.ru"))
    simulator.account.campaigns += [Campaign(2, "old", status="inactive"), Campaign(3, "other", site_id=5)]
    messages = message() + message(**changes)
    assert refused("data", "upload.offline_messages", offline_messages=messages) == expected
    assert simulator.account.offline_messages == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-31 00:00:00", "2026-04-30 00:00:00", None),
        ("2026-01-31 00:00:00", "2026-04-30 00:00:01", "date_interval_limit_reached"),
        ("2025-11-30 12:00:00", "2026-02-28 12:00:00", None),
        ("2025-11-30 12:00:00", "2026-03-01 00:00:00", "date_interval_limit_reached"),
        ("2026-03-02 00:00:00", "2026-03-01 00:00:00", "invalid_parameter_value"),
        ("2026-13-02 00:00:00", "2026-03-01 00:00:00", "invalid_parameter_value"),
        ("yesterday", "2026-03-01 00:00:00", "invalid_parameter_value"),
    ],
)
def test_interval_of_a_report(start: str, end: str, expected: str | None, ask: Any) -> None:
    answer = ask("data", "get.calls_report", date_from=start, date_till=end)
    assert answer.get("error", {}).get("data", {}).get("mnemonic") == expected
