"""Functions of arrays: tables by function, then properties."""

import copy
import time
from typing import Any

import pytest
from call_data import call, context, kind_of
from hypothesis import given
from hypothesis import strategies as st

NAMES = ["Вася", "Петя", "Лена"]
MIXED = ["1", 2, 3, "4"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), 0),
        (("",), 0),
        ((NAMES,), 3),
        (({"a": 1},), 1),
        (("[1,2,3]",), 3),
        (("{}",), 0),
        (("[1,2",), -1),
        (("['a','b']",), -1),
        (("слово",), -1),
        ((5,), -1),
    ],
)
def test_arr_len(arguments, expected):
    assert call("arr_len", *arguments) == expected


@pytest.mark.parametrize(
    ("mass", "value", "place"),
    [
        (NAMES, "Петя", 1),
        (NAMES, "петя", -1),
        (NAMES, "Пет", -1),
        (["10", "20"], 20, 1),
        ([10, 20], "20", 1),
        ([10, 20], "20.0", 1),
        ([10, 20], " 20 ", 1),
        (["007"], 7, 0),
        (["9:00"], "09:00", -1),
        ([[1], [2, 3]], [2, 3], 1),
        ([[1], ["2", 3]], "[2, 3]", 1),
        (["[1,2]"], [1, 2], 0),
        ([{"a": 1, "b": 2}], {"b": "2", "a": 1}, 0),
        ([1, True], True, 1),
        (["True"], True, 0),
        (["true"], True, -1),
        ([0, "", None], None, 2),
        ([1], None, -1),
        ({"a": 5, "b": 6}, 6, 1),
        ("[5,6]", "6", 1),
        ("просто текст", "текст", -1),
        (None, "x", -1),
        ([], "x", -1),
    ],
)
def test_searching(mass, value, place):
    assert call("index", mass, value) == place
    assert call("in_array", mass, value) is (place >= 0)


def test_counting():
    assert call("count_occurrences", ["a", "b", "a", "A"], "a") == 2
    assert call("count_occurrences", "[5,5,6]", "5") == 2


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        ([1, 2, 3, "-4"], 2),
        ([0.1] * 10, 1),
        ([10**300, 1], 10**300 + 1),
        ([], 0),
        ([1, "a"], "array has unsupported elements"),
        ([1, [2]], "array has unsupported elements"),
        ([1, True], "array has unsupported elements"),
        ([1, None], "array has unsupported elements"),
        ([1, "1e5"], "array has unsupported elements"),
    ],
)
def test_sum_array(array, expected):
    assert call("sum_array", array) == expected


@pytest.mark.parametrize(
    ("element", "as_text", "as_it_is"),
    [
        (5, "5", 5),
        (2.5, "2.5", 2.5),
        ("5", "5", 5),
        ("007", "007", "007"),
        ("1e5", "1e5", "1e5"),
        ("-2.50", "-2.50", -2.5),
        (True, "True", True),
        ("True", "True", True),
        ("false", "false", False),
        ("null", "null", None),
        (None, "", None),
        ("", "", ""),
        ("текст", "текст", "текст"),
        ({"a": [1]}, '{"a":[1]}', {"a": [1]}),
        ("[1, 2]", "[1, 2]", [1, 2]),
        ("['a']", "['a']", "['a']"),
    ],
)
def test_what_append_and_insert_put_in(element, as_text, as_it_is):
    assert call("append", [0], element) == [0, as_text]
    assert call("append", [0], element, True) == [0, as_it_is]
    assert call("insert", [0], 0, element) == [as_text, 0]
    assert call("insert", [0], 0, element, "1") == [as_it_is, 0]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, ["x", "a", "b"]),
        ("1", ["a", "x", "b"]),
        (2, ["a", "b", "x"]),
        (99, ["a", "b", "x"]),
        (10**300, ["a", "b", "x"]),
        (-1, ["a", "x", "b"]),
        (-99, ["x", "a", "b"]),
    ],
)
def test_insert_clamps_the_position(place, expected):
    assert call("insert", ["a", "b"], place, "x") == expected


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("del", (MIXED, 0), [2, 3, "4"]),
        ("del", (MIXED, "1"), ["1", 3, "4"]),
        ("del", (MIXED, 9), MIXED),
        ("del", ({"1": 1, "2": 2}, 1), {"2": 2}),
        ("remove", (MIXED, "4"), ["1", 2, 3]),
        ("remove", (MIXED, 1), [2, 3, "4"]),
        ("remove", (["a", "b", "a"], "a"), ["b", "a"]),
        ("remove", (MIXED, "нет"), MIXED),
        ("remove", ({"a": 1, "b": 2, "c": 1}, "1"), {"b": 2, "c": 1}),
        ("get", (MIXED, "-1"), "4"),
        ("get", ("текст", 0), None),
        ("set", ({"a": 1}, "b", "x"), {"a": 1, "b": "x"}),
        ("set", ("[1,2]", -1, [3]), [1, [3]]),
        ("array_slice", ([1, 2, 3], 5), []),
        ("array_slice", ([1, 2, 3], 1, 99), [2, 3]),
        ("array_slice", ([1, 2, 3, 4], 1, "-1"), [2, 3]),
        ("array_slice", ([1, 2, 3], 0, 0), []),
        ("array_slice", ([1, 2, 3], 1, ""), [2, 3]),
        ("array_slice", ([1, 2, 3], -2, 10**300), [2, 3]),
        ("except_arr", ([1, 1, 2, "3"], ["2", 3]), [1, 1]),
        ("cross_arr", (["c", "a", "b", "a"], '["a","c"]'), ["c", "a", "a"]),
        ("cross_arr", ([[1], {"a": 1}], ["[1]"]), [[1]]),
        ("remove_duplicates", ([1, "1", 1.0, True, None, None, [1], [1], ["1"]],), [1, "1", True, None, [1], ["1"]]),
        ("sort", ([3, 1, 2], True), [3, 2, 1]),
        ("sort", (["10", 9, "100"],), [9, "10", "100"]),
        ("sort", (["б", "Я", "а"],), ["Я", "а", "б"]),
        ("sort", (["10", "а", "9"],), ["10", "9", "а"]),
        ("sort", (["1", "01", "1.0"], True), ["1", "01", "1.0"]),
        ("massive_to_text", (["a", 1, [2]],), "a;\n1;\n[2];"),
        ("massive_to_text", (["a", "b"], "Список", "1"), "Список\n1) a;\n2) b;"),
        ("massive_to_text", ([], "Список"), "Список"),
        ("massive_to_text", ([],), ""),
    ],
)
def test_arrays(name, arguments, expected):
    result = call(name, *arguments)
    assert result == expected
    assert list(map(type, result or "")) == list(map(type, expected or ""))


@pytest.mark.parametrize(
    ("call_", "kind"),
    [
        (("append", "не массив", 1), "type"),
        (("append", {"a": 1}, 1), "type"),
        (("append", None, 1), "type"),
        (("insert", [1], "имя", 1), "type"),
        (("insert", [1], 0.5, 1), "type"),
        (("insert", [1], None, 1), "none"),
        (("del", "текст", 0), "type"),
        (("del", [1], "имя"), "type"),
        (("remove", "текст", "т"), "type"),
        (("set", [1], 5, 1), "index"),
        (("set", "текст", 5, 1), "type"),
        (("get", [1], "имя"), "type"),
        (("array_slice", [1], "имя"), "type"),
        (("array_slice", [1], 0, "имя"), "type"),
        (("sum_array", "слово"), "type"),
        (("sum_array", [10**308]), "overflow"),
        (("sum_array", [1e307] * 11), "overflow"),
        (("sum_array", [0.5, 10**400]), "overflow"),
        (("except_arr", "нет", [1]), "type"),
        (("cross_arr", [1], {"a": 1}), "type"),
        (("shuffle_massive", "нет"), "type"),
        (("remove_duplicates", 5), "type"),
        (("sort", [1, "а"]), "type"),
        (("sort", [[1], [2]]), "type"),
        (("sort", [True, False]), "type"),
        (("sort", [None]), "type"),
        (("count_occurrences", "слово", "с"), "type"),
        (("massive_to_text", "слово"), "type"),
        (("massive_to_text", [1] * 1000, "", 0, "-" * 1001), "limit"),
        (("unpack_list", "слово"), "type"),
        (("unpack_list", [1], "1слово"), "bad_name"),
        (("unpack_list", [1], "x y"), "bad_name"),
        (("unpack_list", [1] * 1001), "limit"),
    ],
)
def test_bad_input_is_reported_with_its_kind(call_, kind):
    assert kind_of(*call_) == kind


def test_shuffling_takes_the_randomness_of_the_run():
    assert call("shuffle_massive", list(range(20))) == call("shuffle_massive", list(range(20)))
    assert call("shuffle_massive", list(range(20))) != list(range(20))
    assert call("shuffle_massive", []) == []


def test_unpack_list_writes_deal_variables():
    run = context(p1="старое", p3="третье")
    assert call("unpack_list", ["раз", [2]], "p", run=run) is True
    assert run.scope.deal == {"p1": "раз", "p2": [2], "p3": "третье"}


def test_unpack_list_with_empty_elements_deletes():
    run = context(var1="старое", var2="старое")
    call("unpack_list", ["", None], run=run)
    assert run.scope.deal == {}


def test_unpack_list_changes_nothing_when_a_value_does_not_fit():
    run = context(var1="старое")
    assert kind_of("unpack_list", ["новое", "x" * 100_001], run=run) == "limit"
    assert run.scope.deal == {"var1": "старое"}


def test_nothing_nests_deeper_than_can_be_read_back():
    deep: Any = [1]
    for _ in range(99):
        deep = call("append", [], deep, True)
    assert kind_of("append", [], deep, True) == "limit"
    assert kind_of("insert", [], 0, deep, True) == "limit"
    assert kind_of("set", {}, "k", deep) == "limit"


def test_large_arrays_take_linear_time():
    numbers = list(range(100_000))
    texts = list(map(str, numbers))
    start = time.perf_counter()
    assert call("cross_arr", numbers, texts) == numbers
    assert call("except_arr", texts, numbers) == []
    assert call("remove_duplicates", numbers + texts) == numbers + texts
    assert call("sort", texts[::-1]) == texts
    assert call("in_array", numbers, "99999")
    assert time.perf_counter() - start < 10  # quadratic work would take hours


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("аб10 ", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("аб1", max_size=2), inner, max_size=3),
    max_leaves=8,
)
ARRAYS = st.lists(JSON, max_size=6)


@given(ARRAYS, JSON)
def test_arguments_are_never_changed(array, value):
    before = copy.deepcopy(array)
    for name in ("append", "remove", "in_array", "index", "count_occurrences"):
        call(name, array, value)
    call("insert", array, 1, value, True)
    call("except_arr", array, [value])
    call("remove_duplicates", array)
    call("shuffle_massive", array)
    if array:
        call("set", array, 0, value)
        call("del", array, 0)
    assert array == before


@given(ARRAYS, ARRAYS)
def test_cross_and_except_split_the_first_array(one, other):
    common, rest = call("cross_arr", one, other), call("except_arr", one, other)
    assert len(common) + len(rest) == len(one)
    assert all(call("in_array", other, item) for item in common)
    assert not any(call("in_array", other, item) for item in rest)


@given(ARRAYS)
def test_duplicates_are_removed_once_and_for_all(array):
    unique = call("remove_duplicates", array)
    assert call("remove_duplicates", unique) == unique
    assert all(item in unique for item in array)


@given(st.lists(st.integers() | st.integers().map(str)))
def test_sorting_is_stable_both_ways(array):
    assert call("sort", array) == sorted(array, key=int)
    assert call("sort", array, True) == sorted(array, key=int, reverse=True)
