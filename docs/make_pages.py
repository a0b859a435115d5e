"""Writes docs/errors.md and docs/checks.md from texts, rules and examples: `python docs/make_pages.py`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests" / "lang")]

# All five stand below the path, by which they are found: hence E402.
from provoke import Chunk, chunks, provoked  # noqa: E402

from salebot_uiscom import Interpreter  # noqa: E402
from salebot_uiscom.errors import Diagnostic  # noqa: E402
from salebot_uiscom.lint import RULES, Rule, check_bot_text, check_field  # noqa: E402
from salebot_uiscom.messages import all_messages  # noqa: E402

SUBJECTS = {"SB1": "Запись: строки, имена, знаки", "SB2": "Вызовы функций", "SB3": "Значения", "SB4": "Пределы"}
KINDS = {
    "syntax": "запись", "bad_name": "имя", "readonly": "только чтение", "unknown_function": "неизвестная функция",
    "arity": "число аргументов", "none": "нет значения", "type": "не тот вид значения", "value": "не то значение",
    "index": "номер места", "zero_division": "деление на ноль", "overflow": "слишком большое число",
    "limit": "предел", "timeout": "время",
}  # fmt: skip
GROUPS = {
    "SB70": "Текст, кавычки, `#{…}`", "SB71": "Имена и опечатки", "SB72": "Условия", "SB73": "Числа, даты, словари",
    "SB74": "Вызовы", "SB75": "Телефония", "SB76": "Пределы", "SB77": "Схема бота",
}  # fmt: skip
PLACES = {
    "calculator": "калькулятор",
    "message": "сообщение",
    "compare": "переменная для сравнения",
    "bot": "файл бота",
}
GENERATED = "<!-- Эта страница создана программой: python docs/make_pages.py -->\n"


def errors_page() -> str:
    """Every code of the language: kind, cause, example, way out."""
    messages = all_messages()
    page = [
        "# Ошибки калькулятора",
        GENERATED,
        "Строка с ошибкой ничего не меняет, следующие строки выполняются. Сообщение называет место (строка и столбец",
        "считаются с 1), код, причину и выход; коды не меняют смысла. Ошибки файла бота (SB6xx) объяснены в самих",
        "сообщениях, предупреждения проверки (SB7xx) — на странице [checks.md](checks.md).",
        "",
    ]
    subject = ""
    for chunk in sorted(chunks(), key=lambda chunk: chunk.code):
        if chunk.code[:3] != subject:
            subject = chunk.code[:3]
            page += [f"## {SUBJECTS[subject]}", ""]
        kind = messages[chunk.code].kind
        page += [f"### {chunk.code}", "", f"Вид: `{kind}` ({KINDS[kind]}). In English: {_english(chunk)}", ""]
        if chunk.variables:
            values = ", ".join(f"{name} = {value!r}" for name, value in chunk.variables.items())
            page += [f"При значениях: `{values}`", ""]
        page += ["```", chunk.printed, "```", ""]
    return "\n".join(page)


def _english(chunk: Chunk) -> str:
    (finding,) = provoked(chunk, "en")
    return f"{finding.message} — {finding.hint}"


def checks_page() -> str:
    """Every rule of the checker: what it finds, an example, the way out."""
    catalog = Interpreter(entry_points=False).catalog
    page = [
        "# Что находит проверка",
        GENERATED,
        "`salebot-uiscom check ФАЙЛ` читает калькулятор или файл бота и ничего не выполняет. Строку, в которой всё",
        "верно, можно пометить: `/* noqa SB705 */`. Правила с пометкой «исправляется» исправляет `--fix`.",
        "",
    ]
    group = ""
    for rule in RULES:
        if rule.code[:4] != group:
            group = rule.code[:4]
            page += [f"## {GROUPS[group]}", ""]
        if rule.where == "bot":
            finding: Diagnostic = check_bot_text(rule.bad, catalog)[0]
        else:
            finding = check_field(rule.bad, catalog, kind=rule.where)[0]
        english = finding.in_language("en")
        marks = [PLACES[rule.where], "ошибка" if rule.severity == "error" else "предупреждение"]
        marks += ["исправляется"] if rule.fixable else []
        page += [
            f"### {rule.code}",
            "",
            f"{_sentence(finding.message)}. *({', '.join(marks)})*",
            "",
            f"In English: {english.message} — {english.hint}",
            "",
            *_example("Было:", rule, rule.bad),
            f"Выход: {finding.hint}" + ("" if finding.hint.endswith("?") else "."),
            "",
            *_example("Стало:", rule, rule.good),
        ]
    return "\n".join(page)


def _sentence(text: str) -> str:
    """Names keep their letter case."""
    return text if text[0].isascii() else text[0].upper() + text[1:]


def _example(title: str, rule: Rule, text: str) -> list[str]:
    shown = text if len(text) < 400 else f"{text[:80]}…"
    return [title, "", "```toml" if rule.where == "bot" else "```", shown.rstrip("\n"), "```", ""]


PAGES = {"errors.md": errors_page, "checks.md": checks_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
