"""Lists and labels."""

from __future__ import annotations

from ...context import Context
from ...effects import Steps
from ...functions.registry import Text, Value, function
from ...values import to_text
from ..groups import Groups
from ..outside import given
from .arguments import array, client_given, ids, truth, turn_of, whole

LISTS = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-so-spiskami"
LABELS = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-metkami"

NOT_EMPTY = "Can't delete list, list not empty"
MIXED = "wrong array: names and ids are mixed"


def _deleted(groups: Groups, number: int, clear: Value) -> Steps[bool]:
    """Delete a list or label; one that somebody is in stays, False, unless `clear` says otherwise."""
    if (yield from groups.members(number)):
        if not truth(clear, False):
            return False
        groups.take(number, None)
    yield from groups.delete(number)
    return True


# ---------------------------------------------------------------- lists


@function(effect=True, page=LISTS)
def create_list(context: Context, name: Text) -> Steps[int]:
    """Новый список; возвращает его номер.

    create_list('Покупатели')

    English:
        A new list; returns its number.
    """
    entry = yield from turn_of(context).lists.create(name)
    return entry.id


@function(effect=True, page=LISTS)
def create_list_if_not_exist(context: Context, name: Text) -> Steps[int]:
    """Номер списка с таким названием; если его нет, он создаётся.

    create_list_if_not_exist('Покупатели')

    English:
        Number of the list of this name; it is made when there is none.
    """
    return (yield from turn_of(context).lists.ensure(name))


def _known_lists(context: Context, value: Value) -> Steps[list[int]]:
    entries = yield from turn_of(context).lists.entries()
    return [number for number in ids(value) if number in entries]


def _client_and_lists(context: Context, value: Value, client_id: Value) -> Steps[tuple[int, list[int]] | None]:
    """Number of the client and of the lists that exist; None: no such client, or none of the lists."""
    client = yield from client_given(turn_of(context), client_id)
    numbers = yield from _known_lists(context, value)
    return (client.id, numbers) if client is not None and numbers else None


@function(effect=True, page=LISTS)
def add_to_list(context: Context, list: Value, client_id: Value = None) -> Steps[None]:
    """Добавить клиента в список или в несколько: add_to_list(5), add_to_list([5, 7], 1002).

    English:
        Adds the client to a list or to several: add_to_list(5), add_to_list([5, 7], 1002).
    """
    found = yield from _client_and_lists(context, list, client_id)
    if found is not None:
        client, numbers = found
        for number in numbers:
            turn_of(context).lists.put(number, client)
    return None


@function(effect=True, page=LISTS)
def remove_from_list(context: Context, list: Value, client_id: Value = None) -> Steps[bool]:
    """Убрать клиента из списка или нескольких.

    English:
        Takes the client out of a list or of several.
    """
    found = yield from _client_and_lists(context, list, client_id)
    if found is None:
        return False
    client, numbers = found
    for number in numbers:
        turn_of(context).lists.take(number, client)
    return True


@function(effect=True, page=LISTS)
def move_to_list(context: Context, list: Value, client_id: Value = None) -> Steps[bool]:
    """Перенести клиента в список, убрав его из всех других.

    English:
        Moves the client to a list and out of all others.
    """
    found = yield from _client_and_lists(context, list, client_id)
    if found is None:
        return False
    client, wanted = found
    lists = turn_of(context).lists
    current = yield from lists.of(client)
    for number in sorted(current.difference(wanted)):
        lists.take(number, client)
    for number in wanted:
        lists.put(number, client)
    return True


@function(effect=True, page=LISTS)
def inlist(context: Context, list: Value, client_id: Value = None) -> Steps[bool]:
    """Состоит ли клиент в списке.

    inlist(5)

    English:
        Whether the client is in a list.
    """
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    if client is None:
        return False
    current = yield from turn.lists.of(client.id)
    return not current.isdisjoint(ids(list))


@function(effect=True, page=LISTS)
def list_size(context: Context, list: Value) -> Steps[int]:
    """Сколько клиентов в списке.

    English:
        How many clients are in a list.
    """
    number = whole(list)
    return 0 if number is None else len((yield from turn_of(context).lists.members(number)))


@function(effect=True, page=LISTS)
def lists_joint_count(context: Context, array: Value) -> Steps[int]:
    """Сколько разных клиентов в нескольких списках вместе.

    lists_joint_count('[5, 7]')

    English:
        How many different clients are in several lists together.
    """
    members: set[int] = set()
    for number in ids(array):
        members |= yield from turn_of(context).lists.members(number)
    return len(members)


@function(effect=True, page=LISTS)
def random_list_member(context: Context, list_id: Value) -> Steps[int | None]:
    """Случайный клиент из списка.

    English:
        A random client of a list.
    """
    number = whole(list_id)
    members: set[int] = set()
    if number is not None:
        members = yield from turn_of(context).lists.members(number)
    return context.random.choice(sorted(members)) if members else None


@function(effect=True, page=LISTS)
def clear_list(context: Context, list_id: Value) -> Steps[bool]:
    """Убрать всех из списка.

    English:
        Takes everybody out of a list.
    """
    numbers = yield from _known_lists(context, list_id)
    for number in numbers:
        turn_of(context).lists.take(number, None)
    return bool(numbers)


@function(effect=True, page=LISTS)
def remove_list_from_project(context: Context, list_id: Value, clear_list: Value = None) -> Steps[Value]:
    """Удалить список; непустой — только со вторым аргументом True.

    English:
        Deletes a list; one that is not empty only with True as the second argument.
    """
    numbers = yield from _known_lists(context, list_id)
    for number in numbers:
        if not (yield from _deleted(turn_of(context).lists, number, clear_list)):
            return NOT_EMPTY
    return bool(numbers)


# ---------------------------------------------------------------- labels


@function(effect=True, page=LABELS)
def create_label(context: Context, name: Text) -> Steps[bool]:
    """Новая метка; False, если такая есть.

    English:
        A new label; False when it exists.
    """
    turn = turn_of(context)
    if not name or (yield from turn.labels.find(name)) is not None:
        return False
    yield from turn.labels.create(name)
    return True


@function(effect=True, page=LABELS)
def create_label_if_not_exist(context: Context, name: Text, color: Value = 0) -> Steps[int]:
    """Номер метки; если её нет, она создаётся. Цвет — от 0 до 9.

    create_label_if_not_exist('важный', 3)

    English:
        Number of a label; it is made when there is none. Colours are 0 to 9.
    """
    shade = whole(color) or 0
    return (yield from turn_of(context).labels.ensure(name, shade if 0 <= shade <= 9 else 0))


def _client_and_label(context: Context, name: str, client_id: Value) -> Steps[tuple[int, int] | None]:
    """Numbers of the client and of the label; None: one of them does not exist."""
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    label = yield from turn.labels.find(name)
    return (client.id, label.id) if client is not None and label is not None else None


@function(effect=True, page=LABELS)
def add_label(context: Context, name: Text, client_id: Value = None) -> Steps[bool]:
    """Поставить метку клиенту; False, если такой метки нет.

    English:
        Puts a label on the client; False when there is no such label.
    """
    found = yield from _client_and_label(context, name, client_id)
    if found is None:
        return False
    client, label = found
    turn_of(context).labels.put(label, client)
    return True


@function(effect=True, page=LABELS)
def remove_label(context: Context, name: Text, client_id: Value = None) -> Steps[bool]:
    """Снять метку; False, если такой метки нет.

    English:
        Takes a label off; False when there is no such label.
    """
    found = yield from _client_and_label(context, name, client_id)
    if found is None:
        return False
    client, label = found
    turn_of(context).labels.take(label, client)
    return True


@function(effect=True, page=LABELS)
def has_label(context: Context, name: Text, client_id: Value = None) -> Steps[bool]:
    """Есть ли у клиента метка.

    English:
        Whether the client has a label.
    """
    found = yield from _client_and_label(context, name, client_id)
    if found is None:
        return False
    client, label = found
    return label in (yield from turn_of(context).labels.of(client))


@function(effect=True, page=LABELS)
def get_all_client_labels(context: Context, client_id: Value = None) -> Steps[dict[str, Value]]:
    """Все метки клиента: словарь «номер — название».

    English:
        All labels of a client as a dictionary number → name.
    """
    turn = turn_of(context)
    client = yield from client_given(turn, client_id)
    if client is None:
        return {}
    entries = yield from turn.labels.entries()
    return {str(number): entries[number].name for number in sorted((yield from turn.labels.of(client.id)))}


@function(effect=True, page=LABELS)
def remove_label_everywhere(context: Context, name: Text) -> Steps[bool]:
    """Снять метку со всех клиентов.

    English:
        Takes a label off all clients.
    """
    turn = turn_of(context)
    label = yield from turn.labels.find(name)
    if label is None:
        return False
    turn.labels.take(label.id, None)
    return True


@function(effect=True, page=LABELS)
def count_of_clients_with_label(context: Context, name: Text) -> Steps[int]:
    """Сколько клиентов с этой меткой.

    English:
        How many clients have this label.
    """
    turn = turn_of(context)
    label = yield from turn.labels.find(name)
    return 0 if label is None else len((yield from turn.labels.members(label.id)))


@function(effect=True, page=LABELS)
def remove_label_from_project(context: Context, list_id: Value, clear_list: Value = None) -> Steps[Value]:
    """Удалить метку (номер или название); если она у кого-то стоит — только со вторым аргументом True.

    English:
        Deletes a label (by number or name); one that somebody has only with True as the second argument.
    """
    turn = turn_of(context)
    entries = yield from turn.labels.entries()
    number = whole(list_id)
    if number is None or number not in entries:
        named = yield from turn.labels.find(to_text(list_id))
        if named is None:
            return False
        number = named.id
    return True if (yield from _deleted(turn.labels, number, clear_list)) else NOT_EMPTY


def _several(context: Context, value: Value, names: Value) -> Steps[list[int | None] | None]:
    """Label ids of an array of ids or names (`names` = 1), None in place of unknown ones. None: mixed, or no array."""
    wanted = array(value)
    by_name = given(names) and truth(names, False)
    if wanted is None or not wanted:
        return None
    if any((whole(item) is None) != by_name for item in wanted):
        return None
    entries = yield from turn_of(context).labels.entries()
    if not by_name:
        return [number if (number := whole(item)) in entries else None for item in wanted]
    numbers = {entry.name: number for number, entry in sorted(entries.items(), reverse=True)}
    return [numbers.get(to_text(item)) for item in wanted]


@function(effect=True, page=LABELS)
def has_client_multiple_labels(context: Context, array: Value, names: Value = None) -> Steps[Value]:
    """Есть ли у клиента все эти метки. Названия вместо номеров — со вторым аргументом 1.

    has_client_multiple_labels(['важный', 'оптом'], 1)

    English:
        Whether the client has all these labels. Names instead of numbers with 1 as the second argument.
    """
    turn = turn_of(context)
    numbers = yield from _several(context, array, names)
    if numbers is None:
        return MIXED
    current = yield from turn.labels.of(turn.client.id)
    return all(number in current for number in numbers)


@function(effect=True, page=LABELS)
def find_clients_by_multiple_labels(context: Context, array: Value, names: Value = None) -> Steps[Value]:
    """Номера клиентов, у которых есть все эти метки.

    English:
        Numbers of the clients that have all these labels.
    """
    turn = turn_of(context)
    numbers = yield from _several(context, array, names)
    if numbers is None:
        return MIXED
    found: set[int] | None = None
    for number in numbers:
        members: set[int] = set()
        if number is not None:
            members = yield from turn.labels.members(number)
        found = members if found is None else found & members
    return sorted(found or ())


@function(effect=True, page=LABELS)
def remove_multiple_client_labels(context: Context, array: Value, names: Value = None) -> Steps[Value]:
    """Снять с клиента эти метки; сколько снято.

    English:
        Takes these labels off the client; how many were taken off.
    """
    turn = turn_of(context)
    numbers = yield from _several(context, array, names)
    if numbers is None:
        return MIXED
    current = yield from turn.labels.of(turn.client.id)
    doomed = [number for number in dict.fromkeys(numbers) if number is not None and number in current]
    for number in doomed:
        turn.labels.take(number, turn.client.id)
    return len(doomed)
