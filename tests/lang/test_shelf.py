"""Programs kept on disk: the same results as fresh ones, and no harm from whatever happens to the file."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from salebot_uiscom.api import Program, _context
from salebot_uiscom.errors import CalculatorError
from salebot_uiscom.functions.pages import built_in_catalog
from salebot_uiscom.lang import shelf
from salebot_uiscom.lang.expression import Expression
from salebot_uiscom.lang.program import Calculation
from salebot_uiscom.lang.shelf import Shelf
from salebot_uiscom.scope import Scope
from salebot_uiscom.source import Source

CONFORMANCE = Path(__file__).parents[1] / "conformance"
CASES = [
    case
    for file in sorted(CONFORMANCE.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
    if line.strip() and "code" in (case := json.loads(line))
]
SCRIPT = 'итог = цена * 2\nтекст = "Сумма: " + round(итог, 1)\nесть = дата > "02.03.2026"\ndel пусто["a"]'
VALUES = {"цена": 5.25, "дата": "03.03.2026"}


def program(text: str, kept: Shelf | None = None) -> Program:
    return Program(Source(text), built_in_catalog(), kept=kept)


def result(text: str, variables: dict[str, Any] | None, now: str | None, kept: Shelf | None) -> Any:
    outcome = program(text, kept).run(variables, now=now)
    return outcome.variables, [error.to_dict() for error in outcome.errors]


def evaluated(text: str, variables: dict[str, Any] | None, now: str | None, kept: Shelf | None) -> Any:
    """What an expression over a bare dict gives, and what it leaves there."""
    held = dict(variables or {})
    made = Expression(Source(text), built_in_catalog(), kept=kept)
    made.evaluate.__globals__["new_run"] = lambda: _context(now, "Europe/Moscow", "ru")
    try:
        return made.evaluate(held), held
    except CalculatorError as error:
        return [item.to_dict() for item in error.errors], held


def certain(case: dict[str, Any]) -> bool:
    """Cases without chance and without the present moment."""
    return "random" not in case["code"] and "shuffle" not in case["code"] and "timestamp" not in case["code"]


def test_programs_from_disk_give_what_fresh_ones_give(tmp_path: Path) -> None:
    cases = [case for case in CASES if certain(case)]
    first = Shelf(tmp_path)
    for case in cases:
        program(case["code"], first)
    second = Shelf(tmp_path)
    for case in cases:
        variables, now = case.get("setup"), case.get("now", "2026-03-02T10:15:00+03:00")
        kept = result(case["code"], variables, now, second)
        assert kept == result(case["code"], variables, now, None), case["id"]
    assert len(cases) > 500


def test_expressions_from_disk_give_what_fresh_ones_give(tmp_path: Path) -> None:
    cases = [case for case in CASES if certain(case) and "now" not in case]
    first = Shelf(tmp_path)
    for case in cases:
        evaluable(case["code"], first)
    second = Shelf(tmp_path)
    seen = 0
    for case in cases:
        if evaluable(case["code"], None).problem is None:
            variables, now = case.get("setup"), "2026-03-02T10:15:00+03:00"
            assert evaluated(case["code"], variables, now, second) == evaluated(case["code"], variables, now, None), (
                case["id"]
            )
            seen += 1
    assert seen > 300


def evaluable(text: str, kept: Shelf | None) -> Expression:
    return Expression(Source(text), built_in_catalog(), kept=kept)


def test_a_kept_program_is_not_parsed_until_its_code_does_not_hold(tmp_path: Path) -> None:
    program(SCRIPT, Shelf(tmp_path))
    kept = program(SCRIPT, Shelf(tmp_path))
    first = "x = цена * 2"
    program(first, Shelf(tmp_path))
    quick = program(first, Shelf(tmp_path))
    assert quick.run({"цена": 4}).variables["x"] == 8
    assert "statements" not in vars(quick)
    assert quick.run({"цена": "4"}).variables["x"] == 8
    assert "statements" in vars(quick)
    assert kept.run(VALUES).variables["итог"] == 10.5


def test_a_kept_program_learns(tmp_path: Path) -> None:
    text = "x = цена * 2"
    program(text, Shelf(tmp_path))
    kept = program(text, Shelf(tmp_path))
    before = kept._function.__code__
    for _ in range(4):
        assert kept.run({"цена": "4"}).variables["x"] == 8
    assert kept._function.__code__ is not before
    assert kept.run({"цена": 4}).variables["x"] == 8


def test_errors_of_a_kept_program_have_their_places(tmp_path: Path) -> None:
    text = "а = 1\nб = 1 / 0\nв = 2"
    program(text, Shelf(tmp_path))
    outcome = program(text, Shelf(tmp_path)).run()
    assert [(error.kind, error.line, error.column) for error in outcome.errors] == [("zero_division", 2, 5)]
    assert outcome.variables == {"а": 1, "в": 2}


def test_the_value_of_a_calculation_is_kept(tmp_path: Path) -> None:
    scope, context = Scope.of({"цена": 2}), _context(None, "Europe/Moscow", "ru")
    for _ in range(2):
        made = Calculation(Source("цена + 2"), built_in_catalog(), Shelf(tmp_path))
        assert made.run_in(scope, context) == 4
    assert "statements" not in vars(made)


def test_a_program_with_effects_is_not_kept(tmp_path: Path) -> None:
    class Loud(Shelf):
        def put(self, kind: bytes, text: str, code: Any) -> None:
            raise AssertionError(text)

    from salebot_uiscom.functions.registry import Catalog, describe

    def ask() -> Any:
        yield None

    catalog = Catalog([describe(ask, "ask", effect=True)])
    assert Program(Source("x = ask()"), catalog, kept=Loud(tmp_path)).effectful


# ---------------------------------------------------------------- the file


def file_of(directory: Path) -> Path:
    (found,) = directory.glob("programs-*.bin")
    return found


def test_damage_anywhere_costs_a_compilation_and_nothing_else(tmp_path: Path) -> None:
    expected = result(SCRIPT, VALUES, None, None)
    program(SCRIPT, Shelf(tmp_path))
    program("x = 1", Shelf(tmp_path))
    file = file_of(tmp_path)
    whole = file.read_bytes()
    for place in [*range(0, 60), *range(60, len(whole), 7)]:
        for damage in (bytes([whole[place] ^ 0xFF]), bytes([whole[place] ^ 1])):
            file.write_bytes(whole[:place] + damage + whole[place + 1 :])
            assert result(SCRIPT, VALUES, None, Shelf(tmp_path)) == expected, place
    for size in range(0, len(whole), 11):
        file.write_bytes(whole[:size])
        assert result(SCRIPT, VALUES, None, Shelf(tmp_path)) == expected, size


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    program(SCRIPT, Shelf(tmp_path))
    file = file_of(tmp_path)
    file.write_bytes(b"something else" * 100)
    program(SCRIPT, Shelf(tmp_path))
    assert Shelf(tmp_path).get(shelf.PROGRAM, SCRIPT) is not None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no rights of other users to look at")
def test_a_file_that_others_could_have_written_is_not_trusted(tmp_path: Path) -> None:
    program(SCRIPT, Shelf(tmp_path))
    file = file_of(tmp_path)
    file.chmod(0o622)
    assert Shelf(tmp_path).get(shelf.PROGRAM, SCRIPT) is None
    program(SCRIPT, Shelf(tmp_path))
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600
    assert Shelf(tmp_path).get(shelf.PROGRAM, SCRIPT) is not None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no rights of other users to look at")
def test_nothing_is_kept_where_others_may_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    program(SCRIPT, Shelf(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"precious")
    kept = Shelf(tmp_path)
    os.symlink(target, kept.path)
    assert result(SCRIPT, VALUES, None, kept) == result(SCRIPT, VALUES, None, None)
    assert target.read_bytes() == b"precious"


def test_a_place_that_cannot_be_written_is_harmless(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("no directory")
    assert result(SCRIPT, VALUES, None, Shelf(occupied)) == result(SCRIPT, VALUES, None, None)
    assert result(SCRIPT, VALUES, None, Shelf(occupied / "below")) == result(SCRIPT, VALUES, None, None)


def test_another_version_has_a_file_of_its_own(tmp_path: Path) -> None:
    program(SCRIPT, Shelf(tmp_path, version="1"))
    assert Shelf(tmp_path, version="1").get(shelf.PROGRAM, SCRIPT) is not None
    assert Shelf(tmp_path, version="2").get(shelf.PROGRAM, SCRIPT) is None


def test_the_file_stays_below_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 20_000)
    for number in range(100):
        program(f"x = {number} + цена", Shelf(tmp_path))
        assert file_of(tmp_path).stat().st_size <= 20_000
    assert Shelf(tmp_path).get(shelf.PROGRAM, "x = 99 + цена") is not None


def _keep_many(directory: str, name: str) -> None:
    for number in range(40):
        program(f"{name} = {number} + цена", Shelf(directory))


def test_a_new_version_removes_the_oldest_files_and_nothing_else(tmp_path: Path) -> None:
    for number in range(6):
        program(f"x = {number}", Shelf(tmp_path, version=f"0.{number}"))
        for file in tmp_path.glob("programs-*.bin"):
            os.utime(file, ns=(1_000_000_000 * number, 1_000_000_000 * int(file.stem.rpartition(".")[2])))
    (tmp_path / "notes.bin").write_bytes(b"precious")
    (tmp_path / "programs-folder.bin").mkdir()
    program("x = 6", Shelf(tmp_path, version="0.6"))
    left = {"notes.bin", "programs-folder.bin", *(f"programs-0.{number}.bin" for number in (3, 4, 5, 6))}
    assert {file.name for file in tmp_path.iterdir()} == left
    program("y = 6", Shelf(tmp_path, version="0.6"))
    assert Shelf(tmp_path, version="0.6").get(shelf.PROGRAM, "x = 6") is not None
    assert {file.name for file in tmp_path.iterdir()} == left


def test_two_processes_append_to_one_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_keep_many, args=(str(tmp_path), name)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    kept = Shelf(tmp_path)
    missing = [
        (name, number)
        for name in ("a", "b")
        for number in range(40)
        if kept.get(shelf.PROGRAM, f"{name} = {number} + цена") is None
    ]
    assert missing == []


def test_the_library_keeps_nothing_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_current", None)
    monkeypatch.setattr(shelf, "_chosen", False)
    monkeypatch.delenv(shelf.VARIABLE, raising=False)
    assert shelf.current() is None
    shelf.keep_programs(tmp_path)
    assert shelf.current() is not None
    shelf.keep_programs(None)
    assert shelf.current() is None


@pytest.mark.parametrize(("named", "kept"), [("", False), ("off", False), ("programs", True)])
def test_the_variable_names_the_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, kept: bool
) -> None:
    monkeypatch.setattr(shelf, "_current", None)
    monkeypatch.setattr(shelf, "_chosen", False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(shelf.VARIABLE, named)
    assert (shelf.current() is not None) is kept
