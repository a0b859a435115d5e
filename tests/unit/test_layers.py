"""Who imports whom, against the table in docs/architecture.md; and what `import salebot_uiscom` loads."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import salebot_uiscom as su

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "salebot_uiscom"
LIBRARIES = ("lark", "pluggy", "click", "httpx", "sqlite_utils", "regex", "tenacity", "starlette", "uvicorn", "jinja2")

Name = tuple[str, ...]


def table() -> dict[str, set[str] | None]:
    """Room → rooms it sees; None = everything. Modules of one room (`scope` with `context`) see each other."""
    lines = re.findall(r"^\| (\d) \w+ \| (.+?) \| (.*?) ?\|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.M)
    ground = {name for row, rooms, _ in lines if row == "0" for name in re.findall(r"`([\w.]+)`", rooms)}
    found: dict[str, set[str] | None] = {}
    for _, rooms, sees in lines:
        names = re.findall(r"`([\w.]+)`", rooms)
        for name in names:
            assert name not in found, f"{name} stands in the table twice"
            seen = set(re.findall(r"`([\w.]+)`", sees)) | (ground if "row 0" in sees else set())
            together = set(names) if " with " in rooms else set()
            found[name] = None if "everything" in sees else seen | together
    return found


def modules() -> Iterator[tuple[Name, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield (parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: Name, path: Path, known: set[Name]) -> Iterator[Name]:
    """Modules of this package that a file imports, wherever in it the import stands."""
    package = name if path.name == "__init__.py" else name[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            start = ("salebot_uiscom", *package)[: len(package) + 2 - node.level] if node.level else ()
            base = (*start, *(node.module.split(".") if node.module else ()))
            targets = [(*base, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            targets = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == "salebot_uiscom":
                # `from .x import y`: y is a module of x, or something in it.
                yield target[1:] if target[1:] in known else target[1:-1]


MODULES = dict(modules())
EDGES = sorted(
    {(name, target) for name, path in MODULES.items() for target in imports(name, path, set(MODULES))}
    - {(name, name) for name in MODULES}
)


def room(name: Name) -> str:
    return name[0] if name else "__init__"


def test_every_module_has_a_room() -> None:
    missing = {room(name) for name in MODULES} - set(table())
    assert not missing, f"docs/architecture.md does not name {missing}"


def test_nobody_imports_what_the_table_does_not_name() -> None:
    allowed = table()
    wrong = []
    for name, target in EDGES:
        sees = allowed[room(name)]
        if sees is None or room(name) == room(target):
            continue
        if room(target) not in sees and not any(
            ".".join(target[:depth]) in sees for depth in range(1, len(target) + 1)
        ):
            wrong.append(f"{'.'.join(name)} imports {'.'.join(target)}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_no_circle() -> None:
    rooms = {name: sees - {name} for name, sees in table().items() if sees is not None}
    rooms["context"] = set(rooms["context"]) - {"scope"}  # one room
    order = list(graphlib.TopologicalSorter(rooms).static_order())
    assert order.index("messages") < order.index("lang") < order.index("host")


def test_neighbours_do_not_know_each_other() -> None:
    allowed = table()
    assert not allowed["host"] & {"uiscom", "uis", "simulator"}
    assert not allowed["uiscom"] & {"host", "store", "simulator"}
    assert not allowed["simulator"] & {"uis", "host", "uiscom", "store"}


def loaded_by(code: str) -> set[str]:
    """Names of the modules that a fresh Python holds after running this code."""
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import salebot_uiscom", set()),
        ("import salebot_uiscom.store, salebot_uiscom.simulator, salebot_uiscom.uis.tables", set()),
        ("import salebot_uiscom as su; su.evaluate('x = 2 + 2')", {"lark", "regex"}),
        ("import salebot_uiscom as su; su.Interpreter(entry_points=False)", {"lark", "regex", "pluggy", "tenacity"}),
        ("from salebot_uiscom.__main__ import main; main(['--version'])", set()),
        ("from salebot_uiscom.__main__ import main; main(['eval', '--set', 'a=2', 'a + 2'])", {"lark", "regex"}),
    ],
)
def test_libraries_are_loaded_when_they_are_needed(code: str, allowed: set[str]) -> None:
    assert loaded_by(code) & set(LIBRARIES) <= allowed


def test_version_loads_nothing_but_the_version() -> None:
    loaded = loaded_by("from salebot_uiscom.__main__ import main; main(['--version'])")
    ours = {name for name in loaded if name.startswith("salebot_uiscom")}
    assert ours == {"salebot_uiscom", "salebot_uiscom.__main__", "salebot_uiscom.version"}


def test_all_is_sorted_and_everything_in_it_can_be_imported() -> None:
    assert su.__all__ == sorted(su.__all__)
    assert dir(su) == su.__all__
    for name in su.__all__:
        assert getattr(su, name) is not None


def test_all_names_everything_public() -> None:
    assert set(su._HOMES) | {"__version__"} == set(su.__all__)
    with pytest.raises(AttributeError, match="nothing_like_that"):
        _ = su.nothing_like_that
