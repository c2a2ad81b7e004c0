"""Fixtures that start the app's server, and open its pages or the engine in a browser."""

import shutil
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from bnn.runs import store
from tests.support import chromium, desk_alone, engine_page, tours
from tests.support.app_server import Server
from tests.support.inside_browser import choose_first_digit, move_to, open_chapter
from tests.support.live_page import open_draw, with_empty_canvas
from tests.support.phones import TILES


@pytest.fixture(scope="session")
def app_server(browser, tmp_path_factory):
    """The app's server, shared by all modules."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(app_server):
    """The app's server. If it logs a traceback during a module, the fixture fails at the module's end."""
    num_before = len(app_server.tracebacks())
    yield app_server
    assert app_server.tracebacks()[num_before:] == []


@pytest.fixture(scope="module")
def network_server(browser, tmp_path_factory):
    """A server that listens on all addresses of this computer."""
    server = Server(tmp_path_factory.mktemp("server"), options=["--server.address", "0.0.0.0"])
    yield server
    server.stop()
    assert server.tracebacks() == []


@pytest.fixture
def add_run(server):
    """A function that copies a shipped run into the server's folder of runs until the end of the test."""
    folders = []

    def add_run(name, run_id):
        folders.append(server.runs_root / run_id)
        shutil.copytree(store.SHIPPED / name, folders[-1])

    yield add_run
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def visitors(browser):
    """A dictionary of pages that stay open, one for each server and set of browser options.

    The browser context of such a page keeps the files of the front end, so that other pages in the context
    open quickly.
    """
    visitors = {}
    yield visitors
    for visitor in visitors.values():
        visitor.context.close()


@contextmanager
def page_opener(browser, server, visitors):
    """Yields the function of the fixture `open_page`, and empties the opened pages at the end.

    The pages stay open, because a browser that closes a page forgets the files that it keeps in memory. The
    next page would then take 1.5 times as much processor time to open.
    """
    pages = []

    def open_page(path="", width=1280, height=720, tour="off", prepare=None, **options):
        key = (server.url, *sorted(options.items()))
        if key not in visitors:
            visitors[key] = chromium.new_page(browser, **options)
            # While this small page is open, the browser keeps the process that shows the server's pages.
            visitors[key].goto(f"{server.url}/_stcore/health")
        visitors[key].evaluate("localStorage.clear()")
        page = visitors[key].context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        if prepare:
            prepare(page)
        # On a first visit the guided tour would cover parts of the page.
        chromium.visit(page, f"{server.url}/{path}{'&' if '?' in path else '?'}tour={tour}")
        page.locator("h1").wait_for()
        return page

    yield open_page
    for page in pages:
        # A page that a test has closed, or that has crashed, cannot be emptied.
        with suppress(PlaywrightError):
            page.goto("about:blank")


@pytest.fixture
def open_page(browser, server, visitors, add_run):
    """A function that opens a page of the app, as on a first visit, and waits until it is complete.

    `prepare` is called with the empty page, and `options` are those of a browser context. The pages are
    emptied before `add_run` removes the runs that they show.
    """
    with page_opener(browser, server, visitors) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def shared_page(browser, server, visitors):
    """A function like that of `open_page`, but it loads each page only once in a module, to save time.

    Each call gives the page the requested size and the light theme, and scrolls it to its top. A test puts
    back everything else that it changes.
    """
    with page_opener(browser, server, visitors) as open_page:
        pages = {}

        def shared_page(path="", width=1280, height=720, **options):
            key = (path, *sorted(options.items()))
            if key not in pages:
                pages[key] = open_page(path, width, height, **options)
            page = pages[key]
            page.emulate_media(color_scheme="light")
            page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
            chromium.resize(page, width, height)
            return page

        yield shared_page


@pytest.fixture
def draw_page(shared_page):
    """The Draw page with an empty canvas. The tests of a module share the page."""
    return with_empty_canvas(shared_page())


@pytest.fixture
def phone_page(shared_page):
    """The Draw page on a phone with an empty canvas. The tests of a module share the page."""
    return with_empty_canvas(shared_page(width=390, height=844, has_touch=True, is_mobile=True))


@pytest.fixture
def open_live_draw(open_page):
    """A function that opens the Draw page and waits until the browser has loaded the network."""
    return partial(open_draw, open_page)


@pytest.fixture
def open_live(shared_page):
    """A function that opens a chapter of Inside for the MNIST digit m0, on a page that can follow the pen.

    The tests of a module share one page for each run. What `link` does not name is as the last test left it.
    """

    def open_live(chapter, link="", run="quick"):
        page = shared_page(f"inside?run={run}&digit=m0")
        choose_first_digit(page)
        move_to(page, chapter, link)
        chromium.wait_for_network(page)
        chromium.wait_for_frames(page)
        return page

    return open_live


@pytest.fixture
def visitor(open_page):
    """The app in a window as large as a phone's, on a visitor's first visit, with the guided tour."""
    page = open_page(width=390, height=844, tour="on")
    page.locator("#tour section").wait_for()
    page.evaluate(tours.CARD_AT_REST)
    return page


@pytest.fixture
def open_in_window(shared_page):
    """A function that opens a chapter for a run and the MNIST digit m0, in a window of the given size."""

    def open_in_window(run, chapter, width=1280, height=720):
        page = shared_page(f"inside?run={run}&digit=m0")
        choose_first_digit(page)
        page.set_viewport_size({"width": width, "height": height})
        open_chapter(page, chapter)
        chromium.wait_for_frames(page)
        return page

    return open_in_window


@pytest.fixture
def canvas_page(new_page):
    """A page with the canvas alone. `desk_alone.fill` explains the arguments of its function `show`.

    Time passes only in `clock.run_for`. What a stroke changes on the page is there only after a frame, so a
    test that looks at it lets 20 ms pass.
    """
    page = new_page()
    page.clock.install(time=0)
    desk_alone.fill(page)
    page.clock.pause_at(3600)
    return page


@pytest.fixture
def serve(browser):
    """A function that opens a page of a site with the engine and the given files (names and contents)."""
    contexts = []

    def serve(**files):
        contexts.append(browser.new_context())
        contexts[-1].set_default_timeout(chromium.PATIENCE_MS)
        return engine_page.open_engine(contexts[-1], files)

    yield serve
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def open_wall(browser, network_server):
    """The presenter's page, and the address at which phones are let in."""
    page = chromium.new_page(browser, 1920, 1080)
    chromium.visit(page, f"{network_server.url}/audience?tour=off")
    page.locator(".st-key-phones label").first.click()
    expect(page.locator("img.qr")).to_be_visible()
    words = page.get_by_text("Scan the code, or open").inner_text()
    yield page, f"pocket/{words.rpartition('/pocket/')[2]}"
    page.context.close()


@pytest.fixture
def presenter(open_wall):
    """The presenter's page and the address for phones, as in `open_wall`, with an empty wall."""
    page, address = open_wall
    chromium.wait_until_complete(page)
    if page.locator(TILES).count():
        page.get_by_role("button", name="Clear").click()
        page.get_by_role("button", name="Yes, clear the wall").click()
    expect(page.locator(TILES)).to_have_count(0)
    return page, address
