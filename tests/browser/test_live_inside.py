"""The first three chapters of the Inside page while the pen or a slider moves."""

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import neuron
from bnn.data import mnist
from bnn.engine import answer, file, inference, verdict
from pages.inside.chapters import CHAPTERS, way
from pages.inside.chapters import bits as bits_chapter
from pages.shared import bit_images
from tests.support import chromium, drawing_hand, waiting
from tests.support.inside_browser import (
    check_labels,
    digit_of_link,
    hold_pen,
    hold_slider,
    network,
    pixels,
)
from tests.support.random_networks import random_network

pytestmark = pytest.mark.browser


def expect_bits(page, thresholds):
    """Compares the bits, the number of white bits and the question on the page with Python's.

    Returns the digit, (28, 28) uint8.
    """
    page.locator(".inside-row canvas").nth(len(thresholds)).wait_for()
    digit, *levels = (pixels(canvas) for canvas in page.locator(".inside-row canvas").all())
    for threshold, bits in zip(thresholds, levels[: len(thresholds)], strict=True):
        np.testing.assert_array_equal(bits, np.where(digit >= threshold, 255, 0))
    num_white = sum(int((digit >= threshold).sum()) for threshold in thresholds)
    expect(page.locator(".st-key-bits-words .num-white")).to_have_text(f"{num_white:,}")
    expect(page.locator(".inside-row .question")).to_have_text(bits_chapter.question(thresholds))
    return digit


def test_bits_and_answer_follow_the_pen_and_the_slider(open_live):
    page = open_live("bits", f"&white={network('shipped').pixel_thresholds[0]}", run="shipped")
    hold_pen(page, 3)
    words = page.locator(".st-key-bits-words .verdict")
    expect(words).to_contain_text("it reads 3")
    expect(words).not_to_contain_text("right")
    assert "digit=m0" in page.url
    digit = expect_bits(page, network("shipped").pixel_thresholds)
    seen = answer.read(network("shipped"), digit)
    assert seen.name == "3"
    assert f"{verdict.confidence_text(seen.confidence)} sure" in words.inner_text()
    page.mouse.up()
    drawing_hand.wait_until_inside_has_the_drawing(page)
    expect(page.locator(".st-key-pad-place .sample img")).to_be_hidden()
    _check_slider_of_thresholds(page)


def _check_slider_of_thresholds(page):
    """While the slider is held, all thresholds move with it, and the server does not know the new values."""
    slider, trained = hold_slider(page, "white", 40), np.array(network("shipped").pixel_thresholds)
    wanted = int(slider.input_value())
    assert wanted > trained[0] + 10
    assert f"white={trained[0]}" in page.url
    thresholds = [min(256, round(int(level) * wanted / int(trained[0]))) for level in trained]
    words = page.locator(".st-key-bits-words .verdict")
    expect(words).to_have_attribute("aria-busy", "true")
    digit = expect_bits(page, thresholds)
    moved = answer.read(replace(network("shipped"), pixel_threshold=tuple(thresholds)), digit)
    expect(page.locator(".st-key-bits-words .answer-name")).to_have_text(verdict.verdict(moved).text)
    page.mouse.up()
    page.wait_for_url(re.compile(f"white={wanted}"))
    chromium.wait_until_complete(page)
    expect_bits(page, thresholds)
    expect(words).to_have_attribute("aria-busy", "false")
    slider.press("Home")
    page.wait_for_url(re.compile("white=0"))
    expect_bits(page, [0] * len(trained))
    blind = replace(network("shipped"), pixel_threshold=0)
    name = answer.read(blind, digit).name
    expect(words).to_contain_text(f"it reads {name}. It says {name} to everything.")
    expect(words.locator(".answer-name")).to_have_class("answer-name blind")


def test_answer_of_a_blind_network_is_neither_right_nor_wrong(open_live):
    page = open_live("bits", "&white=128")
    words = page.locator(".st-key-bits-words .verdict")
    expect(words.locator(".judgement")).to_have_text("right")
    # The slider is held, so that only the browser has answered.
    assert hold_slider(page, "white", -400).input_value() == "0"
    expect(words).to_contain_text("to everything")
    expect(words.locator(".judgement")).to_be_empty()
    page.mouse.up()
    page.wait_for_url(re.compile("white=0(&|$)"))


def test_pictures_that_the_server_has_replaced_take_no_memory(open_live):
    page = open_live("bits", "&white=128")
    _press_slider(page, "Home", 0)
    page.locator(".inside-row canvas").first.wait_for()
    page.evaluate("window.old = new WeakRef(document.querySelector('.inside-row canvas'))")
    _press_slider(page, "End", 256)
    devtools = page.context.new_cdp_session(page)

    def is_forgotten():
        devtools.send("HeapProfiler.collectGarbage")
        return page.evaluate("!old.deref()")

    waiting.until(is_forgotten, "the old picture to be forgotten")


def _press_slider(page, key, white):
    """Moves the slider of the thresholds with a key, and waits until the server shows this value."""
    page.locator(".st-key-inside_white input[type=range]").press(key)
    page.wait_for_url(re.compile(f"white={white}(&|$)"))
    chromium.wait_until_complete(page)


def test_server_shows_the_same_when_the_pen_lifts(open_live, open_page):
    page = open_live("bits", "&white=128")
    hold_pen(page, 2)
    page.locator(".st-key-bits-words .verdict", has_text="it reads 2").wait_for()
    scrolled = page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
    page.mouse.up()
    drawing_hand.wait_until_inside_has_the_drawing(page)
    drawn = page.evaluate("new URL(location).searchParams.get('digit')")
    words = page.locator(".st-key-bits-words").inner_text()
    live = pixels(page.locator(".inside-row canvas").first)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollTop") == scrolled
    check_labels(page)
    # Without the browser's engine, the server alone reads the same digit.
    page = open_page(
        f"inside?step=bits&run=quick&digit={drawn}&white=128",
        prepare=lambda page: page.add_init_script("delete window.WebAssembly"),
    )
    expect(page.locator(".st-key-bits-words")).to_have_text(words, use_inner_text=True)
    assert page.locator(".inside-row canvas").count() == 0
    source = page.locator(".inside-row img").first.evaluate(
        """async img => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 })
          canvas.getContext("2d").drawImage(img, 0, 0)
          return Array.from(canvas.getContext("2d").getImageData(0, 0, 28, 28).data)
        }"""
    )
    np.testing.assert_array_equal(np.array(source, np.uint8).reshape(28, 28, 4)[..., 0], live)
    # Without the engine, weights cannot be flipped.
    page.get_by_role("radio", name=CHAPTERS["neuron"].title).click()
    caption = page.locator(".weights-of-neuron figcaption")
    expect(caption).to_have_text("its weights", use_inner_text=True)


def test_maps_of_every_layer_follow_the_pen(open_live):
    page = open_live("way")
    hold_pen(page, 3)
    expect(page.locator(".bars .best .name")).to_have_text("3")
    page.mouse.up()
    drawing_hand.wait_until_inside_has_the_drawing(page)
    digit = digit_of_link(page)
    found = inference.activations(network(), digit[None])
    for number, layer in enumerate(network().layers[:-1], 1):
        bits = found[number][0]
        is_dense = layer.kind == "dense"
        tiles = bit_images.of_units(bits) if is_dense else bit_images.channels(bit_images.of_bits(bits))
        columns = way.columns_of_layers(network())[number - 1]
        expected = bit_images.wall(tiles, columns, bit_images.gap_of(tiles.shape[1]))
        wall = page.locator(f'[class*="st-key-way-maps-{number}"] canvas')
        np.testing.assert_array_equal(pixels(wall), expected)
    check_labels(page)


def test_marker_of_the_keyboard_stays_when_another_digit_is_chosen(open_live):
    page = open_live("way")
    maps = page.locator('[class*="st-key-way-maps-2"] button')
    maps.focus()
    maps.press("ArrowRight")
    digits = page.get_by_role("combobox", name="Digit", exact=True)
    chromium.choose(digits, page.get_by_role("option", name="Test digit: 2", exact=True))
    page.wait_for_function("new URL(location).searchParams.get('digit') !== 'm0'")
    chromium.wait_until_complete(page)
    # The marker shows where the keyboard is. So it is visible only while the maps have the focus.
    marker = maps.locator("span")
    expect(marker).to_be_hidden()
    maps.focus()
    expect(marker).to_be_visible()
    maps.press("Enter")
    page.wait_for_url(re.compile("step=neuron.*layer=2&filter=2&"))
    chromium.wait_until_complete(page)


def test_lines_lead_only_to_bits_that_agree(open_page, add_run, server):
    """The last layer has nine inputs, so there would be room for lines to those that differ, too."""
    add_run("quick", "small")
    small = random_network()
    (server.runs_root / "small" / "model.safetensors").write_bytes(file.to_bytes(small))
    page = open_page("inside?run=small&digit=m0&step=way")
    chromium.wait_for_network(page)
    values = neuron.layer_inputs(small, mnist.test().images[0])[-1]
    agreements = neuron.neuron(small.layers[-1], values, 7).num_agreements
    assert 0 < agreements < small.layers[-1].inputs
    answer = page.locator(".st-key-way-answers .bar").nth(7)
    answer.hover()
    expect(page.locator(".way-words")).to_contain_text(f"{agreements} of 9 bits agree")
    expect(page.locator(".way-lines .source:not(.halo)")).to_have_count(agreements)


def test_clear_right_after_a_stroke_shows_the_earlier_digit(open_live):
    page = open_live("bits", "&white=128")
    before = page.locator(".st-key-bits-words").inner_text()
    hold_pen(page, 1)
    expect(page.locator(".st-key-bits-words .verdict")).to_contain_text("it reads 1")
    page.mouse.up()
    page.locator(".st-key-inside-clear button").click()
    expect(page.locator(".st-key-bits-words")).to_have_text(before, use_inner_text=True)
    expect(page.get_by_role("combobox", name="Digit", exact=True)).to_have_value("Test digit: 7")
    expect(page.locator(".st-key-pad-place .sample img")).to_be_visible()
