"""Random interleavings of workers against a simple model: nothing lost, nothing twice, order kept."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import ClaimLost, open_store
from salebot_uiscom.store.records import BROKEN, FINISHED, Claim, NewEvent, NewPlan, Turn

CLIENTS = st.integers(0, 2)
OWNERS = st.sampled_from(["a", "b"])
LEASE = 10.0


class Workers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.store = open_store(":memory:", clock=lambda: self.now, lease_clock=lambda: self.now)
        self.added: dict[int, list[int]] = {}
        self.settled: dict[int, list[int]] = {}
        self.live: list[tuple[Claim, float]] = []
        self.plans = 0
        self.plans_done: list[str] = []

    @initialize()
    def clients(self) -> None:
        self.ids = [self.store.create_client(NewClient(1, str(n))).id for n in range(3)]
        self.added = {number: [] for number in self.ids}
        self.settled = {number: [] for number in self.ids}

    @rule(place=CLIENTS)
    def event_arrives(self, place: int) -> None:
        client = self.ids[place]
        self.added[client].append(self.store.add_event(NewEvent(client, "x")).id)

    @rule(owner=OWNERS)
    def worker_asks(self, owner: str) -> None:
        claim = self.store.claim_work(owner, self.now, lease_s=LEASE)
        if claim is None:
            return
        holders = [held.key for held, until in self.live if held.client_id == claim.client_id and until > self.now]
        assert holders == []
        self.live.append((claim, self.now + LEASE))

    @precondition(lambda self: self.live)
    @rule(choice=st.integers(0, 100), plans=st.integers(0, 2), fails=st.booleans())
    def worker_finishes(self, choice: int, plans: int, fails: bool) -> None:
        claim, _ = self.live.pop(choice % len(self.live))
        newer = any(held.key == claim.key and held.attempt > claim.attempt for held, _ in self.live)
        done = claim.key in self.plans_done or (claim.event and claim.event.id in self.settled[claim.client_id])
        try:
            if fails:
                self.store.fail_work(claim, "boom")
            else:
                plan = NewPlan(claim.client_id, self.now + plans, block="b")
                result = self.store.commit_turn(Turn(claim.key, claim.client_id, claim, plans=(plan,) * plans))
                if result.repeated:
                    assert done
                    return
                self.plans += plans
        except ClaimLost:
            assert newer or done
            return
        assert not newer
        assert not done
        if claim.event is not None:
            self.settled[claim.client_id].append(claim.event.id)
        else:
            self.plans_done.append(claim.key)

    @rule(seconds=st.floats(0, 2 * LEASE))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def events_are_settled_in_order_of_arrival(self) -> None:
        for client, numbers in self.settled.items():
            assert numbers == self.added[client][: len(numbers)]

    def teardown(self) -> None:
        self.now += 10 * LEASE
        while (claim := self.store.claim_work("heir", self.now)) is not None:
            self.store.commit_turn(Turn(claim.key, claim.client_id, claim))
            if claim.event is not None:
                self.settled[claim.client_id].append(claim.event.id)
            else:
                self.plans_done.append(claim.key)
        assert self.settled == self.added
        assert len(self.plans_done) == len(set(self.plans_done)) == self.plans
        assert {event.state for event in self.store.events(limit=10_000)} <= {FINISHED, BROKEN}
        self.store.close()


TestWorkers = Workers.TestCase
TestWorkers.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
