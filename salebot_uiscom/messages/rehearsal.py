"""Texts: conversations on a terminal (SB66x, SB695, SB696) and steps of rehearsals (SB67x–SB69x)."""

from . import Message

_LINE, _STEP = "transcript", "step"

MESSAGES: dict[str, Message] = {
    "SB660": Message(_LINE, "клиент: {text}", "client: {text}"),
    "SB661": Message(_LINE, "событие: {text}", "event: {text}"),
    "SB662": Message(_LINE, "телефония: {text}", "telephony: {text}"),
    "SB663": Message(_LINE, "запуск блока {name}", "block {name} started"),
    "SB664": Message(_LINE, "по таймеру", "by timer"),
    "SB665": Message(_LINE, "по таймеру (стрелка {name})", "by timer (arrow {name})"),
    "SB666": Message(_LINE, "блоки: {text}", "blocks: {text}"),
    "SB697": Message(
        _STEP,
        "в проверке «{name}» нет шагов: она ничего не проверяет",
        "the test “{name}” has no steps: it checks nothing",
        'шаги: steps = [{{ user = "…", expect = "…" }}]',
        'steps: steps = [{{ user = "…", expect = "…" }}]',
    ),
    "SB698": Message(_STEP, "{name} стоит только рядом с: {text}", "{name} stands only beside: {text}"),
    "SB699": Message(_LINE, "ни один блок не подошёл", "no block matched"),
    "SB667": Message(_LINE, "бот: {text}", "bot: {text}"),
    "SB668": Message(_LINE, "бот клиенту {name}: {text}", "bot to client {name}: {text}"),
    "SB669": Message(_LINE, "не доставлено: {text}", "not delivered: {text}"),
    "SB670": Message(_LINE, "план: {text_due} → {text}", "plan: {text_due} → {text}"),
    "SB671": Message(_LINE, "план: {text_due} → блок {name}", "plan: {text_due} → block {name}"),
    "SB672": Message(_LINE, "ход не выполнен: {text}", "the turn was not done: {text}"),
    "SB673": Message(
        _STEP,
        "время пишут так: 2026-03-02 10:15, промежуток в wait так: 10 min (s, min, h, d), а здесь {text}",
        "write a time as 2026-03-02 10:15, a pause of wait as 10 min (s, min, h, d); here is {text}",
    ),
    "SB674": Message(
        _STEP, "client: неизвестный ключ {name}; бывают {text}", "client: unknown key {name}; there are {text}"
    ),
    "SB675": Message(_STEP, "неизвестный шаг {name}; бывают: {text}", "unknown step {name}; there are: {text}"),
    "SB676": Message(_STEP, "в одном шаге два действия: {text}", "two actions in one step: {text}"),
    "SB677": Message(
        _STEP, "приёмник уведомлений ответил {name}", "the receiver of notifications answered with {name}"
    ),
    "SB678": Message(_STEP, "{text}: это время уже прошло", "{text}: that time is over"),
    "SB679": Message(
        _STEP,
        "ожидалось сообщение {expected}, а бот молчит",
        "message {expected} was expected, but the bot is silent",
    ),
    "SB680": Message(
        _STEP,
        "ожидалось сообщение {expected}, а бот сказал {text}",
        "message {expected} was expected, but the bot said {text}",
    ),
    "SB681": Message(_STEP, "ожидалось молчание, а бот сказал {text}", "silence was expected, but the bot said {text}"),
    "SB682": Message(_STEP, "запросов не ожидалось, а был {name}", "no request was expected, but there was {name}"),
    "SB683": Message(
        _STEP, "ожидался запрос {expected}, а его не было", "request {expected} was expected, but there was none"
    ),
    "SB684": Message(
        _STEP, "ожидался запрос {expected}, а был {name}", "request {expected} was expected, but there was {name}"
    ),
    "SB685": Message(_STEP, "{name_method}: нет параметра {name}", "{name_method}: there is no parameter {name}"),
    "SB686": Message(
        _STEP,
        "{name_method}: {name} = {text}, а ожидалось {expected}",
        "{name_method}: {name} = {text}, but {expected} was expected",
    ),
    "SB687": Message(
        _STEP,
        "переменная {name} не задана, а ожидалось {expected}",
        "variable {name} is not set, but {expected} was expected",
    ),
    "SB688": Message(_STEP, "{name} = {text}, а ожидалось {expected}", "{name} = {text}, but {expected} was expected"),
    "SB689": Message(
        _STEP,
        "переменная {name} не должна быть задана, а в ней {text}",
        "variable {name} should not be set, but holds {text}",
    ),
    "SB690": Message(
        _STEP,
        "клиент в блоке {name}, а ожидался {expected}",
        "the client is in block {name}, but {expected} was expected",
    ),
    "SB691": Message(
        _STEP,
        "отложенных сообщений {text}, а ожидалось {expected}",
        "{text} plans are waiting, but {expected} were expected",
    ),
    "SB692": Message(
        _STEP,
        "бот сказал ещё {text}, а шаг expect этого не ждал",
        "the bot also said {text}, which no step expect asked for",
    ),
    "SB693": Message(
        _STEP,
        "был ещё запрос {name}, а шаг uis его не ждал",
        "there was one more request, {name}, which no step uis asked for",
    ),
    "SB694": Message(_STEP, "отложенное сообщение не выполняется", "a plan is never carried out"),
    "SB695": Message(_LINE, "{name}: не сделано, {expected} ({text})", "{name}: not done, {expected} ({text})"),
    "SB696": Message(
        _LINE,
        "{name}: неизвестно, сделано ли, {expected} ({text})",
        "{name}: nobody knows whether it is done, {expected} ({text})",
    ),
}
