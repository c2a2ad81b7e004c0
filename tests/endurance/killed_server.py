"""Killed server.

A training is started from the page in a real browser; then the server is killed. The training must go on, and
the page of a new server must show it with all of its epochs.
"""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bnn.runs.run import Run
from tests.endurance import run_folders
from tests.support import chromium, waiting
from tests.support.app_server import Server
from tests.support.train_browser import set_settings

# Settings typed on the page. With these, an epoch takes about a second, so that the run soon has a history.
FIELDS = {"Neurons of the convolutions": "", "Neurons of the dense layers": "64", "Batch size": "256"}


def run(quick: bool) -> str:
    """Kills the server 5 times (once in the quick version) in one training and returns the figures."""
    num_kills, epochs = (1, 40) if quick else (5, 150)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        browser = chromium.launch(playwright)
        try:
            return _kill_servers(browser, server, num_kills, epochs)
        finally:
            browser.close()
            server.kill()
            server.end_trainers()


def _kill_servers(browser, server, num_kills, epochs):
    page = _open(browser, server)
    run = _start(page, server, epochs)
    seen = []
    for _ in range(num_kills):
        _wait_for_epoch(run, len(run.history()) + 2)
        page, done = _kill_and_look(browser, server, page, run)
        seen.append(_epochs_shown(page))
        assert done <= seen[-1] <= len(run.history()), f"the page shows {seen[-1]} epochs, {done} were done"
    expect(page.locator(".status .state")).to_have_text("finished", timeout=300_000)
    expect(_cell(page)).to_have_text(f"{epochs} of {epochs}")
    assert run.history()["epoch"].tolist() == list(range(1, epochs + 1))
    expect(page.locator(".figures").first).to_contain_text(f"{100 * run.test()['accuracy']:.2f} %")
    assert server.tracebacks() == [], server.tracebacks()[0]
    shown = ", ".join(map(str, seen))
    return (
        f"{num_kills} kills in one training of {epochs} epochs; "
        f"the new server's page showed {shown} epochs, then all"
    )


def _open(browser, server):
    page = chromium.new_page(browser)
    page.set_default_timeout(chromium.PATIENCE_MS)
    page.goto(f"{server.url}/train?tour=off")
    page.locator("h1").wait_for()
    return page


def _start(page, server, epochs):
    set_settings(page, {**FIELDS, "Epochs": epochs})
    page.locator(".st-key-start button").click()
    expect(page.locator(".status .state")).to_have_class("state running")
    (run,) = server.runs()
    assert (run.recipe().epochs, run.recipe().stages) == (epochs, ())
    return run


def _wait_for_epoch(run: Run, epoch: int):
    waiting.until(lambda: len(run.history()) >= epoch, f"epoch {epoch}", run_folders.LOADING_SECONDS)


def _kill_and_look(browser, server, page, run):
    """Kills the server, waits for two more epochs, and starts the server again.

    Returns a new page, and the number of epochs done before the page was opened.
    """
    before, done = run.status(), len(run.history())
    server.kill()
    page.context.close()
    _wait_for_epoch(run, done + 2)
    server.start()
    after = run.status()
    assert (after.state, after.pid, after.started) == ("running", before.pid, before.started), after
    done = len(run.history())
    page = _open(browser, server)
    expect(page.locator(".status .state")).to_have_class("state running")
    return page, done


def _epochs_shown(page):
    """Returns the number of epochs that the table of all runs shows for this run."""
    expect(_cell(page)).to_have_text(re.compile(r"\d+ of \d+"))
    return int(_cell(page).text_content().split()[0])


def _cell(page):
    return page.locator(".table tr.chosen td").nth(3)
