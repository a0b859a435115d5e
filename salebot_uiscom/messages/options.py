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
}
