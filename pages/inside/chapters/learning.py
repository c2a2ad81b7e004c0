"""Inside, chapter 4: learning is flipping bits. The chapter shows a training from its start to its end."""

import html

import numpy as np
import streamlit as st

from bnn.engine.answer import read
from bnn.engine.network import PackedNetwork
from bnn.engine.verdict import verdict
from bnn.runs import first_batches, store
from bnn.runs.labels import run_labels
from bnn.runs.run import Run
from pages.inside import address, digit_choice, play
from pages.inside.chapter import Chapter
from pages.inside.chapters.learning_choice import LAYER, MOMENT, choose
from pages.inside.chapters.learning_curve import check_images, curve
from pages.inside.chapters.learning_weights import show_weights
from pages.inside.chapters.moments import Moment, moments, name_in_address
from pages.inside.chapters.runs_before import has_same_layers, start_network
from pages.inside.layer_names import layer_names
from pages.inside.select import select
from pages.shared import errors, figures, networks, session, text
from pages.shared.bars import bars
from pages.shared.bit_html import large_answer
from pages.shared.text import noun

_PARAMETERS = {
    "epoch": address.Parameter(MOMENT, name_in_address),
    # "layer" is the layer of chapter 2.
    "learning-layer": address.Parameter(LAYER, address.whole_number),
}
_PLAY, _PLAY_SECONDS = "learning-play", 0.9
_WHY = "A bit flips if, in batch after batch, the opposite bit would make the right answers more likely."
_WORDS = (
    "**Learning is flipping bits.** The weights start at random. After each batch of images, the network’s"
    f" answers are compared with the right ones.\n\n{_WHY}"
)
_WORDS_AFTER_OTHER_CLASSES = (
    "**Learning is flipping bits.** This training started from the convolutions of a network for other"
    f" classes. Its dense layers started with random weights.\n\n{_WHY}"
)
# An example run that has kept the networks of its first batches.
_FROM_THE_START = "quick"


def _show(run: Run, image: np.ndarray) -> None:
    fragment = st.fragment(_chapter, run_every=play.interval(_PLAY, _PLAY_SECONDS))
    fragment(run, image, play.is_playing(_PLAY))


CHAPTER = Chapter("4 Learning", _show, _PARAMETERS, grey="between tiles", purple="has just flipped")


def _chapter(run: Run, image: np.ndarray, was_playing: bool) -> None:
    address.follow("learning", run)
    with errors.errors_in_words():
        _contents(run, networks.network(run), image)
    address.write(_PARAMETERS)
    play.follow(_PLAY, was_playing)


def _contents(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    all_moments = moments(run)
    if not all_moments:
        _say_why_there_are_none(run)
        return
    with st.container(key="learning-words"):
        st.markdown(_words(run, network, all_moments))
    choose(run, network, all_moments)
    play.step(_PLAY, _PLAY_SECONDS, lambda: _next(list(all_moments)))
    _controls(network, all_moments)
    _show_moment(run, network, image, all_moments)
    _say_what_is_missing(run, all_moments)


def _say_why_there_are_none(run: Run) -> None:
    if run.folder.is_dir():
        st.info("The networks after this run’s epochs were not kept. Choose another network above.")
    else:
        st.error(f"{errors.missing_run(run.id)} Choose another one.")


def _show_moment(run: Run, network: PackedNetwork, image: np.ndarray, all_moments: dict[str, Moment]) -> None:
    """Shows the network of the chosen moment, and what has changed since the moment before."""
    moment = all_moments[st.session_state[MOMENT]]
    now = _network(network, moment)
    before = _network_before(run, network, all_moments, moment)
    answers, weights, accuracy = st.columns([3, 5, 4], gap="medium")
    with answers, st.container(key="learning-answer"):
        _answer(now, image, moment)
    with weights, st.container(key="learning-weights"):
        _flips(before, now, moment)
        show_weights(before, now, moment, st.session_state[LAYER])
    with accuracy, st.container(key="learning-accuracy"):
        _accuracy(moment)
        of_same_run = {name: each for name, each in all_moments.items() if each.run == moment.run}
        curve(moment.run, of_same_run, moment, 1 / network.num_classes)


def _words(run: Run, network: PackedNetwork, all_moments: dict[str, Moment]) -> str:
    """Returns the text above the chapter.

    If the training started from another network, the text says how many bits have changed since then.
    """
    start = start_network(run, network)
    if start is None:
        return _WORDS_AFTER_OTHER_CLASSES if run.start_path.is_file() else _WORDS
    num_flips = network.num_flips_since(start)
    changed = f"{num_flips:,} of {network.num_weights:,} bits"
    labels = run_labels(list(dict.fromkeys(each.run for each in all_moments.values())))
    before = [label for run_id, label in labels.items() if run_id != run.id]
    if not before:
        return f"**{changed} changed.** This training started from another network.\n\n{_WHY}"
    names = ", and then ".join(f"**{text.escaped(name)}**" for name in before)
    return (
        "**Learning is flipping bits.** This network began with random weights. Its first"
        f" {'training' if len(before) == 1 else 'trainings'} gave {names}. Then another training continued"
        f" from there, and changed {changed}. The slider shows all these trainings."
    )


def _controls(network: PackedNetwork, all_moments: dict[str, Moment]) -> None:
    slider, button, layer = st.columns([6, 2, 4], vertical_alignment="bottom", gap="medium")
    names = list(all_moments)
    with slider:
        st.select_slider(
            "Progress of the training",
            # The slider needs at least two options, so a single moment is given twice.
            names if len(names) > 1 else names * 2,
            format_func=lambda name: all_moments[name].label,
            help=f"A batch is a small group of training images. {text.EPOCH}",
            key=MOMENT,
            persist_state="session",
        )
    with button:
        play.button(_PLAY)
    with layer:
        select("Weights of layer", layer_names(network), LAYER, help="The layer whose weights are shown.")


def _next(names: list[str]) -> bool:
    """Chooses the next moment or, after the last one, the first. Returns whether another moment follows."""
    place = (names.index(st.session_state[MOMENT]) + 1) % len(names)
    st.session_state[MOMENT] = names[place]
    return place < len(names) - 1


def _network_before(
    run: Run, network: PackedNetwork, all_moments: dict[str, Moment], moment: Moment
) -> PackedNetwork | None:
    """Returns the network with which the network of this moment is compared, or None if there is none."""
    names = list(all_moments)
    if place := names.index(moment.name):
        return _network(network, all_moments[names[place - 1]])
    return start_network(run, network) if moment.run == run else None


def _network(network: PackedNetwork, moment: Moment) -> PackedNetwork:
    """Returns the network of that moment.

    Raises:
        ValueError: if its layers differ from those of the run's network.
    """
    kept = networks.load_network(moment.path)
    if not has_same_layers(kept, network):
        raise ValueError(
            f"the network {moment.words} does not have the same layers as the network of the run"
        )
    return kept


def _answer(network: PackedNetwork, image: np.ndarray, moment: Moment) -> None:
    answer = read(network, image)
    words = verdict(answer)
    reads = f" it reads this {noun(network.class_names)} as" if answer.named_class is not None else ":"
    st.html(
        f'<div class="then {words.state}" role="status"><p>{html.escape(moment.sentence_start)}{reads}</p>'
        f"{large_answer(words)}<p>{html.escape(words.certainty)}"
        f"<br>{digit_choice.right_or_wrong(answer)}</p></div>"
        f"{bars(answer)}"
    )


def _flips(before: PackedNetwork | None, now: PackedNetwork, moment: Moment) -> None:
    if before is not None:
        value, label = (
            _flips_text(before, now),
            f"of {now.num_weights:,} bits flipped since the moment before",
        )
    elif moment.is_start:
        value, label = "0", f"of {now.num_weights:,} bits flipped: learning has not begun"
    else:
        value, label = "–", "bits flipped: the network of the moment before was not kept"
    explanation = "Each network on the slider is compared with the one before it (flip ratio)."
    figures.figures([(value, label, explanation)])


def _accuracy(moment: Moment) -> None:
    value = "not measured" if moment.accuracy is None else text.percent_text(moment.accuracy)
    images = check_images(moment.run)
    some = f"some {images}" if moment.is_in_first_epoch else f"the {images}"
    label = f"right on {some} {moment.words} (validation accuracy)"
    which = "validation set"
    if images != "check images":
        which = "test set, because this training kept no other images aside"
    explanation = f"The network does not learn from these images ({which}). In epoch 1, only some are used."
    figures.figures([(value, label, explanation)])


def _flips_text(before: PackedNetwork, now: PackedNetwork) -> str:
    num_flips = now.num_flips_since(before)
    share = num_flips / now.num_weights
    # Late in a training, few bits flip. A second decimal shows that the share is not zero.
    return f"{num_flips:,} ({text.percent_text(share, 1 if share >= 0.001 else 2)})"


def _say_what_is_missing(run: Run, all_moments: dict[str, Moment]) -> None:
    """If the networks of the first batches were not kept, says so, and offers a run that has them."""
    if any(moment.is_in_first_epoch for moment in all_moments.values()):
        return
    st.caption("When this run was trained, the app did not yet keep the networks of the first batches.")
    try:
        has_start = bool(first_batches.numbers(store.find(_FROM_THE_START)))
    except ValueError:
        return
    if has_start and run.id != _FROM_THE_START:
        st.button(
            f"See {_FROM_THE_START} learn from the start",
            key="learning-from-the-start",
            icon=":material/first_page:",
            on_click=_go_to_start,
        )


def _go_to_start() -> None:
    st.session_state[session.CHOSEN_RUN] = _FROM_THE_START
    st.session_state[MOMENT] = None
