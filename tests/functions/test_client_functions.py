"""Client variables by the number of the client (functions-core.md 6)."""

from __future__ import annotations

from typing import Any

import pytest
from call_core import Caller, context

from salebot_uiscom.context import Context
from salebot_uiscom.functions import clients as module
from salebot_uiscom.scope import MAX_VARIABLES, FlatScope, Scope

call = Caller(module)

LONG = "x" * 100_001


def setup() -> dict[str, Any]:
    return {
        "client_id": "64732310",
        "$clients": {"777": {"urok": "5", "level": "2"}},
        "client.urok": "3",
        "сделка": "нет",
        "level": "9",
    }


@pytest.fixture(params=["layers", "flat"])
def run(request: pytest.FixtureRequest) -> Context:
    """A run on either kind of variables."""
    made = context()
    variables = setup()
    made.scope = Scope.of(variables) if request.param == "layers" else FlatScope(variables)
    return made


def clients(run: Context) -> dict[str, dict[str, Any]]:
    assert run.scope is not None
    return run.scope.clients


TABLE: list[tuple[str, tuple[Any, ...], Any]] = [
    ("get_client_var", (64732310, "urok"), "3"),
    ("get_client_var", ("64732310", "сделка"), None),
    ("get_client_var", ("64732310", "level"), None),
    ("get_client_var", (777, "urok"), "5"),
    ("get_client_var", (777.0, "urok"), "5"),
    ("get_client_var", (777, "нет"), None),
    ("get_client_var", (1, "urok"), None),
    ("get_client_var", (None, "urok"), None),
    ("get_client_var", (777, ""), "error bad_name"),
    ("get_client_var", (777, "a b"), "error bad_name"),
    ("get_client_var", (777, "client.urok"), "error bad_name"),
    ("get_client_var", (777,), "error arity"),
    ("get_client_vars", (777, ["level", "нет"]), {"level": 2, "нет": None}),
    ("get_client_vars", (777, '["urok"]'), {"urok": 5}),
    ("get_client_vars", (64732310, ["urok"]), {"urok": 3}),
    ("get_client_vars", (1, ["urok"]), {"urok": None}),
    ("get_client_vars", (777, []), {}),
    ("get_client_vars", (777, "urok"), "error type"),
    ("get_client_vars", (777, {"urok": 1}), "error type"),
    ("get_client_vars", (777, ["urok", "a b"]), "error bad_name"),
    ("set_client_var", (777, "novoe", "да"), True),
    ("set_client_var", (1, "b", 5), False),
    ("set_client_var", (None, "b", 5), False),
    ("set_client_var", (777, "b c", 5), "error bad_name"),
    ("set_client_var", (1, "b c", 5), "error bad_name"),
    ("set_client_var", (777, "if", 5), "error bad_name"),
    ("set_client_var", (777, "api_key", 5), "error readonly"),
    ("set_client_var", (64732310, "client_id", 5), "error readonly"),
    ("set_client_var", (777, "b", LONG), "error limit"),
    ("set_client_var", (64732310, "b", LONG), "error limit"),
    ("set_client_vars", (777, "abc"), "error type"),
    ("set_client_vars", (777, [1]), "error type"),
    ("set_client_vars", (777, {}), True),
    ("set_client_vars", (1, {"a": 1}), False),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TABLE, ids=range(len(TABLE)))
def test_table(run: Context, name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert call.outcome(name, *arguments, run=run) == expected


@pytest.mark.parametrize(("example", "expected"), call.examples())
def test_example_of_the_documentation(example: str, expected: str) -> None:
    assert call.run_example(example, run=context(scope=Scope())) == expected


@pytest.mark.parametrize("client", [777, 64732310])
def test_what_is_written_is_read(run: Context, client: int) -> None:
    assert call("set_client_var", client, "b", [1, "два"], run=run) is True
    assert call("get_client_var", client, "b", run=run) == [1, "два"]
    assert call("set_client_vars", client, '{"b": "", "c": "1", "d": null, "urok": 4}', run=run) is True
    assert call("get_client_vars", client, ["b", "c", "d", "urok"], run=run) == {
        "b": None,
        "c": 1,
        "d": None,
        "urok": 4,
    }


def test_the_own_variable_is_visible_at_once(run: Context) -> None:
    assert run.scope is not None
    call("set_client_var", "64732310", "b", 5, run=run)
    assert run.scope.get("b") == 5
    call("set_client_var", "64732310", "b", None, run=run)
    assert run.scope.get("b") is None


@pytest.mark.parametrize("client", ["777", "64732310"])
@pytest.mark.parametrize("bad", [{"a b": 1}, {"api_key": 1}, {"z": LONG}, {f"v{i}": i for i in range(MAX_VARIABLES)}])
def test_a_bad_entry_writes_nothing(run: Context, client: str, bad: dict[str, Any]) -> None:
    before = call("get_client_vars", client, ["urok", "level", "new", "v1"], run=run)
    outcome = call.outcome("set_client_vars", client, {"new": 1, "urok": "", "level": 7, **bad}, run=run)
    assert str(outcome).startswith("error")
    assert call("get_client_vars", client, ["urok", "level", "new", "v1"], run=run) == before


@pytest.mark.parametrize("client", ["777", "64732310"])
def test_a_thousand_variables_are_the_limit(run: Context, client: str) -> None:
    many = {f"v{i}": i for i in range(MAX_VARIABLES)}
    assert call("set_client_vars", client, {"urok": "", "level": "", **many}, run=run) is True
    assert call.outcome("set_client_var", client, "more", 1, run=run) == "error limit"
    assert call.outcome("set_client_var", client, "v5", 55, run=run) is True


def test_other_clients_stay_apart(run: Context) -> None:
    call("set_client_var", 777, "urok", 6, run=run)
    assert call("get_client_var", 64732310, "urok", run=run) == "3"
    assert clients(run) == {"777": {"urok": 6, "level": "2"}}


def test_names_are_compared_after_normalisation(run: Context) -> None:
    call("set_client_var", 777, "и\u0306од", 1, run=run)
    assert call("get_client_var", 777, "йод", run=run) == 1


def test_without_variables_the_functions_ask_for_a_host() -> None:
    assert call.outcome("get_client_var", 1, "a") == "error unknown_function"
    assert call.outcome("set_client_vars", 1, {"a": 1}) == "error unknown_function"
