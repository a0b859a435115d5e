"""What the tests of the UIS client share: canned answers, a clock that tests move, both drivers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from salebot_uiscom.effects import Steps, adrive, drive
from salebot_uiscom.http import HttpTransport
from salebot_uiscom.uis import Uis, UisSettings, UisState

FIXTURES = Path(__file__).parent.parent / "fixtures" / "uis"
KEY = "test-key-0001"
LIMITS = {
    "day_limit": 750,
    "day_remaining": 741,
    "day_reset": 31492,
    "minute_limit": 150,
    "minute_remaining": 149,
    "minute_reset": 52,
}
CALL = {"virtual_phone_number": "78001002752", "contact": "79004443322", "employee": 2339292}

Reply = Callable[[dict[str, Any]], httpx.Response] | httpx.Response | Exception | dict[str, Any]


def fixture(path: str) -> Any:
    return json.loads((FIXTURES / path).read_text("utf-8-sig"))


def index(*kinds: str) -> list[dict[str, Any]]:
    return [entry for entry in fixture("index.json") if entry["kind"] in kinds]


def success(data: Any, **metadata: Any) -> dict[str, Any]:
    return {"result": {"data": data, "metadata": {"limits": LIMITS, **metadata}}}


def failure(mnemonic: str, code: int = -32602, **data: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": mnemonic, "data": {"mnemonic": mnemonic, **data}}}


STARTED = success({"call_session_id": 237859081})


class Overrun(BaseException):
    """More requests than the test foresees; no handler of faults may swallow it."""


class Bench:
    """Drives steps over `httpx.MockTransport` with answers in order; keeps requests and waits.

    `Wait` moves the clock instead of sleeping. A body without `id` gets the id of its request.
    """

    def __init__(self, *replies: Reply, mode: str = "sync", state: UisState | None = None, **settings: Any) -> None:
        self.replies = list(replies)
        self.mode = mode
        self.now = 1_729_602_000.0
        self.requests: list[dict[str, Any]] = []
        self.urls: list[str] = []
        self.headers: list[httpx.Headers] = []
        self.waits: list[float] = []
        if "login" not in settings:
            settings.setdefault("access_token", KEY)
        self.uis = Uis(UisSettings(**settings), state, clock=lambda: self.now)

    @property
    def methods(self) -> list[str]:
        return [request["method"] for request in self.requests]

    def run(self, steps: Steps[Any]) -> Any:
        if self.mode == "sync":
            with HttpTransport(httpx.MockTransport(self.answer), sleep=self.sleep) as transport:
                return drive(steps, transport.handlers())
        return asyncio.run(self._run(steps))

    async def _run(self, steps: Steps[Any]) -> Any:
        async with HttpTransport(httpx.MockTransport(self.answer), async_sleep=self.asleep) as transport:
            return await adrive(steps, transport.async_handlers())

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.requests.append(body)
        self.urls.append(str(request.url))
        self.headers.append(request.headers)
        if not self.replies:
            raise Overrun(f"no answer is left for {body['method']}")
        reply = self.replies.pop(0)
        if callable(reply):
            reply = reply(body)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            # A response can be read once; canned ones serve both drivers.
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": body["id"], **reply})
