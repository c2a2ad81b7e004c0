"""The network that the visitor has chosen stays chosen on every page."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium

pytestmark = pytest.mark.browser

QUICK = "quick (example)"


# The title of each page, and the label of its box that names the chosen network.
PAGES = {
    "Draw": ("Draw a digit", "Which network answers"),
    "Inside": ("Inside", "Network"),
    "Evaluate": ("Evaluate a network", "Network"),
}


def expect_quick(page, name):
    """Checks that the network "quick" is chosen on the page with this name."""
    title, label = PAGES[name]
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    expect(page.get_by_role("combobox", name=label, exact=True)).to_have_value(QUICK)


def go_to(page, name):
    """Opens another page with its link, and checks that the network "quick" is chosen there."""
    chromium.follow_link(page, name, PAGES[name][0])
    expect_quick(page, name)


def test_network_of_a_link_stays_on_every_page(open_page):
    page = open_page("?run=quick")
    expect_quick(page, "Draw")
    for name in ("Inside", "Evaluate", "Draw", "Inside"):
        go_to(page, name)
    page.get_by_text("5 Break it").click()
    page.locator(".st-key-inside_flips").wait_for()
    chromium.wait_until_complete(page)
    expect_quick(page, "Inside")
    assert "run=quick" in page.url
    go_to(page, "Draw")
    page.go_back()
    page.locator(".st-key-inside_flips").wait_for()
    chromium.wait_until_complete(page)
    expect_quick(page, "Inside")
