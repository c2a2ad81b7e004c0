"""Measuring the speed of WebAssembly in a browser. The tests do not check how fast it is."""

import math

import pytest

from bnn.analysis import browser_speed
from bnn.engine import file


@pytest.mark.browser
def test_browser_measures_the_time_of_each_batch(browser, random_network, random_images, monkeypatch):
    monkeypatch.setattr(browser_speed, "_NUM_BATCHES", 3)
    found = browser_speed.measure(file.to_bytes(random_network(1)), random_images(4))
    assert len(found.seconds) == 3
    assert all(0 < seconds < math.inf for seconds in found.seconds)


def test_missing_browser_is_reported(monkeypatch, random_images):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValueError, match="no browser is installed: none of chromium"):
        browser_speed.measure(b"", random_images(1))


@pytest.mark.browser
def test_network_that_is_refused_gives_no_result(browser, random_images):
    with pytest.raises(ValueError, match="gave no result"):
        browser_speed.measure(b"no network", random_images(1))
