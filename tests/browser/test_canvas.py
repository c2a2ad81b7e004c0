"""The canvas in a browser: what it reports to the server, and how mouse, finger and keys draw on it."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand

pytestmark = pytest.mark.browser
# The two halves of a 7, and two points away from it, as fractions of the canvas.
FIRST_HALF, SECOND_HALF = [(0.28, 0.2), (0.72, 0.2)], [(0.45, 0.85)]
ELSEWHERE = [(0.1, 0.1), (0.9, 0.9)]
# Takes the canvas off the page and puts it back, so that it loses the focus.
_PUT_BACK = """canvas => {
  const { host } = canvas.getRootNode()
  host.parentElement.insertBefore(host, host.nextSibling)
  if (canvas.getRootNode().activeElement) throw Error("the canvas has kept the focus")
}"""

# Records the mouse events that the page's scripts send.
_RECORD_IMITATED = """() => {
  window.imitated = []
  const record = ({ type, isTrusted }) => isTrusted || imitated.push(type)
  for (const type of ["mousemove", "mouseup"]) addEventListener(type, record)
}"""


def move(page, points):
    box = drawing_hand.canvas_box(page)
    for x, y in points:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)


def expect_ended(page):
    """Checks that the stroke has ended: it is on the lower canvas, and the mouse no longer draws."""
    # A whole 7 covers several thousand pixels, a single point a few hundred.
    page.wait_for_function(f"({drawing_hand.NUM_DRAWN})('lower') > 1000")
    chromium.wait_until_complete(page)
    drawn = page.evaluate(drawing_hand.NUM_DRAWN, "lower")
    move(page, ELSEWHERE)
    assert page.evaluate(drawing_hand.NUM_DRAWN, "upper") == 0
    assert page.evaluate(drawing_hand.NUM_DRAWN, "lower") == drawn


def expect_answer(page, digit):
    expect(page.locator(".st-key-answer .digit")).to_have_text(str(digit))


def test_canvas_reports_nothing_before_it_is_drawn_on(open_page):
    """A report from this page could arrive late, on another page. That page would then stay empty."""
    sent = []

    # A function of our own, because Playwright does not accept `sent.append`.
    def record(frame):
        sent.append(frame)

    def listen(page):
        page.on("websocket", lambda socket: socket.on("framesent", record))

    page = open_page(prepare=listen)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.canvas_box(page)
    page.get_by_role("link", name="Train").first.click()
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    chromium.wait_until_complete(page)
    # One message for each of the two pages.
    assert len(sent) == 2


def test_sample_is_shown_until_the_canvas_is_drawn_on(draw_page):
    page = draw_page
    page.locator(".st-key-sample-3 button").click()
    expect_answer(page, 3)
    sample = page.locator(".st-key-pad-place .sample img")
    expect(sample).to_be_visible()
    chromium.wait_until_complete(page)
    move(page, FIRST_HALF[:1])
    page.mouse.down()
    move(page, FIRST_HALF + SECOND_HALF)
    page.mouse.up()
    expect_answer(page, 7)
    expect(sample).to_have_count(0)
    expect_ended(page)


def test_right_click_during_a_stroke_changes_nothing(draw_page):
    page = draw_page
    move(page, FIRST_HALF[:1])
    page.mouse.down()
    move(page, FIRST_HALF)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    move(page, SECOND_HALF)
    page.mouse.up()
    expect_ended(page)
    expect_answer(page, 7)


def test_other_mouse_buttons_draw_nothing(draw_page):
    page = draw_page
    for button in ("right", "middle"):
        move(page, FIRST_HALF[:1])
        page.mouse.down(button=button)
        move(page, FIRST_HALF + SECOND_HALF)
        page.mouse.up(button=button)
        chromium.wait_for_frames(page)
        assert (
            page.evaluate(drawing_hand.NUM_DRAWN, "upper")
            == page.evaluate(drawing_hand.NUM_DRAWN, "lower")
            == 0
        ), button


def test_stroke_without_a_release_event_ends_at_the_next_move(draw_page):
    """A menu may get the release of the button. The page then only sees a move without a pressed button."""
    page = draw_page
    move(page, FIRST_HALF[:1])
    page.mouse.down()
    move(page, FIRST_HALF + SECOND_HALF)
    page.locator(drawing_hand.CANVAS).dispatch_event("mousemove", {"buttons": 0})
    expect_ended(page)
    expect_answer(page, 7)


@pytest.mark.parametrize("has_finger", [False, True])
def test_stroke_of_three_points_keeps_its_corner(draw_page, has_finger):
    """Without its corner, this 7 would be a straight line, which is read as a 1."""
    page = draw_page
    box = drawing_hand.canvas_box(page)
    seven = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in drawing_hand.DIGITS[7][0]
    ]
    if has_finger:
        drawing_hand.touch(page, seven)
    else:
        page.mouse.move(*seven[0])
        page.mouse.down()
        page.mouse.move(*seven[1])
        page.mouse.move(*seven[2])
        page.mouse.up()
    expect_answer(page, 7)
    drawing_hand.wait_for_server(page)
    expect_answer(page, 7)


def test_undo_right_after_a_stroke_removes_only_this_stroke(draw_page):
    page = draw_page
    drawing_hand.draw(page, 1)
    expect_answer(page, 1)
    drawing_hand.wait_for_server(page)
    move(page, ELSEWHERE[:1])
    page.mouse.down()
    move(page, ELSEWHERE)
    page.mouse.up()
    # A script clicks here. A click with the mouse might come after the canvas has reported the stroke.
    page.locator(".st-key-undo button").evaluate("undo => undo.click()")
    expect_answer(page, 1)
    chromium.wait_until_complete(page)
    expect_answer(page, 1)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def test_digit_is_drawn_and_cleared_with_the_keyboard(draw_page):
    page = draw_page
    canvas = page.locator(drawing_hand.CANVAS)
    # In the order of the Tab key, Clear comes right after the canvas.
    page.locator(".st-key-clear button").focus()
    page.keyboard.press("Shift+Tab")
    expect(canvas).to_be_focused()
    assert "Space puts it down or lifts it" in canvas.get_attribute("aria-label")
    for key in (*["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " "):
        page.keyboard.press(key)
    expect_answer(page, 1)
    drawing_hand.wait_for_server(page)
    expect_answer(page, 1)
    page.keyboard.press("Delete")
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    # For a moment, the page has both the old and the new canvas.
    chromium.wait_until_complete(page)
    expect(canvas).to_be_focused()
    # On a slow machine, Streamlit may move the new canvas within the page, which takes the focus from it.
    canvas.evaluate(_PUT_BACK)
    expect(canvas).to_be_focused()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_moved_mouse_changes_nothing_while_the_keyboard_draws(draw_page):
    page = draw_page
    page.locator(drawing_hand.CANVAS).focus()
    press(page, *["ArrowUp"] * 12, " ", *["ArrowDown"] * 12)
    chromium.wait_for_frames(page)
    drawn = page.evaluate(drawing_hand.NUM_DRAWN, "upper")
    move(page, ELSEWHERE)
    page.mouse.move(1, 1)
    chromium.wait_for_frames(page)
    assert page.evaluate(drawing_hand.NUM_DRAWN, "upper") == drawn > 0
    press(page, *["ArrowDown"] * 12, " ")
    expect_ended(page)
    expect_answer(page, 1)
    drawing_hand.wait_for_server(page)
    expect_answer(page, 1)
    drawing_hand.expect_strokes(page, 1)


def test_stroke_of_the_keyboard_is_whole_if_the_mouse_is_pressed_elsewhere(draw_page):
    page = draw_page
    page.locator(drawing_hand.CANVAS).focus()
    press(page, *["ArrowUp"] * 12, " ", *["ArrowDown"] * 24)
    page.evaluate(_RECORD_IMITATED)
    page.locator("h1").click()
    expect_ended(page)
    # Fabric.js drops the last point but one of a stroke. So canvas.js adds two points at the end: one beside
    # the last point, and the last point again.
    assert page.evaluate("imitated") == ["mousemove", "mousemove", "mouseup"]
    drawing_hand.expect_strokes(page, 1)


def test_keyboard_begins_a_stroke_while_the_mouse_is_pressed(draw_page):
    page = draw_page
    move(page, FIRST_HALF[:1])
    page.mouse.down()
    move(page, FIRST_HALF)
    page.locator(drawing_hand.CANVAS).focus()
    press(page, " ", *["ArrowDown"] * 12)
    move(page, ELSEWHERE)
    page.mouse.up()
    press(page, *["ArrowDown"] * 6, " ")
    expect_ended(page)
    drawing_hand.expect_strokes(page, 2)


def test_shift_changes_nothing(draw_page):
    """With Shift, Fabric.js alone would draw a straight line from the first point to the last."""
    page = draw_page
    page.keyboard.down("Shift")
    drawing_hand.draw(page, 7)
    page.keyboard.up("Shift")
    drawing_hand.wait_for_server(page)
    expect_answer(page, 7)
