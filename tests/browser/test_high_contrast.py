"""In high contrast (forced colours), areas that differ only in background colour can still be told apart."""

import itertools
import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from pages.inside.chapters import CHAPTERS
from tests.support import chromium, looks, waiting

pytestmark = pytest.mark.browser

# Two areas can be told apart if one of their colour channels (0 to 255) differs by at least this much.
MIN_DIFFERENCE = 60


def _colour(part):
    """Returns the colour in the middle of a part of the page."""
    part.scroll_into_view_if_needed()
    pixels = np.asarray(Image.open(BytesIO(part.screenshot())).convert("RGB"), int)
    return pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]


def _wait_until_distinct(*parts):
    """Waits until these parts have clearly different colours, because a page takes a while to be drawn."""
    waiting.until(lambda: _are_distinct([_colour(part) for part in parts]), "colours that can be told apart")


def _are_distinct(colours):
    pairs = itertools.combinations(colours, 2)
    return all(np.abs(one - other).max() >= MIN_DIFFERENCE for one, other in pairs)


def test_areas_can_be_told_apart(open_page):
    address = "inside?step=break&run=quick&digit=m0"
    # A window of this height shows the title. No letter is in the middle of the title's box, so its colour is
    # the background.
    page = open_page(address, height=1000)
    # Each chapter is checked in both themes, first in the last theme of the chapter before it.
    for step, themes, check in (
        ("break", ("light", "dark"), _check_bars),
        ("neuron", ("dark", "light"), _check_tiles_and_count_of_a_neuron),
        ("why", ("light", "dark"), _check_squares_of_the_sizes),
    ):
        page.get_by_role("radio", name=CHAPTERS[step].title).click()
        page.wait_for_url(re.compile(f"step={step}"))
        chromium.wait_until_complete(page)
        for theme in themes:
            looks.change_theme(page, theme)
            page.emulate_media(forced_colors="active")
            chromium.wait_until_complete(page)
            check(page)
            page.emulate_media(forced_colors="none")


def _background(part):
    return part.evaluate("part => getComputedStyle(part).backgroundColor")


def _check_bars(page):
    """The filled part of a bar, a slider, the chosen chapter and the canvas differ from their background."""
    slider = page.locator("[data-testid=stSlider]").first
    _wait_until_distinct(slider.locator('[data-rac][style*="translate"]'), page.locator("h1"))
    chapters = page.locator("[data-testid=stButtonGroup] [role=radio]")
    both = [chapters.and_(page.locator(f"[aria-checked={chosen}]")).first for chosen in ("true", "false")]
    assert len({_background(part) for part in both}) == 2
    # Streamlit's ring around the focus is a shadow, which is not shown in high contrast.
    chapters.first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    # The focus is now on a help icon, whose tooltip covers the chapters. Without focus, the tooltip closes.
    page.evaluate("document.activeElement.blur()")
    # Strokes are white, so the canvas must be black.
    assert _background(page.locator(".st-key-pad-place")) == "rgb(0, 0, 0)"
    bars = page.locator(".bars")
    _wait_until_distinct(bars.locator(".best .fill"), bars.locator(".bar:not(.best) .track").first)


def _check_tiles_and_count_of_a_neuron(page):
    legend = page.locator(".colours")
    _wait_until_distinct(*(legend.locator(f".{name}") for name in ("white", "black", "neither")))
    count = page.locator(".count")
    _wait_until_distinct(count.locator(".fill"), count.locator("i"))
    # The frames in the picture and in the map are blue, with a white line around them.
    for name in ("input", "map"):
        frame = page.locator(f'[class*="st-key-neuron-{name}"] button span')
        expect(frame).to_have_css("border-color", "rgb(46, 106, 255)")
        expect(frame).to_have_css("box-shadow", re.compile(r"rgb\(255, 255, 255\)"))


def _check_squares_of_the_sizes(page):
    """The squares that compare two file sizes differ from the background."""
    for number in (0, 1):
        _wait_until_distinct(page.locator(".square").nth(number), page.locator("h1"))
