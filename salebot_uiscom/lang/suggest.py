"""«Did you mean»: the known names nearest to one that is unknown.

Bot authors type names in two alphabets on two keyboard layouts, so a wrong name is compared as it would be meant:
letter case and `_` aside, Cyrillic letters that look Latin read as Latin, and the same keys pressed in the other
layout (`кщгтв` is `round`).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

MAX_SHOWN = 3
MAX_LENGTH = 60  # longer names are not compared letter by letter

_LOOKS = str.maketrans("авекмнорстухіјѕԁԛԝүһ", "abekmhopctyxijsdqwyh")
_LATIN_LOOKS = str.maketrans("abekmhopctyxABEKMHOPCTYX", "авекмнорстухАВЕКМНОРСТУХ")
_KEYS_EN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_KEYS_RU = "йцукенгшщзхъфывапролджэячсмитьбюё"
_BOTH = {"LATIN", "CYRILLIC"}
_TO_LATIN = str.maketrans(_KEYS_RU, _KEYS_EN)
_TO_CYRILLIC = str.maketrans(_KEYS_EN, _KEYS_RU)


_SOUNDS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a b v g d e e zh z i i k l m n o p r s t u f h c ch sh sch  y  e yu ya").split(" "),
        strict=True,
    )
)
_TRANSLATED = {
    "если": "if", "округлить": "round", "округл": "round", "длина": "len", "длстр": "len", "заменить": "replace",
    "содержит": "contains", "случайное": "random", "целое": "int", "модуль": "abs", "корень": "sqrt", "макс": "max",
    "сцепить": "concat", "сумма": "sum_array", "есть_ключ": "exist_key", "позвонить": "uiscom_employee_call",
}  # fmt: skip


def meant_function(name: str, functions: Iterable[str]) -> str:
    """The function that a Russian word stands for: a translation, or its sound in Cyrillic letters (`раунд`); or ""."""
    lowered = name.casefold()
    known = list(functions)
    if _TRANSLATED.get(lowered) in known:
        return _TRANSLATED[lowered]
    if len(lowered) < 3 or any(char not in _SOUNDS for char in lowered):
        return ""
    sound = "".join(_SOUNDS[char] for char in lowered)
    if sound in known:
        return sound
    near = [other for other in nearest(sound, known) if other[:1] == sound[:1] and abs(len(other) - len(sound)) < 2]
    return near[0] if near else ""


def nearest(name: str, candidates: Iterable[str]) -> list[str]:
    """Up to three candidates that the author may have meant, likeliest first; never the name itself."""
    if not name or len(name) > MAX_LENGTH:
        return []
    meant = _folded(name)
    typed = {_squeezed(name.casefold().translate(_TO_LATIN)), _folded(name.casefold().translate(_TO_CYRILLIC))} - {
        meant
    }
    allowed = 0 if len(meant) < 3 else 1 if len(meant) < 6 else 2 if len(meant) < 9 else 3
    letters = Counter(meant)
    ranked: list[tuple[float, int, str]] = []
    for candidate in dict.fromkeys(candidates):
        if candidate == name:
            continue
        distance = _rank(meant, letters, typed, allowed, _folded(candidate))
        if distance is not None:
            ranked.append((distance, abs(len(candidate) - len(name)), candidate))
    ranked.sort()
    return [candidate for distance, _, candidate in ranked if distance <= ranked[0][0] + 1][:MAX_SHOWN]


def spelling_key(name: str) -> str:
    """Equal for names that read the same: letter case, `_` and letters that look alike aside."""
    return _folded(name)


def same_but_for_spelling(name: str, other: str) -> bool:
    """Do two different names read the same: letter case, `_` and letters that look alike aside?"""
    return name != other and _folded(name) == _folded(other)


def typed_wrong(name: str, other: str) -> bool:
    """Is `name` the other one with look-alike letters, another letter case or `_`, or in the wrong keyboard layout?"""
    lowered = name.casefold()
    return same_but_for_spelling(name, other) or _folded(other) in (
        _squeezed(lowered.translate(_TO_LATIN)),
        _folded(lowered.translate(_TO_CYRILLIC)),
    )


def is_mixed(word: str) -> bool:
    """Does a word hide a letter of the other alphabet, as `сlient` with a Cyrillic `с`?

    Parts between `_` are words of their own; honest mixtures (`QRкод`) have letters that look like nothing else.
    """
    return any(_alphabets(part) >= _BOTH and _could_be_one(part) for part in word.split("_"))


def _could_be_one(part: str) -> bool:
    latin, cyrillic = part.casefold().translate(_LOOKS), part.translate(_LATIN_LOOKS)
    return "CYRILLIC" not in _alphabets(latin) or "LATIN" not in _alphabets(cyrillic)


def _alphabets(part: str) -> set[str]:
    return {_alphabet(char) for char in part if char.isalpha()}


def _rank(meant: str, letters: Counter[str], typed: set[str], allowed: int, folded: str) -> float | None:
    if folded == meant:
        return 0
    if folded in typed:
        return 0.5
    shorter, longer = sorted((len(meant), len(folded)))
    if longer - shorter <= allowed:
        found = _distance(meant, letters, folded, allowed)
        if found is not None:
            return found
    if shorter >= 5 and (folded.endswith(meant) or folded.startswith(meant)):
        return 3.5  # a part of the name was left out: employee_call
    return None


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return _squeezed(unicodedata.normalize("NFC", name).casefold().translate(_LOOKS))


def _squeezed(name: str) -> str:
    return name.replace("_", "").replace(" ", "")


@lru_cache(maxsize=512)
def _alphabet(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _distance(left: str, letters: Counter[str], right: str, allowed: int) -> int | None:
    """Insertions, deletions, replacements and swaps of neighbours between two words; None over `allowed`."""
    if sum((letters - Counter(right)).values()) > allowed:  # cheaper than the table, and true of most pairs
        return None
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, char in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (char != other))
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > allowed:
            return None
        before, last = last, current
    return last[-1] if last[-1] <= allowed else None
