"""Dialogs under faults: `python tests/durability/run_order.py [DIALOGS] [EVENTS] [SEED]`, 100 × 1000 when omitted."""

from __future__ import annotations

import logging
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import order_campaign


def main(arguments: list[str]) -> int:
    logging.disable(logging.CRITICAL)
    dialogs, events, seed = (int(value) for value in [*arguments, *["100", "1000", "1"][len(arguments) :]])
    with tempfile.TemporaryDirectory() as folder:
        outcome = order_campaign.run(Path(folder), dialogs=dialogs, events=events, seed=seed)
    for name, value in asdict(outcome).items():
        print(f"{name:26} {value:.1f}" if isinstance(value, float) else f"{name:26} {value}")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
