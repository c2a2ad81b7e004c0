"""The canvas on a touch screen: one finger or pen draws, and other touches do nothing."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.fingers import Fingers
from tests.support.live_page import ANSWER, HOLD_MESSAGES

pytestmark = pytest.mark.browser
# The two strokes of a 7, as fractions of the canvas. Each alone is read as something else.
TOP, STEM = [(0.28, 0.2), (0.5, 0.2), (0.72, 0.2)], [(0.72, 0.2), (0.58, 0.55), (0.45, 0.85)]
CORNER, BELOW_CORNER = [(0.1, 0.6), (0.1, 0.9)]
FINGER, OTHER = 1, 2


@pytest.fixture
def touch_page(phone_page):
    """The Draw page on a phone, after the browser has loaded the network."""
    page = phone_page
    chromium.wait_for_network(page)
    chromium.wait_for_frames(page)
    # Until the server gets the messages, all answers are the browser's.
    page.evaluate(HOLD_MESSAGES)
    yield page
    page.evaluate("releaseMessages()")


def place(page, point):
    """Returns where a point of the canvas is on the page."""
    box = drawing_hand.canvas_box(page)
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def places(page, stroke):
    return [place(page, point) for point in stroke]


def expect_digit(page, digit):
    """Checks that the browser reads this digit, and that the server then reads it, too."""
    expect(page.locator(f"{ANSWER} .digit")).to_have_text(str(digit))
    expect(page.locator(ANSWER)).to_have_attribute("data-from", "browser")
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    page.evaluate("releaseMessages()")
    drawing_hand.wait_for_server(page)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text(str(digit))


def test_finger_draws_while_a_thumb_rests_beside_the_canvas(touch_page):
    page, fingers = touch_page, Fingers(touch_page)
    box = page.locator("h1").bounding_box()
    fingers.put(OTHER, (box["x"] + 5, box["y"] + 5))
    for stroke in (TOP, STEM):
        fingers.draw(FINGER, places(page, stroke))
    expect_digit(page, 7)
    fingers.lift(OTHER)
    drawing_hand.expect_strokes(page, 2)


def test_another_finger_on_the_canvas_draws_nothing(touch_page):
    page, fingers = touch_page, Fingers(touch_page)
    top = places(page, TOP)
    fingers.put(FINGER, top[0])
    fingers.put(OTHER, place(page, CORNER))
    fingers.move(FINGER, top[1:])
    fingers.lift(FINGER)
    fingers.move(OTHER, [place(page, BELOW_CORNER)])
    fingers.draw(FINGER, places(page, STEM))
    fingers.lift(OTHER)
    expect_digit(page, 7)
    drawing_hand.expect_strokes(page, 2)


def test_places_between_pixels_are_not_rounded(touch_page):
    page = touch_page
    page.evaluate("addEventListener('mousemove', ({ x, y }) => (window.last = [x, y]))")
    last = [int(coordinate) + 0.5 for coordinate in place(page, TOP[-1])]
    Fingers(page).draw(FINGER, [place(page, TOP[0]), last])
    assert page.evaluate("last") == last


def test_mouse_changes_nothing_while_a_finger_draws(touch_page):
    page, fingers = touch_page, Fingers(touch_page)
    top = places(page, TOP)
    fingers.put(FINGER, top[0])
    page.mouse.move(*place(page, CORNER))
    page.mouse.down()
    page.mouse.move(*place(page, BELOW_CORNER))
    page.mouse.up()
    fingers.move(FINGER, [*top[1:], *places(page, STEM)])
    fingers.lift(FINGER)
    expect_digit(page, 7)
    drawing_hand.expect_strokes(page, 1)


def test_cancelled_touch_ends_the_stroke(touch_page):
    page, fingers = touch_page, Fingers(touch_page)
    top = places(page, TOP)
    fingers.put(FINGER, top[0])
    fingers.move(FINGER, top[1:])
    fingers.cancel()
    # During a stroke, the whole page opens no context menus. Here they open, so the stroke has ended.
    menu = "title => title.dispatchEvent(new Event('contextmenu', { bubbles: true, cancelable: true }))"
    assert page.locator("h1").evaluate(menu)
    fingers.draw(FINGER, places(page, STEM))
    expect_digit(page, 7)
    drawing_hand.expect_strokes(page, 2)


def test_pen_draws_although_the_palm_touched_first(touch_page):
    page = touch_page
    drawing_hand.palm_then_pen(page, place(page, CORNER), place(page, (0.5, 0.15)), place(page, (0.48, 0.85)))
    expect_digit(page, 1)
    drawing_hand.expect_strokes(page, 1)
