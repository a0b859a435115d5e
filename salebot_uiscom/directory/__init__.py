"""Names instead of numbers: employees, scenarios, numbers, sites and campaigns of the account, found by a part.

with UisClient(settings) as uis:
    found = uis.run(look_up(uis.uis, KINDS["employees"], "иванов", Cache(default_path())))
"""

from __future__ import annotations

from .cache import Cache, default_path
from .kinds import KINDS, Kind
from .lookup import Found, look_up, matches

__all__ = ["KINDS", "Cache", "Found", "Kind", "default_path", "look_up", "matches"]
