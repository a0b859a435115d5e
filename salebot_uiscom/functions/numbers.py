"""Arithmetic of the language on plain numbers (reference: calculator.md 7.2, 8.2, D-40, D-46).

Shared by the operators and by functions such as `pow` and `round`. Integers are exact, everything with a fraction is a
double, a quotient of integers that divides evenly is an integer. What leaves the range is the fault `overflow`, and a
power is judged by its size before it is computed.
"""

from __future__ import annotations

import math

from ..errors import Fault
from ..values import checked, number_text

Num = int | float

# 2 ** 1024 is above the largest number of the language (10^308), 2 ** -1100 below the smallest double.
_LARGEST_POWER_OF_TWO = 1024
_SMALLEST_POWER_OF_TWO = 1100


def real(number: Num) -> float:
    """The number as a double; `overflow` when it is out of range."""
    return float(checked(number))


def add_numbers(left: Num, right: Num) -> Num:
    try:
        return checked(left + right)
    except OverflowError:
        raise Fault("SB312") from None


def subtract(left: Num, right: Num) -> Num:
    try:
        return checked(left - right)
    except OverflowError:
        raise Fault("SB312") from None


def multiply(left: Num, right: Num) -> Num:
    try:
        return checked(left * right)
    except OverflowError:
        raise Fault("SB312") from None


def divide(left: Num, right: Num) -> Num:
    """Quotient: an integer if integers divide evenly, else the nearest double."""
    if right == 0:
        raise Fault("SB311")
    try:
        if isinstance(left, int) and isinstance(right, int):
            whole, rest = divmod(left, right)
            return checked(whole if rest == 0 else left / right)
        return checked(left / right)
    except OverflowError:
        raise Fault("SB312") from None


def remainder(left: Num, right: Num) -> Num:
    """Remainder with the sign of the divisor: `-7 % 3` is 2."""
    if right == 0:
        raise Fault("SB311")
    try:
        return checked(left % right)
    except OverflowError:
        raise Fault("SB312") from None


def power(left: Num, right: Num) -> Num:
    """`left ^ right`; exact for integers.

    Raises:
        Fault: `zero_division` for a negative power of 0, `value` for a fractional power of a negative number,
            `overflow`.
    """
    if right == 0:
        return 1
    if left == 0:
        if right < 0:
            raise Fault("SB311")
        return 0
    if isinstance(left, int) and isinstance(right, int):
        return _whole_power(left, right)
    if left < 0 and not _is_whole(right):
        raise Fault("SB313")
    try:
        result = real(left) ** real(right)
    except OverflowError:
        raise Fault("SB312") from None
    return checked(result)


def _whole_power(left: int, right: int) -> Num:
    if left == 1 or left == -1:
        return 1 if left == 1 or right % 2 == 0 else -1
    # |left| >= 2 ** doublings, so the result has at least doublings * |right| bits before or after the point.
    doublings = (abs(left).bit_length() - 1) * abs(right)
    if right > 0:
        if doublings >= _LARGEST_POWER_OF_TWO:
            raise Fault("SB312")
        return checked(left**right)
    if doublings >= _SMALLEST_POWER_OF_TWO:
        return 0
    return divide(1, left**-right)


def _is_whole(number: Num) -> bool:
    return isinstance(number, int) or number.is_integer()


def ratio(number: Num) -> tuple[int, int]:
    """Numerator and denominator (a power of ten) of the number as it is printed: 1.275 is 1275 / 1000."""
    whole, _, fraction = number_text(checked(number)).partition(".")
    return int(whole + fraction), 10 ** len(fraction)


def round_ratio(numerator: int, denominator: int, digits: int) -> Num:
    """numerator / denominator rounded to so many decimals, halves away from zero; nothing is lost on the way.

    Args:
        numerator: any integer.
        denominator: any integer but 0.
        digits: decimals to keep; negative digits round tens, hundreds, …
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    scale = 10 ** abs(digits)
    if digits >= 0:
        size, rest = divmod(abs(numerator) * scale, denominator)
        half = denominator
    else:
        size, rest = divmod(abs(numerator), denominator * scale)
        half = denominator * scale
    if 2 * rest >= half:
        size += 1
    if numerator < 0:
        size = -size
    return divide(size, scale) if digits >= 0 else checked(size * scale)


def logarithm(number: Num, base: Num) -> float | int:
    """Logarithm of a positive number to a positive base other than 1; whole results of whole numbers are exact."""
    if base == 2:
        result = math.log2(number)
    elif base == 10:
        result = math.log10(number)
    elif base == math.e:
        result = math.log(number)
    else:
        result = math.log(number) / math.log(base)
    nearest = round(result)
    if isinstance(number, int) and isinstance(base, int) and nearest > 0 and base**nearest == number:
        return nearest
    return result
