"""Every fault of UIS × a kill at every point: nobody is rung twice, no call is forgotten (`fault_matrix.py`)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fault_matrix import FAULTS, POINTS

PROGRAM = str(Path(__file__).with_name("fault_matrix.py"))
SHARDS = 2


def run_matrix(runs):
    """Outcomes of all cases, from two processes side by side. They fork, which a process of tests must not."""
    command = [sys.executable, PROGRAM, "--json", "--runs", str(runs)]
    processes = [
        subprocess.Popen([*command, "--shard", f"{part}/{SHARDS}"], stdout=subprocess.PIPE, text=True)
        for part in range(SHARDS)
    ]
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]
    assert {process.returncode for process in processes} <= {0, 1}
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def outcomes():
    return {(outcome["fault"], outcome["point"]): outcome for outcome in run_matrix(1)}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_kill_rings_nobody_twice_and_forgets_nothing(outcomes, fault, point):
    outcome = outcomes[fault, point]
    assert outcome["wrong"] == []
    assert outcome["rings"] <= 1
    assert len(outcome["states"]) == 1


def test_the_kills_were_real(outcomes):
    killed = sum(outcome["killed"] for outcome in outcomes.values())
    assert killed == len(FAULTS) * (len(POINTS) - 1)


def test_an_event_whose_turn_never_began_is_worked_off_later(outcomes):
    """Killed before anything was written down, the call is made by the second life: once."""
    assert outcomes["none", POINTS[0]]["rings"] == 1
    assert outcomes["none", POINTS[1]]["rings"] == 0  # written down, nobody knows whether it left: never again
    assert {outcomes["none", point]["rings"] for point in POINTS[2:]} == {1}


@pytest.mark.nightly
def test_fifty_runs():
    outcomes = run_matrix(50)
    assert len(outcomes) == 50 * len(FAULTS) * len(POINTS)
    assert [outcome for outcome in outcomes if outcome["wrong"]] == []
