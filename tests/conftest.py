"""Fixtures that several test modules share."""

import os

import numpy as np
import pytest

from tests.support import random_networks
from tests.support.project import SHARED


@pytest.fixture(autouse=True)
def runs_root(tmp_path, monkeypatch):
    """An empty folder of runs for every test, so that no test sees or changes the user's runs."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("BNN_RUNS_DIR", str(folder))
    return folder


@pytest.fixture
def shared():
    """The folder of data beside the project. Skips the test if there is no such folder."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the data in {SHARED}, which is absent")
    return SHARED


@pytest.fixture(scope="session")
def component_packages():
    """Lets `AppTest` search the installed packages for components only once, not for every page opened."""
    from streamlit.components.v2 import manifest_scanner

    manifests = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: manifests)
        yield


@pytest.fixture(scope="session")
def browser():
    """A running Chromium. Skips the test without one, or fails it if ONE_BIT_LAB_REQUIRE_BROWSER is set."""
    from playwright.sync_api import sync_playwright

    from tests.support import chromium

    with sync_playwright() as playwright:
        try:
            browser = chromium.launch(playwright, chromium.KEEP_SCRIPTS)
        except FileNotFoundError as missing:
            if os.environ.get("ONE_BIT_LAB_REQUIRE_BROWSER"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """The function `chromium.new_page` for this browser. The pages are closed at the end of the test."""
    from tests.support import chromium

    contexts = []

    def new_page(*size, **options):
        page = chromium.new_page(browser, *size, **options)
        contexts.append(page.context)
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def random_layer():
    """The function `random_networks.random_layer`."""
    return random_networks.random_layer


@pytest.fixture
def random_network():
    """The function `random_networks.random_network`."""
    return random_networks.random_network


@pytest.fixture
def random_images():
    """A function that returns `count` random images, (count, 28, 28) uint8."""
    return _random_images


def _random_images(count, seed=0):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), np.uint8)
    # Every second image is mostly empty, as digits are.
    images[::2] *= rng.random((len(images[::2]), 28, 28)) < 0.2
    # A pixel of 127 is just below the usual threshold, and one of 128 reaches it.
    images[:, 3, 3:7] = 0, 127, 128, 255
    return images
