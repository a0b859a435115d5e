"""A host at work for long: does it keep anything? Memory, descriptors, threads and objects, measured as it goes."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.host import Host
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import NewClient
from salebot_uiscom.store import open_store
from salebot_uiscom.store.records import NewEvent

BOT = """
[project]
api_key = "k"
[[channel]]
type = 1
group = "my_bot"
[[block]]
id = 1
kind = "start"
calc = '''
client.n = if(n == None, 1, n + 1)
r = requests_get('https://example.org/?n=#{n}', 'json')
last = "#{question} #{n}"
'''
message = "#{last}"
[[block]]
id = 2
kind = "state"
[[arrow]]
id = 1
from = 1
to = 2
delay = 60
"""


@dataclass(frozen=True)
class Sample:
    """State of the process after so many events."""

    events: int
    resident_kib: int
    descriptors: int
    threads: int
    objects: int


def play(folder: Path, *, events: int, every: int) -> Iterator[Sample]:
    """Run `events` events of twenty clients; a sample every so many."""
    interpreter = Interpreter(
        plugins=("salebot_uiscom.host.plugin",),
        entry_points=False,
        http_transport=httpx.MockTransport(lambda request: httpx.Response(200, json={"a": [1, 2, 3]})),
    )
    with closing(interpreter), open_store(folder / "bot.db") as store:
        host = Host(parse_bot(BOT), interpreter, store, resolver=lambda effect: ["93.184.216.34"])
        clients = [store.create_client(NewClient(1, str(number), "my_bot")).id for number in range(20)]
        for number in range(events):
            store.add_event(NewEvent(clients[number % 20], f"событие {number}"))
            for report in host.run_until_idle():
                if report.broken or report.faults:
                    raise AssertionError(report)
            if (number + 1) % every == 0:
                yield sample(number + 1)


def sample(events: int) -> Sample:
    gc.collect()
    resident = Path("/proc/self/statm")
    pages = int(resident.read_text().split()[1]) if resident.exists() else 0
    folder = Path("/proc/self/fd")
    descriptors = len(os.listdir(folder)) if folder.exists() else 0
    # Without weak references: `sqlite3` keeps one for each cursor and sweeps up after every two hundred.
    objects = sum(type(one) is not weakref.ref for one in gc.get_objects())
    return Sample(events, pages * os.sysconf("SC_PAGE_SIZE") // 1024, descriptors, threading.active_count(), objects)
