"""Small classes of values for what every start of the interpreter needs.

`@record` gives a class with annotated fields `__slots__`, `__init__`, `__eq__`, `__hash__` and `__repr__`, like
`dataclasses.dataclass(slots=True)`. That module would cost each start the import of `inspect`, and each class half a
millisecond: it writes source text and compiles it. Here an `__init__` is a ready function whose names are exchanged.
Values are not to be changed once they are shared; nothing checks it, so that making one stays quick.
"""

from __future__ import annotations

from operator import attrgetter
from types import FunctionType
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


def _one(self: Any, a: Any) -> None:
    self.a = a


def _two(self: Any, a: Any, b: Any) -> None:
    self.a = a
    self.b = b


def _three(self: Any, a: Any, b: Any, c: Any) -> None:
    self.a = a
    self.b = b
    self.c = c


def _four(self: Any, a: Any, b: Any, c: Any, d: Any) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d


def _five(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e


def _six(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> None:
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.e = e
    self.f = f


_BY_COUNT: tuple[Any, ...] = (None, _one, _two, _three, _four, _five, _six)


@dataclass_transform()
def record(cls: type[T]) -> type[T]:
    """The class with slots and the usual methods; an `__init__` of its own stays (needed from seven fields on).

    Defaults are shared by all instances, so they must not be changeable.
    """
    fields = tuple(cls.__annotations__)
    own = dict(vars(cls))
    defaults = tuple([own.pop(name) for name in fields if name in own])
    own.pop("__dict__", None)
    own.pop("__weakref__", None)
    if "__init__" not in own:
        template = _BY_COUNT[len(fields)].__code__
        code = template.replace(co_varnames=("self", *fields), co_names=fields, co_name="__init__")
        own["__init__"] = FunctionType(code, {}, "__init__", defaults)
    own |= {"__slots__": fields, "__match_args__": fields, "_values": attrgetter(*fields)}
    for method in (_eq, _hash, _repr):
        own.setdefault(f"_{method.__name__}__", method)
    make: Any = type(cls)
    made: type[T] = make(cls.__name__, cls.__bases__, own)
    return made


def _eq(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return self._values(self) == self._values(other)


def _hash(self: Any) -> int:
    return hash(self._values(self))


def _repr(self: Any) -> str:
    shown = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__slots__])
    return f"{self.__class__.__qualname__}({shown})"
