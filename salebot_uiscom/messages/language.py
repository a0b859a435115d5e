"""Texts about the form of a program: syntax, names, calls."""

from . import Message

MESSAGES: dict[str, Message] = {
    "SB101": Message(
        "syntax",
        "строка не является командой",
        "this line is no statement",
        "команда — это «имя = значение», «del имя[ключ]» или вызов функции; сравнение пишут внутри if(…)",
        "a statement is `name = value`, `del name[key]` or a call; put comparisons into if(…)",
    ),
    "SB102": Message(
        "syntax",
        "не удалось прочитать выражение: не ожидалось {got}",
        "cannot read the expression: unexpected {got}",
    ),
    "SB104": Message(
        "syntax",
        "выражение оборвано: не хватает продолжения",
        "the expression stops too early",
        "проверьте скобки и кавычки",
        "check brackets and quotes",
    ),
    "SB103": Message(
        "syntax",
        "внутри #{{…}} не имя и не выражение: {got}",
        "inside #{{…}} there is neither a name nor an expression: {got}",
    ),
    "SB110": Message(
        "bad_name",
        "так назвать переменную нельзя: {name}",
        "no variable can have this name: {name}",
        "имя начинается с буквы, дальше буквы, цифры и _ (до 500 знаков), без пробелов",
        "a name starts with a letter, then letters, digits and _ (up to 500), no spaces",
    ),
    "SB111": Message(
        "bad_name",
        "слово {name} занято, переменной так назвать нельзя",
        "{name} is a reserved word and cannot name a variable",
    ),
    "SB112": Message(
        "readonly",
        "{name} — встроенная переменная, менять её нельзя",
        "{name} is built in and cannot be assigned",
        "запишите значение в переменную с другим именем",
        "store the value under another name",
    ),
    "SB201": Message("unknown_function", "неизвестная функция {name}", "unknown function {name}"),
    "SB202": Message(
        "arity",
        "функция {name} получила аргументов: {got}, а нужно {expected}",
        "{name} got {got} argument(s), needs {expected}",
        "вид вызова: {text_signature}",
        "call it as {text_signature}",
    ),
    "SB203": Message(
        "unknown_function",
        "функция {name} работает только внутри бота: ей нужен хост",
        "{name} works inside a bot only: it needs a host",
        "запустите бота: salebot-uiscom run БОТ; в программе создайте su.Interpreter(...)",
        "run a bot (salebot-uiscom run BOT) or create su.Interpreter(...)",
    ),
    "SB204": Message(
        "limit",
        "if(…) длиннее 2000 символов",
        "if(…) is longer than 2000 characters",
        "разбейте условие на несколько строк",
        "split it over several lines",
    ),
    "SB205": Message(
        "limit",
        "выражение для сравнения длиннее 1000 символов",
        "the compare expression is longer than 1000 characters",
    ),
}
