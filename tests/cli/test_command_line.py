"""The command line as people and programs use it: what it prints, where, and with which exit status."""

from __future__ import annotations

import io
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import salebot_uiscom as su
from salebot_uiscom.__main__ import main
from salebot_uiscom.cli import app, evaluation
from salebot_uiscom.cli.app import COMMANDS
from salebot_uiscom.cli.words import told
from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import ClaimLost, StoreBusy, StoreError, StoreRefused, StoreUnavailable, open_store
from salebot_uiscom.store.records import NewEvent, SetVariable, Turn

ROOT = Path(__file__).resolve().parents[2]
CALLBACK = str(ROOT / "examples" / "callback.toml")
CASES = [
    json.loads(line)
    for file in sorted((ROOT / "tests/conformance").glob("*.jsonl"))
    for line in file.read_text("utf-8").splitlines()
    if line
]


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command line in this process, in Russian unless it says otherwise."""
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")
    monkeypatch.delenv("SALEBOT_UISCOM_DATABASE", raising=False)

    def run(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")
        status = main(list(arguments))
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return run


# ---------------------------------------------------------------- the whole


def test_version(call: Call) -> None:
    assert call("--version") == Done(0, f"salebot-uiscom {su.__version__}\n", "")
    assert call("--lang", "en", "--version").out == f"salebot-uiscom {su.__version__}\n"


def test_help_lists_every_command_in_both_languages(call: Call) -> None:
    russian, english = call("--help"), call("--help", "--lang", "en")
    assert (russian.status, english.status) == (0, 0)
    for name in COMMANDS:
        assert f"\n  {name} " in russian.out
        assert f"\n  {name} " in english.out
    assert "Команды:" in russian.out
    assert "Commands:" in english.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text_in_both_languages(call: Call, name: str) -> None:
    russian, english = call(name, "--help"), call("--lang", "en", name, "--help")
    assert (russian.status, english.status) == (0, 0)
    assert f"Вызов: salebot-uiscom {name}" in russian.out
    assert f"Usage: salebot-uiscom {name}" in english.out
    assert any("а" <= char <= "я" for char in russian.out.splitlines()[2])
    assert not any("а" <= char <= "я" for char in english.out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evl", "2+2"], "нет команды evl. Возможно, eval?"),
        (["nothing-like-it"], "нет команды nothing-like-it."),
        (["eval", "--sat", "x=1"], "нет ключа --sat. Возможно, --set?"),
        (["eval", "--set", "x", "1"], "--set: нужно ИМЯ=ЗНАЧЕНИЕ, а здесь x"),
        (["match"], "не хватает: PHONE"),
        (["test"], "не хватает: BOT..."),
        (["test", "nowhere.toml"], "нет файла nowhere.toml"),
        (["events", "list", "--database", "nowhere.sqlite"], "нет файла nowhere.sqlite"),
        (["--lang", "fr", "eval", "1"], "--lang: ru или en, а не fr"),
        (["eval", "--now", "вчера", "1"], "--now: "),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_is_wrong(call: Call, arguments: Sequence[str], words: str) -> None:
    done = call(*arguments)
    assert done.status == 2
    assert done.out == ""
    assert words in done.err


def test_wrong_usage_in_english(call: Call) -> None:
    done = call("--lang", "en", "evl")
    assert (done.status, done.err.splitlines()[0]) == (2, "there is no command evl. Did you mean eval?")


def test_nothing_to_do_shows_the_help(call: Call) -> None:
    done = call()
    assert done.status == 2
    assert "Команды:" in done.out


def test_a_reader_that_leaves_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    assert app.run(["functions"]) == 1


# ---------------------------------------------------------------- eval


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (["2+2"], "4\n"),
        (["'привет'"], "привет\n"),
        (["нет_такой"], "None\n"),
        (['[1, "a"]'], '[1,"a"]\n'),
        (["--set", "цена=5", "цена * 2"], "10\n"),
        (["--set", "имя=Иван", "'Здравствуйте, ' + имя"], "Здравствуйте, Иван\n"),
        (["--set", "т=[1,2]", "arr_len(т)"], "2\n"),
        (["--set", "код=007", "код"], "007\n"),
        (["--now", "2026-03-02T10:15:00+03:00", "current_time"], "10:15\n"),
        (["--now", "2026-03-02 10:15", "current_time"], "10:15\n"),
        (["--now", "2026-03-02T10:15:00+05:00", "current_time"], "10:15\n"),
        (['x = "#{1+1}"'], 'x = "2"\n'),
        (["a = 1\nb = a + 1"], "a = 1\nb = 2\n"),
    ],
)
def test_eval_prints_a_value_or_the_variables(call: Call, arguments: list[str], out: str) -> None:
    assert call("eval", *arguments) == Done(0, out, "")


def test_eval_reads_the_standard_input(call: Call) -> None:
    assert call("eval", "-", stdin="a = 2\nb = a * 3\n").out == "a = 2\nb = 6\n"
    assert call("eval", stdin="7 * 6\n").out == "42\n"


def test_eval_shows_an_error_with_its_line_and_carets(call: Call) -> None:
    done = call("eval", "a = 1\nb = 'три' - a\nc = 3")
    assert done.status == 1
    assert done.out == "a = 1\nc = 3\n"
    place, line, carets, *_ = done.err.splitlines()
    assert place.startswith("eval, 2:5: SB")
    assert line == " 2 | b = 'три' - a"
    assert carets.strip("| ").startswith("^")


def test_eval_speaks_the_wanted_language(call: Call) -> None:
    assert "неизвестная функция" in call("eval", "unheard(1)").err
    assert "unknown function" in call("--lang", "en", "eval", "unheard(1)").err.lower()


@pytest.mark.parametrize("plain", [True, False], ids=["without click", "with click"])
def test_eval_json_is_the_same_with_and_without_click(call: Call, plain: bool) -> None:
    arguments = ["eval", "--json", "--set", "n=2", "x = n\ny = unheard(n)"]
    # `--set=…` is an argument that only click reads.
    done = call(*(arguments if plain else ["eval", "--json", "--set=n=2", arguments[-1]]))
    assert done.status == 1
    assert done.err == ""
    answer = json.loads(done.out)
    assert answer["variables"] == {"n": 2, "x": 2}
    (error,) = answer["errors"]
    assert list(error) == ["kind", "code", "line", "column", "message", "hint"]
    assert (error["kind"], error["line"], error["column"]) == ("unknown_function", 2, 5)


def test_eval_json_takes_the_text_as_a_calculator_field_and_tells_the_value_of_an_expression(call: Call) -> None:
    done = call("eval", "--json", "2 + 2")
    assert [error["kind"] for error in json.loads(done.out)["errors"]] == ["syntax"]
    assert json.loads(done.out)["value"] == 4
    assert json.loads(call("eval", "--json", "round(2.5)").out) == {"variables": {}, "errors": [], "value": 3}
    finding = json.loads(call("eval", "--json", "x = if(a = 5, 1, 2)").out)["findings"][0]
    assert (finding["code"], finding["severity"]) == ("SB709", "error")
    assert done.status == 1
    assert json.loads(call("eval", "--json", "x = 2 + 2").out) == {"variables": {"x": 4}, "errors": []}


@pytest.mark.parametrize("case", [case for case in CASES if "code" in case], ids=lambda case: case["id"])
def test_eval_agrees_with_the_library(case: dict[str, object]) -> None:
    code, setup, now = str(case["code"]), dict(case.get("setup") or {}), case.get("now")
    random.seed(1)
    context = evaluation.context_of(now, "ru")
    variables, errors, _ = evaluation.calculate(code, setup, context, as_field=True)
    random.seed(1)
    outcome = su.evaluate(code, setup, now=now)
    assert repr(variables) == repr(outcome.variables)
    assert [one.to_dict() for one in errors] == [one.to_dict() for one in outcome.errors]


def test_eval_as_a_process_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "salebot_uiscom", "eval", "2 ^ 10"], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1024\n", "")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["eval", r"""get('["a\ud800"]', 0)"""], r"a\ud800" + "\n"),
        (["eval", "--json", r"""x = get('["a\ud800"]', 0)"""], r'{"variables": {"x": "a\ud800"}, "errors": []}' + "\n"),
    ],
)
def test_half_of_a_surrogate_pair_is_printed_as_its_escape(arguments: list[str], printed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "salebot_uiscom", *arguments], capture_output=True, text=True, encoding="utf-8", cwd=ROOT
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, "")


# ---------------------------------------------------------------- repl, functions


def test_repl_keeps_variables_from_line_to_line(call: Call) -> None:
    done = call("repl", stdin="a = 2\na * 21\n\nb = unheard()\n:vars\n:quit\nafter\n")
    assert done.status == 0
    assert done.out == "a = 2\n42\na = 2\n"
    assert "SB201" in done.err


def test_functions_lists_finds_and_explains(call: Call) -> None:
    everything = call("functions").out
    assert "Числа" in everything
    assert "uiscom_employee_call" in everything
    assert len(call("functions", "uiscom").out.splitlines()) == 6  # a heading and five functions
    assert "round(1.8888888, 2)  # 1.89" in call("functions", "round").out
    assert "Numbers" in call("functions", "--lang", "en").out


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("телефон", "normalizePhone"), ("дата", "addDays"), ("массив", "arr_len"), ("МАССИВА", "arr_len"),
        ("rounds", "round"), ("случайный элемент", "select_random_from_list"), ("days", "addDays"),
    ],
)  # fmt: skip
def test_functions_are_found_by_words_of_their_descriptions(call: Call, word: str, found: str) -> None:
    done = call("functions", word)
    assert (done.status, found in done.out) == (0, True)


def test_a_name_in_russian_letters_is_near_to_one_in_latin(call: Call) -> None:
    done = call("functions", "раунд")
    assert done.status == 1
    assert "Возможно: round" in done.err


def test_functions_knows_the_nearest_name(call: Call) -> None:
    done = call("functions", "uiscom_employe_call")
    assert done.status == 1
    assert "uiscom_employee_call" in done.err


# ---------------------------------------------------------------- bots


def test_run_talks_to_a_bot(call: Call) -> None:
    lines = ["Позвоните мне", "79004443322", "/calls", "/vars", "/wait 10 min", "/webhook Входящий", "/wait завтра"]
    done = call("run", CALLBACK, "--now", "2026-03-02 10:15", stdin="\n".join(lines))
    assert done.status == 0
    assert "бот: Напишите номер в виде 79001234567" in done.out
    assert "бот: Соединяем с менеджером" in done.out
    assert 'start.employee_call {"virtual_phone_number": "78…52"' in done.out
    assert 'client.phone = "79004443322"' in done.out
    assert "02.03 10:25  событие: Uiscom_event Входящий" in done.out
    assert "завтра" in done.err


def test_test_passes_the_examples(call: Call) -> None:
    files = sorted(str(path) for path in (ROOT / "examples").glob("*.toml"))
    done = call("test", *files)
    assert done.status == 0, done.out
    assert "не прошло 0" in done.out


def test_test_fails_with_the_place_of_the_step(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    text = Path(CALLBACK).read_text("utf-8")
    bot.write_text(text.replace('expect = "Соединяем с менеджером", position = 3', 'expect = "Звоним"'), "utf-8")
    done = call("test", str(bot))
    assert done.status == 1
    assert "✗ bot.toml: в рабочее время звоним сразу" in done.out
    assert "ожидалось сообщение 'Звоним', а бот сказал 'Соединяем с менеджером'" in done.out
    assert f"{bot}:" in done.out


def test_test_without_tests_is_no_success(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[[block]]\nid = 1\nkind = "start"\ncondition = "а"\nmessage = "б"\n', "utf-8")
    assert call("test", str(bot)).status == 1


def test_a_broken_bot_file_is_told_with_its_line(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[[block]]\nid = 1\nkind = "strat"\n', "utf-8")
    for command in ("test", "run"):
        done = call(command, str(bot))
        assert done.status == 1
        assert "bot.toml, 3:" in done.err


# ---------------------------------------------------------------- check, fmt


def test_check_finds_nothing_wrong_with_the_examples(call: Call) -> None:
    done = call("check", *(str(path) for path in (ROOT / "examples").glob("*.toml")))
    assert (done.status, done.out) == (0, ""), done.out


def test_check_tells_the_place_in_the_file(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(Path(CALLBACK).read_text("utf-8").replace("uiscom_employee_call(", "uiscom_employe_call("), "utf-8")
    done = call("check", str(bot))
    assert done.status == 1
    assert "uiscom_employee_call" in done.out
    assert "ошибок: 1" in done.err
    (row,) = [row for row in json.loads(call("check", "--format", "json", str(bot)).out) if row["severity"] == "error"]
    assert row["file"] == str(bot)
    assert {"kind", "code", "line", "column", "message", "hint"} <= row.keys()
    assert "uiscom_employe_call" in bot.read_text("utf-8").splitlines()[row["line"] - 1]


@pytest.mark.parametrize("command", ["check", "run", "serve"])
def test_a_misspelt_setting_of_the_telephony_has_its_place(call: Call, tmp_path: Path, command: str) -> None:
    file = tmp_path / "bot.toml"
    file.write_text('[uiscom]\napi_key = "KEY"\nwebhok_keys = ["hook"]\n\n[[block]]\nid = 1\nkind = "start"\n', "utf-8")
    done = call(command, str(file))
    assert (done.status, KEY_WORDS in done.out + done.err) == (1, True)
    assert "bot.toml, 3:1: UI248" in done.out + done.err
    in_english = call("--lang", "en", command, str(file))
    assert "did you mean webhook_keys?" in in_english.out + in_english.err


KEY_WORDS = "нет такой настройки: webhok_keys; возможно, webhook_keys?"


def test_check_reads_a_calculator_field(call: Call) -> None:
    assert call("check", "-", stdin="a = 1\n").status == 0
    done = call("check", "-", stdin="a = 1\nb = unheard(a)\n")
    assert done.status == 1
    assert "-, 2:5:" in done.out


def test_check_fixes_what_can_be_fixed(call: Call, tmp_path: Path) -> None:
    field = tmp_path / "field.txt"
    wrong = 'a = 1\r\nx = if(a = 5, "да", "нет")\r\n'
    field.write_bytes(wrong.encode())
    assert call("check", str(field)).status == 1
    assert call("check", "--fix", str(field)).status == 0
    assert field.read_bytes() == wrong.replace("a = 5", "a == 5").encode()
    through = call("check", "--fix", "-", stdin="x = if(a = 5, 1, 2)")
    assert (through.status, through.out) == (0, "x = if(a == 5, 1, 2)")


def test_fmt_spaces_a_field_and_keeps_the_rest_of_a_bot(call: Call, tmp_path: Path) -> None:
    assert call("fmt", "-", stdin="a=1+2\n") == Done(0, "a = 1 + 2\n", "-\n")
    bot = tmp_path / "bot.toml"
    text = Path(CALLBACK).read_text("utf-8")
    bot.write_text(text.replace("call_res = uiscom", "call_res=uiscom"), "utf-8")
    assert call("fmt", "--check", str(bot)) == Done(1, "", f"{bot}\n")
    assert call("fmt", str(bot)).status == 0
    assert bot.read_text("utf-8") == text
    assert call("fmt", "--check", str(bot)) == Done(0, "", "")


# ---------------------------------------------------------------- the file with the dialogs


HEAD_OF_STAFF = '[[employee]]\nemail = "head@example.org"\n'


def not_a_database(path: Path) -> None:
    path.write_text("a text " * 300)


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE photos (a)")


def of_a_newer_release(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE _sqlite_migrations SET name = 'm999_later' WHERE name = 'm007_roots'")
        file.commit()


@pytest.mark.parametrize(
    ("make", "russian", "english"),
    [
        (not_a_database, "это не файл с диалогами", "this is no file with dialogs"),
        (
            of_another_program,
            "другой программе: в нём есть таблица photos",
            "to another program: it has a table photos",
        ),
        (of_a_newer_release, "более новым выпуском (в нём есть m999_later)", "by a newer release (it has m999_later)"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_both_languages_with_the_cure(
    make: Callable[[Path], None], russian: str, english: str, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "file.sqlite"
    make(path)
    for language, words in (("ru", russian), ("en", english)):
        done = call("--lang", language, "events", "list", "--database", str(path))
        assert done.status == 1
        assert words in done.err
        assert "; " in done.err
        assert "SQLite:" not in done.err


def test_a_folder_that_is_missing_and_a_foreign_store_are_told(call: Call, tmp_path: Path) -> None:
    bot, missing = tmp_path / "bot.toml", str(tmp_path / "no" / "x.sqlite")
    bot.write_text(HEAD_OF_STAFF, "utf-8")
    absent = call("password", str(bot), "head@example.org", "--database", missing, stdin="long enough\n")
    assert f"нет папки {tmp_path / 'no'};" in absent.err
    foreign = call("events", "list", "--database", "postgresql://x/y")
    assert foreign.err.startswith("хранилищ postgresql этот выпуск не знает")
    assert absent.status == foreign.status == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (StoreBusy("another program has held the file for 5 s"), "занят другой программой"),
        (StoreRefused("client 7 does not exist"), "(client 7 does not exist)"),
        (ClaimLost("turn x is nobody's by now"), "уже ведёт другая программа"),
        (StoreUnavailable("SQLite: database or disk is full"), "нет места"),
        (StoreUnavailable("SQLite: attempt to write a readonly database"), "нельзя писать"),
        (StoreUnavailable("SQLite: database disk image is malformed"), "повреждён"),
        (StoreUnavailable("SQLite: something new"), "недоступен (SQLite: something new)"),
    ],
)
def test_every_fault_of_the_store_has_words(fault: StoreError, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "ru")
    assert words in told(fault)


@pytest.mark.parametrize(("email", "password"), [("nobody@example.org", "long enough"), ("head@example.org", "short")])
def test_a_refused_password_leaves_no_file_behind(call: Call, tmp_path: Path, email: str, password: str) -> None:
    bot, database = tmp_path / "bot.toml", tmp_path / "bot.sqlite"
    bot.write_text(HEAD_OF_STAFF, "utf-8")
    done = call("password", str(bot), email, "--database", str(database), stdin=f"{password}\n")
    assert done.status == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bot.toml"]


# ---------------------------------------------------------------- events, match


@pytest.fixture
def database(tmp_path: Path) -> str:
    """One client with a phone, one routed notification, one in quarantine, one finished event."""
    path = str(tmp_path / "bot.sqlite")
    with open_store(path) as store:
        client = store.create_client(NewClient(1, "555", "my_bot", "Иван"))
        change = SetVariable("client", client.id, "phone", "79004443322")
        store.commit_turn(Turn(f"setup:{client.id}", client.id, changes=(change,)))
        body = b'{"notification_name": "X", "contact_info": {"contact_phone_number": "79004443322"}}'
        store.store_notification("uiscom", "f1", body, 1772434800.0, 60.0)
        stored = store.claim_notification("me")
        assert stored is not None
        store.deliver_event(stored.id, NewEvent(client.id, "Uiscom_event X", 3, 1772434800.0))
        store.store_notification("uiscom", "f2", b"{", 1772434801.0, 60.0, problem="not JSON")
    return path


def test_events_are_listed_newest_first_with_phones_masked(call: Call, database: str) -> None:
    done = call("events", "list", "--database", database)
    assert done.status == 0
    heads, first, second = done.out.splitlines()
    assert heads.startswith("№  получено  состояние  имя")
    assert "  не прочитано  " in first
    assert first.endswith("не JSON")
    assert "10:00:00+03:00  доставлено  X  1001" in second
    assert done.err == "строк: 2; время: Europe/Moscow\n"
    assert "quarantine" in call("--lang", "en", "events", "list", "--database", database).out
    assert call("events", "list", "--state", "не прочитано", "--database", database).out.splitlines()[1:] == [first]
    rows = json.loads(call("events", "list", "--json", "--database", database).out)
    assert [row["state"] for row in rows] == ["quarantine", "routed"]
    assert rows[1]["received"].startswith("2026-03-0")
    assert "79004443322" not in json.dumps(rows)


def test_names_of_events_are_read_as_the_receiver_reads_them(call: Call, database: str) -> None:
    with open_store(database) as store:
        for number, body in enumerate((b"notification_name=%22Y%22", b'{"notification_name": ""Z"", "x": {{y}}}')):
            store.store_notification("uiscom", f"name{number}", body, 1772434802.0 + number, 60.0)
    rows = json.loads(call("events", "list", "--json", "--database", database).out)
    assert [row["name"] for row in rows] == ["Z", "Y", "", "X"]


def test_events_of_dialogs_and_by_state(call: Call, database: str) -> None:
    rows = json.loads(call("events", "list", "--dialogs", "--json", "--database", database).out)
    assert [row["text"] for row in rows] == ["Uiscom_event X"]
    assert json.loads(call("events", "list", "--state", "unmatched", "--json", "--database", database).out) == []


def test_an_event_is_shown_whole(call: Call, database: str) -> None:
    masked, full = (call("events", "show", "1", "--database", database, *more) for more in ((), ("--full",)))
    assert "79004443322" not in masked.out
    assert "79…22" in masked.out
    assert "79004443322" in full.out
    assert call("events", "show", "77", "--database", database).status == 1


def test_an_event_is_replayed_once_it_is_done(call: Call, database: str) -> None:
    assert call("events", "replay", "1", "--database", database).status == 0
    assert call("events", "replay", "1", "--database", database).status == 1  # waiting already
    answer = call("events", "replay", "2", "--json", "--database", database)
    assert json.loads(answer.out) == {"id": 2, "replayed": True}
    with open_store(database) as store:
        assert {record.state for record in store.notifications()} == {"waiting"}


def test_match_tells_whose_phone_it_is_and_creates_nobody(call: Call, database: str) -> None:
    found = call("match", "8 (900) 444-33-22", "--explain", "--database", database)
    assert found.status == 0
    assert found.out.splitlines()[-1] == "клиент 1001"
    assert len(found.out.splitlines()) > 3
    assert "79004443322" not in found.out
    stranger = json.loads(call("match", "79990000000", "--json", "--database", database).out)
    assert stranger["client_id"] is None
    assert stranger["would_create"] == {"type": 13, "group": ""}
    assert call("match", "911", "--database", database).status == 1
    with open_store(database) as store:
        assert len(store.clients()) == 1


def test_match_asks_the_bot_for_its_whatsapp(call: Call, database: str, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[[channel]]\ntype = 6\ngroup = "wa1"\n', "utf-8")
    answer = json.loads(call("match", "79990000000", "--json", "--bot", str(bot), "--database", database).out)
    assert answer["would_create"] == {"type": 6, "group": "wa1"}


def test_explain_tells_the_chain_with_phones_masked(call: Call, database: str) -> None:
    told = call("explain", "notification:1", "--database", database)
    assert told.status == 0
    assert "получено" in told.out
    assert "79004443322" not in told.out
    kinds = [
        step["kind"] for step in json.loads(call("explain", "notification:1", "--json", "--database", database).out)
    ]
    assert kinds[0] == "received"
    unknown = call("explain", "event:777", "--database", database)
    assert unknown.status == 1
    assert "ничего не известно" in unknown.err


# ---------------------------------------------------------------- mistakes of a first hour


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("eval", "1", "+", "2"), 'лишнее: + 2. Текст с пробелами берут в кавычки: "1 + 2"'),
        (
            ("eval", "--now", "вчера", "1"),
            "--now: «вчера» — не время; пишут так: 2026-03-02 10:15, а с часовым",
        ),
        (("run", CALLBACK, "--now", "вчера"), "--now: «вчера» — не время; пишут так: 2026-03-02 10:15"),
        (("events", "show", "abc"), "NUMBER: нужно целое число"),
        (("events", "list", "--state", "foo"), "--state: можно waiting, working"),
        (("events", "list", "--limit", "0"), "--limit: нужно целое число от 1"),
        (("serve", CALLBACK, "--port", "99999"), "--port: нужно целое число от 0 до 65535"),
        (("serve", "--host"), "--host: после этого ключа нужно значение"),
    ],
)
def test_a_wrong_argument_is_explained_in_russian(call: Call, arguments: tuple[str, ...], told: str) -> None:
    done = call(*arguments)
    assert done.status == 2
    assert told in done.err


def test_a_busy_port_is_explained(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("simulate", "--port", str(taken.getsockname()[1]))
    assert done.status == 1
    assert "порт занят другой программой; возьмите другой: --port 0 — любой свободный" in done.err


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = random(1, 10", "SB702"),
        ("x = if(a = 1, 2, 3)", "SB709"),
        ("x = “а”", "SB703"),
        ("x = Если(a == 1, 2, 3)", "SB719"),
        ("x = 2,5 + 1", "SB738"),
        ("x = a == 1 и b == 2", "SB727"),
        ("x = 5 +", "SB702"),
        ("x = arr[0", "SB702"),
        ("x = not 5", "SB702"),
        ("x = Привет, как дела?", ""),
        ("x = 'а(б)'", ""),
        ("x = 18+", ""),
    ],
)
def test_eval_tells_of_an_expression_that_became_text(call: Call, text: str, code: str) -> None:
    done = call("eval", text)
    assert done.status == 0
    assert done.out.startswith('x = "')
    assert code in done.err
    assert bool(code) == bool(done.err)


def test_a_file_in_another_encoding_is_explained(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_bytes("[constants]\n'имя' = 'Иван'\n".encode("cp1251"))
    for command in ("check", "fmt", "run", "test"):
        assert "UTF-8" in call(command, str(path)).err


def test_mistakes_of_a_bot_file_are_told_in_the_language_of_the_run(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    path.write_text("[[blok]]\nid = 1\n", "utf-8")
    assert "неизвестный ключ blok" in call("run", str(path)).err
    assert "unknown key blok" in call("--lang", "en", "run", str(path)).err
    assert "unknown key blok" in call("--lang", "en", "test", str(path)).err


def test_check_marks_warnings(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "field.txt"
    path.write_text('a = "Москва "\nb = rond(1)\n', "utf-8")
    done = call("check", str(path))
    assert "field.txt, 1:5: предупреждение SB704" in done.out
    assert "field.txt, 2:5: SB201" in done.out


def test_repl_names_its_commands_when_one_is_unknown(call: Call) -> None:
    assert ":vars — переменные" in call("repl", stdin=":foo\n").err


# ---------------------------------------------------------------- settings of telephony in a bot file


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('webhook_kyes = ["a-secret-of-mine"]', "нет такой настройки: webhook_kyes; возможно, webhook_keys?"),
        ("webhook_keys = 5", "webhook_keys — список текстов"),
        ('webhook_keys = ["a-secret-of-mine/"]', "без косой черты"),
        ('uis_timezone = "Moscow"', "нет такого часового пояса 'Moscow'; пример: Europe/Moscow"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run", "test", "serve"])
def test_a_wrong_setting_is_told_with_its_line_and_without_its_value(
    call: Call, tmp_path: Path, command: str, line: str, told: str
) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(f'[uiscom]\napi_key = "KEY"\n{line}\n', "utf-8")
    database = tmp_path / "bot.sqlite"
    done = call(command, str(bot), *(["--port", "0", "--database", str(database)] if command == "serve" else []))
    assert done.status == 1
    shown = done.out + done.err
    assert "bot.toml, 3:1: UI24" in shown
    assert told in shown
    assert "docs/uiscom.md" in shown
    assert "a-secret-of-mine" not in shown
    assert not database.exists()


def test_doctor_names_wrong_settings_of_a_bot(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[uiscom]\napi_key = "KEY"\nwebhook_kyes = ["a"]\n', "utf-8")
    done = call("doctor", "--bot", str(bot))
    assert done.status == 1
    assert "UI315  ошибка: настройки не годятся: нет такой настройки: webhook_kyes; возможно, webhook_keys?" in done.out


def test_a_wrong_setting_of_the_environment_is_told_in_russian(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_WEBHOOK_KEYS", "a/b")
    done = call("run", CALLBACK)
    assert (done.status, done.err) == (
        1,
        "uiscom: webhook_keys — тексты, которые помещаются в адрес: не пустые и без косой черты\n",
    )


def test_a_misspelt_command_below_another_is_told_in_the_language_of_the_run(call: Call) -> None:
    assert "нет команды lst. Возможно, list?" in call("events", "lst").err
    assert "there is no command lst. Did you mean list?" in call("events", "lst", "--lang", "en").err


def test_a_folder_is_no_missing_file(call: Call, tmp_path: Path) -> None:
    assert f"{tmp_path} — папка, а нужен файл" in call("check", str(tmp_path)).err


def test_check_tells_of_a_way_of_calling_that_nobody_offers(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bot.toml"
    ways = "".join(f'[[employee]]\nemail = "{way}@example.org"\ncall_method = "{way}"\n' for way in ("app", "Uiscon"))
    path.write_text(ways + '[[block]]\nid = 1\nkind = "start"\ncondition = "a"\n', "utf-8")
    russian, english = call("check", str(path)), call("--lang", "en", "check", str(path))
    assert russian.status == 0
    assert "bot.toml, 6:1: предупреждение SB609 call_method: значение 'Uiscon' не подходит" in russian.out
    assert "возможно, uiscom? Можно: off, app, uiscom" in russian.out
    assert "предупреждений: 1" in russian.err
    assert "perhaps uiscom? Possible: off, app, uiscom" in english.out


def test_events_have_the_time_of_the_project_and_headings_in_the_language_of_the_run(
    call: Call, database: str, tmp_path: Path
) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[project]\ntimezone = "Asia/Omsk"\n', "utf-8")
    for arguments in (("list",), ("list", "--dialogs"), ("show", "1"), ("list", "--json")):
        done = call("events", *arguments, "--database", database, "--bot", str(bot))
        assert "2026-03-02 13:00:00+06:00" in done.out
    english = call("--lang", "en", "events", "list", "--database", database).out
    assert english.startswith("id  received  state  name")
    assert "получено: 2026-03-02" in call("events", "show", "1", "--database", database).out
    assert "outside" not in call("events", "list", "--dialogs", "--database", database).out
    own = json.loads(call("events", "list", "--json", "--database", database).out)[-1]["received"]
    assert datetime.fromisoformat(own) == datetime.fromtimestamp(1772434800.0, UTC)


def test_a_misspelt_command_of_a_talk_is_told_and_a_command_of_the_bot_is_sent(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(
        '[[block]]\nid = 1\nkind = "start"\ncondition = "/call"\nmatch = "exact"\nmessage = "звоню"\n', "utf-8"
    )
    done = call("run", str(bot), stdin="/wiat 10 min\n/var\n/start\n/menu\n/call\n")
    known = "есть /wait, /event, /webhook, /vars, /calls, /help, /quit"
    # A command of other bots is sent, too: this one just has no block for it.
    assert done.err.splitlines() == [f"нет команды {word}; {known}" for word in ("/wiat", "/var", "/start", "/menu")]
    assert [line.rpartition("клиент: ")[2] for line in done.out.splitlines() if "клиент: " in line] == [
        "/start",
        "/menu",
        "/call",
    ]
    assert "бот: звоню" in done.out
    assert "there is no command /var; there are /wait" in call("--lang", "en", "run", str(bot), stdin="/var\n").err


def test_explain_reads_a_form_as_the_receiver_does(call: Call, database: str) -> None:
    inner = "%7B%22call_session_id%22%3A%20777%7D"
    with open_store(database) as store:
        for number, body in enumerate(
            (f"notification_name=%D0%A3%D1%80%D0%B0&call_info={inner}", "call_session_id=777")
        ):
            store.store_notification("uiscom", f"form{number}", body.encode(), 1772434802.0 + number, 60.0)
    assert "uiscom № 3: Ура" in call("explain", "notification:3", "--database", database).out
    assert "uiscom № 4: —" in call("explain", "notification:4", "--database", database).out
    (step,) = json.loads(call("explain", "777", "--json", "--database", database).out)
    assert (step["kind"], step["data"]["notification_id"]) == ("told", 3)


@pytest.mark.parametrize("command", ["", *COMMANDS, "events list", "events show"])
def test_a_russian_help_has_no_words_of_click(call: Call, command: str) -> None:
    russian = call(*command.split(), "--help").out
    assert "[КЛЮЧИ]" in russian.splitlines()[0]
    for word in ("Usage", "OPTIONS", "COMMAND [ARGS]", "INTEGER", "default:", "required"):
        assert word not in russian
    assert "[OPTIONS]" in call("--lang", "en", *command.split(), "--help").out


def test_check_tells_of_requests_in_tests_that_nobody_makes(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(
        '[[block]]\nid = 1\nkind = "start"\ncondition = "а"\n[[test]]\nname = "т"\nsteps = [\n'
        '  { user = "а", uis = "start.employe_call" },\n  { user = "а", uis = "start.employee_call" },\n]\n',
        "utf-8",
    )
    done = call("check", str(bot))
    assert done.status == 1
    assert "bot.toml, 8:3: SB609 uis: значение 'start.employe_call'" in done.out
    assert "возможно, start.employee_call?" in done.out
    assert "ошибок: 1" in done.err


def test_what_stands_in_for_an_unreadable_key_gives_no_warnings(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(
        '[[block]]\nid = 1\nkind = "start"\ncondition = "а"\n[[block]]\nid = 2\nkind = "state"\nmessage = "#{имя}"\n'
        "[[arrow]]\nid = 1\nfrom = 1\ninput = 5\n",
        "utf-8",
    )
    done = call("check", str(bot))
    assert [line.split()[2] for line in done.out.splitlines() if line.startswith("bot.toml")] == ["SB604", "SB603"]


def test_mistakes_of_the_telephony_are_told_with_the_others(call: Call, tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[uiscom]\nwebhok_keys = ["hook"]\n[[block]]\nidd = 1\nkind = "start"\n', "utf-8")
    done = call("run", str(bot))
    assert done.status == 1
    for code in ("SB602", "SB604", "UI24"):
        assert code in done.err


# ---------------------------------------------------------------- what strangers send, and readers that leave

ATTACK = "Звонок \x1b[2J\x1b]52;c;aGk=\x07\u202e\x9b2J\n10:00  клиент: ложь"


def test_a_strangers_text_steers_no_terminal_of_any_command(call: Call, database: str, tmp_path: Path) -> None:
    with open_store(database) as store:
        body = json.dumps({"notification_name": ATTACK}, ensure_ascii=False).encode()
        store.store_notification("uiscom", "bad", body, 1772434803.0, 60.0)
        event = NewEvent(1001, ATTACK, 3, 1772434803.0)
        stored = store.claim_notification("me")
        assert stored is not None
        store.deliver_event(stored.id, event)
    bot = tmp_path / "bot.toml"
    bot.write_text('[[block]]\nid = 1\nkind = "start"\ncondition = "а\u202eб"\ncalc = "x = \x9b(1"\n', "utf-8")
    for arguments in (
        ("events", "list"), ("events", "list", "--json"), ("events", "show", "3"), ("events", "list", "--dialogs"),
        ("explain", "event:2"), ("explain", "event:2", "--json"), ("explain", "notification:3"),
    ):  # fmt: skip
        done = call(*arguments, "--database", database)
        assert done.status == 0
        assert (done.out + done.err).replace("\n", "").isprintable()
    for done in (
        call("check", str(bot)),
        call("check", "--format", "json", str(bot)),
        call("run", str(bot), stdin=f"{ATTACK}\n/webhook {ATTACK}\n/vars\n"),
        call("run", str(bot), "--now", ATTACK),
        call("eval", "--json", f"x = {ATTACK}"),
        call("eval", f"rond({ATTACK}"),
        call("functions", ATTACK),
    ):
        assert (done.out.replace("\t", "") + done.err).replace("\n", "").isprintable()


PIPED = [
    ["eval", "1"], ["eval", "--json", "x = 1"], ["eval", "--set=a=1", "a"], ["functions"], ["functions", "round"], ["--help"],
    ["--version"], ["check", CALLBACK], ["check", "--format", "json", CALLBACK], ["fmt", "-"], ["test", CALLBACK],
    ["run", CALLBACK], ["repl"], ["events", "list"], ["events", "list", "--json"], ["explain", "event:1"], ["explain", "SB702"],
    ["match", "79004443322", "--explain"], ["password", "--help"], ["simulate", "--help"], ["serve", "--help"],
    ["doctor", "--bodies"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", PIPED, ids=" ".join)
def test_every_command_ends_quietly_when_its_reader_has_left(arguments: list[str], database: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "SALEBOT_UISCOM_DATABASE": database, "SALEBOT_UISCOM_LANG": "ru"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "salebot_uiscom", *arguments], input=b"1\n", stdout=writer,
            stderr=subprocess.PIPE, env=environment, cwd=ROOT, timeout=60,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert "Traceback" not in done.stderr.decode()
    assert "BrokenPipe" not in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments", [["eval", "-"], ["eval", "--set=a=1"], ["check", "-"], ["fmt", "-"], ["repl"], ["run", CALLBACK]]
)
def test_an_input_in_another_encoding_is_refused_as_a_file_is(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "salebot_uiscom", *arguments], input="x = 'привет'".encode("cp1251"), capture_output=True,
        env={**os.environ, "SALEBOT_UISCOM_LANG": "ru"}, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode() == "стандартный ввод не в UTF-8; сохраните текст в этой кодировке\n"


# ---------------------------------------------------------------- a talk, an event, a code


def test_a_talk_tells_what_did_not_happen(call: Call) -> None:
    lines = ["/vars", "/calls", "/help", "/webhook", "/event ", "ерунда"]
    done = call("run", CALLBACK, "--now", "2026-03-02 10:15", stdin="\n".join(lines))
    assert done.out == "02.03 10:15  клиент: ерунда\n             ни один блок не подошёл\n"
    variables, calls, commands, webhook, event = done.err.splitlines()
    assert (variables, calls) == ("переменных ещё нет", "запросов к телефонии ещё не было")
    assert all(word in commands for word in ("/wait", "/event", "/webhook", "/vars", "/calls", "/quit"))
    assert webhook.startswith("после /webhook — название уведомления")
    assert event.startswith("после /event — текст")


def test_moments_and_marks_of_calls_are_readable_and_phones_are_not(call: Call) -> None:
    done = call("run", CALLBACK, "--now", "2026-03-02 10:15", stdin="Позвоните мне\n79004443322\n/calls\n")
    (line,) = [line for line in done.out.splitlines() if line.startswith("start.employee_call")]
    sent = json.loads(line.partition(" ")[2])
    assert len(sent["external_id"]) == 39
    assert sent["contact"] == "79…22"


def test_the_start_of_a_talk_may_have_another_zone(call: Call) -> None:
    assert "02.03 13:15  клиент" in call("run", CALLBACK, "--now", "2026-03-02T10:15:00+00:00", stdin="x\n").out


def test_an_event_that_no_block_took_is_explained_so(call: Call, database: str) -> None:
    with open_store(database) as store:
        claim = store.claim_work("me", 1772434804.0)
        assert claim is not None
        store.commit_turn(Turn(claim.key, claim.client_id, claim=claim))
    done = call("explain", "event:1", "--database", database)
    assert "ни один блок не подошёл" in done.out
    assert "готово" not in done.out
    assert done.err == "время: Europe/Moscow\n"


def test_explain_speaks_the_language_of_the_run(call: Call, database: str) -> None:
    assert "не прочитано     не JSON" in call("explain", "notification:2", "--database", database).out
    assert "unreadable       not JSON" in call("--lang", "en", "explain", "notification:2", "--database", database).out
    assert "ждёт             ожидает" in call("explain", "event:1", "--database", database).out


def test_a_long_note_is_cut_in_the_list_and_whole_in_show(call: Call, database: str) -> None:
    with open_store(database) as store:
        store.store_notification("uiscom", "long", b"{", 1772434809.0, 60.0, problem="слово " * 40)
    assert len(call("events", "list", "--database", database).out.splitlines()[1]) < 140
    assert "слово " * 39 in call("events", "show", "3", "--database", database).out


def test_a_code_is_explained_without_a_database(call: Call) -> None:
    done = call("explain", "sb702")
    assert done.status == 0
    assert done.out.startswith("SB702 (")
    assert "docs/errors.md" in done.out
    assert call("explain", "SB999").err == "SB999: такого кода нет\n"
    assert "нет файла" in call("explain", "event:1", "--database", "nowhere.sqlite").err


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_summary_of_a_command_is_cut(call: Call, language: str) -> None:
    assert "..." not in call("--help", "--lang", language).out.partition("\n  eval ")[2]
