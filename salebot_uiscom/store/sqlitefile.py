"""One SQLite file: a thread that writes, connections that read, and exceptions in our own terms.

**Group commit.** Writes of all threads go through a queue to one writing thread. Whatever has gathered while the last
group was being committed becomes the next group: one transaction, one sync of the disk, and only then all callers
return. A job that fails is rolled back alone (a savepoint each); a lone job waits for nobody.

**Several processes.** A transaction runs under an advisory lock on `<file>-lock`. Waiters sleep in the kernel instead
of polling SQLite's unfair lock, and the lock covers commit *and* checkpoint. That is also the answer to the
"WAL-reset" fault of SQLite 3.7.0 to 3.51.2 (repaired in 3.51.3, 3.50.7 and 3.44.6;
https://sqlite.org/wal.html#walresetbug): there a checkpoint may overlook that another connection has just restarted
the log, and pages are lost. Here checkpoints happen only inside the writer's commit (readers never make one), so no
two of them and no write run at the same moment. Where there is no such lock (Windows) a faulty engine gets a rollback
journal instead: slower, not affected. A foreign tool that *writes* to the file while the bot runs does not know the
lock; with a faulty engine stop the bot first. Reading is safe.

Durability: WAL with `synchronous=FULL`; a call that has returned survives a power cut. Claims alone are not synced: a
power cut ends their owners too, and the next synced commit takes them along.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from .errors import StoreBusy, StoreError, StoreRefused, StoreUnavailable
from .schema import check_ours, migrate

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]

MAX_GROUP = 500  # jobs in one transaction: bounds what one failing commit takes down and how long readers see old data
IDLE_READERS = 8
OLDEST = (3, 35, 0)  # RETURNING


def has_wal_reset_fault(version: tuple[int, ...]) -> bool:
    """Is this SQLite engine one of those that may lose pages when a checkpoint and a write meet?"""
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    return not ((3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def journal_mode(version: tuple[int, ...], lockable: bool) -> str:
    """`wal`, or `truncate` where a faulty engine cannot be kept safe by a lock."""
    return "truncate" if has_wal_reset_fault(version) and not lockable else "wal"


def translated(error: Exception) -> StoreError:
    """The same fault in our terms. Texts of SQLite name tables and columns, never values."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, sqlite3.IntegrityError):
        return StoreRefused(f"contradicts what is stored: {error}")
    if isinstance(error, OverflowError):
        return StoreRefused("a number is too large for its column")
    if isinstance(error, UnicodeEncodeError):
        return StoreRefused("a text holds half a character")
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("another program holds the file: try again, or find out who it is")
    if isinstance(error, sqlite3.InterfaceError) or "binding" in str(error):
        return StoreRefused(f"a value of a type that cannot be stored: {error}")
    return StoreUnavailable(f"SQLite: {error}")


def _caused(error: BaseException) -> BaseException:
    """For another thread: an exception of its own, with the cause attached."""
    if isinstance(error, OSError):
        fault: StoreError = StoreUnavailable(f"the lock of the file: {error}")
    elif isinstance(error, sqlite3.Error | OverflowError | UnicodeEncodeError):
        fault = translated(error)
    else:
        return error
    fault.__cause__ = error
    return fault


class _FileLock:
    """An exclusive lock between processes (and between two stores on one file in this process)."""

    def __init__(self, path: Path | None) -> None:
        self._handle = None if path is None or fcntl is None else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __enter__(self) -> None:
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    @contextlib.contextmanager
    def within(self, timeout_s: float) -> Iterator[None]:
        """The lock, or `StoreBusy` after a while: for opening and closing, where nobody waits on a future."""
        deadline = time.monotonic() + timeout_s
        while self._handle is not None:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy(f"another program has held the file for {timeout_s:g} s") from None
                time.sleep(0.005)
        try:
            yield
        finally:
            self.__exit__(None, None, None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A job on its way to the writing thread."""

    job: Job[Any]
    future: Future[Any]
    durable: bool


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
        self._process = os.getpid()
        self._queue: SimpleQueue[_Entry | None] = SimpleQueue()
        self._idle: list[sqlite3.Connection] = []
        self._readers = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        try:
            self._lock = _FileLock(None if self.memory else Path(f"{self.path}-lock"))
            try:
                with self._lock.within(timeout_s):
                    if not self.memory:
                        # Phones and messages of people: for the owner's eyes, unless he opens the file to others.
                        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
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
        self._thread = threading.Thread(target=self._serve, name="store writer", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------ for stores

    def write(self, job: Job[T], *, durable: bool = True) -> T:
        """Run `job` inside a transaction on the writing thread; return when it is durable.

        Args:
            durable: False = it need not survive a power cut (a killed process it does): no sync of the disk for it.

        Raises:
            StoreError: nothing of this job was written.
        """
        future = self.submit(job, durable=durable)
        try:
            return future.result(self.timeout_s)
        except TimeoutError:
            # Still waiting for another process: step back. Once it runs, it is waited for: the answer must be true.
            if future.cancel():
                raise StoreBusy(f"another program has held the file for {self.timeout_s:g} s") from None
            return future.result()

    def submit(self, job: Job[T], *, durable: bool = True) -> Future[T]:
        """`write` without waiting. Cancelling works until the job is begun."""
        future: Future[T] = Future()
        with self._closing:  # after `close` nothing enters the queue any more
            self._check_usable()
            self._queue.put(_Entry(job, future, durable))
        return future

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
        with self._readers:
            idle, self._idle = self._idle, []
        with self._lock.within(self.timeout_s):  # the last connection makes a checkpoint
            for connection in [*idle, self._writer]:
                connection.close()
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
            mode = journal_mode(sqlite3.sqlite_version_info, fcntl is not None)
            connection.execute(f"PRAGMA journal_mode = {mode}")
        self._sync(connection, True)
        migrate(connection)

    def _sync(self, connection: sqlite3.Connection, durable: bool) -> None:
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._durable = durable

    def _cannot_open(self, error: Exception) -> StoreError:
        fault = translated(error) if isinstance(error, sqlite3.Error) else StoreUnavailable(str(error))
        folder = Path(self.path).parent
        hint = "" if folder.is_dir() else f": the folder {folder} does not exist"
        return type(fault)(f"cannot open {self.path}{hint} ({fault})")

    def _check_usable(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if self._process != os.getpid():
            raise StoreUnavailable("the store was opened before a fork: open it in each process")

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
            group = [first]
            try:
                with self._lock:
                    more = self._gather(group)
                    group = [entry for entry in group if entry.future.set_running_or_notify_cancel()]
                    done = self._run_group(group)
            except BaseException as error:
                for entry in group:
                    if not entry.future.done():
                        entry.future.set_exception(_caused(error))
            else:
                for future, result in done:
                    future.set_result(result)

    def _gather(self, group: list[_Entry]) -> bool:
        """Take what waits in the queue. False = the end mark was among it."""
        with contextlib.suppress(Empty):
            while len(group) < MAX_GROUP:
                entry = self._queue.get_nowait()
                if entry is None:
                    return False
                group.append(entry)
        return True

    def _run_group(self, group: list[_Entry]) -> list[tuple[Future[Any], Any]]:
        """Results to hand out, now that they are durable. An exception here fails the whole group."""
        done: list[tuple[Future[Any], Any]] = []
        durable = any(entry.durable for entry in group)
        if durable != self._durable:
            self._sync(self._writer, durable)
        with self._transaction():
            for entry in group:
                self._run_job(entry.job, entry.future, done)
        return done

    def _run_job(self, job: Job[Any], future: Future[Any], done: list[tuple[Future[Any], Any]]) -> None:
        connection = self._writer
        connection.execute("SAVEPOINT job")
        try:
            result = job(connection)
        except Exception as error:
            if not connection.in_transaction:  # disk full and the like end the whole transaction
                raise
            connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")
            future.set_exception(_caused(error))
            return
        connection.execute("RELEASE job")
        done.append((future, result))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            raise
