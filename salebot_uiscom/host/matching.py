"""Does a message match a condition? Match types, minus strings, similarity (reference: host.md 5)."""

from __future__ import annotations

from functools import lru_cache

import regex

FUZZY, KEYWORDS, EXACT, REGEX, MEANING = "fuzzy", "keywords", "exact", "regex", "meaning"
MATCH_TYPES = (FUZZY, KEYWORDS, EXACT, REGEX, MEANING)

SIMILAR_ABOVE = 0.7
REGEX_LIMIT_S = 0.1

_NOTHING = regex.compile(r"#\{\s*none\s*\}")


def alternatives(condition: str, match: str = FUZZY) -> list[str]:
    """Parts of a condition between `;`, empty ones left out. Regular expressions keep their outer spaces."""
    parts = condition.split(";")
    if match == REGEX:
        return [part for part in parts if part.strip()]
    return [stripped for part in parts if (stripped := part.strip())]


def is_empty(condition: str) -> bool:
    """A condition without any alternative matches every message."""
    return not alternatives(condition)


def is_for_any(condition: str) -> bool:
    """Does a condition, as the author wrote it, stand for any message? `#{none}` is his word for nothing (host.md 4)."""
    return is_empty(_NOTHING.sub("", condition))


def matches(condition: str, message: str, match: str) -> bool:
    """Does one alternative of the condition (interpolated already) match? An empty condition always does."""
    parts = alternatives(condition, match)
    if not parts:
        return True
    return any(_matches_one(part, message, match) for part in parts)


def forbids(minus: str, message: str, match: str) -> bool:
    """Do minus strings (interpolated already) refuse the message?

    Minus strings that are the message itself always refuse it: authors write `#{question}` there against every message,
    whatever signs it is made of.
    """
    parts = alternatives(minus, match)
    return minus.strip() == message.strip() or any(_matches_one(part, message, match) for part in parts)


def _matches_one(part: str, message: str, match: str) -> bool:
    if match == FUZZY:
        return is_similar(part, message)
    if match == EXACT:
        return part.casefold() == message.strip().casefold()
    if match == KEYWORDS:
        return _has_keywords(part, message)
    if match == REGEX:
        return _found(part, message)
    return False


# ---------------------------------------------------------------- similarity


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def similarity(left: str, right: str) -> float:
    """`2·LCS / (length + length)` of lower-cased texts, white space collapsed, `ё` = `е`; 1.0 for two empty ones."""
    left, right = _plain(left), _plain(right)
    total = len(left) + len(right)
    return 2 * _common_length(left, right) / total if total else 1.0


def is_similar(left: str, right: str) -> bool:
    """`similarity` above 70 %. Texts of very different length are told apart without comparing them."""
    left, right = _plain(left), _plain(right)
    if 2 * min(len(left), len(right)) <= SIMILAR_ABOVE * (len(left) + len(right)):
        return False
    return similarity(left, right) > SIMILAR_ABOVE


def _common_length(left: str, right: str) -> int:
    """Length of the longest common subsequence, a row of the table per machine-long integer (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for index, char in enumerate(left):
        places[char] = places.get(char, 0) | 1 << index
    full = (1 << len(left)) - 1
    row = full
    for char in right:
        hits = row & places.get(char, 0)
        row = (row + hits | row - hits) & full
    return len(left) - row.bit_count()


# ---------------------------------------------------------------- keywords


def _has_keywords(part: str, message: str) -> bool:
    lowered = message.lower()
    return all(any(all(word in lowered for word in option) for option in group) for group in _groups(part.lower()))


@lru_cache(maxsize=4096)
def _groups(part: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Tokens of one alternative: each is a tuple of options, each option a tuple of words that must all occur."""
    if part.count("(") != part.count(")") or not _balanced(part):
        return tuple(((word,),) for word in part.split())
    groups: list[tuple[tuple[str, ...], ...]] = []
    rest = part
    while rest:
        before, bracket, after = rest.partition("(")
        groups += [((word,),) for word in before.split()]
        if not bracket:
            break
        inside, _, rest = after.partition(")")
        options = tuple(tuple(option.split()) for option in inside.split("|") if option.split())
        if options:
            groups.append(options)
    return tuple(groups)


def _balanced(part: str) -> bool:
    """Brackets come in pairs and are not nested."""
    depth = 0
    for char in part:
        depth += (char == "(") - (char == ")")
        if depth not in (0, 1):
            return False
    return depth == 0


# ---------------------------------------------------------------- regular expressions


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    try:
        # VERSION0 keeps to the syntax of the standard module `re`.
        return regex.compile(pattern, regex.VERSION0)
    except (regex.error, RecursionError, OverflowError):
        return None


def is_valid_regex(pattern: str) -> bool:
    return _compiled(pattern) is not None


def _found(pattern: str, message: str) -> bool:
    """Case-sensitive search; a broken pattern and one that takes longer than 100 ms do not match."""
    compiled = _compiled(pattern)
    if compiled is None:
        return False
    try:
        return compiled.search(message, timeout=REGEX_LIMIT_S) is not None
    except TimeoutError:
        return False
