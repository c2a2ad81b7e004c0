"""Inside, chapter 5: a picture of some weights, with flipped ones in purple, and a button that flips more."""

from math import ceil

import numpy as np
import streamlit as st

from bnn.engine.network import PackedNetwork
from pages.inside import address, flip_marks
from pages.inside.chapters.damage_sliders import FLIPS, MOVED, SLIDERS, key
from pages.inside.live.component import KEY
from pages.shared import bit_images
from pages.shared.bit_html import figure, picture
from pages.shared.messages import message

_COLUMNS, _ROWS = 84, 72
_NUM_FLIPS = 1000
# Session key: how many presses of the button the server has handled.
ANSWERED = "inside_flips_answered"


def step(network: PackedNetwork) -> int:
    """Returns how many weights of the network each weight of the picture stands for."""
    return ceil(network.num_weights / (_COLUMNS * _ROWS))


def sample(network: PackedNetwork, damaged: PackedNetwork) -> np.ndarray:
    """Returns the picture, (height, width, 3) uint8: every `step`-th weight of `damaged`, row by row.

    Weights that differ from those of `network` are purple. If `step` is above 1, an incomplete last row is
    left out.
    """
    before, after = (
        np.concatenate([layer.weights.ravel() for layer in each.layers])[:: step(network)]
        for each in (network, damaged)
    )
    if step(network) > 1:
        num_shown = len(before) // _COLUMNS * _COLUMNS
        before, after = before[:num_shown], after[:num_shown]
    rows = ceil(len(before) / _COLUMNS)
    colours = np.full((rows * _COLUMNS, 3), bit_images.GREY, np.uint8)
    colours[: len(before)] = bit_images.of_flips(before, after)
    return flip_marks.enlarged(colours.reshape(rows, _COLUMNS, 3))


def weights_html(network: PackedNetwork, damaged: PackedNetwork) -> str:
    """Returns HTML of the picture. While a slider moves, the browser changes it, see live/weights.js."""
    every = step(network)
    some = "All weights are shown" if every == 1 else f"One weight in {every} is shown"
    words = f"{some}. Purple is flipped (drawn larger if there are few)"
    # If one weight in several is shown, all rows are full.
    if every == 1 and network.num_weights % _COLUMNS:
        words += ". Grey: no more weights"
    return figure(picture(sample(network, damaged), words, "weights"), words)


def button() -> None:
    """Shows the button that flips 1,000 more weights. The browser reacts to a press, see live/weights.js."""
    attributes = f'type="button" class="small-button" data-flips="{_NUM_FLIPS}"'
    st.html(f"<button {attributes}>Flip {_NUM_FLIPS:,} more</button>")


def flip_more() -> None:
    """Sets the slider to the share of flipped weights that the browser already shows."""
    # The value comes from the browser and may be anything.
    wanted = message(KEY, "flips")
    share, number = (wanted.get("share"), wanted.get("number")) if isinstance(wanted, dict) else (None, None)
    if not isinstance(share, int | float) or not isinstance(number, int):
        return
    if 0 <= share <= SLIDERS[FLIPS].highest and number >= 0:
        # Rounded as in the address, so that the results for this share are found again after Back.
        st.session_state[key(FLIPS)] = round(float(share), address.NUM_DECIMALS)
        st.session_state[MOVED] = FLIPS
        st.session_state[ANSWERED] = number
