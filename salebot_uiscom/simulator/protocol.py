"""From bytes to bytes: the envelope, the order of the checks, limits, and the faults that bend an answer.

Order: JSON, batch, members of the envelope, method, key, address, account, component, right, limits, unexpected
parameters, missing ones, types, values, combinations, entities, work. Points are spent after success only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..uis import tables
from . import callapi, dataapi
from .parameters import check_parameters
from .records import RecordedRequest, Reply, without_secrets
from .refusal import ABSENT, Refusal
from .state import Account, Key, Limits
from .work import Answer, Work

if TYPE_CHECKING:
    from .core import Simulator

_METHODS = {**callapi.METHODS, **dataapi.METHODS}
_MEMBERS = {"jsonrpc", "id", "method", "params"}
_HTML = (("Content-Type", "text/html"),)
_CONNECTION_BEFORE = ("refuse_connection", "connect_timeout", "close_before_work")


class _Interrupted(Exception):
    """A fault answers instead of us."""

    def __init__(self, reply: Reply, kind: str) -> None:
        self.reply, self.kind = reply, kind


class _Conversation:
    """One request on its way."""

    def __init__(self, simulator: Simulator, api: str, body: bytes, remote_ip: str) -> None:
        self.simulator = simulator
        self.api = api
        self.body = body
        self.record = RecordedRequest(api, "", None, {}, remote_ip, simulator.now, body=body)
        self.utf8 = True
        self.account: Account | None = None
        self.limits: dict[str, int] | None = None
        self.session_id: int | None = None

    # --- before the work ---

    def parse(self) -> dict[str, Any]:
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError:
            text, self.utf8 = self.body.decode("latin-1"), False
        try:
            request = json.loads(text, parse_constant=_no_constant)
            json.dumps(request, ensure_ascii=False, allow_nan=False).encode()  # no lone surrogates, no infinite numbers
        except (ValueError, RecursionError) as error:
            raise Refusal("parse_error") from error
        if isinstance(request, list):
            raise Refusal("batch_opreations_not_supported")
        if not isinstance(request, dict):
            raise Refusal("invalid_request")
        id_ = request.get("id")
        if isinstance(id_, str | int | float) and not isinstance(id_, bool):
            self.record.request_id = id_
        params, method = request.get("params"), request.get("method")
        if isinstance(method, str):
            self.record.method = method
        if isinstance(params, dict):
            self.record.params = without_secrets(params)
            self.record.access_token = str(params.get("access_token", ""))
        if request.get("jsonrpc") != "2.0" or not isinstance(method, str) or set(request) - _MEMBERS:
            raise Refusal("invalid_request")
        if id_ is None:
            raise Refusal("notifications_not_supported")
        if self.record.request_id is None or not isinstance(params, dict):
            raise Refusal("invalid_request")
        if not self.utf8 and not (self.api == "call" and method.startswith("start.")):
            raise Refusal("parse_error")
        return params

    def admit(self, params: dict[str, Any]) -> Work:
        """Method, key, address, account, component, right, limits."""
        method = self.record.method
        row = tables.methods().get(method)
        if row is None or not row.belongs_to(self.api):
            raise Refusal("method_not_found")
        key = None
        if method == "login.user":
            check_parameters(method, params)
            account = self._account_of_login(params)
        else:
            account, key = self._account_of_key(params)
        self.account = account
        now = self.simulator.now.astimezone(account.zone)
        limits = account.limits[self.api]
        self.limits = limits.as_metadata(now)
        if not self.simulator.address_allowed(account, self.record.remote_ip):
            raise Refusal("ip_not_whitelisted", ip=self.record.remote_ip)
        if not account.active:
            raise Refusal("account_inactive")
        self._check_component(account, row)
        if key is not None:
            self._check_rights(key, row)
        self._check_limits(limits)
        if not self.utf8:
            raise Refusal("character_encoding_not_allowed", method=method)
        check_parameters(method, params)
        return Work(self.simulator, self.api, method, params, account, key)

    def _account_of_login(self, params: dict[str, Any]) -> Account:
        for account in self.simulator.accounts:
            for user in account.users:
                if (user.login, user.password) == (params["login"], params["password"]):
                    return account
        raise Refusal("auth_error")

    def _account_of_key(self, params: dict[str, Any]) -> tuple[Account, Key]:
        token = params.get("access_token", ABSENT)
        if token is ABSENT:
            raise Refusal("required_parameter_missed", field="access_token")
        if not isinstance(token, str):
            raise Refusal("data_type_error", field="access_token", value=token)
        found = [(account, key) for account in self.simulator.accounts for key in account.keys if key.token == token]
        if not found:
            raise Refusal("access_token_invalid", field="access_token", value=token)
        account, key = found[0]
        expired = key.expires_at is not None and key.expires_at <= self.simulator.now
        session = key.kind == "session"
        if self.simulator.faults.take("session_ended", self.record.method):
            if session:
                account.keys.remove(key)
            raise Refusal("access_token_invalid", field="access_token", value=token)
        if session and (expired or self.api not in key.apis):
            raise Refusal("access_token_invalid", field="access_token", value=token)
        if key.blocked:
            raise Refusal("access_token_blocked", field="access_token", value=token)
        if expired:
            raise Refusal("access_token_expired", field="access_token", value=token)
        return account, key

    def _check_component(self, account: Account, row: tables.Method) -> None:
        wanted = row.raw.get("component")
        if self.api == "call":
            name = str(wanted).removesuffix(" (Call API)")
            if name not in account.components:
                raise Refusal("component_disabled", component_name=name)
        elif row.name == "upload.offline_messages":
            if "upload_offline_messages" not in account.components:
                raise Refusal("method_component_disabled", components="upload_offline_messages")
        elif isinstance(wanted, dict) and not account.components & set(wanted["any_of"]):
            raise Refusal("method_component_disabled", components=",".join(wanted["any_of"]))

    def _check_rights(self, key: Key, row: tables.Method) -> None:
        wanted = row.raw.get("permission")
        if self.api not in key.apis:
            raise Refusal("forbidden")
        if key.rights is not None and wanted and not set(wanted.split(", ")) <= key.rights:
            raise Refusal("forbidden")

    def _check_limits(self, limits: Limits) -> None:
        window = limits.exceeded()
        if (fault := self.simulator.faults.take("limits_spent", self.record.method)) is not None:
            window = fault["window"]
            if self.limits is not None:
                self.limits[f"{window}_remaining"] = 0
        if window is not None:
            size = limits.day_limit if window == "day" else limits.minute_limit
            raise Refusal("limit_exceeded", limit_type=window, limit_max_value=size)

    # --- faults around the work ---

    def before_work(self) -> None:
        faults, method = self.simulator.faults, self.record.method
        for kind in _CONNECTION_BEFORE:
            if faults.take(kind, method):
                raise _Interrupted(Reply(drop=kind), kind)
        if (fault := faults.take("hang", method)) is not None:
            raise _Interrupted(Reply(drop="hang", delay=float(fault["seconds"])), "hang")

    def interrupt(self, before: bool) -> None:
        """Answer with a status or an error instead."""
        for fault in self.simulator.faults:
            if fault.kind not in ("http_status", "error") or fault["before_work"] != before:
                continue
            if fault.method not in (self.record.method, "*"):
                continue
            self.simulator.faults.use_up(fault)
            if fault.kind == "error":
                raise Refusal(fault["mnemonic"], method=self.record.method)
            status = fault["status"]
            body = f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
            raise _Interrupted(Reply(status, _HTML, body.encode()), fault.kind)

    # --- after the work ---

    def success(self, answer: Answer) -> dict[str, Any]:
        faults, method = self.simulator.faults, self.record.method
        result = answer.result
        if answer.shows_metadata:
            metadata = {**result.pop("metadata", {}), "limits": self.limits}
            if faults.take("no_limits", method):
                del metadata["limits"]
            spelled = "meta_data" if method == "get.account" or faults.take("meta_data", method) else "metadata"
            result[spelled] = metadata
        data = result.get("data")
        if isinstance(data, dict):
            if "success" in data and faults.take("success_as_text", method):
                data["success"] = "true"
            if "call_session_id" in data and faults.take("no_session_id", method):
                del data["call_session_id"]
        return {"jsonrpc": "2.0", "id": self.record.request_id, "result": result}

    def failure(self, refusal: Refusal) -> dict[str, Any]:
        error = refusal.as_error(self.limits)
        if self.simulator.faults.take("no_limits", self.record.method):
            error["data"].pop("metadata", None)
        id_ = self.record.request_id
        if self.simulator.faults.take("null_id_in_errors", self.record.method):
            id_ = None
        return {"jsonrpc": "2.0", "id": id_, "error": error}

    def send(self, envelope: dict[str, Any], status: int) -> Reply:
        faults, method = self.simulator.faults, self.record.method
        fault = faults.take("delay", method)
        delay = float(fault["seconds"]) if fault is not None else 0.0
        if faults.take("foreign_id", method):
            envelope["id"] = "somebody-else"
        body = json.dumps(envelope, ensure_ascii=False).encode()
        if faults.take("drop_answer", method):
            return Reply(drop="drop_answer", delay=delay)
        if faults.take("empty_body", method):
            body = b""
        if faults.take("cut_json", method):
            body = body[: len(body) // 2]
        if faults.take("not_json", method):
            return Reply(200, _HTML, b"<html><body>maintenance</body></html>", delay)
        return Reply(status, body=body, delay=delay)


def answer(simulator: Simulator, api: str, body: bytes, remote_ip: str) -> tuple[Reply, int | None]:
    """The reply to a request and the session that it started, if any. The caller holds the lock."""
    talk = _Conversation(simulator, api, body, remote_ip)
    simulator.requests.append(talk.record)
    status = 200
    try:
        params = talk.parse()
        talk.before_work()
        talk.interrupt(before=True)
        work = talk.admit(params)
        try:
            answer = _METHODS[talk.record.method](work)
        except RecursionError as error:  # a filter nested a thousand times
            raise Refusal("internal_error") from error
        talk.record.worked = True
        talk.session_id = answer.call_session_id
        limits = work.account.limits[api]
        limits.spend()
        talk.limits = limits.as_metadata(work.now)
        talk.interrupt(before=False)
        envelope = talk.success(answer)
    except _Interrupted as interrupted:
        talk.record.outcome = interrupted.kind
        return interrupted.reply, talk.session_id
    except Refusal as refusal:
        talk.record.outcome = refusal.mnemonic
        status = refusal.http_status if simulator.speaking_statuses else 200
        envelope = talk.failure(refusal)
    reply = talk.send(envelope, status)
    if reply.drop:
        talk.record.outcome = reply.drop
    return reply, talk.session_id


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
