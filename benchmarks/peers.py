"""Other engines of the extra `bench`. Each takes a wording in its own dialect and gives a function of the variables.

Every engine is used as its manual says for texts that are evaluated again and again: compiled once. What an engine
needs to take over the variables (a copy, a conversion) belongs to its time, as it would in use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .workloads import Variables, Wording


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled text. `run` is timed; `result` reads what a run gave, for checking."""

    run: Callable[[Variables], Any]
    result: Callable[[Variables, Any], Any]


def _value(variables: Variables, returned: Any) -> Any:
    return returned


def restricted_python(wording: Wording) -> Prepared:
    from RestrictedPython import compile_restricted, safe_globals
    from RestrictedPython.Eval import default_guarded_getitem

    guards = {"_getitem_": default_guarded_getitem, "_write_": lambda item: item, "_getattr_": getattr}
    globals_ = {**safe_globals, **guards}
    globals_["__builtins__"] = {**safe_globals["__builtins__"], "len": len, "round": round, "str": str, "float": float}
    code = compile_restricted(wording.engines["python"], "<text>", "exec" if wording.is_script else "eval")
    if wording.is_script:
        return Prepared(lambda v: exec(code, globals_, v), lambda v, returned: v)
    return Prepared(lambda v: eval(code, globals_, v), _value)


def simple_eval(wording: Wording) -> Prepared:
    from simpleeval import SimpleEval

    _expressions_only(wording)
    engine = SimpleEval(functions={"str": str, "float": float})
    parsed = engine.parse(wording.engines["python"])

    def run(v: Variables) -> Any:
        engine.names = v
        return engine.eval("", previously_parsed=parsed)

    return Prepared(run, _value)


def asteval(wording: Wording) -> Prepared:
    from asteval import Interpreter

    engine = Interpreter(use_numpy=False)
    parsed = engine.parse(wording.engines["python"])
    names = engine.symtable

    def run(v: Variables) -> Any:
        names.update(v)
        return engine.run(parsed)

    if wording.is_script:
        run(wording.one(0))
        made = set(_after(wording, 0))
        return Prepared(run, lambda v, returned: {name: names[name] for name in made})
    return Prepared(run, _value)


def jinja(wording: Wording) -> Prepared:
    from jinja2 import Environment

    compiled = Environment().compile_expression(wording.engines["jinja"], undefined_to_none=False)
    return Prepared(lambda v: compiled(v), _value)


def jinja_sandbox(wording: Wording) -> Prepared:
    from jinja2.sandbox import SandboxedEnvironment

    compiled = SandboxedEnvironment().compile_expression(wording.engines["jinja"], undefined_to_none=False)
    return Prepared(lambda v: compiled(v), _value)


def cel(wording: Wording) -> Prepared:
    import celpy

    engine = celpy.Environment()
    program = engine.program(engine.compile(wording.engines["cel"]))
    return Prepared(lambda v: program.evaluate({name: celpy.json_to_cel(value) for name, value in v.items()}), _value)


def arithmetic(wording: Wording) -> Prepared:
    from py_expression_eval import Parser

    return Prepared(Parser().parse(wording.engines["arithmetic"]).evaluate, _value)


def zen(wording: Wording) -> Prepared:
    import zen as engine

    return Prepared(engine.compile_expression(wording.engines["zen"]).evaluate, _value)


def lua(wording: Wording) -> Prepared:
    try:
        from lupa.luajit21 import LuaRuntime
    except ImportError:
        from lupa import LuaRuntime

    names = list(wording.one(0))
    body = wording.engines["lua"] if wording.is_script else f"return {wording.engines['lua']}"
    function = LuaRuntime().eval(f"function({', '.join(names)}) {body} end")
    arguments = ", ".join(f"v[{name!r}]" for name in names)
    run = eval(f"lambda v: function({arguments})", {"function": function})
    if wording.is_script:
        return Prepared(run, lambda v, returned: dict(zip(wording.results, returned, strict=True)))
    return Prepared(run, _value)


ENGINES: dict[str, Callable[[Wording], Prepared]] = {
    "RestrictedPython": restricted_python,
    "simpleeval": simple_eval,
    "asteval": asteval,
    "jinja2": jinja,
    "jinja2 sandbox": jinja_sandbox,
    "cel-python": cel,
    "py-expression-eval": arithmetic,
    "zen-engine": zen,
    "lupa (LuaJIT)": lua,
}


class Unfit(Exception):
    """The engine cannot say it, or says something else."""


def prepared(engine: str, wording: Wording) -> Prepared:
    """The wording in an engine, its results checked over all sets.

    Raises:
        Unfit: not installed, no such text in this dialect, or other results; the text says which.
    """
    try:
        made = ENGINES[engine](wording)
        for index in range(len(wording.sets())):
            expected = _after(wording, index)
            variables = wording.one(index)
            found = made.result(variables, made.run(variables))
            if not same(found, expected, set(wording.results) if wording.is_script else None):
                raise Unfit(f"another result: {found!r} instead of {expected!r}")
    except Unfit:
        raise
    except ImportError as error:
        raise Unfit(f"not installed: {error}") from error
    except KeyError as error:
        raise Unfit("cannot be said in it") from error
    except Exception as error:  # whatever an engine raises, it does not do this text
        raise Unfit(f"{type(error).__name__}: {error}") from error
    return made


def _expressions_only(wording: Wording) -> None:
    if wording.is_script:
        raise Unfit("no scripts")


def _after(wording: Wording, index: int) -> Any:
    """What hand-written Python gives: the value, or the variables after a script."""
    variables = wording.one(index)
    returned = wording.by_hand(variables)
    return variables if wording.is_script else returned


def same(found: Any, expected: Any, names: set[str] | None = None) -> bool:
    """Equal results; whole numbers and fractions may stand for each other, the last digits of fractions may differ."""
    if isinstance(expected, dict):
        shared = [name for name in expected if not names or name in names or name in found]
        shared = [name for name in shared if name in found] if names else shared
        return isinstance(found, dict) and bool(shared) and all(
            name in found and same(found[name], expected[name]) for name in shared
        )  # fmt: skip
    if isinstance(expected, float) and not isinstance(found, str | bool) and found is not None:
        return abs(float(found) - expected) <= 1e-9 * max(1.0, abs(expected))
    return bool(found == expected)
