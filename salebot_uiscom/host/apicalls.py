"""The methods of the HTTP API of the host, one function each (host.md 10; functions-host.md, tier 2)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..effects import Steps
from ..ports import WHATSAPP, Client, NewClient
from ..scope import CLIENT, DEAL, PREFIXES
from ..store import records
from ..values import to_text
from .asking import on_store
from .bot import CLIENT_TYPES
from .functions.arguments import array, dictionary, ids, number, truth, whole
from .outside import given
from .timers import CALLBACK_LATER, RESUMING_LATER
from .turn import Turn

if TYPE_CHECKING:
    from .engine import Engine

CALLBACK, BY_API = 3, 1
MOST_HISTORY, MOST_CLIENTS = 2000, 500
LONGEST_SHIFT_S = 100 * 365 * 86400  # later moments are no dates of a calendar
TELEGRAM, VK, MAX, EMAIL = 1, 0, 20, 14

Params = Mapping[str, Any]


class Refused(Exception):
    """The request cannot be fulfilled; the text is the documented one."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Call:
    """One call. `turn`: the one whose script makes it; None = somebody outside."""

    def __init__(self, engine: Engine, now: float, turn: Turn | None, method: str, params: Params) -> None:
        self.engine = engine
        self.now = now
        self.turn = turn
        self._what = f"{method} {to_text(dict(params))}"

    # ------------------------------------------------------------ whom it is about

    def client(self, params: Params) -> Steps[Client]:
        """By `client_id`, else phone, else e-mail."""
        number = whole(params.get("client_id"))
        if number is not None:
            client = yield from on_store(lambda store: store.client(number))
            if client is None:
                raise Refused("client_not_found", 404)
            return client
        for name, find in (("client_phone", self.by_phone), ("client_email", self.by_email)):
            if given(params.get(name)):
                known = yield from find(to_text(params[name]))
                if known:
                    return (yield from self.client({"client_id": known[0]}))
                break
        raise Refused("client_not_found", 404)

    def by_phone(self, phone: str) -> Steps[list[int]]:
        digits = "".join(char for char in phone if char.isdecimal())
        if len(digits) == 11 and digits[0] == "8":
            digits = "7" + digits[1:]
        if len(digits) == 11 and digits[0] == "7":
            hits = yield from on_store(lambda store: store.find_by_phone(digits))
            return list(dict.fromkeys(hit.client_id for hit in hits))
        found = yield from on_store(lambda store: store.find_clients(None, phone))
        return [client.id for client in found]

    def by_email(self, email: str) -> Steps[list[int]]:
        found = yield from on_store(lambda store: store.find_clients(EMAIL, email))
        known = yield from on_store(
            lambda store: [
                *store.find_by_variable(CLIENT, "email", email),
                *store.find_by_variable(DEAL, "email", email),
            ]
        )
        return [client.id for client in found] or sorted(set(known))

    # ------------------------------------------------------------ a dialog outside of its turns

    def open(self, client: Client) -> Steps[Turn]:
        state = yield from on_store(lambda store: store.load_dialog(client.id))
        if state is None:
            raise Refused("client_not_found", 404)
        # A script that is run again after a crash asks again under the same key: what it wrote is not written twice.
        key = self.turn.key_of(self._what) if self.turn else secrets.token_hex(8)
        root = self.turn.root if self.turn else None
        return self.engine.outside_turn(state, key=f"api:{key}", now=self.now, root=root)

    def commit(self, turn: Turn) -> Steps[tuple[int, ...]]:
        record = yield from turn.finish(overwrite=True)
        committed = yield from on_store(lambda store: store.commit_turn(record))
        return committed.history_ids

    def add_event(self, turn: Turn, event: records.NewEvent) -> Steps[None]:
        if not (yield from turn.add_event(event)):
            raise Refused("callbacks run in a circle", 429)

    # ------------------------------------------------------------ callbacks and messages

    def callback(self, params: Params, client: Client | None = None) -> Steps[Any]:
        client = client or (yield from self.client(params))
        text = to_text(params.get("message"))
        if not text.strip():
            raise Refused("no message")
        variables = {
            name: value
            for name, value in params.items()
            if name not in _CALLBACK_WORDS and not name.startswith("value_") and _is_storable(value)
        }
        due = self._due(params)
        resume = truth(params.get("resume_bot"), False)
        if due <= self.now:
            event = records.NewEvent(client.id, text, CALLBACK, variables=variables, resume=resume)
            turn = yield from self.open(client)
            yield from self.add_event(turn, event)
            yield from self.commit(turn)
            return {"status": "success"}
        turn = yield from self.open(client)
        yield from self.write(turn, variables)
        source = RESUMING_LATER if resume else CALLBACK_LATER
        turn.add_plan(records.NewPlan(client.id, due, source=source, text=text, created_at=self.now))
        yield from self.commit(turn)
        return {"status": "success"}

    def _due(self, params: Params) -> float:
        if given(params.get("time_shift")):
            shift = number(params["time_shift"])
            if shift is None or not abs(shift) <= LONGEST_SHIFT_S:
                raise Refused("wrong time_shift")
            return self.now + max(0, shift)
        if given(params.get("send_time")):
            try:
                moment = datetime.strptime(to_text(params["send_time"]).strip(), "%Y-%m-%d %H:%M:%S")
            except ValueError as error:
                raise Refused("wrong send_time") from error
            return moment.replace(tzinfo=self.engine.bot.timezone).timestamp()
        return self.now

    def platform_callback(self, params: Params, kind: int, word: str, *, create: bool = False) -> Steps[Any]:
        platform_id = to_text(params.get(word) or params.get("platform_id") or params.get("recepient"))
        group = to_text(params["group_id"]) if given(params.get("group_id")) else None
        found = yield from on_store(lambda store: store.find_clients(kind, platform_id, group))
        if found:
            return (yield from self.callback({**params, word: ""}, found[0]))
        groups = [channel.group for channel in self.engine.bot.channels if channel.type == kind]
        if not (create and groups and platform_id):
            raise Refused("client_not_found", 404)
        client = yield from on_store(
            lambda store: store.create_client(NewClient(kind, platform_id, group or groups[0], platform_id), self.now)
        )
        return (yield from self.callback({**params, word: ""}, client))

    def message(self, params: Params, client: Client | None = None) -> Steps[Any]:
        client = client or (yield from self.client(params))
        turn = yield from self.open(client)
        text, block = to_text(params.get("message")), whole(params.get("message_id"))
        if given(params.get("message_id")) and str(block) not in self.engine.blocks:
            raise Refused("wrong message_id")
        files = tuple(to_text(params[name]) for name in ("attachment_url",) if given(params.get(name)))
        if not text and not files and block is None:
            raise Refused("no message")
        if text or files:
            yield from turn.send(client, text, attachments=files, outside=BY_API)
        if block is not None:
            yield from self.add_event(turn, records.NewEvent(client.id, block=str(block)))
        numbers = yield from self.commit(turn)
        return {"status": "success", "message_id": numbers[0] if numbers else None}

    def whatsapp_message(self, params: Params) -> Steps[Any]:
        phone = to_text(params.get("phone"))
        groups = [channel.group for channel in self.engine.bot.channels if channel.type == WHATSAPP]
        if not groups:
            raise Refused("no whatsapp bot")
        if not phone.isdecimal():
            raise Refused("wrong phone")
        client = yield from on_store(
            lambda store: (
                next(
                    iter(store.find_clients(WHATSAPP, phone)),
                    None,
                )
                or store.create_client(NewClient(WHATSAPP, phone, groups[0], phone), self.now)
            )
        )
        return (yield from self.message(params, client))

    # ------------------------------------------------------------ variables

    def write(self, turn: Turn, variables: Params) -> Steps[None]:
        for name, value in variables.items():
            prefix, dot, rest = name.partition(".")
            layer = PREFIXES.get(prefix, "") if dot else DEAL
            owner = turn.client.id if layer == CLIENT else 0
            if layer == DEAL:
                owner = (yield from turn.ensure_deal()).id
            yield from turn.put_of(layer, owner, rest if layer else name, value)

    def save_variables(self, params: Params) -> Steps[Any]:
        many = ids(params.get("clients")) or [(yield from self.client(params)).id]
        variables = dictionary(params.get("variables"))
        if variables is None:
            raise Refused("wrong variables")
        for one in many:
            client = yield from self.client({"client_id": one})
            turn = yield from self.open(client)
            yield from self.write(turn, variables)
            yield from self.commit(turn)
        return {"status": "success"}

    def get_variables(self, params: Params) -> Steps[Any]:
        client = yield from self.client(params)
        state = yield from on_store(lambda store: store.load_dialog(client.id))
        if state is None:
            raise Refused("client_not_found", 404)
        found = dict(state.deal_variables)
        found.update({f"{CLIENT}.{name}": value for name, value in state.client_variables.items()})
        return found

    # ------------------------------------------------------------ finding

    def find(self, params: Params, numbers: list[int]) -> Any:
        if not numbers:
            raise Refused("client_not_found", 404)
        return {"status": "success", "client_id": numbers[0]}

    def find_by_phone(self, params: Params) -> Steps[Any]:
        return self.find(params, (yield from self.by_phone(to_text(params.get("phone")))))

    def find_by_email(self, params: Params) -> Steps[Any]:
        return self.find(params, (yield from self.by_email(to_text(params.get("email")))))

    def _by_var(self, params: Params) -> Steps[list[int]]:
        layer = DEAL if to_text(params.get("search_in")) == "order" else CLIENT
        name, value = to_text(params.get("var")), params.get("val")
        return (yield from on_store(lambda store: store.find_by_variable(layer, name, value)))

    def find_by_var(self, params: Params) -> Steps[Any]:
        return self.find(params, (yield from self._by_var(params)))

    def find_latest_by_var(self, params: Params) -> Steps[Any]:
        return self.find(params, sorted((yield from self._by_var(params)), reverse=True))

    def find_all_by_var(self, params: Params) -> Steps[Any]:
        numbers = yield from self._by_var(params)
        return {"status": "success", "clients": numbers}

    def find_by_platform_id(self, params: Params) -> Steps[Any]:
        group = to_text(params["group_id"]) if given(params.get("group_id")) else None
        kind, platform_id = whole(params.get("client_type")), to_text(params.get("platform_id"))
        found = yield from on_store(lambda store: store.find_clients(kind, platform_id, group))
        return self.find(params, [client.id for client in found])

    def whatsapp_client_id(self, params: Params) -> Steps[Any]:
        phone = to_text(params.get("phone"))
        found = yield from on_store(lambda store: store.find_clients(WHATSAPP, phone))
        return self.find(params, [client.id for client in found])

    def find_clients(self, params: Params) -> Steps[Any]:
        """By a part of name, address or phone: `q`."""
        text = to_text(params.get("q"))
        clients = yield from on_store(lambda store: store.search_clients(text, limit=MOST_CLIENTS))
        return {"status": "success", "clients": [_client_json(client) for client in clients]}

    # ------------------------------------------------------------ reading

    def load_clients(self, params: Params) -> Steps[Any]:
        after, limit = whole(params.get("after_id")) or 0, whole(params.get("limit")) or MOST_CLIENTS
        clients = yield from on_store(
            lambda store: store.clients(after_id=after, limit=min(max(1, limit), MOST_CLIENTS))
        )
        return {"status": "success", "clients": [_client_json(client) for client in clients]}

    def connected_channels(self, params: Params) -> Steps[Any]:
        yield from ()
        return {
            "status": "success",
            "channels": [
                {"client_type": channel.type, "messenger": CLIENT_TYPES[channel.type], "group": channel.group}
                for channel in self.engine.bot.channels
            ],
        }

    def get_history(self, params: Params) -> Steps[Any]:
        client = yield from self.client(params)
        limit = min(max(1, whole(params.get("limit")) or MOST_HISTORY), MOST_HISTORY)
        lines = yield from on_store(lambda store: store.history(client.id, limit=limit))
        messages = [line for line in lines if line.kind == "message"]
        last_answer = max((at for at, line in enumerate(messages) if not line.incoming), default=-1)
        result = [_line_json(line, at < last_answer) for at, line in enumerate(messages)]
        return {"status": "success", "result": result}

    # ------------------------------------------------------------ deals

    def create_order(self, params: Params) -> Steps[Any]:
        from .functions.deals import create_order

        client = yield from self.client(params)
        turn = yield from self.open(client)
        number = yield from create_order(
            turn.context, params.get("name"), params.get("budget"), params.get("description")
        )
        if not isinstance(number, int):
            raise Refused(to_text(number))
        yield from self.write(turn, dictionary(params.get("variables")) or {})
        yield from self.commit(turn)
        return {"status": "success", "order_id": number}

    def _deal(self, params: Params) -> Steps[records.Deal]:
        number = whole(params.get("order_id"))
        deal = None if number is None else (yield from on_store(lambda store: store.deal(number)))
        if deal is None:
            raise Refused(f"order {to_text(params.get('order_id'))} not found", 404)
        return deal

    def get_order_vars(self, params: Params) -> Steps[Any]:
        deal = yield from self._deal(params)
        found = yield from on_store(lambda store: store.variables(DEAL, deal.id))
        wanted = array(params.get("variables"))
        if wanted is not None:
            found = {name: found[name] for name in map(to_text, wanted) if name in found}
        return {"status": "success", "variables": found}

    def set_order_vars(self, params: Params) -> Steps[Any]:
        deal = yield from self._deal(params)
        variables = dictionary(params.get("variables"))
        if variables is None:
            raise Refused("wrong variables")
        client = yield from self.client({"client_id": deal.client_id})
        turn = yield from self.open(client)
        for name, value in variables.items():
            yield from turn.put_of(DEAL, deal.id, name, value)
        yield from self.commit(turn)
        return {"status": "success"}


_CALLBACK_WORDS = frozenset(
    "client_id client_phone client_email message resume_bot time_shift send_time group_id group platform_id recepient "
    "tg_business delimiter".split()
)


def _is_storable(value: Any) -> bool:
    return value is not None and value != ""


def _client_json(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "client_type": client.type,
        "platform_id": client.platform_id,
        "recepient": client.platform_id,
        "group": client.group,
        "name": client.name,
        "created_at": int(client.created_at),
    }


def _line_json(line: records.HistoryRecord, is_followed: bool) -> dict[str, Any]:
    """A line as host.md 1 lists it. `is_followed`: something was said to the client later.

    Employees have no number here, and whether a client has answered what was said to him nobody keeps.
    """
    return {
        "id": line.id,
        "answered": is_followed if line.incoming else None,
        "client_replica": line.incoming,
        "message_id": whole(line.block),
        "message_from_outside": line.outside,
        "created_at": int(line.created_at),
        "text": line.text,
        "attachments": list(line.attachments),
        "delivered": bool(line.delivered),
        "error_message": line.error,
        "manager_id": None,
        "manager_email": line.manager or None,
    }


METHODS: Mapping[str, Callable[[Call, Params], Steps[Any]]] = {
    "callback": Call.callback,
    "tg_callback": lambda api, params: api.platform_callback(
        params, 16 if truth(params.get("tg_business"), False) else TELEGRAM, "user_id"
    ),
    "vk_callback": lambda api, params: api.platform_callback(params, VK, "user_id"),
    "max_callback": lambda api, params: api.platform_callback(params, MAX, "user_id"),
    "whatsapp_callback": lambda api, params: api.platform_callback(params, WHATSAPP, "phone", create=True),
    "email_callback": lambda api, params: api.platform_callback(params, EMAIL, "email", create=True),
    "message": Call.message,
    "whatsapp_message": Call.whatsapp_message,
    "save_variables": Call.save_variables,
    "get_variables": Call.get_variables,
    "find_client_id_by_phone": Call.find_by_phone,
    "find_client_id_by_email": Call.find_by_email,
    "find_client_id_by_var": Call.find_by_var,
    "find_latest_client_id_by_var": Call.find_latest_by_var,
    "find_all_client_id_by_var": Call.find_all_by_var,
    "find_client_id_by_platform_id": Call.find_by_platform_id,
    "find_clients": Call.find_clients,
    "whatsapp_client_id": Call.whatsapp_client_id,
    "load_clients": Call.load_clients,
    "connected_channels": Call.connected_channels,
    "get_history": Call.get_history,
    "create_order": Call.create_order,
    "get_order_vars": Call.get_order_vars,
    "set_order_vars": Call.set_order_vars,
}
