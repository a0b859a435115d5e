"""Arithmetic behind the operators `+` and `-`."""

from datetime import date, datetime, timedelta

import pytest

from salebot_uiscom.errors import Fault
from salebot_uiscom.functions import moments


def clock(hours, minutes, seconds=0):
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("shift", "start", "n", "expected"),
    [
        (moments.shift_date, date(2021, 10, 12), 3, date(2021, 10, 15)),
        (moments.shift_date, date(2021, 10, 12), -2.9, date(2021, 10, 10)),
        (moments.shift_date, datetime(2021, 12, 31, 10, 5), 1, datetime(2022, 1, 1, 10, 5)),
        (moments.shift_minutes, datetime(2021, 12, 31, 23, 50), 20, datetime(2022, 1, 1, 0, 10)),
        (moments.shift_time, clock(23, 50), 20, clock(0, 10)),
        (moments.shift_time, clock(0, 10), -20, clock(23, 50)),
        (moments.shift_time, clock(12, 0, 30), 1440.5, clock(12, 0, 30)),
        (moments.shift_time, clock(10, 0), 10**300, clock(20, 40)),
        (moments.shift_months, date(2020, 12, 31), -10, date(2020, 2, 29)),
    ],
)
def test_shifting(shift, start, n, expected):
    assert shift(start, n) == expected


@pytest.mark.parametrize("n", [10**7, -(10**7), 10**300, -1e307])
@pytest.mark.parametrize(
    ("shift", "start"),
    [
        (moments.shift_date, date(2021, 1, 1)),
        (moments.shift_date, datetime(2021, 1, 1)),
        (moments.shift_months, date(2021, 1, 1)),
    ],
)
def test_leaving_the_calendar_is_a_fault(shift, start, n):
    with pytest.raises(Fault) as caught:
        shift(start, n)
    assert caught.value.kind == "value"


def test_leaving_the_calendar_by_minutes_is_a_fault():
    with pytest.raises(Fault, match="календар"):
        moments.shift_minutes(datetime(9999, 12, 31, 23, 59), 1)


def test_differences_are_signed():
    assert moments.days_between(date(2021, 12, 11), date(2021, 12, 8)) == 3
    assert moments.days_between(date(2021, 12, 8), date(2021, 12, 11)) == -3
    assert moments.minutes_between(clock(11, 12), clock(3, 45)) == 447
    assert moments.minutes_between(clock(3, 45), clock(11, 12)) == -447


def test_a_part_of_a_minute_is_cut_toward_zero():
    assert moments.minutes_between(clock(10, 1, 59), clock(10, 0)) == 1
    assert moments.minutes_between(clock(10, 0), clock(10, 1, 59)) == -1
    assert moments.minutes_between(clock(10, 0), clock(10, 0, 59)) == 0
