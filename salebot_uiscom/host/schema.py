"""JSON Schema and the page of keys of a bot file, made of the records in `bot`."""

from __future__ import annotations

import types
from dataclasses import MISSING
from typing import Any, Union, get_args, get_origin

from .bot import Bot
from .botfile import PLUGIN_TABLES, record_keys

_TYPES: dict[Any, tuple[str, str]] = {
    str: ("string", "текст"),
    int: ("integer", "целое число"),
    float: ("number", "число"),
    bool: ("boolean", "true или false"),
}


def json_schema() -> dict[str, Any]:
    """The schema, for editors that complete and check TOML files."""
    schema = _record(Bot)
    schema["properties"].update({name: {"type": "object"} for name in PLUGIN_TABLES})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Файл бота salebot-uiscom",
        **schema,
    }


def _record(record: type) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, (item, hint) in record_keys(record).items():
        properties[name] = {"description": item.metadata["doc"], **_type(hint)}
        if item.metadata["choices"]:
            properties[name]["enum"] = list(item.metadata["choices"])
        if item.default is MISSING and item.default_factory is MISSING:
            required.append(name)
        elif isinstance(item.default, str | int | float) and item.default != "":
            properties[name]["default"] = item.default
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        found["required"] = required
    return found


def _plain(hint: Any) -> Any:
    """The type itself, without `| None`."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(item for item in get_args(hint) if item is not type(None))
    return hint


def _type(hint: Any) -> dict[str, Any]:
    hint = _plain(hint)
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    if hasattr(hint, "__dataclass_fields__"):
        return _record(hint)
    if hint in _TYPES:
        return {"type": _TYPES[hint][0]}
    return {"type": "object"}


def keys_page() -> str:
    """`docs/bot-file.md`: every key of every table."""
    parts = [_INTRODUCTION]
    for name, (item, hint) in record_keys(Bot).items():
        hint = _plain(hint)
        inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
        header = f"[[{name}]]" if get_origin(hint) is tuple else f"[{name}]"
        parts.append(f"## `{header}` — {item.metadata['doc']}\n")
        if hasattr(inner, "__dataclass_fields__"):
            parts.append(_table(inner))
            for key, (field, annotation) in record_keys(inner).items():
                nested = _plain(annotation)
                if hasattr(nested, "__dataclass_fields__"):
                    parts.append(f"### `[{name}.{key}]` — {field.metadata['doc']}\n")
                    parts.append(_table(nested))
        else:
            parts.append("Имя = значение, по одному в строке.\n")
    return "\n".join(parts)


def _table(record: type) -> str:
    lines = ["| ключ | что это | значения | по умолчанию |", "|---|---|---|---|"]
    for name, (item, hint) in record_keys(record).items():
        plain = _plain(hint)
        kind = _TYPES[plain][1] if plain in _TYPES else "таблица"
        if get_origin(plain) is tuple:
            kind = "массив"
        if item.metadata["choices"]:
            kind = ", ".join(f"`{choice}`" for choice in item.metadata["choices"])
        if item.default is MISSING and item.default_factory is MISSING:
            default = "**обязателен**"
        elif isinstance(item.default, bool):
            default = "`true`" if item.default else "`false`"
        else:
            default = f"`{item.default}`" if isinstance(item.default, str | int | float) and item.default != "" else ""
        lines.append(f"| `{name}` | {item.metadata['doc']} | {kind} | {default} |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = """<!-- Сделано из salebot_uiscom/host/bot.py: правьте там, потом
     python -m salebot_uiscom.host.schema -->
# Файл бота

Бот записан в одном файле [TOML](https://toml.io/ru/). Тексты стоят в кавычках; калькулятор и всё длинное — между
`'''…'''`, тогда знаки внутри остаются как есть. Готовые боты лежат в `examples/`, схема для редактора —
`docs/bot.schema.json`.

Ошибки файла показываются все сразу, каждая со строкой и подсказкой; только если файл — не TOML, чтение останавливается
на первом таком месте. Таблица плагина — `[uiscom]`:
[uiscom.md](uiscom.md).

Порядок внутри блока: действия, калькулятор, запрос, сообщение, закрытие сделки, отложенные стрелки. Порядок проверки
сообщения: блоки `start`, стрелки текущего блока, блоки `not_state_if`; внутри одного рода — сначала с условием, потом
по приоритету, потом по номеру. Срабатывает первое подошедшее.

Проверки бота пишутся в том же файле, в `[[test]]`. Шаг — таблица с одним из ключей:

| ключ шага | что это |
|---|---|
| `user` | пишет клиент (рядом может стоять `attachments = [...]`) |
| `event` | в диалог приходит колбэк с этим текстом |
| `webhook` | телефония сообщает о событии с этим названием (`with = {...}` меняет поля) |
| `wait` | проходит время: `"10 min"` (s, min, h, d) или до `"2026-03-09 09:00"` |
| `expect` | бот сказал это (текст или массив текстов, по порядку) |
| `silent` | бот больше ничего не сказал |
| `uis` | телефонии ушёл этот запрос (`with = {...}` — его параметры); `""` — никакого |
| `vars` | значения переменных; `"*"` — любое |
| `absent` | имена переменных, которых нет |
| `position` | номер блока, в котором стоит клиент; 0 — ещё ни в каком |
| `plans` | сколько сообщений отложено |

Сообщение или запрос, которых ни один шаг не ждал, — тоже ошибка.
"""


def main() -> None:
    """Write both files into `docs/` of the current directory."""
    import json
    from pathlib import Path

    docs = Path("docs")
    docs.mkdir(exist_ok=True)
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    (docs / "bot.schema.json").write_text(text + "\n", "utf-8")
    (docs / "bot-file.md").write_text(keys_page(), "utf-8")


if __name__ == "__main__":
    main()
