"""In high contrast (forced colours), what backgrounds say can still be seen."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

# The least difference, of 255, by which two areas can be told apart.
DISTINCT = 60


def _colour(part):
    """The colour in the middle of a part of the page."""
    part.scroll_into_view_if_needed()
    pixels = np.asarray(Image.open(BytesIO(part.screenshot())).convert("RGB"), int)
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]


def _differ(one, other):
    return np.abs(one - other).max() >= DISTINCT


@pytest.fixture(params=["light", "dark"])
def open_high_contrast(request, open_page):
    """Function: an address on the Inside page -> that page in high contrast."""

    def open_high_contrast(step):
        address = f"inside?step={step}&run=quick&digit=m0"
        return open_page(address, forced_colors="active", color_scheme=request.param)

    return open_high_contrast


def test_bars_of_an_answer(open_high_contrast):
    bars = open_high_contrast("break").locator(".bars")
    assert _differ(
        _colour(bars.locator(".best .fill")), _colour(bars.locator(".bar:not(.best) .track").first)
    )


def test_tiles_and_count_of_a_neuron(open_high_contrast):
    page = open_high_contrast("neuron")
    legend = page.locator(".colours")
    white, black, grey = (_colour(legend.locator(f".{name}")) for name in ("white", "black", "neither"))
    assert _differ(white, black)
    assert _differ(white, grey)
    assert _differ(black, grey)
    count = page.locator(".count")
    assert _differ(_colour(count.locator(".fill")), _colour(count.locator("i")))


def test_squares_of_the_sizes(open_high_contrast):
    page = open_high_contrast("why")
    background = _colour(page.locator("h1"))
    for name in ("float", "packed"):
        assert _differ(_colour(page.locator(f".square.{name}")), background)
