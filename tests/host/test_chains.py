"""Bots that call each other back: circles end and are told, long chains do not."""

import pytest

from salebot_uiscom.host.chains import MOST_STEMMING

from .conftest import arrow, block

SEND = {
    "callback": "x = callback({other}, 'пинг')",
    "message": "x = message({other}, '', 1)",
    "in no time": "x = message({other}, '', 1, 0.001)",
    "HTTP API": "x = requests_get('https://chatter.salebot.pro/api/k/callback?client_id={other}&message=пинг', 'json')",
}


@pytest.mark.parametrize("way", SEND)
def test_two_clients_who_start_each_other_stop_and_are_told(talk, way):
    step = "client.n = if(n == None, 1, n + 1)\nto = if(client_id == 1001, 1002, 1001)\n"
    one = talk(
        block(
            1,
            "start",
            condition="пинг",
            match="exact",
            calc=step + SEND[way].format(other="to").replace("=to&", "=#{to}&"),
        )
    )
    other = one.other()
    one.say("пинг")
    counts = [one.of_client(client)["n"] for client in (one.client, other)]
    assert counts in ([MOST_STEMMING + 1, MOST_STEMMING], [MOST_STEMMING, MOST_STEMMING])
    if way != "HTTP API":  # there the script gets the refusal as the answer
        assert one.faults == ["SB642"]
        told = [line for client in (one.client, other) for line in one.history(client) if line.kind == "error"]
        assert len(told) == 1
    one.say("пинг")
    assert one.of_client()["n"] > counts[0]


def test_clients_who_multiply_callbacks_stop_too(talk):
    step = "client.n = if(n == None, 1, n + 1)\nto = if(client_id == 1001, 1002, 1001)\n"
    code = step + "x = callback(to, 'пинг')\ny = callback(to, 'пинг')"
    one = talk(block(1, "start", condition="пинг", match="exact", calc=code))
    other = one.other()
    one.say("пинг")
    assert one.of_client()["n"] <= MOST_STEMMING + 1
    assert one.of_client(other)["n"] <= MOST_STEMMING + 1


def test_chain_over_many_clients_reaches_the_last_one(talk):
    code = "client.n = 1\nto = client_id + 1\nx = callback(to, 'дальше')"
    one = talk(block(1, "start", condition="дальше", match="exact", calc=code))
    many = [one.other(str(number)) for number in range(150)]
    one.say("дальше")
    assert [one.of_client(client) for client in many] == [{"n": 1}] * 150


def test_circle_by_a_timer_is_no_circle(talk):
    one = talk(
        block(1, "start", condition="x", match="exact"),
        block(2, calc="n = if(n == None, 1, n + 1)"),
        arrow(1, 1, 2, delay=60),
        arrow(2, 2, 2, delay=60),
    )
    one.say("x")
    one.wait("2026-03-02 13:00")
    assert one.deal()["n"] == 180
    assert one.faults == []


def test_request_to_the_own_api_is_not_done_again_when_a_turn_is_repeated(talk, monkeypatch):
    url = "https://chatter.salebot.pro/api/k/callback?client_id=1002&message=пинг&k=v"
    one = talk(
        block(1, "start", condition="x", match="exact", calc=f"x = requests_get('{url}', 'status')"),
        block(2, "start", condition="пинг", match="exact", calc="client.n = if(n == None, 1, n + 1)"),
    )
    other = one.other()
    one.host.say(one.client.id, "x")

    def crash(turn):
        if turn.key.startswith("event:"):
            raise KeyboardInterrupt
        return commit(turn)

    commit = one.store.commit_turn
    with monkeypatch.context() as patch:
        patch.setattr(one.store, "commit_turn", crash)
        with pytest.raises(KeyboardInterrupt):
            one.host.run(one.host.claim())
    one.store.release(one.host.owner)
    one.run()
    assert one.of_client(other) == {"n": 1}
    assert one.deal()["x"] == 200
