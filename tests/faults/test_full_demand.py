"""Full demand: limits of the account are kept without provoking a refusal, and long lists are read to their end."""

import pytest
from phone_project import Project

from salebot_uiscom.effects import drive
from salebot_uiscom.http import HttpTransport
from salebot_uiscom.simulator import Campaign, Limits, Simulator, SimulatorTransport
from salebot_uiscom.uis import Uis, UisSettings
from salebot_uiscom.uis.errors import UisLimitExceeded

CALL = 'r = uiscom_employee_call("78001002752", "79004443322", 2339292)'
SITES = "r = uiscom_get_sites()"


def limited(minute, day=100_000):
    simulator = Simulator()
    simulator.account.limits = {api: Limits(minute_limit=minute, day_limit=day) for api in ("call", "data")}
    return simulator


def refusals(simulator):
    return [request for request in simulator.requests if request.outcome == "limit_exceeded"]


@pytest.mark.parametrize("code", [CALL, SITES])
@pytest.mark.parametrize("step_s", [0.1, 0.4, 1.0])
def test_a_minute_of_scripts_at_full_demand_provokes_no_refusal(code, step_s):
    """Scripts ask as fast as they can; UIS never has to say no, because the client counts along."""
    project = Project(limited(20))
    began = project.now()
    results = []
    while project.now() < began + 60:
        results.append(project.run(code))
        project.simulator.advance(step_s)
    assert refusals(project.simulator) == []
    done = [result for result in results if "error" not in result]
    told = [result for result in results if result.get("error") == "limit_exceeded"]
    assert len(done) + len(told) == len(results)
    # All that was bought is used: the points of this minute, and of the next where a script has waited for it.
    assert len(done) >= 20
    assert len([request for request in project.simulator.requests if request.outcome == "ok"]) == len(done)
    project.close()


def test_demand_after_the_reset_is_served_again():
    project = Project(limited(3))
    for _ in range(3):
        assert "error" not in project.run(CALL)
    refused = project.run(CALL)
    assert refused["error"] == "limit_exceeded"
    assert refused["code"] == -32029
    project.simulator.advance(60)
    assert "error" not in project.run(CALL)
    assert refusals(project.simulator) == []
    project.close()


def test_a_spent_day_is_told_at_once_and_costs_no_request():
    project = Project(limited(100, day=2))
    project.run(CALL)
    project.run(CALL)
    before = len(project.simulator.requests)
    assert project.run(CALL)["error"] == "limit_exceeded"
    assert len(project.simulator.requests) == before
    assert project.waited == []
    project.close()


def test_the_client_itself_waits_for_the_next_minute_when_its_time_allows():
    simulator = limited(5)
    uis = Uis(UisSettings(access_token="KEY", read_budget_s=90.0), clock=lambda: simulator.now.timestamp())
    with HttpTransport(SimulatorTransport(simulator), sleep=simulator.advance) as http:
        for _ in range(23):
            assert drive(uis.get_tags(), http.handlers()).rows
    assert refusals(simulator) == []
    assert len(simulator.requests_to("get.tags")) == 23


def test_the_client_fails_with_the_seconds_when_its_time_does_not_allow():
    simulator = limited(1)
    simulator.advance(10)
    uis = Uis(UisSettings(access_token="KEY", read_budget_s=5.0), clock=lambda: simulator.now.timestamp())
    with HttpTransport(SimulatorTransport(simulator), sleep=simulator.advance) as http:
        drive(uis.get_tags(), http.handlers())
        with pytest.raises(UisLimitExceeded) as caught:
            drive(uis.get_tags(), http.handlers())
    assert (caught.value.local, caught.value.seconds) == (True, 50)
    assert len(simulator.requests) == 1


# ---------------------------------------------------------------- long lists


def many_campaigns(count):
    simulator = Simulator()
    simulator.account.campaigns += [
        Campaign(
            500_000 + number,
            f"Кампания {number}",
            creation_time=f"2022-01-01 00:{number // 60 % 60:02}:{number % 60:02}",
        )
        for number in range(count)
    ]
    return simulator


@pytest.mark.parametrize("page", [None, 1, 7, 999])
def test_twelve_hundred_campaigns_are_all_read_over_a_short_page(page):
    """A page shorter than asked for is not the end while rows are missing (uis-api.md 6)."""
    simulator = many_campaigns(1198)
    if page is not None:
        simulator.add_fault("short_page", "get.campaigns", rows=page)
    project = Project(simulator)
    campaigns = project.run("r = uiscom_get_campaigns()")
    assert len(campaigns) == 1200
    assert campaigns["Посетители без рекламной кампании"] == -1
    assert campaigns["Кампания 1197"] == 501_197
    assert len(simulator.requests) == (2 if page in (None, 999) else 3)
    project.close()


def test_a_short_page_in_the_middle_of_many():
    simulator = many_campaigns(2598)
    project = Project(simulator)
    first = simulator.requests_to
    simulator.add_fault("short_page", "get.campaigns", rows=1000)
    simulator.add_fault("short_page", "get.campaigns", rows=3)
    campaigns = project.run("r = uiscom_get_campaigns()")
    assert len(campaigns) == 2600
    offsets = [request.params["offset"] for request in first("get.campaigns")]
    assert offsets == [0, 1000, 1003, 2003]
    project.close()
