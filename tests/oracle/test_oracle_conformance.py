"""The second implementation passes the same cases as the product: then their agreement means something."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import walker

CORPUS = Path(__file__).parent.parent / "conformance"
CASES = [
    json.loads(line) for file in sorted(CORPUS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines() if line
]
NOW = datetime(2026, 3, 2, 7, 15, tzinfo=UTC)


def fits(expected: Any, found: Any) -> bool:
    if expected is None:
        return found is None
    if isinstance(expected, bool | str):
        return walker.text_form(found) == walker.text_form(expected)
    if isinstance(expected, int | float):
        number = walker.number_of(walker.text_form(found))
        return number is not None and (number == expected or math.isclose(number, expected, rel_tol=1e-12))
    return inside(expected, walker.opened(found))


def inside(expected: Any, found: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(inside, expected, found))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and expected.keys() == found.keys()
            and all(inside(expected[k], found[k]) for k in found)
        )
    if isinstance(expected, bool | str) or expected is None:
        return type(found) is type(expected) and found == expected
    return (
        isinstance(found, int | float) and not isinstance(found, bool) and math.isclose(found, expected, rel_tol=1e-12)
    )


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_walker_passes_case(case: dict[str, Any]) -> None:
    expect, variables = case["expect"], case.get("setup") or {}
    now = datetime.fromisoformat(case["now"]) if case.get("now") else NOW
    if "template" in case:
        text, kinds = walker.render(case["template"], variables, now)
        assert text == expect["text"]
    elif "condition" in case:
        truth, kinds = walker.condition(case["condition"], variables, now)
        assert truth == expect.get("result", False)
    else:
        result = walker.evaluate(case["code"], variables, now)
        kinds = result.kinds
        wrong = {
            n: (e, result.variables.get(n))
            for n, e in expect.get("variables", {}).items()
            if not fits(e, result.variables.get(n))
        }
        assert wrong == {}
    assert kinds[:1] == ([expect["error"]] if "error" in expect else [])
