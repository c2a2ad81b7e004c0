"""Inside, chapter 2: sentences about what a neuron sees and how it computes its answer."""

from bnn.analysis import neuron as neurons
from bnn.analysis.neuron import Neuron
from bnn.engine.network import PackedLayer, PackedNetwork
from pages.inside.chapters.neuron_arithmetic import number_text


def sees(network: PackedNetwork, number: int) -> str:
    """Returns a sentence that says what a neuron of layer `number` (counted from 1) sees."""
    layer = network.layers[number - 1]
    if layer.kind == "dense":
        return _sees_all(network, layer, number)
    if number > 1:
        return (
            f"It sees 3\u00a0×\u00a03 places in all {layer.inputs} maps of layer {number - 1}:"
            f" {9 * layer.inputs:,} bits. These bits come from the part of the picture inside the frame."
        )
    if network.pixel_threshold is None:
        return "It sees the 9 pixels in the frame, each a shade from 0 to 255."
    if layer.inputs == 1:
        return "It sees the 9 pixels in the frame: 9 bits."
    levels = ", ".join(map(str, network.pixel_thresholds))
    return (
        f"It sees the 9 pixels in the frame. Each pixel gives {layer.inputs} bits: is its brightness at least"
        f" {levels}? 9 pixels × {layer.inputs} bits = {9 * layer.inputs} tiles."
    )


def input_caption(network: PackedNetwork, layer: PackedLayer) -> str:
    """Returns a caption for the tiles that a neuron of that layer sees."""
    side = 3 if layer.kind == "convolution" else layer.side
    if layer is network.layers[0]:
        return "what it sees" + (f": {side**2} pixels × {layer.inputs} bits" if layer.inputs > 1 else "")
    if side == 1:
        return f"what it sees: {layer.inputs:,} bits"
    return f"what it sees: {side}\u00a0×\u00a0{side} of {layer.inputs} maps"


def _sees_all(network: PackedNetwork, layer: PackedLayer, number: int) -> str:
    count = f"{layer.num_taps * layer.inputs:,}"
    if number == 1:
        what = "pixels" if network.pixel_threshold is None else "bits"
        return f"It looks at the whole picture at once: {count} {what}."
    maps = f"all {layer.inputs} maps of layer {number - 1}, {layer.side}\u00a0×\u00a0{layer.side} each"
    seen = f"the answers of all neurons of layer {number - 1}" if layer.side == 1 else maps
    return f"This neuron does not see the picture itself. It sees {seen} ({count} bits)."


def weights_and_work(network: PackedNetwork, layer: PackedLayer, neuron: Neuron) -> str:
    """Returns Markdown that explains a weight and the work of a neuron, with the numbers of this neuron."""
    if neuron.is_grey:
        question = "is the shade at this place added (white, +1) or subtracted (black, −1)?"
        does = "adds and subtracts, and compares the sum with its own threshold"
    elif layer.thresholds is None:
        question = _QUESTION
        does = "and counts the tiles that agree. " + (
            "The higher its scaled count is in the three looks, the more probable is its answer"
            if network.has_three_looks
            else "The neuron with the highest scaled count gives the answer"
        )
    else:
        question = _QUESTION
        does = "counts the tiles that agree, and compares the count with its own threshold"
    return (
        f"**A weight is one bit:** {question} The {neuron.weights.size:,} weights of this neuron are the"
        f" pattern in the middle.\n\n**The neuron lays this pattern over what it sees,** {does}"
        f'<span class="threshold-words">{threshold_words(neuron)}</span>.'
    )


_QUESTION = "does this neuron want to see white (+1) or black (−1) here?"


def threshold_words(neuron: Neuron) -> str:
    """Returns words about the threshold of a neuron, for the end of the sentence about its work."""
    threshold = neuron.threshold if neuron.is_grey else neuron.least_agreements
    if threshold is None:
        return ""
    if not neuron.is_grey and not 0 < threshold <= neuron.num_inputs:
        return ". Here, every possible count is on the same side of the threshold"
    reached, below = ("black", "white") if neuron.flip else ("white", "black")
    limit = number_text(threshold)
    return f" (here {limit}: {reached} from {limit} on, {below} below)"


def edge_words(neuron: Neuron) -> str:
    """Returns a sentence about the edge of the picture, or an empty text for a neuron inside the picture."""
    if neuron.inside.all():
        return ""
    words = f"At the edge, only {neuron.num_inputs:,} tiles lie inside the picture."
    # A neuron that adds up shades of grey has the same threshold at all places.
    return (
        words if neuron.is_grey else f"{words} The grey tiles do not count, so fewer agreements are enough."
    )


def map_and_pooling(layer: PackedLayer, output: int) -> str:
    """Returns sentences about the map of a neuron, and pooling; an empty text for a dense layer.

    Args:
        layer: the layer.
        output: index of the neuron in its layer, counted from 0.
    """
    if layer.kind == "dense":
        return ""
    words = f"The same neuron looks at all {layer.side**2:,} places. Its answers make a map."
    if layer.pool > 1:
        colour = "black" if neurons.pools_to_minus(layer, output) else "white"
        words += (
            f" Then each square of {layer.pool}\u00a0×\u00a0{layer.pool} places becomes one place. It is"
            f" {colour} if at least one of them is {colour} (max-pooling)."
        )
    return words
