"""Every run has a budget of its own: what runs before it in the same thread have used up is not missing."""

from __future__ import annotations

from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom import budget
from salebot_uiscom.errors import Fault

LONG = ",".join(str(number) for number in range(3000))
VARIABLES: dict[str, Any] = {"seen": LONG, "number": 7, "word": "да", "items": [1, 2, 3], "nothing": None}
PROGRAMS = [
    'seen = "#{seen},#{number}"',
    'seen = if(seen == None, "#{number}", "#{seen},#{number}")',
    'client.seen = if(seen == None, "#{number}", "#{seen},#{number}")\nx = 1',
    'x = seen + "," + number',
    "x = seen",
    "x = items\nx[2] = 4",
    'x = "#{word}#{nothing}"\ny = seen',
    "x = number\nx = x + 1\ny = [seen, number]",
    'name = "seen"\nx = "#{#{name}}"',
    "x = len(seen)",
    'x = if(number > 1, "#{seen}!", 1)',
]


def use_up() -> None:
    """Leave a budget with nothing in it, as a run that was too much work does."""
    budget.begin(budget.Limits(steps=0, seconds=0.0, room=0))
    with pytest.raises(Fault):
        budget.charge(1)


@pytest.mark.parametrize("code", PROGRAMS)
def test_a_run_does_not_pay_for_the_one_before(code: str) -> None:
    """Often enough for every stage: numbers expected, texts expected, full rules."""
    su.compile.cache_clear()
    program = su.compile(code)
    for turn in range(60):
        use_up()
        assert [error.code for error in program.run(dict(VARIABLES)).errors] == [], turn


@pytest.mark.parametrize("code", ["len(seen)", '"#{seen},#{number}"', "seen", 'if(number > 1, seen + "!", 1)'])
def test_an_expression_does_not_pay_for_the_run_before(code: str) -> None:
    expression = su.compile_expression(code)
    for _ in range(60):
        use_up()
        assert expression.evaluate(dict(VARIABLES)) is not None


def test_templates_and_conditions_do_not_either() -> None:
    for _ in range(30):
        use_up()
        assert su.render("#{seen}!", VARIABLES) == LONG + "!"
        use_up()
        assert su.check_condition("seen != 'x'", VARIABLES)
