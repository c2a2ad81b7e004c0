"""Takes the pictures for the README from the running app: `.venv/bin/python -m docs.screenshots`.

This needs Chromium and the packages in tests/requirements.txt. The pictures show the example runs.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.support import chromium, drawing_hand, phones
from tests.support.app_server import Server

DOCS = Path(__file__).parent
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Starts the app and takes all pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        # The server listens on all addresses. Otherwise, Audience says that phones cannot reach the app. (The
        # picture shows the address of this computer.)
        server = Server(Path(folder), options=["--server.address", "0.0.0.0"])  # noqa: S104
        browser = chromium.launch(playwright)
        try:
            page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)
            page.set_default_timeout(chromium.PATIENCE_MS)
            _draw(page, server)
            _train(page, server)
            _inside(page, server)
            _whole(page, server)
            _evaluate(page, server)
            _audience(page, server)
        finally:
            browser.close()
            server.stop()


def _draw(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?tour=off")
    page.locator(".answer.empty").wait_for()
    drawing_hand.draw(page, 3, digits=drawing_hand.ROUND_DIGITS)
    page.locator(".answer.sure").wait_for()
    page.get_by_role("button", name="Right", exact=True).wait_for()
    chromium.wait_until_complete(page)
    page.screenshot(path=DOCS / "draw.png")


def _train(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/train?tour=off")
    page.locator(".st-key-chart-accuracy .marks").first.wait_for()
    page.screenshot(path=DOCS / "train.png")


def _inside(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/inside?tour=off&step=neuron&digit=m0&layer=1")
    page.get_by_role("button", name="Play").wait_for()
    page.wait_for_timeout(2000)
    page.screenshot(path=DOCS / "inside.png")


def _whole(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/inside?tour=off&step=way&digit=m0")
    chromium.wait_for_network(page)
    page.wait_for_timeout(2000)
    page.locator('[class*="st-key-way-maps-3"] button').hover()
    page.locator(".way-words.is-fed").wait_for()
    page.screenshot(path=DOCS / "whole.png")


def _evaluate(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/evaluate?tour=off")
    page.locator(".st-key-matrix-place .marks").first.wait_for()
    page.locator(".st-key-images img").first.wait_for()
    page.wait_for_timeout(1000)
    page.screenshot(path=DOCS / "evaluate.png")


def _audience(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/audience?tour=off")
    page.locator(".st-key-phones label").first.click()
    page.locator("img.qr").wait_for()
    address = page.get_by_text("Scan the code, or open").inner_text().rpartition("/pocket/")[2]
    for number, drawing in enumerate(phones.drawings(20)):
        phones.send(server.port, f"pocket/{address}", number, drawing)
    page.locator(".st-key-wall li").nth(19).wait_for()
    page.wait_for_timeout(1000)
    page.screenshot(path=DOCS / "audience.png")


if __name__ == "__main__":
    main()
