"""This machine: Python, packages, SQLite, the file of the database."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ..store.filelock import has_wal_reset_fault
from ..store.sqlitefile import OLDEST
from .findings import Findings

_DISTRIBUTION = "salebot-uiscom"
_OLDEST_PYTHON = (3, 11)
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)$")


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed.

    Attributes:
        python, sqlite: versions.
        packages: name → (installed version or None, least version).
        database: value of SALEBOT_UISCOM_DATABASE; "" is not checked.
    """

    python: tuple[int, ...] = _OLDEST_PYTHON
    sqlite: tuple[int, ...] = (3, 51, 3)
    packages: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)
    database: str = ""

    @classmethod
    def here(cls, database: str = "") -> Environment:
        """The machine that runs this."""
        return cls(tuple(sys.version_info[:3]), sqlite3.sqlite_version_info, _packages(), database)


def check_environment(environment: Environment, found: Findings) -> None:
    if environment.python < _OLDEST_PYTHON:
        found.add("UI301", name_found=_dotted(environment.python))
    for package, (installed, least) in environment.packages.items():
        about = {"name_package": package, "name_wanted": f">={least}"}
        if installed is None:
            found.add("UI302", **about)
        elif _numbers(installed) < _numbers(least):
            found.add("UI303", name_found=installed, **about)
    if environment.sqlite < OLDEST:
        found.add("UI304", name_found=_dotted(environment.sqlite))
    elif has_wal_reset_fault(environment.sqlite):
        found.add("UI305", name_found=_dotted(environment.sqlite))
    if environment.database:
        _check_database(environment.database, found)


def _check_database(target: str, found: Findings) -> None:
    """Can the file be made or written? Nothing of it is changed and no file is left behind."""
    scheme, separator, _ = target.partition("://")
    if separator:
        found.add("UI309", name_scheme=scheme)
        return
    if target == ":memory:":
        return
    path = Path(target)
    folder = path.absolute().parent
    if not folder.is_dir():
        found.add("UI306", name_path=str(folder))
        return
    try:
        # WAL keeps two more files beside the database, so the folder counts as well.
        with tempfile.TemporaryFile(dir=folder):
            pass
        if not path.exists():
            return
        if not os.access(path, os.W_OK) or not path.is_file():
            found.add("UI307", name_path=str(path), text_reason="no right to write" if path.is_file() else "not a file")
            return
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=2)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except OSError as error:
        found.add("UI307", name_path=str(path), text_reason=error.strerror or type(error).__name__)
    except sqlite3.DatabaseError:
        found.add("UI308", name_path=str(path))


def _packages() -> dict[str, tuple[str | None, str]]:
    """What the product requires, from its own metadata; optional parts are not counted."""
    try:
        required = importlib.metadata.requires(_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return {}  # run from a folder that was never installed: nothing is promised
    found: dict[str, tuple[str | None, str]] = {}
    for line in required:
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        try:
            installed: str | None = importlib.metadata.version(match[1])
        except importlib.metadata.PackageNotFoundError:
            installed = None
        found[match[1]] = (installed, match[2])
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z+-]", version)[0]))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
