"""Arrays (reference: functions-data.md 2). Functions give new arrays and never change their arguments (A2)."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable
from typing import Annotated, Any

from .. import values
from ..context import Context
from ..errors import Fault
from ..scope import DEAL, MAX_VARIABLES, check_target
from .elements import as_container, check_nesting, delete_element, read_element, write_element
from .equality import exact_key, match_key
from .registry import Array, Container, Text, Truth, Value, Whole, function
from .sizes import check_length

PAGE = "kalkulyator/massivy-i-slovari/dlya-raboty-s-massivami"
PAGE_LISTS = "kalkulyator/dlya-raboty-so-spiskami"
PAGE_FAQ = "chasto-zadavaemye-voprosy/faq"

ToTheEnd = Annotated[int | None, values.to_whole]
UNSUPPORTED = "array has unsupported elements"  # documented result of sum_array

_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_JSON_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "True": True, "False": False}


# ---------------------------------------------------------------- asking


@function(page=PAGE)
def arr_len(mass: Value = None) -> int:
    """Количество элементов массива или пар словаря.

    Для текста, который не массив и не словарь, — минус один; без значения — ноль.

    Примеры:
        arr_len(["Вася", "Петя", "Лена"])  # 3
        arr_len({"a": 1})  # 1
        arr_len('[1,2')  # -1
        arr_len()  # 0
    Ошибки:
        Нет.
    English:
        Number of elements of an array or pairs of a dictionary; −1 for anything else, 0 for nothing.
    """
    if mass is None:
        return 0
    container = as_container(mass)
    return -1 if container is None else len(container)


def _items(mass: Value) -> Iterable[Value]:
    """Elements of an array, values of a dictionary (Q13), nothing of anything else (A7)."""
    container = as_container(mass)
    if container is None:
        return ()
    return container.values() if isinstance(container, dict) else container


def _first(items: Iterable[Value], value: Value) -> int:
    wanted = match_key(value)
    return next((place for place, item in enumerate(items) if match_key(item) == wanted), -1)


@function(page=PAGE)
def in_array(mass: Value, value: Value) -> bool:
    """Есть ли в массиве такой элемент.

    Сравниваются элементы целиком; число равно такому же числу в кавычках; регистр букв важен. В словаре ищет среди
    значений.

    Примеры:
        in_array(["Вася", "Петя", "Лена"], 'Аня')  # False
        in_array(["10", "20"], 10)  # True
        in_array(["Лена"], 'лена')  # False
        in_array('просто текст', 'текст')  # False
    Ошибки:
        Нет: у того, что не массив, ответ False.
    English:
        Is there such an element in the array; a number equals its text.
    """
    return _first(_items(mass), value) >= 0


@function(page=PAGE)
def index(mass: Value, value: Value) -> int:
    """Номер первого такого элемента, считая с нуля; −1, если его нет.

    Сравнивает как in_array. В словаре — номер пары с таким значением.

    Примеры:
        index(["1", 2, 3, "4"], "1")  # 0
        index(["1", 2, 3, "4"], 5)  # -1
        index([[1], [2, 3]], [2, 3])  # 1
    Ошибки:
        Нет: у того, что не массив, ответ −1.
    English:
        Position of the first such element from 0, or −1.
    """
    return _first(_items(mass), value)


@function(page=PAGE_LISTS)
def count_occurrences(array: Array, element: Value) -> int:
    """Сколько раз элемент встречается в массиве. Сравнивает как in_array.

    Примеры:
        count_occurrences(['a', 'b', 'a'], 'a')  # 2
        count_occurrences([5, "5", 6], 5)  # 2
        count_occurrences([], 'a')  # 0
    Ошибки:
        type — это не массив.
    English:
        How many elements are equal to the given one.
    """
    wanted = match_key(element)
    return sum(match_key(item) == wanted for item in array)


@function(page=PAGE)
def sum_array(array: Array) -> int | float | str:
    """Сумма чисел массива; числа могут быть в кавычках.

    Если есть хоть один другой элемент, результат — текст array has unsupported elements.

    Примеры:
        sum_array([1, 2, 3, "-4"])  # 2
        sum_array([])  # 0
        sum_array([1, 2, 3, "a"])  # array has unsupported elements
    Ошибки:
        type — это не массив; overflow — сумма слишком велика.
    English:
        Sum of the numbers, or the text "array has unsupported elements".
    """
    numbers = [_number(item) for item in array]
    found = [number for number in numbers if number is not None]
    if len(found) < len(numbers):
        return UNSUPPORTED
    try:
        # fsum: the same last digit in every version of Python.
        whole = all(isinstance(number, int) for number in found)
        return values.checked(sum(found) if whole else math.fsum(found))
    except OverflowError:
        raise Fault("SB312") from None


def _number(value: Value) -> int | float | None:
    if isinstance(value, str):
        return values.parse_number(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


# ---------------------------------------------------------------- adding, replacing, removing


def _put_in(value: Value, as_json: bool) -> Value:
    """What `append` and `insert` store (A8): the text form, or with `priznak` the value, texts parsed as JSON."""
    if not as_json:
        return values.to_text(value)
    if not isinstance(value, str):
        return value
    if value in _JSON_WORDS:
        return _JSON_WORDS[value]
    if value[:1] == '"' or _JSON_NUMBER.fullmatch(value):
        alone = values.parse_json(f"[{value}]")
        return alone[0] if isinstance(alone, list) and len(alone) == 1 else value
    container = values.parse_json(value)
    return value if container is None else container


@function(page=PAGE)
def append(mass: Array, element: Value, priznak: Truth = False) -> list[Any]:
    """Копия массива с элементом в конце.

    Без третьего аргумента элемент добавляется как текст; с True — как есть: число, массив, словарь.

    Примеры:
        append(["Вася", "Петя"], 'Никита')  # ["Вася","Петя","Никита"]
        append([], 5)  # ["5"]
        append([1], 5, True)  # [1,5]
        append([1], {"a": 1}, True)  # [1,{"a":1}]
    Ошибки:
        type — первый аргумент не массив; limit — вложенность больше 100.
    English:
        A copy with the element at the end: as text, or as it is when the third argument is true.
    """
    item = _put_in(element, priznak)
    check_nesting(item, 1)
    return [*mass, item]


@function(page=PAGE)
def insert(mass: Array, index: Whole, value: Value, priznak: Truth = False) -> list[Any]:
    """Копия массива со значением на указанном месте, считая с нуля.

    Отрицательное место считается с конца, место за краем — это край. Без четвёртого аргумента значение вставляется
    как текст, с True — как есть.

    Примеры:
        insert(["Вася", "Петя"], 1, 'Никита')  # ["Вася","Никита","Петя"]
        insert(['a', 'b'], -1, 'x')  # ["a","x","b"]
        insert(['a'], 99, 'x')  # ["a","x"]
        insert([1], 0, {"a": 1}, True)  # [{"a":1},1]
    Ошибки:
        type — первый аргумент не массив или место не целое число; limit — вложенность больше 100.
    English:
        A copy with the value at that position: as text, or as it is when the fourth argument is true.
    """
    item = _put_in(value, priznak)
    check_nesting(item, 1)
    return [*mass[:index], item, *mass[index:]]


@function("del", page=PAGE)
def delete(mass: Container, key: Value) -> Any:
    """Копия массива без элемента с этим номером или словаря без этого ключа.

    Чего нет, то не удаляется. По значению удаляет remove.

    Примеры:
        del(["1", 2, 3, "4"], 0)  # [2,3,"4"]
        del(['a', 'b', 'c'], -1)  # ["a","b"]
        del({"a": 1, "b": 2}, 'a')  # {"b":2}
        del([1], 7)  # [1]
    Ошибки:
        type — это не массив и не словарь или номер не целое число.
    English:
        A copy without that position or key.
    """
    return delete_element(mass, [key])


@function(page=PAGE)
def remove(mass: Container, value: Value) -> Any:
    """Копия массива без первого элемента, равного значению. Сравнивает как in_array.

    У словаря убирает первую пару с таким значением.

    Примеры:
        remove(["1", 2, 3, "4"], '4')  # ["1",2,3]
        remove(["a", "b", "a"], 'a')  # ["b","a"]
        remove([], 'z')  # []
        remove('текст', 'т')  # ошибка type
    Ошибки:
        type — это не массив и не словарь.
    English:
        A copy without the first element equal to the value.
    """
    place = _first(_items(mass), value)
    if place < 0:
        return mass
    if isinstance(mass, dict):
        gone = list(mass)[place]
        return {key: item for key, item in mass.items() if key != gone}
    return [*mass[:place], *mass[place + 1 :]]


@function(page=PAGE_FAQ)
def get(mass: Value, key: Value) -> Value:
    """Элемент массива по номеру или словаря по ключу, как mass[key]; чего нет — пусто.

    Примеры:
        get({"1": "Италия", "2": "Крым"}, 2)  # Крым
        get(['x', 'y'], -1)  # y
        get(['x', 'y'], 5) == None  # True
    Ошибки:
        type — номер в массиве не целое число; none — номер или ключ не задан.
    English:
        The element at a position or under a key, or nothing.
    """
    return read_element(mass, key)


@function("set", page=PAGE_FAQ)
def set_element(mass: Container, key: Value, value: Value) -> Any:
    """Копия массива или словаря, в которой элемент заменён; нового ключа словаря — добавлен.

    Примеры:
        set({"a": 1}, 'b', 'x')  # {"a":1,"b":"x"}
        set(['a', 'b'], 0, 'z')  # ["z","b"]
        set(['a'], 5, 'z')  # ошибка index
    Ошибки:
        type — это не массив и не словарь; index — в массиве нет такого номера; limit — вложенность больше 100.
    English:
        A copy with the element replaced, or added to a dictionary.
    """
    return write_element(mass, [key], value)


@function(page=PAGE)
def array_slice(array: Array, start_index: Whole, end_index: ToTheEnd = None) -> list[Any]:
    """Часть массива от первого номера до второго, не включая его; без второго — до конца.

    Отрицательные номера считаются с конца, номера за краем — это край.

    Примеры:
        array_slice(["Футболки", "Шорты", "Носки"], 1)  # ["Шорты","Носки"]
        array_slice(["Футболки", "Шорты", "Носки"], 0, 2)  # ["Футболки","Шорты"]
        array_slice([1, 2, 3, 4], 1, -1)  # [2,3]
        array_slice([1, 2, 3], 2, 1)  # []
    Ошибки:
        type — это не массив или номер не целое число.
    English:
        The part from the first position up to the second, which is not included.
    """
    return array[start_index:end_index]


# ---------------------------------------------------------------- arrays as sets, order


@function(page=PAGE)
def except_arr(mas1: Array, mas2: Array) -> list[Any]:
    """Элементы первого массива, которых нет во втором; порядок и повторы остаются. Сравнивает как in_array.

    Примеры:
        except_arr([1, 2, 3], [2, 3])  # [1]
        except_arr([1, 1, 2], ["2"])  # [1,1]
        except_arr('нет', [1])  # ошибка type
    Ошибки:
        type — один из аргументов не массив.
    English:
        Elements of the first array that are not in the second.
    """
    others = set(map(match_key, mas2))
    return [item for item in mas1 if match_key(item) not in others]


@function(page=PAGE)
def cross_arr(mas1: Array, mas2: Array) -> list[Any]:
    """Элементы первого массива, которые есть и во втором; порядок и повторы остаются. Сравнивает как in_array.

    Примеры:
        cross_arr([1, 2, 3], [2, 3])  # [2,3]
        cross_arr(['c', 'a', 'b'], ['b', 'c'])  # ["c","b"]
        cross_arr([1, 2], [])  # []
    Ошибки:
        type — один из аргументов не массив.
    English:
        Elements of the first array that are in the second too.
    """
    others = set(map(match_key, mas2))
    return [item for item in mas1 if match_key(item) in others]


@function(page=PAGE)
def remove_duplicates(array: Array) -> list[Any]:
    """Копия массива без повторов; остаются первые. Число и такое же число в кавычках — разные элементы.

    Примеры:
        remove_duplicates([1, 2, 5, 1, 5, 3])  # [1,2,5,3]
        remove_duplicates([1, "1", 1])  # [1,"1"]
    Ошибки:
        type — это не массив.
    English:
        A copy with first occurrences only; 1 and "1" differ.
    """
    firsts: dict[Hashable, Value] = {}
    for item in array:
        firsts.setdefault(exact_key(item), item)
    return list(firsts.values())


@function(page=PAGE)
def shuffle_massive(run: Context, massive: Array) -> list[Any]:
    """Копия массива, в которой элементы перемешаны.

    Примеры:
        shuffle_massive([1, 2, 3])  # случайно
        sort(shuffle_massive([3, 1, 2]))  # [1,2,3]
    Ошибки:
        type — это не массив.
    English:
        A copy in random order.
    """
    shuffled = list(massive)
    run.random.shuffle(shuffled)
    return shuffled


def order_of(items: list[Value], descending: bool) -> list[int]:
    """Positions of the items in sorted order, stable (A18).

    Items that all read as numbers go by value (Q7), texts by code point; anything else cannot be ordered.
    """
    numbers = [_number(item) for item in items]
    keys: Any
    if None not in numbers:
        keys = numbers
    elif all(isinstance(item, str) for item in items):
        keys = items
    else:
        raise Fault("SB334")
    return sorted(range(len(items)), key=lambda place: keys[place], reverse=descending)


@function(page=PAGE)
def sort(mass: Container, b: Truth = False) -> Any:
    """Копия массива по возрастанию, с True вторым аргументом — по убыванию; словарь — по ключам.

    Числа (и числа в кавычках) сравниваются по величине, тексты — по буквам, заглавные раньше строчных.

    Примеры:
        sort([3, 1, 2])  # [1,2,3]
        sort(["10", "9", "100"])  # ["9","10","100"]
        sort(['в', 'а', 'б'], True)  # ["в","б","а"]
        sort({"б": 1, "а": 2})  # {"а":2,"б":1}
        sort([1, "а"])  # ошибка type
    Ошибки:
        type — это не массив и не словарь, или в массиве числа вместе с текстами, массивы, словари.
    English:
        A sorted copy, descending when `b` is true; a dictionary is sorted by its keys.
    """
    if isinstance(mass, dict):
        keys = list(mass)
        return {keys[place]: mass[keys[place]] for place in order_of(keys, b)}
    return [mass[place] for place in order_of(mass, b)]


# ---------------------------------------------------------------- into text and variables


def joined(parts: list[str], separator: str) -> str:
    """Parts joined, refused before memory is taken when too long: long delimiters multiply."""
    check_length(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


@function(page=PAGE)
def massive_to_text(
    massive: Array, header: Text = "", numbered: Truth = False, delimiter1: Text = ";", delimiter2: Text = ")"
) -> str:
    """Массив текстом: заголовок, затем по элементу на строке.

    numbered — 1, если строки нужно пронумеровать; delimiter1 ставится после элемента, delimiter2 — после номера.

    Примеры:
        massive_to_text(['a', 'b']) == 'a;\\nb;'  # True
        massive_to_text(['a', 'b'], 'Список', 1) == 'Список\\n1) a;\\n2) b;'  # True
        massive_to_text(['a', 'b'], '', 1, ',', '.') == '1. a,\\n2. b,'  # True
    Ошибки:
        type — это не массив; limit — текст длиннее 1 000 000 символов.
    English:
        The header, then one element per line, numbered if asked.
    """
    texts = [values.to_text(item) for item in massive]
    check_length((len(delimiter1) + len(delimiter2)) * len(texts))
    lines = [header] if header else []
    for number, text in enumerate(texts, 1):
        lines.append(f"{number}{delimiter2} {text}{delimiter1}" if numbered else f"{text}{delimiter1}")
    return joined(lines, "\n")


@function(page=PAGE, writes=True)
def unpack_list(run: Context, array: Array, var_name: Text = "var") -> bool:
    """Записывает элементы массива в переменные сделки var1, var2, … и возвращает True.

    Второй аргумент — другое начало имени. Переменные с большими номерами, оставшиеся с прошлого раза, не меняются.

    Примеры:
        unpack_list(["one", "two", "three"])  # True
        unpack_list(["раз", "два"], 'слово')  # True
        unpack_list(["раз"], '1слово')  # ошибка bad_name
    Ошибки:
        type — это не массив; bad_name — так назвать переменную нельзя; limit — переменных или символов слишком много.
    English:
        Writes the elements into deal variables var1, var2, … and returns True.
    """
    scope = run.scope
    if scope is None:
        raise Fault("SB203", name="unpack_list")
    if len(array) > MAX_VARIABLES:
        raise Fault("SB403", name=f"{var_name}{MAX_VARIABLES + 1}", limit=MAX_VARIABLES)
    names = [f"{var_name}{number}" for number in range(1, len(array) + 1)]
    for name in names:
        check_target(name)
    before = [scope.get_in(DEAL, name) for name in names]
    try:
        for name, item in zip(names, array, strict=True):
            scope.put(DEAL, name, item)
    except Fault:
        # A failing statement changes nothing (D-11).
        for name, item in zip(names, before, strict=True):
            scope.put(DEAL, name, item)
        raise
    return True
