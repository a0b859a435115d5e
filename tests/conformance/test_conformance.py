"""The cases of the language's reference, as data. Each line of the `.jsonl` files is one case."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.values import parse_json, to_text

HERE = Path(__file__).parent
CASES = [
    json.loads(line) for file in sorted(HERE.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines() if line
]


def same(expected: Any, stored: Any) -> bool:
    """Comparison of the reference: texts by character, numbers as numbers, containers with stored value or JSON text."""
    if expected is None:
        return stored is None
    if isinstance(expected, bool):
        return to_text(stored) == str(expected)
    if isinstance(expected, int | float):
        try:
            number = float(to_text(stored))
        except ValueError:
            return False
        return to_text(stored) == str(expected) or math.isclose(number, expected, rel_tol=1e-12)
    if isinstance(expected, str):
        return to_text(stored) == expected
    return same_inside(expected, parse_json(stored) if isinstance(stored, str) else stored)


def same_inside(expected: Any, found: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(same_inside, expected, found))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(same_inside(item, found[key]) for key, item in expected.items())
        )
    if isinstance(expected, bool) or expected is None or isinstance(expected, str):
        return type(found) is type(expected) and found == expected
    return (
        isinstance(found, int | float) and not isinstance(found, bool) and math.isclose(found, expected, rel_tol=1e-12)
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    expect, variables, now = case["expect"], case.get("setup"), case.get("now")
    if "template" in case:
        outcome: Any = su.render(case["template"], variables, now=now)
        assert outcome == expect["text"]
    elif "condition" in case:
        outcome = su.check_condition(case["condition"], variables, now=now)
        assert bool(outcome) == expect.get("result", False)
    else:
        outcome = su.evaluate(case["code"], variables, now=now)
        for name, expected in expect.get("variables", {}).items():
            assert same(expected, outcome.variables.get(name)), (name, expected, outcome.variables.get(name))
    assert [error.kind for error in outcome.errors[:1]] == ([expect["error"]] if "error" in expect else [])
