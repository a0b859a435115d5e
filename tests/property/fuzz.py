"""Compares the product with the oracle on random programs for some seconds: `python tests/property/fuzz.py 60 [seed]`.

Prints every complaint, shortened to a small program, as a line for `corpus.txt`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "oracle")]

import agreement  # noqa: E402
import programs  # noqa: E402

CORPUS = HERE / "corpus.txt"

Check = Callable[[str, Any], str]


def complaint_of(check: Check, text: str, given: Any) -> str:
    try:
        return check(text, given)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def smaller(check: Check, text: str, given: Any) -> str:
    """Leave out lines, then characters, as long as something is still wrong."""
    for pieces, glue in ((text.split("\n"), "\n"), (list(text), "")):
        size = max(1, len(pieces) // 2)
        while size:
            place = 0
            while place < len(pieces):
                rest = pieces[:place] + pieces[place + size :]
                if rest and complaint_of(check, glue.join(rest), given):
                    pieces = rest
                else:
                    place += size
            size //= 2
        text = glue.join(pieces)
    return text


def fewer(check: Check, text: str, given: dict[str, Any]) -> dict[str, Any]:
    for name in list(given):
        rest = {key: value for key, value in given.items() if key != name}
        if complaint_of(check, text, rest):
            given = rest
    return given


def case(c: programs.Chooser, source: random.Random) -> tuple[str, Check, str, Any]:
    kind = source.randrange(10)
    if kind < 5:
        return "program", agreement.program_agrees, programs.program(c), programs.variables(c)
    if kind < 6:
        return "template", agreement.template_agrees, programs.template(c), programs.variables(c)
    if kind < 7:
        return "condition", agreement.condition_agrees, programs.expression(c), programs.variables(c)
    rounds = [programs.variables(c) for _ in range(6)]
    rounds = [rounds[source.randrange(6)] for _ in range(24)]
    text = programs.expression(c) if kind < 9 else programs.program(c)
    return "expression", agreement.expression_agrees, text, rounds


def main(seconds: float, seed: int) -> int:
    end = time.monotonic() + seconds
    found: dict[str, str] = {}
    count = 0
    while time.monotonic() < end:
        source = random.Random(seed + count)
        count += 1
        name, check, text, given = case(programs.RandomChooser(source), source)
        if not complaint_of(check, text, given):
            continue
        text = smaller(check, text, given)
        if isinstance(given, dict):
            given = fewer(check, text, given)
        complaint = complaint_of(check, text, given)
        if isinstance(given, list):
            given = given[:1]
        line = json.dumps({"check": name, "text": text, "variables": given}, ensure_ascii=False)
        if complaint[:60] not in found:
            found[complaint[:60]] = line
            print(f"seed {seed + count - 1}: {complaint[:400]}\n    {line[:600]}", flush=True)
    print(f"{count} cases, {len(found)} different complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
