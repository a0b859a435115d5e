"""The store beside the same done by hand with `sqlite3`: WAL, synchronous FULL, one kept connection.

Both write the same values as so many rows and return after one sync. By hand nothing keeps phones findable, turns
unrepeated and told, writers of other processes in a queue: that is what the ratio pays for. Values change at every
write, because writing what is there already costs no sync; turns are named as those of events are.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from salebot_uiscom.ports import NewClient
from salebot_uiscom.scope import CLIENT
from salebot_uiscom.store import Store, open_store
from salebot_uiscom.store.records import SetVariable, Turn
from salebot_uiscom.store.rows import write_variable

from .measure import Row, Scale, each_s, nanoseconds, quantile

STORE = "Store: × the same by hand in sqlite3"
PHONES = "Store: client by phone"
WRITERS = "Store: two processes that write without pause"

VARIABLES, DIALOGS, CHANGED = 30, 100, 3
PER_CLIENT = 10
Operation = Callable[[int], Any]

BY_HAND = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE variable (owner INTEGER, name TEXT, value, is_json INTEGER, PRIMARY KEY (owner, name)) WITHOUT ROWID;
"""


def rows(scale: Scale) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        return [
            *variables(Path(folder), scale),
            *phones(Path(folder), scale),
            *writers(Path(folder), scale),
        ]


def values(mark: int, many: int = VARIABLES) -> dict[str, Any]:
    """Variables of a dialog as they usually are; the mark makes all of them new."""
    made: dict[str, Any] = {}
    for number in range(many):
        made[f"variable_{number}"] = (
            f"some text of a client, {mark}",
            mark + number,
            mark + 0.25,
            ["red", "green", mark],
            f"{mark}",
        )[number % 5]
    return made


# ---------------------------------------------------------------- 30 variables


class ByHand:
    """What a careful programmer writes for one table of variables."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(BY_HAND)

    def load(self, owner: int) -> dict[str, Any]:
        found = self.connection.execute("SELECT name, value, is_json FROM variable WHERE owner = ?", (owner,))
        return {name: json.loads(value) if is_json else value for name, value, is_json in found}

    def save(self, owner: int, changed: dict[str, Any]) -> None:
        written = [
            (owner, name, json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value,
             isinstance(value, list | dict))
            for name, value in changed.items()
        ]  # fmt: skip
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(
            "INSERT INTO variable VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "value = excluded.value, is_json = excluded.is_json",
            written,
        )
        self.connection.execute("COMMIT")


def save(store: Store, key: str, client_id: int, changed: dict[str, Any]) -> None:
    changes = tuple(SetVariable(CLIENT, client_id, name, value) for name, value in changed.items())
    store.commit_turn(Turn(key, client_id, changes=changes))


def lengthen_log(path: Path) -> None:
    """Bring the write-ahead log to the length that it keeps: commits that make it longer cost ten times more."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE padding (content BLOB)")
        connection.executemany("INSERT INTO padding VALUES (zeroblob(4000))", [()] * 1_200)
        connection.commit()
        connection.execute("DROP TABLE padding")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(RESTART)")


def bare_syncs(folder: Path, many: int) -> list[float]:
    """Seconds of writing 4 KB over what is there and syncing: nothing durable is faster on this disk."""
    block = os.urandom(4096)
    file = os.open(folder / "bare", os.O_RDWR | os.O_CREAT)
    sync = getattr(os, "fdatasync", os.fsync)

    def write(at: int) -> None:
        os.pwrite(file, block, at % 256 * 4096)
        sync(file)

    try:
        os.write(file, block * 256)
        os.fsync(file)
        return each_s(write, range(many))
    finally:
        os.close(file)


def variables(folder: Path, scale: Scale) -> Iterator[Row]:
    by_hand = ByHand(folder / "by_hand.db")
    dialogs = min(DIALOGS, scale.requests)
    with closing(by_hand.connection), open_store(folder / "store.db") as store:
        for name in ("by_hand.db", "store.db"):
            lengthen_log(folder / name)
        clients = [store.create_client(NewClient(1, str(number), "bot")).id for number in range(dialogs)]
        for number, client_id in enumerate(clients):
            save(store, f"event:{number + 1}", client_id, values(number))
            by_hand.save(client_id, values(number))
            assert store.variables(CLIENT, client_id) == by_hand.load(client_id) == values(number)
        for connection in (by_hand.connection, store._file._writer):
            settings = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
            assert settings == ["wal", 2]
        pair = each_in_turn(
            lambda at: by_hand.load(clients[at % dialogs]),
            lambda at: store.variables(CLIENT, clients[at % dialogs]),
            scale, 100,
        )  # fmt: skip
        yield row_of(f"load {VARIABLES} variables", pair, 1.5)
        whole = each_in_turn(
            lambda at: by_hand.load(clients[at % dialogs]),
            lambda at: store.load_dialog(clients[at % dialogs]),
            scale, 100,
        )  # fmt: skip
        yield row_of("load a dialog: card, deal, project, plans, lists too", whole, None)
        marks = count(10**6)

        def by_hand_saves(many: int, at: int) -> None:
            by_hand.save(clients[at % dialogs], values(next(marks), many))

        def store_saves(many: int, at: int) -> None:
            save(store, f"event:{next(marks)}", clients[at % dialogs], values(next(marks), many))

        for many in (VARIABLES, CHANGED):
            pair = each_in_turn(partial(by_hand_saves, many), partial(store_saves, many), scale, 20)
            yield row_of(f"save {many} variables, durable", pair, 1.5)
    bare = bare_syncs(folder, max(2, min(400, scale.requests // 4)))
    yield Row(
        STORE, "for comparison: a bare 4 KB fdatasync, p50", statistics.median(bare) * 1e6, "µs",
        detail=f"p99 {nanoseconds(quantile(bare, 0.99) * 1e9)}, longest {nanoseconds(max(bare) * 1e9)}",
    )  # fmt: skip


class Taken:
    """Seconds of single operations of both sides, round by round."""

    def __init__(self) -> None:
        self.base: list[list[float]] = []
        self.ours: list[list[float]] = []

    @property
    def ratio(self) -> float:
        medians = [
            statistics.median(ours) / statistics.median(base)
            for base, ours in zip(self.base, self.ours, strict=True)
        ]  # fmt: skip
        return statistics.median(medians)


def each_in_turn(base: Operation, ours: Operation, scale: Scale, many: int) -> Taken:
    """Rounds alternate; of a round the median operation counts, so that a sync that got stuck does not."""
    taken = Taken()
    many = max(2, min(many, scale.requests // 16))
    for index in range(scale.pairs):
        order = ((base, taken.base), (ours, taken.ours))
        for operation, times in order if index % 2 else reversed(order):
            times.append(each_s(operation, range(index * many, (index + 1) * many)))
    return taken


def row_of(name: str, taken: Taken, goal: float | None) -> Row:
    base = [time_s for times in taken.base for time_s in times]
    ours = [time_s for times in taken.ours for time_s in times]
    numbers = {
        "base_p50_us": statistics.median(base) * 1e6, "base_p99_us": quantile(base, 0.99) * 1e6,
        "p50_us": statistics.median(ours) * 1e6, "p99_us": quantile(ours, 0.99) * 1e6,
    }  # fmt: skip
    detail = f"by hand {numbers['base_p50_us']:.0f} / {numbers['base_p99_us']:.0f} µs, "
    detail += f"{numbers['p50_us']:.0f} / {numbers['p99_us']:.0f} µs (p50 / p99)"
    return Row(STORE, name, taken.ratio, "×", goal, detail=detail, numbers=numbers)


# ---------------------------------------------------------------- client by phone


def phone_of(number: int) -> str:
    return f"79{number:09d}"


def fill(store: Any, many: int) -> None:
    """Clients with ten variables each, one of them a phone: by the store's own writing, many in one transaction."""
    batch = 1_000
    for start in range(0, many, batch):
        numbers = range(start, min(start + batch, many))

        def job(connection: sqlite3.Connection, numbers: Sequence[int] = numbers) -> None:
            connection.executemany(
                'INSERT INTO client (id, type, platform_id, "group", name, created_at) VALUES (?, 1, ?, ?, ?, 0)',
                [(10_000 + number, f"user{number}", "bot", "Иван Петров") for number in numbers],
            )
            for number in numbers:
                owner = 10_000 + number
                write_variable(connection, CLIENT, owner, "phone", phone_of(number))
                for name, value in values(number, PER_CLIENT - 1).items():
                    write_variable(connection, CLIENT, owner, name, value)

        store._file.write(job, durable=False)


def phones(folder: Path, scale: Scale) -> Iterator[Row]:
    path = folder / "clients.db"
    chance = random.Random(7)
    with open_store(path) as store:
        began = time.perf_counter()
        fill(store, scale.clients)
        filling = time.perf_counter() - began
        asked = [phone_of(chance.randrange(scale.clients)) for _ in range(min(5_000, scale.clients))]
        assert [hit.client_id for hit in store.find_by_phone(asked[0])] == [10_000 + int(asked[0][2:])]
        into_memory(path)
        each_s(store.find_by_phone, asked[:100])
        times = each_s(store.find_by_phone, asked)
    p50, p99 = statistics.median(times) * 1e6, quantile(times, 0.99) * 1e6
    yield Row(
        PHONES, f"p99 among {scale.clients:,} clients × {PER_CLIENT} variables", p99, "µs", 100,
        detail=f"p50 {p50:.1f} µs; filled in {filling:.0f} s", numbers={"p50_us": p50, "clients": scale.clients},
    )  # fmt: skip
    whole, without = sizes(path, folder)
    yield Row(
        PHONES, "the file is larger by, for finding phones", (whole / without - 1) * 100, "%", 10,
        detail=f"{whole / 1e6:.1f} MB, without it {without / 1e6:.1f} MB",
    )  # fmt: skip


def into_memory(path: Path) -> None:
    """Read the file once: what is timed is the search of a bot at work, not the first reading of a disk."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def sizes(path: Path, folder: Path) -> tuple[int, int]:
    """Bytes of the file, compacted, with and without what finds phones."""
    whole, without = folder / "whole.db", folder / "without.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(whole),))
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DROP TABLE phone")
        connection.execute("VACUUM INTO ?", (str(without),))
    found = whole.stat().st_size, without.stat().st_size
    whole.unlink()
    without.unlink()
    return found


# ---------------------------------------------------------------- two processes


def writers(folder: Path, scale: Scale) -> Iterator[Row]:
    path = folder / "shared.db"
    many = max(2, min(2_000, scale.requests // 3))
    with open_store(path) as store:
        clients = [store.create_client(NewClient(1, str(number), "bot")).id for number in range(2)]
    command = [sys.executable, "-m", "benchmarks.storing", str(path), str(many)]
    root = Path(__file__).resolve().parents[1]
    running = [
        subprocess.Popen([*command, str(client_id)], stdout=subprocess.PIPE, cwd=root, text=True)
        for client_id in clients
    ]
    answers = [process.communicate(timeout=300)[0] for process in running]
    told = [json.loads(answer) for answer in answers]
    times = [time_s for one in told for time_s in one["times_s"]]
    yield Row(WRITERS, f"errors in 2 × {many:,} turns", sum(one["errors"] for one in told), "errors", 0)
    yield Row(
        WRITERS, "longest wait", max(times) * 1e3, "ms", 50,
        detail=f"p50 {nanoseconds(statistics.median(times) * 1e9)}, p99 {nanoseconds(quantile(times, 0.99) * 1e9)}; "
        f"{sum(len(one['times_s']) / one['seconds'] for one in told):,.0f} turns/s together",
        numbers={"p99_ms": quantile(times, 0.99) * 1e3},
    )  # fmt: skip


def write_turns(path: str, many: int, client_id: int) -> dict[str, Any]:
    """One of the writing processes."""
    times: list[float] = []
    errors = 0
    with open_store(path) as store:
        began = time.perf_counter()
        for number in range(many):
            started = time.perf_counter()
            try:
                save(store, f"event:{client_id * many + number}", client_id, values(number, CHANGED))
            except Exception:  # of whatever kind: it is counted
                errors += 1
            times.append(time.perf_counter() - started)
        seconds = time.perf_counter() - began
    return {"times_s": times, "errors": errors, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(write_turns(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
