"""Broken code put right in a copy, slip by slip, until the copy is an expression of the language.

What had to be changed first is what the author is told; where no copy parses, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from ..errors import Fault
from ..lang.lexer import ParseFault, Token
from ..lang.parser import Parser
from ..lang.scanner import QUOTES, Scanner
from ..lang.usual import METHODS, usual_functions
from .places import Place, Repair, ends_value

MAX_REPAIRS = 12
MAX_TEXT = 20_000  # as many characters as joined lines may have; each repair reads the text again
MAX_CHOICE = 500  # characters of `a if b else c`: its search takes the square of them

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_SIGNS = {"COMPARE", "AND", "OR", "POWER", "MULTIPLY", "PLUS", "MINUS"}
_MODULES = frozenset(
    {"re", "math", "Math", "random", "datetime", "date", "time", "json", "JSON", "str", "string", "os"}
)
_FILES_AND_SITES = frozenset(
    {"ru", "com", "org", "net", "txt", "pdf", "jpg", "png", "gif", "mp3", "mp4", "doc", "docx", "csv"}
)
_QUOTE_PREFIXES = ("f", "F", "r", "b", "u")
_WORD = re.compile(r"[^\W\d]\w*")
_DOTTED = re.compile(r"\.\s*([A-Za-z_]\w*)(\s*\()?")
_BRACKETS = re.compile(r"[()\[\]{}]")
_LITERAL = re.compile(r"[0-9\"'`]")
_KEY = re.compile(r"\s*[:=](?!=)")
_CHOICE_PARTS = re.compile(r"[()\[\]{}\"'`:]")
_SPREAD_CHOICE = re.compile(r"if\s*\((.+?)\)\s*(.+?)\s+(?:else|иначе)\s+(.+)", re.DOTALL)
_FOREIGN_SIGNS = {"×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "•": "*", "·": "*", "≤": "<=", "≥": ">=", "≠": "!="}
_PYTHON_CHOICE = re.compile(r"(.+?)\sif\s(.+?)\selse\s(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The expression that a text is after its repairs. `first` is the first one: its places are those of the text."""

    node: Any
    text: str
    repairs: tuple[Repair, ...]

    @property
    def first(self) -> Repair:
        return self.repairs[0]


def repaired(text: str, functions: Container[str]) -> Repaired | None:
    """What a text that is no expression would be without its slips, or None. `text` has no blanks at its edges."""
    if len(text) > MAX_TEXT:
        return None
    done: list[Repair] = []
    try:
        while True:
            try:
                node = Parser(text, functions).expression(0, len(text))
            except ParseFault as fault:
                repair = _Mender(text, fault, functions).repair() if len(done) < MAX_REPAIRS else None
                if repair is None:
                    return None
                done.append(repair)
                text = repair.text
            else:
                return Repaired(node, text, tuple(done)) if done else None
    except Fault:  # a limit, as of nested brackets
        return None


class _Mender(Place):
    """One repair for each place where a parser may stop."""

    def repair(self) -> Repair | None:
        if self.is_end:
            return self._at_the_end()
        if self.fault.code == "SB105":
            return self._open_quote()
        if self.fault.code not in ("SB102", "SB108"):
            return None
        char = self.text[self.at]
        found = _BY_CHARACTER.get(char)
        if found is not None:
            return found(self)
        if char.isalnum() or char in QUOTES or self.text.startswith("#{", self.at):
            return self._value()
        return self._sign()

    # ------------------------------------------------------------ brackets, quotes, commas

    def _at_the_end(self) -> Repair | None:
        if not self.opened:
            return None
        token = self.tokens[self.opened[-1]]
        filler = "0" if self.before is not None and self.before.type in _SIGNS else ""
        if self.before is not None and self.before.value == ":":
            filler = "0"
        if self.is_behind_key:
            filler = ":0"
        closing = "".join(_CLOSING[self.tokens[index].value] for index in reversed(self.opened))
        size = len(self.text)
        return self._changed(
            "unclosed", size, size, filler + closing, (token.start_pos, token.end_pos),
            name=token.value, name_close=_CLOSING[token.value],
        )  # fmt: skip

    def _open_quote(self) -> Repair | None:
        bare = len(self.text.rstrip(" \t\n)]}")) if self.opened else len(self.text)
        if bare <= self.at:
            return None
        quote = self.text[self.at]
        return self._changed("quote", bare, bare, quote, (self.at, self.end), name=quote)

    def _closing(self) -> Repair | None:
        char, before = self.text[self.at], self.before
        if before is not None and self.opened:
            if before.value == ",":
                return self._changed("last_comma", before.start_pos, before.end_pos, "", name=char)
            if before.type in _SIGNS or before.value == ":":
                return self._changed("no_value", self.at, self.at, "0", name=char)
            if self.is_behind_key:
                return self._changed("colon", self.at, self.at, ":0", (before.start_pos, before.end_pos))
        if not self.opened:
            return self._changed("extra", self.at, self.end, "", name=char)
        opened = self.tokens[self.opened[-1]].value
        wanted = _CLOSING[opened]
        if wanted == char:
            return None
        place = (self.at, self.end)
        if any(_CLOSING[self.tokens[index].value] == char for index in self.opened):
            return self._closed_before(self.at)
        if self.text.find(wanted, self.end) >= 0:  # its own one comes later: `arr[0)]`
            return self._changed("extra", self.at, self.end, "", name=char)
        return self._changed(
            "mismatch", self.at, self.end, wanted, place, name=opened, name_close=char, name_meant=wanted
        )

    def _comma(self) -> Repair | None:
        before = self.before
        if before is None or not self.opened:
            return None
        if before.value == ",":
            return self._changed("two_commas", self.at, self.end, "")
        if before.type in _SIGNS or before.value == ":":
            return self._changed("no_value", self.at, self.at, "0", (self.at, self.end), name=",")
        if self.is_behind_key:
            return self._changed("colon", self.at, self.at, ":0", (before.start_pos, before.end_pos))
        if self.inside != "group" or len(self.opened) < 2:
            return None
        start, closing = self.tokens[self.opened[-1]].start_pos, self._own_closing()
        if closing < 0:
            return self._closed_before(self.at)
        inner = f"[{self.text[start + 1 : closing]}]"
        return self._changed("tuple", start, closing + 1, inner, (start, closing + 1))

    def _own_closing(self) -> int:
        """Where the innermost round bracket is closed, if all those around it are closed as well; else -1."""
        depth, found = 0, -1
        for match in _BRACKETS.finditer(self.text, self.end):
            depth += 1 if match[0] in "([{" else -1
            if depth == -1 and found < 0:
                found = match.start() if match[0] == ")" else len(self.text)
        return found if depth == -len(self.opened) and found < len(self.text) else -1

    def _closed_before(self, at: int) -> Repair:
        """The innermost bracket closed where the one around it goes on."""
        token = self.tokens[self.opened[-1]]
        closing = _CLOSING[token.value]
        place = (token.start_pos, token.end_pos)
        return self._changed("unclosed", at, at, closing, place, name=token.value, name_close=closing)

    def _colon(self) -> Repair | None:
        if self.before is None or not self.opened:
            return None
        if self.inside in ("array", "call") and len(self.opened) > 1 and self.tokens[-2].value == ",":
            is_nested = any(self.tokens[index].value == "{" for index in self.opened)
            return self._closed_before(self.tokens[-2].start_pos) if is_nested else None  # `{"a": [1, 2, "b": 3}`
        if self.inside != "index":
            return None
        left = "0" if self.before.type == "LSQB" else ""
        right = "0" if self.text[self.end :].lstrip().startswith("]") else ""
        return self._changed("slice", self.at, self.end, f"{left}+{right}", (self.at, self.end))

    def _semicolon(self) -> Repair | None:
        return self._changed("semicolon", self.at, self.end, ",") if self.opened else None

    # ------------------------------------------------------------ values side by side

    def _value(self) -> Repair | None:
        before = self.before
        if before is None:
            return None
        found = _WORD.match(self.text, self.at)
        word = found[0] if found else ""
        place = (self.at, self.end)
        if self.inside == "dictionary" and before.value in ("{", ",") and word:
            if not _KEY.match(self.text, self.at + len(word)):
                return None
            return self._changed("bare_key", *place, f'"{word}"', name=word)
        if before.type == "NAME" and before.value in ("not", "не"):
            return self._changed("denial", before.start_pos, self.at, "", name=before.value)
        if before.type == "NAME" and before.value in ("in", "for", "lambda"):
            return None
        if word == "if":
            return self._python_choice()
        if word == "for":
            closing = self.text.rfind("]" if self.inside == "array" else ")")
            after = self.text[self.at : max(closing, self.at)]
            if self.inside not in ("array", "call") or " in " not in after:
                return None
            return self._changed("loop", self.at, closing, "", place, name="for")
        if not ends_value(before):
            return None
        if self.is_glued and self.text[self.at] in QUOTES:
            return self._odd_quote(before)
        if before.type == "NAME" and before.value in self.functions and self.text.endswith(")") and not self.opened:
            return self._changed("unopened", before.end_pos, self.at, "(", place, name=before.value)
        if self.tokens[0].value == "if" and not self.opened:
            return self._spread_choice()
        if word in ("in", "is") and self.text[self.end : self.end + 1].isspace():
            kind, sign = ("inclusion", "+") if word == "in" else ("identity", "==")
            return self._changed(kind, *place, sign, name=word)
        if self.inside == "dictionary" and self.is_behind_key:
            return self._changed("colon", self.at, self.at, ":", (before.start_pos, self.end))
        if self.inside in ("call", "array", "dictionary"):
            return self._changed("comma", self.at, self.at, ",", place, name=self.shown)
        if self.is_glued:
            return None
        is_text = before.type == "TEXT" or self.text[self.at] in QUOTES
        return self._changed("join", self.at, self.at, "+", place) if is_text else None

    def _odd_quote(self, before: Token) -> Repair | None:
        """`f"…"`, `"it"s"`, `"a" + b"`; but `Rock'n'roll` is a word."""
        quote, place = self.text[self.at], (self.at, self.at + 1)
        earlier = self.tokens[-2] if len(self.tokens) > 1 else None
        is_open = Scanner(self.text).text_end(self.at) < 0
        if before.value in _QUOTE_PREFIXES and not is_open and (earlier is None or not ends_value(earlier)):
            return self._changed("prefix", before.start_pos, self.at, "", name=before.value)
        if before.type != "NAME" or quote != '"':
            return None
        if earlier is not None and earlier.type == "TEXT" and earlier.value == quote:
            return self._changed("odd_quote", earlier.end_pos - 1, earlier.end_pos, "", place, name=quote)
        start = before.start_pos
        return self._changed("odd_quote", start, start, quote, place, name=quote) if is_open else None

    def _spread_choice(self) -> Repair | None:
        found = _SPREAD_CHOICE.fullmatch(self.text) if len(self.text) <= MAX_CHOICE else None
        return None if found is None else self._choice(found[1], found[2], found[3], "if(…) … else …")

    def _bracket(self) -> Repair | None:
        """`not (a)`; an element that begins with a bracket behind another one."""
        before = self.before
        if before is None:
            return None
        if before.type == "NAME" and before.value in ("not", "не"):
            return self._changed("denial", before.start_pos, self.at, "", name=before.value)
        if self.text[self.at] == "{" and self.inside in ("call", "array", "dictionary") and ends_value(before):
            if self.is_behind_key:
                return self._changed("colon", self.at, self.at, ":", (before.start_pos, self.end))
            return self._changed("comma", self.at, self.at, ",", (self.at, self.end), name="{")
        return None

    def _python_choice(self) -> Repair | None:
        found = _PYTHON_CHOICE.fullmatch(self.text) if not self.opened and len(self.text) <= MAX_CHOICE else None
        return None if found is None else self._choice(found[2], found[1], found[3], "a if … else b")

    def _question(self) -> Repair | None:
        if self.opened:
            return None
        depth, place, scanner = 0, self.end, Scanner(self.text)
        while match := _CHOICE_PARTS.search(self.text, place):
            char, place = match[0], match.end()
            if char in QUOTES:
                closing = scanner.text_end(match.start()) if scanner.opens_text(match.start()) else -1
                place = max(place, closing + 1)
            elif char == ":" and depth == 0:
                parts = self.text[: self.at], self.text[self.end : match.start()], self.text[place:]
                if self.is_glued and len(self.tokens) == 1 and not _LITERAL.search(parts[1] + parts[2]):
                    return None  # `Хотите? Да: нет`
                return self._choice(*parts, "a ? b : c")
            else:
                depth += (char in "([{") - (char in ")]}")
        return None

    def _choice(self, condition: str, yes: str, no: str, name: str) -> Repair:
        fixed = f"if({condition.strip()}, {yes.strip()}, {no.strip()})"
        shown = fixed if len(fixed) <= 60 else "if(…)"
        return Repair("choice", fixed, self.at, self.end, {"name": name, "text_fixed": shown})

    # ------------------------------------------------------------ signs that other languages have

    def _equals(self) -> Repair | None:
        text, place = self.text, (self.at, self.end)
        wrong = text[self.at : self.end]
        if wrong == "=>" and self.is_behind_key:
            return self._changed("equals_in_dictionary", *place, ":")
        if wrong in ("=<", "=>", "===", "!=="):
            meant = wrong[::-1] if wrong in ("=<", "=>") else wrong[:2]
            return self._changed("order", *place, meant, name=wrong, name_meant=meant)
        if self.inside == "dictionary":
            return self._changed("equals_in_dictionary", *place, ":") if self.is_behind_key else None
        return self._changed("equals", *place, "==")

    def _dot(self) -> Repair | None:
        if self.text[self.end : self.end + 1].isdecimal() and not (self.is_glued and ends_value(self.tokens[-1])):
            return self._changed("fraction", self.at, self.at, "0", (self.at, self.at + 2))
        found = _DOTTED.match(self.text, self.at)
        before = self.before
        if found is None or before is None or not self.is_glued or not ends_value(before) or before.type == "HOLE":
            return None
        word, place = found[1], (self.at, found.end(1))
        if found[2] is None and before.type == "NAME" and word.casefold() in _FILES_AND_SITES:
            return None
        if found[2] is None:
            return self._changed("attribute", self.at, self.at + 1, "+", place, name=word)
        known = usual_functions(word, self.functions)
        if before.type == "NAME" and before.value in _MODULES:
            meant = f"{known[0] if known else word}(…)"
            place = (before.start_pos, found.end(1))
            return self._changed(
                "module", before.start_pos, self.at + 1, "", place, name=before.value, name_meant=meant
            )
        if not known and word not in METHODS and before.type == "NAME":
            return None  # `ya.ru(тест)`
        has_more = not self.text[found.end() :].lstrip().startswith(")")
        meant = f"{known[0] if known else word}({'x, …' if has_more else 'x'})"
        return self._changed("method", self.at, self.at + 1, "+", place, name=f"{word}(…)", name_meant=meant)

    def _bang(self) -> Repair | None:
        if self.text[self.at : self.end] == "!==":
            return self._equals()
        following = self.text[self.end : self.end + 1]
        if not (following.isalnum() or following == "("):
            return None  # `Спасибо!`
        return self._changed("denial", self.at, self.end, "", name="!")

    def _ampersand(self) -> Repair | None:
        meant = "and" if self.text[self.at] == "&" else "or"
        if meant == "and" and self.before is not None and self.before.type == "TEXT":
            return self._changed("join", self.at, self.end, "+")
        if self.is_glued and meant == "or" and not self.text[self.end : self.end + 1].isspace():
            return None  # `suggestions|0|data` is a path
        return self._changed("logic", self.at, self.end, f" {meant} ", name=self.text[self.at], name_meant=meant)

    def _sign(self) -> Repair | None:
        before = self.before
        ours = _FOREIGN_SIGNS.get(self.text[self.at])
        if ours is not None and before is not None:
            return self._changed("foreign_sign", self.at, self.end, ours, name=self.text[self.at], name_meant=ours)
        if before is None or before.type not in _SIGNS:
            return None
        pair = f"{self.text[before.start_pos : before.end_pos]}{self.text[self.at : self.end]}"
        place = (before.start_pos, self.end)
        if self.is_glued and pair in ("->", ">>", "<<"):
            return None  # arrows
        if self.is_glued and pair == "//":
            return self._changed("division", self.at, self.end, "", place)
        if self.is_glued and pair == "<>":
            return self._changed("order", before.start_pos, self.end, "!=", name=pair, name_meant="!=")
        return self._changed("two_signs", self.at, self.end, "", place)


_BY_CHARACTER: dict[str, Callable[[_Mender], Repair | None]] = {
    **dict.fromkeys(")]}", _Mender._closing), **dict.fromkeys("([{", _Mender._bracket),
    ",": _Mender._comma, ":": _Mender._colon, ";": _Mender._semicolon, "?": _Mender._question, "=": _Mender._equals,
    ".": _Mender._dot, "!": _Mender._bang, "&": _Mender._ampersand, "|": _Mender._ampersand,
}  # fmt: skip


__all__ = ["Repair", "Repaired", "repaired"]
