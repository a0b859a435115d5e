"""The figures of a host, as Prometheus reads them."""

import re

from salebot_uiscom.host.metrics import Metrics
from salebot_uiscom.ports import NewClient

from .conftest import block

LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+]+')


def figures(metrics):
    found = {}
    for line in metrics.text().splitlines():
        if not line.startswith("#"):
            assert LINE.fullmatch(line), line
            name, value = line.rsplit(" ", 1)
            found[name.removeprefix("salebot_uiscom_")] = float(value)
    return found


def test_queues_and_their_ages(talk):
    one = talk(block(1, "start", condition="x", calc="a = uiscom_offline(1)", message="да"))
    metrics = Metrics(one.store, one.host.clock)
    assert figures(metrics)["oldest_event_seconds"] == 0
    one.host.say(one.client.id, "x")
    one.stage.uis.advance(40)
    found = figures(metrics)
    assert (found["events_backlog"], found["oldest_event_seconds"]) == (1, 40)
    for report in one.host.run_until_idle():
        metrics.on_report(report)
    found = figures(metrics)
    assert (found["events_backlog"], found['turns_total{outcome="finished"}']) == (0, 1)
    assert found['messages_total{outcome="delivered"}'] == 1
    assert [name for name in found if name.startswith("errors_total{code=")] != []


def test_every_figure_has_help_and_type(talk):
    one = talk(block(1))
    metrics = Metrics(one.store, one.host.clock, more=lambda: iter([("points", {"api": 'a"\\b\n'}, 5.0)]))
    text = metrics.text()
    for line in text.splitlines():
        if not line.startswith("#"):
            name = re.match("[a-z_]+", line).group()
            assert f"# TYPE {name} " in text
            assert f"# HELP {name} " in text
    assert 'salebot_uiscom_points{api="a\\"\\\\b\\n"} 5' in text
    assert text.endswith("\n")


def test_refused_messages_are_told_apart(talk):
    one = talk(block(1, "start", condition="x", message="да"))
    caller = one.store.create_client(NewClient(13, "79004443322"))
    metrics = Metrics(one.store, one.host.clock)
    one.host.say(caller.id, "x")
    for report in one.host.run_until_idle():
        metrics.on_report(report)
    assert figures(metrics)['messages_total{outcome="refused"}'] == 1
