"""While the pen moves, the browser itself computes the answer on the Draw page."""

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.runs import store
from pages.shared import networks
from tests.support import chromium, drawing_hand
from tests.support.live_page import (
    ANSWER,
    HOLD_MESSAGES,
    LATE_ANSWER,
    LATE_PICTURES,
    NOTE_ANSWERS,
    NOTE_DISAGREEMENTS,
    NOTE_WORDS,
    STATUS,
    expect_answer_while_drawing,
    pixels,
)

pytestmark = pytest.mark.browser

PICTURES = ".st-key-stages .strip"
DIGIT_PICTURE = f"{PICTURES} img >> nth=2"
BITS_PICTURE = f"{PICTURES} img >> nth=3"


@pytest.fixture
def page(draw_page):
    """The Draw page that tests share, after the browser has loaded the network."""
    chromium.wait_for_network(draw_page)
    chromium.wait_for_frames(draw_page)
    return draw_page


def draw_and_hold(page, stroke):
    """Draws a stroke and keeps the mouse button pressed at its end."""
    drawing_hand.move_pen(page, drawing_hand.canvas_box(page), stroke)
    # The browser reads the drawing in the next frame.
    chromium.wait_for_frames(page)


def test_answer_is_there_before_the_pen_lifts(open_live_draw):
    page = open_live_draw()
    page.evaluate(NOTE_DISAGREEMENTS)
    page.evaluate(NOTE_WORDS)
    for stroke in drawing_hand.DIGITS[3]:
        draw_and_hold(page, stroke)
    expect_answer_while_drawing(page)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("3")
    assert "so far" in page.evaluate("notedWords")
    assert page.evaluate("disagreements") == []
    # While the pen is down, late answers and pictures from the server do not replace those of the browser.
    assert page.evaluate(LATE_ANSWER, ANSWER) in ("drawing", "sure")
    picture = page.locator(DIGIT_PICTURE).get_attribute("src")
    assert page.evaluate(LATE_PICTURES, PICTURES) == picture
    page.mouse.up()
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    expect(page.locator(ANSWER)).not_to_contain_text("so far")


def test_answer_stays_the_same_when_a_pen_that_rests_is_lifted(page):
    # The points are as far apart as those of a quick hand, so that every point matters.
    draw_and_hold(page, drawing_hand.DIGITS[0][0][:12])
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "unsure")
    page.evaluate(HOLD_MESSAGES)
    shown = [page.locator(ANSWER).inner_text(), _named(page)]
    assert len(shown[1]) > 1
    picture = page.locator(DIGIT_PICTURE).get_attribute("src")
    page.mouse.up()
    expect(page.locator(STATUS)).to_have_attribute("aria-busy", "false")
    assert [page.locator(ANSWER).inner_text(), _named(page)] == shown
    np.testing.assert_array_equal(pixels(page.locator(DIGIT_PICTURE).get_attribute("src")), pixels(picture))
    page.evaluate("releaseMessages()")
    drawing_hand.wait_for_server(page)
    assert [page.locator(ANSWER).inner_text(), _named(page)] == shown


def _named(page):
    return page.locator(f"{ANSWER} .best .name").all_inner_texts()


def test_browser_and_server_give_the_same_final_answer(page):
    for digit in (0, 1, 2, 7):
        page.evaluate(HOLD_MESSAGES)
        drawing_hand.draw(page, digit)
        expect(page.locator(f"{ANSWER} .digit")).to_have_text(str(digit))
        expect(page.locator(ANSWER)).to_have_attribute("data-from", "browser")
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
        browser_text = page.locator(ANSWER).inner_text()
        picture = page.locator(DIGIT_PICTURE).get_attribute("src")
        bits = pixels(page.locator(BITS_PICTURE).get_attribute("src"))
        page.evaluate("releaseMessages()")
        drawing_hand.wait_for_server(page)
        # Wait for the server's picture: a different file, even if it has the same pixels.
        expect(page.locator(DIGIT_PICTURE)).not_to_have_attribute("src", picture)
        server_picture = page.locator(DIGIT_PICTURE).get_attribute("src")
        assert browser_text == page.locator(ANSWER).inner_text(), digit
        np.testing.assert_array_equal(pixels(picture), pixels(server_picture), str(digit))
        server_bits = pixels(page.locator(BITS_PICTURE).get_attribute("src"))
        np.testing.assert_array_equal(bits, server_bits, str(digit))
        _check_bits(server_bits, pixels(server_picture))
        drawing_hand.clear(page)
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "empty")
        chromium.wait_until_complete(page)


def _check_bits(picture, digit):
    """Each tile of the picture shows one bit of every pixel: whether the pixel reaches a threshold."""
    thresholds = networks.network(store.find(None)).pixel_thresholds
    assert len(thresholds) == 4
    for number, threshold in enumerate(thresholds):
        y, x = 1 + 29 * (number // 2), 1 + 29 * (number % 2)
        np.testing.assert_array_equal(picture[y : y + 28, x : x + 28], 255 * (digit >= threshold))


def test_second_stroke_is_read_with_the_first_and_clear_forgets_both(page):
    draw_and_hold(page, [(0.35, 0.2), (0.35, 0.8)])
    page.mouse.up()
    draw_and_hold(page, [(0.35, 0.2), (0.7, 0.5), (0.35, 0.8)])
    expect_answer_while_drawing(page)
    both = page.locator(DIGIT_PICTURE).get_attribute("src")
    page.mouse.up()
    drawing_hand.clear(page)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "empty")
    draw_and_hold(page, [(0.35, 0.2), (0.7, 0.5), (0.35, 0.8)])
    expect_answer_while_drawing(page)
    alone = page.locator(DIGIT_PICTURE).get_attribute("src")
    page.mouse.up()
    assert pixels(both).astype(int).sum() > pixels(alone).astype(int).sum()
    assert both != alone


def test_late_answer_to_the_first_stroke_does_not_replace_the_final_one(open_live_draw):
    page = open_live_draw()
    page.evaluate(HOLD_MESSAGES)
    draw_and_hold(page, [(0.35, 0.2), (0.3, 0.55), (0.72, 0.55)])
    page.mouse.up()
    page.wait_for_function("heldMessages.length > 0")
    number = page.evaluate("heldMessages.length")
    expect(page.locator(STATUS)).to_have_attribute("aria-busy", "false")
    first = page.locator(ANSWER).inner_text()
    draw_and_hold(page, [(0.62, 0.2), (0.62, 0.85)])
    page.mouse.up()
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("4")
    expect(page.locator(STATUS)).to_have_attribute("aria-busy", "false")
    final = page.locator(ANSWER).inner_text()
    assert final != first
    picture = page.locator(DIGIT_PICTURE).get_attribute("src")
    page.evaluate(NOTE_ANSWERS)
    # The server hears of the first stroke alone, and answers. From then on, the stroke can be undone.
    page.evaluate("number => releaseMessages(number)", number)
    expect(page.locator(".st-key-undo button")).to_be_enabled()
    chromium.wait_until_complete(page)
    expect(page.locator(ANSWER)).to_have_attribute("data-from", "browser")
    page.evaluate("releaseMessages()")
    drawing_hand.wait_for_server(page)
    expect(page.locator(DIGIT_PICTURE)).not_to_have_attribute("src", picture)
    # In every frame, the words and the pictures were those of both strokes together.
    noted = page.evaluate("notedAnswers")
    assert {text for text, _ in noted} == {final}
    for source in {source for _, source in noted}:
        np.testing.assert_array_equal(pixels(source), pixels(picture))


def test_clear_before_the_server_has_answered_empties_the_answer(page):
    """For the server, the answer was always empty, so it sends none. The browser must remove its own."""
    blank = page.locator(DIGIT_PICTURE).get_attribute("src")
    # The server gets no drawing, so the answer shown can only be the browser's.
    page.evaluate(
        """() => {
          const send = WebSocket.prototype.send
          WebSocket.prototype.send = function (message) {
            if (!window.isServerCutOff) send.call(this, message)
          }
          window.isServerCutOff = true
        }"""
    )
    drawing_hand.draw(page, 7)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    page.evaluate("window.isServerCutOff = false")
    drawing_hand.clear(page)
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "empty")
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("draw a digit")
    expect(page.locator(DIGIT_PICTURE)).to_have_attribute("src", blank)
