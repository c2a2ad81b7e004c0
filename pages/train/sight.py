"""Shows a network while it learns: the weights of its first layer, and what it reads in a digit."""

import html
from typing import NamedTuple

import numpy as np
import streamlit as st

from bnn.engine import file
from bnn.engine.answer import read
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.engine.verdict import verdict
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from bnn.system.errors import error_text
from pages.shared import bit_images, errors, networks, session
from pages.shared.bars import bars
from pages.shared.bit_html import figure, large_answer, picture
from pages.train.shown_digit import ShownDigit, shown_digit

# Number of neurons shown. Those of a dense layer have a weight for each pixel, so fewer of them are shown.
_NUM_CONVOLUTION, _NUM_DENSE = 32, 8
_COLUMNS = 8
_LEGEND = '<i class="tile white"></i> <span>+1</span> <i class="tile black"></i> <span>−1</span>'
_LEGEND_OF_FLIPS = (
    ' <i class="tile turned-white"></i><i class="tile turned-black"></i> <span>has just flipped</span>'
)


class Seen(NamedTuple):
    """A network that the page shows.

    Args:
        run_id: id of the run.
        version: version of the file from which the network was read.
        network: the network.
        before: the network that was shown before, if both come from the same training; else None.
    """

    run_id: str
    version: tuple[str, int, int]
    network: PackedNetwork
    before: PackedNetwork | None


def sight(run: Run, status: Status) -> None:
    """Shows the network in training (live network) or, if the run is not being trained, the run's network.

    How often the trainer writes the live network depends on how long that takes (`bnn.training.snapshots`).
    This function reads it again only if the file has changed.
    """
    with st.container(key="sight"), errors.errors_in_words():
        seen = _look(run, status)
        if seen is None:
            st.html(f'<div class="sight"><p class="quiet">{_waiting(status)}</p></div>')
            return
        st.html(
            f'<div class="sight">{_weights(seen, status.state in ACTIVE)}'
            f"{_digit_and_answer(run, seen.network)}</div>"
        )


def _waiting(status: Status) -> str:
    if status.state in ACTIVE:
        return (
            "The network appears here as soon as it is built, before it has learnt anything."
            " Loading the program that trains it (TensorFlow) takes some seconds."
        )
    return "This run has no network yet."


def _look(run: Run, status: Status) -> Seen | None:
    """Returns the network to show; None if the run has none yet."""
    paths = [run.live_path, run.model_path] if status.state == "running" else [run.model_path]
    for path in paths:
        try:
            version = networks.file_version(path)
            old: Seen | None = st.session_state.get(session.SEEN)
            if old is None or old.version != version:
                is_followed = old is not None and old.run_id == run.id and path == run.live_path
                before = old.network if old and is_followed else None
                st.session_state[session.SEEN] = Seen(run.id, version, file.load(path), before)
        except FileNotFoundError:
            # The trainer removes the live network at the end.
            continue
        return st.session_state[session.SEEN]
    return None


def _weights(seen: Seen, is_active: bool) -> str:
    """Returns HTML of the first layer's weights. Bits that have just flipped flash."""
    layer, before = seen.network.layers[0], seen.before
    num_shown = _NUM_CONVOLUTION if layer.kind == "convolution" else _NUM_DENSE
    now = layer.weights[:num_shown]
    name = f"The first layer: {_count(len(now), layer.outputs)}"
    parts = [picture(_wall(bit_images.of_bits(now), layer), f"{name}, their weights")]
    news = ""
    if before is not None:
        old = before.layers[0].weights[:num_shown]
        if (old != now).any():
            parts.append(
                picture(_wall(bit_images.of_flips(old, now), layer), "bits that have just flipped", "flash")
            )
        news = f"{seen.network.num_flips_since(before):,} bits of the network have just flipped."
    legend = _LEGEND + (_LEGEND_OF_FLIPS if is_active or before is not None else "")
    caption = f'{name}.<br><span class="colours">{legend}</span><br>{news}'
    pictures = f'<div class="flashing">{"".join(parts)}</div>'
    return f'<figure class="picture weights">{pictures}<figcaption>{caption}</figcaption></figure>'


def _count(num_shown: int, num_neurons: int) -> str:
    return f"{num_neurons} neurons" if num_shown == num_neurons else f"{num_shown} of {num_neurons} neurons"


def _wall(colours: np.ndarray, layer: PackedLayer) -> np.ndarray:
    tiles = bit_images.filters(colours, 3 if layer.kind == "convolution" else layer.side)
    return bit_images.wall(tiles, min(_COLUMNS, len(tiles)))


def _digit_and_answer(run: Run, network: PackedNetwork) -> str:
    """Returns HTML of a digit and of the network's answer; or why there is no digit, if a file is damaged."""
    try:
        digit = shown_digit(run)
    except (OSError, ValueError) as error:
        return f'<p class="quiet">{html.escape(f"No digit can be shown: {error_text(error)}.")}</p>'
    return _digit(digit) + _reading(network, digit)


def _digit(digit: ShownDigit) -> str:
    return figure(picture(digit.image, digit.name), digit.name, "shown-digit")


def _reading(network: PackedNetwork, digit: ShownDigit) -> str:
    answer = read(network, digit.image)
    words = verdict(answer)
    return (
        f'<div class="reading"><div class="then {words.state}"><p>It {words.verb}</p>'
        f"{large_answer(words)}<p>{html.escape(words.certainty)}</p></div>"
        f"{bars(answer)}</div>"
    )
