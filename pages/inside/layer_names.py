"""The layers of a network in words."""

from bnn.engine.network import PackedNetwork


def layer_names(network: PackedNetwork) -> dict[int, str]:
    """Returns what each layer is, by its number, counted from 1."""
    return {number: _name(network, number) for number in range(1, len(network.layers) + 1)}


def _name(network: PackedNetwork, number: int) -> str:
    layer = network.layers[number - 1]
    if layer.kind == "convolution":
        return f"{number}: {layer.outputs} filters of 3×3"
    if number == len(network.layers):
        return f"{number}: {layer.outputs} units, one for each digit"
    return f"{number}: {layer.outputs} units"
