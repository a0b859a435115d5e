"""Any argument of a date or container function ends in a value or in a fault with a text, and stays as it was."""

import copy

from call_data import CATALOG, call, kind_of
from hypothesis import given, settings
from hypothesis import strategies as st

FUNCTIONS = sorted(set(CATALOG) - {"unpack_list"})
SAMPLES = st.sampled_from(
    [
        "",
        " ",
        "0",
        "-1",
        "007",
        "2.5",
        "1e5",
        "9" * 400,
        "абв",
        "True",
        "null",
        '[1,"2"]',
        '{"a": [1]}',
        "['a']",
        "[" * 500,
        "01.02.2021",
        "31.12.9999",
        "1.1.0001",
        "9:00",
        "23:59:59",
        "24:00",
        "31.12.9999 23:59",
        "%s",
        "%d.%m.%Y",
        "%",
        "%Q%s%f",
        None,
        True,
        False,
        0,
        1,
        -1,
        7,
        31,
        0.5,
        -2.5,
        10**18,
        -(10**300),
        1e307,
        [],
        {},
        [1, "1", None],
        [[1], {"a": 2}],
        {"a": 1},
    ]
)


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(FUNCTIONS), st.data())
def test_a_value_or_a_fault(name, data):
    function = CATALOG[name]
    count = data.draw(st.integers(function.least, len(function.params)))
    arguments = [data.draw(SAMPLES) for _ in range(count)]
    before = copy.deepcopy(arguments)
    kind = kind_of(name, *arguments)
    assert kind in ("done", "none", "type", "value", "index", "overflow", "limit"), arguments
    assert arguments == before
    if kind == "done":
        assert isinstance(call(name, *arguments), type(None) | bool | int | float | str | list | dict)
