"""Variables of one turn are written together, as if one after another."""

from __future__ import annotations

import pytest

from salebot_uiscom.store import StoreRefused
from salebot_uiscom.store.records import JoinList, ListRecord, SaveList, SetVariable, Turn

PHONE, OTHER = "79004443322", "79001112233"


def written(store, client, *pairs, layer="client"):
    return tuple(SetVariable(layer, client if layer else 0, name, value) for name, value in pairs)


def test_order_of_creation_holds_whatever_is_written_beside(store, make):
    client = make.client()
    make.turn(client, *written(store, client, ("b", 1), ("a", 2), ("c", 3)))
    make.turn(client, *written(store, client, ("z", 1), ("a", 5), ("b", ""), ("y", 2), ("b", 9)))
    assert list(store.variables("client", client).items()) == [("a", 5), ("c", 3), ("z", 1), ("y", 2), ("b", 9)]


def test_of_several_values_the_last_one_stays_and_what_was_deleted_between_is_the_newest(store, make):
    client = make.client()
    make.turn(client, *written(store, client, ("a", 1), ("b", 2)))
    make.turn(client, *written(store, client, ("a", None), ("a", 3), ("b", 4), ("b", 5), ("c", 6), ("c", "")))
    assert list(store.variables("client", client).items()) == [("b", 5), ("a", 3)]


@pytest.mark.parametrize("many", [1, 2, 63, 64, 65, 200])
def test_any_number_of_variables_is_written_changed_and_deleted(store, make, many):
    client = make.client()
    names = [f"n{number}" for number in range(many)]
    make.turn(client, *written(store, client, *((name, name) for name in names)))
    assert store.variables("client", client) == {name: name for name in names}
    make.turn(client, *written(store, client, *((name, [name]) for name in names)))
    assert store.variables("client", client) == {name: [name] for name in names}
    make.turn(client, *written(store, client, *((name, None) for name in names)))
    assert store.variables("client", client) == {}


def test_phones_follow_their_values_within_a_turn(store, make):
    client = make.client()

    def found(phone):
        return [hit.name for hit in store.find_by_phone(phone)]

    make.turn(client, *written(store, client, ("phone", PHONE), ("other", int(PHONE)), ("x", OTHER), ("x", "none")))
    assert (found(PHONE), found(OTHER)) == (["client.other", "client.phone"], [])
    make.turn(client, *written(store, client, ("phone", OTHER), ("other", ""), ("x", PHONE), ("x", None)))
    assert (found(PHONE), found(OTHER)) == ([], ["client.phone"])


def test_variables_of_several_owners_and_other_changes_mix(store, make):
    client, second = make.client(), make.client("tg-2")
    deal, number = make.deal(client), store.allocate("list")
    make.turn(
        client,
        SetVariable("client", client, "a", 1),
        SetVariable("", deal, "a", 2),
        SetVariable("project", 0, "a", 3),
        SetVariable("client", second, "a", 4),
        SaveList(ListRecord(number, "leads")),
        JoinList(number, client),
        SetVariable("client", client, "b", 5),
        SetVariable("project", 0, "a", 6),
    )
    assert store.variables("client", client) == {"a": 1, "b": 5}
    assert store.variables("", deal) == {"a": 2}
    assert store.variables("project") == {"a": 6}
    assert store.variables("client", second) == {"a": 4}
    assert store.list_members([number]) == [client]
    assert store.load_dialog(client).project_versions == {"a": 2}


@pytest.mark.parametrize(
    "wrong",
    [
        SetVariable("client", 999_999, "a", 1),
        SetVariable("", 999_999, "a", 1),
        SetVariable("project", 5, "a", 1),
        SetVariable("planet", 1, "a", 1),
        SetVariable("client", 1001, "a", object()),
        SetVariable("client", 1001, "\ud800", 1),
    ],
    ids=lambda change: f"{change.layer} {change.owner}",
)
def test_what_cannot_be_written_takes_its_turn_along(store, make, wrong):
    client = make.client()
    with pytest.raises(StoreRefused):
        store.commit_turn(Turn("t", client, changes=(*written(store, client, ("ok", 1)), wrong)))
    assert store.variables("client", client) == {}
    assert store.trail("t") is None


def test_trail_tells_texts_of_what_was_written(store, make):
    client = make.client()
    changes = (*written(store, client, ("a", [1]), ("b", None)), SetVariable("project", 0, "c", True))
    store.commit_turn(Turn("t", client, changes=changes, blocks=("1",)))
    assert store.trail("t").written == {"client.a": "[1]", "client.b": None, "project.c": "True"}
