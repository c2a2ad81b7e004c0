"""Inside, chapter 2: what comes into a neuron and what its layer puts out, as pictures to click on."""

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.analysis.neuron import Neuron
from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork
from pages.inside import bit_images, keys
from pages.inside.bit_html import bars, bit_word, figure, picture
from pages.inside.chapters.neuron_arithmetic import signed
from pages.inside.chapters.neuron_in_words import sees
from pages.inside.picker import Cells, Marker, picker


def input_view(network: PackedNetwork, layer: PackedLayer, image: np.ndarray) -> None:
    """Shows the digit, with a frame around what the neuron sees of it."""
    number = st.session_state[keys.LAYER]
    seen = inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)
    is_bits = network.pixel_threshold is not None and seen.shape[2] == 1
    pixels = bit_images.of_bits(seen[..., 0]) if is_bits else image
    if layer.kind == "dense":
        st.html(figure(picture(pixels, "your digit", "full"), sees(network, number)))
        return
    label = f"Your digit, {layer.side} by {layer.side} places. Arrow keys move; now {_where()}."
    # In places of this layer; in a deep layer, a place is several pixels wide.
    frame = neurons.receptive_field(network, number) * layer.side / len(image)
    cells = Cells(pixels, layer.side, layer.side)
    picker("neuron-input", cells, label, _pick_place, Marker(*_place(), size=frame))
    st.caption(f"{sees(network, number)} Now {_where()}. Click anywhere, or use the arrow keys.")


def output_view(network: PackedNetwork, layer: PackedLayer, values: np.ndarray, one: Neuron) -> None:
    """Shows what the layer puts out: the filter's map, the answers of all units, or the scores.

    Args:
        network: The network.
        layer: The layer of the neuron.
        values: What comes into the layer, as `bnn.analysis.neuron.layer_inputs` gives it.
        one: The neuron.
    """
    if layer.thresholds is None:
        _scores(network, layer, values)
    elif layer.kind == "dense":
        _units(layer, values)
    else:
        _map(layer, values, one)


def _place() -> tuple[int, int]:
    return st.session_state[keys.ROW] - 1, st.session_state[keys.COLUMN] - 1


def _where() -> str:
    return f"row {st.session_state[keys.ROW]}, column {st.session_state[keys.COLUMN]}"


def _pick_place(row: int, column: int) -> None:
    st.session_state[keys.ROW], st.session_state[keys.COLUMN] = row + 1, column + 1


def _map(layer: PackedLayer, values: np.ndarray, one: Neuron) -> None:
    answers = neurons.bits(layer, values, st.session_state[keys.FILTER] - 1)
    white = f"{int((~answers).sum())} of {answers.size} places white"
    label = f"The filter’s map, {white}. Now {_where()}: {bit_word(bool(one.bit))}."
    cells = Cells(bit_images.of_bits(answers), layer.side, layer.side)
    picker("neuron-map", cells, label, _pick_place, Marker(*_place()))
    st.caption(
        f"Its map: the answer of this one filter at each of {answers.size} places. Click one to see why."
    )


def _units(layer: PackedLayer, values: np.ndarray) -> None:
    number, count = st.session_state[keys.FILTER], layer.outputs
    answers = np.array([neurons.bits(layer, values, output)[0, 0] for output in range(count)])
    columns = bit_images.num_columns(count)
    tiles = bit_images.of_units(answers)
    white = f"{int((~answers).sum())} white"
    label = f"The answers of all {count} units, {white}; now unit {number}."

    def pick(row: int, column: int) -> None:
        st.session_state[keys.FILTER] = row * columns + column + 1

    wall = bit_images.wall(tiles, columns)
    cells = Cells(wall, -(-count // columns), columns, count)
    picker("neuron-units", cells, label, pick, Marker(*divmod(number - 1, columns)))
    st.caption(f"The answers of all {count} units. Click one to see why.")


def _scores(network: PackedNetwork, layer: PackedLayer, values: np.ndarray) -> None:
    sums = [int(neurons.sums(layer, values, output)[0, 0]) for output in range(layer.outputs)]
    scores = np.array(sums, np.float32) * network.scale + network.offset
    probabilities = inference.softmax(scores / np.float32(network.temperature))
    number = st.session_state[keys.FILTER] - 1
    st.html(bars(probabilities, [signed(total) for total in sums], chosen=number))
    st.caption(
        f"Unit {number + 1} stands for the digit {number}. Beside each digit is its sum, agreements minus"
        " disagreements. Only here are a few ordinary numbers used: each sum is scaled, and the highest wins."
    )
