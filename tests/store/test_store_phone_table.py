"""The table that finds phones: one tree, in step with the variables, also in files of before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import Store, open_store
from salebot_uiscom.store.records import SetVariable, Turn
from salebot_uiscom.store.schema import migrations

OLD, NEW = "79004443322", "79005556677"


def write(store: Store, key: str, client: int, value: object) -> None:
    store.commit_turn(Turn(key, client, changes=(SetVariable("client", client, "phone", value),)))


def found(store: Store, phone: str) -> list[int]:
    return [hit.client_id for hit in store.find_by_phone(phone)]


def test_an_entry_follows_its_variable(tmp_path: Path) -> None:
    with open_store(tmp_path / "bot.db") as store:
        client = store.create_client(NewClient(1, "x")).id
        for number, (value, old, new) in enumerate(
            [
                (OLD, [client], []),
                (int(NEW), [], [client]),
                (NEW, [], [client]),
                ("no phone", [], []),
                (float(OLD), [client], []),
                ([OLD], [], []),
                (OLD, [client], []),
                ("", [], []),
            ]
        ):
            write(store, f"t:{number}", client, value)
            assert (found(store, OLD), found(store, NEW)) == (old, new), value
            assert store.check() == []


def test_phones_of_an_older_file_are_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.apply(Database(connection, execute_plugins=False), stop_before="m008_phones_in_one_tree")
        connection.execute("INSERT INTO client (id, type, platform_id, created_at) VALUES (1001, 1, 'x', 0)")
        connection.execute("INSERT INTO variable VALUES ('client', 1001, 'phone', 'text', ?, 1)", (OLD,))
        connection.execute("INSERT INTO phone VALUES ('client', 1001, 'phone', ?, 1001)", (OLD,))
    with open_store(path) as store:
        assert found(store, OLD) == [1001]
        write(store, "t:1", 1001, NEW)
        assert (found(store, OLD), found(store, NEW)) == ([], [1001])
        assert store.check() == []


def test_phones_written_with_a_point_in_an_older_file_are_found(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    rows = [
        ("client", 1001, "phone", "text", f"{OLD}.0"),
        ("", 1, "тел", "text", f"{NEW}.00000000"),
        ("client", 1001, "a", "text", f"{OLD}.5"),
        ("client", 1001, "b", "text", f"{OLD}."),
        ("client", 1001, "c", "text", f"{OLD}.000000000"),
        ("client", 1001, "d", "text", "8" + OLD[1:] + ".0"),
        ("client", 1001, "e", "float", f"{OLD}.0"),
        ("project", 0, "f", "text", f"{OLD}.0"),
    ]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        migrations.apply(db, stop_before="m014_phones_written_with_a_point")
        connection.execute("INSERT INTO client (id, type, platform_id, created_at) VALUES (1001, 1, 'x', 0)")
        connection.execute("INSERT INTO deal VALUES (1, 1001, '', '', '0', 0, 0, NULL, '', 0)")
        connection.execute("UPDATE client SET deal_id = 1")
        connection.executemany(
            "INSERT INTO variable (layer, owner, name, type, value, position) VALUES (?, ?, ?, ?, ?, 1)", rows
        )
        connection.execute(
            "INSERT INTO phone (layer, owner, name, digits, client_id) VALUES ('client', 1001, 'e', ?, 1001)", (OLD,)
        )
    with open_store(path) as store:
        assert store.check() == []
        assert [hit.name for hit in store.find_by_phone(OLD)] == ["client.e", "client.phone"]
        assert [hit.name for hit in store.find_by_phone(NEW)] == ["тел"]
        write(store, "t:1", 1001, NEW)
        assert store.check() == []
