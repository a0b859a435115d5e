"""What a simulated account of UIS holds. Plain records: change them at will before or between requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

BASIC = "Call API Базовый набор"
SCENARIO_CALL = "Call API Вызов сценария"
CALL_MANAGEMENT = "Call API Управление вызовами"
COMPONENTS = frozenset(
    {
        BASIC,
        SCENARIO_CALL,
        CALL_MANAGEMENT,
        "call_tracking",
        "consultant",
        "lead",
        "sitephone",
        "va",
        "upload_offline_messages",
    }
)
BOTH_APIS = frozenset({"call", "data"})


@dataclass(slots=True)
class Key:
    """A key of a user. `kind`: permanent, temporary (has `expires_at`) or session (made by `login.user`).

    `apis`: the check boxes of the user. `rights`: permissions as the table of methods names them
    (`employees: select`); None grants all.
    """

    token: str = field(repr=False)
    kind: str = "permanent"
    expires_at: datetime | None = None
    blocked: bool = False
    apis: frozenset[str] = BOTH_APIS
    rights: frozenset[str] | None = None


@dataclass(slots=True)
class User:
    login: str
    password: str = field(repr=False)


@dataclass(slots=True)
class Limits:
    """Points of one API. The windows are whole minutes and the days of the account."""

    minute_limit: int = 150
    day_limit: int = 750
    minute_used: int = 0
    day_used: int = 0
    minute: datetime | None = None
    day: datetime | None = None

    def turn(self, now: datetime) -> None:
        """Start new windows when the old ones are over. `now` is in the time of the account."""
        minute = now.replace(second=0, microsecond=0)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.minute != minute:
            self.minute, self.minute_used = minute, 0
        if self.day != day:
            self.day, self.day_used = day, 0

    def exceeded(self) -> str | None:
        """The spent window: `day`, `minute` or None."""
        if self.day_used >= self.day_limit:
            return "day"
        return "minute" if self.minute_used >= self.minute_limit else None

    def spend(self, points: int = 1) -> None:
        self.minute_used += points
        self.day_used += points

    def as_metadata(self, now: datetime) -> dict[str, int]:
        self.turn(now)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "day_limit": self.day_limit,
            "day_remaining": max(0, self.day_limit - self.day_used),
            "day_reset": int((midnight - now).total_seconds()),
            "minute_limit": self.minute_limit,
            "minute_remaining": max(0, self.minute_limit - self.minute_used),
            "minute_reset": 60 - now.second,
        }


@dataclass(slots=True)
class Phone:
    """A phone of an employee. `dial_time` seconds pass before an unanswered ring is given up."""

    number: str
    active: bool = True
    dial_time: int = 30


@dataclass(slots=True)
class Employee:
    id: int
    full_name: str
    phones: list[Phone] = field(default_factory=list)
    status_id: int = 1
    status: str = "available"
    extension: str | None = None
    email: str | None = None


@dataclass(slots=True)
class VirtualNumber:
    """Only a number with status `active` can start calls."""

    id: int
    number: str
    status: str = "active"
    type: str = "va"
    scenario_id: int | None = None


@dataclass(slots=True)
class Scenario:
    """Rings its employees one after another."""

    id: int
    name: str
    employee_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Site:
    id: int
    domain_name: str
    name: str | None = None
    state: str = "work"


@dataclass(slots=True)
class Campaign:
    """`creation_time` as UIS writes it, in the time of the account; null for the system campaign -1."""

    id: int
    name: str
    status: str = "active"
    type: str = "basic"
    site_id: int | None = None
    creation_time: str | None = None


@dataclass(slots=True)
class Tag:
    id: int
    name: str
    is_system: bool = False


@dataclass(slots=True)
class Contact:
    """An entry of the address book."""

    id: int
    full_name: str


@dataclass(slots=True)
class OfflineMessage:
    id: int
    date_time: datetime
    fields: dict[str, Any]
    tag_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class NotificationRule:
    """One notification of the account: which event makes which request.

    `name` becomes `notification_name`. `delay` seconds lie between the event and the sending. With `method` GET the
    placeholders stand in `url`.
    """

    name: str
    event: str
    url: str = field(repr=False)
    template: str | None = None
    method: str = "POST"
    delay: float = 0.3
    active: bool = True


@dataclass(slots=True)
class Account:
    """`unresolved` says what becomes of a placeholder that an event does not offer: `null`, or `keep` as it is.

    `allowed_addresses`: addresses and masks that may call the APIs; empty closes them for everybody.
    `allowed_directions`: first digits that calls may have (numbers of ten and more digits).
    `visitor_sessions`: id and start; a start of None fits every time.
    """

    app_id: int = 4735
    name: str = "Тестовый аккаунт"
    timezone: str = "Europe/Moscow"
    active: bool = True
    keys: list[Key] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    allowed_addresses: list[str] = field(default_factory=list)
    components: set[str] = field(default_factory=lambda: set(COMPONENTS))
    limits: dict[str, Limits] = field(default_factory=lambda: {"call": Limits(), "data": Limits()})
    allowed_directions: tuple[str, ...] = ("7",)
    black_list: set[str] = field(default_factory=set)
    media_files: set[int] = field(default_factory=set)
    tts_max_length: int = 500
    virtual_numbers: list[VirtualNumber] = field(default_factory=list)
    employees: list[Employee] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    contacts: dict[str, Contact] = field(default_factory=dict)
    visitor_sessions: dict[int, datetime | None] = field(default_factory=dict)
    user_fields: set[str] = field(default_factory=set)
    notifications: list[NotificationRule] = field(default_factory=list)
    offline_messages: list[OfflineMessage] = field(default_factory=list)
    records_talks: bool = True
    unresolved: str = "null"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def employee(self, employee_id: int) -> Employee | None:
        return next((item for item in self.employees if item.id == employee_id), None)

    def scenario(self, scenario_id: int | None) -> Scenario | None:
        return next((item for item in self.scenarios if item.id == scenario_id), None)

    def virtual_number(self, number: str) -> VirtualNumber | None:
        return next((item for item in self.virtual_numbers if item.number == number), None)

    def site(self, site_id: int | None) -> Site | None:
        return next((item for item in self.sites if item.id == site_id), None)

    def campaign(self, campaign_id: int | None) -> Campaign | None:
        return next((item for item in self.campaigns if item.id == campaign_id), None)

    def tag(self, tag_id: int) -> Tag | None:
        return next((item for item in self.tags if item.id == tag_id), None)

    def media_file_exists(self, file_id: int) -> bool:
        return file_id in self.media_files


def default_account() -> Account:
    """The account of the bundled bot scenarios; its key is `KEY`."""
    names = {
        2339292: "Иванов Иван Иванович",
        2339293: "Петрова Анна Сергеевна",
        2339294: "Сидоров Пётр Петрович",
        2339299: "Дежурный менеджер",
    }
    return Account(
        keys=[Key("KEY")],
        users=[User("bot@test.ru", "secret-0001")],
        allowed_addresses=["0.0.0.0/0", "::/0"],
        virtual_numbers=[VirtualNumber(51001, "78001002752", scenario_id=328746)],
        employees=[
            Employee(id_, name, [Phone(f"7900111{id_ % 10000:04d}")], extension=str(id_ % 1000))
            for id_, name in names.items()
        ],
        scenarios=[Scenario(328746, "Входящие", list(names))],
        sites=[Site(80913, "test.ru", "Тестовый сайт")],
        campaigns=[
            Campaign(401745, "Тестовый источник", site_id=80913, creation_time="2021-02-03 10:11:12"),
            Campaign(-1, "Посетители без рекламной кампании", type="system", site_id=80913),
        ],
        tags=[Tag(36, "Целевой"), Tag(88, "Нецелевой контакт", is_system=True)],
        visitor_sessions={987654321: None},
    )
