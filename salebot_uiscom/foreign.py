"""Texts of strangers before people see them: nothing steers a terminal, nobody's phone is told.

A webhook, a message, a bot file of somebody else may hold anything. Whatever prints or logs such a text passes it
through `visible` (signs that would act instead of being seen) or `one_line`, and through `mask` (phones).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .patterns import pattern

if TYPE_CHECKING:
    import re

# ---------------------------------------------------------------- signs that act

# Cc without tab and line feed, separators of lines, halves of surrogate pairs, and Cf: directions, joiners, tags.
# U+200D stays: it makes one emoji of several. Unlike `str.isprintable`, blanks of all widths are no concern of ours.
_ACTING = pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
_LINE_ENDS = pattern("\r\n|[\t\n]")


def visible(text: str) -> str:
    """The text with a sign for every character that would act: `␛[2J`, `<U+202E>`. Tabs and line feeds stay."""
    if text.replace("\n", "").isprintable():  # nearly every text; and the pattern takes 5 ms to compile
        return text
    return _ACTING.sub(_sign, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`visible`, and on one line: for a cell of a table or a line that something else goes before."""
    return visible(_LINE_ENDS.sub(" ", text))


def escaped(json_text: str) -> str:
    """JSON with those characters as its own escapes: a program reads the same, a terminal does nothing."""
    return _ACTING.sub(lambda found: "".join(f"\\u{unit:04x}" for unit in _units(found.group())), json_text)


def _units(char: str) -> tuple[int, ...]:
    """Its halves in UTF-16, as JSON writes what lies above U+FFFF."""
    data = char.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(data[place : place + 2]) for place in range(0, len(data), 2))


def indented(text: str, by: int) -> str:
    """`visible`, with further lines set in: none of them can pass for a line of ours."""
    return visible(text).replace("\n", "\n" + " " * by)


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the picture of that control character
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


# ---------------------------------------------------------------- phones

# What people put between the digits of a phone: blanks, brackets, dashes of all lengths, and what nobody sees.
# A dot or a slash separates only where a digit or a bracket follows at once: a sentence may end before a number.
_BETWEEN = (
    r"(?:[\s\-()\[\]‐-―−·•\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\u20e3\ufeff]"
    r"|[./](?=[\d(\u200b-\u200f])|/(?= [\d(]))*+"
)
_DAY, _MONTH, _YEAR = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"(?:{_YEAR}-{_MONTH}-{_DAY}|{_YEAR}/{_MONTH}/{_DAY}|{_DAY}\.{_MONTH}\.{_YEAR}|{_DAY}/{_MONTH}/{_YEAR})"
# With the hour: no phone has the colon that follows. Minutes and seconds may belong to a phone behind them, so they
# stay only before something else, or before as many digits as make a phone by themselves.
_HOUR = rf"(?<![\d+]){_DATE}(?:T|,?[ \xa0]{{1,2}})(?:[01]\d|2[0-3])(?=:[0-5]\d(?!\d))"
_TIME = (
    rf"(?:{_HOUR}|(?<![\d+:.])(?:[01]\d|2[0-3])):[0-5]\d(?::[0-5]\d(?:[.,]\d{{1,9}})?)?(?:Z|[+-]\d\d:?\d\d)?"
    rf"(?!\d)(?:(?!{_BETWEEN}\d)|(?=\s+\+?\d(?:{_BETWEEN}\d){{9}}))"
)
_UUID = (
    r"(?<![0-9A-Za-z])(?=[\d-]{0,35}[a-fA-F])[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}"
    r"-[0-9a-fA-F]{12}(?![0-9A-Za-z])"
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ADDRESS = rf"(?<![\d.+])(?:{_OCTET}\.){{3}}{_OCTET}(?![\d.]|{_BETWEEN}\d)"
_FEWEST = 10
#: The number of our own texts that show how to write one. It is kept in their words only.
EXAMPLE = "79001234567"
_SHOWN = rf"(?:например|such as|в виде|слитно:|without signs:) {EXAMPLE}(?!{_BETWEEN}\d)"
_SOLID = rf"{_HOUR}|{_UUID}"
_PHONES = pattern(
    rf"(?P<kept>{_TIME}|{_SOLID}|{_ADDRESS}|{_SHOWN}|(?<![\d+()./-]){_DATE}(?![\d()./-]))"
    rf"|\d(?:{_BETWEEN}(?!{_SOLID})\d){{{_FEWEST - 1},}}"
)
_SUMS = pattern(r"\d{1,9}\.\d\d(?:\s+\d{1,9}\.\d\d)*|[1-9]\d{0,2}(?:\s\d{3}){1,2}\.\d\d")


def mask(text: str) -> str:
    """Hide the middle of anything that may be a phone number: first and last digits stay.

    Ten digits and more are one, however they are grouped; what is surely something else stays: dates, moments, UUIDs,
    IP addresses, sums with two decimals. In doubt it is a phone.
    """
    if sum(map(str.isdecimal, text)) < _FEWEST:  # nearly every text; and the pattern takes 10 ms to compile
        return text
    return _PHONES.sub(_hidden, text)


def _hidden(match: re.Match[str]) -> str:
    found = match.group()
    if match["kept"] is not None or _SUMS.fullmatch(found):
        return found
    digits = "".join(filter(str.isdecimal, found))
    return f"{digits[:2]}…{digits[-2:]}"
