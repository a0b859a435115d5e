"""A bot as its file describes it: frozen records, with everything that a reader of the file must know beside each key.

The records are the one place that knows the keys: the loader (`botfile`), the JSON Schema and `docs/bot-file.md` read
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..ports import Employee as CardEmployee
from ..source import Source, Span
from .matching import FUZZY, MATCH_TYPES, is_for_any
from .timers import UNITS

START, STATE, NOT_STATE, NOT_STATE_IF, CLOSE, COMMENT = (
    "start",
    "state",
    "not_state",
    "not_state_if",
    "close",
    "comment",
)
BLOCK_KINDS = (START, STATE, NOT_STATE, NOT_STATE_IF, CLOSE, COMMENT)
CONDITIONAL = (START, NOT_STATE_IF)
POSITIONAL = (START, STATE, CLOSE)  # the client stands in them

CLIENT_TYPES: Mapping[int, str] = {
    0: "ВКонтакте", 1: "Telegram", 2: "Viber", 3: "Facebook", 5: "Онлайн-чат", 6: "WhatsApp", 7: "Авито",
    8: "Одноклассники", 10: "Instagram", 12: "Юла", 13: "Телефония", 14: "E-mail", 16: "Telegram Business", 19: "Циан",
    20: "MAX", 21: "Telegram Account", 22: "TikTok", 23: "Discord",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def key(doc: str, *, default: Any = None, choices: tuple[Any, ...] = (), name: str = "", required: bool = False) -> Any:
    """A key of the bot file: what it means (Russian, for authors), what it may hold, its name if not the field's."""
    known = {"doc": doc, "choices": choices, "name": name, "required": required}
    if required:
        return field(metadata=known)
    if isinstance(default, dict | list):
        return field(default_factory=type(default), metadata=known)
    return field(default=default, metadata=known)


@dataclass(frozen=True, slots=True)
class Project:
    id: int = key("номер проекта", default=1)
    timezone: str = key("часовой пояс проекта", default="Europe/Moscow")
    api_key: str = key("ключ API бота: в адресах `/api/<ключ>/…`", default="")
    unknown_answer: str = key("ответ, когда бот не понял сообщение", default="")
    telephony_event_kind: int = key("значение message_from_outside для событий телефонии", default=3, choices=(3, 5))
    bot_on: bool = key("бот включён", default=True)
    webhook_url: str = key("адрес, на который отправляется копия каждого сообщения", default="")
    allowed_hosts: tuple[str, ...] = key(
        "внутренние адреса (имя или имя:порт), к которым боту всё же можно обращаться", default=()
    )


@dataclass(frozen=True, slots=True)
class Channel:
    type: int = key("номер мессенджера", required=True, choices=tuple(CLIENT_TYPES))
    group: str = key("идентификатор подключённого бота", required=True)
    phone: str = key("номер бота WhatsApp", default="")


@dataclass(frozen=True, slots=True)
class Employee:
    email: str = key("почта, она же логин", required=True)
    name: str = key("имя", default="")
    on_shift: bool = key("на смене", default=True)
    on_pause: bool = key("на перерыве", default=False)
    call_method: str = key("способ звонка: off, app или имя телефонии", default="off")
    virtual_phone: str = key("виртуальный номер сотрудника", default="")
    uis_employee_id: str = key("номер сотрудника в АТС", default="")
    password_hash: str = key("хеш пароля для карточки клиента (argon2); иначе пароль задаёт `password`", default="")
    description: str = key("описание", default="")
    phone: str = key("телефон", default="")
    position: str = key("должность", default="")
    custom_field1: str = key("дополнительное поле 1", default="")
    custom_field2: str = key("дополнительное поле 2", default="")
    custom_field3: str = key("дополнительное поле 3", default="")

    def for_card(self) -> CardEmployee:
        """The same person as plugins see him."""
        telephony = {
            name: value
            for name, value in (("virtual_phone", self.virtual_phone), ("uis_employee_id", self.uis_employee_id))
            if value
        }
        return CardEmployee(self.email, self.name, self.call_method, telephony)


@dataclass(frozen=True, slots=True)
class Request:
    """Request to an outside address that a block makes after its calculator."""

    url: str = key("адрес, с #{…}", required=True)
    method: str = key("метод", default="GET", choices=METHODS)
    headers: Mapping[str, str] = key("заголовки", default={})
    body: str = key("тело запроса, с #{…}", default="")
    save: Mapping[str, str] = key("что сохранить: имя переменной = путь в ответе через |", default={})


@dataclass(frozen=True, slots=True)
class Block:
    id: int = key("номер блока", required=True)
    kind: str = key("вид блока", required=True, choices=BLOCK_KINDS)
    name: str = key("название для людей", default="")
    condition: str = key("условие, варианты через ;", default="")
    match: str = key("тип сравнения", default=FUZZY, choices=MATCH_TYPES)
    minus: str = key("минус-слова", default="")
    compare: str = key("переменная для сравнения: имя или выражение", default="")
    priority: int = key("приоритет: больше — раньше", default=10)
    once: bool = key("сработать один раз для клиента", default=False)
    callback_only: bool = key("проверять только на колбэк", default=False)
    actions: str = key("действия до калькулятора: вызовы функций, по одному в строке", default="")
    calc: str = key("калькулятор", default="")
    request: Request | None = key("запрос к внешнему адресу", default=None)  # noqa: RUF009  # `key` makes a field
    buttons: tuple[str, ...] = key("кнопки под сообщением", default=())
    message: str = key("текст сообщения, с #{…}", default="")
    attachments: tuple[str, ...] = key("адреса вложений, с #{…}", default=())
    history: bool = key("сохранять сообщение в историю", default=True)

    @property
    def title(self) -> str:
        return f"блок {self.id} «{self.name}»" if self.name else f"блок {self.id}"

    @property
    def is_conditional(self) -> bool:
        return not is_for_any(self.condition) or bool(self.compare.strip())


@dataclass(frozen=True, slots=True)
class Arrow:
    id: int = key("номер стрелки", required=True)
    source: int = key("из какого блока", required=True, name="from")
    target: int = key("в какой блок", required=True, name="to")
    condition: str = key("условие, варианты через ;", default="")
    match: str = key("тип сравнения", default=FUZZY, choices=MATCH_TYPES)
    minus: str = key("минус-слова", default="")
    compare: str = key("переменная для сравнения: имя или выражение", default="")
    priority: int = key("приоритет: больше — раньше", default=10)
    delay: float | None = key("задержка; 0 — сразу; нет — ждать сообщения", default=None)
    unit: str = key("единица задержки", default="s", choices=UNITS)
    date: str = key("дата дд.мм.гггг, с #{…}", default="")
    time: str = key("время чч:мм, с #{…}", default="")
    send_if_past: bool = key("отправить, если дата прошла", default=False)
    cancel_if_left: bool = key("отменить, если клиент вышел из блока", default=False)
    cancel_timers: bool = key("отменить отложенные сообщения", default=True)
    keep: bool = key("не отменять это сообщение", default=False)
    once: bool = key("пройти один раз", default=False)
    input: str = key("в какую переменную записать ответ клиента", default="")
    button: bool = key("показать как кнопку", default=False)

    @property
    def title(self) -> str:
        return f"стрелка {self.id} ({self.source}→{self.target})"

    @property
    def is_timer(self) -> bool:
        return self.delay is not None or bool(self.date.strip() or self.time.strip())

    @property
    def is_conditional(self) -> bool:
        return not is_for_any(self.condition) or bool(self.compare.strip())


@dataclass(frozen=True, slots=True)
class Test:
    """A rehearsal written into the file; its steps are read by `host.script`."""

    __test__ = False  # not one of pytest's

    name: str = key("название", required=True)
    now: str = key("начало: ГГГГ-ММ-ДД чч:мм по времени проекта", default="")
    client: Mapping[str, Any] = key("собеседник: type, platform_id, name, group, variables", default={})
    steps: tuple[Mapping[str, Any], ...] = key("шаги", default=())


@dataclass(frozen=True, slots=True)
class Bot:
    """A whole bot. `settings` holds the tables of plugins (`[uiscom]`), which the host does not read."""

    project: Project = key("проект", default=Project())  # noqa: RUF009  # as above
    constants: Mapping[str, Any] = key("константы", default={})
    variables: Mapping[str, Any] = key("переменные проекта: начальные значения", default={})
    channels: tuple[Channel, ...] = key("подключённые мессенджеры, по порядку", default=(), name="channel")
    employees: tuple[Employee, ...] = key("сотрудники", default=(), name="employee")
    blocks: tuple[Block, ...] = key("блоки", default=(), name="block")
    arrows: tuple[Arrow, ...] = key("стрелки", default=(), name="arrow")
    tests: tuple[Test, ...] = key("проверки", default=(), name="test")
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    source: Source = field(default=Source(""), repr=False)
    spans: Mapping[tuple[Any, ...], Span] = field(default_factory=dict, repr=False)
    path: Path | None = None

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.project.timezone)

    def place(self, *where: Any) -> Span:
        """Where a key stands in the file: `place("block", 0, "calc")`; the nearest known place around it."""
        while where:
            if where in self.spans:
                return self.spans[where]
            where = where[:-1]
        return Span(0, 0)
