"""The errors that the simulated APIs answer with."""

from __future__ import annotations

from typing import Any

from ..errors import SalebotError
from ..uis import tables

ABSENT: Any = object()  # a parameter that was not sent: the answer then has no `value`

# The group of forbidden directions is documented, its mnemonic and text are not.
FORBIDDEN_DIRECTION = "unknown_mnemonic_of_group_32002"

_HTTP_STATUS = {-32001: 401, -32003: 403, -32029: 429, -32603: 500}


class Refusal(SalebotError):
    """A request that gets an error.

    Args:
        mnemonic: of the table of errors.
        method: decides between errors of one mnemonic with different codes.
        field: dotted name of the guilty parameter.
        value: what was sent.
        texts: values for the braces of the documented text; they go into `params` of the answer too.
    """

    def __init__(
        self, mnemonic: str, *, method: str = "", field: str | None = None, value: Any = ABSENT, **texts: Any
    ) -> None:
        super().__init__(mnemonic)
        self.mnemonic = mnemonic
        self.field = field
        self.value = value
        self.texts = texts
        if mnemonic == FORBIDDEN_DIRECTION:
            self.code, self.text, self.shows_limits = -32002, "Calls to this direction are forbidden", True
            return
        rows = tables.error_rows(mnemonic)
        if not rows:
            raise ValueError(f"{mnemonic!r} is not an error of UIS; see salebot_uiscom/uis/tables/errors.json")
        row = next((row for row in rows if row.concerns(method)), rows[0])
        self.code = row.code
        self.texts = {**row.text_params, **texts}
        self.text = row.text.format_map(self.texts)
        self.shows_limits = bool(row.limits_in_answer)

    @classmethod
    def forbidden_direction(cls, number: str) -> Refusal:
        return cls(FORBIDDEN_DIRECTION, field="contact", value=number)

    @property
    def http_status(self) -> int:
        """The status that a server with speaking statuses would choose (the documentation names none)."""
        return _HTTP_STATUS.get(self.code, 400)

    def as_error(self, limits: dict[str, int] | None) -> dict[str, Any]:
        data: dict[str, Any] = {"mnemonic": self.mnemonic}
        if self.field is not None:
            data["field"] = self.field
        if self.value is not ABSENT:
            data["value"] = self.value
        data["params"] = self.texts
        data["extended_helper"] = None
        if self.shows_limits and limits is not None:
            data["metadata"] = {"limits": limits}
        return {"code": self.code, "message": self.text, "data": data}
