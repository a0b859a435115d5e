"""What a start may cost: modules that must not be imported, tables that must be fresh."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from salebot_uiscom.functions.pages import PAGES, built_in_catalog, functions_of
from salebot_uiscom.lang import grammar, lark_tables, tables

HEAVY = {"httpx", "sqlite_utils", "lark", "click", "pluggy", "starlette", "uvicorn", "jinja2", "regex", "asyncio"}
PARSING = {
    f"salebot_uiscom.lang.{name}" for name in ("parser", "lexer", "statements", "fast", "quick", "general", "compiler")
}
SLOW = {"inspect", "dataclasses", "zoneinfo", "random", "salebot_uiscom.functions.registry", "importlib.metadata"}


def imported(tmp_path: Path, *arguments: str) -> set[str]:
    """Modules that a process imports."""
    environment = {**os.environ, "SALEBOT_UISCOM_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, check=True, env=environment
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (("-c", "import salebot_uiscom"), HEAVY | SLOW | PARSING),
        (("-m", "salebot_uiscom", "--version"), HEAVY | SLOW | PARSING | {"salebot_uiscom.api", "json", "datetime"}),
        (("-m", "salebot_uiscom", "eval", "2+2"), HEAVY | SLOW),
        (("-m", "salebot_uiscom", "eval", "x = 2\ny = x * 3"), HEAVY | SLOW),
        (("-m", "salebot_uiscom", "eval", "round(2.5) + 1"), HEAVY),
        (("-c", "import salebot_uiscom as su; su.compile('x = len(y)')"), HEAVY | {"zoneinfo", "random"}),
    ],
)
def test_start_imports_only_what_it_needs(tmp_path: Path, arguments: tuple[str, ...], forbidden: set[str]) -> None:
    assert imported(tmp_path, *arguments) & forbidden == set()


@pytest.mark.parametrize("text", ["2+2", "x = 2\ny = x * 3"])
def test_a_program_on_disk_is_not_parsed(tmp_path: Path, text: str) -> None:
    assert imported(tmp_path, "-m", "salebot_uiscom", "eval", text) & PARSING
    assert imported(tmp_path, "-m", "salebot_uiscom", "eval", text) & (PARSING | HEAVY | SLOW) == set()


def test_names_of_pages_are_those_of_their_functions() -> None:
    for page, names in PAGES.items():
        assert [name for item in functions_of(page) for name in (item.name, *item.aliases)] == names.split()
    catalog = built_in_catalog()
    assert {name: catalog[name].name for name in catalog} != {}


def test_a_name_of_the_catalogue_imports_no_page(tmp_path: Path) -> None:
    code = "from salebot_uiscom.functions.pages import built_in_catalog as b; assert 'round' in b() and 'x' not in b()"
    assert not {f"salebot_uiscom.functions.{page}" for page in PAGES} & imported(tmp_path, "-c", code)


def test_tables_are_those_of_the_grammar() -> None:
    made = lark_tables.build(grammar.grammar_text())
    kept = {name: getattr(tables, name.upper()) for name in ("grammar", "patterns", "rules", "states", "last")}
    assert {name: getattr(made, name) for name in kept} == kept, "run: python -m salebot_uiscom.lang.lark_tables"
