"""The first visitor of a new server can open a page by its address, and not only the start page."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium
from tests.support.app_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# For each address: the page's heading, and an element that only this page (or this address) shows.
# Train is missing here, because test_train.py opens it as the first page of a server.
VISITS = {
    "?tour=off": ("Draw a digit", ".st-key-pad canvas"),
    "inside?tour=off&step=learning": ("Inside", ".st-key-learning-answer"),
    "evaluate?tour=off&nav=off": ("Evaluate a network", ".st-key-matrix-place svg.marks"),
}


@pytest.mark.parametrize("address", VISITS)
def test_first_visitor_of_a_new_server_sees_the_page(new_page, tmp_path, address):
    server = Server(tmp_path)
    heading, content = VISITS[address]
    page = new_page()
    chromium.visit(page, f"{server.url}/{address}")
    expect(page.locator("h1")).to_contain_text(heading)
    expect(page.locator(content).first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    page.context.close()
    server.stop()
    assert server.tracebacks() == []
