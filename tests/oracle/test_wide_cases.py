"""Cases of `wide.jsonl`: one rule of the reference with unusual input each, the expectation read from its text.

A program is learned while it runs: what held for numbers is compiled anew for texts. So each case is run again and again,
its numbers now as numbers, now as texts, and the walker must agree every time; right sides also as expressions over a
bare dict.
"""

from __future__ import annotations

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import walker
from agreement import all_shown, expression_agrees, kinds_of
from test_oracle_conformance import fits

import salebot_uiscom as su

FILE = Path(__file__).with_name("wide.jsonl")
CASES = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
NOW = "2024-02-28T23:50:30+03:00"
TURNS = "nnttntn"  # numbers as numbers, or as texts


def forms(setup: dict[str, Any]) -> dict[str, dict[str, Any]]:
    def text(value: Any) -> Any:
        return walker.text_form(value) if isinstance(value, int | float | list) and value is not True else value

    return {"n": setup, "t": {name: text(value) for name, value in setup.items()}}


def product(case: dict[str, Any], setup: dict[str, Any], now: str) -> tuple[Any, list[str]]:
    made: Any
    if "template" in case:
        made = su.render(case["template"], setup, now=now)
        return str(made), kinds_of(made.errors)
    if "condition" in case:
        made = su.check_condition(case["condition"], setup, now=now)
        return bool(made), kinds_of(made.errors)
    made = su.evaluate(case["code"], setup, now=now)
    return made.variables, kinds_of(made.errors)


def oracle(case: dict[str, Any], setup: dict[str, Any], now: str) -> tuple[Any, list[str]]:
    moment = datetime.fromisoformat(now)
    if "template" in case:
        return walker.render(case["template"], setup, moment)
    if "condition" in case:
        return walker.condition(case["condition"], setup, moment)
    result = walker.evaluate(case["code"], setup, moment)
    return result.variables, result.kinds


def shown(value: Any) -> Any:
    return all_shown(value) if isinstance(value, dict) else value


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case_holds_in_every_run_and_both_evaluators_agree(case: dict[str, Any]) -> None:
    expect, now, form = case["expect"], case.get("now", NOW), forms(case["setup"])
    value, kinds = product(case, case["setup"], now)
    assert kinds[:1] == ([expect["error"]] if "error" in expect else [])
    if "code" in case:
        wrong = {
            name: value.get(name) for name, wanted in expect["variables"].items() if not fits(wanted, value.get(name))
        }
        assert wrong == {}
    else:
        assert value == expect.get("text", expect.get("result"))
    for turn in TURNS:
        setup = form[turn]
        found, wanted = product(case, copy.deepcopy(setup), now), oracle(case, copy.deepcopy(setup), now)
        assert (shown(found[0]), found[1]) == (shown(wanted[0]), wanted[1])
    if "code" in case:
        rounds = [form[turn] for turn in TURNS]
        assert expression_agrees(case["code"], rounds) == ""
        if case["code"].startswith("x = ") and "\n" not in case["code"]:
            assert expression_agrees(case["code"].removeprefix("x = "), rounds) == ""
