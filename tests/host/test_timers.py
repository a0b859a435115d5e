"""Due times of timer arrows and delays of message() (host.md 4: H21; functions-host.md: F3)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from salebot_uiscom.host.timers import BadDate, due_time, message_due

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=MOSCOW)  # a Monday


def at(text):
    return datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"delay": 0}, "02.03.2026 10:00"),
        ({"delay": 90, "unit": "s"}, "02.03.2026 10:01"),
        ({"delay": 5, "unit": "min"}, "02.03.2026 10:05"),
        ({"delay": 2, "unit": "h"}, "02.03.2026 12:00"),
        ({"delay": 3, "unit": "d"}, "05.03.2026 10:00"),
        ({"delay": 1, "unit": "month"}, "02.04.2026 10:00"),
        ({"time": "18:30"}, "02.03.2026 18:30"),
        ({"time": "09:00"}, "03.03.2026 09:00"),
        ({"time": "09:00", "send_if_past": True}, "03.03.2026 09:00"),
        ({"time": "09:00", "delay": 1, "unit": "h"}, "03.03.2026 10:00"),
        ({"date": "05.03.2026", "time": "09:00"}, "05.03.2026 09:00"),
        ({"date": "05.03.2026", "time": "09:00", "delay": 30, "unit": "min"}, "05.03.2026 09:30"),
        ({"date": "01.03.2026", "time": "09:00"}, None),
        ({"date": "02.03.2026", "time": "09:59"}, None),
        ({"date": "01.03.2026", "time": "09:00", "send_if_past": True}, "03.03.2026 09:00"),
        ({"date": "05.03.2026"}, "04.03.2026 23:59"),
        ({"date": "05.03.2026", "delay": 61, "unit": "min"}, "05.03.2026 01:00"),
    ],
)
def test_due_time_table(given, due):
    found = due_time(NOW, **given)
    assert (found and found.replace(second=0)) == (due and at(due))


def test_month_has_the_days_it_has():
    assert due_time(at("31.01.2026 10:00"), delay=1, unit="month") == at("28.02.2026 10:00")


def test_hours_are_real_time_across_a_change_of_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 3, 28, 23, 0, tzinfo=berlin)
    due = due_time(evening, delay=4, unit="h")
    assert due == datetime(2026, 3, 29, 4, 0, tzinfo=berlin)
    assert due.timestamp() - evening.timestamp() == 4 * 3600


@pytest.mark.parametrize("given", [{"date": "завтра"}, {"time": "25:00"}, {"date": "31.02.2026", "time": "10:00"}])
def test_text_that_is_no_date_is_refused(given):
    with pytest.raises(BadDate):
        due_time(NOW, **given)


@pytest.mark.parametrize(
    ("timeout", "due"),
    [
        (7200, "02.03.2026 11:00"),
        ("60", "02.03.2026 10:01"),
        (-5, "02.03.2026 10:00"),
        (None, "02.03.2026 10:00"),
        ("01.03.2026 10:00", "02.03.2026 10:00"),
        ("03.03.2026 10:00", "03.03.2026 10:00"),
    ],
)
def test_delay_of_a_message_is_an_hour_at_most_unless_a_date_is_given(timeout, due):
    assert message_due(NOW, timeout, MOSCOW) == at(due)


def test_delay_that_is_neither_is_refused():
    with pytest.raises(BadDate):
        message_due(NOW, "скоро", MOSCOW)
