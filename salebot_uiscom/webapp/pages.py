"""The pages of the client card. Handlers read and check; what they show comes from `cardview`."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ..host.host import Host
from ..ports import CardCall, Employee
from .accounts import Accounts, Signed, digest_of
from .cardview import APP, OFF, CardView, channel_of, way_of_calling, ways_of_calling
from .forms import LONGEST_FORM_BYTES, FormTokens, fields_of, local
from .intake import Bounds, Gone, TooSlow, read_body
from .rendering import LANGUAGES, Renderer, is_word
from .words import word

if TYPE_CHECKING:
    from starlette.requests import Request

SESSION, LANGUAGE = "salebot_card", "salebot_language"
PER_PAGE = 50
_LARGEST_ID = 2**63 - 1
_PRESS = re.compile(r"[0-9a-f]{32}")
_PHONE = re.compile(r"7[0-9]{10}")
_EMPLOYEE_ID = re.compile(r"[0-9]{1,15}")

Endpoint = Callable[["Request"], Awaitable[Response]]


class Refused(Exception):
    """The request ends with a message; `problem` is a key of `words`."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in."""

    request: Request
    signed: Signed
    me: Employee
    fields: Mapping[str, str]


class Pages:
    """Args:
    accounts: who may come in.
    bounds: of a sent form.
    """

    def __init__(self, host: Host, accounts: Accounts, *, bounds: Bounds | None = None) -> None:
        self._host = host
        self._accounts = accounts
        self._view = CardView(host)
        self._tokens = FormTokens(host.store.secret("forms"))
        self._renderer = Renderer()
        self._bounds = bounds or Bounds(LONGEST_FORM_BYTES)

    # ------------------------------------------------------------ who comes in

    async def sign_in_form(self, request: Request) -> Response:
        cookie = request.cookies.get(SESSION, "")
        signed = await run_in_threadpool(self._accounts.who, cookie)
        if signed is not None:
            return self._redirect(request, "/clients")
        return self._sign_in_page(request, next_page=local(request.query_params.get("next", "")))

    def _sign_in_page(
        self, request: Request, *, next_page: str = "", problem: str = "", email: str = "", status: int = 200
    ) -> Response:
        cookie = request.cookies.get(SESSION, "")
        if not 20 <= len(cookie) <= 100:
            cookie = secrets.token_urlsafe(32)
        values = {"next": next_page, "problem": problem, "email": email, "token": self._tokens.make(digest_of(cookie))}
        response = self._page(request, "sign_in.html", values, status=status)
        self._set_cookie(request, response, SESSION, cookie)
        return response

    async def sign_in(self, request: Request) -> Response:
        fields = await self._form(request)
        cookie = request.cookies.get(SESSION, "")
        if not self._tokens.fits(fields.get("token", ""), digest_of(cookie)):
            return self._sign_in_page(request, problem="stale_form", status=403)
        email, password = fields.get("email", "")[:200], fields.get("password", "")
        address = request.client.host if request.client else ""
        attempts = self._accounts.attempts
        next_page = local(fields.get("next", ""))
        wait_s = attempts.wait_s(email, address)
        if wait_s > 0:
            response = self._sign_in_page(
                request, next_page=next_page, problem="too_many_attempts", email=email, status=429
            )
            response.headers["Retry-After"] = str(int(wait_s) + 1)
            return response
        # Counted before the slow check, so that many at once count too.
        attempts.fail(email, address)
        fresh = await run_in_threadpool(self._accounts.sign_in, email, password)
        if fresh is None:
            return self._sign_in_page(request, next_page=next_page, problem="wrong_sign_in", email=email, status=403)
        attempts.succeed(email, address)
        if cookie:
            await run_in_threadpool(self._accounts.sign_out, cookie)
        response = RedirectResponse(next_page or self._at(request, "/clients"), 303)
        self._set_cookie(request, response, SESSION, fresh)
        return response

    async def sign_out(self, request: Request) -> Response:
        visit = await self._visit(request)
        await run_in_threadpool(self._accounts.sign_out, request.cookies.get(SESSION, ""))
        response = self._redirect(visit.request, "/sign-in")
        response.delete_cookie(SESSION, path=self._cookie_path(request), httponly=True, samesite="lax")
        return response

    async def language(self, request: Request) -> Response:
        chosen = request.path_params["lang"]
        if chosen not in LANGUAGES:
            raise Refused(404, "not_found")
        response = RedirectResponse(local(request.query_params.get("next", "")) or self._at(request, "/clients"), 303)
        self._set_cookie(request, response, LANGUAGE, chosen, max_age=365 * 86400)
        return response

    # ------------------------------------------------------------ clients

    async def home(self, request: Request) -> Response:
        return self._redirect(request, "/clients")

    async def clients(self, request: Request) -> Response:
        visit = await self._visit(request)
        text = request.query_params.get("q", "")[:200]
        before = _number(request.query_params.get("before", ""))
        found = await run_in_threadpool(
            partial(self._host.store.search_clients, text, before_id=before, limit=PER_PAGE + 1)
        )
        values = {
            "clients": found[:PER_PAGE],
            "q": text,
            "paged": before is not None,
            "before": found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
            "channel": channel_of,
        }
        return self._page(request, "clients.html", values, visit)

    async def client(self, request: Request) -> Response:
        visit = await self._visit(request)
        return await self._card(visit)

    async def _card(self, visit: Visit, *, problem: str = "", status: int = 200) -> Response:
        card = await run_in_threadpool(self._view.card, self._client_id(visit.request))
        if card is None:
            raise Refused(404, "no_client")
        values = {
            "card": card,
            "problem": problem,
            "way": way_of_calling(self._host, visit.me),
            "press": lambda: secrets.token_hex(16),
            "seen": _digest(card),
        }
        return self._page(visit.request, "client.html", values, visit, status=status)

    async def live(self, request: Request) -> Response:
        """Calls and dialog for the page that shows them: 204 when nothing has changed."""
        cookie = request.cookies.get(SESSION, "")
        signed = await run_in_threadpool(partial(self._accounts.who, cookie, active=False))
        if signed is None:
            return Response(status_code=401, headers={"HX-Redirect": self._at(request, "/sign-in")})
        card = await run_in_threadpool(self._view.card, self._client_id(request))
        if card is None:
            raise Refused(404, "no_client")
        seen = _digest(card)
        if request.query_params.get("seen") == seen:
            return Response(status_code=204)
        return self._page(request, "live.html", {"card": card, "seen": seen})

    async def call(self, request: Request) -> Response:
        """The handset. The answer leads back to the card, where the call is; a refusal is shown at once."""
        visit = await self._visit(request)
        client_id, number = self._client_id(request), visit.fields.get("phone", "")
        press = visit.fields.get("press", "")
        if not _PRESS.fullmatch(press):
            raise Refused(400, "wrong_form")
        way = way_of_calling(self._host, visit.me)
        if way in (OFF, APP):
            raise Refused(403, "calls_disabled" if way == OFF else "use_application")
        if number not in await run_in_threadpool(self._view.phones, client_id):
            raise Refused(400, "not_his_phone")
        made = await run_in_threadpool(
            partial(self._host.click_to_call, visit.me.email, client_id, number, press=press)
        )
        if made.result.get("error") and not await self._is_begun(press, made):
            # Refused before anything was asked of the telephony.
            return await self._card(visit, problem=str(made.result.get("message") or made.result["error"]), status=409)
        return self._redirect(request, f"/clients/{client_id}")

    async def _is_begun(self, press: str, made: CardCall) -> bool:
        if made.result.get("outcome") == "unknown":
            return True  # without a look into the store: it may be the store that fails
        return bool(await run_in_threadpool(partial(self._host.store.intents, turn_key=f"card:{press}", limit=1)))

    def _client_id(self, request: Request) -> int:
        number = _number(request.path_params["client_id"])
        if number is None:
            raise Refused(404, "no_client")
        return number

    # ------------------------------------------------------------ settings of the one who looks

    async def settings_form(self, request: Request) -> Response:
        visit = await self._visit(request)
        return self._settings_page(visit, saved="saved" in request.query_params)

    def _settings_page(
        self, visit: Visit, *, chosen: Mapping[str, str] | None = None, problem: str = "", saved: bool = False
    ) -> Response:
        telephony = visit.me.telephony
        values = {
            "ways": ways_of_calling(self._host),
            "chosen": chosen
            or {
                "call_method": visit.me.call_method,
                "virtual_phone": telephony.get("virtual_phone", ""),
                "uis_employee_id": telephony.get("uis_employee_id", ""),
            },
            "problem": problem,
            "saved": saved,
        }
        return self._page(visit.request, "settings.html", values, visit, status=400 if problem else 200)

    async def settings(self, request: Request) -> Response:
        visit = await self._visit(request)
        chosen = {
            name: visit.fields.get(name, "").strip()[:100]
            for name in ("call_method", "virtual_phone", "uis_employee_id")
        }
        problem = self._wrong(chosen)
        if problem:
            return self._settings_page(visit, chosen=chosen, problem=problem)
        await run_in_threadpool(partial(self._host.store.set_calling, visit.me.email, **chosen))
        return self._redirect(request, "/settings?saved=1")

    def _wrong(self, chosen: Mapping[str, str]) -> str:
        by_api = chosen["call_method"] not in (OFF, APP)
        if chosen["call_method"] not in ways_of_calling(self._host):
            return "wrong_method"
        if not (_PHONE.fullmatch(chosen["virtual_phone"]) or not (by_api or chosen["virtual_phone"])):
            return "wrong_phone"
        if not (_EMPLOYEE_ID.fullmatch(chosen["uis_employee_id"]) or not (by_api or chosen["uis_employee_id"])):
            return "wrong_employee"
        return ""

    # ------------------------------------------------------------ shared

    async def _visit(self, request: Request) -> Visit:
        """Who asks, and his form when it is one: of ours, made for this session.

        Raises:
            Refused: a forged or stale form.
            NotSignedIn: nobody is signed in.
        """
        fields = await self._form(request) if request.method == "POST" else {}
        signed = await run_in_threadpool(self._accounts.who, request.cookies.get(SESSION, ""))
        me = None if signed is None else await run_in_threadpool(self._host.employee, signed.email)
        if signed is None or me is None:
            raise NotSignedIn
        if request.method == "POST" and not self._tokens.fits(fields.get("token", ""), signed.digest):
            raise Refused(403, "stale_form")
        return Visit(request, signed, me, fields)

    async def _form(self, request: Request) -> Mapping[str, str]:
        if request.headers.get("sec-fetch-site", "") == "cross-site":
            raise Refused(403, "stale_form")
        try:
            body = await read_body(request.scope, request.receive, self._bounds)
        except TooSlow:
            raise Refused(408, "too_slow") from None
        except Gone:
            raise Refused(400, "wrong_form") from None
        if body is None:
            raise Refused(413, "too_long")
        fields = fields_of(body, request.headers.get("content-type", ""))
        if fields is None:
            raise Refused(400, "wrong_form")
        return fields

    def _page(
        self,
        request: Request,
        template: str,
        values: Mapping[str, Any],
        visit: Visit | None = None,
        *,
        status: int = 200,
    ) -> Response:
        lang = self._lang(request)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        context: dict[str, Any] = {
            "lang": lang,
            "other_lang": "ru" if lang == "en" else "en",
            "t": lambda key: word(key, lang),
            "words": _Words(),
            "at": partial(self._at, request),
            "here": local(here) if request.method == "GET" else "",
            "me": visit.me if visit else None,
            "token": self._tokens.make(visit.signed.digest) if visit else "",
            **values,
        }
        return HTMLResponse(self._renderer.render(template, context), status)

    def message(self, request: Request, status: int, problem: str) -> Response:
        return self._page(request, "message.html", {"problem": problem}, status=status)

    def to_sign_in(self, request: Request) -> Response:
        """A page leads back here after signing in; a sent form does not."""
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        back = f"?{urlencode({'next': here})}" if request.method == "GET" and local(here) else ""
        return self._redirect(request, f"/sign-in{back}")

    def _lang(self, request: Request) -> str:
        chosen = request.cookies.get(LANGUAGE, "")
        return chosen if chosen in LANGUAGES else LANGUAGES[0]

    def _at(self, request: Request, path: str) -> str:
        """An address of this application, wherever it is mounted."""
        return str(request.scope.get("root_path", "")).rstrip("/") + path

    def _redirect(self, request: Request, path: str) -> RedirectResponse:
        return RedirectResponse(self._at(request, path), 303)

    def _cookie_path(self, request: Request) -> str:
        return str(request.scope.get("root_path", "")).rstrip("/") or "/"

    def _set_cookie(
        self, request: Request, response: Response, name: str, value: str, *, max_age: int | None = None
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path=self._cookie_path(request),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )


class NotSignedIn(Exception):
    """The page needs somebody who is signed in."""


class _Words:
    """`name in words` for templates."""

    def __contains__(self, key: object) -> bool:
        return is_word(key)


def _number(text: str) -> int | None:
    """A number that may be an id."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None


def _digest(card: Any) -> str:
    """Equal while nothing has changed that `live` shows."""
    return sha256(repr((card.calls, card.dialog, card.plans)).encode("utf-8", "replace")).hexdigest()[:16]
