"""Phones send drawings to the wall of the Audience page, and show what has become of each drawing."""

import pytest
from playwright.sync_api import expect

from tests.support import drawing_hand, waiting
from tests.support.phones import TILES

pytestmark = pytest.mark.browser


def test_phone_shows_its_drawing_and_is_told_when_the_wall_is_paused(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    expect(phone.locator("#digit")).to_have_text("draw")
    show = phone.get_by_role("button", name="Show mine")
    expect(show).to_be_disabled()
    draw_a_1(phone, 0.25)
    # The test does not tap, because on a busy machine a tap can be taken for a long press.
    show.click()
    expect(phone.locator("#sent")).to_have_text("It is on the wall. Draw another one.")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    # The same drawing is not sent twice. The next stroke begins a new drawing: two lines in one drawing would
    # not be read as a 1.
    expect(show).to_be_disabled()
    draw_a_1(phone, 0.75)
    show.click()
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1", "1"])
    page.get_by_role("button", name="Pause").click()
    resume = page.get_by_role("button", name="Resume")
    expect(resume).to_be_visible()
    phone.get_by_role("button", name="Clear").click()
    draw_a_1(phone)
    show.click()
    expect(phone.locator("#sent")).to_contain_text("paused")
    resume.click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(TILES)).to_have_count(2)
    phone.context.close()


def test_stroke_that_begins_while_a_drawing_is_sent_belongs_to_the_next(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    draw_a_1(phone, 0.25)
    sent = []

    def hold(route):
        sent.append(route)

    phone.route("**", hold)
    send_and_wait_until_held(phone, sent)
    draw_a_line(phone, 0.75)
    # Two lines beside each other are no digit. When the first one has been sent, the other is a 1 again.
    expect(phone.locator("#answer")).not_to_have_attribute("data-state", "sure")
    sent.pop().continue_()
    expect(phone.locator("#answer")).to_have_attribute("data-state", "sure")
    expect(phone.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    phone.context.close()


def test_drawing_whose_answer_was_lost_can_be_sent_again_and_counts_once(presenter, network_server, new_page):
    page, address = presenter
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    phone.goto(f"{network_server.url}/{address}")
    said, clear = phone.locator("#sent"), phone.get_by_role("button", name="Clear")
    posts, held = f"**/{address}/*", []
    draw_a_1(phone, 0.25)

    def lose_answer(route):
        assert route.fetch().status == 201
        route.abort()

    def hold(route):
        held.append(route)

    phone.route(posts, lose_answer, times=1)
    phone.locator("#send").click()
    expect(said).to_have_text("No answer from the wall. See if your drawing is there, or press again.")
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1"])
    phone.route(posts, hold, times=1)
    send_and_wait_until_held(phone, held)
    expect(said).to_have_text("Sending …")
    held.pop().continue_()
    expect(said).to_have_text("It is on the wall. Draw another one.")
    draw_a_1(phone, 0.75)
    expect(said).to_be_empty()
    # The message about a drawing disappears when the next drawing begins.
    for next_drawing in (clear.click, lambda: draw_a_line(phone, 0.5)):
        phone.route(posts, lambda route: route.abort(), times=1)
        phone.locator("#send").click()
        expect(said).to_contain_text("No answer from the wall.")
        next_drawing()
        expect(said).to_be_empty()
        clear.click()
        draw_a_1(phone)
    phone.locator("#send").click()
    expect(page.locator(f"{TILES} .answer")).to_have_text(["1", "1"])
    phone.context.close()


def send_and_wait_until_held(phone, held):
    """Sends the drawing, and waits until the request is in the list `held`."""
    phone.locator("#send").click()
    # Playwright adds the request to the list only while it asks the browser for something.
    waiting.until(lambda: phone.evaluate("true") and held, "the request")


def draw_a_1(phone, x=0.5):
    draw_a_line(phone, x)
    expect(phone.locator("#answer")).to_have_attribute("data-state", "sure")


def draw_a_line(phone, x):
    """Draws with the mouse, because a busy browser sometimes drops a touch."""
    drawing_hand.move_pen(phone, drawing_hand.canvas_box(phone, "#canvas"), [(x, 0.1), (x, 0.9)])
    phone.mouse.up()
