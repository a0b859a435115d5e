"""What a client types is data: it never becomes code, a name of a built-in, a key, or another placeholder."""

from __future__ import annotations

import json

import pytest

import salebot_uiscom as su

SECRET = "ключ-проекта"

HOSTILE = [
    "2+2", "1/0", "api_key", "#{api_key}", "#{#{a}}", '" + api_key + "', "' + api_key + '", "` + api_key + `", "#{", "}", "#{}",
    '"', "'", "`", "\\", "\\\"", "\\#{api_key}", "\n", "\r\n", "a\nb = 5", "x = 5\ny = 6", "*/ x = 5", "/* x", "del b",
    "if(1, 2, 3)", "round(1.5)", "[1, 2]", '{"a": 1}', '", "k": "v', '"}, {"k": "v', "], [", "True", "None", "null", "e", "E",
    "client.b", "_key", "b", "b[0]", "\u2028", "\u0000", "{0.__class__}", "%s%n", "${b}", "{{b}}", "<script>", "0451", "1e999",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_client_text_stays_text_everywhere(text: str) -> None:
    given = {"q": text, "b": "чужое", "api_key": SECRET, "client.b": "клиентское"}
    code = (
        'a1 = q\na2 = #{q}\na3 = "#{q}"\na4 = \'#{q}\'\na5 = `#{q}`\na6 = до #{q} после\na7 = "x" + q + "y"\n'
        'a8 = ["#{q}"]\na9 = {"k": "#{q}"}\nb1 = \'{"n": "#{q}", "k": 1}\'\nb2 = b1["n"]\nb3 = arr_len(b1)'
    )
    for _ in range(4):  # through the stages of fast code too
        outcome = su.evaluate(code, given)
        assert outcome.errors == []
        got = outcome.variables
        assert [got[name] for name in ("a1", "a2", "a3", "a4", "a5")] == [text] * 5
        assert got["a6"] == f"до {text} после"
        assert got["a7"] == f"x{text}y"
        assert got["a8"] == [text]
        assert got["a9"] == {"k": text}
        assert json.loads(got["b1"]) == {"n": text, "k": 1}
        assert got["b2"] == text
        assert got["b3"] == 2
        assert got["b"] == "чужое"
        assert got.keys() == {
            "q",
            "b",
            "client.b",
            "a1",
            "a2",
            "a3",
            "a4",
            "a5",
            "a6",
            "a7",
            "a8",
            "a9",
            "b1",
            "b2",
            "b3",
        }
        assert all(SECRET not in str(value) for value in got.values())


@pytest.mark.parametrize("text", HOSTILE)
def test_client_text_in_messages_and_conditions(text: str) -> None:
    given = {"q": text, "api_key": SECRET, "b": "чужое"}
    assert su.render("<#{q}|#{q}>", given) == f"<{text}|{text}>"
    assert bool(su.check_condition('"#{q}" == q', given))
    assert bool(su.check_condition("q == #{q}", given))
    assert not su.check_condition('"#{q}" == ""', given)


@pytest.mark.parametrize("text", HOSTILE)
def test_client_text_never_selects_a_built_in(text: str) -> None:
    given = {"q": text, "api_key": SECRET, "client_id": SECRET, "question": SECRET}
    for template in (
        "#{#{q}}",
        "#{api#{q}}",
        "#{a#{q}}",
        "#{client#{q}}",
        "#{#{q}_key}",
        "#{client.#{q}}",
        "#{quest#{q}ion}",
    ):
        assert SECRET not in su.render(template, given)
        outcome = su.evaluate(f"x = {template}\ny = [{template}]\nz = '{template}'", given)
        assert all(SECRET not in str(value) for value in outcome.variables.values())


@pytest.mark.parametrize("text", HOSTILE)
def test_client_text_never_writes_a_built_in(text: str) -> None:
    given = {"q": text, "api_key": SECRET, "question": SECRET}
    for line in ("api#{q} = 5", "a#{q} = 5", "x#{q} = 5", "client.x#{q} = 5", "del x#{q}", "quest#{q} = 5"):
        outcome = su.evaluate(line, given)
        assert not {"api_key", "question", "client.api_key"} & outcome.variables.keys()
        assert all(name.removeprefix("client.")[0].isalpha() for name in outcome.variables)
        assert all("[" not in name and " " not in name and "\n" not in name for name in outcome.variables)
        assert {error.kind for error in outcome.errors} <= {"bad_name", "readonly"}


def test_functions_cannot_reach_a_built_in_by_name() -> None:
    given = {"api_key": SECRET, "client_id": "7", "client.a": 1}
    code = (
        "a = get_client_var(7, 'api_key')\nb = get_client_vars(7, ['api_key', 'a'])\nc = set_client_var(7, 'api_key', 5)\n"
        "d = unpack_list([1], 'api_key')"
    )
    outcome = su.evaluate(code, given)
    assert all(SECRET not in str(value) for value in outcome.variables.values())
    assert "readonly" in [error.kind for error in outcome.errors]
    assert su.evaluate("x = api_key", given).variables["x"] == SECRET  # an author may read it by its name


def test_errors_hide_phones() -> None:
    outcome = su.evaluate("x = a - 1", {"a": "тел 79161234567"})
    assert [error.kind for error in outcome.errors] == ["type"]
    assert "79161234567" not in str(outcome.errors[0]) + json.dumps(outcome.errors[0].to_dict())


def test_variables_given_are_never_changed() -> None:
    given = {"a": [1, [2]], "d": {"k": {"x": 1}}, "client.c": [1], "$clients": {"5": {"u": 1}}, "client_id": "7"}
    before = json.dumps(given)
    code = (
        "a[0] = 5\na[1][0] = 6\nd['k']['x'] = 2\ndel d['k']['x']\nclient.c[0] = 9\nb = append(a, 1)\nset_client_var(5, 'u', 2)\n"
        "set_client_var(7, 'c', 3)\na[1] = d\nc = sort(a[1])"
    )
    for _ in range(4):
        su.evaluate(code, given)
        assert json.dumps(given) == before
