"""The Train page in a browser: runs are started, watched, found again and stopped.

One of them learns uploaded pictures.
"""

import re
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import expect

from bnn.system.files import write_atomically
from tests.support import chromium, data_files, drawing_hand, waiting
from tests.support.app_server import Server
from tests.support.data_files import zipped
from tests.support.train_browser import box_with, expect_answer, open_data, set_settings

# Training has a low priority, so it may be slow on a busy machine.
TRAINING_MS = 300_000
# By default, Playwright would check a condition before every repaint, and so keep the page busy.
POLL_MS = 100
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

COUNT_REFRESHES = """() => {
  window.numRefreshes = 0
  const app = document.querySelector("[data-testid=stApp]")
  const count = () => (window.numRefreshes += app.dataset.testScriptState === "notRunning")
  new MutationObserver(count).observe(app, { attributeFilter: ["data-test-script-state"] })
}"""


@pytest.fixture(scope="module")
def server(browser, tmp_path_factory):
    """A server for the tests of this module alone, because one of them kills the server.

    Fails at the end if the server has logged a traceback.
    """
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()
    server.end_trainers()
    assert server.tracebacks() == []


@pytest.fixture(scope="class")
def training(browser, server):
    """A run that was started from the page and has a network. Its trainer is suspended until a test needs it.

    The page is closed while the network begins to learn, because an open page refreshes itself every second.
    """
    page = chromium.new_page(browser)
    chromium.visit(page, f"{server.url}/train?tour=off")
    run = _start(page, server, epochs=2)
    page.context.close()
    waiting.until(
        lambda: run.live_path.exists() and run.status().batch, "a batch of the training", TRAINING_MS / 1000
    )
    _trainer(run).suspend()
    yield run
    server.end_trainers()


def _trainer(run):
    return psutil.Process(run.status().pid)


@contextmanager
def _learning(run):
    """Lets the trainer work only in the `with` block, because it takes a processor from the tests."""
    _trainer(run).resume()
    try:
        yield
    finally:
        _trainer(run).suspend()


def _press_start(page, server):
    """Presses Start and returns the new run."""
    known = server.runs()
    page.locator(".st-key-start button").click()
    waiting.until(lambda: len(server.runs()) > len(known), "a new run")
    return server.runs()[0]


def _start(page, server, epochs):
    """Starts a run from the page and returns it.

    The run's batches are small, so that an epoch lasts long enough to be watched.
    """
    set_settings(page, {"Epochs": epochs, "Batch size": 8})
    run = _press_start(page, server)
    expect(page.locator(".status .state")).to_have_class("state running")
    assert (run.recipe().epochs, run.recipe().batch_size) == (epochs, 8)
    return run


def _stop(page, run):
    page.locator(".st-key-stop button").click()
    expect(page.locator(".status .state")).to_have_text("stopped")
    assert run.status().state == "stopped"


def _wait_until_bar_is_beyond(page, percent):
    bar = "document.querySelector('[data-testid=stProgress] [role=progressbar]')"
    is_beyond = f"percent => Number({bar}?.ariaValueNow) > percent"
    page.wait_for_function(is_beyond, arg=percent, polling=POLL_MS, timeout=TRAINING_MS)


def _bar_percent(page):
    return float(page.get_by_role("progressbar").get_attribute("aria-valuenow"))


def _wait_for_another_network(run, content):
    seconds = TRAINING_MS / 1000
    waiting.until(lambda: run.live_path.read_bytes() != content, "another network", seconds)


class TestRunThatGoesOn:
    """A training is started once, and watched in several ways."""

    def test_goes_on_while_another_page_is_visited(self, open_page, training):
        page = open_page("train")
        expect(page.locator(".status .state")).to_have_class("state running")
        page.get_by_role("link", name="Draw").first.click()
        expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
        before = training.status()
        page.get_by_role("link", name="Train").first.click()
        expect(page.locator(".status .state")).to_have_class("state running")
        with _learning(training):
            _wait_until_bar_is_beyond(page, _bar_percent(page))
        after = training.status()
        assert (after.epoch, after.batch) > (before.epoch, before.batch)

    def test_stop_button_on_a_phone_is_above_what_the_network_sees(self, open_page, training):
        page = open_page("train", 390, 844)
        expect(page.locator(".st-key-stop button")).to_be_in_viewport(ratio=1)
        expect(page.locator(".st-key-resume button")).to_be_hidden()
        stop, sight = (page.locator(f".st-key-{key}").bounding_box() for key in ("stop", "sight"))
        assert stop["y"] + stop["height"] <= sight["y"]

    def test_goes_on_while_the_page_shows_and_stops_a_queued_run(self, open_page, server, training):
        page = open_page("train")
        queued = _press_start(page, server)
        expect(box_with(page, queued)).to_be_visible()
        expect(page.locator(".status .state")).to_have_class("state queued")
        page.locator(".st-key-stop button").dblclick()
        expect(page.locator(".status .state")).to_have_text("stopped")
        # The page refreshes the status every second. After several refreshes, it must still show the same.
        page.evaluate(COUNT_REFRESHES)
        page.wait_for_function("window.numRefreshes > 3", polling=POLL_MS)
        expect(box_with(page, queued)).to_be_visible()
        expect(page.locator(".status .state")).to_have_text("stopped")
        assert (queued.status().state, training.status().state) == ("stopped", "running")
        assert not training.stop_path.exists()

    def test_each_new_network_of_a_training_reads_the_drawing(self, open_page, training):
        page = open_page("train")
        drawing_hand.draw(page, 3, ".draw-here canvas")
        network = training.live_path.read_bytes()
        strokes = expect_answer(page, network)
        # The training goes on. The drawing stays, and the next network reads it.
        with _learning(training):
            _wait_for_another_network(training, network)
        assert expect_answer(page, training.live_path.read_bytes()) == strokes

    def test_drawing_stays_and_is_read_by_the_next_run(self, open_page, server, training):
        """First the old run reads the drawing, then no run, then the queued run, once it has a network."""
        page = open_page("train")
        drawing_hand.draw(page, 3, ".draw-here canvas")
        strokes = expect_answer(page, training.live_path.read_bytes())
        queued = _press_start(page, server)
        expect(box_with(page, queued)).to_be_visible()
        expect(page.locator(".draw-here .answer")).to_contain_text("no network yet")
        assert page.locator(".draw-here").evaluate("place => place.field.pad.strokes") == strokes
        write_atomically(queued.model_path, training.live_path.read_bytes())
        assert expect_answer(page, training.live_path.read_bytes()) == strokes
        _stop(page, queued)

    def test_goes_on_while_the_server_is_killed_and_restarted(self, open_page, server, training):
        before = training.status()
        server.kill()
        server.start()
        page = open_page("train")
        _check_that_the_first_visitor_sees_train(page)
        expect(page.locator(".status .state")).to_have_class("state running")
        _trainer(training).resume()
        _wait_until_bar_is_beyond(page, _bar_percent(page))
        after = training.status()
        assert (after.pid, after.started) == (before.pid, before.started)
        assert (after.epoch, after.batch) > (before.epoch, before.batch)
        _stop(page, training)
        expect(page.locator(".st-key-resume button")).to_be_enabled()
        assert "tensorflow" not in server.memory_maps()


def test_phone_shows_weights_and_canvas_after_start_and_can_stop_before_training_begins(open_page, server):
    page = open_page("train", 390, 844)
    run = _press_start(page, server)
    for part in (".status", ".weights img", ".draw-here canvas", ".reads .bar >> nth=9"):
        expect(page.locator(part).first).to_be_in_viewport(ratio=1)
    _stop(page, run)


def test_started_training_is_shown_to_a_visitor_who_has_scrolled_down_to_the_settings(open_page, server):
    page = open_page("train")
    page.get_by_text("More recipes and settings").click()
    page.get_by_text("Advanced settings").click()
    chromium.wait_until_complete(page)
    run = _press_start(page, server)
    expect(page.locator(".status")).to_be_in_viewport()
    _stop(page, run)


def _check_that_the_first_visitor_sees_train(page):
    """Checks the page that a new server shows first, as test_first_visit.py does for other pages."""
    expect(page.get_by_role("heading", name="Train a network")).to_be_visible()
    expect(page.locator(".st-key-start button")).to_be_visible()
    expect(page.get_by_role("link", name="Draw").first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_uploaded_pictures_are_learnt_and_evaluated_with_their_names(open_page, server):
    page = open_page("train")
    open_data(page)
    pictures = {"name": "signs.zip", "mimeType": "application/zip", "buffer": zipped(data_files.pictures())}
    page.locator(".st-key-data-file input[type=file]").set_input_files([pictures])
    expect(page.get_by_text("3 classes, 24 examples:")).to_be_visible()
    run = _press_start(page, server)
    # Until the new run is shown, the page shows the state of another run, which is finished.
    expect(box_with(page, run)).to_be_visible()
    expect(page.locator(".status .state")).to_have_text("finished", timeout=TRAINING_MS)
    page.get_by_text("For experts", exact=True).click()
    expect(page.get_by_text("Data: signs.zip; licence not stated")).to_be_visible()
    expect(page.locator(".draw-here")).not_to_have_class(re.compile("can-draw"))
    chromium.visit(page, f"{server.url}/evaluate?run={run.id}&tour=off")
    page.get_by_text("For experts", exact=True).click()
    for name in ("cross", "hook", "roof"):
        expect(page.locator(".st-key-matrix-place svg.marks text").filter(has_text=name)).to_have_count(2)
        expect(page.get_by_role("cell", name=name, exact=True)).to_be_visible()
