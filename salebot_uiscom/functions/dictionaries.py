"""Dictionaries (reference: functions-data.md 3). Pairs keep the order in which they were written."""

from __future__ import annotations

from typing import Annotated, Any

from .. import values
from .arrays import joined, order_of
from .elements import as_container
from .registry import Array, Dictionary, Text, Truth, Value, Whole, function
from .sizes import check_length

PAGE = "kalkulyator/massivy-i-slovari/dlya-raboty-so-slovaryami"

ToTheEnd = Annotated[int | None, values.to_whole]


@function(page=PAGE)
def dict_keys_to_array(data: Dictionary) -> list[str]:
    """Ключи словаря массивом, по порядку.

    Примеры:
        dict_keys_to_array({"б": 1, "а": 2})  # ["б","а"]
        dict_keys_to_array([1, 2])  # ошибка type
    Ошибки:
        type — это не словарь.
    English:
        Keys of a dictionary in order.
    """
    return list(data)


@function(page=PAGE)
def dict_values_to_array(data: Dictionary) -> list[Any]:
    """Значения словаря массивом, по порядку.

    Примеры:
        dict_values_to_array({"A1": "апельсин", "A2": 7})  # ["апельсин",7]
        dict_values_to_array('слово')  # ошибка type
    Ошибки:
        type — это не словарь.
    English:
        Values of a dictionary in order.
    """
    return list(data.values())


@function(page=PAGE)
def get_values_by_key(data: Array, key: Text) -> list[Any]:
    """Значения одного ключа из массива словарей; словари без этого ключа пропускаются.

    Примеры:
        get_values_by_key([{"Цена": 1500}, {"Цена": 6000}, {"Вес": 1}], 'Цена')  # [1500,6000]
        get_values_by_key([], 'Цена')  # []
    Ошибки:
        type — это не массив.
    English:
        Values of one key from an array of dictionaries.
    """
    rows = (as_container(item) for item in data)
    return [row[key] for row in rows if isinstance(row, dict) and key in row]


@function(page=PAGE)
def exist_key(mass: Value, key: Text) -> bool:
    """Есть ли в словаре такой ключ; во вложенных словарях не ищет.

    Примеры:
        exist_key({"1": 123, "q": {"w": "e"}}, 'q')  # True
        exist_key({"1": 123, "q": {"w": "e"}}, 'w')  # False
        exist_key({"1": 123}, 1)  # True
        exist_key('слово', 'q')  # False
    Ошибки:
        Нет: у того, что не словарь, ответ False.
    English:
        Does the dictionary have this key at its outer level?
    """
    found = as_container(mass)
    return isinstance(found, dict) and key in found


@function(page=PAGE)
def key_index(mass: Value, key: Text) -> int:
    """Номер ключа в словаре, считая с нуля; −1, если его нет.

    Примеры:
        key_index({"1": 123, "2": 234, "q": 5}, 'q')  # 2
        key_index({"a": 1}, 'z')  # -1
    Ошибки:
        Нет: у того, что не словарь, ответ −1.
    English:
        Position of the key from 0, or −1.
    """
    found = as_container(mass)
    return list(found).index(key) if isinstance(found, dict) and key in found else -1


@function(page=PAGE)
def humanize(dict: Dictionary, delimiter: Text = ": ", from_i: Whole = 0, to_i: ToTheEnd = None) -> str:
    """Словарь текстом: по паре на строке, ключ и значение через разделитель.

    from_i и to_i — номера первой пары и той, перед которой остановиться, считая с нуля.

    Примеры:
        humanize({"Аня": 5, "Боря": 12}, ' - ') == 'Аня - 5\\nБоря - 12'  # True
        humanize({"a": 1, "b": 2, "c": 3}, '=', 0, 2) == 'a=1\\nb=2'  # True
        humanize({"цвет": "синий"})  # цвет: синий
    Ошибки:
        type — это не словарь или номер не целое число; limit — текст длиннее 1 000 000 символов.
    English:
        One pair a line, key and value joined by the delimiter, from pair `from_i` up to `to_i`.
    """
    pairs = list(dict.items())[from_i:to_i]
    check_length(len(delimiter) * len(pairs))
    return joined([f"{key}{delimiter}{values.to_text(item)}" for key, item in pairs], "\n")


@function(page=PAGE)
def sort_by_value(dict: Dictionary, b: Truth = False) -> dict[str, Any]:
    """Копия словаря по возрастанию значений, с True вторым аргументом — по убыванию.

    Примеры:
        sort_by_value({"а": 3, "б": 1, "в": 2})  # {"б":1,"в":2,"а":3}
        sort_by_value({"а": 3, "б": 1, "в": 2}, True)  # {"а":3,"в":2,"б":1}
        sort_by_value({"а": 1, "б": "x"})  # ошибка type
    Ошибки:
        type — это не словарь, или среди значений числа вместе с текстами, массивы, словари.
    English:
        A copy ordered by value, descending when `b` is true.
    """
    pairs = list(dict.items())
    places = order_of([item for _, item in pairs], b)
    return {pairs[place][0]: pairs[place][1] for place in places}
