"""Collections of garbage take time in the middle of whatever runs: they are not the author's."""

import gc

import pytest

from salebot_uiscom import Fault, budget
from salebot_uiscom.budget import DEFAULT_LIMITS, Limits, begin, charge


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(budget, "thread_time", lambda: now[0])
    begin(Limits(seconds=0.1))
    charge(1)
    yield now
    begin(DEFAULT_LIMITS)


def is_over() -> bool:
    try:
        charge(1)
    except Fault as fault:
        return fault.code == "SB405"
    return False


def test_a_run_that_met_a_collection_has_its_time_anew(clock):
    gc.collect()
    found = []
    for passed in (5, 0.09, 0.09):
        clock[0] += passed
        found.append(is_over())
    assert found[:2] == [False, False]


def test_no_run_goes_on_for_ever_by_making_garbage(clock):
    rounds = 0
    while not is_over():
        gc.collect()
        clock[0] += 0.2
        rounds += 1
    assert rounds == budget._MOST_COLLECTIONS + 1


def test_without_a_collection_the_time_is_over(monkeypatch, clock):
    monkeypatch.setattr(budget, "_collections", lambda: 7)
    begin(Limits(seconds=0.1))
    assert not is_over()
    clock[0] += 0.2
    assert is_over()
