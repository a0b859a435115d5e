"""Match types of conditions (host.md 5: H11–H16)."""

import time

import pytest

from salebot_uiscom.host.matching import forbids, is_empty, is_similar, matches, similarity


@pytest.mark.parametrize(
    ("left", "right", "ratio"),
    [
        ("привет", "привед", 0.833),
        ("привет", "првед", 0.727),
        ("привет", "превет", 0.833),
        ("привет", "превед", 0.667),
        ("привет", "прив", 0.800),
        ("Uiscom_event Успешный звонок", "Uiscom_event Неуспешный звонок", 0.966),
        ("Uiscom_event Входящий звонок", "Uiscom_event Исходящий звонок", 0.947),
        ("Uiscom_event call_end", "Uiscom_event call_start", 0.818),
        ("Uiscom_event lost", "Uiscom_event answered", 0.737),
        ("позвоните мне", "пазваните мне", 0.846),
        ("звонок", "позвоните мне", 0.421),
        ("звонок", "перезвоните", 0.471),
        ("  Ещё   раз ", "еще раз", 1.0),
    ],
)
def test_similarity_has_the_documented_values(left, right, ratio):
    assert similarity(left, right) == pytest.approx(ratio, abs=0.0006)
    assert is_similar(left, right) == (ratio > 0.7)


@pytest.mark.parametrize(
    ("message", "expected"),
    [("привед", True), ("првед", True), ("ПРЕВЕТ", True), ("превед", False), ("прив", True), ("до свидания", False)],
)
def test_fuzzy_condition_forgives_misspelling_above_seventy_percent(message, expected):
    assert matches("привет", message, "fuzzy") is expected


def test_very_long_message_is_told_apart_at_once():
    started = time.perf_counter()
    assert not matches("привет", "а" * 100_000, "fuzzy")
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize(
    ("condition", "message", "expected"),
    [
        ("(тар план|тариф) (подключ|менит)", "как сменить тарифный план", True),
        ("(тар план|тариф) (подключ|менит)", "какой тариф", False),
        ("(тар план|тариф) (подключ|менит)", "подключить тар. и план", True),
        ("привет;человек", "хочу поприветствовать вас", True),
        ("позвон номер", "номер такой, позвоните", True),
        ("позвон номер", "позвоните", False),
        ("(позвон|перезвон)", "Перезвоните, пожалуйста", True),
        ("грустно :(", "мне грустно :(", True),
        ("грустно :(", "мне грустно", False),
    ],
)
def test_keywords_are_stems_in_any_order(condition, message, expected):
    assert matches(condition, message, "keywords") is expected


def test_exact_ignores_case_and_outer_space():
    assert matches("Uiscom_event Пропущенный", " uiscom_event ПРОПУЩЕННЫЙ ", "exact")
    assert not matches("Uiscom_event Пропущенный", "Uiscom_event Пропущеный", "exact")


@pytest.mark.parametrize("match", ["fuzzy", "keywords", "exact", "regex"])
def test_semicolon_separates_alternatives_in_every_type(match):
    assert matches("яблоко;груша", "груша", match)
    assert not matches("яблоко;груша", "слива", match)
    assert matches(";;", "слива", match)


def test_regex_searches_case_sensitively_and_keeps_spaces():
    assert matches("^7[0-9]{10}$", "79004443322", "regex")
    assert not matches("^7[0-9]{10}$", "790044433220", "regex")
    assert not matches("абв", "АБВ", "regex")
    assert not matches(" абв", "абв", "regex")


def test_broken_and_endless_regexes_do_not_match():
    assert not matches("(", "(", "regex")
    started = time.perf_counter()
    assert not matches("^(a+)+$", "a" * 40 + "!", "regex")
    assert time.perf_counter() - started < 2


def test_comparison_by_meaning_never_matches():
    assert not matches("привет", "привет", "meaning")


def test_minus_strings_use_the_match_type_of_the_element():
    assert forbids("не", "не звоните", "keywords")
    assert not forbids("не", "позвоните", "exact")
    assert forbids("отмена;стоп", "СТОП", "exact")


@pytest.mark.parametrize("question", ["привет", "a;b", "(", "+7 900", ";"])
@pytest.mark.parametrize("match", ["fuzzy", "keywords", "exact", "regex"])
def test_minus_that_is_the_message_itself_blocks_any_message(match, question):
    assert forbids(question, question, match)


def test_condition_of_separators_alone_is_empty():
    assert is_empty(" ; ;")
    assert not is_empty("а;")
