"""Forms: tokens against forged ones, their fields, addresses to go back to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LONGEST_FORM_BYTES = 32 * 1024
MOST_FIELDS = 40
TOKEN_S = 12 * 3600


class FormTokens:
    """A token proves that we have made the form, for this cookie, not long ago."""

    def __init__(self, secret: str) -> None:
        from itsdangerous import URLSafeTimedSerializer

        self._serializer: Any = URLSafeTimedSerializer(secret, salt="salebot_uiscom.forms")

    def make(self, digest: str) -> str:
        """Args:
        digest: of the cookie of the one who gets the form.
        """
        return str(self._serializer.dumps(digest))

    def fits(self, token: str, digest: str) -> bool:
        from hmac import compare_digest

        from itsdangerous import BadData

        try:
            made_for = self._serializer.loads(token, max_age=TOKEN_S)
        except (BadData, UnicodeError):
            return False
        return isinstance(made_for, str) and compare_digest(made_for, digest)


def fields_of(body: bytes, content_type: str) -> Mapping[str, str] | None:
    """Fields of a sent form, the first of each name; None = not a form as browsers send ours."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except (ValueError, UnicodeError):
        return None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def local(path: str) -> str:
    """The address if it is a path of this application, else "": nobody is sent to a stranger's site."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 500:
        return ""
    if any(ord(char) < 0x21 or ord(char) == 0x7F for char in path):
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path
