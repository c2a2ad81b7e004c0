"""Inside, chapter 2: shows the input of a neuron and the output of its layer as pictures to press."""

from math import ceil

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.analysis.neuron import Neuron
from bnn.engine import inference
from bnn.engine.answer import read
from bnn.engine.network import PackedLayer, PackedNetwork
from pages.inside import keys
from pages.inside.chapters.neuron_arithmetic import signed
from pages.inside.chapters.neuron_in_words import sees
from pages.inside.picker import Cells, Marker, picker
from pages.shared import bit_images, text
from pages.shared.bars import bars
from pages.shared.bit_html import bit_word, figure, picture

# Where the neuron is, in a text for screen readers (labels.py).
_WHERE = "row {row}, column {column}"

# Stands after words about the sums.
_NEXT_LOOKS = f" These are the sums of the network’s first look. {text.THREE_LOOKS}"


def input_view(network: PackedNetwork, layer: PackedLayer, image: np.ndarray) -> None:
    """Shows the digit, (28, 28) uint8, with a frame around the part that the neuron sees."""
    number = st.session_state[keys.LAYER]
    seen = inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)
    is_bits = network.pixel_threshold is not None and seen.shape[2] == 1
    pixels = bit_images.of_bits(seen[..., 0]) if is_bits else image
    if layer.kind == "dense":
        st.html(figure(picture(pixels, "the picture", "full"), sees(network, number)))
        return
    label = f"The picture, {layer.side} by {layer.side} places. Arrow keys move the frame. Now at {_WHERE}."
    # The frame is measured in cells, and the picture has a cell for each place of this layer. If pooling has
    # left out pixels at the end of a row, the middles of the frames are closer together than the cells.
    size, stride = neurons.receptive_field(network, number)
    cell = len(image) / layer.side
    cells = Cells(pixels, layer.side, layer.side, label, _where())
    picker("neuron-input", cells, _pick_place, Marker(*_place(), size / cell, stride / cell))
    st.caption(
        f'{sees(network, number)} Now at <span class="where">{_WHERE.format(**_where())}</span>.'
        ' Press a place<span class="with-keys">, or use the arrow keys</span>.',
        unsafe_allow_html=True,
    )


def output_view(
    network: PackedNetwork, image: np.ndarray, layer: PackedLayer, values: np.ndarray, neuron: Neuron
) -> None:
    """Shows the output of the layer: the map of the neuron, the answers of all neurons, or the scores.

    Args:
        network: the network.
        image: what the network reads, (28, 28) uint8.
        layer: the layer of the neuron.
        values: the input of the layer, (side, side, channels), from `bnn.analysis.neuron.layer_inputs`.
        neuron: the neuron that the visitor has chosen.
    """
    if layer.thresholds is None:
        _scores(network, image, layer, values)
    elif layer.kind == "dense":
        _units(layer, values)
    else:
        _map(layer, values, neuron)


def _place() -> tuple[int, int]:
    return st.session_state[keys.ROW] - 1, st.session_state[keys.COLUMN] - 1


def _where() -> dict[str, int]:
    """Returns the values of `_WHERE`."""
    return {"row": st.session_state[keys.ROW], "column": st.session_state[keys.COLUMN]}


def _pick_place(row: int, column: int) -> None:
    st.session_state[keys.ROW], st.session_state[keys.COLUMN] = row + 1, column + 1


def _map(layer: PackedLayer, values: np.ndarray, neuron: Neuron) -> None:
    answers = neurons.bits(layer, values, st.session_state[keys.NEURON] - 1)
    label = f"The map of the neuron, {{white}} of {answers.size} places white. Now at {_WHERE}: {{bit}}."
    shown = {"white": int((~answers).sum()), "bit": bit_word(bool(neuron.bit)), **_where()}
    cells = Cells(bit_images.of_bits(answers), layer.side, layer.side, label, shown)
    picker("neuron-map", cells, _pick_place, Marker(*_place()))
    st.caption(
        f"Its map: the answers of this neuron at all {answers.size} places. Press a place to see the reason."
    )


def _units(layer: PackedLayer, values: np.ndarray) -> None:
    number, count = st.session_state[keys.NEURON], layer.outputs
    answers = np.array([neurons.bits(layer, values, output)[0, 0] for output in range(count)])
    columns = bit_images.num_columns(count)
    tiles = bit_images.of_units(answers)
    label = f"The answers of all {count} neurons, {{white}} white. Now at neuron {number}."
    shown = {"white": int((~answers).sum())}

    def pick(row: int, column: int) -> None:
        st.session_state[keys.NEURON] = row * columns + column + 1

    wall = bit_images.wall(tiles, columns)
    cells = Cells(wall, ceil(count / columns), columns, label, shown, count)
    picker("neuron-units", cells, pick, Marker(*divmod(number - 1, columns)))
    st.caption(f"The answers of all {count} neurons. Press one to see the reason.")


def _scores(network: PackedNetwork, image: np.ndarray, layer: PackedLayer, values: np.ndarray) -> None:
    sums = [int(neurons.sums(layer, values, output)[0, 0]) for output in range(layer.outputs)]
    number = st.session_state[keys.NEURON] - 1
    st.html(bars(read(network, image), [signed(total) for total in sums], chosen=number))
    st.caption(
        f"Neuron {number + 1} stands for the answer {text.escaped(network.class_names[number])}. The number"
        " beside each answer is its sum: agreements minus disagreements. Each sum is then scaled with"
        " ordinary numbers, which are used only here."
        + (_NEXT_LOOKS if network.has_three_looks else " The highest result is the answer.")
    )
