"""Fixtures that start the app's server and open its pages in a browser."""

import pytest

from tests.support import chromium
from tests.support.app_server import Server


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """The app's server, shared by the tests of a module; fails at the end if it has logged a traceback."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    server.end_trainers()
    assert server.tracebacks() == []


@pytest.fixture
def open_page(browser, server):
    """A function that opens a page of the app in a new browser context and waits for its heading."""
    contexts = []

    def open_page(path="", width=1280, height=720, tour="off", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(chromium.PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        # On a first visit the guided tour would cover parts of the page.
        page.goto(f"{server.url}/{path}{'&' if '?' in path else '?'}tour={tour}")
        page.locator("h1").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
