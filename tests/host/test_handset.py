"""One press of the handset in the card is one call and one line, whatever happens meanwhile."""

import json
import threading

import httpx
import pytest

from salebot_uiscom.ports import DONE
from salebot_uiscom.store import StoreUnavailable

from .conftest import CALLER, HEAD


class Telephony:
    """Answers a call when `go` is set; `asked` tells that one waits."""

    def __init__(self):
        self.rung, self.go, self.asked = [], threading.Event(), threading.Event()

    def __call__(self, request):
        asked = json.loads(request.content)
        data = []
        if asked["method"].startswith("start."):
            self.rung.append(asked["params"]["contact"])
            self.asked.set()
            assert self.go.wait(20)
            data = {"call_session_id": 1000 + len(self.rung)}
        return httpx.Response(200, json={"jsonrpc": "2.0", "id": asked["id"], "result": {"data": data}})


@pytest.fixture
def bot(talk, tmp_path):
    telephony = Telephony()
    one = talk(head=HEAD + CALLER, database=str(tmp_path / "bot.db"), transport=httpx.MockTransport(telephony))

    def press(name):
        return one.host.click_to_call("caller@example.org", one.client.id, "79004443322", press=name).result

    one.telephony, one.press = telephony, press
    return one


def lines(one):
    return [line.text for line in one.history() if line.kind == "call"]


def test_a_double_click_while_the_first_is_at_work_leaves_its_outcome_alone(bot):
    results = []
    first = threading.Thread(target=lambda: results.append(bot.press("p1")))
    first.start()
    assert bot.telephony.asked.wait(20)
    assert bot.press("p1")["outcome"] == "unknown"
    assert lines(bot) == []
    assert not bot.host.later  # the first one is not lost: nobody has to look for it
    bot.telephony.go.set()
    first.join(20)
    assert results == [{"call_session_id": 1001}]
    assert bot.telephony.rung == ["79004443322"]
    assert lines(bot) == ["uiscom: ok"]
    assert [one.intent.state for one in bot.store.intents()] == [DONE]


@pytest.fixture
def full(bot, monkeypatch):
    """No turn can be written until `monkeypatch` is undone."""

    def refuse(turn):
        raise StoreUnavailable("SQLite: database or disk is full")

    bot.telephony.go.set()
    monkeypatch.setattr(bot.store, "commit_turn", refuse)
    return monkeypatch


def test_a_call_that_cannot_be_put_into_the_dialog_is_told_as_the_call_it_is(bot, full, caplog):
    assert bot.press("p1") == {"call_session_id": 1001}
    assert "missing in its dialog" in caplog.text
    assert "79004443322" not in caplog.text


def test_a_press_sent_again_writes_the_line_that_the_first_could_not(bot, full):
    first = bot.press("p1")
    full.undo()
    assert bot.press("p1") == bot.press("p1") == first
    assert bot.telephony.rung == ["79004443322"]
    assert lines(bot) == ["uiscom: ok"]
