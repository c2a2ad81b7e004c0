"""The canvas of the Teach page alone in a browser: how mouse, pen and keys draw on it.

A stand-in replaces the network. It answers with the number of strokes.
"""

import pytest
from playwright.sync_api import expect

from tests.support import drawing_hand
from tests.support.desk_alone import NUM_STROKES, SIGNS_DRAWN

pytestmark = pytest.mark.browser


def test_stroke_goes_on_when_a_training_ends_and_when_a_second_finger_is_lifted(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    x, y = (canvas_page.locator("canvas").bounding_box()[side] for side in "xy")
    canvas_page.mouse.move(x + 100, y + 100)
    canvas_page.mouse.down()
    canvas_page.evaluate("show(true, 5), load(), secondFinger()")
    canvas_page.mouse.move(x + 200, y + 200, steps=5)
    canvas_page.mouse.up()
    canvas_page.locator(".sign").click()
    (stroke,) = canvas_page.evaluate("drawn[0].strokes")
    # Without its style, the canvas is 640 pixels wide. Strokes are in 320ths of its width.
    assert (stroke[0], stroke[-1]) == ([50, 50], [100, 100])


def test_pen_draws_although_a_palm_has_touched_first(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    x, y = (canvas_page.locator("canvas").bounding_box()[side] for side in "xy")
    drawing_hand.palm_then_pen(canvas_page, (x + 300, y + 300), (x + 100, y + 100), (x + 100, y + 200))
    canvas_page.locator(".sign").click()
    # Strokes are in 320ths of the canvas's width, which is 640 pixels here.
    assert canvas_page.evaluate("drawn[0].strokes") == [[[50, 50], [50, 100]]]


def test_keyboard_draws_a_sign_of_two_strokes(canvas_page):
    canvas_page.evaluate("show(false, 3)")
    canvas_page.keyboard.press("Tab")
    expect(canvas_page.locator("canvas")).to_be_focused()
    # Between the strokes, the pen moves for two seconds. The drawing is kept when no key is pressed any more.
    for keys in ([" ", *["ArrowDown"] * 5, " "], ["ArrowRight"] * 4, [" ", *["ArrowUp"] * 5, " "]):
        for key in keys:
            canvas_page.keyboard.press(key)
            canvas_page.clock.run_for(500)
    assert canvas_page.evaluate("window.drawn === undefined")
    canvas_page.clock.run_for(2000)
    down, up = canvas_page.evaluate("drawn[0].strokes")
    assert (down[0], down[-1], up[0], up[-1]) == ([160, 160], [160, 200], [192, 200], [192, 160])
    canvas_page.keyboard.press(" ")
    canvas_page.keyboard.press("Delete")
    assert canvas_page.evaluate(NUM_STROKES) == 0


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def draw_line_then_begin_another_with_the_keyboard(page):
    """Draws a line with the mouse, and begins another with the keyboard.

    Returns x and y of a place on the canvas, in pixels of the window.
    """
    page.evaluate("show(false, 0, 0)")
    x, y = (page.locator("canvas").bounding_box()[side] + 100 for side in "xy")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    page.mouse.up()
    page.locator("canvas").focus()
    press(page, " ", "ArrowDown")
    return x, y


def test_moved_mouse_does_not_end_a_stroke_of_the_keyboard(canvas_page):
    x, y = draw_line_then_begin_another_with_the_keyboard(canvas_page)
    canvas_page.mouse.move(x, y, steps=3)
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("window.drawn === undefined")
    press(canvas_page, "ArrowDown", " ")
    canvas_page.clock.run_for(2000)
    (drawing,) = canvas_page.evaluate("drawn")
    assert drawing["strokes"][1] == [[160, 160], [160, 168], [160, 176]]


@pytest.mark.parametrize("key, signs", [("Escape", []), ("2", [7])])
def test_key_that_empties_the_canvas_lifts_the_pen_of_the_keyboard(canvas_page, key, signs):
    draw_line_then_begin_another_with_the_keyboard(canvas_page)
    # This key has lifted the pen, so the first Space begins a stroke.
    press(canvas_page, key, "ArrowRight", " ", "ArrowUp", " ")
    assert canvas_page.evaluate("document.body.desk.strokes") == [[[168, 168], [168, 160]]]
    assert canvas_page.evaluate(f"(window.drawn ?? []).{SIGNS_DRAWN.removeprefix('drawn.')}") == signs


def test_keys_do_not_end_a_drawing_of_the_mouse(canvas_page):
    x, y = draw_line_then_begin_another_with_the_keyboard(canvas_page)
    canvas_page.mouse.down()
    canvas_page.locator("canvas").focus()
    press(canvas_page, "ArrowLeft")
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate("window.drawn === undefined")
    # The keyboard begins a stroke. The mouse adds nothing to it, and releasing the button does not end it.
    press(canvas_page, " ")
    canvas_page.mouse.move(x, y)
    canvas_page.mouse.up()
    press(canvas_page, "ArrowLeft", " ")
    canvas_page.clock.run_for(2000)
    (drawing,) = canvas_page.evaluate("drawn")
    assert [len(stroke) for stroke in drawing["strokes"]] == [2, 2, 1, 2]
