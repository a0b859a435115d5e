"""Variables of clients, and finding clients."""

from __future__ import annotations

from ...context import Context
from ...effects import Steps
from ...functions.registry import Text, Value, function
from ...scope import CLIENT, DEAL, PREFIXES, check_target, check_value
from ...values import to_text
from ..asking import on_store
from ..outside import given
from .arguments import array, client_given, dictionary, turn_of, whole

VARIABLES = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-peremennymi"
API = "chatbots/peremennye-i-funkcii/kalkulyator/funkcii-api"


def _bare(name: str) -> str:
    prefix, dot, rest = name.partition(".")
    return rest if dot and prefix in PREFIXES else name


@function(effect=True, page=VARIABLES)
def get_client_var(context: Context, client_id: Value, variable: Text) -> Steps[Value]:
    """Переменная другого клиента: сначала среди переменных клиента, потом в его текущей сделке.

    get_client_var(1002, 'урок')

    English:
        A variable of another client: first among the client's own, then in the current deal; None when there is none.
    """
    found = yield from _read(context, client_id, [variable])
    return None if found is None else found[variable]


@function(effect=True, page=VARIABLES)
def get_client_vars(context: Context, client_id: Value, names: Value) -> Steps[Value]:
    """Несколько переменных клиента: словарь «имя — значение»; чего нет, то пусто.

    get_client_vars(1002, ['имя', 'урок'])

    English:
        Several variables of a client as a dictionary name → value; None for those that do not exist.
    """
    wanted = array(names)
    if wanted is None:
        return None
    return (yield from _read(context, client_id, [to_text(name) for name in wanted]))


def _read(context: Context, client_id: Value, names: list[str]) -> Steps[dict[str, Value] | None]:
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    if client is None:
        return None
    own = yield from turn.variables(CLIENT, client.id)
    found = {name: own.get(_bare(name)) for name in names}
    if any(value is None for value in found.values()):
        in_deal = yield from _deal_variables(context, client.id)
        found = {name: in_deal.get(_bare(name)) if value is None else value for name, value in found.items()}
    return found


def _deal_variables(context: Context, client_id: int) -> Steps[dict[str, Value]]:
    turn = turn_of(context)
    if client_id == turn.client.id:
        return turn.scope.deal
    deal = yield from turn.current_deal_of(client_id)
    return {} if deal is None else (yield from turn.variables(DEAL, deal.id))


@function(effect=True, page=VARIABLES)
def set_client_var(context: Context, client_id: Value, variable: Text, value: Value = None) -> Steps[bool]:
    """Записать переменную клиента (не сделки). True; False, если такого клиента нет.

    set_client_var(1002, 'урок', 5)

    English:
        Writes a variable of a client (not of a deal). True; False when there is no such client.
    """
    return (yield from _write(context, client_id, {variable: value}))


@function(effect=True, page=VARIABLES)
def set_client_vars(context: Context, client_id: Value, variables_dict: Value) -> Steps[bool]:
    """Записать несколько переменных клиента из словаря.

    set_client_vars(1002, {'урок': 5, 'курс': 'a'})

    English:
        Writes several variables of a client from a dictionary.
    """
    table = dictionary(variables_dict)
    return False if table is None else (yield from _write(context, client_id, table))


def _write(context: Context, client_id: Value, table: dict[str, Value]) -> Steps[bool]:
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    if client is None:
        return False
    for name, value in table.items():  # all or nothing on a bad name or value
        check_target(_bare(name))
        check_value(name, value)
    for name, value in table.items():
        yield from turn.put_of(CLIENT, client.id, _bare(name), value)
    return True


@function(effect=True, page=API)
def get_client_id_by_platform_id(
    context: Context, client_type: Value, platform_id: Text, group: Value = None
) -> Steps[int | None]:
    """Номер клиента по его идентификатору в мессенджере, или ничего.

    get_client_id_by_platform_id(1, '555', 'my_bot')

    English:
        Number of a client by the identifier in the messenger, or None.
    """
    turn_of(context)
    kind = whole(client_type)
    wanted = to_text(group) if given(group) else None
    found = yield from on_store(lambda store: store.find_clients(kind, platform_id, wanted))
    return found[0].id if found else None


@function(effect=True, page="chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-klientami-i-crm")
def get_bind_clients(context: Context) -> Steps[list[int]]:
    """Номера всех связанных карточек этого клиента.

    English:
        Numbers of all cards that are linked with this client.
    """
    turn = turn_of(context)
    return (yield from on_store(lambda store: store.linked_clients(turn.client.id)))
