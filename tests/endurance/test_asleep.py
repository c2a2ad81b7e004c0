"""Browsers that lose their connection for a moment: the short version of `python -m tests.endurance 7`."""

import socket
import struct
import tomllib
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.endurance import asleep
from tests.endurance.wire import Wire
from tests.support import chromium
from tests.support.project import PROJECT

NOTE_RETURN = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  const note = () => (window.hasReturned ||= app.dataset.testConnectionState === "CONNECTED")
  new MutationObserver(note).observe(app, { attributeFilter: ["data-test-connection-state"] })
}"""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(browser):
    """A server and a connection to it."""
    with asleep.served() as served:
        yield served


def test_pages_are_as_they_were_when_the_connection_returns(browser, served):
    asleep.sleep_and_return(browser, *served, seconds=2, is_training=False)


def test_link_pressed_before_the_loss_of_the_connection_was_noticed_is_pressed_again(browser, served):
    _, wire = served
    page = chromium.new_page(browser)
    chromium.visit(page, f"{wire.url}/?tour=off")
    wire.cut()
    page.get_by_role("link", name="Train").first.click()
    wire.mend()
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    # A link that was answered is not pressed again.
    page.go_back()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    # What the page still asked for when the connection is cut would be lost.
    chromium.wait_until_complete(page)
    page.evaluate(NOTE_RETURN)
    wire.cut()
    wire.mend()
    page.wait_for_function("window.hasReturned")
    chromium.wait_until_complete(page)
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    page.context.close()


def test_pages_load_again_after_the_server_was_restarted(browser, served):
    asleep.sleep_and_start_again(browser, *served, seconds=1, is_restarted=True)


def test_wire_closes_the_connection_to_the_browser_after_a_reset_by_the_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        wire = Wire(server.getsockname()[1])
        with socket.create_connection(("localhost", urlsplit(wire.url).port), timeout=60) as browser:
            browser.send(b"request")
            connection, _ = server.accept()
            # With this option, `close` does not wait until data have been sent. It resets the connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            assert browser.recv(1) == b""


def test_sessions_are_kept_for_longer_than_the_sleep():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["disconnectedSessionTTL"] > asleep.ASLEEP_SECONDS
