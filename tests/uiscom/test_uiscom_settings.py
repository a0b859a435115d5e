"""Settings, assembly, messages to operators, and that no key and no phone leaves through a log (R3, R45, X3)."""

import io
import json
import logging
import re
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType

import pytest
from fake_host import FIXTURES, KEY, PHONE, VIRTUAL, FakeHost, error, fault

from salebot_uiscom.errors import PluginError
from salebot_uiscom.plugins import assemble
from salebot_uiscom.uiscom import SettingsError, UiscomPlugin, UiscomSettings
from salebot_uiscom.uiscom.outcome import SETUP, Alarms

ENVIRON = {"SALEBOT_UISCOM_API_KEY": "env-key", "SALEBOT_UISCOM_CALL_API_URL": "http://127.0.0.1:1/v4.0"}


def test_the_table_wins_over_the_environment():
    found = UiscomSettings.of({"api_key": " own "}, ENVIRON)
    assert (found.api_key, found.call_api_url) == ("own", "http://127.0.0.1:1/v4.0")
    assert UiscomSettings.of(None, ENVIRON).api_key == "env-key"


def test_keys_of_the_address_come_as_list_or_text():
    assert UiscomSettings.of({"webhook_keys": ["a", "b"]}, {}).receiver_keys == ("a", "b")
    assert UiscomSettings.of({"api_key": "k", "webhook_keys": "a, b"}, {}).receiver_keys == ("k", "a", "b")


@pytest.mark.parametrize(
    ("table", "name", "text"),
    [
        ({"api_kye": "x"}, "api_kye", "возможно, api_key"),
        ({"colour": "x"}, "colour", "нет такой настройки"),
        ({"first_call": "boss"}, "first_call", "contact, employee"),
        ({"direction": "up"}, "direction", "in, out"),
        ({"event_kind": 4}, "event_kind", "3, 5"),
        ({"uis_timezone": "Mars/Base"}, "uis_timezone", "Mars/Base"),
        ({"phone_repair": "yes"}, "phone_repair", "true или false"),
        ({"cache_s": -1}, "cache_s", "ноль или больше"),
        ({"api_key": 5}, "api_key", "текст"),
        ({"webhook_keys": ["a/b"]}, "webhook_keys", "косой черты"),
        ({"webhook_keys": [""]}, "webhook_keys", "не пустые"),
        ({"webhook_keys": 5}, "webhook_keys", "список"),
    ],
)
def test_wrong_settings_are_named(table, name, text):
    with pytest.raises(SettingsError, match=text) as caught:
        UiscomSettings.of(table, {})
    assert caught.value.name == name


def test_any_mapping_is_a_table_and_a_change_within_it_counts():
    keys = ["a"]
    table = {"webhook_keys": keys, "api_key": "own"}
    plugin = UiscomPlugin(MappingProxyType(table))
    assert plugin.connection.settings().receiver_keys == ("own", "a")
    keys.append("b")
    assert plugin.connection.settings().receiver_keys == ("own", "a", "b")
    table["api_key"] = "new"
    assert plugin.connection.settings().receiver_keys == ("new", "a", "b")


def test_every_mistake_of_a_table_is_told():
    found = UiscomSettings.problems({"api_key": 5, "brnad": "uis", "cache_s": "x", "webhook_keys": ["a"]})
    assert sorted(error.name for error in found) == ["api_key", "brnad", "cache_s"]
    assert UiscomSettings.problems({"webhook_keys": "a, b"}) == []


def test_the_page_names_every_setting():
    page = (Path(__file__).resolve().parents[2] / "docs/uiscom.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == [item.name for item in fields(UiscomSettings)]


def test_a_plugin_refuses_a_wrong_table_at_once():
    with pytest.raises(SettingsError):
        UiscomPlugin({"brnad": "uis"})


def test_keys_are_in_no_repr():
    shown = repr(UiscomSettings(api_key=KEY, webhook_keys=("other-key-0001",)))
    assert KEY not in shown
    assert "other-key" not in shown


def test_the_plugin_comes_in_through_the_public_hooks():
    assembly = assemble([UiscomPlugin({"api_key": KEY})], entry_points=False)
    assert sorted(assembly.catalog) == [
        "uiscom_employee_call",
        "uiscom_get_campaigns",
        "uiscom_get_sites",
        "uiscom_offline_messages",
        "uiscom_scenario_call",
    ]
    assert {"uiscom_request", "save_webhook"} <= assembly.catalog.declared
    assert [receiver.path for receiver in assembly.receivers] == ["/uiscom_webhook/{key}"]
    assert [action.name for action in assembly.card_actions] == ["uiscom"]


def test_the_module_is_a_plugin_by_name():
    assembly = assemble(["salebot_uiscom.uiscom.plugin"], entry_points=False)
    assert "uiscom_employee_call" in assembly.catalog
    assert len(assembly.receivers) == 1


def test_twice_the_same_plugin_is_refused():
    with pytest.raises((PluginError, ValueError)):
        assemble([UiscomPlugin({"api_key": "a"}), UiscomPlugin({"api_key": "b"})], entry_points=False)


# ---------------------------------------------------------------- operators


def test_operators_are_told_once_per_kind_and_hour(caplog):
    moment = [0.0]
    alarms = Alarms(clock=lambda: moment[0])
    for _ in range(3):
        alarms.tell("ip_not_whitelisted", "address", "a")
        alarms.tell("component_disabled", "component", "a")
        alarms.tell("ip_not_whitelisted", "other account", "b")
        alarms.tell("employee_not_found", "an error of a script", "a")
    assert sorted(record.message for record in caplog.records) == ["address", "component", "other account"]
    moment[0] = 3601.0
    alarms.tell("ip_not_whitelisted", "again", "a")
    assert caplog.records[-1].message == "again"


@pytest.mark.parametrize("name", sorted(SETUP - {"not_configured"}))
def test_setup_errors_of_uis_reach_operators(name, caplog):
    api, method = ("call", "start.employee_call")
    if not (FIXTURES / f"responses/errors/call/{name}.json").exists():
        api, method = ("data", "get.sites")
    host = FakeHost()
    host.uis.script(method, error(f"{api}/{name}"))
    for _ in range(2):
        result = (
            host.call("uiscom_employee_call", VIRTUAL, PHONE, 1) if api == "call" else host.call("uiscom_get_sites")
        )
        assert result["error"] == name
    told = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(told) == 1
    assert name in told[0].message


def test_an_error_of_a_script_is_not_told_to_operators(caplog):
    host = FakeHost()
    host.uis.script("start.employee_call", error("call/employee_not_found"))
    host.call("uiscom_employee_call", VIRTUAL, PHONE, 1)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# ---------------------------------------------------------------- secrets


def test_no_key_and_no_phone_leaves_through_logs_errors_or_reprs(caplog):
    caplog.set_level(logging.DEBUG)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    seen = []
    try:
        host = FakeHost({"api_key": KEY, "webhook_keys": ["hook-key-000000000001"]})
        for path in sorted((FIXTURES / "webhooks").rglob("*.*")):
            if path.parent.name != "sequences":
                host.post(path.read_bytes(), "hook-key-000000000001", content_type="application/x-www-form-urlencoded")
        host.post(b'{"broken": "79004443322"', KEY)
        host.route_all()
        seen += [event.note for event in host.delivered]
        answers = [error(f"call/{p.stem}") for p in sorted((FIXTURES / "responses/errors/call").glob("*.json"))]

        def crash(request):
            raise RuntimeError(f"{PHONE} {KEY}")

        for answer in (*answers, fault(sent=False), fault(sent=True, timeout=True), crash):
            host.uis.script("start.employee_call", answer)
            seen.append(host.call("uiscom_employee_call", VIRTUAL, PHONE, 2339292))
            host.settle()
        seen += [
            host.call("uiscom_employee_call", VIRTUAL, "+79004443322", 1),
            host.call("uiscom_employee_call", VIRTUAL, PHONE, PHONE + "x"),
            host.call("uiscom_employee_call", VIRTUAL, PHONE, KEY),
        ]
        seen += [repr(item) for item in (host.intents, host.delivered, host.seen, host.later, host.plugin.connection)]
    finally:
        logging.getLogger().removeHandler(handler)
    logged = stream.getvalue() + caplog.text
    assert "notification" in logged
    for secret in (KEY, "hook-key-000000000001"):
        assert secret not in logged
        assert secret[:8] not in json.dumps(seen, ensure_ascii=False)
    for phone in (PHONE, "79995550000", "998901234567", "900 444"):
        assert phone not in logged
    assert PHONE not in json.dumps(seen, ensure_ascii=False)
