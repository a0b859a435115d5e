"""Deals (orders): variables, statuses, stages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from ...context import Context
from ...effects import Steps
from ...functions.registry import Text, Value, function
from ...lang.operators import equal
from ...ports import WHATSAPP, Client, NewClient
from ...scope import DEAL
from ...store import Store, records
from ...store.records import ACTIVE, ARCHIVED, FAILED, SUCCESS
from ...values import to_text
from ..asking import on_store
from ..outside import given
from ..turn import Turn
from .arguments import array, client_given, deal_given, dictionary, number, truth, turn_of, whole
from .cards import employee

CRM = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-klientami-i-crm"
DEALS = "crm/sdelki-v-crm"
EMAIL = 14

_NAMES = ("Название", "Name")
_DESCRIPTIONS = ("Описание", "Description")


# ---------------------------------------------------------------- the current deal


@function(effect=True, page=CRM)
def get_order_id(context: Context) -> Steps[int | None]:
    """Номер текущей сделки (без номера клиента, в отличие от переменной order_id).

    English:
        Number of the current deal (without the client's number, unlike the variable order_id).
    """
    deal = yield from turn_of(context).current_deal()
    return deal.id if deal else None


@function(effect=True, page=CRM)
def create_order(
    context: Context, name: Value = None, budget: Value = None, description: Value = None, client_name: Value = None,
    phone: Value = None, email: Value = None, state_id: Value = None, transfer_vars: Value = None,
) -> Steps[Value]:  # fmt: skip
    """Создать сделку и сделать её текущей; переменные прежней — только через функции сделок.

    create_order('Заявка', 5000)
    create_order('', '', '', '', '', '', '', ['город'])

    English:
        Makes a deal and makes it the current one; variables of the former are reached through the functions of deals
        only.
    """
    turn = turn_of(context)
    amount = number(budget) if given(budget) else None
    if given(budget) and amount is None:
        return "budget must be a number"
    fields = {
        "name": to_text(name) if given(name) else "",
        "budget": amount,
        "description": to_text(description) if given(description) else "",
        "state_id": whole(state_id) if given(state_id) else None,
    }
    copied = {
        wanted: turn.scope.deal[wanted]
        for wanted in map(to_text, array(transfer_vars) or ())
        if wanted in turn.scope.deal
    }
    client = yield from _client_of_order(turn, client_name, phone, email)
    yield from turn.current_deal()  # one that this turn has begun is the older of the two: its number comes first
    deal = yield from turn.new_deal(client.id, **fields)
    if client.id == turn.client.id:
        yield from turn.switch_deal(deal)
    else:
        turn.add_change(records.SwitchDeal(client.id, deal.id))
    for variable, value in copied.items():
        yield from turn.put_of(DEAL, deal.id, variable, value)
    return deal.id


def _client_of_order(turn: Turn, client_name: Value, phone: Value, email: Value) -> Steps[Client]:
    """Whose the new deal is: phone and e-mail that nobody has make a client, if their bot is connected."""
    for value, kind, variable in ((phone, WHATSAPP, "phone"), (email, EMAIL, "email")):
        if not given(value):
            continue
        text = to_text(value)
        if equal(turn.scope.user_value(variable), text) or turn.client.platform_id == text:
            return turn.client
        owner = yield from on_store(partial(_owner, variable=variable, text=text))
        if owner is not None:
            return owner
        groups = [channel.group for channel in turn.bot.channels if channel.type == kind]
        if groups:
            label = to_text(client_name) if given(client_name) else text
            made = NewClient(kind, text, groups[0], label)
            return (yield from on_store(partial(_create, client=made, at=turn.at)))
    return turn.client


def _owner(store: Store, *, variable: str, text: str) -> Client | None:
    """Who has this phone or e-mail: as platform id, else in his variables; the lowest id."""
    found = store.find_clients(None, text)
    if found:
        return found[0]
    known = [*store.find_by_variable("client", variable, text), *store.find_by_variable("", variable, text)]
    return store.client(min(known)) if known else None


def _create(store: Store, *, client: NewClient, at: float) -> Client:
    return store.create_client(client, at)


@function(effect=True, page=DEALS)
def switch_order(context: Context, order_id: Value) -> Steps[int | None]:
    """Сделать сделку текущей. Неизвестный номер ничего не меняет; возвращается номер текущей.

    English:
        Makes a deal the current one. An unknown number changes nothing; returns the number of the current deal.
    """
    turn = turn_of(context)
    deal = yield from deal_given(turn, order_id) if given(order_id) else _no_deal()
    if deal is not None and deal.client_id == turn.client.id and not deal.closed:
        yield from turn.switch_deal(deal)
    current = yield from turn.current_deal()
    return current.id if current else None


def _no_deal() -> Steps[records.Deal | None]:
    yield from ()
    return None


# ---------------------------------------------------------------- fields and variables


def _edited(context: Context, order_id: Value, **fields: Value) -> Steps[bool]:
    turn = turn_of(context)
    deal = yield from deal_given(turn, order_id)
    if deal is None:
        return False
    turn.save_deal(replace(deal, **fields))
    return True


@function(effect=True, page=CRM)
def set_order_name(context: Context, name: Text, order_id: Value = None) -> Steps[bool]:
    """Название сделки.

    English:
        Name of a deal.
    """
    return (yield from _edited(context, order_id, name=name))


@function(effect=True, page=CRM)
def set_order_budget(context: Context, budget: Value, order_id: Value = None) -> Steps[Value]:
    """Бюджет сделки.

    English:
        Budget of a deal.
    """
    amount = number(budget)
    if amount is None:
        return "budget must be a number"
    return (yield from _edited(context, order_id, budget=amount))


@function(effect=True, page=CRM)
def get_order_var(context: Context, order_id: Value, variable: Text) -> Steps[Value]:
    """Переменная любой сделки, или ничего.

    get_order_var(15, 'город')

    English:
        A variable of any deal, or None.
    """
    found = yield from _read(context, order_id, [variable])
    return None if found is None else found.get(variable)


@function(effect=True, page=CRM)
def get_order_vars(context: Context, order_id: Value, names: Value = None) -> Steps[Value]:
    """Переменные сделки: названные в массиве или все.

    get_order_vars(15, ['город', 'улица'])

    English:
        Variables of a deal: those named in the array, or all.
    """
    wanted = array(names)
    return (yield from _read(context, order_id, None if wanted is None else [to_text(name) for name in wanted]))


def _read(context: Context, order_id: Value, wanted: list[str] | None) -> Steps[dict[str, Value] | None]:
    """Variables of a deal by name; what it has no value for is left out. `wanted` None: all, with name and description."""
    turn = turn_of(context)
    deal = yield from deal_given(turn, order_id)
    if deal is None:
        return None
    own = yield from turn.variables(DEAL, deal.id)
    fields: dict[str, Value] = {"budget": deal.budget}
    for names, value in ((_NAMES, deal.name), (_DESCRIPTIONS, deal.description)):
        fields.update(dict.fromkeys(names, value or None))
    if wanted is None:
        wanted = [*own, _NAMES[0], _DESCRIPTIONS[0]]
    found = {name: own[name] if name in own else fields.get(name) for name in wanted}
    return {name: value for name, value in found.items() if value is not None}


@function(effect=True, page=CRM)
def set_order_var(context: Context, order_id: Value, variable: Text, value: Value = None) -> Steps[bool]:
    """Записать переменную сделки; имена «Название» и «Описание» — поля карточки.

    set_order_var(15, 'город', 'Тверь')

    English:
        Writes a variable of a deal; the names «Название» and «Описание» are fields of the card.
    """
    return (yield from _write(context, order_id, {variable: value}))


@function(effect=True, page=CRM)
def set_order_vars(context: Context, order_id: Value, variables_dict: Value) -> Steps[bool]:
    """Записать несколько переменных сделки из словаря.

    English:
        Writes several variables of a deal from a dictionary.
    """
    table = dictionary(variables_dict)
    return False if table is None else (yield from _write(context, order_id, table))


def _write(context: Context, order_id: Value, table: dict[str, Value]) -> Steps[bool]:
    turn = turn_of(context)
    deal = yield from deal_given(turn, order_id)
    if deal is None:
        return False
    for name, value in table.items():
        if name in _NAMES:
            deal = replace(deal, name=to_text(value))
            turn.save_deal(deal)
        elif name in _DESCRIPTIONS:
            deal = replace(deal, description=to_text(value))
            turn.save_deal(deal)
        else:
            yield from turn.put_of(DEAL, deal.id, name, value)
    return True


# ---------------------------------------------------------------- statuses and lists of deals


@function(effect=True, page=CRM)
def set_order_status_success(context: Context, order_id: Value = None) -> Steps[bool]:
    """Сделка успешна.

    English:
        Marks a deal as successful.
    """
    return (yield from _edited(context, order_id, status=SUCCESS))


@function(effect=True, page=CRM)
def set_order_status_fail(context: Context, order_id: Value = None) -> Steps[bool]:
    """Сделка неуспешна.

    English:
        Marks a deal as failed.
    """
    return (yield from _edited(context, order_id, status=FAILED))


@function(effect=True, page=CRM)
def set_order_status_archive(context: Context, order_id: Value = None) -> Steps[bool]:
    """Сделка в архиве.

    English:
        Puts a deal into the archive.
    """
    return (yield from _edited(context, order_id, status=ARCHIVED))


def _with_status(context: Context, status: int) -> Steps[list[int]]:
    turn = turn_of(context)
    yield from turn.current_deal()
    deals = yield from turn.deals_of(turn.client.id)
    return [deal.id for deal in deals if deal.status == status]


@function(effect=True, page=CRM)
def get_active_orders_ids(context: Context) -> Steps[list[int]]:
    """Номера активных сделок клиента.

    English:
        Numbers of the client's active deals.
    """
    return (yield from _with_status(context, ACTIVE))


@function(effect=True, page=CRM)
def get_success_orders_ids(context: Context) -> Steps[list[int]]:
    """Номера успешных сделок клиента.

    English:
        Numbers of the client's successful deals.
    """
    return (yield from _with_status(context, SUCCESS))


@function(effect=True, page=CRM)
def get_fail_orders_ids(context: Context) -> Steps[list[int]]:
    """Номера неуспешных сделок клиента.

    English:
        Numbers of the client's failed deals.
    """
    return (yield from _with_status(context, FAILED))


@function(effect=True, page=CRM)
def get_order_id_by_var_value(
    context: Context, var_name: Text, var_value: Value, client_id: Value = None
) -> Steps[int | None]:
    """Номер сделки клиента, в которой переменная имеет это значение.

    English:
        Number of the client's deal in which a variable has this value.
    """
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    for deal in [] if client is None else (yield from turn.deals_of(client.id)):
        values = yield from turn.variables(DEAL, deal.id)
        if var_name in values and equal(values[var_name], var_value):
            return deal.id
    return None


@function(effect=True, page=CRM)
def count_client_orders(
    context: Context, client_id: Value = None, state_id: Value = None, get_all: Value = 1, active: Value = 1
) -> Steps[int]:
    """Сколько сделок у клиента; третий аргумент 0 включает отбор: активные (1) или остальные (0).

    English:
        How many deals the client has; 0 as the third argument switches the choice on: active (1) or the others (0).
    """
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    if client is None:
        return 0
    deals = yield from turn.deals_of(client.id)
    if given(state_id):
        deals = [deal for deal in deals if deal.state_id == whole(state_id)]
    if not truth(get_all, True):
        deals = [deal for deal in deals if (deal.status == ACTIVE) == truth(active, True)]
    return len(deals)


@function(effect=True, page=CRM)
def latest_order_datetime(context: Context, client_id: Value = None, dt_fmt: Text = "%d.%m.%y %H:%M") -> Steps[Value]:
    """Когда создана последняя сделка клиента.

    English:
        When the client's last deal was made.
    """
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    deals = [] if client is None else (yield from turn.deals_of(client.id))
    if not deals:
        return None
    moment = datetime.fromtimestamp(deals[-1].created_at, turn.bot.timezone)
    try:
        return moment.strftime(dt_fmt)
    except ValueError:
        return None


@function(effect=True, page=CRM)
def delete_order(context: Context, order_id: Value = None) -> Steps[bool]:
    """Удалить сделку; без номера — последнюю.

    English:
        Deletes a deal; the last one without a number.
    """
    turn = turn_of(context)
    yield from turn.current_deal()
    if given(order_id):
        deal = yield from deal_given(turn, order_id)
    else:
        deals = yield from turn.deals_of(turn.client.id)
        deal = deals[-1] if deals else None
    if deal is None:
        return False
    turn.delete_deal(deal)
    return True


# ---------------------------------------------------------------- people and stages


@function(effect=True, page=CRM)
def assign_order_to_user(context: Context, email: Text, order_id: Value = None) -> Steps[bool]:
    """Назначить ответственного за сделку.

    English:
        Makes an employee responsible for a deal.
    """
    who = employee(context, email)
    return False if who is None else (yield from _edited(context, order_id, responsible=who.email))


@function(effect=True, page=CRM)
def get_order_operator(context: Context, order_id: Value = None) -> Steps[str | None]:
    """Почта ответственного за сделку.

    English:
        E-mail of the employee responsible for a deal.
    """
    deal = yield from deal_given(turn_of(context), order_id)
    return deal.responsible or None if deal else None


@function(effect=True, page=CRM)
def get_state_id(context: Context, client_id: Value = None, order_id: Value = None) -> Steps[int | None]:
    """Номер этапа сделки.

    English:
        Number of a deal's stage.
    """
    turn = turn_of(context)
    if given(order_id):
        deal = yield from deal_given(turn, order_id)
        return deal.state_id if deal else None
    client = yield from client_given(turn, client_id)
    if client is None:
        return None
    deal = yield from turn.current_deal_of(client.id)
    return deal.state_id if deal else None


@function(effect=True, page=CRM)
def change_state(context: Context, state_id: Value, order_id: Value = None) -> Steps[bool]:
    """Перевести сделку на этап.

    English:
        Moves a deal to a stage.
    """
    stage = whole(state_id)
    return False if stage is None else (yield from _edited(context, order_id, state_id=stage))


@function(effect=True, page=CRM)
def move_order_to_next_state(context: Context, order_id: Value = None) -> Steps[int | None]:
    """Перевести сделку на следующий по номеру этап; номер нового этапа.

    English:
        Moves a deal to the stage of the next number; the number of the new stage.
    """
    turn = turn_of(context)
    deal = yield from deal_given(turn, order_id)
    if deal is None:
        return None
    stage = (deal.state_id or 0) + 1
    turn.save_deal(replace(deal, state_id=stage))
    return stage


@function(effect=True, page=CRM)
def get_current_pipline_id(context: Context) -> Steps[int | None]:
    """Номер воронки; пусто, пока сделка не разобрана (этап не задан). Воронка в этом хосте одна.

    English:
        Number of the pipeline; empty while the deal has no stage. This host has one pipeline.
    """
    deal = yield from turn_of(context).current_deal()
    return 1 if deal is not None and deal.state_id is not None else None
