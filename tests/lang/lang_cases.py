"""Chunks of the readable data files of this folder, and random programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONFORMANCE = HERE.parent / "conformance"


def conformance_cases() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in sorted(CONFORMANCE.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        if line
    ]
