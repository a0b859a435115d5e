"""What only an interpreter can find in a bot: functions that this host does not have (functions-host.md, tier 3)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from ..errors import Diagnostic
from ..source import place_in
from .bot import Block, Bot
from .steps import problems

if TYPE_CHECKING:
    from ..interpreter import Interpreter

# Functions of single messengers, payments, tables and other integrations: known to Salebot, not to this host.
_TIER_3 = re.compile(
    r"(vk|tg|max|mango|novofon|megafon|iptelefon|telphin|zvonobot|amo|bitrix|google|gsheet|getcourse|tinkoff|yookassa"
    r"|robokassa|prodamus|instagram|avito|wildberries|ozon)_\w+|check_insta_subscription|some_client_in_list|send_email\w*"
    r"|qr_\w+|generate_qr\w*"
)
_FORMS = frozenset({"if", "del"})  # parts of the language, not of the catalogue


def check_bot(bot: Bot, interpreter: Interpreter) -> list[Diagnostic]:
    """Calls of functions nobody has, with the place in the file: tier 3 and unknown names are errors."""
    found: list[Diagnostic] = []
    for text, where, title, compiled in _texts(bot, interpreter):
        for name in sorted(compiled.calls):
            if name in interpreter.catalog or name in _FORMS or not text:
                continue
            data: dict[str, Any] = {"name": name, "text_place": title, "text_place_en": place_in("en", title)}
            if _TIER_3.fullmatch(name):
                found.append(Diagnostic("SB617", bot.source, bot.place(*where), data))
            else:
                near = difflib.get_close_matches(name, interpreter.catalog, 1, 0.7)
                if near:
                    data["hint"] = {"ru": f"возможно, {near[0]}?", "en": f"perhaps {near[0]}?"}
                found.append(Diagnostic("SB618", bot.source, bot.place(*where), data))
    return [*found, *ways_of_calling(bot, interpreter)]


def ways_of_calling(bot: Bot, interpreter: Interpreter) -> Iterator[Diagnostic]:
    """Warnings of employees whose handset would stay away without a word (telephony.md R50, R54)."""
    known = ("off", "app", *(action.name for action in interpreter.assembly.card_actions))
    for index, who in enumerate(bot.employees):
        if who.call_method not in known:
            place = bot.place("employee", index, "call_method")
            expected = ", ".join(known)
            data: dict[str, Any] = {"name": "call_method", "got": who.call_method, "expected": expected}
            near = difflib.get_close_matches(who.call_method.casefold(), known, 1, 0.6)
            if near:
                data["hint"] = {
                    "ru": f"возможно, {near[0]}? Можно: {expected}",
                    "en": f"perhaps {near[0]}? Possible: {expected}",
                }
            yield Diagnostic("SB609", bot.source, place, data, "warning")


def requests_of_tests(bot: Bot, methods: Collection[str]) -> Iterator[Diagnostic]:
    """Steps `uis` that wait for a request nobody can make. `methods`: those of the telephony."""
    for index, test in enumerate(bot.tests):
        for number, step in enumerate(test.steps):
            for code, data in problems({"uis": step.get("uis", "")}, methods):
                if code == "SB609":
                    yield Diagnostic(code, bot.source, bot.place("test", index, "steps", number), data)


def _texts(bot: Bot, interpreter: Interpreter) -> Iterator[tuple[str, tuple[Any, ...], str, Any]]:
    """Every text with calls: itself, its place, whose it is, and its compiled form."""
    for index, block in enumerate(bot.blocks):
        for key in ("actions", "calc"):
            code = getattr(block, key)
            yield code, ("block", index, key), block.title, interpreter.compile(code, name=block.title)
        yield from _fields(bot, interpreter, block, ("block", index), ("message", "condition", "minus"))
        for text in (*block.buttons, *block.attachments):
            yield text, ("block", index), block.title, interpreter.compile_template(text, name=block.title)
        if block.request is not None:
            for text in (block.request.url, block.request.body, *block.request.headers.values()):
                place = ("block", index, "request")
                yield text, place, block.title, interpreter.compile_template(text, name=block.title)
    for index, arrow in enumerate(bot.arrows):
        yield from _fields(bot, interpreter, arrow, ("arrow", index), ("condition", "minus", "date", "time"))


def _fields(
    bot: Bot, interpreter: Interpreter, item: Block | Any, where: tuple[Any, ...], keys: tuple[str, ...]
) -> Iterator[tuple[str, tuple[Any, ...], str, Any]]:
    for key in keys:
        text = getattr(item, key)
        yield text, (*where, key), item.title, interpreter.compile_template(text, name=item.title)
    if item.compare:
        compiled = interpreter.compile_condition(item.compare, name=item.title)
        yield item.compare, (*where, "compare"), item.title, compiled
