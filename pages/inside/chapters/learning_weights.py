"""Inside, chapter 4: the weights of a layer, with those that have just flipped in purple."""

from math import ceil, log

import numpy as np
import streamlit as st

from bnn.engine.network import PackedNetwork
from pages.inside import flip_marks
from pages.inside.chapters.moments import Moment
from pages.shared import bit_images
from pages.shared.bit_html import figure, picture

# In a picture of at most this many weights side by side, a single flipped one can be seen.
_WIDTH_OF_LARGE_WEIGHTS = 90


def show_weights(before: PackedNetwork | None, now: PackedNetwork, moment: Moment, number: int) -> None:
    """Shows the weights of a layer. Those that differ from the network before are purple.

    Args:
        before: the network of the moment before; None if there is none.
        now: the network of this moment.
        moment: this moment.
        number: number of the layer, counted from 1.
    """
    layer = now.layers[number - 1]
    if before is None:
        colours = bit_images.of_bits(layer.weights)
        words = (
            "no bit has flipped yet" if moment.is_start else "no earlier weights were kept to compare with"
        )
    else:
        old = before.layers[number - 1].weights
        colours = bit_images.of_flips(old, layer.weights)
        num_flips = int((old != layer.weights).sum())
        words = f"{num_flips:,} of {layer.num_weights:,} bits of this layer flipped"
    side = 3 if layer.kind == "convolution" else layer.side
    tiles = bit_images.filters(colours, side)
    wall = bit_images.wall(tiles, columns_of_weights(*tiles.shape[:3]))
    shown = wall if before is None else _with_marks(wall)
    image = picture(shown, f"Weights {moment.words}: {words}", "full")
    if layer.kind == "convolution" and layer.inputs > 1:
        words += f". Each tile is a neuron: 3\u00a0×\u00a03 weights for each of its {layer.inputs} inputs"
    st.html(figure(image, f"{moment.sentence_start}: {words}"))
    if before is not None:
        st.html(
            '<p class="colours"><span><i class="tile turned-white"></i> has just turned white</span>'
            ' <span><i class="tile turned-black"></i> has just turned black</span>'
            f"{'' if np.array_equal(shown, wall) else ' <span>(flips are drawn larger)</span>'}</p>"
        )


def columns_of_weights(count: int, height: int, width: int) -> int:
    """Returns the number of columns with which the picture of all tiles is about twice as wide as high.

    If possible, all rows are full. The picture is then at most six times as wide as high.
    """

    def shape(columns: int) -> float:
        return columns**2 * width / (count * height)

    full = [columns for columns in range(1, count + 1) if count % columns == 0]
    best = min(full, key=lambda columns: abs(log(shape(columns) / 2)))
    return best if 1 / 2 <= shape(best) <= 6 else bit_images.num_columns(count, 2 * height / width)


def _with_marks(wall: np.ndarray) -> np.ndarray:
    """Returns the picture of a layer's weights with larger marks of flipped ones, if each weight is small."""
    return flip_marks.enlarged(
        wall, min(flip_marks.LARGEST, ceil(wall.shape[1] / _WIDTH_OF_LARGE_WEIGHTS) ** 2)
    )
