"""The reference of the language's functions, read out of the functions themselves: for a terminal and for the manual.

The docstring of a function is written for bot authors: a first line, further paragraphs, then the headed parts

    Примеры:
        substring('привет', 4)  # ет
        substring('привет', 'z')  # ошибка type
        random()  # случайно
    Ошибки:
        type — номер не целое число.
    English:
        Characters from n1 up to n2.

`Аргументы:` before the examples lists arguments that need words, one a line: `name — …`. What a plugin says in
`Аргументы:` and `Ошибки:` it says in `Arguments:` and `Errors:` again; the kinds of errors of the language itself are
told in English from the table below.

The result of an example is what the language prints: text without quotes, `None` for nothing, `ошибка` with its kind,
`случайно` where it differs from run to run. A line of the explanation that is a call of the function is an example
without a result (a host is needed to run it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .registry import Function

ARGUMENTS, EXAMPLES, ERRORS, ENGLISH = "Аргументы:", "Примеры:", "Ошибки:", "English:"
ENGLISH_ARGUMENTS, ENGLISH_ERRORS = "Arguments:", "Errors:"
_PARTS = frozenset({ARGUMENTS, EXAMPLES, ERRORS, ENGLISH, ENGLISH_ARGUMENTS, ENGLISH_ERRORS})
RANDOM, ERROR = "случайно", "ошибка "
_NO_ERRORS = "Нет"

#: What the kinds of errors (calculator.md 14) mean. The Russian pages tell more: what each means to that function.
_KINDS: Mapping[str, str] = {
    "none": "a value is not set",
    "type": "a value is of another kind than this function takes",
    "value": "a value of the right kind that does not fit",
    "index": "there is no such position",
    "zero_division": "division by zero",
    "overflow": "the result is too big",
    "limit": "a text, a list or a nesting is too big",
    "timeout": "it took too long",
    "bad_name": "no variable can have this name",
    "readonly": "the name of a built-in variable",
}
_ARGUMENT = re.compile(r"([\w, ]+) — ")
_KIND = re.compile(r"\b([a-z_]+) —")

#: Last part of a manual page's address → heading, in the order of the reference.
PAGES: Mapping[str, tuple[str, str]] = {
    "matematicheskie-funkcii": ("Числа", "Numbers"),
    "dlya-raboty-so-strokami": ("Тексты", "Texts"),
    "dlya-raboty-s-regulyarnymi-vyrazheniyami": ("Регулярные выражения", "Regular expressions"),
    "dlya-raboty-s-datami-i-vremenem": ("Даты и время", "Dates and times"),
    "dlya-raboty-s-massivami": ("Массивы", "Arrays"),
    "dlya-raboty-so-slovaryami": ("Словари", "Dictionaries"),
    "faq": ("Из ответов на вопросы", "From the questions and answers"),
    "": ("Прочие", "Others"),
    "dlya-raboty-s-peremennymi": ("Переменные других клиентов", "Variables of other clients"),
    "dlya-raboty-s-klientami-i-crm": ("Клиенты и сделки", "Clients and deals"),
    "sdelki-v-crm": ("Сделки", "Deals"),
    "dlya-raboty-s-messendzherami": ("Сообщения и диалоги", "Messages and dialogs"),
    "dlya-raboty-so-spiskami": ("Списки", "Lists"),
    "dlya-raboty-s-metkami": ("Метки", "Labels"),
    "dlya-raboty-s-sotrudnikami": ("Сотрудники", "Employees"),
    "funkcii-api": ("Запросы", "Requests"),
    "uiscom": ("Телефония UISCOM", "UISCOM telephony"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """`result` is None where only a host can tell it."""

    call: str
    result: str | None = None

    def __str__(self) -> str:
        return self.call if self.result is None else f"{self.call}  # {self.result}"

    def in_english(self) -> str:
        result = self.result
        if result == RANDOM:
            result = "random"
        elif result is not None and result.startswith(ERROR):
            result = f"error {result.removeprefix(ERROR)}"
        return str(Example(self.call, result))


@dataclass(frozen=True, slots=True)
class Entry:
    """One function for its readers. `text` holds the paragraphs after the first line, `arguments` one line for each."""

    function: Function
    summary: str
    text: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    errors: str = ""
    english: str = ""
    arguments: tuple[str, ...] = ()
    arguments_english: tuple[str, ...] = ()
    errors_english: str = ""


def entry_of(function: Function) -> Entry:
    """Read the docstring of a function."""
    parts: dict[str, list[str]] = {"": []}
    current = parts[""]
    for line in function.doc.splitlines():
        if line.strip() in _PARTS:
            current = parts[line.strip()] = []
        else:
            current.append(line.strip())
    summary, *paragraphs = _paragraphs(parts[""]) or [[]]
    names = tuple(f"{name}(" for name in (function.name, *function.aliases))

    def is_call(line: str) -> bool:
        return line.startswith(names) and line.endswith(")")

    calls = [line for paragraph in paragraphs for line in paragraph if is_call(line)]
    return Entry(
        function,
        " ".join(summary),
        tuple(
            " ".join(kept) for paragraph in paragraphs if (kept := [line for line in paragraph if not is_call(line)])
        ),
        tuple(_example(line) for line in (*calls, *parts.get(EXAMPLES, ())) if line),
        _joined(parts.get(ERRORS, [])),
        _joined(parts.get(ENGLISH, [])),
        _items(parts.get(ARGUMENTS, [])),
        _items(parts.get(ENGLISH_ARGUMENTS, [])),
        _joined(parts.get(ENGLISH_ERRORS, [])),
    )


def _joined(lines: list[str]) -> str:
    return " ".join(filter(None, lines))


def _items(lines: list[str]) -> tuple[str, ...]:
    """`name — …` each; a line without a name goes on with the one before."""
    items: list[str] = []
    for line in filter(None, lines):
        if items and not _ARGUMENT.match(line):
            items[-1] += f" {line}"
        else:
            items.append(line)
    return tuple(items)


def _paragraphs(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _example(line: str) -> Example:
    call, separator, result = line.rpartition("  # ")
    return Example(call.rstrip(), result.strip()) if separator else Example(line)


def sections(functions: Iterable[Function]) -> list[tuple[tuple[str, str], list[Function]]]:
    """Functions under the headings of the manual, known ones in our order, then plugins' by name of the plugin."""
    found: dict[tuple[str, str], list[Function]] = {title: [] for title in PAGES.values()}
    for function in functions:
        page = function.page.rpartition("/")[2]
        foreign = (function.plugin, function.plugin)
        title = PAGES[page] if page in PAGES and (page or not _is_foreign(function)) else foreign
        found.setdefault(title, []).append(function)
    return [(title, members) for title, members in found.items() if members]


def _is_foreign(function: Function) -> bool:
    return bool(function.plugin) and not function.call.__module__.startswith("salebot_uiscom.")


def described(function: Function, lang: str) -> str:
    """Everything about one function, for a terminal."""
    entry = entry_of(function)
    russian = lang != "en" or not entry.english
    lines = [function.signature, ""]
    lines += [entry.summary, *entry.text] if russian else [entry.english]
    lines += [f"  {one}" for one in (entry.arguments if lang != "en" else entry.arguments_english)]
    if function.effect:
        lines.append("Работает внутри бота." if lang != "en" else "Works inside a bot.")
    if entry.examples:
        lines += ["", *(f"  {one.in_english() if lang == 'en' else one}" for one in entry.examples)]
    if entry.errors and lang != "en":
        lines += ["", f"Ошибки: {entry.errors}"]
    elif told := entry.errors_english or _errors_in_english(entry.errors):
        lines += ["", f"Errors: {told}"]
    if function.aliases:
        lines.append(("Другое имя: " if lang != "en" else "Also: ") + ", ".join(function.aliases))
    if function.page:
        lines += ["", ("Страница руководства: " if lang != "en" else "Page of the manual: ") + function.page]
    return "\n".join(lines)


def _errors_in_english(errors: str) -> str:
    kinds = [kind for kind in _KIND.findall(errors) if kind in _KINDS]
    if kinds or errors.startswith(_NO_ERRORS):
        return "; ".join(f"{kind} — {_KINDS[kind]}" for kind in kinds)
    return errors  # a plugin's own words


def listed(functions: Iterable[Function], lang: str) -> str:
    """All functions, one line each, under their headings."""
    lines: list[str] = []
    for title, members in sections(functions):
        lines += ["", title[lang == "en"]]
        for function in members:
            entry = entry_of(function)
            lines.append(
                f"  {function.signature} — {entry.english if lang == 'en' and entry.english else entry.summary}"
            )
    return "\n".join(lines[1:])


def manual(functions: Iterable[Function]) -> str:
    """The page `docs/functions.md`: Russian, with a line of English for each function."""
    functions = list(functions)
    lines = [
        "# Функции калькулятора",
        "",
        "Эта страница собрана из самих функций командой `make docs`; каждый пример с результатом проверен тестом. "
        "То же в терминале: `salebot-uiscom functions`, `salebot-uiscom functions round`. Значок ☎ — функция работает "
        "внутри бота: ей нужны клиент, сделка или телефония. `if(условие, да, нет)`, `and`, `or` — не функции, а части "
        "языка.",
        "",
        "*This page is made from the functions themselves by `make docs`; every example with a result is tested. "
        "☎ marks functions that work inside a bot only. `if`, `and`, `or` are parts of the language.*",
        "",
    ]
    parts = sections(functions)
    lines += [f"- [{title[0]}](#{_anchor(title[0])})" for title, _ in parts]
    for title, members in parts:
        lines += ["", f"## {title[0]}"]
        for function in members:
            lines += ["", *_chapter(entry_of(function))]
    return "\n".join(lines) + "\n"


def _chapter(entry: Entry) -> list[str]:
    function = entry.function
    lines = [f"### `{function.signature}`{' ☎' if function.effect else ''}", "", entry.summary]
    for paragraph in entry.text:
        lines += ["", paragraph]
    if entry.arguments:
        lines += ["", *(f"- {_ARGUMENT.sub(_in_code, one, count=1)}" for one in entry.arguments)]
    if entry.examples:
        lines += ["", "```text", *map(str, entry.examples), "```"]
    if entry.errors:
        lines += ["", f"Ошибки: {entry.errors}"]
    if function.aliases:
        lines += ["", "Другое имя: " + ", ".join(f"`{name}`" for name in function.aliases)]
    if entry.english:
        lines += ["", f"*{entry.english}*"]
    if entry.arguments_english:
        lines += ["", *(f"- *{one}*" for one in entry.arguments_english)]
    if entry.errors_english:
        lines += ["", f"*Errors: {entry.errors_english}*"]
    if function.page:
        lines += ["", f"Руководство: {function.page}"]
    return lines


def _in_code(match: re.Match[str]) -> str:
    return f"`{match[1]}` — "


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
