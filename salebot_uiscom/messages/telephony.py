"""Texts about UIS: why a call or a report failed and where in the cabinet the cure lies.

UI10x-UI13x both APIs and Data API, UI14x-UI15x calls, UI16x warnings, UI18x the way to UIS, UI19x groups of
undocumented mnemonics.
"""

from . import Message

_BUG_RU = "это ошибка программы, а не ваша: сообщите разработчикам salebot-uiscom id запроса"
_BUG_EN = "this is a fault of the program, not yours: report the request id to the authors of salebot-uiscom"
_SECURITY_RU = "кабинет UIS → «Правила и настройки безопасности» → вкладка «API»"
_SECURITY_EN = "UIS cabinet → «Правила и настройки безопасности» (security rules) → tab «API»"
_USERS_RU = "кабинет UIS → управление пользователями → пользователь ключа"
_USERS_EN = "UIS cabinet → user management → the user of the key"
_TARIFF_RU = "кабинет UIS → тариф и опции"
_TARIFF_EN = "UIS cabinet → tariff and options"


def _uis(ru: str, en: str, hint_ru: str, hint_en: str) -> Message:
    return Message("uis", ru, en, hint_ru, hint_en)


MESSAGES: dict[str, Message] = {
    "UI100": _uis(
        "UIS отклонил запрос: {text_uis}",
        "UIS refused the request: {text_uis}",
        "покажите этот текст и id запроса поддержке UIS",
        "show this text and the request id to UIS support",
    ),
    "UI101": _uis(
        "UIS не смог прочитать запрос (не JSON)", "UIS could not read the request (no JSON)", _BUG_RU, _BUG_EN
    ),
    "UI102": _uis(
        "UIS не признал запрос (не JSON-RPC 2.0)", "UIS did not accept the request (no JSON-RPC 2.0)", _BUG_RU, _BUG_EN
    ),
    "UI103": _uis("UIS не принимает пакетные запросы", "UIS takes no batches of requests", _BUG_RU, _BUG_EN),
    "UI104": _uis("в запросе к UIS не было id", "the request to UIS had no id", _BUG_RU, _BUG_EN),
    "UI105": _uis(
        "UIS не знает метода {name_method} по этому адресу",
        "UIS does not know the method {name_method} at this address",
        "проверьте адреса: Call API https://callapi.uiscom.ru/v4.0, Data API https://dataapi.uiscom.ru/v2.0",
        "check the addresses: Call API https://callapi.uiscom.ru/v4.0, Data API https://dataapi.uiscom.ru/v2.0",
    ),
    "UI106": _uis(
        "UIS не знает этого ключа API, или сессия закончилась",
        "UIS does not know this API key, or the session is over",
        f"скопируйте ключ заново ({_USERS_RU} → «Использовать API-ключ»; ключ показывают один раз, при создании); "
        "ключи UIS и CoMagic не взаимозаменяемы",
        f"copy the key again ({_USERS_EN} → «use API key»; it is shown once, when made); "
        "keys of UIS and CoMagic are not interchangeable",
    ),
    "UI107": _uis(
        "срок ключа API закончился",
        "the API key has expired",
        f"создайте ключ со сроком «навсегда»: {_USERS_RU} → «Использовать API-ключ»",
        f"make a key that lives forever: {_USERS_EN} → «use API key»",
    ),
    "UI108": _uis(
        "ключ API заблокирован",
        "the API key is blocked",
        f"снимите блокировку или создайте новый ключ: {_USERS_RU} → «Использовать API-ключ»",
        f"unblock it or make a new key: {_USERS_EN} → «use API key»",
    ),
    "UI109": _uis(
        "логин или пароль UIS неверен",
        "login or password of UIS is wrong",
        f"исправьте логин и пароль в настройках; сменить пароль: {_USERS_RU}",
        f"correct them in the settings; to change the password: {_USERS_EN}",
    ),
    "UI110": _uis(
        "аккаунт UIS отключён",
        "the UIS account is switched off",
        "проверьте баланс в кабинете UIS и напишите поддержке UIS",
        "check the balance in the UIS cabinet and write to UIS support",
    ),
    "UI111": _uis(
        "UIS не пускает с этого адреса: IP {name_ip} нет в списке разрешённых",
        "UIS lets nobody in from this address: IP {name_ip} is not in the list",
        f"добавьте адрес {{name_ip}}: {_SECURITY_RU} (0.0.0.0/0 открывает всем)",
        f"add the address {{name_ip}}: {_SECURITY_EN} (0.0.0.0/0 opens it for everybody)",
    ),
    "UI112": _uis(
        "у пользователя ключа нет права на {name_method}",
        "the user of the key has no right to {name_method}",
        f"включите «Data API», «Call API» и доступ к нужным разделам: {_USERS_RU} → права",
        f"switch on «Data API», «Call API» and the sections needed: {_USERS_EN} → rights",
    ),
    "UI113": _uis(
        "в аккаунте не подключён компонент Call API: {name_components}",
        "a component of Call API is not connected: {name_components}",
        f"подключите «API Оптимальный» (звонок по сценарию: «Call API Вызов сценария»): {_TARIFF_RU}",
        f"connect «API Оптимальный» (calls by scenario: «Call API Вызов сценария»): {_TARIFF_EN}",
    ),
    "UI114": _uis(
        "в аккаунте не подключён компонент для {name_method}; нужен один из: {name_components}",
        "no component for {name_method} is connected; one of these is needed: {name_components}",
        "подключите компонент (для заявок — «Загрузка коммуникаций из внешних систем»; есть не на каждом тарифе): "
        + _TARIFF_RU,
        "connect it (for offline messages: «Загрузка коммуникаций из внешних систем», not in every tariff): "
        + _TARIFF_EN,
    ),
    "UI115": _uis(
        "в аккаунте не подключён компонент для параметра {name_field}; нужен один из: {name_components}",
        "no component for the parameter {name_field} is connected; one of these is needed: {name_components}",
        f"подключите компонент: {_TARIFF_RU}",
        f"connect it: {_TARIFF_EN}",
    ),
    "UI116": _uis(
        "исчерпан лимит запросов к UIS {name_limit}; новый отсчёт через {name_seconds} с",
        "the limit of requests {name_limit} is spent; it starts again in {name_seconds} s",
        f"подождите, делайте запросы реже или увеличьте лимит: {_TARIFF_RU}",
        f"wait, ask less often or buy a higher limit: {_TARIFF_EN}",
    ),
    "UI117": _uis(
        "внутренняя ошибка UIS",
        "an internal error of UIS",
        "если повторяется, сообщите поддержке UIS id запроса; звонок мог всё же начаться",
        "if it comes again, tell UIS support the request id; a call may have started nevertheless",
    ),
    "UI118": _uis(
        "такого звонка нет или он уже закончился",
        "there is no such call, or it is over",
        "берите call_session_id из ответа на звонок или из уведомления",
        "take call_session_id from the answer to the call or from a notification",
    ),
    "UI119": _uis(
        "параметр {name_field} не того типа: {value}",
        "the parameter {name_field} has a wrong type: {value}",
        "номера передают текстом, id — целым числом",
        "phone numbers are text, ids are whole numbers",
    ),
    "UI120": _uis(
        "не передан обязательный параметр {name_field}",
        "the required parameter {name_field} is missing",
        "передайте его; пустой текст и None считаются отсутствием",
        "pass it; an empty text and None count as missing",
    ),
    "UI121": _uis(
        "недопустимое значение параметра {name_field}: {value}",
        "the parameter {name_field} cannot be {value}",
        "номер — цифры с кодом страны без плюса и пробелов (7 и ещё десять цифр); id — положительное целое число",
        "a phone is digits with country code, no plus or blanks (7 and ten more); an id is a positive whole number",
    ),
    "UI122": _uis(
        "UIS не знает параметра или поля {name_field}",
        "UIS does not know the parameter or column {name_field}",
        "уберите его; список параметров — в методе {name_method} документации UIS",
        "leave it out; the parameters of {name_method} are in the documentation of UIS",
    ),
    "UI123": _uis(
        "такое сочетание параметров не допускается: {name_field}",
        "this combination of parameters is not permitted: {name_field}",
        "early_switching требует switch_at_once=true и первого звонка сотруднику",
        "early_switching needs switch_at_once=true and the employee rung first",
    ),
    "UI124": _uis(
        "UIS отклонил запрос: {text_uis}",
        "UIS refused the request: {text_uis}",
        "исправьте параметры по этому тексту",
        "correct the parameters by this text",
    ),
    "UI125": _uis(
        "UIS не сортирует по этому полю ({name_method})",
        "UIS does not sort by this column ({name_method})",
        "выберите другое поле сортировки или сортируйте сами",
        "choose another column or sort the rows yourself",
    ),
    "UI126": _uis(
        "UIS не отбирает по этому полю ({name_method})",
        "UIS does not filter by this column ({name_method})",
        "выберите другое поле отбора или отбирайте сами",
        "choose another column or filter the rows yourself",
    ),
    "UI127": _uis(
        "период отчёта больше трёх месяцев",
        "the period of the report is longer than three months",
        "разделите период на части",
        "split the period",
    ),
    "UI128": _uis(
        "в аккаунте UIS нет объекта с таким id ({name_field}: {value})",
        "the UIS account has no object with this id ({name_field}: {value})",
        "сверьте id с кабинетом UIS: сайты — uiscom_get_sites(), кампании — uiscom_get_campaigns()",
        "compare the id with the UIS cabinet: sites by uiscom_get_sites(), campaigns by uiscom_get_campaigns()",
    ),
    "UI129": _uis(
        "такой объект в UIS уже есть",
        "such an object exists in UIS already",
        "ничего делать не нужно: первая попытка прошла",
        "nothing to do: the first try got through",
    ),
    "UI130": _uis(
        "рекламная кампания UIS не активна",
        "the advertising campaign of UIS is not active",
        "кабинет UIS → рекламные кампании: включите её или укажите другую",
        "UIS cabinet → advertising campaigns: switch it on or name another one",
    ),
    "UI131": _uis(
        "UIS не принял дату заявки",
        "UIS did not accept the date of the message",
        "дата не в будущем и не раньше визита; пояс аккаунта: кабинет UIS → общие настройки, у нас uis_timezone",
        "not in the future, not before the visit; zone: UIS cabinet → general settings, here uis_timezone",
    ),
    "UI132": _uis(
        "достигнут предел количества данных в UIS",
        "the limit of data in UIS is reached",
        f"увеличьте предел: {_TARIFF_RU}",
        f"raise the limit: {_TARIFF_EN}",
    ),
    "UI133": _uis(
        "тариф UIS не позволяет это действие",
        "the tariff of UIS does not include this",
        f"смените тариф или напишите поддержке UIS: {_TARIFF_RU}",
        f"change the tariff or write to UIS support: {_TARIFF_EN}",
    ),
    "UI134": _uis(
        "значение уже занято другим объектом UIS: {name_field}",
        "another object of UIS has this value already: {name_field}",
        "возьмите другое значение",
        "use another value",
    ),
    "UI135": _uis(
        "объект UIS используется другими объектами",
        "other objects of UIS depend on this one",
        "сначала уберите связи в кабинете UIS",
        "remove the links in the UIS cabinet first",
    ),
    "UI140": _uis(
        "голосовой текст слишком длинный (можно {tts_message_max_length}, послано {sent_tts_message_length})",
        "the spoken text is too long (allowed {tts_message_max_length}, sent {sent_tts_message_length})",
        "сократите текст",
        "shorten the text",
    ),
    "UI141": _uis(
        "звукового файла с таким id нет: {media_file_id}",
        "there is no media file with this id: {media_file_id}",
        "id файла: кабинет UIS → медиафайлы",
        "id of the file: UIS cabinet → media files",
    ),
    "UI142": _uis(
        "номера {name_number} нет среди виртуальных номеров аккаунта",
        "{name_number} is not among the virtual numbers of the account",
        "возьмите номер из списка: кабинет UIS → виртуальные номера (11 цифр, с 7); номера 8-800 пишут как 7800…",
        "take one from the list: UIS cabinet → virtual numbers (11 digits from 7); 8-800 numbers are written 7800…",
    ),
    "UI143": _uis(
        "сотрудника с таким id нет: {employee_id}",
        "there is no employee with this id: {employee_id}",
        "кабинет UIS → сотрудники → карточка сотрудника: id стоит в адресной строке после recorId=",
        "UIS cabinet → employees → card of the employee: the id stands in the address bar after recorId=",
    ),
    "UI144": _uis(
        "у сотрудника нет включённого номера, на который можно звонить",
        "the employee has no active phone number",
        "включите номер: кабинет UIS → сотрудники → карточка сотрудника → номера",
        "activate one: UIS cabinet → employees → card of the employee → numbers",
    ),
    "UI145": _uis(
        "нельзя звонить на собственный виртуальный номер",
        "a call to the own virtual number is not possible",
        "укажите номер клиента; возможно, перепутаны первый и второй аргументы",
        "give the number of the client; perhaps the first and second arguments are swapped",
    ),
    "UI146": _uis(
        "номер клиента в чёрном списке UIS",
        "the number of the client is in the black list of UIS",
        "уберите его, если он попал туда по ошибке: кабинет UIS → чёрный список",
        "remove it if it got there by mistake: UIS cabinet → black list",
    ),
    "UI147": _uis("кодировка запроса не UTF-8", "the request is not in UTF-8", _BUG_RU, _BUG_EN),
    "UI148": _uis(
        "сценария с таким id нет: {scenario_id}",
        "there is no scenario with this id: {scenario_id}",
        "кабинет UIS → сценарии → нужный сценарий: id стоит в адресной строке после controller.params=",
        "UIS cabinet → scenarios → the scenario: the id stands in the address bar after controller.params=",
    ),
    "UI149": _uis(
        "у виртуального номера нет сценария",
        "no scenario is bound to the virtual number",
        "привяжите сценарий: кабинет UIS → виртуальные номера → номер",
        "bind one: UIS cabinet → virtual numbers → the number",
    ),
    "UI150": _uis(
        "тега с таким id нет: {tag_id}",
        "there is no tag with this id: {tag_id}",
        "id тегов: кабинет UIS → теги",
        "ids of tags: UIS cabinet → tags",
    ),
    "UI151": _uis(
        "этот тег уже стоит на звонке",
        "the call has this tag already",
        "ничего делать не нужно",
        "nothing to do",
    ),
    "UI156": _uis(
        "звонок не в том состоянии, чтобы выполнить {name_method}",
        "the call is not in the state for {name_method}",
        "проверьте состояние звонка методом list.calls",
        "look at the state of the call with list.calls",
    ),
    "UI157": _uis(
        "участника звонка с таким id нет",
        "the call has no leg with this id",
        "id участников даёт list.calls",
        "list.calls tells the ids of the legs",
    ),
    "UI160": Message(
        "warning",
        "{name_method}: пустая страница на строке {offset} из {total}; прочитанное сохранено",
        "{name_method}: an empty page at row {offset} of {total}; what was read is kept",
    ),
    "UI161": Message(
        "warning",
        "{name_method}: UIS показывает не больше строки {offset}, а всего их {total}",
        "{name_method}: UIS shows no row beyond {offset} of {total}",
        "сузьте отбор",
        "narrow the filter",
    ),
    "UI162": Message(
        "warning",
        "{name_method}: строки сдвигались между страницами, повторов убрано: {count}",
        "{name_method}: rows moved between pages, doubles removed: {count}",
    ),
    "UI163": Message(
        "warning",
        "{name_method}: несколько записей с именем {name_key}; взят id {kept}, не взяты: {text_others}",
        "{name_method}: several entries are named {name_key}; id {kept} is used, not used: {text_others}",
        "дайте записям разные имена в кабинете UIS или указывайте id",
        "give them different names in the UIS cabinet or use ids",
    ),
    "UI164": Message(
        "warning",
        "{name_method}: записи без имени пропущены, id: {text_others}",
        "{name_method}: entries without a name are left out, ids: {text_others}",
    ),
    "UI165": Message(
        "warning",
        "версия API UIS устарела, новая: {name_version}; старую отключат через два месяца после выхода новой",
        "this version of the UIS API is deprecated, the new one is {name_version}; the old one ends two months later",
        "обновите salebot-uiscom",
        "update salebot-uiscom",
    ),
    "UI180": _uis(
        "до UIS не достучаться ({name_reason}); запрос не ушёл",
        "UIS cannot be reached ({name_reason}); nothing was sent",
        "проверьте интернет на сервере, имя узла и доступ к порту 443",
        "check the network of the server, the host name and the way to port 443",
    ),
    "UI181": _uis(
        "UIS не подтвердил {name_method} ({name_reason}): выполнен он или нет, неизвестно",
        "UIS did not confirm {name_method} ({name_reason}): nobody knows whether it was done",
        "не повторяйте звонок сразу: дождитесь уведомления или найдите его по external_id в отчёте о звонках",
        "do not call again at once: wait for a notification or look for the external_id in the report of calls",
    ),
    "UI182": _uis(
        "по адресу UIS ответил не UIS ({name_reason}, HTTP {name_status})",
        "the address of UIS gave no answer of UIS ({name_reason}, HTTP {name_status})",
        "проверьте адреса Call API и Data API в настройках и прокси на пути; при HTTP 5xx попробуйте позже",
        "check the addresses of Call API and Data API and proxies on the way; with HTTP 5xx try later",
    ),
    "UI183": _uis(
        "UIS не ответил на {name_method} ({name_reason})",
        "UIS did not answer {name_method} ({name_reason})",
        "попробуйте ещё раз; если повторяется, проверьте сеть сервера",
        "try again; if it stays, check the network of the server",
    ),
    "UI190": _uis(
        "UIS не принял ключ: {text_uis}",
        "UIS did not accept the key: {text_uis}",
        f"проверьте ключ: {_USERS_RU} → «Использовать API-ключ»",
        f"check the key: {_USERS_EN} → «use API key»",
    ),
    "UI191": _uis(
        "UIS не разрешает звонить в этом направлении: {text_uis}",
        "UIS does not permit calls in this direction: {text_uis}",
        "разрешите направление (международные закрыты по умолчанию): кабинет UIS → «Правила и настройки безопасности»",
        "permit the direction (international is closed by default): UIS cabinet → «Правила и настройки безопасности»",
    ),
    "UI192": _uis(
        "UIS не разрешает это действие: {text_uis}",
        "UIS does not permit this: {text_uis}",
        f"проверьте адреса ({_SECURITY_RU}) и права ({_USERS_RU})",
        f"check the addresses ({_SECURITY_EN}) and the rights ({_USERS_EN})",
    ),
    "UI193": _uis(
        "UIS отклонил виртуальный номер: {text_uis}",
        "UIS refused the virtual number: {text_uis}",
        "проверьте номер: кабинет UIS → виртуальные номера",
        "check the number: UIS cabinet → virtual numbers",
    ),
    "UI194": _uis(
        "в аккаунте UIS не подключён нужный компонент: {text_uis}",
        "a component of the UIS account is not connected: {text_uis}",
        f"подключите его: {_TARIFF_RU}",
        f"connect it: {_TARIFF_EN}",
    ),
    "UI195": _uis(
        "UIS отклонил параметр {name_field}: {text_uis}",
        "UIS refused the parameter {name_field}: {text_uis}",
        "исправьте значение; если не ясно, покажите текст и id запроса поддержке UIS",
        "correct the value; if unclear, show the text and the request id to UIS support",
    ),
}
