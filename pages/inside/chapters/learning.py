"""Inside, chapter 4: learning is flipping bits. The epochs of a run, one after the other."""

import pandas as pd
import streamlit as st

from bnn.engine import answer
from pages.inside import digit_choice, link, tiles, widgets
from pages.inside.widgets import figure, tile
from pages.inside.words import layer_name, layer_names
from pages.shared import charts, errors, figures, networks, text

PLAY_MILLISECONDS = 900
# One in ten digits.
GUESSING = 0.1
_WORDS = (
    "**Learning is flipping bits.** The network starts with random weights. After each look at all the training"
    " digits (an epoch) some of them have turned over, and what helps stays."
)


@st.fragment
def chapter(run, network, image):
    """A slider over the epochs: which bits flipped, how good it was then, and what it said to the digit."""
    with errors.errors_in_words():
        epochs = widgets.epochs(run)
        if not epochs:
            st.info("This run has kept no epochs. Choose another network above.")
            return
        st.markdown(_WORDS)
        _controls(network, epochs)
        epoch = st.session_state.inside_epoch
        now = _epoch_network(run, network, epoch)
        before = _before(run, network, epochs, epoch)
        left, right = st.columns([5, 6], gap="large")
        with left, st.container(key="learning-figures"):
            _figures(run, before, now, epoch)
            _answer(now, image)
            _curve(run, epochs, epoch)
        with right, st.container(key="learning-weights"):
            _filters(before, now, epoch)
        link.write("epoch", "layer")


def _controls(network, epochs):
    state = st.session_state
    if state.get("inside_epoch") not in epochs:
        state.inside_epoch = min(epochs, key=lambda epoch: abs(epoch - (state.get("inside_epoch") or 2)))
    state.inside_layer = max(1, min(len(network.layers), state.get("inside_layer", 1)))
    slider, play, layer = st.columns([6, 2, 4], vertical_alignment="bottom")
    with slider:
        st.select_slider(
            "Epoch",
            epochs if len(epochs) > 1 else epochs * 2,
            help="One epoch is one look at all the training digits.",
            **widgets.kept("inside_epoch", like=epochs),
        )
    with play:
        widgets.clock("learning-play", PLAY_MILLISECONDS, lambda: _next(epochs))
    with layer:
        st.selectbox(
            "Weights of layer",
            range(1, len(network.layers) + 1),
            format_func=lambda number: layer_name(network, number),
            help="Which weights to look at.",
            filter_mode=None,
            **widgets.kept("inside_layer", like=("learning", *layer_names(network))),
        )


def _next(epochs):
    """The epoch after this one, or the first again; whether there is one more."""
    place = (epochs.index(st.session_state.inside_epoch) + 1) % len(epochs)
    st.session_state.inside_epoch = epochs[place]
    return place < len(epochs) - 1


def _before(run, network, epochs, epoch):
    earlier = [other for other in epochs if other < epoch]
    return _epoch_network(run, network, earlier[-1]) if earlier else None


def _epoch_network(run, network, epoch):
    """The network after that epoch, which has the layers of the run's."""
    found = networks.load_network(run.epoch_path(epoch))
    shapes, expected = ([layer.weights.shape for layer in each.layers] for each in (found, network))
    if shapes != expected:
        raise ValueError(f"the network of epoch {epoch} has other layers than that of the run")
    return found


def num_flips(before, now) -> int:
    """How many weight bits of two networks of one shape differ."""
    pairs = zip(before.layers, now.layers, strict=True)
    return sum(int((a.weights != b.weights).sum()) for a, b in pairs)


def _answer(network, image):
    found = answer.read(network, image)
    sure = text.confidence_text(found.confidence)
    st.html(
        '<div class="then" role="status"><p>After this epoch it reads your digit as</p>'
        f'<b class="big">{found.digit}</b><p>{sure} sure<br>{digit_choice.right_or_wrong(found.digit)}</p></div>'
        f"{widgets.bars(found.probabilities)}"
    )


def _figures(run, before, now, epoch):
    rows = run.history().set_index("epoch")
    accuracy = float(rows.loc[epoch, "validation_accuracy"]) if epoch in rows.index else None
    flips = None if before is None else num_flips(before, now)
    # Late in a training few are left: one digit more then says that it is not nothing.
    digits = 1 if flips is None or flips >= 0.001 * now.num_weights else 2
    share = "" if flips is None else f" ({text.percent_text(flips / now.num_weights, digits)})"
    figures.figures(
        [
            (
                text.percent_text(accuracy),
                "of the digits kept aside, right then",
                "Digits that teach it nothing, kept for checking (validation).",
            ),
            (
                "–" if flips is None else f"{flips:,}{share}",
                f"of {now.num_weights:,} bits just flipped",
                "Counted in the two networks: the flip ratio.",
            ),
        ]
    )


def _curve(run, epochs, epoch):
    history = run.history()
    # Before the first epoch it guesses: without that, a good network's curve would be flat.
    start = pd.DataFrame({"epoch": [0], "validation_accuracy": [GUESSING]})
    table = charts.epoch_curve("this run", pd.concat([start, history]), "validation_accuracy")
    spec = charts.curves(table, "accuracy", max(epochs), height=130, has_legend=False)
    spec = spec | {"layer": [*spec["layer"], charts.epoch_rule()]}
    st.vega_lite_chart(table.assign(now=epoch), spec, key="learning-curve")
    words = "On the digits kept aside: guessing, 10 %, before it learns"
    if len(history):
        first, best = history["validation_accuracy"].iloc[0], history["validation_accuracy"].max()
        words += f"; {text.percent_text(float(first))} after the first epoch, {text.percent_text(float(best))} at its best"
    st.caption(f"{words}.")


def _filters(before, now, epoch):
    layer = now.layers[st.session_state.inside_layer - 1]
    if before is None:
        colours, text = (
            tiles.of_bits(layer.weights),
            "the first epoch’s weights: nothing to compare them with",
        )
    else:
        old = before.layers[st.session_state.inside_layer - 1].weights
        colours = tiles.of_flips(old, layer.weights)
        text = f"{int((old != layer.weights).sum()):,} of {layer.num_weights:,} bits of this layer flipped"
    side = 3 if layer.kind == "convolution" else layer.side
    columns = tiles.num_columns(layer.outputs, 1.6)
    wall = tiles.wall(tiles.filters(colours, side), columns)
    st.html(
        figure(tile(wall, f"Weights after epoch {epoch}: {text}", "full"), f"After epoch {epoch}: {text}")
    )
    if before is None:
        return
    st.html(
        '<p class="colours"><i class="tile turned-white"></i> has just turned white'
        ' <i class="tile turned-black"></i> has just turned black</p>'
    )
