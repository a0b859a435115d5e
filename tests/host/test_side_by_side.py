"""What else may happen to a dialog while one of its turns is at work, or before it is run again."""

import json

import httpx
import pytest

from salebot_uiscom.host.outside import Resolve
from salebot_uiscom.web import WebRequest

from .conftest import block


class Killed(BaseException):
    pass


def test_variables_saved_by_the_api_in_the_first_turn_of_a_client_stay_in_his_dialog(talk):
    def answer(request):
        body = {"client_id": one.client.id, "variables": {"order": "A-17"}}
        reply = one.host.receive(WebRequest("POST", "/api/k/save_variables", body=json.dumps(body).encode()))
        return httpx.Response(reply.status, text="ok")

    one = talk(
        block(1, "start", calc="city = requests_get('https://example.org/', 'text')", message="#{city}"),
        transport=httpx.MockTransport(answer),
    )
    one.host.handlers = {**one.host.handlers, Resolve: lambda effect: ["93.184.216.34"]}
    assert one.say("привет") == ["ok"]
    assert one.deal() == {"order": "A-17", "city": "ok"}
    assert len(one.store.deals(one.client.id)) == 1


def test_own_api_is_not_asked_twice_by_a_turn_that_is_repeated_on_another_path(talk, monkeypatch):
    api = "https://chatter.salebot.pro/api/k"
    one = talk(
        block(
            1,
            "start",
            condition="go",
            match="exact",
            calc=f"""
                a = if(project.flag == 1, requests_get("{api}/message?client_id=1001&message=hello", "text"), "")
                b = requests_get("{api}/callback?client_id=1002&message=pay", "text")
            """,
        )
    )
    other = one.other()
    one.host.say(one.client.id, "go")
    claim, commit = one.host.claim(one.client.id), one.store.commit_turn

    def killed(turn):
        if turn.key == claim.key:
            raise Killed
        return commit(turn)

    with monkeypatch.context() as patch:
        patch.setattr(one.store, "commit_turn", killed)
        with pytest.raises(Killed):
            one.host.run(claim)
    one.store.release(one.host.owner)
    one.store.set_project_variable("flag", 1)
    one.host.run(one.host.claim(one.client.id))
    assert [event.new.text for event in one.store.events(client_id=other.id)] == ["pay"]
    assert "hello" in [line.text for line in one.store.history(one.client.id)]
