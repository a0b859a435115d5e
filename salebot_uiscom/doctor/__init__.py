"""Walks through the set-up of a phone bot and names each fault with one next step.

    findings = drive(diagnose(UisSettings.from_environment(), Options(receiver_url="https://…")), handlers)

Nothing is changed, nobody is rung: lists are read, and methods that would do something are asked without their
parameters, which UIS refuses.
"""

from __future__ import annotations

from .diagnosis import diagnose
from .findings import FAULT, NOTE, WARNING, Finding
from .options import Options, Reference, References

__all__ = ["FAULT", "NOTE", "WARNING", "Finding", "Options", "Reference", "References", "diagnose"]
