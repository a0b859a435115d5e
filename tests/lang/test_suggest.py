from __future__ import annotations

import time

import pytest

from salebot_uiscom.functions.pages import HOST_FUNCTIONS, built_in_catalog
from salebot_uiscom.lang.suggest import is_mixed, nearest, same_but_for_spelling

FUNCTIONS = sorted({*built_in_catalog(), *HOST_FUNCTIONS, "if"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("uiscom_employe_call", "uiscom_employee_call"),
        ("prise", "price"),
        ("rond", "round"),
        ("ruond", "round"),
        ("кщгтв", "round"),
        ("rоund", "round"),  # Cyrillic о
        ("рrice", "price"),  # Cyrillic р
        ("сlient", "client"),  # Cyrillic с
        ("Round", "round"),
        ("ROUND", "round"),
        ("employee call", "uiscom_employee_call"),
        ("employeecall", "uiscom_employee_call"),
        ("uiscomEmployeeCall", "uiscom_employee_call"),
        ("arrlen", "arr_len"),
        ("ArrLen", "arr_len"),
        ("add_Days", "addDays"),
        ("AddDay", "addDays"),
        ("currentDate", "current_date"),
        ("ghjtrn", "проект"),
        ("Телефн", "телефон"),
    ],
)
def test_nearest_name_is_what_was_meant(typed: str, meant: str) -> None:
    assert meant in nearest(typed, [*FUNCTIONS, "price", "client", "current_date", "проект", "телефон"])[:2]


@pytest.mark.parametrize("typed", ["x", "ab", "совсем_другое", "", "я" * 600])
def test_nothing_is_suggested_for_what_resembles_nothing(typed: str) -> None:
    assert nearest(typed, ["round", "phone", "uiscom_employee_call"]) == []


def test_the_name_itself_is_no_suggestion() -> None:
    assert nearest("phone", ["phone", "phones"]) == ["phones"]


def test_likeliest_comes_first() -> None:
    assert nearest("Phone", ["phones", "phone", "phono"])[0] == "phone"


def test_a_thousand_candidates_take_little_time() -> None:
    names = [f"переменная_{number}_{'x' * (number % 7)}" for number in range(1000)]
    nearest("переменая_12_x", names)
    start = time.process_time()
    for _ in range(5):
        nearest("переменая_12_x", names)
    assert (time.process_time() - start) / 5 < 0.25


def test_spelling_variants_are_told() -> None:
    assert same_but_for_spelling("Phone", "phone")
    assert same_but_for_spelling("рhone", "phone")
    assert not same_but_for_spelling("phone", "phone")
    assert not same_but_for_spelling("phone", "phones")


@pytest.mark.parametrize(
    ("word", "mixed"),
    [
        ("сlient", True),
        ("client", False),
        ("телефон_client", False),
        ("Возраст1", False),
        ("QRкод", False),
        ("имяA", True),
    ],
)
def test_mixed_alphabets_are_seen_inside_a_word(word: str, mixed: bool) -> None:
    assert is_mixed(word) is mixed
