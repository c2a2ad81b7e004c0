"""The browser asks before the app is closed or loaded again, if drawings would be lost."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.chromium import MAY_LEAVE

pytestmark = pytest.mark.browser


def test_browser_asks_on_every_page_until_kept_drawings_are_downloaded(open_page):
    page = open_page()
    drawing_hand.draw(page, 3)
    drawing_hand.wait_for_server(page)
    # The browser does not ask about a drawing that was read but not kept.
    assert page.evaluate(MAY_LEAVE)
    page.locator(".st-key-right button").click()
    expect(page.locator(".st-key-kept")).to_be_visible()
    page.wait_for_function(f"!{MAY_LEAVE}")
    chromium.follow_link(page, "Evaluate", "Evaluate a network")
    assert not page.evaluate(MAY_LEAVE)
    chromium.follow_link(page, "Draw", "Draw a digit")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download them").click()
    assert started.value.path().read_text("utf-8").count("\n") == 1
    page.wait_for_function(MAY_LEAVE)
