"""A program that works with a store until it is killed, for `test_store_durability`; what it prints has happened.

mortal_process.py FILE intake NAME      store notifications for ever, print each fingerprint when it is stored
mortal_process.py FILE turn STAGE       run one turn with a call, dying at a named stage
mortal_process.py FILE count NAME N     add 1 to a project variable N times, in whole turns
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from salebot_uiscom.ports import DONE, NewClient
from salebot_uiscom.store import new_owner, open_store
from salebot_uiscom.store.records import EditClient, HistoryRecord, NewEvent, NewPlan, SetVariable, Turn


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Deadly(dict):
    """Fields of a card that kill the process when the store reads them: in the middle of its transaction."""

    def items(self):
        die()


def intake(store, name: str) -> None:
    for number in count():
        store.store_notification("uiscom", f"{name}{number}", b"x" * 400, float(number), 5.0)
        print(f"{name}{number}", flush=True)


def turn(store, stage: str) -> None:
    owner = new_owner()
    if not store.clients():
        client = store.create_client(NewClient(13, "79004443322")).id
        store.add_event(NewEvent(client, "позвоните"))
    claim = store.claim_work(owner, 0.0)
    if claim is None:
        return
    if stage == "claimed":
        die()
    intent, is_new = store.begin_intent(
        claim.key, (), external_id=f"sb-{owner}", function="uiscom_employee_call", client_id=claim.client_id, params={}
    )
    if stage == "begun":
        die()
    if is_new:
        print("ring", flush=True)
        if stage == "rung":
            die()
        intent = store.end_intent(intent.external_id, DONE, {"call_session_id": 1})
    if stage == "ended":
        die()
    deadly = (EditClient(claim.client_id, Deadly(name="x")),) if stage == "committing" else ()
    store.commit_turn(
        Turn(
            claim.key,
            claim.client_id,
            claim,
            position="7",
            visited=("7",),
            changes=(SetVariable("client", claim.client_id, "state", intent.state), *deadly),
            plans=(NewPlan(claim.client_id, 100.0, block="8"),),
            history=(HistoryRecord(claim.client_id, "Звоним", delivered=None),),
        )
    )
    if stage == "committed":
        die()


def add(store, name: str, times: int) -> None:
    client = store.create_client(NewClient(1, name)).id
    for number in range(times):
        while True:
            state = store.load_dialog(client)
            done = store.commit_turn(
                Turn(
                    f"{name}:{number}",
                    client,
                    changes=(
                        SetVariable("project", 0, "total", state.project_variables.get("total", 0) + 1),
                        SetVariable("client", client, "own", number + 1),
                    ),
                    project_expected={"total": state.project_versions.get("total", 0)},
                )
            )
            if done.written:
                break


def main(path: str, task: str, *rest: str) -> None:
    with open_store(path) as store:
        if task == "intake":
            intake(store, *rest)
        elif task == "turn":
            turn(store, *rest)
        else:
            add(store, rest[0], int(rest[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
