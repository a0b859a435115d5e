"""Dates and times (reference: functions-dates.md).

A date is the text `dd.mm.yyyy`, a time `HH:MM`, a date-time both; there is no type for them. The zone of the project is
the zone of the run's moment, which is read once (D17).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from ..context import Context
from ..errors import Fault
from ..values import (
    date_text,
    datetime_text,
    is_container,
    parse_date,
    parse_datetime,
    parse_time,
    time_text,
    to_text,
)
from .date_formats import RUSSIAN, read_moment, write_moment
from .moments import month_length, shift_date, shift_minutes, shift_months, shift_time
from .registry import Number, Text, Truth, Value, Whole, function

Moment = TypeVar("Moment")

PAGE = "kalkulyator/dlya-raboty-s-datami-i-vremenem"


# ---------------------------------------------------------------- what an argument means


def _unfit(value: Value, code: str, name: str) -> Fault:
    """The fault for an argument that is no moment: `none` unset, `type` a container, else `code` (D6)."""
    if value is None:
        return Fault("SB301", name=name)
    return Fault("SB319" if is_container(value) else code, got=value)


def _read(parse: Callable[[str], Moment | None], value: Value) -> Moment | None:
    return parse(value) if isinstance(value, str) else None


def _day(value: Value) -> dt.date:
    day = _read(parse_date, value)
    if day is None:
        raise _unfit(value, "SB315", "дата")
    return day


def _day_or_moment(value: Value) -> dt.date | dt.datetime:
    day = _read(parse_date, value) or _read(parse_datetime, value)
    if day is None:
        raise _unfit(value, "SB315", "дата")
    return day


def _clock(value: Value) -> dt.timedelta:
    clock = _read(parse_time, value)
    if clock is None:
        raise _unfit(value, "SB316", "время")
    return clock


def _written(day: dt.date | dt.datetime) -> str:
    return datetime_text(day) if isinstance(day, dt.datetime) else date_text(day)


def _day_and_month(day: dt.date) -> str:
    return f"{day.day} {RUSSIAN.months[day.month - 1]}"


# ---------------------------------------------------------------- arithmetic


@function("addYear", aliases=("add_year",), page=PAGE)
def add_year(date: Value, years: Number) -> str:
    """Дата через столько-то лет; отрицательное число вычитает.

    29 февраля в невисокосном году становится 28 февраля. У даты со временем время остаётся.

    Примеры:
        addYear('31.12.2021', -2)  # 31.12.2019
        addYear('29.02.2020', 2)  # 28.02.2022
        addYear('29.02.2020', 4)  # 29.02.2024
        addYear('31.02.2021', 1)  # ошибка value
    Ошибки:
        value — это не дата или год вышел за 1–9999; type — массив, словарь или не число.
    English:
        The date that many years later; 29 February becomes 28 February in common years.
    """
    return _written(shift_months(_day_or_moment(date), int(years) * 12))


@function("addMonth", aliases=("add_month",), page=PAGE)
def add_month(date: Value, months: Number) -> str:
    """Дата через столько-то месяцев; отрицательное число вычитает.

    Если в нужном месяце дней меньше, берётся его последний день. У даты со временем время остаётся.

    Примеры:
        addMonth('30.04.2019', 10)  # 29.02.2020
        addMonth('31.12.2020', -10)  # 29.02.2020
        addMonth('28.02.2021', 1)  # 28.03.2021
        addMonth('15-06-2021', 1)  # ошибка value
    Ошибки:
        value — это не дата или год вышел за 1–9999; type — массив, словарь или не число.
    English:
        The date that many months later, clipped to the last day of a shorter month.
    """
    return _written(shift_months(_day_or_moment(date), months))


@function("addDays", aliases=("add_days",), page=PAGE)
def add_days(date: Value, days: Number) -> str:
    """Дата через столько-то дней; отрицательное число вычитает.

    Дробная часть числа отбрасывается. У даты со временем время остаётся.

    Примеры:
        addDays('20.08.2019', -99)  # 13.05.2019
        addDays('8.12.2021', 0)  # 08.12.2021
        addDays('31.12.2021 10:00', 1)  # 01.01.2022 10:00
        addDays('скоро', 1)  # ошибка value
    Ошибки:
        value — это не дата или год вышел за 1–9999; type — массив, словарь или не число.
    English:
        The date that many days later; a date with time keeps the time.
    """
    return _written(shift_date(_day_or_moment(date), days))


@function("addMinutes", aliases=("add_minutes",), page=PAGE)
def add_minutes(time: Value, minutes: Number) -> str:
    """Время через столько-то минут; отрицательное число вычитает.

    После 23:59 идёт 00:00. У даты со временем меняется и дата. Дробная часть числа отбрасывается.

    Примеры:
        addMinutes('20:08', -30)  # 19:38
        addMinutes('23:50', 20)  # 00:10
        addMinutes('31.12.2021 23:50', 20)  # 01.01.2022 00:10
        addMinutes('24:00', 1)  # ошибка value
    Ошибки:
        value — это не время; type — массив, словарь или не число.
    English:
        The time that many minutes later, round the clock; in a date with time the date moves too.
    """
    moment = _read(parse_datetime, time)
    if moment is not None:
        return datetime_text(shift_minutes(moment, minutes))
    return time_text(shift_time(_clock(time), minutes))


@function("compareDate", aliases=("compare_date",), page=PAGE)
def compare_date(date1: Value, date2: Value) -> int:
    """Сравнивает две даты: −1 — первая раньше, 0 — равны, 1 — первая позже.

    Две даты со временем сравниваются вместе со временем.

    Примеры:
        compareDate('01.01.2022', '02.01.2022')  # -1
        compareDate('2.1.2022', '02.01.2022')  # 0
        compareDate('03.01.2022', '02.01.2022')  # 1
    Ошибки:
        value — это не даты или дата сравнивается с датой и временем; type — массив или словарь.
    English:
        −1, 0 or 1: the sign of the first date minus the second.
    """
    left, right = _day_or_moment(date1), _day_or_moment(date2)
    if isinstance(left, dt.datetime) != isinstance(right, dt.datetime):
        raise Fault("SB315", got=date1 if isinstance(left, dt.datetime) else date2)
    return (left > right) - (left < right)


@function("compareTime", aliases=("compare_time",), page=PAGE)
def compare_time(time1: Value, time2: Value) -> int:
    """Сравнивает два времени: −1 — первое раньше, 0 — равны, 1 — первое позже.

    Примеры:
        compareTime('9:00', '10:00')  # -1
        compareTime('9:00', '09:00')  # 0
        compareTime('10:00', '9:00')  # 1
    Ошибки:
        value — это не время; type — массив или словарь.
    English:
        −1, 0 or 1: the sign of the first time minus the second.
    """
    left, right = _clock(time1), _clock(time2)
    return (left > right) - (left < right)


# ---------------------------------------------------------------- around the current moment


@function(page=PAGE)
def time_interval(run: Context, start: Value, end: Value) -> bool:
    """Попадает ли текущий момент в промежуток; оба конца входят в него, сравнение до секунды.

    Концы — два времени или две даты со временем. Если первое время позже второго, промежуток идёт через полночь:
    time_interval('19:00', '07:00') верно вечером и рано утром.

    Примеры:
        time_interval('00:00', '23:59:59')  # True
        time_interval('01.01.2000 00:00', '31.12.2000 23:59:59')  # False
        time_interval('10:00', '25.10.2021 19:00')  # ошибка value
    Ошибки:
        value — концы разного вида, даты без времени или 24:00; type — массив или словарь.
    English:
        Is the current moment between two times (also over midnight) or two dates with time, ends included?
    """
    now = run.now.replace(tzinfo=None, microsecond=0)
    opens, closes = _read(parse_time, start), _read(parse_time, end)
    if opens is not None and closes is not None:
        clock = dt.timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
        if opens <= closes:
            return opens <= clock <= closes
        return clock >= opens or clock <= closes
    first, last = _read(parse_datetime, start), _read(parse_datetime, end)
    if first is not None and last is not None:
        return first <= now <= last
    for value in (start, end):
        if value is None or is_container(value):
            raise _unfit(value, "SB316", "граница промежутка")
    raise Fault("SB333", left=start, right=end)


@function(page=PAGE)
def birthdate(run: Context, date: Value) -> str:
    """Ближайший день рождения по дате рождения; в сам день рождения — сегодняшняя дата.

    Родившиеся 29 февраля в невисокосный год празднуют 28 февраля.

    Примеры:
        birthdate('28.04.1994') >= current_date  # True
        birthdate('1994')  # ошибка value
    Ошибки:
        value — это не дата; type — массив или словарь.
    English:
        The nearest birthday of somebody born on that date; today if it is today.
    """
    born, today = _day(date), run.now.date()
    this_year = shift_months(born, (today.year - born.year) * 12)
    if this_year >= today:
        return date_text(this_year)
    return date_text(shift_months(born, (today.year + 1 - born.year) * 12))


@function(page=PAGE)
def weekday_date(run: Context, weekday: Whole, b: Truth = False) -> str:
    """Ближайшая дата с этим днём недели: 1 — понедельник, 7 — воскресенье.

    Если этот день сегодня, то дата через неделю, а с True вторым аргументом — сегодняшняя. В четверг 13.02.2020
    weekday_date(4) даёт 20.02.2020, а weekday_date(4, True) — 13.02.2020.

    Примеры:
        convert_datetime(weekday_date(4), '%d.%m.%Y', '%w')  # 4
        weekday_date(4) > current_date  # True
        weekday_date(weekday, True) == current_date  # True
        weekday_date(0)  # ошибка value
    Ошибки:
        value — день недели не от 1 до 7; type — не целое число.
    English:
        The nearest date with that weekday (Monday 1 … Sunday 7); today counts only if `b` is true.
    """
    if not 1 <= weekday <= 7:
        raise Fault("SB314", expected="1–7", got=weekday)
    today = run.now.date()
    ahead = (weekday - today.isoweekday()) % 7
    return date_text(shift_date(today, ahead if ahead or b else 7))


@function(page=PAGE)
def month_date(run: Context, day: Whole, b: Truth = False) -> str:
    """Ближайшая дата с этим числом месяца.

    Если такого числа в месяце нет, берётся его последний день. Если это число сегодня, то дата в следующем месяце,
    а с True вторым аргументом — сегодняшняя. 05.04.2022 month_date(1) даёт 01.05.2022, а month_date(31) — 30.04.2022.

    Примеры:
        month_date(1) > current_date  # True
        convert_datetime(month_date(15), '%d.%m.%Y', '%d')  # 15
        month_date(0)  # ошибка value
    Ошибки:
        value — число не от 1 до 31; type — не целое число.
    English:
        The nearest date with that day of the month, clipped to its last day; today counts only if `b` is true.
    """
    if not 1 <= day <= 31:
        raise Fault("SB314", expected="1–31", got=day)
    today = run.now.date()
    here = today.replace(day=min(day, month_length(today.year, today.month)))
    if here > today or (here == today and b):
        return date_text(here)
    following = shift_months(today.replace(day=1), 1)
    return date_text(following.replace(day=min(day, month_length(following.year, following.month))))


@function(page=PAGE)
def current_date_rus(run: Context, n: Number = 0) -> str:
    """Сегодняшняя дата словами, без года; n — сдвиг в днях.

    3 апреля current_date_rus() даёт «3 апреля», current_date_rus(2) — «5 апреля», current_date_rus(-2) — «1 апреля».

    Примеры:
        current_date_rus() == date_rus(current_date)  # True
        current_date_rus(-2) == date_rus(current_date, -2)  # True
    Ошибки:
        type — сдвиг не число; value — год вышел за 1–9999.
    English:
        Today as a day and the Russian name of the month, moved by `n` days.
    """
    return _day_and_month(shift_date(run.now.date(), n))


@function(page=PAGE)
def date_rus(date: Value, n: Number = 0) -> str:
    """Дата словами, без года; n — сдвиг в днях.

    Примеры:
        date_rus('19.07.2022')  # 19 июля
        date_rus('19.07.2022', -2)  # 17 июля
        date_rus('31.12.2022', 1)  # 1 января
        date_rus('19.07')  # ошибка value
    Ошибки:
        value — это не дата или год вышел за 1–9999; type — массив, словарь или сдвиг не число.
    English:
        The date as a day and the Russian name of the month, moved by `n` days.
    """
    return _day_and_month(shift_date(_day(date), n))


# ---------------------------------------------------------------- formats


@function(page=PAGE)
def get_datetime(run: Context, format: Text) -> str:
    """Текущий момент в нужном виде.

    Обозначения: %d день, %m месяц, %Y год, %y год двумя цифрами, %H часы, %M минуты, %S секунды, %f микросекунды,
    %A и %a день недели, %B и %b месяц словом, %w номер дня недели (воскресенье 0), %I и %p часы до 12 и AM/PM,
    %j день года, %U и %W неделя года, %s секунды с 1970 года, %% процент. Остальное остаётся как есть.
    В среду get_datetime('%A') даёт «Среда».

    Примеры:
        get_datetime('%d.%m.%Y') == current_date  # True
        get_datetime('100%%')  # 100%
    Ошибки:
        Нет.
    English:
        The current moment by directives like %d.%m.%Y %H:%M; names in the language of the project.
    """
    return write_moment(run.now.replace(tzinfo=None), format, run.lang, run.now.tzinfo or run.timezone)


@function(page=PAGE)
def convert_datetime(run: Context, date: Value, format_in: Text, format_out: Text) -> str:
    """Читает дату по первому формату и записывает по второму.

    Обозначения те же, что у get_datetime, и ещё %z и %Z — часовой пояс. Без пояса это время проекта. Чего в тексте
    нет, то равно 1 января 1900 года, 00:00:00.

    Примеры:
        convert_datetime('2011-11-03', '%Y-%m-%d', '%Y/%m/%d')  # 2011/11/03
        convert_datetime('3 апреля 2022', '%d %B %Y', '%d.%m.%Y')  # 03.04.2022
        convert_datetime('03.04.2022', '%d.%m.%Y', '%A, %d %B')  # Воскресенье, 03 апреля
        convert_datetime('15:30', '%H:%M', '%I:%M %p')  # 03:30 PM
        convert_datetime('30.02.2022', '%d.%m.%Y', '%Y')  # ошибка value
    Ошибки:
        value — текст не подходит под формат, такого дня нет, в формате неизвестная или повторённая директива;
        type — массив или словарь.
    English:
        Reads a date by the first format and writes it by the second.
    """
    if date is None or isinstance(date, list | dict):
        raise _unfit(date, "SB315", "дата")
    zone = run.now.tzinfo or run.timezone
    return write_moment(read_moment(to_text(date), format_in, run.lang, zone), format_out, run.lang, zone)
