"""Kill a bot at work N times and compare: `python tests/durability/run_kills.py N [SEED] [PROCESSES]`.

Exit status 1 when anything was lost, done twice, or the file is unsound.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from kill_campaign import Campaign


def main(arguments: list[str]) -> int:
    kills, seed, processes = (int(value) for value in [*arguments, *["200", "1", "1"][len(arguments) :]])
    folder = Path(tempfile.mkdtemp())
    figures = Campaign(folder, seed=seed, processes=processes).run(kills)
    size = (folder / "bot.db").stat().st_size
    if figures.problems:
        print(f"the file is kept: {folder / 'bot.db'}")
    else:
        shutil.rmtree(folder)
    for name, value in asdict(figures).items():
        print(f"{name:14} {value:.1f}" if isinstance(value, float) else f"{name:14} {value}")
    print(f"{'file, bytes':14} {size}")
    return 1 if figures.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
