"""Events that events bring about: callbacks between clients must come to an end.

Inside one dialog the engine counts transitions (host.md 6, step 9). Over dialogs every event knows the one it stems
from, and only so many events of a client may stem from one: two bots that call each other back for ever stop there,
while a message that is passed on to thousands of clients, each once, reaches them all.
"""

from __future__ import annotations

from ..effects import Steps
from .asking import on_store

MOST_STEMMING = 100


def may_follow(root: int | None, client_id: int, waiting: int = 0) -> Steps[bool]:
    """May one more event of a client stem from `root`? `waiting`: those not stored yet."""
    if root is None:
        return True
    known = yield from on_store(lambda store: store.count_stemming(root, client_id))
    return known + waiting < MOST_STEMMING
