"""Inside, chapter 1: a digit becomes bits, and what the founding report's network sees of it."""

from dataclasses import replace

import numpy as np
import streamlit as st

from bnn.engine import answer, inference
from bnn.runs import store
from pages.inside import digit_choice, link, tiles, widgets
from pages.inside.widgets import figure, tile
from pages.shared import errors, networks, text

BLIND = (
    "<b>Why the report’s network saw nothing.</b> This project began with a report. Its network got its pixels as 0 for"
    " black, and more than that for all that is brighter. A one-bit network keeps only the sign, plus or minus. Nothing"
    " there is below zero, so every pixel became +1: a white square, whatever was drawn. Count black as −1, and the"
    " same network can see."
)


@st.fragment
def chapter(run, network, image):
    """The digit as pixels and as the bits that the first layer sees, and the report's white square."""
    with errors.errors_in_words():
        own = lowest_threshold(network)
        _keep_white(run, own)
        network = _with_threshold(network)
        seen = first_bits(network, image)
        st.html(
            f'<div class="inside-row">{_pixels(image)}{_arrow()}{_bits(network, seen)}{_report(image)}<p>{BLIND}</p></div>'
        )
        left, right = st.columns([3, 2], gap="large")
        with left:
            _words(network, seen, answer.read(network, image))
        with right:
            _try_it(own, np.size(network.pixel_threshold))
        link.write("white")


def first_bits(network, image: np.ndarray) -> np.ndarray:
    """What the engine's first layer sees: (28, 28, channels), bool (True for -1), or uint8 where it is grey."""
    return inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)


def lowest_threshold(network) -> int | None:
    """From which pixel value on a pixel gives its first +1; None for a network that takes shades of grey."""
    found = network.pixel_threshold
    return min(found) if isinstance(found, tuple) else found


def _with_threshold(network):
    own, wanted = lowest_threshold(network), st.session_state.get("inside_white")
    if not own or wanted is None:
        return network
    levels = np.atleast_1d(network.pixel_threshold)
    # Several levels keep their proportions: at 0 all of them are blind.
    moved = [int(level) for level in np.clip(np.rint(levels * wanted / own), 0, 256)]
    return replace(
        network, pixel_threshold=tuple(moved) if isinstance(network.pixel_threshold, tuple) else moved[0]
    )


def _pixels(image):
    ink = int((image > 0).sum())
    picture = tile(image, f"the digit, 28 by 28 pixels in shades of grey, {ink} of them not black", "large")
    return figure(picture, "28 × 28 pixels, each a shade from 0 (black) to 255 (white)")


def _arrow():
    return '<span class="arrow" aria-hidden="true">→</span>'


def _bits(network, seen):
    if network.pixel_threshold is None:
        return figure(
            tile(seen[..., 0], "the same pixels", "large"), "this network takes the shades as they are"
        )
    levels = np.atleast_1d(network.pixel_threshold)
    size = "large" if len(levels) == 1 else "half"
    pictures = "".join(
        tile(tiles.of_bits(seen[..., i]), f"white where a pixel is at least {level}, else black", size)
        for i, level in enumerate(levels)
    )
    caption = f"{'one bit' if len(levels) == 1 else f'{len(levels)} bits'} a pixel: {_asked(levels)}"
    return figure(f'<div class="several">{pictures}</div>', caption)


def _asked(levels):
    found = [str(level) for level in sorted({*map(int, levels)}) if level <= 255]
    if not found:
        return "is it brighter than white? No pixel is"
    if found == ["0"]:
        return "is it at least 0? Every pixel is"
    *first, last = found
    rest = "" if max(levels) <= 255 else " (the others ask for more than white)"
    return f"is it at least {', '.join(first)}{' or ' * bool(first)}{last}?{rest}"


def _report(image):
    try:
        network = networks.network(store.find("report"))
    except (ValueError, OSError):
        # Without that network, there is nothing of it to show.
        return ""
    seen = tiles.of_bits(first_bits(network, image)[..., 0])
    words = "a white square" if seen.min() == tiles.WHITE else "the digit in bits"
    picture = tile(seen, f"what the report’s network sees: {words}", "large")
    return figure(picture, f"what the network “report” sees of it: {words}", "apart")


def _words(network, seen, answered):
    if network.pixel_threshold is None:
        st.markdown(
            "This network’s first layer takes the shades themselves. From its second layer on, all is bits."
        )
    else:
        black = int(seen.sum())
        st.markdown(
            f"A network of bits can only take in bits. So each pixel is asked: are you bright enough? **Yes is white"
            f" (+1), no is black (−1).** Your digit is now {seen.size:,} bits, {seen.size - black:,} white and"
            f" {black:,} black; that is all the network gets to see."
        )
    sure = text.confidence_text(answered.confidence)
    always = " So it does whatever was drawn." if network.pixel_threshold == 0 else ""
    st.html(
        f'<p class="verdict" role="status">From these bits it reads <b>{answered.digit}</b>, {sure} sure.{always}'
        f" {digit_choice.right_or_wrong(answered.digit)}</p>"
    )


def _keep_white(run, own):
    """Another network is seen as it is at first."""
    if (
        st.session_state.get("inside_white") is None
        or st.session_state.get("inside_white_run", run.id) != run.id
    ):
        st.session_state.inside_white = own
    st.session_state.inside_white_run = run.id
    if own:
        st.session_state.inside_white = min(256, st.session_state.inside_white)


def _try_it(own, num_levels):
    # A blind network stays so, and one that takes shades of grey compares nothing.
    if not own:
        return
    st.slider(
        f"How bright must a pixel be to count as white{'' if num_levels == 1 else ' (the lowest level; the others move along)'}?",
        0,
        256,
        help=f"This network was trained with {own}. At 0, everything is white: it is as blind as the report’s.",
        **widgets.kept("inside_white", like=(own, num_levels)),
    )
    st.button(
        f"Back to {own}",
        key="white-reset",
        on_click=_reset,
        args=(own,),
        disabled=st.session_state.inside_white == own,
    )


def _reset(own):
    st.session_state.inside_white = own
