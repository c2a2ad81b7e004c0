"""Inside, chapter 2: one neuron, from the pixels or bits it looks at to the one bit it puts out."""

import html

import numpy as np
import streamlit as st

from bnn.analysis import neuron as neurons
from bnn.analysis.neuron import Neuron
from bnn.engine.answer import Answer, read
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.runs.run import Run
from pages.inside import address, digit_choice, keys, play
from pages.inside.chapter import Chapter
from pages.inside.chapters import first_view, flipped_weights, neuron_in_words
from pages.inside.chapters.neuron_arithmetic import arithmetic_html, formula_html, verdict
from pages.inside.chapters.neuron_count import count_html
from pages.inside.chapters.neuron_views import input_view, output_view
from pages.inside.chapters.place import place_in_layer
from pages.inside.chapters.place_words import place_words
from pages.inside.layer_names import layer_names
from pages.inside.live.component import live
from pages.inside.select import select
from pages.shared import errors, networks
from pages.shared.bars import bars
from pages.shared.bit_html import BLACK_WORD, WHITE_WORD, verdict_html

_PARAMETERS = {
    "tiles": address.Parameter(keys.TILES, first_view.tiles_in_address),
    "layer": address.Parameter(keys.LAYER, address.whole_number),
    "filter": address.Parameter(keys.NEURON, address.whole_number),
    "row": address.Parameter(keys.ROW, address.whole_number),
    "column": address.Parameter(keys.COLUMN, address.whole_number),
    "flipped": flipped_weights.IN_ADDRESS,
}
# In a dense layer there is nothing to slide over. Play goes from neuron to neuron there.
_PLAY_NEURONS, _PLAY_SECONDS = "neuron-play", 0.9
# The browser shows the button when it has the network, see live/slide.js.
_PLAY_PLACES = (
    '<button type="button" class="small-button play-window">'
    '<span class="play">Play</span><span class="pause">Pause</span></button>'
)
# The browser shows these words as soon as the visitor has flipped a weight.
_BY_HAND = (
    '<p class="by-hand-words none"><span>0 weights flipped by you</span>'
    ' <button type="button" class="small-button">Put back</button></p>'
)


def _show(run: Run, image: np.ndarray) -> None:
    fragment = st.fragment(_chapter, run_every=play.interval(_PLAY_NEURONS, _PLAY_SECONDS))
    fragment(run, image, play.is_playing(_PLAY_NEURONS))


def _chapter(run: Run, image: np.ndarray, was_playing: bool) -> None:
    state = st.session_state
    address.follow("neuron", run)
    with errors.errors_in_words():
        run, network = first_view.choose_network(run, networks.network(run))
        _bring_into_range(network, image)
        play.step(_PLAY_NEURONS, _PLAY_SECONDS, lambda: _next_neuron(_layer(network)))
        _controls(network)
        layer = _layer(network)
        values = neurons.layer_inputs(network, image)[state[keys.LAYER] - 1]
        neuron = neurons.neuron(
            layer, values, state[keys.NEURON] - 1, state[keys.ROW] - 1, state[keys.COLUMN] - 1
        )
        _three_views(network, image, values, neuron)
        with st.container(key="neuron-words"):
            st.markdown(neuron_in_words.weights_and_work(network, layer, neuron), unsafe_allow_html=True)
        if words := neuron_in_words.map_and_pooling(layer, state[keys.NEURON] - 1):
            st.markdown(words)
            st.html(f'<p class="edge-words">{neuron_in_words.edge_words(neuron)}</p>')
        _formula(neuron)
        _follow(run, network, image, neuron)
    address.write(_PARAMETERS)
    play.follow(_PLAY_NEURONS, was_playing)


CHAPTER = Chapter(
    "2 One neuron", _show, _PARAMETERS, grey="outside or not yet filled", purple="was flipped by you"
)


def _three_views(network: PackedNetwork, image: np.ndarray, values: np.ndarray, neuron: Neuron) -> None:
    """Shows the layer's input, the neuron's arithmetic, and the layer's output beside each other."""
    layer = _layer(network)
    left, middle, right = st.columns([3, 6, 3], gap="medium")
    with left:
        input_view(network, layer, image)
    with middle, st.container(key="neuron"):
        _arithmetic(network, layer, neuron, image)
    with right:
        output_view(network, image, layer, values, neuron)


def _follow(run: Run, network: PackedNetwork, image: np.ndarray, neuron: Neuron) -> None:
    state, layer = st.session_state, _layer(network)
    keys_by_name = dict(layer=keys.LAYER, output=keys.NEURON, row=keys.ROW, column=keys.COLUMN)
    place = {name: state[key] - 1 for name, key in keys_by_name.items()}
    truth = digit_choice.truth(network.class_names)
    side = layer.side if layer.kind == "convolution" else 0
    live(
        run,
        image,
        "neuron",
        on_flipped=flipped_weights.take,
        flipped=flipped_weights.of_run(run),
        words=place_words(layer, neuron),
        bitWords=(WHITE_WORD, BLACK_WORD),
        side=side,
        truth=truth,
        **place,
    )


def _layer(network: PackedNetwork) -> PackedLayer:
    return network.layers[st.session_state[keys.LAYER] - 1]


def _bring_into_range(network: PackedNetwork, image: np.ndarray) -> None:
    first_view.choose_place(network, image)
    _clamp(keys.LAYER, len(network.layers))
    layer = _layer(network)
    _clamp(keys.NEURON, layer.outputs)
    if layer.kind == "convolution":
        _clamp(keys.ROW, layer.side)
        _clamp(keys.COLUMN, layer.side)


def _clamp(key: str, highest: int) -> None:
    allowed = max(1, min(highest, st.session_state[key]))
    # Setting the value in every rerun would undo a choice that the visitor makes during the rerun.
    if st.session_state[key] != allowed:
        st.session_state[key] = allowed


def _controls(network: PackedNetwork) -> None:
    state, layer = st.session_state, _layer(network)
    before = state[keys.LAYER]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="neuron-controls"):
        select(
            "Layer",
            layer_names(network),
            keys.LAYER,
            help="Layers work one after the other. The output of one layer is the input of the next.",
            width=270,
            on_change=lambda: state.update(place_in_layer(network, before, state[keys.LAYER])),
        )
        st.number_input(
            "Neuron",
            1,
            layer.outputs,
            key=keys.NEURON,
            help="Each neuron has its own pattern of weights. A weight is one bit: white (+1) or black (−1).",
            persist_state="session",
            width=160,
        )
        _move_buttons(layer)
        icon = ":material/zoom_out:"
        st.button("Back to chapter 3", key="neuron-whole", icon=icon, on_click=_open_whole)


def _move_buttons(layer: PackedLayer) -> None:
    for label, step, direction in (("Back", -1, "left"), ("Forward", 1, "right")):
        icon = f":material/chevron_{direction}:"
        st.button(label, key=f"neuron-{label.lower()}", icon=icon, on_click=_move, args=(layer, step))
    if layer.kind == "dense":
        play.button(_PLAY_NEURONS)
    else:
        st.html(_PLAY_PLACES)


def _open_whole() -> None:
    st.session_state[keys.CHAPTER] = "way"


def _move(layer: PackedLayer, step: int) -> None:
    """Chooses the next or previous place, row by row; in a dense layer, the next or previous neuron."""
    state = st.session_state
    if layer.kind == "dense":
        state[keys.NEURON] = (state[keys.NEURON] - 1 + step) % layer.outputs + 1
        return
    place = ((state[keys.ROW] - 1) * layer.side + state[keys.COLUMN] - 1 + step) % layer.side**2
    state[keys.ROW], state[keys.COLUMN] = place // layer.side + 1, place % layer.side + 1


def _next_neuron(layer: PackedLayer) -> bool:
    """Chooses the next neuron of a dense layer. Returns whether another one follows."""
    if layer.kind != "dense":
        return False
    _move(layer, 1)
    return st.session_state[keys.NEURON] < layer.outputs


def _arithmetic(network: PackedNetwork, layer: PackedLayer, neuron: Neuron, image: np.ndarray) -> None:
    sees = neuron_in_words.input_caption(network, layer)
    words = f'<p class="verdict" role="status">{html.escape(verdict(neuron))}</p>'
    answer, bars_of_answer = _answer(read(network, image)) if layer.thresholds is not None else ("", "")
    st.html(
        f'{arithmetic_html(neuron, sees, "its weights")}<div class="outcome">'
        f"<div>{count_html(neuron)}{words}{answer}{_BY_HAND}</div>{bars_of_answer}</div>"
    )


def _answer(answer: Answer) -> tuple[str, str]:
    """Returns HTML of the whole network's answer, which changes if a weight is flipped, and of its bars."""
    judgement = f'<span class="judgement">{digit_choice.right_or_wrong(answer)}</span>'
    words = f'<p class="reads">The whole network reads {verdict_html(answer)}\u00a0{judgement}</p>'
    return words, bars(answer)


def _formula(neuron: Neuron) -> None:
    with st.expander("The formula"):
        st.latex(r"y = \operatorname{sign}\Big(\sum_i w_i\,x_i - t\Big)")
        st.latex(r"w_i, x_i \in \{-1, +1\}")
        if neuron.is_grey:
            st.markdown(
                "In this first layer, the inputs $x_i$ are shades from 0 to 255. A neuron only adds and"
                " subtracts them."
            )
            return
        st.markdown(
            "The product of two signs is +1 where they agree and −1 where they differ. So nothing needs to be"
            " multiplied: **XNOR** marks the agreements, and **popcount** counts them. The sum is twice this"
            " count, minus the number of inputs:"
        )
        st.html(formula_html(neuron))
        st.caption(
            "The threshold $t$ is one whole number for each neuron. It replaces the batch normalization"
            " of the training."
        )
