"""What the pages show is run: Python blocks, console blocks with their output, files that a page tells to write.

A page is played from its top to its end in a folder of its own, with the examples beside it. A block after a line that
ends in «`name`:» is the file of that name. Python blocks share their names. In a console block, lines with `$` are
commands; what follows is their output, where `…` stands for the rest of a line, or as a line for any lines. Pages that
need a server, a key or a network are not played, but what they import must exist.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_DOCS = ("docs/README.ru.md", "docs/embedding.md", "docs/plugins.md", "docs/simulator.md")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

PLAYED = [ROOT / name for name in ("README.md", *_DOCS)]

_BLOCK = re.compile(r"(?P<before>[^\n]*)\n+```(?P<language>\w+)\n(?P<text>.*?)^```$", re.S | re.M)
_FILE = re.compile(r"`([\w./-]+)`:\s*$")


@dataclass(frozen=True)
class Block:
    language: str
    text: str
    line: int
    file: str = ""


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for match in _BLOCK.finditer(text):
        file = _FILE.search(match["before"])
        yield Block(
            match["language"],
            match["text"],
            text.count("\n", 0, match.start("text")) + 1,
            file[1] if file else "",
        )


@pytest.fixture(scope="session")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `salebot-uiscom`, for the path of shells."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "salebot-uiscom"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m salebot_uiscom "$@"\n')
    script.chmod(0o755)
    return folder


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.name)
def test_a_page_does_what_it_shows(page: Path, command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PATH", f"{command}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru" if page.name.endswith(".ru.md") else "en")
    names: dict[str, object] = {"__name__": "__page__"}
    shown = list(blocks(page))
    assert {block.language for block in shown} & {"python", "console"}
    for block in shown:
        if block.file:
            target = tmp_path / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        elif block.language == "python":
            # Blank lines in front let a traceback name the line of the page.
            code = compile("\n" * (block.line - 1) + block.text, str(page), "exec", dont_inherit=True)
            with contextlib.redirect_stdout(None):
                exec(code, names)
        elif block.language == "console":
            _play(page, block)


def _play(page: Path, block: Block) -> None:
    for at, command, wanted in _commands(block):
        done = subprocess.run(
            ["sh", "-c", f"{command} 2>&1"], capture_output=True, text=True, encoding="utf-8", timeout=60
        )
        pattern = "".join(
            r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in wanted
        )
        assert re.fullmatch(pattern, done.stdout), f"{page.name}:{block.line + at}: {command}\n{done.stdout}"


def _commands(block: Block) -> Iterator[tuple[int, str, list[str]]]:
    """Line inside the block, command, lines of its output."""
    found: list[tuple[int, str, list[str]]] = []
    for at, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            found.append((at, line[2:], []))
        else:
            found[-1][2].append(line)
    yield from found


@pytest.mark.parametrize("page", [page for page in PAGES if page not in PLAYED], ids=lambda page: page.name)
def test_what_other_pages_import_exists(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            tree = ast.parse(block.text)
            tree.body = [line for line in tree.body if isinstance(line, ast.Import | ast.ImportFrom)]
            names: dict[str, object] = {}
            exec(compile(tree, str(page), "exec", dont_inherit=True), names)
            assert len(names) >= len(tree.body)


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_readme_names_every_command() -> None:
    from salebot_uiscom.cli.app import COMMANDS

    readme = (ROOT / "README.md").read_text("utf-8").partition("## Command line")[2]
    for name in COMMANDS:
        assert f"`{name}" in readme


def test_the_tutorial_builds_the_sample_plugin() -> None:
    page = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    sample = ROOT / "tests" / "plugin_sample"
    assert (sample / "pyproject.toml").read_text("utf-8") in page
    module = (sample / "salebot_lucky" / "__init__.py").read_text("utf-8")
    for part in ("def lucky_sum(number: Whole) -> int:", "class DrawTicket(Effect):", "lucky_sum(number) % 7 == 0}"):
        assert part in page
        assert part in module


def test_every_hook_is_described() -> None:
    from salebot_uiscom import hookspecs

    text = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    hooks = [name for name in vars(hookspecs) if name.startswith("register_")]
    assert hooks
    for name in hooks:
        assert f"`{name}`" in text
