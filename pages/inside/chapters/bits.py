"""Inside, chapter 1: a digit becomes bits, and what the founding report's network sees of it."""

import html
from dataclasses import replace

import numpy as np
import streamlit as st

from bnn.engine import inference
from bnn.engine.answer import Answer, read
from bnn.engine.network import PackedNetwork
from bnn.runs import store
from bnn.runs.run import Run
from pages.inside import address, bit_images, digit_choice
from pages.inside.bit_html import figure, picture
from pages.inside.chapter import Chapter
from pages.shared import errors, networks, text

# The lowest pixel value that counts as white, from 0 to 256, as the visitor has set it ...
_WHITE = "inside_white"
# ... for the run with this id.
_WHITE_RUN = "inside_white_run"
_VALUES = {"white": address.Value(_WHITE, address.whole_number)}
_NEVER_WHITE = 256
_BLIND = (
    "<b>Why the report’s network saw nothing.</b> This project began with a report. Its network got pixels"
    " from 0 (black) to 1 (white). A one-bit network keeps only the sign of a pixel, plus or minus. No pixel"
    " was below zero, so each of them became +1: a white square, whatever was drawn. With black as −1, the"
    " same network can see."
)


@st.fragment
def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    with errors.errors_in_words():
        own = _lowest_threshold(network)
        _set_white(run, own)
        moved = _with_threshold(network, own, st.session_state[_WHITE])
        seen = _first_bits(moved, image)
        st.html(
            f'<div class="inside-row">{_pixels(image)}<span class="arrow" aria-hidden="true">→</span>'
            f"{_bits(moved, seen)}{_report(image)}<p>{_BLIND}</p></div>"
        )
        left, right = st.columns([3, 2], gap="large")
        with left:
            _in_words(moved, seen)
            _answer(moved, read(moved, image))
        with right:
            # A network that is blind stays so, and one that takes shades of grey compares nothing.
            if own:
                _slider(own, len(_levels(network)))
        address.write(_VALUES)


CHAPTER = Chapter("1 Your digit", _show, _VALUES)


def _first_bits(network: PackedNetwork, image: np.ndarray) -> np.ndarray:
    """Returns what the first layer sees, (28, 28, channels): bool, True for -1, or uint8 shades of grey."""
    return inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)


def _levels(network: PackedNetwork) -> tuple[int, ...]:
    """Returns the pixel values from which on a pixel is a +1; empty for a network of grey pixels."""
    thresholds = network.pixel_threshold
    if thresholds is None:
        return ()
    return thresholds if isinstance(thresholds, tuple) else (thresholds,)


def _lowest_threshold(network: PackedNetwork) -> int | None:
    return min(_levels(network), default=None)


def _set_white(run: Run, own: int | None) -> None:
    """Starts with the network's own threshold, for each network anew."""
    state = st.session_state
    if state.get(_WHITE) is None or state.get(_WHITE_RUN, run.id) != run.id:
        state[_WHITE] = own
    state[_WHITE_RUN] = run.id
    if own and state[_WHITE] > _NEVER_WHITE:
        state[_WHITE] = _NEVER_WHITE


def _with_threshold(network: PackedNetwork, own: int | None, wanted: int | None) -> PackedNetwork:
    """Returns the network with another lowest threshold; its other thresholds keep their proportion to it."""
    if not own or wanted is None:
        return network
    thresholds = np.rint(np.array(_levels(network)) * wanted / own)
    moved = tuple(int(value) for value in np.clip(thresholds, 0, _NEVER_WHITE))
    return replace(network, pixel_threshold=moved if isinstance(network.pixel_threshold, tuple) else moved[0])


def _pixels(image: np.ndarray) -> str:
    num_not_black = int((image > 0).sum())
    words = f"the digit, 28 by 28 pixels in shades of grey, {num_not_black} of them not black"
    caption = "28 × 28 pixels, each a shade from 0 (black) to 255 (white)"
    return figure(picture(image, words, "large"), caption)


def _bits(network: PackedNetwork, seen: np.ndarray) -> str:
    levels = _levels(network)
    if not levels:
        shades = picture(seen[..., 0], "the same pixels", "large")
        return figure(shades, "this network takes the shades as they are")
    size = "large" if len(levels) == 1 else "half"
    pictures = "".join(
        picture(
            bit_images.of_bits(seen[..., i]), f"white where a pixel is at least {level}, else black", size
        )
        for i, level in enumerate(levels)
    )
    caption = f"{'one bit' if len(levels) == 1 else f'{len(levels)} bits'} a pixel: {_question(levels)}"
    return figure(f'<div class="several">{pictures}</div>', caption)


def _question(levels: tuple[int, ...]) -> str:
    reachable = [str(level) for level in sorted(set(levels)) if level < _NEVER_WHITE]
    if not reachable:
        return "is it brighter than white? No pixel is"
    if reachable == ["0"]:
        return "is it at least 0? Every pixel is"
    *first, last = reachable
    numbers = f"{', '.join(first)} or {last}" if first else last
    rest = " (the others ask for more than white)" if max(levels) >= _NEVER_WHITE else ""
    return f"is it at least {numbers}?{rest}"


def _report(image: np.ndarray) -> str:
    try:
        network = networks.network(store.find("report"))
    except (ValueError, OSError):
        # This installation has no such network: there is nothing to show.
        return ""
    seen = bit_images.of_bits(_first_bits(network, image)[..., 0])
    words = "a white square" if seen.min() == bit_images.WHITE else "the digit in bits"
    square = picture(seen, f"what the report’s network sees: {words}", "large")
    return figure(square, f"what the network “report” sees of it: {words}", "apart")


def _in_words(network: PackedNetwork, seen: np.ndarray) -> None:
    if network.pixel_threshold is None:
        st.markdown(
            "This network’s first layer takes the shades themselves. From its second layer on, there are only"
            " bits."
        )
        return
    num_black = int(seen.sum())
    st.markdown(
        "A network of bits can only take in bits. So each pixel is asked: are you bright enough? **Yes is"
        f" white (+1), no is black (−1).** Your digit is now {seen.size:,} bits, {seen.size - num_black:,}"
        f" white and {num_black:,} black; that is all the network gets to see."
    )


def _answer(network: PackedNetwork, answer: Answer) -> None:
    sure = text.confidence_text(answer.confidence)
    always = " So it does whatever was drawn." if network.pixel_threshold == 0 else ""
    st.html(
        '<p class="verdict" role="status">'
        f"From these bits it reads <b>{html.escape(answer.name)}</b>, {sure} sure.{always}"
        f" {digit_choice.right_or_wrong(answer.label)}</p>"
    )


def _slider(own: int, num_levels: int) -> None:
    several = " (the lowest level; the others move along)" if num_levels > 1 else ""
    st.slider(
        f"How bright must a pixel be to count as white{several}?",
        0,
        _NEVER_WHITE,
        help=f"This network was trained with {own}. At 0, everything is white: it is as blind as the"
        " report’s.",
        key=_WHITE,
        persist_state="session",
    )
    is_own = st.session_state[_WHITE] == own
    st.button(f"Back to {own}", key="white-reset", on_click=_reset, args=(own,), disabled=is_own)


def _reset(own: int) -> None:
    st.session_state[_WHITE] = own
