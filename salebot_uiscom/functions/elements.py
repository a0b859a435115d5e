"""Elements of arrays and dictionaries: reading `a[k]`, writing `a[k1][k2] = x`, removing `del a[k]`.

Containers are never changed: writing and removing give a copy, new along the path and shared elsewhere. Text that is
JSON of a container is as good as the container (A1); a number and its text are the same position or key (A3).
Reference: calculator.md 9, D-14, D-15, D-47; functions-data.md A1–A6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import Fault
from ..values import MAX_DEPTH, depth, parse_json, to_text, to_whole

Value = Any
Container = list[Value] | dict[str, Value]


def read_element(container: Value, key: Value) -> Value:
    """What stands at a position or under a key; None when there is nothing, or nothing to look into (A5, D-47).

    Raises:
        Fault: SB301 the key is unset, SB320 the position in an array is no whole number.
    """
    found = container if isinstance(container, list | dict) else as_container(container)
    if isinstance(found, dict):
        return found.get(key if isinstance(key, str) else key_text(key))
    if found is None:
        return None
    position = position_of(key)
    return found[position] if -len(found) <= position < len(found) else None


def write_element(container: Value, path: Sequence[Value], value: Value, name: str = "?") -> Container:
    """A copy in which the element at the end of the path is `value`; a new dictionary when nothing was there (D-15).

    Args:
        container: array, dictionary, JSON text of one, or None.
        path: at least one key; missing keys on the way become dictionaries.
        value: stored as it is.
        name: what the variable is called, for the message.

    Raises:
        Fault: SB308 something on the way is no container, SB309 no such position, SB406 nested too deeply.
    """
    check_nesting(value, len(path))
    root = node = _copy(container, name)
    for key in path[:-1]:
        place = _writable_place(node, key)
        inner = _copy(node.get(place) if isinstance(node, dict) else node[place], name)
        node[place] = inner
        node = inner
    node[_writable_place(node, path[-1])] = value
    return root


def delete_element(container: Value, path: Sequence[Value], name: str = "?") -> Value:
    """A copy without the element at the end of the path; the argument itself when there is no such element (D-14).

    Raises:
        Fault: SB308 something on the way is no container, SB320 a position is no whole number.
    """
    steps: list[tuple[Container, Any]] = []
    current = container
    for key in path:
        node = as_container(current)
        if node is None:
            if current is None or current == "":
                return container
            raise Fault("SB308", name=name)
        place = _existing_place(node, key)
        if place is None:
            return container
        steps.append((node, place))
        current = node[place]
    last, place = steps.pop()
    changed = last.copy()
    del changed[place]
    for node, place in reversed(steps):
        outer = node.copy()
        outer[place] = changed
        changed = outer
    return changed


def as_container(value: Value) -> Container | None:
    """The array or dictionary that a value is or is JSON text of, else None."""
    if isinstance(value, list | dict):
        return value
    return parse_json(value) if isinstance(value, str) else None


def key_text(key: Value) -> str:
    """Key of a dictionary: the text form (A3)."""
    if key is None:
        raise Fault("SB301", name="ключ")
    if isinstance(key, list | dict):
        raise Fault("SB319", got=key)
    return to_text(key)


def position_of(key: Value) -> int:
    """Position in an array; negative ones count from the end (A3)."""
    if type(key) is int:
        return key
    if key is None:
        raise Fault("SB301", name="индекс")
    try:
        return to_whole(key)
    except Fault:
        raise Fault("SB320", got=key) from None


def check_nesting(value: Value, levels: int) -> None:
    """Refuse to put a value under so many levels of containers that nothing could read it back as JSON."""
    inside = depth(value) if isinstance(value, list | dict) else 0
    if levels + inside > MAX_DEPTH:
        raise Fault("SB406", limit=MAX_DEPTH)


def _copy(value: Value, name: str) -> Container:
    if isinstance(value, list | dict):
        return value.copy()
    if value is None:
        return {}
    container = parse_json(value) if isinstance(value, str) else None
    if container is None:
        raise Fault("SB308", name=name)
    return container


def _writable_place(node: Container, key: Value) -> Any:
    """Key or position for writing: anything but an existing position of an array is an error `index` (D-15)."""
    if isinstance(node, dict):
        return key_text(key)
    place = _existing_place(node, key) if _is_position(key) else None
    if place is None:
        raise Fault("SB309", got=key)
    return place


def _is_position(key: Value) -> bool:
    try:
        position_of(key)
    except Fault as fault:
        if fault.kind == "none":
            raise
        return False
    return True


def _existing_place(node: Container, key: Value) -> Any:
    if isinstance(node, dict):
        text = key_text(key)
        return text if text in node else None
    position = position_of(key)
    return position if -len(node) <= position < len(node) else None
