"""Text functions (reference: functions-core.md 4)."""

from __future__ import annotations

import re
from typing import Annotated

from .. import values
from ..context import Context
from ..errors import Fault
from .registry import Array, Text, Truth, Value, Whole, function
from .sizes import bounded, check_length

PAGE = "kalkulyator/dlya-raboty-so-strokami"

# An optional whole number: the default None means «to the end», «all».
WholeOrAll = Annotated[int | None, values.to_whole]

_WORD = re.compile(r"[^\s-]+")
_NO_DIGITS = re.compile(r"[^0-9]+")


@function(page=PAGE)
def substring(str: Text, n1: Whole, n2: WholeOrAll = None) -> str:
    """Часть текста: от символа `n1` до символа `n2`, не включая его; счёт с нуля.

    Без `n2` — до конца. Отрицательные номера отсчитываются с конца. Чего нет, того нет: ошибки не будет.

    Примеры:
        substring('привет', 4)  # ет
        substring('привет', -4)  # ивет
        substring('привет', 2, 4)  # ив
        substring('привет', 0, -2)  # прив
        substring('привет', 'z')  # ошибка type
    Ошибки:
        none — номер не задан; type — номер не целое число.
    English:
        Characters from n1 (counted from 0) up to n2, not included; negative numbers count from the end.
    """
    return str[n1:n2]


@function(page=PAGE)
def startswith(str: Text, substr: Text) -> bool:
    """Начинается ли текст с `substr`; большие и маленькие буквы различаются.

    Примеры:
        startswith("Привет", "При")  # True
        startswith("Привет", "привет")  # False
        startswith(79991234567, 7)  # True
    English:
        Does the text begin with substr? Letter case counts.
    """
    return str.startswith(substr)


@function(page=PAGE)
def endswith(str: Text, substr: Text) -> bool:
    """Заканчивается ли текст на `substr`; большие и маленькие буквы различаются.

    Примеры:
        endswith("файл.pdf", ".pdf")  # True
        endswith("файл.pdf", ".PDF")  # False
    English:
        Does the text end with substr? Letter case counts.
    """
    return str.endswith(substr)


@function(page=PAGE)
def contains(str: Text, substr: Text, registr: Truth = True) -> bool:
    """Есть ли `substr` в тексте. С третьим параметром False большие и маленькие буквы не различаются.

    Примеры:
        contains("Привет мир", "мир")  # True
        contains("Привет мир", "МИР")  # False
        contains("Привет мир", "МИР", False)  # True
        contains(12345, 34)  # True
    English:
        Is substr somewhere in the text? Letter case counts unless the third argument is False.
    """
    return substr in str if registr else substr.casefold() in str.casefold()


@function(page=PAGE)
def len_(str: Text) -> int:
    """Количество символов в тексте.

    У массива и словаря — длина их записи; элементы считает arr_len.

    Примеры:
        len('как прекрасен этот мир!')  # 23
        len(12345)  # 5
        len('')  # 0
        len([1, 2])  # 5
    English:
        Number of characters; arrays and dictionaries are measured as their JSON text.
    """
    return len(str)


@function(page=PAGE, least=2)
def concat(*str: Text) -> str:
    """Соединяет тексты; числа не складываются.

    Примеры:
        concat('12', '3')  # 123
        concat(5, 'шт')  # 5шт
        concat('a', '-', 'b')  # a-b
    Ошибки:
        limit — результат длиннее 1 000 000 символов.
    English:
        Joins two or more texts; numbers are not added.
    """
    check_length(sum(map(len, str)))
    return "".join(str)


@function(page=PAGE)
def splitter(str: Text, s: Text, n: WholeOrAll = None) -> list[Value]:
    """Делит текст по разделителю `s` и возвращает массив; `n` — сколько в нём может быть элементов.

    Пробелы вокруг частей остаются. С `n` последний элемент содержит весь остаток.

    Примеры:
        splitter('s, W, q', ',')  # ["s"," W"," q"]
        splitter('text1:text2:text3:text4:text5', ':', 2)  # ["text1","text2:text3:text4:text5"]
        splitter('', ',')  # []
        splitter('abc', '')  # ошибка value
        splitter('a:b', ':', 0)  # ошибка value
    Ошибки:
        value — пустой разделитель или n меньше 1; type — n не целое число.
    English:
        Array of the parts of a text; n is the largest number of parts, the last one holds the rest.
    """
    if not s:
        raise Fault("SB310", text_ru="разделитель пустой", text_en="the separator is empty")
    if n is not None and n < 1:
        raise Fault("SB314", expected="n >= 1", got=n)
    if not str:
        return []
    return [*str.split(s, -1 if n is None else _count(n, str) - 1)]


@function(page=PAGE)
def lower(str: Text) -> str:
    """Все буквы маленькие.

    Примеры:
        lower("ПРИВЕТ World")  # привет world
    English:
        Lower-case letters.
    """
    return bounded(str.lower())


@function(page=PAGE)
def upper(str: Text) -> str:
    """Все буквы большие.

    Примеры:
        upper("привет World")  # ПРИВЕТ WORLD
    English:
        Upper-case letters.
    """
    return bounded(str.upper())


@function(page=PAGE)
def strip(str: Text) -> str:
    """Текст без пробелов и переводов строк в начале и в конце.

    Примеры:
        strip("  да, нет  ")  # да, нет
    English:
        Cuts white space and line breaks at both ends.
    """
    return str.strip()


@function(page=PAGE)
def capitalize(str: Text) -> str:
    """Первая буква большая, остальные не меняются.

    Примеры:
        capitalize("привет")  # Привет
        capitalize("иВАН")  # ИВАН
    English:
        Upper-case first character; the rest stays.
    """
    return bounded(str[:1].upper() + str[1:])


@function(page=PAGE)
def title(str: Text) -> str:
    """Каждое слово с большой буквы, остальные буквы маленькие.

    Слова разделяют пробелы и дефис, апостроф не разделяет.

    Примеры:
        title("петров аНАтолий ИваноВич")  # Петров Анатолий Иванович
        title("анна-мария д'артаньян")  # Анна-Мария Д'артаньян
    English:
        Each word with a capital and small letters; white space and hyphens separate words.
    """
    return bounded(_WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), str))


@function("normalizePhone", aliases=("normalize_phone",), page=PAGE)
def normalize_phone(str: Text) -> str:
    """Телефон одними цифрами; 8 в начале становится 7.

    Больше ничего не меняется и не проверяется: 10 цифр останутся 10 цифрами.

    Примеры:
        normalizePhone("+7978-999-99-99")  # 79789999999
        normalizePhone("8 (978) 999-99-99")  # 79789999999
        normalizePhone("978 999 99 99")  # 9789999999
    English:
        Digits only, a leading 8 becomes 7; nothing else is changed or checked.
    """
    digits = _NO_DIGITS.sub("", str)
    return "7" + digits[1:] if digits.startswith("8") else digits


@function(page=PAGE)
def replace(str: Text, s1: Text, s2: Text, n: WholeOrAll = None) -> str:
    """Заменяет в тексте `s1` на `s2`; `n` — сколько первых вхождений заменить.

    Примеры:
        replace("wwww2222ww", "w", "e")  # eeee2222ee
        replace("wwww2222ww", "w", "e", 1)  # ewww2222ww
        replace("1 000 руб", " ", "")  # 1000руб
        replace("abc", "", "y")  # abc
        replace("a", "a", "b", -1)  # ошибка value
    Ошибки:
        value — n меньше 0; type — n не целое число; limit — результат длиннее 1 000 000 символов.
    English:
        Replaces s1 by s2 from the left, at most n times.
    """
    if n is not None and n < 0:
        raise Fault("SB314", expected="n >= 0", got=n)
    if not s1:
        return str
    count = str.count(s1)
    if n is not None:
        count = min(count, n)
    check_length(len(str) + count * (len(s2) - len(s1)))
    return str.replace(s1, s2, count)


@function(aliases=("select_random",), page=PAGE)
def select_random_from_list(run: Context, array: Array) -> Value:
    """Случайный элемент массива.

    Примеры:
        select_random_from_list(["Привет!", "Хай"])  # случайно
        select_random_from_list([7])  # 7
        select_random_from_list([])  # None
        select_random_from_list("abc")  # ошибка type
    Ошибки:
        type — не массив.
    English:
        A random element; None for an empty array.
    """
    return run.random.choice(array) if array else None


def _count(n: int, text: str) -> int:
    """The number, cut to what the text can need: `str.split` takes no integers beyond 64 bits."""
    return min(n, len(text) + 1)
