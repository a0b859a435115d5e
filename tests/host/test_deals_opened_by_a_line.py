"""The first write opens the deal (host.md 2.1, F11): every later line sees it, whatever it asks."""

import pytest

from .conftest import arrow, block

OPENED = [
    ("count_client_orders()", 1),
    ("count_client_orders(client_id, '', 0, 1)", 1),
    ("get_order_var(1, 'a')", 1),
    ("get_order_vars(1)", {"a": 1}),
    ("get_order_vars(1, ['a', 'b'])", {"a": 1}),
    ("get_order_id_by_var_value('a', 1)", 1),
    ("latest_order_datetime()", "02.03.26 10:00"),
    ("order_id", "1001-1"),
    ("'#{order_id}'", "1001-1"),
    ("if(order_id == None, 0, order_id)", "1001-1"),
    ("get_order_id()", 1),
    ("get_active_orders_ids()", [1]),
    ("set_order_var(1, 'b', 2)", True),
    ("set_order_name('Заявка', 1)", True),
    ("switch_order(1)", 1),
    ("get_client_var(client_id, 'a')", 1),
]


@pytest.mark.parametrize(("call", "expected"), OPENED, ids=[call for call, _ in OPENED])
@pytest.mark.parametrize("first", ["", "до = 'строка'\n", "client.до = count_client_orders()\n"])
def test_a_line_sees_the_deal_that_a_line_above_has_opened(run, call, expected, first):
    found = run(f"{first}a = 1\nx = {call}").deal()
    if isinstance(expected, dict) and first.startswith("до") and "[" not in call:
        expected = {"до": "строка", **expected}
    assert found["x"] == expected


@pytest.mark.parametrize("call", ["order_id", "count_client_orders()", "latest_order_datetime()", "get_order_id()"])
def test_before_the_first_write_there_is_none(run, call):
    one = run(f"client.x = {call}\na = 1\nclient.y = {call}")
    assert one.of_client().get("x") in (None, 0)
    assert one.of_client()["y"]
    assert len(one.store.deals(1001)) == 1


def test_reading_opens_no_deal(run):
    one = run("client.x = order_id\nclient.y = count_client_orders()\nclient.z = get_order_var(1, 'a')")
    assert (one.of_client(), one.store.deals(1001)) == ({"y": 0}, [])


def test_what_is_asked_in_between_changes_nothing(run):
    calls = [call for call, _ in OPENED if "set_" not in call]
    alone = [run(f"a = 1\nclient.x = {call}").of_client()["x"] for call in calls]
    lines = ["a = 1", *(f"client.x{number} = {call}" for number, call in enumerate(calls))]
    together = run("\n".join(lines)).of_client()
    assert [together[f"x{number}"] for number in range(len(calls))] == alone


def test_errors_stay_with_their_lines_where_the_number_of_the_deal_is_read(run):
    one = run("x = 1 / 0\na = 1\n\ny = order_id\nz = y / 0\nw = 2")
    assert one.deal() == {"a": 1, "y": "1001-1", "w": 2}
    assert [(fault.code, fault.line, fault.column) for fault in one.reports[-1].faults] == [
        ("SB311", 1, 5), ("SB303", 5, 5),
    ]  # fmt: skip


def test_a_deal_closed_and_opened_again_has_the_next_number(run):
    one = run("a = 1\nb = order_id\nx = delete_order()\nc = 2\nd = order_id\nn = count_client_orders()")
    assert one.deal() == {"c": 2, "d": "1001-2", "n": 1, "x": True}


def test_what_an_event_or_an_answer_has_written_opens_the_deal_too(talk):
    one = talk(
        block(1, "start", condition="начать", match="exact"),
        block(2, message="#{order_id}", calc="client.сразу = order_id\nclient.сделок = count_client_orders()"),
        arrow(1, 1, 2, input="город"),
    )
    one.say("начать")
    assert one.say("Тверь") == ["1001-1"]
    assert one.of_client() == {"сразу": "1001-1", "сделок": 1}


def test_the_current_deal_of_another_client_is_the_one_made_in_this_turn(talk):
    one = talk(
        block(1, "start", condition="x", match="exact",
              calc="n = create_order('', '', '', '', '79004443322', '', 3)\ns = get_state_id(1002)\n"
              "v = set_order_var(n, 'цвет', 'красный')\nw = get_client_var(1002, 'цвет')"),
    )  # fmt: skip
    one.other(platform_id="79004443322", kind=6, group="wa1")
    one.say("x")
    found = one.deal()
    assert (found["s"], found["w"]) == (3, "красный")


def test_a_turn_that_is_run_anew_opens_one_deal(talk):
    calc = "project.n = if(n == None, 1, n + 1)\na = 1\nb = order_id"
    one = talk(block(1, "start", condition="x", match="exact", calc=calc))
    commit, seen = one.store.commit_turn, []

    def disturbed(record):
        if not seen:
            one.store.set_project_variable("n", 5)
        seen.append(record)
        return commit(record)

    one.store.commit_turn = disturbed
    one.say("x")
    assert len(seen) == 2
    [deal] = one.store.deals(1001)
    assert one.deal() == {"a": 1, "b": f"1001-{deal.id}"}
    assert one.store.variables("project")["n"] == 6
