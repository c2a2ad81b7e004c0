"""Inside, chapter 2: one neuron, from what it looks at to its one bit."""

import html

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.engine import inference
from pages.inside import link, tiles, widgets
from pages.inside.arithmetic import arithmetic_html, count_html, formula, signed, verdict
from pages.inside.widgets import bit_word, figure, picker, tile
from pages.inside.words import layer_name, layer_names, more, sees, what_a_weight_is, which_tiles
from pages.shared import errors

PLAY_MILLISECONDS = 700
_FIRST = dict(inside_layer=1, inside_filter=1, inside_row=12, inside_column=14)


@st.fragment
def chapter(run, network, image):
    """Pick a filter and a place, and follow the arithmetic."""
    with errors.errors_in_words():
        _bring_into_range(network)
        state = st.session_state
        _controls(network)
        layer = network.layers[state.inside_layer - 1]
        values = neurons.layer_inputs(network, image)[state.inside_layer - 1]
        one = neurons.neuron(
            layer, values, state.inside_filter - 1, state.inside_row - 1, state.inside_column - 1
        )
        st.markdown(what_a_weight_is(layer, one))
        left, middle, right = st.columns([3, 5, 3], gap="medium")
        with left:
            _input(network, layer, image)
        with middle, st.container(key="neuron"):
            weights = "its weights" if layer.kind == "dense" else "its filter: the weights"
            st.html(arithmetic_html(one, which_tiles(network, layer), weights) + count_html(one))
            st.html(f'<p class="verdict" role="status">{html.escape(verdict(one))}</p>')
        with right:
            _output(network, layer, values, one)
        _in_words(network, layer, one)
        link.write("layer", "filter", "row", "column")


def open_at(layer: int, filter: int) -> None:
    """Turns the page to this chapter, at that layer and filter, both counted from 1."""
    st.session_state.update(inside_step="neuron", inside_layer=layer, inside_filter=filter)


# --- Where


def _bring_into_range(network):
    for key, first in _FIRST.items():
        st.session_state.setdefault(key, first)
    _clamp("inside_layer", len(network.layers))
    layer = network.layers[st.session_state.inside_layer - 1]
    _clamp("inside_filter", layer.outputs)
    side = layer.side if layer.kind == "convolution" else 1
    for key in ("inside_row", "inside_column"):
        _clamp(key, side)


def _clamp(key, highest):
    st.session_state[key] = max(1, min(highest, st.session_state[key]))


def _controls(network):
    layer = network.layers[st.session_state.inside_layer - 1]
    is_dense = layer.kind == "dense"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="neuron-controls"):
        st.selectbox(
            "Layer",
            range(1, len(network.layers) + 1),
            format_func=lambda number: layer_name(network, number),
            help="Layers work one after the other: what one puts out, the next takes in.",
            filter_mode=None,
            width=270,
            **widgets.kept("inside_layer", like=layer_names(network)),
        )
        st.number_input(
            "Unit" if is_dense else "Filter",
            1,
            layer.outputs,
            help="Each has a pattern of weights of its own. Each weight is one bit: white (+1) or black (−1).",
            width=160,
            **widgets.kept("inside_filter", like=(layer.kind, layer.outputs)),
        )
        st.button("Back", key="neuron-back", icon=":material/chevron_left:", on_click=_step, args=(layer, -1))
        st.button(
            "Forward", key="neuron-forward", icon=":material/chevron_right:", on_click=_step, args=(layer, 1)
        )
        widgets.clock("neuron-play", PLAY_MILLISECONDS, lambda: _play(layer))


def _step(layer, step):
    state = st.session_state
    if layer.kind == "dense":
        state.inside_filter = (state.inside_filter - 1 + step) % layer.outputs + 1
        return
    place = ((state.inside_row - 1) * layer.side + state.inside_column - 1 + step) % layer.side**2
    state.inside_row, state.inside_column = place // layer.side + 1, place % layer.side + 1


def _play(layer):
    """One step; whether there is another in this row."""
    _step(layer, 1)
    if layer.kind == "dense":
        return st.session_state.inside_filter < layer.outputs
    return st.session_state.inside_column < layer.side


def _pick_place(row, column):
    st.session_state.update(inside_row=row + 1, inside_column=column + 1)


# --- What comes in


def _input(network, layer, image):
    state = st.session_state
    seen = inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)
    is_bits = network.pixel_threshold is not None and seen.shape[2] == 1
    pixels = tiles.of_bits(seen[..., 0]) if is_bits else image
    if layer.kind == "dense":
        st.html(figure(tile(pixels, "your digit", "full"), sees(network, state.inside_layer)))
        return
    place = (state.inside_row - 1, state.inside_column - 1)
    where = f"row {state.inside_row}, column {state.inside_column}"
    label = f"Your digit, {layer.side} by {layer.side} places. Arrow keys move; now {where}."
    # In places of this layer, which may be several pixels wide each.
    frame = neurons.receptive_field(network, state.inside_layer) * layer.side / len(image)
    picker("neuron-input", pixels, (layer.side, layer.side), place, label, _pick_place, marker=frame)
    st.caption(f"{sees(network, state.inside_layer)} Now {where}. Click anywhere, or use the arrow keys.")


# --- What goes out


def _output(network, layer, values, one):
    if layer.thresholds is None:
        _scores(network, layer, values)
    elif layer.kind == "dense":
        _units(network, layer, values)
    else:
        _map(layer, values, one)


def _map(layer, values, one):
    state = st.session_state
    places = neurons.bits(layer, values, state.inside_filter - 1)
    where = f"row {state.inside_row}, column {state.inside_column}"
    label = f"The filter’s map, {int((~places).sum())} of {places.size} places white. Now {where}: {bit_word(one.bit)}."
    place = (state.inside_row - 1, state.inside_column - 1)
    picker("neuron-map", tiles.of_bits(places), places.shape, place, label, _pick_place)
    st.caption(
        f"Its map: the answer of this one filter at each of {places.size} places. Click one to see why."
    )


def _units(network, layer, values):
    answers = np.array([neurons.bits(layer, values, output)[0, 0] for output in range(layer.outputs)])
    columns = tiles.num_columns(layer.outputs)
    wall = tiles.wall(tiles.of_bits(answers)[:, None, None].repeat(5, 1).repeat(5, 2), columns)
    place = divmod(st.session_state.inside_filter - 1, columns)
    cells = (-(-layer.outputs // columns), columns)
    label = f"The answers of all {layer.outputs} units, {int((~answers).sum())} white; now unit {st.session_state.inside_filter}."

    def pick(row, column):
        st.session_state.inside_filter = row * columns + column + 1

    picker("neuron-units", wall, cells, place, label, pick, count=layer.outputs)
    st.caption(f"The answers of all {layer.outputs} units. Click one to see why.")


def _scores(network, layer, values):
    totals = np.array(
        [neurons.sums(layer, values, output)[0, 0] for output in range(layer.outputs)], np.float32
    )
    scores = totals * network.scale + network.offset
    shown = inference.softmax(scores / np.float32(network.temperature))
    number = st.session_state.inside_filter - 1
    st.html(widgets.bars(shown, [f"{signed(int(total))}" for total in totals], chosen=number))
    st.caption(
        f"Unit {number + 1} stands for the digit {number}. Beside each digit its sum, agreements minus disagreements."
        " Here alone a few ordinary numbers come in: each sum is scaled, and the highest wins."
    )


# --- In words


def _in_words(network, layer, one):
    if words := more(layer, one, st.session_state.inside_filter - 1):
        st.markdown(words)
    with st.expander("The formula"):
        st.latex(r"y = \operatorname{sign}\Big(\sum_i w_i\,x_i - t\Big)")
        st.latex(r"w_i, x_i \in \{-1, +1\}")
        if one.is_grey:
            st.markdown(
                "In this first layer the $x_i$ are shades from 0 to 255; a filter only adds and subtracts them."
            )
            return
        st.markdown(
            "Two signs multiply to +1 where they agree, so nothing needs to be multiplied: **XNOR** marks the"
            " agreements, **popcount** counts them, and with $K$ inputs"
        )
        for line in formula(one):
            st.latex(line)
        st.caption(
            "The threshold $t$ is what training’s batch normalisation became: one whole number for each"
            f" {'unit' if layer.kind == 'dense' else 'filter'}."
        )
