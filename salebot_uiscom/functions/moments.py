"""Arithmetic of dates and times, for the operators `+` `-` and for the functions of dates.

It works on what `values.meaning` gives: `date`, `datetime` without a zone, and time of day as `timedelta` from
midnight. Nothing here raises OverflowError: leaving the calendar (years 1–9999) is the fault SB330 (`value`).
Reference: calculator.md 8.2, functions-dates.md D2, D3, D8, Q6, Q19, Q26.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TypeVar

from ..errors import Fault

Day = TypeVar("Day", bound=dt.date)  # date or datetime; a datetime keeps its time

DAY_SECONDS = 86_400


def shift_date(day: Day, n: int | float) -> Day:
    """The date, or date with time, `n` days later; a fraction of `n` is cut (Q26)."""
    try:
        return day + dt.timedelta(days=int(n))
    except OverflowError:
        raise Fault("SB330") from None


def shift_time(clock: dt.timedelta, n: int | float) -> dt.timedelta:
    """The time of day `n` minutes later, round the clock: a bare time has no date to carry into (D3)."""
    return dt.timedelta(seconds=(int(clock.total_seconds()) + int(n) * 60) % DAY_SECONDS)


def shift_minutes(moment: dt.datetime, n: int | float) -> dt.datetime:
    """The date with time `n` minutes later; minutes carry into the date (Q6)."""
    try:
        return moment + dt.timedelta(minutes=int(n))
    except OverflowError:
        raise Fault("SB330") from None


def shift_months(day: Day, n: int | float) -> Day:
    """The same day `n` months later, or the last day of a shorter month (D2)."""
    year, month = divmod(day.year * 12 + day.month - 1 + int(n), 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise Fault("SB330")
    return day.replace(year=year, month=month + 1, day=min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def days_between(left: dt.date, right: dt.date) -> int:
    """Days from `right` to `left`: left minus right, signed (D8)."""
    return (left - right).days


def minutes_between(left: dt.timedelta, right: dt.timedelta) -> int:
    """Whole minutes from `right` to `left`, signed, not wrapped, cut toward zero (D8, Q19)."""
    seconds = int((left - right).total_seconds())
    return seconds // 60 if seconds >= 0 else -(-seconds // 60)
