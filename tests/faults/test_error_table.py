"""Every method that the functions of a script use × every documented error: what the script gets.

The documented dictionary of telephony.md R22, with UIS' mnemonic, code and text; and what operators read in a log has
texts of its own for every mnemonic.
"""

import pytest
from phone_project import Project

from salebot_uiscom.messages import mask, message_of
from salebot_uiscom.uis import tables
from salebot_uiscom.uis.errors import make_error

# Method → a script that uses it.
SCRIPTS = {
    "start.employee_call": 'r = uiscom_employee_call("78001002752", "79004443322", 2339292)',
    "start.scenario_call": 'r = uiscom_scenario_call("78001002752", "79004443322", 328746)',
    "upload.offline_messages": 'r = uiscom_offline_messages("Заявка", 80913, "", "", "79004443322")',
    "get.sites": "r = uiscom_get_sites()",
    "get.campaigns": "r = uiscom_get_campaigns()",
}
MNEMONICS = sorted({row.mnemonic for row in tables.errors()})
# Texts for whole groups and for what nobody has documented: never for a documented mnemonic.
GENERIC = {"UI100", "UI190", "UI191", "UI192", "UI193", "UI194", "UI195"}
UNDOCUMENTED = {mnemonic for mnemonic in MNEMONICS if mnemonic.startswith("unknown_")}


def row_of(mnemonic, method):
    rows = tables.error_rows(mnemonic)
    return next((row for row in rows if row.concerns(method)), rows[0])


@pytest.mark.parametrize("method", SCRIPTS)
@pytest.mark.parametrize("mnemonic", MNEMONICS)
def test_a_script_gets_the_documented_dictionary(method, mnemonic):
    project = Project()
    project.simulator.add_fault("error", method, times=None, mnemonic=mnemonic, before_work=True)
    result = project.run(SCRIPTS[method])
    row = row_of(mnemonic, method)
    assert (result["error"], result["code"]) == (mnemonic, row.code)
    # UIS' own text, filled in, but for phones, which no error shows in full.
    assert result["message"] == mask(row.text.format_map(row.text_params))
    creates = method.startswith(("start.", "upload."))
    if mnemonic == "internal_error" and creates:
        assert result["outcome"] == "unknown"
        assert result["external_id"].startswith("sb-")
        assert set(result) == {"error", "code", "message", "outcome", "external_id"}
    else:
        assert set(result) == {"error", "code", "message"}
    assert project.simulator.rings == []
    assert project.simulator.account.offline_messages == []
    project.close()


@pytest.mark.parametrize("method", SCRIPTS)
@pytest.mark.parametrize("mnemonic", MNEMONICS)
def test_no_start_is_repeated_after_an_error(method, mnemonic):
    """Only a limit (nothing was started) may lead to a second request of a call."""
    project = Project()
    project.simulator.add_fault("error", method, times=None, mnemonic=mnemonic, before_work=True)
    project.run(SCRIPTS[method])
    asked = len(project.simulator.requests_to(method))
    assert asked == 1 if method.startswith("start.") else asked <= 2
    project.close()


@pytest.mark.parametrize("mnemonic", MNEMONICS)
def test_an_error_of_the_look_never_makes_a_second_call(mnemonic):
    project = Project()
    project.simulator.add_fault("drop_answer", "start.employee_call")
    project.simulator.add_fault("error", "list.calls", times=None, mnemonic=mnemonic, before_work=True)
    result = project.run(SCRIPTS["start.employee_call"])
    assert (result["error"], result["outcome"]) == ("outcome_unknown", "unknown")
    assert len(project.simulator.requests_to("start.employee_call")) == 1
    assert len(project.later) == 1
    project.close()


@pytest.mark.parametrize("method", SCRIPTS)
@pytest.mark.parametrize("mnemonic", [name for name in MNEMONICS if name not in UNDOCUMENTED])
def test_no_documented_error_has_a_generic_message(method, mnemonic):
    error = make_error(mnemonic, code=row_of(mnemonic, method).code, method=method)
    assert error.message_code not in GENERIC
    for lang in ("ru", "en"):
        assert error.cause(lang)
        assert error.cure(lang)


def test_messages_of_different_errors_differ():
    """Two errors may share a text only when they are the same error in two editions."""
    codes = {}
    for mnemonic in MNEMONICS:
        if mnemonic not in UNDOCUMENTED:
            codes.setdefault(make_error(mnemonic, code=None, method="").message_code, []).append(mnemonic)
    assert {code: names for code, names in codes.items() if len(names) > 1} == {}
    texts = [message_of(code).ru for code in codes]
    assert len(texts) == len(set(texts))
