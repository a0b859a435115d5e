"""Functions of dates: tables by function, then properties."""

from datetime import date, timedelta

import pytest
from call_data import call, context, kind_of
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.values import date_text

SUNDAY = "2022-04-03T10:15:30+03:00"


@pytest.mark.parametrize(
    ("name", "start", "n", "expected"),
    [
        ("addYear", "31.12.2021", -2, "31.12.2019"),
        ("addYear", "29.02.2020", 2, "28.02.2022"),
        ("addYear", "29.02.2020", 4, "29.02.2024"),
        ("addYear", "1.3.2021", 0, "01.03.2021"),
        ("add_year", "31.12.2021 9:05", 1, "31.12.2022 09:05"),
        ("addMonth", "30.04.2019", 10, "29.02.2020"),
        ("addMonth", "31.12.2020", -10, "29.02.2020"),
        ("addMonth", "31.01.2021", 1, "28.02.2021"),
        ("addMonth", "28.02.2021", 1, "28.03.2021"),
        ("add_month", "31.01.2021 10:00", "1", "28.02.2021 10:00"),
        ("addDays", "20.08.2019", -99, "13.05.2019"),
        ("addDays", " 8.12.2021 ", 0, "08.12.2021"),
        ("addDays", "01.01.2020", 1.9, "02.01.2020"),
        ("addDays", "02.01.2020", -1.9, "01.01.2020"),
        ("add_days", "31.12.2021 10:00:59", 1, "01.01.2022 10:00"),
        ("addMinutes", "20:08", -30, "19:38"),
        ("addMinutes", "23:50", 20, "00:10"),
        ("addMinutes", "00:10", -20, "23:50"),
        ("addMinutes", "9:05", 1440, "09:05"),
        ("addMinutes", "9:05:59", "0", "09:05"),
        ("add_minutes", "31.12.2021 23:50", 20, "01.01.2022 00:10"),
        ("addMinutes", "10:00", 10**300, "20:40"),
    ],
)
def test_shifting_by_calendar_and_clock(name, start, n, expected):
    assert call(name, start, n) == expected


@pytest.mark.parametrize(
    ("call_", "kind"),
    [
        (("addDays", "", 1), "value"),
        (("addDays", "31.02.2021", 1), "value"),
        (("addDays", "15-06-2021", 1), "value"),
        (("addDays", "10:00", 1), "value"),
        (("addDays", 5, 1), "value"),
        (("addDays", None, 1), "none"),
        (("addDays", [1], 1), "type"),
        (("addDays", '{"a":1}', 1), "type"),
        (("addDays", "01.01.2021", "много"), "type"),
        (("addDays", "01.01.2021", None), "none"),
        (("addDays", "01.01.2021", 10**9), "value"),
        (("addDays", "01.01.2021", 10**300), "value"),
        (("addDays", "31.12.9999", 1), "value"),
        (("addDays", "01.01.0001", -1), "value"),
        (("addMonth", "31.12.9999", 1), "value"),
        (("addMonth", "01.01.2021", -(10**300)), "value"),
        (("addYear", "01.01.2021", 8000), "value"),
        (("addMinutes", "24:00", 1), "value"),
        (("addMinutes", "01.01.2021", 1), "value"),
        (("addMinutes", "31.12.9999 23:59", 1), "value"),
        (("addMinutes", [], 1), "type"),
        (("compareDate", "01.01.2021", "10:00"), "value"),
        (("compareDate", "01.01.2021", "01.01.2021 10:00"), "value"),
        (("compareTime", "01.01.2021", "10:00"), "value"),
        (("time_interval", "10:00", "01.01.2021 10:00"), "value"),
        (("time_interval", "01.01.2021", "02.01.2021"), "value"),
        (("time_interval", "10:00", "24:00"), "value"),
        (("time_interval", "10:00", [1]), "type"),
        (("time_interval", None, "10:00"), "none"),
        (("birthdate", "1994"), "value"),
        (("birthdate", {}), "type"),
        (("weekday_date", 0), "value"),
        (("weekday_date", 8), "value"),
        (("weekday_date", 1.5), "type"),
        (("month_date", 0), "value"),
        (("month_date", 32), "value"),
        (("date_rus", "19.07"), "value"),
        (("date_rus", "31.12.9999", 1), "value"),
        (("current_date_rus", "завтра"), "type"),
    ],
)
def test_bad_input_is_reported_with_its_kind(call_, kind):
    assert kind_of(*call_) == kind


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("01.01.2022", "02.01.2022", -1),
        ("2.1.2022", "02.01.2022", 0),
        ("03.01.2022", "02.01.2022", 1),
        ("03.01.2022 10:00", "03.01.2022 9:59", 1),
    ],
)
def test_compare_date(left, right, expected):
    assert call("compareDate", left, right) == call("compare_date", left, right) == expected


def test_compare_time():
    assert [call("compareTime", "9:00", other) for other in ("10:00", "09:00", "8:59:59")] == [-1, 0, 1]


@pytest.mark.parametrize(
    ("now", "start", "end", "expected"),
    [
        ("2021-10-20T10:00:00+03:00", "10:00", "19:00", True),
        ("2021-10-20T19:00:00.900000+03:00", "10:00", "19:00", True),
        ("2021-10-20T19:00:01+03:00", "10:00", "19:00", False),
        ("2021-10-20T23:30:00+03:00", "19:00", "07:00", True),
        ("2021-10-20T00:00:00+03:00", "19:00", "07:00", True),
        ("2021-10-20T07:00:01+03:00", "19:00", "07:00", False),
        ("2021-10-20T10:00:00+03:00", "10:00", "10:00", True),
        ("2021-10-20T10:00:01+03:00", "10:00", "10:00", False),
        ("2021-10-20T00:00:00+03:00", "0:00", "00:00", True),
        ("2021-10-20T03:00:00+03:00", "18.10.2021 10:00", "25.10.2021 23:59:59", True),
        ("2021-10-26T00:00:00+03:00", "18.10.2021 10:00", "25.10.2021 23:59:59", False),
        ("2021-10-20T03:00:00+03:00", "25.10.2021 00:00", "18.10.2021 00:00", False),
    ],
)
def test_time_interval(now, start, end, expected):
    assert call("time_interval", start, end, run=context(now)) is expected


@pytest.mark.parametrize(
    ("now", "born", "expected"),
    [
        (SUNDAY, "28.04.1994", "28.04.2022"),
        (SUNDAY, "03.04.1990", "03.04.2022"),
        (SUNDAY, "2.4.1990", "02.04.2023"),
        ("2023-01-10T10:00:00+03:00", "29.02.2000", "28.02.2023"),
        ("2023-03-01T10:00:00+03:00", "29.02.2000", "29.02.2024"),
        (SUNDAY, "01.05.2030", "01.05.2022"),
    ],
)
def test_birthdate_is_the_nearest_one(now, born, expected):
    assert call("birthdate", born, run=context(now)) == expected


@pytest.mark.parametrize(
    ("now", "arguments", "expected"),
    [
        ("2020-02-13T12:00:00+03:00", (4,), "20.02.2020"),
        ("2020-02-13T12:00:00+03:00", (4, True), "13.02.2020"),
        ("2020-02-13T12:00:00+03:00", ("4", "False"), "20.02.2020"),
        ("2020-02-13T12:00:00+03:00", (3, ""), "19.02.2020"),
        ("2020-12-30T12:00:00+03:00", (1,), "04.01.2021"),
    ],
)
def test_weekday_date(now, arguments, expected):
    assert call("weekday_date", *arguments, run=context(now)) == expected


@pytest.mark.parametrize(
    ("now", "arguments", "expected"),
    [
        ("2022-04-05T12:00:00+03:00", (1,), "01.05.2022"),
        ("2022-04-05T12:00:00+03:00", (31,), "30.04.2022"),
        ("2022-04-05T12:00:00+03:00", (5, True), "05.04.2022"),
        ("2022-04-30T12:00:00+03:00", (31,), "31.05.2022"),
        ("2022-04-30T12:00:00+03:00", (31, True), "30.04.2022"),
        ("2022-01-31T12:00:00+03:00", (30,), "28.02.2022"),
        ("2021-12-20T12:00:00+03:00", (15,), "15.01.2022"),
    ],
)
def test_month_date(now, arguments, expected):
    assert call("month_date", *arguments, run=context(now)) == expected


def test_last_days_of_the_calendar_are_a_fault_and_no_crash():
    end = context("9999-12-31T12:00:00+00:00")
    assert kind_of("weekday_date", 5, run=end) == "value"
    assert kind_of("month_date", 31, run=end) == "value"
    assert kind_of("birthdate", "01.01.2000", run=end) == "value"
    assert call("month_date", 31, True, run=end) == "31.12.9999"


def test_dates_in_words():
    run = context(SUNDAY)
    assert [call("current_date_rus", *n, run=run) for n in ((), (2,), (-3,))] == ["3 апреля", "5 апреля", "31 марта"]
    assert [call("date_rus", "19.07.2022", n) for n in ("", 2, -2.7)] == ["19 июля", "21 июля", "17 июля"]
    assert call("date_rus", "26.10.2022", run=context(SUNDAY, lang="en")) == "26 октября"


DAYS = st.dates(date(1000, 1, 1), date(3000, 1, 1))


@given(DAYS, st.integers(-300_000, 300_000))
def test_adding_and_subtracting_days_returns(day, n):
    text = date_text(day)
    assert call("addDays", call("addDays", text, n), -n) == text


@given(DAYS, st.integers(-5_000, 5_000))
def test_months_keep_the_day_or_clip_it(day, n):
    moved = call("addMonth", date_text(day), n)
    number = int(moved[:2])
    assert number == day.day or (number < day.day and call("addDays", moved, 1).startswith("01."))


@given(st.integers(0, 1439), st.integers())
def test_minutes_go_round_the_clock(start, n):
    clock = f"{start // 60:02d}:{start % 60:02d}"
    assert call("addMinutes", call("addMinutes", clock, n), -n) == clock


@given(DAYS, st.integers(1, 7))
def test_weekday_date_is_within_a_week(today, weekday):
    run = context(f"{today.isoformat()}T12:00:00+03:00")
    later = [today + timedelta(days=n) for n in range(1, 8)]
    assert call("weekday_date", weekday, run=run) in [date_text(d) for d in later if d.isoweekday() == weekday]
