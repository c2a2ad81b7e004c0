"""Opens chapters of the Inside page in a browser, moves pen and sliders, and reads pictures on canvases."""

import numpy as np
from playwright.sync_api import expect

from bnn.analysis import neuron
from bnn.data import mnist
from bnn.engine import file
from bnn.runs import store
from pages.inside import digit_choice
from pages.inside.chapters import CHAPTERS
from tests.support import chromium, drawing_hand, inside_page
from tests.support.live_page import RELEASE_MESSAGES

# The name of the MNIST digit m0.
_FIRST_DIGIT = "Test digit: 7"
# Where a part begins on the page, however far the page is scrolled.
TOP_ON_PAGE = (
    """part => part.getBoundingClientRect().top + document.querySelector("[data-testid=stMain]").scrollTop"""
)
# Notes that the neuron has begun to slide. On a busy machine, it may have stopped before the test can look.
WATCH_SLIDING = """() => {
  window.hasSlid = false
  const root = document.documentElement
  const note = () => (window.hasSlid ||= root.classList.contains("is-sliding"))
  new MutationObserver(note).observe(root, { attributes: true })
}"""
# Makes each frame of Play last a tenth of a second, however busy the machine is. This ends when the neuron
# has slid and stopped. Notes the places that Play shows.
FRAMES_OF_ONE_LENGTH = """() => {
  const [nextFrame, places] = [requestAnimationFrame, new Set()]
  let now = performance.now(), last = 0, hasSlid = false
  window.placesShown = places
  window.requestAnimationFrame = show => nextFrame(time => {
    if (time !== last) [last, now] = [time, now + 100]
    show(now)
    places.add(document.querySelector(".where").textContent)
    const isSliding = document.documentElement.classList.contains("is-sliding")
    hasSlid ||= isSliding
    if (hasSlid && !isSliding) window.requestAnimationFrame = nextFrame
  })
}"""
# The pixels of a picture that the browser has drawn, as grey values.
PIXELS = """canvas => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  return { width, height, values: Array.from({ length: width * height }, (_, i) => data[4 * i]) }
}"""

# Gives the page another address, as the browser's Back button does.
_MOVE = """search => {
  history.pushState(history.state, "", search)
  dispatchEvent(new PopStateEvent("popstate"))
}"""

# Removes all values from the texts for screen readers, and lets the browser show the chapter again.
_SHOW_AGAIN = """() => {
  const components = document.querySelectorAll("[data-testid=stBidiComponentIsolated]")
  for (const root of [document, ...[...components].map(component => component.shadowRoot)])
    for (const part of root.querySelectorAll("[data-label], img + canvas")) part.ariaLabel = ""
  document.dispatchEvent(new Event("ready"))
}"""
# Returns the texts for screen readers of these parts. A canvas stands in place of each picture.
_LABELS = "parts => parts.map(part => (part.matches('img') ? part.nextElementSibling : part).ariaLabel)"


def hold_pen(page, digit):
    """Draws a digit on the canvas and leaves the mouse button down."""
    box = drawing_hand.canvas_box(page)
    for stroke in drawing_hand.DIGITS[digit]:
        drawing_hand.move_pen(page, box, stroke)
    # The browser reads the drawing in the next frame.
    chromium.wait_for_frames(page)


def pixels(canvas):
    """Returns what a canvas shows, (height, width) uint8."""
    picture = canvas.evaluate(PIXELS)
    return np.array(picture["values"], np.uint8).reshape(picture["height"], picture["width"])


def network(run="quick"):
    """Returns the packed network of a run."""
    return file.load(store.find(run).model_path)


def hold_slider(page, name, move):
    """Moves a slider by `move` pixels, leaves the mouse button down, and returns the slider."""
    slider = page.locator(f".st-key-inside_{name} input[type=range]")
    thumb = page.locator(f".st-key-inside_{name} [data-testid=stSliderThumbValue]").locator("..")
    before, box = slider.input_value(), thumb.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + move, box["y"] + box["height"] - 6, steps=6)
    expect(slider).not_to_have_value(before)
    chromium.wait_for_frames(page)
    return slider


def open_chapter(page, step):
    """Opens the chapter with this value of `step` in its address, and waits until it is complete."""
    page.get_by_role("radio", name=CHAPTERS[step].title).click()
    # This asks the page itself for its address, because Playwright may learn of a new address much later.
    page.wait_for_function("step => new URL(location).searchParams.get('step') === step", arg=step)
    chromium.wait_until_complete(page)


def move_to(page, step, link=""):
    """Opens a chapter with the values of its parameters in `link`, as Back does. Run and digit stay."""
    page.evaluate(_MOVE, f"?tour=off&step={step}{link}")
    # When the server has answered, the address also names the run.
    page.wait_for_function("new URL(location).searchParams.has('run')")
    chromium.wait_until_complete(page)


def choose_first_digit(page):
    """Lifts the pen, and shows the MNIST digit m0 on an empty canvas again."""
    page.evaluate(RELEASE_MESSAGES)
    page.mouse.up()
    page.mouse.move(0, 0)
    # If the pen was down, the drawing is shown when the server has it.
    chromium.wait_for_frames(page)
    chromium.wait_until_complete(page)
    digits = page.get_by_role("combobox", name="Digit", exact=True)
    if digits.input_value() == "Your drawing":
        page.locator(".st-key-inside-clear button").click()
        expect(digits).not_to_have_value("Your drawing")
        chromium.wait_until_complete(page)
    if digits.input_value() != _FIRST_DIGIT:
        chromium.choose(digits, page.get_by_role("option", name=_FIRST_DIGIT, exact=True))
    page.wait_for_function("new URL(location).searchParams.get('digit') === 'm0'")
    chromium.wait_until_complete(page)


def digit_of_link(page):
    """Returns the digit in the page's address, (28, 28) uint8."""
    return digit_choice.digit(page.evaluate("new URL(location).searchParams.get('digit')"))


def check_labels(page):
    """Checks that the browser tells screen readers the same numbers as the server.

    Call this only after the browser has changed the chapter.
    """
    page.evaluate(_SHOW_AGAIN)
    chromium.wait_for_frames(page)
    found = page.locator('[data-label*="{"]').evaluate_all(_LABELS)
    link = page.evaluate("Object.fromEntries(new URL(location).searchParams)")
    # `inside_page` returns the texts of the server with plain spaces.
    texts = sorted(text.replace("\u00a0", " ") for text in found)
    assert texts == inside_page.labels(inside_page.open_page(**link))


def layer_and_input(number):
    """Returns the layer with this number, counted from 1, and the layer's input for the first test digit."""
    return network().layers[number - 1], neuron.layer_inputs(network(), mnist.test().images[0])[number - 1]
