"""A simulator of UIS / CoMagic (Call API v4.0, Data API v2.0, notifications) to test integrations offline.

    from salebot_uiscom.simulator import Simulator, SimulatorTransport

    simulator = Simulator()
    client = httpx.Client(transport=SimulatorTransport(simulator))

It needs no account, no network and nothing else of this package's bots. What it does not imitate stands in
docs/simulator.md and in `core`. Names are loaded when first used; httpx only with the transport and the sender.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .calls import Behaviour, CallError, CallPlan, CallSession, Ring
    from .clock import RealClock, VirtualClock
    from .core import Simulator
    from .notifications import DEFAULT_TEMPLATE, EVENTS, Delivery
    from .records import ConnectionDropped, RecordedRequest
    from .seed import SeedError, load_seed
    from .server import SimulatorServer, serve_simulator
    from .state import (
        Account,
        Campaign,
        Contact,
        Employee,
        Key,
        Limits,
        NotificationRule,
        Phone,
        Scenario,
        Site,
        Tag,
        User,
        VirtualNumber,
        default_account,
    )
    from .transport import HttpSender, SimulatorTransport, post_due

_HOMES = {
    "calls": ("Behaviour", "CallError", "CallPlan", "CallSession", "Ring"),
    "clock": ("RealClock", "VirtualClock"),
    "core": ("Simulator",),
    "notifications": ("DEFAULT_TEMPLATE", "EVENTS", "Delivery"),
    "records": ("ConnectionDropped", "RecordedRequest"),
    "seed": ("SeedError", "load_seed"),
    "server": ("SimulatorServer", "serve_simulator"),
    "state": (
        "Account",
        "Campaign",
        "Contact",
        "Employee",
        "Key",
        "Limits",
        "NotificationRule",
        "Phone",
        "Scenario",
        "Site",
        "Tag",
        "User",
        "VirtualNumber",
        "default_account",
    ),
    "transport": ("HttpSender", "SimulatorTransport", "post_due"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "DEFAULT_TEMPLATE",
    "EVENTS",
    "Account",
    "Behaviour",
    "CallError",
    "CallPlan",
    "CallSession",
    "Campaign",
    "ConnectionDropped",
    "Contact",
    "Delivery",
    "Employee",
    "HttpSender",
    "Key",
    "Limits",
    "NotificationRule",
    "Phone",
    "RealClock",
    "RecordedRequest",
    "Ring",
    "Scenario",
    "SeedError",
    "Simulator",
    "SimulatorServer",
    "SimulatorTransport",
    "Site",
    "Tag",
    "User",
    "VirtualClock",
    "VirtualNumber",
    "default_account",
    "load_seed",
    "post_due",
    "serve_simulator",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
