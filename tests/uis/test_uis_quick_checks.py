"""The quick check accepts nothing that the full one would refuse."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uis_bench import FIXTURES, index

from salebot_uiscom.uis import checks, tables

SAMPLES = [
    (body["method"], {**body["params"], "access_token": "-"})
    for entry in index("request", "request_invalid")
    if entry["file"].endswith(".json")
    and isinstance(body := json.loads((FIXTURES / entry["file"]).read_text("utf-8-sig")), dict)
    and isinstance(body.get("params"), dict)
    and body.get("method") in tables.methods()
]
ODD = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1, 1.5, 10**20, "", " ", "x", "7", "79004443322", "79004443322\n", "+79004443322"),
        *("in", [], {}, [1], {"id": 1}, {"id": "1"}, {"type": "tts", "value": "x"}, {"type": "x"}),
    ]
)


def full(method: str, params: dict[str, Any]) -> list[Any]:
    entry = tables.method(method)
    return [
        *checks._object(entry.params, params, "", entry.rules),
        *checks._columns(entry, params),
        *checks._interval(params),
    ]


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_what_is_accepted_at_once_has_no_problem(data: st.DataObject) -> None:
    method, sample = data.draw(st.sampled_from(SAMPLES))
    params = copy.deepcopy(sample)
    names = [*tables.method(method).params["properties"], "unknown"]
    for _ in range(data.draw(st.integers(0, 3))):
        name = data.draw(st.sampled_from(names))
        if data.draw(st.booleans()):
            params.pop(name, None)
        else:
            params[name] = data.draw(ODD)
    if checks._quick(method)(params):
        assert full(method, params) == []


@pytest.mark.parametrize("name", ["start.employee_call", "start.scenario_call", "list.calls", "get.account"])
def test_the_usual_requests_are_accepted_at_once(name: str) -> None:
    fine = [params for method, params in SAMPLES if method == name and not full(method, params)]
    assert fine
    assert any(checks._quick(name)(params) for params in fine)
