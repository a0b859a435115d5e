"""Reading the body of a notification (webhooks.md 6, 7, 9). Pure: bytes in, a `Notification` or a `Refusal` out.

The body is a template that the owner of the account typed, filled in by UIS. Only the name can make it unusable; every
other field is read if it can be, and absent otherwise. Texts are data: nothing in them is ever evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from ..errors import SalebotError
from ..values import depth, number_text
from . import phones

MAX_BODY = 256 * 1024
MAX_DEPTH = 50
MAX_NAME = 255
EVENT = "Uiscom_event"
SHORT_WINDOW_S = 5.0

_UNRESOLVED = re.compile(r"\{\{\s*\w+\s*\}\}")
# In order: texts are stepped over, so that a `{{word}}` inside one survives. A text without end is taken to the end of
# the body: looking for its end from every quote again would take quadratic time.
_BARE = re.compile(r'"(?:[^"\\]|\\.)*+"?|(?P<hole>\{\{\s*\w+\s*\}\})', re.DOTALL)
_DOUBLED = re.compile(r':(\s*)""(?=[^",}\]\s])((?:[^"\\]|\\.)*)""(?=\s*[,}])')
_WHOLE = re.compile(r"-?[0-9]{1,30}(?:\.0+)?")
# First line of a multipart form; parts within parts are no form (and would be read by recursion).
_BOUNDARY = re.compile(r"--([0-9A-Za-z'()+_,./:=?-]{1,70})\r?\n")
_NESTED = re.compile(r"content-type:\s*(?:multipart|message)\b", re.IGNORECASE)
_MOST_FIELDS = 1000
_LONGEST_HEADER = 1000
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_UNIX = re.compile(r"[0-9]{9,11}(?:\.[0-9]+)?")
_ABSENT_WORDS = ("null", "None")
_LONGEST_NUMBER = 300  # digits; longer ones are kept as text


class Refusal(SalebotError):
    """A body that cannot be used. `reason` is short and holds nothing of the body."""

    def __init__(self, reason: str, *, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification, read.

    Attributes:
        name: as the owner chose it, one line, at most 255 characters; may be empty.
        phone: digits after repair (11 to 15), None when there is no phone; `phone_strict` without any repair.
        call_session_id: number, or a text that is none, or None.
        time: as told; aware where an offset stood there.
        body: everything received, unknown fields included.
        mended: the body was no JSON before the repair; the template in the cabinet is wrong.
    """

    name: str
    phone: str | None = field(repr=False)
    phone_strict: str | None = field(repr=False)
    call_session_id: int | str | None
    external_id: str | None
    time: datetime | None
    virtual_phone_number: str | None = field(repr=False)
    contact_full_name: str | None = field(repr=False)
    scenario_name: str | None
    contact_id: int | str | None
    communication_number: int | str | None
    wait_time_duration: int | None
    employee_ids: tuple[int | str, ...]
    body: Mapping[str, Any] = field(repr=False)
    mended: bool = False

    @property
    def text(self) -> str:
        """What enters the dialog (R42)."""
        return f"{EVENT} {self.name}" if self.name else EVENT

    @property
    def identifies_itself(self) -> bool:
        """Do session and time tell this event from the next one like it (webhooks.md 9)?"""
        return self.call_session_id is not None and self.time is not None

    def fingerprint(self, key: str) -> str:
        return Arrival(self.body, self.mended).fingerprint(key)


@dataclass(slots=True)
class Arrival:
    """A body that can be used, as far as its sender's answer needs it; the fields are read later.

    Attributes:
        body, mended: as in `Notification`.
    """

    body: Mapping[str, Any] = field(repr=False)
    mended: bool

    @property
    def identifies_itself(self) -> bool:
        """As of the notification that will be read."""
        body = self.body
        return (
            _text(_of_call(body, body.get("call_info"), "call_session_id")) is not None
            and _moment(_present(body.get("notification_time"))) is not None
        )

    def fingerprint(self, key: str) -> str:
        """Equal for equal content under one webhook key; the order of fields does not count."""
        return fingerprint(_SORTED.encode(self.body).encode(), key)


_SORTED = json.JSONEncoder(sort_keys=True, check_circular=False)  # what was read from JSON holds no circle


def fingerprint(content: bytes, key: str) -> str:
    return sha256(_digest(key) + content).hexdigest()


@lru_cache(maxsize=16)
def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def accept(content: bytes, content_type: str | None = None) -> Arrival:
    """Look at a body: can it be used?

    Args:
        content: the bytes as received.
        content_type: header of the request; only a form is told by it. None: not known any more (a stored body), a
            form is then recognised by its `notification_name`.

    Raises:
        Refusal: with the status of the answer.
    """
    if len(content) > MAX_BODY:
        raise Refusal("too long", status=413)
    try:
        text = str(content, "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refusal("not UTF-8") from error
    body, mended = _parse(text, content_type)
    if not isinstance(body, dict):
        raise Refusal("not an object")
    _name(body)
    return Arrival(body, mended)


def read(content: bytes, content_type: str | None = None) -> Notification:
    """Read a body; arguments and errors are those of `accept`."""
    arrival = accept(content, content_type)
    return _notification(arrival.body, arrival.mended)


# ---------------------------------------------------------------- text to body


def _parse(text: str, content_type: str | None) -> tuple[Any, bool]:
    try:
        return _strict_json(text), False
    except ValueError:
        pass
    if content_type is not None and content_type.partition(";")[0].strip().lower() in _FORMS:
        form = _form(text)
        if form is not None:
            return form, False
    try:
        return _strict_json(_mend(text)), True
    except ValueError as error:
        form = _form(text) if content_type is None else None
        if form is not None:
            return form, False
        raise Refusal("not JSON") from error


def _strict_json(text: str) -> Any:
    """Raises ValueError for anything that is not JSON, too deep for the parser included."""
    try:
        value = _JSON.decode(text)
    except RecursionError as error:
        raise Refusal("nested too deeply") from error
    # Each level takes a bracket: with few of them there is nothing to count.
    if text.count("{") + text.count("[") > MAX_DEPTH and isinstance(value, dict | list) and depth(value) > MAX_DEPTH:
        raise Refusal("nested too deeply")
    return _storable(value) if "\\u" in text else value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _fraction(text: str) -> float | str:
    number = float(text)
    return number if abs(number) != float("inf") else text


_JSON = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, parse_float=_fraction)


def _storable(value: Any) -> Any:
    """Halves of surrogate pairs, which no database stores, become U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not _encodes(value) else value
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _form(text: str) -> dict[str, Any] | None:
    """Fields of a form, each a JSON literal or else a text; None when it has no name of a notification."""
    try:
        if _BOUNDARY.match(text):
            pairs = _parts(text)
        else:
            pairs = parse_qsl(text.strip(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    fields: dict[str, Any] = {}
    for name, value in pairs:
        try:
            fields[name] = _strict_json(value)
        except ValueError:
            fields[name] = value
    return fields if "notification_name" in fields else None


def _parts(text: str) -> list[tuple[str, str]]:
    """Names and values of a multipart form. The boundary is its first line, which a stored body has kept.

    Raises:
        ValueError: cut off, parts within parts, too many of them, or one that is no text.
    """
    from email.parser import BytesParser  # loaded for such forms only

    boundary = _BOUNDARY.match(text)
    if boundary is None or not text.rstrip().endswith(f"--{boundary[1]}--"):
        raise ValueError("no whole form")
    if _NESTED.search(text) or text.count(boundary[0].rstrip()) > _MOST_FIELDS:
        raise ValueError("no form of plain fields")
    head = f'Content-Type: multipart/form-data; boundary="{boundary[1]}"\r\n\r\n'
    message = BytesParser().parsebytes((head + text).encode())
    pairs: list[tuple[str, str]] = []
    for part in message.walk():
        if part is message:
            continue
        if len(str(part.get("content-disposition", ""))) > _LONGEST_HEADER:
            raise ValueError("no name of a field")
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            pairs.append((name, content.decode()))
    return pairs


def _mend(text: str) -> str:
    """The two usual mistakes of a template: a placeholder that stayed bare, quotes around one that brings its own."""
    text = _DOUBLED.sub(r':\1"\2"', text)
    return _BARE.sub(lambda match: "null" if match["hole"] else match[0], text)


# ---------------------------------------------------------------- body to fields


def _notification(body: Mapping[str, Any], mended: bool) -> Notification:
    contact = _object(body.get("contact_info"))
    call = body.get("call_info")

    def of_contact(name: str) -> Any:
        value = _present(contact.get(name))
        return _present(body.get(name)) if value is None else value

    phone = of_contact("contact_phone_number")
    duration = _number_or_text(_present(body.get("wait_time_duration")))
    return Notification(
        name=_name(body),
        phone=phones.repair(phone),
        phone_strict=phones.strict(phone),
        call_session_id=_number_or_text(_of_call(body, call, "call_session_id")),
        external_id=_text(_of_call(body, call, "external_id")),
        time=_moment(_present(body.get("notification_time"))),
        virtual_phone_number=_text(_present(body.get("virtual_phone_number"))),
        contact_full_name=_one_line(_text(of_contact("contact_full_name")) or "") or None,
        scenario_name=_text(_present(body.get("scenario_name"))),
        contact_id=_number_or_text(of_contact("contact_id")),
        communication_number=_number_or_text(of_contact("communication_number")),
        wait_time_duration=duration if isinstance(duration, int) else None,
        employee_ids=_employee_ids(_present(body.get("employee_ids"))),
        body=body,
        mended=mended,
    )


def _of_call(body: Mapping[str, Any], call_info: Any, name: str) -> Any:
    value = _present(body.get(name))
    return _present(_object(call_info).get(name)) if value is None else value


def _name(body: Mapping[str, Any]) -> str:
    value = body.get("notification_name")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refusal("no notification_name")
    text = value.strip() if isinstance(value, str) else number_text(value)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_NAME].rstrip()


def _object(value: Any) -> Mapping[str, Any]:
    """An object, or the JSON text of one."""
    if isinstance(value, str):
        try:
            value = _strict_json(value)
        except (ValueError, Refusal):
            return {}
    return value if isinstance(value, dict) else {}


def _present(value: Any) -> Any:
    """None for all the ways in which a template says that there is nothing."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) >= 2 and text[0] == text[-1] == '"':
            text = text[1:-1].strip()
        if not text or text in _ABSENT_WORDS or _UNRESOLVED.fullmatch(text):
            return None
        return text
    return value


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return number_text(value)
    return value if isinstance(value, str) else None


def _number_or_text(value: Any) -> int | str | None:
    text = _text(value)
    if text is not None and _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    return text


def _employee_ids(value: Any) -> tuple[int | str, ...]:
    if isinstance(value, str):
        try:
            value = _strict_json(value)
        except (ValueError, Refusal):
            value = value.split(",")
    items = value if isinstance(value, list) else [value]
    found = (_number_or_text(_present(item)) for item in items)
    return tuple(item for item in found if item is not None)


def _moment(value: Any) -> datetime | None:
    """`2024-10-22 16:01:15.013`, ISO with `T`, offset or `Z`, or Unix seconds; None when unreadable."""
    text = _text(value)
    if text is None:
        return None
    try:
        if len(text) >= 10 and text[4] == "-":
            return datetime.fromisoformat(text)
        return datetime.fromtimestamp(float(text), UTC) if _UNIX.fullmatch(text) else None
    except (ValueError, OverflowError, OSError):
        return None
