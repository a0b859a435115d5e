"""Whole bots: the texts of every block and arrow with the knowledge of all the others, and rules about the scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import Diagnostic
from ..functions.registry import Catalog
from ..lang import nodes
from ..lang.printer import applied, format_field
from ..lang.suggest import nearest
from ..scope import PREFIXES
from ..source import Source, Span
from .checker import inspected
from .field import Field
from .names import twins
from .rules import BY_CODE, CALCULATOR, COMPARE, MESSAGE
from .tomltext import TomlString, string_at

_WORD = re.compile(r"[^\W\d]\w*")
_PARAMETER = re.compile(r"([^\W\d]\w*)\"?\s*[=:]")  # in an address or JSON of a test
_EVENT = "Uiscom_event "
#: Keys with texts: what they hold.
_BLOCK_KEYS = (
    ("actions", CALCULATOR),
    ("calc", CALCULATOR),
    ("compare", COMPARE),
    ("message", MESSAGE),
    ("condition", MESSAGE),
)
_ARROW_KEYS = (("compare", COMPARE), ("condition", MESSAGE), ("date", MESSAGE), ("time", MESSAGE))
_REQUEST, _SWITCH = "uiscom_request", "save_webhook"  # telephony.md R46
_NO_VARIABLES = frozenset({"None", "none", "True", "true", "False", "false"})
_POSITIONAL = ("state", "not_state", "close")


@dataclass(frozen=True, slots=True)
class _Text:
    where: tuple[Any, ...]
    title: str
    kind: str
    text: str
    string: TomlString | None


def check_bot(path: str | Path, catalog: Catalog | None = None, *, lang: str = "ru") -> list[Diagnostic]:
    """Findings of a bot file, those of the loader (SB6xx) too, in order of their places in the file.

    Args:
        path: a TOML file as `salebot_uiscom.host` reads it.
        catalog: functions that exist; by default those of the host and of all installed plugins.

    Raises:
        OSError: the file cannot be read.
    """
    path = Path(path)
    return check_bot_text(path.read_bytes().decode("utf-8-sig", "replace"), catalog, name=path.name, lang=lang)


def check_bot_text(
    text: str, catalog: Catalog | None = None, *, name: str = "бот", lang: str = "ru"
) -> list[Diagnostic]:
    """`check_bot` for a text."""
    from ..host.botfile import examine_bot

    catalog = catalog or _catalog()
    bot, found = examine_bot(text, name=name)
    found = [item.in_language(lang) for item in found]
    if bot is not None:
        found += _Inspection(bot, catalog, lang).findings()
    return sorted(found, key=lambda item: (item.span, item.code))


def fix_bot(text: str, diagnostics: list[Diagnostic]) -> str:
    """The file's text with the safe fixes of `check_bot` carried out in place."""
    return _as_typed(text, applied(_plain(text), [edit for item in diagnostics for edit in item.data.get("fix", ())]))


def format_bot(text: str, catalog: Catalog | None = None) -> str:
    """The file's text with the calculator fields formatted in place; everything else stays. A file that is no bot is
    returned as it is."""
    from ..host.botfile import examine_bot

    catalog = catalog or _catalog()
    bot, _ = examine_bot(text)
    if bot is None:
        return text
    edits = []
    for item in _texts(bot):
        if item.kind == CALCULATOR and item.string is not None:
            formatted = format_field(item.text, catalog)
            written = item.string.escaped(formatted)
            span = item.string.span(0, len(item.text))
            # A string that is spelled in an unusual way (`\u0416`) is let be.
            usual = bot.source.text[span.start : span.end] == item.string.escaped(item.text)
            if formatted != item.text and written is not None and usual:
                edits.append((span.start, span.end, written))
    return _as_typed(text, applied(_plain(text), edits))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def _as_typed(before: str, after: str) -> str:
    return after.replace("\n", "\r\n") if "\r\n" in before else after


@cache
def _catalog() -> Catalog:
    from ..interpreter import Interpreter

    return Interpreter().catalog


def _texts(bot: Any) -> Iterator[_Text]:
    for table, items, keys in (("block", bot.blocks, _BLOCK_KEYS), ("arrow", bot.arrows, _ARROW_KEYS)):
        for index, item in enumerate(items):
            for key, kind in keys:
                text = getattr(item, key)
                if text:
                    where = (table, index, key)
                    yield _Text(where, f"{item.title}, {key}", kind, text, _string(bot, where, text))
            request = getattr(item, "request", None)
            if request is not None:
                for key, text in (("url", request.url), ("body", request.body)):
                    if text:
                        place = (table, index, "request", key)
                        yield _Text(place, f"{item.title}, request.{key}", MESSAGE, text, _string(bot, place, text))
            for key in ("buttons", "attachments"):
                for text in getattr(item, key, ()):
                    yield _Text((table, index, key), f"{item.title}, {key}", MESSAGE, text, None)


def _string(bot: Any, where: tuple[Any, ...], text: str) -> TomlString | None:
    span = bot.spans.get(where)
    found = None if span is None else string_at(bot.source.text, span)
    return found if found is not None and found.value == text else None


class _Inspection:
    """One pass over a bot that could be read."""

    def __init__(self, bot: Any, catalog: Catalog, lang: str) -> None:
        self.bot, self.catalog, self.lang = bot, catalog, lang
        self.found: list[Diagnostic] = []
        self.texts = [(item, Field(item.text, catalog, item.kind, lang=lang)) for item in _texts(bot)]
        self.written, self.prefixes = self._written()

    def report(self, code: str, where: tuple[Any, ...], **data: Any) -> None:
        self.found.append(
            Diagnostic(code, self.bot.source, self.bot.place(*where), data, BY_CODE[code].severity, self.lang)
        )

    def findings(self) -> list[Diagnostic]:
        for item, field in self.texts:
            bare = item.kind == COMPARE and _WORD.fullmatch(item.text.strip()) is not None
            field.known = frozenset(self.written)
            field.constants = dict(self.bot.constants)
            field.source = Source(item.text, f"{self.bot.source.name}, {item.title}")
            self.found += [
                self._placed(item, found) for found in inspected(field) if not (bare and found.code == "SB201")
            ]
            self._unset(item, field)
        self._twins()
        self._bodies()
        self._scheme()
        return self.found

    # ------------------------------------------------------------ places

    def _placed(self, item: _Text, found: Diagnostic) -> Diagnostic:
        """The finding with its place in the file instead of the field."""
        source = Source(self.bot.source.text, f"{self.bot.source.name}, {item.title}")
        data = dict(found.data)
        fix = data.pop("fix", None)
        if item.string is None:
            span = self.bot.place(*item.where)
            return Diagnostic(found.code, source, span, data, found.severity, self.lang)
        if fix is not None:
            edits = [(*item.string.span(start, end), item.string.escaped(new)) for start, end, new in fix]
            if all(new is not None for _, _, new in edits):
                data["fix"] = tuple(edits)
        return Diagnostic(found.code, source, item.string.span(*found.span), data, found.severity, self.lang)

    # ------------------------------------------------------------ variables of the whole bot

    def _written(self) -> tuple[set[str], tuple[str, ...]]:
        """Names that get a value somewhere, and beginnings of names that are built with `#{…}`."""
        bot = self.bot
        names = {*bot.constants, *bot.variables, *(_bare(arrow.input) for arrow in bot.arrows if arrow.input)}
        prefixes: list[str] = []
        for block in bot.blocks:
            if block.request is not None:
                names |= {_bare(name) for name in block.request.save}
        for _, field in self.texts:
            names |= set(field.targets)
            for statement in field.statements:
                dynamic = getattr(getattr(statement, "target", None), "name", None)
                if isinstance(dynamic, nodes.DynamicName) and isinstance(dynamic.parts[0], str):
                    prefixes.append(dynamic.parts[0])
            for call in field.calls:
                names |= _named(call)
                if call.name == "unpack_list":
                    prefixes.append(_literal(call.arguments[1:2]) or "var")
        for test in bot.tests:
            names |= _keys(test.client) | _keys(test.steps)
        return names, tuple(prefixes)

    def _unset(self, item: _Text, field: Field) -> None:
        """Variables that are read and set nowhere. Bare words that may be text are not asked."""
        for node in field.all_nodes:
            if not isinstance(node, nodes.Name) or id(node) in field.doubtful or node.name in field.names:
                continue
            if node.name == "null" or node.name.startswith(self.prefixes or ("\0",)):
                continue
            data: dict[str, Any] = {"name": node.name}
            near = nearest(node.name, field.names - _NO_VARIABLES)
            if not near and self._takes_callbacks(item.where):
                continue
            if near:
                data["hint"] = {"ru": f"возможно, {' или '.join(near)}?", "en": f"perhaps {' or '.join(near)}?"}
            finding = Diagnostic("SB716", Source(item.text), Span(node.start, node.end), data, "warning", self.lang)
            self.found.append(self._placed(item, finding))

    def _bodies(self) -> None:
        """Bodies of notifications are read, but nothing lets the bot keep them."""
        bot = self.bot
        given = {*bot.constants, *(arrow.input for arrow in bot.arrows)}
        given |= {name for block in bot.blocks if block.request is not None for name in block.request.save}
        given |= {name for test in bot.tests for name in _keys(test.client) | _keys(test.steps)}
        for _, field in self.texts:
            given |= {name for name, all_ in field.targets.items() if any(not one.target.layer for one in all_)}
            given |= {name for call in field.calls for name in _named(call)}
        if _SWITCH in given:
            return
        for item, field in self.texts:
            for node in field.all_nodes:
                if isinstance(node, nodes.Name) and node.name == _REQUEST and id(node) not in field.doubtful:
                    span = Span(node.start, node.end)
                    finding = Diagnostic("SB775", Source(item.text), span, {}, "warning", self.lang)
                    self.found.append(self._placed(item, finding))
                    return

    def _takes_callbacks(self, where: tuple[Any, ...]) -> bool:
        """Is this the text of a block that answers callbacks? Their parameters become variables (host.md 2.1)."""
        if where[0] != "block":
            return False
        block = self.bot.blocks[where[1]]
        return bool(block.callback_only or "message_from_outside == 3" in block.compare)

    def _twins(self) -> None:
        """Names of different fields that only look alike (those of one field were told there)."""
        names: list[tuple[str, int, int, object]] = []
        holder: dict[str, _Text] = {}
        together: set[frozenset[str]] = set()
        for item, field in self.texts:
            here: list[tuple[str, int, int, object]] = [
                (name, found[0].start, found[0].end, None) for name, found in field.targets.items()
            ]
            here += [
                (node.name, node.start, node.end, None)
                for node in field.all_nodes
                if isinstance(node, nodes.Name) and id(node) not in field.doubtful
            ]
            together |= {frozenset(pair[:2]) for pair in twins(here)}
            for entry in here:
                if entry[0] not in holder:
                    holder[entry[0]] = item
                    names.append(entry)
        for other, name, start, end in twins(names):
            if frozenset((other, name)) not in together:
                data = {"name": name, "name_other": other}
                finding = Diagnostic("SB717", Source(""), Span(start, end), data, "warning", self.lang)
                self.found.append(self._placed(holder[name], finding))

    # ------------------------------------------------------------ the scheme

    def _scheme(self) -> None:
        bot = self.bot
        reached = {arrow.target for arrow in bot.arrows}
        numbers = {int(word) for item, _ in self.texts for word in re.findall(r"\d+", item.text) if len(word) < 10}
        started = numbers | {number for test in bot.tests for number in _numbers(test.client)}
        for index, block in enumerate(bot.blocks):
            where = ("block", index)
            if block.kind in _POSITIONAL and block.id not in reached and block.id not in started:
                self.report("SB772", (*where, "id"), name=block.title.removeprefix("блок "))
            if block.kind == "start" and not block.condition.strip(" ;") and not block.compare.strip():
                self.report("SB773", (*where, "kind"))
            self._events(block, where)
        for index, arrow in enumerate(bot.arrows):
            where = ("arrow", index)
            if arrow.input and _any_message(arrow.condition) and "message_from_outside" not in arrow.compare:
                self.report("SB770", (*where, "input"))
            self._events(arrow, where)

    def _events(self, item: Any, where: tuple[Any, ...]) -> None:
        for part in item.condition.split(";"):
            part = part.strip().lstrip("^")
            first = re.split(r"[\s:]", part, maxsplit=1)[0]
            if "com" not in first.casefold() or "event" not in part[:20].casefold() or part.startswith(_EVENT):
                continue
            if item.match == "regex" or not part.casefold().startswith(_EVENT.casefold()):
                if nearest("Uiscom_event", [first, "".join(part.split()[:2])]) or first == _EVENT.strip():
                    self.report("SB771", (*where, "condition"), name=part[:60])


def _any_message(condition: str) -> bool:
    return not condition.strip(" ;") or condition.strip() == "#{none}"


def _bare(name: str) -> str:
    prefix, dot, rest = name.partition(".")
    return rest if dot and prefix in PREFIXES else name


def _named(call: nodes.Call) -> set[str]:
    """Names in quotes among the arguments: `set_client_var(1, "урок", 2)`, `create_order(…, ["имя"])`."""
    if not call.name.startswith(("set_", "create_", "get_")):
        return set()
    texts = [item for argument in call.arguments for item in nodes.walk(argument) if isinstance(item, nodes.Text)]
    return {word for item in texts for part in item.parts if isinstance(part, str) for word in _WORD.findall(part)}


def _literal(arguments: tuple[Any, ...]) -> str:
    parts = arguments[0].parts if arguments and isinstance(arguments[0], nodes.Text) else ()
    return parts[0] if parts and isinstance(parts[0], str) else ""


def _keys(value: Any) -> set[str]:
    """All keys in a piece of a test: what it mentions comes from somewhere."""
    if isinstance(value, Mapping):
        return {_bare(str(key)) for key in value} | {name for item in value.values() for name in _keys(item)}
    if isinstance(value, list | tuple):
        return {name for item in value for name in _keys(item)}
    return set(_PARAMETER.findall(value)) if isinstance(value, str) else set()


def _numbers(value: Mapping[str, Any]) -> set[int]:
    return {item for item in value.values() if isinstance(item, int)}
