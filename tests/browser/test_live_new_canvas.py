"""On Draw, the browser reads strokes of a finger, and strokes that begin before a new canvas exists."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.live_page import ANSWER, HOLD_MESSAGES, expect_answer_while_drawing

pytestmark = pytest.mark.browser


def test_touch_is_read_while_the_finger_moves(open_live_draw):
    page = open_live_draw(width=390, height=844, has_touch=True, is_mobile=True)
    box = drawing_hand.canvas_box(page)
    finger = page.context.new_cdp_session(page)
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 40, box["y"] + box["height"] - 40

    def touch(kind, *steps):
        for step in steps:
            points = [{"x": middle, "y": top + (bottom - top) * step / 8}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    touch("touchMove", *range(1, 9))
    expect_answer_while_drawing(page)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("1")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    # The next stroke begins before the new canvas is there, and ends on the new canvas.
    drawing_hand.wait_for_server(page)
    old = _press_clear_and_hold(page)
    touch("touchStart", 0)
    touch("touchMove", *range(1, 4))
    page.evaluate("releaseMessages()")
    _wait_for_new_canvas(page, old)
    touch("touchMove", *range(4, 9))
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    drawing_hand.wait_for_server(page)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("1")


def _press_clear_and_hold(page):
    """Presses Clear, and holds back its message until `releaseMessages()`. Returns the old canvas's class."""
    page.evaluate(HOLD_MESSAGES)
    classes = page.locator('[class*="st-key-canvas"]').get_attribute("class").split()
    # This presses a key instead of clicking, because a finger may touch the canvas next.
    page.locator(".st-key-clear button").press("Enter")
    return next(name for name in classes if name.startswith("st-key-canvas"))


def _wait_for_new_canvas(page, old):
    expect(page.locator(f".{old}")).to_have_count(0)
    expect(page.locator(f"{drawing_hand.CANVAS}[data-followed]")).to_have_count(1)


def test_stroke_that_begins_before_the_new_canvas_is_there_is_read(open_live_draw):
    page, errors = open_live_draw(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    box, (seven,) = drawing_hand.canvas_box(page), drawing_hand.DIGITS[7]
    for ends_late in (True, False):
        drawing_hand.draw(page, 1)
        drawing_hand.wait_for_server(page)
        old = _press_clear_and_hold(page)
        drawing_hand.move_pen(page, box, seven[:2] if ends_late else seven)
        if not ends_late:
            # The browser's answer ignores the strokes from before Clear.
            expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
            page.mouse.up()
        else:
            # The old canvas can be gone before the page follows the new one. To imitate this, the old canvas
            # is hidden first, and then the pen moves on.
            page.locator(f".{old}").evaluate("canvas => (canvas.style.display = 'none')")
            x, y = seven[1]
            page.mouse.move(box["x"] + x * box["width"] - 2, box["y"] + y * box["height"])
            chromium.wait_for_frames(page)
        page.evaluate("releaseMessages()")
        _wait_for_new_canvas(page, old)
        if ends_late:
            x, y = seven[2]
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
            page.mouse.up()
        drawing_hand.wait_for_server(page)
        expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "sure")
    assert errors == []
