"""Short runs of the campaigns in this folder; `run_kills.py`, `run_order.py`, `run_memory.py` make the long ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import memory_campaign
import order_campaign
from kill_campaign import Campaign

pytestmark = pytest.mark.filterwarnings("default::ResourceWarning")


@pytest.mark.parametrize(("kills", "processes", "seed"), [(30, 1, 11), (10, 2, 12)])
def test_killed_bots_lose_nothing_and_do_nothing_twice(tmp_path, kills, processes, seed):
    figures = Campaign(tmp_path, seed=seed, processes=processes, per_life=12).run(kills)
    assert figures.problems == []
    assert figures.kills == kills
    assert figures.answered == figures.posted > kills * 5
    assert figures.taken_over > 0
    # A call in flight when its process was killed may stay unknown, never more than the turns under way.
    assert figures.rung >= figures.posted - figures.open_intents
    assert figures.open_intents <= figures.taken_over


@pytest.mark.nightly
@pytest.mark.parametrize(("kills", "processes"), [(200, 1), (200, 2)])
def test_two_hundred_kills(tmp_path, kills, processes):
    figures = Campaign(tmp_path, seed=kills, processes=processes).run(kills)
    assert figures.problems == []
    assert figures.kills == kills


def test_dialogs_keep_their_order_under_faults_and_a_stuck_one_delays_no_other(tmp_path):
    outcome = order_campaign.run(tmp_path, dialogs=20, events=50, seed=3, rate=0.01)
    assert outcome.problems == []
    assert outcome.done_while_one_was_stuck == 19 * 50
    assert outcome.turns == 20 * 50 + 1
    assert outcome.busy > 0
    assert outcome.failed_requests > 0


@pytest.mark.nightly
def test_a_hundred_dialogs_of_a_thousand_events_keep_their_order(tmp_path):
    outcome = order_campaign.run(tmp_path, dialogs=100, events=1000)
    assert outcome.problems == []
    assert outcome.done_while_one_was_stuck == 99 * 1000


def test_a_host_keeps_nothing_of_what_it_has_done(tmp_path):
    samples = list(memory_campaign.play(tmp_path, events=900, every=300))
    early, last = samples[0], samples[-1]
    assert last.descriptors == early.descriptors
    assert last.threads <= early.threads
    assert last.objects - early.objects < 100
