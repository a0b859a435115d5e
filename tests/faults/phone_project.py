"""A project for scripts: language, plugin, store in memory, simulator on a virtual clock."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from salebot_uiscom.effects import Wait
from salebot_uiscom.interpreter import Interpreter
from salebot_uiscom.ports import SettleLater
from salebot_uiscom.simulator import Simulator, SimulatorTransport
from salebot_uiscom.store import handlers, open_store
from salebot_uiscom.uiscom.plugin import UiscomPlugin

SETTINGS = {"api_key": "KEY"}


class Project:
    """Runs scripts; each run is a turn of its own. Waits move the clock of the simulator."""

    def __init__(self, simulator: Simulator | None = None, **settings: Any) -> None:
        self.simulator = simulator or Simulator()
        self.store = open_store(":memory:", clock=self.now)
        self.plugin = UiscomPlugin({**SETTINGS, **settings}, clock=self.now)
        self.waited: list[float] = []
        self.later: list[SettleLater] = []
        self._transport = SimulatorTransport(self.simulator)
        self._turns = count(1)

    def now(self) -> float:
        return self.simulator.now.timestamp()

    def run(self, code: str, **variables: Any) -> Any:
        """The value of `r` after `code`."""
        interpreter = Interpreter(
            plugins=[self.plugin],
            entry_points=False,
            handlers={
                **handlers(self.store, turn_key=f"turn-{next(self._turns)}", clock=self.now),
                Wait: self._wait,
                SettleLater: self.later.append,
            },
            http_transport=self._transport,
        )
        program = interpreter.compile(code)
        outcome = interpreter.run(program, variables, now=datetime.fromtimestamp(self.now(), UTC))
        assert outcome.errors == []
        interpreter.close()
        return outcome.variables["r"]

    def _wait(self, effect: Wait) -> None:
        self.waited.append(effect.seconds)
        self.simulator.advance(effect.seconds)

    def close(self) -> None:
        self.store.close()
