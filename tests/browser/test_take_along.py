"""The menu that exports a network: its downloads contain the network shown on the page."""

import io
import zipfile

import pytest
from playwright.sync_api import expect

from bnn.export.html import network_in
from bnn.runs import store
from tests.support import chromium

pytestmark = pytest.mark.browser
GROWTH_PIXELS = 900


def download(page, key):
    """Opens the menu, presses one of its buttons, and returns the content of the file that it downloads."""
    page.locator(".st-key-take-along button").first.click()
    page.locator(f".st-key-{key}").wait_for()
    # The menu must stay in the window while the page above it grows: a click needs a visible button. Scroll
    # anchoring is turned off, because Chromium would keep the menu in its place, but Safari would not.
    page.evaluate("document.querySelector('[data-testid=stMain]').style.overflowAnchor = 'none'")
    page.evaluate(f"document.querySelector('h1').style.marginBottom = '{GROWTH_PIXELS}px'")
    with page.expect_download() as started:
        page.locator(f".st-key-{key} button").first.click()
    return started.value.path().read_bytes()


@pytest.mark.parametrize("path", ["", "train"])
def test_downloads_contain_the_network_shown(open_page, path):
    page = open_page(path)
    packed = store.find(None).model_path.read_bytes()
    assert network_in(download(page, "take-html").decode()) == packed
    # After a download, the menu may be open or closed.
    chromium.wait_until_complete(page)
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-take-html")).to_be_hidden()
    page.evaluate("document.querySelector('h1').style.marginBottom = ''")
    with zipfile.ZipFile(io.BytesIO(download(page, "take-c"))) as archive:
        assert {name.partition("/")[2] for name in archive.namelist()} >= {
            "network.h",
            "engine.c",
            "README.md",
        }
