"""Reading, writing and removing elements; copies are new along the path only."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.errors import Fault
from salebot_uiscom.functions.elements import delete_element, read_element, write_element


def outcome(action: Any, *arguments: Any) -> Any:
    try:
        return action(*arguments)
    except Fault as fault:
        return f"error {fault.kind} {fault.code}"


@pytest.mark.parametrize(
    ("container", "key", "expected"),
    [
        ([10, 20, 30], 1, 20),
        ([10, 20, 30], "1", 20),
        ([10, 20, 30], -1, 30),
        ([10, 20, 30], 1.0, 20),
        ([10, 20, 30], 3, None),
        ([10, 20, 30], -4, None),
        ([10, 20, 30], 10**300, None),
        ([10, 20], "имя", "error type SB320"),
        ([10, 20], 0.5, "error type SB320"),
        ([10, 20], [0], "error type SB320"),
        ([10, 20], None, "error none SB301"),
        ({"5": "пять"}, 5, "пять"),
        ({"5": "пять"}, 5.0, "пять"),
        ({"True": 1}, True, 1),
        ({"a": None}, "a", None),
        ({"a": 1}, "b", None),
        ({"a": 1}, None, "error none SB301"),
        ({"a": 1}, ["a"], "error type SB319"),
        (' {"a": [1]} ', "a", [1]),
        ("[1,2]", "-1", 2),
        ("текст", 0, None),
        ("['a']", 0, None),
        (5, 0, None),
        (True, 0, None),
        (None, "a", None),
        (None, None, None),
    ],
)
def test_reading(container, key, expected):
    assert outcome(read_element, container, key) == expected


@pytest.mark.parametrize(
    ("container", "path", "expected"),
    [
        ([1, 2], [0], ["x", 2]),
        ([1, 2], ["-1"], [1, "x"]),
        ([1, 2], [2], "error index SB309"),
        ([1, 2], [-3], "error index SB309"),
        ([1, 2], ["имя"], "error index SB309"),
        ([1, 2], [0.5], "error index SB309"),
        ([1, 2], [None], "error none SB301"),
        ([], [0], "error index SB309"),
        ({"a": 1}, ["b"], {"a": 1, "b": "x"}),
        ({"a": 1}, [5], {"a": 1, "5": "x"}),
        (None, ["a"], {"a": "x"}),
        (None, ["a", "b", 0], {"a": {"b": {"0": "x"}}}),
        ({"a": None}, ["a", "b"], {"a": {"b": "x"}}),
        ({"a": {"b": 1}}, ["a", "c"], {"a": {"b": 1, "c": "x"}}),
        ([[1, 2], [3, 4]], [1, 0], [[1, 2], ["x", 4]]),
        ([[1]], [1, 0], "error index SB309"),
        ('{"a": "[1,2]"}', ["a", 1], {"a": [1, "x"]}),
        ("привет", ["a"], "error type SB308"),
        (5, ["a"], "error type SB308"),
        ({"a": 5}, ["a", "b"], "error type SB308"),
        ({"a": 5}, [["a"]], "error type SB319"),
        (None, ["k"] * 101, "error limit SB406"),
    ],
)
def test_writing(container, path, expected):
    assert outcome(write_element, container, path, "x") == expected


def test_nothing_nests_deeper_than_can_be_read_back():
    value: Any = 1
    for _ in range(100):
        value = write_element(None, ["k"], value)
    assert outcome(write_element, None, ["k"], value) == "error limit SB406"


@pytest.mark.parametrize(
    ("container", "path", "expected"),
    [
        (["1", 2, 3], ["1"], ["1", 3]),
        ([1, 2], [-1], [1]),
        ([1, 2], [2], [1, 2]),
        ([1, 2], ["имя"], "error type SB320"),
        ({"a": 1, "b": 2}, ["a"], {"b": 2}),
        ({"1": 1}, [1], {}),
        ({"a": 1}, ["z"], {"a": 1}),
        ([[1, 2, 3], [4]], [0, 1], [[1, 3], [4]]),
        ('{"a": "[1, 2]"}', ["a", 0], {"a": [2]}),
        ('{"a": 1}', ["z"], '{"a": 1}'),
        ({"a": 1}, ["z", "y"], {"a": 1}),
        ({"a": 5}, ["a", "y"], "error type SB308"),
        (None, ["a"], None),
        ("привет", ["a"], "error type SB308"),
    ],
)
def test_removing(container, path, expected):
    assert outcome(delete_element, container, path) == expected


def test_only_the_path_is_copied():
    source = {"path": [{"x": 1}, {"y": 2}], "beside": {"z": 3}}
    before = copy.deepcopy(source)
    written = write_element(source, ["path", 0, "x"], 9)
    removed = delete_element(source, ["path", 0, "x"])
    assert source == before
    assert written == {"path": [{"x": 9}, {"y": 2}], "beside": {"z": 3}}
    assert removed == {"path": [{}, {"y": 2}], "beside": {"z": 3}}
    for changed in (written, removed):
        assert changed["beside"] is source["beside"]
        assert changed["path"][1] is source["path"][1]


def test_the_name_of_the_variable_is_in_the_message():
    with pytest.raises(Fault, match="заказ"):
        write_element("текст", ["a"], 1, "заказ")


KEYS = st.text("abc0", min_size=1, max_size=2)
TREES = st.recursive(st.integers(), lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=10)


@given(st.dictionaries(KEYS, TREES, max_size=3), st.lists(KEYS, min_size=1, max_size=4))
def test_what_is_written_is_read_back_and_removed(tree, path):
    before = copy.deepcopy(tree)
    written = outcome(write_element, tree, path, "x")
    if written == "error type SB308":  # the path leads through a number
        return
    found: Any = written
    for key in path:
        found = read_element(found, key)
    assert found == "x"
    assert tree == before
    left: Any = delete_element(written, path)
    for key in path[:-1]:
        left = read_element(left, key)
    assert path[-1] not in left
