"""A neuron on the Inside page while the pen moves and when a weight is clicked."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import neuron
from bnn.engine import answer, file
from pages.inside.chapters import CHAPTERS, neuron_arithmetic, neuron_count, neuron_in_words
from pages.shared import bit_images
from tests.support import chromium, drawing_hand
from tests.support.inside_browser import check_labels, digit_of_link, hold_pen, network, pixels
from tests.support.inside_page import labels_in_html
from tests.support.live_page import HOLD_MESSAGES
from tests.support.random_networks import random_network

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("link", ["&layer=1&filter=5&row=12&column=14", "&layer=2&filter=3&row=1&column=7"])
def test_neuron_counts_while_the_pen_moves(open_live, link):
    page = open_live("neuron", link)
    # The test with the other link can have left the formula open.
    if not page.locator(".formula .sum").first.is_visible():
        page.get_by_text("The formula").click()
    page.locator(".formula .sum").first.wait_for()
    hold_pen(page, 0)
    map_picture = page.locator('[class*="st-key-neuron-map"] canvas')
    map_picture.wait_for()
    agreements, _ = page.locator(".st-key-neuron .verdict").inner_text().split(" of ")
    expect(page.locator(".formula .agreements")).to_have_text(agreements.replace(",", ""))
    page.mouse.up()
    drawing_hand.wait_until_inside_has_the_drawing(page)
    number, output, row, column = (int(value) - 1 for value in re.findall(r"=(\d+)", link))
    layer = network().layers[number]
    values = neuron.layer_inputs(network(), digit_of_link(page))[number]
    expected = neuron.neuron(layer, values, output, row, column)
    verdict = page.locator(".st-key-neuron .verdict")
    expect(verdict).to_contain_text(f"{expected.num_agreements:,} of {expected.num_inputs:,} agree")
    expect(verdict).to_contain_text("white" if not expected.bit else "black")
    lines = [
        f"= 2 · {expected.num_agreements} − {expected.num_inputs} = {expected.total}",
        "⇒ y = " + "+−"[expected.bit] + "1",
    ]
    for line in lines:
        expect(page.locator(".formula")).to_contain_text(line.replace("-", "−"))
    np.testing.assert_array_equal(pixels(map_picture), bit_images.of_bits(neuron.bits(layer, values, output)))
    check_labels(page)
    if number:
        _check_picture_of_agreements(page, expected)
    _check_click_flips_a_weight(page, number, output, row, column)
    if number == 0:
        _check_flips_end_with_chapter_and_network(page, number, output, row, column)


def test_dense_layer_follows_the_pen(open_live):
    page = open_live("neuron", "&layer=3&filter=2")
    expect(page.locator('[class*="st-key-neuron-units"]')).to_be_visible()
    hold_pen(page, 3)
    expect(page.locator(".st-key-neuron .answer-name")).to_have_text("3")
    page.mouse.up()


def test_black_pixel_is_black_for_a_neuron_that_adds_up_shades(open_page, add_run, server):
    add_run("quick", "shades")
    model = server.runs_root / "shades" / "model.safetensors"
    model.write_bytes(file.to_bytes(random_network(pixel_threshold=None)))
    page = open_page("inside?run=shades&digit=m0&step=neuron&layer=1&filter=2&row=1&column=14")
    chromium.wait_for_network(page)
    chromium.wait_for_frames(page)
    tiles = page.locator(".st-key-neuron .arithmetic figure").first.locator(".tile")

    def check():
        colours = tiles.evaluate_all("tiles => tiles.map(tile => [tile.className, tile.textContent])")
        assert colours == [["tile neither", ""]] * 3 + [["tile black", "0"]] * 6
        words = "At the edge, only 6 tiles lie inside the picture."
        expect(page.locator(".edge-words")).to_have_text(words)

    check()
    hold_pen(page, 0)
    page.locator('[class*="st-key-neuron-map"] canvas').wait_for()
    check()
    page.mouse.up()
    # A weight outside the picture has nothing to show, so it cannot be flipped.
    page.locator(".weights-of-neuron .tile.neither").first.click()
    page.locator(".weights-of-neuron .tile").last.click()
    expect(page.locator(".by-hand-words")).to_contain_text("1 weight flipped")


def test_bar_has_no_mark_where_the_answer_never_changes(open_page, add_run, server):
    """At the corner, 5 of the 4 tiles inside the picture would have to agree."""
    add_run("quick", "corner")
    first, *others = network().layers
    changed = replace(first, thresholds=np.full_like(first.thresholds, 5))
    model = server.runs_root / "corner" / "model.safetensors"
    model.write_bytes(file.to_bytes(replace(network(), layers=(changed, *others))))
    page = open_page("inside?run=corner&digit=m0&step=neuron&layer=1&filter=1&row=1&column=2")
    chromium.wait_for_network(page)
    chromium.wait_for_frames(page)
    page.locator('[class*="st-key-neuron-map"] button').focus()
    # Only the browser answers.
    page.evaluate(HOLD_MESSAGES)
    fewer, mark = page.locator(".st-key-neuron .count .fewer"), page.locator(".st-key-neuron .count i")
    for key, words in (("ArrowLeft", ""), ("ArrowRight", "fewer than 6"), ("ArrowDown", "fewer than 7")):
        page.keyboard.press(key)
        expect(fewer).to_have_text(words)
        expect(mark).to_be_visible(visible=bool(words))


def _check_picture_of_agreements(page, expected):
    products = bit_images.of_agreements(expected.products)
    wanted = bit_images.filters(products.reshape(1, -1, products.shape[2]), 3)[0]
    np.testing.assert_array_equal(pixels(page.locator(".agreements canvas")), wanted)


def _flip_weight(page, layer):
    """Clicks the middle weight of the last channel."""
    figure = page.locator(".weights-of-neuron")
    expect(figure.locator("figcaption")).to_have_text(
        "its weights: press one to flip it", use_inner_text=True
    )
    if figure.locator(".tile").count():
        figure.locator(".tile").nth(4).click()
    else:
        box, columns = figure.locator("canvas").bounding_box(), bit_images.channel_columns(layer.inputs)
        size = box["width"] / columns
        y, x = divmod(layer.inputs - 1, columns)
        place = {"x": (x + 0.5) * size, "y": (y + 0.5) * size}
        # The neuron is at the upper edge. Its weights outside the picture cannot be flipped.
        figure.locator("canvas").click(position={"x": size / 2, "y": size / 6})
        figure.locator("canvas").click(position=place)
        purple = [bit_images.TURNED_WHITE[0], bit_images.TURNED_BLACK[0]]
        assert pixels(figure.locator("canvas"))[3 * y + 1, 3 * x + 1] in purple
    expect(page.locator(".by-hand-words")).to_contain_text("1 weight flipped")


def _check_click_flips_a_weight(page, number, output, row, column):
    """Count, map and answer follow a click on a weight (even after a slow reload), and then "Put back"."""
    layer = network().layers[number]
    _flip_weight(page, layer)
    page.wait_for_url(re.compile(rf"flipped={number + 1}\.{output + 1}\.{5 * layer.inputs}(&|$)"))
    if number == 0:
        _reload_with_late_html(page)
        expect(page.locator(".by-hand-words")).to_contain_text("1 weight flipped")
    weights = layer.weights.copy()
    weights[output, 4, -1] ^= True
    _expect_neuron(page, replace(layer, weights=weights), number, output, row, column)
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".by-hand-words")).to_be_hidden()
    page.wait_for_url(lambda url: "flipped" not in url)
    _expect_neuron(page, layer, number, output, row, column)
    if number:
        _check_keys_flip_a_weight(page, layer, number, output)


def _check_keys_flip_a_weight(page, layer, number, output):
    """After "Put back", the focus is on the marker in the picture of weights. Arrow keys move the marker."""
    marker = page.locator(".weight-marker")
    expect(marker).to_be_focused()
    expect(marker).to_have_attribute("aria-label", "weight, row 1, column 1, input 1: outside the picture")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    colour = "black" if layer.weights[output, 4, 0] else "white"
    expect(marker).to_have_attribute("aria-label", f"weight, row 2, column 2, input 1: {colour}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"flipped={number + 1}\.{output + 1}\.{4 * layer.inputs + 1}(&|$)"))
    expect(marker).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Put back").click()
    page.wait_for_url(lambda url: "flipped" not in url)


def _reload_with_late_html(page):
    """Reloads the page so that its HTML comes after everything else, as it may on a busy computer."""
    held = []

    def hold(route):
        held.append(route)

    page.route("**/Html.*.js", hold)
    page.reload(wait_until="commit")
    expect(page.locator("html.can-flip-weights")).to_be_attached()
    chromium.wait_for_frames(page)
    expect(page.locator(".by-hand-words")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute("**/Html.*.js")
    chromium.wait_until_complete(page)


def _check_flips_end_with_chapter_and_network(page, number, output, row, column):
    """A flipped weight is put back when another network or a chapter that ignores the pen is chosen."""
    layer = network().layers[number]
    _flip_weight(page, layer)
    for step in ("why", "neuron"):
        page.get_by_role("radio", name=CHAPTERS[step].title).click()
        _wait_for_page(page, f"step={step}")
    expect(page.locator(".by-hand-words")).to_be_hidden()
    _expect_neuron(page, layer, number, output, row, column)
    _flip_weight(page, layer)
    for run in ("best", "quick"):
        chromium.choose(
            page.locator(".stSelectbox").first, page.get_by_role("option", name=f"{run} (example)")
        )
        _wait_for_page(page, f"run={run}&")
        expect(page.locator("html.can-flip-weights")).to_be_attached()
        chromium.wait_for_frames(page)
        expect(page.locator(".by-hand-words")).to_be_hidden()
    _expect_neuron(page, layer, number, output, row, column)


def _wait_for_page(page, link):
    page.wait_for_url(re.compile(link))
    chromium.wait_until_complete(page)
    chromium.wait_for_frames(page)


def _expect_neuron(page, layer, number, output, row, column):
    layers = network().layers
    changed = replace(network(), layers=(*layers[:number], layer, *layers[number + 1 :]))
    digit = digit_of_link(page)
    values = neuron.layer_inputs(changed, digit)[number]
    expected = neuron.neuron(layer, values, output, row, column)
    words = f"{expected.num_agreements:,} of {expected.num_inputs:,} agree"
    expect(page.locator(".st-key-neuron .verdict")).to_contain_text(words)
    caption = neuron_in_words.input_caption(changed, layer)
    panels = neuron_arithmetic.arithmetic_html(expected, caption, "its weights")
    for label in labels_in_html(panels + neuron_count.count_html(expected)):
        expect(page.locator(f'[aria-label="{label}"]')).to_have_count(1)
    shown = pixels(page.locator('[class*="st-key-neuron-map"] canvas'))
    np.testing.assert_array_equal(shown, bit_images.of_bits(neuron.bits(layer, values, output)))
    shares = page.locator(".st-key-neuron .bar .fill").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.width))"
    )
    np.testing.assert_allclose(shares, 100 * answer.read(changed, digit).probabilities, atol=0.051)
