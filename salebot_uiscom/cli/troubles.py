"""Faults of the store in the language of the run, each with its way out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..messages import language, message_of

if TYPE_CHECKING:
    from ..store import StoreError

#: What the store says, for programmers, and the code for people; `name` is what the text names.
_KNOWN = (
    (r"the folder (?P<name>.+) does not exist", "SB802"),
    (r"cannot open (?P<name>.+) \(.*(?:file is not a database|Is a directory)", "SB803"),
    (r"belongs to another program \(it has a table '(?P<name>.+)'\)", "SB804"),
    (r"written by a newer release \(it has (?P<name>.+)\)", "SB805"),
    (r"no store for (?P<name>.+) addresses", "SB806"),
    (r"disk is full|No space left", "SB807"),
    (r"readonly database|Permission denied|Read-only file system", "SB808"),
    (r"malformed|file is not a database", "SB809"),
)


def told_store(error: StoreError) -> str:
    """What is wrong and what to do, in one line."""
    from ..store import ClaimLost, StoreBusy, StoreRefused

    data = {"text": str(error)}
    if isinstance(error, StoreBusy):
        code = "SB801"
    elif isinstance(error, StoreRefused):
        code = "SB811"
    elif isinstance(error, ClaimLost):
        code = "SB812"
    else:
        code = "SB810"
        for pattern, known in _KNOWN:
            if found := re.search(pattern, str(error)):
                code, data = known, found.groupdict()
                break
    message = message_of(code)
    return f"{message.text(language(), data)}; {message.hint(language(), data)}"
