"""Drawing digits on the canvas in a browser, with the mouse or a finger."""

import itertools
import math
import re

from playwright.sync_api import expect

from tests.support import chromium
from tests.support.fingers import Fingers

CANVAS = '[class*="st-key-canvas"] canvas.upper-canvas'
# Counts the drawn pixels: those of the stroke in progress ("upper"), or of the finished strokes ("lower").
NUM_DRAWN = """layer => {
  const host = document.querySelector('[class*="st-key-canvas"] [data-testid="stBidiComponentIsolated"]')
  const canvas = host?.shadowRoot.querySelector(`.canvas-container canvas.${layer}-canvas`)
  if (!canvas) return 0
  const values = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
  return values.filter((value, i) => i % 4 === 3 && value > 0).length
}"""


def _arc(x, y, radius_x, radius_y, first_degrees, last_degrees, steps):
    angles = [
        math.radians(first_degrees + (last_degrees - first_degrees) * i / steps) for i in range(steps + 1)
    ]
    return [(x + radius_x * math.cos(a), y + radius_y * math.sin(a)) for a in angles]


def _digits(steps):
    return {
        0: [_arc(0.5, 0.5, 0.2, 0.33, -90, 270, steps=24)],
        1: [[(0.5, 0.15), (0.49, 0.5), (0.48, 0.85)]],
        2: [[*_arc(0.5, 0.34, 0.2, 0.18, -170, 40, steps), (0.32, 0.82), (0.74, 0.82)]],
        3: [[*_arc(0.48, 0.33, 0.19, 0.17, -150, 90, steps), *_arc(0.48, 0.67, 0.21, 0.18, -90, 150, steps)]],
        7: [[(0.28, 0.2), (0.72, 0.2), (0.45, 0.85)]],
    }


# The strokes of some digits. Points are fractions of the canvas's width and height; y grows downwards.
DIGITS = _digits(steps=6)
# The same digits with rounder curves, for pictures in the documentation.
ROUND_DIGITS = _digits(steps=12)


def draw(page, digit, canvas=CANVAS, digits=DIGITS):
    """Draws a digit with the mouse on the canvas that the selector finds."""
    box = canvas_box(page, canvas)
    for stroke in digits[digit]:
        move_pen(page, box, stroke)
        page.mouse.up()


def move_pen(page, box, stroke):
    """Moves the mouse along a stroke, with the button pressed from its first point on."""
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
    page.mouse.move(*points[0])
    page.mouse.down()
    for start, end in itertools.pairwise(points):
        # The moves are few, because the browser draws the page for each one. Each covers at most a quarter of
        # the canvas.
        page.mouse.move(*end, steps=math.ceil(4 * math.dist(start, end) / box["width"]))


def wait_for_server(page):
    """Waits until the page shows the server's answer. Then the other pages have the drawing, too."""
    # The browser's own answers have `data-from="browser"`.
    page.wait_for_function(
        """() => {
          const answer = document.querySelector(".st-key-answer .answer")
          return answer && answer.dataset.state !== "empty" && !answer.dataset.from
        }"""
    )
    chromium.wait_until_complete(page)


def wait_until_inside_has_the_drawing(page):
    """Waits until the Inside page shows the drawing that was just drawn there, and the server has it."""
    expect(page.get_by_role("combobox", name="Digit", exact=True)).to_have_value("Your drawing")
    page.wait_for_url(re.compile("digit=z"))
    chromium.wait_until_complete(page)


def expect_strokes(page, count):
    """Removes all strokes on the Draw page with Undo, and checks how many there were."""
    undo = page.locator(".st-key-undo button")
    for _ in range(count):
        expect(undo).to_be_enabled()
        # This presses a key instead of clicking, so that it does not move the mouse.
        _replace_canvas(page, lambda: undo.press("Enter"))
        chromium.wait_until_complete(page)
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    expect(undo).to_be_disabled()


def clear(page):
    """Presses Clear and waits until the new canvas is there."""
    _replace_canvas(page, page.locator(".st-key-clear button").click)


def _replace_canvas(page, press):
    """Calls `press` and waits until the page has a new canvas; for a moment it has two."""
    canvas = page.locator('[class*="st-key-canvas"]')
    expect(canvas).to_have_count(1)
    key = next(name for name in canvas.get_attribute("class").split() if name.startswith("st-key-canvas"))
    press()
    expect(page.locator(f".{key}")).to_have_count(0)
    expect(page.locator(CANVAS)).to_have_count(1)


def swipe(page, start, end, steps=12):
    """Moves a finger from one point of the viewport to another."""
    shares = [step / steps for step in range(steps + 1)]
    touch(page, [[a + share * (b - a) for a, b in zip(start, end, strict=True)] for share in shares])


def touch(page, points):
    """Moves a finger through these points of the viewport."""
    Fingers(page).draw(0, points)


def canvas_box(page, selector=CANVAS):
    """Scrolls to the canvas, and returns its place in the viewport: x, y, width and height in pixels."""
    canvas = page.locator(selector)
    # Clear makes a new canvas; for a moment the page has both the old and the new.
    expect(canvas).to_have_count(1)
    canvas.wait_for()
    # This scrolls in one call, because a canvas that has just appeared may be replaced between two calls.
    canvas.evaluate("canvas => canvas.scrollIntoViewIfNeeded()")
    return canvas.bounding_box()


def palm_then_pen(page, palm, start, end):
    """Puts a palm on the canvas, draws a line with a pen, and lifts both; places are (x, y) on the page."""
    devtools = page.context.new_cdp_session(page)
    touches = [dict(x=palm[0], y=palm[1], id=77)]
    devtools.send("Input.dispatchTouchEvent", dict(type="touchStart", touchPoints=touches))
    for kind, (x, y), buttons in (
        ("mousePressed", start, 1),
        ("mouseMoved", end, 1),
        ("mouseReleased", end, 0),
    ):
        pen = dict(type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1, pointerType="pen")
        devtools.send("Input.dispatchMouseEvent", pen)
    devtools.send("Input.dispatchTouchEvent", dict(type="touchEnd", touchPoints=[]))
