"""Log records for machines: one JSON object per line; keys and phones never reach it.

    handler = logging.StreamHandler()
    handler.addFilter(Redaction(secrets=[api_key]))
    handler.setFormatter(JsonLines())

`Redaction` guards whatever else is logged too: texts of libraries, tracebacks, other handlers with other formatters.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from .foreign import escaped, indented, mask, visible

HIDDEN = "•••"
_SHORTEST_SECRET = 4  # hiding shorter ones would only garble words

# Paths carry keys: of notifications, of the host's API. Tokens of UIS and of signed-in people travel under names.
_KEYS = (
    re.compile(r"(/(?:uiscom_webhook|api)/+)[^/\s\"'?#]+"),
    re.compile(
        r"(\b(?:access_token|api_key|authorization|cookie|set-cookie|password|token)\b[\"']?\s*[:=]\s*"
        r"(?:[\"']|bearer\s+|basic\s+)*)[^\s\"',;&}]+",
        re.IGNORECASE,
    ),
)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redactor:
    """Hides keys and the middle of phones in a text, and shows what would steer a terminal.

    Args:
        secrets: hidden wherever they occur.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({one for one in secrets if len(one) >= _SHORTEST_SECRET}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        text = visible(text)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in _KEYS:
            text = pattern.sub(rf"\1{HIDDEN}", text)
        return mask(text)


class Redaction(logging.Filter):
    """A filter for handlers: the message (with its arguments), traceback and extra fields are made safe in place."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._redact = Redactor(secrets)
        self._plain = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = f"{record.msg!s} (its arguments do not fit)"
        record.msg, record.args = self._redact(text), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._plain.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redact(record.exc_text)
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        for name, value in vars(record).items():
            if name not in _OWN:
                setattr(record, name, self._value(value))
        return True

    def _value(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int) and len(str(abs(value))) < 10:
            return value
        return self._redact(str(value))


class JsonLines(logging.Formatter):
    """`{"time": …, "level": …, "logger": …, "message": …}`, extra fields beside them; always one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: value for name, value in vars(record).items() if name not in _OWN})
        trace = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else "")
        if trace:
            line["trace"] = trace
        # Among them separators that some readers take for ends of lines, and halves of surrogate pairs.
        return escaped(json.dumps(line, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """For people: whatever a message or a traceback holds, only a record of ours begins at the first column."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return indented(super().format(record), 4)


def set_up(*, secrets: Iterable[str] = (), as_json: bool = False, level: int = logging.INFO) -> None:
    """Log of a served bot on stderr: ours from `level` on, of libraries (they write addresses down) what is wrong."""
    handler = logging.StreamHandler()
    handler.addFilter(Redaction(secrets))
    handler.setFormatter(JsonLines() if as_json else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("salebot_uiscom").setLevel(level)
