"""The network that the visitor has chosen stays chosen on every page."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium

pytestmark = pytest.mark.browser

QUICK = "quick (example)"


def chosen(page):
    """Returns the box that names the chosen network. Its label differs from page to page."""
    return page.get_by_role("combobox", name="Which network answers").or_(
        page.get_by_role("combobox", name="Network", exact=True)
    )


def go_to(page, name):
    """Presses the link to another page, and waits until that page is complete."""
    page.get_by_test_id("stTopNavLink").filter(has_text=name).click()
    page.wait_for_url(f"**/{name.lower()}*" if name != "Draw" else lambda url: "/?" in url)
    page.get_by_text("Break it" if name == "Inside" else name).first.wait_for()
    chromium.wait_until_complete(page)


def test_network_of_a_link_stays_on_every_page(open_page):
    page = open_page("?run=quick")
    expect(chosen(page)).to_have_value(QUICK)
    for name in ("Inside", "Evaluate", "Draw", "Inside"):
        go_to(page, name)
        expect(chosen(page)).to_have_value(QUICK)
    page.get_by_text("5 Break it").click()
    page.locator(".st-key-inside_flips").wait_for()
    chromium.wait_until_complete(page)
    expect(chosen(page)).to_have_value(QUICK)
    assert "run=quick" in page.url
    go_to(page, "Draw")
    expect(chosen(page)).to_have_value(QUICK)
    page.go_back()
    page.locator(".st-key-inside_flips").wait_for()
    chromium.wait_until_complete(page)
    expect(chosen(page)).to_have_value(QUICK)
