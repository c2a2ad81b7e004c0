"""The lifeline, a script on every page, reloads a page that Streamlit leaves empty or disconnected."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium
from tests.support.app_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMPTY_WINDOW = "document.getElementById('root').replaceChildren()"
EMPTY_MAIN = "document.querySelector('[data-testid=stMain]').replaceChildren()"

CUT_OFF = """() => {
  window.isOld = true
  document.querySelector("[data-testid=stApp]").dataset.testConnectionState = "DISCONNECTED_FOREVER"
}"""


def empty(page, how):
    """Empties the page as soon as the lifeline watches it."""
    page.wait_for_function("window.oneBitLabLifeline")
    assert page.evaluate(f"() => ({how}, document.querySelectorAll('h1').length)") == 0


def test_empty_and_disconnected_pages_are_reloaded(open_page):
    # The lifeline looks every two seconds, so all pages wait at the same time. test_layout.py checks that
    # every page has a lifeline.
    pages = {path: open_page(path) for path in ("", "evaluate", "train")}
    empty(pages[""], EMPTY_WINDOW)
    empty(pages["evaluate"], EMPTY_MAIN)
    disconnected = pages["train"]
    disconnected.evaluate(CUT_OFF)
    disconnected.wait_for_function("!window.isOld", polling=100)
    for path, page in pages.items():
        expect(page.locator("h1"), f"the page {path!r}").to_be_visible()


def test_empty_window_is_reloaded_behind_a_base_path(new_page, tmp_path):
    server = Server(tmp_path, base_path="/lab")
    page = new_page()
    chromium.visit(page, f"{server.url}/train?tour=off")
    empty(page, EMPTY_WINDOW)
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    page.context.close()
    server.stop()
