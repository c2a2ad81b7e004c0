"""In high contrast (forced colours), areas that differ only in background colour can still be told apart."""

import itertools
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.support import waiting

pytestmark = pytest.mark.browser

# Two areas can be told apart if one of their colour channels (0 to 255) differs by at least this much.
MIN_DIFFERENCE = 60


def _colour(part):
    """Return the colour in the middle of a part of the page."""
    part.scroll_into_view_if_needed()
    pixels = np.asarray(Image.open(BytesIO(part.screenshot())).convert("RGB"), int)
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]


def _wait_until_distinct(*parts):
    """Wait until no two of these parts have nearly the same colour: a page takes a while to be drawn."""
    waiting.until(lambda: _are_distinct([_colour(part) for part in parts]), "colours that can be told apart")


def _are_distinct(colours):
    pairs = itertools.combinations(colours, 2)
    return all(np.abs(one - other).max() >= MIN_DIFFERENCE for one, other in pairs)


@pytest.fixture(params=["light", "dark"])
def open_high_contrast(request, open_page):
    """A function that opens a chapter of the Inside page in high contrast."""

    def open_high_contrast(step):
        address = f"inside?step={step}&run=quick&digit=m0"
        return open_page(address, forced_colors="active", color_scheme=request.param)

    return open_high_contrast


def test_filled_part_of_a_bar_differs_from_the_empty_part(open_high_contrast):
    bars = open_high_contrast("break").locator(".bars")
    _wait_until_distinct(bars.locator(".best .fill"), bars.locator(".bar:not(.best) .track").first)


def test_tiles_and_count_of_a_neuron_can_be_told_apart(open_high_contrast):
    page = open_high_contrast("neuron")
    legend = page.locator(".colours")
    _wait_until_distinct(*(legend.locator(f".{name}") for name in ("white", "black", "neither")))
    count = page.locator(".count")
    _wait_until_distinct(count.locator(".fill"), count.locator("i"))


def test_squares_of_the_sizes_differ_from_the_background(open_high_contrast):
    page = open_high_contrast("why")
    for name in ("float", "packed"):
        _wait_until_distinct(page.locator(f".square.{name}"), page.locator("h1"))
