"""Looking names up: what a query finds, what the cache keeps, what a person and a program see."""

import json

import click
import pytest
from click.testing import CliRunner

from salebot_uiscom.directory import KINDS, Cache, look_up, matches
from salebot_uiscom.directory.commands import commands
from salebot_uiscom.directory.lookup import FRESH_S
from salebot_uiscom.simulator import Phone, Simulator, SimulatorTransport
from salebot_uiscom.uis import UisClient, UisSettings
from salebot_uiscom.uis.errors import UisError


@pytest.fixture
def simulator():
    made = Simulator()
    made.account.employees[1].phones.append(Phone("79990001122", active=False))
    return made


@pytest.fixture
def client(simulator):
    with UisClient(UisSettings(access_token="KEY"), transport=SimulatorTransport(simulator)) as made:
        yield made


def names(found):
    return [row.get("name") or row.get("domain") or row.get("number") for row in found.rows]


# kind, query → what is found
QUERIES = [
    ("employees", "", 4),
    ("employees", "иванов", ["Иванов Иван Иванович"]),
    ("employees", "ИВАН", ["Иванов Иван Иванович"]),
    ("employees", "петр", ["Петрова Анна Сергеевна", "Сидоров Пётр Петрович"]),
    ("employees", "пётр", ["Петрова Анна Сергеевна", "Сидоров Пётр Петрович"]),
    ("employees", "2339299", ["Дежурный менеджер"]),
    ("employees", "233929", []),  # ids are exact
    ("employees", "+7 900 111-92-93", ["Петрова Анна Сергеевна"]),
    ("employees", "8 (900) 111 92 93", ["Петрова Анна Сергеевна"]),
    ("employees", "7999000", []),  # a switched-off phone rings nobody
    ("scenarios", "вход", ["Входящие"]),
    ("scenarios", "328746", ["Входящие"]),
    ("scenarios", "7800100", ["Входящие"]),
    ("numbers", "2752", ["78001002752"]),
    ("numbers", "входящие", ["78001002752"]),
    ("sites", "TEST", ["Тестовый сайт"]),
    ("sites", "80913", ["Тестовый сайт"]),
    ("campaigns", "источник", ["Тестовый источник"]),
    ("campaigns", "-1", ["Посетители без рекламной кампании"]),
    ("campaigns", "нет такой", []),
]


@pytest.mark.parametrize(("kind", "query", "expected"), QUERIES)
def test_a_query_finds(client, kind, query, expected):
    found = client.run(look_up(client.uis, KINDS[kind], query))
    assert (len(found.rows) if isinstance(expected, int) else names(found)) == expected


def test_every_kind_reads_its_list_with_known_columns(client, simulator):
    for kind in KINDS.values():
        assert client.run(look_up(client.uis, kind)).of > 0
    assert [request.outcome for request in simulator.requests] == ["ok"] * len(KINDS)


def test_rows_with_nulls_are_shown():
    for kind in KINDS.values():
        row = kind.shape({"id": 1})
        assert row["id"] == 1
        assert not matches(kind, row, "x")


def test_a_list_is_asked_once_a_day(client, simulator, tmp_path):
    cache, now = Cache(tmp_path / "deep" / "names.json"), 1_000_000.0
    first = client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: now))
    again = client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: now + 3600))
    assert (first.rows, first.age_s, again.rows, again.age_s) == (again.rows, 0.0, first.rows, 3600.0)
    assert len(simulator.requests) == 1
    client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: now + FRESH_S))
    client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: now + FRESH_S, refresh=True))
    client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: now - 5))  # a clock that was set back
    assert len(simulator.requests) == 4


def test_an_old_list_is_shown_with_the_reason_when_uis_refuses(client, simulator, tmp_path):
    cache = Cache(tmp_path / "names.json")
    client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: 0.0))
    simulator.account.keys[0].blocked = True
    found = client.run(look_up(client.uis, KINDS["sites"], cache=cache, clock=lambda: 2 * FRESH_S))
    assert (found.of, found.age_s) == (1, 2 * FRESH_S)
    assert found.refused is not None
    assert found.refused.mnemonic == "access_token_blocked"
    with pytest.raises(UisError):
        client.run(look_up(client.uis, KINDS["sites"], cache=cache, refresh=True))
    with pytest.raises(UisError):
        client.run(look_up(client.uis, KINDS["campaigns"], cache=cache))


def test_the_cache_holds_no_key_and_is_private_to_key_and_user(client, simulator, tmp_path):
    path = tmp_path / "names.json"
    client.run(look_up(client.uis, KINDS["employees"], cache=Cache(path)))
    assert "KEY" not in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0
    assert Cache(path).get(UisSettings(access_token="OTHER"), "employees") is None
    assert Cache(path).get(UisSettings(access_token="KEY", data_api_url="https://other.test/v2.0"), "employees") is None
    assert [item.name for item in tmp_path.iterdir()] == ["names.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 0}', '{"version": 1, "lists": {"x": 1}}'])
def test_a_broken_cache_counts_as_empty(client, tmp_path, content):
    path = tmp_path / "names.json"
    path.write_text(content, "utf-8")
    assert client.run(look_up(client.uis, KINDS["sites"], cache=Cache(path))).of == 1
    assert client.run(look_up(client.uis, KINDS["sites"], cache=Cache(path))).age_s > 0


def test_a_cache_that_cannot_be_written_hides_nothing(client, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    found = client.run(look_up(client.uis, KINDS["sites"], cache=Cache(tmp_path / "file" / "names.json")))
    assert found.of == 1
    assert "names.json" in found.unsaved


@pytest.fixture
def run(simulator, tmp_path, monkeypatch):
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")

    def make():
        return UisClient(UisSettings(access_token="KEY"), transport=SimulatorTransport(simulator))

    group = click.Group(commands={command.name: command for command in commands(make)})

    def call(*arguments):
        return CliRunner().invoke(group, [*arguments, "--cache", str(tmp_path / "names.json")])

    return call


def test_the_table_shows_ids_and_names(run):
    result = run("employees", "сидоров")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["id", "название", "телефоны", "внутренний", "состояние"]
    assert "2339294  Сидоров Пётр Петрович  79001119294  294" in result.stdout
    assert "1 из 4" in result.stderr


def test_json_for_programs(run):
    result = run("campaigns", "--json")
    shown = json.loads(result.stdout)
    assert (shown["kind"], shown["of"], shown["stale"]) == ("campaigns", 2, False)
    assert {row["name"]: row["id"] for row in shown["rows"]}["Тестовый источник"] == 401745


def test_nothing_found_is_status_one(run):
    assert run("sites", "нет").exit_code == 1
    assert run("sites", "нет", "--json").exit_code == 1
    assert run("sites").exit_code == 0


def test_a_refusal_tells_cause_and_cure(run, simulator):
    simulator.account.keys[0].blocked = True
    result = run("sites")
    assert result.exit_code == 1
    assert "ключ API заблокирован" in result.output


def test_a_known_list_is_marked_with_its_age(run, simulator):
    run("sites")
    shown = json.loads(run("sites", "--json").stdout)
    assert shown["age_s"] >= 0
    assert len(simulator.requests) == 1
    run("sites", "--refresh")
    assert len(simulator.requests) == 2


def test_control_characters_of_a_name_do_not_reach_the_terminal(run, simulator):
    simulator.account.sites[0].name = "зло\x1b[2J"
    assert "\x1b" not in run("sites").output


def test_without_a_key_the_usage_is_wrong(monkeypatch):
    monkeypatch.delenv("SALEBOT_UISCOM_API_KEY", raising=False)
    [first, *_] = commands()
    result = CliRunner().invoke(first, [])
    assert result.exit_code == 2
    assert "SALEBOT_UISCOM_API_KEY" in result.output
