"""Inside, chapter 2: what changes in the words about a neuron when it moves to another place.

At the edge of the picture, a neuron has fewer inputs, so another number of agreements reaches its threshold.
"""

from dataclasses import replace

import numpy as np

from bnn.analysis.neuron import Neuron
from bnn.engine.network import PackedLayer
from pages.inside.chapters.neuron_arithmetic import mark_of_count, verdicts
from pages.inside.chapters.neuron_in_words import edge_words, threshold_words


def place_words(layer: PackedLayer, one: Neuron) -> dict[int, dict[str, object]]:
    """Returns the words about a neuron by the number of its inputs, for all places. See live/neuron.js."""
    neurons = [_with_inside(one, count) for count in _counts_inside(layer, one)]
    return {
        neuron.num_inputs: {
            "verdicts": verdicts(neuron),
            "threshold": threshold_words(neuron),
            "edge": edge_words(neuron),
            "mark": mark_of_count(neuron),
        }
        for neuron in neurons
    }


def _counts_inside(layer: PackedLayer, one: Neuron) -> set[int]:
    """Returns how many positions of the neuron can lie inside the picture: 9, 6 or 4, in a large picture."""
    if layer.kind == "dense":
        return {one.inside.size}
    along = {min(layer.side, place + 2) - max(0, place - 1) for place in range(layer.side)}
    return {height * width for height in along for width in along}


def _with_inside(one: Neuron, count: int) -> Neuron:
    """Returns the neuron at a place with so many positions inside the picture."""
    return replace(one, inside=(np.arange(one.inside.size) < count).reshape(one.inside.shape))
