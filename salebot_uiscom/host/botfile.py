"""Reading a bot file: TOML → `Bot`, with every mistake told at once, each with its line and a way out."""

from __future__ import annotations

import difflib
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import Diagnostic, SalebotError
from ..scope import PREFIXES, READONLY, RESERVED, is_name
from ..source import Source, Span
from .bot import COMMENT, CONDITIONAL, NOT_STATE, NOT_STATE_IF, Arrow, Block, Bot
from .matching import FUZZY, MEANING, REGEX, alternatives, is_similar, is_valid_regex
from .positions import find_places
from .steps import client_problems, is_moment, problems
from .timers import BadDate, due_time
from .tomlfaults import words, wrong_encoding

# Tables that belong to plugins; the host hands them over unread.
PLUGIN_TABLES = ("uiscom",)

MAX_CONSTANTS, MAX_CONSTANT_NAME, MAX_CONSTANT = 50, 100, 5_000
MAX_CONDITIONAL_BLOCKS = 500
MAX_COMPARE = 1_000
_SHOWN_IDS = 10
_FAR = 10**18  # numbers beyond stand for numbers that are missing
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class BotFileError(SalebotError):
    """The file cannot be used. `diagnostics` holds every mistake (and warning) in order of lines."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


def load_bot(path: str | Path, *, plugin_tables: tuple[str, ...] = PLUGIN_TABLES) -> Bot:
    """Read a bot file.

    Raises:
        BotFileError: it is not TOML, or not a bot; all mistakes are listed.
        OSError: the file cannot be opened.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source = Source("", path.name)
        raise BotFileError([Diagnostic("SB601", source, Span(0, 0), wrong_encoding(error.reason))]) from error
    return parse_bot(text, name=path.name, path=path, plugin_tables=plugin_tables)


def parse_bot(
    text: str, *, name: str = "бот", path: Path | None = None, plugin_tables: tuple[str, ...] = PLUGIN_TABLES
) -> Bot:
    """`load_bot` for a text."""
    bot, found, of_tests = _examined(text, name, path, plugin_tables)
    if bot is None or any(finding.severity == "error" for finding in found):
        raise BotFileError(_sorted([*found, *of_tests]))
    return bot


def examine_bot(
    text: str, *, name: str = "бот", path: Path | None = None, plugin_tables: tuple[str, ...] = PLUGIN_TABLES
) -> tuple[Bot | None, list[Diagnostic]]:
    """The bot and every finding, errors and warnings, in order of lines.

    None for a bot: the text is no TOML. Where a key cannot be read, the bot has something else in its place, so that the
    rest of the file is examined all the same; a bot with errors is not to be run.
    """
    bot, found, of_tests = _examined(text, name, path, plugin_tables)
    return bot, _sorted([*found, *of_tests])


def _sorted(found: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda finding: finding.span)


def _examined(
    text: str, name: str, path: Path | None, plugin_tables: tuple[str, ...]
) -> tuple[Bot | None, list[Diagnostic], list[Diagnostic]]:
    """Mistakes in tests apart: with them the bot itself works, only that test cannot pass."""
    text = text.replace("\r\n", "\n")
    source = Source(text, name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_toml_error(error, source)], []
    reader = _Reader(source, find_places(text))
    settings = {key: table.pop(key) for key in plugin_tables if isinstance(table.get(key), dict)}
    bot: Bot = reader.record(Bot, table, ())
    object.__setattr__(bot, "settings", settings)
    object.__setattr__(bot, "source", source)
    object.__setattr__(bot, "spans", reader.places)
    object.__setattr__(bot, "path", path)
    _Rules(bot, reader).check()
    found, reader.found = reader.found, []
    _check_tests(bot, reader)
    return bot, found, reader.found


def _toml_error(error: tomllib.TOMLDecodeError, source: Source) -> Diagnostic:
    text = str(error)
    line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if line is None:
        # Before Python 3.14 the place stands in the text only: "… (at line 3, column 5)".
        _, _, place = text.rpartition("(at line ")
        numbers = place.rstrip(")").split(", column ")
        line, column = (int(numbers[0]), int(numbers[1])) if len(numbers) == 2 else (source.text.count("\n") + 1, 1)
    lines = source.text.splitlines(keepends=True)
    start = min(len(source.text), sum(map(len, lines[: line - 1])) + (column or 1) - 1)
    return Diagnostic("SB601", source, Span(start, start + 1), words(text))


# ---------------------------------------------------------------- keys and types


@cache
def record_keys(record: type) -> dict[str, tuple[Field[Any], Any]]:
    """Key in the file → (field, annotation) of a record."""
    hints = get_type_hints(record)
    return {
        item.metadata["name"] or item.name: (item, hints[item.name])
        for item in fields(record)
        if "doc" in item.metadata
    }


def _is_required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


class _Reader:
    def __init__(self, source: Source, places: Mapping[tuple[Any, ...], Span]) -> None:
        self.source = source
        self.places = places
        self.found: list[Diagnostic] = []
        self.stand_ins = 0

    def report(self, code: str, where: tuple[Any, ...], *, severity: str = "error", **data: Any) -> None:
        while where and where not in self.places:
            if (*where, 0) in self.places:  # tables in an array: the first of them
                where = (*where, 0)
                break
            where = where[:-1]
        self.found.append(Diagnostic(code, self.source, self.places.get(where, Span(0, 0)), data, severity))

    def record(self, record: type, table: Mapping[str, Any], where: tuple[Any, ...]) -> Any:
        """An instance. A key that cannot be read is told, and has its default, else a stand-in that breaks no rule."""
        keys = record_keys(record)
        for name in table:
            if name not in keys:
                near = difflib.get_close_matches(name, keys, 1, 0.6) or [other for other in keys if f"{other}s" == name]
                hint = (
                    {"ru": f"возможно, {near[0]}?", "en": f"perhaps {near[0]}?"}
                    if near
                    else {"ru": "здесь бывают: " + ", ".join(keys), "en": "known here: " + ", ".join(keys)}
                )
                self.report("SB602", (*where, name), name=name, hint=hint)
        values: dict[str, Any] = {}
        for name, (item, hint) in keys.items():
            if name not in table:
                if _is_required(item):
                    self.report("SB604", where, name=name)
                    values[item.name] = self.stand_in(item, hint)
                continue
            value, ok = self.value(hint, table[name], (*where, name))
            if ok and item.metadata["choices"] and value not in item.metadata["choices"]:
                known = item.metadata["choices"]
                expected = ", ".join(map(str, known))
                self.report("SB609", (*where, name), name=name, got=value, expected=expected)
                ok = False
            if ok:
                values[item.name] = value
            elif _is_required(item):
                values[item.name] = self.stand_in(item, hint)
        return record(**values)

    def stand_in(self, item: Field[Any], hint: Any) -> Any:
        """For a key without a default: the first choice (a block of the kind that may have every key), a number or a
        text that nobody has written."""
        if item.metadata["choices"]:
            return item.metadata["choices"][0]
        self.stand_ins += 1
        return -_FAR - self.stand_ins if hint is int else ""

    def value(self, hint: Any, value: Any, where: tuple[Any, ...]) -> tuple[Any, bool]:
        origin, inner = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            hint = next(item for item in inner if item is not type(None))
            return self.value(hint, value, where)
        if origin is tuple:
            return self._many(inner[0], value, where)
        if hasattr(hint, "__dataclass_fields__"):
            if not isinstance(value, dict):
                return self._wrong("таблица", "table", value, where)
            return self.record(hint, value, where), True
        if origin is not None:  # Mapping[str, …]
            if not isinstance(value, dict):
                return self._wrong("таблица", "table", value, where)
            if inner[1] is str:
                return {str(key): str(item) for key, item in value.items()}, True
            return value, True
        if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
            return value, True
        if hint is str and isinstance(value, str):
            return value, True
        if hint in (int, bool) and type(value) is hint:
            return value, True
        names = {str: ("текст", "text"), int: ("целое число", "whole number"), float: ("число", "number")}
        return self._wrong(*names.get(hint, ("true или false", "true or false")), value, where)

    def _many(self, hint: Any, value: Any, where: tuple[Any, ...]) -> tuple[Any, bool]:
        if not isinstance(value, list):
            if hasattr(hint, "__dataclass_fields__"):
                return self._wrong(f"таблицы [[{where[-1]}]]", f"tables [[{where[-1]}]]", value, where)
            return self._wrong("массив", "array", value, where)
        if get_origin(hint) is not None:  # tables read elsewhere
            if not all(isinstance(item, dict) for item in value):
                return self._wrong("массив таблиц", "array of tables", value, where)
            return tuple(value), True
        items = [self.value(hint, item, (*where, index)) for index, item in enumerate(value)]
        # One that is no table at all would shift the numbers of those behind it.
        return tuple(item for item, _ in items), all(ok for _, ok in items)

    def _wrong(self, russian: str, english: str, value: Any, where: tuple[Any, ...]) -> tuple[None, bool]:
        name = ".".join(part for part in where if isinstance(part, str))
        self.report("SB603", where, name=name, expected=russian, text_en=english, got=value)
        return None, False


# ---------------------------------------------------------------- rules over the whole bot


class _Rules:
    def __init__(self, bot: Bot, reader: _Reader) -> None:
        self.bot = bot
        self.report = reader.report

    def check(self) -> None:
        self._project()
        self._ids("block", [block.id for block in self.bot.blocks])
        self._ids("arrow", [arrow.id for arrow in self.bot.arrows])
        for index, block in enumerate(self.bot.blocks):
            self._block(block, ("block", index))
        kinds = {block.id: block.kind for block in self.bot.blocks}
        for index, arrow in enumerate(self.bot.arrows):
            self._arrow(arrow, ("arrow", index), kinds)
        self._look_alikes()

    def _project(self) -> None:
        bot = self.bot
        try:
            ZoneInfo(bot.project.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.report("SB614", ("project", "timezone"), name=bot.project.timezone)
        if len(bot.constants) > MAX_CONSTANTS:
            self.report("SB615", ("constants",), name="constants", got=len(bot.constants), limit=MAX_CONSTANTS)
        for name, value in bot.constants.items():
            if not is_name(name) or name in READONLY or name in RESERVED:
                self.report("SB620", ("constants", name), name=name)
            for length, limit in ((len(name), MAX_CONSTANT_NAME), (len(str(value)), MAX_CONSTANT)):
                if length > limit:
                    self.report("SB615", ("constants", name), name=name[:60], got=length, limit=limit)
        for name in bot.variables:
            if not is_name(name) or name in READONLY or name in RESERVED:
                self.report("SB620", ("variables", name), name=name)
        emails: set[str] = set()
        for index, who in enumerate(bot.employees):
            if who.email and who.email.casefold() in emails:
                self.report("SB622", ("employee", index, "email"), name=who.email)
            emails.add(who.email.casefold())
        conditional = [block for block in bot.blocks if block.kind in CONDITIONAL]
        if len(conditional) > MAX_CONDITIONAL_BLOCKS:
            self.report("SB615", ("block",), name="block", got=len(conditional), limit=MAX_CONDITIONAL_BLOCKS)

    def _ids(self, table: str, ids: list[int]) -> None:
        seen: set[int] = set()
        for index, number in enumerate(ids):
            if number in seen:
                self.report("SB605", (table, index, "id"), name=str(number), text=table)
            seen.add(number)

    def _block(self, block: Block, where: tuple[Any, ...]) -> None:
        if block.kind not in CONDITIONAL:
            for key in ("condition", "compare", "minus", "once", "callback_only"):
                if getattr(block, key):
                    self.report("SB607", (*where, key), name=key, text=block.kind)
        self._condition(block, where)

    def _arrow(self, arrow: Arrow, where: tuple[Any, ...], kinds: Mapping[int, str]) -> None:
        for key, target, way in (
            ("from", arrow.source, ("стрелка выходит из блока", "the arrow leaves block")),
            ("to", arrow.target, ("стрелка ведёт к блоку", "the arrow leads to block")),
        ):
            if target <= -_FAR:
                continue  # told already: there is no number here
            if target not in kinds:
                many = len(kinds) > _SHOWN_IDS
                near = difflib.get_close_matches(str(target), map(str, kinds), _SHOWN_IDS, 0.1) if many else []
                known = ", ".join(near or map(str, sorted(kinds)[:_SHOWN_IDS])) or "—"
                text = f"{known}, …" if many else known
                self.report("SB606", (*where, key), name=str(target), text=text, text_way_ru=way[0], text_way_en=way[1])
            elif kinds[target] == COMMENT:
                self.report("SB621", (*where, key), name=str(target))
        if arrow.input and arrow.is_timer:
            self.report("SB608", (*where, "input"))
        if arrow.input:
            prefix, dot, name = arrow.input.partition(".")
            name = name if dot and prefix in PREFIXES else arrow.input
            if not is_name(name) or name in READONLY or name in RESERVED:
                self.report("SB620", (*where, "input"), name=arrow.input)
        if arrow.delay is not None and arrow.delay < 0:
            self.report("SB609", (*where, "delay"), name="delay", got=arrow.delay, expected="0 …")
        if kinds.get(arrow.source) in (NOT_STATE, NOT_STATE_IF) and not arrow.is_timer:
            self.report("SB616", where, severity="warning", name=str(arrow.source))
        for key, value in (("date", arrow.date), ("time", arrow.time)):
            if value and "#{" not in value:
                try:
                    due_time(_SOME_DAY, date=value if key == "date" else "", time=value if key == "time" else "")
                except BadDate:
                    self.report("SB631", (*where, key), got=value)
        self._condition(arrow, where)

    def _condition(self, item: Block | Arrow, where: tuple[Any, ...]) -> None:
        if len(item.compare) > MAX_COMPARE:
            self.report("SB615", (*where, "compare"), name="compare", got=len(item.compare), limit=MAX_COMPARE)
        if item.match == MEANING:
            self.report("SB612", (*where, "match"), severity="warning")
        if item.match == REGEX:
            for key in ("condition", "minus"):
                for pattern in alternatives(getattr(item, key), REGEX):
                    if "#{" not in pattern and not is_valid_regex(pattern):
                        self.report("SB611", (*where, key), got=pattern)

    def _look_alikes(self) -> None:
        """Fuzzy conditions on events that would answer each other's events (host.md 5)."""
        tables: tuple[tuple[str, tuple[Block | Arrow, ...]], ...] = (
            ("block", self.bot.blocks),
            ("arrow", self.bot.arrows),
        )
        events = [
            (part, (table, index, "condition"), item)
            for table, items in tables
            for index, item in enumerate(items)
            for part in alternatives(item.condition)
            if item.match == FUZZY and "_event " in part
        ]
        for index, (part, where, item) in enumerate(events):
            for other, _, second in events[:index]:
                if second is not item and is_similar(part, other) and part != other:
                    self.report("SB613", where, severity="warning", name=part, text=other)


# ---------------------------------------------------------------- tests


def _check_tests(bot: Bot, reader: _Reader) -> None:
    """What keeps a `[[test]]` from ever passing, and one that checks nothing."""
    for index, test in enumerate(bot.tests):
        where = ("test", index)
        if test.now and not is_moment(test.now):
            reader.report("SB673", (*where, "now"), text=repr(test.now))
        for code, data in client_problems(test.client):
            reader.report(code, (*where, "client"), **data)
        if not test.steps:
            reader.report("SB697", (*where, "steps"), name=test.name)
        for number, step in enumerate(test.steps):
            for code, data in problems(step):
                reader.report(code, (*where, "steps", number), **data)
            position = step.get("position")
            blocks = {block.id for block in bot.blocks}
            if type(position) is int and position > 0 and position not in blocks:
                reader.report("SB635", (*where, "steps", number), name=str(position))
