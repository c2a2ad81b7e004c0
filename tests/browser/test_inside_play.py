"""Chapter 2 of Inside in a browser: the neuron that slides."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import neuron
from pages.inside.chapters import neuron_arithmetic, neuron_count, neuron_in_words
from pages.shared import bit_images
from tests.support import chromium, fingers, waiting
from tests.support.inside_browser import (
    FRAMES_OF_ONE_LENGTH,
    WATCH_SLIDING,
    layer_and_input,
    open_chapter,
    pixels,
)

pytestmark = pytest.mark.browser

# The neuron in these tests (layer and filter are counted from 1), and the side of its map.
LAYER, FILTER, SIDE = 2, 5, 14
COUNT_MESSAGES = """() => {
  window.numSent = 0
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (...values) { window.numSent += 1; return send.apply(this, values) }
}"""
# Tells all frames the same time. So Play does not end by itself, however long the machine takes.
STOP_TIME_OF_FRAMES = """() => {
  const nextFrame = requestAnimationFrame, now = performance.now()
  window.requestAnimationFrame = show => nextFrame(() => show(now))
  window.letTimePass = () => { window.requestAnimationFrame = nextFrame }
}"""
# Presses Pause when the neuron has slid to a row. Notes how many messages the server got until then, and
# whether `aria-busy` told screen readers to wait.
PAUSE_IN_ROW = """row => {
  const look = () => {
    const place = document.querySelector(".where").textContent.match(/\\d+/g).map(Number)
    const isSliding = document.documentElement.classList.contains("is-sliding")
    if (!isSliding || place[0] < row) return requestAnimationFrame(look)
    const isBusy = document.querySelector(".st-key-neuron .verdict").getAttribute("aria-busy")
    window.paused = { place, numSent: window.numSent, isBusy }
    document.querySelector(".play-window").click()
  }
  look()
}"""


def test_play_fills_the_map_in_the_browser(open_live):
    """Play fills the map with the engine's bits. Only Pause and Forward send the place to the server."""
    page = open_live("neuron", f"&layer={LAYER}&filter={FILTER}&row=6&column=7")
    page.evaluate(COUNT_MESSAGES)
    play = page.locator(".play-window")
    page.evaluate(PAUSE_IN_ROW, 11)
    page.evaluate(FRAMES_OF_ONE_LENGTH)
    play.click()
    found = page.wait_for_function("window.paused").json_value()
    row, column = found["place"]
    assert (found["numSent"], found["isBusy"]) == (0, "true")
    expect(page.locator(".st-key-neuron .verdict")).to_have_attribute("aria-busy", "false")
    expect(play).to_have_text("Play", use_inner_text=True)
    _expect_place(page, row, column)
    _expect_map(page, num_filled=(row - 1) * SIDE + column)
    page.locator(".st-key-neuron-forward button").click()
    row, column = row + column // SIDE, column % SIDE + 1
    _expect_place(page, row, column)
    _expect_map(page, num_filled=(row - 1) * SIDE + column)
    page.evaluate(WATCH_SLIDING)
    play.click()
    expect(play).to_have_text("Play", use_inner_text=True)
    assert page.evaluate("window.hasSlid")
    _expect_map(page, num_filled=SIDE**2)
    _check_words_at_a_corner(page)


@pytest.mark.parametrize("other", ["bits", "learning"])
def test_play_ends_when_the_chapter_is_left(open_live, other):
    page = open_live("neuron", f"&layer={LAYER}&filter={FILTER}&row=6&column=7")
    page.evaluate(STOP_TIME_OF_FRAMES)
    try:
        page.locator(".play-window").dispatch_event("click")
        page.wait_for_function("document.documentElement.classList.contains('is-sliding')")
        open_chapter(page, other)
        open_chapter(page, "neuron")
        expect(page.locator(".play-window")).to_have_text("Play", use_inner_text=True)
        chromium.wait_for_frames(page)
        _expect_map(page, num_filled=SIDE**2)
    finally:
        page.evaluate("letTimePass()")


def test_play_is_fast_after_a_finger_was_on_the_map(open_live):
    page = open_live("neuron", f"&layer={LAYER}&filter={FILTER}&row=6&column=7")
    box = page.locator('[class*="st-key-neuron-map"] button').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    try:
        fingers.Fingers(page).draw(1, [(x, y), (x, y - 30), (x, y - 60)])
        _expect_fast_play(page)
    finally:
        devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_play_is_fast_after_the_mouse_was_on_the_map(open_live):
    page = open_live("neuron", f"&layer={LAYER}&filter={FILTER}&row=6&column=7")
    picture = page.locator('[class*="st-key-neuron-map"] button')
    picture.hover()
    page.mouse.move(-10, 300)
    _expect_fast_play(page)
    picture.hover()
    page.mouse.wheel(0, 600)
    # Only after scrolling has ended does the browser check what is now under the mouse.
    waiting.until(
        lambda: not picture.evaluate("part => part.matches(':hover')"), "the mouse to be off the map"
    )
    _expect_fast_play(page)


def _expect_fast_play(page):
    page.evaluate(WATCH_SLIDING)
    page.evaluate(FRAMES_OF_ONE_LENGTH)
    play = page.locator(".play-window")
    play.dispatch_event("click")
    page.wait_for_function("window.hasSlid")
    expect(play).to_have_text("Play", use_inner_text=True)
    # Play shows 60 places a second. Each frame lasts a tenth of a second here, so it moves by 6 places.
    assert page.evaluate("window.placesShown.size") <= SIDE**2 / 6 + 2


def _check_words_at_a_corner(page):
    """A click in the map moves the neuron, and all texts describe the neuron at the new place."""
    picture = page.locator('[class*="st-key-neuron-map"] button')
    picture.click(position={"x": 2, "y": 2})
    _expect_place(page, 1, 1)
    expect(page.locator(".edge-words")).to_contain_text("only 128 tiles")


def _expect_place(page, row, column):
    """Waits until the address and the page show this place, and the texts describe the neuron there."""
    page.wait_for_url(re.compile(f"row={row}&column={column}(&|$)"))
    chromium.wait_until_complete(page)
    chromium.wait_for_frames(page)
    expect(page.locator(".where")).to_have_text(f"row {row}, column {column}")
    layer, values = layer_and_input(LAYER)
    expected = neuron.neuron(layer, values, FILTER - 1, row - 1, column - 1)
    expect(page.locator(".st-key-neuron .verdict")).to_have_text(neuron_arithmetic.verdict(expected))
    expect(page.locator(".threshold-words")).to_have_text(neuron_in_words.threshold_words(expected))
    expect(page.locator(".edge-words")).to_have_text(neuron_in_words.edge_words(expected))
    expect(page.locator(".count .last")).to_have_text(f"{neuron_count.mark_of_count(expected)} or more")


def _expect_map(page, num_filled):
    layer, values = layer_and_input(LAYER)
    bits = bit_images.of_bits(neuron.bits(layer, values, FILTER - 1))
    bits.flat[num_filled:] = bit_images.GREY
    np.testing.assert_array_equal(pixels(page.locator('[class*="st-key-neuron-map"] canvas')), bits)
