"""The command: a bot file, the environment, table and JSON, exit status; and the page of documentation."""

import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from doctor_bench import Setup

from salebot_uiscom.doctor.botfile import BotUnreadable, references_of, view_bot
from salebot_uiscom.doctor.commands import commands, receiver_keys, settings_of
from salebot_uiscom.doctor.findings import known_codes
from salebot_uiscom.doctor.report import fault_table
from salebot_uiscom.http import HttpTransport

BOT = """
[uiscom]
api_key = "KEY"
webhook_keys = ["hook"]

[constants]
virtual_phone = "78001002752"
employee_id = "2339292"

[[employee]]
email = "head@example.org"
uis_employee_id = "2339999"
virtual_phone = "78001002752"

[[block]]
id = 1
calc = '''
r = uiscom_employee_call(virtual_phone, phone, employee_id)
s = uiscom_scenario_call("78001002752", client.phone, 328746)
t = uiscom_employee_call(virtual_phone, phone, staff[0])
'''
"""


@pytest.fixture
def setup(monkeypatch):
    for name in ("API_KEY", "CALL_API_URL", "DATA_API_URL", "DATABASE", "WEBHOOK_KEYS"):
        monkeypatch.delenv(f"SALEBOT_UISCOM_{name}", raising=False)
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")
    made = Setup()
    # The command looks at the clock of the machine.
    made.skew_s = __import__("time").time() - made.now
    return made


@pytest.fixture
def run(setup):
    [command] = commands(lambda: HttpTransport(httpx.MockTransport(setup.answer), sleep=setup.simulator.advance))
    return lambda *arguments: CliRunner().invoke(command, arguments)


@pytest.fixture
def bot(tmp_path):
    path = tmp_path / "bot.toml"
    path.write_text(BOT, "utf-8")
    return str(path)


def test_the_numbers_and_ids_of_a_bot_are_found_where_they_are_used(bot):
    found = view_bot(bot).references
    assert [(item.value, item.where) for item in found.numbers] == [("78001002752", "bot.toml: block 1")]
    assert [item.value for item in found.employees] == ["2339292", "2339999"]
    assert [item.value for item in found.scenarios] == ["328746"]


def test_odd_bot_files_are_read_leniently(tmp_path):
    assert references_of({"block": [1], "constants": 2, "employee": {}}, "x").numbers == ()
    with pytest.raises(BotUnreadable):
        view_bot(tmp_path / "none.toml")
    (tmp_path / "broken.toml").write_text("[", "utf-8")
    with pytest.raises(BotUnreadable):
        view_bot(tmp_path / "broken.toml")


def test_a_bot_with_a_wrong_employee(run, bot):
    result = run("--bot", bot, "--receiver", "https://bot.test.ru/uiscom_webhook/hook")
    assert result.exit_code == 1
    assert "UI370  ошибка: bot.toml: employee head@example.org: сотрудника 2339999 в аккаунте нет" in result.output
    assert "→ найдите id: salebot-uiscom employees ИМЯ" in result.output
    assert "Ошибок: 1." in result.output
    assert "KEY" not in result.output


def test_json_and_status_of_a_healthy_account(run, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_API_KEY", "KEY")
    result = run("--json", "--employee", "2339292", "--scenario", "328746", "--number", "78001002752")
    shown = json.loads(result.output)
    assert (result.exit_code, shown["healthy"]) == (0, True)
    assert {finding["severity"] for finding in shown["findings"]} <= {"note"}


def test_english(run, setup, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "en")
    monkeypatch.setenv("SALEBOT_UISCOM_API_KEY", "KEY")
    setup.account.active = False
    result = run()
    assert result.exit_code == 1
    assert "UI336  fault [Call API, Data API]: the UIS account is switched off" in result.output


def test_without_a_key(run):
    result = run()
    assert result.exit_code == 1
    assert "API-ключ не задан" in result.output


def test_a_template_from_a_file(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_API_KEY", "KEY")
    (tmp_path / "body.txt").write_text('{"notification_name": "{{notification_name}}"}', "utf-8")
    result = run("--template", str(tmp_path / "body.txt"), "--event", "lost_call", "--json")
    assert [item["code"] for item in json.loads(result.output)["findings"] if item["severity"] == "fault"] == [
        "UI390", "UI392",
    ]  # fmt: skip


def test_bodies_need_no_account(run):
    result = run("--bodies")
    assert result.exit_code == 0
    assert "Любое событие:" in result.output
    assert "Потерянный звонок:" in result.output
    assert '"notification_name": {{notification_name}}' in result.output


def test_a_missing_bot_file_is_wrong_usage(run):
    assert run("--bot", "/nowhere/bot.toml").exit_code == 2


def test_the_table_of_a_bot_wins_over_the_environment():
    settings, problem = settings_of({"api_key": "OWN", "brand": "comagic"}, {"SALEBOT_UISCOM_API_KEY": "ENV"})
    assert problem == ""
    assert (settings.access_token, settings.url("call")) == ("OWN", "https://callapi.comagic.ru/v4.0")
    assert settings_of({}, {}) == (None, "")
    assert settings_of({"api_key": "K", "brand": "other"}, {})[1]
    assert receiver_keys({}, {"SALEBOT_UISCOM_WEBHOOK_KEYS": "a, b"}) == ("a", "b")
    assert receiver_keys({"webhook_keys": ["x"]}, {"SALEBOT_UISCOM_WEBHOOK_KEYS": "a"}) == ("x",)


def test_the_page_of_documentation_lists_every_fault():
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text("utf-8")
    assert len(known_codes()) >= 20
    assert fault_table("en") in page
