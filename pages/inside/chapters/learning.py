"""Inside, chapter 4: learning is flipping bits. The chapter shows a run epoch by epoch."""

import html

import numpy as np
import pandas as pd
import streamlit as st

from bnn.engine import answer
from bnn.engine.network import PackedNetwork
from bnn.engine.verdict import verdict
from bnn.runs.run import Run
from pages.inside import address, bit_images, digit_choice, keys, play
from pages.inside.bit_html import bars, figure, picture
from pages.inside.chapter import Chapter
from pages.inside.layer_names import layer_names
from pages.inside.select import select
from pages.inside.words import noun
from pages.shared import charts, errors, figures, networks, text

_EPOCH = "inside_epoch"
_VALUES = {
    "epoch": address.Value(_EPOCH, address.whole_number),
    "layer": address.Value(keys.LAYER, address.whole_number),
}
_PLAY, _PLAY_SECONDS = "learning-play", 0.9
_WORDS = (
    "**Learning is flipping bits.** The network starts with random weights. After each pass over all"
    " training images (an epoch), some bits have flipped. The flips that help remain."
)


def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    fragment = st.fragment(_chapter, run_every=play.interval(_PLAY, _PLAY_SECONDS))
    fragment(run, network, image, play.is_playing(_PLAY))


CHAPTER = Chapter("4 Learning", _show, _VALUES, grey="between tiles")


def _chapter(run: Run, network: PackedNetwork, image: np.ndarray, was_playing: bool) -> None:
    with errors.errors_in_words():
        epochs = run.epochs()
        if not epochs:
            st.info(
                "The networks of the single epochs were not kept for this run. Choose another network above."
            )
            return
        st.markdown(_words(run, network))
        _bring_into_range(network, epochs)
        play.step(_PLAY, _PLAY_SECONDS, lambda: _next(epochs))
        _controls(network, epochs)
        epoch, layer = st.session_state[_EPOCH], st.session_state[keys.LAYER]
        now = _epoch_network(run, network, epoch)
        before = _network_before(run, network, epochs, epoch)
        left, right = st.columns([5, 6], gap="large")
        with left, st.container(key="learning-figures"):
            _figures(run, before, now, epoch)
            _answer(now, image)
            _curve(run, epochs, epoch, 1 / network.num_classes)
        with right, st.container(key="learning-weights"):
            _weights(before, now, epoch, layer)
        address.write(_VALUES)
        play.follow(_PLAY, was_playing)


def _words(run: Run, network: PackedNetwork) -> str:
    """Returns the text above the chapter, which counts the changes to the network at the start."""
    start = _start_network(run, network)
    if start is None:
        return _WORDS
    num_flips = network.num_flips_since(start)
    return (
        f"**{num_flips:,} of {network.num_weights:,} bits changed.** This training went on from another"
        " network. After each epoch, some bits have flipped. The flips that help remain."
    )


def _start_network(run: Run, network: PackedNetwork) -> PackedNetwork | None:
    """Returns the network with which the training started; None for random weights.

    A training for other classes also counts as started with random weights: its trained layers are new.
    """
    if not run.start_path.is_file():
        return None
    start = networks.load_network(run.start_path)
    return start if start.class_names == network.class_names else None


def _bring_into_range(network: PackedNetwork, epochs: list[int]) -> None:
    state = st.session_state
    if state.get(_EPOCH) not in epochs:
        # Flipped bits can be seen from the second epoch on, because the first has no epoch before it.
        wanted = state.get(_EPOCH) or 2
        state[_EPOCH] = min(epochs, key=lambda epoch: abs(epoch - wanted))
    if not 1 <= state.get(keys.LAYER, 0) <= len(network.layers):
        state[keys.LAYER] = min(max(1, state.get(keys.LAYER, 1)), len(network.layers))


def _controls(network: PackedNetwork, epochs: list[int]) -> None:
    slider, button, layer = st.columns([6, 2, 4], vertical_alignment="bottom")
    with slider:
        st.select_slider(
            "Epoch",
            # The slider needs at least two options, so a single epoch is given twice.
            epochs if len(epochs) > 1 else epochs * 2,
            help="One epoch is one pass over all training images.",
            key=_EPOCH,
            persist_state="session",
        )
    with button:
        play.button(_PLAY)
    with layer:
        select(
            "Weights of layer", layer_names(network), keys.LAYER, help="The layer whose weights are shown."
        )


def _next(epochs: list[int]) -> bool:
    """Chooses the next epoch, or the first after the last. Returns whether another epoch follows."""
    place = (epochs.index(st.session_state[_EPOCH]) + 1) % len(epochs)
    st.session_state[_EPOCH] = epochs[place]
    return place < len(epochs) - 1


def _network_before(run: Run, network: PackedNetwork, epochs: list[int], epoch: int) -> PackedNetwork | None:
    earlier = [other for other in epochs if other < epoch]
    return _epoch_network(run, network, earlier[-1]) if earlier else _start_network(run, network)


def _epoch_network(run: Run, network: PackedNetwork, epoch: int) -> PackedNetwork:
    """Returns the network as it was after that epoch.

    Raises:
        ValueError: If its layers differ from those of the run's network.
    """
    found = networks.load_network(run.epoch_path(epoch))
    shapes, expected = ([layer.weights.shape for layer in each.layers] for each in (found, network))
    if shapes != expected:
        raise ValueError(
            f"the network of epoch {epoch} does not have the same layers as the network of the run"
        )
    return found


def _answer(network: PackedNetwork, image: np.ndarray) -> None:
    found = answer.read(network, image)
    words = verdict(found)
    size = " long" if len(words.text) > 2 else ""
    st.html(
        '<div class="then" role="status">'
        f"<p>After this epoch it reads this {noun(network.class_names)} as</p>"
        f'<b class="big{size}">{html.escape(words.text)}</b>'
        f"<p>{html.escape(words.after) or 'not sure'}<br>{digit_choice.right_or_wrong(found)}</p></div>"
        f"{bars(found.probabilities, found.class_names)}"
    )


def _figures(run: Run, before: PackedNetwork | None, now: PackedNetwork, epoch: int) -> None:
    history = run.history()
    accuracies = dict(zip(history["epoch"], history["validation_accuracy"], strict=True))
    figures.figures(
        [
            (
                text.percent_text(accuracies.get(epoch)),
                "of the check images read right after this epoch (validation accuracy)",
                "Images that the network does not learn from. They were kept to check it (validation set).",
            ),
            (
                _flips_text(before, now),
                f"of {now.num_weights:,} bits flipped since the epoch before",
                "Counted by comparing this network with the network one epoch before (flip ratio).",
            ),
        ]
    )


def _flips_text(before: PackedNetwork | None, now: PackedNetwork) -> str:
    if before is None:
        return "–"
    num_flips = now.num_flips_since(before)
    share = num_flips / now.num_weights
    # Late in a training, few bits flip. A second decimal shows that it is not zero.
    return f"{num_flips:,} ({text.percent_text(share, 1 if share >= 0.001 else 2)})"


def _curve(run: Run, epochs: list[int], epoch: int, guessing: float) -> None:
    history = run.history()
    # The curve starts at the accuracy of guessing. Without this point, it would look flat for a good network.
    start = pd.DataFrame({"epoch": [0], "validation_accuracy": [guessing]})
    table = charts.epoch_curve("this run", pd.concat([start, history]), "validation_accuracy")
    spec = charts.curves(table, "accuracy", max(epochs), height=130, has_legend=False)
    spec = spec | {"layer": [*spec["layer"], charts.epoch_rule()]}
    st.vega_lite_chart(table.assign(now=epoch), spec, key="learning-curve")
    words = f"Accuracy on the check images: {text.percent_text(guessing, 0)} before it learns (by guessing)"
    if len(history):
        accuracies = history["validation_accuracy"].to_numpy()
        first, best = text.percent_text(accuracies[0]), text.percent_text(accuracies.max())
        words += f"; {first} after the first epoch, {best} at its best"
    st.caption(f"{words}.")


def _weights(before: PackedNetwork | None, now: PackedNetwork, epoch: int, number: int) -> None:
    layer = now.layers[number - 1]
    if before is None:
        colours = bit_images.of_bits(layer.weights)
        words = "this is the first epoch, so there are no earlier weights to compare with"
    else:
        old = before.layers[number - 1].weights
        colours = bit_images.of_flips(old, layer.weights)
        num_flips = int((old != layer.weights).sum())
        words = f"{num_flips:,} of {layer.num_weights:,} bits of this layer flipped"
    side = 3 if layer.kind == "convolution" else layer.side
    columns = bit_images.num_columns(layer.outputs, 1.6)
    wall = bit_images.wall(bit_images.filters(colours, side), columns)
    image = picture(wall, f"Weights after epoch {epoch}: {words}", "full")
    st.html(figure(image, f"After epoch {epoch}: {words}"))
    if before is not None:
        st.html(
            '<p class="colours"><i class="tile turned-white"></i> has just turned white'
            ' <i class="tile turned-black"></i> has just turned black</p>'
        )
