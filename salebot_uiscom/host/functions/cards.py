"""The client card: name, note, blocking, responsible employee."""

from __future__ import annotations

from ...context import Context
from ...functions.registry import Text, Value, function
from ...ports import WHATSAPP
from ...scope import CLIENT, DEAL
from ...store import records
from ...values import to_text
from ..bot import Employee
from ..outside import given
from .arguments import truth, turn_of, whole

CRM = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-klientami-i-crm"
STAFF = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-sotrudnikami"
MESSENGERS = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-messendzherami"

LONG_AGO = 9999  # days_from_last_message() after more than 30 days


@function(page=CRM)
def set_client_name(context: Context, name: Text) -> bool:
    """Переименовать клиента: меняется и переменная name.

    set_client_name('Иван Петров')

    English:
        Renames the client; the variable name changes too.
    """
    turn_of(context).edit_client(name=name)
    return True


@function(page=CRM)
def set_note(context: Context, comment: Text) -> bool:
    """Комментарий в диалоге: его видят только сотрудники.

    English:
        A comment in the dialog that only employees see.
    """
    turn = turn_of(context)
    turn.record(records.HistoryRecord(turn.client.id, comment, kind="note", block=turn.block))
    return True


@function(page=CRM)
def block_client(context: Context) -> bool:
    """Бот перестаёт работать для клиента, отложенные сообщения удаляются.

    English:
        The bot stops working for the client, delayed messages are deleted.
    """
    turn = turn_of(context)
    turn.put(CLIENT, "clientBlocked", 1)
    turn.edit_client(blocked=True)
    turn.cancel_plans(keep_protected=False)
    return True


@function(page=CRM)
def unblock_client(context: Context) -> bool:
    """Бот снова работает для клиента.

    English:
        The bot works for the client again.
    """
    turn = turn_of(context)
    for layer in (CLIENT, DEAL):
        turn.put(layer, "clientBlocked", None)
    turn.edit_client(blocked=False)
    return True


@function(page=CRM)
def unsubscribe(context: Context) -> bool:
    """Клиент больше не получает сообщений.

    English:
        The client gets no more messages.
    """
    turn_of(context).put(CLIENT, "notSubscribed", 1)
    return True


@function(page=CRM)
def days_from_last_message(context: Context) -> int:
    """Сколько полных дней клиент молчит; больше 30 или никогда не писал — 9999.

    English:
        Full days since the client wrote last; 9999 for more than 30 or never.
    """
    turn = turn_of(context)
    if not turn.card.last_reply_at:
        return LONG_AGO
    days = max(0, int((turn.at - turn.card.last_reply_at) // 86400))
    return LONG_AGO if days > 30 else days


# ---------------------------------------------------------------- employees


def _responsible(context: Context) -> Employee | None:
    turn = turn_of(context)
    return employee(context, turn.card.responsible)


def employee(context: Context, email: str) -> Employee | None:
    wanted = email.strip().casefold()
    return next((who for who in turn_of(context).bot.employees if wanted and who.email.casefold() == wanted), None)


@function(page=CRM)
def get_operator(context: Context) -> str | None:
    """Почта ответственного сотрудника.

    English:
        E-mail of the responsible employee.
    """
    return turn_of(context).card.responsible or None


@function(page=CRM)
def get_operator_name(context: Context) -> str | None:
    """Имя ответственного; если имени нет — почта.

    English:
        Name of the responsible employee, the e-mail when there is no name.
    """
    who = _responsible(context)
    return (who.name or who.email) if who else get_operator(context)


@function(page=STAFF)
def get_operator_info(context: Context, field_name: Text) -> str | None:
    """Данные ответственного: description, email, phone, position, custom_field1, custom_field2, custom_field3.

    get_operator_info('position')

    English:
        Data of the responsible employee: description, email, phone, position, custom_field1, custom_field2,
        custom_field3.
    """
    known = ("description", "email", "phone", "position", "custom_field1", "custom_field2", "custom_field3")
    who = _responsible(context)
    return to_text(getattr(who, field_name)) or None if who and field_name in known else None


@function(page=CRM)
def assign_to_user(context: Context, email: Value = None, only_active: Value = None) -> bool:
    """Назначить ответственного: по почте, а без неё — случайного из тех, кто на смене.

    assign_to_user('head@example.org', True)

    English:
        Makes an employee responsible: by e-mail, or a random one of those on shift.
    """
    turn = turn_of(context)
    if given(email):
        who = employee(context, to_text(email))
        if who is None or (truth(only_active, False) and not who.on_shift):
            return False
    else:
        ready = [who for who in turn.bot.employees if who.on_shift]
        if not ready:
            return False
        who = context.random.choice(ready)
    turn.edit_client(responsible=who.email)
    return True


@function(page=CRM)
def distribute_client(context: Context) -> bool:
    """Распределить клиента: случайному сотруднику на смене.

    English:
        Gives the client to a random employee on shift.
    """
    return bool(assign_to_user(context))


@function(page=CRM)
def free_client(context: Context) -> bool:
    """Снять ответственного.

    English:
        Nobody is responsible for the client any more.
    """
    turn_of(context).edit_client(responsible="")
    return True


@function(page=MESSENGERS)
def check_operator_status(context: Context, email: Text, with_pause: Value = 1) -> bool:
    """На смене ли сотрудник; перерыв считается сменой, если второй аргумент не 0.

    check_operator_status('head@example.org', 0)

    English:
        Whether an employee is on shift; a break counts as the shift unless the second argument is 0.
    """
    who = employee(context, email)
    return bool(who and who.on_shift and (truth(with_pause, True) or not who.on_pause))


@function(page=CRM)
def add_unread(context: Context, count: Value = 1) -> bool:
    """Прибавить непрочитанных сообщений.

    English:
        Adds unread messages.
    """
    turn = turn_of(context)
    turn.edit_client(unread=max(0, turn.card.unread + (whole(count) or 1)))
    return True


@function(page=CRM)
def clear_unread(context: Context) -> bool:
    """Пометить диалог прочитанным.

    English:
        Marks the dialog as read.
    """
    turn_of(context).edit_client(unread=0)
    return True


# ---------------------------------------------------------------- WhatsApp


def _phone11(text: str) -> str | None:
    digits = "".join(char for char in text if char.isdecimal())
    if len(digits) == 11 and digits[0] in "78":
        return "7" + digits[1:]
    return None


@function(page=MESSENGERS)
def check_whatsapp(context: Context, phone_number: Text) -> bool:
    """Похож ли номер на номер WhatsApp (7… или 8…, 11 цифр) и подключён ли бот WhatsApp.

    В этом хосте у каждого такого номера есть WhatsApp: проверить настоящий он не может.

    English:
        Whether a number looks like one of WhatsApp (11 digits from 7 or 8) and a WhatsApp bot is connected. This host
        takes every such number for one with WhatsApp: it cannot ask.
    """
    connected = any(channel.type == WHATSAPP for channel in turn_of(context).bot.channels)
    return connected and _phone11(phone_number) is not None


@function(page=MESSENGERS)
def get_whatsapp_bot_id_by_phone(context: Context, bot_phone: Text) -> str | None:
    """Идентификатор подключённого бота WhatsApp по его номеру.

    English:
        Identifier of a connected WhatsApp bot by its number.
    """
    wanted = _phone11(bot_phone) or bot_phone
    for channel in turn_of(context).bot.channels:
        if channel.type == WHATSAPP and channel.phone and (_phone11(channel.phone) or channel.phone) == wanted:
            return channel.group
    return None
