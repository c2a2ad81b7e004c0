"""The first visitor of a new server can open any page by its address, not only the start page."""

import pytest
from playwright.sync_api import expect

from tests.support.app_server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# For each address: the page's heading, and an element that only this page (or this address) shows.
# Train is missing here, because test_train.py opens it as the first page of a server.
VISITS = {
    "": ("Draw a digit", ".st-key-pad canvas"),
    "inside?step=learning": ("Inside", ".st-key-learning-answer"),
    "evaluate?nav=off": ("Evaluate a network", ".st-key-matrix-place svg.marks"),
}


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """The server of this module. It keeps its address, so a browser need not load the front end again."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    assert server.tracebacks() == []


@pytest.fixture
def new_server(server):
    """The server, just started and not yet visited."""
    if server.process.poll() is not None:
        server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("address", VISITS)
@pytest.mark.usefixtures("new_server")
def test_first_visitor_of_a_new_server_sees_the_page(open_page, address):
    heading, content = VISITS[address]
    page = open_page(address)
    expect(page.locator("h1")).to_contain_text(heading)
    expect(page.locator(content).first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Page not found")).to_have_count(0)
