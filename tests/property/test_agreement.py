"""Product and oracle agree on generated programs; fast code and full rules agree through all stages of learning."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import agreement
import fuzz
import programs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

CHECKS: dict[str, Any] = {
    "program": agreement.program_agrees,
    "template": agreement.template_agrees,
    "condition": agreement.condition_agrees,
    "expression": agreement.expression_agrees,
    "any": agreement.any_text_is_safe,
}
CORPUS = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
NIGHTLY = bool(os.environ.get("SALEBOT_UISCOM_NIGHTLY"))

VARIABLES = programs.strategy(programs.variables)
PROGRAMS = programs.strategy(programs.program)
EXPRESSIONS = programs.strategy(programs.expression)
KNOWN = programs.strategy(programs.known_program)
TEMPLATES = programs.strategy(programs.template)
# Signs that mean something to the language, and anything else.
LANGUAGE = st.text(
    st.sampled_from(list("ax1ж #{}[]()\"'`\\/*+-=<>!&|^%,.:;\n\r\t\u00a0\u200b\ufdd0\u0301e0")), max_size=60
)
ANY_TEXT = st.one_of(LANGUAGE, LANGUAGE, st.text(max_size=40), PROGRAMS, st.tuples(PROGRAMS, LANGUAGE).map("".join))


def rounds(text: str, variables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At least 20 evaluations in which each kind of variables comes early, late and often."""
    return [variables[(turn * turn + turn // 3) % len(variables)] for turn in range(24)]


@pytest.mark.parametrize("case", CORPUS, ids=[f"{number}-{case['check']}" for number, case in enumerate(CORPUS)])
def test_found_failures_stay_fixed(case: dict[str, Any]) -> None:
    assert CHECKS[case["check"]](case["text"], case["variables"]) == ""


def examples(count: int, nightly: int) -> Any:
    profile = settings.get_profile("nightly" if NIGHTLY else "quick")
    return settings(profile, max_examples=nightly if NIGHTLY else count)


@examples(400, 6000)
@given(code=PROGRAMS, variables=VARIABLES)
def test_programs_agree_with_oracle(code: str, variables: dict[str, Any]) -> None:
    assert agreement.program_agrees(code, variables) == ""


@examples(150, 2000)
@given(text=TEMPLATES, variables=VARIABLES)
def test_templates_agree_with_oracle(text: str, variables: dict[str, Any]) -> None:
    assert agreement.template_agrees(text, variables) == ""


@examples(150, 2000)
@given(text=EXPRESSIONS, variables=VARIABLES)
def test_conditions_agree_with_oracle(text: str, variables: dict[str, Any]) -> None:
    assert agreement.condition_agrees(text, variables) == ""


@examples(200, 3000)
@given(text=EXPRESSIONS, kinds=st.lists(VARIABLES, min_size=1, max_size=6))
def test_expressions_agree_through_all_stages(text: str, kinds: list[dict[str, Any]]) -> None:
    assert agreement.expression_agrees(text, rounds(text, kinds)) == ""


@examples(150, 2000)
@given(text=PROGRAMS, kinds=st.lists(VARIABLES, min_size=1, max_size=6))
def test_scripts_agree_through_all_stages(text: str, kinds: list[dict[str, Any]]) -> None:
    assert agreement.expression_agrees(text, rounds(text, kinds)) == ""


@examples(80, 1000)
@given(code=PROGRAMS, kinds=st.lists(VARIABLES, min_size=2, max_size=5))
def test_compiled_program_agrees_through_all_stages(code: str, kinds: list[dict[str, Any]]) -> None:
    """`su.compile` keeps one program per text, so its code has learnt from the runs before."""
    for variables in rounds(code, kinds):
        assert agreement.program_agrees(code, variables) == ""


@examples(250, 4000)
@given(code=KNOWN, variables=VARIABLES)
def test_programs_of_known_values_agree_with_oracle(code: str, variables: dict[str, Any]) -> None:
    assert agreement.program_agrees(code, variables) == ""


@examples(150, 2000)
@given(text=KNOWN, kinds=st.lists(VARIABLES, min_size=1, max_size=4))
def test_scripts_of_known_values_agree_through_all_stages(text: str, kinds: list[dict[str, Any]]) -> None:
    assert agreement.expression_agrees(text, rounds(text, kinds)) == ""


@examples(400, 5000)
@given(text=ANY_TEXT)
def test_any_text_gives_values_or_own_errors(text: str) -> None:
    given_variables = {"a": 5, "x": "текст", "ж": [1, {"a": "2"}], "e": "10.10.2021"}
    assert agreement.any_text_is_safe(text, given_variables) == ""


@examples(100, 1000)
@given(text=st.text(max_size=2000))
def test_any_value_stays_a_value(text: str) -> None:
    """A value goes through holes, strings and containers without a character changing its meaning."""
    variables = {"v": text, "i": "v"}
    code = 'a = v\nb = "#{v}"\nc = [v + "", "#{v}"]\nd = \'{"k": "#{v}"}\'\ne = d["k"]\nf = "#{#{i}}"'
    outcome = agreement.su.evaluate(code, variables, now=agreement.NOW)
    if text == "":
        return
    got = outcome.variables
    assert (got["a"], got["b"], got["e"], got["f"]) == (text, text, text, text)
    assert json.loads(got["d"]) == {"k": text}
    assert got["c"][1] == text


@pytest.mark.parametrize("letter", ["я", "\u0390"])
@pytest.mark.parametrize(
    "text",
    [
        "concat(upper(concat(a, a, a, a, a, a, a, a, a)), upper(concat(a, a, a, a, a, a, a, a, a)))",
        "concat(upper(a), upper(a), upper(a), upper(a))",
        'if(1 == 1, concat(a, a, a, a, a, a, a, a, a), "") + "," + if(1 == 1, concat(a, a, a, a, a, a, a, a, a), "")',
        'replace(a, "#{b}", "12-45") + "," + replace(a, "#{b}", "12-45") + replace(a, "#{b}", "12-45")',
    ],
)
def test_texts_in_between_keep_within_their_limit(text: str, letter: str) -> None:
    variables = {"a": letter * 100_000, "b": letter}
    for code in (f"len({text})", f"x = len({text})", f'x = {text} == "да"'):
        assert agreement.expression_agrees(code, [variables] * 4) == ""


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(0, 12_000, 1_000))
def test_thousand_random_cases_agree(seed: int) -> None:
    """Twelve thousand cases of the fuzz script, by seed."""
    for number in range(seed, seed + 1_000):
        source = random.Random(number)
        _, check, text, variables = fuzz.case(programs.RandomChooser(source), source)
        assert (number, check(text, variables)) == (number, "")
