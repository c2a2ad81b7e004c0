"""A page in headless Chromium and a server of the app, for benchmarks."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.support import chromium
from tests.support.app_server import Server


@contextmanager
def page_and_server() -> Iterator[tuple[Page, Server]]:
    """Yields an empty page of 1280 x 720 and a new server, and ends both."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        server = Server(Path(folder))
        try:
            page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
            page.set_default_timeout(chromium.PATIENCE_MS)
            yield page, server
        finally:
            browser.close()
            server.stop()
