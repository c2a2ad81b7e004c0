"""Compares the app's speed with that of a bare page, which has only the canvas and the sum of its pixels.

    python -m tests.benchmarks.pages [--drawings 50] [--starts 5]

The app and the bare page are measured in turn, in one headless Chromium. The results are:

- the seconds from starting the server until the canvas can be drawn on
- the milliseconds from lifting the pen until the answer (on the bare page, the sum) is on the screen
- the app's memory after many drawings
- the seconds that the app's Evaluate page takes for a new run
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import sync_playwright

from bnn.runs import store
from tests.support import chromium
from tests.support.app_server import Server
from tests.support.drawing_hand import canvas_box

BARE = """
import streamlit as st
from streamlit_drawable_canvas import st_canvas

result = st_canvas(stroke_width=18, stroke_color="#ffffff", background_color="#000000", width=320, height=320,
                   return_image_data=True, key="canvas")
with st.container(key="answer"):
    st.write("nothing" if result.image_data is None else f"sum {int(result.image_data[..., 0].sum())}")
"""
# Measures the time from lifting the pen until the text in the container "answer" has changed, with a check
# before every repaint.
WATCH = """() => {
  const text = () => document.querySelector(".st-key-answer").textContent
  const before = text()
  let lifted = 0
  window.answered = new Promise(resolve => {
    document.addEventListener("mouseup", () => { lifted = performance.now() }, { once: true, capture: true })
    const look = () => {
      if (lifted && text() !== before) resolve(performance.now() - lifted)
      else requestAnimationFrame(look)
    }
    look()
  })
}"""
# Whether the accuracy is a number, and the matrix has its ten counts of right answers. Each of these counts
# has three or four digits.
NUMBERS_AND_MATRIX = """() => {
  const accuracy = document.querySelector(".figures .value")?.textContent ?? ""
  const texts = [...document.querySelectorAll(".st-key-matrix-place svg text")].map(text => text.textContent)
  return /\\d %/.test(accuracy) && texts.filter(text => /^[\\d,]{3,}$/.test(text)).length >= 10
}"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, default=50)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        _measure(browser, Path(folder), options)
        browser.close()


def _measure(browser, folder, options):
    (folder / "bare.py").write_text(BARE)
    makers = {"app": lambda: _server(folder, "app.py"), "bare": lambda: _server(folder, folder / "bare.py")}
    starts = {name: [] for name in makers}
    for _ in range(options.starts):
        for name, make in makers.items():
            starts[name].append(_start_seconds(browser, make))
    _print_ratio("start until the canvas can be drawn on", starts, "s")
    servers = {name: make() for name, make in makers.items()}
    try:
        pages = {name: _open(browser, server) for name, server in servers.items()}
        delays = {name: [] for name in servers}
        for number in range(options.drawings):
            for name, page in pages.items():
                delays[name].append(_answer_ms(page, number))
        _print_ratio("pen up until the answer is on screen", delays, "ms")
        _print_memory(pages["app"], servers["app"], options.drawings)
        print(
            f"Evaluate page, a run not seen before      {_evaluate_seconds(browser, servers['app']):7.2f} s"
        )
    finally:
        for server in servers.values():
            server.stop()


def _server(folder, app):
    return Server(Path(tempfile.mkdtemp(dir=folder)), app)


def _start_seconds(browser, make):
    started = time.perf_counter()
    server = make()
    page = _open(browser, server)
    seconds = time.perf_counter() - started
    page.context.close()
    server.stop()
    return seconds


def _open(browser, server):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(chromium.PATIENCE_MS)
    # The guided tour of a first visit would cover the canvas.
    page.goto(f"{server.url}/?tour=off")
    canvas_box(page)
    return page


def _answer_ms(page, number):
    # The app may answer the next stroke as it answered the last one, so its canvas is cleared first. The bare
    # page has no Clear button, and needs none: its sum changes with every stroke.
    if clear := page.locator(".st-key-clear button").all():
        clear[0].click()
        page.locator(".st-key-answer", has_text="draw a digit").wait_for()
    box = canvas_box(page)
    page.evaluate(WATCH)
    x = box["x"] + 100 + 3 * (number % 40)
    page.mouse.move(x, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(x - 5, box["y"] + 280, steps=8)
    page.mouse.up()
    return page.evaluate("window.answered")


def _print_memory(page, server, num_drawn):
    process, sizes = psutil.Process(server.process.pid), []
    for goal in (100, 200):
        while num_drawn < goal:
            _answer_ms(page, num_drawn)
            num_drawn += 1
        sizes.append(process.memory_info().rss / 1e6)
    print(f"server memory after 100 and 200 drawings  {sizes[0]:7.0f} and {sizes[1]:.0f} MB")


def _evaluate_seconds(browser, server):
    shipped = store.SHIPPED / store.DEFAULT_RUN
    shutil.copytree(shipped, server.runs_root / "20260101-000000-best")
    page = _open(browser, server)
    page.get_by_role("link", name="Evaluate").first.click()
    started = time.perf_counter()
    page.wait_for_function(NUMBERS_AND_MATRIX, polling="raf")
    seconds = time.perf_counter() - started
    page.context.close()
    return seconds


def _print_ratio(what, values, unit):
    app, bare = median(values["app"]), median(values["bare"])
    print(f"{what:40} {app:8.2f} {unit}, bare page {bare:.2f} {unit}: {app / bare:.2f} x", flush=True)


if __name__ == "__main__":
    main()
