"""What is wrong with a right side that became text, and how it is written: the inner texts of SB702.

Each: what is told in Russian and in English, then the cure in both. Filled in like other messages.
"""

from __future__ import annotations

SLIPS: dict[str, tuple[str, str, str, str]] = {
    "unclosed": (
        "скобка {name} не закрыта",
        "the bracket {name} is never closed",
        "допишите {name_close}; если нужен именно текст, возьмите его в кавычки",
        "add {name_close}; if text is meant, put it into quotes",
    ),
    "extra": (
        "лишняя скобка {name}: закрывать нечего",
        "the bracket {name} closes nothing",
        "уберите {name} или откройте скобку раньше",
        "remove {name}, or open the bracket earlier",
    ),
    "mismatch": (
        "открыта скобка {name}, а закрывает её {name_close}",
        "{name} was opened, but {name_close} closes it",
        "закройте её скобкой {name_meant}",
        "close it with {name_meant}",
    ),
    "comma": (
        "не хватает запятой перед {name}",
        "a comma is missing before {name}",
        "поставьте запятую перед {name}",
        "put a comma before {name}",
    ),
    "last_comma": (
        "лишняя запятая перед {name}",
        "there is a comma too many before {name}",
        "после последнего элемента запятой нет",
        "no comma stands behind the last element",
    ),
    "two_commas": (
        "две запятые подряд",
        "two commas stand side by side",
        "уберите лишнюю; пустой аргумент пишут None",
        "remove one; an empty argument is written None",
    ),
    "colon": (
        "не хватает двоеточия после ключа",
        "a colon is missing behind the key",
        'в словаре пишут {{"ключ": значение}}',
        'a dictionary looks like {{"key": value}}',
    ),
    "equals_in_dictionary": (
        "между ключом и значением стоит =, а не двоеточие",
        "= stands between key and value instead of a colon",
        'в словаре пишут {{"ключ": значение}}',
        'a dictionary looks like {{"key": value}}',
    ),
    "bare_key": (
        "ключ {name} без кавычек",
        "the key {name} has no quotes",
        'ключи словаря берут в кавычки: {{"{name}": …}}',
        'keys of a dictionary stand in quotes: {{"{name}": …}}',
    ),
    "semicolon": (
        "стоит ; вместо запятой",
        "a semicolon stands where a comma belongs",
        "аргументы и элементы разделяют запятой, команды пишут на отдельных строках",
        "arguments and elements are separated by commas, statements stand on lines of their own",
    ),
    "two_statements": (
        "после ; начинается вторая команда",
        "a second statement begins behind the semicolon",
        "напишите её на следующей строке, без точки с запятой",
        "write it on the next line, without a semicolon",
    ),
    "end_semicolon": (
        "точка с запятой в конце строки войдёт в текст",
        "the semicolon at the end becomes part of the text",
        "уберите её: команды разделяет конец строки",
        "remove it: statements end with the line",
    ),
    "equals": (
        "стоит =, а сравнивают знаком ==",
        "= stands where == compares",
        "замените = на ==",
        "replace = by ==",
    ),
    "unopened": (
        "не хватает скобки ( после {name}",
        "the bracket ( is missing behind {name}",
        "функцию вызывают со скобками: {name}(…)",
        "a function is called with brackets: {name}(…)",
    ),
    "odd_quote": (
        "у кавычки {name} нет пары",
        "the quote {name} has no pair",
        "поставьте такую же с другой стороны текста; кавычку внутри текста пишут с чертой: \\{name}",
        "put the same one at the other side of the text; a quote inside is written \\{name}",
    ),
    "tuple": (
        "круглые скобки значений не собирают",
        "round brackets do not collect values",
        "массив пишут в квадратных: [1, 2]",
        "an array stands in square ones: [1, 2]",
    ),
    "identity": (
        "слова is в языке нет",
        "there is no word is in the language",
        "сравнивают знаком ==: a == None",
        "compare with ==: a == None",
    ),
    "fraction": (
        "число начинается с точки",
        "a number begins with a dot",
        "пишите 0 перед точкой: 0.5",
        "write 0 before the dot: 0.5",
    ),
    "foreign_sign": (
        "знака {name} нет",
        "there is no sign {name}",
        "пишут {name_meant}",
        "write {name_meant}",
    ),
    "template": (
        "{name} значения не подставляет",
        "{name} puts no value in",
        "пишите имя переменной, а в тексте — #{{имя}}",
        "write the bare name, or #{{name}} inside a text",
    ),
    "assigned_in_if": (
        "внутри if(…) значение не записывают",
        "nothing is assigned inside if(…)",
        "напишите так: {text_fixed}",
        "write it so: {text_fixed}",
    ),
    "order": (
        "знака {name} нет",
        "there is no sign {name}",
        "пишут {name_meant}",
        "write {name_meant}",
    ),
    "denial": (
        "отрицания {name} в языке нет",
        "there is no negation {name} in the language",
        "пишут a != 1 или готово == False",
        "write a != 1 or ready == False",
    ),
    "division": (
        "знака // нет",
        "there is no sign //",
        "целую часть частного даёт floor(a / b)",
        "floor(a / b) gives the whole part of a quotient",
    ),
    "two_signs": (
        "два знака действия подряд",
        "two operators stand side by side",
        "уберите лишний или допишите значение между ними",
        "remove one, or write the value between them",
    ),
    "no_value": (
        "перед {name} не хватает значения",
        "a value is missing before {name}",
        "допишите значение или уберите знак действия",
        "write the value, or remove the operator",
    ),
    "choice": (
        "выбор «{name}» пишется иначе",
        "a choice is not written “{name}”",
        "выбирает функция if(условие, да, нет): {text_fixed}",
        "the function if(condition, yes, no) chooses: {text_fixed}",
    ),
    "method": (
        "вызова через точку .{name} нет",
        "there is no call with a dot, .{name}",
        "функции получают значение в скобках: {name_meant}",
        "functions take the value in brackets: {name_meant}",
    ),
    "module": (
        "приставки {name}. нет",
        "there is no prefix {name}.",
        "функцию пишут без неё: {name_meant}",
        "write the function without it: {name_meant}",
    ),
    "attribute": (
        "через точку .{name} значение не читают",
        "a value is not read with a dot, .{name}",
        'по ключу читают так: d["{name}"], длину — len(x) и arr_len(x)',
        'a key is read like d["{name}"], a length with len(x) and arr_len(x)',
    ),
    "slice": (
        "среза [начало:конец] нет",
        "there is no slice [from:to]",
        "часть текста даёт substring(текст, 0, 3), часть массива — array_slice(массив, 0, 3)",
        "substring(text, 0, 3) cuts text, array_slice(array, 0, 3) cuts an array",
    ),
    "join": (
        "между текстом и значением рядом не хватает знака +",
        "the sign + is missing between the text and the value beside it",
        'тексты складывают знаком +: "a" + "b"; если нужен один текст, возьмите его в кавычки целиком',
        'the sign + joins texts: "a" + "b"; if one text is meant, put all of it into quotes',
    ),
    "loop": (
        "циклов в языке нет: {name}",
        "there are no loops in the language: {name}",
        "над целым массивом работают функции: sum_array, sort, get_values_by_key …",
        "functions work on whole arrays: sum_array, sort, get_values_by_key …",
    ),
    "inclusion": (
        "слова {name} в языке нет",
        "there is no word {name} in the language",
        "часть текста ищет contains(текст, часть), элемент — in_array(массив, элемент), ключ — exist_key(словарь, ключ)",
        "contains(text, part), in_array(array, element) and exist_key(dictionary, key) look for it",
    ),
    "logic": (
        "знака {name} нет",
        "there is no sign {name}",
        "пишут {name_meant}: a == 1 {name_meant} b == 2",
        "write {name_meant}: a == 1 {name_meant} b == 2",
    ),
    "prefix": (
        "приставки {name} перед кавычкой нет",
        "there is no prefix {name} before a quote",
        'значения подставляют так: "Привет, #{{имя}}"',
        'values are put in like this: "Hello, #{{name}}"',
    ),
    "quote": (
        "кавычка {name} открыта и не закрыта",
        "the quote {name} is opened and never closed",
        "поставьте такую же кавычку в конце текста; кавычку внутри текста пишут с чертой: \\{name}",
        "put the same quote at the end of the text; a quote inside is written \\{name}",
    ),
}

#: What is added where the lines of one thought have come apart.
APART = (
    "; из-за этого строки до закрывающей скобки читаются каждая сама по себе",
    "; because of this, each line up to the closing bracket is read on its own",
)


def text_of(kind: str, **data: str) -> dict[str, str]:
    """What is wrong, by language."""
    ru, en = SLIPS[kind][:2]
    return {"ru": ru.format_map(data), "en": en.format_map(data)}


def cure_of(kind: str, **data: str) -> dict[str, str]:
    """How it is written, by language."""
    ru, en = SLIPS[kind][2:]
    return {"ru": ru.format_map(data), "en": en.format_map(data)}


__all__ = ["APART", "SLIPS", "cure_of", "text_of"]
