"""Client variables by the number of the client (reference: functions-core.md 6, F-21).

These work on the variables of the run: the client layer for the own client, `scope.clients` for others. A host with a
store registers functions of the same names that reach all clients of the project.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from ..context import Context
from ..errors import Fault
from ..scope import CLIENT, MAX_VARIABLES, Variables, check_target, check_value, is_name
from ..values import to_element, to_text
from .registry import Array, Dictionary, Text, Value, function

PAGE = "kalkulyator/dlya-raboty-s-peremennymi"


@function(page=PAGE)
def get_client_var(run: Context, client_id: Text, variable: Text) -> Value:
    """Значение переменной клиента с номером `client_id`; None, если её нет.

    Видны только переменные клиента (с префиксом client), не сделки.

    Примеры:
        get_client_var(64732310, 'urok')  # None
        get_client_var(64732310, 'мой урок')  # ошибка bad_name
    Ошибки:
        bad_name — так переменная называться не может.
    English:
        Value of a client variable of any client, or None.
    """
    return _read(_scope(run, "get_client_var"), client_id, _readable(variable))


@function(page=PAGE)
def get_client_vars(run: Context, client_id: Text, names: Array) -> dict[str, Value]:
    """Словарь: имя — значение переменной клиента; чего нет, то null.

    Примеры:
        get_client_vars(64732310, ["urok", "level"])  # {"urok":null,"level":null}
        get_client_vars(64732310, 'urok')  # ошибка type
    Ошибки:
        type — имена заданы не массивом; bad_name — так переменная называться не может.
    English:
        Dictionary name → value of client variables; absent ones are null.
    """
    scope = _scope(run, "get_client_vars")
    readable = [_readable(to_text(name)) for name in names]
    return {name: to_element(_read(scope, client_id, name)) for name in readable}


@function(page=PAGE)
def set_client_var(run: Context, client_id: Text, variable: Text, value: Value) -> bool:
    """Записывает переменную клиента с номером `client_id`; пустое значение удаляет её.

    Возвращает True, а если такого клиента нет — False. Своя переменная видна уже в следующей строке.

    Примеры:
        set_client_var(64732310, 'urok', 5)  # False
        set_client_var(64732310, 'мой урок', 5)  # ошибка bad_name
    Ошибки:
        bad_name — так переменная называться не может; readonly — имя встроенной переменной; limit — слишком длинное
        значение или слишком много переменных.
    English:
        Writes a client variable; an empty value deletes it. False if there is no such client.
    """
    return _write(_scope(run, "set_client_var"), client_id, {variable: value})


@function(page=PAGE)
def set_client_vars(run: Context, client_id: Text, variables_dict: Dictionary) -> bool:
    """Записывает несколько переменных клиента из словаря; пустые значения удаляют.

    Записываются все или ни одной. Возвращает True, а если такого клиента нет — False.

    Примеры:
        set_client_vars(64732310, '{"urok": "5", "level": "2"}')  # False
        set_client_vars(64732310, "abc")  # ошибка type
    Ошибки:
        type — не словарь; bad_name — так переменная называться не может; readonly — имя встроенной переменной; limit —
        слишком длинное значение или слишком много переменных.
    English:
        Writes several client variables from a dictionary: all of them or, on an error, none.
    """
    return _write(_scope(run, "set_client_vars"), client_id, variables_dict)


def _scope(run: Context, name: str) -> Any:
    if run.scope is None:
        raise Fault("SB203", name=name)
    return run.scope


def _is_own(scope: Variables, client_id: str) -> bool:
    own = to_text(scope.get("client_id"))
    return own != "" and own == client_id


def _readable(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    if not is_name(name):
        raise Fault("SB110", name=name if len(name) <= 60 else name[:60] + "…")
    return name


def _read(scope: Any, client_id: str, name: str) -> Value:
    if _is_own(scope, client_id):
        return scope.get_in(CLIENT, name)
    return scope.clients.get(client_id, {}).get(name)


def _write(scope: Any, client_id: str, values: dict[str, Value]) -> bool:
    """Write all values or, with a fault, none; False for an unknown client."""
    changes = {unicodedata.normalize("NFC", name): None if value == "" else value for name, value in values.items()}
    for name, value in changes.items():
        check_target(name)
        check_value(name, value)
    if _is_own(scope, client_id):
        _write_own(scope, changes)
        return True
    known = scope.clients.get(client_id)
    if known is None:
        return False
    changed = {name: value for name, value in {**known, **changes}.items() if value is not None}
    if len(changed) > max(MAX_VARIABLES, len(known)):
        raise Fault("SB403", name=next(name for name in changes if name not in known), limit=MAX_VARIABLES)
    known.clear()
    known.update(changed)
    return True


def _write_own(scope: Variables, changes: dict[str, Value]) -> None:
    before = {name: scope.get_in(CLIENT, name) for name in changes}
    try:
        # What is deleted makes room for what is new.
        for name in sorted(changes, key=lambda name: changes[name] is not None):
            scope.put(CLIENT, name, changes[name])
    except Fault:
        for name in changes:
            scope.drop(CLIENT, name)
        for name, value in before.items():
            scope.put(CLIENT, name, value)
        raise
