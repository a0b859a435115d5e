"""Threads that carry what nothing else bounds in time: a look-up of a name, a request through a foreign transport."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Threads:
    """Threads are kept for the next work: starting one costs more than all else of a request.

    One that was given up finishes alone and comes back then. All are daemons: none holds up the end of the program.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        self._idle: list[SimpleQueue[tuple[Callable[[], None], threading.Lock]]] = []

    def run(self, work: Callable[[], None], timeout_s: float) -> bool:
        """Carry out `work`, which raises nothing. False: not done within the time; it may still be at it."""
        if self._process != os.getpid():  # a fork takes no threads along
            self._process, self._idle = os.getpid(), []
        try:
            jobs = self._idle.pop()
        except IndexError:
            jobs = SimpleQueue()
            threading.Thread(
                target=self._serve, args=(jobs, self._idle), name="salebot-uiscom-http", daemon=True
            ).start()
        done = threading.Lock()
        done.acquire()
        jobs.put((work, done))
        return done.acquire(timeout=timeout_s)

    def _serve(self, jobs: SimpleQueue[Any], idle: list[Any]) -> None:
        while True:
            work, done = jobs.get()
            work()
            idle.append(jobs)
            done.release()
            del work, done  # an idle thread must not keep a request and its key


threads = Threads()
