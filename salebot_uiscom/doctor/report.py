"""Findings for people: one paragraph each, the fault and the next step; and the bodies to paste."""

from __future__ import annotations

import json
from collections.abc import Sequence
from string import Formatter

from ..messages import message_of
from .bodies import EVENTS, body_for
from .findings import FAULT, NOTE, WARNING, Finding, known_codes

_SEVERITIES = {FAULT: ("ошибка", "fault"), WARNING: ("внимание", "warning"), NOTE: ("заметка", "note")}


def as_text(findings: Sequence[Finding], lang: str) -> str:
    """Faults first, then warnings and notes, in the order of the walk."""
    english = lang == "en"
    lines: list[str] = []
    for severity, names in _SEVERITIES.items():
        for finding in findings:
            if finding.severity == severity:
                places = f" [{', '.join(finding.places)}]" if finding.places else ""
                lines += [
                    f"{finding.code}  {names[english]}{places}: {finding.text(lang)}",
                    f"       → {finding.next_step(lang)}",
                ]
    faults = sum(finding.severity == FAULT for finding in findings)
    if not faults:
        lines.append("No faults." if english else "Ошибок нет.")
    else:
        lines.append(f"Faults: {faults}." if english else f"Ошибок: {faults}.")
    lines.append(
        "What cannot be seen from here: the list of allowed addresses (0.0.0.0/0 in it lets everybody in; better "
        "158.160.42.134 and 62.84.125.172) and the notifications themselves (bodies to paste: --bodies)."
        if english
        else "Чего отсюда не видно: список разрешённых адресов (0.0.0.0/0 пускает всех; лучше 158.160.42.134 и "
        "62.84.125.172) и сами уведомления (тела для них: --bodies)."
    )
    return "\n".join(lines)


def as_json(findings: Sequence[Finding], lang: str) -> str:
    return json.dumps(
        {
            "healthy": not any(finding.severity == FAULT for finding in findings),
            "findings": [finding.as_dict(lang) for finding in findings],
        },
        ensure_ascii=False,
        indent=2,
    )


def bodies_text(lang: str) -> str:
    """The bodies of all events, the one for every event first."""
    english = lang == "en"
    parts = [("Any event" if english else "Любое событие") + f":\n{body_for()}"]
    parts += [f"{names[english]}:\n{body_for(event)}" for event, names in EVENTS.items()]
    return "\n".join(parts)


def fault_table(lang: str = "ru") -> str:
    """Every fault that can be found, as a table in Markdown (docs/doctor.md)."""
    english = lang == "en"
    heads = ("code", "", "what is found", "next step") if english else ("код", "", "что находит", "следующий шаг")
    lines = [" | ".join(("", *heads, "")).strip(), "| --- | --- | --- | --- |"]
    for code in known_codes():
        blank = Finding(code, {name: f"‹{name.partition('_')[2] or name}›" for name in _names(code)})
        cells = (code, _SEVERITIES[blank.severity][english], blank.text(lang), blank.next_step(lang))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _names(code: str) -> list[str]:
    """What the texts of a code fill in."""
    message = message_of(code)
    texts = (message.ru, message.en, message.hint_ru, message.hint_en)
    return [name for text in texts for _, name, _, _ in Formatter().parse(text) if name]
