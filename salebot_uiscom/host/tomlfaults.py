"""What `tomllib` says of a broken file, in Russian and with the way out that fits; it speaks English and of grammar."""

from __future__ import annotations

from typing import Any

_QUOTES = (
    "тексты пишут в кавычках, числа и true/false — без них; длинное — между '''…'''",
    "texts stand in quotes, numbers and true/false do not; long texts between '''…'''",
)
_CLOSE_QUOTES = (
    "закройте кавычку в той же строке; текст из нескольких строк пишут между '''…'''",
    "close the quote on the same line; a text of several lines stands between '''…'''",
)
_ONE_A_LINE = (
    'в строке одно «ключ = значение»; кавычки внутри "…" пишут \\" или берут весь текст в \'…\'',
    'one `key = value` a line; a quote inside "…" is \\" or the whole text stands in \'…\'',
)
_BRACES = (
    "между частями ставят запятые; таблица {…} стоит в одной строке; проверьте закрывающую скобку",
    "commas stand between the parts; a table {…} stands on one line; check the closing bracket",
)
_NAMES = (
    "ключи пишут латинскими буквами, другие имена — в кавычках: \"имя\" = 'Иван'",
    "keys are Latin letters, other names stand in quotes: \"имя\" = 'Иван'",
)
_HEADERS = (
    "заголовок пишут так: [[block]], [[arrow]], [[test]], [project]",
    "a header looks like this: [[block]], [[arrow]], [[test]], [project]",
)

#: Beginning of the English text → Russian, hint in both languages.
_KNOWN: tuple[tuple[str, str, tuple[str, str]], ...] = (
    ("Cannot overwrite a value", "такой ключ в этой таблице уже есть", (
        "уберите повтор; у нового блока или стрелки — своё [[block]] или [[arrow]]",
        "remove one; a new block or arrow begins with its own [[block]] or [[arrow]]",
    )),
    ("Cannot declare", "такая таблица уже есть", (
        "таблицы, которых много, пишут в двойных скобках: [[block]]",
        "tables of which there are many have double brackets: [[block]]",
    )),
    ("Expected ']]'", "заголовок не закрыт двумя скобками ]]", _HEADERS),
    ("Expected ']'", "заголовок не закрыт скобкой ]", _HEADERS),
    ("Expected '='", "после ключа ожидался знак =", _NAMES),
    ("Expected newline", "после значения стоит лишнее", _ONE_A_LINE),
    ("Expected \"'''\"", "текст между ''' не закрыт", _CLOSE_QUOTES),
    ("Illegal character '\\n'", "кавычка не закрыта до конца строки", _CLOSE_QUOTES),
    ("Unterminated string", "кавычка не закрыта", _CLOSE_QUOTES),
    ("Unescaped '\\'", 'знак \\ внутри "…" что-то значит', (
        "возьмите текст в одинарные кавычки '…' или напишите \\\\",
        "put the text into single quotes '…' or write \\\\",
    )),
    ("Invalid value", "здесь нет значения, которое понятно", _QUOTES),
    ("Invalid statement", "строка не похожа на «ключ = значение»", _NAMES),
    ("Invalid initial character for a key", "здесь ожидался ключ", _BRACES),
    ("Unclosed array", "массив [ … ] не закрыт", _BRACES),
    ("Unclosed inline table", "таблица { … } не закрыта", _BRACES),
)  # fmt: skip


def words(english: str) -> dict[str, Any]:
    """Data of the message SB601 for a text of `tomllib`; without a hint of its own where the text is not known."""
    for beginning, russian, (hint_ru, hint_en) in _KNOWN:
        if english.startswith(beginning):
            return {"text_ru": russian, "text_en": english, "hint": {"ru": hint_ru, "en": hint_en}}
    return {"text_ru": english, "text_en": english}


def wrong_encoding(reason: str) -> dict[str, Any]:
    """Data of SB601 for bytes that are no UTF-8."""
    return {
        "text_ru": "он не в UTF-8",
        "text_en": f"it is not UTF-8 ({reason})",
        "hint": {
            "ru": "сохраните файл в кодировке UTF-8 (в редакторе: «Сохранить с кодировкой»)",
            "en": "save the file as UTF-8 (in the editor: “Save with encoding”)",
        },
    }
