"""Escapes known from other sandboxes of expressions: each ends in a value of the language or an error of its kind."""

from __future__ import annotations

import gc
import types
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.errors import CalculatorError

TEXT = object()  # the right side is plain text, stored as written
NOTHING = object()

# right side, what is stored (TEXT, NOTHING, a value) or the kind of the error
ATTEMPTS: list[tuple[str, str, Any]] = [
    ("attribute of a text", '"".__class__', TEXT),
    ("attribute of a number", "(5).__class__", TEXT),
    ("attribute of an array", "[].__class__.__base__.__subclasses__()", TEXT),
    ("attribute of a variable", "a.__class__", TEXT),
    ("attribute of a call", "round(1).real", TEXT),
    ("attribute through an element", 'a["__class__"]', NOTHING),
    ("element of an array by name", '[1]["__class__"]', "type"),
    ("element of a text by name", '"x"["__class__"]["__mro__"]', NOTHING),
    ("get with a dunder name", 'get(a, "__class__")', "type"),
    ("class walk by get", 'get(get({}, "__class__"), "__base__")', NOTHING),
    ("getattr", 'getattr(a, "__class__")', "unknown_function"),
    ("hasattr", 'hasattr(a, "x")', "unknown_function"),
    ("setattr", 'setattr(a, "x", 1)', "unknown_function"),
    ("type", "type(a)", "unknown_function"),
    ("vars", "vars()", "unknown_function"),
    ("dir", "dir()", "unknown_function"),
    ("globals", "globals()", "unknown_function"),
    ("locals", "locals()", "unknown_function"),
    ("eval", 'eval("1 + 1")', "unknown_function"),
    ("exec", 'exec("1")', "unknown_function"),
    ("compile", 'compile("1", "", "eval")', "unknown_function"),
    ("open", 'open("/etc/passwd")', "unknown_function"),
    ("input", "input()", "unknown_function"),
    ("breakpoint", "breakpoint()", "unknown_function"),
    ("__import__ begins with no letter", '__import__("os")', TEXT),
    ("__import__ behind a method", '__import__("os").system("id")', TEXT),
    ("help", "help()", "unknown_function"),
    ("memoryview", 'memoryview("a")', "unknown_function"),
    ("lambda", "lambda: 1", TEXT),
    ("lambda called", "(lambda: 1)()", TEXT),
    ("comprehension", "[x for x in [1]]", TEXT),
    ("generator", "(x for x in [1])", TEXT),
    ("generator frame", "(x for x in [1]).gi_frame.f_back", TEXT),
    ("walrus", "(x := 5)", TEXT),
    ("star arguments", "max(*[1, 2])", TEXT),
    ("double star arguments", 'max(**{"a": 1})', TEXT),
    ("keyword argument", "round(num=1)", TEXT),
    ("f-string", 'f"{a.__class__}"', TEXT),
    ("nested f-string", "f'{f\"{a}\"}'", TEXT),
    ("bytes", 'b"x"', TEXT),
    ("slice", "[1, 2, 3][0:2]", TEXT),
    ("ellipsis", "...", TEXT),
    ("set", "{1, 2}", TEXT),
    ("tuple", "(1, 2)", TEXT),
    ("ternary of Python", "1 if 2 else 3", TEXT),
    ("yield", "(yield 5)", TEXT),
    ("await", "await a", TEXT),
    ("shift bomb", "1 << 99999999", TEXT),
    ("format field with a class", '"{0.__class__}"', "{0.__class__}"),
    ("format field in a call", 'replace("{0.__class__}", "x", "y")', "{0.__class__}"),
    ("str.format", '"{0}".format(a)', TEXT),
    ("per cent formatting", '"%s" % a', "type"),
    ("per cent formatting bomb", '"%99999999d" % 1', "type"),
    ("per cent formatting of a mapping", '"%(x)s" % {}', "type"),
    ("text times number", '"a" * 99999999', "type"),
    ("array times number", "[0] * 99999999", "type"),
    ("tower of powers", "9^9^9", "overflow"),
    ("tower of powers by function", "pow(pow(9, 9), pow(9, 9))", "overflow"),
    ("negative tower", "2 ^ -9^9", 0),
    ("factorial bomb", "fac(99999999)", "overflow"),
    ("factorial of factorial", "fac(fac(20))", "overflow"),
    ("exponential bomb", "exp(exp(exp(10)))", "overflow"),
    ("digits bomb", "round(1.5, 99999999)", "value"),
    ("regular expression bomb", 'findall("((a{99}){99}){99}", "a")', "limit"),
    ("full-width eval", 'ｅｖａｌ("1")', TEXT),
    ("name of look-alike letters", "rоund(1.5)", TEXT),
    ("mathematical letters", "𝐞𝐯𝐚𝐥(1)", TEXT),
    ("small capitals", "ᴇᴠᴀʟ(1)", TEXT),
    ("null byte in a call", "round\x00(1)", TEXT),
    ("null byte in a string", '"a\x00b"', "a\x00b"),
    ("escape of a character", r'"\x5f\x5f" + "\137"', r"\x5f\x5f\137"),
    ("named escape", r'"\N{LOW LINE}"', r"\N{LOW LINE}"),
    ("line continuation", "1 + \\", TEXT),
    ("semicolon", "1; __import__('os')", TEXT),
    ("decorator", "@round", TEXT),
    ("backtick repr", "`a`.x", TEXT),
    ("template of another engine", "{{ ''.__class__ }}", TEXT),
    ("dollar template", "${7 * 7}", TEXT),
    ("helper of the generated code", "host_reader(a)", "unknown_function"),
    ("helper of the generated code as a name", "write_element", "write_element"),
    ("fallback of the fast code", "fallback(1)", "unknown_function"),
    ("fast helper by name", "new_run()", "unknown_function"),
]


@pytest.mark.parametrize(("code", "expected"), [item[1:] for item in ATTEMPTS], ids=[item[0] for item in ATTEMPTS])
def test_attempt_gives_value_or_kind(code: str, expected: Any) -> None:
    outcome = su.evaluate(f"r = {code}", {"a": [1]} if "a[" in code or "get(a" in code else {"a": "текст"})
    kinds = [error.kind for error in outcome.errors]
    if isinstance(expected, str) and expected in ("type", "value", "limit", "overflow", "unknown_function"):
        assert kinds == [expected] if 'a["__class__"]' != code else kinds == ["type"]
        assert "r" not in outcome.variables
    elif expected is NOTHING:
        assert "r" not in outcome.variables
        assert set(kinds) <= {"type"}
    else:
        assert kinds == []
        assert outcome.variables["r"] == (code if expected is TEXT else expected)


@pytest.mark.parametrize(("code", "expected"), [item[1:] for item in ATTEMPTS], ids=[item[0] for item in ATTEMPTS])
def test_attempt_as_expression_of_a_host(code: str, expected: Any) -> None:
    """The same through the fast code, message and condition: nothing but values and errors of the language."""
    for _ in range(4):
        try:
            value = su.compile_expression(code).evaluate({"a": "текст"})
        except CalculatorError:
            value = None
        assert value is None or type(value) in (bool, int, float, str, list, dict)
    assert isinstance(su.render("#{" + code + "}", {"a": "текст"}), str)
    assert bool(su.check_condition(code, {"a": "текст"})) in (True, False)


@pytest.mark.parametrize(
    "line",
    [
        "__class__ = 5", "a.__class__ = 5", "a['__class__'] = 5", "__builtins__ = 5", "del __builtins__", "x.y = 5",
        "import os", "from os import system", "def f(): pass", "class A: pass", "global a", "nonlocal a", "assert 0",
        "raise a", "try: a", "with a: b", "for a in b: c", "while 1: a", "print('x')", "exec 'x'", "del a.b", "a, b = 1",
        "*a = 1", "a = yield", "a: int = 5", "return 5", "pass", "async def f(): pass", "match a: pass", "type x = int",
        "getattr(a, 'b') = 5", "@a", "a := 5", "lambda = 5", "scope = 5", "report = 5", "v = 5", "d = 5", "error = 5",
    ],
)  # fmt: skip
def test_statement_of_python_is_no_statement_here(line: str) -> None:
    """Nothing raises, and only variables of legal names appear."""
    outcome = su.evaluate(f"{line}\nпосле = 1", {"a": 1})
    assert outcome.variables["после"] == 1
    assert all("_" != name[0] and "." not in name for name in outcome.variables)
    assert all(type(value) in (bool, int, float, str, list, dict) for value in outcome.variables.values())


def test_names_of_generated_code_are_ordinary_variables() -> None:
    names = [
        "scope",
        "report",
        "v",
        "d",
        "run",
        "get",
        "put",
        "known",
        "error",
        "name",
        "value",
        "t1",
        "x1",
        "v_a",
        "type",
    ]
    code = "\n".join(f"{name} = {number}" for number, name in enumerate(names)) + "\nитог = " + " + ".join(names)
    for _ in range(5):
        outcome = su.evaluate(code)
        assert outcome.errors == []
        assert outcome.variables["итог"] == sum(range(len(names)))


def generated_functions() -> list[types.FunctionType]:
    """Every function alive that was generated for a compiled text."""
    return [
        item
        for item in gc.get_objects()
        if isinstance(item, types.FunctionType) and item.__code__.co_filename == "<salebot calculator>"
    ]


@pytest.mark.parametrize("code", ["a + 1", 'round(a) + len("x")', 'x = a\ny = [x, "#{a}"]\ny[0] = 5', "if(a, b, c)"])
def test_generated_functions_see_no_builtins(code: str) -> None:
    compiled = [su.compile(code), su.compile_expression(code)]
    for kind in ({"a": 1}, {"a": "5"}, {"a": "текст"}, {}):
        su.evaluate(code, kind)
        try:
            compiled[1].evaluate(dict(kind))
        except CalculatorError:
            continue
    generated = generated_functions()
    assert generated
    for item in generated:
        assert item.__globals__["__builtins__"] == {}
        assert not {"eval", "exec", "open", "__import__", "getattr", "globals", "compile"} & item.__globals__.keys()
        assert not any(isinstance(value, types.ModuleType) for value in item.__globals__.values())


def test_code_names_no_attribute_of_python() -> None:
    """Attributes in generated code are those of the scope; none comes from the author's text."""
    for code in ("x = a", 'x = "#{a}" + b[0]\ndel b["k"]\nclient.c = x', "unpack_list([1], 'w')\nx = current_date"):
        su.evaluate(code, {"a": 1})
    generated = generated_functions()
    assert generated
    for item in generated:
        assert all(not name.startswith("_") for name in item.__code__.co_names)


def test_errors_carry_no_way_to_frames() -> None:
    outcome = su.evaluate("x = a - 1\ny = foo(1)\nz = 1 / 0", {"a": "текст"})
    assert len(outcome.errors) == 3
    for error in outcome.errors:
        assert not any(hasattr(error, name) for name in ("__traceback__", "tb_frame", "__context__"))
        assert not any(isinstance(item, BaseException | types.FrameType) for item in error.data.values())
    with pytest.raises(CalculatorError) as caught:
        su.compile_expression("a - 1").evaluate({"a": "текст"})
    assert caught.value.__cause__ is None
