"""Functions of dictionaries."""

import copy

import pytest
from call_data import call, kind_of
from hypothesis import given
from hypothesis import strategies as st

RAINBOW = {"каждый": "красный", "охотник": "оранжевый", "желает": {"w": "жёлтый"}}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("dict_keys_to_array", (RAINBOW,), ["каждый", "охотник", "желает"]),
        ("dict_keys_to_array", ('{"б": 1, "а": 2}',), ["б", "а"]),
        ("dict_values_to_array", ({"a": "x", "b": 7, "c": None},), ["x", 7, None]),
        ("get_values_by_key", ([{"a": 1}, {"b": 2}, 5, '{"a": 3}', {"a": None}], "a"), [1, 3, None]),
        ("get_values_by_key", ([{"5": "x"}], 5), ["x"]),
        ("get_values_by_key", ([], "a"), []),
        ("exist_key", (RAINBOW, "охотник"), True),
        ("exist_key", (RAINBOW, "w"), False),
        ("exist_key", ({"5": None}, 5), True),
        ("exist_key", ([1, 2], 0), False),
        ("exist_key", ("слово", "с"), False),
        ("exist_key", (None, None), False),
        ("key_index", (RAINBOW, "желает"), 2),
        ("key_index", ({"1": 1, "2": 2}, 2), 1),
        ("key_index", (RAINBOW, "нет"), -1),
        ("key_index", ([1], 0), -1),
        ("humanize", ({"Аня": "6", "Боря": 20},), "Аня: 6\nБоря: 20"),
        ("humanize", ({"a": 1, "b": [2], "c": None}, " = "), "a = 1\nb = [2]\nc = "),
        ("humanize", ({"a": 1, "b": 2, "c": 3}, "=", 1), "b=2\nc=3"),
        ("humanize", ({"a": 1, "b": 2, "c": 3}, "=", "", "2"), "a=1\nb=2"),
        ("humanize", ({"a": 1, "b": 2, "c": 3}, "=", 5), ""),
        ("humanize", ({},), ""),
        ("sort", ({"б": 1, "а": 2},), {"а": 2, "б": 1}),
        ("sort", ({"10": 1, "9": 2}, True), {"10": 1, "9": 2}),
        ("sort_by_value", ({"а": 3, "б": 1, "в": 2},), {"б": 1, "в": 2, "а": 3}),
        ("sort_by_value", ({"а": 1, "б": 1, "в": 0},), {"в": 0, "а": 1, "б": 1}),
        ("sort_by_value", ({"а": 1, "б": 1, "в": "2"}, True), {"в": "2", "а": 1, "б": 1}),
        ("sort_by_value", ({},), {}),
    ],
)
def test_dictionaries(name, arguments, expected):
    result = call(name, *arguments)
    assert result == expected
    if isinstance(expected, dict):
        assert list(result) == list(expected)


@pytest.mark.parametrize(
    ("call_", "kind"),
    [
        (("dict_keys_to_array", [1, 2]), "type"),
        (("dict_values_to_array", "слово"), "type"),
        (("dict_keys_to_array", None), "type"),
        (("get_values_by_key", {"a": 1}, "a"), "type"),
        (("humanize", [1], ": "), "type"),
        (("humanize", {"a": 1}, ": ", "первый"), "type"),
        (("humanize", {str(n): n for n in range(1000)}, "-" * 1001), "limit"),
        (("sort_by_value", [1]), "type"),
        (("sort_by_value", {"а": 1, "б": "x"}), "type"),
        (("sort_by_value", {"а": [1]}), "type"),
    ],
)
def test_bad_input_is_reported_with_its_kind(call_, kind):
    assert kind_of(*call_) == kind


@given(st.dictionaries(st.text(max_size=3), st.integers()))
def test_sorting_orders_a_copy(data):
    before = copy.deepcopy(data)
    by_value = call("sort_by_value", data, True)
    assert list(by_value.items()) == sorted(data.items(), key=lambda pair: pair[1], reverse=True)
    assert data == before
    assert list(data) == list(before)
