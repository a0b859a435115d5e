"""Places for connections, each with a time: who sends slowly loses his, requests at work keep theirs."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from http import HTTPStatus

log = logging.getLogger("salebot_uiscom.host")

HEAD_S = 10.0  # for a head, from the moment its connection was taken
REQUEST_S = 30.0  # for head and body together
LINGER_S = 2.0  # for what still comes after an answer
PLACE_S = 5.0  # how long a connection waits for a place when all are taken
FAIR_S = 1.0  # so long nobody is sent away for another one or for the end: what he has sent may not be read yet
CLOSE_S = 30.0  # for the requests at work when the server ends
STEP_S = 0.05  # between two looks at the clock


class _Place:
    """What a connection may still take; `until` in monotonic seconds, None while its request is at work."""

    __slots__ = ("answered", "began", "cut", "until", "wire")

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire
        self.began = time.monotonic()
        self.until: float | None = self.began + HEAD_S
        self.answered = False
        self.cut = False


class Places:
    """The open connections. One that is past its time is shut down from here, whatever its thread waits for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._taken: dict[socket.socket, _Place] = {}
        self._refusing = False

    def enter(self, wire: socket.socket) -> bool:
        """Take a place, that of the slowest sender if there is no other. False = everybody is at work."""
        until = time.monotonic() + PLACE_S
        with self._changed:
            while len(self._taken) >= self._most:
                if self._refusing or time.monotonic() >= until:
                    return False
                slow = self._slow()
                if slow and not any(place.cut for place in self._taken.values()):
                    self._cut(slow[0])
                self._changed.wait(STEP_S)
            self._taken[wire] = _Place(wire)
        return True

    def leave(self, wire: socket.socket) -> None:
        with self._changed:
            del self._taken[wire]
            self._changed.notify_all()

    def head_read(self, wire: socket.socket) -> None:
        """The body may take the rest of the time.

        Raises:
            ConnectionAbortedError: there is no time left; what was read may be a part.
        """
        with self._changed:
            place = self._uncut(wire)
            place.until = place.began + REQUEST_S

    def request_read(self, wire: socket.socket) -> None:
        """From now on nothing is cut off; raises as `head_read`."""
        with self._changed:
            self._uncut(wire).until = None

    def answered(self, wire: socket.socket) -> None:
        with self._changed:
            place = self._uncut(wire)
            place.answered, place.until = True, time.monotonic() + LINGER_S

    def done(self, wire: socket.socket) -> None:
        """The socket is about to be closed and may soon be another one's."""
        with self._changed:
            self._taken[wire].until = None

    def cut_late(self) -> None:
        now = time.monotonic()
        with self._changed:
            for place in self._taken.values():
                if place.until is not None and place.until <= now:
                    self._cut(place)

    def refuse(self) -> None:
        """Nobody waits for a place any more."""
        with self._changed:
            self._refusing = True
            self._changed.notify_all()

    def empty(self) -> None:
        """Send those away who are still sending and wait for the others."""
        until = time.monotonic() + CLOSE_S
        with self._changed:
            while self._taken and time.monotonic() < until:
                for place in self._slow():
                    self._cut(place)
                self._changed.wait(STEP_S)
            if self._taken:
                log.error("the server has ended, %d requests are still at work", len(self._taken))

    def _slow(self) -> list[_Place]:
        """Those who have had their fair time and are not at work, longest first."""
        fair = time.monotonic() - FAIR_S
        return [place for place in self._taken.values() if place.until is not None and place.began <= fair]

    def _uncut(self, wire: socket.socket) -> _Place:
        place = self._taken[wire]
        if place.cut:
            raise ConnectionAbortedError
        return place

    @staticmethod
    def _cut(place: _Place) -> None:
        place.cut, place.until = True, None
        if not place.answered:
            with suppress(OSError):
                place.wire.sendall(refusal(HTTPStatus.REQUEST_TIMEOUT))  # the first bytes: they never wait
        with suppress(OSError):
            place.wire.shutdown(socket.SHUT_RDWR)


def refusal(status: HTTPStatus) -> bytes:
    """A whole answer, for somebody whose request was not read."""
    head = (
        f"HTTP/1.0 {status.value} {status.phrase}\r\nContent-Length: 0\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii")
