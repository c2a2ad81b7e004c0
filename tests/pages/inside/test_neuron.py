"""Inside, chapter 2: the tiles, counts and words about one neuron agree with its definition."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from bnn.engine import file, inference
from pages.inside import keys, play
from pages.inside.chapters.learning_choice import MOMENT
from pages.shared import bit_images
from tests.support import oracle
from tests.support.inside_page import (
    address,
    click,
    grids,
    image,
    open_page,
    pictures,
    run_again,
    value_in_address,
)
from tests.support.page_content import shown, words
from tests.support.pages import picker


def _colour(value):
    return {1: "white", -1: "black", 0: "neither"}[int(value)]


@pytest.mark.parametrize("place", [(1, 1), (28, 28), (13, 15), (5, 28)])
def test_tiles_and_count_match_the_definition(make_run, place):
    network = file.load(make_run().model_path)
    page = open_page(step="neuron", layer=1, filter=3, row=place[0], column=place[1])
    patch, weights, products = grids(page)
    padded = np.pad(np.where(image() >= 128, 1, -1), 1)
    values = padded[place[0] - 1 : place[0] + 2, place[1] - 1 : place[1] + 2].ravel()
    pattern = oracle.signs(network.layers[0].weights[2, :, 0])
    assert [colour for colour, _ in patch] == [_colour(value) for value in values]
    assert [colour for colour, _ in products] == [_colour(value) for value in values * pattern]
    inside = [tile for tile, value in zip(weights, values, strict=True) if value]
    assert [colour for colour, _ in inside] == [_colour(v) for v in pattern[values != 0]]
    agree = int((values * pattern > 0).sum())
    assert [mark for _, mark in products].count("=") == agree
    assert f"{agree} of {int((values != 0).sum())} agree" in words(page)


@pytest.mark.parametrize("pool_first", [False, True])
def test_colour_in_the_text_is_the_neurons_bit(make_run, pool_first):
    network = file.load(make_run(pool_first=pool_first).model_path)
    layer = network.layers[0]
    sums = oracle.convolution_sums(np.where(image() >= 128, 1, -1)[..., None], oracle.signs(layer.weights))
    signs = oracle.sign_of_norm(sums, layer)
    for filter in range(layer.outputs):
        page = open_page(step="neuron", layer=1, filter=filter + 1, row=14, column=15)
        wanted = "white (+1)" if signs[13, 14, filter] > 0 else "black (−1)"
        assert f"{wanted}." in words(page)
        if found := re.search(r"(\d+) of \d+ agree: (at least|fewer than) (\d+), so", words(page)):
            assert (int(found[1]) >= int(found[3])) == (found[2] == "at least")


@pytest.mark.parametrize("threshold", [128, None, (32, 96, 160, 224)])
def test_every_layer_can_be_shown(make_run, threshold):
    network = file.load(make_run(pixel_threshold=threshold).model_path)
    for number, layer in enumerate(network.layers, 1):
        page = open_page(step="neuron", layer=number, filter=layer.outputs)
        assert value_in_address(page, "layer") == str(number)
        assert "agree" in words(page) or "The sum is" in words(page)


def test_patch_of_a_deeper_layer_is_a_picture_of_its_bits(make_run):
    network = file.load(make_run().model_path)
    page = open_page(step="neuron", layer=2, filter=2, row=6, column=7)
    # The 5 channels stand in two rows of 3 tiles, and each tile has 3 x 3 bits.
    bits = inference.activations(network, image()[None])[1][0]
    patch, weights, agreements = (picture for picture in pictures(page) if picture.shape == (6, 9))
    for channel in range(5):
        y, x = channel // 3 * 3, channel % 3 * 3
        seen, pattern = bits[4:7, 5:8, channel], network.layers[1].weights[1, :, channel].reshape(3, 3)
        # Bits are white and black. Agreement and disagreement have greys of their own.
        for picture, wanted, colours in (
            (patch, seen, (0, 255)),
            (weights, pattern, (0, 255)),
            (agreements, seen != pattern, (bit_images.DIFFERS, bit_images.AGREES)),
        ):
            assert (picture[y : y + 3, x : x + 3] == np.where(wanted, *colours)).all()


def test_last_layer_gives_the_answer(make_run):
    network = file.load(make_run().model_path)
    page = open_page(step="neuron", layer=4, filter=4)
    sums = oracle.activations(network, image())[-1].ravel()
    assert f"{sums[3]:+,}".replace("-", "−") in words(page)
    best = inference.probabilities(network, image()[None])[0].argmax()
    assert f"most probable: {best}," in shown(page)


@pytest.mark.parametrize(
    "threshold, layer, wanted",
    [
        (128, 1, "the 9 pixels in the frame: 9 bits"),
        (
            (32, 96, 160, 224),
            1,
            "is its brightness at least 32, 96, 160, 224? 9 pixels × 4 bits = 36 tiles",
        ),
        (None, 1, "9 pixels in the frame, each a shade"),
        (128, 2, "3\u00a0×\u00a03 places in all 5 maps of layer 1: 45 bits"),
        (128, 3, "all 7 maps of layer 2, 7 × 7 each (343 bits)"),
        (128, 4, "the answers of all neurons of layer 3 (9 bits)"),
    ],
)
def test_text_describes_the_layers_input(make_run, threshold, layer, wanted):
    make_run(pixel_threshold=threshold)
    page = open_page(step="neuron", layer=layer, tiles="all")
    assert wanted in words(page) + " ".join(element.value for element in page.caption)


def test_chapter_begins_with_nine_tiles_that_differ(make_run):
    """The tiles are those of the example run `quick`, which has one bit per pixel.

    A link to a neuron, or to all tiles, shows the chosen network with its four bits per pixel.
    """
    simple, run = make_run("quick"), make_run(pixel_threshold=(32, 96, 160, 224))
    page = open_page(step="neuron", run=run.id)
    assert value_in_address(page, "tiles") == "nine"
    assert value_in_address(page, "run") == run.id
    for tiles in grids(page)[:2]:
        assert len(tiles) == 9
        assert 4 <= [colour for colour, _ in tiles].count("white") <= 5
    row, column = (int(value_in_address(page, name)) for name in ("row", "column"))
    threshold = file.load(simple.model_path).pixel_threshold
    seen = np.where(image() >= threshold, 1, -1)[row - 2 : row + 1, column - 2 : column + 1]
    assert [colour for colour, _ in grids(page)[0]] == [_colour(value) for value in seen.ravel()]
    for link in (dict(filter=1), dict(tiles="all")):
        assert len(grids(open_page(step="neuron", run=run.id, **link))) == 12


def test_chapter_begins_with_nine_tiles_for_a_second_network_too(make_run):
    make_run("quick")
    run = make_run(pixel_threshold=(32, 96, 160, 224))
    page = open_page(step="neuron", run="quick")
    assert "tiles" not in address(page)
    picker(page, "chosen_run").select(run.id)
    assert value_in_address(run_again(page), "tiles") == "nine"


@pytest.mark.parametrize("settings", [dict(pixel_threshold=128), dict(class_names=("no", "yes"))])
def test_chapter_shows_the_chosen_network_if_nine_tiles_are_not_offered(make_run, settings):
    make_run("quick")
    run = make_run(**{"pixel_threshold": (32, 96, 160, 224), **settings})
    network = file.load(run.model_path)
    page = open_page(step="neuron", run=run.id)
    assert len(grids(page)) == 3 * network.layers[0].inputs


def test_text_says_that_fewer_tiles_count_at_the_edge(make_run):
    make_run()
    page = open_page(step="neuron", row=1, column=28)
    assert "only 4 tiles lie inside" in words(page)
    assert "fewer agreements are enough" in words(page)


def test_neuron_that_adds_up_shades_counts_black_pixels_and_has_one_threshold(make_run):
    """Row 1 of the digit is empty. Its shades of 0 count as black, unlike tiles outside the picture."""
    make_run(pixel_threshold=None)
    page = open_page(step="neuron", layer=1, filter=1, row=1, column=14)
    seen, _, result = grids(page)
    assert seen == [("neither", "")] * 3 + [("black", "0")] * 6
    assert "what it sees: 0 white, 6 black" in shown(page)
    assert result == [("neither", "")] * 3 + [("neither", "0")] * 6
    assert "white minus black (grey is 0)" in words(page)
    assert '<p class="edge-words">At the edge, only 6 tiles lie inside the picture.</p>' in shown(page)


def test_sums_are_shown_beside_the_answers(make_run):
    network = file.load(make_run().model_path)
    page = open_page(step="neuron", layer=4, filter=5)
    sums = oracle.activations(network, image())[-1].ravel()
    notes = re.findall(r'class="note">([^<]*)<', shown(page))
    assert notes == [f"{int(total):+,}".replace("-", "−") for total in sums]
    assert "Neuron 5 stands for the answer 4." in page.caption[0].value


@pytest.mark.parametrize("has_three_looks", [True, False])
def test_words_about_the_last_layer_know_whether_there_are_three_looks(make_run, has_three_looks):
    network = file.load(make_run(has_three_looks=has_three_looks).model_path)
    page = open_page(step="neuron", tiles="all", layer=len(network.layers))
    text = " ".join(element.value for element in [*page.markdown, *page.caption])
    assert ("The neuron with the highest scaled count gives the answer" in text) != has_three_looks
    assert ("The highest result is the answer." in text) != has_three_looks
    assert ("in the three looks, the more probable is its answer" in text) == has_three_looks


def test_play_goes_from_neuron_to_neuron_of_a_dense_layer(make_run, monkeypatch):
    last = len(file.load(make_run().model_path).layers)
    now = [100.0]
    monkeypatch.setattr(play, "time", SimpleNamespace(monotonic=lambda: now[0]))
    page = click(open_page(step="neuron", layer=last, filter=8), "neuron-play-button")
    assert page.button(key="neuron-play-button").label == "Pause"
    for wanted, label in ((9, "Pause"), (10, "Play")):
        now[0] += 1
        page = run_again(page)
        assert value_in_address(page, "filter") == str(wanted)
        assert page.button(key="neuron-play-button").label == label
    assert "play-window" not in shown(page)
    assert "play-window" in shown(open_page(step="neuron", layer=1))


@pytest.mark.parametrize(
    "chapter, link, name, key, chosen",
    [
        ("neuron", {"layer": 4, "filter": 2}, "filter", keys.NEURON, (4, "4")),
        ("learning", {"epoch": 1}, "epoch", MOMENT, ("2", "2")),
    ],
)
def test_play_ends_when_its_chapter_is_left(make_run, monkeypatch, chapter, link, name, key, chosen):
    make_run()
    now = [100.0]
    monkeypatch.setattr(play, "time", SimpleNamespace(monotonic=lambda: now[0]))
    page = click(open_page(step=chapter, **link), f"{chapter}-play-button")
    assert page.button(key=f"{chapter}-play-button").label == "Pause"
    page.session_state[keys.CHAPTER] = "way"
    run_again(page)
    page.session_state[keys.CHAPTER], page.session_state[key] = chapter, chosen[0]
    for _ in range(2):
        now[0] += 1
        run_again(page)
        assert value_in_address(page, name) == chosen[1]
        assert page.button(key=f"{chapter}-play-button").label == "Play"
