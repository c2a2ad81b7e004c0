"""Strokes on Draw after the press of a button, whether the press leads to a new canvas or not."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium, drawing_hand
from tests.support.live_page import ANSWER, HOLD_MESSAGES

pytestmark = pytest.mark.browser
# The two strokes of a 7, as fractions of the canvas. Each alone is read as something else.
TOP, STEM = [(0.28, 0.2), (0.72, 0.2)], [(0.72, 0.2), (0.45, 0.85)]
LINES = ".canvas-container canvas.lower-canvas"
# Returns the first and the last row with ink, as fractions of the canvas.
INKED_ROWS = """canvas => {
  const { width, height } = canvas
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
  const rows = Array.from({ length: height }, (_, y) => y).filter(
    y => data.subarray(4 * width * y, 4 * width * (y + 1)).some((value, i) => i % 4 === 3 && value))
  return [rows.at(0) / height, rows.at(-1) / height]
}"""
# Presses a button that the page takes for "Right", but that does nothing. In two cases, the real button also
# does nothing: when the server cannot keep the drawing, and at the second click of a double click.
PRESS_IN_VAIN = """() => {
  const place = document.createElement("div")
  place.className = "st-key-judgement"
  const button = document.createElement("button")
  place.append(button)
  document.body.append(place)
  button.click()
  place.remove()
}"""
# Presses such a button as soon as the page has a new canvas.
PRESS_IN_VAIN_ON_NEW_CANVAS = f"""() => {{
  const hosts = '[class*="st-key-canvas"] [data-testid="stBidiComponentIsolated"]'
  const newest = () =>
    [...document.querySelectorAll(hosts)].at(-1)?.shadowRoot.querySelector("canvas.upper-canvas")
  const old = newest()
  const look = () => {{
    if (!newest() || newest() === old) return requestAnimationFrame(look)
    ;({PRESS_IN_VAIN})()
    window.isPressedInVain = true
  }}
  look()
}}"""


@pytest.fixture
def live_page(draw_page):
    """The Draw page, after the browser has loaded the network."""
    chromium.wait_for_network(draw_page)
    chromium.wait_for_frames(draw_page)
    return draw_page


def draw(page, stroke):
    drawing_hand.move_pen(page, drawing_hand.canvas_box(page), stroke)
    page.mouse.up()
    chromium.wait_for_frames(page)


def test_clear_empties_the_canvas_before_the_server_knows(live_page):
    page = live_page
    draw(page, TOP)
    drawing_hand.wait_for_server(page)
    page.evaluate(HOLD_MESSAGES)
    page.locator(".st-key-clear button").click()
    assert page.evaluate(drawing_hand.NUM_DRAWN, "lower") == 0
    page.evaluate("releaseMessages()")
    drawing_hand.expect_strokes(page, 0)


def test_drawing_stays_on_the_canvas_if_the_press_does_nothing(live_page):
    page = live_page
    draw(page, TOP)
    drawing_hand.wait_for_server(page)
    drawn = page.evaluate(drawing_hand.NUM_DRAWN, "lower")
    page.evaluate(PRESS_IN_VAIN)
    assert page.evaluate(drawing_hand.NUM_DRAWN, "lower") == drawn
    page.evaluate(HOLD_MESSAGES)
    draw(page, STEM)
    # The browser reads both strokes.
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
    page.evaluate("releaseMessages()")
    drawing_hand.wait_for_server(page)
    # After a visit to Train, Draw has a new canvas, but not because of the press. So the page repeats no late
    # strokes on it.
    chromium.follow_link(page, "Train", "Train a network")
    chromium.follow_link(page, "Draw", "Draw a digit")
    drawing_hand.wait_for_server(page)
    drawing_hand.expect_strokes(page, 2)


def test_late_strokes_are_not_drawn_on_another_page(live_page):
    page = live_page
    chromium.follow_link(page, "Inside", "Inside")
    chromium.follow_link(page, "Draw", "Draw a digit")
    draw(page, TOP)
    drawing_hand.wait_for_server(page)
    page.evaluate(PRESS_IN_VAIN)
    # The canvas of Inside covers this corner of the window, too. So the page could repeat the stroke there.
    draw(page, [(0.05, 0.02), (0.1, 0.02)])
    drawing_hand.wait_for_server(page)
    page.evaluate("addEventListener('mousedown', event => (window.isRepeated ||= !event.isTrusted), true)")
    chromium.follow_link(page, "Inside", "Inside")
    canvas = page.locator(f"{drawing_hand.CANVAS}[data-followed]")
    # With this cursor, the canvas is ready for strokes. So the page could now repeat late strokes.
    canvas.hover()
    expect(canvas).to_have_css("cursor", "crosshair")
    chromium.wait_for_frames(page)
    assert not page.evaluate("window.isRepeated")


def test_double_click_keeps_strokes_that_begin_before_the_new_canvas_is_there(live_page):
    page = live_page
    drawing_hand.draw(page, 1)
    drawing_hand.wait_for_server(page)
    page.evaluate(HOLD_MESSAGES)
    page.locator(".st-key-right button").evaluate("right => right.click()")
    for stroke in (TOP, STEM):
        draw(page, stroke)
    page.evaluate(PRESS_IN_VAIN_ON_NEW_CANVAS)
    page.evaluate("releaseMessages()")
    page.wait_for_function("window.isPressedInVain")
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("7")
    drawing_hand.wait_for_server(page)
    drawing_hand.expect_strokes(page, 2)


def hold_messages_and_focus_canvas(page):
    """Draws a stroke. When the server has it, holds back all further messages, and focuses the canvas."""
    draw(page, TOP)
    drawing_hand.wait_for_server(page)
    page.evaluate(HOLD_MESSAGES)
    page.locator(drawing_hand.CANVAS).focus()


def test_stroke_of_the_keyboard_goes_on_when_the_new_canvas_is_there(live_page):
    page = live_page
    hold_messages_and_focus_canvas(page)
    for key in ("Delete", *["ArrowUp"] * 12, " ", *["ArrowDown"] * 12):
        page.keyboard.press(key)
    # The old canvas goes away in the middle of the stroke.
    page.evaluate("window.oldCanvas = document.activeElement")
    page.evaluate("releaseMessages()")
    page.wait_for_function("!oldCanvas.isConnected && document.activeElement.shadowRoot?.activeElement")
    for key in (*["ArrowDown"] * 12, " ", *["ArrowUp"] * 12):
        page.keyboard.press(key)
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("1")
    drawing_hand.wait_for_server(page)
    # The line goes from 0.2 to 0.8 of the height. The pen is wide.
    top, bottom = page.locator(LINES).evaluate(INKED_ROWS)
    assert top < 0.2
    assert bottom > 0.8
    drawing_hand.expect_strokes(page, 1)


def test_keyboard_draws_right_after_it_has_cleared_the_canvas(live_page):
    page = live_page
    hold_messages_and_focus_canvas(page)
    # The new canvas is not there yet.
    for key in ("ArrowLeft", "Delete", *["ArrowUp"] * 12, " ", *["ArrowDown"] * 24, " ", *["ArrowUp"] * 12):
        page.keyboard.press(key)
    page.evaluate("releaseMessages()")
    expect(page.locator(f"{ANSWER} .digit")).to_have_text("1")
    drawing_hand.wait_for_server(page)
    expect(page.locator(drawing_hand.CANVAS)).to_be_focused()
    # The pen is where the keys have moved it, in the middle.
    for key in ("ArrowRight", " ", "ArrowRight", " "):
        page.keyboard.press(key)
    mark = page.locator(".keys-mark")
    assert mark.evaluate("mark => [mark.style.left, mark.style.top]") == ["176px", "160px"]
    chromium.wait_for_frames(page)
    drawing_hand.expect_strokes(page, 2)
