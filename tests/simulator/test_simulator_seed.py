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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x =", "Invalid value"),
        ("strange = 1", "strange"),
        ("[[account]]\nstrange = 1", "account.*strange"),
        ('[[account]]\ntimezone = "Nowhere/City"', "Nowhere/City"),
        ('[[account]]\nunresolved = "maybe"', "unresolved"),
        ("[[account]]\nallowed_addresses = ['everywhere']", "everywhere"),
        ("[[account]]\n[[account.site]]\nid = 1", "site.*domain_name"),
        ("[[account]]\n[[account.site]]\ndomain = 1", "site.*domain"),
        ("[[account]]\n[[account.key]]\ntoken = 't'\nkind = 'eternal'", "kind"),
        ("[[account]]\n[account.limits.web]\nday_limit = 1", "web"),
        ("[[notification]]\nevent = 'x'\nurl = ''", "no event"),
        ("[[behaviour]]\nnumber = '*'\noutcome = 'sings'", "sings"),
        ("[simulator]\nrepeated_upload = 'x'", "repeated_upload"),
    ],
)
def test_mistake_is_named(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=rf"(?s)seed\.toml: .*{told}"):
        load_seed(write(tmp_path, text))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read"):
        load_seed(tmp_path / "no.toml")
