"""Inside, chapter 1: how a digit becomes bits, and why this project's first network saw nothing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from bnn.engine import inference
from bnn.engine.answer import Answer, read
from bnn.engine.network import PackedNetwork
from bnn.runs import store
from bnn.runs.run import Run
from pages.inside import address, digit_choice
from pages.inside.chapter import Chapter
from pages.inside.live.component import live
from pages.shared import bit_images, errors, networks
from pages.shared.bit_html import figure, picture, verdict_html
from pages.shared.text import noun

# The lowest pixel value that counts as white, from 0 to 256. The visitor sets it with a slider.
_WHITE = "inside_white"
# The id of the run for which the value of `_WHITE` was set.
_WHITE_RUN = "inside_white_run"
_PARAMETERS = {"white": address.Parameter(_WHITE, address.whole_number)}
_NEVER_WHITE = 256
# The id of the run of the first network of this project.
_REPORT = "report"
_REPORT_CAPTIONS = {
    "blind": "The network “report”, the first of this project, sees a white square",
    "sees": "The network “report”, the first of this project, sees these bits",
}
# What a picture of bits shows, for screen readers (labels.py).
_LEVEL = "white where a pixel is at least {level}, else black"
_BLIND = (
    "<b>A network that saw nothing.</b> This project began with a report on a one\u2011bit network. That"
    " network is called “report” here. It kept only the sign of each pixel: plus or minus. No shade is below"
    " 0, so every pixel became +1. The network saw a white square, whatever was drawn. If black is −1"
    " instead, a network with the same layers learns to see."
)


@st.fragment
def _show(run: Run, image: np.ndarray) -> None:
    address.follow("bits", run)
    with errors.errors_in_words():
        network = networks.network(run)
        trained = _lowest_threshold(network)
        _set_white(run, trained)
        moved = _with_threshold(network, trained, st.session_state[_WHITE])
        # If the visitor has chosen "report", it is already shown.
        seen, report = _first_bits(moved, image), None if run.id == _REPORT else _report_network()
        st.html(
            f'<div class="inside-row"><div class="pixels-to-bits">{_pixels(image)}'
            f'<span class="arrow" aria-hidden="true">→</span>{_bits(moved, seen)}</div>'
            f"{_report(report, image)}<p>{_BLIND}</p></div>"
        )
        left, right = st.columns(2, gap="medium")
        answer = read(moved, image)
        with left, st.container(key="bits-words"):
            _in_words(moved, seen)
            kind = "bits" if trained is not None else "shades"
            _answer(
                answer,
                f"From its three looks at such {kind}," if moved.has_three_looks else f"From these {kind}",
            )
        with right:
            # There is no slider for a network that takes shades of grey, nor if the lowest threshold is 0, as
            # all thresholds change by the same factor as the lowest.
            if trained:
                _slider(trained, len(network.pixel_thresholds))
        shown = {"neverWhite": _NEVER_WHITE, "report": _report_in_browser(report)}
        settings, truth = {"white": st.session_state[_WHITE]}, digit_choice.truth(answer.class_names)
        live(run, image, "bits", settings=settings, truth=truth, **shown)
    address.write(_PARAMETERS)


CHAPTER = Chapter("1 Pixels to bits", _show, _PARAMETERS)


def _first_bits(network: PackedNetwork, image: np.ndarray) -> np.ndarray:
    """Returns the input of the first layer, (28, 28, channels): bool (True is -1) or uint8 shades of grey."""
    return inference.activations(network, image[None])[0][0].reshape(*image.shape, -1)


def _lowest_threshold(network: PackedNetwork) -> int | None:
    return min(network.pixel_thresholds, default=None)


def _set_white(run: Run, trained: int | None) -> None:
    """Sets the slider to the threshold used in training if the run has changed, and limits its value."""
    state = st.session_state
    if state.get(_WHITE) is None or state.get(_WHITE_RUN, run.id) != run.id:
        state[_WHITE] = trained
    state[_WHITE_RUN] = run.id
    if trained and state[_WHITE] > _NEVER_WHITE:
        state[_WHITE] = _NEVER_WHITE


def _with_threshold(network: PackedNetwork, trained: int | None, wanted: int | None) -> PackedNetwork:
    """Returns the network with `wanted` as its lowest threshold. All thresholds change by the same factor."""
    if not trained or wanted is None:
        return network
    thresholds = np.rint(np.array(network.pixel_thresholds) * wanted / trained)
    moved = tuple(int(value) for value in np.clip(thresholds, 0, _NEVER_WHITE))
    return replace(network, pixel_threshold=moved if isinstance(network.pixel_threshold, tuple) else moved[0])


def _pixels(image: np.ndarray) -> str:
    num_not_black = int((image > 0).sum())
    words = "28 by 28 pixels in shades of grey; {count} of them are not black"
    caption = "28 × 28 pixels, each a shade from 0 (black) to 255 (white)"
    return figure(picture(image, words, "large", {"count": num_not_black}), caption)


def _bits(network: PackedNetwork, seen: np.ndarray) -> str:
    levels = network.pixel_thresholds
    if not levels:
        shades = picture(seen[..., 0], "the same pixels", "large")
        return figure(shades, "This network takes the shades as they are")
    size = "large" if len(levels) == 1 else "half"
    pictures = "".join(
        picture(bit_images.of_bits(seen[..., i]), _LEVEL, size, {"level": level})
        for i, level in enumerate(levels)
    )
    num_bits = "One bit" if len(levels) == 1 else f"{len(levels)} bits"
    # The browser changes the question while the slider moves, see live/bits.js.
    caption = f'{num_bits} for each pixel: <span class="question">{question(levels)}</span>'
    return (
        f'<figure class="picture"><div class="several">{pictures}</div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def question(levels: Sequence[int]) -> str:
    """Returns the question that decides the bits of a pixel, in the same words as live/bits.js."""
    reachable = [str(level) for level in sorted(set(levels)) if level < _NEVER_WHITE]
    if not reachable:
        return "is it brighter than white? No pixel is, so all bits are black."
    if reachable == ["0"]:
        return "is it at least 0? Every pixel is, so all bits are white."
    *first, last = reachable
    numbers = f"{', '.join(first)} or {last}" if first else last
    rest = (
        " (the other levels are above white, so no pixel reaches them)" if max(levels) >= _NEVER_WHITE else ""
    )
    return f"is it at least {numbers}?{rest}"


def _report_network() -> PackedNetwork | None:
    """Returns the network "report", or None if it is not installed here."""
    try:
        return networks.network(store.find(_REPORT))
    except (ValueError, OSError):
        return None


def _report(network: PackedNetwork | None, image: np.ndarray) -> str:
    if network is None:
        return ""
    seen = bit_images.of_bits(_first_bits(network, image)[..., 0])
    caption = _REPORT_CAPTIONS["blind" if seen.min() == bit_images.WHITE else "sees"]
    return figure(picture(seen, caption, "large"), caption, "apart")


def _report_in_browser(network: PackedNetwork | None) -> dict[str, object] | None:
    """Returns what live/bits.js needs to show the bits that the network "report" sees."""
    levels = network.pixel_thresholds if network else ()
    return {"threshold": levels[0], "captions": _REPORT_CAPTIONS} if levels else None


def _in_words(network: PackedNetwork, seen: np.ndarray) -> None:
    if network.pixel_threshold is None:
        st.markdown(
            "The first layer of this network takes the shades of grey. All later layers take only bits."
        )
        return
    num_black = int(seen.sum())
    rest = (
        "This is the first of its three looks. The other two are slanted."
        if network.has_three_looks
        else "The network sees nothing else."
    )
    st.html(
        "<p>This network can only take bits. So it asks of each pixel: is it bright enough? <b>Yes is white"
        f" (+1), no is black (−1).</b> This {noun(network.class_names)} is now {seen.size:,} bits,"
        f' <span class="num-white">{seen.size - num_black:,}</span> white and'
        f' <span class="num-black">{num_black:,}</span> black. {rest}</p>'
    )


def _answer(answer: Answer, begin: str) -> None:
    st.html(
        f'<p class="verdict" role="status">{begin} it reads {verdict_html(answer)}'
        f'\u00a0<span class="judgement">{digit_choice.right_or_wrong(answer)}</span></p>'
    )


def _slider(trained: int, num_levels: int) -> None:
    several = " (the lowest level; the other levels move with it)" if num_levels > 1 else ""
    st.slider(
        f"How bright must a pixel be to count as white{several}?",
        0,
        _NEVER_WHITE,
        help=f"This network was trained with {trained}. At 0, every pixel is white. At {_NEVER_WHITE}, every"
        " pixel is black. At both ends, the network is as blind as the network “report”.",
        key=_WHITE,
        persist_state="session",
    )
    is_reset = st.session_state[_WHITE] == trained
    st.button(f"Back to {trained}", key="white-reset", on_click=_reset, args=(trained,), disabled=is_reset)


def _reset(trained: int) -> None:
    st.session_state[_WHITE] = trained
