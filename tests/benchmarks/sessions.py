"""Measures the server's processor time while many visitors draw.

    python -m tests.benchmarks.sessions [--pages 30] [--seconds 10]

It opens the given number of Draw pages in headless Chromium, each with a session of its own. Then it measures
the server's processor time for the given seconds while nobody draws, and while all visitors draw at once
without lifting the pen. (During this time, every page shows the network's answer.) At the end, it measures
the time that the server needs when all visitors lift the pen.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import chromium, drawing_hand
from tests.support.app_server import Server

ANSWER = ".st-key-answer .answer"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium.launch(playwright, patience_ms=chromium.COMPLETE_MS)
        server = Server(Path(folder))
        try:
            pages = [_open(browser, server) for _ in range(options.pages)]
            _report(pages, server, options.seconds)
        finally:
            browser.close()
            server.stop()


def _open(browser: Browser, server: Server) -> Page:
    page = chromium.new_page(browser)
    chromium.visit(page, f"{server.url}/?tour=off")
    chromium.wait_for_network(page)
    return page


def _report(pages: list[Page], server: Server, seconds: float) -> None:
    _print("nobody draws", _measure(server, lambda: time.sleep(seconds)), num_pages=len(pages))
    corners = [_put_down(page) for page in pages]
    num_moves = 0

    def draw() -> None:
        nonlocal num_moves
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _move(pages, corners, num_moves)
            num_moves += 1

    _print("all visitors draw", _measure(server, draw), num_pages=len(pages), moves_of_each=num_moves)
    for page in pages:
        expect(page.locator(f"{ANSWER} [role=status]")).to_have_attribute("aria-busy", "true")
        expect(page.locator(f"{ANSWER} .digit")).not_to_have_text("")
    _print("all visitors lift the pen", _measure(server, lambda: _lift(pages)), num_pages=len(pages))


def _put_down(page: Page) -> tuple[float, float]:
    """Puts the pen down, and returns where the canvas's upper left corner is."""
    box = drawing_hand.canvas_box(page)
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    return box["x"], box["y"]


def _move(pages: list[Page], corners: list[tuple[float, float]], number: int) -> None:
    """Moves every pen to point `number` of a zigzag."""
    for page, (left, top) in zip(pages, corners, strict=True):
        page.mouse.move(left + 100 + 12 * (number % 12), top + 60 + number % 24 * 8)


def _lift(pages: list[Page]) -> None:
    for page in pages:
        page.mouse.up()
    for page in pages:
        drawing_hand.wait_for_server(page)


def _measure(server: Server, work: Callable[[], None]) -> tuple[float, float]:
    """Does the work. Returns the server's processor time and the elapsed time, in seconds."""
    started, before = time.monotonic(), _processor_seconds(server)
    work()
    return _processor_seconds(server) - before, time.monotonic() - started


def _processor_seconds(server: Server) -> float:
    times = psutil.Process(server.process.pid).cpu_times()
    return times.user + times.system


def _print(words: str, measured: tuple[float, float], **counts: int) -> None:
    processor_seconds, seconds = measured
    row = {"processor_seconds": round(processor_seconds, 2), "seconds": round(seconds, 1), **counts}
    print(f"{words:28} {json.dumps(row)}", flush=True)


if __name__ == "__main__":
    main()
