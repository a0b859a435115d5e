"""Texts of the doctor: what is wrong with a set-up, and the one next step.

UI30x this machine, UI31x settings, UI32x the way to UIS, UI33x key and address, UI34x components, UI35x rights, UI36x
limits and clocks, UI37x ids and numbers, UI38x the address for notifications, UI39x the body of notifications.
"""

from . import Message
from .telephony import _SECURITY_EN, _SECURITY_RU, _TARIFF_EN, _TARIFF_RU, _USERS_EN, _USERS_RU

_FORM_RU = "кабинет UIS → уведомления → нужное уведомление"
_FORM_EN = "UIS cabinet → notifications → the notification"
_BODY_RU = "вставьте тело, которое печатает `salebot-uiscom doctor --bodies`"
_BODY_EN = "paste the body that `salebot-uiscom doctor --bodies` prints"


def _fault(ru: str, en: str, hint_ru: str, hint_en: str) -> Message:
    return Message("fault", ru, en, hint_ru, hint_en)


def _warning(ru: str, en: str, hint_ru: str, hint_en: str) -> Message:
    return Message("warning", ru, en, hint_ru, hint_en)


def _note(ru: str, en: str, hint_ru: str, hint_en: str) -> Message:
    return Message("note", ru, en, hint_ru, hint_en)


MESSAGES: dict[str, Message] = {
    # This machine.
    "UI301": _fault(
        "Python {name_found} слишком старый",
        "Python {name_found} is too old",
        "установите Python 3.11 или новее",
        "install Python 3.11 or newer",
    ),
    "UI302": _fault(
        "пакет {name_package} не установлен",
        "the package {name_package} is not installed",
        'установите: pip install "{name_package}{name_wanted}"',
        'install it: pip install "{name_package}{name_wanted}"',
    ),
    "UI303": _fault(
        "пакет {name_package} {name_found} слишком старый",
        "the package {name_package} {name_found} is too old",
        'обновите: pip install -U "{name_package}{name_wanted}"',
        'update it: pip install -U "{name_package}{name_wanted}"',
    ),
    "UI304": _fault(
        "SQLite {name_found} слишком старый",
        "SQLite {name_found} is too old",
        "нужен SQLite 3.35 или новее: обновите Python или систему",
        "SQLite 3.35 or newer is needed: update Python or the system",
    ),
    "UI305": _note(
        "SQLite {name_found} может потерять страницы, если в файл базы пишет ещё кто-то («WAL-reset»); "
        "сам продукт это обходит",
        "SQLite {name_found} may lose pages when somebody else writes to the database («WAL-reset»); "
        "the product itself avoids it",
        "не пишите в файл другими программами, пока бот работает, или обновите SQLite до 3.51.3",
        "let no other program write to the file while the bot runs, or update SQLite to 3.51.3",
    ),
    "UI306": _fault(
        "папки для базы нет: {name_path}",
        "the folder of the database does not exist: {name_path}",
        "создайте папку или исправьте SALEBOT_UISCOM_DATABASE",
        "make the folder, or correct SALEBOT_UISCOM_DATABASE",
    ),
    "UI307": _fault(
        "в базу нельзя писать: {name_path} ({text_reason})",
        "the database cannot be written: {name_path} ({text_reason})",
        "дайте пользователю бота право писать в файл и в его папку",
        "let the user of the bot write to the file and to its folder",
    ),
    "UI308": _fault(
        "файл — не база SQLite или повреждён: {name_path}",
        "the file is no SQLite database, or damaged: {name_path}",
        "укажите другой файл в SALEBOT_UISCOM_DATABASE или восстановите этот из копии",
        "name another file in SALEBOT_UISCOM_DATABASE, or restore this one from a copy",
    ),
    "UI309": _fault(
        "базы {name_scheme} этот выпуск не знает",
        "this release has no store for {name_scheme}",
        "укажите путь к файлу SQLite в SALEBOT_UISCOM_DATABASE",
        "give the path of an SQLite file in SALEBOT_UISCOM_DATABASE",
    ),
    # Settings.
    "UI310": _fault(
        "API-ключ не задан",
        "there is no API key",
        f"создайте ключ ({_USERS_RU} → «Использовать API-ключ») и запишите его в SALEBOT_UISCOM_API_KEY",
        f"make a key ({_USERS_EN} → «use API key») and put it into SALEBOT_UISCOM_API_KEY",
    ),
    "UI311": _fault(
        "в API-ключе лишние знаки: пробел, кавычка или нелатинская буква",
        "the API key holds a blank, a quote or a letter that is not Latin",
        "скопируйте ключ заново: в нём только латинские буквы и цифры",
        "copy the key again: it consists of Latin letters and digits",
    ),
    "UI312": _fault(
        "адрес {name_api} без https: ключ уходит открытым текстом",
        "the address of {name_api} is not https: the key travels in the open",
        "укажите адрес, который начинается с https://",
        "give an address that begins with https://",
    ),
    "UI313": _fault(
        "адреса разных марок: Call API у {name_call}, Data API у {name_data}",
        "addresses of two brands: Call API at {name_call}, Data API at {name_data}",
        "укажите оба адреса той марки, в кабинете которой создан ключ (uiscom.ru или comagic.ru)",
        "give both addresses of the brand whose cabinet made the key (uiscom.ru or comagic.ru)",
    ),
    "UI314": _fault(
        "в адресе {name_api} не та версия: {name_path}",
        "the address of {name_api} has another version: {name_path}",
        "нужны Call API v4.0 и Data API v2.0",
        "Call API v4.0 and Data API v2.0 are needed",
    ),
    "UI315": _fault(
        "настройки не годятся: {text_reason}",
        "the settings are not usable: {text_reason}",
        "исправьте названную настройку",
        "correct the setting that is named",
    ),
    # The way to UIS.
    "UI320": _fault(
        "имя сервера {name_host} не найдено (DNS)",
        "the name of the server {name_host} is not found (DNS)",
        "проверьте адрес и сеть: откройте https://{name_host} с этой же машины",
        "check the address and the network: open https://{name_host} from this machine",
    ),
    "UI321": _fault(
        "соединение с {name_host} не защищено: сертификат или TLS не подходит",
        "TLS with {name_host} fails: certificate or protocol",
        "проверьте время на машине и посредников (прокси, антивирус), которые подменяют сертификат",
        "check the clock of this machine and anything between (proxy, antivirus) that replaces the certificate",
    ),
    "UI322": _fault(
        "сервер {name_host} не принимает соединение",
        "the server {name_host} accepts no connection",
        "разрешите исходящие соединения с {name_host} на порт {name_port} в брандмауэре",
        "let the firewall pass outgoing connections to {name_host}, port {name_port}",
    ),
    "UI323": _fault(
        "сервер {name_host} не ответил вовремя",
        "the server {name_host} did not answer in time",
        "проверьте брандмауэр и сеть; если другие сайты открываются, повторите через несколько минут",
        "check firewall and network; when other sites open, try again in some minutes",
    ),
    "UI324": _fault(
        "по адресу {name_host} отвечает не UIS (HTTP {name_status})",
        "what answers at {name_host} is not UIS (HTTP {name_status})",
        "проверьте адреса: https://callapi.uiscom.ru/v4.0 и https://dataapi.uiscom.ru/v2.0",
        "check the addresses: https://callapi.uiscom.ru/v4.0 and https://dataapi.uiscom.ru/v2.0",
    ),
    "UI325": _fault(
        "соединение с {name_host} оборвалось без ответа",
        "the connection to {name_host} broke without an answer",
        "повторите; если не проходит, проверьте посредников (прокси, VPN)",
        "try again; if it stays, check what lies between (proxy, VPN)",
    ),
    "UI326": _fault(
        "UIS ответил ошибкой: {text_reason}",
        "UIS answered with an error: {text_reason}",
        "повторите через несколько минут; если не проходит, сообщите поддержке UIS id запроса {name_id}",
        "try again in some minutes; if it stays, tell UIS support the request id {name_id}",
    ),
    # Key and address.
    "UI330": _fault(
        "UIS не знает этого API-ключа",
        "UIS does not know this API key",
        f"скопируйте ключ заново или создайте новый: {_USERS_RU} → «Использовать API-ключ» (ключ показывают один раз)",
        f"copy the key again or make a new one: {_USERS_EN} → «use API key» (it is shown once)",
    ),
    "UI331": _warning(
        "возможно, ключ другой марки: запрос шёл на {name_brand}, а ключи UIS и CoMagic не взаимозаменяемы",
        "perhaps a key of the other brand: {name_brand} was asked; keys of UIS and CoMagic are not interchangeable",
        "если ключ создан в кабинете {name_other}, укажите адреса callapi.{name_domain} и dataapi.{name_domain}",
        "if the key was made in the cabinet of {name_other}, set callapi.{name_domain} and dataapi.{name_domain}",
    ),
    "UI332": _fault(
        "срок API-ключа закончился",
        "the API key has expired",
        f"создайте ключ со сроком «навсегда»: {_USERS_RU} → «Использовать API-ключ»",
        f"make a key that lives forever: {_USERS_EN} → «use API key»",
    ),
    "UI333": _fault(
        "API-ключ заблокирован",
        "the API key is blocked",
        f"снимите блокировку или создайте новый ключ: {_USERS_RU}",
        f"unblock it or make a new one: {_USERS_EN}",
    ),
    "UI334": _fault(
        "логин или пароль UIS неверен",
        "login or password of UIS is wrong",
        f"исправьте их; сменить пароль: {_USERS_RU}",
        f"correct them; to change the password: {_USERS_EN}",
    ),
    "UI335": _fault(
        "UIS не пускает с этого адреса: {name_ip}",
        "UIS lets nobody in from this address: {name_ip}",
        f"добавьте {{name_ip}}, а для серверов Salebot 158.160.42.134 и 62.84.125.172: {_SECURITY_RU}. "
        "Запись 0.0.0.0/0 пускает любого, у кого окажется ключ: ставьте её только на время проверки",
        f"add {{name_ip}}, and for the servers of Salebot 158.160.42.134 and 62.84.125.172: {_SECURITY_EN}. "
        "The entry 0.0.0.0/0 lets in anybody who gets hold of the key: use it for a test only",
    ),
    "UI336": _fault(
        "аккаунт UIS отключён",
        "the UIS account is switched off",
        "проверьте баланс в кабинете UIS и напишите поддержке UIS",
        "check the balance in the UIS cabinet and write to UIS support",
    ),
    # Components.
    "UI340": _fault(
        "не подключён компонент «Call API Базовый набор»: uiscom_employee_call не работает",
        "the component «Call API Базовый набор» is not connected: uiscom_employee_call does not work",
        f"подключите «API Оптимальный» (это может только администратор): {_TARIFF_RU}",
        f"connect «API Оптимальный» (only an administrator can): {_TARIFF_EN}",
    ),
    "UI341": _fault(
        "не подключён компонент «Call API Вызов сценария»: uiscom_scenario_call не работает",
        "the component «Call API Вызов сценария» is not connected: uiscom_scenario_call does not work",
        f"подключите «Call API Вызов сценария»: {_TARIFF_RU}",
        f"connect «Call API Вызов сценария»: {_TARIFF_EN}",
    ),
    "UI342": _warning(
        "не подключён компонент «Call API Управление вызовами»: звонок, ответ на который потерян, находится не сразу",
        "the component «Call API Управление вызовами» is not connected: a call whose answer was lost is found late",
        f"подключите «Call API Управление вызовами»: {_TARIFF_RU}",
        f"connect «Call API Управление вызовами»: {_TARIFF_EN}",
    ),
    "UI343": _fault(
        "не подключена «Загрузка коммуникаций из внешних систем»: uiscom_offline_messages не работает",
        "«Загрузка коммуникаций из внешних систем» is not connected: uiscom_offline_messages does not work",
        f"подключите опцию (есть не на каждом тарифе): {_TARIFF_RU}",
        f"connect the option (not in every tariff): {_TARIFF_EN}",
    ),
    "UI344": _fault(
        "не подключён ни один компонент для {name_method}; нужен один из: {name_components}",
        "no component for {name_method} is connected; one of these is needed: {name_components}",
        f"подключите один из них: {_TARIFF_RU}",
        f"connect one of them: {_TARIFF_EN}",
    ),
    # Rights.
    "UI350": _fault(
        "пользователю ключа не разрешён Call API",
        "the user of the key may not use Call API",
        f"включите «Call API»: {_USERS_RU}",
        f"switch on «Call API»: {_USERS_EN}",
    ),
    "UI351": _fault(
        "пользователю ключа не разрешён Data API",
        "the user of the key may not use Data API",
        f"включите «Data API»: {_USERS_RU}",
        f"switch on «Data API»: {_USERS_EN}",
    ),
    "UI352": _fault(
        "у пользователя ключа нет права на {name_method}",
        "the user of the key has no right to {name_method}",
        f"дайте доступ к этому разделу: {_USERS_RU} → права",
        f"give access to this section: {_USERS_EN} → rights",
    ),
    "UI353": _warning(
        "у пользователя ключа нет права на {name_method}: id и номера этого раздела проверить нельзя",
        "the user of the key has no right to {name_method}: ids and numbers of it cannot be checked",
        f"дайте доступ к этому разделу: {_USERS_RU} → права",
        f"give access to this section: {_USERS_EN} → rights",
    ),
    # Limits and clocks.
    "UI360": _fault(
        "дневной лимит запросов {name_api} исчерпан ({limit}); новый отсчёт через {seconds} с",
        "the daily limit of {name_api} is spent ({limit}); it starts again in {seconds} s",
        f"увеличьте лимит или делайте запросы реже: {_TARIFF_RU}",
        f"buy a higher limit or ask less often: {_TARIFF_EN}",
    ),
    "UI361": _fault(
        "минутный лимит запросов {name_api} исчерпан ({limit}); новый отсчёт через {seconds} с",
        "the limit per minute of {name_api} is spent ({limit}); it starts again in {seconds} s",
        "подождите минуту и повторите проверку",
        "wait a minute and check again",
    ),
    "UI362": _warning(
        "лимит запросов {name_api} почти исчерпан: осталось {left} из {limit} ({name_window_ru})",
        "the limit of {name_api} is nearly spent: {left} of {limit} left ({name_window_en})",
        f"увеличьте лимит или делайте запросы реже: {_TARIFF_RU}",
        f"buy a higher limit or ask less often: {_TARIFF_EN}",
    ),
    "UI365": _fault(
        "часы этой машины расходятся с часами UIS на {seconds} с",
        "the clock of this machine differs from that of UIS by {seconds} s",
        "включите синхронизацию времени (NTP)",
        "switch on synchronisation of the clock (NTP)",
    ),
    "UI366": _fault(
        "часовой пояс аккаунта UIS — {name_theirs}, а в настройках {name_ours}: у заявок будет неверное время",
        "the time zone of the UIS account is {name_theirs}, the settings say {name_ours}: messages get a wrong time",
        'запишите uis_timezone = "{name_theirs}" в таблицу [uiscom] бота',
        'set uis_timezone = "{name_theirs}" in the table [uiscom] of the bot',
    ),
    "UI367": _warning(
        "версия {name_api} устарела: UIS скоро её отключит",
        "this version of {name_api} is deprecated: UIS will switch it off",
        "обновите salebot-uiscom до последнего выпуска",
        "update salebot-uiscom to the latest release",
    ),
    # Ids and numbers.
    "UI370": _fault(
        "{name_where}: сотрудника {name_id} в аккаунте нет",
        "{name_where}: the account has no employee {name_id}",
        "найдите id: salebot-uiscom employees ИМЯ",
        "find the id: salebot-uiscom employees NAME",
    ),
    "UI371": _fault(
        "{name_where}: у сотрудника {name_id} нет активного номера",
        "{name_where}: the employee {name_id} has no active phone",
        "кабинет UIS → сотрудники → сотрудник → включите номер",
        "UIS cabinet → employees → the employee → activate a phone",
    ),
    "UI372": _fault(
        "{name_where}: сценария {name_id} в аккаунте нет",
        "{name_where}: the account has no scenario {name_id}",
        "найдите id: salebot-uiscom scenarios НАЗВАНИЕ",
        "find the id: salebot-uiscom scenarios NAME",
    ),
    "UI373": _fault(
        "{name_where}: виртуального номера {name_phone} в аккаунте нет",
        "{name_where}: the account has no virtual number {name_phone}",
        "посмотрите свои номера: salebot-uiscom numbers",
        "see your numbers: salebot-uiscom numbers",
    ),
    "UI374": _fault(
        "{name_where}: виртуальный номер {name_phone} не активен ({name_state})",
        "{name_where}: the virtual number {name_phone} is not active ({name_state})",
        "включите номер в кабинете UIS или возьмите другой: salebot-uiscom numbers",
        "activate it in the UIS cabinet, or take another: salebot-uiscom numbers",
    ),
    "UI375": _fault(
        "{name_where}: номер {name_phone} записан не так",
        "{name_where}: the number {name_phone} is not written as it should be",
        "нужно ровно 11 цифр, первая 7, например 78001002752",
        "exactly 11 digits, the first one 7, such as 78001002752",
    ),
    "UI376": _fault(
        "{name_where}: id {name_id} — не целое число",
        "{name_where}: the id {name_id} is no whole number",
        "возьмите число из адресной строки кабинета UIS или из salebot-uiscom employees, scenarios",
        "take the number from the address bar of the UIS cabinet, or from salebot-uiscom employees, scenarios",
    ),
    "UI377": _fault(
        "{name_where}: {name_id} — id сценария, а нужен сотрудник",
        "{name_where}: {name_id} is the id of a scenario, an employee is needed",
        "поменяйте id местами или найдите верный: salebot-uiscom employees ИМЯ",
        "swap the ids, or find the right one: salebot-uiscom employees NAME",
    ),
    "UI378": _fault(
        "{name_where}: {name_id} — id сотрудника, а нужен сценарий",
        "{name_where}: {name_id} is the id of an employee, a scenario is needed",
        "поменяйте id местами или найдите верный: salebot-uiscom scenarios НАЗВАНИЕ",
        "swap the ids, or find the right one: salebot-uiscom scenarios NAME",
    ),
    "UI379": _fault(
        "в аккаунте нет ни одного активного виртуального номера",
        "the account has no active virtual number",
        "подключите номер в кабинете UIS: без него нельзя начать звонок",
        "connect a number in the UIS cabinet: no call can start without one",
    ),
    # The address for notifications.
    "UI380": _fault(
        "адрес для уведомлений без https",
        "the address for notifications is not https",
        "укажите адрес, который начинается с https://: в нём ключ и номера клиентов",
        "give an address that begins with https://: it carries a key and phones of clients",
    ),
    "UI381": _fault(
        "адрес для уведомлений виден только внутри сети: {name_host}",
        "the address for notifications is visible inside the network only: {name_host}",
        "дайте боту адрес, который открывается из интернета",
        "give the bot an address that opens from the internet",
    ),
    "UI382": _fault(
        "адрес для уведомлений не отвечает: {name_host} ({text_reason})",
        "the address for notifications does not answer: {name_host} ({text_reason})",
        "запустите бота (salebot-uiscom serve) и откройте адрес снаружи",
        "start the bot (salebot-uiscom serve) and open the address from outside",
    ),
    "UI383": _fault(
        "у адреса для уведомлений неверный сертификат: {name_host}",
        "the certificate of the address for notifications is wrong: {name_host}",
        "поставьте действующий сертификат с этим именем (например, Let's Encrypt)",
        "install a valid certificate for this name (Let's Encrypt, for example)",
    ),
    "UI384": _fault(
        "по адресу для уведомлений ничего нет (404)",
        "there is nothing at the address for notifications (404)",
        "проверьте путь: /uiscom_webhook/<ключ>, и что прокси передаёт его боту",
        "check the path: /uiscom_webhook/<key>, and that the proxy hands it to the bot",
    ),
    "UI385": _fault(
        "адрес для уведомлений перенаправляет ({name_status})",
        "the address for notifications redirects ({name_status})",
        "укажите в UIS конечный адрес: UIS за перенаправлением не пойдёт",
        "give UIS the final address: it follows no redirect",
    ),
    "UI386": _fault(
        "по адресу для уведомлений отвечает не приёмник (HTTP {name_status})",
        "what answers at the address for notifications is no receiver (HTTP {name_status})",
        "на запрос GET приёмник отвечает 405: проверьте, куда ведёт прокси",
        "a receiver answers GET with 405: check where the proxy leads",
    ),
    "UI387": _fault(
        "ключа из адреса для уведомлений бот не знает: все уведомления получат 404",
        "the bot does not know the key in the address for notifications: each one will be answered 404",
        "возьмите ключ из webhook_keys таблицы [uiscom] или из SALEBOT_UISCOM_WEBHOOK_KEYS",
        "take the key of webhook_keys in the table [uiscom], or of SALEBOT_UISCOM_WEBHOOK_KEYS",
    ),
    "UI388": _warning(
        "в адресе для уведомлений стоит API-ключ: кто увидит адрес, сможет обращаться к UIS",
        "the address for notifications holds the API key: whoever sees the address can ask UIS",
        "придумайте отдельный ключ, запишите его в webhook_keys и в адрес",
        "make a key of its own, put it into webhook_keys and into the address",
    ),
    "UI389": _fault(
        "путь адреса для уведомлений не /uiscom_webhook/<ключ>",
        "the path of the address for notifications is not /uiscom_webhook/<key>",
        "исправьте путь в уведомлении: https://<сервер>/uiscom_webhook/<ключ>",
        "correct the path in the notification: https://<server>/uiscom_webhook/<key>",
    ),
    # The body of notifications.
    "UI390": _fault(
        "подстановка {name_placeholder} стоит в кавычках",
        "the placeholder {name_placeholder} stands in quotes",
        f"уберите кавычки вокруг {{name_placeholder}}: UIS ставит их сам ({_FORM_RU})",
        f"remove the quotes around {{name_placeholder}}: UIS writes its own ({_FORM_EN})",
    ),
    "UI391": _fault(
        "подстановки {name_placeholder} у UIS нет",
        "UIS has no placeholder {name_placeholder}",
        "исправьте имя (похоже на {name_near}) или уберите её",
        "correct the name (like {name_near}) or remove it",
    ),
    "UI392": _fault(
        "в теле нет {name_field}",
        "the body lacks {name_field}",
        _BODY_RU,
        _BODY_EN,
    ),
    "UI393": _fault(
        "в теле кавычки не те: {name_quote}",
        "the body has other quotes: {name_quote}",
        'замените их на прямые двойные: "',
        'replace them with straight double ones: "',
    ),
    "UI394": _fault(
        "лишняя запятая перед закрывающей скобкой (строка {name_line})",
        "a comma before a closing bracket (line {name_line})",
        "уберите эту запятую",
        "remove that comma",
    ),
    "UI395": _fault(
        "тело — не JSON: строка {name_line}, знак {name_column}",
        "the body is no JSON: line {name_line}, character {name_column}",
        _BODY_RU,
        _BODY_EN,
    ),
    "UI396": _fault(
        "тело — не один объект в фигурных скобках",
        "the body is not one object in braces",
        _BODY_RU,
        _BODY_EN,
    ),
    "UI397": _warning(
        "в событии «{name_event_ru}» подстановку {name_placeholder} никто не видел: она может остаться без значения",
        "nobody has seen {name_placeholder} in the event «{name_event_en}»: it may stay without a value",
        f"уберите её из этого уведомления или {_BODY_RU}",
        f"remove it from this notification, or {_BODY_EN}",
    ),
    "UI398": _fault(
        "перед скобкой подстановки стоит обратная черта: {name_placeholder}",
        "a backslash stands before the bracket of a placeholder: {name_placeholder}",
        "уберите обратную черту: пишется {{{{имя}}}}",
        "remove the backslash: it is written {{{{name}}}}",
    ),
    "UI399": _warning(
        "в теле нет {name_field}: одинаковые события в пределах 5 секунд сольются в одно",
        "the body lacks {name_field}: equal events within 5 seconds count as one",
        _BODY_RU,
        _BODY_EN,
    ),
}
