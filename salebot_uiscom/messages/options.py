"""Texts for programmers: options of `Interpreter` and of the verbs (SB9xx)."""

from . import Message

_OPTION = "option"

MESSAGES: dict[str, Message] = {
    "SB901": Message(
        _OPTION,
        "timezone — имя часового пояса, например Europe/Moscow, а не {got}; нет такого имени — pip install tzdata",
        "timezone must be a name such as Europe/Moscow, not {got}; if the name is right: pip install tzdata",
    ),
    "SB902": Message(
        _OPTION,
        "now — момент со смещением, datetime с tzinfo (у evaluate и текст 2026-03-02T10:15:00+03:00), а не {got}",
        "now must have a UTC offset: a datetime with tzinfo (for evaluate also 2026-03-02T10:15:00+03:00), not {got}",
    ),
    "SB903": Message(_OPTION, "lang — ru или en, а не {got}", "lang must be ru or en, not {got}"),
    "SB904": Message(
        _OPTION,
        "clock — функция, которая по часовому поясу возвращает datetime в нём, а не {got}; "
        "один момент задают при запуске: run(…, now=…)",
        "clock must be a function from a zone to a datetime in it, not {got}; "
        "one moment is given to a run: run(…, now=…)",
    ),
    "SB905": Message(
        _OPTION,
        "нужен текст (str): поле калькулятора, сообщение или условие, а здесь {name}",
        "a text (str) is needed: a calculator field, a message or a condition, not {name}",
    ),
    "SB906": Message(
        _OPTION,
        "variables — словарь: имя (str) → значение, например {{'цена': 10, 'client.имя': 'Иван'}}, а здесь {name}",
        "variables must be a mapping from names (str) to values, such as {{'price': 10, 'client.name': 'Ann'}}, not {name}",
    ),
    "SB907": Message(
        _OPTION,
        "имя переменной — текст (str), а не {got} ({name})",
        "the name of a variable must be a text (str), not {got} ({name})",
    ),
    "SB908": Message(
        _OPTION,
        "выполнить можно то, что вернул compile, compile_template или compile_condition, а здесь {name}; "
        "текст сначала переводят: interpreter.run(interpreter.compile(текст))",
        "what compile, compile_template or compile_condition returned can be run, not {name}; "
        "a text is compiled first: interpreter.run(interpreter.compile(text))",
    ),
    "SB909": Message(
        _OPTION,
        "settings — словарь: имя плагина → его настройки, а плагин {got} не загружен{text_near_ru}; загружены: {text_known}",
        "settings must be a mapping from plugins to their settings, and no plugin {got} is loaded{text_near_en}; "
        "loaded: {text_known}",
    ),
    "SB910": Message(
        _OPTION,
        "settings — словарь: имя плагина → его настройки, а здесь {name}",
        "settings must be a mapping from plugins to their settings, not {name}",
    ),
    "SB911": Message(
        _OPTION,
        "{name} — словарь: класс эффекта (Effect) → функция, которая его выполняет; {got} не подходит",
        "{name} must be a mapping from a class of effects (Effect) to a function that performs it; {got} does not fit",
    ),
    "SB912": Message(
        _OPTION,
        "$clients — словарь: номер клиента → словарь его переменных, а здесь {name}",
        "$clients must be a mapping from the id of a client to a mapping of his variables, not {name}",
    ),
}
