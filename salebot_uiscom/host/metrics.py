"""Figures of a host at work, as Prometheus reads them (text format 0.0.4).

What lies in the store (queues, calls without a known end) is asked at every reading; what happens is counted by this
process since its start.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ..store import Store
from .report import Report

PREFIX = "salebot_uiscom"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_HELP: Mapping[str, str] = {
    "requests": "Requests to receivers and the API of the host, by the first part of the path.",
    "notifications": "Notifications taken in: new, duplicate, unreadable.",
    "turns": "Turns run: finished or broken.",
    "errors": "Errors of bots by code.",
    "messages": "Messages of bots: delivered or refused.",
}
_GAUGES: Mapping[str, tuple[str, str]] = {
    "notifications_waiting": ("notifications_backlog", "Notifications not routed yet."),
    "events_waiting": ("events_backlog", "Events that wait for their turn."),
    "turns_running": ("turns_running", "Turns under way."),
    "plans_waiting": ("plans", "Planned transitions and messages."),
    "notifications_unmatched": ("notifications_unmatched", "Notifications without a client, kept."),
    "notifications_quarantined": ("notifications_quarantined", "Notifications nobody can read, kept."),
    "calls_begun": ("calls_begun", "Calls asked for, no answer yet."),
    "calls_unknown": ("calls_unknown", "Calls of which nobody knows whether they were made."),
}
_AGES: Mapping[str, tuple[str, str]] = {
    "oldest_notification_at": ("oldest_notification_seconds", "Age of the oldest notification not routed; 0: none."),
    "oldest_event_at": ("oldest_event_seconds", "Age of the oldest event that waits; 0: none."),
}

#: A counter: name and labels.
Figure = tuple[str, tuple[tuple[str, str], ...]]
#: More figures: name, labels, value.
Source = Callable[[], Iterator[tuple[str, Mapping[str, str], float]]]


def figure(name: str, **labels: str) -> Figure:
    return name, tuple(labels.items())


class Metrics:
    """Counters of this process, safe for threads, and the figures of its store.

    Args:
        more: further gauges, asked at every reading (`limit points` of a telephony).
    """

    def __init__(self, store: Store, clock: Callable[[], float], *, more: Source | None = None) -> None:
        self._store = store
        self._clock = clock
        self._more = more
        self._lock = threading.Lock()
        self._counts: Counter[Figure] = Counter()

    def count(self, name: str, **labels: str) -> None:
        self.add(figure(name, **labels))

    def add(self, counted: Figure) -> None:
        with self._lock:
            self._counts[counted] += 1

    def on_report(self, report: Report) -> None:
        """For `Worker(on_report=…)`."""
        self.count("turns", outcome="broken" if report.broken else "finished")
        for fault in report.faults:
            self.count("errors", code=fault.code)
        for sent in report.sent:
            self.count("messages", outcome="delivered" if sent.delivered else "refused")

    def text(self) -> str:
        """All figures.

        Raises:
            StoreError: the store cannot be read.
        """
        return "\n".join([*self._counters(), *self._gauges(), ""])

    def _counters(self) -> Iterator[str]:
        with self._lock:
            counted = list(self._counts.items())
        found: Counter[Figure] = Counter()
        for (kind, labels), value in counted:
            found[kind, tuple(sorted(labels))] += value
        counts = sorted(found.items())
        for name, text in _HELP.items():
            yield f"# HELP {PREFIX}_{name}_total {text}"
            yield f"# TYPE {PREFIX}_{name}_total counter"
            for (kind, labels), value in counts:
                if kind == name:
                    yield f"{PREFIX}_{name}_total{_labels(dict(labels))} {value}"

    def _gauges(self) -> Iterator[str]:
        figures, now = self._store.figures(), self._clock()
        for key, (name, text) in _GAUGES.items():
            yield from _gauge(name, text)
            yield f"{PREFIX}_{name} {figures[key] or 0}"
        for key, (name, text) in _AGES.items():
            since = figures[key]
            yield from _gauge(name, text)
            yield f"{PREFIX}_{name} {0 if since is None else max(0.0, now - since):.3f}"
        last = ""
        for name, labels, value in self._more() if self._more else ():
            if name != last:
                yield from _gauge(name, "Told by the telephony with its last answer.")
                last = name
            yield f"{PREFIX}_{name}{_labels(labels)} {value:g}"


def _gauge(name: str, text: str) -> Iterator[str]:
    yield f"# HELP {PREFIX}_{name} {text}"
    yield f"# TYPE {PREFIX}_{name} gauge"


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inner}}}" if inner else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
