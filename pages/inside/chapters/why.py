"""Inside, chapter 6: the gains and losses of weights that have only one bit."""

import html
from math import sqrt
from statistics import median
from time import perf_counter

import numpy as np
import streamlit as st

from bnn.analysis import savings
from bnn.engine import inference
from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from bnn.system.size_text import bytes_text
from pages.inside import address
from pages.inside.chapter import Chapter
from pages.shared import errors, figures, networks, speed_comparison, text
from pages.shared.text import noun

_NUM_TIMINGS = 15
_WORD_BITS = 32


# This is not a fragment, because the comparison at its end is a fragment, and must not be inside another one.
def _show(run: Run, image: np.ndarray) -> None:
    with errors.errors_in_words():
        network = networks.network(run)
        gains = savings.of_run(run)
        left, right = st.columns([5, 7], gap="medium")
        with left, st.container(key="gained-space"):
            st.subheader("Gained: space", anchor=False)
            st.html(_squares(gains.float_bytes, gains.packed_bytes))
        with right:
            with st.container(key="lost"):
                _lost(run, network)
            with st.container(key="simpler-work"):
                st.subheader("Gained: simpler work", anchor=False)
                _work(gains, network, image)
        speed_comparison.comparison(run)
    address.write()


CHAPTER = Chapter("6 Worth it?", _show, has_bits=False)


def _squares(float_bytes: int, packed_bytes: int) -> str:
    """Returns HTML of two squares whose areas are in proportion to the two file sizes."""

    # As a share of the side of the larger square, which the style sheet sets.
    def side(num_bytes: int) -> float:
        return sqrt(num_bytes / max(float_bytes, packed_bytes))

    squares = "".join(
        f'<figure><div class="square" style="--side: {side(size):.4f}"></div>'
        f"<figcaption><b>{bytes_text(size)}</b><br>{words}</figcaption></figure>"
        for size, words in (
            (float_bytes, "with ordinary numbers (float32, 32 bits each)"),
            (packed_bytes, "with one bit per weight: the file of this network"),
        )
    )
    label = f"Two squares drawn to scale: {bytes_text(float_bytes)} and {bytes_text(packed_bytes)}."
    times = f"<b>{float_bytes / packed_bytes:.1f} times smaller</b> The squares are drawn to scale."
    return (
        f'<div class="squares" role="img" aria-label="{html.escape(label)}">{squares}</div>'
        f'<p class="times">{times}</p>'
    )


def _work(gains: savings.Savings, network: PackedNetwork, image: np.ndarray) -> None:
    total = gains.macs_1bit + gains.macs_32bit
    what = "look" if network.has_three_looks else noun(network.class_names)
    how = f"Counted for one {what}, as Larq counts. XNOR says whether two bits agree."
    figures.figures(
        [
            (
                text.count_text(total),
                f"multiplications for one {what} with ordinary numbers, of 32 bits each",
                how,
            ),
            (text.count_text(gains.macs_1bit), "comparisons of two bits (XNOR) instead", how),
            (
                text.count_text(gains.macs_1bit / _WORD_BITS),
                f"steps are enough for these comparisons: each step compares {_WORD_BITS} pairs of bits",
                "The processor compares all bits of a word at once. Then it counts the bits that agree.",
            ),
        ]
    )
    st.markdown(_time_words(gains, network, image))


def _time_words(gains: savings.Savings, network: PackedNetwork, image: np.ndarray) -> str:
    """Measures how long the network takes to read the image, and returns the result in words."""
    left_over = f" {gains.macs_32bit:,} multiplications remain: those with the shades of grey."
    reads = "looks once at" if network.has_three_looks else "reads"
    return (
        f"The network alone {reads} this {noun(network.class_names)} in"
        f" **{_microseconds(network, image):,.0f}\u00a0µs** (millionths of a second), measured just now on"
        f" this computer, from pixels to scores.{left_over if gains.macs_32bit else ''}"
    )


def _microseconds(network: PackedNetwork, image: np.ndarray) -> float:
    seconds = []
    for _ in range(_NUM_TIMINGS):
        started = perf_counter()
        inference.scores(network, image[None])
        seconds.append(perf_counter() - started)
    return 1e6 * median(seconds)


def _lost(run: Run, network: PackedNetwork) -> None:
    """Shows the mistakes of the network and of its twin. The heading says "Lost" if the twin makes fewer."""
    test, twin = run.test(), savings.twin_accuracy(run)
    num_images = test["num_images"] if test else 0
    num_mistakes = num_images - test["num_correct"] if test else None
    # The twin was measured with the same images.
    of_twin = None if test is None or twin is None else round((1 - twin) * num_images)
    makes_more = num_mistakes is not None and of_twin is not None and num_mistakes > of_twin
    is_lost = makes_more and not network.is_blind
    st.subheader("Lost: some right answers" if is_lost else "Its mistakes", anchor=False)
    images = f"{num_images:,} test {noun(network.class_names)}{'' if num_images == 1 else 's'}"
    looks = " and three looks at each" if network.has_three_looks else ""
    rows = [
        _mistakes(
            num_mistakes,
            f"in {images}, with one bit per weight{looks}",
            "Measured at the end of its training.",
        )
    ]
    if of_twin is not None:
        also_learnt = ""
        if run.recipe().pen_digits > 0:
            also_learnt = " This network also learnt from digits that many people drew."
        rows.append(
            _mistakes(
                of_twin,
                "with 32 bits per weight: its twin, the same network with ordinary numbers",
                "The twin has the same layers, and looks once at each digit. It learnt from MNIST and from"
                f" digits that a program drew.{also_learnt}",
            )
        )
    figures.figures(rows, is_plain=network.is_blind)
    if twin is None:
        st.caption("No twin with 32 bits per weight was trained for this network, so there is no comparison.")
    _comment(network.is_blind, is_lost)


def _mistakes(number: int | None, words: str, explanation: str) -> tuple[str, str, str]:
    """Returns the figure of a number of mistakes; None stands for a network that was not tested."""
    if number is None:
        return "–", "not tested yet", explanation
    return f"{number:,}", f"{'mistake' if number == 1 else 'mistakes'} {words}", explanation


def _comment(is_blind: bool, is_lost: bool) -> None:
    if is_blind:
        st.markdown(
            "Its one\u2011bit weights are not the reason for so many mistakes. The network is blind, because"
            " it gets the same bits for every image (see chapter 1)."
        )
    elif is_lost:
        st.markdown("A bit can say yes or no, but nothing finer.")
