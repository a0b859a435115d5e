"""The page of the simulator in a real browser: Debian's chromium, driven by playwright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from salebot_uiscom.simulator import Simulator, SimulatorServer, serve_simulator

CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("no browser: install Debian's package chromium", allow_module_level=True)

sync_api = pytest.importorskip("playwright.sync_api", reason="install the package playwright")
pytestmark = pytest.mark.browser

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture
def server(simulator: Simulator) -> Iterator[SimulatorServer]:
    simulator.behave("*", "manual")
    with serve_simulator(simulator) as running:
        yield running


@pytest.fixture
def window(driver: Any, server: SimulatorServer, tmp_path: Path) -> Iterator[Open]:
    """`window()` shows the page in a browser of its own; what it complains about fails the test."""
    opened: list[Any] = []
    complaints: list[str] = []

    def begin(address: str = "/", **options: Any) -> Any:
        profile = tmp_path / f"profile-{len(opened)}"
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=FLAGS, **options
        )
        opened.append(context)
        context.set_default_timeout(15_000)
        page = context.pages[0]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A form that is refused is also told there: "Failed to load resource".
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.goto(server.url + address)
        return page

    yield begin
    for context in opened:
        context.close()
    assert complaints == []


def calls(page: Any) -> Any:
    return page.frame_locator("iframe")


def see(page: Any, *texts: str) -> None:
    for text in texts:
        calls(page).locator("body", has_text=text).wait_for()


def press(page: Any, name: str) -> None:
    calls(page).get_by_role("button", name=name).first.click()


def test_a_person_makes_a_call_answers_and_hangs_up(window: Open, simulator: Simulator) -> None:
    page = window()
    see(page, "Звонков пока нет")
    page.fill("input[name=contact]", "79005556677")
    page.get_by_role("button", name="Позвонить").click()
    see(page, "79005556677", "звонит телефон сотрудника: Иванов Иван Иванович")
    press(page, "Ответить")
    see(page, "разговор")
    assert calls(page).get_by_role("button").all_inner_texts() == ["Клиент кладёт трубку", "Сотрудник кладёт трубку"]
    press(page, "Сотрудник кладёт трубку")
    see(page, "завершён: сотрудник положил трубку")
    assert calls(page).get_by_role("button").count() == 0
    assert [session.finish_reason for session in simulator.sessions()] == ["operator_disconnects"]


def test_a_person_declines_until_nobody_is_left(window: Open, simulator: Simulator) -> None:
    page = window("/?lang=en")
    page.get_by_role("button", name="Call").click()
    for name in ("Иванов", "Петрова", "Сидоров", "Дежурный"):
        see(page, f"phone rings: {name}")
        press(page, "Decline")
    see(page, "over: the employees did not answer", "no_success_operator_call")
    assert calls(page).get_by_role("button").count() == 0
    assert [session.finish_reason for session in simulator.sessions()] == ["no_success_operator_call"]


def test_a_call_of_a_script_appears_by_itself(window: Open, simulator: Simulator) -> None:
    page = window()
    see(page, "Звонков пока нет")
    simulator.incoming_call("79005556677")
    see(page, "79005556677")  # nobody has reloaded the page
    assert calls(page).get_by_role("button").count() > 0


def test_a_wrong_number_is_told_and_leads_back(window: Open) -> None:
    page = window()
    page.fill("input[name=contact]", "12")
    with page.expect_response(lambda response: response.status == 400):
        page.get_by_role("button", name="Позвонить").click()
    page.get_by_text("только цифры").wait_for()
    page.get_by_role("link").click()
    see(page, "Звонков пока нет")
    assert calls(page).get_by_role("button").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone(window: Open, simulator: Simulator, scheme: str) -> None:
    simulator.incoming_call("79005556677")
    page = window(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    see(page, "79005556677")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    inside = calls(page).locator("html")
    assert inside.evaluate("element => element.scrollWidth <= element.clientWidth")
    for button in calls(page).get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360
