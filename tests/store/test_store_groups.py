"""Groups of writes: what shares a transaction, who runs it, what one failure does to the others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from salebot_uiscom.ports import DUPLICATE, NEW, NewClient
from salebot_uiscom.store import StoreBusy, StoreError, StoreRefused, StoreUnavailable, open_store
from salebot_uiscom.store.filelock import FileLock
from salebot_uiscom.store.inbox import _Arrival
from salebot_uiscom.store.sqlite import SqliteStore

WEEK = 7 * 86400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "bot.db") as opened:
        yield opened


@pytest.fixture
def in_one_group(store: SqliteStore) -> Callable[..., list[Any]]:
    """Run writes in one group, in this order; what each returned or raised."""

    def run(*jobs: Callable[..., Any], durable: bool = True) -> list[Any]:
        async def go() -> list[Any]:
            lock = FileLock(Path(f"{store._file.path}-lock"))
            with lock:
                futures = [store._file.submit(job, durable=durable) for job in jobs]
                await asyncio.sleep(0)  # all are handed over to the writing thread, which waits for the lock
            lock.close()
            return await asyncio.gather(*futures, return_exceptions=True)

        return asyncio.run(go())

    return run


def commits_of(store: SqliteStore) -> list[str]:
    seen: list[str] = []
    store._file._writer.set_trace_callback(lambda sql: seen.append(sql) if sql in ("COMMIT", "ROLLBACK") else None)
    return seen


def noting(text: str) -> Callable[..., str]:
    def job(connection: Any) -> str:
        connection.execute("INSERT INTO list (name) VALUES (?)", (text,))
        return text

    return job


def failing(error: Exception) -> Callable[..., None]:
    def job(connection: Any) -> None:
        connection.execute("INSERT INTO list (name) VALUES ('half done')")
        raise error

    return job


def names(store: SqliteStore) -> list[str]:
    return [one.name for one in store.lists()]


# ---------------------------------------------------------------- a group


def test_a_group_is_one_commit_and_everybody_gets_his_own_result(store, in_one_group):
    ended = commits_of(store)
    assert in_one_group(*(noting(str(number)) for number in range(20))) == [str(number) for number in range(20)]
    assert ended == ["COMMIT"]
    assert names(store) == [str(number) for number in range(20)]


def test_one_that_fails_leaves_nothing_and_its_neighbours_stay_in_order(store, in_one_group):
    ended = commits_of(store)
    wrong, odd = StoreRefused("no"), ZeroDivisionError("a mistake of a job")
    results = in_one_group(noting("a"), failing(wrong), noting("b"), failing(odd), noting("c"))
    assert results == ["a", wrong, "b", odd, "c"]
    assert names(store) == ["a", "b", "c"]
    assert ended == ["ROLLBACK", "COMMIT"]


def test_faults_of_sqlite_in_a_group_are_told_in_our_terms(store, in_one_group):
    first, second = in_one_group(noting("a"), lambda connection: connection.execute("INSERT INTO list VALUES (1, 'b')"))
    assert first == "a"
    assert isinstance(second, StoreRefused)


def test_all_may_fail(store, in_one_group):
    results = in_one_group(failing(StoreRefused("one")), failing(StoreRefused("two")))
    assert [str(error) for error in results] == ["one", "two"]
    assert names(store) == []


def test_group_is_synced_when_one_of_it_must_be(store, in_one_group):
    def synchronous() -> int:
        return int(store._file._writer.execute("PRAGMA synchronous").fetchone()[0])

    in_one_group(noting("a"), noting("b"), durable=False)
    assert synchronous() == 1
    in_one_group(noting("c"))
    assert synchronous() == 2


def test_full_disk_is_told_to_the_whole_group(store, in_one_group):
    pages = store._file._writer.execute("PRAGMA page_count").fetchone()[0]
    store._file._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    results = in_one_group(noting("a"), noting("x" * 200_000), noting("b"))
    assert all(isinstance(error, StoreUnavailable) for error in results)
    store._file._writer.execute("PRAGMA max_page_count = 1000000")
    assert names(store) == []
    assert in_one_group(noting("c")) == ["c"]


# ---------------------------------------------------------------- notifications in numbers


def arrival(mark: str, at: float = 1.0, window: float = WEEK, problem: str = "") -> _Arrival:
    return _Arrival("uiscom", mark, mark.encode(), at, window, problem)


def marks(store: SqliteStore) -> list[str]:
    return [record.fingerprint for record in reversed(store.notifications(limit=500))]


@pytest.mark.parametrize("many", [1, 2, 3, 31, 32, 33, 77, 100])
def test_any_number_of_notifications_is_stored_in_order_of_arrival(store, in_one_group, many):
    wanted = [f"{number}" for number in range(many)]
    assert in_one_group(*map(arrival, wanted)) == [NEW] * many
    assert marks(store) == wanted
    assert [record.notification.body for record in reversed(store.notifications())] == [
        mark.encode() for mark in wanted
    ]


def test_repeats_are_found_in_the_group_and_before_it(store, in_one_group):
    in_one_group(arrival("old"))
    found = in_one_group(*map(arrival, ["a", "old", "b", "a", "c"]))
    assert found == [NEW, DUPLICATE, NEW, DUPLICATE, NEW]
    assert marks(store) == ["old", "a", "b", "c"]
    assert {record.fingerprint: record.repeats for record in store.notifications()} == {
        "old": 1, "a": 1, "b": 0, "c": 0,
    }  # fmt: skip


def test_each_has_its_own_window_and_what_nobody_can_read_is_no_repeat(store, in_one_group):
    in_one_group(arrival("a", 100.0), arrival("bad", 100.0, problem="not JSON"))
    found = in_one_group(
        arrival("a", 104.0, 3.0), arrival("bad", 104.0, problem="not JSON"), arrival("bad", 104.0), arrival("c", 104.0)
    )
    assert found == [NEW, NEW, NEW, NEW]
    assert [record.state for record in reversed(store.notifications())] == [
        "waiting", "quarantine", "waiting", "quarantine", "waiting", "waiting",
    ]  # fmt: skip


def test_other_writes_between_notifications_keep_their_place(store, in_one_group):
    def how_many(connection: Any) -> int:
        return int(connection.execute("SELECT count(*) FROM notification").fetchone()[0])

    found = in_one_group(arrival("a"), arrival("b"), how_many, arrival("c"), how_many)
    assert found == [NEW, NEW, 2, NEW, 3]


def test_notification_that_cannot_be_stored_harms_none_of_its_group(store, in_one_group):
    first, second, third = in_one_group(arrival("a"), arrival("b", 10**400), arrival("c"))
    assert (first, third) == (NEW, NEW)
    assert isinstance(second, StoreRefused)
    assert marks(store) == ["a", "c"]


def test_full_disk_is_told_to_all_notifications_of_a_group(store, in_one_group):
    pages = store._file._writer.execute("PRAGMA page_count").fetchone()[0]
    store._file._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
    results = in_one_group(arrival("a"), arrival("x" * 200_000), arrival("b"))
    assert all(isinstance(error, StoreUnavailable) for error in results)
    store._file._writer.execute("PRAGMA max_page_count = 1000000")
    assert marks(store) == []
    assert in_one_group(arrival("a")) == [NEW]


# ---------------------------------------------------------------- who writes


def test_who_finds_nobody_writing_writes_in_his_own_thread(store):
    threads = {store._file.write(lambda connection: threading.get_ident()) for _ in range(3)}
    assert threads == {threading.get_ident()}


def test_a_lone_write_that_fails_leaves_nothing_and_the_next_one_works(store):
    with pytest.raises(StoreRefused, match="no"):
        store._file.write(failing(StoreRefused("no")))
    with pytest.raises(KeyboardInterrupt):
        store._file.write(failing(KeyboardInterrupt()))
    with pytest.raises(StoreRefused) as caught:
        store._file.write(lambda connection: connection.execute("INSERT INTO list VALUES (1, NULL)"))
    assert caught.value.__cause__ is not None
    assert store._file.write(noting("a")) == "a"
    assert names(store) == ["a"]


def test_writes_while_somebody_writes_gather_behind_him(store):
    ended = commits_of(store)
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Any) -> int:
        begun.set()
        assert go_on.wait(30)
        return threading.get_ident()

    results: list[Any] = []
    first = threading.Thread(target=lambda: results.append(store._file.write(slow) == threading.get_ident()))
    first.start()
    assert begun.wait(30)

    async def others() -> list[int]:
        futures = [store._file.submit(lambda connection: threading.get_ident()) for _ in range(5)]
        go_on.set()
        return await asyncio.gather(*futures)

    writers = asyncio.run(others())
    first.join()
    assert results == [True]
    assert writers == [store._file._thread.ident] * 5
    assert ended == ["COMMIT", "COMMIT"]


def test_nobody_goes_before_those_who_stand_in_line(store):
    lock = FileLock(Path(f"{store._file.path}-lock"))
    order: list[str] = []

    def stand(name: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: store._file.write(lambda connection: order.append(name)))
        thread.start()
        return thread

    with lock:
        first = stand("first")
        while not store._file._in_line:
            first.join(0.001)
        second = stand("second")
        while store._file._queue.empty():
            second.join(0.001)
    lock.close()
    first.join()
    second.join()
    assert order == ["first", "second"]


def test_closing_waits_for_who_writes_in_his_own_thread(tmp_path):
    store = open_store(tmp_path / "bot.db")
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Any) -> str:
        begun.set()
        assert go_on.wait(30)
        return noting("a")(connection)

    results: list[Any] = []
    writing = threading.Thread(target=lambda: results.append(store._file.write(slow)))
    writing.start()
    assert begun.wait(30)
    closing = threading.Thread(target=store.close)
    closing.start()
    while not store._file._closed:
        closing.join(0.001)
    with pytest.raises(StoreUnavailable, match="closed"):
        store.allocate("deal")
    go_on.set()
    writing.join()
    closing.join()
    assert results == ["a"]
    with open_store(tmp_path / "bot.db") as again:
        assert [one.name for one in again.lists()] == ["a"]


# ---------------------------------------------------------------- event loops


def test_a_notification_nobody_waits_for_any_more_is_not_stored(store):
    async def go() -> list[Any]:
        lock = FileLock(Path(f"{store._file.path}-lock"))
        with lock:
            futures = [store.submit_notification("s", mark, b"", 1.0, WEEK) for mark in ("held", "gone", "kept")]
            await asyncio.sleep(0)  # all three are handed over to the writing thread, which waits for the lock
            futures[1].cancel()
        lock.close()
        return await asyncio.gather(*futures, return_exceptions=True)

    outcomes = asyncio.run(go())
    assert (outcomes[0], outcomes[2]) == (NEW, NEW)
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert marks(store) == ["held", "kept"]


def test_who_has_waited_too_long_ends_nobody_elses_waiting(store):
    """What gathered behind him is in one transaction with his: the others wait for its end."""
    told: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Any) -> str:
        begun.set()
        assert go_on.wait(30)
        return noting("first")(connection)

    other = threading.Thread(target=lambda: told.append(store._file.write(noting("second"))))

    async def go() -> None:
        lock = FileLock(Path(f"{store._file.path}-lock"))
        with lock:
            first = store._file.submit(slow)
            mine = store._file._rounds[asyncio.get_running_loop()]
            while not store._file._in_line:  # the writing thread has it, and waits for the lock
                await asyncio.sleep(0)
            other.start()
            while store._file._queue.empty():
                await asyncio.sleep(0)
        lock.close()
        assert await asyncio.to_thread(begun.wait, 30)
        mine._give_up()
        with pytest.raises(StoreBusy):
            await first
        go_on.set()
        await asyncio.to_thread(other.join, 30)

    asyncio.run(go())
    assert told == ["second"]
    assert names(store) == ["first", "second"]


def test_event_loop_that_has_ended_harms_nobody(store):
    lock = FileLock(Path(f"{store._file.path}-lock"))

    async def leave() -> None:
        store._file.submit(noting("of nobody"))

    with lock:
        asyncio.run(leave())
    lock.close()
    assert store.create_client(NewClient(1, "x")).id == 1001
    assert names(store) == ["of nobody"]


def test_store_that_was_closed_takes_nothing_from_an_event_loop(tmp_path):
    store = open_store(tmp_path / "bot.db")
    store.close()

    async def go() -> str:
        return await store.submit_notification("s", "a", b"", 1.0, WEEK)

    with pytest.raises(StoreUnavailable, match="closed"):
        asyncio.run(go())


def test_a_held_file_is_busy_for_an_own_write_too(tmp_path):
    with open_store(tmp_path / "bot.db", timeout_s=0.02) as store:
        lock = FileLock(Path(f"{tmp_path / 'bot.db'}-lock"))
        with lock, pytest.raises(StoreBusy):
            store.allocate("deal")
        lock.close()
        assert isinstance(store.allocate("deal"), int)
    assert issubclass(StoreBusy, StoreError)


def test_repeats_are_found_by_the_index_in_every_form_of_the_question(store: SqliteStore) -> None:
    """A look through the whole table would pass every other test, and stop a receiver after some months."""
    arrivals = [_Arrival("uiscom", f"{number:064x}", b"{}", 1000.0, WEEK, "") for number in range(100)]
    connection = store._file._writer
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    arrivals[0](connection)
    _Arrival.together(connection, arrivals[1:])
    connection.set_trace_callback(None)
    questions = [text for text in asked if "SELECT" in text]
    assert len(questions) == 3  # one alone, 64 together, the rest
    for text in questions:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")]
        assert any("USING INDEX notification_mark" in step for step in plan), plan


def test_fingerprints_that_begin_alike_are_no_repeats(store: SqliteStore) -> None:
    for mark, outcome in (("a" * 64, NEW), ("a" * 63 + "b", NEW), ("a" * 64, DUPLICATE)):
        assert store.store_notification("uiscom", mark, b"{}", 1000.0, WEEK) == outcome
