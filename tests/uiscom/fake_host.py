"""A host in memory for the tests of the plugin: a store, a clock that never waits, and a UIS that answers by script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from salebot_uiscom.context import Context
from salebot_uiscom.effects import HttpReply, HttpRequest, TransportError, Wait, drive
from salebot_uiscom.ports import (
    BEGUN,
    DONE,
    DUPLICATE,
    NEW,
    NOT_SENT,
    REFUSED,
    BeginIntent,
    Client,
    ConnectedBots,
    CreateClient,
    DeliverEvent,
    EndIntent,
    FindByPhone,
    FindIntent,
    Intent,
    PhoneHit,
    PluginSettings,
    SettleLater,
    StoredNotification,
    StoreNotification,
)
from salebot_uiscom.scope import Scope
from salebot_uiscom.uiscom import UiscomPlugin
from salebot_uiscom.web import WebReply, WebRequest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "uis"
KEY = "9xd99uobn9efrkjlx9ybsuz99c9m9nmz9fossm93"
PHONE = "79004443322"
VIRTUAL = "78001002752"

Answer = Callable[[dict[str, Any]], Any]


def success(data: Any) -> Answer:
    def answer(request: dict[str, Any]) -> Any:
        rows = {"total_items": len(data)} if isinstance(data, list) else {}
        return {"jsonrpc": "2.0", "id": request["id"], "result": {"data": data, "metadata": rows}}

    return answer


def error(name: str) -> Answer:
    """An error of `responses/errors`, such as `call/employee_not_found`."""
    body = json.loads((FIXTURES / "responses" / "errors" / f"{name}.json").read_text("utf-8"))
    return lambda request: {**body, "id": request["id"]}


def fault(*, sent: bool, timeout: bool = False, reason: str = "ReadTimeout") -> Answer:
    def answer(request: dict[str, Any]) -> Any:
        raise TransportError(reason, sent=sent, timeout=timeout)

    return answer


def raw(content: bytes, status: int = 200) -> Answer:
    return lambda request: HttpReply(status, content)


class FakeUis:
    """Answers by method; the last answer of a method stays. Keeps every request."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.urls: list[str] = []
        self.answers: dict[str, list[Answer]] = {
            "start.employee_call": [success({"call_session_id": 237859081})],
            "start.scenario_call": [success({"call_session_id": 234568})],
            "upload.offline_messages": [success([{"id": 700001}])],
            "list.calls": [success([])],
            "get.calls_report": [success([])],
            "get.offline_messages_report": [success([])],
        }
        self.on_request: Callable[[dict[str, Any]], None] = lambda request: None

    def script(self, method: str, *answers: Answer) -> None:
        self.answers[method] = list(answers)

    def count(self, prefix: str) -> int:
        return sum(request["method"].startswith(prefix) for request in self.requests)

    def params(self, method: str) -> list[dict[str, Any]]:
        return [request["params"] for request in self.requests if request["method"] == method]

    def __call__(self, effect: HttpRequest) -> HttpReply:
        request = json.loads(effect.content)
        self.requests.append(request)
        self.urls.append(effect.url)
        self.on_request(request)
        queue = self.answers[request["method"]]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        reply = answer(request)
        return reply if isinstance(reply, HttpReply) else HttpReply(200, json.dumps(reply).encode())


class FakeHost:
    """The ports of a host, in memory, with the guarantees their docstrings give."""

    def __init__(self, settings: Any = None, *, zone: str = "Europe/Moscow") -> None:
        self.now = 1_729_602_000.0
        self.zone = ZoneInfo(zone)
        self.uis = FakeUis()
        self.settings: Any = {"api_key": KEY} if settings is None else settings
        self.plugin = UiscomPlugin(lambda: self.settings, clock=lambda: self.now)
        self.functions: dict[str, Any] = {}
        self.plugin.register_functions(self._register)
        self.receiver: Any = None
        self.plugin.register_receivers(self._take_receiver)
        self.card: Any = None
        self.plugin.register_card_actions(self._take_card)
        self.intents: dict[str, Intent] = {}
        self.history: list[tuple[str, str]] = []
        self.later: list[SettleLater] = []
        self.waits: list[float] = []
        self.clients: list[Client] = []
        self.variables: dict[int, dict[str, Any]] = {}
        self.whatsapp_bots: list[str] = []
        self.stored: list[StoredNotification] = []
        self.seen: list[tuple[str, float, float]] = []
        self.quarantine: list[tuple[bytes, str]] = []
        self.delivered: list[DeliverEvent] = []
        self.of_the_host: dict[str, Any] | None = None
        self.repeat_of: str | None = None
        self.broken: set[type] = set()

    # ------------------------------------------------------------ plugin side

    def _register(self, call: Any) -> None:
        self.functions[call.__calculator_function__.name] = call

    def _take_receiver(self, receiver: Any) -> None:
        self.receiver = receiver

    def _take_card(self, action: Any) -> None:
        self.card = action

    def context(
        self, client: Client | None = None, deal: Mapping[str, Any] = {}, own: Mapping[str, Any] = {}, **more: Any
    ) -> Context:
        host = {"client": client, **more} if client else dict(more)
        moment = datetime.fromtimestamp(self.now, self.zone)
        return Context(now=moment, timezone=self.zone, scope=Scope(dict(deal), dict(own)), host=host)

    def call(self, name: str, *args: Any, ctx: Context | None = None) -> Any:
        return drive(self.functions[name](ctx or self.context(), *args), self.handlers())

    def press(self, *args: Any) -> Any:
        return drive(self.card.press(*args), self.handlers())

    def post(self, body: Any, key: str = KEY, *, method: str = "POST", content_type: str = "") -> WebReply:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Content-Type": content_type} if content_type else {}
        request = WebRequest(method, f"/uiscom_webhook/{key}", {"key": key}, headers, body=content)
        return drive(self.receiver.receive(request), self.handlers())

    def route_all(self) -> None:
        stored, self.stored = self.stored, []
        for item in stored:
            drive(self.receiver.route(item), self.handlers())

    def settle(self) -> None:
        later, self.later = self.later, []
        for item in later:
            drive(item.steps(), self.handlers())

    # ------------------------------------------------------------ host side

    def handlers(self) -> dict[type, Callable[[Any], Any]]:
        table: dict[type, Callable[[Any], Any]] = {
            HttpRequest: self.uis,
            Wait: lambda effect: self.waits.append(effect.seconds),
            BeginIntent: self._begin,
            EndIntent: self._end,
            FindIntent: lambda effect: self.intents.get(effect.external_id),
            SettleLater: self.later.append,
            StoreNotification: self._store,
            FindByPhone: self._find,
            ConnectedBots: lambda effect: list(self.whatsapp_bots),
            CreateClient: self._create,
            DeliverEvent: self.delivered.append,
        }

        if self.of_the_host is not None:
            kept = self.of_the_host
            table[PluginSettings] = lambda effect: kept.get(effect.plugin)

        def guarded(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
            def run(effect: Any) -> Any:
                if type(effect) in self.broken:
                    raise OSError("disk full")
                return handler(effect)

            return run

        return {kind: guarded(handler) for kind, handler in table.items()}

    def _begin(self, effect: BeginIntent) -> tuple[Intent, bool]:
        if self.repeat_of is not None:
            return self.intents[self.repeat_of], False
        intent = Intent(effect.external_id, effect.function, effect.client_id, effect.params, BEGUN, None, self.now)
        self.intents[effect.external_id] = intent
        self.history.append((effect.external_id, BEGUN))
        return intent, True

    def _end(self, effect: EndIntent) -> None:
        old = self.intents[effect.external_id]
        if old.state in (DONE, REFUSED, NOT_SENT):
            return
        self.intents[effect.external_id] = Intent(
            old.external_id, old.function, old.client_id, old.params, effect.state, effect.result, old.created_at
        )
        self.history.append((effect.external_id, effect.state))

    def _store(self, effect: StoreNotification) -> str:
        if effect.problem:
            self.quarantine.append((effect.body, effect.problem))
            return NEW
        for mark, at, window in self.seen:
            if mark == effect.fingerprint and effect.received_at - at < window:
                return DUPLICATE
        self.seen.append((effect.fingerprint, effect.received_at, effect.repeat_window_s))
        self.stored.append(StoredNotification(len(self.seen), effect.source, effect.body, effect.received_at))
        return NEW

    def _find(self, effect: FindByPhone) -> list[PhoneHit]:
        hits = [PhoneHit(c.id, "telephony") for c in self.clients if c.type == 13 and c.platform_id == effect.phone]
        hits += [PhoneHit(c.id, "whatsapp") for c in self.clients if c.type == 6 and c.platform_id == effect.phone]
        hits += [
            PhoneHit(client_id, "variable", name)
            for client_id, variables in sorted(self.variables.items())
            for name, value in variables.items()
            if str(value) == effect.phone
        ]
        return hits

    def _create(self, effect: CreateClient) -> Client:
        new = effect.client
        for client in self.clients:
            if (client.type, client.platform_id, client.group) == (new.type, new.platform_id, new.group):
                return client
        client = Client(1001 + len(self.clients), new.type, new.platform_id, new.group, new.name)
        self.clients.append(client)
        return client

    @property
    def last_intent(self) -> Intent:
        return list(self.intents.values())[-1]
