"""Fixtures that start the app's server and open its pages in a browser."""

import shutil

import pytest

from bnn.runs import store
from tests.support import chromium
from tests.support.app_server import Server


@pytest.fixture(scope="session")
def app_server(browser, tmp_path_factory):
    """The app's server, shared by all modules."""
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(app_server):
    """The app's server; fails at the end of the module if it has logged a traceback meanwhile."""
    num_before = len(app_server.tracebacks())
    yield app_server
    assert app_server.tracebacks()[num_before:] == []


@pytest.fixture
def add_run(server):
    """A function that copies a shipped run into the server's folder of runs; the copies are removed at the end."""
    folders = []

    def add_run(name, run_id):
        folders.append(server.runs_root / run_id)
        shutil.copytree(store.SHIPPED / name, folders[-1])

    yield add_run
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def contexts(browser):
    """Browser contexts by their options. A context keeps the files of the front end, so that pages open faster."""
    contexts = {}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def open_page(browser, server, contexts):
    """A function that opens a page of the app and waits until it is complete.

    The pages of all tests share their browser context, but each has its own session on the server. On a
    visitor's first visit (`tour="on"`), the context is new.
    """
    pages = []

    def open_page(path="", width=1280, height=720, tour="off", **options):
        key = tuple(sorted(options.items()))
        if tour == "on" or key not in contexts:
            page = chromium.new_page(browser, **options)
            if tour != "on":
                contexts[key] = page.context
        else:
            page = contexts[key].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        # On a first visit the guided tour would cover parts of the page.
        chromium.visit(page, f"{server.url}/{path}{'&' if '?' in path else '?'}tour={tour}")
        page.locator("h1").wait_for()
        return page

    yield open_page
    for page in pages:
        if page.context in contexts.values():
            page.close()
        else:
            page.context.close()
