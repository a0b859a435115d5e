"""Functions by a word of somebody who does not know their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..functions import reference

if TYPE_CHECKING:
    from ..functions.registry import Function

_SHORTEST_STEM = 3
_ENDINGS = "аеёийоуыьэюя"
_LATIN = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch - y - e yu ya").split(), strict=True)
)  # fmt: skip


def found_by(functions: Iterable[Function], word: str) -> list[Function]:
    """Those with the word in their name; if there are none, in their description, Russian or English.

    A Russian word is found with other endings, too: `дата` in «даты», `массив` in «массива».
    """
    functions, word = list(functions), word.casefold().strip()
    named = [one for one in functions if any(word in name.casefold() for name in (one.name, *one.aliases))]
    if named or not word:
        return named
    stems = [_stem(part) for part in word.split()]
    return [one for one in functions if all(stem in _description(one) for stem in stems)]


def in_latin(word: str) -> str:
    """`раунд` → `raund`: near enough to `round` to be found among names."""
    return "".join(_LATIN.get(char, char) for char in word.casefold()).replace("-", "")


def _stem(word: str) -> str:
    while len(word) > _SHORTEST_STEM and word[-1] in _ENDINGS:
        word = word[:-1]
    return word


def _description(function: Function) -> str:
    entry = reference.entry_of(function)
    return " ".join((entry.summary, *entry.text, entry.english)).casefold()
