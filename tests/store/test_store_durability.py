"""What was promised survives a kill, and several processes share one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from salebot_uiscom.ports import BEGUN, DONE
from salebot_uiscom.store import open_store
from salebot_uiscom.store.records import FINISHED

PROGRAM = str(Path(__file__).with_name("mortal_process.py"))


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, PROGRAM, str(path), *arguments], stdout=subprocess.PIPE, text=True)


def run(path: Path, *arguments: str) -> list[str]:
    """Lines that the program printed before it ended or died."""
    process = start(path, *arguments)
    output, _ = process.communicate(timeout=60)
    return output.split()


def read_lines(process, lines: int) -> list[str]:
    return [process.stdout.readline().strip() for _ in range(lines)]


def kill(process) -> list[str]:
    """Whole lines that it printed before it died."""
    process.kill()
    rest = process.stdout.read().split("\n")[:-1]
    process.wait(timeout=60)
    process.stdout.close()
    return rest


@pytest.mark.parametrize("lines", [1, 7, 60, 2500])  # the last one goes through several checkpoints
def test_every_notification_that_was_answered_is_there_after_a_kill(tmp_path, lines):
    path = tmp_path / "bot.db"
    process = start(path, "intake", "a")
    promised = read_lines(process, lines) + kill(process)
    with open_store(path) as store:
        stored = {record.fingerprint for record in store.notifications(limit=1_000_000)}
        assert set(promised) <= stored
        assert len(stored) - len(promised) <= 1
        assert store.check() == []


def test_a_killed_process_does_not_stop_the_other_one(tmp_path):
    path = tmp_path / "bot.db"
    first, second = start(path, "intake", "a"), start(path, "intake", "b")
    promised = read_lines(first, 300) + read_lines(second, 300) + kill(first) + read_lines(second, 500) + kill(second)
    with open_store(path) as store:
        assert set(promised) <= {record.fingerprint for record in store.notifications(limit=1_000_000)}
        assert store.check() == []


@pytest.mark.parametrize(
    ("stage", "rings", "state"),
    [
        ("claimed", 1, DONE),
        ("begun", 0, BEGUN),  # nobody knows whether it rang: never again
        ("rung", 1, BEGUN),
        ("ended", 1, DONE),
        ("committing", 1, DONE),
        ("committed", 1, DONE),
    ],
)
def test_a_turn_killed_at_any_stage_is_finished_later_and_rings_at_most_once(tmp_path, stage, rings, state):
    path = tmp_path / "bot.db"
    printed = run(path, "turn", stage)
    with open_store(path) as store:
        assert store.check() == []
        client = store.clients()[0].id
        before = store.load_dialog(client)
        whole = (before.position, len(before.plans), len(store.outbox()), len(before.client_variables))
        assert whole == (("7", 1, 1, 1) if stage == "committed" else ("", 0, 0, 0))
        for owner in {claim_owner(store)} - {None}:
            store.release(owner)
    printed += run(path, "turn", "-")
    with open_store(path) as store:
        after = store.load_dialog(client)
        assert (after.position, len(after.plans), len(store.outbox())) == ("7", 1, 1)
        assert after.client_variables == {"state": state}
        assert [event.state for event in store.events()] == [FINISHED]
        assert printed.count("ring") == rings
        assert store.check() == []


def claim_owner(store):
    return store._file.read(lambda connection: (connection.execute("SELECT owner FROM claim").fetchone() or (None,))[0])


def test_two_processes_write_one_file_without_losing_or_refusing_anything(tmp_path):
    path = tmp_path / "bot.db"
    processes = [start(path, "count", name, "60") for name in ("a", "b")]
    for process in processes:
        process.communicate(timeout=120)
    assert [process.returncode for process in processes] == [0, 0]
    with open_store(path) as store:
        assert store.variables("project") == {"total": 120}
        assert [store.variables("client", client.id) for client in store.clients()] == [{"own": 60}, {"own": 60}]
        assert store.check() == []


def test_processes_that_create_the_file_together_agree(tmp_path):
    path = tmp_path / "bot.db"
    processes = [start(path, "count", name, "1") for name in "abcd"]
    for process in processes:
        process.communicate(timeout=120)
    assert [process.returncode for process in processes] == [0] * 4
    with open_store(path) as store:
        assert sorted(client.id for client in store.clients()) == [1001, 1002, 1003, 1004]
        assert store.variables("project") == {"total": 4}
