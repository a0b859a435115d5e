"""Broken set-ups, one per row: what the doctor names, and that it names nothing else."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from doctor_bench import KEY, Setup, dns_failure, tls_failure

from salebot_uiscom.doctor import Reference, References
from salebot_uiscom.doctor.bodies import body_for
from salebot_uiscom.doctor.environment import Environment
from salebot_uiscom.doctor.findings import known_codes
from salebot_uiscom.simulator import Key, Limits, VirtualNumber
from salebot_uiscom.uis import UisSettings

CALL, DATA = "callapi.uiscom.ru", "dataapi.uiscom.ru"
SEED_BODY = body_for("lost_call")


@pytest.fixture
def setup():
    return Setup()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_healthy_setup_has_no_finding(setup, mode):
    assert [finding.as_dict() for finding in setup.diagnose(mode)] == []


def test_nobody_is_rung_and_nothing_is_stored(setup):
    setup.diagnose()
    assert setup.simulator.rings == []
    assert setup.simulator.sessions() == []
    assert setup.account.offline_messages == []
    creating = [request for request in setup.simulator.requests if request.method.startswith(("start.", "upload."))]
    assert [request.params for request in creating] == [{}, {}, {}]
    assert setup.others == ["GET https://bot.test.ru/uiscom_webhook/hook"]


def test_it_costs_few_points(setup):
    setup.diagnose()
    used = {api: limits.day_used for api, limits in setup.account.limits.items()}
    assert used == {"call": 1, "data": 6}


def uis(setup, **changes):
    setup.settings = replace(setup.settings, **changes)


def key(setup):
    return setup.account.keys[0]


def without(*components):
    def break_it(setup):
        setup.account.components -= set(components)

    return break_it


def fails(host, make):
    def break_it(setup):
        setup.failures[host] = make()

    return break_it


def answers(status, **headers):
    def break_it(setup):
        setup.receiver = lambda _: httpx.Response(status, headers=headers)

    return break_it


def template(text, event=""):
    return lambda setup: setup.change(template=text, event=event)


def references(**kinds):
    def break_it(setup):
        setup.change(references=References(**{kind: (Reference(value, "bot"),) for kind, value in kinds.items()}))

    return break_it


def rights(*names):
    def break_it(setup):
        key(setup).rights = frozenset(names)

    return break_it


def only(api):
    return lambda setup: setup.account.keys.__setitem__(0, Key(KEY, apis=frozenset({api})))


def locked(setup):
    setup.account.virtual_numbers.append(VirtualNumber(2, "78001110000", "limit_lock"))


ALL_RIGHTS = (
    "site_selected: select", "ac_undefined: select", "ac: select", "ac_ext: select", "va: select", "employees: select",
    "number_management: select",
)  # fmt: skip


def deprecated(setup):
    def edit(method, answer):
        if "result" in answer and method.startswith(("list.", "get.")):
            name = "metadata" if "metadata" in answer["result"] else "meta_data"
            version = {"current_version_deprecated": True, "latest_version": "v3.0"}
            answer["result"].setdefault(name, {})["api_version"] = version

    setup.edit = edit


def fault(kind, method, **options):
    return lambda setup: setup.simulator.add_fault(kind, method, times=None, **options)


def limits(api, **values):
    def break_it(setup):
        now = setup.simulator.now.astimezone(setup.account.zone)
        made = Limits()
        made.turn(now)
        for name, value in values.items():
            setattr(made, name, value)
        setup.account.limits[api] = made

    return break_it


def environment(**changes):
    return lambda setup: setup.change(environment=replace(setup.options.environment, **changes))


def several(*parts):
    def break_it(setup):
        for part in parts:
            part(setup)

    return break_it


def no_settings(problem=""):
    def break_it(setup):
        setup.settings = None
        setup.change(settings_problem=problem)

    return break_it


def receiver(url, *keys):
    return lambda setup: setup.change(receiver_url=url, receiver_keys=keys)


BASE = '"notification_name": {{notification_name}}, "contact_phone_number": {{contact_phone_number}}'
BASE += ', "call_session_id": {{call_session_id}}, "notification_time": {{notification_time}}'

# What is broken → every finding, in order.
BROKEN = {
    # this machine
    "old python": (environment(python=(3, 10, 4)), ["UI301"]),
    "missing package": (environment(packages={"regex": (None, "2024.11.6")}), ["UI302"]),
    "old package": (environment(packages={"sqlite-utils": ("4.1", "4.2.1")}), ["UI303"]),
    "old sqlite": (environment(sqlite=(3, 34, 1)), ["UI304"]),
    "sqlite with the WAL-reset fault": (environment(sqlite=(3, 40, 1)), ["UI305"]),
    "no folder for the database": (environment(database="/nowhere/at/all/bot.db"), ["UI306"]),
    "database is a folder": (environment(database="/tmp"), ["UI307"]),
    "database of another kind": (environment(database="postgresql://host/bot"), ["UI309"]),
    # settings
    "no key": (no_settings(), ["UI310"]),
    "quoted key": (lambda s: uis(s, access_token='"KEY"'), ["UI311", "UI330", "UI331"]),
    "key with a blank": (lambda s: uis(s, access_token="KEY "), ["UI311", "UI330", "UI331"]),
    "http address": (lambda s: uis(s, call_api_url="http://callapi.uiscom.ru/v4.0"), ["UI312"]),
    "two brands": (lambda s: uis(s, call_api_url="https://callapi.comagic.ru/v4.0"), ["UI313"]),
    "wrong version": (lambda s: uis(s, data_api_url="https://dataapi.uiscom.ru/v4.0"), ["UI314", "UI324"]),
    "unusable settings": (no_settings("unknown time zone"), ["UI315"]),
    # the way
    "DNS": (several(fails(CALL, dns_failure), fails(DATA, dns_failure)), ["UI320", "UI320"]),
    "TLS": (fails(DATA, tls_failure), ["UI321"]),
    "refused": (fails(CALL, lambda: httpx.ConnectError("x")), ["UI322"]),
    "firewall that swallows": (fails(CALL, lambda: httpx.ConnectTimeout("x")), ["UI323"]),
    "no answer": (fails(CALL, lambda: httpx.ReadTimeout("x")), ["UI323"]),
    "not UIS": (fault("not_json", "*"), ["UI324", "UI324"]),
    "proxy that breaks": (fails(DATA, lambda: httpx.RemoteProtocolError("x")), ["UI325"]),
    "UIS is broken": (fault("error", "get.sites", mnemonic="internal_error", before_work=True), ["UI326"]),
    # key and address
    "wrong key": (lambda s: uis(s, access_token="OTHER"), ["UI330", "UI331"]),
    "wrong key at comagic": (lambda s: uis(s, access_token="OTHER", brand="comagic"), ["UI330", "UI331"]),
    "expired key": (lambda s: setattr(key(s), "expires_at", s.simulator.now - timedelta(1)), ["UI332"]),
    "blocked key": (lambda s: setattr(key(s), "blocked", True), ["UI333"]),
    "wrong password": (
        lambda s: setattr(s, "settings", UisSettings(login="bot@test.ru", password="wrong")), ["UI334"]
    ),
    "address not allowed": (lambda s: setattr(s.account, "allowed_addresses", ["158.160.42.134"]), ["UI335"]),
    "account off": (lambda s: setattr(s.account, "active", False), ["UI336"]),
    # components
    "no basic component": (without("Call API Базовый набор"), ["UI340"]),
    "no scenario component": (without("Call API Вызов сценария"), ["UI341"]),
    "no call management": (without("Call API Управление вызовами"), ["UI342"]),
    "no offline messages": (without("upload_offline_messages"), ["UI343"]),
    "no sites": (without("call_tracking", "consultant", "lead", "sitephone"), ["UI344", "UI344"]),
    "no virtual PBX": (without("va"), ["UI344"]),
    "nothing of Call API": (
        without("Call API Базовый набор", "Call API Вызов сценария", "Call API Управление вызовами"),
        ["UI340", "UI341", "UI342"],
    ),
    # rights
    "Call API not allowed": (only("data"), ["UI350", "UI353"]),
    "Data API not allowed": (only("call"), ["UI351"]),
    "no right to sites": (rights(*ALL_RIGHTS[1:]), ["UI352"]),
    "no right to employees": (rights(*(name for name in ALL_RIGHTS if "employees" not in name)), ["UI353"]),
    "a bare user": (rights(), ["UI352", "UI352", "UI353", "UI353", "UI353"]),
    # limits and clocks
    "day spent": (limits("call", day_used=750), ["UI360"]),
    "minute spent": (limits("data", minute_used=150), ["UI361"]),
    "no limit bought": (limits("data", day_limit=0), ["UI360"]),
    "day nearly spent": (limits("data", day_used=700), ["UI362"]),
    "minute nearly spent": (limits("call", minute_used=140), ["UI362"]),
    "own clock late": (lambda s: setattr(s, "skew_s", 300.0), ["UI365"]),
    "own clock ahead": (lambda s: setattr(s, "skew_s", -300.0), ["UI365"]),
    "other time zone": (lambda s: setattr(s.account, "timezone", "Asia/Novosibirsk"), ["UI366"]),
    "deprecated version": (deprecated, ["UI367", "UI367"]),
    # ids and numbers
    "unknown employee": (references(employees="2339999"), ["UI370"]),
    "employee without an active phone": (
        lambda s: [setattr(phone, "active", False) for phone in s.account.employees[0].phones], ["UI371"]
    ),
    "employee without a phone": (lambda s: s.account.employees[0].phones.clear(), ["UI371"]),
    "unknown scenario": (references(scenarios=1), ["UI372"]),
    "foreign number": (references(numbers="78005550000"), ["UI373"]),
    "locked number": (several(locked, references(numbers="78001110000")), ["UI374"]),
    "number with 8": (references(numbers="88001002752"), ["UI375"]),
    "id with letters": (references(employees="Иванов"), ["UI376"]),
    "scenario as employee": (references(employees="328746"), ["UI377"]),
    "employee as scenario": (references(scenarios="2339292"), ["UI378"]),
    "no number at all": (
        lambda s: s.account.virtual_numbers.clear() or s.change(references=References()), ["UI379"]
    ),
    # the address for notifications
    "http receiver": (receiver("http://bot.test.ru/uiscom_webhook/hook", "hook"), ["UI380"]),
    "receiver at home": (receiver("https://192.168.1.5/uiscom_webhook/hook", "hook"), ["UI381"]),
    "receiver on localhost": (receiver("http://localhost:8000/uiscom_webhook/hook", "hook"), ["UI380", "UI381"]),
    "receiver without a name": (fails("bot.test.ru", dns_failure), ["UI382"]),
    "receiver that is off": (fails("bot.test.ru", lambda: httpx.ConnectError("x")), ["UI382"]),
    "receiver with a bad certificate": (fails("bot.test.ru", tls_failure), ["UI383"]),
    "nothing there": (answers(404), ["UI384"]),
    "redirect": (answers(301, location="https://x.ru"), ["UI385"]),
    "a web page": (answers(200), ["UI386"]),
    "bad gateway": (answers(502), ["UI386"]),
    "wrong webhook key": (receiver("https://bot.test.ru/uiscom_webhook/other", "hook"), ["UI387"]),
    "API key in the address": (receiver(f"https://bot.test.ru/uiscom_webhook/{KEY}/", "hook"), ["UI388"]),
    "other path": (receiver("https://bot.test.ru/webhook", "hook"), ["UI389"]),
    "no address": (receiver("bot.test.ru", "hook"), ["UI389"]),
    # the body
    "quoted placeholder": (
        template("{" + BASE.replace("{{call_session_id}}", '"{{call_session_id}}"') + "}"), ["UI390"]
    ),
    "misspelt placeholder": (template("{" + BASE + ', "x": {{contact_ful_name}}}'), ["UI391"]),
    "no name": (template("{" + BASE.replace('"notification_name": {{notification_name}}, ', "") + "}"), ["UI392"]),
    "single quotes": (template("{" + BASE.replace('"', "'") + "}"), ["UI393"]),
    "typographic quotes": (template("{" + BASE.replace('"call_session_id"', "«call_session_id»") + "}"), ["UI393"]),
    "trailing comma": (template("{" + BASE + ",}"), ["UI394"]),
    "lost comma": (template("{" + BASE.replace(", ", " ", 1) + "}"), ["UI395"]),
    "GET query": (template("?notification_name={{notification_name}}"), ["UI395"]),
    "array": (template("[{{notification_name}}]"), ["UI396"]),
    "placeholder of another event": (template(SEED_BODY, "incoming_call"), None),
    "backslashes": (template("{" + BASE.replace("{{call_session_id}}", "\\{{call_session_id\\}}") + "}"), ["UI398"]),
    "no identity": (template("{" + BASE.partition(', "call_session_id"')[0] + "}"), ["UI399"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_setup(setup, name):
    break_it, expected = BROKEN[name]
    break_it(setup)
    found = setup.diagnose()
    codes = [finding.code for finding in found]
    if expected is None:
        assert set(codes) == {"UI397"}
    else:
        assert codes == expected
    for finding in found:
        for lang in ("ru", "en"):
            assert finding.text(lang)
            assert finding.next_step(lang)
            shown = finding.text(lang) + finding.next_step(lang)
            assert "?" not in shown
            assert "{name_" not in shown
    assert setup.simulator.rings == []


def test_every_code_is_found_by_some_setup():
    named = {code for _, expected in BROKEN.values() for code in expected or ["UI397"]}
    assert sorted(named | {"UI308"}) == known_codes()  # UI308 has a test of its own


def test_a_key_or_phone_never_stands_in_a_finding(setup):
    setup.settings = replace(setup.settings, access_token="secret-key-0001")
    setup.change(
        references=References((Reference("79001234567", "bot"),)),
        receiver_url="https://bot.test.ru/uiscom_webhook/secret-hook",
    )
    shown = repr(setup.options) + "".join(str(finding.as_dict()) + repr(finding) for finding in setup.diagnose())
    for secret in ("secret-key-0001", "secret-hook", "79001234567"):
        assert secret not in shown


def test_the_refused_address_is_named_with_the_two_documented_ones(setup):
    setup.account.allowed_addresses = []
    [finding] = setup.diagnose()
    step = finding.next_step("ru")
    assert "127.0.0.1" in finding.text("ru")
    for address in ("127.0.0.1", "158.160.42.134", "62.84.125.172", "0.0.0.0/0"):
        assert address in step
    assert finding.places == ("Call API", "Data API")


def test_the_brand_is_hinted_at_only_for_hosts_of_a_brand(setup):
    setup.settings = UisSettings(access_token="OTHER", brand="comagic")
    hint = setup.diagnose()[1]
    assert "CoMagic" in hint.text("ru")
    assert "callapi.uiscom.ru" in hint.next_step("ru")


def test_a_password_session_is_checked_too(setup):
    setup.settings = UisSettings(login="bot@test.ru", password="secret-0001")
    assert setup.diagnose() == []


def test_a_file_that_is_no_database(setup, tmp_path):
    (tmp_path / "bot.db").write_bytes(b"hello world, this is no database" * 40)
    setup.change(environment=Environment(database=str(tmp_path / "bot.db")))
    assert [finding.code for finding in setup.diagnose()] == ["UI308"]


def test_a_database_and_a_new_file_are_fine_and_left_alone(setup, tmp_path):
    connection = sqlite3.connect(tmp_path / "bot.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = (tmp_path / "bot.db").read_bytes()
    for name in ("bot.db", "new.db"):
        setup.change(environment=Environment(database=str(tmp_path / name)))
        assert setup.diagnose() == []
    assert (tmp_path / "bot.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["bot.db"]


def test_this_machine_can_be_looked_at():
    here = Environment.here()
    assert here.python >= (3, 11)
    assert {"httpx", "regex", "lark"} <= set(here.packages)


def test_zones_of_the_same_time_are_the_same(setup):
    setup.account.timezone = "Europe/Simferopol"
    assert setup.diagnose() == []


def test_unreachable_uis_does_not_hide_the_rest(setup):
    setup.failures = {CALL: dns_failure(), DATA: dns_failure()}
    setup.receiver = lambda _: httpx.Response(404)
    assert [finding.code for finding in setup.diagnose()] == ["UI320", "UI320", "UI384"]
