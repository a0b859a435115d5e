"""What the README and the package say about themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from salebot_uiscom.webapp.extras import NEEDED

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_leads_to_every_page() -> None:
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    linked = set(re.findall(r"\]\((docs/[\w.-]+\.md)", (ROOT / "README.md").read_text("utf-8")))
    assert linked == pages


def test_the_extra_of_the_server_holds_what_the_server_looks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = {line.split(">=")[0] for line in project["optional-dependencies"]["server"]}
    assert listed == set(NEEDED.values())
