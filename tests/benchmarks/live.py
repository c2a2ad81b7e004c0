"""Measures how fast the answer follows the pen: `python -m tests.benchmarks.live [--drawings 10]`.

It uses headless Chromium, 1280 x 720, with the shipped network. While the mouse draws on the Draw page, it
measures the time between frames and the time until the first answer. On a page of its own, it measures the
engine with test digits and with drawn digits. On the Inside page, it measures how often the maps of all
layers are drawn, and how often chapter 5 answers while a slider moves.
"""

import argparse
import json
from statistics import median

import numpy as np
from playwright.sync_api import CDPSession, Page, expect

from bnn.data import mnist
from bnn.data.handwriting.rendering import draw_strokes
from bnn.engine.portable import script
from bnn.runs import store
from tests.support import chromium, drawing_hand
from tests.support.app_server import Server
from tests.support.measured_page import page_and_server

NUM_DIGITS = 500
# Records the time of each frame, of the first mark on the canvas and of the first answer.
WATCH = """() => {
  const seen = (window.seen = { frames: [], mark: 0, answer: 0 })
  document.addEventListener("mousedown", () => (seen.mark = performance.now()), { once: true, capture: true })
  const look = now => {
    seen.frames.push(now)
    const state = document.querySelector(".st-key-answer .answer")?.dataset.state
    if (seen.mark && !seen.answer && state === "drawing") seen.answer = performance.now()
    window.look = requestAnimationFrame(look)
  }
  window.look = requestAnimationFrame(look)
}"""
# Notes when each picture on the Inside page is drawn.
WATCH_PICTURES = """() => {
  const isWatching = "pictures" in window
  window.pictures = []
  if (isWatching) return
  const put = CanvasRenderingContext2D.prototype.putImageData
  CanvasRenderingContext2D.prototype.putImageData = function (...picture) {
    window.pictures.push(performance.now())
    return put.apply(this, picture)
  }
}"""
TIME_ENGINE = """async ([network, images, drawings]) => {
  const module = await engine.compileEngine(engine.BUILDS)
  const reader = engine.loadNetwork(module, new Uint8Array(network))
  const pixelsOf = engine.digitFromStrokes(module)
  const milliseconds = work => { const start = performance.now(); work(); return performance.now() - start }
  return {
    network: images.map(image => milliseconds(() => reader.read(Uint8Array.from(image)))),
    strokes: drawings.map(strokes => milliseconds(() => reader.read(pixelsOf(strokes)))),
  }
}"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, default=10, help="how often a 3 is drawn")
    num_drawings = parser.parse_args().drawings
    with page_and_server() as (page, server):
        _report_engine(page)
        _report_page(page, server, num_drawings)
        _report_maps(page, server, num_drawings)
        _report_sliders(page, server)


def _report_engine(page: Page) -> None:
    code = script.module() + "\nexport { BUILDS, compileEngine, loadNetwork, digitFromStrokes }"
    page.route(
        "http://engine.test/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    page.route(
        "http://engine.test/e.js", lambda route: route.fulfill(body=code, content_type="text/javascript")
    )
    page.goto("http://engine.test/")
    page.evaluate("async () => { window.engine = await import('/e.js') }")
    rng = np.random.default_rng(1)
    drawings = [[s.tolist() for s in draw_strokes(i % 10, rng)] for i in range(NUM_DIGITS)]
    images = mnist.test().images[:NUM_DIGITS].reshape(NUM_DIGITS, -1).tolist()
    network = list(store.find(None).model_path.read_bytes())
    milliseconds = page.evaluate(TIME_ENGINE, [network, images, drawings])
    for name, words in (("network", "28x28 pixels to answer"), ("strokes", "strokes to answer")):
        _print(words, milliseconds[name])


def _report_page(page: Page, server: Server, num_drawings: int) -> None:
    page.goto(f"{server.url}/?tour=off")
    expect(page.locator(".st-key-answer")).to_contain_text("draw a digit")
    chromium.wait_for_network(page)
    delays, intervals = [], []
    for _ in range(num_drawings):
        drawing_hand.canvas_box(page)
        page.evaluate(WATCH)
        drawing_hand.draw(page, 3)
        seen = page.evaluate("() => { cancelAnimationFrame(window.look); return window.seen }")
        delays.append(seen["answer"] - seen["mark"])
        frames = [time for time in seen["frames"] if time >= seen["mark"]]
        intervals += list(np.diff(frames))
        expect(page.locator(".st-key-answer .answer")).to_have_attribute("data-state", "sure")
        drawing_hand.clear(page)
    _print("first mark to first answer", delays)
    _print("between two frames while drawing", intervals)
    print(json.dumps({"frames_per_second": 1000 / float(np.mean(intervals))}))


def _open_inside(page: Page, server: Server, chapter: str) -> None:
    chromium.visit(page, f"{server.url}/inside?tour=off&step={chapter}&digit=m0")
    chromium.wait_for_network(page)


def _report_maps(page: Page, server: Server, num_drawings: int) -> None:
    _open_inside(page, server, "way")
    num_pictures = page.locator('[class*="st-key-way-maps-"]').count()
    processor = page.context.new_cdp_session(page)
    processor.send("Performance.enable", {"timeDomain": "threadTicks"})
    intervals, busy = [], []
    for _ in range(num_drawings):
        drawing_hand.canvas_box(page)
        page.evaluate(WATCH_PICTURES)
        before = _busy_milliseconds(processor)
        drawing_hand.draw(page, 3)
        expect(page.locator(".bars .best .name")).to_have_text("3")
        shown = page.evaluate("window.pictures")[::num_pictures]
        busy.append((_busy_milliseconds(processor) - before) / len(shown))
        intervals += list(np.diff(shown))
        drawing_hand.wait_until_inside_has_the_drawing(page)
        page.locator(".st-key-inside-clear button").click()
        chromium.wait_until_complete(page)
    _print("between two pictures of all maps", intervals)
    # On a busy machine, this figure is more reliable than the one before. It is all the processor time of the
    # page's main thread, including the time for layout.
    _print("processor time of a picture of all maps", busy)
    print(json.dumps({"maps_of_all_layers_per_second": 1000 / median(intervals)}))


def _busy_milliseconds(processor: CDPSession) -> float:
    """Returns the processor time of the page's main thread so far, in milliseconds."""
    metrics = processor.send("Performance.getMetrics")["metrics"]
    return 1000 * next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def _report_sliders(page: Page, server: Server) -> None:
    _open_inside(page, server, "break")
    for name in ("flips", "noise", "turn"):
        thumb = page.locator(f".st-key-inside_{name} [data-testid=stSliderThumbValue]").locator("..")
        box = thumb.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 6)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2 + 8, box["y"] + box["height"] - 6)
        page.locator(".st-key-break-figures canvas").first.wait_for()
        page.evaluate(WATCH_PICTURES)
        page.mouse.move(box["x"] + box["width"] / 2 + 120, box["y"] + box["height"] - 6, steps=60)
        _print(f"between two answers, slider {name}", list(np.diff(page.evaluate("window.pictures"))))
        page.mouse.up()


def _print(words: str, milliseconds: list[float]) -> None:
    print(
        f"{words:40} median {median(milliseconds):6.2f} ms, slowest {max(milliseconds):6.2f} ms", flush=True
    )


if __name__ == "__main__":
    main()
