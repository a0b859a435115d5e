"""SB701–SB712: comments, quotes, `#{…}`, and right sides that became text by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import Fault
from ..lang import nodes
from ..lang.control import assigned_by_if
from ..lang.lexer import ParseFault
from ..lang.scanner import QUOTES, Scanner
from ..lang.suggest import meant_function, nearest, typed_wrong
from ..lang.usual import usual_functions
from ..messages import LANGUAGES, message_of
from ..messages.slips import cure_of, text_of
from ..scope import RESERVED
from . import broken, slips
from .field import Field
from .rules import CALCULATOR, MESSAGE

_CALL = re.compile(r"([^\W\d]\w*)\s?\(")
_CURLY = re.compile("[“”„‟«»]")
_STRAIGHT = str.maketrans({**dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("‘’‚‛", "'")})
_HOLE = re.compile(r"(?<!\\)#\{")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_NO_PREFIX = re.compile(r"(?<![\w.])(?:const|deal)\.([^\W\d]\w*)")
_ALL_FUNCTIONS = {
    "ru": "все функции: salebot-uiscom functions. Если нужен именно текст, возьмите его в кавычки",
    "en": "all functions: salebot-uiscom functions. If text is meant, put it into quotes",
}


def check(field: Field) -> None:
    _comments(field)
    _holes(field)
    if field.kind == CALCULATOR:
        for statement in field.statements:
            if isinstance(statement, nodes.Assign):
                _right_side(field, statement)
        _needless_holes(field)
    _edges(field)


def _comments(field: Field) -> None:
    for start, end in field.comments:
        if not field.text[start:end].endswith("*/") or end - start < 4:
            field.report("SB701", start, start + 2)


# ---------------------------------------------------------------- right sides that became text


def _right_side(field: Field, statement: nodes.Assign) -> None:
    right = statement.right
    told: dict[str, Any]
    if isinstance(right, nodes.Words):
        _words(field, right, statement.target.name)
    if not isinstance(right, nodes.PlainText) or right.fault is None or id(statement) in field.explained:
        return
    text = field.text[right.start : right.end]
    called = _CALL.match(text)
    name = called[1] if called else ""
    is_call = bool(called) and (name in field.catalog or name in field.functions)
    if is_call and _CURLY.search(text):
        straight = text.translate(_STRAIGHT)
        fix = [(right.start, right.end, straight)] if _parses(field, straight) else None
        field.report("SB703", right.start, right.end, fix=fix)
    elif text[0] in "“„‘" and text[-1] in "”“’":
        field.report("SB703", right.start, right.end)
    elif assigned := assigned_by_if(text):
        told = {f"text_{lang}": found for lang, found in text_of("assigned_in_if").items()}
        field.report("SB702", right.start, right.end, **told, hint=cure_of("assigned_in_if", text_fixed=assigned))
    elif (
        name == "if"
        and (single := _SINGLE_EQUALS.search(text))
        and _parses(field, fixed := _SINGLE_EQUALS.sub("==", text))
    ):
        at = right.start + single.start()
        field.report("SB709", at, at + 1, fix=[(right.start, right.end, fixed)])
    elif called and not is_call and text.rstrip().endswith(")") and (meant := _meant(field, name)):
        fixed = meant + text[len(name) :]
        fix = [(right.start, right.start + len(name), meant)] if _parses(field, fixed) else None
        field.report("SB710", right.start, right.start + len(name), fix=fix, name=name, name_meant=meant)
    elif called and not is_call and (meant := slips.russian_call(field, name, text)):
        field.report("SB719", right.start, right.start + len(name), name=name, name_meant=meant)
    elif fixed := slips.with_points(field, text):
        field.report("SB738", right.start, right.end, text=text[:60], text_fixed=fixed[:60])
    elif words := slips.foreign_words(field, text):
        field.report("SB727", right.start, right.end, text_words=", ".join(words))
    elif not is_call and (word := slips.unknown_call(field, text)):
        start = right.start + word.start()
        near = meant_function(word[2], field.functions)
        near = near or " / ".join(usual_functions(word[2], {*field.functions}))
        told = {"name_meant": near} if near else {"hint": _ALL_FUNCTIONS}
        field.report("SB719", start, start + len(word[2]), name=word[2], **told)
    elif bare := _prefixed(field, text):
        sign = {f"text_{lang}": message_of("SB108").text(lang, {"name": "."}) for lang in LANGUAGES}
        field.report("SB702", right.start, right.end, **sign, hint=bare)
    else:
        _broken(field, right, name, is_call)


def _broken(field: Field, right: nodes.PlainText, name: str, is_call: bool) -> None:
    """SB702: an error where it can hardly be a text, a warning where it may be one."""
    text, fault = field.text[right.start : right.end], right.fault
    is_sure = is_call or _is_broken_literal(text, fault) or slips.is_unfinished(field, text, fault)
    found = broken.found_in(field, field.cleaned[right.start : right.end])
    if found is not None and (is_sure or found.weight):
        near = slips.perhaps(field, name, is_call)
        advice = {lang: f"{near[lang]} {found.cures[lang]}" for lang in LANGUAGES} if near else found.cures
        severity = "error" if is_sure or found.weight == broken.SURELY else "warning"
        texts = {f"text_{lang}": found.texts[lang] for lang in LANGUAGES}
        start = right.start + found.start
        field.report("SB702", start, right.start + found.end, severity=severity, **texts, hint=advice)
    elif is_sure:
        told: dict[str, Any] = {f"text_{lang}": message_of(fault.code).text(lang, fault.data) for lang in LANGUAGES}
        advice = slips.perhaps(field, name, is_call) or fault.data.get("hint")
        if advice:
            told["hint"] = advice
        field.report("SB702", fault.start, min(fault.end, right.end), **told)


def _prefixed(field: Field, text: str) -> dict[str, str]:
    """The cure of `const.name` and `deal.name`: values of constants and deals are read by the bare name."""
    for match in _NO_PREFIX.finditer(text):
        if match[1] in field.names:
            return {
                "ru": f"константы и переменные сделки пишут без приставки: {match[1]}",
                "en": f"constants and variables of the deal stand without a prefix: {match[1]}",
            }
    return {}


def _is_broken_literal(text: str, fault: ParseFault) -> bool:
    """Began as a string, array or dictionary and was never closed, or is JSON but for a slip."""
    if text[0] in QUOTES:
        return fault.code == "SB105" or "+" in text
    return (text[0] in "[{" and (fault.unfinished or '"' in text)) or (fault.code == "SB105" and "+" in text)


def _meant(field: Field, name: str) -> str:
    near = nearest(name, field.functions)
    return near[0] if near and typed_wrong(name, near[0]) else ""


def _parses(field: Field, text: str) -> bool:
    return slips.parsed(field, text) is not None


def _words(field: Field, words: nodes.Words, target: Any) -> None:
    """All names unknown, so the typed text is stored; was one of them meant to be a variable?"""
    if any(name in field.names for name in words.names):
        return
    mine = [name for name in (*field.targets, *field.known) if len(name) > 3 and name != target]
    for name in words.names:
        near = nearest(name, mine) if len(name) > 3 else []
        if near:
            field.report("SB712", words.start, words.end, name=name, text=words.text[:60], name_meant=near[0])
            return


# ---------------------------------------------------------------- #{…} and blanks inside quotes


def _holes(field: Field) -> None:
    for item in field.all_nodes:
        if isinstance(item, nodes.Hole) and item.inner is None and item.raw not in field.known:
            field.report("SB708", item.start, item.end, name=item.raw[:60])
    if isinstance(field.problem, Fault):  # nested beyond the limit: told already, and nobody can say where holes end
        return
    for start, end in _texts(field):
        scanner = Scanner(field.text, end)
        for match in _HOLE.finditer(field.text, start, end):
            closing = scanner.hole_end(match.start())
            if closing < 0 or closing >= end:
                field.report("SB706", match.start(), match.end())
            elif not field.text[match.end() : closing].strip():
                field.report("SB707", match.start(), closing + 1)


def _texts(field: Field) -> Iterator[tuple[int, int]]:
    if field.kind == MESSAGE:
        yield 0, len(field.text)
    for item in field.all_nodes:
        if isinstance(item, nodes.Text):
            yield item.start + 1, item.end - 1
    for statement in field.statements:
        if isinstance(statement, nodes.Assign) and isinstance(statement.right, nodes.PlainText):
            yield statement.right.start, statement.right.end


def _needless_holes(field: Field) -> None:
    """A bare `#{name}` as an argument, in a comparison or as a key reads the same as the name.

    Elsewhere it does not: `x = #{a} - #{b}` may turn out to be text.
    """
    for item in field.all_nodes:
        if isinstance(item, nodes.Call | nodes.Comparison | nodes.Logic):
            inside: tuple[Any, ...] = nodes.children(item)
        elif isinstance(item, nodes.Item):
            inside = (item.key,)
        else:
            continue
        for hole in inside:
            if isinstance(hole, nodes.Hole) and isinstance(hole.inner, nodes.Name) and hole.raw not in RESERVED:
                field.report("SB705", hole.start, hole.end, fix=[_bare(field.text, hole)], name=hole.raw)


def _bare(text: str, hole: nodes.Hole) -> tuple[int, int, str]:
    """The name in place of its hole, with a blank where it would grow together with a word (`and#{a}`)."""
    before, after = text[hole.start - 1 : hole.start], text[hole.end : hole.end + 1]
    left = " " if before.isalnum() or before == "_" else ""
    right = " " if after.isalnum() or after == "_" else ""
    return hole.start, hole.end, f"{left}{hole.raw}{right}"


def _edges(field: Field) -> None:
    """Blanks at the edges of a text that stands alone; in `'Привет, ' + name` they are meant."""
    alone = [item.right for item in field.statements if isinstance(item, nodes.Assign)]
    for item in field.all_nodes:
        if isinstance(item, nodes.Comparison):
            alone += item.operands
        elif isinstance(item, nodes.Item):
            alone.append(item.key)
    for node in alone:
        if not isinstance(node, nodes.Text) or not all(isinstance(part, str) for part in node.parts):
            continue
        text = "".join(node.parts)
        if text.strip() and text != text.strip(" \t\u00a0"):
            field.report("SB704", node.start, node.end, name=field.of(node))
