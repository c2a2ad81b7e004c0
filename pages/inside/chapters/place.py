"""Inside, chapter 2: the neuron stays at the same part of the picture when another layer is chosen."""

import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.engine.network import PackedNetwork
from pages.inside import keys


def place_in_layer(network: PackedNetwork, before: int, number: int) -> dict[str, int]:
    """Returns the visitor's place in a layer, by the keys of row and column; empty if none is chosen yet.

    A dense layer has no places. There, row and column are those of a pixel.

    Args:
        network: the network.
        before: number of the layer in which row and column are now, counted from 1.
        number: number of the layer for which they are wanted, counted from 1.
    """
    state, layer = st.session_state, network.layers[number - 1]
    old, new = _stride(network, before), _stride(network, number)
    # The middle of the place, in half places, is 2 * place - 1 from the edge.
    places = {
        key: (2 * state[key] - 1) * old // (2 * new) + 1 for key in (keys.ROW, keys.COLUMN) if key in state
    }
    if layer.kind == "dense":
        return places
    # Pooling may have left out pixels at the end of a row.
    return {key: min(place, layer.side) for key, place in places.items()}


def _stride(network: PackedNetwork, number: int) -> int:
    """Returns the distance between neighbouring places of a layer, in pixels; 1 for a dense layer."""
    number = max(1, min(number, len(network.layers)))
    is_convolution = network.layers[number - 1].kind == "convolution"
    return neurons.receptive_field(network, number)[1] if is_convolution else 1
