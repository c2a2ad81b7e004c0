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
from pages.shared import errors, figures, speed_comparison, text
from pages.shared.text import noun

# Side of the larger square, in rem (the font size of the page).
_LARGEST_SIDE_REM = 12.0
_NUM_TIMINGS = 15
_WORD_BITS = 32


# This is not a fragment, because the comparison at its end is a fragment, and must not be inside another one.
def _show(run: Run, network: PackedNetwork, image: np.ndarray) -> None:
    with errors.errors_in_words():
        gains = savings.of_run(run)
        left, right = st.columns([5, 7], gap="medium")
        with left, st.container(key="gained-space"):
            st.subheader("Gained: space", anchor=False)
            st.html(_squares(gains.float_bytes, gains.packed_bytes))
        with right:
            with st.container(key="lost"):
                is_blind = network.is_blind
                st.subheader("Its mistakes" if is_blind else "Lost: some right answers", anchor=False)
                _mistakes(run, noun(network.class_names), is_blind)
                _comment(is_blind)
            with st.container(key="simpler-work"):
                st.subheader("Gained: simpler work", anchor=False)
                _work(gains, network, image)
        speed_comparison.comparison(run)
        address.write()


CHAPTER = Chapter("6 Worth it?", _show, has_bits=False)


def _squares(float_bytes: int, packed_bytes: int) -> str:
    """Returns HTML of two squares whose areas are in proportion to the two file sizes."""

    def side(num_bytes: int) -> float:
        return _LARGEST_SIDE_REM * sqrt(num_bytes / max(float_bytes, packed_bytes))

    squares = "".join(
        f'<figure><div class="square" style="width: {side(size):.2f}rem"></div>'
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
    what = noun(network.class_names)
    how = f"Counted for one {what}, as Larq counts. XNOR is the name of the question “do two bits agree?”."
    figures.figures(
        [
            (
                text.count_text(total),
                f"multiplications for one {what} with ordinary numbers, of 32 bits each",
                how,
            ),
            (text.count_text(gains.macs_1bit), "times the question “do two bits agree?” (XNOR) instead", how),
            (
                text.count_text(gains.macs_1bit / _WORD_BITS),
                f"steps are enough for these questions: each step compares {_WORD_BITS} pairs of bits",
                "The processor compares all bits of a word at once. Then it counts the bits that agree.",
            ),
        ]
    )
    st.markdown(_time_words(gains, network, image))


def _time_words(gains: savings.Savings, network: PackedNetwork, image: np.ndarray) -> str:
    """Measures how long the network takes to read the image, and returns the result in words."""
    left_over = f" {gains.macs_32bit:,} multiplications remain: those with the shades of grey."
    return (
        f"The network alone reads this {noun(network.class_names)} in"
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


def _mistakes(run: Run, what: str, is_blind: bool) -> None:
    test, twin = run.test(), savings.twin_accuracy(run)
    num_images = test["num_images"] if test else 0
    num_mistakes = f"{num_images - test['num_correct']:,}" if test else "–"
    label = f"mistakes in {num_images:,} test {what}s, with one bit per weight" if test else "not tested yet"
    rows = [(num_mistakes, label, "Measured at the end of its training.")]
    if test and twin is not None:
        rows.append(
            (
                # The twin was measured with the same images.
                f"{round((1 - twin) * num_images):,}",
                "mistakes with 32 bits per weight: its twin, the same network with ordinary numbers",
                "The twin has the same layers. It learnt from MNIST and from digits that a program drew.",
            )
        )
    figures.figures(rows, is_plain=is_blind)
    if len(rows) == 1:
        st.caption("No twin with 32 bits per weight was trained for this network, so there is no comparison.")


def _comment(is_blind: bool) -> None:
    if is_blind:
        st.markdown(
            "Its one\u2011bit weights are not the reason for so many mistakes. The network is blind, because"
            " it never got a pixel below zero (see chapter 1)."
        )
    else:
        st.markdown("A bit can say yes or no, but nothing finer.")
