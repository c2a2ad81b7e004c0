"""Inside, chapter 3: sentences about the layers of a network, and about what feeds a map."""

from bnn.engine.network import PackedLayer, PackedNetwork
from pages.shared.text import THREE_LOOKS

REST = (
    "<p>Each layer makes new bits from the bits before it.</p>"
    ' <p><span class="with-pointer"><b>Point at a map</b> to see what feeds it.</span>'
    " <b>Press a map or an answer</b> to see why.</p>"
)
# What most layers do.
_COUNTS = "counts agreements and compares the count"


def feeding(network: PackedNetwork, number: int) -> tuple[str, str]:
    """Returns sentences about a neuron of layer `number`, counted from 1: what it sees, and what agrees.

    The browser fills in "{neuron}", "{row}", "{column}", "{inputs}", "{agreements}" and "{lines}", see
    live/feeding.js.
    """
    layer = network.layers[number - 1]
    is_grey = number == 1 and network.pixel_threshold is None
    who = f"Neuron {{neuron}} of layer {number}"
    if layer.kind == "convolution":
        who += ", here at row {row}, column {column},"
    if is_grey:
        return f"{who} sees {{inputs}} pixels in shades of grey.", ""
    return (
        f"{who} sees {_seen(layer, number)}.",
        f"{{agreements}} of {{inputs}} bits agree with its weights.{_lines(layer, number)}",
    )


def widest_feeding(network: PackedNetwork, number: int) -> tuple[str, str]:
    """Returns the sentences of `feeding` with the largest numbers that can stand in them."""
    layer = network.layers[number - 1]
    num_inputs = f"{layer.num_taps * layer.inputs:,}"
    place = {"neuron": layer.outputs, "row": layer.side, "column": layer.side}
    counts = {"inputs": num_inputs, "agreements": num_inputs, "lines": layer.inputs}
    sees, agree = (text.format(**place, **counts) for text in feeding(network, number))
    return sees, agree


def _seen(layer: PackedLayer, number: int) -> str:
    if number == 1 and layer.kind == "dense":
        return "all bits of the picture"
    if number == 1:
        return "the pixels in the frame"
    if layer.side == 1:
        return f"all {layer.inputs} bits before it"
    if layer.kind == "dense":
        return f"all {layer.inputs} maps before it"
    return f"3 × 3 bits of each of the {layer.inputs} maps before it"


def _lines(layer: PackedLayer, number: int) -> str:
    if number == 1:
        return ""
    if layer.side == 1:
        return " The lines lead to these."
    return f" The lines lead to those that agree most ({{lines}} of {layer.inputs})."


def in_words(network: PackedNetwork, number: int) -> str:
    """Returns Markdown about a layer's input, weights, work and output, each with its number of bits."""
    layer = network.layers[number - 1]
    each = layer.num_weights // layer.outputs
    lines = [
        f"#### Layer {number}",
        f"**In:** {_coming_in(network, layer, number)}",
        f"**Weights:** {layer.outputs} neurons with {each:,} bits each, {layer.num_weights:,} bits in total.",
        f"**Work:** {_work(layer, number == 1 and network.pixel_threshold is None)}",
    ]
    if number < len(network.layers):
        lines.append(f"**Out:** {_going_out(layer)}")
    elif network.has_three_looks:
        lines.append(f"**Three looks:** these layers are one look of the network. {THREE_LOOKS}")
    return "\n\n".join(lines)


def _coming_in(network: PackedNetwork, layer: PackedLayer, number: int) -> str:
    count = layer.side**2 * layer.inputs
    if number == 1 and network.pixel_threshold is None:
        return f"{count:,} pixels in shades of grey."
    if layer.side == 1:
        return f"{count:,} bits."
    maps = "map" if layer.inputs == 1 else "maps"
    return f"{layer.inputs} {maps} of {layer.side} × {layer.side}: {count:,} bits."


def _work(layer: PackedLayer, is_grey: bool) -> str:
    """Returns what a layer does. `is_grey` says whether its inputs are shades of grey."""
    if layer.thresholds is None:
        return "each neuron counts its agreements. It has no threshold."
    if layer.kind == "dense":
        return f"each neuron looks at all inputs, {_COUNTS}: one bit."
    does = "adds and subtracts the shades and compares the sum" if is_grey else _COUNTS
    words = f"at {layer.side**2:,} places, each neuron {does}: one bit."
    return words + (f" Then {layer.pool} × {layer.pool} places become one." if layer.pool > 1 else "")


def _going_out(layer: PackedLayer) -> str:
    if layer.kind == "dense":
        return f"{layer.outputs} bits, one for each neuron."
    side = layer.output_side
    return f"{layer.outputs} maps of {side} × {side}: {layer.outputs * side**2:,} bits."
