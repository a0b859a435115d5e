"""Reading a list of UIS page by page until it really ends (uis-api.md 6)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..effects import Steps
from ..messages import language, message_of
from .account import Account, is_rows

log = logging.getLogger("salebot_uiscom.uis")

LAST_OFFSET = 100_000


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader of a list should know; `code` is one of `salebot_uiscom.messages`."""

    code: str
    data: Mapping[str, Any]

    def text(self, lang: str = "ru") -> str:
        return message_of(self.code).text(lang, self.data)

    def __str__(self) -> str:
        return self.text(language())


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of a list without doubles, in the order received.

    `total_items` is what UIS counted (None: not told); `complete` is False when rows may be missing, `notices` say why.
    """

    rows: tuple[dict[str, Any], ...]
    total_items: int | None
    complete: bool
    notices: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


def read_all(account: Account, method: str, params: Mapping[str, Any]) -> Steps[Listing]:
    """Every row that the filter of `params` shows.

    Adds the number of rows received to the offset; ends when it reaches `total_items`, at an empty page, or where
    UIS shows no more. A page shorter than asked for is the end only when no total is told.
    """
    size = params.get("limit") or account.settings.page_size
    offset = params.get("offset") or 0
    rows: list[dict[str, Any]] = []
    seen: set[Any] = set()
    doubles = 0
    total: int | None = None
    notices: list[Notice] = []
    complete = True
    while True:
        answer = yield from account.request("data", method, {**params, "limit": size, "offset": offset}, shape=is_rows)
        page: list[dict[str, Any]] = answer.data or []
        # The last count is the best one: rows come and go while we read.
        total = answer.total_items if answer.total_items is not None else total
        for row in page:
            identity = row.get("id")
            if identity is not None and identity in seen:
                doubles += 1
                continue
            seen.add(identity)
            rows.append(row)
        offset += len(page)
        if not page:
            if total is not None and offset < total:
                complete = False
                notices.append(Notice("UI160", {"name_method": method, "offset": offset, "total": total}))
            break
        if total is None and len(page) < size:
            break
        if total is not None and offset >= total:
            break
        if offset > LAST_OFFSET:
            complete = False
            notices.append(Notice("UI161", {"name_method": method, "offset": offset, "total": total}))
            break
    if doubles:
        # Where a row came twice, another one may have slipped through.
        complete = False
        notices.append(Notice("UI162", {"name_method": method, "count": doubles}))
    for notice in notices:
        log.warning("%s", notice)
    return Listing(tuple(rows), total, complete, tuple(notices))
