"""Pages, names to ids, the account's clock."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from uis_bench import Bench, fixture, success

MODES = pytest.mark.parametrize("mode", ["sync", "async"])


def pages(name: str, count: int) -> list[dict[str, Any]]:
    return [{"result": fixture(f"responses/{name}{number}.json")["result"]} for number in range(1, count + 1)]


@MODES
def test_1200_campaigns_with_a_short_page_in_the_middle(mode: str) -> None:
    every = [{"id": number, "name": f"Кампания {number}"} for number in range(1, 1201)]

    def serve(body: dict[str, Any]) -> httpx.Response:
        offset, limit = body["params"]["offset"], body["params"]["limit"]
        size = 100 if offset == 500 else limit  # one page is shorter than asked for
        answer = success(every[offset : offset + size], total_items=1200)
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], **answer})

    bench = Bench(serve, serve, serve, serve, mode=mode, page_size=500)
    names = bench.run(bench.uis.campaigns_by_name())
    assert names.ids == {row["name"]: row["id"] for row in every}
    assert names.notices == ()
    assert [request["params"]["offset"] for request in bench.requests] == [0, 500, 600, 1100]
    assert bench.requests[0]["params"]["sort"] == [{"field": "creation_time", "order": "asc"}]


def test_short_page_is_not_the_end() -> None:
    bench = Bench(*pages("get.sites.short_page", 3))
    listing = bench.run(bench.uis.get_sites(fields=["id", "domain_name"], limit=2))
    assert [row["id"] for row in listing.rows] == [80913, 80914, 80915, 80916, 80917]
    assert [request["params"]["offset"] for request in bench.requests] == [0, 2, 3]
    assert listing.complete


@pytest.mark.parametrize(
    ("name", "rows"), [("get.sites.page", 5), ("get.campaigns.page", None), ("get.calls_report.page", None)]
)
def test_three_pages_of_the_collection(name: str, rows: int | None) -> None:
    every = [row for page in pages(name, 3) for row in page["result"]["data"]]
    bench = Bench(*pages(name, 3))
    method = name.removesuffix(".page").replace(".", "_", 1)
    dates = {"date_from": "2024-10-01 00:00:00", "date_till": "2024-10-31 00:00:00"} if "report" in name else {}
    listing = bench.run(getattr(bench.uis, method)(limit=2, **dates))
    assert list(listing.rows) == every
    assert len(bench.requests) == 3
    assert rows is None or len(listing) == rows


def test_empty_page_before_the_end_keeps_what_was_read_and_warns(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(success([{"id": 1}], total_items=2), success([], total_items=2))
    with caplog.at_level(logging.WARNING):
        listing = bench.run(bench.uis.get_sites(limit=1))
    assert (len(listing), listing.complete) == (1, False)
    assert [notice.code for notice in listing.notices] == ["UI160"]
    assert "get.sites" in caplog.text
    assert listing.notices[0].text("en").startswith("get.sites: an empty page at row 1 of 2")


def test_total_of_the_collection_that_is_too_big_ends_at_the_empty_page() -> None:
    bench = Bench(
        success([{"id": n} for n in range(5)], total_items=6),
        *pages("get.sites.total_too_big.json"[:-5], 0),
        {"result": fixture("responses/get.sites.total_too_big.json")["result"]},
    )
    listing = bench.run(bench.uis.get_sites(limit=5))
    assert (len(listing), listing.complete) == (5, False)


def test_without_a_total_a_short_page_is_the_end() -> None:
    bench = Bench(success([{"id": 1}, {"id": 2}]), success([{"id": 3}]))
    assert len(bench.run(bench.uis.get_sites(limit=2))) == 3
    assert len(bench.requests) == 2


def test_rows_that_moved_between_pages_come_once() -> None:
    bench = Bench(success([{"id": 1}, {"id": 2}], total_items=4), success([{"id": 2}, {"id": 3}], total_items=4))
    listing = bench.run(bench.uis.get_sites(limit=2))
    assert [row["id"] for row in listing.rows] == [1, 2, 3]
    assert [notice.code for notice in listing.notices] == ["UI162"]


def test_reading_stops_where_uis_shows_no_more() -> None:
    def serve(body: dict[str, Any]) -> httpx.Response:
        offset = body["params"]["offset"]
        rows = [{"id": number} for number in range(offset, offset + 10_000)]
        answer = success(rows, total_items=500_000)
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], **answer})

    bench = Bench(*[serve] * 20)
    listing = bench.run(bench.uis.get_tags(limit=10_000))
    assert len(listing) == 110_000
    assert bench.requests[-1]["params"]["offset"] == 100_000
    assert [notice.code for notice in listing.notices] == ["UI161"]


def test_null_stands_for_an_empty_list() -> None:
    bench = Bench(success(None, total_items=0))
    assert bench.run(bench.uis.sites_by_domain()).ids == {}


def test_maps_of_the_documentation() -> None:
    bench = Bench(
        {"result": fixture("responses/get.sites.seed.json")["result"]},
        {"result": fixture("responses/get.campaigns.seed.json")["result"]},
    )
    assert bench.run(bench.uis.sites_by_domain()).ids == {"test.ru": 80913}
    assert bench.run(bench.uis.campaigns_by_name()).ids == {
        "Тестовый источник": 401745,
        "Посетители без рекламной кампании": -1,
    }


def test_smallest_id_of_equal_names_stays_and_the_others_are_named() -> None:
    rows = [
        {"id": 7, "name": "А"},
        {"id": 5, "name": "Б"},
        {"id": 3, "name": "А"},
        {"id": 9, "name": "А"},
        {"id": 4, "name": None},
    ]
    bench = Bench(success(rows, total_items=5))
    names = bench.run(bench.uis.campaigns_by_name())
    assert names.ids == {"А": 3, "Б": 5}
    assert list(names.ids) == ["А", "Б"]
    assert [notice.code for notice in names.notices] == ["UI163", "UI164"]
    assert "7, 9" in names.notices[0].text("ru")


def test_maps_are_asked_anew_unless_a_cache_is_wanted() -> None:
    sites = success([{"id": 1, "domain_name": "test.ru"}], total_items=1)
    fresh = Bench(sites, sites)
    for _ in range(2):
        fresh.run(fresh.uis.sites_by_domain())
    assert len(fresh.requests) == 2
    cached = Bench(sites, sites, cache_s=300)
    for _ in range(2):
        cached.run(cached.uis.sites_by_domain())
    assert len(cached.requests) == 1
    cached.now += 301
    cached.run(cached.uis.sites_by_domain())
    assert len(cached.requests) == 2


def test_clock_of_the_account_is_asked_once() -> None:
    bench = Bench({"result": fixture("responses/get.account.json")["result"]})
    moment = datetime(2024, 10, 22, 2, 0, 0, 999_999, tzinfo=UTC)
    for _ in range(2):
        assert bench.run(bench.uis.account_time(moment)) == "2024-10-22 05:00:00"
    assert bench.methods == ["get.account"]


def test_zone_of_the_settings_saves_the_question() -> None:
    bench = Bench(timezone="Asia/Vladivostok")
    assert bench.run(bench.uis.account_time(datetime(2024, 10, 22, 2, 0, tzinfo=UTC))) == "2024-10-22 12:00:00"
    assert bench.requests == []
