"""Gives each layer of a network a name for the visitor."""

from bnn.engine.network import PackedNetwork


def layer_names(network: PackedNetwork) -> dict[int, str]:
    """Returns a name such as "1: 32 neurons of 3 × 3" for each layer, by its number, counted from 1."""
    return {number: _name(network, number) for number in range(1, len(network.layers) + 1)}


def _name(network: PackedNetwork, number: int) -> str:
    layer = network.layers[number - 1]
    if layer.kind == "convolution":
        return f"{number}: {layer.outputs} neurons of 3 × 3"
    if number == len(network.layers):
        return f"{number}: {layer.outputs} neurons (answers)"
    return f"{number}: {layer.outputs} neurons"
