"""Seed files."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from salebot_uiscom.simulator import SeedError, load_seed

DOCS = Path(__file__).parent.parent.parent / "docs" / "simulator.md"


def write(folder: Path, text: str) -> Path:
    path = folder / "seed.toml"
    path.write_text(text, "utf-8")
    return path


def test_seed_of_the_documentation_is_complete_and_right(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    simulator = load_seed(write(tmp_path, text))
    account = simulator.account
    assert [key.kind for key in account.keys] == ["permanent", "temporary"]
    assert account.keys[1].expires_at == datetime(2027, 1, 1, tzinfo=ZoneInfo("Asia/Novosibirsk"))
    assert account.keys[1].rights == frozenset({"employees: select"})
    assert [phone.active for phone in account.employees[0].phones] == [True, False]
    assert account.contacts["79004443322"].full_name == "Петров Иван"
    assert account.limits["call"].minute_limit == 60
    assert account.visitor_sessions[987654321] is not None
    assert [rule.name for rule in account.notifications] == ["Завершение звонка", "Потеряли"]
    assert simulator.exchange.behaviours["79005556677"].outcome == "busy"
    assert (simulator.default_plan.talk, simulator.report_delay) == (20, 10)
    assert simulator.exchange.record_delay == 1


def test_seed_without_account_adds_to_the_default_one(tmp_path: Path) -> None:
    simulator = load_seed(write(tmp_path, '[[notification]]\nevent = "lost_call"\nurl = "http://127.0.0.1:1/"\n'))
    assert simulator.account.keys[0].token == "KEY"
    assert simulator.account.notifications[0].name == "Потерянный звонок"


MISTAKES = [
    # text, what is said in Russian, in English
    ("x =", "строка 1, столбец 4: здесь нет значения", "line 1, column 4: no value"),
    ("[[account]\nname = 'a'", "строка 1, столбец 10: заголовок не закрыт", "line 1, column 10: the header"),
    ("[plan\ntalk = 2", "строка 1, столбец 6: заголовок не закрыт", "the header"),
    ("[plan]\nends = 'contact", "строка 2, столбец 16: ", "line 2, column 16: "),
    ("[plan]\ntalk = 1\ntalk = 2", "строка 3, столбец 9: такое имя", "this name stands"),
    ("strange = 1", "нет таблицы 'strange'", "no table 'strange'"),
    ("[[acount]]", "нет таблицы 'acount'; возможно, account?", "perhaps account?"),
    ("account = 5", r"\[\[account\]\], по одной на запись; получено 5", r"written \[\[account\]\].*got 5"),
    ("[[plan]]\ntalk = 1", r"пишут как \[plan\]", r"written \[plan\]"),
    ("[[account]]\nstrange = 1", r"\[\[account\]\] 1: нет имени 'strange'", r"\[\[account\]\] 1: no name 'strange'"),
    ("[account]\nnaem = 'x'", "нет имени 'naem'; возможно, name?", "perhaps name?"),
    ('[[account]]\ntimezone = "Nowhere/City"', "timezone — часовой пояс.*Nowhere/City", "timezone is a zone"),
    ("[[account]]\napp_id = 'x'", "app_id — целое число; получено 'x'", "app_id is a whole number; got 'x'"),
    ("[[account]]\nactive = 1", "active — true или false", "active is true or false"),
    ('[[account]]\nunresolved = "maybe"', "unresolved — одно из: null, keep", "unresolved is one of"),
    ("[[account]]\nallowed_addresses = ['everywhere']", "allowed_addresses — .*everywhere", "allowed_addresses is"),
    ("[[account]]\nallowed_addresses = '0.0.0.0/0'", "allowed_addresses — список", "allowed_addresses is a list"),
    ("[[account]]\nblack_list = [79990000000]", "black_list — текст в кавычках; получено 79…00", "a text in quotes"),
    (
        "[[account]]\n[[account.site]]\nid = 1",
        r"\[\[account.site\]\] 1: не хватает domain_name",
        "domain_name is missing",
    ),
    ("[[account]]\n[[account.site]]\ndomain = 1", "'domain'; возможно, domain_name", "perhaps domain_name"),
    (
        "[[account]]\n[[account.site]]\nid = 1\ndomain_name = 'a.ru'\n[[account.site]]\nid = 'x'",
        r"\[\[account.site\]\] 2: id — целое число",
        r"\[\[account.site\]\] 2: id is a whole number",
    ),
    ("[account]\n[[account.employee]]\nid=1\nfull_name='a'\nphones='790'", "phones — список", "phones is a list"),
    ("[account]\n[[account.employee]]\nid=1\nfull_name='a'\nphones=[790]", "number — текст", "number is a text"),
    ("[[account]]\n[[account.key]]\ntoken = 't'\nkind = 'eternal'", "kind — одно из", "kind is one of"),
    ("[[account]]\n[[account.key]]\ntoken = 't'\napis = ['web']", "apis — одно из", "apis is one of"),
    ("[[account]]\n[[account.contact]]\nid = 1", r"contact\]\] 1: не хватает number", "number is missing"),
    ("[[account]]\n[[account.visitor_session]]\nstarted_at = 2026-03-01T12:00:00", "не хватает id", "id is missing"),
    ("[[account]]\n[account.limits.web]\nday_limit = 1", r"\[account.limits\]: нет имени 'web'", "no name 'web'"),
    ("[[account]]\n[account.limits.call]\nday_limit = 'x'", r"\[account.limits.call\]: day_limit — ", "day_limit is"),
    ("[[notification]]\nevent = 'call_finnished'", "возможно, call_finished?", "perhaps call_finished?"),
    ("[[notification]]\nevent = 'lost_call'\nurl = 'foo'", "url — адрес", "url is an http"),
    ("[[behaviour]]\nnumber = '*'\noutcome = 'sings'", "нет исхода 'sings'; есть: answers", "no outcome 'sings'"),
    ("[[behaviour]]\noutcome = 'busy'", r"\[\[behaviour\]\] 1: не хватает number", "number is missing"),
    ("[plan]\ntalk = -1", r"\[plan\]: talk — секунды", "talk is a number of seconds"),
    ("[plan]\nends = 'me'", "ends — одно из: contact, employee", "ends is one of"),
    ("[simulator]\nrepeated_upload = 'x'", "repeated_upload — одно из", "repeated_upload is one of"),
    ("[simulator]\nreport_delay = 'x'", "report_delay — секунды", "report_delay is a number of seconds"),
    ("[simulator]\nspeaking_statuses = 1", "speaking_statuses — true", "speaking_statuses is true"),
]


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [(lang, text, told[lang == "en"]) for text, *told in MISTAKES for lang in ("ru", "en")],
)
def test_mistake_is_named(lang: str, text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", lang)
    with pytest.raises(SeedError, match=rf"(?s)seed\.toml: .*{told}") as caught:
        load_seed(write(tmp_path, text))
    assert lang == "ru" or not re.search("[а-яё]", str(caught.value).lower())


def test_single_brackets_are_one_entry(tmp_path: Path) -> None:
    simulator = load_seed(write(tmp_path, "[account]\nname = 'Один'\n[account.key]\ntoken = 'K'\n"))
    assert (simulator.account.name, simulator.account.keys[0].token) == ("Один", "K")


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="файл не читается"):
        load_seed(tmp_path / "no.toml")
    (tmp_path / "seed.toml").write_bytes("name = 'Магазин'".encode("cp1251"))
    with pytest.raises(SeedError, match="UTF-8"):
        load_seed(tmp_path / "seed.toml")


@pytest.mark.parametrize(
    "text",
    ["a = 1 b", "a b", "a = 'x", 'a = "x', "a = [1", "a = {b = 1", "[plan]\n[plan]", "[plan\n", "a = 'x\ny'", "a = x"],
)
def test_usual_mistakes_of_toml_are_told_in_russian(text: str, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"строка \d, столбец \d+: [а-яё]") as caught:
        load_seed(write(tmp_path, text))
    assert "запись TOML с ошибкой" not in str(caught.value)
