"""Requests to outside addresses: `requests_*`."""

from __future__ import annotations

from ...context import Context
from ...effects import Steps, TransportError
from ...functions.registry import Text, Value, function
from ..outside import (
    Origin,
    add_query,
    failed,
    failure,
    fetch,
    given,
    reply_text,
    request_body,
    request_headers,
    shaped,
)
from .arguments import turn_of

API = "chatbots/peremennye-i-funkcii/kalkulyator/funkcii-api"


def _request(
    context: Context, method: str, url: str, answer_type: str, headers: Value, auth: Value,
    data: Value = None, json_data: Value = None,
) -> Steps[Value]:  # fmt: skip
    turn = turn_of(context)
    kind = answer_type.strip().lower()
    content, content_type = request_body(data, json_data)
    sent = request_headers(headers, auth)
    if content_type and not any(name.lower() == "content-type" for name in sent):
        sent["Content-Type"] = content_type
    if given(data) and given(json_data):
        turn.warn("SB639", f"requests_{method.lower()}()", name="data, json_data")
        return failed("data and json_data exclude each other", kind)
    turn.acted = True
    try:
        reply = yield from fetch(Origin(turn.engine, turn.at, turn), method, url, sent, content)
    except TransportError as error:
        turn.warn("SB636", f"requests_{method.lower()}()", **failure(error))
        return failed(error.reason, kind)
    return shaped(reply.status, reply_text(reply), kind)


@function(effect=True, page=API)
def requests_get(
    context: Context, url: Text, answer_type: Text = "", headers: Value = None, params: Value = None,
    auth: Value = None, proxy: Value = None,
) -> Steps[Value]:  # fmt: skip
    """GET-запрос. Ответ: 'json', 'text', 'status' или словарь {status, data}.

    requests_get('https://example.org/rates', 'json')

    English:
        A GET request. Answer: 'json', 'text', 'status', or a dictionary {status, data}.
    """
    return (yield from _request(context, "GET", add_query(url, params), answer_type, headers, auth))


@function(effect=True, page=API)
def requests_post(
    context: Context, url: Text, answer_type: Text = "", headers: Value = None, data: Value = None,
    json_data: Value = None, auth: Value = None, proxy: Value = None,
) -> Steps[Value]:  # fmt: skip
    """POST-запрос; тело — data (форма или текст) или json_data.

    requests_post('https://example.org/lead', 'status', '', '', {'name': 'Иван'})

    English:
        A POST request; the body is data (a form or a text) or json_data.
    """
    return (yield from _request(context, "POST", url, answer_type, headers, auth, data, json_data))


@function(effect=True, page=API)
def requests_put(
    context: Context, url: Text, answer_type: Text = "", headers: Value = None, data: Value = None, auth: Value = None,
    proxy: Value = None,
) -> Steps[Value]:  # fmt: skip
    """PUT-запрос.

    English:
        A PUT request.
    """
    return (yield from _request(context, "PUT", url, answer_type, headers, auth, data))


@function(effect=True, page=API)
def requests_patch(
    context: Context, url: Text, answer_type: Text = "", headers: Value = None, data: Value = None, auth: Value = None,
    proxy: Value = None,
) -> Steps[Value]:  # fmt: skip
    """PATCH-запрос.

    English:
        A PATCH request.
    """
    return (yield from _request(context, "PATCH", url, answer_type, headers, auth, data))


@function(effect=True, page=API)
def requests_delete(
    context: Context, url: Text, answer_type: Text = "", headers: Value = None, data: Value = None,
    json_data: Value = None, auth: Value = None, proxy: Value = None,
) -> Steps[Value]:  # fmt: skip
    """DELETE-запрос.

    English:
        A DELETE request.
    """
    return (yield from _request(context, "DELETE", url, answer_type, headers, auth, data, json_data))
