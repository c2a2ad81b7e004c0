"""Visitors' phones: the presenter lets them in, and the one page they load works without the server."""

import gzip
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from tests.support import chromium, drawing_hand, waiting

pytestmark = pytest.mark.browser

# The most that a phone has to load.
MAX_BYTES = 250_000


def let_phones_in(new_page, server):
    """Turns the switch on Draw on; returns the presenter's page and the address that phones open.

    There is one switch for the whole server, so it may be on already.
    """
    page = new_page()
    chromium.visit(page, f"{server.url}/?tour=off")
    if not page.locator("img.qr").count():
        page.locator(".st-key-phones label").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    page.wait_for_function("document.querySelector('img.qr').naturalWidth > 0")
    words = page.get_by_text("Scan the code, or open").inner_text()
    # The page shows the address in the local network; the loopback address leads to the same server.
    return page, f"{server.url}/pocket/{words.rpartition('/pocket/')[2]}"


def fetch(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
        return answer.read(), answer.headers


def test_page_is_small_and_only_served_while_the_switch_is_on(new_page, network_server):
    page, address = let_phones_in(new_page, network_server)
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


def test_page_holds_the_network_chosen_last(new_page, network_server):
    page, address = let_phones_in(new_page, network_server)
    before, _ = fetch(address)
    page.get_by_role("combobox", name="Which network answers").click()
    page.get_by_role("option", name="quick").click()
    page.get_by_role("button", name="Give phones this network").click()
    quick = f"{store.find('quick').recipe().num_weights:,}".encode()
    waiting.until(lambda: quick in fetch(address)[0], "the page with the quick network")
    assert quick not in before


def test_app_that_phones_cannot_reach_says_how_to_let_them_in(open_page):
    page = open_page()
    page.locator(".st-key-phones label").first.click()
    expect(page.get_by_text("--server.address 0.0.0.0")).to_be_visible()
    expect(page.locator(".qr")).to_have_count(0)
    page.locator(".st-key-phones label").first.click()
    expect(page.get_by_text("--server.address 0.0.0.0")).to_have_count(0)


def test_phone_reads_digits_after_the_server_has_stopped(new_page, network_server):
    """The last test here, because afterwards there is no server."""
    _, address = let_phones_in(new_page, network_server)
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(address)
    expect(phone.locator("#digit")).to_have_text("draw")
    network_server.stop()
    box = drawing_hand.canvas_box(phone, "#canvas")
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 40, box["y"] + box["height"] - 40
    drawing_hand.swipe(phone, (middle, top), (middle, bottom))
    expect(phone.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(phone.locator("#answer")).to_have_attribute("data-state", "sure")
