"""Phone numbers: strict for functions (telephony.md R8-R10), repaired for notifications (webhooks.md 10)."""

from __future__ import annotations

import re
from typing import Any

_STRICT = re.compile(r"7[0-9]{10}")
_WRITTEN_WHOLE = re.compile(r"7[0-9]{10}\.0+")
# An extension follows several dots, or one dot behind a whole number.
_EXTENSION = re.compile(r"\.{2,}|(?<=[0-9]{10})\.")
_SHORTEST, _LONGEST = 11, 15


def text_of(value: Any) -> str:
    """A number of the calculator as digits, never with a point or an exponent (R9); a text as it is; others empty."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else ""
    if isinstance(value, float):
        return str(int(value)) if abs(value) < 1e30 and value == int(value) else ""
    return value if isinstance(value, str) else ""


def strict(value: Any) -> str | None:
    """The 11 digits from 7 that a value is, else None."""
    text = text_of(value)
    return text if _STRICT.fullmatch(text) else None


def repair(value: Any) -> str | None:
    """Digits of a phone written in any usual way, 11 to 15 of them; None when it is not a phone.

    `8…` of eleven digits becomes `7…`, ten digits get a 7 in front. A number with a plus names its country itself and
    keeps its digits. Letters (SIP addresses, `anonymous`) make it no phone: a guess could lead to another person.
    """
    text = _EXTENSION.split(text_of(value).strip(), maxsplit=1)[0]
    if any(char.isalpha() or (char.isdigit() and not char.isascii()) for char in text):
        return None
    digits = re.sub(r"[^0-9]", "", text)
    international = text.startswith("+")
    if len(digits) == 11 and digits[0] == "8" and not international:
        digits = "7" + digits[1:]
    elif len(digits) == 10 and not international:
        digits = "7" + digits
    return digits if _SHORTEST <= len(digits) <= _LONGEST else None


def dialable(value: Any, *, repaired: bool) -> str | None:
    """The number a function may send: strict, or repaired first where the project switched that on.

    `79004443322.0` of a calculator is a number kept as it was written, so it is sent as its digits (R9).
    """
    found = strict(value)
    if found is None and isinstance(value, str) and _WRITTEN_WHOLE.fullmatch(value):
        found = value[:11]
    if found is None and repaired:
        found = strict(repair(value))
    return found


def advice(value: Any) -> str:
    """Code of the message for a value that is no phone: with `normalizePhone` where that function would cure it."""
    from ..functions.text import normalize_phone

    meant = strict(repair(value))
    if meant is None:
        return "UI201"
    # It keeps ten digits as they are, and makes `+8…` of another country Russian.
    digits = normalize_phone(text_of(value))
    return {meant: "UI214", meant[1:]: "UI215"}.get(digits, "UI201")
