"""When is a timer arrow due, and how delays of functions are read (reference: host.md 4, functions-host.md)."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..values import parse_date, parse_datetime, parse_time

UNITS = ("s", "min", "h", "d", "month")
LONGEST_DELAY_S = 3600  # of message(), in seconds
# `source` of a plan that is a callback put off by the HTTP API; the second one lifts a pause when it arrives.
CALLBACK_LATER, RESUMING_LATER = "callback", "callback resuming"


def add_delay(moment: datetime, delay: float, unit: str) -> datetime:
    """`moment` later by a delay. Seconds to hours are real time, days and months go by the calendar of its zone."""
    if unit == "month":
        months = moment.month - 1 + int(delay)
        year, month = moment.year + months // 12, months % 12 + 1
        return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
    if unit == "d":
        return moment + timedelta(days=delay)
    seconds = delay * {"s": 1, "min": 60, "h": 3600}[unit]
    zone = moment.tzinfo
    return datetime.fromtimestamp(moment.timestamp() + seconds, zone)


class BadDate(ValueError):
    """The date or time of an arrow is given, but is none; the text is the argument."""


def due_time(
    now: datetime, *, date: str = "", time: str = "", delay: float = 0, unit: str = "s", send_if_past: bool = False
) -> datetime | None:
    """When a timer arrow planned `now` is due; None = it is not planned at all.

    Args:
        now: aware moment in the zone of the project.
        date, time: `dd.mm.yyyy` and `hh:mm` after interpolation; empty = not given.

    Raises:
        BadDate: a text that is no date or time.
    """
    clock = None
    if time.strip():
        clock = parse_time(time)
        if clock is None:
            raise BadDate(time)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if not date.strip():
        if clock is None:
            return add_delay(now, delay, unit)
        base = midnight + clock
        return add_delay(base if now <= base else base + timedelta(days=1), delay, unit)
    day = parse_date(date)
    if day is None:
        raise BadDate(date)
    start = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    if clock is None:
        return add_delay(start - timedelta(minutes=1), delay, unit)
    base = start + clock
    if now <= base:
        return add_delay(base, delay, unit)
    return add_delay(midnight + clock + timedelta(days=1), delay, unit) if send_if_past else None


def message_due(now: datetime, timeout: object, zone: ZoneInfo) -> datetime:
    """Due time of `message(…, timeout)`: seconds (an hour at most), or `dd.mm.yyyy hh:mm`; what is past means now.

    Raises:
        BadDate: neither.
    """
    if timeout is None or timeout == "":
        return now
    text = str(timeout).strip()
    try:
        seconds = float(text)
    except ValueError:
        moment = parse_datetime(text)
        if moment is None:
            raise BadDate(text) from None
        return max(now, moment.replace(tzinfo=zone))
    if seconds != seconds:
        raise BadDate(text)
    return datetime.fromtimestamp(now.timestamp() + min(max(seconds, 0.0), LONGEST_DELAY_S), zone)
