"""Laptop that sleeps.

Browsers on the Draw page and the Train page lose their connection for five minutes and get it back. Then each
page must be as it was, and a digit drawn in between must be answered. If the server has forgotten the session
or was restarted, the pages must load again, show the runs that were chosen, and work.
"""

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from filelock import FileLock
from playwright.sync_api import expect, sync_playwright

from bnn.recipes.presets import preset
from bnn.runs import store, trainings
from bnn.runs.labels import run_label
from tests.endurance.wire import Wire
from tests.support import chromium, drawing_hand
from tests.support.app_server import Server
from tests.support.train_browser import box_with

ASLEEP_SECONDS = 300.0
PATIENCE_MS = 120_000
LONG_TRAINING = {"epochs": "50"}


def run(quick: bool) -> str:
    """Runs all three cases and returns the figures; AssertionError if a page is not as it should be."""
    seconds = 5.0 if quick else ASLEEP_SECONDS
    with _browser() as browser:
        with served() as (server, wire):
            back = sleep_and_return(browser, server, wire, seconds)
        with served(STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="1") as (server, wire):
            forgotten = sleep_and_start_again(browser, server, wire, 3.0, is_restarted=False)
        with served() as (server, wire):
            restarted = sleep_and_start_again(browser, server, wire, 3.0, is_restarted=True)
    return (
        f"after {seconds:.0f} s without a connection, pages, run and drawing were back within {back:.1f} s, "
        f"and a digit drawn in between was answered; if the server had forgotten the session, the page "
        f"worked again after {forgotten:.1f} s; if the server was restarted, after {restarted:.1f} s"
    )


def sleep_and_return(browser, server, wire, seconds, is_training=True) -> float:
    """Cuts the connection of two Draw pages and a Train page for `seconds`.

    Returns the seconds from the return of the connection until all three pages are up to date. With
    `is_training=False`, no network is trained during this time: all trainings wait for their turn.
    """
    os.environ["BNN_RUNS_DIR"] = str(server.runs_root)
    turn = FileLock(server.runs_root / ".training.lock")
    if is_training:
        trainings.start(preset("quick").with_settings(LONG_TRAINING))
    else:
        server.runs_root.mkdir(exist_ok=True)
        turn.acquire()
    queued = trainings.start(preset("report"))
    draw_page = _open_and_clear(chromium.new_page(browser), wire.url)
    offline_page = _open_and_clear(draw_page.context.new_page(), wire.url)
    drawing_hand.draw(draw_page, 7)
    _expect_answer(draw_page, 7)
    train_page = _open(draw_page.context.new_page(), f"{wire.url}/train")
    _choose(train_page, queued)
    wire.cut()
    drawing_hand.draw(offline_page, 3)
    time.sleep(seconds)
    wire.mend()
    mended = time.monotonic()
    _expect_answer(offline_page, 3)
    _expect_answer(draw_page, 7)
    expect(box_with(train_page, queued)).to_be_visible()
    back = time.monotonic() - mended
    # The drawing is still there after visiting other pages: the server has kept the session.
    _visit_other_pages(draw_page)
    _expect_answer(draw_page, 7)
    trainings.stop(queued)
    expect(train_page.locator(".status .state")).to_have_text("stopped")
    expect(box_with(train_page, queued)).to_be_visible()
    for page in (draw_page, offline_page, train_page):
        _expect_no_error(page)
    draw_page.context.close()
    turn.release()
    return back


def sleep_and_start_again(browser, server, wire, seconds, is_restarted) -> float:
    """Cuts the connection for `seconds`. During this time, the server forgets the session or is restarted.

    Returns the seconds from the return of the connection until a page answers without its old session.
    """
    draw_page = _open_and_clear(chromium.new_page(browser), wire.url)
    drawing_hand.draw(draw_page, 7)
    _expect_answer(draw_page, 7)
    train_page = _open(draw_page.context.new_page(), f"{wire.url}/train")
    chosen = store.find("quick")
    for page in (draw_page, train_page):
        _choose(page, chosen)
    wire.cut()
    if is_restarted:
        server.stop()
        server.start()
    time.sleep(seconds)
    wire.mend()
    mended = time.monotonic()
    # The first canvas shows that the page has been loaded again: before, Clear had replaced it by the second.
    expect(draw_page.locator(".st-key-canvas-0")).to_have_count(1)
    expect(draw_page.locator(".st-key-answer")).to_contain_text("draw a digit")
    drawing_hand.draw(draw_page, 0)
    _expect_answer(draw_page, 0)
    back = time.monotonic() - mended
    expect(train_page.locator(".status .state")).to_be_visible()
    for page in (draw_page, train_page):
        expect(_box(page)).to_have_value(run_label(chosen))
        _expect_no_error(page)
    draw_page.context.close()
    return back


@contextmanager
def _browser():
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, patience_ms=PATIENCE_MS)
        yield browser
        browser.close()


@contextmanager
def served(**environment):
    """Starts a server and a connection to it; fails at the end if the server has logged a traceback."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, environment):
        server = Server(Path(folder))
        try:
            yield server, Wire(server.port)
            assert server.tracebacks() == [], server.tracebacks()[0]
        finally:
            server.end_trainers()
            server.stop()


def _open(page, url):
    """Opens an address in an empty page, and waits until all of its code has been loaded."""
    page.set_default_timeout(PATIENCE_MS)
    chromium.visit(page, f"{url}?tour=off")
    # A browser that could not load a script while it was offline does not try again. So everything must have
    # been loaded before the connection is cut.
    for part in (
        "button",
        "input",
        "[data-testid=stVegaLiteChart]" if url.endswith("train") else "canvas",
    ):
        # Only visible elements count, because a page may begin with such an element in a closed part.
        page.locator(f"[data-testid=stMain] {part}").filter(visible=True).first.wait_for()
    return page


def _open_and_clear(page, url):
    """Opens the Draw page and presses Clear, so that it shows its second canvas.

    A page that has been loaded again shows its first canvas, so the test would notice a reload.
    """
    _open(page, url)
    drawing_hand.canvas_box(page)
    drawing_hand.clear(page)
    drawing_hand.canvas_box(page)
    return page


def _visit_other_pages(page):
    for name, title in (("Train", "Train a network"), ("Draw", "Draw a digit")):
        chromium.follow_link(page, name, title)
    drawing_hand.canvas_box(page)


def _choose(page, run):
    chromium.choose(_box(page), page.get_by_role("option", name=run_label(run)))
    expect(_box(page)).to_have_value(run_label(run))
    page.wait_for_url(f"**run={run.id}*")


def _box(page):
    """Returns a locator of the box with the run that the Draw page or the Train page shows."""
    return page.locator("[class*=st-key-run_shown-] input, [class*=st-key-chosen_run-] input")


def _expect_answer(page, digit):
    expect(page.locator(".st-key-answer .digit")).to_have_text(str(digit))


def _expect_no_error(page):
    expect(page.locator('[data-test-connection-state="CONNECTED"]')).to_have_count(1)
    for error in ("[role=dialog]", "[data-testid=stException]", "[data-testid=stAlertContentError]"):
        expect(page.locator(error)).to_have_count(0)
