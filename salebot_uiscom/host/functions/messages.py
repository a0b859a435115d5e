"""Messages, callbacks, notifications and plans."""

from __future__ import annotations

from datetime import timedelta

from ...context import Context
from ...effects import Steps
from ...functions.registry import Text, Value, function
from ...ports import WHATSAPP, Client, NewClient
from ...store import records
from ...values import to_text
from ..asking import on_store
from ..engine import CALLBACK
from ..outside import given
from ..timers import BadDate, message_due
from .arguments import array, number, truth, turn_of, whole

API = "chatbots/peremennye-i-funkcii/kalkulyator/funkcii-api"
MESSENGERS = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-messendzherami"
CRM = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-klientami-i-crm"
STAFF = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-sotrudnikami"


@function(effect=True, page=API)
def message(
    context: Context, client_id: Value, text: Text = "", message_id: Value = None, timeout: Value = None
) -> Steps[Value]:
    """Отправить клиенту текст и (или) запустить для него блок, сразу или позже.

    message(1002, 'Здравствуйте')
    message(1002, '', 15, 600)
    message(1002, '', 15, '05.03.2026 10:00')

    English:
        Sends a client a text, starts a block for him, or both, now or later (seconds or a date).
    """
    target = whole(client_id)
    client = None if target is None else (yield from turn_of(context).client_of(target))
    return (yield from _send(context, client, text, message_id, timeout))


def _send(context: Context, client: Client | None, text: str, message_id: Value, timeout: Value) -> Steps[Value]:
    """Id of the record, True when it is planned or a block is started, None when nothing could be done."""
    turn = turn_of(context)
    block = str(whole(message_id)) if given(message_id) else ""
    if text.strip().lower() == "none":
        text = ""
    if client is None or not (text or block):
        return None
    if block and block not in turn.engine.blocks:
        turn.warn("SB635", "message()", block, name=block)
        return None
    try:
        due = message_due(turn.now, timeout if given(timeout) else None, turn.bot.timezone)
    except BadDate as error:
        turn.warn("SB631", "message()", str(error), got=str(error))
        return None
    # Less than a second is no delay: a circle of such messages would keep the processor busy for ever.
    later = due - turn.now >= timedelta(seconds=1)
    if later or (block and client.id == turn.client.id):
        # A block of the own dialog starts after the one that is running.
        turn.add_plan(
            records.NewPlan(
                client.id, due.timestamp(), block=block, text=text, position=turn.position, created_at=turn.at
            )
        )
        return True
    result: Value = True
    if text:
        result = yield from on_store(lambda store: store.allocate("history"))
        yield from turn.send(client, text, number=result)
    if block:
        started = yield from turn.add_event(records.NewEvent(client.id, block=block))
        return result if started or text else None
    return result


@function(effect=True, page=API)
def platform_message(
    context: Context, platform_id: Text, text: Text = "", client_type: Value = None, message_id: Value = None,
    timeout: Value = None, group_id: Value = None,
) -> Steps[Value]:  # fmt: skip
    """То же, что message, но клиент указан идентификатором в мессенджере.

    platform_message('555', 'Здравствуйте', 1)

    English:
        Like message, but the client is named by the identifier in the messenger.
    """
    turn = turn_of(context)
    kind = whole(client_type) if given(client_type) else turn.client.type
    group = to_text(group_id) if given(group_id) else None
    found = yield from on_store(lambda store: store.find_clients(kind, platform_id, group))
    return (yield from _send(context, found[0] if found else None, text, message_id, timeout))


@function(effect=True, page=API)
def whatsapp_message(context: Context, phone: Text, text: Text = "", message_id: Value = None) -> Steps[Value]:
    """Написать в WhatsApp по номеру; клиент создаётся, если его нет. False, если WhatsApp не подключён.

    whatsapp_message('79004443322', 'Здравствуйте')

    English:
        Writes to a phone by WhatsApp; the client is made when there is none. False when no WhatsApp is connected.
    """
    turn = turn_of(context)
    groups = [channel.group for channel in turn.bot.channels if channel.type == WHATSAPP]
    if not groups or not phone.isdecimal():
        return False
    client = yield from on_store(lambda store: _whatsapp_client(store.find_clients(WHATSAPP, phone)))
    if client is None:
        client = yield from on_store(
            lambda store: store.create_client(NewClient(WHATSAPP, phone, groups[0], phone), turn.at)
        )
    return (yield from _send(context, client, text, message_id, None))


def _whatsapp_client(found: list[Client]) -> Client | None:
    return found[0] if found else None


@function(effect=True, page=API)
def callback(context: Context, client_id: Value, callback_message: Text) -> Steps[bool]:
    """Прислать колбэк другому клиенту: сработают его блоки и стрелки. Себе — нельзя (False).

    callback(1002, 'заказ готов')

    English:
        Sends a callback to another client: his blocks and arrows react. Not to oneself (False).
    """
    turn = turn_of(context)
    number = whole(client_id)
    if number is None or number == turn.client.id or (yield from turn.client_of(number)) is None:
        turn.warn("SB638", "callback()", name="callback")
        return False
    return (yield from turn.add_event(records.NewEvent(number, callback_message, CALLBACK)))


@function(effect=True, page=API)
def tg_callback(
    context: Context, platform_id: Text, callback_message: Text, group_id: Value = None, tg_business: Value = None
) -> Steps[bool]:
    """Колбэк клиенту Telegram по его идентификатору.

    tg_callback('555', 'заказ готов')

    English:
        A callback to a Telegram client by the identifier.
    """
    kind = 16 if truth(tg_business, False) else 1
    group = to_text(group_id) if given(group_id) else None
    found = yield from on_store(lambda store: store.find_clients(kind, platform_id, group))
    delivered: bool = yield from callback(context, found[0].id if found else None, callback_message)
    return delivered


@function(page=STAFF)
def send_notification(context: Context, text: Text, users: Value = None, priority: Value = 0) -> bool:
    """Уведомить сотрудников; без списка — всех. Важность: 0 обычная, 1 успех, 2 внимание, 3 ошибка.

    send_notification('Новая заявка', ['head@example.org'], 1)

    English:
        Notifies employees; all of them without a list. Priority: 0 ordinary, 1 success, 2 warning, 3 error.
    """
    turn = turn_of(context)
    many = array(users)
    emails = many if many is not None else [users] if given(users) else []
    turn.add_change(
        records.SendNotice(
            records.Notice(
                text, tuple(to_text(email) for email in emails), whole(priority) or 0, turn.client.id, turn.at
            )
        )
    )
    return True


@function(page=CRM)
def delete_pended_messages(context: Context, flag: Value = None) -> int:
    """Удалить отложенные сообщения клиента, сколько их было. С False защищённые «не отменять» остаются.

    English:
        Deletes the delayed messages of the client; how many there were. With False those protected by “do not cancel”
        stay.
    """
    return turn_of(context).cancel_plans(keep_protected=not truth(flag, True))


@function(page=MESSENGERS)
def delete_pended_messages_from_list(
    context: Context, message_id_list: Value = None, with_not_delete: Value = None
) -> Value:
    """Удалить отложенные сообщения только этих блоков.

    delete_pended_messages_from_list([5, 7])

    English:
        Deletes the delayed messages of these blocks only.
    """
    blocks = array(message_id_list)
    if blocks is None:
        return "wrong message_id_list"
    return turn_of(context).cancel_plans(
        keep_protected=not truth(with_not_delete, False), blocks={to_text(block) for block in blocks}
    )


@function(page=MESSENGERS)
def pause_bot(context: Context, minutes: Value) -> bool:
    """Остановить бота для этого клиента на столько минут (можно дробное число).

    pause_bot(0.5)

    English:
        Stops the bot for this client for so many minutes (a fraction is possible).
    """
    turn = turn_of(context)
    length = number(minutes)
    if length is None or length < 0:
        return False
    turn.edit_client(paused_until=turn.at + min(length, 10_000_000) * 60)
    return True


@function(effect=True, page=MESSENGERS)
def last_message_id(context: Context) -> Steps[int | None]:
    """Номер последнего сообщения бота.

    English:
        Number of the bot's last message.
    """
    turn = turn_of(context)
    ours = [line.id for line in turn.history if _is_ours(line, turn.client.id) and line.id]
    if ours:
        return ours[-1]
    history = yield from on_store(lambda store: store.history(turn.client.id))
    return next((line.id for line in reversed(history) if _is_ours(line, turn.client.id)), None)


def _is_ours(line: records.HistoryRecord, client_id: int) -> bool:
    return line.client_id == client_id and not line.incoming and line.kind == "message"


@function(effect=True, page=MESSENGERS)
def remove_last_message(context: Context) -> Steps[bool]:
    """Убрать последнее сообщение бота из диалога.

    English:
        Removes the bot's last message from the dialog.
    """
    number = yield from last_message_id(context)
    if number is None:
        return False
    turn_of(context).forget_record(number)
    return True


@function(page=API)
def get_block_name_by_id(context: Context, block_id: Value) -> str | None:
    """Название блока.

    English:
        Name of a block.
    """
    block = turn_of(context).engine.blocks.get(str(whole(block_id)))
    return block.name or None if block else None


@function(page=MESSENGERS)
def was_in_state(context: Context, message_id: Value) -> bool:
    """Был ли клиент в этом блоке.

    English:
        Whether the client has been in this block.
    """
    return str(whole(message_id)) in turn_of(context).visited
