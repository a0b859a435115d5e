"""The client card in a real browser: Debian's chromium, driven by playwright."""

import json
from pathlib import Path

import pytest

from .conftest import KEY, PASSWORD, PHONE
from .test_card import deliver

CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("no browser: install Debian's package chromium", allow_module_level=True)

sync_api = pytest.importorskip("playwright.sync_api", reason="install the package playwright")
pytestmark = pytest.mark.browser

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def driver():
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture
def window(driver, tmp_path):
    """`window()` opens a browser of its own; what it complains about fails the test."""
    opened, complaints = [], []

    def begin(**options):
        context = driver.chromium.launch_persistent_context(
            tmp_path / f"profile-{len(opened)}",
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            locale="ru-RU",
            **options,
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.pages[0]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        return page

    yield begin
    for context in opened:
        context.close()
    assert complaints == []


def sign_in(page, site, email="api@example.org"):
    page.goto(site.url)
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/clients")


def test_employee_calls_a_client_and_sees_what_happens(fresh, window):
    site = fresh()
    site.uis.notify(f"{site.url}/uiscom_webhook/{KEY}", ["waiting_for_answer", "talk_started", "call_finished"])
    page = window()
    sign_in(page, site)
    page.fill("input[name=q]", "900 444")
    page.click(".search button")
    page.click("text=Иван")
    page.wait_for_url("**/clients/1001")
    page.click("#phones button.handset")
    page.wait_for_selector(".call.done")
    ((method, params),) = site.stage.requests()
    assert (method, params["first_call"], params["contact"]) == ("start.employee_call", "employee", PHONE)
    site.uis.advance(300)
    assert [ring.side for ring in site.uis.rings] == ["employee", "contact"]
    deliver(site)
    site.run()
    # Nobody reloads the page.
    page.wait_for_selector(".call li:has-text('Завершение звонка')")
    told = page.locator(".call li").all_inner_texts()
    assert [text.split(" 0")[0].strip() for text in told] == [
        "Ожидание ответа",
        "Начало разговора",
        "Завершение звонка",
    ]
    page.wait_for_selector(".dialog .bot:has-text('слышу')")
    assert len(site.stage.requests()) == 1


def test_script_in_the_name_of_a_caller_stays_text(fresh, window):
    site = fresh()
    name = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    body = {
        "notification_name": name,
        "contact_info": {"contact_phone_number": "79991112233", "contact_full_name": name},
    }
    with site.browser() as sender:
        assert sender.post(f"/uiscom_webhook/{KEY}", content=json.dumps(body)).status_code == 200
    site.run()
    page = window()
    sign_in(page, site)
    page.click("text=onerror")
    page.wait_for_selector("h1")
    assert name in page.inner_text("h1")
    assert page.locator("main img, main script").count() == 0


def test_everything_but_live_updates_works_without_javascript(fresh, window):
    site = fresh()
    page = window(java_script_enabled=False)
    sign_in(page, site)
    page.goto(f"{site.url}/clients/1001")
    page.click("#phones button.handset")
    page.wait_for_selector(".call.done")
    page.goto(f"{site.url}/settings")
    page.check("input[value=app]")
    page.click("main button")
    page.wait_for_selector(".saved")
    page.goto(f"{site.url}/clients/1001")
    assert page.get_attribute("#phones a.handset", "href") == f"tel:+{PHONE}"
    page.click("text=English")
    assert page.inner_text("#phones h2") == "Phones"


def test_card_fits_a_phone(fresh, window):
    site = fresh()
    page = window(viewport={"width": 360, "height": 740})
    sign_in(page, site)
    for path in ("/clients", "/clients/1001", "/settings"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
