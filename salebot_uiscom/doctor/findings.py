"""What the doctor finds: a stable code, the texts of the table of messages, and where it was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..messages import all_messages, mask, message_of

FAULT, WARNING, NOTE = "fault", "warning", "note"
_FIRST, _LAST = "UI300", "UI399"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Attributes:
        code: of the texts, `UI3xx`.
        data: what is filled into them.
        places: where it was seen (`Call API`, `Data API`, a file); may be empty.
    """

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[str, ...] = ()

    @property
    def severity(self) -> str:
        """`fault` (something does not work), `warning` (it may stop working or work worse), `note`."""
        return message_of(self.code).kind

    def text(self, lang: str = "ru") -> str:
        return message_of(self.code).text(lang, self.data)

    def next_step(self, lang: str = "ru") -> str:
        return message_of(self.code).hint(lang, self.data)

    def as_dict(self, lang: str = "ru") -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "places": list(self.places),
            "text": self.text(lang),
            "next_step": self.next_step(lang),
        }


class Findings:
    """Findings in the order of the walk; the same fault seen at two places is one."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def add(self, code: str, place: str = "", **data: Any) -> None:
        places = (place,) if place else ()
        for index, known in enumerate(self._found):
            if (known.code, known.data) == (code, data):
                if place not in known.places:
                    self._found[index] = Finding(code, data, (*known.places, *places))
                return
        self._found.append(Finding(code, data, places))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def has(self, code: str) -> bool:
        return any(finding.code == code for finding in self._found)


def known_codes() -> list[str]:
    """Every code that the doctor can find."""
    return sorted(code for code in all_messages() if _FIRST <= code <= _LAST)


def own_number(number: str) -> str:
    """A virtual number as it may be shown: the company's own, but arguments get swapped, so mobiles stay hidden."""
    return mask(number) if number.startswith("79") else number
