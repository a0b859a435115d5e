"""Mathematical functions (reference: functions-core.md 2)."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..context import Context
from ..errors import Fault
from ..values import checked, number_text, parse_number
from .numbers import Num, logarithm, power, ratio, real, round_ratio
from .registry import Number, Text, Value, Whole, function
from .sizes import check_length

PAGE = "kalkulyator/matematicheskie-funkcii"

# Reproduces the distance printed in the manual to its last digit (F-05).
EARTH_RADIUS_KM = 6373.0088
MAX_DIGITS = 20
MAX_FACTORIAL = 170


def _digits(count: int) -> int:
    if not -MAX_DIGITS <= count <= MAX_DIGITS:
        raise Fault("SB314", expected=f"-{MAX_DIGITS}…{MAX_DIGITS}", got=count)
    return count


def _computed(compute: Callable[[float], float], number: Num, domain: str = "") -> Num:
    """Result of a function of the standard library; its complaints become faults.

    Args:
        compute: takes and returns a double.
        number: the argument.
        domain: for the message, what arguments there may be.
    """
    try:
        return checked(compute(real(number)))
    except OverflowError:
        raise Fault("SB312") from None
    except ValueError:
        raise Fault("SB314", expected=domain, got=number) from None


# ---------------------------------------------------------------- whole parts and rounding


@function(page=PAGE)
def abs_(num: Number) -> Num:
    """Модуль числа: число без знака.

    Примеры:
        abs(-256)  # 256
        abs("-3")  # 3
        abs(2.5)  # 2.5
        abs('abc')  # ошибка type
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Absolute value of a number.
    """
    return checked(-num if num < 0 else num)


@function(page=PAGE)
def ceil(num: Number) -> Num:
    """Округление вверх до целого.

    Примеры:
        ceil(25.66)  # 26
        ceil(-1.2)  # -1
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Rounds up to a whole number.
    """
    return math.ceil(checked(num))


@function(page=PAGE)
def floor(num: Number) -> Num:
    """Округление вниз до целого.

    Примеры:
        floor(25.66)  # 25
        floor(-1.2)  # -2
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Rounds down to a whole number.
    """
    return math.floor(checked(num))


@function(page=PAGE)
def int_(num: Number) -> Num:
    """Целая часть числа: дробь отбрасывается.

    Примеры:
        int(1.8)  # 1
        int(-1.8)  # -1
        int('888')  # 888
        int('abc')  # ошибка type
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Cuts the fraction off, towards zero. Also turns numeric text into a number.
    """
    return math.trunc(checked(num))


@function(page=PAGE)
def float_(num: Number) -> Num:
    """Число из текста.

    Примеры:
        float('2.50')  # 2.5
        float(5)  # 5
        float('2,5')  # ошибка type
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Turns numeric text into a number.
    """
    return checked(num)


_TENS = tuple(10.0**power for power in range(10))
_EXACT = 1e11  # below, a double keeps three more decimals than the digit that is rounded


@function(page=PAGE)
def round_(num: Number, digits: Whole = 0) -> Num:
    """Округление до стольких знаков после точки.

    Считается по записи числа, как на бумаге: половина округляется от нуля. При отрицательном `digits` округляются
    десятки, сотни и так далее.

    Примеры:
        round(1.8)  # 2
        round(1.8888888, 2)  # 1.89
        round(2.5)  # 3
        round(-2.5)  # -3
        round(1.005, 2)  # 1.01
        round(1234.5, -2)  # 1200
        round(1, 21)  # ошибка value
    Ошибки:
        none — значение не задано; type — не число или дробное число знаков; value — знаков больше 20.
    English:
        Rounds the printed number to so many decimals, halves away from zero. Negative digits round tens, hundreds.
    """
    if type(num) is float and 0 <= digits <= 9 and -_EXACT < (shifted := num * _TENS[digits]) < _EXACT:
        # Away from a half, the double rounds as its decimal text does; C rounds it faster.
        if not 0.499 < shifted % 1.0 < 0.501:
            return round(num, digits)
    return round_ratio(*ratio(num), _digits(digits))


@function(page=PAGE)
def customizable_round_multiply(a: Number, b: Number, count: Whole) -> Num:
    """Произведение, округлённое до `count` знаков после точки.

    Считается точно, без погрешности дробных чисел; половина округляется от нуля.

    Примеры:
        customizable_round_multiply(1.275, 5.822, 2)  # 7.42
        customizable_round_multiply("2.5", 3, 0)  # 8
    Ошибки:
        none — значение не задано; type — не число; value — знаков больше 20; overflow — слишком большое число.
    English:
        Product in exact decimals, rounded to `count` decimals.
    """
    left, left_scale = ratio(a)
    right, right_scale = ratio(b)
    return round_ratio(left * right, left_scale * right_scale, _digits(count))


@function(page=PAGE)
def customizable_round_division(a: Number, b: Number, count: Whole) -> Num:
    """Частное, округлённое до `count` знаков после точки.

    Считается точно, без погрешности дробных чисел; половина округляется от нуля.

    Примеры:
        customizable_round_division(1.275, 5.822, 3)  # 0.219
        customizable_round_division(10, 4, 0)  # 3
        customizable_round_division(1, 0, 2)  # ошибка zero_division
    Ошибки:
        none — значение не задано; type — не число; zero_division — делитель 0; value — знаков больше 20.
    English:
        Quotient in exact decimals, rounded to `count` decimals.
    """
    left, left_scale = ratio(a)
    right, right_scale = ratio(b)
    if right == 0:
        raise Fault("SB311")
    return round_ratio(left * right_scale, right * left_scale, _digits(count))


@function(page=PAGE)
def int_to_string(number: Number, delimiter: Text = " ") -> str:
    """Число текстом, цифры разделены на группы по три.

    Знак и дробная часть остаются. По умолчанию группы разделяет пробел.

    Примеры:
        int_to_string(1234567, ' ')  # 1 234 567
        int_to_string(1234567)  # 1 234 567
        int_to_string(-1234567.5, ' ')  # -1 234 567.5
        int_to_string(1000, ',')  # 1,000
    Ошибки:
        none — значение не задано; type — не число; limit — текст получится длиннее 1 000 000 символов.
    English:
        The number as text in groups of three digits; minus and fraction stay.
    """
    text = number_text(checked(number))
    whole, dot, fraction = text.removeprefix("-").partition(".")
    check_length(len(text) + len(whole) // 3 * len(delimiter))
    sign = "-" if text.startswith("-") else ""
    return sign + f"{int(whole):,}".replace(",", delimiter) + dot + fraction


# ---------------------------------------------------------------- powers and logarithms


@function(page=PAGE)
def exp(num: Number) -> Num:
    """Число E в степени `num`.

    Примеры:
        exp(2)  # 7.38905609893065
        exp(0)  # 1
        exp(1000)  # ошибка overflow
    Ошибки:
        none — значение не задано; type — не число; overflow — результат 10^308 и больше.
    English:
        E raised to a power.
    """
    return _computed(math.exp, num)


@function(page=PAGE)
def fac(num: Whole) -> int:
    """Факториал: произведение целых чисел от 1 до `num`.

    Примеры:
        fac(5)  # 120
        fac(0)  # 1
        fac(-1)  # ошибка value
        fac(2.5)  # ошибка type
        fac(171)  # ошибка overflow
    Ошибки:
        none — значение не задано; type — не целое число; value — меньше 0; overflow — больше 170.
    English:
        Factorial of a whole number from 0 to 170.
    """
    if num < 0:
        raise Fault("SB314", expected="0 … 170", got=num)
    if num > MAX_FACTORIAL:
        raise Fault("SB312")
    return math.factorial(num)


@function(page=PAGE)
def log(num: Number, base: Number = math.e) -> Num:
    """Логарифм числа; без второго параметра — натуральный.

    Примеры:
        log(E)  # 1
        log(100, 10)  # 2
        log(8, 2)  # 3
        log(0)  # ошибка value
        log(5, 1)  # ошибка value
    Ошибки:
        none — значение не задано; type — не число; value — число не больше 0, основание не больше 0 или равно 1.
    English:
        Logarithm; natural without a base. Whole results of whole numbers are exact.
    """
    if num <= 0:
        raise Fault("SB314", expected="num > 0", got=num)
    if base <= 0 or base == 1:
        raise Fault("SB314", expected="base > 0, base != 1", got=base)
    return checked(logarithm(checked(num), checked(base)))


@function(page=PAGE)
def pow_(num: Number, st: Number) -> Num:
    """Возведение в степень, то же, что `num ^ st`.

    Примеры:
        pow(5, 2)  # 25
        pow(2, -2)  # 0.25
        pow(9, 0.5)  # 3
        pow(0, -1)  # ошибка zero_division
        pow(-8, 0.5)  # ошибка value
        pow(9, 1000)  # ошибка overflow
    Ошибки:
        none — значение не задано; type — не число; zero_division — 0 в отрицательной степени; value — дробная степень
        отрицательного числа; overflow — результат 10^308 и больше.
    English:
        Power, the same as the operator `^`.
    """
    return power(num, st)


@function(page=PAGE)
def pyt(a: Number, b: Number) -> Num:
    """Гипотенуза: корень из суммы квадратов.

    Примеры:
        pyt(3, 4)  # 5
        pyt(5, 2)  # 5.385164807134504
    Ошибки:
        none — значение не задано; type — не число; overflow — слишком большое число.
    English:
        Square root of the sum of two squares.
    """
    return checked(math.hypot(real(a), real(b)))


@function(page=PAGE)
def sqrt(num: Number) -> Num:
    """Квадратный корень.

    Примеры:
        sqrt(25)  # 5
        sqrt(2)  # 1.4142135623730951
        sqrt(-1)  # ошибка value
    Ошибки:
        none — значение не задано; type — не число; value — число меньше 0.
    English:
        Square root.
    """
    return _computed(math.sqrt, num, "num >= 0")


# ---------------------------------------------------------------- choice


@function(page=PAGE, least=1)
def max_(*a: Number) -> Num:
    """Наибольшее из чисел.

    Примеры:
        max(4, 2, 9, 6)  # 9
        max('10', '9')  # 10
        max(1, 'a')  # ошибка type
    Ошибки:
        none — значение не задано; type — не число (массив тоже).
    English:
        The largest of any number of numbers.
    """
    return checked(max(a))


@function(page=PAGE, least=1)
def min_(*a: Number) -> Num:
    """Наименьшее из чисел.

    Примеры:
        min(4, 2, 9, 6)  # 2
        min('10', '9')  # 9
    Ошибки:
        none — значение не задано; type — не число (массив тоже).
    English:
        The smallest of any number of numbers.
    """
    return checked(min(a))


@function(page=PAGE)
def random(run: Context, low: Number, high: Number) -> int:
    """Случайное целое число между границами, обе границы входят.

    Дробная часть границ отбрасывается; границы можно указать в любом порядке.

    Примеры:
        random(0, 100)  # случайно
        random(7, 7)  # 7
    Ошибки:
        none — значение не задано; type — не число.
    English:
        A random whole number, both bounds included.
    """
    one, other = math.trunc(checked(low)), math.trunc(checked(high))
    return int(run.random.randint(min(one, other), max(one, other)))


# ---------------------------------------------------------------- trigonometry


@function(page=PAGE)
def sin(num: Number) -> Num:
    """Синус угла в радианах.

    Примеры:
        sin(0)  # 0
        round(sin(1.275), 6)  # 0.95657
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Sine of an angle in radians.
    """
    return _computed(math.sin, num)


@function(page=PAGE)
def cos(num: Number) -> Num:
    """Косинус угла в радианах.

    Примеры:
        cos(0)  # 1
        round(cos(1.275), 6)  # 0.291502
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Cosine of an angle in radians.
    """
    return _computed(math.cos, num)


@function(page=PAGE)
def tan(num: Number) -> Num:
    """Тангенс угла в радианах.

    Примеры:
        tan(0)  # 0
        round(tan(1.275), 6)  # 3.281526
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Tangent of an angle in radians.
    """
    return _computed(math.tan, num)


@function(page=PAGE)
def asin(num: Number) -> Num:
    """Арксинус: угол в радианах по его синусу, от -1 до 1.

    Примеры:
        round(asin(0.5), 6)  # 0.523599
        asin(2)  # ошибка value
    Ошибки:
        none — значение не задано; type — не число; value — вне границ от -1 до 1.
    English:
        Arc sine in radians, of a number from -1 to 1.
    """
    return _computed(math.asin, num, "-1 … 1")


@function(page=PAGE)
def acos(num: Number) -> Num:
    """Арккосинус: угол в радианах по его косинусу, от -1 до 1.

    Примеры:
        acos(1)  # 0
        round(acos(0.5), 6)  # 1.047198
        acos(-2)  # ошибка value
    Ошибки:
        none — значение не задано; type — не число; value — вне границ от -1 до 1.
    English:
        Arc cosine in radians, of a number from -1 to 1.
    """
    return _computed(math.acos, num, "-1 … 1")


@function(page=PAGE)
def atan(num: Number) -> Num:
    """Арктангенс: угол в радианах по его тангенсу.

    Примеры:
        atan(0)  # 0
        round(atan(1.275), 6)  # 0.905694
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Arc tangent in radians.
    """
    return _computed(math.atan, num)


@function(page=PAGE)
def atan2(y: Number, x: Number) -> Num:
    """Угол в радианах между осью X и направлением на точку (x, y); сначала пишут y.

    Примеры:
        round(atan2(1, -1), 6)  # 2.356194
        round(atan2(1.275, 5.822), 6)  # 0.215593
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Angle in radians of the point (x, y); y comes first.
    """
    return math.atan2(real(y), real(x))


# ---------------------------------------------------------------- checks and geography


def _number_spelling(value: Value) -> str | None:
    """Digits of a value of class number, as they are written or print; None for all other values."""
    if isinstance(value, str):
        return value if parse_number(value) is not None else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return None


@function(page=PAGE)
def is_int(txt: Value) -> bool:
    """Целое ли это число.

    Примеры:
        is_int("5")  # True
        is_int(-5)  # True
        is_int("5.0")  # False
        is_int("текст")  # False
        is_int("")  # False
    English:
        Is the value a whole number, written without a dot? Never an error.
    """
    spelling = _number_spelling(txt)
    return spelling is not None and "." not in spelling


@function(page=PAGE)
def is_float(txt: Value) -> bool:
    """Число ли это, целое или дробное.

    Примеры:
        is_float("1.275")  # True
        is_float("5")  # True
        is_float("1,5")  # False
        is_float("1e5")  # False
        is_float("")  # False
    English:
        Is the value a number, whole or not? Never an error.
    """
    return _number_spelling(txt) is not None


@function(page=PAGE)
def distance(lat1: Number, lon1: Number, lat2: Number, lon2: Number) -> float:
    """Расстояние в километрах между двумя точками на Земле.

    Координаты в градусах: широта и долгота первой точки, широта и долгота второй.

    Примеры:
        round(distance(52.2296756, 21.0122287, 52.406374, 16.9251681), 9)  # 278.545973974
        distance(55.75, 37.61, 55.75, 37.61)  # 0
        distance(1, 2, 3, 'a')  # ошибка type
    Ошибки:
        none — значение не задано; type — не число.
    English:
        Kilometres between two points given in degrees (great circle).
    """
    south, west, north, east = (math.radians(real(degrees)) for degrees in (lat1, lon1, lat2, lon2))
    chord = (
        math.sin((north - south) / 2) ** 2
        + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    )  # fmt: skip
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
