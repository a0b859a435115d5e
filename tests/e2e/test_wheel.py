"""The built wheel in an environment of its own, away from the checkout: what a stranger gets by installing it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network: the build tool is the installed one."""
    target = tmp_path_factory.mktemp("dist")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--wheel-dir", str(target), str(ROOT)], check=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are those of this one, seen through a path file."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=False, symlinks=True)
    found = home / "bin" / "python"
    site = next((home / "lib").glob("python*")) / "site-packages"
    pip = [sys.executable, "-m", "pip", "--python", str(found), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    # Appended to the path, behind the wheel; the path file of an editable install there is not read again.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return found


def run(program: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment; variables of this Python do not lead it back to the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(program), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": "utf-8", "SALEBOT_UISCOM_LANG": "ru"},
        timeout=60,
    )


def command(python: Path) -> Path:
    return python.parent / "salebot-uiscom"


def test_the_wheel_holds_everything_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "salebot_uiscom").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    data |= {f"salebot_uiscom/{path.relative_to(ROOT)}" for path in (ROOT / "grammar").glob("*.lark")}
    data |= {f"salebot_uiscom/{path.relative_to(ROOT)}" for path in (ROOT / "examples").glob("*.toml")}
    assert "salebot_uiscom/grammar/calculator.lark" in data
    assert "salebot_uiscom/uis/tables/methods.json" in data
    assert "salebot_uiscom/py.typed" in data
    assert data <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/")) or "__pycache__" in name]


def test_the_command_works_outside_of_the_checkout(python: Path, tmp_path: Path) -> None:
    done = run(command(python), "eval", "--json", 'x = "#{1+1}"', folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"variables": {"x": "2"}, "errors": []}


def test_it_is_the_wheel_that_runs(python: Path, tmp_path: Path) -> None:
    code = "import salebot_uiscom; print(salebot_uiscom.__file__)"
    done = run(python, "-c", code, folder=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(python.parent.parent)


def test_an_example_of_the_wheel_passes_its_rehearsals(python: Path, tmp_path: Path) -> None:
    package = next((python.parent.parent / "lib").glob("python*/site-packages/salebot_uiscom"))
    done = run(command(python), "test", str(package / "examples" / "callback.toml"), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_runs_from_the_wheel(python: Path, tmp_path: Path) -> None:
    done = run(python, "-m", "salebot_uiscom.demo", "--lang", "en", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / ".demo" / "bot.sqlite").is_file()
    assert '"access_token": "KEY"' not in done.stdout
