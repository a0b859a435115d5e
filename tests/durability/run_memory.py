"""Memory and descriptors of a host over N events: `python tests/durability/run_memory.py [N]`, 100000 when omitted.

Exit status 1 when, after the first fifth, memory grows by more than a tenth or descriptors and threads by any number.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from memory_campaign import play


def main(arguments: list[str]) -> int:
    events = int(arguments[0]) if arguments else 100_000
    samples = []
    print(f"{'events':>8} {'KiB':>8} {'files':>6} {'threads':>8} {'objects':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for one in play(Path(folder), events=events, every=max(1, events // 10)):
            samples.append(one)
            print(
                f"{one.events:8} {one.resident_kib:8} {one.descriptors:6} {one.threads:8} {one.objects:8}", flush=True
            )
    early, last = samples[1], samples[-1]
    grown = last.resident_kib > early.resident_kib * 1.1
    return 1 if grown or last.descriptors > early.descriptors or last.threads > early.threads else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
