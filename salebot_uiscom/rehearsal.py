"""A stage for bots: host, plugin and simulator of UIS on one clock that stands still until it is moved.

for result in rehearse(load_bot("bot.toml"), open_stage):
    print(result.test, result.problem or "passed")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .effects import TransportError, Wait
from .host.bot import Bot
from .host.host import Host
from .host.outside import NO_NETWORK, Resolve
from .host.script import rehearse
from .interpreter import Interpreter
from .ports import TELEPHONY, WHATSAPP, Client
from .simulator import Key, Simulator, SimulatorTransport, VirtualClock
from .store import open_store
from .uiscom.plugin import UiscomPlugin
from .web import WebRequest


class RehearsalStage:
    """Everything a bot needs, in memory. The simulated account accepts the key of the bot.

    Args:
        start: the clock; Monday 2026-03-02, 10:00 in Moscow when omitted.
        database: an SQLite file to go on with; a new one in memory when omitted.
        simulator: one that is shared or prepared.
    """

    def __init__(
        self,
        bot: Bot,
        start: datetime | None = None,
        *,
        database: str = ":memory:",
        simulator: Simulator | None = None,
        transport: Any = None,
    ) -> None:
        self.bot = bot
        self.uis = simulator or Simulator(clock=VirtualClock(start) if start else VirtualClock())
        settings = dict(bot.settings.get("uiscom", {}))
        self.key = str(settings.setdefault("api_key", "KEY"))
        account = self.uis.accounts[0]
        if all(key.token != self.key for key in account.keys):
            account.keys.append(Key(self.key))
        self.store = open_store(database, clock=self.clock)
        self.interpreter = Interpreter(
            plugins=("salebot_uiscom.host.plugin", UiscomPlugin(settings, clock=self.clock)),
            entry_points=False,
            handlers={Wait: lambda effect: self.uis.advance(effect.seconds)},
            settings={"uiscom": settings},
            http_transport=transport or SimulatorTransport(self.uis),
            timezone=bot.project.timezone,
        )
        self.host = Host(bot, self.interpreter, self.store, clock=self.clock, resolver=_no_network)

    def clock(self) -> float:
        return self.uis.now.timestamp()

    def advance_to(self, moment: float) -> None:
        self.uis.advance_to(datetime.fromtimestamp(moment, self.bot.timezone))

    def requests(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(request.method, request.params) for request in self.uis.requests]

    def webhook(self, name: str, fields: Mapping[str, Any], client: Client) -> WebRequest:
        """A notification with the documented body (telephony.md R40) about this client's phone."""
        now = self.uis.now.astimezone(self.bot.timezone)
        body: dict[str, Any] = {
            "external_id": None,
            "notification_name": name,
            "virtual_phone_number": "78001002752",
            "notification_time": f"{now:%Y-%m-%d %H:%M:%S}",
            "scenario_name": "Основной",
            "wait_time_duration": 25,
            "employee_ids": [2339292],
            "contact_info": {
                "contact_phone_number": self._phone(client),
                "communication_number": 1,
                "contact_id": None,
                "contact_full_name": client.name or None,
            },
            "call_session_id": 500000099,
        }
        for field, value in fields.items():
            inside = body["contact_info"] if field in body["contact_info"] else body
            inside[field] = value
        return WebRequest("POST", f"/uiscom_webhook/{self.key}", body=json.dumps(body, ensure_ascii=False).encode())

    def _phone(self, client: Client) -> str:
        if client.type in (WHATSAPP, TELEPHONY):
            return client.platform_id
        return str(self.store.variables("client", client.id).get("phone", "79004443322"))

    def close(self) -> None:
        self.interpreter.close()
        self.store.close()


def _no_network(effect: Resolve) -> list[str]:
    raise TransportError(NO_NETWORK, sent=False)


def open_stage(bot: Bot, start: datetime | None = None) -> RehearsalStage:
    return RehearsalStage(bot, start)


__all__ = ["RehearsalStage", "open_stage", "rehearse"]
