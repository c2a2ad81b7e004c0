"""A server of the app, and a browser that looks at it."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.support import chromium
from tests.support.app_server import Server


@pytest.fixture(scope="session")
def browser():
    """A running Chromium; the test is skipped without one, or fails where one is required."""
    with sync_playwright() as playwright:
        try:
            browser = chromium.launch(playwright)
        except FileNotFoundError as missing:
            if os.environ.get("ONE_BIT_LAB_REQUIRE_BROWSER"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A server for all tests of a module; at its end, it must have logged no traceback."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    server.end_trainers()
    assert server.tracebacks() == []


@pytest.fixture
def open_page(browser, server):
    """Function: path and context options -> a browser page there, its first run done."""
    contexts = []

    def open_page(path="", width=1280, height=720, tour="off", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(chromium.PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        # On a first visit the guided tour would lie over what is looked for.
        page.goto(f"{server.url}/{path}{'&' if '?' in path else '?'}tour={tour}")
        page.locator("h1").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
