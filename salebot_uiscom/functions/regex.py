"""Regular expressions and similarity of texts (reference: functions-core.md 5)."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Annotated, Any

import regex

from .. import values
from ..budget import pattern_time, spend_pattern_time
from ..errors import Fault
from .patterns import Examined, examine
from .registry import Text, Value, function
from .sizes import check_length
from .subsequence import common_characters, common_ends, common_subsequence

PAGE = "kalkulyator/dlya-raboty-s-regulyarnymi-vyrazheniyami"

SECONDS = 5.0  # one search (doc)
MAX_COST = 100_000  # units of `examine`: at most 50 MB and a second to compile
CHEAP = 2_000  # characters, and units, up to which an expression is kept compiled: at most 1 MB each
MAX_CAPTURES = 3_000_000  # characters of text times groups: the engine remembers every capture, 90 bytes each
MAX_TABLE = 400_000_000  # product of two lengths in `similar`: a quarter of a second

SIMILAR_PERCENT = 70

MaybeWhole = Annotated[int | None, values.to_whole]


@function(page=PAGE)
def findall(reg: Text, str: Text, index: MaybeWhole = None) -> Value:
    r"""Все совпадения с регулярным выражением; с `index` — одно из них, счёт с нуля.

    Выражения пишутся как в Python, большие и маленькие буквы различаются. Если в выражении одна группа в скобках,
    возвращается её текст, если несколько — массив их текстов, если ни одной — всё совпадение. Отрицательный `index`
    отсчитывается с конца. Когда совпадений нет, получится пустой массив, с `index` — None.

    Примеры:
        findall('.ru\/(.+)\/', 'https://payform.ru/ab252acn/', 0)  # ab252acn
        findall('\d+', 'a1 b22 c333')  # ["1","22","333"]
        findall('(\w)=(\d)', 'a=1, b=2')  # [["a","1"],["b","2"]]
        findall('\d+', 'a1 b22 c333', -1)  # 333
        findall('\d+', 'abc')  # []
        findall('\d+', 'abc', 0)  # None
        findall('(', 'abc')  # ошибка value
    Ошибки:
        value — выражение написано с ошибкой; type — index не целое число; timeout — поиск длился дольше 5 секунд;
        limit — выражение или результат слишком велики.
    English:
        All matches of a regular expression as an array, or the one at `index`. Syntax of Python's `re`; one group gives
        its text, several give arrays.
    """
    pattern = _compiled(reg)
    if len(str) * pattern.groups > MAX_CAPTURES:
        raise Fault("SB405", text_what="findall")
    found = _matches(pattern, str, index)
    if index is None:
        return found
    return found[index] if -len(found) <= index < len(found) else None


def _matches(pattern: Any, text: str, last: int | None) -> list[Value]:
    """Matches of a compiled expression in the form of `re.findall`, up to number `last` where that is enough."""
    found: list[Value] = []
    size = 0
    started = time.monotonic()
    left, is_late = pattern_time()
    allowed = min(SECONDS, left)
    deadline = started + allowed
    try:
        for match in pattern.finditer(text, timeout=allowed):
            item = match.groups("") if pattern.groups else (match[0],)
            size += 1 + sum(map(len, item))
            check_length(size)
            found.append(list(item) if len(item) > 1 else item[0])
            # The engine's own limit counts long searches, not many short ones.
            if time.monotonic() > deadline:
                raise TimeoutError
            if last is not None and 0 <= last < len(found):
                break
    except TimeoutError:
        raise Fault("SB407" if is_late else "SB404", limit=max(1, round(allowed))) from None
    except MemoryError:
        raise Fault("SB405", text_what="findall") from None
    finally:
        spend_pattern_time(time.monotonic() - started, allowed)
    return found


def _compiled(pattern: str) -> Any:
    if len(pattern) > CHEAP:
        return _compile(examine(pattern, MAX_COST))
    examined = _examined(pattern)
    return _kept(examined) if examined.cost <= CHEAP else _compile(examined)


@lru_cache(maxsize=256)
def _examined(pattern: str) -> Examined:
    return examine(pattern, MAX_COST)


def _compile(examined: Examined) -> Any:
    pattern = examined.pattern
    if examined.cost > MAX_COST:
        raise Fault("SB405", text_what="findall")
    if examined.recursive:
        raise Fault("SB318", got=pattern, text_reason="unknown extension")
    try:
        return regex.compile(pattern, regex.V0, cache_pattern=False)
    except regex.error as error:
        raise Fault("SB318", got=pattern, text_reason=error.msg) from None
    except (RecursionError, OverflowError, MemoryError, ValueError, IndexError, KeyError) as error:
        raise Fault("SB318", got=pattern, text_reason=type(error).__name__) from None


_kept = lru_cache(maxsize=256)(_compile)


@function(page=PAGE)
def similar(str1: Text, str2: Text) -> bool:
    """Похожи ли два текста: отличаются меньше чем на 30 %.

    Считается доля общих букв, стоящих в одном порядке. Большие и маленькие буквы, пробелы в начале и в конце не важны.

    Примеры:
        similar("привет", "привед")  # True
        similar("привет", "првед")  # True
        similar("привет", "пока")  # False
        similar(" ПРИВЕТ", "привет ")  # True
    Ошибки:
        limit — тексты слишком велики (больше 20 000 символов каждый).
    English:
        True if the texts differ by less than 30 %: twice the longest common subsequence against the sum of the lengths.
    """
    left, right = str1.strip().casefold(), str2.strip().casefold()
    total = len(left) + len(right)
    if left == right:
        return True
    start, end = common_ends(left, right)
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    shared = start + end
    if _enough(shared, total):
        return True
    if not _enough(shared + min(len(left), len(right)), total):
        return False
    if not _enough(shared + common_characters(left, right), total):
        return False
    if len(left) * len(right) > MAX_TABLE:
        raise Fault("SB405", text_what="similar")
    return _enough(shared + common_subsequence(left, right), total)


def _enough(common: int, total: int) -> bool:
    """Is 2 · common / total above the threshold?"""
    return 200 * common > SIMILAR_PERCENT * total
