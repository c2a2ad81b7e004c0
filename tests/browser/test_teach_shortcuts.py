"""The canvas of the Teach page alone in a browser: keys and presses that come at an awkward moment.

A stand-in replaces the network. It answers with the number of strokes.
"""

import random

import pytest
from playwright.sync_api import expect

from tests.support.desk_alone import NUM_STROKES, SIGNS_DRAWN
from tests.support.signs import draw

pytestmark = pytest.mark.browser
DIALOG = '<div role="dialog"></div>'
POPOVER = '<div data-baseweb="popover"></div>'
CARD = '<div id="tour"><section role="dialog"></section></div>'
FOLDED_CARD = '<div id="tour" class="folded"><section role="dialog"></section></div>'


def begin_line(page):
    """Begins a line with the mouse. Returns a place on the canvas for its end, in pixels of the window."""
    x, y = (page.locator("canvas").bounding_box()[side] + 100 for side in "xy")
    page.mouse.move(x, y)
    page.mouse.down()
    return x + 100, y


def test_sign_chosen_during_a_stroke_waits_for_its_end(canvas_page):
    page = canvas_page
    page.evaluate("show(false, 0, 0)")
    place = begin_line(page)
    page.keyboard.press("2")
    page.evaluate("show(false, 0, 0)")
    assert page.evaluate("window.drawn === undefined")
    page.mouse.move(*place)
    page.mouse.up()
    # The whole line is an example of the sign that was chosen when it began.
    assert page.evaluate(SIGNS_DRAWN) == [7]
    assert page.evaluate("drawn[0].strokes") == [[[50, 50], [100, 50]]]
    expect(page.locator(".sign").last).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(NUM_STROKES) == 0


def test_stroke_of_a_trial_becomes_an_example_of_the_sign_chosen_meanwhile(canvas_page):
    page = canvas_page
    page.evaluate("show(true, 5, 5)")
    place = begin_line(page)
    page.keyboard.press("2")
    page.mouse.move(*place)
    page.mouse.up()
    assert page.evaluate(SIGNS_DRAWN) == [8]
    assert page.evaluate("drawn[0].strokes") == [[[50, 50], [100, 50]]]


def test_sign_chosen_during_a_stroke_that_is_cleared_is_chosen(canvas_page):
    page = canvas_page
    page.evaluate("show(false, 0, 0)")
    place = begin_line(page)
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    page.mouse.move(*place)
    page.mouse.up()
    assert page.evaluate("window.drawn === undefined")
    expect(page.locator(".sign").last).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    "signs", ["0, null", "0, null, true, false), (window.session = 'new'), show(false, 0, 0"]
)
def test_sign_chosen_during_a_stroke_may_be_removed_before_its_end(canvas_page, signs):
    page = canvas_page
    page.evaluate("show(false, 0, 0)")
    place = begin_line(page)
    page.keyboard.press("2")
    page.evaluate(f"show(false, {signs})")
    page.mouse.move(*place)
    page.mouse.up()
    assert page.evaluate(NUM_STROKES) == 1
    page.clock.run_for(2000)
    assert page.evaluate(SIGNS_DRAWN) == [7]


@pytest.mark.parametrize("opened", [DIALOG, POPOVER, CARD])
def test_escape_that_closes_something_else_leaves_the_drawing(canvas_page, opened):
    page = canvas_page
    # Like some of Streamlit's parts, this one is already closed when the desk's listener is called.
    page.evaluate(
        """opened => {
        document.body.insertAdjacentHTML("beforeend", opened)
        const other = document.body.lastElementChild
        document.addEventListener("keydown", () => other.remove(), { capture: true })
    }""",
        opened,
    )
    page.evaluate("show(false, 0)")
    draw(page, "cross", random.Random(1))
    page.keyboard.press("Escape")
    assert page.evaluate(NUM_STROKES) == 2
    page.keyboard.press("Escape")
    assert page.evaluate(NUM_STROKES) == 0


def test_escape_that_something_else_has_used_leaves_the_drawing(canvas_page):
    page = canvas_page
    page.evaluate("show(false, 0)")
    draw(page, "cross", random.Random(1))
    page.evaluate("window.use = event => event.preventDefault(), addEventListener('keydown', use, true)")
    page.keyboard.press("Escape")
    assert page.evaluate(NUM_STROKES) == 2
    page.evaluate("removeEventListener('keydown', use, true)")
    # Escape does not close a card of the tour that is folded.
    page.evaluate("card => document.body.insertAdjacentHTML('beforeend', card)", FOLDED_CARD)
    page.keyboard.press("Escape")
    assert page.evaluate(NUM_STROKES) == 0


def test_canvas_has_the_focus_after_a_key_has_chosen_the_next_sign(canvas_page):
    page = canvas_page
    page.evaluate("show(false, 5, 0)")
    page.locator(".next").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sign").last).to_have_attribute("aria-pressed", "true")
    expect(page.locator("canvas")).to_be_focused()
    page.locator("canvas").blur()
    page.evaluate("show(false, 5, 5), show(false, 0, 5)")
    expect(page.locator(".next")).to_have_text("Next: leaf")
    # A mouse needs no focus.
    page.locator(".next").click()
    expect(page.locator("canvas")).not_to_be_focused()


def test_sign_chosen_during_a_stroke_is_not_forgotten_if_the_script_is_run_again(canvas_page):
    page = canvas_page
    page.evaluate("show(false, 0, 0)")
    begin_line(page)
    page.keyboard.press("2")
    page.evaluate("endScript(), show(false, 0, 0)")
    page.mouse.up()
    page.clock.run_for(2000)
    assert page.evaluate(SIGNS_DRAWN) == [7]
    expect(page.locator(".sign").last).to_have_attribute("aria-pressed", "true")


def test_older_call_that_ends_late_does_not_end_the_canvas(canvas_page):
    """If new data came while Streamlit loaded the script, it ends the older call after the next one."""
    page = canvas_page
    page.evaluate("show(false, 0), (window.endOlder = newestEnd()), show(false, 0)")
    begin_line(page)
    page.evaluate("endOlder()")
    page.mouse.up()
    page.clock.run_for(2000)
    assert page.evaluate(SIGNS_DRAWN) == [7]
    page.evaluate("endScript()")
    assert page.evaluate("document.body.desk.listeners.signal.aborted")
