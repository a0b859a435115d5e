"""Kill a bot at work N times and compare: `python tests/durability/run_kills.py N [SEED] [PROCESSES]`.

Exit status 1 when anything was lost, done twice, or the file is unsound.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from kill_campaign import Campaign


def main(arguments: list[str]) -> int:
    kills, seed, processes = (int(value) for value in [*arguments, *["200", "1", "1"][len(arguments) :]])
    with tempfile.TemporaryDirectory() as folder:
        figures = Campaign(Path(folder), seed=seed, processes=processes).run(kills)
        size = (Path(folder) / "bot.db").stat().st_size
    for name, value in asdict(figures).items():
        print(f"{name:14} {value:.1f}" if isinstance(value, float) else f"{name:14} {value}")
    print(f"{'file, bytes':14} {size}")
    return 1 if figures.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
