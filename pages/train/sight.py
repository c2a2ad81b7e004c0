"""Shows the network of a run, also while it learns: its first weights, and what it reads in a digit."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from bnn.engine import file
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE, layer_shapes
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from pages.shared import bit_images, errors, network_files, networks, session
from pages.shared.bit_html import picture
from pages.train.draw_for_it import draw_for_it

# Number of neurons shown. Those of a dense layer have a weight for each pixel, so fewer of them are shown.
_NUM_SHOWN = {"convolution": 32, "dense": 8}
_COLUMNS = 8
# Only between versions of the live network that were written within this time have bits "just flipped". On
# slow machines, the trainer writes the live network only every few seconds (`bnn.training.snapshots`).
_JUST_NOW_SECONDS = 30.0
_LEGEND = '<i class="tile white"></i> <span>+1</span> <i class="tile black"></i> <span>−1</span>'
_LEGEND_OF_FLIPS = ' <i class="tile turned-black"></i> <span>has just flipped</span>'


class Seen(NamedTuple):
    """A network that the page shows.

    Args:
        run_id: id of the run.
        version: version of the file from which the network was read.
        network: the network.
        before: the live network of this training that was shown before, if it is only some seconds older;
            else None.
    """

    run_id: str
    version: tuple[str, int, int]
    network: PackedNetwork
    before: PackedNetwork | None


def sight(run: Run, status: Status) -> None:
    """Shows the network in training (live network) or, if the run is not being trained, the run's network.

    Beside its weights is the canvas: the network whose bits are shown reads what the visitor draws.

    How often the trainer writes the file of the live network depends on how long writing takes
    (`bnn.training.snapshots`). This function reads the file again only if it has changed.
    """
    with errors.errors_in_words():
        is_active = status.state in ACTIVE
        seen = _look(run, status)
        st.html(_weights(seen, is_active) if seen else _weights_to_come(run, is_active))
        draw_for_it(run, seen and seen.network, seen and _address(run, seen))


def _look(run: Run, status: Status) -> Seen | None:
    """Returns the network to show; None if the run has none yet."""
    paths = [run.live_path, run.model_path] if status.state == "running" else [run.model_path]
    for path in paths:
        try:
            version = networks.file_version(path)
            old: Seen | None = st.session_state.get(session.SEEN)
            if old is None or old.version != version:
                before = old.network if old and path == run.live_path and _follows(old, version) else None
                st.session_state[session.SEEN] = Seen(run.id, version, file.load(path), before)
        except FileNotFoundError:
            # The trainer removes the live network at the end.
            continue
        return st.session_state[session.SEEN]
    return None


def _follows(old: Seen, version: tuple[str, int, int]) -> bool:
    """Returns whether this version of a file was written at most some seconds after the one shown before."""
    (old_path, old_time_ns, _), (path, time_ns, _) = old.version, version
    return old_path == path and 0 <= time_ns - old_time_ns <= _JUST_NOW_SECONDS * 1e9


def _address(run: Run, seen: Seen) -> str:
    """Returns the address from which the browser loads the network."""
    is_live = Path(seen.version[0]) == run.live_path
    return network_files.live_address(run, seen.version) if is_live else network_files.address(run)


def _weights(seen: Seen, is_active: bool) -> str:
    """Returns HTML of the first layer's weights. Bits that have just flipped flash."""
    layer, before = seen.network.layers[0], seen.before
    num_shown = _NUM_SHOWN[layer.kind]
    now = layer.weights[:num_shown]
    name = f"The first layer: {_count(len(now), layer.outputs)}"
    parts = [picture(_wall(bit_images.of_bits(now), _side(layer)), f"{name}, their weights")]
    news = ""
    if before is not None:
        old = before.layers[0].weights[:num_shown]
        if (old != now).any():
            flips = _wall(bit_images.marking_flips(old, now), _side(layer))
            parts.append(picture(flips, "bits that have just flipped", "flash"))
        flipped, num_bits = seen.network.num_flips_since(before), seen.network.num_weights
        news = f"{flipped:,} of {num_bits:,} bits just flipped."
    legend = _LEGEND + (_LEGEND_OF_FLIPS if is_active or before is not None else "")
    return _figure("".join(parts), f'{name}.<br><span class="colours">{legend}</span><br>{news}')


def _weights_to_come(run: Run, is_active: bool) -> str:
    """Returns HTML that keeps the place of the weights, and says when they appear or that there are none."""
    first, recipe = layer_shapes(run.recipe())[0], run.recipe()
    side = 3 if first.kind == "convolution" else IMAGE_SIDE
    num_shown = min(_NUM_SHOWN[first.kind], first.outputs)
    unknown = np.full((num_shown, side * side, recipe.num_input_channels), bit_images.GREY, np.uint8)
    words = (
        "The network appears here some seconds after its training begins, as soon as TensorFlow is loaded."
        if is_active
        else "This run has no network yet."
    )
    return _figure(picture(_wall(unknown, side), "no weights yet", "to-come"), words)


def _figure(pictures: str, caption: str) -> str:
    return (
        f'<figure class="picture weights"><div class="flashing">{pictures}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _count(num_shown: int, num_neurons: int) -> str:
    return f"{num_neurons} neurons" if num_shown == num_neurons else f"{num_shown} of {num_neurons} neurons"


def _side(layer: PackedLayer) -> int:
    return 3 if layer.kind == "convolution" else layer.side


def _wall(colours: np.ndarray, side: int) -> np.ndarray:
    tiles = bit_images.filters(colours, side)
    return bit_images.wall(tiles, min(_COLUMNS, len(tiles)))
