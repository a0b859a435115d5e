"""What a turn leaves behind for `explain`: short stories as text, long ones packed, those of older files as they are."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import ClaimLost, Store, open_store
from salebot_uiscom.store.records import Claim, SetVariable, Turn
from salebot_uiscom.store.schema import all_names, migrations

PHONE = "79004443322"
LONG = {f"имя_{number}": f"значение номер {number}" for number in range(30)}
MIGRATIONS = sorted(all_names())


def write(store: Store, key: str, client: int, values: dict[str, Any], blocks: tuple[str, ...] = ()) -> None:
    changes = tuple(SetVariable("client", client, name, value) for name, value in values.items())
    assert store.commit_turn(Turn(key, client, changes=changes, blocks=blocks)).written


def stored(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(("values", "packed"), [({"имя": "Анна"}, False), (LONG, True), ({}, False)])
def test_a_story_is_read_as_it_was_told_however_long(tmp_path: Path, values: dict[str, Any], packed: bool) -> None:
    path = tmp_path / "bot.db"
    with open_store(path) as store:
        client = store.create_client(NewClient(1, "x")).id
        write(store, "event:1", client, values, ("1", "2"))
        trail = store.trail("event:1")
    assert trail is not None
    assert trail.blocks == ("1", "2")
    assert trail.written == {f"client.{name}": value for name, value in values.items()}
    ((kept,),) = stored(path, "SELECT trail FROM numbered_turn")
    assert isinstance(kept, bytes) is packed
    assert packed or json.loads(kept)["blocks"] == ["1", "2"]


def test_several_long_stories_have_room_on_a_page(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with open_store(path) as store:
        client = store.create_client(NewClient(1, "x")).id
        for number in range(20):
            write(store, f"event:{number}", client, LONG | {"n": number})
    ((longest,),) = stored(path, "SELECT max(length(trail)) FROM numbered_turn")
    assert longest < 4096 / 8  # many share a page, and none needs one of its own


@pytest.mark.parametrize("until", MIGRATIONS[1:])
def test_files_of_every_release_are_brought_up_to_date_with_what_they_hold(tmp_path: Path, until: str) -> None:
    path = tmp_path / "bot.db"
    story = json.dumps({"blocks": ["7"], "set": {"client.phone": PHONE} | LONG}, ensure_ascii=False)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        migrations.apply(db, stop_before=until)
        tables = set(db.table_names())
        connection.execute("INSERT INTO client (id, type, platform_id, created_at) VALUES (1001, 1, 'x', 0)")
        if "variable" in tables:
            connection.execute("INSERT INTO variable VALUES ('client', 1001, 'phone', 'text', ?, 1)", (PHONE,))
            connection.execute(
                "INSERT INTO phone (layer, owner, name, digits, client_id) VALUES ('client', 1001, 'phone', ?, 1001)",
                (PHONE,),
            )
        if "numbered_turn" in tables:
            connection.execute(
                "INSERT INTO numbered_turn (number, client_id, at, trail) VALUES (1, 1001, 5.0, ?)", (story,)
            )
        elif "turn" in tables:
            connection.execute("INSERT INTO turn (key, client_id, at) VALUES ('event:1', 1001, 5.0)")
            if until > "m007":
                connection.execute("UPDATE turn SET trail = ?", (story,))
    with open_store(path, first_ids={"client": 5000}) as store:
        assert store.check() == []
        assert [hit.client_id for hit in store.find_by_phone(PHONE)] == ([1001] if "variable" in tables else [])
        if "turn" in tables:
            assert store.commit_turn(Turn("event:1", 1001)).repeated
            trail = store.trail("event:1")
            assert trail is not None
            assert (trail.blocks, len(trail.written)) == ((("7",), 31) if until > "m007" else ((), 0))
        write(store, "event:2", 1001, LONG)
        assert store.variables("client", 1001) == ({"phone": PHONE} if "variable" in tables else {}) | LONG
        assert store.check() == []


NAMES = (
    "event:9",
    "event:10",
    "plan:9",
    "event:0",
    "event:01",
    "event:1x",
    "event:",
    "plan:1000000000000000000",
    "t:1",
)


def test_turns_of_every_name_are_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.apply(Database(connection, execute_plugins=False), stop_before="m011_turns_by_number")
        connection.execute("INSERT INTO client (id, type, platform_id, created_at) VALUES (1001, 1, 'x', 0)")
        for at, key in enumerate(NAMES):
            connection.execute("INSERT INTO turn VALUES (?, 1001, ?, ?)", (key, at, json.dumps({"blocks": [key]})))
    with open_store(path) as store:
        for at, key in enumerate(NAMES):
            trail = store.trail(key)
            assert trail is not None
            assert (trail.key, trail.at, trail.blocks) == (key, at, (key,))
            assert store.commit_turn(Turn(key, 1001)).repeated
        assert store.trail("plan:10") is None
        assert not store.commit_turn(Turn("plan:10", 1001)).repeated
    assert sorted(stored(path, "SELECT number FROM numbered_turn")) == [(-10,), (-9,), (9,), (10,)]


def test_a_turn_that_is_refused_leaves_no_story(tmp_path: Path) -> None:
    with open_store(tmp_path / "bot.db") as store:
        client = store.create_client(NewClient(1, "x")).id
        with pytest.raises(ClaimLost):
            store.commit_turn(Turn("event:1", client, claim=Claim("event:1", client, "gone", 1)))
        store.set_project_variable("n", 1)
        assert not store.commit_turn(Turn("event:1", client, project_expected={"n": 0})).written
        assert store.trail("event:1") is None
        write(store, "event:1", client, {})
        assert store.commit_turn(Turn("event:1", client, project_expected={"n": 0})).repeated
