"""Writing and reading moments by directives (`%d.%m.%Y`), independent of the locale of the machine.

The directives are those of Salebot's table (functions-dates.md 4), the rules of reading those of Python's strptime
(D15): one digit is enough where two are usual, letter case of names is ignored, white space fits any white space,
a directive stands at most once, missing parts are 1 January 1900, 00:00:00.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..errors import Fault

MAX_FORMAT = 1_000  # characters of a format that is read by; a longer one would only keep the compiler busy
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one language: days from Monday, months from January."""

    days: tuple[str, ...]
    short_days: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]


RUSSIAN = Names(
    tuple("Понедельник Вторник Среда Четверг Пятница Суббота Воскресенье".split()),
    tuple("Пн Вт Ср Чт Пт Сб Вс".split()),
    tuple("января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()),
    tuple("янв фев мар апр мая июн июл авг сен окт ноя дек".split()),
)
ENGLISH = Names(
    tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    tuple("Mon Tue Wed Thu Fri Sat Sun".split()),
    tuple("January February March April May June July August September October November December".split()),
    tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),
)


def names_of(lang: str) -> Names:
    """Russian unless the language is `en` (D16)."""
    return ENGLISH if lang == "en" else RUSSIAN


# ---------------------------------------------------------------- writing

_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)

_WRITERS: Mapping[str, Callable[[dt.datetime, Names, dt.tzinfo], str]] = {
    "a": lambda t, names, zone: names.short_days[t.weekday()],
    "A": lambda t, names, zone: names.days[t.weekday()],
    "w": lambda t, names, zone: str(t.isoweekday() % 7),
    "d": lambda t, names, zone: f"{t.day:02d}",
    "b": lambda t, names, zone: names.short_months[t.month - 1],
    "B": lambda t, names, zone: names.months[t.month - 1],
    "m": lambda t, names, zone: f"{t.month:02d}",
    "y": lambda t, names, zone: f"{t.year % 100:02d}",
    "Y": lambda t, names, zone: f"{t.year:04d}",
    "H": lambda t, names, zone: f"{t.hour:02d}",
    "I": lambda t, names, zone: f"{t.hour % 12 or 12:02d}",
    "p": lambda t, names, zone: "AM" if t.hour < 12 else "PM",
    "M": lambda t, names, zone: f"{t.minute:02d}",
    "S": lambda t, names, zone: f"{t.second:02d}",
    "f": lambda t, names, zone: f"{t.microsecond:06d}",
    "z": lambda t, names, zone: _offset_text(t),
    "Z": lambda t, names, zone: t.tzname() or "",
    "j": lambda t, names, zone: f"{_year_day(t):03d}",
    "U": lambda t, names, zone: f"{(_year_day(t) + 6 - t.isoweekday() % 7) // 7:02d}",
    "W": lambda t, names, zone: f"{(_year_day(t) + 6 - t.weekday()) // 7:02d}",
    "s": lambda t, names, zone: str(unix_seconds(t, zone)),
    "%": lambda t, names, zone: "%",
}


def write_moment(moment: dt.datetime, template: str, lang: str, zone: dt.tzinfo) -> str:
    """The moment by a format; unknown directives stand for themselves.

    Args:
        moment: without a zone it is local time of the project, and `%z`, `%Z` are empty.
        template: text with directives.
        lang: language of the names.
        zone: the project's zone, for `%s`.
    """
    names = names_of(lang)

    def written(match: re.Match[str]) -> str:
        writer = _WRITERS.get(match[1])
        return match[0] if writer is None else writer(moment, names, zone)

    return _DIRECTIVE.sub(written, template)


def unix_seconds(moment: dt.datetime, zone: dt.tzinfo) -> int:
    """Whole seconds since 1970 UTC, rounded down, so that `%s.%f` is exact."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return (aware - EPOCH) // dt.timedelta(seconds=1)


def _year_day(moment: dt.datetime) -> int:
    return moment.timetuple().tm_yday


def _offset_text(moment: dt.datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = int(abs(offset).total_seconds()) // 60
    return f"{'-' if offset < dt.timedelta(0) else '+'}{minutes // 60:02d}{minutes % 60:02d}"


# ---------------------------------------------------------------- reading

_PATTERNS: Mapping[str, str] = {
    "w": "[0-6]",
    "d": "3[01]|[12][0-9]|0[1-9]|[1-9]",
    "m": "1[0-2]|0[1-9]|[1-9]",
    "y": "[0-9]{2}",
    "Y": "[0-9]{4}",
    "H": "2[0-3]|[01][0-9]|[0-9]",
    "I": "1[0-2]|0[1-9]|[1-9]",
    "p": "AM|PM",
    "M": "[0-5][0-9]|[0-9]",
    "S": "[0-5][0-9]|[0-9]",
    "f": "[0-9]{1,6}",
    "z": "[+-][0-9]{2}:?[0-5][0-9]|Z",
    "Z": "UTC|GMT",
    "j": "36[0-6]|3[0-5][0-9]|[12][0-9]{2}|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9]",
    "U": "5[0-3]|[0-4][0-9]|[0-9]",
    "W": "5[0-3]|[0-4][0-9]|[0-9]",
    "s": r"-?[0-9]{1,12}",
}
_TIMESTAMP = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]+))?")


def read_moment(text: str, template: str, lang: str, zone: dt.tzinfo) -> dt.datetime:
    """The moment that a text means by a format.

    Args:
        text: the whole of it must fit; white space around is ignored.
        template: text with directives; `%s` stands alone or with `%f`.
        lang: language of the names.
        zone: the project's zone: a timestamp becomes its local time.

    Returns:
        Without a zone, unless `%z` or `%Z` were read.

    Raises:
        Fault: SB317 the text does not fit or is no real moment, SB331 and SB332 the format is wrong, SB401.
    """
    text, template = text.strip(), template.strip()
    if len(template) > MAX_FORMAT:
        raise Fault("SB401", limit=MAX_FORMAT)
    if template == "%s":
        return _from_timestamp(text, zone)
    match = _reader(template, lang).fullmatch(text)
    if match is None:
        raise Fault("SB317", got=text, format=template)
    found = match.groupdict()
    try:
        if "s" in found:
            return _local(int(found["s"]) * 1_000_000 + int(found.get("f", "0").ljust(6, "0")), zone)
        return _assemble(found, names_of(lang))
    except (ValueError, OverflowError):
        raise Fault("SB317", got=text, format=template) from None


@lru_cache(maxsize=256)
def _reader(template: str, lang: str) -> re.Pattern[str]:
    """Regular expression of a format. Each directive stands once, so matching cannot take exponential time."""
    names = names_of(lang)
    lists = {"a": names.short_days, "A": names.days, "b": names.short_months, "B": names.months}
    used: set[str] = set()
    parts: list[str] = []
    for token in re.findall(r"%.|\s+|[^%\s]+|%", template, re.DOTALL):
        if token.isspace():
            parts.append(r"\s+")
            continue
        if token == "%%" or token[0] != "%":
            parts.append(re.escape(token.replace("%%", "%")))
            continue
        directive = token[1:]
        if directive in lists:
            pattern = "|".join(sorted(map(re.escape, lists[directive]), key=len, reverse=True))
        elif directive in _PATTERNS:
            pattern = _PATTERNS[directive]
        else:
            raise Fault("SB331", format=template, name=token)
        if directive in used:
            raise Fault("SB332", format=template, name=token)
        used.add(directive)
        parts.append(f"(?P<{directive}>{pattern})")
    if "s" in used and used - {"s", "f"}:
        raise Fault("SB332", format=template, name="%s")
    return re.compile("".join(parts), re.IGNORECASE)


def _from_timestamp(text: str, zone: dt.tzinfo) -> dt.datetime:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise Fault("SB317", got=text, format="%s")
    microseconds = int(match[2]) * 1_000_000 + int((match[3] or "")[:6].ljust(6, "0"))
    try:
        return _local(-microseconds if match[1] else microseconds, zone)
    except OverflowError:
        raise Fault("SB330") from None


def _local(microseconds: int, zone: dt.tzinfo) -> dt.datetime:
    return (EPOCH + dt.timedelta(microseconds=microseconds)).astimezone(zone).replace(tzinfo=None)


def _assemble(found: Mapping[str, str], names: Names) -> dt.datetime:
    """Parts of a match → moment. ValueError for days that do not exist."""
    year = _year(found)
    day = dt.date(year, _month(found, names), int(found.get("d", "1")))
    weekday = _weekday(found, names)
    if "j" in found:
        day = dt.date(year, 1, 1) + dt.timedelta(days=int(found["j"]) - 1)
        if day.year != year:
            raise ValueError("day 366 of a common year")
    elif weekday is not None and ("U" in found or "W" in found) and ("Y" in found or "y" in found):
        day = _day_of_week(year, weekday, found)
    return dt.datetime(
        day.year,
        day.month,
        day.day,
        _hour(found),
        int(found.get("M", "0")),
        int(found.get("S", "0")),
        int(found.get("f", "0").ljust(6, "0")),
        tzinfo=_zone(found),
    )


def _year(found: Mapping[str, str]) -> int:
    if "Y" in found:
        return int(found["Y"])
    if "y" in found:
        short = int(found["y"])
        return short + (2000 if short < 69 else 1900)
    return 1900


def _month(found: Mapping[str, str], names: Names) -> int:
    if "m" in found:
        return int(found["m"])
    if "B" in found:
        return _position(found["B"], names.months) + 1
    return _position(found["b"], names.short_months) + 1 if "b" in found else 1


def _weekday(found: Mapping[str, str], names: Names) -> int | None:
    """Monday 0 … Sunday 6."""
    if "w" in found:
        return (int(found["w"]) - 1) % 7
    if "A" in found:
        return _position(found["A"], names.days)
    return _position(found["a"], names.short_days) if "a" in found else None


def _position(name: str, names: tuple[str, ...]) -> int:
    return [known.lower() for known in names].index(name.lower())


def _day_of_week(year: int, weekday: int, found: Mapping[str, str]) -> dt.date:
    """The day with that weekday in a week counted from the first Sunday (`%U`) or Monday (`%W`)."""
    first = 6 if "U" in found else 0
    start = dt.date(year, 1, 1)
    week_one = start + dt.timedelta(days=(first - start.weekday()) % 7)
    week = int(found["U"] if "U" in found else found["W"])
    return week_one + dt.timedelta(days=(week - 1) * 7 + (weekday - first) % 7)


def _hour(found: Mapping[str, str]) -> int:
    if "H" in found:
        return int(found["H"])
    if "I" not in found:
        return 0
    return int(found["I"]) % 12 + (12 if found.get("p", "").upper() == "PM" else 0)


def _zone(found: Mapping[str, str]) -> dt.tzinfo | None:
    text = found.get("z", "").upper()
    if not text:
        return dt.UTC if "Z" in found else None
    if text == "Z":
        return dt.UTC
    offset = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)
