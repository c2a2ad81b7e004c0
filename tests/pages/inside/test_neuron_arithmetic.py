"""Inside, chapter 2: a neuron's bar, the sentence about its sum, and the names of its weights."""

import re

import numpy as np
import pytest

from bnn.analysis import neuron as neurons
from bnn.engine import file
from pages.inside.chapters import neuron_arithmetic, neuron_count, neuron_in_words
from tests.support.inside_page import labels_in_html, open_page
from tests.support.page_content import shown


def _least_count(layer, filter):
    """Returns how many of 9 tiles must agree to reach the threshold of a neuron; 10 if that is impossible."""
    reached = [count for count in range(10) if 2 * count - 9 >= layer.thresholds[filter - 1]]
    return min(reached, default=10)


@pytest.mark.parametrize("threshold", [-11, 11])
def test_bar_of_a_neuron_whose_answer_never_changes_has_no_mark(threshold):
    ones = np.ones((3, 3, 1), np.int32)
    neuron = neurons.Neuron(ones, ones, ones[..., 0] > 0, threshold)
    shown_bar = neuron_count.count_html(neuron)
    assert 'class="count never-changes"' in shown_bar
    assert 'aria-label="9 of 9 agree"' in shown_bar
    assert "fewer than" not in shown_bar
    assert "or more" not in shown_bar


def test_sum_below_zero_has_a_minus():
    shades = np.full((3, 3, 1), 200, np.int32)
    neuron = neurons.Neuron(shades, -shades // 200, shades[..., 0] > 0, -1500, is_grey=True)
    assert neuron_arithmetic.verdict(neuron).startswith("The sum is −1,800: less than −1,500, ")
    assert neuron_in_words.threshold_words(neuron) == " (here −1,500: white from −1,500 on, black below)"


@pytest.mark.parametrize("filter", range(1, 6))
def test_bar_shows_the_count_and_the_threshold(make_run, filter):
    layer = file.load(make_run().model_path).layers[0]
    page = open_page(step="neuron", layer=1, filter=filter, row=14, column=15)
    agree, total, mark = map(
        int, re.search(r"(\d+) of (\d+) agree; fewer than (\d+): \w+", shown(page)).groups()
    )
    # If `count` of the 9 tiles agree, the sum is count - (9 - count).
    assert (total, mark) == (9, _least_count(layer, filter))
    colour_below = "white" if layer.flips[filter - 1] else "black"
    assert f"fewer than {mark}: {colour_below}" in shown(page)
    assert f"width: {100 * agree / 9:.2f}%" in shown(page)


def test_weights_have_names(make_run):
    make_run()
    content = shown(open_page(step="neuron", layer=1, row=1, column=28))
    labels = labels_in_html(content)
    weights = [label for label in labels if label.startswith("weight")]
    assert weights[0] == "weight, row 1, column 1, input 1: outside the picture"
    assert re.fullmatch(r"weight, row 2, column 1, input 1: (white|black)", weights[3])
    assert len(weights) == 9
    assert re.findall(r'class="tile [^>]* tabindex="(-?\d)"', content) == ["0", *["-1"] * 8]
    # In a picture of many weights, there is a marker instead.
    page = open_page(step="neuron", layer=2, row=5, column=5)
    assert 'class="weight-marker" style="--rows: 6; --columns: 9;' in shown(page)
    # Screen readers pass the arrow keys on to the marker.
    assert 'class="weight-keys" role="application" aria-label="arrow keys' in shown(page)
