"""The page for people: what rings, and buttons to pick up, decline and hang up. Plain forms, no scripts."""

from __future__ import annotations

import hmac
import re
from html import escape
from urllib.parse import parse_qs, urlencode

from .calls import TALKING, CallError, CallSession
from .core import Simulator
from .records import Reply

_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; frame-ancestors 'self'",
    ),
)
_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:1.5rem auto;max-width:62rem;padding:0 1rem;color:#1c2430;background:#fff}
body.inner{margin:0;padding:0;max-width:none}
h1{font-size:1.4rem}h2{font-size:1.1rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem .8rem .5rem 0;border-bottom:1px solid #d5dbe3;vertical-align:top}
button,input,select{font:inherit;padding:.35rem .7rem;max-width:100%;min-height:2.5rem;box-sizing:border-box}
button{cursor:pointer}
.fields{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end}.fields label{display:grid}
.actions{display:flex;flex-wrap:wrap;gap:.4rem}
code{font-size:.85em;color:#5a6675}.rings{color:#8a4b00}.talk{color:#0a6b3c}.ended{color:#5a6675}.error{color:#a01818}
iframe{border:0;width:100%;height:70vh;margin-top:1rem}ul{padding-left:1.2rem}
@media (max-width:44rem){
body{margin-top:1rem}thead{display:none}table,tbody,tr,td{display:block}
tr{padding:.6rem 0;border-bottom:1px solid #d5dbe3}td{border:0;padding:.1rem 0}
td[data-name]::before{content:attr(data-name) ": ";color:#5a6675}.actions{margin-top:.3rem}
}
@media (prefers-color-scheme:dark){body{color:#e6ebf2;background:#14181f}th,td,tr{border-color:#39424f}
code,.ended,td[data-name]::before{color:#9aa6b5}.rings{color:#ffc46b}.talk{color:#6fdca6}.error{color:#ff9a9a}}
"""
_TEXTS = {
    "ru": {
        "title": "Симулятор UIS",
        "about": "Звонки не настоящие: никому не звонят и ничего не стоят.",
        "other": "In English",
        "from": "Номер клиента",
        "to": "на номер",
        "call": "Позвонить",
        "none": "Звонков пока нет.",
        "id": "Звонок",
        "contact": "Клиент",
        "number": "Номер",
        "state": "Состояние",
        "actions": "Действия",
        "answer": "Ответить",
        "reject": "Отклонить",
        "hang_up_contact": "Клиент кладёт трубку",
        "hang_up_employee": "Сотрудник кладёт трубку",
        "rings_contact": "звонит телефон клиента",
        "rings_employee": "звонит телефон сотрудника",
        "rings_operator": "звонит телефон оператора",
        "talk": "разговор",
        "ended": "завершён",
        "connecting": "соединяется",
        "subscriber_disconnects": "клиент положил трубку",
        "operator_disconnects": "сотрудник положил трубку",
        "no_success_subscriber_call": "до клиента не дозвонились",
        "no_success_operator_call": "сотрудники не ответили",
        "no_active_scenario": "у номера нет сценария",
        "sent": "Уведомления",
        "waits": "ещё не отправлено",
        "not_now": "Сейчас это невозможно: звонок уже в другом состоянии.",
        "bad_number": "Номер клиента: только цифры, от 3 до 15.",
        "stale": "Форма устарела: откройте страницу заново.",
    },
    "en": {
        "title": "UIS simulator",
        "about": "These calls are not real: nobody is called and nothing is charged.",
        "other": "По-русски",
        "from": "Client's number",
        "to": "to",
        "call": "Call",
        "none": "No calls yet.",
        "id": "Call",
        "contact": "Client",
        "number": "Number",
        "state": "State",
        "actions": "Actions",
        "answer": "Answer",
        "reject": "Decline",
        "hang_up_contact": "Client hangs up",
        "hang_up_employee": "Employee hangs up",
        "rings_contact": "the client's phone rings",
        "rings_employee": "the employee's phone rings",
        "rings_operator": "the operator's phone rings",
        "talk": "talk",
        "ended": "over",
        "connecting": "connecting",
        "subscriber_disconnects": "the client hung up",
        "operator_disconnects": "the employee hung up",
        "no_success_subscriber_call": "the client did not answer",
        "no_success_operator_call": "the employees did not answer",
        "no_active_scenario": "the number has no scenario",
        "sent": "Notifications",
        "waits": "not sent yet",
        "not_now": "Not possible now: the call has moved on.",
        "bad_number": "Client's number: 3 to 15 digits.",
        "stale": "The form is out of date: open the page again.",
    },
}
_NUMBER = re.compile(r"[0-9]{3,15}")
_SHOWN = 50
_CELLS = ("id", "contact", "number")
_HANG_UPS = (("hang_up_contact", True), ("hang_up_employee", False))  # whether it is the client who does it


def answer(simulator: Simulator, token: str, verb: str, path: str, query: dict[str, str], body: bytes) -> Reply:
    """Reply to a request for the page; `token` proves that a form came from it."""
    lang = "en" if query.get("lang") == "en" else "ru"
    if verb == "GET" and path == "/":
        return Reply(200, _HEADERS, _frame(simulator, token, lang).encode())
    if verb == "GET" and path == "/calls":
        return Reply(200, _HEADERS, _calls(simulator, token, lang).encode())
    if verb == "POST" and path == "/action":
        return _act(simulator, token, body)
    return Reply(404, _HEADERS, b"<!doctype html><title>404</title>404")


def _document(lang: str, title: str, content: str, *, inner: bool = False, refresh: bool = False) -> str:
    again = '<meta http-equiv="refresh" content="2">' if refresh else ""
    body = '<body class="inner">' if inner else "<body>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>{body}{content}</body></html>"
    )


def _frame(simulator: Simulator, token: str, lang: str) -> str:
    t = _TEXTS[lang]
    options = "".join(
        f"<option>{escape(number.number)}</option>"
        for account in simulator.accounts
        for number in account.virtual_numbers
    )
    other = "ru" if lang == "en" else "en"
    content = (
        f'<h1>{t["title"]}</h1><p>{t["about"]} <a href="/?lang={other}">{t["other"]}</a></p>'
        f'{_form_open(token, lang, "incoming")}<div class="fields"><label>{t["from"]} '
        '<input name="contact" value="79004443322" inputmode="numeric" required></label>'
        f'<label>{t["to"]} <select name="number">{options}</select></label>'
        f"<button>{t['call']}</button></div></form>"
        f'<iframe src="/calls?lang={lang}" title="{t["title"]}"></iframe>'
    )
    return _document(lang, t["title"], content)


def _form_open(token: str, lang: str, action: str, call_id: int | None = None) -> str:
    hidden = {"token": token, "lang": lang, "action": action, "call": "" if call_id is None else str(call_id)}
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items())
    return f'<form method="post" action="/action">{fields}'


def _calls(simulator: Simulator, token: str, lang: str) -> str:
    t = _TEXTS[lang]
    with simulator.lock:
        rows = [_row(session, token, lang) for session in reversed(simulator.sessions()[-_SHOWN:])]
        sent = simulator.deliveries[-10:]
    head = "".join(f'<th scope="col">{t[name]}</th>' for name in (*_CELLS, "state", "actions"))
    table = f"<p>{t['none']}</p>"
    if rows:
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    notes = "".join(
        f"<li>{escape(item.name)} ({item.call_session_id}): {escape(str(item.status or item.error or t['waits']))}</li>"
        for item in reversed(sent)
    )
    told = f"<h2>{t['sent']}</h2><ul>{notes}</ul>" if notes else ""
    return _document(lang, t["title"], table + told, inner=True, refresh=True)


def _row(session: CallSession, token: str, lang: str) -> str:
    t = _TEXTS[lang]
    actions = ["answer", "reject"] if session.ringing else []
    talking = {leg.target.side == "contact" for leg in session.legs if leg.state == TALKING}
    actions += [action for action, contact in _HANG_UPS if contact in talking]
    buttons = "".join(
        f"{_form_open(token, lang, action, session.id)}<button>{t[action]}</button></form>" for action in actions
    )
    values = (str(session.id), session.contact, session.virtual_number)
    cells = "".join(
        f'<td data-name="{t[name]}">{escape(value)}</td>' for name, value in zip(_CELLS, values, strict=True)
    )
    return f'<tr>{cells}<td>{_state(session, lang)}</td><td><div class="actions">{buttons}</div></td></tr>'


def _state(session: CallSession, lang: str) -> str:
    """In words, for people; of an ended call also the reason as UIS tells it."""
    t = _TEXTS[lang]
    ringing = session.ringing
    if ringing:
        who = f": {ringing.target.employee.full_name}" if ringing.target.employee else ""
        return f'<span class="rings">{escape(t[f"rings_{ringing.target.side}"] + who)}</span>'
    if session.finish_reason is None:
        return f'<span class="talk">{t.get(session.stage, t["connecting"])}</span>'
    reason = session.finish_reason
    return f'<span class="ended">{t["ended"]}: {escape(t.get(reason, ""))}</span> <code>{escape(reason)}</code>'


def _act(simulator: Simulator, token: str, body: bytes) -> Reply:
    form = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    lang = "en" if form.get("lang") == "en" else "ru"
    if not hmac.compare_digest(form.get("token", "").encode(), token.encode()):
        return _problem(403, lang, "stale")
    action = form.get("action", "")
    try:
        if action == "incoming":
            if not _NUMBER.fullmatch(form.get("contact", "")):
                return _problem(400, lang, "bad_number")
            _incoming(simulator, form["contact"], form.get("number", ""))
        else:
            _manual(simulator, action, int(form.get("call", "")))
    except (CallError, ValueError):
        return _problem(409, lang, "not_now")
    back = ("/" if action == "incoming" else "/calls") + "?" + urlencode({"lang": lang})
    return Reply(303, (("Location", back),))


def _incoming(simulator: Simulator, contact: str, number: str) -> None:
    for account in simulator.accounts:
        if account.virtual_number(number) is not None:
            simulator.incoming_call(contact, number, account=account)
            return
    raise CallError("no such number")


def _manual(simulator: Simulator, action: str, call_id: int) -> None:
    if action == "answer":
        simulator.answer(call_id)
    elif action == "reject":
        simulator.reject(call_id)
    elif action in ("hang_up_contact", "hang_up_employee"):
        simulator.hang_up(call_id, action.removeprefix("hang_up_"))
    else:
        raise ValueError(action)


def _problem(status: int, lang: str, text: str) -> Reply:
    t = _TEXTS[lang]
    content = f'<p class="error">{t[text]}</p><p><a href="/?lang={lang}" target="_top">{t["title"]}</a></p>'
    return Reply(status, _HEADERS, _document(lang, t["title"], content).encode())
