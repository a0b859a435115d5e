"""The tables, as numbered migrations. One that has been released is never edited: add the next.

Columns are named like the fields of `records`; times are Unix seconds; columns of structures hold JSON.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from functools import cache

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from .errors import StoreUnavailable
from .sqlitefaults import held

migrations = Migrations("salebot_uiscom")


@migrations()
def m001_clients(db: Database) -> None:
    for statement in (
        "CREATE TABLE sequence (kind TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID",
        """CREATE TABLE client (
            id INTEGER PRIMARY KEY,
            type INTEGER NOT NULL,
            platform_id TEXT NOT NULL,
            "group" TEXT NOT NULL DEFAULT '',
            name TEXT NOT NULL DEFAULT '',
            created_at REAL NOT NULL,
            avatar TEXT NOT NULL DEFAULT '',
            tag TEXT NOT NULL DEFAULT '',
            responsible TEXT NOT NULL DEFAULT '',
            main_client_id INTEGER NOT NULL DEFAULT 0,
            blocked INTEGER NOT NULL DEFAULT 0,
            paused_until REAL NOT NULL DEFAULT 0,
            last_reply_at REAL NOT NULL DEFAULT 0,
            unread INTEGER NOT NULL DEFAULT 0,
            position TEXT NOT NULL DEFAULT '',
            deal_id INTEGER REFERENCES deal(id) ON DELETE SET NULL
        )""",
        'CREATE UNIQUE INDEX client_address ON client (platform_id, type, "group")',
        "CREATE INDEX client_main ON client (main_client_id) WHERE main_client_id <> 0",
        "CREATE INDEX client_deal ON client (deal_id) WHERE deal_id IS NOT NULL",
        """CREATE TABLE deal (
            id INTEGER PRIMARY KEY,
            client_id INTEGER NOT NULL REFERENCES client(id),
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            budget TEXT NOT NULL,
            status INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            state_id INTEGER,
            responsible TEXT NOT NULL,
            created_at REAL NOT NULL
        )""",
        "CREATE INDEX deal_client ON deal (client_id)",
        """CREATE TABLE mark (
            client_id INTEGER NOT NULL REFERENCES client(id),
            kind TEXT NOT NULL,
            item TEXT NOT NULL,
            PRIMARY KEY (client_id, kind, item)
        ) WITHOUT ROWID""",
    ):
        db.execute(statement)


@migrations()
def m002_variables(db: Database) -> None:
    for statement in (
        # `position` is the order of creation among the variables of one owner.
        """CREATE TABLE variable (
            layer TEXT NOT NULL,
            owner INTEGER NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            value TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (layer, owner, name)
        ) WITHOUT ROWID""",
        # One row for each variable whose whole value is a phone: the search looks here, never through all values.
        """CREATE TABLE phone (
            layer TEXT NOT NULL,
            owner INTEGER NOT NULL,
            name TEXT NOT NULL,
            digits TEXT NOT NULL,
            client_id INTEGER NOT NULL,
            PRIMARY KEY (layer, owner, name)
        ) WITHOUT ROWID""",
        "CREATE INDEX phone_digits ON phone (digits, client_id)",
        "CREATE TABLE project_version (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID",
    ):
        db.execute(statement)


@migrations()
def m003_work(db: Database) -> None:
    # AUTOINCREMENT: a number names a turn for ever, also after its row is gone.
    for statement in (
        """CREATE TABLE notification (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            body BLOB NOT NULL,
            received_at REAL NOT NULL,
            state TEXT NOT NULL,
            problem TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            client_id INTEGER,
            event_id INTEGER,
            replays INTEGER NOT NULL DEFAULT 0,
            owner TEXT NOT NULL DEFAULT '',
            lease_until REAL NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX notification_repeat ON notification (fingerprint, source, received_at)",
        """CREATE INDEX notification_pending ON notification (state, source, id)
            WHERE state IN ('waiting', 'working')""",
        """CREATE TABLE event (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id INTEGER NOT NULL REFERENCES client(id),
            text TEXT NOT NULL,
            outside INTEGER NOT NULL,
            received_at REAL NOT NULL,
            attachments TEXT NOT NULL,
            assign TEXT NOT NULL,
            assign_if TEXT NOT NULL,
            block TEXT NOT NULL,
            variables TEXT NOT NULL,
            resume INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting',
            attempts INTEGER NOT NULL DEFAULT 0,
            problem TEXT NOT NULL DEFAULT '',
            notification_id INTEGER,
            finished_at REAL
        )""",
        "CREATE INDEX event_client ON event (client_id, id)",
        "CREATE INDEX event_waiting ON event (id) WHERE state = 'waiting'",
        """CREATE TABLE plan (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            client_id INTEGER NOT NULL REFERENCES client(id),
            due_at REAL NOT NULL,
            arrow TEXT NOT NULL,
            source TEXT NOT NULL,
            position TEXT NOT NULL,
            block TEXT NOT NULL,
            text TEXT NOT NULL,
            keep INTEGER NOT NULL,
            created_at REAL NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX plan_due ON plan (due_at, id)",
        "CREATE INDEX plan_client ON plan (client_id, due_at, id)",
        # Who works on which client. One row per client: two turns of one client never run at once.
        """CREATE TABLE claim (
            client_id INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            owner TEXT NOT NULL,
            lease_until REAL NOT NULL,
            attempt INTEGER NOT NULL,
            started_at REAL NOT NULL
        )""",
        "CREATE TABLE turn (key TEXT PRIMARY KEY, client_id INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
        """CREATE TABLE intent (
            external_id TEXT PRIMARY KEY,
            turn_key TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            function TEXT NOT NULL,
            client_id INTEGER,
            params TEXT NOT NULL,
            state TEXT NOT NULL,
            result TEXT NOT NULL,
            created_at REAL NOT NULL,
            changed_at REAL NOT NULL,
            choice TEXT NOT NULL DEFAULT '',
            chosen_by TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID""",
        "CREATE UNIQUE INDEX intent_place ON intent (turn_key, sequence)",
        "CREATE INDEX intent_open ON intent (created_at) WHERE state IN ('begun', 'unknown')",
    ):
        db.execute(statement)


@migrations()
def m004_project_data(db: Database) -> None:
    for statement in (
        """CREATE TABLE history (
            id INTEGER PRIMARY KEY,
            client_id INTEGER NOT NULL REFERENCES client(id),
            text TEXT NOT NULL,
            incoming INTEGER NOT NULL,
            kind TEXT NOT NULL,
            outside INTEGER NOT NULL,
            block TEXT NOT NULL,
            attachments TEXT NOT NULL,
            created_at REAL NOT NULL,
            delivered INTEGER,
            error TEXT NOT NULL,
            manager TEXT NOT NULL
        )""",
        "CREATE INDEX history_client ON history (client_id, id)",
        "CREATE INDEX history_outbox ON history (id) WHERE delivered IS NULL",
        "CREATE TABLE list (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        """CREATE TABLE list_member (
            list_id INTEGER NOT NULL REFERENCES list(id) ON DELETE CASCADE,
            client_id INTEGER NOT NULL REFERENCES client(id),
            PRIMARY KEY (list_id, client_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX list_member_client ON list_member (client_id)",
        "CREATE TABLE label (id INTEGER PRIMARY KEY, name TEXT NOT NULL, color INTEGER NOT NULL)",
        """CREATE TABLE label_client (
            label_id INTEGER NOT NULL REFERENCES label(id) ON DELETE CASCADE,
            client_id INTEGER NOT NULL REFERENCES client(id),
            PRIMARY KEY (label_id, client_id)
        ) WITHOUT ROWID""",
        "CREATE INDEX label_client_client ON label_client (client_id)",
        """CREATE TABLE task (
            id INTEGER PRIMARY KEY,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            date TEXT NOT NULL,
            time TEXT NOT NULL,
            description TEXT NOT NULL,
            client_id INTEGER,
            deal_id INTEGER,
            done INTEGER NOT NULL,
            created_at REAL NOT NULL
        )""",
        """CREATE TABLE notice (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            text TEXT NOT NULL,
            users TEXT NOT NULL,
            priority INTEGER NOT NULL,
            client_id INTEGER,
            created_at REAL NOT NULL
        )""",
    ):
        db.execute(statement)


@migrations()
def m005_staff(db: Database) -> None:
    for statement in (
        # Empty columns = as the bot file says.
        """CREATE TABLE employee (
            email TEXT PRIMARY KEY,
            password_hash TEXT,
            call_method TEXT,
            virtual_phone TEXT,
            uis_employee_id TEXT
        ) WITHOUT ROWID""",
        # The digest of a cookie: who reads the file cannot sign in with it.
        """CREATE TABLE session (
            digest TEXT PRIMARY KEY,
            email TEXT NOT NULL,
            created_at REAL NOT NULL,
            seen_at REAL NOT NULL
        ) WITHOUT ROWID""",
        "CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ):
        db.execute(statement)


@migrations()
def m006_trails(db: Database) -> None:
    for statement in (
        "ALTER TABLE turn ADD COLUMN trail TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE notification ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE notification ADD COLUMN repeated_at REAL NOT NULL DEFAULT 0",
        """CREATE INDEX notification_troubled ON notification (state)
            WHERE state IN ('unmatched', 'quarantine')""",
        "CREATE INDEX intent_client ON intent (client_id, created_at) WHERE client_id IS NOT NULL",
    ):
        db.execute(statement)


@migrations()
def m007_roots(db: Database) -> None:
    for statement in (
        "ALTER TABLE event ADD COLUMN root INTEGER",
        "CREATE INDEX event_root ON event (root, client_id) WHERE root IS NOT NULL",
    ):
        db.execute(statement)


@migrations()
def m008_phones_in_one_tree(db: Database) -> None:
    # A table in the order of the search needs no index beside it: half the room.
    for statement in (
        """CREATE TABLE phone_in_order (
            layer TEXT NOT NULL,
            owner INTEGER NOT NULL,
            name TEXT NOT NULL,
            digits TEXT NOT NULL,
            client_id INTEGER NOT NULL,
            PRIMARY KEY (digits, client_id, layer, owner, name)
        ) WITHOUT ROWID""",
        "INSERT INTO phone_in_order SELECT layer, owner, name, digits, client_id FROM phone",
        "DROP TABLE phone",
        "ALTER TABLE phone_in_order RENAME TO phone",
    ):
        db.execute(statement)


@migrations()
def m009_packed_trails(db: Database) -> None:
    # Nothing to change: from here on `turn.trail` holds long stories packed, which earlier releases cannot read.
    pass


@migrations()
def m010_short_marks(db: Database) -> None:
    # The beginning of a fingerprint finds it as well as the whole, from a fifth of the pages.
    for statement in (
        "CREATE INDEX notification_mark ON notification (substr(fingerprint, 1, 12))",
        "DROP INDEX notification_repeat",
    ):
        db.execute(statement)


@migrations()
def m011_turns_by_number(db: Database) -> None:
    # In the order of their text `event:9` comes after `event:10`: turns were put in between, and pages split all the
    # time. By number they are appended: events have positive numbers, plans negative ones. Other names stay in `turn`.
    for statement in (
        """CREATE TABLE numbered_turn (
            number INTEGER PRIMARY KEY,
            client_id INTEGER NOT NULL,
            at REAL NOT NULL,
            trail TEXT NOT NULL
        )""",
        """CREATE TEMP VIEW old_turn AS
            SELECT key, client_id, at, trail, iif(key LIKE 'event:%', 1, -1) AS sign,
                CAST(substr(key, instr(key, ':') + 1) AS INTEGER) AS number
            FROM main.turn WHERE key GLOB 'event:[1-9]*' OR key GLOB 'plan:[1-9]*'""",
        """INSERT INTO numbered_turn SELECT sign * number, client_id, at, trail FROM old_turn
            WHERE length(CAST(number AS TEXT)) <= 18 AND key = iif(sign = 1, 'event:', 'plan:') || number""",
        """DELETE FROM turn WHERE key IN (SELECT key FROM old_turn
            WHERE length(CAST(number AS TEXT)) <= 18 AND key = iif(sign = 1, 'event:', 'plan:') || number)""",
        "DROP VIEW old_turn",
    ):
        db.execute(statement)


@migrations()
def m012_waiting_by_client(db: Database) -> None:
    # The way past a client who has very many waiting events while his turn does not end.
    db.execute("CREATE INDEX event_waiting_client ON event (client_id, id) WHERE state = 'waiting'")


@migrations()
def m013_attempt_of_turns(db: Database) -> None:
    # Which taking up of a turn has ended it: another one that comes back late is told so. 0: before this release.
    for table in ("turn", "numbered_turn"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0")


@migrations()
def m014_phones_written_with_a_point(db: Database) -> None:
    # `79004443322.0` is the number 79004443322 to every function, so the search must know it too (`codec.phone_digits`).
    for layer, table, client in (("client", "client", "id"), ("", "deal", "client_id")):
        db.execute(
            "INSERT OR IGNORE INTO phone (layer, owner, name, digits, client_id) "
            f"SELECT layer, owner, variable.name, substr(value, 1, 11), {table}.{client} "
            f"FROM variable JOIN {table} ON {table}.id = owner "
            f"WHERE layer = ? AND variable.type = 'text' AND length(value) BETWEEN 13 AND 20 "
            f"AND value GLOB ? AND trim(substr(value, 13), '0') = ''",
            (layer, "7" + "[0-9]" * 10 + ".*"),
        )


def all_names() -> set[str]:
    """Names of all migrations of this release: those that an empty file still needs."""
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        return {migration.name for migration in migrations.pending(Database(empty, execute_plugins=False))}


def check_ours(connection: sqlite3.Connection) -> None:
    """Before anything is changed: is the file empty, or ours and not newer than this release?

    Raises:
        StoreUnavailable: a newer release of this package has written the file, or another program.
    """
    db = Database(connection, execute_plugins=False)
    connection.execute("BEGIN")  # one look: another process may be making the file
    try:
        names = [applied.name for applied in migrations.applied(db)]
        tables = db.table_names()
    finally:
        connection.execute("ROLLBACK")
    if not names and tables:
        raise StoreUnavailable(f"the file belongs to another program (it has a table {tables[0]!r})")
    known = all_names()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise StoreUnavailable(f"the file was written by a newer release (it has {unknown[-1]}): update the package")


def migrate(connection: sqlite3.Connection, timeout_s: float = 10.0) -> None:
    """Bring a file up to date. Safe to repeat; the caller holds the file's lock.

    Raises:
        StoreBusy: a program that does not know the lock holds the file for longer than `timeout_s`.
    """
    db = Database(connection, execute_plugins=False)
    if not db.table_names() and hasattr(connection, "serialize"):  # SQLite may be built without it
        with contextlib.closing(sqlite3.connect(":memory:")) as made:
            made.deserialize(_made_once())
            deadline = time.monotonic() + timeout_s

            def patient(status: int, remaining: int, total: int) -> None:
                # Python itself would ask a file that is held without an end.
                if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
                    raise held(timeout_s)

            made.backup(connection, progress=patient)
    elif migrations.pending(db):
        migrations.apply(db)


@cache
def _made_once() -> bytes:
    """An empty file after all migrations: a further new one takes it over in one go."""
    with contextlib.closing(sqlite3.connect(":memory:")) as empty:
        migrations.apply(Database(empty, execute_plugins=False))
        return empty.serialize()
