"""The sample plugin as its users have it: installed, found by its entry point, run under both drivers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.__main__ import main
from salebot_uiscom.errors import PluginError

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip has installed the plugin."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "plugin"
    # Building leaves files behind; the checkout stays as it is.
    (source / "salebot_lucky").mkdir(parents=True)
    for name in ("pyproject.toml", "salebot_lucky/__init__.py"):
        (source / name).write_bytes((HERE / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(target), str(source)], check=True)
    return target


@pytest.fixture
def on_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(installed))
    return installed


def run(interpreter: su.Interpreter, code: str) -> Any:
    return interpreter.run(interpreter.compile(code))


def arun(interpreter: su.Interpreter, code: str) -> Any:
    return asyncio.run(interpreter.arun(interpreter.compile(code)))


@pytest.mark.parametrize("drive", [run, arun])
def test_an_installed_plugin_is_found_and_runs_under_both_drivers(
    on_path: Path, drive: Callable[[su.Interpreter, str], Any]
) -> None:
    interpreter = su.Interpreter()
    outcome = drive(interpreter, "сумма = lucky_sum('777')\nбилет = lucky_ticket('киоск')\nномер = билет['number']")
    assert outcome.errors == []
    assert outcome.variables == {"сумма": 21, "билет": {"number": 1005, "lucky": False}, "номер": 1005}
    assert "lucky" in interpreter.assembly.plugins


@pytest.mark.parametrize("drive", [run, arun])
def test_a_host_may_perform_the_effect_itself(on_path: Path, drive: Callable[[su.Interpreter, str], Any]) -> None:
    from salebot_lucky import DrawTicket

    interpreter = su.Interpreter(handlers={DrawTicket: lambda effect: 7000})
    assert drive(interpreter, "билет = lucky_ticket()").variables == {"билет": {"number": 7000, "lucky": True}}


@pytest.mark.parametrize("drive", [run, arun])
def test_a_mistake_in_an_argument_is_told_like_any_other(
    on_path: Path, drive: Callable[[su.Interpreter, str], Any]
) -> None:
    outcome = drive(su.Interpreter(), "a = 1\nb = lucky_sum('семь')\nc = 3")
    assert [(error.kind, error.line) for error in outcome.errors] == [("type", 2)]
    assert outcome.variables == {"a": 1, "c": 3}


def test_installed_plugins_can_be_left_out(on_path: Path) -> None:
    assert "lucky_sum" not in su.Interpreter(entry_points=False).catalog


def test_the_command_line_lists_functions_and_commands_of_the_plugin(
    on_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["functions", "lucky_sum"]) == 0
    assert "lucky_sum(777)  # 21" in capsys.readouterr().out
    assert main(["lucky", "777"]) == 0
    assert capsys.readouterr().out == "21\n"


def test_a_name_taken_twice_names_both_plugins(on_path: Path) -> None:
    @su.function("lucky_sum")
    def other(value: str) -> str:
        return value

    class Copycat:
        name = "copycat"

        @su.hookimpl
        def register_functions(self, register: Callable[[Any], None]) -> None:
            register(other)

    with pytest.raises(PluginError, match=r"lucky_sum.*(copycat.*lucky|lucky.*copycat)"):
        su.Interpreter(plugins=[Copycat()])


def test_a_function_of_the_language_cannot_be_replaced() -> None:
    @su.function("round")
    def mine(value: str) -> str:
        return value

    plugin = ModuleType("mine")
    plugin.register_functions = su.hookimpl(lambda register: register(mine))
    with pytest.raises(PluginError, match=r"round.*standard functions.*mine"):
        su.Interpreter(plugins=[plugin], entry_points=False)


def test_a_misspelt_hook_is_named() -> None:
    class Sleepy:
        name = "sleepy"

        @su.hookimpl
        def register_function(self, register: Any) -> None:
            raise AssertionError("nobody calls it")

    with pytest.raises(PluginError, match=r"sleepy.*register_function"):
        su.Interpreter(plugins=[Sleepy()], entry_points=False)


def test_an_effect_handled_twice_names_both_plugins(on_path: Path) -> None:
    from salebot_lucky import DrawTicket

    class Rival:
        name = "rival"

        @su.hookimpl
        def register_effects(self, register: Callable[..., None]) -> None:
            register(DrawTicket, print)

    with pytest.raises(PluginError, match=r"DrawTicket.*(rival.*lucky|lucky.*rival)"):
        su.Interpreter(plugins=[Rival()])


def test_a_broken_installed_plugin_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "salebot_broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: salebot-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[salebot_uiscom]\nbroken = salebot_broken_that_is_nowhere\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(PluginError, match="salebot_broken_that_is_nowhere"):
        su.Interpreter()
