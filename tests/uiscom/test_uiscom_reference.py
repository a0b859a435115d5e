"""The reference of the five functions: its examples run, its errors exist, its signatures say what is required."""

import re

import pytest
from test_uiscom_with_simulator import Bench

from salebot_uiscom.cli.evaluation import shown
from salebot_uiscom.functions import reference
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.uis import tables

SIGNATURES = {
    "uiscom_employee_call": ("(virtual_phone, client_phone, employee_id)", "3"),
    "uiscom_scenario_call": ("(virtual_phone, client_phone, scenario_id)", "3"),
    "uiscom_offline_messages": (
        "(message, site_id=None, campaign_id=None, visitor_session_id=None, phone=None, name=None)",
        "1–6",
    ),
    "uiscom_get_sites": ("()", "0"),
    "uiscom_get_campaigns": ("()", "0"),
}
ENTRIES = [reference.entry_of(Interpreter(entry_points=False).catalog[name]) for name in SIGNATURES]
EXAMPLES = [example for entry in ENTRIES for example in entry.examples]
# Not of UIS: found by the plugin or on the way.
OWN = set("""invalid_phone not_configured not_stored timeout unreachable outcome_unknown no_answer""".split())


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.call for example in EXAMPLES])
def test_an_example_gives_its_result(example, tmp_path):
    bench = Bench(tmp_path)
    try:
        assert shown(bench.run(f"r = {example.call}")) == example.result
    finally:
        bench.store.close()
        bench.interpreter.close()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.function.name)
def test_an_entry_is_complete_in_both_languages(entry):
    params = [param.name for param in entry.function.params]
    assert [line.partition(" — ")[0] for line in entry.arguments] == params
    assert [line.partition(" — ")[0] for line in entry.arguments_english] == params
    assert len(entry.examples) >= 2
    assert entry.function.page == "integraciya/telefoniya/uiscom"


def _mnemonics(errors):
    groups = re.findall(r"((?:\b[a-z]+(?:_[a-z]+)+|\btimeout|\bunreachable|\bforbidden)(?:,\s+[a-z_]+)*) —", errors)
    return [name for group in groups for name in re.split(r",\s+", group)]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.function.name)
def test_every_error_of_an_entry_exists(entry):
    named = _mnemonics(entry.errors)
    assert len(named) >= 8
    assert named == _mnemonics(entry.errors_english)
    unknown = [name for name in named if name not in OWN and not tables.error_rows(name)]
    assert not unknown


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.function.name)
def test_a_signature_says_what_is_required(entry):
    name = entry.function.name
    assert (entry.function.signature.removeprefix(name), entry.function.arity_text) == SIGNATURES[name]


def test_too_many_arguments_are_told_with_the_required_number(tmp_path):
    bench = Bench(tmp_path)
    program = bench.interpreter.compile("r = uiscom_employee_call('78001002752', '79004443322', 1, 2)")
    outcome = bench.interpreter.run(program, {})
    bench.store.close()
    bench.interpreter.close()
    [error] = outcome.errors
    assert (error.code, error.data["expected"]) == ("SB202", "3")
    assert error.data["text_signature"] == "uiscom_employee_call(virtual_phone, client_phone, employee_id)"
    assert bench.simulator.requests == []
