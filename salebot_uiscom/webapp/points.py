"""Points of the UIS account that are left, as UIS told them last: for `Metrics(more=…)`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..uis import UisState


def points_left(state: UisState) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """`uis_points_remaining{account, api, per}`; nothing before the first answer. Keys are not shown: accounts have
    numbers."""
    told = dict(state.points)
    accounts = {key: str(number) for number, key in enumerate(sorted({key for key, _ in told}), 1)}
    for (key, api), points in sorted(told.items()):
        for per, left in (("day", points.limits.day_remaining), ("minute", points.limits.minute_remaining)):
            if left is not None:
                yield "uis_points_remaining", {"account": accounts[key], "api": api, "per": per}, float(left)
