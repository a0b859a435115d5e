"""Declaring functions, and the read-only catalogue a program is compiled against.

    @function("addDays", aliases=("add_days",), page="kalkulyator/dlya-raboty-s-datami-i-vremenem")
    def add_days(date: Value, days: Number) -> Value:
        \"\"\"Дата через столько-то дней.\"\"\"

Annotations decide how an argument is converted before the function sees it (`Text`, `Number`, `Whole`, `Truth`, `Array`,
`Dictionary`, `Container`, `Value` = untouched). A parameter with a default may be left out, and an argument that is
empty text or None counts as left out (calculator.md D-53). `*parts: Text` takes any number of arguments, as given.
A first parameter annotated `Context` receives the run; an effectful function (`effect=True`) is a generator.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from .. import values
from ..context import Context
from ..errors import PluginError
from .catalog import Catalog

Coerce = Callable[[Any], Any]

Value = Any
Text = Annotated[str, values.to_text]
Number = Annotated[int | float, values.to_number]
Whole = Annotated[int, values.to_whole]
Truth = Annotated[bool, values.to_truth]
Array = Annotated[list[Any], values.to_array]
Dictionary = Annotated[dict[str, Any], values.to_dictionary]
Container = Annotated[list[Any] | dict[str, Any], values.to_container]

REQUIRED = inspect.Parameter.empty
# The attribute of a callable that keeps its description.
MARK = "__calculator_function__"


@dataclass(frozen=True, slots=True)
class Param:
    """One argument. `coerce` is None for untouched values; `default` is `REQUIRED` or what the function uses."""

    name: str
    coerce: Coerce | None
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language and the Python callable behind it.

    `rest` is the parameter that takes any number of further arguments. `needed`: so many of the first parameters are
    required although the language lets a call leave them out, because the function itself answers for a missing one;
    people are shown this number. `takes_context`: the callable wants the run
    first. `writes`: it may change variables by itself (`unpack_list`), so nothing may be cached around it.
    """

    name: str
    call: Callable[..., Any]
    params: tuple[Param, ...] = ()
    rest: Param | None = None
    least: int = 0
    needed: int = 0
    takes_context: bool = False
    effect: bool = False
    writes: bool = False
    aliases: tuple[str, ...] = ()
    page: str = ""
    plugin: str = ""
    returns: str = "any"  # number, bool, text, array, dictionary: what the annotation promises; any = nothing

    @property
    def most(self) -> int | None:
        """Largest number of arguments; None = no limit."""
        return None if self.rest else len(self.params)

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.call) or ""

    @property
    def signature(self) -> str:
        """For people: `round(num, digits=0)`."""
        parts = [
            param.name if param.required or index < self.needed else f"{param.name}={_default_text(param.default)}"
            for index, param in enumerate(self.params)
        ]
        if self.rest:
            parts += [f"{self.rest.name}…"]
        return f"{self.name}({', '.join(parts)})"

    def accepts(self, count: int) -> bool:
        return self.least <= count and (self.most is None or count <= self.most)

    @property
    def arity_text(self) -> str:
        least = max(self.least, self.needed)
        if self.most == least:
            return str(least)
        return f"{least}…" if self.most is None else f"{least}–{self.most}"


def _default_text(default: Any) -> str:
    return "None" if default is None else values.to_text(default) if not isinstance(default, str) else repr(default)


def function(
    name: str | None = None,
    *,
    aliases: Iterable[str] = (),
    page: str = "",
    effect: bool = False,
    writes: bool = False,
    least: int | None = None,
    needed: int = 0,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a Python callable as a function of the language.

    Args:
        name: name in the language; the Python name without trailing underscores when omitted.
        aliases: further names of the same function.
        page: page of the manual that describes it.
        effect: the callable is a generator that yields effects and returns the value.
        writes: it changes variables of the dialog by itself.
        least: smallest number of arguments, when `*rest` needs some.
        needed: so many first parameters are required, but the function itself tells the script of a missing one; they
            have defaults.
    """

    if callable(name):
        raise TypeError("write @function(), with parentheses")

    def mark(call: Callable[..., Any]) -> Callable[..., Any]:
        described = describe(
            call, name or call.__name__.rstrip("_"), tuple(aliases), page, effect, writes, least, needed
        )
        setattr(call, MARK, described)
        return call

    return mark


def describe(
    call: Callable[..., Any],
    name: str,
    aliases: tuple[str, ...] = (),
    page: str = "",
    effect: bool = False,
    writes: bool = False,
    least: int | None = None,
    needed: int = 0,
) -> Function:
    """Read names, defaults and annotations of a callable."""
    hints = get_type_hints(call, include_extras=True)
    params: list[Param] = []
    rest: Param | None = None
    takes_context = False
    for index, parameter in enumerate(inspect.signature(call).parameters.values()):
        hint = hints.get(parameter.name, Value)
        if index == 0 and isinstance(hint, type) and issubclass(hint, Context):
            takes_context = True
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            rest = Param(parameter.name, _coercion(hint, name))
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            params.append(Param(parameter.name, _coercion(hint, name), parameter.default))
        else:
            raise PluginError(f"{name}: parameter {parameter.name} must be positional, the language has no keywords")
    if inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call):
        raise PluginError(
            f"{name}: an async function cannot be called from the language: write a generator with effect=True that "
            "yields effects, and hand over who performs them with register_effects (docs/plugins.md)"
        )
    required = sum(p.required for p in params)
    if effect != inspect.isgeneratorfunction(call):
        raise PluginError(f"{name}: effect={effect}, but the callable is {'' if not effect else 'not '}a generator")
    return Function(
        name, call, tuple(params), rest, least if least is not None else required,
        needed, takes_context, effect, writes, aliases, page, returns=_promise(hints.get("return", Value)),
    )  # fmt: skip


def _promise(hint: Any) -> str:
    """What a return annotation promises, in the words of `Function.returns`."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if hint is bool:
        return "bool"
    if hint is str:
        return "text"
    kinds = (
        {get_origin(item) or item for item in get_args(hint)}
        if get_origin(hint) in (Union, UnionType)
        else {get_origin(hint) or hint}
    )
    if kinds <= {int, float}:
        return "number"
    if kinds == {list}:
        return "array"
    return "dictionary" if kinds == {dict} else "any"


def _coercion(hint: Any, name: str) -> Coerce | None:
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if callable(extra):
                coerce: Coerce = extra
                return coerce
    if hint in (Any, REQUIRED):
        return None
    plain: Mapping[Any, Coerce] = {
        str: values.to_text,
        float: values.to_number,
        int: values.to_whole,
        bool: values.to_truth,
    }
    if hint in plain:
        return plain[hint]
    raise PluginError(
        f"{name}: annotation {hint!r} is none of Value, Text, Number, Whole, Truth, Array, Dictionary, Container"
    )


def functions_in(module: Any) -> list[Function]:
    """Everything in a module that carries the decorator, in order of definition."""
    found = [getattr(item, MARK, None) for item in vars(module).values()]
    return list({id(item): item for item in found if item is not None}.values())


__all__ = [
    "REQUIRED", "Array", "Catalog", "Container", "Context", "Dictionary", "Function", "Number", "Param", "Text", "Truth",
    "Value", "Whole", "describe", "function", "functions_in",
]  # fmt: skip
