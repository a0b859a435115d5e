"""Bound on the texts that functions build (reference: calculator.md 15, D-55)."""

from __future__ import annotations

from ..errors import Fault
from ..values import MAX_TEXT


def check_length(length: int) -> None:
    """Raise `limit` for a text of so many characters; to be asked before the text is built."""
    if length > MAX_TEXT:
        raise Fault("SB401", limit=MAX_TEXT)


def bounded(text: str) -> str:
    """The text itself, or `limit`; for results that are a small multiple of the argument."""
    check_length(len(text))
    return text
