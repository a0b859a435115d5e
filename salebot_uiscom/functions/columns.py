"""Columns of spreadsheets: letters and numbers, A = 1, Z = 26, AA = 27 (functions-dates.md Q14)."""

from __future__ import annotations

import re

from ..errors import Fault
from .registry import Text, Whole, function

MAX_LETTERS = 100  # far beyond any table, and still a quick number

_LETTERS = re.compile(rf"[A-Z]{{1,{MAX_LETTERS}}}")


def _number(letters: str) -> int:
    name = letters.strip().upper()
    if _LETTERS.fullmatch(name) is None:
        raise Fault("SB335", got=letters)
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


_LARGEST = _number("Z" * MAX_LETTERS)


def _letters(number: int) -> str:
    if not 1 <= number <= _LARGEST:
        raise Fault("SB314", expected="≥ 1", got=number)
    name = ""
    while number:
        number, digit = divmod(number - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


@function()
def c2n(letters: Text) -> int:
    """Номер столбца таблицы по его буквам: A — 1, Z — 26, AA — 27.

    Примеры:
        c2n('A')  # 1
        c2n('AA')  # 27
        c2n('7')  # ошибка value
    Ошибки:
        value — это не латинские буквы.
    English:
        Number of a spreadsheet column by its letters.
    """
    return _number(letters)


@function()
def n2c(number: Whole) -> str:
    """Буквы столбца таблицы по его номеру: 1 — A, 26 — Z, 27 — AA.

    Примеры:
        n2c(28)  # AB
        n2c(0)  # ошибка value
    Ошибки:
        value — номер меньше 1; type — не целое число.
    English:
        Letters of a spreadsheet column by its number.
    """
    return _letters(number)


@function("addCols", aliases=("add_cols",))
def add_cols(letters: Text, n: Whole) -> str:
    """Столбец таблицы на столько-то правее; отрицательное число — левее.

    Примеры:
        addCols('A', 2)  # C
        addCols('Z', 1)  # AA
        addCols('A', -1)  # ошибка value
    Ошибки:
        value — это не латинские буквы или столбца левее A нет; type — не целое число.
    English:
        The spreadsheet column that many to the right.
    """
    return _letters(_number(letters) + n)
