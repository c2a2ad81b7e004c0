"""Measures the app's speed with many phones in the room.

    python -m tests.benchmarks.phones [--phones 200] [--seconds 10] [--senders 30]

The phones load the page at `/pocket/`, evenly spread over the given seconds. At the same time, a visitor
draws on the Draw page. The program prints how long a phone waits for its page, and how many bytes it gets. It
also prints how long the visitor waits for the server's answer, before and while the phones load. Then some
phones send a drawing. The program prints the time until each drawing is visible on the Audience page, in
headless Chromium at 1920 x 1080.
"""

import argparse
import asyncio
import http.client
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from tests.endurance.crowd import draw
from tests.support import chromium, phones
from tests.support.app_server import Server
from tests.support.drawings import canvas_objects, random_strokes
from tests.support.visitor import Visitor, in_own_loop

SECONDS_BETWEEN_DRAWINGS = 0.2
SECONDS_BETWEEN_POSTS = 0.3
# Notes when the tile of each drawing is first drawn on the screen, by the drawing's number.
WATCH = """() => {
  window.seen = {}
  const look = () => {
    // The wall appears with the first drawing.
    const wall = document.querySelector(".st-key-wall [data-testid=stBidiComponentIsolated]")?.shadowRoot
    const items = wall?.querySelectorAll("li") ?? []
    for (const item of items) window.seen[item.dataset.number] ??= Date.now() / 1000
    requestAnimationFrame(look)
  }
  look()
}"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--senders", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), options=["--server.address", "0.0.0.0"])
        browser = chromium.launch(playwright)
        try:
            page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
            page.set_default_timeout(chromium.PATIENCE_MS)
            address = _let_phones_in(page, server)
            _report_rush(server, address, options.phones, options.seconds)
            _report_wall(page, server, address, options.senders)
        finally:
            browser.close()
            server.stop()


def _let_phones_in(page: Page, server: Server) -> str:
    page.goto(f"{server.url}/audience?tour=off")
    page.locator(".st-key-phones label").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    words = page.get_by_text("Scan the code, or open").inner_text()
    return f"pocket/{words.rpartition('/pocket/')[2]}"


def _report_rush(server: Server, address: str, num_phones: int, seconds: float) -> None:
    before = in_own_loop(_draw_for(server.url, seconds))
    _print("answer on Draw, no phones", [1000 * wait for wait in before], "ms")
    start = time.monotonic()
    with ThreadPoolExecutor(num_phones + 1) as threads:
        drawing = threads.submit(in_own_loop, _draw_for(server.url, seconds))
        loads = list(
            threads.map(
                lambda number: _load(server.port, address, start + number * seconds / num_phones),
                range(num_phones),
            )
        )
        loaded = time.monotonic() - start
        during = drawing.result()
    _print(f"answer on Draw, {num_phones} phones loading", [1000 * wait for wait in during], "ms")
    _print("a phone's page", [1000 * wait for wait, _ in loads], "ms")
    _print("bytes for a phone", [size for _, size in loads], "")
    print(f"{f'all {num_phones} pages loaded after':40} {loaded:.1f} s", flush=True)


def _load(port: int, address: str, due: float) -> tuple[float, int]:
    """Loads the page as one phone; returns the seconds that it took, and the bytes without HTTP headers."""
    time.sleep(max(0.0, due - time.monotonic()))
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/{address}", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 200
    return time.perf_counter() - started, len(content)


async def _draw_for(url: str, seconds: float) -> list[float]:
    """Draws digits on the Draw page; returns the seconds from a digit's last stroke to the answer."""
    rng, waits = np.random.default_rng(1), []
    async with Visitor(url) as visitor:
        await visitor.open()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            waits.append(await draw(visitor, canvas_objects(random_strokes(rng))))
            await visitor.clear()
            await asyncio.sleep(SECONDS_BETWEEN_DRAWINGS)
    return waits


def _report_wall(page: Page, server: Server, address: str, num_senders: int) -> None:
    page.evaluate(WATCH)
    sent = []
    for number, drawing in enumerate(phones.drawings(num_senders)):
        sent.append(time.time())
        assert phones.send(server.port, address, number, drawing) == 201
        page.wait_for_timeout(1000 * SECONDS_BETWEEN_POSTS)
    expect(page.locator(".st-key-wall li")).to_have_count(num_senders)
    seen = page.evaluate("window.seen")
    waits = [seen[str(number)] - moment for number, moment in enumerate(sent, 1)]
    _print("sent until visible on the wall", [1000 * wait for wait in waits], "ms")


def _print(words: str, values: list[float], unit: str) -> None:
    print(
        f"{words:40} median {median(values):8.0f} {unit}, largest {max(values):8.0f} {unit}"
        f" ({len(values)} measured)",
        flush=True,
    )


if __name__ == "__main__":
    main()
