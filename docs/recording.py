"""Records the moving picture at the top of the README: `.venv/bin/python -m docs.recording`.

A digit is drawn, a network learns to read it, and more and more of its weights are flipped. This needs
Chromium and the packages in tests/requirements.txt. Nothing is trained: the pages show the example runs.
"""

import re
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, sync_playwright

from bnn.runs import store
from pages.inside.chapters.moments import moments
from tests.support import chromium, drawing_hand
from tests.support.app_server import Server

PICTURE = Path(__file__).parent / "recording.webp"
WINDOW = {"width": 1280, "height": 800}
SIZE = (960, 600)
DIGIT = 3
FRAME_MS, LOOK_MS, MOMENT_MS = 70, 1600, 900
FLIPS_PERCENT = (2, 4, 6, 8)
# Chromium without a window shows no pointer, so this script draws one.
POINTER = """
addEventListener("mousemove", event => {
  let pointer = document.querySelector("#pointer")
  if (!pointer) {
    pointer = Object.assign(document.createElement("div"), { id: "pointer" })
    pointer.style.cssText = "position: fixed; z-index: 9999; width: 18px; height: 18px; margin: -9px;"
      + "border-radius: 50%; background: #2e6affb0; border: 2px solid #fff; pointer-events: none"
    document.body.append(pointer)
  }
  Object.assign(pointer.style, { left: event.clientX + "px", top: event.clientY + "px" })
}, { capture: true })
"""


class Recording:
    """Pictures of a page, each with the time for which it is shown."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[Image.Image] = []
        self._durations_ms: list[int] = []

    def add(self, duration_ms: int = FRAME_MS) -> None:
        """Adds a picture of what the page shows now, to be shown for this time."""
        chromium.wait_for_frames(self._page)
        frame = Image.open(BytesIO(self._page.screenshot())).convert("RGB")
        self._frames.append(frame.resize(SIZE, Image.Resampling.LANCZOS))
        self._durations_ms.append(duration_ms)

    def write(self, path: Path) -> None:
        """Writes an animated WebP file that loops forever."""
        first, *others = self._frames
        options = dict(save_all=True, append_images=others, duration=self._durations_ms, loop=0)
        first.save(path, "WEBP", quality=70, method=4, **options)


def main() -> None:
    """Starts the app, visits its pages and writes the recording."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = chromium.launch(playwright)
        try:
            page = chromium.new_page(browser, **WINDOW)
            page.add_init_script(POINTER)
            recording = Recording(page)
            _draw(page, server, recording)
            _learn(page, server, recording)
            _break(page, recording)
            recording.write(PICTURE)
        finally:
            browser.close()
            server.stop()


def _draw(page: Page, server: Server, recording: Recording) -> None:
    chromium.visit(page, f"{server.url}/?tour=off")
    chromium.wait_for_network(page)
    recording.add(LOOK_MS)
    box = _box(page.locator(drawing_hand.CANVAS))
    for stroke in drawing_hand.ROUND_DIGITS[DIGIT]:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if number == 0:
                page.mouse.down()
            recording.add()
        page.mouse.up()
    drawing_hand.wait_for_server(page)
    recording.add(LOOK_MS)


def _learn(page: Page, server: Server, recording: Recording) -> None:
    """Shows how `quick` learns, from the untrained to the finished network, with the digit that was drawn."""
    page.get_by_role("link", name="Inside").first.click()
    # The address of Inside contains the drawing: "z", and then its compressed pixels.
    page.wait_for_url(re.compile("digit=z"))
    digit = page.evaluate("new URL(location).searchParams.get('digit')")
    link = f"inside?tour=off&run=quick&digit={digit}"
    chromium.visit(page, f"{server.url}/{link}&step=learning&epoch=b0")
    slider = page.get_by_role("slider").first
    recording.add(LOOK_MS)
    for moment in list(moments(store.find("quick")))[1:]:
        slider.press("ArrowRight")
        page.wait_for_url(re.compile(f"epoch={moment}(&|$)"))
        chromium.wait_until_complete(page)
        recording.add(MOMENT_MS)
    recording.add(LOOK_MS)
    chromium.visit(page, f"{server.url}/{link}&step=break")
    chromium.wait_for_network(page)


def _break(page: Page, recording: Recording) -> None:
    """Flips more and more weights. At each of `FLIPS_PERCENT`, it waits until the curve has a new point."""
    recording.add(LOOK_MS)
    slider = page.locator(".st-key-inside_flips input[type=range]")
    for percent in FLIPS_PERCENT:
        _drag(page, slider, percent, recording)
        page.wait_for_url(re.compile(f"flips={percent}"))
        chromium.wait_until_complete(page)
        recording.add(MOMENT_MS)
    recording.add(2 * LOOK_MS)


def _drag(page: Page, slider: Locator, percent: float, recording: Recording) -> None:
    """Moves the slider to a share of flipped weights, in percent."""
    thumb = _box(page.locator(".st-key-inside_flips [data-testid=stSliderThumbValue]").locator(".."))
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] - 6
    page.mouse.move(x, y)
    page.mouse.down()
    while float(slider.input_value()) < percent:
        x += 2
        page.mouse.move(x, y)
        recording.add()
    page.mouse.up()


def _box(part: Locator) -> FloatRect:
    box = part.bounding_box()
    if box is None:
        raise ValueError(f"{part} is not on the page")
    return box


if __name__ == "__main__":
    main()
