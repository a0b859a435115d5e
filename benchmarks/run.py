"""All benchmarks, or the sections named: language, store, intake, http, start, flat.

    python benchmarks/run.py [SECTION …] [--quick | --full] [--json FILE]

Nothing here fails because something is slow: the table marks the goals that are met and missed, the exit status is 0.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run as a file: its own folder must not stand in front of the standard library
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.measure import FULL, QUICK, USUAL, Row, Scale
from benchmarks.report import as_json, lines, machine, peer_lines, summary

#: Section → modules with `rows(scale)`; one with peers leaves them in `PEERS`, its columns in `COLUMNS`.
SECTIONS: dict[str, tuple[str, ...]] = {
    "language": ("evaluation", "compiling"),
    "store": ("storing",),
    "http": ("calling",),
    "start": ("starting",),
    "intake": ("intake",),
    "flat": ("flat",),
}


def measured(sections: list[str], scale: Scale, tell: Callable[[str], None]) -> tuple[list[Row], dict[str, Any]]:
    """Run sections, telling each table as soon as it is there."""
    found: list[Row] = []
    peers: dict[str, Any] = {}
    for section in sections:
        for name in SECTIONS[section]:
            module = import_module(f"benchmarks.{name}")
            rows = module.rows(scale)
            found += rows
            for line in lines(rows):
                tell(line)
            if getattr(module, "PEERS", None):
                peers = module.PEERS
                for line in peer_lines(peers, module.COLUMNS):
                    tell(line)
    return found, peers


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("section", nargs="*", help=", ".join(SECTIONS) + "; all when omitted")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="under a minute, rough figures")
    size.add_argument("--full", action="store_true", help="1 000 000 clients, 100 000 events")
    parser.add_argument("--json", metavar="FILE", help="also write the figures; - = to the standard output, no table")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.section if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}: there are {', '.join(SECTIONS)}")
    scale = QUICK if options.quick else FULL if options.full else USUAL
    began = time.perf_counter()
    tell: Callable[[str], None] = (lambda line: None) if options.json == "-" else (lambda line: print(line, flush=True))
    tell(machine())
    rows, peers = measured(options.section or list(SECTIONS), scale, tell)
    seconds = time.perf_counter() - began
    tell(summary(rows))
    tell(f"{seconds:.0f} s, {scale.name} counts")
    if options.json:
        text = json.dumps(as_json(rows, peers, scale.name, seconds), ensure_ascii=False, indent=1)
        if options.json == "-":
            print(text)
        else:
            Path(options.json).write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
