"""Visitors' phones: the presenter lets them in, and the one page they load works without the server."""

import gzip
import socket
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from pages.shared import app_address
from tests.support import chromium, drawing_hand, waiting
from tests.support.app_server import Server
from tests.support.phones import START

pytestmark = pytest.mark.browser

# The most that a phone has to load.
MAX_BYTES = 250_000


@pytest.fixture(scope="module")
def network_server(browser, tmp_path_factory):
    """A server that listens on all addresses of this computer, those of IPv6 too if it has any."""
    address = "::" if socket.has_dualstack_ipv6() else "0.0.0.0"
    server = Server(
        tmp_path_factory.mktemp("server"), options=["--server.address", address], host="127.0.0.1"
    )
    yield server
    server.stop()
    assert server.tracebacks() == []


@pytest.fixture(scope="module")
def presenter(browser, network_server):
    """The Draw page in the presenter's browser. The tests of this module share it."""
    page = chromium.new_page(browser)
    chromium.visit(page, f"{network_server.url}/?tour=off")
    yield page
    page.context.close()


def let_phones_in(page, server):
    """Turns on the switch on the presenter's page, and returns the address that phones open.

    There is one switch for the whole server, so it may be on already.
    """
    chromium.resize(page, 1280, 720)
    if not page.locator("img.qr").count():
        page.locator(".st-key-phones label").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    page.wait_for_function("document.querySelector('img.qr').naturalWidth > 0")
    words = page.get_by_text("Scan the code, or open").inner_text()
    # The page shows the address in the local network; the loopback address leads to the same server.
    return f"{server.url}/pocket/{words.rpartition('/pocket/')[2]}"


def fetch(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
        return answer.read(), answer.headers


def test_address_for_phones_breaks_only_between_its_parts(presenter, network_server):
    page = presenter
    let_phones_in(page, network_server)
    chromium.resize(page, 360, 800)
    parts = page.locator(".st-key-phones-address span")
    lines = "spans => spans.map(span => span.getClientRects().length)"
    waiting.until_equal(lambda: parts.evaluate_all(lines), [1, 1, 1], "the number of lines of each part")
    app, pocket, _ = parts.all_inner_texts()
    assert app.startswith("http://")
    assert pocket == "pocket/"


def test_page_is_small_and_only_served_while_the_switch_is_on(presenter, network_server):
    page, address = presenter, let_phones_in(presenter, network_server)
    plain, _ = fetch(address)
    packed, headers = fetch(address, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert len(plain) <= MAX_BYTES
    assert b"default-src 'none'" in plain
    for wrong in (f"{address}x", f"{network_server.url}/pocket/", f"{network_server.url}/pocket/quick"):
        assert _is_refused(wrong)
    page.locator(".st-key-phones label").first.click()
    expect(page.locator(".qr")).to_have_count(0)
    assert _is_refused(address)


def _is_refused(address):
    try:
        return b"onebit" not in fetch(address)[0]
    except urllib.error.HTTPError as error:
        return error.code == 404


def offer(page, server, run_id):
    """Opens Draw with a run and gives its network to phones."""
    chromium.visit(page, f"{server.url}/?run={run_id}&tour=off")
    page.get_by_role("button", name="Give phones this network").click()
    expect(page.get_by_role("button", name="Give phones this network")).to_have_count(0)


def draw_a_1(phone):
    """Draws with the mouse, because a busy browser sometimes drops a touch."""
    drawing_hand.move_pen(phone, drawing_hand.canvas_box(phone, "#canvas"), [(0.5, 0.1), (0.5, 0.9)])
    phone.mouse.up()


def test_page_holds_the_network_chosen_last(presenter, network_server):
    page, address = presenter, let_phones_in(presenter, network_server)
    before, _ = fetch(address)
    offer(page, network_server, "quick")
    quick = f"{store.find('quick').recipe().num_weights:,}".encode()
    assert quick in fetch(address)[0]
    assert quick not in before


def test_open_phone_gets_the_network_that_is_chosen_now_and_keeps_its_drawing(
    new_page, presenter, network_server
):
    page, address = presenter, let_phones_in(presenter, network_server)
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    posts = []
    phone.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    phone.goto(address)
    expect(phone.locator("#digit")).to_have_text("draw")
    offered = phone.locator("#network").get_attribute("data-sha256")
    draw_a_1(phone)
    expect(phone.locator("#send")).to_be_enabled()
    offer(page, network_server, "record")
    phone.locator("#send").click()
    expect(phone.locator("#sent")).to_have_text("Another network was chosen. It reads your drawings now.")
    expect(phone.locator("#network")).not_to_have_attribute("data-sha256", offered)
    expect(phone.locator("#answer")).to_have_attribute("data-digit", "1")
    phone.locator("#send").click()
    expect(phone.locator("#sent")).to_have_text("It is on the wall. Draw another one.")
    # The page was loaded again between these two requests, and both have the id of the same phone.
    assert len(posts) == 2
    assert len(set(posts)) == 1
    offered = phone.locator("#network").get_attribute("data-sha256")
    offer(page, network_server, "best")
    phone.locator("#clear").click()
    expect(phone.locator("#network")).not_to_have_attribute("data-sha256", offered)
    expect(phone.locator("#digit")).to_have_text("draw")


def test_app_that_phones_cannot_reach_says_how_to_let_them_in_and_has_no_switch(open_page):
    page = open_page()
    expect(page.get_by_text("Phones cannot reach this app yet")).to_be_visible()
    # Each part of the command is in one line.
    for part in (START, "--server.address 0.0.0.0"):
        code = page.get_by_text(part, exact=True)
        assert code.evaluate("code => code.getClientRects().length") == 1
    expect(page.locator(".st-key-phones")).to_have_count(0)


def test_browser_on_this_computer_is_the_presenters(presenter):
    """If the server listens at "::", it sees 127.0.0.1 as an address of IPv6."""
    expect_presenters(presenter)


def test_browser_on_this_computer_is_the_presenters_at_the_computers_own_address(presenter, tmp_path):
    own = next(iter(app_address._addresses_in_use()), None)
    if not own:
        pytest.skip("this computer is in no network")
    server, page = Server(tmp_path, options=["--server.address", own], host=own), presenter.context.new_page()
    try:
        chromium.visit(page, f"{server.url}/?tour=off")
        expect_presenters(page)
    finally:
        page.close()
        server.stop()


def expect_presenters(page):
    """Checks that Draw has the switch for phones, and that a link leads to Audience."""
    expect(page.locator(".st-key-phones")).to_be_visible()
    expect(page.get_by_role("link", name="Audience")).to_be_visible()


def test_phone_reads_digits_after_the_server_has_stopped(new_page, presenter, network_server):
    """This test must be the last one here, because it stops the server."""
    address = let_phones_in(presenter, network_server)
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(address)
    expect(phone.locator("#digit")).to_have_text("draw")
    network_server.stop()
    draw_a_1(phone)
    expect(phone.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(phone.locator("#answer")).to_have_attribute("data-state", "sure")
