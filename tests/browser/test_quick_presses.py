"""Presses on Draw that follow each other more quickly than the server answers."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.live_page import ANSWER, HOLD_MESSAGES

pytestmark = pytest.mark.browser
SAMPLES, CLEAR = ".st-key-samples button", ".st-key-clear button"


def press_at_once(page, *buttons):
    """Presses these buttons, and lets the server know when all have been pressed."""
    page.evaluate(HOLD_MESSAGES)
    for button in buttons:
        page.locator(button).evaluate("button => button.click()")
    page.evaluate("releaseMessages()")
    chromium.wait_until_complete(page)


@pytest.mark.parametrize("last", [2, 7])
def test_last_of_several_samples_is_shown(draw_page, last):
    page = draw_page
    samples = [f"{SAMPLES} >> nth={i}" for i in (3, 8, 5, 2, 6, last)]
    press_at_once(page, *samples)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text(str(last))


def test_clear_counts_after_a_sample(draw_page):
    page = draw_page
    press_at_once(
        page, ".st-key-clear button", f"{SAMPLES} >> nth=2", f"{SAMPLES} >> nth=8", ".st-key-clear button"
    )
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    expect(page.locator(".st-key-pad-place .sample")).to_have_count(0)


def test_each_press_on_undo_removes_a_stroke(draw_page):
    page = draw_page
    box = drawing_hand.canvas_box(page)
    for x in (0.1, 0.3, 0.5, 0.7, 0.9):
        drawing_hand.move_pen(page, box, [(x, 0.2), (x, 0.8)])
        page.mouse.up()
    drawing_hand.wait_for_server(page)
    press_at_once(page, *[".st-key-undo button"] * 4)
    drawing_hand.expect_strokes(page, 1)
