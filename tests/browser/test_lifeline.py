"""If Streamlit's front end leaves a page empty, the page is reloaded."""

import pytest
from playwright.sync_api import expect

from tests.support.app_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EMPTY_WINDOW = "document.getElementById('root').replaceChildren()"
EMPTY_MAIN = "document.querySelector('[data-testid=stMain]').replaceChildren()"


@pytest.mark.parametrize("path", ["", "train", "inside", "evaluate"])
def test_empty_window_is_reloaded(open_page, path):
    page = open_page(path)
    page.evaluate(EMPTY_WINDOW)
    expect(page.locator("h1")).to_be_visible()


def test_empty_main_part_is_reloaded(open_page):
    page = open_page("train")
    page.evaluate(EMPTY_MAIN)
    expect(page.locator("h1")).to_be_visible()


def test_empty_window_is_reloaded_behind_a_base_path(browser, tmp_path):
    server = Server(tmp_path, base_path="/lab")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.url}/train?tour=off")
        expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
        page.evaluate(EMPTY_WINDOW)
        expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    server.stop()
