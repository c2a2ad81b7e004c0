"""Inside, chapter 2 in words: what a neuron sees, and what it does with that."""

import numpy as np

from bnn.analysis import neuron as neurons
from bnn.analysis.neuron import Neuron
from bnn.engine.network import PackedLayer, PackedNetwork


def sees(network: PackedNetwork, number: int) -> str:
    """Returns what a neuron of that layer, counted from 1, sees."""
    layer = network.layers[number - 1]
    if layer.kind == "dense":
        return _sees_all(network, layer, number)
    if number > 1:
        return (
            f"It sees 3×3 places in all {layer.inputs} maps of layer {number - 1}: {9 * layer.inputs:,} bits."
            " The frame is the part of your digit that they come from."
        )
    if network.pixel_threshold is None:
        return "It sees the 9 pixels in the frame, each a shade from 0 to 255."
    if layer.inputs == 1:
        return "It sees the 9 pixels in the frame: 9 bits."
    levels = ", ".join(map(str, np.atleast_1d(network.pixel_threshold)))
    return (
        f"It sees the 9 pixels in the frame, {layer.inputs} times: are they at least {levels} bright?"
        f" 9 pixels × {layer.inputs} bits = {9 * layer.inputs} tiles."
    )


def which_tiles(network: PackedNetwork, layer: PackedLayer) -> str:
    """Returns the caption of the tiles that a neuron of that layer sees."""
    side = 3 if layer.kind == "convolution" else layer.side
    if layer is network.layers[0]:
        return "what it sees" + (f": {side**2} pixels × {layer.inputs} bits" if layer.inputs > 1 else "")
    if side == 1:
        return f"what it sees: {layer.inputs} bits"
    return f"what it sees: {side}×{side} of {layer.inputs} maps"


def _sees_all(network: PackedNetwork, layer: PackedLayer, number: int) -> str:
    count = f"{layer.num_taps * layer.inputs:,}"
    if number == 1:
        what = "pixels" if network.pixel_threshold is None else "bits"
        return f"It looks at all of your digit at once: {count} {what}."
    maps = f"all {layer.inputs} maps of layer {number - 1}, {layer.side} × {layer.side} each"
    seen = f"the answers of all units of layer {number - 1}" if layer.side == 1 else maps
    return f"Your digit. This unit does not see it directly: it sees {seen}: {count} bits."


def what_a_weight_is(layer: PackedLayer, one: Neuron) -> str:
    """Returns what a weight is and what a neuron does, with the numbers of this one."""
    if one.is_grey:
        question = "is what it sees here to be added (white, +1) or taken away (black, −1)?"
        does = "adds and takes away, and compares the sum with its own threshold"
    elif layer.thresholds is None:
        question = _QUESTION
        does = "counts the tiles that agree; the unit with the highest scaled count is the answer"
    else:
        question = _QUESTION
        does = "counts the tiles that agree, and compares the count with its own threshold"
    pattern = "unit’s pattern" if layer.kind == "dense" else "filter"
    return (
        f"**A weight is one bit:** {question} Its {one.weights.size:,} weights are the pattern in the middle."
        f" **It lays this {pattern} over what it sees,** {does}{_threshold_words(one)}."
    )


_QUESTION = "does this neuron want to see white (+1) or black (−1) here?"


def _threshold_words(one: Neuron) -> str:
    at = one.threshold if one.is_grey else one.least_agreements
    if at is None:
        return ""
    if not one.is_grey and not 0 < at <= one.num_inputs:
        return ", which no count can cross here"
    reached, below = ("black", "white") if one.flip else ("white", "black")
    return f" (here {at:,}: {reached} from there on, {below} below)"


def more(layer: PackedLayer, one: Neuron, output: int) -> str:
    """Returns what happens at the edge, at all other places, and when places are pooled.

    Args:
        layer: The layer.
        one: Its neuron.
        output: Number of its filter or unit, from 0.
    """
    words = []
    if not one.inside.all():
        words.append(
            f"At the edge only {one.num_inputs:,} tiles lie inside the picture: the grey ones do not count."
            " So fewer agreements are enough."
        )
    if layer.kind == "convolution":
        words.append(f"The same filter looks at all {layer.side**2:,} places, and makes a map.")
    if layer.kind == "convolution" and layer.pool > 1:
        colour = "black" if neurons.pools_black(layer, output) else "white"
        words.append(
            f"Then each {layer.pool} × {layer.pool} places of the map become one: {colour} if one of them is"
            f" {colour} (max-pooling)."
        )
    return " ".join(words)
