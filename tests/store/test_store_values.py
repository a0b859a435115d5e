"""Variables survive unchanged; layers; deals; lists, labels, tasks."""

from __future__ import annotations

import math
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salebot_uiscom.store import StoreRefused, codec
from salebot_uiscom.store import records as r
from salebot_uiscom.store.codec import clean, decode, encode

TEXTS = st.text(st.characters(), max_size=50) | st.text(st.characters(categories=["Cs", "Lu"]), max_size=3)
SCALARS = TEXTS | st.booleans() | st.integers(-(10**308), 10**308) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner | st.none(), max_size=4) | st.dictionaries(TEXTS, inner | st.none(), max_size=4),
    max_leaves=12,
)


def same(left: object, right: object) -> bool:
    """Equal, and of the same type all the way down."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    return left == right


@given(VALUES)
def test_every_value_reads_back_as_itself(value):
    kind, text = encode(value)
    text.encode()
    assert same(decode(kind, text), value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=st.lists(VALUES, min_size=1, max_size=5))
def test_stored_variables_read_back_as_themselves(store, values):
    client = store.create_client(r_client("values")).id
    for _ in store.variables("client", client):
        store.commit_turn(drop_all(store, client))
    changes = tuple(r.SetVariable("client", client, f"v{n}", value) for n, value in enumerate(values))
    assert store.commit_turn(r.Turn(f"values:{next(NUMBERS)}", client, changes=changes)).written
    expected = {f"v{n}": value for n, value in enumerate(values) if value != ""}
    assert same(store.load_dialog(client).client_variables, expected)


NUMBERS = count()


def r_client(platform_id):
    from salebot_uiscom.ports import NewClient

    return NewClient(1, platform_id)


def drop_all(store, client):
    changes = tuple(r.SetVariable("client", client, name, None) for name in store.variables("client", client))
    return r.Turn(f"values:{next(NUMBERS)}", client, changes=changes)


@pytest.mark.parametrize("value", [None, object(), {1: object()}, b"x", {1, 2}])
def test_what_is_no_value_is_refused(value):
    with pytest.raises(StoreRefused):
        encode(value)


def test_a_list_that_holds_itself_is_refused():
    value = ["a"]
    value.append(value)
    with pytest.raises(StoreRefused):
        encode(value)


def test_json_is_the_same_where_the_library_has_no_quick_way(monkeypatch):
    value = {"имя": ['"', "\\", "\n\u2028", 10**30, -0.0, 1e300, True, None, {}, []], "": {"a": [[]]}}
    quick = codec.dump(value)
    monkeypatch.setattr(codec.json.encoder, "c_make_encoder", None)
    assert codec._ready(codec._JSON)(value) == quick
    assert codec.load(quick) == value


def test_clean_keeps_ordinary_text_and_replaces_broken_characters():
    assert clean("Привет 👍") == "Привет 👍"
    assert clean("а\ud800б") == "а\ufffdб"


def test_variables_keep_the_order_of_their_creation(store, make):
    client = make.client()
    for name in ("z", "a", "м"):
        make.turn(client, r.SetVariable("client", client, name, 1))
    make.turn(client, r.SetVariable("client", client, "z", 2))
    assert list(store.variables("client", client)) == ["z", "a", "м"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_writing_nothing_deletes(store, make, nothing):
    client = make.client()
    make.turn(client, r.SetVariable("client", client, "x", 1))
    make.turn(client, r.SetVariable("client", client, "x", nothing))
    assert store.variables("client", client) == {}


def test_zero_and_false_are_values(store, make):
    client = make.client()
    make.turn(client, r.SetVariable("client", client, "a", 0), r.SetVariable("client", client, "b", False))
    assert same(store.variables("client", client), {"a": 0, "b": False})


def test_dialog_has_three_layers_of_variables(store, make):
    client = make.client()
    deal = make.deal(client)
    make.turn(
        client,
        r.SetVariable("", deal, "x", "сделка"),
        r.SetVariable("client", client, "x", "клиент"),
        r.SetVariable("project", 0, "x", "проект"),
    )
    state = store.load_dialog(client)
    assert (state.deal_variables, state.client_variables, state.project_variables) == (
        {"x": "сделка"},
        {"x": "клиент"},
        {"x": "проект"},
    )
    other = store.load_dialog(make.client("other"))
    assert (other.deal_variables, other.client_variables, other.project_variables) == ({}, {}, {"x": "проект"})


@pytest.mark.parametrize(("layer", "owner"), [("project", 5), ("", 77), ("client", 77), ("const", 0)])
def test_variable_of_nobody_is_refused(make, layer, owner):
    client = make.client()
    with pytest.raises(StoreRefused):
        make.turn(client, r.SetVariable(layer, owner, "x", 1))


def test_closing_a_deal_takes_its_variables_from_the_dialog_only(store, make):
    client = make.client()
    deal = make.deal(client)
    make.turn(client, r.SetVariable("", deal, "x", 1))
    make.turn(client, r.SaveDeal(r.Deal(deal, client, closed=True, budget=10.5, name="Заказ")))
    state = store.load_dialog(client)
    assert (state.deal, state.deal_variables) == (None, {})
    assert store.variables("", deal) == {"x": 1}
    assert store.deal(deal).budget == 10.5
    assert store.current_deal(client) is None


def test_deals_switch_and_are_deleted(store, make):
    client = make.client()
    first, second = make.deal(client), make.deal(client)
    make.turn(client, r.SetVariable("", first, "x", 1))
    assert store.current_deal(client).id == second
    make.turn(client, r.SwitchDeal(client, first))
    assert store.load_dialog(client).deal_variables == {"x": 1}
    make.turn(client, r.DeleteDeal(first))
    assert store.current_deal(client) is None
    assert [deal.id for deal in store.deals(client)] == [second]
    assert store.variables("", first) == {}


def test_deal_of_another_client_cannot_become_current(make):
    deal = make.deal(make.client("a"))
    with pytest.raises(StoreRefused):
        make.turn(make.client("b"), r.SwitchDeal(make.client("b"), deal))


def test_record_under_a_number_never_allocated_is_refused(make):
    client = make.client()
    with pytest.raises(StoreRefused):
        make.turn(client, r.SaveDeal(r.Deal(99, client)))


def test_lists(store, make):
    one, two = make.client("1"), make.client("2")
    vip = store.ensure_list("VIP")
    assert store.ensure_list("VIP") == vip
    other = store.allocate("list")
    make.turn(one, r.SaveList(r.ListRecord(other, "VIP")), r.JoinList(vip, one), r.JoinList(vip, one))
    make.turn(one, r.JoinList(vip, two), r.JoinList(other, two))
    assert store.lists() == [r.ListRecord(vip, "VIP"), r.ListRecord(other, "VIP")]
    assert (store.list_members([vip]), store.list_members([vip, other]), store.list_members([])) == (
        [one, two],
        [one, two],
        [],
    )
    assert store.client_lists(two) == store.load_dialog(two).lists == {vip, other}
    make.turn(one, r.LeaveList(vip, one))
    assert store.list_members([vip]) == [two]
    make.turn(one, r.LeaveList(vip, None), r.DeleteList(other))
    assert (store.list_members([vip]), store.client_lists(two)) == ([], frozenset())
    with pytest.raises(StoreRefused):
        make.turn(one, r.JoinList(99, one))


def test_labels(store, make):
    client = make.client()
    hot = store.ensure_label("горячий", 3)
    assert store.ensure_label("горячий") == hot
    cold = store.allocate("label")
    make.turn(client, r.SaveLabel(r.Label(cold, "холодный", 5)), r.PutLabel(hot, client), r.PutLabel(cold, client))
    assert store.labels() == [r.Label(hot, "горячий", 3), r.Label(cold, "холодный", 5)]
    assert store.client_labels(client) == store.load_dialog(client).labels == {hot, cold}
    make.turn(client, r.TakeLabel(hot, client))
    assert (store.labelled(hot), store.labelled(cold)) == ([], [client])
    make.turn(client, r.DeleteLabel(cold))
    assert store.client_labels(client) == frozenset()


def test_tasks_and_notices(store, make):
    client = make.client()
    task = r.Task(store.allocate("task"), "a@example.org", "Перезвонить", "01.02.2027", "10:00", client_id=client)
    make.turn(client, r.SaveTask(task), r.SendNotice(r.Notice("внимание", ("a@example.org",), 2, client)))
    assert store.task(task.id) == task
    assert store.tasks(email="b@example.org") == []
    make.turn(client, r.SaveTask(r.Task(task.id, task.email, task.name, done=True)))
    assert store.tasks(email=task.email)[0].done
    make.turn(client, r.DeleteTask(task.id))
    assert store.task(task.id) is None
    assert [(notice.text, notice.users, notice.priority) for notice in store.notices()] == [
        ("внимание", ("a@example.org",), 2)
    ]


def test_history_line_can_be_removed(store, make):
    client = make.client()
    make.turn(client, history=(r.HistoryRecord(client, "a"),))
    make.turn(client, r.DeleteHistory(store.history(client)[0].id))
    assert store.history(client) == []


def test_numbers_too_large_for_the_file_are_refused_not_crashed(store):
    with pytest.raises(StoreRefused):
        store.list_members([10**30])
    with pytest.raises(StoreRefused):
        store.load_dialog(10**30)
