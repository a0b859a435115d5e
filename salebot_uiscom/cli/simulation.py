"""`simulate`: the simulator of UIS as a server."""

from __future__ import annotations

from pathlib import Path

import click

from .evaluation import DONE, WRONG
from .options import EXISTING_FILE, address_options
from .words import cannot_listen, echo, say


def commands() -> list[click.Command]:
    return [_simulate()]


def _simulate() -> click.Command:
    @click.command(
        "simulate",
        help=say(
            "Имитатор UIS: Call API, Data API, страница звонков.\n\nНа странице отвечают на звонки.",
            "A simulator of UIS: Call API, Data API, a page of calls.\n\nThe calls are answered on the page.",
        ),
    )
    @address_options(8100)
    @click.option("--seed", type=EXISTING_FILE, help=say("Файл с аккаунтами.", "File with accounts."))
    def command(host: str, port: int, seed: Path | None) -> int:
        import signal
        import threading

        from ..simulator import RealClock, SeedError, Simulator, load_seed, serve_simulator

        try:
            simulator = Simulator(clock=RealClock()) if seed is None else load_seed(seed, clock=RealClock())
            server = serve_simulator(simulator, host, port)
        except SeedError as error:
            echo(str(error), err=True)
            return WRONG
        except OSError as error:
            echo(cannot_listen(error, host, port), err=True)
            return WRONG
        end = threading.Event()
        with server:
            for stop in (signal.SIGINT, signal.SIGTERM):  # also where a shell has made the program deaf to Ctrl+C
                signal.signal(stop, lambda *_: end.set())
            echo(say(f"Имитатор UIS: {server.url}", f"Simulator of UIS: {server.url}"))
            echo(f"  SALEBOT_UISCOM_CALL_API_URL={server.call_api_url}")
            echo(f"  SALEBOT_UISCOM_DATA_API_URL={server.data_api_url}")
            echo(f"  SALEBOT_UISCOM_API_KEY={simulator.accounts[0].keys[0].token}")
            echo(say("Ctrl+C — остановить", "Ctrl+C stops it"))
            while not end.wait(1):
                pass
        return DONE

    return command
