"""What functions warn of: at the place of their call, with a reason and a cure in the language of the author."""

import httpx
import pytest

from salebot_uiscom.effects import TransportError
from salebot_uiscom.host.outside import failure

from .conftest import block
from .test_host_functions import Web, ask


def _told(one):
    return one.reports[-1].faults


@pytest.mark.parametrize(
    ("code", "found", "statement"),
    [
        ("a = 1\n\n  x = requests_get('http://127.0.0.1/', 'status')", ("SB636", 3, 7),
         "requests_get('http://127.0.0.1/', 'status')"),
        ("a = 'сначала'\nx = if(a == 'сначала', requests_put('http://a.example.org/'), 0)", ("SB636", 2, 24),
         "requests_put('http://a.example.org/')"),
        ("x = callback(client_id, 'ещё')", ("SB638", 1, 5), "callback(client_id, 'ещё')"),
        ("x = [1,\n  tg_callback('5', 'ещё')]", ("SB638", 2, 3), "tg_callback('5', 'ещё')"),
        ("message(client_id, 'текст', 99)", ("SB635", 1, 1), "message(client_id, 'текст', 99)"),
        ("message(client_id, 'текст', '', 'завтра')", ("SB631", 1, 1), "message(client_id, 'текст', '', 'завтра')"),
        ("x = requests_post('http://a.example.org/', '', '', {'a': 1}, {'b': 2})", ("SB639", 1, 5),
         "requests_post('http://a.example.org/', '', '', {'a': 1}, {'b': 2})"),
    ],
)  # fmt: skip
def test_what_a_function_warns_of_has_the_place_of_its_call(run, code, found, statement):
    for _ in range(3):
        [fault] = _told(run(code))
        assert (fault.code, fault.line, fault.column) == found
        assert fault.statement == statement
        assert fault.source.name == "блок 1, калькулятор"
        assert statement.splitlines()[0] in str(fault)


def test_a_warning_in_a_message_and_in_a_condition_has_its_place(talk):
    one = talk(
        block(1, "start", message="ответ: #{requests_get('http://a.example.org/', 'status')}"),
        block(2, "not_state_if", condition="y", compare="1 == 1 and callback(client_id, 'a')"),
    )
    one.say("x")
    [fault] = _told(one)
    assert (fault.source.name, fault.column) == ("блок 1, сообщение", 10)
    one = talk(block(2, "not_state_if", condition="y", match="exact", compare="1 == 1 and callback(client_id, 'a')"))
    one.say("y")
    [fault] = _told(one)
    assert (fault.source.name, fault.column) == ("блок 2, переменная для сравнения", 12)


@pytest.mark.parametrize(
    ("address", "russian", "english", "cure"),
    [
        ("http://a.example.org/", "на репетиции сети нет", "there is no network in a rehearsal", "serve"),
        ("file:///etc/passwd", "это не адрес сайта", "this is no address of a site", "https://"),
        ("http://user:pw@a.example.org/", "это не адрес сайта", "this is no address of a site", "https://"),
        ("http://[a/", "это не адрес сайта", "this is no address of a site", "https://"),
    ],
)
def test_the_reason_of_a_failed_request_is_told_in_the_language_of_the_author(run, address, russian, english, cure):
    [fault] = _told(run(f"x = requests_get('{address}', 'status')"))
    assert fault.message == f"запрос не выполнен: {russian}"
    assert fault.in_language("en").message == f"the request failed: {english}"
    for lang in ("ru", "en"):
        assert cure in fault.in_language(lang).hint
        assert "allowed_hosts" not in fault.in_language(lang).hint


def test_an_inner_address_has_the_cure_for_inner_addresses(talk):
    one = ask(talk, Web(httpx.Response(200)), "d = requests_get('http://inner.example.org/')", addresses=("10.0.0.1",))
    [fault] = _told(one)
    assert fault.message == "запрос не выполнен: внутренний адрес запрещён"
    assert "allowed_hosts" in fault.hint
    assert "an inner address is not allowed" in fault.in_language("en").message


@pytest.mark.parametrize(
    ("error", "russian"),
    [
        (TransportError("timeout", sent=True, timeout=True), "сайт не ответил вовремя"),
        (TransportError("ConnectError", sent=False), "с сайтом нет связи (ConnectError)"),
        (TransportError("ReadError", sent=True), "связь прервалась раньше ответа (ReadError)"),
        (TransportError("answer too large", sent=True), "ответ больше 2097152 байт"),
        (TransportError("too many redirects", sent=True), "сайт пересылает с адреса на адрес больше 5 раз"),
        (TransportError("name not found", sent=False), "сайт с таким именем не найден"),
    ],
)
def test_every_reason_of_a_failed_request_has_a_text_and_a_cure(error, russian):
    told = failure(error)
    assert told["text_ru"] == russian
    assert told["text_en"].isascii()
    assert all(told["hint"].values())


def test_a_failed_request_of_a_block_tells_its_reason(talk):
    one = talk(block(1, "start") + "[block.request]\nurl = 'ftp://a.example.org/'\n")
    one.say("x")
    [fault] = _told(one)
    assert (fault.code, fault.message) == ("SB636", "запрос не выполнен: это не адрес сайта")


def test_an_address_that_cannot_be_read_is_refused_with_its_parameters_too(run):
    [fault] = _told(run("x = requests_get('http://[a/', 'status', '', {'a': 1})"))
    assert (fault.code, fault.column) == ("SB636", 5)


def test_a_redirect_to_what_is_no_address_is_a_failed_request(talk):
    web = Web(httpx.Response(302, headers={"Location": "http://[a/"}))
    one = ask(talk, web, "d = requests_get('http://a.example.org/')")
    [fault] = _told(one)
    assert (fault.code, one.deal()["d"]["status"]) == ("SB636", 0)
