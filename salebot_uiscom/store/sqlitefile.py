"""One SQLite file: one connection that writes, others that read, and exceptions in our own terms.

**Group commit.** Whoever finds nobody writing runs his job himself, in his own thread. Everybody else stands in a queue
to the writing thread: whatever has gathered while the last transaction was being committed becomes the next group: one
transaction, one sync of the disk, and only then all callers return. When a job of a group fails, the group is rolled
back and run once more, each job in a savepoint, so that it fails alone. A job therefore does nothing but read and write
through its connection: it may be run twice. Jobs of a class with the methods of `Alike` are done in numbers, with the same
results: every call of SQLite gives the interpreter away and has to get it back, and beside a busy event loop that is what
takes time.

**Several processes** take turns: `filelock`.

**Durability.** WAL with `synchronous=FULL`; a call that has returned survives a power cut. Claims alone are not synced: a
power cut ends their owners too, and the next synced commit takes them along.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import groupby
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

from .errors import StoreBusy, StoreError, StoreUnavailable
from .filelock import LOCKABLE, FileLock, journal_mode
from .jobs import Alike, Entry, Job, Outcome, Round, T, tell_loops, tell_threads
from .schema import check_ours, migrate
from .sqlitefaults import caused, held, translated

if TYPE_CHECKING:
    import asyncio

# Jobs in one transaction, about: bounds what one failing commit takes down and how long readers see old data.
MAX_GROUP = 500
IDLE_READERS = 8
# Pages in the log before a commit copies them into the file. Who writes alone has the time. Under load it is put off:
# marks of notifications fall on pages at random, of many commits together each page is copied once, and a pause of
# some milliseconds comes eight times less often. The log takes up to 32 MB then.
CHECKPOINT_PAGES, CHECKPOINT_PAGES_UNDER_LOAD = 1000, 8000
SHARED_S = 0.1  # after another process was met, everybody stands in line: who sleeps in the kernel is not overtaken
OLDEST = (3, 35, 0)  # RETURNING


_OPEN: WeakSet[SqliteFile] = WeakSet()
_OPEN_AT_FORK: set[str] = set()


def _forked() -> None:
    """In a child: what SQLite remembers of files that its parent had open is not true here, it would take no locks."""
    for file in _OPEN:
        _OPEN_AT_FORK.add(os.path.realpath(file.path))
        file.forget_lock()  # held open here, it would outlive the parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _make(path: str) -> None:
    """Make the file. Phones and messages of people: for the owner's eyes, unless he opens the file to others.

    A file that exists is not opened here. Whoever closes a file gives up every lock that his process has on it, those
    of SQLite too (https://sqlite.org/howtocorrupt.html 2.2): the next one to leave would believe himself the last, and
    take away the log that this process goes on writing to.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(os.path.realpath(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _refuse_foreign(path: Path) -> None:
    """Before a lock is made beside it: is this file, which no lock says to be in use, somebody else's?

    Raises:
        StoreUnavailable: as `check_ours`.
        sqlite3.Error: it is no database.
        OSError: it is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.is_file() or path.stat().st_size == 0:
        return
    try:
        # Only who may write takes the traces of his reading away again, and the last one alone: that is no meeting of
        # a checkpoint and a write.
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
            check_ours(connection)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise
        # Anything else is cured or told by the opening itself.


class SqliteFile:
    """Opens (and creates, and migrates) one file; `:memory:` keeps everything in this process.

    Args:
        path: the file; its folder must exist.
        timeout_s: how long a call waits for other programs before `StoreBusy`.
    """

    def __init__(self, path: str | Path, *, timeout_s: float = 10.0) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreUnavailable(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed")
        self.memory = str(path) == ":memory:"
        self.path = str(path) if self.memory else str(Path(path).absolute())
        self.timeout_s = timeout_s
        if not self.memory and os.path.realpath(self.path) in _OPEN_AT_FORK:
            raise StoreUnavailable("the parent of this process had the file open when it forked: fork first, then open")
        self._process = os.getpid()
        self._queue: SimpleQueue[list[Entry] | None] = SimpleQueue()
        self._rounds: dict[asyncio.AbstractEventLoop, Round] = {}  # under way
        self._turn = threading.Lock()  # whoever holds it has the writing connection for himself
        self._shared_until = 0.0
        self._in_line = False  # the writing thread has jobs: nobody may go before it
        self._idle: list[sqlite3.Connection] = []
        self._readers = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        try:
            lock = None if self.memory else Path(f"{self.path}-lock")
            if lock is not None and not lock.exists():
                _refuse_foreign(Path(self.path))
            self._lock = FileLock(lock)
            try:
                with self._lock.within(timeout_s):
                    if not self.memory:
                        _make(self.path)
                    self._writer = self._connect()
                    try:
                        self._prepare(self._writer)
                    except BaseException:
                        self._writer.close()
                        raise
            except BaseException:
                self._lock.close()
                raise
        except (sqlite3.Error, OSError) as error:
            raise self._cannot_open(error) from error
        if not self.memory:
            _OPEN.add(self)
        self._thread = threading.Thread(target=self._serve, name="store writer", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------ for stores

    def write(self, job: Job[T], *, durable: bool = True) -> T:
        """Run `job` inside a transaction; return when it is durable.

        Args:
            job: only reads and writes through its connection; it may be run twice, the first time rolled back.
            durable: False = it need not survive a power cut (a killed process it does): no sync of the disk for it.

        Raises:
            StoreError: nothing of this job was written.
        """
        if self._takes_turn():
            try:
                return cast("T", self._run_group([job], durable, CHECKPOINT_PAGES)[0][0])
            except Exception as error:
                fault = caused(error)
                if fault is error:
                    raise
                raise fault from error
            finally:
                self._lock.release()
                self._turn.release()
        future: Future[T] = Future()
        self._enqueue([Entry(job, durable, future)])
        try:
            return future.result(self.timeout_s)
        except TimeoutError:
            # Still waiting for another process: step back. Once it runs, it is waited for: the answer must be true.
            if future.cancel():
                raise held(self.timeout_s) from None
            return future.result()

    def submit(self, job: Job[T], *, durable: bool = True) -> asyncio.Future[T]:
        """`write` for the running event loop, which goes on meanwhile. Cancelling works until the job is begun."""
        from asyncio import get_running_loop

        self._check_usable()
        loop = get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        round_ = self._rounds.get(loop)
        if round_ is None or len(round_.entries) >= MAX_GROUP:
            # They go into the queue together, when the loop has nothing else to do: to wake the writing thread in
            # the middle of a round makes both fight for the interpreter.
            round_ = self._rounds[loop] = Round(loop, self.timeout_s)
            loop.call_soon(self._enqueue_round, round_)
        round_.entries.append(Entry(job, durable, future, round_))
        return future

    def _enqueue_round(self, round_: Round) -> None:
        if self._rounds.get(round_.loop) is round_:
            del self._rounds[round_.loop]
        try:
            self._enqueue(round_.entries)
        except StoreError as error:
            round_.settle([(entry.future, (None, error)) for entry in round_.entries])

    def _enqueue(self, entries: list[Entry]) -> None:
        with self._closing:  # after `close` nothing enters the queue any more
            self._check_usable()
            self._queue.put(entries)

    def _takes_turn(self) -> bool:
        """Take the writing connection and the lock between processes, if neither has to be waited for."""
        if (
            self._in_line
            or not self._queue.empty()
            or time.monotonic() < self._shared_until
            or not self._turn.acquire(blocking=False)
        ):
            return False
        try:
            self._check_usable()
            if self._lock.is_taken_at_once():
                return True
            self._shared_until = time.monotonic() + SHARED_S
        except BaseException:
            self._turn.release()
            raise
        self._turn.release()
        return False

    def read(self, job: Job[T]) -> T:
        """Run `job` on one consistent state of the file. It must not write."""
        if self.memory:
            return self.write(job)
        self._check_usable()
        try:
            connection = self._reader()
            try:
                connection.execute("BEGIN")
                result = job(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise translated(error) from error
        self._give_back(connection)
        return result

    def close(self) -> None:
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        if self._process != os.getpid():
            return  # a forked child: thread, lock and connections belong to the parent
        self._thread.join(self.timeout_s)
        if self._thread.is_alive():
            raise StoreBusy("another program holds the file: waiting writes were not done")
        if not self._turn.acquire(timeout=self.timeout_s):  # for good: a thread may be writing for itself
            raise StoreBusy("another program holds the file: a write was not done")
        with self._readers:
            idle, self._idle = self._idle, []
        with self._lock.within(self.timeout_s):  # the last connection makes a checkpoint
            for connection in [*idle, self._writer]:
                connection.close()
        self._lock.close()
        _OPEN.discard(self)

    def forget_lock(self) -> None:
        """In a forked child: give the descriptor back."""
        self._lock.close()

    # ------------------------------------------------------------ opening

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self.timeout_s, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        check_ours(connection)
        if not self.memory:
            mode = journal_mode(sqlite3.sqlite_version_info, LOCKABLE)
            connection.execute(f"PRAGMA journal_mode = {mode}")
        self._sync(connection, True)
        self._checkpoint_at(connection, CHECKPOINT_PAGES)
        migrate(connection, self.timeout_s)

    def _sync(self, connection: sqlite3.Connection, durable: bool) -> None:
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._durable = durable

    def _checkpoint_at(self, connection: sqlite3.Connection, pages: int) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")
        self._checkpoint_pages = pages

    def _cannot_open(self, error: Exception) -> StoreError:
        fault = translated(error) if isinstance(error, sqlite3.Error) else StoreUnavailable(str(error))
        folder = Path(self.path).parent
        hint = "" if folder.is_dir() else f": the folder {folder} does not exist"
        return type(fault)(f"cannot open {self.path}{hint} ({fault})")

    def _check_usable(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if self._process != os.getpid():
            raise StoreUnavailable("the store was opened before a fork: fork first, then open it in each process")

    # ------------------------------------------------------------ reading connections

    def _reader(self) -> sqlite3.Connection:
        with self._readers:
            if self._idle:
                return self._idle.pop()
        connection = self._connect()
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._readers:
            if not self._closed and len(self._idle) < IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()

    # ------------------------------------------------------------ the writing thread

    def _serve(self) -> None:
        more = True
        while more and (first := self._queue.get()) is not None:
            self._in_line = True
            group = list(first)  # the list itself belongs to its round
            try:
                with self._turn, self._lock:
                    more = self._gather(group)
                    group = [entry for entry in group if entry.begins()]
                    durable = any(entry.durable for entry in group)
                    outcomes = self._run_group([entry.job for entry in group], durable, CHECKPOINT_PAGES_UNDER_LOAD)
                    # Before the lock is given back: that takes a while beside a busy event loop.
                    tell_loops(group, outcomes)
            except BaseException as error:
                outcomes = [(None, caused(error)) for _ in group]
                tell_loops(group, outcomes)
            self._in_line = False
            # Afterwards: who writes again at once finds the way free and needs no thread of ours.
            tell_threads(group, outcomes)

    def _gather(self, group: list[Entry]) -> bool:
        """Take what waits in the queue. False = the end mark was among it."""
        with contextlib.suppress(Empty):
            while len(group) < MAX_GROUP:
                entries = self._queue.get_nowait()
                if entries is None:
                    return False
                group += entries
        return True

    # ------------------------------------------------------------ a transaction

    def _run_group(self, jobs: Sequence[Job[Any]], durable: bool, checkpoint_pages: int) -> list[Outcome]:
        """Outcomes that are durable now. An exception here is that of the whole group, or of a lone job."""
        if not jobs:
            return []
        if durable != self._durable:
            self._sync(self._writer, durable)
        if checkpoint_pages != self._checkpoint_pages:
            self._checkpoint_at(self._writer, checkpoint_pages)
        if (results := self._at_once(jobs)) is not None:
            return [(result, None) for result in results]
        if len(jobs) == 1:
            return [(self._in_transaction(jobs[0]), None)]
        return self._in_transaction(lambda connection: self._outcomes(connection, jobs))

    def _at_once(self, jobs: Sequence[Job[Any]]) -> list[Any] | None:
        kind = type(jobs[0])
        if not hasattr(kind, "at_once") or any(type(job) is not kind for job in jobs):
            return None
        try:
            return cast("type[Alike]", kind).at_once(self._writer, jobs)
        except sqlite3.OperationalError:
            raise  # a full disk, a busy file: it concerns all
        except Exception:
            return None  # nothing was written, and the long way tells each job its own fault

    def _outcomes(self, connection: sqlite3.Connection, jobs: Sequence[Job[Any]]) -> list[Outcome]:
        try:
            return [(result, None) for result in self._results(jobs)]
        except Exception:
            # Disk full and the like have ended the transaction: they concern all.
            if not connection.in_transaction:
                raise
        connection.execute("ROLLBACK")
        connection.execute("BEGIN IMMEDIATE")
        return [self._apart(job) for job in jobs]

    def _results(self, jobs: Sequence[Job[Any]]) -> Iterator[Any]:
        connection = self._writer
        for kind, alike in groupby(jobs, type):
            if hasattr(kind, "together"):
                yield from kind.together(connection, list(alike))
            else:
                for job in alike:
                    yield job(connection)

    def _apart(self, job: Job[Any]) -> Outcome:
        connection = self._writer
        connection.execute("SAVEPOINT job")
        try:
            result = job(connection)
        except Exception as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
            return None, caused(error)
        connection.execute("RELEASE job")
        return result, None

    def _in_transaction(self, job: Job[T]) -> T:
        connection = self._writer
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = job(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result
