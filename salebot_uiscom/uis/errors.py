"""Everything that can go wrong with UIS, as exceptions that know the cure.

    UisError
    ├── UisRequestError -32700 -32600 -32601 -32099   our request was malformed
    ├── UisAuthError -32001, UisDirectionForbidden -32002, UisForbidden -32003, UisSequenceError -32004,
    │   UisNumberError -32007, UisComponentDisabled -32008, UisAccountError -32009, UisLimitExceeded -32029,
    │   UisInvalidParams -32602 (`local=True`: found before anything was sent), UisInternalError -32603
    └── UisUnreachable (nothing was sent), UisOutcomeUnknown (a call or message that was perhaps made),
        UisNoAnswer (a harmless method), UisProtocolError (no JSON-RPC answer)

The mnemonic decides, then the code, never the text (uis-api.md 5). Texts for people are in
`salebot_uiscom.messages.telephony`. No key and no full phone number stands in any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ..errors import SalebotError
from ..messages import language, mask, message_of
from . import tables
from .limits import Limits, whole_number

_HIDDEN = "•••"
_UNKNOWN_CODE = "UI100"


class UisError(SalebotError):
    """An error of UIS or of the way to it.

    Attributes:
        mnemonic: the key for programs: UIS' own, or `unreachable`, `outcome_unknown`, `no_answer`,
            `protocol_error`.
        code: JSON-RPC code, None for faults of the way.
        text: UIS' English text, phones and keys hidden.
        method, request_id: what was asked; the id stands in the account's report of API requests.
        field, value: the guilty parameter (dotted path) and what was sent, phones and keys hidden.
        limits: points as told with the error.
        advice: `never`, `relogin`, `after_reset` or `reads_only` (errors.json).
        local: the request was refused here and never sent.
        outcome_unknown: the work may have been done although there is no success.
    """

    mnemonic_of_class: ClassVar[str] = "error"

    def __init__(
        self,
        mnemonic: str | None = None,
        *,
        code: int | None = None,
        text: str = "",
        method: str = "",
        request_id: str = "",
        field: str | None = None,
        value: Any = None,
        params: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        advice: str = "never",
        local: bool = False,
        outcome_unknown: bool = False,
    ) -> None:
        self.mnemonic = mnemonic or self.mnemonic_of_class
        super().__init__(self.mnemonic)
        self.code = code
        self.text = text
        self.method = method
        self.request_id = request_id
        self.field = field
        self.value = value
        self.params = dict(params or {})
        self.limits = limits
        self.advice = advice
        self.local = local
        self.outcome_unknown = outcome_unknown

    @property
    def message_code(self) -> str:
        """Code of the texts in `salebot_uiscom.messages`."""
        own = MESSAGE_CODES.get((self.mnemonic, self.code)) or MESSAGE_CODES.get((self.mnemonic, None))
        return own or _GROUP_CODES.get(self.code or 0, _UNKNOWN_CODE)

    def cause(self, lang: str = "ru") -> str:
        """What happened, one sentence."""
        return message_of(self.message_code).text(lang, self._data(lang))

    def cure(self, lang: str = "ru") -> str:
        """What to do, and where in the cabinet of UIS."""
        return message_of(self.message_code).hint(lang, self._data(lang))

    def describe(self, lang: str) -> str:
        """Cause, cure and what support needs, in one line."""
        head = f"{self.message_code} {self.mnemonic}"
        if self.code is not None:
            head += f" ({self.code})"
        where = ", ".join(part for part in (self.method, self.field) if part)
        line = f"{head}{' ' + where if where else ''}: {self.cause(lang)}"
        cure = self.cure(lang)
        if cure:
            line += f" — {cure}"
        if self.request_id and not self.local:
            line += f" [id {self.request_id}]"
        return line

    def __str__(self) -> str:
        return self.describe(language())

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.mnemonic!r}, code={self.code}, method={self.method!r}, field={self.field!r})"
        )

    def _data(self, lang: str) -> dict[str, Any]:
        none = "—"
        return {
            # `hint` in the data would replace our own advice.
            **{key: value for key, value in self.params.items() if key != "hint"},
            "name_method": self.method or none,
            "name_field": self.field or none,
            "text_uis": self.text or none,
            "value": self.value,
            "name_ip": self.params.get("ip") or none,
            "name_components": self.params.get("component_name") or self.params.get("components") or none,
            "name_number": self._own_number(),
        }

    def _own_number(self) -> str:
        """The virtual number of the request: the company's own, so it may be named (uis-api.md 12).

        A number that may be a person's mobile stays hidden: arguments get swapped.
        """
        number = str(self.params.get("virtual_phone_number") or "—")
        return mask(number) if number.startswith("79") else number


class UisRequestError(UisError):
    """-32700, -32600, -32601, -32099: the request itself was malformed; a fault of this package."""


class UisAuthError(UisError):
    """-32001: key, login or password."""


class UisDirectionForbidden(UisError):
    """-32002: direction of the call not permitted, or the contact is in the black list."""


class UisForbidden(UisError):
    """-32003: address not in the list, or a right is missing."""


class UisSequenceError(UisError):
    """-32004: the call is not in the state for this method."""


class UisNumberError(UisError):
    """-32007: virtual number."""


class UisComponentDisabled(UisError):
    """-32008: a component of the account is not connected."""


class UisAccountError(UisError):
    """-32009: account switched off."""


class UisInvalidParams(UisError):
    """-32602: parameters, and most entities that do not exist."""


class UisInternalError(UisError):
    """-32603: inside UIS; nobody knows whether the work was done."""


class UisLimitExceeded(UisError):
    """-32029: points of the minute or of the day are spent.

    Attributes:
        seconds: until the counter starts again; None when UIS did not tell.
        per_day: it is the limit of the day.
    """

    mnemonic_of_class = "limit_exceeded"

    def __init__(self, mnemonic: str | None = None, **details: Any) -> None:
        super().__init__(mnemonic, **details)
        limits = self.limits
        # The member of the answer decides; `limit_type` has undocumented values.
        self.per_day = bool(
            (limits and limits.day_remaining is not None and limits.day_remaining <= 0)
            or (limits is None and self.params.get("limit_type") == "day")
        )
        self.seconds: int | None = None
        if limits is not None:
            self.seconds = limits.day_reset if self.per_day else limits.minute_reset

    def _data(self, lang: str) -> dict[str, Any]:
        unknown = {"ru": "неизвестно сколько", "en": "an unknown number of"}
        return {
            **super()._data(lang),
            "name_seconds": str(self.seconds if self.seconds is not None else unknown.get(lang, unknown["ru"])),
            "name_limit": {
                "ru": "в сутки" if self.per_day else "в минуту",
                "en": "per day" if self.per_day else "per minute",
            }["en" if lang == "en" else "ru"],
        }


class UisUnreachable(UisError):
    """The request certainly did not reach UIS: name not resolved, connection refused, TLS failed."""

    mnemonic_of_class = "unreachable"

    def __init__(self, reason: str, *, timeout: bool = False, **details: Any) -> None:
        super().__init__(**details)
        self.reason = reason
        self.timeout = timeout

    def _data(self, lang: str) -> dict[str, Any]:
        return {**super()._data(lang), "name_reason": self.reason}


class UisOutcomeUnknown(UisError):
    """The request was (perhaps) sent and no usable answer came. A call may be ringing: never repeat it blindly.

    Attributes:
        reason: class of the fault of the way, or what was wrong with the answer.
        timeout: time ran out.
    """

    mnemonic_of_class = "outcome_unknown"

    def __init__(self, reason: str, *, timeout: bool = False, **details: Any) -> None:
        super().__init__(outcome_unknown=True, **details)
        self.reason = reason
        self.timeout = timeout

    def _data(self, lang: str) -> dict[str, Any]:
        return {**super()._data(lang), "name_reason": self.reason}


class UisNoAnswer(UisError):
    """The same for a method that does no harm when it runs twice (lists, tags, login): simply ask again.

    Attributes as of `UisOutcomeUnknown`.
    """

    mnemonic_of_class = "no_answer"

    def __init__(self, reason: str, *, timeout: bool = False, **details: Any) -> None:
        super().__init__(**details)
        self.reason = reason
        self.timeout = timeout

    def _data(self, lang: str) -> dict[str, Any]:
        return {**super()._data(lang), "name_reason": self.reason}


class UisProtocolError(UisError):
    """What came back is no JSON-RPC answer to our request.

    Attributes:
        reason: `not_json`, `not_an_object`, `not_json_rpc`, `result_and_error`, `neither_result_nor_error`,
            `foreign_id`, `no_data`, `unexpected_data`.
        status: HTTP status.
    """

    mnemonic_of_class = "protocol_error"

    def __init__(self, reason: str, *, status: int = 200, **details: Any) -> None:
        super().__init__(**details)
        self.reason = reason
        self.status = status

    def _data(self, lang: str) -> dict[str, Any]:
        return {**super()._data(lang), "name_reason": self.reason, "name_status": str(self.status)}


_CLASSES: dict[int, type[UisError]] = {
    -32700: UisRequestError,
    -32600: UisRequestError,
    -32601: UisRequestError,
    -32099: UisRequestError,
    -32001: UisAuthError,
    -32002: UisDirectionForbidden,
    -32003: UisForbidden,
    -32004: UisSequenceError,
    -32007: UisNumberError,
    -32008: UisComponentDisabled,
    -32009: UisAccountError,
    -32029: UisLimitExceeded,
    -32602: UisInvalidParams,
    -32603: UisInternalError,
}

# Texts of a group, for mnemonics that are not documented.
_GROUP_CODES: dict[int, str] = {
    -32700: "UI101",
    -32600: "UI102",
    -32601: "UI105",
    -32099: "UI103",
    -32001: "UI190",
    -32002: "UI191",
    -32003: "UI192",
    -32004: "UI156",
    -32007: "UI193",
    -32008: "UI194",
    -32009: "UI110",
    -32029: "UI116",
    -32602: "UI195",
    -32603: "UI117",
}

# None as code: any code of this mnemonic.
MESSAGE_CODES: dict[tuple[str, int | None], str] = {
    ("parse_error", None): "UI101",
    ("invalid_request", None): "UI102",
    ("batch_opreations_not_supported", None): "UI103",
    ("notifications_not_supported", None): "UI104",
    ("method_not_found", None): "UI105",
    ("access_token_invalid", None): "UI106",
    ("access_token_expired", None): "UI107",
    ("access_token_blocked", None): "UI108",
    ("auth_error", None): "UI109",
    ("account_inactive", None): "UI110",
    ("ip_not_whitelisted", None): "UI111",
    ("forbidden", None): "UI112",
    ("component_disabled", None): "UI113",
    ("method_component_disabled", None): "UI114",
    ("parameter_component_disabled", None): "UI115",
    ("limit_exceeded", None): "UI116",
    ("internal_error", None): "UI117",
    ("call_session_not_found", None): "UI118",
    ("data_type_error", None): "UI119",
    ("required_parameter_missed", None): "UI120",
    ("invalid_parameter_value", None): "UI121",
    ("unexpected_parameters", None): "UI122",
    ("invalid_parameters_combination", None): "UI123",
    ("error", -32602): "UI124",
    ("sort_prohibited", None): "UI125",
    ("filter_prohibited", None): "UI126",
    ("date_interval_limit_reached", None): "UI127",
    ("entity_not_found", None): "UI128",
    ("duplicate_entity", None): "UI129",
    ("campaign_is_inactive", None): "UI130",
    ("invalid_date_time", None): "UI131",
    ("data_limit_exceeded", None): "UI132",
    ("tariff_restrictions", None): "UI133",
    ("already_in_use", None): "UI134",
    ("dependency_error", None): "UI135",
    ("tts_text_exceeded", None): "UI140",
    ("media_file_not_found", None): "UI141",
    ("virtual_phone_number_not_found", None): "UI142",
    ("employee_not_found", None): "UI143",
    ("no_active_phone_number", None): "UI144",
    ("own_virtual_phone_number_not_allowed", None): "UI145",
    ("contact_in_blacklist", None): "UI146",
    ("character_encoding_not_allowed", None): "UI147",
    ("scenario_not_found", -32602): "UI148",
    ("scenario_not_found", -32007): "UI149",
    ("tag_not_found", None): "UI150",
    ("duplicate_tag", None): "UI151",
    ("invalid_state", None): "UI156",
    ("leg_not_found", None): "UI157",
    ("unreachable", None): "UI180",
    ("outcome_unknown", None): "UI181",
    ("protocol_error", None): "UI182",
    ("no_answer", None): "UI183",
}


def error_from_answer(raw: Any, *, method: str, request_id: str, secrets: tuple[str, ...] = ()) -> UisError | None:
    """The `error` member of an answer as exception; None when it is no JSON-RPC error."""
    if not isinstance(raw, Mapping):
        return None
    code = whole_number(raw.get("code"))
    if code is None:
        return None
    data = raw.get("data")
    data = data if isinstance(data, Mapping) else {}
    mnemonic = data.get("mnemonic")
    field = data.get("field")
    field = mask(hide(field, secrets)) if isinstance(field, str) else None
    params = data.get("params")
    return make_error(
        mask(hide(mnemonic, secrets)) if isinstance(mnemonic, str) else None,
        code=code,
        method=method,
        text=mask(hide(str(raw.get("message") or ""), secrets)),
        request_id=request_id,
        field=field,
        value=None if field == "access_token" else hide_in(data.get("value"), secrets),
        params=hide_in(params, secrets, but=("virtual_phone_number",)) if isinstance(params, Mapping) else None,
        limits=Limits.read(data.get("metadata")),
    )


def make_error(mnemonic: str | None, *, code: int | None, method: str, **details: Any) -> UisError:
    """The exception of a mnemonic; its class and advice by mnemonic, then by code.

    `code` None takes the documented one (checks of our own).
    """
    rows = tables.error_rows(mnemonic) if mnemonic else ()
    row = next((row for row in rows if row.code == code), None)
    row = row or next((row for row in rows if row.concerns(method)), rows[0] if rows else None)
    if row is None:
        known = tables.groups().get(code or 0, "never")
        # The group of keys says "relogin or never": only access_token_invalid is worth a login.
        advice = known if known in ("after_reset", "reads_only") else "never"
        return _CLASSES.get(code or 0, UisError)(mnemonic, code=code, method=method, advice=advice, **details)
    kind = _CLASSES[rows[0].code]
    actual = row.code if code is None else code
    return kind(row.mnemonic, code=actual, method=method, advice=row.retry, **details)


def hide(text: str, secrets: Iterable[str]) -> str:
    """`text` without the secrets."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text


def hide_in(value: Any, secrets: tuple[str, ...], but: tuple[str, ...] = ()) -> Any:
    """A JSON value without secrets and full phone numbers; members named in `but` keep their phones."""
    if isinstance(value, str):
        return mask(hide(value, secrets))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**9:
        return mask(str(value))
    if isinstance(value, Mapping):
        return {
            str(key): hide(str(member), secrets) if key in but else hide_in(member, secrets)
            for key, member in value.items()
            if key not in ("access_token", "password")
        }
    if isinstance(value, (list, tuple)):
        return [hide_in(member, secrets) for member in value]
    return value
