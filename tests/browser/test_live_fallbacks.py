"""If the server has stopped, the browser reads drawings. If the browser cannot, the server reads them."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.app_server import Server
from tests.support.live_page import ANSWER

pytestmark = pytest.mark.browser

NETWORK = "**/network/*/*"


def test_drawing_is_read_after_the_server_has_stopped(new_page, tmp_path):
    server = Server(tmp_path)
    page = new_page()
    chromium.visit(page, f"{server.url}/?tour=off")
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    chromium.wait_for_network(page)
    chromium.wait_for_frames(page)
    drawing_hand.canvas_box(page)
    server.stop()
    drawing_hand.draw(page, 7)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    page.context.close()


def test_without_webassembly_the_server_answers(open_page):
    page = open_page(prepare=lambda page: page.add_init_script("delete window.WebAssembly"))
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.move_pen(page, drawing_hand.canvas_box(page), drawing_hand.DIGITS[7][0])
    chromium.wait_for_frames(page)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "empty")
    page.mouse.up()
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")


def test_with_a_damaged_network_the_server_answers(open_page):
    def damage(page):
        page.route(NETWORK, lambda route: route.fulfill(body=b"no network"))

    page = open_page(prepare=damage)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.draw(page, 7)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
