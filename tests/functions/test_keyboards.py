"""Keyboards from data and the client's choice."""

import pytest
from call_data import call, kind_of

GOODS = [
    {"text": "Футболки", "price": 100},
    {"text": "Шорты", "price": 150},
    {"text": "Носки", "price": 20},
    {"text": "Кепки", "price": 50},
]


def test_documented_keyboard():
    assert call("tools_make_button_str_checker", GOODS, "text", "2", "1") == {
        "numbered_list": "1. Футболки\n2. Шорты\n3. Носки\n4. Кепки\n",
        "buttons": [
            {"type": "inline", "text": "Футболки", "line": 0, "index_in_line": 0},
            {"type": "inline", "text": "Шорты", "line": 0, "index_in_line": 1},
            {"type": "inline", "text": "Носки", "line": 1, "index_in_line": 0},
            {"type": "inline", "text": "Кепки", "line": 1, "index_in_line": 1},
        ],
        "checker": "Футболки;1;Шорты;2;Носки;3;Кепки;4;",
    }


def test_keyboard_of_texts_has_one_reply_button_a_line():
    made = call("tools_make_button_str_checker", ["Да", 2], "", "", "", "0")
    assert [(b["type"], b["text"], b["line"], b["index_in_line"]) for b in made["buttons"]] == [
        ("reply", "Да", 0, 0),
        ("reply", "2", 1, 0),
    ]
    assert made["checker"] == "Да;2;"


def test_empty_keyboard():
    assert call("tools_make_button_str_checker", "[]") == {"numbered_list": "", "buttons": [], "checker": ""}


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("слово",), "type"),
        ((GOODS, "название"), "value"),
        ((GOODS,), "value"),
        ((GOODS, "text", 0), "value"),
        ((GOODS, "text", -1), "value"),
        ((GOODS, "text", "два"), "type"),
        ((GOODS, "text", 1, 2), "value"),
    ],
)
def test_bad_keyboards_are_reported(arguments, kind):
    assert kind_of("tools_make_button_str_checker", *arguments) == kind


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((GOODS, "Кепки", "text", "price"), 50),
        ((GOODS, "кепки", "text", "price"), ""),
        ((GOODS, 2, "text", "price"), 150),
        ((GOODS, "4", "text", "price"), 50),
        ((GOODS, "5", "text", "price"), ""),
        ((GOODS, "0", "text", "price"), ""),
        ((GOODS, "-1", "text", "price"), ""),
        ((GOODS, "1.5", "text", "price"), ""),
        ((GOODS, None, "text", "price"), ""),
        ((GOODS, "Кепки", "text", "вес"), ""),
        ((GOODS, "Кепки", "text"), "Кепки"),
        ((GOODS, "Кепки", "вес", "price"), ""),
        ((["Да", "Нет"], "Нет"), "Нет"),
        ((["Да", "Нет"], "2"), "Нет"),
        (([20, 30, 1], "1"), "1"),
        (([], "1"), ""),
    ],
)
def test_choice_of_the_client(arguments, expected):
    assert call("tools_check_user_input", *arguments) == expected
