"""Inside, chapter 2: the words about a neuron that change when it moves to another place.

At the edge of the picture, a neuron has fewer inputs, so another number of agreements reaches its threshold.
"""

from dataclasses import replace

import numpy as np

from bnn.analysis.neuron import Neuron
from bnn.engine.network import PackedLayer
from pages.inside.chapters.neuron_arithmetic import verdicts
from pages.inside.chapters.neuron_count import label_of_count, mark_of_count
from pages.inside.chapters.neuron_in_words import edge_words, threshold_words


def place_words(layer: PackedLayer, neuron: Neuron) -> dict[int, dict[str, object]]:
    """Returns the words about a neuron at all places, by the number of inputs that it has at the place.

    live/neuron.js shows them.
    """
    variants = [_with_inside(neuron, count) for count in _counts_inside(layer, neuron)]
    return {
        variant.num_inputs: {
            "verdicts": verdicts(variant),
            "threshold": threshold_words(variant),
            "edge": edge_words(variant),
            "mark": mark_of_count(variant),
            "label": label_of_count(variant),
        }
        for variant in variants
    }


def _counts_inside(layer: PackedLayer, neuron: Neuron) -> set[int]:
    """Returns how many of a neuron's positions can lie inside the picture.

    For a convolution, these are 9, 6 or 4, unless the picture is tiny.
    """
    if layer.kind == "dense":
        return {neuron.inside.size}
    lengths = {min(layer.side, place + 2) - max(0, place - 1) for place in range(layer.side)}
    return {height * width for height in lengths for width in lengths}


def _with_inside(neuron: Neuron, count: int) -> Neuron:
    """Returns the neuron at a place where `count` of its positions lie inside the picture."""
    return replace(neuron, inside=(np.arange(neuron.inside.size) < count).reshape(neuron.inside.shape))
