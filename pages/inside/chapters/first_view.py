"""Inside, chapter 2: what the chapter shows first.

With one bit for each pixel, a neuron sees nine tiles, which can be counted by eye. So the chapter begins with
such a network, even if the chosen network takes several bits. At first, the chapter shows a place where the
pixels differ, and a neuron that finds its pattern there.
"""

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs import store
from bnn.runs.run import Run
from pages.inside import address, keys
from pages.shared import networks

NINE, ALL = "nine", "all"
# An example run whose network takes one bit for each pixel.
_SIMPLE_RUN = "quick"
_WORDS = (
    f"A smaller network, “{_SIMPLE_RUN}”. It takes one bit per pixel, so a neuron of its first layer sees"
    " only nine tiles. The answer here is its own."
)


def choose_network(run: Run, network: PackedNetwork) -> tuple[Run, PackedNetwork]:
    """Returns the run and the network to show, and shows a choice if the run's network takes several bits."""
    simple = _simple_run(network)
    if simple is None:
        return run, network
    # A link to a neuron is meant for the chosen network.
    st.session_state.setdefault(keys.TILES, ALL if address.is_in_link("filter") else NINE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="neuron-tiles"):
        _control(len(network.pixel_thresholds))
        is_simple = st.session_state[keys.TILES] == NINE
        # Hidden words keep their place, so that nothing moves when the visitor chooses.
        look = 'class="shown-network"' if is_simple else 'class="no-network" aria-hidden="true"'
        st.html(f"<p {look}>{_WORDS}</p>")
    return (simple, networks.network(simple)) if is_simple else (run, network)


def tiles_in_address(text: str) -> str | None:
    """Returns the choice in a link, or None if there is no such choice."""
    return text if text in (NINE, ALL) else None


def _simple_run(network: PackedNetwork) -> Run | None:
    """Returns `_SIMPLE_RUN`, whose network can be shown in place of this one.

    Returns None if this network does not take several bits for each pixel, if the two networks know different
    classes, or if the run cannot be loaded.
    """
    if len(network.pixel_thresholds) < 2:
        return None
    try:
        run = store.find(_SIMPLE_RUN)
        names = networks.network(run).class_names
    except (ValueError, OSError):
        return None
    return run if names == network.class_names else None


def _control(num_bits: int) -> None:
    labels = {
        NINE: f"One bit per pixel (network: {_SIMPLE_RUN})",
        ALL: f"Chosen network: {num_bits} bits per pixel",
    }
    st.segmented_control(
        "Bits of a pixel",
        list(labels),
        format_func=labels.__getitem__,
        key=keys.TILES,
        required=True,
        wrap=True,
        label_visibility="collapsed",
        persist_state="session",
        on_change=_forget_place,
    )


def _forget_place() -> None:
    """Forgets layer, neuron and place, because the layers of the other network are different."""
    st.session_state[keys.LAYER] = 1
    for key in (keys.NEURON, keys.ROW, keys.COLUMN):
        st.session_state.pop(key, None)


def choose_place(network: PackedNetwork, image: np.ndarray) -> None:
    """Chooses layer, place and neuron, unless the visitor or a link has chosen them.

    Args:
        network: the network.
        image: the digit that is shown, (28, 28) uint8.
    """
    state = st.session_state
    state.setdefault(keys.LAYER, 1)
    pixels = neurons.layer_inputs(network, image)[0]
    if keys.ROW not in state or keys.COLUMN not in state:
        row, column = mixed_place(pixels)
        state.setdefault(keys.ROW, row + 1)
        state.setdefault(keys.COLUMN, column + 1)
    if keys.NEURON not in state:
        state[keys.NEURON] = _first_neuron(network, pixels) + 1


def _first_neuron(network: PackedNetwork, pixels: np.ndarray) -> int:
    """Returns the neuron of the chosen layer, from 0, that is shown first.

    Args:
        network: the network.
        pixels: the input of the first layer, as `layer_inputs` returns it.
    """
    number = max(1, min(st.session_state[keys.LAYER], len(network.layers)))
    layer = network.layers[number - 1]
    candidates = _mixed_neurons(layer)
    if number > 1 or layer.kind == "dense":
        return int(candidates[0])
    row, column = (max(1, min(st.session_state[key], layer.side)) - 1 for key in (keys.ROW, keys.COLUMN))
    return telling_neuron(layer, pixels, row, column, candidates)


def _mixed_neurons(layer: PackedLayer) -> np.ndarray:
    """Returns the neurons, from 0, whose share of white weights is nearest to one half."""
    shares = layer.weights.reshape(layer.outputs, -1).mean(axis=1)
    distances = abs(shares - 0.5)
    return np.flatnonzero(distances == distances.min())


def telling_neuron(
    layer: PackedLayer, values: np.ndarray, row: int, column: int, candidates: np.ndarray
) -> int:
    """Returns the neuron, from 0, that agrees most with what it sees at a place, but not with all of it.

    Args:
        layer: the first layer, a convolution.
        values: the layer's input, as `layer_inputs` returns it.
        row: row of the place, from 0.
        column: column of the place, from 0.
        candidates: (n,) the neurons to choose from. If each of them agrees with all, the first is returned.
    """
    counts = []
    for number in candidates:
        seen = neurons.neuron(layer, values, int(number), row, column)
        counts.append(seen.num_agreements if seen.num_agreements < seen.num_inputs else -1)
    return int(candidates[int(np.argmax(counts))])


def mixed_place(values: np.ndarray) -> tuple[int, int]:
    """Returns row and column, from 0, of a place where about half of the 3x3 pixels around it are white.

    Of several such places, it is the one nearest to the middle. Places at the edge of the picture are left
    out.

    Args:
        values: (side, side, channels), the input of the first layer, as `layer_inputs` returns it.
    """
    highest = values.max()
    white = (values > 0).mean(axis=2) if highest <= 1 else values.mean(axis=2) / highest
    inner = len(values) - 2
    shares = sum(white[y : y + inner, x : x + inner] for y in range(3) for x in range(3)) / 9
    rows, columns = np.mgrid[1 : inner + 1, 1 : inner + 1]
    middle = (len(values) - 1) / 2
    distance = np.hypot(rows - middle, columns - middle) / len(values)
    # Because of the factor, a difference of one pixel counts more than any distance.
    best = np.argmin(abs(shares - 0.5) * 18 + distance)
    return int(rows.flat[best]), int(columns.flat[best])
