"""Inside, chapter 2 in words: a layer, what its neurons see, and what they do with it."""

from bnn.analysis import neuron as neurons


def layer_name(network, number: int) -> str:
    """A layer in words, the number counted from 1."""
    layer = network.layers[number - 1]
    if layer.kind == "convolution":
        return f"{number}: {layer.outputs} filters of 3×3"
    if number == len(network.layers):
        return f"{number}: {layer.outputs} units, one for each digit"
    return f"{number}: {layer.outputs} units"


def layer_names(network) -> tuple[str, ...]:
    """All layers in words."""
    return tuple(layer_name(network, number) for number in range(1, len(network.layers) + 1))


def sees(network, number: int) -> str:
    """What a neuron of that layer, counted from 1, gets to see, in words."""
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
    levels = ", ".join(map(str, network.pixel_threshold))
    return (
        f"It sees the 9 pixels in the frame, {layer.inputs} times: are they at least {levels} bright?"
        f" 9 pixels × {layer.inputs} bits = {9 * layer.inputs} tiles."
    )


def which_tiles(network, layer) -> str:
    """What a neuron of that layer sees in a few words, for below its tiles."""
    side = 3 if layer.kind == "convolution" else layer.side
    if layer is network.layers[0]:
        return "what it sees" + (f": {side**2} pixels × {layer.inputs} bits" if layer.inputs > 1 else "")
    return "what it sees: " + (
        f"{layer.inputs} bits" if side == 1 else f"{side}×{side} of {layer.inputs} maps"
    )


def _sees_all(network, layer, number):
    count = f"{layer.side**2 * layer.inputs:,}"
    if number == 1:
        return f"It looks at all of your digit at once: {count} {'pixels' if network.pixel_threshold is None else 'bits'}."
    what = f"all {layer.inputs} maps of layer {number - 1}, {layer.side} × {layer.side} each"
    if layer.side == 1:
        what = f"the answers of all units of layer {number - 1}"
    return f"Your digit. It is not seen here itself: this unit sees {what}: {count} bits."


def what_a_weight_is(layer, one: neurons.Neuron) -> str:
    """What a weight and what a neuron is, with this one's numbers."""
    unit = _unit_word(layer)
    wants = (
        "is what it sees here to be added (white, +1) or taken away (black, −1)?"
        if one.is_grey
        else "does this neuron want to see white (+1) or black (−1) here?"
    )
    weights = (
        f"**A weight is one bit:** {wants} Its {one.weights.size:,} weights are the pattern in the middle."
    )
    if one.is_grey:
        does = "adds and takes away, and compares the sum with its own threshold"
    elif layer.thresholds is None:
        does = "counts the tiles that agree; the unit with the highest scaled count is the answer"
    else:
        does = "counts the tiles that agree, and compares the count with its own threshold"
    return f"{weights} **It lays this {unit} over what it sees,** {does}{_threshold_words(one)}."


def _threshold_words(one):
    if one.threshold is None:
        return ""
    at = one.threshold if one.is_grey else one.least_agreements
    if not one.is_grey and not 0 < at <= one.num_inputs:
        return ", which here no count can cross"
    reached, below = ("black", "white") if one.flip else ("white", "black")
    return f" (here {at:,}: {reached} from there on, {below} below)"


def _unit_word(layer):
    return "unit’s pattern" if layer.kind == "dense" else "filter"


def more(layer, one, output: int) -> str:
    """What happens at the edge, at all the other places, and then."""
    words = []
    if not one.inside.all():
        words.append(
            f"At the edge only {one.num_inputs:,} tiles lie inside the picture, so fewer are asked for: the grey"
            " ones do not count."
        )
    if layer.kind == "convolution":
        words.append(f"The same filter looks at all {layer.side**2:,} places, and makes a map.")
    if layer.kind == "convolution" and layer.pool > 1:
        enough = (
            "black if one of them is black"
            if neurons.pools_black(layer, output)
            else "white if one of them is white"
        )
        words.append(
            f"Then each {layer.pool} × {layer.pool} places of the map become one: {enough} (max-pooling)."
        )
    return " ".join(words)
