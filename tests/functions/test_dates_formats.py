"""get_datetime and convert_datetime: directives out and in, both languages, no locale."""

from datetime import datetime

import pytest
from call_data import call, context, kind_of
from hypothesis import given
from hypothesis import strategies as st

WEDNESDAY = "2025-01-08T15:04:09.000120+03:00"


@pytest.mark.parametrize(
    ("template", "russian", "english"),
    [
        ("%A %a", "Среда Ср", "Wednesday Wed"),
        ("%d %B %Y", "08 января 2025", "08 January 2025"),
        ("%b", "янв", "Jan"),
        ("%I:%M %p", "03:04 PM", "03:04 PM"),
        ("%H:%M:%S.%f", "15:04:09.000120", "15:04:09.000120"),
        ("%y-%m-%d", "25-01-08", "25-01-08"),
        ("%w %j %U %W", "3 008 01 01", "3 008 01 01"),
        ("%s", "1736337849", "1736337849"),
        ("[%z%Z]", "[]", "[]"),
        ("100%% %d.%m", "100% 08.01", "100% 08.01"),
        ("скидка 5% до %d.%m, %Q, 5%", "скидка 5% до 08.01, %Q, 5%", "скидка 5% до 08.01, %Q, 5%"),
        ("", "", ""),
    ],
)
def test_current_moment_by_directives(template, russian, english):
    assert call("get_datetime", template, run=context(WEDNESDAY)) == russian
    assert call("get_datetime", template, run=context(WEDNESDAY, lang="en")) == english


def test_may_is_short_in_the_genitive():
    assert call("get_datetime", "%b %B", run=context("2025-05-09T12:00:00+03:00")) == "мая мая"


@pytest.mark.parametrize(("hour", "expected"), [("00", "12 AM"), ("11", "11 AM"), ("12", "12 PM"), ("23", "11 PM")])
def test_twelve_hours(hour, expected):
    assert call("get_datetime", "%I %p", run=context(f"2025-05-09T{hour}:00:00+03:00")) == expected


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_numbers_of_the_year_agree_with_the_standard_library(moment):
    template = "%m %d %H %I %M %S %f %j %U %W %w %y"
    written = call("convert_datetime", moment.isoformat("T", "microseconds"), "%Y-%m-%dT%H:%M:%S.%f", template)
    assert written == moment.strftime(template)


@pytest.mark.parametrize(
    ("text", "template_in", "template_out", "expected"),
    [
        ("2011-11-03", "%Y-%m-%d", "%Y/%m/%d", "2011/11/03"),
        ("3.4.2022", "%d.%m.%Y", "%d.%m.%y", "03.04.22"),
        ("  3.4.2022 ", "%d.%m.%Y", "%d", "03"),
        ("3 апреля 2022", "%d %B %Y", "%d.%m.%Y", "03.04.2022"),
        ("3   АПРЕЛЯ 2022", "%d %B %Y", "%d.%m.%Y", "03.04.2022"),
        ("Вс, 03 апр 22", "%a, %d %b %y", "%A %d.%m.%Y", "Воскресенье 03.04.2022"),
        ("03/04/68", "%d/%m/%y", "%Y", "2068"),
        ("03/04/69", "%d/%m/%y", "%Y", "1969"),
        ("15:30", "%H:%M", "%d.%m.%Y %I:%M %p", "01.01.1900 03:30 PM"),
        ("12:05 am", "%I:%M %p", "%H:%M", "00:05"),
        ("12:05 PM", "%I:%M %p", "%H:%M", "12:05"),
        ("7:05", "%I:%M", "%H:%M", "07:05"),
        ("60 2024", "%j %Y", "%d.%m.%Y", "29.02.2024"),
        ("2025 01 1", "%Y %W %w", "%d.%m.%Y", "06.01.2025"),
        ("2025 01 Воскресенье", "%Y %U %A", "%d.%m.%Y", "05.01.2025"),
        ("2025 00 3", "%Y %W %w", "%d.%m.%Y", "01.01.2025"),
        ("100% 05.01.2025", "100%% %d.%m.%Y", "%d", "05"),
        ("19:26:35.5", "%H:%M:%S.%f", "%f", "500000"),
        ("2022-04-03T10:15:30+0300", "%Y-%m-%dT%H:%M:%S%z", "%H:%M %z %s", "10:15 +0300 1648970130"),
        ("2022-04-03T10:15:30-05:30", "%Y-%m-%dT%H:%M:%S%z", "%z", "-0530"),
        ("2022-04-03T07:15:30Z", "%Y-%m-%dT%H:%M:%S%z", "%s %Z", "1648970130 UTC"),
        ("03.04.2022 07:15 UTC", "%d.%m.%Y %H:%M %Z", "%s", "1648970100"),
        ("14.12.2020 09:10", "%d.%m.%Y %H:%M", "%s", "1607926200"),
        ("31.12.1969 23:59:59.25", "%d.%m.%Y %H:%M:%S.%f", "%s.%f", "-10801.250000"),
        (1607926200, "%s", "%d.%m.%Y %H:%M", "14.12.2020 09:10"),
        ("1607926200.123456789", "%s", "%H:%M:%S.%f", "09:10:00.123456"),
        (-0.5, "%s", "%H:%M:%S.%f", "02:59:59.500000"),
        ("1607926200.5", "%s.%f", "%H:%M:%S.%f", "09:10:00.500000"),
    ],
)
def test_reading_by_one_format_and_writing_by_another(text, template_in, template_out, expected):
    assert call("convert_datetime", text, template_in, template_out) == expected


def test_timestamps_take_the_zone_of_the_project():
    run = context("2025-01-06T12:00:00+07:00")
    moment = "06.01.2025 19:26:35.123456"
    assert call("convert_datetime", moment, "%d.%m.%Y %H:%M:%S.%f", "%s.%f", run=run) == "1736166395.123456"
    assert call("convert_datetime", 1736166395, "%s", "%H:%M", run=run) == "19:26"


def test_names_are_read_in_the_language_of_the_project():
    english = context(lang="en")
    assert call("convert_datetime", "3 April 2022", "%d %B %Y", "%d.%m", run=english) == "03.04"
    assert kind_of("convert_datetime", "3 апреля 2022", "%d %B %Y", "%d.%m", run=english) == "value"


@pytest.mark.parametrize(
    ("text", "template", "kind"),
    [
        ("30.02.2022", "%d.%m.%Y", "value"),
        ("03.04.2022 и ещё", "%d.%m.%Y", "value"),
        ("03.04", "%d.%m.%Y", "value"),
        ("03.04.0000", "%d.%m.%Y", "value"),
        ("29.02", "%d.%m", "value"),
        ("366 2023", "%j %Y", "value"),
        ("25:00", "%H:%M", "value"),
        ("скоро", "%s", "value"),
        ("999999999999", "%s", "value"),
        ("999999999999.5", "%s.%f", "value"),
        ("99999999999999999999", "%s", "value"),
        ("5", "%Q", "value"),
        ("5%", "%d%", "value"),
        ("5 6", "%d %d", "value"),
        ("5 6", "%s %d", "value"),
        ("5", "%d" * 600, "limit"),
        ("", "%d", "value"),
        (None, "%d", "none"),
        ([1], "%d", "type"),
    ],
)
def test_what_cannot_be_read_is_an_error(text, template, kind):
    assert kind_of("convert_datetime", text, template, "%Y") == kind


def test_a_hostile_text_is_refused_at_once():
    template = "%d%m%y%Y%H%M%S%f%j%U%W%w"
    assert kind_of("convert_datetime", "1" * 40 + "x", template, "%Y") == "value"
    assert kind_of("convert_datetime", " " * 50_000 + "x", "%d %m", "%Y") == "value"
