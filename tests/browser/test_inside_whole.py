"""Chapter 3 of Inside in a browser: the picture of the whole network."""

import re
from math import ceil

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import neuron
from pages.inside.chapters import way
from tests.support import chromium, waiting
from tests.support.inside_browser import layer_and_input, network

pytestmark = pytest.mark.browser

# The neuron in these tests (layer and filter are counted from 1), and the side of its map.
LAYER, FILTER, SIDE = 2, 5, 14


def test_picture_shows_what_feeds_a_map_and_a_click_opens_it(open_live):
    page = open_live("way")
    maps = page.locator(f'[class*="st-key-way-maps-{LAYER}"] button')
    columns = way.columns_of_layers(network())[LAYER - 1]
    box, side = maps.bounding_box(), 7
    y, x = (FILTER - 1) // columns, (FILTER - 1) % columns
    rows = ceil(network().layers[LAYER - 1].outputs / columns)
    # The middle of a pixel of the map: row 2 and column 4 of 7, counted from 0. Lines of one pixel separate
    # and surround the maps.
    place = {
        "x": (1 + x * (side + 1) + 4.5) / (1 + columns * (side + 1)) * box["width"],
        "y": (1 + y * (side + 1) + 2.5) / (1 + rows * (side + 1)) * box["height"],
    }
    maps.hover(position=place)
    layer, values = layer_and_input(LAYER)
    row, column = neuron.place_of_pixel(layer, values, FILTER - 1, 2, 4)
    expected = neuron.neuron(layer, values, FILTER - 1, row, column)
    words = page.locator(".way-words")
    expect(words).to_contain_text(
        f"Neuron {FILTER} of layer {LAYER}, here at row {row + 1}, column {column + 1}"
    )
    expect(words).to_contain_text(f"{expected.num_agreements} of {expected.num_inputs} bits agree")
    # The lines come from the maps that agree most with the neuron's weights.
    agreements = (expected.products > 0).sum(axis=(0, 1))
    num_lines = int(re.search(r"\((\d+) of 32\)", words.inner_text())[1])
    expect(page.locator(".way-lines .source:not(.halo)")).to_have_count(num_lines)
    assert 1 <= num_lines < 32
    assert (np.sort(agreements)[::-1][:num_lines] > np.sort(agreements)[::-1][num_lines]).all()
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(WATCH_GROWING)
    maps.click(position=place)
    link = f"step=neuron.*layer={LAYER}&filter={FILTER}&row={row + 1}&column={column + 1}(&|$)"
    page.wait_for_url(re.compile(link))
    expect(page.locator(".st-key-neuron .verdict")).to_contain_text(
        f"{expected.num_agreements} of {expected.num_inputs} agree"
    )
    expect(page.locator(".growing-map")).to_have_count(0)
    assert page.evaluate("window.numGrown") == 1
    page.emulate_media(reduced_motion="reduce")
    chromium.wait_until_complete(page)
    page.get_by_role("button", name="Back to chapter 3").click()
    page.wait_for_url(re.compile("step=way"))
    chromium.wait_until_complete(page)
    _check_keys(page)


# Counts the copies of a map that grow, as an animation, when the map is opened.
WATCH_GROWING = """() => {
  window.numGrown = 0
  const count = changes => changes.forEach(change => change.addedNodes.forEach(node => {
    if (node.className === "growing-map") window.numGrown += 1
  }))
  new MutationObserver(count).observe(document.body, { childList: true })
}"""


def _check_keys(page):
    """The page shows what feeds the focused map, as for a map under the pointer. Enter opens the map."""
    maps = page.locator(f'[class*="st-key-way-maps-{LAYER}"] button')
    maps.focus()
    maps.press("ArrowRight")
    expect(page.locator(".way-words")).to_contain_text(f"Neuron 2 of layer {LAYER}")
    shown = page.locator(".way-words").inner_text()
    maps.press("Enter")
    page.wait_for_url(re.compile(f"step=neuron.*layer={LAYER}&filter=2&"))
    chromium.wait_until_complete(page)
    agreements = re.search(r"(\d+) of 288 bits agree", shown)[1]
    expect(page.locator(".st-key-neuron .verdict")).to_contain_text(f"{agreements} of 288 agree")
    expect(page.locator('[class*="st-key-neuron-map"] button')).to_be_focused()
    page.get_by_role("button", name="Back to chapter 3").press("Enter")
    page.wait_for_url(re.compile("step=way"))
    chromium.wait_until_complete(page)
    expect(maps).to_be_focused()
    _check_keys_on_an_answer(page)


def _check_keys_on_an_answer(page):
    """An answer is a link to its neuron. The link keeps the visitor's session, and the focus goes along."""
    last, answer = len(network().layers), page.locator(".st-key-way-answers a").nth(7)
    page.evaluate("window.isSamePage = true")
    # The link is focused again and again, because it loses the focus when the page renders the answers again.
    words = page.locator(".way-words")
    waiting.until(
        lambda: answer.focus() or f"Neuron 8 of layer {last}" in words.inner_text(),
        "the words about the answer that is focused",
    )
    answer.press("Enter")
    page.wait_for_url(re.compile(f"step=neuron.*layer={last}&filter=8&"))
    chromium.wait_until_complete(page)
    # The last layer has no picture that could get the focus.
    field = page.get_by_role("spinbutton", name="Neuron")
    expect(field).to_have_value("8")
    expect(field).to_be_focused()
    assert page.evaluate("window.isSamePage")
