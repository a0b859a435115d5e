"""What the card and the operator read: employees, sessions, search, figures, trails."""

import pytest

from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import open_store
from salebot_uiscom.store.records import NewEvent, SetVariable, Turn


@pytest.fixture(params=[":memory:", "file"])
def store(request, tmp_path):
    target = tmp_path / "bot.db" if request.param == "file" else ":memory:"
    with open_store(target, clock=lambda: 1000.0) as opened:
        yield opened


def test_employee_settings_and_password_are_kept_apart(store):
    assert store.employee("a@example.org") is None
    store.set_calling("a@example.org", "uiscom", "78001002752", "25")
    store.set_password_hash("a@example.org", "hash")
    found = store.employee("a@example.org")
    assert (found.password_hash, found.call_method, found.virtual_phone, found.uis_employee_id) == (
        "hash", "uiscom", "78001002752", "25",
    )  # fmt: skip
    assert "hash" not in repr(found)


def test_new_password_ends_the_sessions_of_its_owner_alone(store):
    store.open_session("d1", "a@example.org", 10.0)
    store.open_session("d2", "b@example.org", 10.0)
    store.touch_session("d2", 20.0)
    store.set_password_hash("a@example.org", "hash")
    assert store.session("d1") is None
    assert store.session("d2").seen_at == 20.0
    store.close_session("d2")
    assert store.session("d2") is None


def test_secret_is_made_once(store):
    assert store.secret("forms") == store.secret("forms") != store.secret("other")
    assert len(store.secret("forms")) > 30


SEARCHES = [
    ("", [1004, 1003, 1002, 1001]),
    ("иван", [1001]),
    ("ИВА", [1001]),
    ("1002", [1002]),
    ("+7 (900) 444-33-22", [1004, 1002]),
    ("8 900 444 33 22", [1004, 1002]),
    ("4443", [1004, 1002]),
    ("22", [1004]),  # too short for a phone in a variable; part of an address
    ("100%", [1003]),
    ("' OR 1=1 --", []),
    ("нет такого", []),
]


@pytest.mark.parametrize(("text", "expected"), SEARCHES)
def test_clients_are_found_by_name_address_phone_and_id(store, text, expected):
    one = store.create_client(NewClient(1, "a", name="Иван Петров"))
    two = store.create_client(NewClient(1, "b", name="Мария"))
    store.create_client(NewClient(1, "c", name="100% _ Ой"))
    store.create_client(NewClient(13, "79004443322", name="79004443322"))
    assert one.id == 1001
    store.commit_turn(
        Turn("t:1", two.id, changes=(SetVariable("client", two.id, "phone", 79004443322),), at=1.0),
    )
    assert [client.id for client in store.search_clients(text)] == expected


def test_search_goes_on_where_the_page_ended(store):
    for number in range(5):
        store.create_client(NewClient(1, str(number)))
    first = store.search_clients("", limit=2)
    second = store.search_clients("", limit=2, before_id=first[-1].id)
    assert [client.id for client in (*first, *second)] == [1005, 1004, 1003, 1002]


def test_figures_count_what_waits(store):
    assert store.figures()["events_waiting"] == 0
    assert store.figures()["oldest_event_at"] is None
    client = store.create_client(NewClient(1, "a"))
    store.add_event(NewEvent(client.id, "hello", received_at=5.0))
    store.store_notification("uiscom", "f1", b"{}", 6.0, 10.0)
    store.store_notification("uiscom", "f2", b"{", 6.0, 10.0, "not JSON")
    store.begin_intent("t:1", (), external_id="x", function="call", client_id=client.id, params={})
    store.end_intent("x", "unknown")
    found = store.figures()
    assert found["events_waiting"] == found["notifications_waiting"] == 1
    assert found["oldest_event_at"] == 5.0
    assert found["notifications_quarantined"] == found["calls_unknown"] == 1
    assert found["calls_begun"] == found["notifications_unmatched"] == 0


def test_duplicates_are_counted_on_the_first_delivery(store):
    for at in (6.0, 7.0, 8.0):
        store.store_notification("uiscom", "f1", b'{"call_session_id": 17}', at, 10.0)
    (found,) = store.notifications()
    assert (found.repeats, found.repeated_at) == (2, 8.0)
    assert [one.notification.id for one in store.find_notifications("17")] == [found.notification.id]


def test_turn_leaves_its_blocks_and_values_cut(store):
    client = store.create_client(NewClient(1, "a"))
    changes = (
        SetVariable("client", client.id, "phone", 79004443322),
        SetVariable("client", client.id, "long", "я\ud83d" * 500),
        SetVariable("client", client.id, "gone", None),
    )
    store.commit_turn(Turn("event:1", client.id, changes=changes, blocks=("3", "4"), at=1.0))
    trail = store.trail("event:1")
    assert trail.blocks == ("3", "4")
    assert trail.written["client.phone"] == "79004443322"
    assert trail.written["client.gone"] is None
    assert len(trail.written["client.long"]) == 201
    assert store.trail("event:2") is None


def test_calls_are_found_by_client_turn_and_session(store):
    client = store.create_client(NewClient(1, "a"))
    for number in (1, 2):
        store.begin_intent(
            f"event:{number}", (), external_id=f"x{number}", function="call", client_id=client.id, params={},
            created_at=float(number),
        )  # fmt: skip
    store.end_intent("x1", "done", {"call_session_id": 500})
    assert [one.intent.external_id for one in store.intents(client_id=client.id)] == ["x2", "x1"]
    assert [one.intent.external_id for one in store.intents(turn_key="event:2")] == ["x2"]
    assert [one.intent.external_id for one in store.find_call("500")] == ["x1"]
    assert [one.turn_key for one in store.find_call("x2")] == ["event:2"]
    assert store.find_call("nobody") == []
