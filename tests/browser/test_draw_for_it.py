"""The canvas of the Train page alone in a browser. Nothing stands in for a network."""

import random

import pytest
from playwright.sync_api import expect

from bnn.drawing import scripts
from bnn.engine.portable import script
from pages.shared import live
from pages.train import draw_for_it
from tests.support.signs import draw_at_once

pytestmark = pytest.mark.browser
CANVAS = ".draw-here canvas"
STROKES = "document.querySelector('.draw-here').field.pad.strokes"
_CODE = """
const setText = (element, text) => (element.textContent = text)
class SteadyAnswer {}
%s
const digit = { src: "data:,", alt: "a digit" }
const data = { run: "run", digit, answer: "the answer", pending: "no network yet", canDraw: true }
window.show = () => show({ parentElement: document.body, data: { ...data } }) ?? (() => {})
"""


@pytest.fixture
def field_page(new_page):
    """A page with the canvas alone. Scripts call `show()` in place of the server. It returns the cleanup."""
    page = new_page()
    page.set_content(f"<style>{draw_for_it._STYLE}</style>{draw_for_it._HTML}")
    paths = (*scripts.PAD, live.PAD_ANSWER, draw_for_it._SCRIPT)
    code = script.joined(*paths).replace("export default function (", "function show(")
    page.add_script_tag(content=_CODE % code, type="module")
    page.wait_for_function("'show' in window")
    return page


def test_drawing_stays_if_an_older_call_of_the_script_ends_late(field_page):
    """If new data came while Streamlit loaded the script, it ends the older call after the next one."""
    page = field_page
    page.evaluate("window.endOlder = show(), show(), null")
    draw_at_once(page, "cross", random.Random(1), CANVAS)
    page.evaluate("endOlder(), show(), null")
    assert page.evaluate(f"{STROKES}.length") == 2
    # The pen still draws.
    draw_at_once(page, "hook", random.Random(1), CANVAS)
    assert page.evaluate(f"{STROKES}.length") == 3
    # Streamlit may also end the older call before the next one begins.
    page.evaluate("show()(), show(), null")
    draw_at_once(page, "hook", random.Random(1), CANVAS)
    assert page.evaluate(f"{STROKES}.length") == 4


def test_canvas_has_the_focus_after_a_key_has_pressed_clear(field_page):
    page = field_page
    page.evaluate("show(), null")
    clear = page.get_by_role("button", name="Clear")
    draw_at_once(page, "hook", random.Random(1), CANVAS)
    clear.press("Enter")
    expect(clear).to_be_hidden()
    assert page.evaluate(f"{STROKES}.length") == 0
    expect(page.locator(CANVAS)).to_be_focused()
    page.locator(CANVAS).blur()
    draw_at_once(page, "hook", random.Random(1), CANVAS)
    # A mouse needs neither the focus nor the edge that shows it.
    clear.click()
    expect(clear).to_be_hidden()
    expect(page.locator(CANVAS)).not_to_be_focused()
