"""A set-up that is healthy, and a way to break it: simulator of UIS, an address for notifications, a machine."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import httpx

from salebot_uiscom.doctor import Finding, Options, Reference, References, diagnose
from salebot_uiscom.doctor.bodies import body_for
from salebot_uiscom.doctor.environment import Environment
from salebot_uiscom.effects import adrive, drive
from salebot_uiscom.http import HttpTransport
from salebot_uiscom.simulator import Simulator, SimulatorTransport
from salebot_uiscom.uis import UisSettings

KEY = "KEY"
WEBHOOK = "https://bot.test.ru/uiscom_webhook/hook"


class Setup:
    """Everything the doctor looks at; healthy until a test changes a part of it."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.account = self.simulator.account
        self.settings: UisSettings | None = UisSettings(access_token=KEY)
        self.options = Options(
            references=References(
                (Reference("78001002752", "bot.toml: block 1"),),
                (Reference("2339292", "bot.toml: block 1"), Reference(2339293, "bot.toml: employee a")),
                (Reference("328746", "bot.toml: block 2"),),
            ),
            receiver_url=WEBHOOK,
            receiver_keys=("hook",),
            template=body_for("call_finished"),
            event="call_finished",
            uis_timezone="Europe/Moscow",
            environment=Environment((3, 12, 1), (3, 51, 3), {"httpx": ("0.28.1", "0.27")}),
        )
        self.skew_s = 0.0
        self.receiver: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(405)
        self.edit: Callable[[str, dict[str, Any]], None] = lambda method, answer: None
        self.failures: dict[str, Exception] = {}  # host → what happens instead of an answer
        self._inner = SimulatorTransport(self.simulator)
        self.others: list[str] = []

    def change(self, **options: Any) -> None:
        self.options = replace(self.options, **options)

    @property
    def now(self) -> float:
        return self.simulator.now.timestamp()

    def answer(self, request: httpx.Request) -> httpx.Response:
        failure = self.failures.get(request.url.host)
        if failure is not None:
            raise failure
        if not request.url.host.startswith(("callapi", "dataapi")):
            self.others.append(f"{request.method} {request.url}")
            return self.receiver(request)
        response = self._inner.handle_request(request)
        content = response.read()
        if response.headers["content-type"].startswith("application/json") and content:
            body = json.loads(content)
            self.edit(json.loads(request.content)["method"], body)
            content = json.dumps(body).encode()
        headers = {"content-type": response.headers["content-type"], "date": formatdate(self.now + self.skew_s)}
        return httpx.Response(response.status_code, headers=headers, content=content)

    def diagnose(self, mode: str = "sync") -> list[Finding]:
        steps = diagnose(self.settings, self.options, clock=lambda: self.now)
        if mode == "async":
            return asyncio.run(self._adiagnose(steps))
        with HttpTransport(httpx.MockTransport(self.answer), sleep=self.simulator.advance) as transport:
            return drive(steps, transport.handlers())

    async def _adiagnose(self, steps: Any) -> list[Finding]:
        async def sleep(seconds: float) -> None:
            self.simulator.advance(seconds)

        async with HttpTransport(httpx.MockTransport(self.answer), async_sleep=sleep) as transport:
            return await adrive(steps, transport.async_handlers())


def caused(error: Exception, cause: Exception) -> Exception:
    """An exception of httpx with what httpx keeps behind it."""
    error.__cause__ = cause
    return error


def dns_failure() -> Exception:
    return caused(httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known"))


def tls_failure() -> Exception:
    return caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("certificate verify failed"))
