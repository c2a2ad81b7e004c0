"""Inside, chapter 5: a picture of some weights, with flipped ones in purple, and a button that flips more."""

from math import ceil

import numpy as np
import streamlit as st

from bnn.engine.network import PackedNetwork
from pages.inside.chapters.damage_sliders import FLIPS, MOVED, SLIDERS, key
from pages.inside.live.component import KEY
from pages.shared import bit_images
from pages.shared.bit_html import figure, picture

_COLUMNS, _ROWS = 84, 72
_NUM_FLIPS = 1000
# The pixels of the largest mark of a flipped weight, as rows and columns from its middle, nearest first.
_MARK = sorted(
    ((row, column) for row in range(-2, 3) for column in range(-2, 3)),
    key=lambda place: (place[0] ** 2 + place[1] ** 2, place),
)
# From this share of flipped weights on, each mark is one pixel.
_SHARE_OF_SINGLE_PIXELS = 0.25
# The number of presses of the button that the server has answered.
ANSWERED = "inside_flips_answered"


def step(network: PackedNetwork) -> int:
    """Returns how many weights of the network each weight of the picture stands for."""
    return ceil(network.num_weights / (_COLUMNS * _ROWS))


def sample(network: PackedNetwork, damaged: PackedNetwork) -> np.ndarray:
    """Returns the picture, (height, width, 3) uint8: every `step`-th weight of `damaged`, row by row.

    Weights that differ from those of `network` are purple.
    """
    before, after = (
        np.concatenate([layer.weights.ravel() for layer in each.layers])[:: step(network)]
        for each in (network, damaged)
    )
    rows = ceil(len(before) / _COLUMNS)
    colours = np.full((rows * _COLUMNS, 3), bit_images.GREY, np.uint8)
    colours[: len(before)] = bit_images.of_flips(before, after)
    picture = colours.reshape(rows, _COLUMNS, 3)
    _enlarge(picture, np.flatnonzero(before != after), len(before))
    return picture


def _enlarge(picture: np.ndarray, flipped: np.ndarray, num_weights: int) -> None:
    """Enlarges the marks of flipped weights, so that even a few can be seen. Changes `picture`.

    Args:
        picture: (height, width, 3) uint8, one pixel for each weight, row by row. The pixels after the last
            weight keep their colour.
        flipped: indices of the flipped weights.
        num_weights: number of weights in the picture.
    """
    width = picture.shape[1]
    own = {index: picture[divmod(index, width)].copy() for index in flipped.tolist()}
    sizes = mark_sizes(len(flipped), num_weights)
    for (index, colour), size in zip(own.items(), sizes, strict=True):
        for down, right in _MARK[:size]:
            column, marked = index % width + right, index + down * width + right
            if 0 <= column < width and 0 <= marked < num_weights:
                picture[divmod(marked, width)] = colour
    # The weights themselves are drawn last, so that the mark of another one never covers them.
    for index, colour in own.items():
        picture[divmod(index, width)] = colour


def mark_sizes(num_flipped: int, num_weights: int) -> list[int]:
    """Returns how many pixels the mark of each flipped weight has, from 25 to 1, as in live/weights.js.

    The more weights are flipped, the smaller are the marks, but together they cover ever more of the picture.
    From a quarter of the weights on, each mark is one pixel.
    """
    mean = (_SHARE_OF_SINGLE_PIXELS * num_weights / max(1, num_flipped)) ** 0.75
    mean = min(len(_MARK), max(1.0, mean))
    return [int(mean * (i + 1)) - int(mean * i) for i in range(num_flipped)]


def weights_html(network: PackedNetwork, damaged: PackedNetwork) -> str:
    """Returns HTML of the picture. While a slider moves, the browser changes it, see live/weights.js."""
    every = step(network)
    some = "All weights are shown" if every == 1 else f"One weight in {every} is shown"
    words = f"{some}. Purple is flipped (drawn larger if there are few)"
    return figure(picture(sample(network, damaged), words, "weights"), words)


def button() -> None:
    """Shows the button that flips 1,000 more weights. The browser reacts to a press, see live/weights.js."""
    attributes = f'type="button" class="small-button" data-flips="{_NUM_FLIPS}"'
    st.html(f"<button {attributes}>Flip {_NUM_FLIPS:,} more</button>")


def flip_more() -> None:
    """Sets the slider to the share of flipped weights that the browser already shows."""
    # The value comes from the browser and may be anything.
    wanted = st.session_state[KEY].flips
    share, number = (wanted.get("share"), wanted.get("number")) if isinstance(wanted, dict) else (None, None)
    if not isinstance(share, int | float) or not isinstance(number, int):
        return
    if 0 <= share <= SLIDERS[FLIPS].highest and number >= 0:
        st.session_state[key(FLIPS)] = float(share)
        st.session_state[MOVED] = FLIPS
        st.session_state[ANSWERED] = number
