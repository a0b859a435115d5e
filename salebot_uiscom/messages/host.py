"""Texts: bot files (SB60x–SB62x) and the engine (SB63x–SB66x)."""

from . import Message

_FILE, _WARNING = "bot_file", "warning"

MESSAGES: dict[str, Message] = {
    "SB601": Message(
        _FILE,
        "файл не читается как TOML: {text_ru}",
        "the file is not TOML: {text_en}",
        "тексты пишут в кавычках, длинные — между '''…'''; таблицы начинаются с [[block]] или [project]",
        "texts stand in quotes, long ones between '''…'''; tables start with [[block]] or [project]",
    ),
    "SB602": Message(_FILE, "неизвестный ключ {name}", "unknown key {name}"),
    "SB603": Message(
        _FILE,
        "{name}: ожидалось: {expected}, получено {got}",
        "{name}: expected {text_en}, got {got}",
        "все ключи и их значения: docs/bot-file.md",
        "all keys and their values: docs/bot-file.md",
    ),
    "SB604": Message(
        _FILE, "не хватает ключа {name}", "key {name} is missing", "добавьте строку {name} = …", "add {name} = …"
    ),
    "SB605": Message(
        _FILE,
        "номер {name} уже занят ({text})",
        "number {name} is taken ({text})",
        "дайте другой номер",
        "choose another number",
    ),
    "SB606": Message(
        _FILE,
        "стрелка ведёт к блоку {name}, а такого блока нет",
        "the arrow leads to block {name}, which does not exist",
        "есть блоки: {text}",
        "there are blocks: {text}",
    ),
    "SB607": Message(
        _FILE,
        "у блока вида {text} не бывает ключа {name}",
        "a block of kind {text} cannot have {name}",
        "условие ставят стрелке, ведущей в блок; сами срабатывают только блоки start и not_state_if",
        "put the condition on the arrow into the block; only start and not_state_if blocks fire by themselves",
    ),
    "SB608": Message(
        _FILE,
        "стрелка с вводом данных не может иметь задержку, дату или время",
        "an arrow that takes data cannot have a delay, date or time",
        "уберите delay, date и time: ответ клиента приходит с его сообщением",
        "remove delay, date and time: the answer comes with the client's message",
    ),
    "SB609": Message(
        _FILE,
        "{name}: значение {got} не подходит",
        "{name}: {got} is not possible",
        "можно: {expected}",
        "possible: {expected}",
    ),
    "SB611": Message(
        _FILE,
        "регулярное выражение не читается: {got}",
        "broken regular expression: {got}",
        "проверьте скобки; знак ; внутри выражения разрезает его на части",
        "check the brackets; a ; inside cuts the expression into parts",
    ),
    "SB612": Message(
        _WARNING,
        "сравнение по смыслу здесь не работает: условие никогда не сработает",
        "comparison by meaning is not available here: the condition never matches",
        "возьмите fuzzy или keywords",
        "use fuzzy or keywords",
    ),
    "SB613": Message(
        _WARNING,
        "«{name}» и «{text}» так похожи, что событие попадёт не в свой блок",
        "“{name}” and “{text}” are so alike that an event may reach the wrong block",
        'поставьте match = "exact" у обоих условий',
        'set match = "exact" on both',
    ),
    "SB614": Message(
        _FILE,
        "неизвестный часовой пояс {name}",
        "unknown time zone {name}",
        "пример: Europe/Moscow",
        "for example Europe/Moscow",
    ),
    "SB615": Message(_FILE, "{name}: {got} — больше предела {limit}", "{name}: {got} is over the limit {limit}"),
    "SB616": Message(
        _WARNING,
        "по этой стрелке никто не пройдёт: в блоке {name} клиент не стоит",
        "nobody can take this arrow: no client stands in block {name}",
        "добавьте delay = 0",
        "add delay = 0",
    ),
    "SB617": Message(
        _FILE,
        "{text_place}: функция {name} недоступна в этом хосте",
        "{text_place}: function {name} is not available in this host",
        "она относится к другой интеграции; её может добавить плагин",
        "it belongs to another integration; a plugin may add it",
    ),
    "SB618": Message(
        _FILE,
        "{text_place}: неизвестная функция {name}",
        "{text_place}: unknown function {name}",
        "все функции: salebot-uiscom functions",
        "all functions: salebot-uiscom functions",
    ),
    "SB620": Message(
        _FILE,
        "так назвать переменную нельзя: {name}",
        "no variable can have this name: {name}",
        "имя начинается с буквы, дальше буквы, цифры и _; впереди может стоять client. или project.",
        "a name starts with a letter, then letters, digits and _; client. or project. may stand before it",
    ),
    "SB621": Message(
        _FILE, "блок {name} — комментарий, стрелок у него нет", "block {name} is a comment and has no arrows"
    ),
    "SB630": Message(
        "limit",
        "больше {limit} переходов подряд: похоже, стрелки ходят по кругу",
        "more than {limit} transitions in a row: the arrows seem to run in a circle",
        "поставьте одной из стрелок условие или задержку",
        "give one of the arrows a condition or a delay",
    ),
    "SB631": Message(
        "value",
        "это не дата и не время: {got}",
        "this is no date or time: {got}",
        "дата — дд.мм.гггг, время — чч:мм",
        "a date is dd.mm.yyyy, a time hh:mm",
    ),
    "SB632": Message(
        "delivery",
        "клиенту телефонии сообщение не доставить: ему можно только позвонить",
        "a telephony client cannot get messages, only calls",
    ),
    "SB634": Message(
        _FILE,
        "отложенный переход не выполнен: стрелки {name} в боте больше нет",
        "a planned transition was dropped: arrow {name} is gone from the bot",
    ),
    "SB635": Message(_FILE, "в боте нет блока {name}", "the bot has no block {name}"),
    "SB636": Message(
        "delivery",
        "запрос не выполнен: {name}",
        "the request failed: {name}",
        "адрес должен быть доступен из интернета; внутренние адреса разрешает allowed_hosts в [project]",
        "the address must be public; inner ones are allowed by allowed_hosts in [project]",
    ),
    "SB638": Message(
        _WARNING,
        "{name}: колбэк можно послать только другому, известному клиенту",
        "{name}: a callback can go to another, known client only",
    ),
    "SB639": Message(_WARNING, "{name}: можно передать только одно из двух", "{name}: only one of them may be given"),
    "SB640": Message(
        "unknown_function",
        "эта функция работает только внутри бота",
        "this function works inside a bot only",
        "запустите бота: salebot-uiscom run БОТ",
        "run a bot: salebot-uiscom run BOT",
    ),
    "SB641": Message(
        _WARNING,
        "отложенное не выполнено: бот остановлен для этого клиента",
        "a plan was dropped: the bot is stopped for this client",
    ),
    "SB642": Message(
        "limit",
        "больше {limit} событий одного клиента от одного сообщения: похоже, клиенты вызывают друг друга по кругу",
        "more than {limit} events of one client stem from one message: clients seem to call each other back in a circle",
        "поставьте блоку с callback() или message() условие, при котором он больше не отвечает",
        "give the block with callback() or message() a condition under which it stops answering",
    ),
    "SB650": Message(
        _FILE,
        "для карточки клиента и сервера не хватает пакетов: {text_packages}",
        "the client card and the server need packages that are not installed: {text_packages}",
        "pip install 'salebot-uiscom[server]'",
        "pip install 'salebot-uiscom[server]'",
    ),
    "SB651": Message(
        _FILE,
        "в файле бота нет сотрудника {name}",
        "the bot file has no employee {name}",
        "добавьте [[employee]] с этой почтой",
        "add an [[employee]] with this e-mail",
    ),
    "SB652": Message(
        _FILE,
        "пароль короче {limit} знаков",
        "the password is shorter than {limit} characters",
    ),
    "SB633": Message("delivery", "клиент отписался от сообщений", "the client has unsubscribed"),
}
