"""Every rule has an example that gives it and one that gives nothing; good code gives nothing; fixes put it right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salebot_uiscom as su
from salebot_uiscom.lint import BY_CODE, RULES, Rule, check_bot_text, check_field, fix_bot, fix_field
from salebot_uiscom.messages import all_messages

HERE = Path(__file__).parent
CONFORMANCE = HERE.parent / "conformance"
CATALOG = su.Interpreter(entry_points=False).catalog


def codes(rule: Rule, text: str) -> list[str]:
    if rule.where == "bot":
        return [item.code for item in check_bot_text(text, CATALOG)]
    return [item.code for item in check_field(text, CATALOG, kind=rule.where)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_example_gives_exactly_its_rule(rule: Rule) -> None:
    assert codes(rule, rule.bad) == [rule.code]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_good_example_gives_nothing(rule: Rule) -> None:
    assert codes(rule, rule.good) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fix_turns_the_bad_example_into_the_good_one(rule: Rule) -> None:
    if rule.where == "bot":
        findings = check_bot_text(rule.bad, CATALOG)
        fixed = fix_bot(rule.bad, findings)
    else:
        findings = check_field(rule.bad, CATALOG, kind=rule.where)
        fixed = fix_field(rule.bad, findings)
    assert fixed == (rule.good if rule.fixable else rule.bad)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_finding_tells_what_and_how_to_fix(rule: Rule, lang: str) -> None:
    if rule.where == "bot":
        (finding,) = check_bot_text(rule.bad, CATALOG, lang=lang)
    else:
        (finding,) = check_field(rule.bad, CATALOG, kind=rule.where, lang=lang)
    assert finding.severity == rule.severity
    assert finding.message
    assert finding.hint
    assert "?" not in finding.message  # a text with a hole in it
    assert 0 <= finding.span.start < finding.span.end <= len(finding.source.text) + 1


def test_every_rule_has_texts_and_every_text_a_rule() -> None:
    told = {code for code in all_messages() if code.startswith("SB7")}
    assert told == set(BY_CODE)
    assert len(RULES) == len(BY_CODE) >= 25


def cases() -> list[dict[str, Any]]:
    lines = [line for file in sorted(CONFORMANCE.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines if line]


def allowed() -> dict[str, set[str]]:
    lines = (HERE / "allowed.txt").read_text("utf-8").splitlines()
    return {line.split()[0]: set(line.split()[1:]) for line in lines if line and not line.startswith("#")}


def test_no_false_alarm_on_the_cases_of_the_reference() -> None:
    surprises, used = [], {}
    for case in cases():
        kind = "calculator" if "code" in case else "message" if "template" in case else "compare"
        text = case.get("code") or case.get("template") or case.get("condition") or ""
        known = [name.rpartition(".")[2] for name in case.get("setup") or {}]
        found = {item.code for item in check_field(text, CATALOG, kind=kind, known=known)}
        if "error" not in case["expect"] and found != allowed().get(case["id"], set()):
            surprises.append((case["id"], found))
        used[case["id"]] = found
    assert surprises == []
    assert set(allowed()) <= set(used)


def test_suppressing_comment_silences_its_line_only() -> None:
    text = "x = 5 / 0 /* noqa SB726 */\ny = 5 / 0\nz = 5 / 0 /* noqa */\nw = 5 / 0 /* noqa SB701 */"
    assert [(item.code, item.line) for item in check_field(text, CATALOG)] == [("SB726", 2), ("SB726", 4)]


def test_names_known_from_outside_are_not_taken_for_slips() -> None:
    assert check_field("x = price - 1", CATALOG, known=["price"]) == []
    (finding,) = check_field("x = prise - скидка", CATALOG, known=["price"])
    assert (finding.code, "price" in finding.hint) == ("SB712", True)


def test_what_stops_a_line_has_a_kind_of_error_and_the_rest_is_a_warning() -> None:
    messages = all_messages()
    assert {rule.code: messages[rule.code].kind == "warning" for rule in RULES} == {
        rule.code: rule.severity == "warning" for rule in RULES
    }


@pytest.mark.parametrize("where", ["calculator", "message", "compare"])
def test_holes_without_end_are_told_and_break_nothing(where: str) -> None:
    text = "x = " + '"#{' * 2000
    for item in check_field(text, CATALOG, kind=where):
        assert 0 <= item.span.start <= item.span.end <= len(text)
        assert item.message
    assert "SB406" in [item.code for item in check_field(text[4:], CATALOG, kind="message")]


BECAME_TEXT = [
    # right side, code, what the cure names
    ("раунд(2)", "SB719", "round"),
    ("Раунд(цена, 2)", "SB719", "round"),
    ('Если(цена > 5, "да", "нет")', "SB719", "if"),
    ("ДЛИНА(город)", "SB719", "len"),
    ("макс(1, 2, 3)", "SB719", "max"),
    ("рандом(1, 10)", "SB719", "random"),
    ('позвонить("79001112233")', "SB719", "uiscom_employee_call"),
    ('есть_ключ(d, "a")', "SB719", "exist_key"),
    ("посчитать(цена)", "SB719", "salebot-uiscom functions"),
    ("1 + посчитать([1, 2])", "SB719", "salebot-uiscom functions"),
    ("проверить_номер(5)", "SB719", "salebot-uiscom functions"),
    ("конец()", "SB719", "salebot-uiscom functions"),
    ('Если(есть_ключ(d, "a"), 1, 2)', "SB719", "if"),
    ("rond(2", "SB702", "round"),
    ("cоncat('a', 'b')", "SB710", "concat"),
    ("2,5 + 1", "SB738", "2.5 + 1"),
    ("цена * 1,2", "SB738", "цена * 1.2"),
    ("(1,5 + 2,5) / 2", "SB738", "(1.5 + 2.5) / 2"),
    ("цена > 2,5", "SB738", "цена > 2.5"),
    ("5 +", "SB702", ""),
    ("цена *", "SB702", ""),
    ("5+3+", "SB702", ""),
    ("цена > 5 and", "SB702", ""),
    ("a == 1 и b == 2", "SB727", "and"),
    ('a == "и" ИЛИ a == "или"', "SB727", "or"),
    ("не a == 1", "SB727", "!="),
    ("a == 1 And b == 2", "SB727", "and"),
    ("if(a == 1 и b == 2, 1, 2)", "SB727", "and"),
    ("if(not a == 1, 1, 2)", "SB727", "!="),
]


@pytest.mark.parametrize(("right", "code", "named"), BECAME_TEXT, ids=[right for right, _, _ in BECAME_TEXT])
def test_broken_code_that_became_text_is_told_and_stays_text(right: str, code: str, named: str) -> None:
    (finding,) = check_field(f"x = {right}", CATALOG, known=["цена", "город"])
    assert (finding.code, named in finding.hint) == (code, True)
    assert named in finding.in_language("en").hint
    outcome = su.evaluate(f"x = {right}", {"цена": 2, "город": "Тула"})
    assert (outcome.variables["x"], outcome.errors) == (right, [])


@pytest.mark.parametrize(
    "right",
    [
        "Цена (руб)", "Цена(руб)", "Салат(200)", "Раунд (первый)", "Сет(5)", "чай и кофе", "чай или кофе", "не готово",
        "5,5", "-2,5", "от 1,5 до 2", "Оценка 8,9/10", "10,5 шт", "1,2,3", "18+", "10 %", "Disney+",
        "C++", "Спасибо :(", "Грустно (", "Если", "Если что (звоните)", "Тариф - 5,5",
        "Привет (мир)", "Заказ(#{номер})", "Точка(55.7, 37.6)", "Цвет(красный, синий)", "кол-во(шт)",
        'Кафе "Луна"(центр)', "привет -", "да + нет и", "A and", "или",
    ],
)  # fmt: skip
def test_ordinary_text_is_let_be(right: str) -> None:
    assert check_field(f"x = {right}", CATALOG) == []


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("a == 1 и b == 2", "and"),
        ("a == 1 ИЛИ b == 2", "or"),
        ("не a == 1", "!="),
        ("not a", "!="),
        ("a == 1 Or b", "or"),
    ],
)
def test_words_of_logic_in_a_condition_are_told_apart(condition: str, named: str) -> None:
    for error in (*check_field(condition, CATALOG, kind="compare"), *su.check_condition(condition).errors):
        assert (error.code, error.kind, named in error.hint) == ("SB102", "syntax", True)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("weekday > 7", "SB720"),
        ("weekday == 'Понедельник'", "SB720"),
        ("weekday >= 1", "SB721"),
        ("current_time > 18", "SB720"),
        ("current_time >= '09:00' and current_time < '08:00'", "SB720"),
        ("current_date == '2026-03-02'", "SB720"),
        ("message_from_outside == 7", "SB720"),
        ("1 < a < 1", "SB720"),
        ("a > 5 and b == 1 and a < 3", "SB720"),
        ("a < 5 or a >= 5 or a != 5", "SB721"),
        ("дата > '01.02.2026' and дата < '01.01.2026'", "SB720"),
        ("дата > '01.01.2026' and дата < '02.01.2026'", "SB720"),
        ("a == 'да' and a == 'нет'", "SB720"),
        ("a == 5 and a == '5.0' and a != 5", "SB720"),
    ],
)
def test_conditions_that_decide_nothing_are_found(condition: str, code: str) -> None:
    assert [item.code for item in check_field(f"x = if({condition}, 1, 0)", CATALOG)] == [code]


@pytest.mark.parametrize(
    "condition",
    [
        "weekday < 6 and current_time >= '09:00' and current_time < '18:00'",
        "weekday == 5 and current_time >= '18:00'",
        "a > 5 or a < 3",
        "a >= 5 and a <= 5",
        "a == 5 or b == 5 and a == 6",
        "a > 1 and b < 1",
        "дата > '01.01.2026' and дата < '03.01.2026'",
        "срок > '01.01.2026 10:00' and срок < '01.01.2026 10:02'",
        "имя > 'а' and имя < 'б'",
        "message_from_outside == 3",
        "client_type == 6",
        "tag == 'NONE'",
        "a == None or a == 'нет'",
        "a != None and a != 0",
        "a > 0.1 and a < 0.2",
        "len(a) == 5 and len(a) > 6",
    ],
)
def test_conditions_that_decide_are_let_be(condition: str) -> None:
    assert check_field(f"x = if({condition}, 1, 0)", CATALOG) == []


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.text("ab5 =+-*/%^()[]{}#\"'`,:.<>\n\u00a0&|й_", max_size=40),
    st.sampled_from(["calculator", "message", "compare"]),
)
def test_any_text_is_checked_without_failing_and_with_places_inside_it(text: str, kind: str) -> None:
    for finding in check_field(text, CATALOG, kind=kind):
        assert 0 <= finding.span.start <= finding.span.end <= len(text) + 1
        assert str(finding)


@pytest.mark.parametrize("name", ["uiscom_employee_call", "uiscom_scenario_call"])
def test_a_call_without_its_third_argument_is_told_before_it_fails(name: str) -> None:
    [finding] = check_field(f"r = {name}('78001002752', phone)", CATALOG)
    assert (finding.code, finding.data["expected"]) == ("SB202", "3")
    assert finding.hint.endswith("_id)")


@pytest.mark.parametrize("right", ["const.vnum", "round(const.vnum)", "deal.vnum + 1"])
def test_a_prefix_of_a_constant_or_of_the_deal_is_told_with_the_bare_name(right: str) -> None:
    [finding] = check_field(f"x = {right}", CATALOG, constants={"vnum": "78001002752"})
    assert finding.code == "SB702"
    assert finding.hint == "константы и переменные сделки пишут без приставки: vnum"


def test_a_text_with_such_a_prefix_is_left_alone() -> None:
    assert check_field("x = сайт const.example", CATALOG) == []


def test_an_unset_variable_is_not_said_to_be_none() -> None:
    text = '[[block]]\nid = 1\nkind = "start"\ncondition = "a"\nmessage = "#{client.fone}"\n'
    [finding] = check_bot_text(text, CATALOG)
    assert finding.code == "SB716"
    assert "None" not in finding.hint


@pytest.mark.parametrize("given", ["[constants]\nsave_webhook = 1\n", ""])
def test_bodies_are_kept_by_a_constant_or_a_variable_of_the_deal(given: str) -> None:
    line = "" if given else "save_webhook = 1\n"
    text = given + '[[block]]\nid = 1\nkind = "start"\ncondition = "Uiscom_event A"\nmatch = "exact"\n'
    text += f"calc = '''\n{line}x = uiscom_request[\"call_session_id\"]\n'''\n"
    assert check_bot_text(text, CATALOG) == []
