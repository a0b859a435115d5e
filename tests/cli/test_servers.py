"""`serve` and `simulate` as processes of their own: they say where they are, answer, and end when they are told to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from salebot_uiscom.store import open_store

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def server(*arguments: str, end: int = signal.SIGINT) -> Iterator[str]:
    """Address of a running command; it is ended by a signal and must end well."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "salebot_uiscom", "--lang", "en", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://\S+", line)
        assert match, line + process.communicate()[1]
        yield match.group()
        process.send_signal(end)
        output, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
        assert "uiscom_webhook/KEY" not in output + errors
        assert "79004443322" not in output + errors
        assert "Traceback" not in errors
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_simulate_answers_both_apis_and_shows_a_page() -> None:
    with server("simulate", "--port", "0") as url:
        request = {"jsonrpc": "2.0", "id": 1, "method": "get.sites", "params": {"access_token": "KEY"}}
        answer = httpx.post(f"{url}/dataapi/v2.0", json=request).json()
        assert answer["result"]["data"][0]["domain_name"] == "test.ru"
        assert httpx.get(url).status_code == 200


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serve_takes_notifications_into_the_file(tmp_path: Path, end: int) -> None:
    database = tmp_path / "bot.sqlite"
    body = {"notification_name": "Входящий", "contact_info": {"contact_phone_number": "79004443322"}}
    bot = str(ROOT / "examples" / "callback.toml")
    with server("serve", bot, "--port", "0", "--database", str(database), end=end) as url:
        assert httpx.post(f"{url}/uiscom_webhook/KEY", content=json.dumps(body)).status_code == 200
        assert httpx.post(f"{url}/uiscom_webhook/wrong", content=json.dumps(body)).status_code == 404
        assert httpx.get(f"{url}/nothing").status_code == 404
    with open_store(database) as store:
        assert len(store.notifications()) == 1


def test_run_live_talks_with_the_telephony_that_the_bot_names(tmp_path: Path) -> None:
    with server("simulate", "--port", "0") as url:
        bot = tmp_path / "bot.toml"
        bot.write_text(
            f"""[uiscom]
api_key = "KEY"
call_api_url = "{url}/callapi/v4.0"
data_api_url = "{url}/dataapi/v2.0"

[[block]]
id = 1
kind = "start"
match = "exact"
condition = "позвони"
calc = "r = uiscom_employee_call('78001002752', '79004443322', 2339292)"
message = "звоню: #{{r}}"
""",
            "utf-8",
        )
        done = subprocess.run(
            [sys.executable, "-m", "salebot_uiscom", "--lang", "en", "run", str(bot), "--live",
             "--database", str(tmp_path / "bot.sqlite")],
            input="позвони\n/calls\n/vars\n", capture_output=True, text=True, cwd=ROOT, timeout=60,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        request = {"jsonrpc": "2.0", "id": 1, "method": "list.calls", "params": {"access_token": "KEY"}}
        calls = httpx.post(f"{url}/callapi/v4.0", json=request).json()["result"]["data"]
    assert done.returncode == 0, done.stderr
    assert "Telephony is real" in done.stdout
    assert "call_session_id" in done.stdout
    assert "belongs to the simulator" in done.stderr
    assert len(calls) == 1
    assert "79004443322" not in done.stderr


def test_serve_without_a_key_says_that_it_takes_no_notifications(tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text('[[block]]\nid = 1\nkind = "start"\ncondition = "привет"\n', "utf-8")
    command = [sys.executable, "-u", "-m", "salebot_uiscom", "--lang", "en", "serve", str(bot), "--port", "0"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SALEBOT_UISCOM_")}
    for given, is_told in (({}, True), ({"SALEBOT_UISCOM_WEBHOOK_KEYS": "one, two"}, False)):
        process = subprocess.Popen(
            [*command, "--database", str(tmp_path / "bot.sqlite")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**bare, **given, "PYTHONIOENCODING": "utf-8"},
        )
        assert process.stdout is not None
        started: list[str] = []
        while not started or ("Ctrl+C" not in started[-1] and started[-1]):
            started.append(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=30)[1]
        assert process.returncode == 0, errors
        assert any("there is no key" in line for line in started) == is_told


def test_serve_tells_what_check_calls_errors_and_starts(tmp_path: Path) -> None:
    bot = tmp_path / "bot.toml"
    bot.write_text(
        '[[block]]\nid = 1\nkind = "start"\ncondition = "a"\ncalc = "x = rond(1)\\ny = \'Москва \'"\n', "utf-8"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "salebot_uiscom", "--lang", "en", "serve", str(bot), "--port", "0",
         "--database", str(tmp_path / "bot.sqlite")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "SALEBOT_UISCOM_API_KEY": "KEY"},
    )  # fmt: skip
    assert process.stdout is not None
    assert "at work" in process.stdout.readline()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=30)[1]
    assert process.returncode == 0, errors
    told = errors.splitlines()
    assert "calc, 5:13: SB201 " in told[0]
    assert told[1] == f"errors: 1, in full: salebot-uiscom check {bot}"
    assert "SB704" not in errors


def test_serve_shows_client_cards_to_who_has_a_password(tmp_path: Path) -> None:
    database, bot = str(tmp_path / "bot.sqlite"), str(ROOT / "examples" / "callback.toml")
    done = subprocess.run(
        [sys.executable, "-m", "salebot_uiscom", "password", bot, "head@example.org", "--database", database],
        input="correct horse\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    with server("serve", bot, "--port", "0", "--database", database) as url:
        assert httpx.get(f"{url}/healthz").text == "ok\n"
        assert httpx.get(f"{url}/clients").status_code in (302, 303, 401)
    with open_store(database) as store:
        employee = store.employee("head@example.org")
    assert employee is not None
    assert (employee.password_hash or "").startswith("$argon2id$")


def test_a_taken_address_is_told(tmp_path: Path) -> None:
    with server("simulate", "--port", "0") as url:
        port = url.rpartition(":")[2]
        bot = str(ROOT / "examples" / "callback.toml")
        for command in (["simulate"], ["serve", bot, "--database", str(tmp_path / "b.sqlite")]):
            done = subprocess.run(
                [sys.executable, "-m", "salebot_uiscom", *command, "--port", port],
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=60,
            )
            assert done.returncode == 1
            assert port in done.stderr
            assert "Traceback" not in done.stderr
