"""Chapter 2 of Inside in a browser: Play is slow only while the mouse is on a picture."""

import pytest
from playwright.sync_api import expect

from tests.support import fingers, waiting
from tests.support.inside_browser import WATCH_SLIDING

pytestmark = pytest.mark.browser

# The neuron in these tests, and the side of its map.
NEURON, SIDE = "&layer=2&filter=5&row=6&column=7", 14
# Each frame lasts a tenth of a second for Play, however busy the machine is. The places it shows are noted.
FRAMES_OF_ONE_LENGTH = """() => {
  const [nextFrame, places] = [requestAnimationFrame, new Set()]
  let now = performance.now()
  window.placesShown = places
  window.requestAnimationFrame = show => nextFrame(() => {
    show((now += 100))
    places.add(document.querySelector(".where").textContent)
  })
}"""


def test_play_is_fast_after_a_finger_was_on_the_map(open_live):
    page = open_live("neuron", NEURON, has_touch=True)
    box = page.locator('[class*="st-key-neuron-map"] button').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers.Fingers(page).draw(1, [(x, y), (x, y - 30), (x, y - 60)])
    _expect_fast_play(page)


def test_play_is_fast_after_the_mouse_was_on_the_map(open_live):
    page = open_live("neuron", NEURON)
    picture = page.locator('[class*="st-key-neuron-map"] button')
    picture.hover()
    page.mouse.move(-10, 300)
    _expect_fast_play(page)
    picture.hover()
    page.mouse.wheel(0, 600)
    # When the scrolling has ended, the browser looks what is under the mouse.
    waiting.until(
        lambda: not picture.evaluate("part => part.matches(':hover')"), "the map to leave the mouse"
    )
    _expect_fast_play(page)


def _expect_fast_play(page):
    page.evaluate(FRAMES_OF_ONE_LENGTH)
    page.evaluate(WATCH_SLIDING)
    play = page.locator(".play-window")
    play.dispatch_event("click")
    page.wait_for_function("window.hasSlid")
    expect(play).to_have_text("Play", use_inner_text=True)
    # 60 places a second are 6 in each frame.
    assert page.evaluate("window.placesShown.size") <= SIDE**2 / 6 + 2
