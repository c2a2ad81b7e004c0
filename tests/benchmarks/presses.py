"""Measures how soon the pages respond to a press: `python -m tests.benchmarks.presses [--times 15]`.

It prints the milliseconds from the press until the change is on the screen, in headless Chromium with the
shipped networks.
"""

import argparse
from statistics import median

from tests.support import chromium
from tests.support.measured_page import page_and_server

# Measures the time from the next press until the watched part has changed, with a check before every repaint.
WATCH = """selector => {
  const content = () => {
    const part = document.querySelector(selector)
    if (!part) return null
    // The browser draws on a canvas, and the server sends an image.
    const drawn = [...part.querySelectorAll("canvas")].map(canvas => canvas.toDataURL())
    return part.textContent + [...part.querySelectorAll("img")].map(image => image.src) + drawn
  }
  const before = content()
  let pressed = 0
  window.followed = new Promise((resolve, reject) => {
    setTimeout(() => reject(`${selector} does not change`), 10000)
    const press = () => { pressed ||= performance.now() }
    for (const kind of ["mousedown", "keydown"]) {
      document.addEventListener(kind, press, { once: true, capture: true })
    }
    const look = () => {
      if (pressed && ![before, null].includes(content())) resolve(performance.now() - pressed)
      else requestAnimationFrame(look)
    }
    look()
  })
}"""
MAIN = "[data-testid=stMainBlockContainer]"
NEURON = "inside?step=neuron&digit=m0&layer=1&filter=5&row=10&column=2&"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=15)
    times = parser.parse_args().times
    with page_and_server() as (page, server):
        for name, link, watched, press in INTERACTIONS:
            chromium.visit(page, f"{server.url}/{link}tour=off")
            page.locator(watched).first.wait_for()
            delays = [_follow(page, watched, press, number) for number in range(times)]
            print(f"{name:45} median {median(delays):4.0f} ms, slowest {max(delays):4.0f} ms", flush=True)


def _follow(page, watched, press, number):
    # A visitor looks at one answer before the next press.
    page.wait_for_timeout(400)
    page.evaluate(WATCH, watched)
    press(page, number)
    return page.evaluate("window.followed")


def _pick(page, number):
    box = page.locator('[class*="st-key-neuron-input"] button').bounding_box()
    column = 3 + number % 20
    page.mouse.click(box["x"] + (column + 0.5) / 28 * box["width"], box["y"] + box["height"] / 2)


def _forward(page, number):
    page.locator(".st-key-neuron-forward button").click()


def _slide(name):
    def press(page, number):
        slider = page.get_by_role("slider", name=name)
        slider.focus()
        slider.press("ArrowLeft" if number % 8 == 7 else "ArrowRight")

    return press


def _turn_to(page, number):
    page.get_by_role("radio", name=("5 Break it", "3 Whole network")[number % 2]).click()


def _click(*selectors):
    """Returns a function that clicks on the first part of each selector in turn."""

    def press(page, number):
        page.locator(selectors[number % len(selectors)]).first.click()

    return press


def _cell(page, number):
    """Clicks on a cell of the confusion matrix."""
    box = page.locator(".st-key-matrix-place [role=graphics-document]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * (0.3 + 0.1 * (number % 6)), box["y"] + box["height"] / 2)


def _open(page, number):
    page.get_by_role("link", name=("Train", "Evaluate", "Teach", "Inside", "Draw")[number % 5]).first.click()


# The run `best` has many epochs, so that the slider does not come to its end.
LEARNING = "inside?step=learning&run=best&digit=m0&epoch=1&"
BREAK, WAY = "inside?step=break&digit=m0&", "inside?step=way&digit=m0&"
# Each entry has a name, a link, the part of the page that changes, and the function that presses.
INTERACTIONS = (
    ("another page", "?", "h1", _open),
    ("draw: a sample", "?", ".st-key-answer", _click(".st-key-samples button", ".st-key-clear button")),
    ("evaluate: a cell", "evaluate?run=shipped&", "p.two-lines", _cell),
    ("neuron: pick a place", NEURON, MAIN, _pick),
    ("neuron: a step forward", NEURON, MAIN, _forward),
    ("learning: another epoch", LEARNING, ".st-key-learning-answer", _slide("Progress of the training")),
    ("learning: its weights", LEARNING, ".st-key-learning-weights", _slide("Progress of the training")),
    ("break: flip weights", BREAK, ".figures", _slide("Weights flipped (%)")),
    ("break: noise", BREAK, ".st-key-break-figures", _slide("Noise")),
    ("break: turn", BREAK, ".st-key-break-figures", _slide("Turned (degrees)")),
    ("another chapter", WAY, "[class*=st-key-way-maps-1], .st-key-break-figures", _turn_to),
)


if __name__ == "__main__":
    main()
