"""Texts: the simulator of UIS — what a test, the control API or a seed file asked for and cannot have."""

from . import Message

MESSAGES: dict[str, Message] = {
    "UI400": Message("value", "нет {text_ru} {got}; есть: {text_known}", "no {text_en} {got}; there are: {text_known}"),
    "UI401": Message(
        "value",
        "нет {text_ru} {got}; возможно, {name_near}? Есть: {text_known}",
        "no {text_en} {got}; perhaps {name_near}? There are: {text_known}",
    ),
    "UI402": Message("value", "{name} — {text_ru}; получено {got}", "{name} is {text_en}; got {got}"),
    "UI403": Message("value", "не хватает {name}", "{name} is missing"),
    # Seed files: the place comes first.
    "UI410": Message("value", "файл не читается: {text_reason}", "cannot be read: {text_reason}"),
    "UI411": Message("value", "файл не в кодировке UTF-8: сохраните его в ней", "the file is not UTF-8: save it as that"),
    "UI412": Message("value", "строка {line}, столбец {column}: {text_ru}", "line {line}, column {column}: {text_en}"),
    "UI413": Message(
        "value",
        "строка {line}, столбец {column}: запись TOML с ошибкой ({text_en})",
        "line {line}, column {column}: {text_en}",
    ),
    "UI414": Message(
        "value",
        "таблицу пишут как [{name}]; получено {got}",
        "the table is written [{name}]; got {got}",
    ),
    "UI415": Message(
        "value",
        "таблицы пишут как [[{name}]], по одной на запись; получено {got}",
        "the tables are written [[{name}]], one for each entry; got {got}",
    ),
}  # fmt: skip
