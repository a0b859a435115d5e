"""Texts about values: operators and the arguments of functions."""

from . import Message

MESSAGES: dict[str, Message] = {
    "SB301": Message(
        "none",
        "значения нет: {name} не задано",
        "no value: {name} is not set",
        "проверьте имя или задайте значение раньше; проверить можно так: if({name} == None, 0, {name})",
        "check the name or set it earlier; test it with if({name} == None, 0, {name})",
    ),
    "SB302": Message(
        "type",
        "ожидалось число, получено {got}",
        "expected a number, got {got}",
        "число пишут цифрами с точкой: 5, -3, 2.5",
        "a number is digits with a dot: 5, -3, 2.5",
    ),
    "SB303": Message(
        "type",
        "действие {name} не подходит к значениям {left} и {right}",
        "{name} does not fit {left} and {right}",
        "вычитать, умножать и делить можно числа; даты и время — вычитать и сдвигать на число",
        "subtract, multiply and divide numbers; dates and times can be subtracted and moved by a number",
    ),
    "SB304": Message("type", "ожидалось целое число, получено {got}", "expected a whole number, got {got}"),
    "SB305": Message(
        "type",
        "ожидался массив, получено {got}",
        "expected an array, got {got}",
        'массив пишут так: [1, "два"]; в тексте кавычки должны быть двойными',
        'an array looks like [1, "two"]; inside text use double quotes',
    ),
    "SB306": Message(
        "type",
        "ожидался словарь, получено {got}",
        "expected a dictionary, got {got}",
        'словарь пишут так: {{"ключ": 1}}',
        'a dictionary looks like {{"key": 1}}',
    ),
    "SB307": Message(
        "type", "ожидался массив или словарь, получено {got}", "expected an array or a dictionary, got {got}"
    ),
    "SB308": Message(
        "type",
        "нельзя записать элемент: в переменной {name} не массив и не словарь",
        "cannot set an element: {name} holds neither an array nor a dictionary",
    ),
    "SB309": Message(
        "index",
        "в массиве нет места с номером {got}",
        "the array has no position {got}",
        "добавляйте элементы функцией append()",
        "use append() to add elements",
    ),
    "SB310": Message("value", "{text_ru}", "{text_en}"),
    "SB311": Message("zero_division", "деление на ноль", "division by zero"),
    "SB312": Message("overflow", "число слишком велико (10^308 и больше)", "the number is too large (10^308 or more)"),
    "SB313": Message("value", "такой степени не существует среди чисел", "this power is not a real number"),
    "SB314": Message(
        "value", "число вне допустимых границ: {expected}, получено {got}", "out of range: {expected}, got {got}"
    ),
    "SB315": Message(
        "value",
        "ожидалась дата вида дд.мм.гггг, получено {got}",
        "expected a date dd.mm.yyyy, got {got}",
    ),
    "SB316": Message("value", "ожидалось время вида чч:мм, получено {got}", "expected a time HH:MM, got {got}"),
    "SB317": Message(
        "value",
        "текст {got} не подходит под формат {format}",
        "text {got} does not fit the format {format}",
    ),
    "SB318": Message(
        "value", "ошибка в регулярном выражении {got}: {text_reason}", "broken regular expression {got}: {text_reason}"
    ),
    "SB319": Message("type", "ожидался текст, получено {got}", "expected text, got {got}"),
    "SB320": Message(
        "type", "индекс массива — целое число, получено {got}", "an array position is a whole number, got {got}"
    ),
    "SB330": Message(
        "value",
        "дата вышла за пределы календаря (годы 1–9999)",
        "the date left the calendar (years 1–9999)",
    ),
    "SB331": Message(
        "value",
        "в формате {format} неизвестная директива {name}",
        "unknown directive {name} in the format {format}",
        "дату читают так: %d.%m.%Y %H:%M; знак процента пишут %%",
        "a date is read like %d.%m.%Y %H:%M; write %% for a percent sign",
    ),
    "SB332": Message(
        "value",
        "директива {name} повторяется или несовместима с другими в формате {format}",
        "directive {name} is repeated or does not fit the others in the format {format}",
        "при чтении каждая директива нужна один раз; %s стоит одна или вместе с %f",
        "to read, use each directive once; %s stands alone or with %f",
    ),
    "SB333": Message(
        "value",
        "границы промежутка — два времени чч:мм или две даты со временем дд.мм.гггг чч:мм, получено {left} и {right}",
        "an interval needs two times HH:MM or two dates with time dd.mm.yyyy HH:MM, got {left} and {right}",
    ),
    "SB334": Message(
        "type",
        "сортировать можно только числа или только тексты",
        "only numbers alone or texts alone can be sorted",
    ),
    "SB335": Message(
        "value",
        "столбец таблицы называют латинскими буквами A–Z, получено {got}",
        "a spreadsheet column is named by letters A–Z, got {got}",
    ),
    "SB336": Message(
        "value",
        "в одном из словарей списка нет ключа {name}",
        "a dictionary of the list has no key {name}",
        "укажите вторым аргументом ключ, под которым стоит текст кнопки",
        "give the key of the button's text as the second argument",
    ),
    "SB399": Message(
        "value",
        "внутренняя ошибка вычисления ({text_what}); пожалуйста, сообщите о ней разработчикам",
        "internal error ({text_what}); please report it",
    ),
    "SB401": Message("limit", "текст длиннее {limit} символов", "text longer than {limit} characters"),
    "SB402": Message(
        "limit",
        "значение длиннее {limit} символов не помещается в переменную {name}; прежнее значение сохранено",
        "a value longer than {limit} characters does not fit into {name}; the old value stays",
    ),
    "SB403": Message(
        "limit",
        "не больше {limit} переменных; новая переменная {name} не создана",
        "no more than {limit} variables; {name} was not created",
    ),
    "SB404": Message(
        "timeout",
        "регулярное выражение искало дольше {limit} с",
        "the regular expression searched longer than {limit} s",
    ),
    "SB405": Message(
        "limit", "вычисление остановлено: слишком много работы ({text_what})", "stopped: too much work ({text_what})"
    ),
    "SB406": Message("limit", "слишком глубокая вложенность (больше {limit})", "nested too deeply (over {limit})"),
}
