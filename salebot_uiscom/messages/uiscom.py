"""Texts: the UISCOM plugin — wrong calls of its functions, lost answers, notifications, matching, the client card."""

from . import Message

MESSAGES: dict[str, Message] = {
    # Wrong calls: nothing was sent to UIS.
    "UI200": Message(
        "uis",
        "не хватает параметра {name_param}",
        "parameter {name_param} is missing",
    ),
    "UI201": Message(
        "uis",
        "{name_param}: номер — это ровно 11 цифр, первая 7, например 79001234567; получено {got}",
        "{name_param}: a phone is exactly 11 digits beginning with 7, such as 79001234567; got {got}",
    ),
    "UI202": Message(
        "uis",
        "{name_param}: нужен id — целое число из адресной строки личного кабинета; получено {got}",
        "{name_param}: expected an id, the whole number from the address bar of the cabinet; got {got}",
    ),
    "UI203": Message(
        "uis",
        "нужен ровно один из параметров site_id, campaign_id, visitor_session_id; "
        "вместе можно только site_id и campaign_id = -1",
        "give exactly one of site_id, campaign_id, visitor_session_id; only site_id and campaign_id = -1 go together",
    ),
    "UI204": Message(
        "uis",
        "не указан телефон, и ни в одной переменной клиента его нет",
        "no phone was given and no variable of the client holds one",
    ),
    "UI205": Message("uis", "UISCOM не настроен: {text_reason}", "UISCOM is not set up: {text_reason}"),
    "UI206": Message(
        "uis",
        "действие не записано, поэтому в UIS ничего не отправлено",
        "the action could not be written down, so nothing was sent to UIS",
    ),
    "UI207": Message(
        "uis",
        "неизвестно, начался ли звонок: ответ UIS не получен; повторять его можно только намеренно",
        "whether the call began is unknown: no answer came from UIS; repeat it only on purpose",
    ),
    "UI209": Message("uis", "сотруднику отключены звонки", "calls are switched off for this employee"),
    "UI210": Message(
        "uis",
        "в карточке сотрудника не указано: {name_param}",
        "not set for the employee: {name_param}",
    ),
    "UI211": Message(
        "warning",
        "{name_function}: исход {name_id} остался неизвестен; проверьте отчёт по звонкам в UIS",
        "{name_function}: what became of {name_id} stays unknown; look at the report of calls in UIS",
    ),
    "UI212": Message(
        "warning",
        "{name_function}: {name_effect} для {name_id} не удалось ({text_reason})",
        "{name_function}: {name_effect} for {name_id} failed ({text_reason})",
    ),
    "UI213": Message(
        "uis",
        "API-ключ не задан: укажите api_key в настройках uiscom или SALEBOT_UISCOM_API_KEY",
        "no API key: set api_key in the settings of uiscom, or SALEBOT_UISCOM_API_KEY",
    ),
    "UI214": Message(
        "uis",
        "{name_param}: номер — это ровно 11 цифр, первая 7, например 79001234567; получено {got}. "
        "Так подойдёт: normalizePhone({name_param})",
        "{name_param}: a phone is exactly 11 digits beginning with 7, such as 79001234567; got {got}. "
        "This will do: normalizePhone({name_param})",
    ),
    "UI215": Message(
        "uis",
        "{name_param}: номер — это ровно 11 цифр, первая 7, например 79001234567; получено {got} — цифр десять. "
        "Если номер российский: concat('7', normalizePhone({name_param}))",
        "{name_param}: a phone is exactly 11 digits beginning with 7, such as 79001234567; got {got}: ten digits. "
        "If it is a Russian number: concat('7', normalizePhone({name_param}))",
    ),
    "UI216": Message(
        "uis",
        "неизвестно, принята ли заявка: ответ UIS не получен; повторять её можно только намеренно",
        "whether the message was taken is unknown: no answer came from UIS; repeat it only on purpose",
    ),
    "UI217": Message(
        "warning",
        "{name_function}: исход {name_id} остался неизвестен; проверьте отчёт по заявкам (офлайн-сообщениям) в UIS",
        "{name_function}: what became of {name_id} stays unknown; look at the report of offline messages in UIS",
    ),
    # Settings.
    "UI240": Message("uis", "нет такой настройки: {name}", "there is no setting {name}"),
    "UI241": Message("uis", "{name} — одно из: {text_allowed}", "{name} is one of {text_allowed}"),
    "UI242": Message("uis", "{name} — текст в кавычках", "{name} is a text in quotes"),
    "UI243": Message(
        "uis",
        "{name} — тексты, которые помещаются в адрес: не пустые и без косой черты",
        "{name} are texts that fit into an address: not empty, without a slash",
    ),
    "UI244": Message("uis", "{name} — true или false", "{name} is true or false"),
    "UI245": Message("uis", "{name} — число, ноль или больше", "{name} is a number, zero or more"),
    "UI246": Message(
        "uis",
        "{name}: нет такого часового пояса {got}; пример: Europe/Moscow",
        "{name}: {got} is not a known time zone; an example: Europe/Moscow",
    ),
    "UI247": Message("uis", "{name} — список текстов", "{name} is a list of texts"),
    "UI248": Message(
        "uis",
        "нет такой настройки: {name}; возможно, {name_near}?",
        "there is no setting {name}; did you mean {name_near}?",
    ),
    # Notifications.
    "UI220": Message(
        "warning",
        "уведомлений больше {limit} в минуту: лишние отклонены с кодом 429",
        "more than {limit} notifications per minute: the rest are answered with 429",
    ),
    "UI221": Message(
        "warning", "уведомление длиннее {limit} байт отклонено", "a notification longer than {limit} bytes was refused"
    ),
    "UI222": Message(
        "warning",
        "уведомление не прочитано: {text_reason}, {size} байт; тело сохранено отдельно. "
        "Проверьте шаблон в кабинете UIS: подстановки пишут без кавычек",
        "a notification cannot be read: {text_reason}, {size} bytes; its body is kept apart. "
        "Check the template in the UIS cabinet: placeholders stand without quotes",
    ),
    "UI223": Message(
        "warning",
        "шаблон уведомления в кабинете UIS составлен с ошибкой (подстановка без значения или в кавычках); "
        "тело исправлено и принято",
        "the template of the notification in the UIS cabinet is wrong (a placeholder without a value, or in quotes); "
        "the body was repaired and accepted",
    ),
    "UI224": Message(
        "warning",
        "уведомление {name_id} длиннее {limit} символов: uiscom_request не записан",
        "notification {name_id} is longer than {limit} characters: uiscom_request was not written",
    ),
    # Matching.
    "UI230": Message(
        "info",
        "{phone} — не российский номер из 11 цифр: клиент не ищется и не создаётся",
        "{phone} is not a number of 11 digits beginning with 7: nobody is looked for or created",
    ),
    "UI231": Message("info", "номер приведён к виду {phone}", "the number was brought to the form {phone}"),
    "UI232": Message(
        "info",
        "шаг 1, клиенты телефонии с этим номером: {count}",
        "step 1, telephony clients with this number: {count}",
    ),
    "UI233": Message(
        "info",
        "шаг 2, клиенты WhatsApp с этим номером: {count}",
        "step 2, WhatsApp clients with this number: {count}",
    ),
    "UI234": Message(
        "info",
        "шаг 2, клиенты с этим номером в переменных: {count}",
        "step 2, clients with this number in a variable: {count}",
    ),
    "UI235": Message("info", "найден клиент {name_id} ({name_where})", "client {name_id} found ({name_where})"),
    "UI236": Message("info", "другие с тем же номером: {text_ids}", "others with the same number: {text_ids}"),
    "UI237": Message(
        "info",
        "шаг 3, клиент WhatsApp в боте {name_group}",
        "step 3, a WhatsApp client in the bot {name_group}",
    ),
    "UI238": Message(
        "info",
        "шаг 3, WhatsApp не подключён: клиент телефонии",
        "step 3, no WhatsApp is connected: a telephony client",
    ),
    "UI239": Message(
        "info",
        "номера нет, но звонок начат этим ботом: диалог известен по external_id",
        "no number, but this bot started the call: its external_id names the dialog",
    ),
}
