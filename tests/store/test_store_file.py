"""The SQLite file itself: groups, locks, schema, faults."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from salebot_uiscom.effects import adrive
from salebot_uiscom.ports import NEW, NewClient, StoreNotification
from salebot_uiscom.store import (
    StoreBusy,
    StoreError,
    StoreRefused,
    StoreUnavailable,
    async_handlers,
    handlers,
    new_owner,
    open_store,
)
from salebot_uiscom.store.errors import ClaimLost
from salebot_uiscom.store.filelock import FileLock, has_wal_reset_fault, journal_mode
from salebot_uiscom.store.records import NewEvent
from salebot_uiscom.store.schema import all_names, migrate, migrations
from salebot_uiscom.store.sqlitefaults import translated
from salebot_uiscom.store.sqlitefile import SqliteFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


def in_threads(*jobs):
    """Run all at once; what each returned or raised, in order."""
    results: list[object] = [None] * len(jobs)

    def run(place, job):
        try:
            results[place] = job()
        except StoreError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(jobs)]
    for thread in threads:
        thread.start()
    return threads, results


def effect_of(effect):
    return (yield effect)


def commits_of(file: SqliteFile) -> list[str]:
    seen: list[str] = []
    file._writer.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


def wait_until_queued(file: SqliteFile, size: int) -> None:
    """The first job is in the hands of the writer, the others stand in the queue."""
    deadline = threading.Event()
    for _ in range(2000):
        if file._queue.qsize() >= size - 1:
            return
        deadline.wait(0.002)
    raise AssertionError("jobs did not gather")


# ---------------------------------------------------------------- group commit


def test_writes_that_gather_while_the_file_is_busy_share_one_commit(path):
    store = open_store(path)
    commits = commits_of(store._file)
    lock = FileLock(Path(f"{path}-lock"))
    with lock:
        threads, results = in_threads(*(lambda: store.allocate("deal") for _ in range(40)))
        wait_until_queued(store._file, 40)
    for thread in threads:
        thread.join()
    lock.close()
    assert len(set(results)) == 40
    assert len(commits) == 1
    store.close()


@pytest.mark.parametrize(("several", "begun"), [(1, 0), (40, 0), (64, 0), (65, 1)])
def test_new_notifications_that_gather_are_one_statement_which_needs_no_other_transaction(path, several, begun):
    store = open_store(path)
    asked: list[str] = []
    store._file._writer.set_trace_callback(asked.append)
    lock = FileLock(Path(f"{path}-lock"))
    with lock:
        threads, results = in_threads(
            *(lambda n=n: store.store_notification("s", str(n), b"", 1.0, 5.0) for n in range(several))
        )
        wait_until_queued(store._file, several)
    for thread in threads:
        thread.join()
    lock.close()
    assert results == [NEW] * several
    assert len(store.notifications()) == several
    assert (asked.count("BEGIN IMMEDIATE"), asked.count("COMMIT")) == (begun, begun)
    assert len([text for text in asked if text.startswith("INSERT")]) == 1 + begun
    store.close()


def test_one_impossible_write_does_not_harm_its_neighbours(path):
    store = open_store(path)
    lock = FileLock(Path(f"{path}-lock"))
    with lock:
        threads, results = in_threads(
            lambda: store.store_notification("s", "1", b"", 1.0, 5.0),
            lambda: store.end_intent("unknown", "done"),
            lambda: store.store_notification("s", "2", b"", 10**400, 5.0),
            lambda: store.store_notification("s", "3", b"", 1.0, 5.0),
        )
        wait_until_queued(store._file, 4)
    for thread in threads:
        thread.join()
    lock.close()
    assert results[0] == results[3] == NEW
    assert isinstance(results[1], StoreRefused)
    assert isinstance(results[2], StoreRefused)
    assert {record.fingerprint for record in store.notifications()} == {"1", "3"}
    store.close()


def test_many_threads_create_one_client(path):
    store = open_store(path)
    threads, results = in_threads(*(lambda: store.create_client(NewClient(13, "79004443322")).id for _ in range(16)))
    for thread in threads:
        thread.join()
    assert results == [1001] * 16
    store.close()


# ---------------------------------------------------------------- other programs


def test_file_held_for_too_long_is_busy_and_nothing_is_written_later(path):
    store = open_store(path, timeout_s=0.05)
    lock = FileLock(Path(f"{path}-lock"))
    with lock, pytest.raises(StoreBusy):
        store.create_client(NewClient(13, "79004443322"))
    assert store.create_client(NewClient(13, "79990000000")).id == 1001
    assert store.find_clients(13, "79004443322") == []
    lock.close()
    store.close()


def test_a_foreign_writer_is_waited_for_then_reported(path):
    store = open_store(path, timeout_s=0.05)
    foreign = sqlite3.connect(path, isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        store.create_client(NewClient(13, "79004443322"))
    foreign.execute("ROLLBACK")
    foreign.close()
    assert store.create_client(NewClient(13, "79004443322")).id == 1001
    store.close()


def test_opening_a_held_file_is_busy(path):
    open_store(path).close()
    lock = FileLock(Path(f"{path}-lock"))
    with lock, pytest.raises(StoreBusy):
        open_store(path, timeout_s=0.02)
    lock.close()


def test_two_stores_in_one_process_share_a_file(path):
    with open_store(path) as one, open_store(path) as two:
        first = one.create_client(NewClient(13, "79004443322"))
        assert two.create_client(NewClient(13, "79004443322")) == first


def test_readers_see_whole_turns_only_and_cannot_write(path):
    with open_store(path) as store, pytest.raises(StoreUnavailable):
        store._file.read(lambda connection: connection.execute("DELETE FROM client"))


# ---------------------------------------------------------------- settings of the engine


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_engines_that_may_lose_pages_are_known(version, faulty):
    assert has_wal_reset_fault(version) is faulty
    assert journal_mode(version, lockable=True) == "wal"
    assert journal_mode(version, lockable=False) == ("truncate" if faulty else "wal")


def test_commits_are_synced_and_logged(path):
    with open_store(path) as store:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        values = [store._file._writer.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    assert values == ["wal", 2, 1]


def test_claims_alone_are_not_synced_but_what_follows_is(path):
    with open_store(path) as store:
        client = store.create_client(NewClient(1, "x")).id
        modes = [synchronous(store)]
        store.add_event(NewEvent(client, "x"))
        claim = store.claim_work("w", 0.0)
        modes.append(synchronous(store))
        store.fail_work(claim, "boom")
        modes.append(synchronous(store))
    assert modes == [2, 1, 2]


def synchronous(store):
    return store._file._writer.execute("PRAGMA synchronous").fetchone()[0]


def test_only_the_owner_can_read_a_new_file(path):
    with open_store(path):
        modes = {stat.S_IMODE(os.stat(file).st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}


def test_old_engine_is_refused(path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    with pytest.raises(StoreUnavailable, match=r"3\.35"):
        open_store(path)


# ---------------------------------------------------------------- schema


def test_migrations_run_once_and_opening_again_changes_nothing(path):
    def schema():
        connection = sqlite3.connect(path)
        rows = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        applied = connection.execute("SELECT name, applied_at FROM _sqlite_migrations").fetchall()
        connection.close()
        return rows, applied

    open_store(path).close()
    first = schema()
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection)
    connection.close()
    open_store(path).close()
    assert schema() == first
    assert len(first[1]) == len(all_names())


def test_file_of_a_newer_release_is_refused_and_untouched(path):
    open_store(path).close()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('salebot_uiscom', 'm999_future', '')"
    )
    connection.commit()
    connection.close()
    with pytest.raises(StoreUnavailable, match="m999_future"):
        open_store(path)


def test_variables_can_be_read_in_any_tool(path):
    from salebot_uiscom.store.records import SetVariable, Turn

    with open_store(path) as store:
        client = store.create_client(NewClient(1, "x")).id
        values = {"имя": "Анна", "n": 5, "ok": True, "f": 0.1, "l": ["а", 1]}
        changes = tuple(SetVariable("client", client, name, value) for name, value in values.items())
        store.commit_turn(Turn("t", client, changes=changes))
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, type, value FROM variable WHERE owner = 1001 ORDER BY position").fetchall()
    connection.close()
    assert rows == [
        ("имя", "text", "Анна"),
        ("n", "int", "5"),
        ("ok", "bool", "True"),
        ("f", "float", "0.1"),
        ("l", "json", '["а",1]'),
    ]


def test_numbering_can_start_elsewhere_but_only_in_a_new_file(path):
    with open_store(path, first_ids={"client": 5, "deal": 40630}) as store:
        assert (store.create_client(NewClient(1, "x")).id, store.allocate("deal")) == (5, 40630)
    with open_store(path, first_ids={"client": 1}) as store:
        assert store.create_client(NewClient(1, "y")).id == 6


# ---------------------------------------------------------------- faults


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreUnavailable, match="does not exist"):
        open_store(tmp_path / "nowhere" / "bot.db")


def test_file_that_is_no_database_is_refused_and_kept(path):
    path.write_text("это не база данных, а письмо " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable):
        open_store(path)
    assert path.read_bytes() == before


def test_database_of_another_program_is_refused_and_kept(path):
    with contextlib.closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE letters (id)")
        foreign.commit()
        with pytest.raises(StoreUnavailable, match="letters"):
            open_store(path)
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("letters",)]
        assert foreign.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def a_note(path):
    path.write_text("это не база данных, а письмо " * 100)


def a_short_note(path):
    path.write_text("коротко")


def a_database_of_others(path):
    with contextlib.closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE letters (id)")
        foreign.commit()


def a_database_of_others_with_a_log(path):
    with contextlib.closing(sqlite3.connect(path)) as foreign:
        foreign.execute("PRAGMA journal_mode = wal")
        foreign.execute("CREATE TABLE letters (id)")
        foreign.commit()


@pytest.mark.parametrize(
    "make", [a_note, a_short_note, a_database_of_others, a_database_of_others_with_a_log, Path.mkdir]
)
def test_nothing_is_left_beside_a_file_that_is_not_ours(make, path):
    make(path)
    with pytest.raises(StoreUnavailable):
        open_store(path)
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_a_file_of_ours_that_was_copied_without_its_lock_opens(path):
    with open_store(path) as store:
        store.create_client(NewClient(1, "x"))
    Path(f"{path}-lock").unlink()
    with open_store(path) as store:
        assert len(store.clients()) == 1


def test_intake_of_an_asynchronous_server_does_not_wait_for_ever(path):
    store = open_store(path, timeout_s=0.02)
    performers = async_handlers(handlers(store), store)
    lock = FileLock(Path(f"{path}-lock"))
    with lock, pytest.raises(StoreBusy):
        asyncio.run(adrive(effect_of(StoreNotification("s", "1", b"", 1.0, 5.0)), performers))
    assert store.store_notification("s", "2", b"", 1.0, 5.0) == NEW
    assert [record.fingerprint for record in store.notifications()] == ["2"]
    lock.close()
    store.close()


def test_other_databases_are_refused():
    with pytest.raises(StoreUnavailable, match="postgresql"):
        open_store("postgresql://user:secret@host/db")


def test_closed_store_says_so_and_closing_twice_does_nothing(path):
    store = open_store(path)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.clients()
    with pytest.raises(StoreUnavailable):
        store.allocate("deal")


LOOK = "from salebot_uiscom.store import open_store\nimport sys\n" + (
    "with open_store(sys.argv[1]) as store: print(len(store.notifications()))"
)


@pytest.mark.parametrize("closed", [True, False])
def test_a_second_store_on_the_same_file_takes_no_locks_of_the_first_away(path, closed):
    """Else another process that leaves believes itself the last, and deletes the log that is still written to."""
    with open_store(path) as store:
        store.store_notification("s", "0", b"{}", 0.0, 1.0)
        second = open_store(path)
        if closed:
            second.close()
        subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True, capture_output=True)
        for number in range(1, 11):
            store.store_notification("s", str(number), b"{}", 0.0, 1.0)
        seen = subprocess.run([sys.executable, "-c", LOOK, str(path)], check=True, capture_output=True)
        second.close()
    assert seen.stdout == b"11\n"


def test_a_new_file_that_another_program_writes_to_is_not_waited_for_without_end(path):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as foreign:
        foreign.execute("PRAGMA journal_mode = WAL")
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            open_store(path, timeout_s=0.05)
        foreign.execute("COMMIT")
    open_store(path).close()


FORK = """
import os, sys
from salebot_uiscom.store import StoreUnavailable, open_store

store = open_store(sys.argv[1])
if os.fork() == 0:
    try:
        open_store(sys.argv[1])
    except StoreUnavailable as error:
        print(error, flush=True)
    sys.stdin.read()
    os._exit(0)
store._file._lock.__enter__()
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_is_refused_and_holds_nothing(path):
    """SQLite would take no locks in it; the lock of a parent that has died must not live on in it."""
    with subprocess.Popen(
        [sys.executable, "-c", FORK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert "fork first, then open" in process.stdout.readline()
        process.wait()
        with open_store(path, timeout_s=5.0) as store:
            assert store.check() == []
        process.stdin.close()


def test_store_carried_over_a_fork_is_refused(path, monkeypatch):
    store = open_store(path)
    parent = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: parent + 1)
    with pytest.raises(StoreUnavailable, match="fork"):
        store.clients()
    monkeypatch.undo()
    store.close()


def test_damage_is_reported_by_check(path):
    with open_store(path) as store:
        client = store.create_client(NewClient(1, "x")).id
        store._file.write(
            lambda connection: connection.execute(
                "INSERT INTO phone VALUES ('client', ?, 'phone', '79004443322', ?)", (client, client)
            )
        )
        assert store.check() == ["variable 'phone' of client 1001: phones out of step"]


def test_full_disk_fails_all_that_wait_and_the_store_goes_on(path):
    with open_store(path) as store:
        pages = store._file._writer.execute("PRAGMA page_count").fetchone()[0]
        store._file._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
        with pytest.raises(StoreUnavailable, match="full"):
            store.store_notification("s", "1", b"x" * 200_000, 1.0, 5.0)
        store._file._writer.execute("PRAGMA max_page_count = 1000000")
        assert store.store_notification("s", "1", b"x" * 200_000, 1.0, 5.0) == NEW


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite3.IntegrityError("UNIQUE constraint failed: client.id"), StoreRefused),
        (sqlite3.InterfaceError("Error binding parameter"), StoreRefused),
        (OverflowError("Python int too large"), StoreRefused),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), StoreRefused),
        (sqlite3.OperationalError("disk I/O error"), StoreUnavailable),
        (sqlite3.DatabaseError("database disk image is malformed"), StoreUnavailable),
        (ClaimLost("x"), ClaimLost),
    ],
)
def test_exceptions_of_the_library_are_translated(error, kind):
    assert type(translated(error)) is kind


def test_owners_of_claims_differ():
    assert new_owner() != new_owner()


def test_importing_the_package_loads_no_database_library():
    code = "import sys, salebot_uiscom.store; print(sorted({'sqlite_utils', 'sqlite3'} & set(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert output.stdout.strip() == "[]"


def test_one_of_many_equal_notifications_at_once_is_new(path):
    store = open_store(path)
    threads, results = in_threads(*([lambda: store.store_notification("s", "same", b"", 1.0, 5.0)] * 16))
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["duplicate"] * 15 + ["new"]
    store.close()


def test_file_is_found_again_after_a_change_of_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_store("bot.db") as store:
        monkeypatch.chdir("/")
        assert store.clients() == []


def test_a_new_file_is_what_all_migrations_make_one_after_another(path):
    """The first one of a process is made by them; the next ones take that over."""

    def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
        names = "SELECT name, tbl_name, sql FROM sqlite_master ORDER BY name"
        done = "SELECT migration_set, name FROM _sqlite_migrations ORDER BY name"
        return [*connection.execute(names), *connection.execute(done)]

    with contextlib.closing(sqlite3.connect(":memory:")) as by_steps:
        migrations.apply(Database(by_steps, execute_plugins=False))
        wanted = schema(by_steps)
    for name in ("first.db", "second.db"):
        file = path.with_name(name)
        open_store(file).close()
        with contextlib.closing(sqlite3.connect(file)) as made:
            assert schema(made) == wanted
            assert made.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert made.execute("PRAGMA integrity_check").fetchone() == ("ok",)
