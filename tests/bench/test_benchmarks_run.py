"""Every benchmark runs, with counts so small that its figures mean nothing."""

from __future__ import annotations

import json
import math
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def found_from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def rows_of(module: str) -> list[Any]:
    measure = import_module("benchmarks.measure")
    return list(import_module(f"benchmarks.{module}").rows(measure.TINY))


def test_evaluation_gives_the_results_of_hand_written_python() -> None:
    workloads = import_module("benchmarks.workloads")
    evaluation = import_module("benchmarks.evaluation")
    rows = rows_of("evaluation")
    assert {wording.name for wording in workloads.WORDINGS} <= {row.name.split()[0] for row in rows}
    assert all(row.value > 0 for row in rows if row.unit == "×")
    assert set(evaluation.PEERS["salebot_uiscom"]) == set(evaluation.COLUMNS)


def test_an_engine_with_another_result_is_not_compared() -> None:
    peers = import_module("benchmarks.peers")
    workloads = import_module("benchmarks.workloads")
    wording = workloads.Wording(
        "X", "wrong on purpose", 1.0, "a + 1", lambda v: v["a"] + 1, lambda i: {"a": i}, {"jinja": "a + 2"}
    )
    with pytest.raises(peers.Unfit, match="another result"):
        peers.prepared("jinja2", wording)


def test_an_engine_without_a_text_sits_the_wording_out() -> None:
    peers = import_module("benchmarks.peers")
    workloads = import_module("benchmarks.workloads")
    wording = workloads.Wording("X", "not for others", 1.0, "a", lambda v: v["a"], lambda i: {"a": i})
    with pytest.raises(peers.Unfit):
        peers.prepared("jinja2", wording)


def test_compiling_tells_times_growth_and_memory() -> None:
    units = {row.unit for row in rows_of("compiling")}
    assert {"µs", "ms", "kB", "×"} <= units


def test_the_store_is_measured_beside_sqlite3() -> None:
    rows = {row.name: row for row in rows_of("storing")}
    assert rows["errors in 2 × 21 turns"].value == 0
    assert rows["load 30 variables"].value > 0


def test_starting_is_measured_against_a_bare_interpreter() -> None:
    rows = rows_of("starting")
    assert {row.name for row in rows} >= {"--version", 'eval "2+2"'}
    assert all(row.value > 0 for row in rows)


def test_calls_are_measured_beside_httpx() -> None:
    rows = rows_of("calling")
    assert {row.unit for row in rows} == {"µs", "ms"}


def test_the_intake_keeps_every_notification_that_it_answers() -> None:
    rows = {row.name: row for row in rows_of("intake")}
    assert rows["against a commit per request"].at_least
    assert rows["against a commit per request"].value > 0


def test_memory_and_open_files_of_a_bot_at_work_are_sampled() -> None:
    assert [row.unit for row in rows_of("flat")] == ["×", "files"]


def test_goals_are_marked_in_both_directions() -> None:
    row = import_module("benchmarks.measure").Row
    assert row("s", "fast enough", 1.2, "×", 1.3).met is True
    assert row("s", "too slow", 1.4, "×", 1.3).met is False
    assert row("s", "many enough", 5, "×", 3, at_least=True).met is True
    assert row("s", "only told", 5, "×").met is None


def test_the_command_writes_json_and_never_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = import_module("benchmarks.run")
    monkeypatch.setattr(run, "QUICK", import_module("benchmarks.measure").TINY)
    monkeypatch.setitem(run.SECTIONS, "language", ("compiling",))
    file = tmp_path / "figures.json"
    assert run.main(["language", "--quick", "--json", str(file)]) == 0
    told = json.loads(file.read_text("utf-8"))
    assert all(math.isfinite(row["value"]) for row in told["rows"])
    assert "compile W1a" in capsys.readouterr().out
