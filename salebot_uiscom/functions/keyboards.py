"""Keyboards made from data, and the client's choice found in the same data (functions-data.md 2, Q11)."""

from __future__ import annotations

from typing import Any

from ..errors import Fault
from ..values import parse_number, to_text
from .elements import as_container
from .equality import match_key
from .registry import Array, Text, Truth, Value, Whole, function

PAGE_ARRAYS = "kalkulyator/massivy-i-slovari/dlya-raboty-s-massivami"
PAGE_DICTIONARIES = "kalkulyator/massivy-i-slovari/dlya-raboty-so-slovaryami"
BUTTON_TYPES = ("reply", "inline")


@function(page=PAGE_ARRAYS)
def tools_make_button_str_checker(
    values_list: Array, key: Text = "", in_line: Whole = 1, button_type: Whole = 0, checker_with_numbers: Truth = True
) -> dict[str, Any]:
    """Готовит из массива список для сообщения, кнопки и строку проверки ответа.

    values_list — массив текстов или словарей; key — ключ, под которым в словаре текст кнопки; in_line — кнопок в ряду;
    button_type — 0 обычные, 1 под сообщением (inline); checker_with_numbers — 0, если в проверке не нужны номера.
    Результат — словарь с ключами numbered_list, buttons, checker.

    Примеры:
        tools_make_button_str_checker(['Да', 'Нет'])['numbered_list'] == '1. Да\\n2. Нет\\n'  # True
        tools_make_button_str_checker(['Да', 'Нет'])['checker']  # Да;1;Нет;2;
        tools_make_button_str_checker(['Да', 'Нет'], '', 2, 1, 0)['checker']  # Да;Нет;
        tools_make_button_str_checker(['Да'])['buttons']  # [{"type":"reply","text":"Да","line":0,"index_in_line":0}]
    Ошибки:
        type — это не массив или не число там, где оно нужно; value — кнопок в ряду меньше одной, вид не 0 и не 1,
        в словаре нет ключа.
    English:
        A numbered list, buttons and a checker string from an array of texts or of dictionaries.
    """
    if in_line < 1:
        raise Fault("SB314", expected="≥ 1", got=in_line)
    if button_type not in (0, 1):
        raise Fault("SB314", expected="0, 1", got=button_type)
    texts = [_text(item, key) for item in values_list]
    if None in texts:
        raise Fault("SB336", name=key or "''")
    kind = BUTTON_TYPES[button_type]
    return {
        "numbered_list": "".join(f"{number}. {text}\n" for number, text in enumerate(texts, 1)),
        "buttons": [
            {"type": kind, "text": text, "line": place // in_line, "index_in_line": place % in_line}
            for place, text in enumerate(texts)
        ],
        "checker": "".join(
            f"{text};{number};" if checker_with_numbers else f"{text};" for number, text in enumerate(texts, 1)
        ),
    }


@function(page=PAGE_DICTIONARIES)
def tools_check_user_input(values_list: Array, user_input: Value, key: Text = "", return_key: Text = "") -> Value:
    """Находит выбранное клиентом: значение return_key того словаря, у которого под key стоит его ответ.

    Ответ может быть номером из списка. Из массива текстов возвращается сам текст; если ничего не подошло — пусто.

    Примеры:
        tools_check_user_input([{"text": "Носки", "price": 20}, {"text": "Кепки", "price": 50}], 'Кепки', 'text', 'price')  # 50
        tools_check_user_input([{"text": "Носки", "price": 20}, {"text": "Кепки", "price": 50}], 1, 'text', 'price')  # 20
        tools_check_user_input(['Да', 'Нет'], 'Нет')  # Нет
        tools_check_user_input(['Да', 'Нет'], 'Может быть') == ''  # True
    Ошибки:
        type — это не массив.
    English:
        The value of `return_key` in the dictionary whose `key` equals the client's answer or its number; empty if none.
    """
    wanted = match_key(user_input)
    for item in values_list:
        text = _text(item, key)
        if text is not None and match_key(text) == wanted:
            return _chosen(item, text, return_key)
    number = parse_number(to_text(user_input))
    if isinstance(number, int) and 1 <= number <= len(values_list):
        item = values_list[number - 1]
        return _chosen(item, _text(item, key) or "", return_key)
    return ""


def _text(item: Value, key: str) -> str | None:
    """Text of one choice; None when a dictionary has no such key."""
    found = as_container(item)
    if not isinstance(found, dict):
        return to_text(item)
    return to_text(found[key]) if key in found else None


def _chosen(item: Value, text: str, return_key: str) -> Value:
    found = as_container(item)
    if isinstance(found, dict) and return_key:
        value = found.get(return_key)
        return "" if value is None else value
    return text
