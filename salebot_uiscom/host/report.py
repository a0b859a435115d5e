"""What a turn did, for transcripts, logs and tests."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Diagnostic
from ..store import records


@dataclass(frozen=True, slots=True)
class Sent:
    """An outgoing message as the transcript shows it."""

    client_id: int
    text: str
    block: str = ""
    attachments: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    delivered: bool = True
    error: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An act of a plugin that did not come off. `error`: its mnemonic. `unknown`: nobody can say whether it did."""

    function: str
    error: str
    text: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a turn did, for transcripts, logs and tests. `broken`: why it could not be run."""

    key: str
    client_id: int
    at: float
    event: records.NewEvent | None = None
    plan: records.NewPlan | None = None
    blocks: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    refused: tuple[Refused, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    planned: tuple[records.NewPlan, ...] = ()
    history: tuple[records.HistoryRecord, ...] = ()
    broken: str = ""
